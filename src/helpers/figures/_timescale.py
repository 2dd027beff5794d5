"""Days along a line: where a date stands, and which days are labelled, from days to centuries."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import product

import numpy as np
import pandas as pd

from helpers.dossier import Dossier, gather_claims, name_roles
from helpers.errors import NoFactsError
from helpers.figures._canvas import LINE_PX, Canvas, measure
from helpers.figures._style import SMALL
from helpers.words import MISSING, format_date, format_short_date

_TICK_PX = 36  # the room for a labelled day
_SHARE, _LEAST = 6, 3  # so many days in the first sixth of a span stand in a panel of their own
_PARTS_PX = 14  # between two panels
_DAYS = {"D": 1, "M": 31, "Y": 366}  # of a unit, as numpy names it, at most
_YEARS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000)
_STEPS = [*product("D", (1, 2, 7)), *product("M", (1, 2, 3, 6)), *product("Y", _YEARS)]


def format_when(day: str) -> str:
    """'January 2022, day not stated': a date, and what of it is not stated."""
    missing = {len("2022"): f", month {MISSING}", len("2022-01"): f", day {MISSING}"}
    return f"{format_date(day)}{missing.get(len(day), '')}"


def gather_dated(dossier: Dossier, facts: pd.DataFrame, alike: Iterable[str] = ()) -> pd.DataFrame:
    """The facts with a date as claims, with the part that each plays and its topic's mark.

    Raises
    ------
    NoFactsError
        None has a date.
    """
    facts = facts[facts["date"].notna()]
    if facts.empty:
        raise NoFactsError(dossier.why_empty(lack="No fact here has a date."))
    claims = name_roles(dossier, gather_claims(dossier, facts, alike))
    topics = [dossier.words.topics[topic] for topic in claims["topic"]]
    return claims.assign(
        mark=[topic.mark for topic in topics], plain=[not topic.tells for topic in topics]
    )


@dataclass(frozen=True)
class Tick:
    """A labelled day: its label, and that of the month or year it opens ('' within one)."""

    day: date
    label: str
    opens: str
    is_day: bool


@dataclass(frozen=True)
class TimeScale:
    """The days from `start` on a line from `left` to `right`, in CSS pixels."""

    start: date
    days: int
    left: float
    right: float

    @classmethod
    def over(cls, first: date, last: date, left: float, right: float) -> "TimeScale":
        """The span of two days, a week at least."""
        start, end = first.toordinal(), last.toordinal()
        if end - start < 6:
            start, end = max(start - 3, 1), min(end + 3, date.max.toordinal())
        return cls(date.fromordinal(start), end - start + 1, left, right)

    @property
    def day_px(self) -> float:
        return (self.right - self.left) / self.days

    @property
    def end(self) -> date:
        """The last day."""
        return date.fromordinal(self.start.toordinal() + self.days - 1)

    @property
    def _most_ticks(self) -> int:
        return max(int((self.right - self.left) / _TICK_PX), 2)

    def begin(self, day: date) -> float:
        return self.left + (day.toordinal() - self.start.toordinal()) * self.day_px

    def middle(self, day: date) -> float:
        return self.begin(day) + self.day_px / 2

    def find_tick(self, tick: Tick) -> float:
        return self.middle(tick.day) if tick.is_day else self.begin(tick.day)

    def ticks(self) -> list[Tick]:
        """As many labelled days as there is room for, the closest that fit."""
        for unit, step in _STEPS:
            if self.days <= _DAYS[unit] * step * (self._most_ticks + 2):
                ticks = self._list_ticks(unit, step)
                if 1 < len(ticks) <= self._most_ticks:
                    return ticks
        return [Tick(self.start, str(self.start.year), "", False)]

    def _list_ticks(self, unit: str, step: int) -> list[Tick]:
        """The first days of each so many units that lie in the span."""
        ends = np.array([self.start, self.end], f"datetime64[{unit}]")
        ticks: list[Tick] = []
        opened = None
        for day in np.arange(ends[0], ends[1] + 1).astype("datetime64[D]").tolist():
            number = {"D": day.day - 1, "M": day.month - 1, "Y": day.year}[unit]
            # Every second or seventh day begins anew with each month.
            if number % step or day < self.start or (unit == "D" and step > 1 and day.day == 31):
                continue
            month = day.isoformat()[:7]
            label, opens = {
                "D": (str(day.day), format_date(month)),
                "M": (format_short_date(month, with_year=False), str(day.year)),
                "Y": (str(day.year), ""),
            }[unit]
            ticks.append(Tick(day, label, "" if opens == opened else opens, unit == "D"))
            opened = opens
        return ticks


@dataclass(frozen=True)
class TimeAxis:
    """Days on one true scale, or on two side by side: the first weeks, and what came after."""

    scales: list[TimeScale]

    @classmethod
    def over(cls, days: Iterable[date], left: float, right: float) -> "TimeAxis":
        """The span of some days.

        Where three of them or more lie in the first sixth of it, these stand in a panel of their
        own, as wide as two fifths of all; the other goes on with the day after the last of them.
        """
        days = sorted(set(days))
        first, last = days[0], days[-1]
        early = [day for day in days if (day - first) * _SHARE <= last - first]
        if len(early) < _LEAST or len(early) == len(days):
            return cls([TimeScale.over(first, last, left, right)])
        middle, end = left + (right - left) * 0.4, early[-1].toordinal()
        rest = TimeScale(date.fromordinal(end + 1), last.toordinal() - end, middle, right)
        opened = TimeScale(first, end - first.toordinal() + 1, left, middle - _PARTS_PX)
        return cls([opened, rest])

    def find(self, day: date) -> TimeScale:
        """The scale on which a day stands; the nearest for one outside."""
        return next((scale for scale in self.scales if day <= scale.end), self.scales[-1])

    def middle(self, day: date) -> float:
        return self.find(day).middle(day)

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
            for tick in scale.ticks():
                for row, label in enumerate((tick.opens, tick.label)):
                    wide = measure(label, SMALL, bold=not row)
                    x = scale.find_tick(tick) - wide / 2 * (row and tick.is_day)
                    left = max(min(x, canvas.width - wide), scale.left - 6)
                    if label and left > ends[row] + 6 and left + wide < scale.right + 10:
                        look = {"size": SMALL, "bold": not row, "colour": "muted"}
                        canvas.text(left, y + row * LINE_PX, label, wide + 2, **look)
                        ends[row] = left + wide
        return y + 2 * LINE_PX + 2

    def draw_ground(self, canvas: Canvas, top: float, bottom: float) -> None:
        """A panel for each scale, with a line at each labelled day."""
        for scale in self.scales:
            width, height = scale.right - scale.left, bottom - top
            look = {"fill": "neighbour", "edge": None, "alpha": 0.5, "z": 0.5}
            canvas.box(scale.left, top, width, height, **look)
            for tick in scale.ticks():
                x = scale.find_tick(tick)
                canvas.line([x, x], [top, bottom], width=0.75, z=1.2)
