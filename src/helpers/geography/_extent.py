"""Bounds in degrees, which may pass the antimeridian."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import shapely

_NEAR_DEGREES = 2.0  # of latitude: about 220 km
_LEAST_SHARE = 0.2
_LEAST_SHOWN = 0.75


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
    west = ordered[(widest + 1) % len(ordered)]
    east = ordered[widest]
    return Extent(west, np.min(latitudes), east + 360 * (east < west), np.max(latitudes))


def find_main_parts(area: shapely.Geometry, points: np.ndarray) -> np.ndarray:
    """The corners of those parts of a country that a map of it shows.

    Parts of which no wider gap than `_NEAR_DEGREES` keeps them apart belong together. Shown are
    those together that make up `_LEAST_SHARE` of the country, and those that hold a point; all
    of them where the first are not `_LEAST_SHOWN` of it, as of Micronesia.

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
    west, parts, groups, own, share = _group_parts(area)
    at = np.column_stack([west + (points[:, 0] - west) % 360, points[:, 1]])
    holds = shapely.intersects(groups[:, None], shapely.points(at)).any(axis=1)
    main = share >= _LEAST_SHARE
    shown = main | holds | (share[main].sum() < _LEAST_SHOWN)
    return shapely.get_coordinates(parts[shown[own]])


@lru_cache(maxsize=64)
def _group_parts(area: shapely.Geometry) -> tuple:
    """The parts of a country, coarse, and those together that lie near to one another.

    Returns
    -------
    west, parts
        The western edge, in degrees, and the parts in longitudes from there on.
    groups, own, share
        The areas around those together, the group of each part, and the share of the country that
        each group is.
    """
    whole = find_extent(*shapely.get_coordinates(area).T)
    west, coarse = whole.west, min(0.02, 0.01 * (whole.north - whole.south))

    def unroll(corners):
        return np.column_stack([west + (corners[:, 0] - west) % 360, corners[:, 1]])

    parts = shapely.transform(shapely.get_parts(shapely.simplify(area, coarse)), unroll)
    left, low, right, high = shapely.bounds(parts).T
    stretch = np.cos(np.radians(np.clip((low + high) / 2, -80, 80)))
    up, across = _NEAR_DEGREES / 2, _NEAR_DEGREES / 2 / stretch
    boxes = shapely.box(left - across, low - up, right + across, high + up)
    groups = shapely.get_parts(shapely.union_all(boxes))
    own = np.argmax(shapely.intersects(groups[:, None], boxes), axis=0)
    size = np.bincount(own, shapely.area(parts) * stretch, len(groups))
    return west, parts, groups, own, size / size.sum()


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
