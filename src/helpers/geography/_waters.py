"""Seas as areas, and lakes, by their names."""

from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd
import shapely

from helpers.geography._boundaries import is_on_land
from helpers.geography._files import find_boundaries


def read_lakes() -> pd.DataFrame:
    """Lakes with coordinates (WGS 84 degrees), one row each: name, latitude, reach_km."""
    return _read_table(find_boundaries("waters.csv")).copy(deep=False)


@lru_cache(maxsize=1)
def read_seas() -> pd.DataFrame:
    """Seas and oceans, one row each, the smallest first; geometry in EPSG:4326.

    An outline is rough and runs over land, and a sea may lie in a larger one: a point at sea is in
    the first sea that covers it.
    """
    table = _read_table(find_boundaries("seas.csv"))
    areas = np.array([_read_outline(text) for text in table["outline"]])
    seas = table.drop(columns="outline").assign(geometry=areas)
    return seas.iloc[np.argsort(shapely.area(areas), kind="stable")].reset_index(drop=True)


def name_sea(latitude: float, longitude: float) -> str:
    """The name of the sea at a point; empty on land, and where none covers it."""
    if is_on_land(latitude, longitude):
        return ""
    seas = read_seas()
    covers = shapely.intersects_xy(seas["geometry"].to_numpy(), longitude, latitude)
    return str(seas["name"].iloc[int(np.argmax(covers))]) if covers.any() else ""


def _read_outline(text: str) -> shapely.MultiPolygon:
    """'12 46,12 44,13.5 42.5;…': parts, of corners, of a longitude and a latitude each."""
    parts = [
        [[float(degrees) for degrees in corner.split()] for corner in part.split(",")]
        for part in text.split(";")
    ]
    return shapely.MultiPolygon([shapely.segmentize(shapely.Polygon(part), 1) for part in parts])


@lru_cache(maxsize=8)
def _read_table(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, keep_default_na=False)
