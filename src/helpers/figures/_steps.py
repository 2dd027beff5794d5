"""Numbers over time: steps on one axis of days, a lane for each group."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import chain
from operator import itemgetter

import pandas as pd
from matplotlib.path import Path
from matplotlib.transforms import Bbox

from helpers.dossier import first_day, last_day, split_ids
from helpers.figures import _panels as panels
from helpers.figures._canvas import LINE_PX, Canvas, label_id, measure
from helpers.figures._figure import group_rows
from helpers.figures._panels import Panel, measure_extent
from helpers.figures._style import SMALL
from helpers.figures._timeline import TimeAxis
from helpers.words import capitalise, format_quantity, list_values

_HEIGHT = 64  # from nothing to the largest number of a lane, in CSS pixels
_ZERO, _EDGE = 14, 6  # the room before an axis, for its 0, and behind it
_RADIUS = 4
_BESIDE = 2 * _RADIUS - 1  # from mark to mark of one date
_APART = 4  # lanes whose largest numbers are so many times another's have scales of their own
_MOST_OTHERS = 12  # groups in the small table
_MOST_NEWEST = 3  # numbers of one date that are told beside a lane
_KEY = {"stands": "still stands", "superseded": "replaced since", "retracted": "withdrawn"}
_JOINED = "joins two numbers; what lies between is not stated"
_UNITS = {len("2022"): "Y", len("2022-01"): "M", len("2022-01-06"): "D"}


@dataclass
class _Lane:
    """Where the numbers of one group stand: `base` is where its least one would, over its `foot`.

    points has the mark of each, by fact_id; no label lies on `lines`, but on those of its own
    number, whose fact_id they have. What is counted holds until it is counted again; of what is
    `measured` nobody says what it was between two numbers.
    """

    claims: list[dict]
    axis: TimeAxis
    least: float
    most: float
    colour: str
    measured: bool
    base: float = 0
    foot: float = 0
    joined: bool = False
    points: dict[str, tuple[float, float]] = field(default_factory=dict)
    lines: list[tuple[str, Path]] = field(default_factory=list)

    def level(self, number: float) -> float:
        """Where a number stands; one that is off the scale stands at its end."""
        within = min(max(number, self.least), self.most)
        return self.base - (within - self.least) / (self.most - self.least) * _HEIGHT

    def is_joined(self, claim: dict) -> bool:
        """Whether a line leads to a number and from it.

        A count over some days ends with them, where it does not take the place of others' count.
        """
        first, last = _find_days(claim)
        if claim["standing"] == "retracted" or first == last or self.measured:
            return claim["standing"] != "retracted"
        ids = split_ids(claim["replaces"])
        return any(one["fact_id"] in ids and one["day"] != claim["day"] for one in self.claims)

    def find_open(self, claim: dict) -> int:
        """1 where a number may be more than is drawn, or is off the scale, -1 for less, else 0."""
        extent = measure_extent(claim)
        return extent.open_ended or (extent.outlined > self.most) - (extent.lower < self.least)

    def draw_line(self, canvas: Canvas, xs: Iterable, ys: Iterable, of: str = "", **look) -> None:
        """A line that no label is to lie on, but for that `of` which it is the range."""
        self.lines.append((of, Path([*zip(xs, ys, strict=True)])))
        canvas.line(xs, ys, **look)

    def cover(self, left: float, right: float, top: float, of: str = "", height=LINE_PX) -> None:
        """Leave no room for a label: lines across all of a box are closer than a label is high."""
        rows = [(x, top + height * share) for share in (0, 0.5, 1) for x in (left, right)]
        self.lines.append((of, Path(rows)))


def draw_steps(canvas: Canvas, y: float, panel: Panel, colour: str) -> float:
    """A lane for each group, all on one axis of days, each on a scale from nothing.

    A number stands in the middle of its days. It holds until the next of the same speaker, or one
    that replaces it; numbers of what is measured are joined by a line that says no more. What was
    withdrawn is struck through, and settles no scale that it would flatten. The other groups
    follow in a small table.
    """
    names, plot = canvas.beside()
    axis = find_axis(panel, _ZERO, plot.width - _EDGE)
    y = axis.draw(plot, y)
    groups = group_rows(panel.shown, itemgetter("name")).items()
    lanes = {name: sorted(claims, key=_order) for name, claims in groups}
    ranges = {}
    for name, claims in lanes.items():
        kept = [claim for claim in claims if claim["standing"] != "retracted"] or claims
        (low, high), (least, most) = panels.find_range(kept), panels.find_range(claims)
        if most - least <= (high - low) * _APART:
            low, high = least, most
        ranges[name] = low, high if high > low else low + 1
    least, most = (end([own[i] for own in ranges.values()]) for i, end in enumerate((min, max)))
    share = all((high - low) * _APART >= most - least for low, high in ranges.values())
    drawn: list[_Lane] = []
    for name, claims in lanes.items():
        ends = (least, most) if share else ranges[name]
        lane = _Lane(claims, axis, *ends, colour, panel.look.measured)
        y = _draw_lane(names, plot, y, capitalise(name), lane)
        drawn.append(lane)
    x = float(_RADIUS + 2)
    for standing, words in _KEY.items():
        if any(claim["standing"] == standing for claim in panel.shown):
            _draw_mark(plot, (x, y + LINE_PX / 2), standing, colour=colour, gid="key")
            wide = measure(words, SMALL) + 2
            plot.note(x + 10, y, words, wide)
            x += wide + 28
    y += LINE_PX
    if any(lane.joined and lane.measured for lane in drawn):
        plot.line([0, 18], [y + LINE_PX / 2] * 2, colour=colour, gid="key-step")
        y = plot.note(24, y, _JOINED)
    if not share:
        y = plot.note(0, y, "Each group has a scale of its own.")
    return _draw_others(canvas, y, panel.hidden, colour)


def find_axis(panel: Panel, left: float = 0, right: float = 1) -> TimeAxis:
    """An axis from the first day of all to the last, ticked no finer than the finest of them."""
    unit = _UNITS[max(len(day) for claim in panel.shown for day in claim["day"].split("/"))]
    firsts, lasts = zip(*map(_find_days, panel.shown), strict=True)
    single = lasts if unit == "D" else ()  # what is of months is spread evenly
    spans = [*zip(firsts, lasts, strict=True)]
    axis = TimeAxis.over([min(firsts), max(lasts), *single], left, right, spans)
    return TimeAxis([replace(scale, unit=unit) for scale in axis.scales])


def _find_days(claim: dict) -> tuple[date, date]:
    """The first and the last day that a number is of; without a date it was known by the last."""
    last = last_day(claim["day"])
    return last if pd.isna(claim["date"]) else first_day(claim["day"]), last


def _order(claim: dict) -> tuple[date, date]:
    return _find_days(claim)[::-1]


def _find_number(claim: dict) -> float:
    """A claim's own number; of a range where it begins."""
    return float(list_values(claim)[0])


def _draw_lane(names: Canvas, plot: Canvas, y: float, name: str, lane: _Lane) -> float:
    """One group: its name, its newest numbers and who says them, and its steps."""
    bottom = names.text(0, y, name, size=SMALL, bold=True) if name else y
    standing = panels.find_standing(lane.claims)
    newest = [claim for claim in standing if claim["day"] == standing[-1]["day"]]
    for claim in newest[:_MOST_NEWEST]:
        look = {"size": SMALL, "bold": True, "colour": lane.colour}
        bottom = names.text(0, bottom, format_quantity(claim), None, **look)
        bottom = panels.draw_who(names, bottom, [claim])
    bottom = names.count_rest(0, bottom, len(newest) - _MOST_NEWEST)
    top = bottom + 4 if names is plot else y
    lane.base = top + LINE_PX + 8 + _HEIGHT
    lane.foot = lane.base + (LINE_PX + 8) * (lane.least < 0)
    lane.axis.draw_ground(plot, top, lane.foot)
    zero = lane.level(0)
    wide = measure("0", SMALL)
    plot.note(_ZERO - 4 - wide, zero - LINE_PX / 2, "0")
    lane.cover(_ZERO - 4 - wide, _ZERO - 4, zero - LINE_PX / 2)
    for scale in lane.axis.scales:
        ends = scale.left, scale.right
        lane.draw_line(plot, ends, [zero] * 2, colour="muted", z=1.5, gid="zero")
    _place_marks(lane)
    _draw_lines(plot, lane)
    for claim in lane.claims:
        _draw_claim(plot, lane, claim)
    # Labelled are first the ends, the largest and the least of what stands, then the withdrawn.
    gone = [claim for claim in lane.claims if claim["standing"] == "retracted"]
    order = chain(_find_ends(standing), gone, standing, _find_ends(lane.claims), lane.claims)
    for claim in {claim["fact_id"]: claim for claim in order}.values():
        _draw_label(plot, lane, claim)
    return max(lane.foot, bottom) + 14


def _find_ends(claims: list[dict]) -> list[dict]:
    """The first and the last of some claims, and those with the largest and the least number."""
    sized = sorted(claims, key=_find_number)
    return [*claims[:1], *claims[-1:], *sized[-1:], *sized[:1]]


def _place_marks(lane: _Lane) -> None:
    """Each in the middle of its days: what stands, where two of one date would hide each other.

    The other is set aside as little as it needs, and within its days where they can be seen.
    """
    for claim in sorted(lane.claims, key=lambda one: one["standing"] != "stands"):
        pieces = lane.axis.cut(*_find_days(claim))
        left, right = max(pieces, key=lambda ends: ends[1] - ends[0])
        alike = [one["fact_id"] for one in lane.claims if one["day"] == claim["day"]]
        taken = [lane.points[one] for one in alike if one in lane.points]
        y, x = lane.level(_find_number(claim)), (left + right) / 2
        reach = int(min(max((right - left) / 2, _RADIUS), 2 * _BESIDE))
        places = [(x + away, y) for away in sorted(range(-reach, reach + 1), key=abs)]
        room = [min([_BESIDE, *(math.dist(at, other) for other in taken)]) for at in places]
        lane.points[claim["fact_id"]] = places[room.index(max(room))]


def _draw_lines(canvas: Canvas, lane: _Lane) -> None:
    """A line from each number to the next of its speaker, or from those that it replaces."""
    points = lane.points
    before: dict[str, list[tuple[float, float]]] = {}
    for claim in lane.claims:
        if not lane.is_joined(claim):
            continue
        gid, who = claim["fact_id"], claim["asserted_by"]
        olds = [points[old] for old in split_ids(claim["replaces"]) if old in points]
        end, level = points[gid]
        for x, y in olds or before.get(who, []):
            steps = ([x, end], [y, level]) if lane.measured else ([x, end, end], [y, y, level])
            width = 1 if lane.measured else 1.5
            lane.draw_line(canvas, *steps, colour=lane.colour, width=width, gid=f"{gid}-step")
            lane.joined = True
        before[who] = [points[gid]]


def _draw_claim(canvas: Canvas, lane: _Lane, claim: dict) -> None:
    """A number's mark on a stroke along its days, with its range, and an arrow where it is open."""
    gid, extent, (x, y) = claim["fact_id"], measure_extent(claim), lane.points[claim["fact_id"]]
    tone = "muted" if claim["standing"] == "retracted" else lane.colour
    first, last = _find_days(claim)
    for days in lane.axis.cut(first, last) if first < last else ():
        lane.draw_line(canvas, days, [y, y], colour=tone, width=2.5, gid=f"{gid}-days")
    ends = lane.level(extent.lower), lane.level(extent.outlined)
    is_range = pd.isna(claim["value"]) and len({*list_values(claim)}) > 1
    if ends[0] > ends[1]:
        look = {"width": 5} if is_range else {"width": 3, "alpha": 0.4}
        lane.draw_line(canvas, [x, x], ends, gid, colour=tone, **look, gid=f"{gid}-range")
    if side := lane.find_open(claim):
        at = ends[1] - 6 if side > 0 else ends[0] + 6
        head = [(x - 4, at), (x + 4, at), (x, at - 6 * side)]
        canvas.shape(head, fill=tone, gid=f"{gid}-open")
        lane.lines.append((gid, Path(head)))
    lane.cover(x - _RADIUS, x + _RADIUS, y - _RADIUS, gid, 2 * _RADIUS)
    _draw_mark(canvas, (x, y), claim["standing"], colour=lane.colour, gid=gid)
    if is_range:  # from one mark to another
        _draw_mark(canvas, (x, ends[1]), claim["standing"], colour=lane.colour, gid=f"{gid}-high")


def _draw_mark(canvas: Canvas, at: tuple[float, float], standing: str, *, colour: str, gid: str):
    """Filled for what stands, hollow for what was replaced, crossed for what was withdrawn."""
    x, y = at
    tone = "muted" if standing == "retracted" else colour
    fill = tone if standing == "stands" else "paper"
    canvas.circle(x, y, _RADIUS, fill=fill, edge=tone, gid=f"{gid}-mark", z=3)
    if standing == "retracted":
        for end in (-3, 3):
            stroke = [x - 3, x + 3], [y - end, y + end]
            canvas.line(*stroke, colour=tone, width=1.5, gid=f"{gid}-cross", z=3.5)


def _draw_label(canvas: Canvas, lane: _Lane, claim: dict) -> None:
    """A number above its mark, else below it or beside it; none where there is no room."""
    gid, retracted = claim["fact_id"], claim["standing"] == "retracted"
    x, y = lane.points[gid]
    label = format_quantity(claim, with_unit=False)
    wide = measure(label, SMALL, bold=True)
    middle = min(max(x - wide / 2, 0), canvas.width - wide)
    extent, side = measure_extent(claim), lane.find_open(claim)
    up, down = LINE_PX + (13 if side > 0 else 6), 12 if side < 0 else 5  # clear of its arrow
    over, under = lane.level(extent.outlined) - up, lane.level(extent.lower) + down
    beside = y - LINE_PX / 2
    places = [(middle, over), (middle, under), (x - wide - 8, beside), (x + 8, beside)]
    places += [(at, top) for top in (y + 2, y - LINE_PX - 2) for at in (x + 6, x - wide - 6)]
    places += [(middle, y - up), (middle, y + 5)]
    if 0 <= (above := lane.level(0) - y) < LINE_PX:  # what is nearly nothing, under the line
        lefts = [middle] * (above > 2) + [x + 6, x - wide - 6]
        places += [(left, lane.level(0) - 1) for left in lefts]
    others = [line for of, line in lane.lines if of != gid]
    for left, top in places:  # clear of its range, where there is the room
        box = Bbox.from_extents(left - 2, top + 2, left + wide + 2, top + LINE_PX - 2)
        outside = left < 0 or left + wide > canvas.width or top + LINE_PX > lane.foot + 16
        crossed = any(line.intersects_bbox(box, filled=False) for line in others)
        if crossed or outside or wide > canvas.width / 2:
            continue
        lane.cover(left - 2, left + wide + 2, top)
        tone = "muted" if retracted else lane.colour
        look = {"size": SMALL, "bold": True, "colour": tone, "gid": label_id(gid)}
        canvas.text(left, top, label, wide + 2, **look)
        if retracted:
            line = [left - 1, left + wide + 1], [top + LINE_PX / 2 + 1] * 2
            canvas.line(*line, colour=tone, width=1.5, z=4.5, gid=f"{gid}-strike")
        return


def _draw_others(canvas: Canvas, y: float, claims: list[dict], colour: str) -> float:
    """The other numbers that stand, where all have room; else the newest of each group.

    Those of an article come first.
    """
    claims = sorted(panels.find_standing(claims), key=_order)
    newest = {claim["name"]: claim["day"] for claim in claims}
    told = [claim for claim in claims if claim["day"] == newest[claim["name"]]]
    head = "Others, the newest number of each"
    if len(told) < len(claims) <= _MOST_OTHERS:
        told, head = claims, "Others"
    if not told:
        return y
    told.sort(key=lambda claim: (not claim["in_article"], -_find_number(claim)))
    y, named = y + 12, panels.tell_apart(told)
    y = canvas.text(0, y, head, size=SMALL, bold=True)
    areas = canvas.columns(2 if canvas.is_wide else 1, 32)
    labels = [format_quantity(claim, with_unit=False) for claim in told[:_MOST_OTHERS]]
    number = min(max(measure(one, SMALL, bold=True) for one in labels) + 2, canvas.width / 4)
    for first in range(0, len(labels), len(areas)):
        ends, top = [], y + 6
        rows = zip(areas, told[first:], labels[first:], named[first:], strict=False)
        for area, claim, label, name in rows:
            look = {"size": SMALL, "bold": True, "colour": colour, "align": "right"}
            gid = label_id(claim["fact_id"])
            ends.append(area.text(number, top, label, number, gid=gid, **look))
            names = area.part(number + 10, area.width - number - 10)
            bottom = names.text(0, top, capitalise(name), size=SMALL)
            ends.append(panels.draw_who(names, bottom, [claim]))
        y = max(ends)
    more = len(told) - _MOST_OTHERS
    return canvas.count_rest(0, y + 4, more) if more > 0 else y
