"""Places by their names: countries, regions, and towns of 5,000 people and more.

The names are GeoNames' (CC BY 4.0), in many languages. The file is read when a place is first
asked for.
"""

import csv
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from helpers.geography._files import find_boundaries

_SEPARATOR = "|"
_COLUMNS = (
    "kind", "country", "name", "latitude", "longitude", "population", "geonames_id", "capital",
)  # fmt: skip
_ORDER = ("country", "city", "region", "town")
_LETTERS = {"ł": "l", "ø": "o", "đ": "d", "ı": "i", "ß": "ss", "æ": "ae", "œ": "oe", "þ": "th"}
_SIGNS = r"[\p{M}ʻʼʾʿ'’‘`´]"  # accents, and apostrophes of all kinds


class KnownPlace(NamedTuple):
    """A place of the gazetteer.

    name is English where there is an English one; kind is country, region, city (a capital, or
    100,000 people and more) or town; country is ISO 3166-1 alpha-3. latitude, longitude, in WGS 84
    degrees, are the middle of a town, and a point within an area; precision_km is the radius within
    which a town lies, 0 for an area, whose boundary tells. population, geonames_id are 0 where not
    known. other_names are those in other languages and spellings; of a country, its people too
    ('Kazakh').
    """

    name: str
    kind: str
    country: str
    latitude: float
    longitude: float
    precision_km: int
    population: int
    geonames_id: int
    other_names: tuple[str, ...]


def find_places(name: str, country: str | None = None) -> list[KnownPlace]:
    """The places of a name, in any language, whatever its accents and capitals.

    Those that bear it as their first name stand before those that bear it as another; then a
    country before a city, a region and a town, and larger towns before smaller. Empty where
    nothing has the name; country is ISO 3166-1 alpha-3, None for all.
    """
    keys, owners = _read_index()
    wanted, read = fold_names(pa.array([name.strip()]))[0], pa.StringScalar.as_py
    ends = [bisect(keys, read(wanted), key=read) for bisect in (bisect_left, bisect_right)]
    rows = read_places("others").take(np.unique(owners[slice(*ends)])).to_pylist()
    found = [_read_place(row) for row in rows if country in (None, row["country"])]

    def rank(place):
        first = fold_names(pa.array([place.name]))[0] == wanted
        return not first, _ORDER.index(place.kind), -place.population, place.geonames_id

    return sorted(found, key=rank)


def fold_names(names: pa.Array) -> pa.Array:
    """Names without capitals, accents and apostrophes, as they are compared."""
    bare = pc.utf8_normalize(pc.utf8_lower(names), "NFKD")
    bare = pc.replace_substring_regex(bare, _SIGNS, "")
    for letter, plain in _LETTERS.items():
        bare = pc.replace_substring(bare, letter, plain)
    return pc.replace_substring(bare, "-", " ")


def list_former_names(day: date) -> dict:
    """What was called otherwise on a day: its names by column, by today's ('KAZ Astana')."""
    with find_boundaries("former_names.csv").open(encoding="utf-8", newline="") as file:
        then = [row for row in csv.DictReader(file) if row["since"] <= str(day) < row["until"]]
    names = [{name: row[name] for name in row if "name" in name} for row in then]
    return dict(zip((f"{row['country']} {row['now']}" for row in then), names, strict=True))


def read_cities(countries: Iterable[str], column: str = "name") -> pd.DataFrame:
    """The cities and towns of some countries, one row each, capitals first; `column` as name_fr."""
    towns = _read_towns(column)
    wanted = pc.is_in(towns["country"], pa.array(sorted(set(countries)), pa.string()))
    return towns.filter(wanted).to_pandas(use_threads=False)


@lru_cache(maxsize=2)
def _read_towns(column: str) -> pa.Table:
    table = read_places(column)
    return table.filter(pc.is_in(table["kind"], pa.array(["city", "town"])))


def read_names(numbers: pd.Series, column: str) -> dict[int, str]:
    """The names of places in another language, such as name_fr, by GeoNames number."""
    table = read_places(column)
    if column not in table.column_names or numbers.isna().all():
        return {}
    known = table.filter(pc.is_in(table["geonames_id"], pa.array(numbers.dropna().unique())))
    return {row["geonames_id"]: row[column] for row in known.to_pylist() if row[column]}


@lru_cache(maxsize=8)
def read_places(column: str) -> pa.Table:
    """The gazetteer, by country, capital first, then population: `_COLUMNS` and one more."""
    path = find_boundaries("gazetteer.parquet")
    table = pq.ParquetFile(path, pre_buffer=False).read([*_COLUMNS, column], use_threads=False)
    return table.combine_chunks()


@lru_cache(maxsize=1)
def _read_index() -> tuple[pa.Array, np.ndarray]:
    """All names as they are compared, in their order, and the row of each."""
    table = read_places("others")
    names = pc.binary_join_element_wise(table["name"], table["others"], _SEPARATOR)
    split = pc.split_pattern(pc.utf8_rtrim(names.combine_chunks(), _SEPARATOR), _SEPARATOR)
    keys = fold_names(pc.list_flatten(split))
    order = pc.sort_indices(keys)
    return keys.take(order), pc.list_parent_indices(split).take(order).to_numpy()


def _read_place(row: dict) -> KnownPlace:
    """A row of the gazetteer as a place."""
    row["other_names"] = tuple(filter(None, row.pop("others").split(_SEPARATOR)))
    # A town as a disc in which 4,000 people live on each square kilometre.
    people = row["population"] if row["kind"] not in ("country", "region") else 0
    row |= {axis: round(row[axis], 4) for axis in ("latitude", "longitude")}
    row["precision_km"] = int(np.ceil(np.sqrt(people / 4000 / np.pi)))
    return KnownPlace(**{field: row[field] for field in KnownPlace._fields})
