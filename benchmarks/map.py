"""The map against the plain way: is the same ground drawn in at most 0.35 of its time?

    python benchmarks/map.py              fetches the package that holds the world map
    python benchmarks/map.py WORLD_MAP    takes the GeoPackage at a path

The plain way reads the source with geopandas, filters, projects and plots the same layers at full
detail: the countries in the frame, the story's regions, and the inset's countries. Both ways run
in turn in one process, and read their files anew each time; what is printed last is the median of
the ratios. Exits with 1 where it is above the mark. The whole map, whose labels and words the
plain way does without, is timed beside them and not held against the mark.
"""

import gc
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import geopandas as gpd
import matplotlib as mpl
import numpy as np
import shapely

from helpers.dossier import load_dossier
from helpers.figures import locator_map
from helpers.figures._map_ground import draw_ground, draw_inset, read_ground
from helpers.figures._style import house_style, new_drawing
from helpers.geography import frame_view
from helpers.geography._boundaries import read_country, read_layer
from helpers.geography._gazetteer import read_places
from helpers.geography._waters import _read_table, read_seas

MOST = 0.35
ROUNDS = 9
PACKAGE, WORLD_MAP = "qgis-common", "usr/share/qgis/resources/data/world_map.gpkg"
WINDOW = 44, 38, 90, 58  # the shipped dossier's map: west, south, east, north
ALBERS = "+proj=aea +lat_0=48 +lat_1=43.1 +lat_2=53 +lon_0=66.9 +ellps=WGS84"
INSET = "+proj=laea +lat_0=48 +lon_0=66.9 +ellps=WGS84"


def main(world_map: Path | None) -> int:
    """Run both ways in turn and hold their ratio against the mark."""
    with tempfile.TemporaryDirectory() as folder:
        world_map = world_map or fetch_world_map(Path(folder))
        dossier = load_dossier("kazakhstan-2022").from_sources("article")
        ways = {
            "ground": draw_layers,
            "plain": lambda: draw_plainly(world_map),
            "whole map": lambda: draw_map(dossier),
        }
        for draw in ways.values():  # pays for imports and fonts
            draw()
        rounds = [{name: measure(draw) for name, draw in ways.items()} for _ in range(ROUNDS)]
    for times in rounds:
        print(", ".join(f"{name} {seconds:.3f} s" for name, seconds in times.items()))
    whole = statistics.median(times["whole map"] / times["plain"] for times in rounds)
    ratio = statistics.median(times["ground"] / times["plain"] for times in rounds)
    print(f"whole map, with labels and words: {whole:.2f} of the plain way's time")
    print(f"the same layers: {ratio:.2f} of the plain way's time, at most {MOST}")
    return int(ratio > MOST)


def fetch_world_map(folder: Path) -> Path:
    """The world map, out of the package that Debian ships it in."""
    folder.chmod(0o777)  # apt downloads as a user of its own
    subprocess.run(["apt-get", "download", PACKAGE], cwd=folder, check=True)
    [package] = folder.glob(f"{PACKAGE}_*.deb")
    subprocess.run(["dpkg-deb", "-x", package, folder / PACKAGE], check=True)
    return folder / PACKAGE / WORLD_MAP


def measure(draw: Callable[[], None]) -> float:
    """The processor's time to draw once, in seconds, with nothing read before."""
    for cached in (read_layer, read_places, _read_table, read_seas, read_country, read_ground):
        cached.cache_clear()
    gc.collect()
    start = time.process_time()
    draw()
    return time.process_time() - start


def draw_map(dossier) -> None:
    """The map as a reader sees it."""
    locator_map(dossier).svg()


def draw_layers() -> None:
    """The layers under the map's marks, and its inset."""
    west, south, east, north = WINDOW
    longitudes, latitudes = np.array([west, east]), np.array([south, north])
    view = frame_view(longitudes, latitudes, 720, (432, 432))
    with house_style():
        ax = new_drawing(720, 432).add_axes((0, 0, 1, 1), xlim=(0, 720), ylim=(0, 432))
        draw_ground(ax, view, read_ground(view, ("KAZ",)), set(), [(0, 0, 1, 1)])
        draw_inset(ax, view, (12, 300, 144, 404), ["KAZ"], np.empty((0, 2)))
        ax.figure.savefig(BytesIO(), format="svg")


def draw_plainly(world_map: Path) -> None:
    """The same layers as the source has them."""
    countries = gpd.read_file(world_map, layer="countries")
    regions = gpd.read_file(world_map, layer="states_provinces")
    seen = countries[countries.intersects(shapely.box(*WINDOW))].to_crs(ALBERS)
    regions = regions[regions["sov_a3"] == "KAZ"].to_crs(ALBERS)
    with mpl.rc_context():
        drawing = new_drawing(720, 432)
        ax, inset = drawing.add_axes((0, 0, 1, 1)), drawing.add_axes((0.02, 0.7, 0.18, 0.24))
        seen.plot(ax=ax, color="0.9", edgecolor="0.6")
        regions.plot(ax=ax, color="1.0", edgecolor="0.8")
        ax.set(xlim=(-1.7e6, 1.7e6), ylim=(-1e6, 1e6))
        countries.to_crs(INSET).plot(ax=inset, color="0.8")
        inset.set(xlim=(-6e6, 6e6), ylim=(-5e6, 5e6))
        drawing.savefig(BytesIO(), format="svg")


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else None))
