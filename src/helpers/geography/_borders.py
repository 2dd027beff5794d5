"""Land borders on a close map: where Natural Earth's are off, the exact ones of borders.parquet.

Areas are in the unit of the drawing. A country has lost to another what a strip of that other
covers of it, whatever else the strip covers: coasts, and borders with others, stay where they are.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import shapely

from helpers.geography._areas import chain_segments, find_borders, mend_areas

_GRID = 0.001  # of corners, in pixels: one border has the same on both sides
_APART = 0.01  # pixels
_LEAST_ALONG = 0.1  # of a strip's length: so much of it lies along a line that it moves
_STEP = 3.0  # pixels between the points from which a region grows to a border
_NEAR = 3.0  # pixels: a line that lies so near to a strip is its edge


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
        n for n, pair in enumerate(zip(strips.countries, strips.others, strict=True))
        if rows.keys() >= {*pair}
    ]  # fmt: skip
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
