"""The files of the boundaries, found without a library of geography: a page's origin lists them."""

from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import pandas as pd

from helpers.errors import BoundaryError
from helpers.files import hash_files, look_up_folders

BOUNDARIES = (
    "cities.csv", "countries.parquet", "lakes.parquet", "names.csv", "regions.parquet",
    "waters.csv", "world.parquet",
)  # fmt: skip


def find_boundaries(name: str) -> Path:
    """The path of one file of the boundaries.

    Raises
    ------
    BoundaryError
        No data folder has it.
    """
    for data in look_up_folders("data"):
        path = data / "boundaries" / name
        if path.is_file():
            return path
    raise BoundaryError(f"boundaries/{name}: no such file; data/boundaries/build.py makes it")


def hash_boundaries() -> str:
    """SHA-256 of the boundaries.

    Raises
    ------
    BoundaryError
        A file of them is missing.
    """
    return _hash_boundaries(tuple(find_boundaries(name).resolve() for name in BOUNDARIES))


@cache
def _hash_boundaries(paths: tuple[Path, ...]) -> str:
    return hash_files({path.name: path for path in paths})


def read_gazetteer(name: str) -> pd.DataFrame:
    """Names with coordinates (WGS 84 degrees), one row each: `cities` or `waters`."""
    return _read_table(find_boundaries(f"{name}.csv")).copy(deep=False)


def each_row(table: pd.DataFrame) -> Iterator[Any]:
    """The rows of a table, each cell by its column's name: no type says what a row has."""
    yield from table.itertuples()


@lru_cache(maxsize=8)
def _read_table(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, keep_default_na=False)
