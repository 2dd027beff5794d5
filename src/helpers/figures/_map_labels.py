"""The names on a map, each where there is room: none covers another, or a mark, or leaves it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, product
from typing import NamedTuple

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
# And whether only a corner of the label looks at the mark, which may then be nearer than the gap.
_STEPS = (_DISTANCES[0], False), (_DISTANCES[0], True), *((far, False) for far in _DISTANCES[1:])
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
        (across, within), (up, between) = self._meet(0, left, right), self._meet(1, bottom, top)
        return np.asarray(within & between & ~(across & up).any(axis=0))

    def list_free(self, x: np.ndarray, y: np.ndarray, size: tuple[float, float]) -> np.ndarray:
        """The free boxes of a size whose lower left corners are on a grid, row by row."""
        spans = (0, x, x + size[0]), (1, y, y + size[1])
        (across, within), (up, between) = (self._meet(*span) for span in spans)
        touching = up.T.astype(np.float32) @ across.astype(np.float32)
        rows, columns = np.nonzero(between[:, None] & within & (touching == 0))
        corners = np.column_stack([x[columns], y[rows]])
        return np.column_stack([corners, corners + size])

    def _meet(self, axis: int, low: np.ndarray, high: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """What spans of an axis touch, shape (taken, spans), and which of them are in the frame."""
        taken = np.reshape(self._taken, (-1, 4)).T[:, :, None]
        touch = (low < taken[axis + 2] + _GAP_PX) & (high > taken[axis] - _GAP_PX)
        start, end = self.frame[axis] + _GAP_PX, self.frame[axis + 2] - _GAP_PX
        return touch, (low >= start) & (high <= end)

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
        near = [step for step in _STEPS if step[0] < farthest]
        hidden = [] if dots is None or dots.is_empty else [dots]
        for over, (distance, at_corner) in product([*hidden, None], near):
            reach = ways * (radius + _GAP_PX + distance)
            corners = point + reach - room * (1 - sides) / 2
            boxes = np.column_stack([corners, corners + size])
            free = self.is_free(boxes)
            if at_corner:
                others = replace(
                    self, _taken=[box for box in self._taken if not _is_in(point, box)]
                )
                free = sides.all(axis=1) & others.is_free(boxes)
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
        boxes = self.list_free(x, y, size)
        away = np.hypot(*((boxes[:, :2] + boxes[:, 2:]) / 2 - near).T)
        boxes = boxes[np.argsort(away, kind="stable")]
        shapely.prepare(area)
        start, at_once = 0, _AT_ONCE
        while start < len(boxes):
            nearest = boxes[start : start + at_once]
            start, at_once = start + at_once, 2 * at_once
            fits = _lie_within(nearest, area, share)
            if fits.any():
                return self.reserve(nearest[np.argmax(fits)], _WORD_GAP_PX)
        return None


def _is_in(point, box: Bounds) -> bool:
    return bool(box[0] < point[0] < box[2] and box[1] < point[1] < box[3])


def _lie_within(boxes: np.ndarray, area: shapely.Geometry, share: float) -> np.ndarray:
    """Which boxes lie within an area with at least a share of theirs."""
    if share == 1:  # a box of which a corner lies outside does not; few are left to be tried
        inside = np.ones(len(boxes), dtype=bool)
        for x, y in ((0, 1), (0, 3), (2, 3), (2, 1)):
            inside[inside] = shapely.intersects_xy(area, boxes[inside, x], boxes[inside, y])
        inside[inside] = shapely.contains(area, shapely.box(*boxes[inside].T))
        return inside
    left, bottom, right, top = boxes.T[:, :, None]
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


def name_in(row, column: str, other: str = "") -> tuple[str, str]:
    """The label of a row and its language: English where it and another name are missing in it."""
    name = getattr(row, column, "")
    name = name if isinstance(name, str) and name else other
    if column != "name" and name:
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
    below = np.pad(land.cumsum(axis=0).cumsum(axis=1), ((1, 0), (1, 0)))  # and to the left
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
        x, y, right, up = np.minimum(spans, [land.shape[1], land.shape[0]] * 2).T
        hidden = below[up, right] - below[y, right] - below[up, x] + below[y, x]
        hidden = hidden + np.where(placer.is_free(boxes), 0, 1e9)
        astray = np.minimum(corners - low, high - corners).sum(axis=1)
        best = boxes[np.lexsort((astray, hidden))[0]]
        if hidden.min() == 0:
            break
    return placer.reserve(best)


def spread_points(ground: Ground, frame: Bounds) -> np.ndarray:
    """Which of points, `_COARSE_PX` apart in the frame, lie on the story's land."""
    xs, ys = (np.arange(frame[k], frame[k + 2], _COARSE_PX) for k in (0, 1))
    own = geography.simplify(shapely.union_all(list_areas(ground.own)), _COARSE_PX / 2)
    shapely.prepare(own)
    return np.asarray(shapely.contains_xy(own, *np.meshgrid(xs, ys)))


def place_labels(
    placer: Placer, ground: Ground, column: str, spots: list, cities: list, *, former_names, picked
) -> tuple[list[Label], list, list]:
    """All labels, the most important first; the lines to some; and the cities that found room.

    `column` has the names, such as name_fr; `picked` are the keys of the regions that are named.
    """

    def rename(row):
        then = former_names.get(f"{row.country} {row.name}")
        return geography.extend_row(row, **{column: ""} | then) if then else row

    labels: list[Label] = []
    lines, kept = [], []
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
    named = _label_each(ground.own, column, BODY, "land_ink", layer="countries")
    labels += chain(*_label_countries(placer, named, (" ", ""), SMALL))
    for city, label in _label_each(map(rename, cities), column, SMALL, "muted"):
        at = city.x, city.y
        size = label.measure()
        if found := placer.put_beside(at, size, CITY_PX / 2, outlines, **beside):
            labels.append(label._replace(box=found[0]))
            kept.append(city)
    regions = [rename(region) for region in ground.regions if region.key in picked]
    for region, label in _label_each(regions, column, SMALL, "land_ink", layer="regions"):
        labels += _fit_within(placer, region.geometry, label, share=_LEAST_INSIDE)
    labels += _label_seas(placer, _label_each(ground.seas, column, SMALL, "water_ink"))
    look = {"ink": "neighbour_ink", "layer": "countries"}
    labels += _label_neighbours(placer, _label_each(ground.neighbours, column, SMALL, **look))
    for lake, label in _label_each(ground.named_lakes, column, SMALL, "water_ink"):
        labels += _label_lake(placer, ground, lake.geometry, label)
    return labels, lines, kept


def label_dots(box: Bounds, dots: np.ndarray, places: list) -> list[Label]:
    """The names of places in an inset, each beside its dot; those without room are left out."""
    placer, labels = Placer(box), []
    for x, y in dots:
        placer.reserve((x - CITY_PX / 2, y - CITY_PX / 2, x + CITY_PX / 2, y + CITY_PX / 2))
    for at, place in zip(dots, places, strict=True):
        gid = f"{place.facts.partition(', ')[0]}-label"
        label = Label(place.label, place.language, SMALL, "ink", gid=gid)
        no_lines = shapely.MultiLineString()
        size, radius = label.measure(), CITY_PX / 2
        if found := placer.put_beside(at, size, radius, no_lines, farthest=_LINE_FROM):
            labels.append(label._replace(box=found[0]))
    return labels


def _label_each(rows: Iterable, column: str, size_px: float, ink: str, layer="") -> Iterator[tuple]:
    """Each row, and its name as a label that seeks room; a layer has its names apart."""
    names = geography.list_names(layer, column) if layer else {}
    for row in rows:
        other = names.get((row.country, row.name), "") if layer else ""
        yield row, Label(*name_in(row, column, other), size_px, ink)


def _label_countries(placer, named, spacings, least_px=None) -> list[list[Label]]:
    """The names of countries in capitals, the largest first: the lines of each, none without room.

    The first of its spacings that fits is taken, or the name is set in two lines; else it may be
    as small as `least_px`, and stand a little over its borders.
    """
    found = []
    for country, label in sorted(named, key=_measure_land):
        capitals = label._replace(text=label.text.upper())
        lines = _fit_within(placer, country.geometry, capitals, spacings=spacings)
        if not lines and least_px:
            smaller = capitals._replace(size_px=least_px)
            lines = _fit_within(placer, country.geometry, smaller, share=_LEAST_INSIDE)
        found.append(lines)
    return found


def _measure_land(named) -> float:
    country, _ = named
    return -country.geometry.area


def _label_neighbours(placer, named) -> list[Label]:
    """The names of the neighbours, all set alike: as widely spaced as costs none its name."""

    def label(some, spacing):
        trial = replace(placer, _taken=[*placer._taken])
        return _label_countries(trial, some, (spacing,))

    named = sorted(named, key=_measure_land)
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


def _label_seas(placer, named) -> list[Label]:
    """The names of the seas, each in its water, clear of coasts and in one line where it can."""
    labels = []
    for sea, label in named:
        own = sea.geometry
        near = placer.find_widest(geography.simplify(own, _COARSE_PX / 2))
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


def _label_lake(placer, ground, water, label) -> list[Label]:
    """The name of a lake: in it, or beside it in one of its countries."""

    def widen(area, by_px):
        return shapely.buffer(area, by_px, quad_segs=_ROUNDED)

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
    near = near or placer.find_widest(geography.simplify(area, _COARSE_PX / 2))
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
