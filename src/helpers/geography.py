"""Where things lie: boundaries, projections, distances, and the region that a place is in.

Boundaries are in WGS 84 longitudes and latitudes (EPSG:4326). A country is the one of its
ISO 3166-1 alpha-3 code, within the borders that Natural Earth gives it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import shapely
from pyproj import Geod, Transformer

from helpers.dossier import PLACES, Dossier
from helpers.errors import BoundaryError
from helpers.faults import Fault
from helpers.files import look_up_folders

BOUNDARIES = (
    "cities.csv", "countries.parquet", "lakes.parquet", "names.csv", "regions.parquet",
    "waters.csv", "world.parquet",
)  # fmt: skip
COAST_KM = 25  # harbours, islets and a coast made for 1:10 million lie this far off at most
DETAIL_PX = 1.0  # of a drawn border: what a screen can show
GEOD = Geod(ellps="WGS84")

_DIRECTIONS = (
    "north", "north-east", "east", "south-east", "south", "south-west", "west", "north-west",
)  # fmt: skip
_UNDRAWN = ("VAT",)  # of ISO 3166-1, yet not in the boundaries
_PARTS_OF = {  # with a code of their own in ISO 3166-1
    "FRA": ("GLP", "GUF", "MTQ", "MYT", "REU"), "NLD": ("BES",), "NOR": ("BVT", "SJM"),
}  # fmt: skip
_STEP_DEGREES = 0.1  # between the points of a border from which a distance is measured
_NEAR_DEGREES = 3.0  # of latitude: about 330 km
_LEAST_SHARE = 0.2
_WHOLE_WORLD = np.array([[-180.0, -90.0, 180.0, 90.0]])


def find_boundaries(name: str) -> Path:
    """The path of one file of the boundaries.

    Raises
    ------
    BoundaryError
        No data folder has it.
    """
    for data in look_up_folders("data"):
        path = data / "boundaries" / name
        if path.is_file():
            return path
    raise BoundaryError(f"boundaries/{name}: no such file; data/boundaries/build.py makes it")


def read_boundaries(
    layer: str,
    windows: np.ndarray | None = None,
    countries: Iterable[str] | None = None,
) -> pd.DataFrame:
    """The rows of a layer that touch one of some windows and belong to one of some countries.

    Parameters
    ----------
    layer
        countries, regions, world (countries in few points) or lakes.
    windows
        One row a window: west, south, east, north in degrees; None for the whole world.
    countries
        ISO 3166-1 alpha-3 codes; None for all.

    Returns
    -------
    DataFrame
        One row a country, region or lake; `geometry` holds shapely areas in EPSG:4326.
    """
    table, bounds = _read_layer(find_boundaries(f"{layer}.parquet"))
    west, south, east, north = bounds.T
    wanted = np.zeros(len(bounds), dtype=bool)
    for left, low, right, high in _WHOLE_WORLD if windows is None else windows:
        wanted |= (west <= right) & (east >= left) & (south <= high) & (north >= low)
    if countries is not None:
        codes = pa.array(sorted(set(countries)), pa.string())
        wanted &= pc.is_in(table["country"], codes).to_numpy()
    rows = table.filter(pa.array(wanted)).to_pydict()
    areas = shapely.from_wkb(np.array(rows.pop("geometry"), dtype=object))
    return pd.DataFrame(rows).assign(geometry=areas)


@lru_cache(maxsize=8)
def _read_layer(path: Path) -> tuple[pa.Table, np.ndarray]:
    """A layer with its areas still packed, and each row's bounds, shape (rows, 4).

    Read without threads of pyarrow's: a process that has read a layer may still be forked.
    """
    table = pq.ParquetFile(path, pre_buffer=False).read(use_threads=False).combine_chunks()
    corners = table["bbox"].combine_chunks().flatten()
    bounds = np.column_stack([corner.to_numpy() for corner in corners])
    return table.drop_columns(["bbox"]), bounds


@lru_cache(maxsize=64)
def read_country(code: str) -> pd.Series:
    """One country: country, name, name_kk, name_ru, geometry.

    Raises
    ------
    BoundaryError
        The boundaries have no country of this code.
    """
    rows = read_boundaries("countries", countries=[code])
    if rows.empty:
        raise BoundaryError(f"country {code!r}: the boundaries have none of this code")
    return rows.iloc[0]


def list_countries() -> list[str]:
    """The codes of all countries in the boundaries."""
    table, _ = _read_layer(find_boundaries("countries.parquet"))
    return table["country"].to_pylist()


@lru_cache(maxsize=8)
def _read_table(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, keep_default_na=False)


def read_gazetteer(name: str) -> pd.DataFrame:
    """A table of names with coordinates that comes with the boundaries: cities or waters."""
    return _read_table(find_boundaries(f"{name}.csv")).copy(deep=False)


def measure_km(from_latitude, from_longitude, to_latitude, to_longitude) -> np.ndarray | float:
    """Distances on the ellipsoid WGS 84 in km; each argument a number or an array, in degrees."""
    _, _, metres = GEOD.inv(from_longitude, from_latitude, to_longitude, to_latitude)
    return metres / 1000


def name_direction(from_latitude, from_longitude, to_latitude, to_longitude) -> str:
    """'east': the eighth of the compass in which a point lies, halfway along the shortest line."""
    ends = from_longitude, from_latitude, to_longitude, to_latitude
    [(longitude, latitude)] = GEOD.npts(*ends, 1)
    azimuth, _, _ = GEOD.inv(longitude, latitude, to_longitude, to_latitude)
    return _DIRECTIONS[round(azimuth / 45) % 8]


def draw_circle(latitude: float, longitude: float, radius_km: float) -> shapely.Polygon:
    """The circle of a radius on the ellipsoid, in EPSG:4326; longitudes may pass 180."""
    azimuths = np.arange(0, 360, 5.0)
    same = np.ones_like(azimuths)
    longitudes, latitudes, _ = GEOD.fwd(
        longitude * same, latitude * same, azimuths, radius_km * 1000 * same
    )
    longitudes = longitude + _turn(np.asarray(longitudes) - longitude)
    return shapely.Polygon(np.column_stack([longitudes, latitudes]))


def find_regions(places: pd.DataFrame) -> pd.DataFrame:
    """The region that each place is in, or within `COAST_KM` of.

    Returns
    -------
    DataFrame
        One row a place, with its index: country, name, name_kk, name_ru, geometry; all empty for
        a place at sea.
    """
    columns = ["country", "name", "name_kk", "name_ru", "geometry"]
    found = [_find_region(place["latitude"], place["longitude"]) for _, place in places.iterrows()]
    return pd.DataFrame(found, index=places.index, columns=columns)


def _find_region(latitude: float, longitude: float) -> dict:
    reach = COAST_KM / 111 / max(0.05, np.cos(np.radians(latitude)))
    west, east = longitude - reach, longitude + reach
    windows = split_windows(west, latitude - reach, east, latitude + reach)
    near = read_boundaries("regions", windows)
    if near.empty:
        return {}
    inside = shapely.contains_xy(near["geometry"].to_numpy(), longitude, latitude)
    if not inside.any():
        away = [_measure_outside(area, latitude, longitude) for area in near["geometry"]]
        inside = (np.array(away) <= COAST_KM) & (np.array(away) == min(away))
    return near[inside].iloc[0].to_dict() if inside.any() else {}


def _measure_outside(area: shapely.Geometry, latitude: float, longitude: float) -> float:
    """How far a point outside an area is from its border, in km."""
    border = shapely.get_coordinates(shapely.segmentize(area, _STEP_DEGREES))
    same = np.ones(len(border))
    return float(measure_km(latitude * same, longitude * same, border[:, 1], border[:, 0]).min())


def check_places(dossier: Dossier) -> list[Fault]:
    """The places that lie outside their country, by more than their precision and `COAST_KM`.

    A place without a country may lie anywhere. One whose coordinates or precision could not be read
    is passed over.
    """
    places = dossier.places
    faults = []
    known = list_countries()
    for code, group in places.dropna(subset=["country"]).groupby("country", sort=False):
        if code in known:
            whole = group.dropna(subset=["latitude", "longitude", "precision_km"])
            faults += _check_inside(whole, read_country(code))
            continue
        if code in _UNDRAWN:
            continue
        expected, hint = "not a country of ISO 3166-1", _suggest_country(code)
        faults += [Fault(PLACES.file, row, "country", code, expected, hint) for row in group.index]
    return sorted(faults, key=lambda fault: fault.row)


def _suggest_country(code: str) -> str:
    """'did you mean DEU (Germany)?' for GER: the one country whose name begins so."""
    table, _ = _read_layer(find_boundaries("countries.parquet"))
    names = zip(table["country"].to_pylist(), table["name"].to_pylist(), strict=True)
    near = [f"{known} ({name})" for known, name in names if name.upper().startswith(code)]
    return f"did you mean {near[0]}?" if len(near) == 1 else ""


def _check_inside(places: pd.DataFrame, country: pd.Series) -> list[Fault]:
    """A fault for each of a country's places that lies outside it."""
    codes = country["country"], *_PARTS_OF.get(country["country"], ())
    area = shapely.union_all([read_country(code)["geometry"] for code in codes])
    shapely.prepare(area)
    latitude, longitude = places["latitude"].to_numpy(), places["longitude"].to_numpy()
    outside = places[~shapely.contains_xy(area, longitude, latitude)]
    faults = []
    for row, place in outside.iterrows():
        point = place["latitude"], place["longitude"]
        away = _measure_outside(area, *point)
        if away <= COAST_KM + place["precision_km"]:
            continue
        expected = f"lies {away:,.0f} km outside {country['name']}; expected a point within it"
        value = f"{point[0]:.10g}, {point[1]:.10g}"
        hint = _suggest_point(area, *point)
        faults.append(Fault(PLACES.file, row, "latitude", value, expected, hint))
    return faults


def _suggest_point(area: shapely.Geometry, latitude: float, longitude: float) -> str:
    """What was probably done wrong with a point that lies outside its country."""
    guesses = {
        "latitude and longitude are swapped": (longitude, latitude),
        "the latitude lacks its minus": (-latitude, longitude),
        "the longitude lacks its minus": (latitude, -longitude),
    }
    for guess, (y, x) in guesses.items():
        if shapely.contains_xy(area, x, y):
            return f"it seems that {guess}: {y:.10g}, {x:.10g} lies within it"
    window = np.array([[longitude, latitude, longitude, latitude]])
    near = read_boundaries("countries", window)
    near = near[shapely.contains_xy(near["geometry"].to_numpy(), longitude, latitude)]
    return "".join(f"it lies in {row.name} ({row.country})" for row in near.itertuples(index=False))


def split_windows(west: float, south: float, east: float, north: float) -> np.ndarray:
    """A window that may pass 180 degrees, as one or two that do not; one row each."""
    south, north = max(south, -90.0), min(north, 90.0)
    if east - west >= 360:
        return np.array([[-180.0, south, 180.0, north]])
    turn = 360 * np.floor((west + 180) / 360)
    west, east = west - turn, east - turn
    if east <= 180:
        return np.array([[west, south, east, north]])
    return np.array([[west, south, 180.0, north], [-180.0, south, east - 360, north]])


@dataclass(frozen=True)
class Extent:
    """Bounds in degrees; east is the greater, and over 180 where they pass the antimeridian."""

    west: float
    south: float
    east: float
    north: float

    @property
    def middle(self) -> tuple[float, float]:
        """Longitude and latitude of the middle."""
        longitude = (self.west + self.east) / 2
        return float(_turn(longitude)), (self.south + self.north) / 2


def find_extent(longitudes: np.ndarray, latitudes: np.ndarray) -> Extent:
    """The bounds of points: of all the ways around the globe, the shortest."""
    ordered = np.unique(_turn(np.asarray(longitudes, dtype=float)))
    gaps = np.diff(ordered, append=ordered[0] + 360)
    widest = int(np.argmax(gaps))
    west = ordered[(widest + 1) % len(ordered)]
    east = ordered[widest]
    return Extent(west, np.min(latitudes), east + 360 * (east < west), np.max(latitudes))


def _turn(longitude):
    """A longitude as one of -180 to 180."""
    return (longitude + 180) % 360 - 180


@lru_cache(maxsize=64)
def _open_transformer(definition: str) -> Transformer:
    """From WGS 84 to a projection: PROJ takes longer to open one than to use it."""
    return Transformer.from_crs("EPSG:4326", definition, always_xy=True)


@dataclass(frozen=True)
class Projection:
    """An equal-area projection of WGS 84, in metres.

    Parameters
    ----------
    name
        Its name and parameters in words.
    definition
        PROJ's definition.
    meridian
        The longitude in its middle, in degrees.
    """

    name: str
    definition: str
    meridian: float

    def project(self, longitudes, latitudes) -> tuple[np.ndarray, np.ndarray]:
        """Eastings and northings in metres."""
        return _open_transformer(self.definition).transform(longitudes, latitudes)

    def unproject(self, eastings, northings) -> tuple[np.ndarray, np.ndarray]:
        """Longitudes and latitudes in degrees; infinite where there are none."""
        return _open_transformer(self.definition).transform(
            eastings, northings, direction="INVERSE"
        )


def choose_projection(extent: Extent) -> Projection:
    """An equal-area projection that suits an extent.

    Albers' conic where the extent is wide and lies in middle latitudes, with standard parallels
    a sixth of its height from its edges; Lambert's azimuthal where it is tall, near the equator
    or near a pole; Equal Earth where it is most of the world (Snyder, Map Projections: A Working
    Manual, USGS Professional Paper 1395, 1987, chapters 14 and 24; Šavrič, Patterson and Jenny,
    2018).
    """
    longitude, latitude = (round(degrees, 1) for degrees in extent.middle)
    height = extent.north - extent.south
    width = (extent.east - extent.west) * np.cos(np.radians(latitude))
    ellipsoid = "+ellps=WGS84 +units=m"
    if max(height, width) > 140:
        name = f"Equal Earth projection, centred on {word_meridian(longitude)}"
        return Projection(name, f"+proj=eqearth +lon_0={longitude} {ellipsoid}", longitude)
    if width > 0.8 * height and extent.south * extent.north > 0 and 15 < abs(latitude) < 65:
        low = round(extent.south + height / 6, 1)
        high = round(extent.north - height / 6, 1)
        name = (
            "Albers equal-area conic projection, standard parallels "
            f"{word_parallel(low)} and {word_parallel(high)}, centred on {word_meridian(longitude)}"
        )
        parallels = f"+lat_0={latitude} +lat_1={low} +lat_2={high}"
        return Projection(name, f"+proj=aea {parallels} +lon_0={longitude} {ellipsoid}", longitude)
    name = (
        "Lambert azimuthal equal-area projection, centred on "
        f"{word_parallel(latitude)}, {word_meridian(longitude)}"
    )
    definition = f"+proj=laea +lat_0={latitude} +lon_0={longitude} {ellipsoid}"
    return Projection(name, definition, longitude)


def word_parallel(latitude: float) -> str:
    """'43.3° N', '33.4° S', '0°'."""
    return f"{abs(latitude):g}°" + (" N" if latitude > 0 else " S" if latitude < 0 else "")


def word_meridian(longitude: float) -> str:
    """'52.9° E', '70.6° W', '0°'."""
    return f"{abs(longitude):g}°" + (" E" if longitude > 0 else " W" if longitude < 0 else "")


@dataclass(frozen=True)
class View:
    """A projected frame and how large it is drawn.

    Parameters
    ----------
    projection
        How degrees become metres.
    left, bottom
        The frame's lower left corner in projected metres.
    metres_per_px
        The scale.
    width_px, height_px
        The frame's size in CSS pixels; drawn coordinates run from 0 to these, upwards.
    """

    projection: Projection
    left: float
    bottom: float
    metres_per_px: float
    width_px: float
    height_px: float
    windows: np.ndarray = field(init=False, repr=False, compare=False)

    def __post_init__(self):
        object.__setattr__(self, "windows", self._find_windows())

    @property
    def frame(self) -> tuple[float, float, float, float]:
        """Left, bottom, right and top in pixels."""
        return 0.0, 0.0, self.width_px, self.height_px

    def place(self, longitudes, latitudes) -> tuple[np.ndarray, np.ndarray]:
        """Where points are drawn, in pixels."""
        eastings, northings = self.projection.project(longitudes, latitudes)
        x = (np.asarray(eastings) - self.left) / self.metres_per_px
        y = (np.asarray(northings) - self.bottom) / self.metres_per_px
        return x, y

    def locate(self, x, y) -> tuple[np.ndarray, np.ndarray]:
        """The longitudes and latitudes of points given in pixels."""
        eastings = self.left + np.asarray(x) * self.metres_per_px
        northings = self.bottom + np.asarray(y) * self.metres_per_px
        return self.projection.unproject(eastings, northings)

    def read(
        self, layer: str, countries: Iterable[str] | None = None, detail_px: float = DETAIL_PX
    ) -> pd.DataFrame:
        """The rows of a layer that show in the frame, their areas in pixels.

        Areas are cut a little outside of the frame. They lose the corners, islands and holes
        whose area is less than the square of `detail_px`; neighbours keep one and the same
        border.
        """
        rows = read_boundaries(layer, self.windows, countries)
        rows["geometry"] = generalise(self.draw(rows["geometry"].to_numpy()), detail_px)
        return rows[~shapely.is_empty(rows["geometry"].to_numpy())].reset_index(drop=True)

    def draw(self, areas: np.ndarray) -> np.ndarray:
        """Areas in degrees as areas in pixels, cut a little outside of the frame."""
        parts = [_clip(areas, window) for window in self.windows]
        drawn = [shapely.transform(part, self.place, interleaved=False) for part in parts]
        whole = _join(*drawn) if len(drawn) == 2 else drawn[0]
        valid = shapely.is_valid(whole)
        whole[~valid] = shapely.buffer(whole[~valid], 0)
        return _clip(whole, (-4, -4, self.width_px + 4, self.height_px + 4))

    def _find_windows(self) -> np.ndarray:
        """The frame in degrees, as one or two windows that a half turn does not cut."""
        x, y = np.meshgrid(np.linspace(0, self.width_px, 33), np.linspace(0, self.height_px, 33))
        longitudes, latitudes = self.locate(x.ravel(), y.ravel())
        seen = np.isfinite(longitudes) & np.isfinite(latitudes)
        extent = find_extent(longitudes[seen], latitudes[seen])
        south, north = extent.south - 1, extent.north + 1
        if extent.east - extent.west < 300 and max(abs(south), abs(north)) < 88:
            return split_windows(extent.west - 1, south, extent.east + 1, north)
        if "eqearth" in self.projection.definition:
            middle = self.projection.meridian
            return split_windows(middle - 179.99, south, middle + 179.99, north)
        # Around a pole: two halves, to be joined where they meet.
        return np.array([[-180.0, south, 0.0, north], [0.0, south, 180.0, north]])


def _clip(areas: np.ndarray, window: Iterable[float]) -> np.ndarray:
    """Areas cut at a window: left, bottom, right, top."""
    left, bottom, right, top = window
    edges = shapely.bounds(areas)
    inside = (edges[:, :2] >= (left, bottom)).all(axis=1) & (edges[:, 2:] <= (right, top)).all(
        axis=1
    )
    clipped = np.array(areas)
    clipped[~inside] = shapely.clip_by_rect(clipped[~inside], left, bottom, right, top)
    return clipped


def _join(ones: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Areas in pixels, put together again where the edge of a window cut them."""
    cut = ~(shapely.is_empty(ones) | shapely.is_empty(others))
    whole = np.where(shapely.is_empty(ones), others, ones)
    pair = shapely.make_valid(ones[cut]), shapely.make_valid(others[cut])
    whole[cut] = shapely.union(*pair, grid_size=0.1)
    return whole


def generalise(areas: np.ndarray, detail: float) -> np.ndarray:
    """Areas without their small corners, islands and holes."""
    parts, owners = shapely.get_parts(areas, return_index=True)
    wanted = (shapely.get_dimensions(parts) == 2) & (shapely.area(parts) >= detail**2)
    simple = shapely.coverage_simplify(parts[wanted], detail)
    gathered = np.full(len(areas), shapely.MultiPolygon(), dtype=object)
    for owner in np.unique(owners[wanted]):
        gathered[owner] = shapely.multipolygons(simple[owners[wanted] == owner])
    return gathered


def frame_view(
    longitudes: np.ndarray,
    latitudes: np.ndarray,
    width_px: float,
    heights_px: tuple[float, float],
    least_km: float = 20,
) -> View:
    """The view that shows points, with a margin, in a width and between two heights.

    The frame is at least `least_km` wide.
    """
    projection = choose_projection(find_extent(longitudes, latitudes))
    x, y = projection.project(longitudes, latitudes)
    margin = 0.06
    width = max((x.max() - x.min()) * (1 + 2 * margin), least_km * 1000)
    height = (y.max() - y.min()) * (1 + 2 * margin)
    height_px = 2 * round(np.clip(width_px * height / width, *heights_px) / 2)
    metres_per_px = max(width / width_px, height / height_px)
    left = (x.max() + x.min() - width_px * metres_per_px) / 2
    bottom = (y.max() + y.min() - height_px * metres_per_px) / 2
    return View(projection, left, bottom, metres_per_px, width_px, height_px)


def find_main_parts(area: shapely.Geometry, points: np.ndarray) -> np.ndarray:
    """The corners of those parts of a country that a map of it shows.

    Parts of which no wider gap than `_NEAR_DEGREES` keeps them apart belong together. Shown are
    those together that make up `_LEAST_SHARE` of the country, and those that hold a point.

    Parameters
    ----------
    area
        The country, in EPSG:4326.
    points
        Longitudes and latitudes, shape (n, 2).

    Returns
    -------
    ndarray
        Longitudes and latitudes, shape (n, 2); longitudes may pass 180.
    """
    corners = shapely.get_coordinates(area)
    west = find_extent(corners[:, 0], corners[:, 1]).west

    def unroll(longitudes):
        return west + (longitudes - west) % 360

    parts = shapely.get_parts(shapely.simplify(area, 0.02))
    low, high = shapely.bounds(parts)[:, :2], shapely.bounds(parts)[:, 2:]
    left, right = unroll(low[:, 0]), unroll(high[:, 0])
    stretch = np.cos(np.radians(np.clip((low[:, 1] + high[:, 1]) / 2, -80, 80)))
    reach = _NEAR_DEGREES / 2
    boxes = shapely.box(
        left - reach / stretch, low[:, 1] - reach, right + reach / stretch, high[:, 1] + reach
    )
    groups = shapely.get_parts(shapely.union_all(boxes))
    own = np.argmax(shapely.intersects(groups[:, None], boxes[None, :]), axis=0)
    share = np.bincount(own, shapely.area(parts) * stretch, len(groups))
    places = shapely.points(np.column_stack([unroll(points[:, 0]), points[:, 1]]))
    holds = shapely.intersects(groups[:, None], places[None, :]).any(axis=1)
    shown = (share >= _LEAST_SHARE * share.sum()) | holds
    kept = shapely.get_coordinates(parts[shown[own]])
    return np.column_stack([unroll(kept[:, 0]), kept[:, 1]])


def find_borders(areas: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The borders of areas that have one and the same border where they touch.

    Returns
    -------
    segments
        Straight lines, shape (n, 2, 2): start and end, of x and y each, in the order in which
        they go around the areas. None stands twice.
    owners
        The positions of the areas on their two sides, shape (n, 2); -1 where there is none.
    """
    parts, part_owners = shapely.get_parts(areas, return_index=True)
    rings, ring_parts = shapely.get_rings(parts, return_index=True)
    corners, ring_of = shapely.get_coordinates(rings, return_index=True)
    joined = np.flatnonzero(ring_of[1:] == ring_of[:-1])
    owners = part_owners[ring_parts[ring_of[joined]]]
    # The two sides of one border have one key, whichever way each goes.
    marks = corners @ (1.0, np.pi)
    order = np.argsort(marks[joined] + marks[joined + 1], kind="stable")
    start, end = corners[joined[order]], corners[joined[order] + 1]
    again = np.zeros(len(order) + 1, dtype=bool)
    again[1:-1] = (start[1:] == end[:-1]).all(axis=1) & (end[1:] == start[:-1]).all(axis=1)
    others = np.full(len(order), -1)
    others[order] = np.where(again[1:], np.roll(owners[order], -1), -1)
    first = np.sort(order[~again[:-1]])
    segments = np.stack([corners[joined[first]], corners[joined[first] + 1]], axis=1)
    return segments, np.column_stack([owners, others])[first]


def chain_segments(segments: np.ndarray) -> np.ndarray:
    """Segments of shape (n, 2, 2) as lines: one that begins where the last ends goes on with it."""
    if not len(segments):
        return np.array([], dtype=object)
    new = np.append(True, (segments[1:, 0] != segments[:-1, 1]).any(axis=1))
    line = np.cumsum(new)
    corners = np.empty((len(segments) + line[-1], 2))
    ends = np.arange(len(segments)) + line
    corners[ends] = segments[:, 1]
    corners[ends[new] - 1] = segments[new, 0]
    lines = np.empty(len(corners), dtype=int)
    lines[ends], lines[ends[new] - 1] = line - 1, line[new] - 1
    return shapely.linestrings(corners, indices=lines)
