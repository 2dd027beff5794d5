"""How far a country or a region reaches from its point, where a dossier does not say."""

import numpy as np
import pandas as pd
import shapely

from helpers.dossier import AREAS, PLACES
from helpers.errors import DossierError
from helpers.geography._boundaries import list_countries, read_country
from helpers.geography._distances import measure_km
from helpers.geography._extent import find_main_parts
from helpers.geography._files import each_row
from helpers.geography._regions import bears_name, find_region


def list_reaches(places: pd.DataFrame) -> pd.Series:
    """The reach in km of each country and region without a `precision_km`, by its row.

    It is the greatest distance from the place's point to the boundary: of a country to that of the
    parts that a map of it shows, of a region to that of the one that the point lies in, where the
    place has its name ('Sofala Province' is Sofala). NaN where the boundaries have no such area.
    """
    areas = places[places["precision_km"].isna() & places["kind"].isin(AREAS)]
    areas = areas.dropna(subset=["latitude", "longitude"])
    reaches = [_measure_reach(place) for place in each_row(areas)]
    return pd.Series(reaches, areas.index, dtype=float)


def fill_precision(places: pd.DataFrame) -> pd.DataFrame:
    """The places with the reach of each country and region that had no `precision_km`.

    Raises
    ------
    DossierError
        The boundaries have no such area.
    """
    if places["precision_km"].notna().all():
        return places
    reaches = list_reaches(places)
    for row in reaches.index[reaches.isna()]:
        name = places.loc[row, "name"]
        raise DossierError(f"{PLACES.file}, place {name!r}: {say_unknown(places.loc[row, 'kind'])}")
    return places.assign(precision_km=places["precision_km"].fillna(reaches))


def say_unknown(kind: str) -> str:
    """What is wrong with the empty precision of an area that the boundaries do not have."""
    return f"is empty, and the boundaries have no such {kind} here; expected how far it reaches"


def _measure_reach(place) -> float:
    """From the point of a place to the farthest corner of its boundary, in km."""
    if place.kind == "country":
        if place.country not in list_countries():
            return np.nan
        spot = np.array([[place.longitude, place.latitude]])
        corners = find_main_parts(read_country(place.country)["geometry"], spot)
    else:
        region, area = find_region(place)
        if not region or not bears_name(place.name, region):
            return np.nan
        corners = shapely.get_coordinates(area)
    longitudes, latitudes = corners.T
    start = np.full(len(corners), place.latitude), np.full(len(corners), place.longitude)
    return float(np.ceil(np.max(measure_km(*start, latitudes, longitudes))))
