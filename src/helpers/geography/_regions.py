"""The region that a place lies in."""

import numpy as np
import pandas as pd
import shapely

from helpers.geography._boundaries import read_boundaries
from helpers.geography._distances import measure_km
from helpers.geography._projection import split_windows

COAST_KM = 25  # harbours, islets and a coast made for 1:10 million lie this far off at most
_STEP_DEGREES = 0.1  # between the points of a border from which a distance is measured


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
        away = [measure_outside(area, latitude, longitude) for area in near["geometry"]]
        inside = (np.array(away) <= COAST_KM) & (np.array(away) == min(away))
    return near[inside].iloc[0].to_dict() if inside.any() else {}


def measure_outside(area: shapely.Geometry, latitude: float, longitude: float) -> float:
    """How far a point outside an area is from its border, in km."""
    border = shapely.get_coordinates(shapely.segmentize(area, _STEP_DEGREES))
    same = np.ones(len(border))
    return float(measure_km(latitude * same, longitude * same, border[:, 1], border[:, 0]).min())
