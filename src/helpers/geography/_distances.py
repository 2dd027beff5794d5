"""Distances, directions and circles on the ellipsoid of WGS 84."""

from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import shapely

from helpers.geography._extent import wrap_longitude

if TYPE_CHECKING:
    from pyproj import Geod

_DIRECTIONS = (
    "north", "north-east", "east", "south-east", "south", "south-west", "west", "north-west",
)  # fmt: skip
_STEP_DEGREES = 0.5  # between the corners of a border from which a distance is measured


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
    same = np.ones_like(azimuths)
    longitudes, latitudes, _ = _open_ellipsoid().fwd(
        longitude * same, latitude * same, azimuths, radius_km * 1000 * same
    )
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
