"""Areas cut, put together again and made simpler: valid polygons after every step."""

from collections.abc import Iterable

import numpy as np
import shapely

_POLYGONAL = shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON


def clip_areas(areas: np.ndarray, window: Iterable[float]) -> np.ndarray:
    """Areas cut at a window: left, bottom, right, top; empty where they lie outside of it.

    `shapely.clip_by_rect`, which `geopandas.clip` takes too, is 100 times as quick as an
    intersection, but fails where a corner of an area only touches the window, and may make the
    whole window of an area that crosses itself: one whose edge follows a parallel, where it was cut
    before, and is straight once its ends are projected.
    """
    left, bottom, right, top = window
    parts, owners = shapely.get_parts(areas, return_index=True)
    edges = shapely.bounds(parts)
    near = ((edges[:, :2] <= (right, top)) & (edges[:, 2:] >= (left, bottom))).all(axis=1)
    parts, owners, edges = parts[near], owners[near], edges[near]
    crosses = ~((edges[:, :2] >= (left, bottom)) & (edges[:, 2:] <= (right, top))).all(axis=1)
    cut = mend_areas(parts[crosses])
    try:
        parts[crosses] = shapely.clip_by_rect(cut, left, bottom, right, top)
    except shapely.GEOSException:
        parts[crosses] = shapely.intersection(cut, shapely.box(left, bottom, right, top))
    return _group_parts(parts, owners, len(areas))


def _group_parts(parts: np.ndarray, owners: np.ndarray, count: int) -> np.ndarray:
    """As many areas, each of its parts; the lines and points among these are left out."""
    pieces, part_of = shapely.get_parts(parts, return_index=True)
    is_area = (shapely.get_type_id(pieces) == _POLYGONAL[0]) & ~shapely.is_empty(pieces)
    found, position = np.unique(owners[part_of[is_area]], return_inverse=True)
    areas = np.full(count, shapely.MultiPolygon(), dtype=object)
    areas[found] = shapely.multipolygons(pieces[is_area], indices=position)
    return areas


def join_areas(ones: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Areas in pixels, put together again where the edge of a window cut them."""
    cut = ~(shapely.is_empty(ones) | shapely.is_empty(others))
    whole = np.where(shapely.is_empty(ones), others, ones)
    whole[cut] = shapely.union(mend_areas(ones[cut]), mend_areas(others[cut]), grid_size=0.1)
    return whole


def generalise(areas: np.ndarray, detail: float) -> np.ndarray:
    """Areas without small corners, islands and holes; neighbours keep one and the same border.

    Parameters
    ----------
    areas
        None of them without area.
    detail
        The square root of the least area that is kept, in the unit of the coordinates. Of each
        area the largest part is kept, however small.
    """
    parts, owners = shapely.get_parts(areas, return_index=True)
    size = shapely.area(parts)
    wanted = size >= detail**2
    largest = np.lexsort((size, owners))[np.flatnonzero(np.diff(owners, append=-1))]
    wanted[largest] = True
    kept, kept_of = shapely.get_parts(mend_areas(parts[wanted]), return_index=True)
    simple = shapely.coverage_simplify(kept, detail)
    return mend_areas(np.asarray(shapely.multipolygons(simple, indices=owners[wanted][kept_of])))


def mend_areas(areas: np.ndarray) -> np.ndarray:
    """Areas as valid polygons; the lines and points among them are left out."""
    wrong = ~(np.isin(shapely.get_type_id(areas), _POLYGONAL) & shapely.is_valid(areas))
    mended = np.array(areas)
    mended[wrong] = shapely.buffer(shapely.make_valid(areas[wrong]), 0)
    return mended
