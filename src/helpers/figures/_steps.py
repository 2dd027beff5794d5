"""Numbers over time: steps on one axis of days, a lane for each group."""

from dataclasses import dataclass, field
from datetime import date
from operator import itemgetter

import pandas as pd

from helpers.dossier import first_day, last_day, split_ids
from helpers.figures._canvas import LINE_PX, Canvas, label_id, measure
from helpers.figures._figure import group_rows
from helpers.figures._panels import Panel, draw_who, find_range, find_standing, measure_extent
from helpers.figures._style import SMALL
from helpers.figures._timeline import TimeAxis
from helpers.words import capitalise, format_quantity

_HEIGHT = 64  # from nothing to the largest number of a lane, in CSS pixels
_EDGE = 6
_RADIUS = 4
_APART = 4  # lanes whose largest numbers are so many times another's have scales of their own
_MOST_OTHERS = 12  # groups in the small table
_KEY = {"stands": "still stands", "superseded": "replaced since", "retracted": "withdrawn"}


@dataclass
class _Lane:
    """Where the numbers of one group stand: `base` is where its least one would.

    points has the mark of each, by fact_id; labels are the ends and the tops of those put.
    """

    claims: list[dict]
    axis: TimeAxis
    least: float
    most: float
    colour: str
    base: float = 0
    points: dict[str, tuple[float, float]] = field(default_factory=dict)
    labels: list[tuple[float, float, float]] = field(default_factory=list)

    def level(self, number: float) -> float:
        """Where a number stands; one that is off the scale stands at its end."""
        share = (min(number, self.most) - self.least) / (self.most - self.least)
        return self.base - share * _HEIGHT


def find_axis(panel: Panel, left: float = 0, right: float = 1) -> TimeAxis:
    return TimeAxis.over([last_day(claim["day"]) for claim in panel.shown], left, right)


def draw_steps(canvas: Canvas, y: float, panel: Panel, colour: str) -> float:
    """A lane for each group, all on one axis of days, each on a scale from nothing.

    A number holds until the next of the same speaker, or one that replaces it. What was withdrawn
    is struck through and settles no scale. The other groups follow in a small table.
    """
    names, plot = canvas.beside()
    axis = find_axis(panel, _EDGE, plot.width - _EDGE)
    y = axis.draw(plot, y)
    groups = group_rows(panel.shown, itemgetter("name")).items()
    lanes = {name: sorted(claims, key=_order) for name, claims in groups}
    ranges = {}
    for name, claims in lanes.items():  # what was withdrawn counts only if all was
        low, high = find_range([one for one in claims if one["standing"] != "retracted"] or claims)
        ranges[name] = low, high if high > low else low + 1
    least, most = (end([own[i] for own in ranges.values()]) for i, end in enumerate((min, max)))
    share = all((high - low) * _APART >= most - least for low, high in ranges.values())
    for name, claims in lanes.items():
        lane = _Lane(claims, axis, *((least, most) if share else ranges[name]), colour)
        y = _draw_lane(names, plot, y, capitalise(name), lane)
    x = float(_RADIUS + 2)
    for standing, words in _KEY.items():
        if any(claim["standing"] == standing for claim in panel.shown):
            _draw_mark(plot, (x, y + LINE_PX / 2), standing, colour=colour, gid="key")
            wide = measure(words, SMALL) + 2
            plot.note(x + 10, y, words, wide)
            x += wide + 28
    y += LINE_PX
    if not share:
        y = plot.note(0, y, "Each group has a scale of its own.")
    return _draw_others(canvas, y, panel.hidden, colour)


def _order(claim: dict) -> tuple[date, date]:
    return last_day(claim["day"]), first_day(claim["day"])


def _find_number(claim: dict) -> float:
    """A claim's own number; of an 'up to' the end, for nothing before it is certain."""
    extent = measure_extent(claim)
    return extent.filled or extent.outlined


def _is_range(claim: dict) -> bool:
    """Whether a claim says from where to where a number is, and not which it is."""
    return pd.isna(claim["value"]) and measure_extent(claim).filled < measure_extent(claim).outlined


def _draw_lane(names: Canvas, plot: Canvas, y: float, name: str, lane: _Lane) -> float:
    """One group: its name, its newest number and who says it, and its steps."""
    bottom = names.text(0, y, name, size=SMALL, bold=True) if name else y
    for newest in [claim for claim in lane.claims if claim["standing"] == "stands"][-1:]:
        look = {"size": SMALL, "bold": True, "colour": lane.colour}
        bottom = names.text(0, bottom, format_quantity(newest), None, **look)
        bottom = draw_who(names, bottom, [newest])
    top = bottom + 4 if names is plot else y
    lane.base = top + LINE_PX + 8 + _HEIGHT
    for claim in lane.claims:
        x = lane.axis.middle(last_day(claim["day"]))
        lane.points[claim["fact_id"]] = x, lane.level(_find_number(claim))
    lane.axis.draw_ground(plot, top, lane.base)
    for scale in lane.axis.scales:
        plot.line([scale.left, scale.right], [lane.level(0)] * 2, colour="muted", z=1.5)
    _draw_lines(plot, lane)
    for claim in lane.claims:  # the range around a number, and an arrow where more is possible
        gid, extent, (x, y) = claim["fact_id"], measure_extent(claim), lane.points[claim["fact_id"]]
        tone = "muted" if claim["standing"] == "retracted" else lane.colour
        ends = [lane.level(extent.lower), lane.level(extent.outlined)]
        if ends[0] > ends[1]:
            look = {"width": 5} if _is_range(claim) else {"width": 3, "alpha": 0.4}
            plot.line([x, x], ends, colour=tone, **look, gid=f"{gid}-range")
        if extent.open_ended or extent.outlined > lane.most:
            plot.shape([(x - 4, y - 6), (x + 4, y - 6), (x, y - 12)], fill=tone, gid=f"{gid}-open")
        _draw_mark(plot, (x, y), claim["standing"], colour=lane.colour, gid=gid)
        if _is_range(claim):  # from one mark to another
            end = x, lane.level(extent.outlined)
            _draw_mark(plot, end, claim["standing"], colour=lane.colour, gid=f"{gid}-high")
    # Labelled are first the withdrawn, then the ends and the largest, then the others.
    first = {lane.claims[at]["fact_id"] for at in (0, -1)}
    first.add(max(lane.claims, key=_find_number)["fact_id"])
    for claim in sorted(
        lane.claims, key=lambda one: (one["standing"] != "retracted", one["fact_id"] not in first)
    ):
        _draw_label(plot, lane, claim)
    return max(lane.base, bottom) + 14


def _draw_lines(canvas: Canvas, lane: _Lane) -> None:
    """A step from each number to the next of its speaker, or from those that it replaces."""
    points = lane.points
    before: dict[str, list[tuple[float, float]]] = {}
    for claim in lane.claims:
        if not _is_joined(claim):
            continue
        gid, who = claim["fact_id"], claim["asserted_by"]
        olds = [points[old] for old in split_ids(claim["replaces"]) if old in points]
        end, level = points[gid]
        for x, y in olds or before.get(who, []):
            steps = [x, end, end], [y, y, level]
            canvas.line(*steps, colour=lane.colour, width=1.5, gid=f"{gid}-step")
        before[who] = [points[gid]]


def _is_joined(claim: dict) -> bool:
    """Whether a step may lead to a number and from it: a count over some days ends with them."""
    return claim["standing"] != "retracted" and "/" not in claim["day"]


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
    """A number above its mark, else below it or before it; none where there is no room."""
    gid, retracted = claim["fact_id"], claim["standing"] == "retracted"
    x, y = lane.points[gid]
    kept = [lane.points[one["fact_id"]] for one in lane.claims if _is_joined(one)]
    label = format_quantity(claim, with_unit=False)
    wide = measure(label, SMALL, bold=True)
    middle = min(max(x - wide / 2, 0), canvas.width - wide)
    before = max(x - wide - 8, 0), y - LINE_PX / 2
    extent = measure_extent(claim)
    clear = LINE_PX + (13 if extent.open_ended else 6)  # of its arrow
    over, under = lane.level(extent.outlined) - clear, lane.level(extent.lower) + 5
    places = [(middle, over), (middle, max(under, y + 5)), before]
    places += [(middle, y - clear), (middle, y + 5)]
    for left, top in places:  # clear of its range, where there is the room
        crossed = any(
            left - _RADIUS < at < left + wide + _RADIUS and -_RADIUS < level - top < LINE_PX
            for at, level in lane.points.values()
            if (at, level) != (x, y)
        )
        taken = any(
            left < end + 4 and left + wide > start - 4 and abs(top - other) < LINE_PX
            for start, end, other in lane.labels
        )
        side = 1 if top < y else -1  # a step comes from above, or from below
        fallen = any(at < x and (y - level) * side > 2 * _RADIUS for at, level in kept)
        if crossed or taken or fallen or top + LINE_PX > lane.base + 8 or wide > canvas.width / 2:
            continue
        lane.labels.append((left, left + wide, top))
        tone = "muted" if retracted else lane.colour
        look = {"size": SMALL, "bold": True, "colour": tone, "gid": label_id(gid)}
        canvas.text(left, top, label, wide + 2, **look)
        if retracted:
            line = [left - 1, left + wide + 1], [top + LINE_PX / 2 + 1] * 2
            canvas.line(*line, colour=tone, width=1.5, z=4.5, gid=f"{gid}-strike")
        return


def _draw_others(canvas: Canvas, y: float, claims: list[dict], colour: str) -> float:
    """The newest number of each other group that stands, those of an article first."""
    claims = sorted(find_standing(claims), key=_order)
    newest = {claim["name"]: claim for claim in claims}
    told = [claim for claim in claims if claim is newest[claim["name"]]]
    if not told:
        return y
    told.sort(key=lambda claim: (not claim["in_article"], -_find_number(claim)))
    y = canvas.text(0, y + 12, "Other groups, the newest number of each", size=SMALL, bold=True)
    areas = canvas.columns(2 if canvas.is_wide else 1, 32)
    labels = [format_quantity(claim, with_unit=False) for claim in told[:_MOST_OTHERS]]
    number = min(max(measure(one, SMALL, bold=True) for one in labels) + 2, canvas.width / 4)
    for first in range(0, len(labels), len(areas)):
        ends, top = [], y + 6
        for area, claim, label in zip(areas, told[first:], labels[first:], strict=False):
            look = {"size": SMALL, "bold": True, "colour": colour, "align": "right"}
            gid = label_id(claim["fact_id"])
            ends.append(area.text(number, top, label, number, gid=gid, **look))
            names = area.part(number + 10, area.width - number - 10)
            bottom = names.text(0, top, capitalise(claim["name"]), size=SMALL)
            ends.append(draw_who(names, bottom, [claim]))
        y = max(ends)
    more = len(told) - _MOST_OTHERS
    return canvas.count_rest(0, y + 4, more) if more > 0 else y
