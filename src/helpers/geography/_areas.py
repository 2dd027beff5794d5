"""Areas cut, put together again and made simpler, and the borders that they share, each once."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import shapely

_FULL = 0.99  # of a window: an area may cover it, or fill it by mistake
_POLYGONAL = shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON


def clip_areas(areas: np.ndarray, window: Iterable[float]) -> np.ndarray:
    """Areas cut at a window: left, bottom, right, top; empty where they lie outside of it.

    `shapely.clip_by_rect`, which `geopandas.clip` takes too, is 100 times as quick as an
    intersection, but fails where a corner of an area only touches the window, and makes the whole
    window of an area that crosses itself: one whose edge follows a parallel, where it was cut
    before, and is straight once its ends are projected.
    """
    left, bottom, right, top = window
    frame = shapely.box(left, bottom, right, top)
    edges = shapely.bounds(areas)
    inside = (edges[:, :2] >= (left, bottom)) & (edges[:, 2:] <= (right, top))
    crosses = np.asarray(~inside.all(axis=1))
    clipped = np.array(areas)
    try:
        clipped[crosses] = shapely.clip_by_rect(areas[crosses], left, bottom, right, top)
        doubtful = crosses & (shapely.area(clipped) > _FULL * frame.area)
        doubtful[doubtful] = ~shapely.is_valid(areas[doubtful])
    except shapely.GEOSException:
        doubtful = crosses
    clipped[doubtful] = shapely.intersection(mend_areas(areas[doubtful]), frame)
    return clipped


def join_areas(ones: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Areas in pixels, put together again where the edge of a window cut them."""
    cut = ~(shapely.is_empty(ones) | shapely.is_empty(others))
    whole = np.where(shapely.is_empty(ones), others, ones)
    whole[cut] = shapely.union(mend_areas(ones[cut]), mend_areas(others[cut]), grid_size=0.1)
    return whole


def generalise(areas: np.ndarray, detail: float) -> np.ndarray:
    """Areas without small corners, islands and holes; neighbours keep one and the same border.

    None of them is without area. detail is the square root of the least area that is kept, in the
    unit of the coordinates; of each area the largest part is kept, however small.
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


def simplify(areas: Any, tolerance: float) -> Any:
    """One area or an array of them in fewer corners, valid: GEOS may put a shell within another."""
    return mend_areas(np.asarray(shapely.simplify(areas, tolerance)))[()]


def find_borders(areas: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The borders of areas that have one and the same border where they touch, none twice.

    They are straight lines, shape (n, 2, 2): start and end, of x and y each, in the order in which
    they go around the areas; and the positions of the areas on their two sides, shape (n, 2), -1
    where there is none. The union of their boundaries, and `sjoin`, take 30 times as long.
    """
    parts, part_owners = shapely.get_parts(areas, return_index=True)
    rings, ring_parts = shapely.get_rings(parts, return_index=True)
    corners, ring_of = shapely.get_coordinates(rings, return_index=True)
    joined = np.flatnonzero(ring_of[1:] == ring_of[:-1])
    owners = part_owners[ring_parts[ring_of[joined]]]
    # The two sides of one border have one key, whichever way each goes.
    marks = corners @ (1.0, np.pi)
    order = np.argsort(marks[joined] + marks[joined + 1], kind="stable")
    start, end = corners[joined[order]], corners[joined[order] + 1]
    again = np.zeros(len(order) + 1, dtype=bool)
    again[1:-1] = (start[1:] == end[:-1]).all(axis=1) & (end[1:] == start[:-1]).all(axis=1)
    others = np.full(len(order), -1)
    others[order] = np.where(again[1:], np.roll(owners[order], -1), -1)
    first = np.sort(order[~again[:-1]])
    segments = np.stack([corners[joined[first]], corners[joined[first] + 1]], axis=1)
    return segments, np.column_stack([owners, others])[first]


def chain_segments(segments: np.ndarray) -> np.ndarray:
    """Segments of shape (n, 2, 2) as lines: one that begins where the last ends goes on with it.

    `shapely.line_merge` takes 14 times as long, and ends a line wherever three meet.
    """
    if not len(segments):
        return np.array([], dtype=object)
    new = np.append(True, (segments[1:, 0] != segments[:-1, 1]).any(axis=1))
    line = np.cumsum(new)
    corners = np.empty((len(segments) + line[-1], 2))
    ends = np.arange(len(segments)) + line
    corners[ends] = segments[:, 1]
    corners[ends[new] - 1] = segments[new, 0]
    lines = np.empty(len(corners), dtype=int)
    lines[ends], lines[ends[new] - 1] = line - 1, line[new] - 1
    return np.asarray(shapely.linestrings(corners, indices=lines))
