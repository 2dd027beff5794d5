"""The files of the boundaries: countries, regions, lakes, cities and waters.

Boundaries are in WGS 84 longitudes and latitudes (EPSG:4326). A country is the one of its
ISO 3166-1 alpha-3 code, within the borders that Natural Earth gives it.
"""

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import shapely

from helpers.errors import BoundaryError
from helpers.files import look_up_folders

BOUNDARIES = (
    "cities.csv", "countries.parquet", "lakes.parquet", "names.csv", "regions.parquet",
    "waters.csv", "world.parquet",
)  # fmt: skip
_WHOLE_WORLD = np.array([[-180.0, -90.0, 180.0, 90.0]])


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


def read_boundaries(
    layer: str,
    windows: np.ndarray | None = None,
    countries: Iterable[str] | None = None,
) -> pd.DataFrame:
    """The rows of a layer that touch one of some windows and belong to one of some countries.

    Parameters
    ----------
    layer
        countries, regions, world (countries in few points) or lakes.
    windows
        One row a window: west, south, east, north in degrees; None for the whole world.
    countries
        ISO 3166-1 alpha-3 codes; None for all.

    Returns
    -------
    DataFrame
        One row a country, region or lake; `geometry` holds shapely areas in EPSG:4326.
    """
    table, bounds = read_layer(find_boundaries(f"{layer}.parquet"))
    west, south, east, north = bounds.T
    wanted = np.zeros(len(bounds), dtype=bool)
    for left, low, right, high in _WHOLE_WORLD if windows is None else windows:
        wanted |= (west <= right) & (east >= left) & (south <= high) & (north >= low)
    if countries is not None:
        codes = pa.array(sorted(set(countries)), pa.string())
        wanted &= pc.is_in(table["country"], codes).to_numpy()
    rows = table.filter(pa.array(wanted)).to_pydict()
    areas = shapely.from_wkb(np.array(rows.pop("geometry"), dtype=object))
    return pd.DataFrame(rows).assign(geometry=areas)


@lru_cache(maxsize=8)
def read_layer(path: Path) -> tuple[pa.Table, np.ndarray]:
    """A layer with its areas still packed, and each row's bounds, shape (rows, 4).

    Read without threads of pyarrow's: a process that has read a layer may still be forked.
    """
    table = pq.ParquetFile(path, pre_buffer=False).read(use_threads=False).combine_chunks()
    corners = table["bbox"].combine_chunks().flatten()
    bounds = np.column_stack([corner.to_numpy() for corner in corners])
    return table.drop_columns(["bbox"]), bounds


@lru_cache(maxsize=64)
def read_country(code: str) -> pd.Series:
    """One country: country, name, name_kk, name_ru, geometry.

    Raises
    ------
    BoundaryError
        The boundaries have no country of this code.
    """
    rows = read_boundaries("countries", countries=[code])
    if rows.empty:
        raise BoundaryError(f"country {code!r}: the boundaries have none of this code")
    return rows.iloc[0]


def list_countries() -> list[str]:
    """The codes of all countries in the boundaries."""
    table, _ = read_layer(find_boundaries("countries.parquet"))
    return table["country"].to_pylist()


@lru_cache(maxsize=8)
def _read_table(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, keep_default_na=False)


def read_gazetteer(name: str) -> pd.DataFrame:
    """A table of names with coordinates that comes with the boundaries: cities or waters."""
    return _read_table(find_boundaries(f"{name}.csv")).copy(deep=False)
