"""The files of the boundaries, found without a library of geography: a page's origin lists them."""

from collections import namedtuple
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from helpers.errors import BoundaryError
from helpers.files import hash_files, look_up_folders

BOUNDARIES = (
    "coasts.parquet", "countries.parquet", "disputed.parquet",
    "divisions.parquet", "gazetteer.parquet", "islands.parquet", "lakes.parquet", "names.csv",
    "regions.parquet", "rivers.parquet", "seas.csv", "waters.csv", "world.parquet",
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


def each_row(table: pd.DataFrame) -> Iterator[Any]:
    """The rows of a table, each cell by its column's name: no type says what a row has.

    `itertuples` takes four times as long for the few rows of a map.
    """
    name = _name_cells(tuple(table))
    rows = zip(table.index, table.to_numpy(object).tolist(), strict=True)
    return (name(index, *cells) for index, cells in rows)


@cache
def _name_cells(columns: tuple[str, ...]) -> Callable[..., Any]:
    return namedtuple("Row", ["Index", *columns], rename=True)
