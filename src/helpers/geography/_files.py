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
    "borders.parquet", "coarse_countries.parquet", "coarse_regions.parquet", "coasts.parquet",
    "countries.parquet", "disputed.parquet", "divisions.parquet", "former_names.csv",
    "gazetteer.parquet", "islands.parquet", "lakes.parquet", "names.csv", "regions.parquet",
    "rivers.parquet", "seas.csv", "waters.csv", "world.parquet",
)  # fmt: skip


def find_boundaries(name: str) -> Path:
    """The path of one file of the boundaries; a BoundaryError where no data folder has it."""
    return _find_boundaries(name, Path.cwd())


@cache
def _find_boundaries(name: str, _folder: Path) -> Path:
    for data in look_up_folders("data"):
        path = data / "boundaries" / name
        if path.is_file():
            return path
    raise BoundaryError(f"boundaries/{name}: no such file; data/boundaries/build.py makes it")


def hash_boundaries() -> str:
    """SHA-256 of the boundaries; a BoundaryError where a file of them is missing."""
    return _hash_boundaries(Path.cwd())


@cache
def _hash_boundaries(_folder: Path) -> str:
    """The same, once for each folder that is the current one: it is asked for with each picture."""
    return hash_files({name: find_boundaries(name) for name in BOUNDARIES})


def each_row(table: pd.DataFrame) -> Iterator[Any]:
    """The rows of a table, each cell by its column's name: in a quarter of `itertuples`' time."""
    name = _name_cells(tuple(table))
    rows = zip(table.index, table.to_numpy(object).tolist(), strict=True)
    return (name(index, *cells) for index, cells in rows)


def extend_row(row: Any, **cells: Any) -> Any:
    """A row of `each_row` with other cells, or more of them."""
    cells = row._asdict() | cells
    return _name_cells(tuple(cells)[1:])(*cells.values())


@cache
def _name_cells(columns: tuple[str, ...]) -> Callable[..., Any]:
    return namedtuple("Row", ["Index", *columns], rename=True)
