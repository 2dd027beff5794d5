"""The map against the plain way: is the same ground drawn in at most 0.35 of its time?

    python benchmarks/map.py              fetches the package that holds the world map
    python benchmarks/map.py WORLD_MAP    takes the GeoPackage at a path

For Kazakhstan and a seeded sample of countries, each with its capital. The plain way reads the
source with geopandas, filters, projects and plots the same layers at full detail: the countries in
the frame, the story's regions, and the inset's countries. Both ways run in turn in one process, and
read their files anew each time; the median of their ratios is held against its mark. So are the
median and the worst time of the whole map, whose labels and words the plain way does without: with
its files read before, as in a kernel that has drawn another, and its frame not made ready.
Exits with 1 where one is above its mark.
"""

import gc
import random
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
from atlas import list_alone, write_story

from helpers.dossier import Dossier, load_dossier
from helpers.figures import locator_map
from helpers.figures._locator_map import HEIGHTS, _list_corners, _read_places
from helpers.figures._map_ground import draw_ground, draw_inset, read_ground
from helpers.figures._store import leave_out_store
from helpers.figures._style import house_style, new_drawing, open_sheet
from helpers.geography import View, frame_view
from helpers.geography._boundaries import read_country, read_layer

MARKS = {"ratio": 0.35, "median": 0.2, "worst": 1.0}
COUNTRIES = 24
PACKAGE, WORLD_MAP = "qgis-common", "usr/share/qgis/resources/data/world_map.gpkg"
WIDTH_PX = 720
INSET = 12, 12, 144, 104


def main(world_map: Path | None) -> int:
    """Time each country's map both ways, and hold them against the marks."""
    stories = {code: story for code, story in list_alone([]).items() if code.isupper()}
    sample = random.Random(12).sample(sorted(stories), COUNTRIES)
    ratios, whole = [], []
    with tempfile.TemporaryDirectory() as folder, leave_out_store():
        world_map = world_map or fetch_world_map(Path(folder))
        for code in ("FRA", "KAZ", *sample):
            write_story(Path(folder), stories[code])
            ground, plain, everything = time_ways(load_dossier(folder), code, world_map)
            if code == "FRA":  # pays for imports and fonts
                continue
            ratios.append(ground / plain)
            whole.append(everything)
            print(f"{code}: ground {ground:.3f} s, plain {plain:.3f} s, whole {everything:.3f} s")
    found = statistics.median(ratios), statistics.median(whole), max(whole)
    for (name, most), value in zip(MARKS.items(), found, strict=True):
        print(f"{name}: {value:.2f}, at most {most}")
    return int(any(np.array(found) > list(MARKS.values())))


def fetch_world_map(folder: Path) -> Path:
    """The world map, out of the package that Debian ships it in."""
    folder.chmod(0o777)  # apt downloads as a user of its own
    subprocess.run(["apt-get", "download", PACKAGE], cwd=folder, check=True)
    [package] = folder.glob(f"{PACKAGE}_*.deb")
    subprocess.run(["dpkg-deb", "-x", package, folder / PACKAGE], check=True)
    return folder / PACKAGE / WORLD_MAP


def time_ways(dossier: Dossier, code: str, world_map: Path) -> tuple[float, float, float]:
    """How long the ground takes, the plain way, and the whole map, in seconds."""
    view = frame_story(dossier)
    return (
        measure(lambda: draw_layers(view, code), read_layer, read_country, read_ground),
        measure(lambda: draw_plainly(view, code, world_map)),
        measure(lambda: locator_map(dossier).svg(), read_ground),
    )


def measure(draw: Callable[[], object], *forgotten) -> float:
    """The processor's time to draw once, in seconds, with what some functions keep forgotten."""
    for cached in forgotten:
        cached.cache_clear()
    gc.collect()
    start = time.process_time()
    draw()
    return time.process_time() - start


def frame_story(dossier: Dossier) -> View:
    """The view of a dossier's map on a desktop."""
    corners = _list_corners(_read_places(dossier, "name", {}, ""))["desktop"]
    return frame_view(*corners.T, WIDTH_PX, np.multiply(HEIGHTS, WIDTH_PX))


def draw_layers(view: View, code: str) -> None:
    """The layers under the map's marks, and its inset."""
    with house_style():
        size = view.width_px, view.height_px
        sheet = open_sheet(new_drawing(*size), (0, size[0]), (0, size[1]))
        draw_ground(sheet, view, read_ground(view, (code,)), set(), [(0, 0, 1, 1)])
        draw_inset(sheet, view, INSET, [code], np.empty((0, 2)))
        sheet.area.savefig(BytesIO(), format="svg")


def draw_plainly(view: View, code: str, world_map: Path) -> None:
    """The same layers as the source has them."""
    longitude, latitude = view.locate(view.width_px / 2, view.height_px / 2)
    around = f"+proj=laea +lat_0={latitude} +lon_0={longitude} +ellps=WGS84"
    countries = gpd.read_file(world_map, layer="countries")
    regions = gpd.read_file(world_map, layer="states_provinces")
    in_frame = shapely.union_all([shapely.box(*window) for window in view.windows])
    seen = countries[countries.intersects(in_frame)].to_crs(view.projection.definition)
    regions = regions[regions["sov_a3"] == code].to_crs(view.projection.definition)
    with mpl.rc_context():
        drawing = new_drawing(view.width_px, view.height_px)
        ax, inset = drawing.add_axes((0, 0, 1, 1)), drawing.add_axes((0.02, 0.7, 0.18, 0.24))
        for axes in (ax, inset):
            axes.set_axis_off()
        seen.plot(ax=ax, color="0.9", edgecolor="0.6")
        if len(regions):
            regions.plot(ax=ax, color="1.0", edgecolor="0.8")
        right, top = view.width_px * view.metres_per_px, view.height_px * view.metres_per_px
        ax.set(xlim=(view.left, view.left + right), ylim=(view.bottom, view.bottom + top))
        countries.to_crs(around).plot(ax=inset, color="0.8")
        inset.set(xlim=(-6e6, 6e6), ylim=(-5e6, 5e6))
        drawing.savefig(BytesIO(), format="svg")


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else None))
