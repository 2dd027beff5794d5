"""Countries, regions and lakes as areas in WGS 84 longitudes and latitudes (EPSG:4326).

A country is the one of its ISO 3166-1 alpha-3 code, within the borders that Natural Earth (1:10
million) gives it, and small ones within OpenStreetMap's. Corners stand on a grid of 0.001 degrees,
about 0.1 km.
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
from helpers.geography._files import find_boundaries

COAST_KM = 25  # harbours, islets and a coast made for 1:10 million lie this far off at most
# A border made for 1:10 million lies so far off: of 69,470 towns 182 lie on the wrong side, 42 by
# more than this, and 11 by more than this and what is left open of where they are.
BORDER_KM = 1.5
_FINER = {"countries": "coasts.parquet", "regions": "divisions.parquet"}
_WHOLE_WORLD = np.array([[-180.0, -90.0, 180.0, 90.0]])


def read_rows(
    layer: str,
    windows: np.ndarray = _WHOLE_WORLD,
    countries: Iterable[str] | None = None,
    names: str = "name",
    least_km2: float = 0,
) -> tuple[pa.Table, np.ndarray]:
    """The rows of a layer that touch one of some windows and belong to one of some countries.

    Parameters
    ----------
    layer
        countries, regions, world (countries in few points), lakes, rivers or disputed.
    windows
        West, south, east and north in degrees, shape (n, 4).
    countries
        ISO 3166-1 alpha-3 codes; None for all.
    names
        The column of names in a language, such as name_fr, that is read beside the English ones.
    least_km2
        The least area of a lake.

    Returns
    -------
    rows
        One a country, region or lake: country, name, and the names asked for (world has the country
        alone, lakes have area_km2 in their place).
    shapes
        Their polygons, or lines, in EPSG:4326.
    """
    table, bounds = read_layer(find_boundaries(f"{layer}.parquet"))
    west, south, east, north = bounds.T
    wanted = np.zeros(len(bounds), dtype=bool)
    for left, low, right, high in windows:
        wanted |= (west <= right) & (east >= left) & (south <= high) & (north >= low)
    if countries is not None:
        codes = pa.array(sorted(set(countries)), pa.string())
        wanted &= pc.is_in(table["country"], codes).to_numpy()
    if layer == "lakes":
        wanted &= table["area_km2"].to_numpy() >= least_km2
    columns = [c for c in table.column_names if not c.startswith("name_") or c == names]
    rows = table.select(columns).filter(pa.array(wanted))
    areas = shapely.from_wkb(np.array(rows["geometry"].to_pylist(), dtype=object))
    if layer == "countries":
        for row, code in enumerate(rows["country"].to_pylist()):
            if more := _read_islands().get(code):
                areas[row] = shapely.multipolygons(shapely.get_parts([areas[row], more]))
    return rows.drop_columns(["geometry"]), areas


@lru_cache(maxsize=64)
def read_country(code: str) -> pd.Series:
    """One country: country, name, geometry.

    Raises
    ------
    BoundaryError
        The boundaries have no country of this code.
    """
    rows, areas = read_rows("countries", countries=[code])
    if not len(areas):
        raise BoundaryError(f"country {code!r}: the boundaries have none of this code")
    return rows.to_pandas(use_threads=False).assign(geometry=areas).iloc[0]


def list_countries() -> dict[str, str]:
    """The English names of all countries in the boundaries, by their codes."""
    table, _ = read_layer(find_boundaries("countries.parquet"))
    return dict(zip(table["country"].to_pylist(), table["name"].to_pylist(), strict=True))


def is_on_land(latitude: float, longitude: float) -> bool:
    """Whether a point lies in any country."""
    spot = np.array([[longitude, latitude, longitude, latitude]])
    _, areas = read_rows("countries", spot)
    return bool(shapely.contains_xy(areas, longitude, latitude).any())


@lru_cache(maxsize=8)
def read_layer(path: Path) -> tuple[pa.Table, np.ndarray]:
    """A layer with its areas still packed, and each row's bounds in degrees, shape (rows, 4).

    A country that stands in coasts.parquet too, in more corners, is taken from there, and its
    regions from divisions.parquet; the bounds of others are those with their small islands.
    Read without threads of pyarrow's: a process that has read a layer may still be forked.
    `geopandas.read_parquet(bbox=…)` starts some, and is 15 times as slow for the rows of one map.
    """
    table = pq.ParquetFile(path, pre_buffer=False).read(use_threads=False).combine_chunks()
    corners = table["bbox"].combine_chunks().flatten()
    bounds = np.column_stack([corner.to_numpy() for corner in corners])
    table = table.drop_columns(["bbox"])
    if path.stem not in _FINER:
        return table, bounds
    finer, finer_bounds = read_layer(path.with_name(_FINER[path.stem]))
    kept = pc.invert(pc.is_in(table["country"], finer["country"])).combine_chunks()
    table = pa.concat_tables([table.filter(kept), finer.select(table.column_names)])
    bounds = np.concatenate([bounds[kept.to_numpy(zero_copy_only=False)], finer_bounds])
    if path.stem == "countries":
        for row, code in enumerate(table["country"].to_pylist()):
            if more := _read_islands().get(code):
                edges = shapely.bounds(more)
                bounds[row, :2] = np.minimum(bounds[row, :2], edges[:2])
                bounds[row, 2:] = np.maximum(bounds[row, 2:], edges[2:])
    return table, bounds


@lru_cache(maxsize=1)
def _read_islands() -> dict[str, shapely.Geometry]:
    """The small islands of each country that countries.parquet leaves out, by its code."""
    rows, areas = read_rows("islands")
    return dict(zip(rows["country"].to_pylist(), areas, strict=True))
