"""A dossier's places on the boundaries: their regions, reach and names, and whether they fit."""

from functools import lru_cache

import numpy as np
import pandas as pd
import shapely

from helpers.dossier import AREAS, PLACES, Dossier, Fault
from helpers.errors import DossierError
from helpers.geography import _boundaries as boundaries
from helpers.geography._files import each_row, find_boundaries
from helpers.geography._gazetteer import find_places
from helpers.geography._globe import find_main_parts, measure_km, measure_outside, split_windows
from helpers.words import one_of, quote_value

_COAST_KM = 25  # harbours, islets and a coast made for 1:10 million lie this far off at most
_BORDER_KM = 0.1  # borders.parquet is as exact as this
_PARTS_OF = {  # with a code of their own in ISO 3166-1
    "FRA": ("GLP", "GUF", "MTQ", "MYT", "REU"), "NLD": ("BES",), "NOR": ("BVT", "SJM"),
}  # fmt: skip


def check_places(dossier: Dossier) -> list[Fault]:
    """The places that lie outside their country: at sea by more than its coast may be off.

    That is `_COAST_KM` and the place's precision. Across a land border there is no tolerance,
    however rough the place: borders.parquet corrects those made for 1:10 million.
    A place without a country may lie anywhere. One whose coordinates or precision could not be read
    is passed over. An area that the boundaries do not have says itself how far it reaches.
    """
    places = dossier.places
    reaches = _list_reaches(places)
    faults = [
        Fault(PLACES.file, int(row), "precision_km", "", _say_unknown(places.loc[row, "kind"]))
        for row in reaches.index[reaches.isna()]
    ]
    places = places.assign(precision_km=places["precision_km"].fillna(reaches))
    known = boundaries.list_countries()
    for code, group in places.dropna(subset=["country"]).groupby("country", sort=False):
        if code in known:
            whole = group.dropna(subset=["latitude", "longitude", "precision_km"])
            faults += _check_inside(whole, boundaries.read_country(code))
            continue
        alike = (one for one in known if known[one].upper().startswith(str(code)))
        near = [f"{one} ({known[one]})" for one in alike]
        hint = f"did you mean {near[0]}?" if len(near) == 1 else ""  # DEU (Germany) for GER
        told = "country", str(code), "not a country of ISO 3166-1", hint
        faults += [Fault(PLACES.file, row, *told) for row in group.index]
    return sorted(faults, key=lambda fault: fault.row or 0)


def _check_inside(places: pd.DataFrame, country: pd.Series) -> list[Fault]:
    """A fault for each of a country's places that lies outside it."""
    codes = country["country"], *_PARTS_OF.get(country["country"], ())
    drawn = shapely.union_all(boundaries.read_rows("countries", countries=codes)[1])
    latitude, longitude = places["latitude"].to_numpy(), places["longitude"].to_numpy()
    area = boundaries.correct_border(drawn, codes, latitude, longitude)
    shapely.prepare(area)
    outside = places[~shapely.contains_xy(area, longitude, latitude)]
    faults = []
    for place in each_row(outside):
        point = place.latitude, place.longitude
        away = measure_outside(area, *point)
        is_land = boundaries.find_countries(*point)
        margin = _BORDER_KM if is_land else _COAST_KM + place.precision_km
        if away <= margin:
            continue
        how_far = f"{away:,.0f}" if away >= 10 else f"{away:.1f}"
        expected = f"lies {how_far} km outside {country['name']}; expected a point within it"
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
    holds = boundaries.find_countries(latitude, longitude)
    return "".join(f"it lies in {row['name']} ({row['country']})" for row in holds)


def find_region(place) -> tuple[dict, shapely.Geometry]:
    """The region of a place of its country, and its area in EPSG:4326; both may be empty."""
    country = None if pd.isna(place.country) else place.country
    return _find_region(place.latitude, place.longitude, country)


@lru_cache(maxsize=256)
def _find_region(
    latitude: float, longitude: float, country: str | None
) -> tuple[dict, shapely.Geometry]:
    up = _COAST_KM / 111
    across = up / max(0.05, np.cos(np.radians(latitude)))
    window = longitude - across, latitude - up, longitude + across, latitude + up
    of = [country] if country else None
    rows, areas = boundaries.read_rows("regions", split_windows(*window), of)
    away = [measure_outside(area, latitude, longitude) for area in areas]
    if away and min(away) <= _COAST_KM:
        nearest = int(np.argmin(away))
        row = rows.slice(nearest, 1).to_pylist()[0]
        if row["name"]:
            return row, areas[nearest]
    return {}, shapely.MultiPolygon()


def bears_name(place, region: dict) -> bool:
    """Whether a place is the region: 'Sofala Province' is Sofala, 'Bayern' is Bavaria."""
    if not region or place.kind != "region":
        return False
    if place.name.startswith(region["name"]):
        return True
    known = find_places(place.name, region["country"])
    return any(one.kind == "region" and one.name == region["name"] for one in known)


def fill_precision(places: pd.DataFrame) -> pd.DataFrame:
    """The places, each area with its reach; a DossierError where the boundaries have none."""
    reaches = _list_reaches(places)
    for row in reaches.index[reaches.isna()]:
        kind, name = places.loc[row, ["kind", "name"]]
        raise DossierError(f"{PLACES.file}, place {name!r}: {_say_unknown(kind)}")
    return places.assign(precision_km=places["precision_km"].fillna(reaches))


def _say_unknown(kind: str) -> str:
    return f"is empty, and the boundaries have no such {kind} here; expected how far it reaches"


def _list_reaches(places: pd.DataFrame) -> pd.Series:
    """The reach in km of each country and region without a `precision_km`, by its row.

    It is the greatest distance from the place's point to the boundary: of a country to that of the
    parts that a map of it shows, of a region to that of the one that the point lies in, where the
    place has its name ('Sofala Province' is Sofala). NaN where the boundaries have no such area.
    """
    rough = places.index[places["precision_km"].isna() & places["kind"].isin(AREAS)]
    areas = places.loc[rough].dropna(subset=["latitude", "longitude"]) if len(rough) else places[:0]
    return pd.Series([_measure_reach(place) for place in each_row(areas)], areas.index, dtype=float)


def _measure_reach(place) -> float:
    """From the point of a place to the farthest corner of its boundary, in km."""
    if place.kind == "country":
        if place.country not in boundaries.list_countries():
            return np.nan
        spot = np.array([[place.longitude, place.latitude]])
        corners = find_main_parts(boundaries.read_country(place.country)["geometry"], spot)
    else:
        region, area = find_region(place)
        if not bears_name(place, region):
            return np.nan
        corners = shapely.get_coordinates(area)
    longitudes, latitudes = corners.T
    start = np.full(len(corners), place.latitude), np.full(len(corners), place.longitude)
    return float(np.ceil(np.max(measure_km(*start, latitudes, longitudes))))


def list_place_names(dossier: Dossier) -> list[str]:
    """The codes of the languages in which a dossier's places or the boundaries have names."""
    table, _ = boundaries.read_layer(find_boundaries("countries.parquet"))
    others = [name.removeprefix("name_") for name in table.column_names if name.startswith("name_")]
    return list(dict.fromkeys([*dossier.languages, *others]))


def check_place_names(dossier: Dossier, language: str) -> None:
    """Refuse a language in which neither a dossier's places nor the boundaries have names."""
    known = list_place_names(dossier)
    if language not in known:
        value = quote_value(language)
        raise DossierError(f"place_names {value}: not a language here ({one_of(known)})")
