"""Whether the places of a dossier lie where it says."""

import numpy as np
import pandas as pd
import pyarrow as pa
import shapely

from helpers.dossier import PLACES, Dossier, Fault
from helpers.geography._boundaries import (
    BORDER_KM,
    COAST_KM,
    is_on_land,
    list_countries,
    read_country,
    read_rows,
)
from helpers.geography._distances import measure_outside
from helpers.geography._files import each_row
from helpers.geography._reach import list_reaches, say_unknown

_PARTS_OF = {  # with a code of their own in ISO 3166-1
    "FRA": ("GLP", "GUF", "MTQ", "MYT", "REU"), "NLD": ("BES",), "NOR": ("BVT", "SJM"),
}  # fmt: skip


def check_places(dossier: Dossier) -> list[Fault]:
    """The places that lie outside their country, by more than its drawn outline may be off.

    At sea that is `COAST_KM` and the place's precision; in another country `BORDER_KM`, and the
    precision up to as much again, however large it is: of 69,470 towns of GeoNames it refuses
    six that lie in land under dispute, and five more.
    A place without a country may lie anywhere. One whose coordinates or precision could not be read
    is passed over. An area that the boundaries do not have says itself how far it reaches.
    """
    places = dossier.places
    reaches = list_reaches(places)
    faults = [
        Fault(PLACES.file, int(row), "precision_km", "", say_unknown(places.loc[row, "kind"]))
        for row in reaches.index[reaches.isna()]
    ]
    places = places.assign(precision_km=places["precision_km"].fillna(reaches))
    known = list_countries()
    for code, group in places.dropna(subset=["country"]).groupby("country", sort=False):
        if code in known:
            whole = group.dropna(subset=["latitude", "longitude", "precision_km"])
            faults += _check_inside(whole, read_country(code))
            continue
        expected, hint = "not a country of ISO 3166-1", _suggest_country(str(code))
        cell = "country", str(code)
        faults += [Fault(PLACES.file, row, *cell, expected, hint) for row in group.index]
    return sorted(faults, key=lambda fault: fault.row or 0)


def _suggest_country(code: str) -> str:
    """'did you mean DEU (Germany)?' for GER: the one country whose name begins so."""
    names = list_countries().items()
    near = [f"{known} ({name})" for known, name in names if name.upper().startswith(code)]
    return f"did you mean {near[0]}?" if len(near) == 1 else ""


def _check_inside(places: pd.DataFrame, country: pd.Series) -> list[Fault]:
    """A fault for each of a country's places that lies outside it."""
    codes = country["country"], *_PARTS_OF.get(country["country"], ())
    area = shapely.union_all(read_rows("countries", countries=codes)[1])
    shapely.prepare(area)
    latitude, longitude = places["latitude"].to_numpy(), places["longitude"].to_numpy()
    outside = places[~shapely.contains_xy(area, longitude, latitude)]
    faults = []
    for place in each_row(outside):
        point = place.latitude, place.longitude
        away = measure_outside(area, *point)
        margin = COAST_KM + place.precision_km
        if is_on_land(*point):
            margin = BORDER_KM + min(place.precision_km, BORDER_KM)
        if away <= margin:
            continue
        expected = f"lies {away:,.0f} km outside {country['name']}; expected a point within it"
        value = f"{point[0]:.10g}, {point[1]:.10g}"
        hint = _suggest_point(area, *point)
        faults.append(Fault(PLACES.file, place.Index, "latitude", value, expected, hint))
    return faults


def _suggest_point(area: shapely.Geometry, latitude: float, longitude: float) -> str:
    """What was probably done wrong with a point that lies outside its country."""
    guesses = {
        "latitude and longitude are swapped": (longitude, latitude),
        "the latitude lacks its minus": (-latitude, longitude),
        "the longitude lacks its minus": (latitude, -longitude),
    }
    for guess, (y, x) in guesses.items():
        if shapely.contains_xy(area, x, y):
            return f"it seems that {guess}: {y:.10g}, {x:.10g} lies within it"
    window = np.array([[longitude, latitude, longitude, latitude]])
    near, areas = read_rows("countries", window)
    holds = near.filter(pa.array(shapely.contains_xy(areas, longitude, latitude))).to_pylist()
    return "".join(f"it lies in {row['name']} ({row['country']})" for row in holds)
