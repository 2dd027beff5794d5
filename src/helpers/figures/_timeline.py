"""What happened when, on one axis of time."""

from datetime import date

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from helpers.dossier import (
    Dossier,
    describe_claim,
    first_day,
    gather_claims,
    has_number,
    last_day,
    list_claims,
    name_roles,
    names_day,
    tabulate,
)
from helpers.errors import NoFactsError
from helpers.figures._canvas import LINE_PX, WIDTH_PX, Canvas, draw_chart, measure
from helpers.figures._figure import Figure, source_line
from helpers.figures._style import SMALL
from helpers.figures._svg import label_id
from helpers.figures._timescale import TimeScale, draw_time_axis, format_when
from helpers.words import MISSING, Traced, compose, format_date, format_fact, spell_number

_STRIP = 22  # the height of a row's strip on the time axis
_MOST_LABELS = 5  # numbers that one row of the timeline names
_DASHED = "A dashed outline: still ahead when it was said"
_EDGE = 6  # from the figure's sides to the ends of the time axis


def timeline(dossier: Dossier, *, ax: Axes | None = None) -> Figure:
    """What happened when: a month is a band, a day a mark, 'until' an arrow's end.

    What was still ahead when it was said is a dashed outline.

    Raises
    ------
    NoFactsError
        No fact with a date stands.
    """
    facts = dossier.facts
    facts = facts[facts["date"].notna() & (facts["fact_id"].map(dossier.standing) == "stands")]
    if facts.empty:
        raise NoFactsError(dossier.why_empty(lack="No fact here has a date."))
    claims = name_roles(dossier, gather_claims(dossier, facts))
    topics = dossier.words.topics
    claims = claims.assign(
        mark=[topics[topic].mark for topic in claims["topic"]],
        plain=[not topics[topic].tells for topic in claims["topic"]],
    )
    claims = claims.sort_values("date", kind="stable", ignore_index=True)
    until = claims.loc[claims["qualifier"] == "until", "date"]
    scale = TimeScale.over(claims["date"], until, _EDGE, WIDTH_PX - _EDGE)
    return Figure(
        tabulate(claims, topic=list(claims["topic"])),
        _title_timeline(claims),
        _describe_timeline(claims),
        source_line(dossier, claims),
        draw_chart(lambda canvas: _draw_timeline(canvas, claims, scale), ax),
    )


def _draw_timeline(canvas: Canvas, claims: pd.DataFrame, scale: TimeScale) -> float:
    """The axis, its rows, where everything was stated, if on one day, and what a dash means."""
    y = draw_time_axis(canvas, 0.0, scale)
    stated = _find_stated(claims, scale)
    for _, group in _group_lanes(claims):
        y = _draw_lane(canvas, y, group, scale)
        if stated:
            x, strip = scale.middle(first_day(stated)), [y - 12 - _STRIP, y - 12]
            canvas.line([x, x], strip, colour="ink", dashed=True, gid="stated", z=2.7)
    if stated:
        y = _draw_stated(canvas, y, stated, scale)
    if any(map(_ends_ahead, list_claims(claims))):
        y = canvas.text(0, y + 4, _DASHED, WIDTH_PX, size=SMALL, colour="muted")
    return y


def _ends_ahead(claim: pd.Series) -> bool:
    """Whether a date ends after the day on which it was said."""
    return last_day(claim["date"]) > last_day(claim["stated"])


def _describe_timeline(claims: pd.DataFrame) -> str:
    """What happened; of what was said beforehand, that it was."""
    told = ["Timeline."]
    for claim in list_claims(claims):
        begins = last_day if claim["qualifier"] == "until" else first_day
        is_ahead = begins(claim["date"]) > last_day(claim["stated"])
        told.append(describe_claim(claim) + " It was still ahead then." * is_ahead)
    if any(map(_ends_ahead, list_claims(claims))):
        told.append(f"{_DASHED}.")
    return " ".join(told)


def _group_lanes(claims: pd.DataFrame):
    """One group a row of the timeline: what has one date, what lasts until it apart."""
    until = claims["qualifier"].eq("until").rename("until")
    return claims.groupby(["date", until], sort=False)


def _draw_lane(canvas: Canvas, y: float, group: pd.DataFrame, scale: TimeScale) -> float:
    """What has one date: when, what, and its mark on the axis."""
    first = group.iloc[0]
    when = _format_when(group)
    canvas.text(0, y, when, WIDTH_PX, size=SMALL, bold=True)
    y += LINE_PX
    for gid, label in _label_lane(group).items():
        y = canvas.text(0, y, label, WIDTH_PX, gid=gid)
    y += 3
    canvas.box(0, y, WIDTH_PX, _STRIP, fill="neighbour", edge=None)
    for tick in scale.ticks():
        at = scale.middle(tick.day) if tick.is_day else scale.begin(tick.day)
        canvas.line([at, at], [y, y + _STRIP], colour="rule", z=1.5)
    draw = _draw_until if first["qualifier"] == "until" else _draw_when
    draw(canvas, y + _STRIP / 2, first, scale, max(map(last_day, group["stated"])))
    return y + _STRIP + 12


def _format_when(group: pd.DataFrame) -> str:
    """A row's date, and what of it is not stated."""
    day = group["date"].iloc[0]
    until = group["qualifier"].iloc[0] == "until"
    return f"Until {format_date(day)}, start {MISSING}" if until else format_when(day)


def _label_lane(group: pd.DataFrame) -> dict[str, Traced]:
    """What is seen of a row, by label_id, and how many more claims there are.

    Numbers come before words, what tells the story before other things, and a topic's first claim
    before its second.
    """
    again = group.groupby("topic", observed=True).cumcount()
    group = group.assign(wordy=~has_number(group), again=again)
    group = group.sort_values(["wordy", "again", "plain"], kind="stable")
    shown = group.head(_MOST_LABELS)
    labels = {label_id(claim["fact_id"]): format_fact(claim) for claim in list_claims(shown)}
    if more := len(group) - len(shown):
        labels[list(labels)[-1]] += f" + {more} more"
    return labels


def _draw_when(canvas: Canvas, y: float, claim: pd.Series, scale: TimeScale, said: date) -> None:
    """A day as a mark, a month or a year as a band, filled up to the day on which it was said.

    What the story is set against is a square.
    """
    colour = "contrast" if claim["mark"] == "square" else "accent"
    gid = claim["fact_id"]
    begin, end = first_day(claim["date"]), last_day(claim["date"])
    if begin == end:
        x = scale.middle(begin)
        look = {"fill": colour, "edge": "paper", "gid": f"{gid}-day", "z": 3}
        if begin > said:
            look |= {"fill": None, "edge": colour, "dashed": True}
        if claim["mark"] == "square":
            canvas.box(x - 6.5, y - 6.5, 13, 13, **look)
        else:
            canvas.circle(x, y, 7, **look)
        return
    left, right = scale.begin(begin), scale.begin(end) + scale.day_px
    now = min(max(scale.begin(said) + scale.day_px, left), right)
    look = {"edge": colour, "z": 2.5}
    if begin <= said:
        wide = max(now - left, 4)
        canvas.box(left, y - 7, wide, 14, fill=f"{colour}_tint", gid=f"{gid}-band", **look)
    if end > said:
        wide = max(right - now, 4)
        canvas.box(now, y - 7, wide, 14, fill=None, dashed=True, gid=f"{gid}-ahead", **look)


def _draw_until(canvas: Canvas, y: float, claim: pd.Series, scale: TimeScale, said: date) -> None:
    """A line that comes out of nothing and stops at the date, dashed from when it was said on."""
    gid = claim["fact_id"]
    end = scale.middle(last_day(claim["date"]))
    now = min(max(scale.middle(said), scale.left), end - 8)
    canvas.line([now, end - 8], [y, y], colour="ink", width=3, dashed=True, gid=f"{gid}-ahead")
    steps = np.linspace(scale.left, now, 9)
    for left, right, alpha in zip(steps, steps[1:], np.linspace(0.15, 1, 8), strict=False):
        canvas.line([left, right], [y, y], colour="ink", width=3, alpha=alpha, gid=f"{gid}-until")
    canvas.shape([(end - 10, y - 6), (end - 10, y + 6), (end, y)], gid=f"{gid}-until-end")
    canvas.line([end + 1, end + 1], [y - 9, y + 9], colour="ink", width=2.5)


def _find_stated(claims: pd.DataFrame, scale: TimeScale) -> str:
    """The one day on which everything shown was stated, where it lies in the span; else ''."""
    days = claims["stated"].unique()
    whole = len(days) == 1 and first_day(days[0]) == last_day(days[0])
    return days[0] if whole and scale.start <= first_day(days[0]) <= scale.end else ""


def _draw_stated(canvas: Canvas, y: float, day: str, scale: TimeScale) -> float:
    """What the dashed line through the strips is."""
    label = f"all of it stated on {format_date(day)}"
    x, wide = scale.middle(first_day(day)), measure(label, SMALL) + 2
    left = x - 4 if x + wide < WIDTH_PX else WIDTH_PX - wide
    canvas.line([x, x], [y - 8, y + 4], colour="ink", dashed=True, gid="stated")
    return canvas.text(left, y + 4, label, wide, size=SMALL, colour="muted")


def _title_timeline(claims: pd.DataFrame) -> str:
    dates = claims["date"]
    first, last = dates.iloc[0], max(dates, key=lambda day: (last_day(day), first_day(day)))
    if last_day(first) >= last_day(last):
        span = f"fall {'on' if names_day(first) else 'in'} {format_date(first)}"
    else:
        span = f"run from {format_date(first)} to {format_date(last)}"
    lanes = [day for (day, _), _ in _group_lanes(claims)]
    vague = sum(not names_day(day) for day in lanes)
    if not vague:
        return f"The dates stated {span}"
    counts = spell_number(vague), spell_number(len(lanes))
    verb = "names" if vague == 1 else "name"
    return compose("The dates stated {}; {} of {} {} no day", span, *counts, verb)
