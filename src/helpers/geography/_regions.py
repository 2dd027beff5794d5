"""The region that a place lies in."""

import numpy as np
import pandas as pd
import shapely

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
    spots = zip(places["latitude"], places["longitude"], strict=True)
    found = [find_region(*spot)[0] for spot in spots]
    return pd.DataFrame(found, index=places.index, columns=columns)


def find_region(latitude: float, longitude: float) -> tuple[dict, shapely.Geometry]:
    """The region of a point, and its area in EPSG:4326; both are empty at sea."""
    up = COAST_KM / 111
    across = up / max(0.05, np.cos(np.radians(latitude)))
    window = longitude - across, latitude - up, longitude + across, latitude + up
    rows, areas = read_rows("regions", split_windows(*window))
    away = [measure_outside(area, latitude, longitude) for area in areas]
    if not away or min(away) > COAST_KM:
        return {}, shapely.MultiPolygon()
    nearest = int(np.argmin(away))
    return rows.slice(nearest, 1).to_pylist()[0], areas[nearest]
