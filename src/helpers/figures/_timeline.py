"""What happened when, on one axis of time, which is labelled from days to centuries."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from itertools import chain, pairwise, product
from operator import itemgetter

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from helpers import dossier as stories, words
from helpers.dossier import Dossier, first_day, last_day, list_claims
from helpers.errors import NoFactsError
from helpers.figures._canvas import LINE_PX, Canvas, label_id, measure
from helpers.figures._figure import Figure, group_rows, make_chart
from helpers.figures._style import SMALL
from helpers.words import MISSING, Traced, compose, format_date, say_when

_STRIP = 22  # the height of a row's strip on the time axis
_MOST_LABELS, _MANY, _FEWER = 5, 12, 3  # facts that a row names; fewer where there are many rows
_AHEAD = "Dashed: still ahead when it was said"
_EDGE = 6  # from the plot's sides to the ends of the time axis
_WORDS = 340  # the width of a row's words beside the axis, where there is the room
_TICK_PX = 36  # the room for a labelled day
_SHARE, _LEAST = 6, 3  # so many days in the first sixth of a span stand in a panel of their own
_FADE = 60  # out of nothing, where a start is not stated
_PARTS_PX = 14  # between two panels
_DAYS = {"D": 1, "M": 31, "Y": 366}  # of a unit, as numpy names it, at most
_YEARS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000)
_Tick = tuple[float, str, str, bool]  # x, label, what it opens ('' within that), whether a day
_STEPS = [*product("D", (1, 2, 7)), *product("M", (1, 2, 3, 6)), *product("Y", _YEARS)]


_PRECISION = {len("2022"): f"month {MISSING}", len("2022-01"): f"day {MISSING}"}


def format_when(claims: list[dict]) -> str:
    """'January 2022, day not stated': the one date of some claims, and what of it is not stated.

    A number of a month is that of all its days and has no other: of it no day is missing.
    """
    day = claims[0]["date"]
    missing = "" if any(map(words.list_values, claims)) else _PRECISION.get(len(day), "")
    return f"{format_date(day)}{missing and ', '}{missing}"


def say_missing(claim: dict, beside: list[dict]) -> str:
    """'day not stated': what of a date is, beside numbers of the same date, which need no more."""
    missing = _PRECISION.get(len(claim["date"]), "")
    is_told = words.list_values(claim) or not any(map(words.list_values, beside))
    return "" if is_told else missing


def gather_dated(dossier: Dossier, facts: pd.DataFrame, alike: Iterable[str] = ()) -> list[dict]:
    """The facts with a date as claims, with the part that each plays and its topic's mark.

    Where none has a date, it is a NoFactsError.
    """
    facts = facts[facts["date"].notna()]
    if facts.empty:
        raise NoFactsError(dossier.why_empty(lack="No fact here has a date."))
    claims = stories.gather_claims(dossier, list_claims(facts), alike)
    for claim in claims:
        topic, said = dossier.words.topics[claim["topic"]], stories.name_role(dossier, claim)
        role = dossier.words.roles.get(claim["role"])
        tells = topic.tells or (role and role.look == "accent")
        claim.update(mark=topic.mark, plain=not tells, statement=said)
    for group in group_rows(claims, itemgetter("statement")).values():
        for claim in group if len({one["where"] for one in group}) > 1 else []:
            if claim["where"] and not words.says_words(claim["statement"], claim["where"]):
                claim["statement"] += f", {claim['where']}"
    return claims


@dataclass(frozen=True)
class TimeScale:
    """The days from `start` on a line from `left` to `right`, in CSS pixels.

    `unit` is the finest that is ticked: D, M or Y.
    """

    start: date
    days: int
    left: float
    right: float
    unit: str = "D"

    @property
    def day_px(self) -> float:
        return (self.right - self.left) / self.days

    @property
    def end(self) -> date:
        return date.fromordinal(self.start.toordinal() + self.days - 1)

    def begin(self, day: date) -> float:
        return self.left + (day.toordinal() - self.start.toordinal()) * self.day_px

    def middle(self, day: date) -> float:
        return self.begin(day) + self.day_px / 2

    def ticks(self) -> list[_Tick]:
        """As many labelled days as there is room for, the closest that fit."""
        most = max(int((self.right - self.left) / _TICK_PX), 2)
        single: list[_Tick] = []
        for unit, step in _STEPS:
            fits = self.days <= _DAYS[unit] * step * (most + 2)
            if fits and _DAYS[unit] >= _DAYS[self.unit]:
                ticks = self._list_ticks(unit, step)
                if 1 < len(ticks) <= most:
                    return ticks
                single = single or ticks[: len(ticks) < 2]
        return single or [(self.begin(self.start), str(self.start.year), "", False)]

    def _list_ticks(self, unit: str, step: int) -> list[_Tick]:
        """The first days of each so many units that lie in the span.

        A month or a year that is under way where the span begins is one too, if it has the room.
        """
        ends = np.array([self.start, self.end], f"datetime64[{unit}]")
        ticks: list[_Tick] = []
        opened = None
        rest = (ends[0] + 1).astype("datetime64[D]") - np.datetime64(self.start)
        has_room = unit != "D" and rest.astype(int) * self.day_px >= _TICK_PX
        for day in np.arange(ends[0], ends[1] + 1).astype("datetime64[D]").tolist():
            number = {"D": day.day - 1, "M": day.month - 1, "Y": day.year}[unit]
            # Every second or seventh day begins anew with each month.
            off = number % step or day < self.start or (unit == "D" and step > 1 and day.day == 31)
            if off and not (has_room and day < self.start):
                continue
            month = day.isoformat()[:7]
            name, year = words.format_short_date(month, with_year=False), str(day.year)
            of_unit = {"D": (str(day.day), format_date(month)), "M": (name, year), "Y": (year, "")}
            label, opens = of_unit[unit]
            x = self.middle(day) if unit == "D" else self.begin(max(day, self.start))
            ticks.append((x, label, "" if opens == opened else opens, unit == "D"))
            opened = opens
        return ticks


@dataclass(frozen=True)
class TimeAxis:
    """Days on one true scale, or on two side by side, which its note tells."""

    scales: list[TimeScale]

    @classmethod
    def over(
        cls, days: Iterable[date], left: float, right: float, spans: Iterable[tuple] = ()
    ) -> "TimeAxis":
        """The span of some days, a week at least.

        Where most of them lie at its end, far from the others, as one year does from a week of a
        later one, they have seven eighths, and nothing stands for the time between. Where three or
        more lie in the first sixth, and the next is not the day after, these have two fifths; the
        other panel goes on with the day after. No panel ends within one of the `spans`, each a
        first and a last day.
        """
        ordered = sorted({day.toordinal() for day in days})
        first, last = ordered[0], ordered[-1]
        early = [day for day in ordered if (day - first) * _SHARE <= last - first]
        far = [
            (begin, day)
            for at, (begin, day) in enumerate(pairwise(ordered), start=1)
            if 2 * at < len(ordered) and day - begin > max((last - day) * _SHARE, _DAYS["Y"])
        ]
        end, rest = far[-1] if far else (early[-1], early[-1] + 1)
        is_broken = far or (_LEAST <= len(early) < len(ordered) and rest not in ordered)
        within = (begin.toordinal() <= end < close.toordinal() for begin, close in spans)
        if not is_broken or any(within):
            if last - first < 6:
                first, last = max(first - 3, 1), min(last + 3, date.max.toordinal())
            return cls([TimeScale(date.fromordinal(first), last - first + 1, left, right)])
        middle = left + (right - left) * (0.125 if far else 0.4)
        before = TimeScale(date.fromordinal(first), end - first + 1, left, middle - _PARTS_PX)
        return cls([before, TimeScale(date.fromordinal(rest), last - rest + 1, middle, right)])

    @property
    def note(self) -> str:
        """'Time has two scales: to 9 May 2031, and from 10 May 2031 on.', or ''."""
        ends = format_date(self.scales[0].end.isoformat()), format_date(str(self.scales[-1].start))
        told = "Time has two scales: to {}, and from {} on."
        return told.format(*ends) if len(self.scales) > 1 else ""

    def middle(self, day: date) -> float:
        """Where a day stands, on the nearest scale for one outside."""
        of_day = (scale for scale in self.scales if day <= scale.end)
        return next(of_day, self.scales[-1]).middle(day)

    def cut(self, first: date, last: date) -> list[tuple[float, float]]:
        """From where to where some days go, on each scale that has any of them."""
        return [
            (scale.begin(max(first, scale.start)), scale.begin(min(last, scale.end)) + scale.day_px)
            for scale in self.scales
            if first <= scale.end and last >= scale.start
        ]

    def draw(self, canvas: Canvas, y: float) -> float:
        """Months or years over days or months; a label that has no room is left out."""
        for scale in self.scales:
            ends = [scale.left - 12] * 2
            for x, short, opens, is_day in scale.ticks():
                for row, label in enumerate((opens, short)):
                    wide = measure(label, SMALL, bold=not row)
                    begin = x - wide / 2 * (row and is_day)
                    left = max(min(begin, canvas.width - wide), scale.left - 6)
                    if label and left > ends[row] + 6 and left + wide < scale.right + 10:
                        look = {"size": SMALL, "bold": not row, "colour": "muted"}
                        canvas.text(left, y + row * LINE_PX, label, wide + 2, **look)
                        ends[row] = left + wide
        y += 2 * LINE_PX + 2
        return canvas.note(0, y, self.note) if self.note else y

    def draw_ground(self, canvas: Canvas, top: float, bottom: float) -> None:
        """A panel for each scale, with a line at each labelled day."""
        look = {"fill": "neighbour", "edge": None, "alpha": 0.5, "z": 0.5}
        for scale in self.scales:
            canvas.box(scale.left, top, scale.right - scale.left, bottom - top, **look)
            for x, *_ in scale.ticks():
                canvas.line([x] * 2, [top, bottom], width=0.75, z=1.2)


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
    for claim in claims:
        said, ends = last_day(claim["stated"]), last_day(claim["date"])
        begins = ends if claim["qualifier"] == "until" else first_day(claim["date"])
        claim["begins"], claim["ahead"] = begins, begins > said
        claim["known"] = min(ends, said)  # a month goes on no longer, an interval may
        claim["open"] = not claim["ahead"] and "/" in claim["date"] and ends > said
        claim["ends"] = ends if claim["ahead"] or claim["open"] else claim["known"]
    # The wider first, as in the calendar.
    claims.sort(key=lambda claim: (claim["begins"], -last_day(claim["date"]).toordinal()))
    happened = [
        stories.describe_claim(claim) + f" {_say_ahead(claim)}" * (claim["ahead"] or claim["open"])
        for claim in claims
    ]
    alt = filter(None, ["Timeline.", _find_axis(claims).note, *happened])
    told = _title_timeline(claims), " ".join(alt)
    fill = partial(_draw_timeline, claims=claims)
    return make_chart(dossier, claims, told, fill, ax, "topic")


def _say_ahead(claim: dict) -> str:
    """What was ahead: of what lasts until a day it is known of the end alone."""
    is_end = claim["open"] or claim["qualifier"] == "until"
    return f"{'Its end' if is_end else 'It'} was still ahead then."


def _find_axis(claims: list[dict], left: float = 0, right: float = 1) -> TimeAxis:
    spans = [(claim["begins"], claim["ends"]) for claim in claims]
    return TimeAxis.over(chain(*spans), left, right, spans)


def _draw_timeline(canvas: Canvas, claims: list[dict]) -> float:
    """The one axis, its rows, where everything was stated, if on one day, and what a dash means."""
    beside, (texts, plot) = canvas.is_wide, canvas.beside(_WORDS, 20)
    axis = _find_axis(claims, _EDGE, plot.width - _EDGE)
    top = y = axis.draw(plot, 0.0) + 2
    # 'until' stands apart from what has the same date.
    rows = group_rows(claims, lambda claim: (claim["date"], claim["qualifier"] == "until")).values()
    most = _MOST_LABELS if len(rows) <= _MANY else _FEWER
    days, stated = {claim["stated"] for claim in claims}, first_day(claims[0]["stated"])
    is_told = days == {stated.isoformat()}  # all on one day, which shows
    is_told &= axis.scales[0].start <= stated <= axis.scales[-1].end
    x = axis.middle(stated)
    said = {"colour": "ink", "dashed": True, "gid": "stated", "z": 2.2}
    for lane in rows:
        y = _draw_lane(texts, plot, y, lane, axis=axis, most=most)
        if is_told and not beside:
            plot.line([x, x], [y - 12 - _STRIP, y - 12], **said)
    if beside:
        axis.draw_ground(plot, top, y)
    if is_told:
        plot.line([x, x], [top if beside else y - 12, y + 4], **said)
        label = f"as told {say_when(stated.isoformat())}"
        wide = measure(label, SMALL) + 2
        y = plot.note(min(x, plot.width - wide), y + 4, label, wide)
    is_dashed = any(claim["ahead"] or claim["open"] for claim in claims)
    return plot.note(0, y, _AHEAD) if is_dashed else y


def _draw_lane(
    texts: Canvas, plot: Canvas, y: float, lane: list[dict], *, axis: TimeAxis, most: int
) -> float:
    """What has one date: when, what, and its mark on the axis beside it or under it.

    When tells what of the date is not stated, and whether it was a plan. What an editor prefers
    comes first, then each topic's first claim, a number if there is one; of these first what tells
    the story or sets it off.
    """
    told: Counter[str] = Counter()

    def weigh(claim: dict) -> tuple:
        told[claim["topic"]] += 1
        preferred, numbered = claim["rank"] == "preferred", words.list_values(claim)
        return not preferred, told[claim["topic"]], claim["plain"], not numbered

    day, plan = lane[0]["date"], all(map(itemgetter("ahead"), lane))
    goes_on = all(map(itemgetter("open"), lane))
    when = f"{format_when(lane)}{', still ahead' * plan}{', end still ahead' * goes_on}"
    draw = _draw_when
    if lane[0]["qualifier"] == "until":
        draw = _draw_until
        when = f"Until {format_date(day)}{', end still ahead' * plan}, start {MISSING}"
        lane = [claim | {"qualifier": ""} for claim in lane]  # which says it of each
    end = texts.text(0, y, when, size=SMALL, bold=True)
    ranked = sorted(lane, key=lambda claim: not words.list_values(claim))
    shown = sorted(ranked, key=weigh)[:most]  # in their order, each weighed once
    apart = group_rows(shown, lambda claim: say_missing(claim, lane))
    for missing in sorted(apart):  # numbers come before what has a day that is missing
        end = texts.note(0, end, words.capitalise(missing))
        for claim in apart[missing]:
            end = texts.text(0, end, words.format_fact(claim), gid=label_id(claim["fact_id"]))
    end = texts.count_rest(0, end, len(lane) - most)
    top = y
    if texts is plot:
        top = end + 3
        axis.draw_ground(plot, top, top + _STRIP)
    draw(plot, top + _STRIP / 2, max(lane, key=itemgetter("ends")), axis)
    return max(end, top + _STRIP) + 12


def _draw_when(plot: Canvas, y: float, claim: dict, axis: TimeAxis) -> None:
    """A day as a mark, a month or a year as a band up to the day on which it was spoken of.

    What of an interval was still ahead then is dashed. What the story is set against is a square.
    """
    colour = "contrast" if claim["mark"] == "square" else "accent"
    gid, plan = claim["fact_id"], claim["ahead"]
    if first_day(claim["date"]) == last_day(claim["date"]):
        x = axis.middle(claim["begins"])
        look = {"fill": colour, "edge": "paper", "gid": f"{gid}-day", "z": 3}
        look |= {"fill": "paper", "edge": colour, "dashed": True} if plan else {}
        plot.mark(claim["mark"], x, y, 7, **look)
        return
    parts = [(claim["begins"], claim["ends"] if plan else claim["known"], plan)]
    parts += [(claim["known"] + timedelta(1), claim["ends"], True)] if claim["open"] else []
    for begins, ends, ahead in parts:
        for left, right in axis.cut(begins, ends):
            fill = None if ahead else f"{colour}_tint"
            look = {"fill": fill, "edge": colour, "dashed": ahead, "gid": f"{gid}-band", "z": 2.5}
            plot.box(left, y - 7, max(right - left, 4), 14, **look)


def _draw_until(plot: Canvas, y: float, claim: dict, axis: TimeAxis) -> None:
    """A line out of nothing up to when it was spoken of, from there on dashed: a plan."""
    gid, plan = claim["fact_id"], claim["ahead"]
    end, left, said = axis.middle(claim["ends"]), axis.scales[0].left, last_day(claim["stated"])
    now = min(axis.middle(said), end - 8) if said >= axis.scales[0].start else left
    left = max(left, (now if plan else end) - _FADE)  # nobody says since when
    if plan:
        plot.line([now, end - 8], [y, y], colour="ink", width=3, dashed=True, gid=f"{gid}-ahead")
    known = now if plan else end - 8
    pieces, step = 8, (known - left) / 8
    for number in range(pieces):
        begin = left + number * (known - left) / pieces
        look = {"colour": "ink", "width": 3, "alpha": 0.15 + 0.85 * number / (pieces - 1)}
        plot.line([begin, begin + step], [y, y], gid=f"{gid}-until", **look)
    plot.shape([(end - 10, y - 6), (end - 10, y + 6), (end, y)], gid=f"{gid}-until-end")
    plot.line([end + 1, end + 1], [y - 9, y + 9], colour="ink", width=2.5, dashed=plan)


def _title_timeline(claims: list[dict]) -> Traced:
    """'What happened in January 2022, and what was still ahead, until 19 January 2022'."""
    # A period whose end was ahead, or a number of one, may be no more than expected.
    past = [claim for claim in claims if claim["qualifier"] != "conditional" and _is_past(claim)]
    open_ends = [
        one["date"] for one in claims if one["ahead"] or ("/" in one["date"] and not _is_past(one))
    ]
    last = max(open_ends, key=last_day, default="").rpartition("/")[2]  # of some days the last
    if not past:
        form = "What was still ahead, until {}" if last else "What is told of {}"
        return compose(form, format_date(last or claims[-1]["date"]))
    first, latest = past[0]["date"], max(past, key=itemgetter("ends"))
    span = say_when(first)
    if last_day(first) < latest["ends"]:  # as it is stated: a year, a month or a day
        to = latest["date"].split("/")[-1]
        span = f"from {format_date(first.split('/')[0])} to {format_date(to)}"
    goes_on = last and last_day(last) > latest["ends"]
    to_come = f", and what was still ahead, until {format_date(last)}" if goes_on else ""
    return compose("What happened {}{}", span, to_come)


def _is_past(claim: dict) -> bool:
    """Whether a claim is of what had happened when it was said: some time in 2031, in May 2031."""
    is_over = last_day(claim["date"]) <= last_day(claim["stated"])
    is_vague = "/" not in claim["date"] and not words.list_values(claim)
    return is_over or (is_vague and not claim["ahead"])
