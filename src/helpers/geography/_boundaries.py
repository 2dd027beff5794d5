"""Countries, regions and waters as areas in WGS 84 longitudes and latitudes (EPSG:4326).

A country is the one of its ISO 3166-1 alpha-3 code, within the borders that Natural Earth (1:10
million) gives it, and small ones within OpenStreetMap's. Corners stand on a grid of 0.001 degrees,
about 0.1 km.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import shapely

from helpers.errors import BoundaryError
from helpers.geography._files import each_row, find_boundaries

_FINER = {"countries": "coasts.parquet", "regions": "divisions.parquet"}
_NEAR_DEGREES = 0.05  # of a point: borders.parquet is read for it
_WHOLE_WORLD = np.array([[-180.0, -90.0, 180.0, 90.0]])


def read_rows(
    layer: str,
    windows: np.ndarray = _WHOLE_WORLD,
    countries: Iterable[str] | None = None,
    least_km2: float = 0,
    *,
    coarse: bool = False,
) -> tuple[pa.Table, np.ndarray]:
    """The rows of a layer that touch one of some windows and belong to one of some countries.

    A layer is countries, regions, world (countries in few points), lakes, rivers or disputed. The
    windows are west, south, east and north in degrees, shape (n, 4); countries are ISO 3166-1
    alpha-3, None for all; least_km2 is of a lake; coarse countries and regions do for a map whose
    pixels are 5 km wide or more. One row a country, region or lake: country and English name (world
    has the country alone, lakes have area_km2 in their place), and apart from them their polygons,
    or lines, in EPSG:4326.
    """
    table, bounds = read_layer(find_boundaries(f"{layer}.parquet"))
    if coarse and layer in _FINER:
        drawn, bounds = read_layer(find_boundaries(f"coarse_{layer}.parquet"))
        table = table.drop_columns(["geometry"]).append_column("geometry", drawn["geometry"])
    west, south, east, north = bounds.T
    wanted = np.zeros(len(bounds), dtype=bool)
    for left, low, right, high in windows:
        wanted |= (west <= right) & (east >= left) & (south <= high) & (north >= low)
    if countries is not None:
        codes = pa.array(sorted(set(countries)), pa.string())
        wanted &= pc.is_in(table["country"], codes).to_numpy()
    if layer == "lakes":
        wanted &= table["area_km2"].to_numpy() >= least_km2
    columns = [name for name in table.column_names if not name.startswith("name_")]
    rows = table.select(columns).filter(pa.array(wanted))
    areas = shapely.from_wkb(np.array(rows["geometry"].to_pylist(), dtype=object))
    if layer == "countries" and not coarse:
        for row, code in enumerate(rows["country"].to_pylist()):
            if more := _read_islands().get(code):
                areas[row] = shapely.multipolygons(shapely.get_parts([areas[row], more]))
    return rows.drop_columns(["geometry"]), areas


@lru_cache(maxsize=64)
def read_country(code: str) -> pd.Series:
    """One country: country, name, geometry; a BoundaryError where there is none of this code."""
    rows, areas = read_rows("countries", countries=[code])
    if not len(areas):
        raise BoundaryError(f"country {code!r}: the boundaries have none of this code")
    return rows.to_pandas(use_threads=False).assign(geometry=areas).iloc[0]


@lru_cache(maxsize=1)
def list_countries() -> dict[str, str]:
    """The English names of all countries in the boundaries, by their codes."""
    return dict(list_names("countries", "name").keys())  # pairs of code and name


@lru_cache(maxsize=8)
def list_names(layer: str, column: str) -> dict[tuple[str, str], str]:
    """The names of countries or regions in a language (name_fr), by code and English name."""
    table, _ = read_layer(find_boundaries(f"{layer}.parquet"))
    if column not in table.column_names:
        return {}
    codes, names, others = (table[name].to_pylist() for name in ("country", "name", column))
    return dict(zip(zip(codes, names, strict=True), others, strict=True))


def find_countries(latitude: float, longitude: float) -> list[dict]:
    """The countries that a point lies in: country and name; none at sea."""
    window = np.array([[longitude, latitude] * 2])
    found = []
    for layer in ("countries", "borders"):
        rows, areas = read_rows(layer, window)
        inside = shapely.contains_xy(areas, longitude, latitude)
        found.append(rows.filter(pa.array(inside)).to_pylist())
    drawn, strips = found
    others = [strip["country"] for strip in strips if strip["other"]]
    return [{"country": code, "name": list_countries()[code]} for code in others] or drawn


def correct_border(
    area: shapely.Geometry, codes: Sequence[str], latitudes: np.ndarray, longitudes: np.ndarray
) -> shapely.Geometry:
    """The area of some countries, their borders near to some points as exact as 0.1 km.

    Strips of borders.parquet are theirs though they are drawn as another country's, or another's
    though drawn as theirs. All is in EPSG:4326.
    """
    spots = np.column_stack([longitudes, latitudes] * 2)
    strips, areas = read_rows("borders", spots + np.multiply(_NEAR_DEGREES, (-1, -1, 1, 1)))
    sides = (strips[side].to_pylist() for side in ("country", "other"))
    own, lost = (areas[np.isin(side, codes)] for side in sides)
    rest = shapely.difference(area, shapely.union_all(lost)) if len(lost) else area
    return shapely.union_all([rest, *own]) if len(own) else rest


@lru_cache(maxsize=16)
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


@lru_cache(maxsize=1)
def read_lakes() -> list:
    """Lakes with coordinates (WGS 84 degrees), one row each: name, latitude, reach_km."""
    return list(each_row(pd.read_csv(find_boundaries("waters.csv"), keep_default_na=False)))


@lru_cache(maxsize=1)
def read_seas() -> list:
    """Seas and oceans, one row each, the smallest first; geometry is in EPSG:4326.

    An outline is rough and runs over land, and a sea may lie in a larger one: a point at sea is in
    the first sea that covers it.
    """
    seas = pd.read_csv(find_boundaries("seas.csv"), keep_default_na=False)
    areas = []
    for outline in seas.pop("outline"):  # '12 46,12 44,13.5 42.5;…': parts, of corners
        parts = [np.array(part.replace(",", " ").split(), float) for part in outline.split(";")]
        rings = [shapely.Polygon(part.reshape(-1, 2)) for part in parts]
        areas.append(shapely.MultiPolygon(list(shapely.segmentize(rings, 1))))
    order = np.argsort(shapely.area(areas), kind="stable")
    return list(each_row(seas.assign(geometry=np.array(areas)).iloc[order]))


def name_sea(latitude: float, longitude: float) -> str:
    """The name of the sea at a point; empty on land, and where none covers it."""
    if find_countries(latitude, longitude):
        return ""
    point = shapely.Point(longitude, latitude)
    return next((sea.name for sea in read_seas() if sea.geometry.intersects(point)), "")
