"""The names on a map, each where there is room."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from itertools import chain
from typing import NamedTuple

import numpy as np
import pandas as pd
import shapely

from helpers.figures._canvas import measure, wrap
from helpers.figures._labels import LINE_FROM, Bounds, Placer
from helpers.figures._map_ground import Ground, list_areas
from helpers.figures._style import BODY, SMALL
from helpers.geography import (
    DETAIL_PX,
    View,
    clip_areas,
    draw_circle,
    each_row,
    read_lakes,
    read_seas,
)

MARK_PX = 13  # a mark's width
NO_PIN_FROM = 4.0  # and from this many times on, the mark is hollow: the place is not at its point
EDGE_PX = 12  # between the frame and what stands along it
CITY_PX = 5
LONGEST_LABEL_PX = 260
LEAST_INSIDE = 0.8  # of a region's or a sea's name, where not all of it fits
LEAST_LAKE_PX = 10  # the square root of a lake's area: smaller ones are not named
LEAST_SEA_PX2 = 1200  # of its water: there is no room for a name in less
BESIDE_PX = 52  # around a lake: its name stands no farther off
SHORES_PX = 8, 3  # between the name of a sea and a coast, where there is room
ROUNDED = 4  # straight lines to a quarter of a circle around a corner
SPACINGS = " ", "\u200a", ""  # between the letters of a country's name; the second is a hair space
COARSE_PX = 5  # of land, where only room is sought
ROUGHLY_PX = 4  # by which a label may be larger than the box around an area, before it is tried
ASCENT, DESCENT = 0.74, 0.24  # of the type family, in shares of the size


class Label(NamedTuple):
    """A text, how it is set, and its room in pixels once it has found some."""

    text: str
    language: str
    size_px: float
    ink: str
    weight: str = "regular"
    gid: str | None = None
    box: Bounds = (0, 0, 0, 0)

    def measure(self) -> tuple[float, float]:
        """Width and height in pixels of its one line."""
        width = measure(self.text, self.size_px, self.weight == "bold")
        return width, self.size_px * (ASCENT + DESCENT)


def name_in(row, column: str) -> tuple[str, str]:
    """The label of a row and its language: English where the name is missing in another."""
    name = getattr(row, column, "")
    if column != "name" and isinstance(name, str) and name:
        return name, column.removeprefix("name_")
    return row.name, "en"


def shorten(text: str, size_px: float, bold: bool = False) -> str:
    """A text as a label: on one line, and with an ellipsis where it is too long."""
    lines = wrap(text, LONGEST_LABEL_PX, size_px, bold) or [""]
    return lines[0] if len(lines) == 1 else f"{lines[0]}…"


def find_edge(placer: Placer, land: np.ndarray, sizes: Sequence[tuple[float, float]]) -> Bounds:
    """Room along the frame's edges for the largest of some sizes, taken at once.

    Of all rooms without a mark, the one that hides least of the story's land (see `spread_points`),
    and of several the one nearest to a corner.
    """
    best = np.array(placer.frame)
    for size in sizes:
        boxes, astray = _list_edges(placer.frame, size)
        hidden = _count_points(land, boxes) + np.where(placer.is_free(boxes), 0, 1e9)
        best = boxes[np.lexsort((astray, hidden))[0]]
        if hidden.min() == 0:
            break
    return placer.reserve(best)


def spread_points(ground: Ground, frame: Bounds) -> np.ndarray:
    """Of points spread evenly over the story's land, how many lie below and left of each corner.

    The corners stand `COARSE_PX` apart in the frame, one more than there are points up and across.
    """
    xs, ys = (np.arange(frame[k], frame[k + 2], COARSE_PX) for k in (0, 1))
    own = shapely.simplify(shapely.union_all(list_areas(ground.own)), COARSE_PX / 2)
    shapely.prepare(own)
    inside = shapely.contains_xy(own, *np.meshgrid(xs, ys))
    return np.pad(inside.cumsum(axis=0).cumsum(axis=1), ((1, 0), (1, 0)))


def _count_points(land: np.ndarray, boxes: np.ndarray) -> np.ndarray:
    """How many of points spread over land each box, one a row, hides or comes near to."""
    most_up, most_across = np.array(land.shape) - 1
    left, bottom, right, top = (boxes / COARSE_PX).T
    near = EDGE_PX / 2 / COARSE_PX
    left, bottom = (np.floor(low - near).astype(int) + 1 for low in (left, bottom))
    right, top = (np.ceil(high + near).astype(int) for high in (right, top))
    left, right = np.clip((left, right), 0, most_across)
    bottom, top = np.clip((bottom, top), 0, most_up)
    return land[top, right] - land[bottom, right] - land[top, left] + land[bottom, left]


def _list_edges(frame: Bounds, size: tuple[float, float]) -> tuple[np.ndarray, np.ndarray]:
    """Boxes along a frame's edges, one a row, and how far each is from the nearest corner."""
    low = np.array(frame[:2]) + EDGE_PX
    high = np.maximum(np.array(frame[2:]) - EDGE_PX - size, low)
    xs, ys = (np.append(np.arange(low[k], high[k], 8), high[k]) for k in (0, 1))
    along = [(x, y) for x in xs for y in (low[1], high[1])]
    along += [(x, y) for y in ys for x in (low[0], high[0])]
    corners = np.array(along)
    astray = np.minimum(corners - low, high - corners).sum(axis=1)
    return np.column_stack([corners, corners + size]), astray


def place_labels(
    placer: Placer,
    view: View,
    ground: Ground,
    spots: list,
    cities: list,
    *,
    picked: set[str],
    column: str,
) -> tuple[list[Label], list, list]:
    """All labels, the most important first; the lines to some; and the cities that found room."""
    labels, lines = [], []
    borders = shapely.boundary(shapely.get_parts(list_areas(ground.own)))
    outlines = shapely.MultiLineString(list(shapely.get_parts(borders)))
    shapely.prepare(outlines)
    for spot in spots:
        place = spot.place
        text, gid = shorten(place.label, BODY, bold=True), f"{place.facts.split(', ')[0]}-label"
        label = Label(text, place.language, BODY, "ink", "bold", gid)
        area_px = spot.radius_px if spot.radius_px <= NO_PIN_FROM * MARK_PX / 2 else 0
        radius = max(MARK_PX / 2, area_px)
        found = placer.put_beside((spot.x, spot.y), label.measure(), radius, outlines)
        if found:
            box, distance = found
            labels.append(label._replace(box=box))
            if distance >= LINE_FROM:
                lines.append(((spot.x, spot.y), box))
    named = _label_each(ground.own, column, BODY, "land_ink")
    labels += chain(*_label_countries(placer, named, (" ", "")))
    kept = []
    for city in cities:
        label = Label(*name_in(city, column), SMALL, "muted")
        at = city.x, city.y
        found = placer.put_beside(at, label.measure(), CITY_PX / 2, outlines, LINE_FROM)
        if found:
            labels.append(label._replace(box=found[0]))
            kept.append(city)
    regions = [region for region in ground.regions if region.key in picked]
    for region, label in _label_each(regions, column, SMALL, "land_ink"):
        labels += _fit_within(placer, region.geometry, label, share=LEAST_INSIDE)
    labels += _label_seas(placer, view, ground, column)
    labels += _label_neighbours(placer, ground.neighbours, column)
    labels += _label_lakes(placer, view, ground, column)
    return labels, lines, kept


@cache
def _list_rows(read: Callable[[], pd.DataFrame]) -> list:
    """The rows of a table that stays as it is."""
    return list(each_row(read()))


def _label_each(rows: Iterable, column: str, size_px: float, ink: str) -> Iterator[tuple]:
    """Each row, and its name as a label that seeks room."""
    for row in rows:
        yield row, Label(*name_in(row, column), size_px, ink)


def _label_countries(placer, named, spacings) -> list[list[Label]]:
    """The names of countries in capitals, one list of lines for each that finds room.

    The first of its spacings that fits is taken, or the name is set in two lines. One that finds
    no room within its country is left out.
    """
    found = []
    for country, label in sorted(named, key=lambda pair: -pair[0].geometry.area):
        capitals = label._replace(text=label.text.upper())
        found.append(_fit_within(placer, country.geometry, capitals, spacings=spacings))
    return [lines for lines in found if lines]


def _label_neighbours(placer, countries, column) -> list[Label]:
    """The names of the neighbours, all set alike: as widely spaced as costs none its name."""
    named = list(_label_each(countries, column, SMALL, "neighbour_ink"))
    set_alike: list[list] = []
    for spacing in SPACINGS:
        trial = replace(placer, _taken=[*placer._taken])
        set_alike.append(_label_countries(trial, named, (spacing,)))
        if len(set_alike[-1]) == len(named):
            break
    labels = list(chain(*max(set_alike, key=len)))
    for label in labels:
        placer.reserve(label.box)
    return labels


def _label_seas(placer, view, ground, column) -> list[Label]:
    """The names of the seas that show, each in its water, those that show most first."""
    seas = _list_rows(read_seas)
    areas = shapely.intersection(view.draw(list_areas(seas)), shapely.box(*view.frame))
    seen = [
        sea._replace(geometry=area)
        for sea, area in zip(seas, areas, strict=True)
        if not area.is_empty
    ]
    dots = shapely.union_all(shapely.buffer(ground.islets, COARSE_PX, quad_segs=1))
    land = shapely.union(shapely.simplify(ground.land, DETAIL_PX), dots)
    water = shapely.difference(shapely.box(*view.frame), land)
    shown, smaller = [], shapely.Polygon()
    for sea, label in _label_each(seen, column, SMALL, "water_ink"):
        own = shapely.difference(sea.geometry, smaller)
        shown.append((shapely.intersection(water, own), label))
        smaller = shapely.union(smaller, sea.geometry)
    shown.sort(key=lambda pair: -pair[0].area)
    return list(chain.from_iterable(_label_sea(placer, *pair) for pair in shown))


def _label_sea(placer, water, label) -> list[Label]:
    """The name of a sea, clear of its coasts and in one line where there is room."""
    if water.area < LEAST_SEA_PX2:
        return []
    near = placer.find_widest(shapely.simplify(water, COARSE_PX / 2))
    offshore = water
    for shore in SHORES_PX:
        offshore = shapely.buffer(water, -shore, quad_segs=ROUNDED)
        if box := placer.put_within(offshore, label.measure(), near):
            return [label._replace(box=box)]
    found = _fit_within(placer, offshore, label, near=near)
    return found or _fit_within(placer, water, label, near=near, share=LEAST_INSIDE)


def _label_lakes(placer, view, ground, column) -> list[Label]:
    """The names of lakes whose water shows near to where they are."""
    lakes = _list_rows(read_lakes)
    spots = view.place_corners(np.array([(lake.longitude, lake.latitude) for lake in lakes]))
    labels = []
    named = _label_each(lakes, column, SMALL, "water_ink")
    for (lake, label), (x, y) in zip(named, spots, strict=True):
        if not (0 < x < view.width_px and 0 < y < view.height_px):
            continue
        circle = draw_circle(lake.latitude, lake.longitude, lake.reach_km)
        [around] = view.draw(np.array([circle], dtype=object))
        labels += _label_lake(placer, ground, around, label, (x, y))
    return labels


def _label_lake(placer, ground, around, label, near) -> list[Label]:
    """The name of a lake: in it, or beside it in one of its countries; none for a small lake."""
    parts = shapely.get_parts(shapely.intersection(ground.lakes, around))
    if not len(parts):
        return []
    water = parts[np.argmin(shapely.distance(parts, shapely.Point(near)))]
    if water.area < LEAST_LAKE_PX**2:
        return []
    if found := _fit_within(placer, water, label):
        return found
    middle = water.centroid
    reach = np.array([-1, -1, 1, 1]) * 2 * BESIDE_PX
    near_water = shapely.bounds(water) + reach
    [lakes] = clip_areas(np.array([ground.lakes]), near_water)
    lands = clip_areas(list_areas([*ground.own, *ground.neighbours]), near_water)
    lands = lands[shapely.intersects(lands, water)]
    around_others = shapely.buffer(
        shapely.difference(lakes, water), 2 * SHORES_PX[0], quad_segs=ROUNDED
    )
    taken = shapely.union(shapely.buffer(water, SHORES_PX[-1], quad_segs=ROUNDED), around_others)
    shore = shapely.difference(shapely.buffer(water, BESIDE_PX, quad_segs=ROUNDED), taken)
    for land in lands[np.argsort(~shapely.contains(lands, middle), kind="stable")]:
        beside = shapely.intersection(
            shapely.buffer(land, -SHORES_PX[-1], quad_segs=ROUNDED), shore
        )
        if found := _fit_within(placer, beside, label, near=(middle.x, middle.y)):
            return found
    return []


def _fit_within(placer, area, label, *, near=None, share=1.0, spacings=("",)) -> list[Label]:
    """A label that finds room in an area, in one line with one of some spacings, or in two lines.

    Where none does, a share of the label may do.
    """
    settings = [[_space_out(label.text, spacing)] for spacing in spacings]
    settings.append([_space_out(line, spacings[-1]) for line in _break_in_two(label.text)])
    room = np.ptp(np.reshape(shapely.bounds(area), (2, 2)), axis=0) + ROUGHLY_PX
    sized = []
    for texts in settings:
        lines = [label._replace(text=text) for text in texts]
        widths, heights = zip(*(line.measure() for line in lines), strict=True)
        size = max(widths), sum(heights)
        # How much of a label lies within is only counted by points, where not all of it must.
        if (np.array(size) * share < room).all() and np.prod(size) * share**2 < area.area:
            sized.append((lines, size))
    if not sized:  # nor in an area that is empty
        return []
    near = near or placer.find_widest(shapely.simplify(area, COARSE_PX / 2))
    for least in dict.fromkeys((1.0, share)):
        for lines, size in sized if least == 1 else sized[::-1]:
            if box := placer.put_within(area, size, near, least):
                return _set_lines(lines, box)
    return []


def _space_out(text: str, spacing: str) -> str:
    """A text with a space between its letters; none in letters that may join, as Arabic's do."""
    if not text.isupper():
        return text
    return f"{spacing} {spacing}".join(spacing.join(word) for word in text.split())


def _break_in_two(text: str) -> list[str]:
    """A text in two lines, broken at the space nearest to its middle."""
    spaces = [i for i, letter in enumerate(text) if letter == " "]
    if not spaces:
        return [text]
    middle = min(spaces, key=lambda i: abs(i - len(text) / 2))
    return [text[:middle], text[middle + 1 :]]


def _set_lines(lines: list[Label], box: Bounds) -> list[Label]:
    """The lines of one label, centred in its box from the top down."""
    placed, top = [], box[3]
    for line in lines:
        width, height = line.measure()
        left = (box[0] + box[2] - width) / 2
        placed.append(line._replace(box=(left, top - height, left + width, top)))
        top -= height
    return placed
