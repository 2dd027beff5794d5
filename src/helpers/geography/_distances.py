"""Distances, directions and circles on the ellipsoid of WGS 84."""

import numpy as np
import shapely
from pyproj import Geod

GEOD = Geod(ellps="WGS84")
_DIRECTIONS = (
    "north", "north-east", "east", "south-east", "south", "south-west", "west", "north-west",
)  # fmt: skip


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
    longitudes = longitude + wrap_longitude(np.asarray(longitudes) - longitude)
    return shapely.Polygon(np.column_stack([longitudes, latitudes]))


def wrap_longitude(longitude):
    """A longitude as one of -180 to 180."""
    return (longitude + 180) % 360 - 180
