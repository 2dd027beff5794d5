"""Areas cut, put together again and made simpler, and the borders that they share, each once.

On a close map, where Natural Earth's land borders are off, the exact ones of borders.parquet: a
country has lost to another what a strip of that other covers of it, whatever else the strip covers:
coasts, and borders with others, stay where they are. Areas are in the unit of the drawing.
"""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
import shapely

_FULL = 0.99  # of a window: an area may cover it, or fill it by mistake
_POLYGONAL = shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON
_GRID = 0.001  # of corners, in pixels: one border has the same on both sides
_APART = 0.01  # pixels
_LEAST_ALONG = 0.1  # of a strip's length: so much of it lies along a line that it moves
_STEP = 3.0  # pixels between the points from which a region grows to a border
_NEAR = 3.0  # pixels: a line that lies so near to a strip is its edge


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


class Strips(NamedTuple):
    """Areas, one a strip: the country that has it, and the other that is drawn there."""

    areas: np.ndarray
    countries: Sequence[str]
    others: Sequence[str]


def share_strips(
    areas: np.ndarray, codes: Sequence[str], strips: Strips, reach: float, least: float
) -> np.ndarray:
    """The areas of countries, each with the strips that are its own and without those of others.

    Neighbours have one and the same border afterwards. Borders lie up to `reach` beside the edge
    of a strip that follows them; what strips cut off, and is smaller than the square of `least`,
    goes with them: both in the unit of the areas. What comes back may be empty where another has
    all of it.
    """
    rows = {code: row for row, code in enumerate(codes)}
    known = [
        n
        for n, pair in enumerate(zip(strips.countries, strips.others, strict=True))
        if rows.keys() >= {*pair}
    ]
    if not known:
        return areas
    pieces = strips.areas[known]
    gainers, losers = (
        np.array([rows[side[n]] for n in known]) for side in (strips.countries, strips.others)
    )
    parts, owners = shapely.get_parts(mend_areas(areas), return_index=True)
    touched = _find_joined(parts, pieces)
    known_parts, known_owners = parts[touched], owners[touched]
    faces = _divide(known_parts, pieces, reach)
    spots = shapely.point_on_surface(faces)
    holder = np.full(len(faces), -1)
    face, part = shapely.STRtree(known_parts).query(spots, "within")
    holder[face] = known_owners[part]
    face, piece = shapely.STRtree(pieces).query(spots, "within")
    passes = holder[face] == losers[piece]
    kept = holder.copy()
    holder[face[passes]] = gainers[piece[passes]]
    small = (holder == kept) & (holder >= 0) & (shapely.area(faces) < least**2)
    tree = shapely.STRtree(faces)
    for rest in np.flatnonzero(small):
        beside = tree.query(faces[rest], "touches")
        shared = shapely.length(shapely.intersection(shapely.boundary(faces[rest]), faces[beside]))
        around = holder[beside[shared > 0]]
        if len(around) and (around != kept[rest]).all() and (around >= 0).any():
            shared = np.where(holder[beside] >= 0, shared, 0)
            holder[rest] = holder[beside[np.argmax(shared)]]
    held = [list(parts[~touched & (owners == row)]) for row in range(len(areas))]
    for row in np.unique(holder[holder >= 0]):
        whole = shapely.coverage_union_all(faces[holder == row])
        held[row] += list(shapely.get_parts(whole))
    return np.array([shapely.MultiPolygon(own) for own in held], dtype=object)


def _find_joined(parts: np.ndarray, pieces: np.ndarray) -> np.ndarray:
    """Which parts touch another, or a strip: others keep each corner that they have."""
    joined = np.zeros(len(parts), dtype=bool)
    tree = shapely.STRtree(parts)
    # Where the frame cuts a border, its two sides end a little apart.
    joined[tree.query(pieces, "dwithin", _APART)[1]] = True
    one, other = tree.query(parts, "dwithin", _APART)
    joined[one[one != other]] = True
    return joined


def _divide(parts: np.ndarray, pieces: np.ndarray, reach: float) -> np.ndarray:
    """The faces into which areas and strips divide the plane, as in a net of lines."""
    edges = shapely.union_all(shapely.boundary(parts), grid_size=_GRID)
    corners = shapely.multipoints(np.unique(shapely.get_coordinates(pieces), axis=0))
    drawn = shapely.snap(edges, corners, reach)
    net = shapely.union_all([drawn, *shapely.boundary(pieces)], grid_size=_GRID)
    return shapely.get_parts(shapely.polygonize(shapely.get_parts(net)))


def fit_regions(
    areas: np.ndarray, codes: Sequence[str], lands: dict[str, shapely.Geometry]
) -> np.ndarray:
    """The areas of regions within their country's land, each grown into what is nearest to it."""
    fitted = np.array(areas)
    for code in sorted({*codes} & lands.keys()):
        rows = np.flatnonzero(np.asarray(codes) == code)
        own = mend_areas(shapely.intersection(areas[rows], lands[code], grid_size=_GRID))
        taken = shapely.union_all(own, grid_size=_GRID)
        rest = mend_areas(np.array([shapely.difference(lands[code], taken, grid_size=_GRID)]))
        grown = [[area] for area in own]
        for piece in shapely.get_parts(rest):
            touching = np.flatnonzero(shapely.dwithin(own, piece, 2 * _GRID))
            if len(touching) > 1:
                cells = _divide_plane(own[touching], piece)
                added = mend_areas(shapely.intersection(piece, cells, grid_size=_GRID))
            else:
                added = np.array([piece])[: len(touching)]
            for row, area in zip(touching, added, strict=True):
                grown[row].append(area)
        whole = [shapely.union_all(areas, grid_size=_GRID) for areas in grown]
        fitted[rows] = mend_areas(np.array(whole))  # what is narrower than the grid is a line
    return fitted


def _divide_plane(areas: np.ndarray, piece: shapely.Polygon) -> np.ndarray:
    """What lies nearer to each of some areas than to the others, around a piece of land."""
    around = shapely.box(*shapely.buffer(piece, 2 * _STEP).bounds)
    edges = shapely.intersection(shapely.segmentize(shapely.boundary(areas), _STEP), around)
    corners, owners = shapely.get_coordinates(edges, return_index=True)
    corners, first = np.unique(corners.round(3), axis=0, return_index=True)
    points = shapely.multipoints(corners)
    cells = shapely.get_parts(shapely.voronoi_polygons(points, extend_to=around, ordered=True))
    return np.array([shapely.union_all(cells[owners[first] == i]) for i in range(len(areas))])


def move_lines(
    lines: np.ndarray, between: Sequence[str], strips: Strips, countries: np.ndarray
) -> np.ndarray:
    """Lines along borders, where these lie once strips are shared among the areas of countries.

    `between` are the codes of the countries on both sides of each line, parted by spaces.
    """
    segments, sides = find_borders(countries)
    borders = shapely.MultiLineString([*chain_segments(segments[(sides >= 0).all(axis=1)])])
    parts, owners = shapely.get_parts(strips.areas, return_index=True)
    near = shapely.buffer(parts, _NEAR, quad_segs=2)
    moved = np.array(lines)
    for row, (line, codes) in enumerate(zip(lines, between, strict=True)):
        of_both = np.isin(strips.countries, codes.split()) & np.isin(strips.others, codes.split())
        along = 2 * shapely.length(shapely.intersection(line, near)) / shapely.length(parts)
        taken = shapely.union_all(near[of_both[owners] & (along > _LEAST_ALONG)])
        if not taken.is_empty:
            follows = shapely.intersection(borders, taken)
            moved[row] = shapely.union(shapely.difference(line, taken), follows)
    return moved
