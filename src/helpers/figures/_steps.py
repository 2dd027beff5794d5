"""Numbers over time: steps on one axis of days, a lane for each group."""

from dataclasses import dataclass, field

import pandas as pd

from helpers.dossier import first_day, last_day, list_claims, split_ids
from helpers.figures._canvas import LINE_PX, WIDTH_PX, Canvas, measure
from helpers.figures._mark_grid import measure_extent
from helpers.figures._panels import Panel, draw_who
from helpers.figures._style import SMALL
from helpers.figures._svg import label_id
from helpers.figures._timescale import TimeScale, draw_time_axis
from helpers.words import capitalise, format_quantity

_HEIGHT = 56  # from nothing to the largest number, in CSS pixels
_EDGE = 6
_RADIUS = 4


@dataclass
class _Lane:
    """Where the numbers of one group stand: `base` is where its least one would.

    points has the mark of each, by fact_id; labels are the ends and the tops of those put.
    """

    claims: list[pd.Series]
    days: TimeScale
    least: float
    most: float
    colour: str
    base: float = 0
    points: dict[str, tuple[float, float]] = field(default_factory=dict)
    labels: list[tuple[float, float, float]] = field(default_factory=list)

    def level(self, number: float) -> float:
        return self.base - (number - self.least) / (self.most - self.least) * _HEIGHT

    def choose_tone(self, claim: pd.Series) -> str:
        return "muted" if claim["standing"] == "retracted" else self.colour


def draw_steps(canvas: Canvas, y: float, panel: Panel, colour: str) -> float:
    """A lane for each group, all on one axis of days and one scale from nothing.

    A number holds until the next of the same speaker, or one that replaces it. What stands is
    filled, what was superseded hollow, what was withdrawn struck through.
    """
    days = TimeScale.over(panel.claims["day"], [], _EDGE, WIDTH_PX - _EDGE)
    extents = [measure_extent(claim) for claim in list_claims(panel.claims)]
    most = max(0.0, *(extent.outlined for extent in extents))
    least = min(0.0, *(min(extent.lower, extent.filled) for extent in extents))
    y = draw_time_axis(canvas, y, days)
    for name, group in panel.shown.groupby("name", sort=False):
        claims = list_claims(group.sort_values("day", key=_order, kind="stable"))
        lane = _Lane(claims, days, least, most if most > least else least + 1, colour)
        y = _draw_lane(canvas, y, capitalise(str(name)), lane)
    if more := panel.hidden["name"].nunique():
        words = f"+ {more} more groups in the table"
        y = canvas.text(0, y, words, WIDTH_PX, size=SMALL, colour="muted")
    return y


def _order(days: pd.Series) -> pd.Series:
    return days.map(lambda day: (last_day(day), first_day(day)))


def _find_number(claim: pd.Series) -> float:
    """A claim's own number; of an 'up to' the end, for nothing before it is certain."""
    extent = measure_extent(claim)
    return extent.filled or extent.outlined


def _draw_lane(canvas: Canvas, y: float, name: str, lane: _Lane) -> float:
    """One group: its name and its newest number, who says it, and its steps."""
    y = _draw_head(canvas, y, name, lane)
    lane.base = y + LINE_PX + 8 + _HEIGHT
    for claim in lane.claims:
        x = lane.days.middle(last_day(claim["day"]))
        lane.points[claim["fact_id"]] = x, lane.level(_find_number(claim))
    for tick in lane.days.ticks():
        x = lane.days.middle(tick.day) if tick.is_day else lane.days.begin(tick.day)
        canvas.line([x, x], [y + 4, lane.base], colour="rule", width=0.75, z=1.2)
    canvas.line([0, WIDTH_PX], [lane.level(0)] * 2, colour="muted", z=1.5)
    _draw_lines(canvas, lane)
    for claim in lane.claims:
        _draw_point(canvas, lane, claim)
    for claim in _sort_by_weight(lane.claims):
        _draw_label(canvas, lane, claim)
    return lane.base + 14


def _draw_head(canvas: Canvas, y: float, name: str, lane: _Lane) -> float:
    newest = [claim for claim in lane.claims if claim["standing"] == "stands"][-1:]
    if not newest:
        return canvas.text(0, y, name, WIDTH_PX, size=SMALL, bold=True)
    label = format_quantity(newest[0])
    wide = measure(label, SMALL, bold=True)
    beside = wide < WIDTH_PX / 2
    bottom = y
    if name:
        room = WIDTH_PX - wide - 10 if beside else WIDTH_PX
        bottom = canvas.text(0, y, name, room, size=SMALL, bold=True)
    x, top = (WIDTH_PX - wide - 1, y) if beside and name else (0, bottom)
    look = {"size": SMALL, "bold": True, "colour": lane.colour}
    bottom = max(bottom, canvas.text(x, top, label, WIDTH_PX - x, **look))
    return draw_who(canvas, bottom, newest, "newest: ")


def _draw_lines(canvas: Canvas, lane: _Lane) -> None:
    """A step from each number to the next of its speaker, or from those that it replaces."""
    points = lane.points
    before: dict[str, list[tuple[float, float]]] = {}
    for claim in lane.claims:
        if claim["standing"] == "retracted":
            continue
        gid, who = claim["fact_id"], claim["asserted_by"]
        olds = [points[old] for old in split_ids(claim["replaces"]) if old in points]
        end, level = points[gid]
        for x, y in olds or before.get(who, []):
            steps = [x, end, end], [y, y, level]
            canvas.line(*steps, colour=lane.colour, width=1.5, gid=f"{gid}-step")
        before[who] = [points[gid]]


def _draw_point(canvas: Canvas, lane: _Lane, claim: pd.Series) -> None:
    """A number's mark, the range around it, and an arrow up where more is possible."""
    gid, tone, extent = claim["fact_id"], lane.choose_tone(claim), measure_extent(claim)
    x, y = lane.points[gid]
    ends = [lane.level(extent.lower), lane.level(extent.outlined)]
    if ends[0] > ends[1]:
        canvas.line([x, x], ends, colour=tone, width=3, alpha=0.4, gid=f"{gid}-range")
    if extent.open_ended:
        canvas.shape([(x - 4, y - 6), (x + 4, y - 6), (x, y - 12)], fill=tone, gid=f"{gid}-open")
    fill = tone if claim["standing"] == "stands" else "paper"
    canvas.circle(x, y, _RADIUS, fill=fill, edge=tone, gid=f"{gid}-mark", z=3)
    if claim["standing"] == "retracted":
        canvas.cross(x, y, 3, colour=tone, gid=f"{gid}-cross", z=3.5)


def _sort_by_weight(claims: list[pd.Series]) -> list[pd.Series]:
    """Claims in the order in which they are labelled: withdrawn, the ends, largest, the others."""
    ends = {claims[0]["fact_id"], claims[-1]["fact_id"]}
    ends.add(max(claims, key=_find_number)["fact_id"])
    return sorted(
        claims, key=lambda one: (one["standing"] != "retracted", one["fact_id"] not in ends)
    )


def _draw_label(canvas: Canvas, lane: _Lane, claim: pd.Series) -> None:
    """A number above its mark, or below where steps fall to it; none where there is no room."""
    x, y = lane.points[claim["fact_id"]]
    kept = [lane.points[one["fact_id"]] for one in lane.claims if one["standing"] != "retracted"]
    label = format_quantity(claim, with_unit=False)
    wide = measure(label, SMALL, bold=True)
    left = min(max(x - wide / 2, 0), WIDTH_PX - wide)
    for top in (y - LINE_PX - 6, y + 5):
        crossed = any(
            left - _RADIUS < at < left + wide + _RADIUS and -_RADIUS < level - top < LINE_PX
            for at, level in lane.points.values()
            if (at, level) != (x, y)
        )
        taken = any(
            left < end + 4 and left + wide > start - 4 and abs(top - other) < LINE_PX
            for start, end, other in lane.labels
        )
        fallen = top < y and any(at < x and level < y - 2 * _RADIUS for at, level in kept)
        if crossed or taken or fallen or top + LINE_PX > lane.base + 8 or wide > WIDTH_PX / 2:
            continue
        lane.labels.append((left, left + wide, top))
        tone, gid = lane.choose_tone(claim), claim["fact_id"]
        look = {"size": SMALL, "bold": True, "colour": tone, "gid": label_id(gid)}
        canvas.text(left, top, label, wide + 2, **look)
        if claim["standing"] == "retracted":
            line = [left - 1, left + wide + 1], [top + LINE_PX / 2 + 1] * 2
            canvas.line(*line, colour=tone, width=1.5, z=4.5, gid=f"{gid}-strike")
        return
