"""The names on a map, each where there is room: none covers another, or a mark, or leaves it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import chain, product
from typing import Any, NamedTuple

import numpy as np
import shapely

from helpers import geography
from helpers.figures._canvas import measure, wrap
from helpers.figures._map_ground import Bounds, Ground, list_areas
from helpers.figures._style import BODY, SMALL, Sheet

MARK_PX = 13  # a mark's width
NO_PIN_FROM = 4.0  # and from this many times on, the mark is hollow: the place is not at its point
CITY_PX = 5
_EDGE_PX = 12  # between the frame and what stands along it
_LONGEST_LABEL_PX = 260
_LEAST_INSIDE = 0.8  # of a region's or a sea's name, where not all of it fits
_LEAST_LAKE_PX = 10  # the square root of a lake's area: smaller ones are not named
_LEAST_SEA_PX2 = 1200  # of its water: there is no room for a name in less
_BESIDE_PX = 52  # around a lake: its name stands no farther off
_SHORES_PX = 8, 3  # between the name of a sea and a coast, where there is room
_ROUNDED = 4  # straight lines to a quarter of a circle around a corner
_SPACINGS = " ", "\u200a", ""  # between the letters of a country's name; the second is a hair space
_COARSE_PX = 5  # of land, where only room is sought
_ROUGHLY_PX = 4  # by which a label may be larger than the box around an area, before it is tried
_ASCENT, _DESCENT = 0.74, 0.24  # of the type family, in shares of the size
_GAP_PX = 3  # the least distance between two boxes
_WORD_GAP_PX = 5  # more between two names in one line, which would be read as one
# Where a label may stand beside its mark, the best first: the horizontal and vertical side.
_SIDES = ((1, 0), (-1, 0), (1, 1), (1, -1), (-1, 1), (-1, -1), (0, 1), (0, -1))
_DISTANCES = (0, 8, 20, 36, 60, 90, 130)  # px beyond the mark; from the third on with a line to it
_LINE_FROM = 20
_STEP = 4  # px between the places that are tried in an area
_SPREAD = (np.arange(8) + 0.5) / 8  # of the points that stand for a box, as shares of its sides
_AT_ONCE = 200  # of these places, the nearest first; then twice as many each time
_SQUEEZE = np.array([0.4, 1.0])


@dataclass
class Placer:
    """Room for labels in a frame, whose edges none passes: what is taken stays taken."""

    frame: Bounds
    _taken: list[Bounds] = field(default_factory=list)

    def reserve(self, edges: Iterable[float], aside: float = 0) -> Bounds:
        """Keep every later label out of a box, and some pixels off its sides."""
        left, bottom, right, top = map(float, edges)
        self._taken.append((left - aside, bottom, right + aside, top))
        return left, bottom, right, top

    def is_free(self, boxes: np.ndarray) -> np.ndarray:
        """Which boxes, one a row, are in the frame and touch nothing that is taken."""
        left, bottom, right, top = boxes.T
        free = (left >= self.frame[0] + _GAP_PX) & (bottom >= self.frame[1] + _GAP_PX)
        free &= (right <= self.frame[2] - _GAP_PX) & (top <= self.frame[3] - _GAP_PX)
        for taken in self._taken:
            apart = (left >= taken[2] + _GAP_PX) | (right <= taken[0] - _GAP_PX)
            free &= apart | (bottom >= taken[3] + _GAP_PX) | (top <= taken[1] - _GAP_PX)
        return free

    def find_widest(self, area) -> tuple[float, float]:
        """The middle of the widest room that is left in an area."""
        if not area.is_valid:  # the parts of one that was simplified may overlap
            area = shapely.make_valid(area)
        taken = shapely.box(*np.reshape(self._taken, (-1, 4)).T)
        taken = shapely.union_all(taken[shapely.intersects(taken, area)])
        left = shapely.difference(shapely.intersection(area, shapely.box(*self.frame)), taken)
        parts = shapely.get_parts(left)
        sizes = shapely.area(parts)
        if not sizes.sum() > 1:
            return area.centroid.x, area.centroid.y
        # A label is wider than high: room in height counts for more.
        squeezed = shapely.transform(parts[np.argmax(sizes)], lambda xy: xy * _SQUEEZE)
        circle = shapely.maximum_inscribed_circle(squeezed, tolerance=2)
        x, y = shapely.get_coordinates(circle)[0] / _SQUEEZE
        return float(x), float(y)

    def put_beside(self, point, size, radius, lines, *, farthest=np.inf, dots=None):
        """Room for a label beside a mark, taken at once, and its distance from it in pixels.

        Room that is clear of some dots is better than other. Then the nearest is the best; at one
        distance, the one that crosses the fewest of some lines, then the one to the right. None
        where there is no room.
        """
        sides = np.array(_SIDES)
        # On a slant the box's corner looks at the mark, and comes as near as its side would.
        ways, room = sides * np.where(sides.all(axis=1), 0.7, 1)[:, None], np.array(size)
        near = [distance for distance in _DISTANCES if distance < farthest]
        hidden = [] if dots is None or dots.is_empty else [dots]
        for over, distance in product([*hidden, None], near):
            reach = ways * (radius + _GAP_PX + distance)
            corners = point + reach - room * (1 - sides) / 2
            boxes = np.column_stack([corners, corners + size])
            free = self.is_free(boxes)
            if over is not None:
                free &= ~shapely.intersects(shapely.box(*boxes.T), over)
            if free.any():
                crosses = shapely.intersects(shapely.box(*boxes.T), lines)
                best = min(np.flatnonzero(free), key=lambda i: (crosses[i], i))
                return self.reserve(boxes[best], _WORD_GAP_PX), distance
        return None

    def put_within(self, area, size, near, share=1.0) -> Bounds | None:
        """Room for a label within an area, as near to a point as may be; taken at once.

        At least a share of the label lies within. None where there is no room.
        """
        if shapely.is_empty(area):
            return None
        left, bottom, right, top = shapely.bounds(area)
        left, bottom = left // _STEP * _STEP, bottom // _STEP * _STEP  # one grid for all areas
        x = np.arange(left, right - size[0] * share, _STEP)
        y = np.arange(bottom, top - size[1] * share, _STEP)
        corners = np.column_stack([axis.ravel() for axis in np.meshgrid(x, y)])
        boxes = np.column_stack([corners, corners + size])
        boxes = boxes[self.is_free(boxes)]
        away = np.hypot(*((boxes[:, :2] + boxes[:, 2:]) / 2 - near).T)
        boxes = boxes[np.argsort(away, kind="stable")]
        shapely.prepare(area)
        start, at_once = 0, _AT_ONCE
        while start < len(boxes):
            nearest = boxes[start : start + at_once]
            start, at_once = start + at_once, 2 * at_once
            fits = _lie_within(shapely.box(*nearest.T), area, share)
            if fits.any():
                return self.reserve(nearest[np.argmax(fits)], _WORD_GAP_PX)
        return None


def _lie_within(boxes: np.ndarray, area: shapely.Geometry, share: float) -> np.ndarray:
    """Which boxes lie within an area with at least a share of theirs."""
    left, bottom, right, top = shapely.bounds(boxes).T[:, :, None]
    if share == 1:  # a box of which a corner lies outside does not; few are left to be tried
        x, y = np.hstack([left, left, right, right]), np.hstack([bottom, top, top, bottom])
        inside = np.array(shapely.intersects_xy(area, x, y).all(axis=1))
        inside[inside] = shapely.contains(area, boxes[inside])
        return inside
    # By points spread over each: the areas of intersections with a coast take 20 times as long.
    x, y = left + (right - left) * _SPREAD, bottom + (top - bottom) * _SPREAD
    inside = shapely.contains_xy(area, x[:, None, :], y[:, :, None])
    return inside.sum(axis=(1, 2)) >= share * _SPREAD.size**2


class Label(NamedTuple):
    """A text, how it is set, and its room in pixels once it has found some."""

    text: str
    language: str
    size_px: float
    ink: str
    bold: bool = False
    gid: str | None = None
    box: Bounds = (0, 0, 0, 0)

    def measure(self) -> tuple[float, float]:
        """Width and height in pixels of its one line."""
        width = measure(self.text, self.size_px, self.bold)
        return width, self.size_px * (_ASCENT + _DESCENT)

    def draw(self, sheet: Sheet) -> None:
        language = "" if self.language == "en" else self.language
        x, y = self.box[0], self.box[1] + _DESCENT * self.size_px
        said = {"gid": self.gid, "label": language}
        sheet.write(x, y, self.text, self.size_px, self.ink, bold=self.bold, **said)


def name_in(row, column: str) -> tuple[str, str]:
    """The label of a row and its language: English where the name is missing in another."""
    name = getattr(row, column, "")
    if column != "name" and isinstance(name, str) and name:
        return name, column.removeprefix("name_")
    return row.name, "en"


def shorten(text: str, size_px: float, bold: bool = False) -> str:
    """A text as a label: on one line, and with an ellipsis where it is too long."""
    lines = wrap(text, _LONGEST_LABEL_PX, size_px, bold) or [""]
    return lines[0] if len(lines) == 1 else f"{lines[0]}…"


def find_edge(placer: Placer, land: np.ndarray, sizes: Sequence[tuple[float, float]]) -> Bounds:
    """Room along the frame's edges for the largest of some sizes, taken at once.

    Of all rooms without a mark, the one that hides least of the story's land (see `spread_points`),
    and of several the one nearest to a corner.
    """
    best = np.array(placer.frame)
    for size in sizes:
        low = np.array(placer.frame[:2]) + _EDGE_PX
        high = np.maximum(np.array(placer.frame[2:]) - _EDGE_PX - size, low)
        xs, ys = (np.append(np.arange(low[k], high[k], 8), high[k]) for k in (0, 1))
        along = [(x, y) for x in xs for y in (low[1], high[1])]
        corners = np.array(along + [(x, y) for y in ys for x in (low[0], high[0])])
        boxes = np.column_stack([corners, corners + size])
        first = np.floor((corners - _EDGE_PX / 2) / _COARSE_PX).astype(int) + 1
        last = np.ceil((boxes[:, 2:] + _EDGE_PX / 2) / _COARSE_PX).astype(int)
        spans = np.column_stack([np.maximum(first, 0), last])
        hidden = np.array([land[y:up, x:right].sum() for x, y, right, up in spans])
        hidden = hidden + np.where(placer.is_free(boxes), 0, 1e9)
        astray = np.minimum(corners - low, high - corners).sum(axis=1)
        best = boxes[np.lexsort((astray, hidden))[0]]
        if hidden.min() == 0:
            break
    return placer.reserve(best)


def spread_points(ground: Ground, frame: Bounds) -> np.ndarray:
    """Which of points, `_COARSE_PX` apart in the frame, lie on the story's land."""
    xs, ys = (np.arange(frame[k], frame[k + 2], _COARSE_PX) for k in (0, 1))
    own = shapely.simplify(shapely.union_all(list_areas(ground.own)), _COARSE_PX / 2)
    shapely.prepare(own)
    return np.asarray(shapely.contains_xy(own, *np.meshgrid(xs, ys)))


def place_labels(
    placer: Placer, view: geography.View, ground: Ground, spots: list, cities: list, *, picked
) -> tuple[list[Label], list, list]:
    """All labels, the most important first; the lines to some; and the cities that found room.

    `picked` are the keys of the regions that are named.
    """
    labels: list[Label] = []
    lines, kept, column = [], [], ground.names
    areas = shapely.get_parts([*list_areas(ground.own), shapely.union_all(ground.dots)])
    outlines = shapely.MultiLineString(list(shapely.get_parts(shapely.boundary(areas))))
    shapely.prepare(outlines)
    beside = {"farthest": _LINE_FROM, "dots": shapely.union_all(ground.dots)}
    for spot in spots:
        place, at = spot.place, (spot.x, spot.y)
        text, gid = shorten(place.label, BODY, bold=True), f"{place.facts.split(', ')[0]}-label"
        label = Label(text, place.language, BODY, "ink", True, gid)
        radius = MARK_PX / 2
        if spot.radius_px <= NO_PIN_FROM * MARK_PX / 2:
            radius = max(radius, spot.radius_px)
        if found := placer.put_beside(at, label.measure(), radius, outlines):
            labels.append(label._replace(box=found[0]))
            lines += [(at, found[0])] if found[1] >= _LINE_FROM else []
    named = _label_each(ground.own, column, BODY, "land_ink")
    labels += chain(*_label_countries(placer, named, (" ", "")))
    for city, label in _label_each(cities, column, SMALL, "muted"):
        at = city.x, city.y
        size = label.measure()
        if found := placer.put_beside(at, size, CITY_PX / 2, outlines, **beside):
            labels.append(label._replace(box=found[0]))
            kept.append(city)
    regions = [region for region in ground.regions if region.key in picked]
    for region, label in _label_each(regions, column, SMALL, "land_ink"):
        labels += _fit_within(placer, region.geometry, label, share=_LEAST_INSIDE)
    labels += _label_seas(placer, view, ground)
    labels += _label_neighbours(placer, ground)
    labels += _label_lakes(placer, view, ground)
    return labels, lines, kept


def _label_each(rows: Iterable, column: str, size_px: float, ink: str) -> Iterator[tuple]:
    """Each row, and its name as a label that seeks room."""
    return ((row, Label(*name_in(row, column), size_px, ink)) for row in rows)


def _label_countries(placer, named, spacings) -> list[list[Label]]:
    """The names of countries in capitals, the largest first: the lines of each, none without room.

    The first of its spacings that fits is taken, or the name is set in two lines.
    """
    found = []
    for country, label in sorted(named, key=_measure_land):
        capitals = label._replace(text=label.text.upper())
        found.append(_fit_within(placer, country.geometry, capitals, spacings=spacings))
    return found


def _measure_land(named) -> float:
    country, _ = named
    return -country.geometry.area


def _label_neighbours(placer, ground) -> list[Label]:
    """The names of the neighbours, all set alike: as widely spaced as costs none its name."""

    def label(some, spacing):
        trial = replace(placer, _taken=[*placer._taken])
        return _label_countries(trial, some, (spacing,))

    named = list(_label_each(ground.neighbours, ground.names, SMALL, "neighbour_ink"))
    named.sort(key=_measure_land)
    set_alike = [label(named, _SPACINGS[0])]
    # What finds no room alone, set as closely as may be, finds none among others.
    lost = (one for one, lines in zip(named, set_alike[0], strict=True) if not lines)
    most = _count(set_alike[0]) + _count(label([one], _SPACINGS[-1])[0] for one in lost)
    for spacing in _SPACINGS[1:]:
        if _count(set_alike[-1]) == most:
            break
        set_alike.append(label(named, spacing))
    labels = list(chain(*max(set_alike, key=_count)))
    for name in labels:
        placer.reserve(name.box, _WORD_GAP_PX)
    return labels


def _count(found: Iterable[list]) -> int:
    """How many names have lines."""
    return sum(map(bool, found))


@lru_cache(maxsize=2)
def _list_waters(read: Callable[[], Any]) -> list:
    """The rows of a table of waters, with their names in each language, once for all maps."""
    return list(geography.each_row(read()))


def _label_seas(placer, view, ground) -> list[Label]:
    """The names of the seas that show, each in its water, those that show most first.

    Each is clear of its coasts and in one line where there is room.
    """
    frame = shapely.box(*view.frame)
    dots = shapely.union_all(shapely.buffer(ground.dots, _GAP_PX, quad_segs=1))
    land = shapely.union(shapely.simplify(ground.land, geography.DETAIL_PX), dots)
    water = shapely.difference(frame, land)
    seas = _list_waters(geography.read_seas)
    areas = shapely.intersection(view.draw(list_areas(seas)), frame)
    shown, smaller = [], shapely.Polygon()
    named = _label_each(seas, ground.names, SMALL, "water_ink")
    for (_, label), area in zip(named, areas, strict=True):
        if not area.is_empty:
            own = shapely.intersection(water, shapely.difference(area, smaller))
            smaller = shapely.union(smaller, area)
            shown.append((own, label))
    labels = []
    for own, label in sorted(shown, key=lambda pair: -pair[0].area):
        if own.area < _LEAST_SEA_PX2:
            break
        near = placer.find_widest(shapely.simplify(own, _COARSE_PX / 2))
        offshore = own
        for shore in _SHORES_PX:
            offshore = shapely.buffer(own, -shore, quad_segs=_ROUNDED)
            if box := placer.put_within(offshore, label.measure(), near):
                labels.append(label._replace(box=box))
                break
        else:
            found = _fit_within(placer, offshore, label, near=near)
            labels += found or _fit_within(placer, own, label, near=near, share=_LEAST_INSIDE)
    return labels


def _label_lakes(placer, view, ground) -> list[Label]:
    """The names of lakes whose water shows near to where they are."""
    lakes = _list_waters(geography.read_lakes)
    spots = view.place_corners(np.array([(lake.longitude, lake.latitude) for lake in lakes]))
    labels = []
    named = _label_each(lakes, ground.names, SMALL, "water_ink")
    for (lake, label), (x, y) in zip(named, spots, strict=True):
        if 0 < x < view.width_px and 0 < y < view.height_px:
            circle = geography.draw_circle(lake.latitude, lake.longitude, lake.reach_km)
            [around] = view.draw(np.array([circle], dtype=object))
            labels += _label_lake(placer, ground, around, label, shapely.Point(x, y))
    return labels


def _label_lake(placer, ground, around, label, spot) -> list[Label]:
    """The name of a lake: in it, or beside it in one of its countries; none for a small lake."""

    def widen(area, by_px):
        return shapely.buffer(area, by_px, quad_segs=_ROUNDED)

    parts = shapely.get_parts(shapely.intersection(ground.lakes, around))
    water = min(parts, key=spot.distance, default=spot)
    if water.area < _LEAST_LAKE_PX**2:
        return []
    if found := _fit_within(placer, water, label):
        return found
    middle = water.centroid
    near_water = shapely.bounds(water) + np.array([-1, -1, 1, 1]) * 2 * _BESIDE_PX
    [lakes] = geography.clip_areas(np.array([ground.lakes]), near_water)
    lands = geography.clip_areas(list_areas([*ground.own, *ground.neighbours]), near_water)
    lands = lands[shapely.intersects(lands, water)]
    others = widen(shapely.difference(lakes, water), 2 * _SHORES_PX[0])
    taken = shapely.union(widen(water, _SHORES_PX[-1]), others)
    shore = shapely.difference(widen(water, _BESIDE_PX), taken)
    for land in lands[np.argsort(~shapely.contains(lands, middle), kind="stable")]:
        beside = shapely.intersection(widen(land, -_SHORES_PX[-1]), shore)
        if found := _fit_within(placer, beside, label, near=(middle.x, middle.y)):
            return found
    return []


def _fit_within(placer, area, label, *, near=None, share=1.0, spacings=("",)) -> list[Label]:
    """A label that finds room in an area, in one line with one of some spacings, or in two lines.

    Where none does, a share of the label may do.
    """
    settings = [[_space_out(label.text, spacing)] for spacing in spacings]
    spaces = [i for i, letter in enumerate(label.text) if letter == " "]
    middle = min(spaces, key=lambda i: abs(i - len(label.text) / 2), default=len(label.text))
    halves = filter(None, (label.text[:middle], label.text[middle + 1 :]))
    settings.append([_space_out(half, spacings[-1]) for half in halves])
    room = np.ptp(np.reshape(shapely.bounds(area), (2, 2)), axis=0) + _ROUGHLY_PX
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
    near = near or placer.find_widest(shapely.simplify(area, _COARSE_PX / 2))
    for least in dict.fromkeys((1.0, share)):
        for lines, size in sized if least == 1 else sized[::-1]:
            if not (box := placer.put_within(area, size, near, least)):
                continue
            top = box[3]
            for i, line in enumerate(lines):  # centred in its box, from the top down
                width, height = line.measure()
                edges = (box[0] + box[2] - width) / 2, top - height
                lines[i] = line._replace(box=(*edges, edges[0] + width, top))
                top -= height
            return lines
    return []


def _space_out(text: str, spacing: str) -> str:
    """A text with a space between its letters; none in letters that may join, as Arabic's do."""
    if not text.isupper():
        return text
    return f"{spacing} {spacing}".join(spacing.join(word) for word in text.split())
