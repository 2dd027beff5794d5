"""What happened when, on one axis of time."""

from collections import Counter
from datetime import date
from operator import itemgetter

import pandas as pd
from matplotlib.axes import Axes

from helpers.dossier import (
    Dossier,
    describe_claim,
    first_day,
    last_day,
    list_claims,
)
from helpers.figures._canvas import Canvas, measure
from helpers.figures._figure import Figure, make_chart
from helpers.figures._style import SMALL
from helpers.figures._svg import label_id
from helpers.figures._timescale import TimeAxis, format_when, gather_dated
from helpers.words import (
    MISSING,
    Traced,
    compose,
    format_date,
    format_fact,
    list_values,
    say_when,
)

_STRIP = 22  # the height of a row's strip on the time axis
_MOST_LABELS, _MANY, _FEWER = 5, 12, 3  # facts that a row names; fewer where there are many rows
_AHEAD = "Dashed: still ahead when it was said"
_EDGE = 6  # from the plot's sides to the ends of the time axis
_WORDS = 340  # the width of a row's words beside the axis, where there is the room


def timeline(dossier: Dossier, *, ax: Axes | None = None) -> Figure:
    """What happened when: a month is a band, a day a mark, 'until' an arrow's end.

    A band ends where it was spoken of. What was still ahead when it was said is dashed: a plan.

    Raises
    ------
    NoFactsError
        No fact with a date stands.
    """
    facts = dossier.facts
    claims = gather_dated(dossier, facts[facts["fact_id"].map(dossier.standing) == "stands"])
    begins, ends, ahead = zip(*map(_find_days, list_claims(claims)), strict=True)
    claims = claims.assign(begins=begins, ends=ends, ahead=ahead)
    claims = claims.sort_values(["begins", "date"], kind="stable", ignore_index=True)
    return make_chart(
        dossier,
        claims,
        _title_timeline(claims),
        _describe_timeline(claims),
        lambda canvas: _draw_timeline(canvas, claims),
        ax=ax,
        topic=list(claims["topic"]),
    )


def _find_days(claim: dict) -> tuple[date, date, bool]:
    """The first and the last day that a claim tells of, and whether they were still ahead then.

    A month goes on no longer than it was spoken of.
    """
    end, said = last_day(claim["date"]), last_day(claim["stated"])
    begin = end if claim["qualifier"] == "until" else first_day(claim["date"])
    return begin, end if begin > said else min(end, said), begin > said


def _draw_timeline(canvas: Canvas, claims: pd.DataFrame) -> float:
    """The one axis, its rows, where everything was stated, if on one day, and what a dash means."""
    words, plot = canvas.beside(_WORDS, 20)
    beside = canvas.is_wide
    axis = TimeAxis.over([*claims["begins"], *claims["ends"]], _EDGE, plot.width - _EDGE)
    top = y = axis.draw(plot, 0.0) + 2
    stated = _find_stated(claims, axis)
    rows = [list_claims(lane) for _, lane in _group_lanes(claims)]
    most = _MOST_LABELS if len(rows) <= _MANY else _FEWER
    for lane in rows:
        y = _draw_lane(words, plot, y, lane, axis=axis, most=most)
        if stated and not beside:
            _draw_stated(plot, y - 12 - _STRIP, y - 12, axis.middle(stated))
    if beside:
        axis.draw_ground(plot, top, y)
    if stated:
        x, label = axis.middle(stated), f"as told {say_when(stated.isoformat())}"
        _draw_stated(plot, top if beside else y - 12, y + 4, x)
        wide = measure(label, SMALL) + 2
        y = plot.note(min(x, plot.width - wide), y + 4, label, wide)
    if claims["ahead"].any():
        y = plot.note(0, y, _AHEAD)
    return y


def _draw_stated(plot: Canvas, top: float, bottom: float, x: float) -> None:
    plot.line([x, x], [top, bottom], colour="ink", dashed=True, gid="stated", z=2.2)


def _describe_timeline(claims: pd.DataFrame) -> str:
    """What happened; of what was said beforehand, that it was."""
    told = ["Timeline."]
    for claim in list_claims(claims):
        told.append(describe_claim(claim) + " It was still ahead then." * claim["ahead"])
    return " ".join(told)


def _group_lanes(claims: pd.DataFrame):
    """One group a row of the timeline: what has one date, what lasts until it apart."""
    until = claims["qualifier"].eq("until").rename("until")
    return claims.groupby(["date", until], sort=False)


def _draw_lane(
    words: Canvas, plot: Canvas, y: float, lane: list[dict], *, axis: TimeAxis, most: int
) -> float:
    """What has one date: when, what, and its mark on the axis beside it or under it."""
    end = words.text(0, y, _format_when(lane), size=SMALL, bold=True)
    for claim in _sort_by_weight(lane)[:most]:
        end = words.text(0, end, format_fact(claim), gid=label_id(claim["fact_id"]))
    end = words.count_rest(0, end, len(lane) - most)
    top = y
    if words is plot:
        top = end + 3
        axis.draw_ground(plot, top, top + _STRIP)
    draw = _draw_until if lane[0]["qualifier"] == "until" else _draw_when
    draw(plot, top + _STRIP / 2, max(lane, key=itemgetter("ends")), axis)
    return max(end, top + _STRIP) + 12


def _format_when(lane: list[dict]) -> str:
    """A row's date, what of it is not stated, and whether it was a plan."""
    day, plan = lane[0]["date"], all(map(itemgetter("ahead"), lane))
    if lane[0]["qualifier"] != "until":
        return f"{format_when(day)}{', still ahead' * plan}"
    return f"{'Planned until' if plan else 'Until'} {format_date(day)}, start {MISSING}"


def _sort_by_weight(lane: list[dict]) -> list[dict]:
    """What an editor prefers first, then numbers, a topic's first claim, what tells the story."""
    told: Counter[str] = Counter()

    def weigh(claim: dict) -> tuple:
        told[claim["topic"]] += 1
        preferred, numbered = claim["rank"] == "preferred", list_values(claim)
        return not preferred, not numbered, told[claim["topic"]], claim["plain"]

    return sorted(lane, key=weigh)  # in their order, each weighed once


def _draw_when(plot: Canvas, y: float, claim: dict, axis: TimeAxis) -> None:
    """A day as a mark, a month or a year as a band up to the day on which it was spoken of.

    What the story is set against is a square.
    """
    colour = "contrast" if claim["mark"] == "square" else "accent"
    gid, plan = claim["fact_id"], claim["ahead"]
    if first_day(claim["date"]) == last_day(claim["date"]):
        x = axis.middle(claim["begins"])
        look = {"fill": colour, "edge": "paper", "gid": f"{gid}-day", "z": 3}
        look |= {"fill": "paper", "edge": colour, "dashed": True} if plan else {}
        plot.mark(claim["mark"], x, y, 7, **look)
        return
    fill = None if plan else f"{colour}_tint"
    for left, right in axis.cut(claim["begins"], claim["ends"]):
        look = {"fill": fill, "edge": colour, "dashed": plan, "gid": f"{gid}-band", "z": 2.5}
        plot.box(left, y - 7, max(right - left, 4), 14, **look)


def _draw_until(plot: Canvas, y: float, claim: dict, axis: TimeAxis) -> None:
    """A line out of nothing up to when it was spoken of, from there on dashed: a plan."""
    gid, plan = claim["fact_id"], claim["ahead"]
    end, left = axis.middle(claim["ends"]), axis.scales[0].left
    now = min(axis.middle(last_day(claim["stated"])), end - 8)
    if last_day(claim["stated"]) < axis.scales[0].start:
        now = left
    if plan:
        ahead = {"colour": "ink", "width": 3, "dashed": True, "gid": f"{gid}-ahead"}
        plot.line([now, end - 8], [y, y], **ahead)
    known = now if plan else end - 8
    pieces, step = 8, (known - left) / 8
    for number in range(pieces):
        begin = left + number * (known - left) / pieces
        look = {"colour": "ink", "width": 3, "alpha": 0.15 + 0.85 * number / (pieces - 1)}
        plot.line([begin, begin + step], [y, y], gid=f"{gid}-until", **look)
    plot.shape([(end - 10, y - 6), (end - 10, y + 6), (end, y)], gid=f"{gid}-until-end")
    plot.line([end + 1, end + 1], [y - 9, y + 9], colour="ink", width=2.5, dashed=plan)


def _find_stated(claims: pd.DataFrame, axis: TimeAxis) -> date | None:
    """The one day on which everything shown was stated, where it lies in the span."""
    days = claims["stated"].unique()
    if len(days) > 1 or first_day(days[0]) != last_day(days[0]):
        return None
    day = first_day(days[0])
    return day if axis.scales[0].start <= day <= axis.scales[-1].end else None


def _title_timeline(claims: pd.DataFrame) -> Traced:
    """'What happened in January 2022, and what was planned until 19 January 2022'."""
    past, ahead = claims[~claims["ahead"]], claims[claims["ahead"]]
    last: str = max(ahead["date"], key=last_day, default="")
    if past.empty:
        return compose("What was planned until {}", format_date(last))
    first, latest = past["date"].iloc[0], max(list_claims(past), key=itemgetter("ends"))
    end, is_cut = latest["ends"], last_day(latest["date"]) > latest["ends"]
    if last_day(first) >= end:
        span = say_when(first)
    else:  # as it is stated: a year, a month or a day
        to = end.isoformat() if is_cut else latest["date"].split("/")[-1]
        span = f"from {format_date(first.split('/')[0])} to {format_date(to)}"
    told = f"What happened {span}"
    return compose("{}, and what was planned until {}" if last else "{}", told, format_date(last))
