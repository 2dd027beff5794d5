"""Distances, directions and circles on the ellipsoid of WGS 84, and bounds that may pass 180°."""

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from pyproj import Geod

_DIRECTIONS = (
    "north", "north-east", "east", "south-east", "south", "south-west", "west", "north-west",
)  # fmt: skip
_STEP_DEGREES = 0.5  # between the corners of a border from which a distance is measured
_NEAR_DEGREES = 2.0  # of latitude: about 220 km
_LEAST_SHARE = 0.2
_LEAST_SHOWN = 0.75


@cache
def _open_ellipsoid() -> "Geod":
    from pyproj import Geod

    return Geod(ellps="WGS84")


def measure_km(from_latitude, from_longitude, to_latitude, to_longitude) -> np.ndarray | float:
    """Distances on the ellipsoid WGS 84 in km; each argument a number or an array, in degrees."""
    _, _, metres = _open_ellipsoid().inv(from_longitude, from_latitude, to_longitude, to_latitude)
    return metres / 1000


def name_direction(from_latitude, from_longitude, to_latitude, to_longitude) -> str:
    """'east': the eighth of the compass in which a point lies, halfway along the shortest line."""
    ends = from_longitude, from_latitude, to_longitude, to_latitude
    [(longitude, latitude)] = _open_ellipsoid().npts(*ends, 1)
    azimuth, _, _ = _open_ellipsoid().inv(longitude, latitude, to_longitude, to_latitude)
    return _DIRECTIONS[round(azimuth / 45) % 8]


def draw_circle(latitude: float, longitude: float, radius_km: float) -> shapely.Polygon:
    """The circle of a radius on the ellipsoid, in EPSG:4326; longitudes may pass 180."""
    azimuths = np.arange(0, 360, 5.0)
    start = np.full_like(azimuths, longitude), np.full_like(azimuths, latitude)
    metres = np.full_like(azimuths, radius_km * 1000)
    longitudes, latitudes, _ = _open_ellipsoid().fwd(*start, azimuths, metres)
    longitudes = longitude + wrap_longitude(np.asarray(longitudes) - longitude)
    return shapely.Polygon(np.column_stack([longitudes, latitudes]))


def measure_outside(area: shapely.Geometry, latitude: float, longitude: float) -> float:
    """How far a point is from an area in EPSG:4326, in km; 0 within it.

    Distances from the middle of an azimuthal equidistant projection are those of the ellipsoid;
    the area's straight edges become true ones within some 0.1 km.
    """
    if shapely.contains_xy(area, longitude, latitude):
        return 0.0
    from pyproj import Proj

    around = Proj(proj="aeqd", lat_0=latitude, lon_0=longitude, ellps="WGS84")
    border = shapely.segmentize(shapely.boundary(area), _STEP_DEGREES)
    drawn = shapely.transform(border, lambda xy: np.column_stack(around(*xy.T)))
    return float(shapely.distance(drawn, shapely.Point(0, 0))) / 1000


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
        return float(wrap_longitude(longitude)), (self.south + self.north) / 2


def find_extent(longitudes: np.ndarray, latitudes: np.ndarray) -> Extent:
    """The bounds of points: of all the ways around the globe, the shortest."""
    ordered = np.unique(wrap_longitude(np.asarray(longitudes, dtype=float)))
    gaps = np.diff(ordered, append=ordered[0] + 360)
    widest = int(np.argmax(gaps))
    west, east = ordered[(widest + 1) % len(ordered)], ordered[widest]
    return Extent(west, np.min(latitudes), east + 360 * (east < west), np.max(latitudes))


def find_main_parts(area: shapely.Geometry, points: np.ndarray) -> np.ndarray:
    """The corners of those parts of a country that a map of it shows.

    The area is in EPSG:4326; points and corners are longitudes and latitudes of shape (n, 2), those
    of the corners may pass 180. Parts of which no wider gap than `_NEAR_DEGREES` keeps them apart
    belong together. Shown are those together that make up `_LEAST_SHARE` of the country, and those
    that hold a point; all where the first are not `_LEAST_SHOWN` of it, as of Micronesia.
    """
    west, parts, groups, own, share = _group_parts(area)
    holds = shapely.intersects(groups[:, None], shapely.points(_unroll(points, west))).any(axis=1)
    main = share >= _LEAST_SHARE
    shown = main | holds | (share[main].sum() < _LEAST_SHOWN)
    return shapely.get_coordinates(parts[shown[own]])


@lru_cache(maxsize=64)
def _group_parts(area: shapely.Geometry) -> tuple:
    """A country's western edge, its parts, coarse, in longitudes from there on, and their groups.

    A group is the area around parts that lie near to one another; then comes the group of each
    part, and the share of the country that each group is.
    """
    whole = find_extent(*shapely.get_coordinates(area).T)
    west, coarse = whole.west, min(0.02, 0.01 * (whole.north - whole.south))
    parts = shapely.get_parts(shapely.simplify(area, coarse))
    parts = shapely.transform(parts, lambda corners: _unroll(corners, west))
    left, low, right, high = shapely.bounds(parts).T
    stretch = np.cos(np.radians(np.clip((low + high) / 2, -80, 80)))
    up, across = _NEAR_DEGREES / 2, _NEAR_DEGREES / 2 / stretch
    boxes = shapely.box(left - across, low - up, right + across, high + up)
    groups = shapely.get_parts(shapely.union_all(boxes))
    own = np.argmax(shapely.intersects(groups[:, None], boxes), axis=0)
    size = np.bincount(own, shapely.area(parts) * stretch, len(groups))
    return west, parts, groups, own, size / size.sum()


def _unroll(corners: np.ndarray, west: float) -> np.ndarray:
    return np.column_stack([west + (corners[:, 0] - west) % 360, corners[:, 1]])


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


def wrap_longitude(longitude):
    """A longitude in degrees as one of -180 to 180."""
    return (longitude + 180) % 360 - 180
