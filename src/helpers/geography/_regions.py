"""The region that a place lies in."""

import geopandas as gpd
import numpy as np
import pandas as pd

from helpers.geography._boundaries import COAST_KM, read_boundaries
from helpers.geography._distances import measure_outside
from helpers.geography._extent import split_windows


def find_regions(places: pd.DataFrame) -> pd.DataFrame:
    """The region that each place is in, or else the nearest within `COAST_KM`.

    Returns
    -------
    DataFrame
        One row a place, with its index: country, name, name_kk, name_ru; all empty for a place at
        sea.
    """
    columns = ["country", "name", "name_kk", "name_ru"]
    found = [_find_region(place["latitude"], place["longitude"]) for _, place in places.iterrows()]
    return pd.DataFrame(found, index=places.index, columns=columns)


def _find_region(latitude: float, longitude: float) -> dict:
    near = _read_near(latitude, longitude)
    away = [measure_outside(area, latitude, longitude) for area in near.geometry]
    if not away or min(away) > COAST_KM:
        return {}
    return near.iloc[int(np.argmin(away))].to_dict()


def _read_near(latitude: float, longitude: float) -> gpd.GeoDataFrame:
    """The regions whose bounds come within `COAST_KM` of a point."""
    up = COAST_KM / 111
    across = up / max(0.05, np.cos(np.radians(latitude)))
    window = longitude - across, latitude - up, longitude + across, latitude + up
    return read_boundaries("regions", split_windows(*window))
