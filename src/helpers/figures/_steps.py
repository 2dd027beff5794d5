"""Numbers over time: steps on one axis of days, a lane for each group."""

from dataclasses import dataclass, field

import pandas as pd

from helpers.dossier import first_day, last_day, list_claims, split_ids
from helpers.figures._canvas import LINE_PX, Canvas, measure
from helpers.figures._panels import Panel, draw_who, find_range, measure_extent
from helpers.figures._style import SMALL
from helpers.figures._svg import label_id
from helpers.figures._timescale import TimeAxis
from helpers.words import capitalise, format_quantity

_HEIGHT = 64  # from nothing to the largest number of a lane, in CSS pixels
_EDGE = 6
_RADIUS = 4
_APART = 4  # lanes whose largest numbers are so many times another's have scales of their own
_MOST_OTHERS = 12  # groups in the small table
_KEY = {
    "stands": "still stands",
    "superseded": "replaced since",
    "retracted": "withdrawn",
}


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


def draw_steps(canvas: Canvas, y: float, panel: Panel, colour: str) -> float:
    """A lane for each group, all on one axis of days, each on a scale from nothing.

    A number holds until the next of the same speaker, or one that replaces it. What was withdrawn
    is struck through and settles no scale. The other groups follow in a small table.
    """
    days = [last_day(day) for day in panel.shown["day"]]
    names, plot = canvas.beside()
    axis = TimeAxis.over(days, _EDGE, plot.width - _EDGE)
    y = axis.draw(plot, y)
    lanes = {
        str(name): list_claims(group.sort_values("day", key=_order, kind="stable"))
        for name, group in panel.shown.groupby("name", sort=False)
    }
    ranges = {name: _find_range(claims) for name, claims in lanes.items()}
    least, most = (end([own[i] for own in ranges.values()]) for i, end in enumerate((min, max)))
    share = all((high - low) * _APART >= most - least for low, high in ranges.values())
    for name, claims in lanes.items():
        lane = _Lane(claims, axis, *((least, most) if share else ranges[name]), colour)
        y = _draw_lane(names, plot, y, capitalise(name), lane)
    y = _draw_key(plot, y, panel.shown, colour)
    if not share:
        y = plot.note(0, y, "Each group has a scale of its own.")
    return _draw_others(canvas, y, panel.hidden, colour)


def _order(days: pd.Series) -> pd.Series:
    return days.map(lambda day: (last_day(day), first_day(day)))


def _find_range(claims: list[dict]) -> tuple[float, float]:
    """The scale of some numbers, with nothing in it; what was withdrawn counts only if all was."""
    kept = [claim for claim in claims if claim["standing"] != "retracted"] or claims
    least, most = find_range(kept)
    return least, most if most > least else least + 1


def _find_number(claim: dict) -> float:
    """A claim's own number; of an 'up to' the end, for nothing before it is certain."""
    extent = measure_extent(claim)
    return extent.filled or extent.outlined


def _draw_lane(names: Canvas, plot: Canvas, y: float, name: str, lane: _Lane) -> float:
    """One group: its name, its newest number and who says it, and its steps."""
    bottom = _draw_head(names, y, name, lane)
    top = bottom + 4 if names is plot else y
    lane.base = top + LINE_PX + 8 + _HEIGHT
    for claim in lane.claims:
        x = lane.axis.middle(last_day(claim["day"]))
        lane.points[claim["fact_id"]] = x, lane.level(_find_number(claim))
    lane.axis.draw_ground(plot, top, lane.base)
    for scale in lane.axis.scales:
        plot.line([scale.left, scale.right], [lane.level(0)] * 2, colour="muted", z=1.5)
    _draw_lines(plot, lane)
    for claim in lane.claims:
        _draw_point(plot, lane, claim)
    for claim in _sort_by_weight(lane.claims):
        _draw_label(plot, lane, claim)
    return max(lane.base, bottom) + 14


def _draw_head(head: Canvas, y: float, name: str, lane: _Lane) -> float:
    """A group's name and its newest number, and who says it."""
    newest = [claim for claim in lane.claims if claim["standing"] == "stands"][-1:]
    if name:
        y = head.text(0, y, name, size=SMALL, bold=True)
    if not newest:
        return y
    y = head.text(0, y, format_quantity(newest[0]), size=SMALL, bold=True, colour=lane.colour)
    return draw_who(head, y, newest)


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


def _draw_point(canvas: Canvas, lane: _Lane, claim: dict) -> None:
    """A number's mark, the range around it, and an arrow up where more is possible."""
    gid, extent = claim["fact_id"], measure_extent(claim)
    tone = "muted" if claim["standing"] == "retracted" else lane.colour
    x, y = lane.points[gid]
    ends = [lane.level(extent.lower), lane.level(extent.outlined)]
    if ends[0] > ends[1]:
        canvas.line([x, x], ends, colour=tone, width=3, alpha=0.4, gid=f"{gid}-range")
    if extent.open_ended or extent.outlined > lane.most:
        canvas.shape([(x - 4, y - 6), (x + 4, y - 6), (x, y - 12)], fill=tone, gid=f"{gid}-open")
    _draw_mark(canvas, (x, y), claim["standing"], colour=lane.colour, gid=gid)


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


def _sort_by_weight(claims: list[dict]) -> list[dict]:
    """Claims in the order in which they are labelled: withdrawn, the ends, largest, the others."""
    ends = {claims[0]["fact_id"], claims[-1]["fact_id"]}
    ends.add(max(claims, key=_find_number)["fact_id"])
    return sorted(
        claims, key=lambda one: (one["standing"] != "retracted", one["fact_id"] not in ends)
    )


def _draw_label(canvas: Canvas, lane: _Lane, claim: dict) -> None:
    """A number above its mark, else below it or before it; none where there is no room."""
    x, y = lane.points[claim["fact_id"]]
    kept = [lane.points[one["fact_id"]] for one in lane.claims if one["standing"] != "retracted"]
    label = format_quantity(claim, with_unit=False)
    wide = measure(label, SMALL, bold=True)
    middle = min(max(x - wide / 2, 0), canvas.width - wide)
    before = max(x - wide - 8, 0), y - LINE_PX / 2
    for left, top in ((middle, y - LINE_PX - 6), (middle, y + 5), before):
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
        retracted, gid = claim["standing"] == "retracted", claim["fact_id"]
        tone = "muted" if retracted else lane.colour
        look = {"size": SMALL, "bold": True, "colour": tone, "gid": label_id(gid)}
        canvas.text(left, top, label, wide + 2, **look)
        if retracted:
            line = [left - 1, left + wide + 1], [top + LINE_PX / 2 + 1] * 2
            canvas.line(*line, colour=tone, width=1.5, z=4.5, gid=f"{gid}-strike")
        return


def _draw_key(plot: Canvas, y: float, claims: pd.DataFrame, colour: str) -> float:
    """What the marks mean that occur."""
    x = float(_RADIUS + 2)
    for standing, words in _KEY.items():
        if (claims["standing"] == standing).any():
            _draw_mark(plot, (x, y + LINE_PX / 2), standing, colour=colour, gid="key")
            wide = measure(words, SMALL) + 2
            plot.note(x + 10, y, words, wide)
            x += wide + 28
    return y + LINE_PX


def _draw_others(canvas: Canvas, y: float, claims: pd.DataFrame, colour: str) -> float:
    """The newest number of each other group that stands, those of an article first."""
    claims = claims[claims["standing"] == "stands"].sort_values("day", key=_order, kind="stable")
    claims = claims.groupby("name", sort=False).tail(1)
    if claims.empty:
        return y
    sizes = [-_find_number(claim) for claim in list_claims(claims)]
    claims = claims.assign(others=~claims["in_article"].astype(bool), size=sizes)
    told = list_claims(claims.sort_values(["others", "size"], kind="stable"))
    y = canvas.text(0, y + 12, "Other groups, the newest number of each", size=SMALL, bold=True)
    areas = canvas.columns(2 if canvas.is_wide else 1, 32)
    labels = [format_quantity(claim, with_unit=False) for claim in told[:_MOST_OTHERS]]
    number = min(max(measure(one, SMALL, bold=True) for one in labels) + 2, canvas.width / 4)
    for first in range(0, len(labels), len(areas)):
        ends, top = [], y + 6
        for area, claim in zip(areas, told[first : first + len(areas)], strict=False):
            look = {"size": SMALL, "bold": True, "colour": colour}
            gid = label_id(claim["fact_id"])
            label = format_quantity(claim, with_unit=False)
            ends.append(area.text(number, top, label, number, align="right", gid=gid, **look))
            words = area.part(number + 10, area.width - number - 10)
            bottom = words.text(0, top, capitalise(claim["name"]), size=SMALL)
            ends.append(draw_who(words, bottom, [claim]))
        y = max(ends)
    more = len(told) - _MOST_OTHERS
    return canvas.count_rest(0, y + 4, more) if more > 0 else y
