"""The region that a place lies in."""

import numpy as np
import pandas as pd

from helpers.geography._boundaries import COAST_KM, read_rows
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
    up = COAST_KM / 111
    across = up / max(0.05, np.cos(np.radians(latitude)))
    window = longitude - across, latitude - up, longitude + across, latitude + up
    rows, areas = read_rows("regions", split_windows(*window))
    away = [measure_outside(area, latitude, longitude) for area in areas]
    if not away or min(away) > COAST_KM:
        return {}
    return rows.slice(int(np.argmin(away)), 1).to_pylist()[0]
