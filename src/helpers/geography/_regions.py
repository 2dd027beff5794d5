"""The region that a place lies in."""

import numpy as np
import pandas as pd
import shapely

from helpers.geography._boundaries import COAST_KM, read_rows
from helpers.geography._distances import measure_outside
from helpers.geography._extent import split_windows
from helpers.geography._files import each_row
from helpers.geography._gazetteer import find_places


def find_regions(places: pd.DataFrame) -> pd.DataFrame:
    """The region that each place is in, or else its country's nearest within `COAST_KM`.

    Returns
    -------
    DataFrame
        One row a place, with its index: country and name of the region, and is_named: whether the
        place is a region and bears its name. Empty for a place at sea, and where the boundaries'
        regions are older than today's.
    """
    found = []
    for place in each_row(places):
        region, _ = find_region(place)
        is_named = bool(region) and place.kind == "region" and bears_name(place.name, region)
        found.append(region | {"is_named": is_named})
    return pd.DataFrame(found, index=places.index, columns=["country", "name", "is_named"])


def find_region(place) -> tuple[dict, shapely.Geometry]:
    """The region of a place of its country, and its area in EPSG:4326; both may be empty."""
    latitude, longitude = place.latitude, place.longitude
    up = COAST_KM / 111
    across = up / max(0.05, np.cos(np.radians(latitude)))
    window = longitude - across, latitude - up, longitude + across, latitude + up
    of = None if pd.isna(place.country) else [place.country]
    rows, areas = read_rows("regions", split_windows(*window), of)
    away = [measure_outside(area, latitude, longitude) for area in areas]
    if not away or min(away) > COAST_KM:
        return {}, shapely.MultiPolygon()
    nearest = int(np.argmin(away))
    row = rows.slice(nearest, 1).to_pylist()[0]
    return (row, areas[nearest]) if row["name"] else ({}, shapely.MultiPolygon())


def bears_name(name: str, region: dict) -> bool:
    """Whether a name is a region's: 'Sofala Province' is Sofala, 'Bayern' is Bavaria."""
    if name.startswith(region["name"]):
        return True
    known = find_places(name, region["country"])
    return any(place.kind == "region" and place.name == region["name"] for place in known)
