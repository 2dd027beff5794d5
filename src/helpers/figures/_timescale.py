"""Days along a line: where a date stands, and which days are labelled, from days to centuries."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from helpers.dossier import first_day, last_day
from helpers.figures._canvas import LINE_PX, WIDTH_PX, Canvas, measure
from helpers.figures._style import SMALL
from helpers.words import MISSING, format_date, format_short_date

MOST_TICKS = 8
_DAY_STEPS = (1, 2, 7)
_MONTH_STEPS = (1, 2, 3, 6)
_YEAR_STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000)


def format_when(day: str) -> str:
    """'January 2022, day not stated': a date, and what of it is not stated."""
    missing = {len("2022"): f", month {MISSING}", len("2022-01"): f", day {MISSING}"}
    return f"{format_date(day)}{missing.get(len(day), '')}"


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
    def over(
        cls, dates: Iterable[str], ends: Iterable[str], left: float, right: float
    ) -> "TimeScale":
        """The span of some dates, a week at least, with room before the ends of what lasted."""
        dates = list(dates)
        start = min(first_day(day) for day in dates).toordinal()
        end = max(last_day(day) for day in dates).toordinal()
        before = max((end - start) // 8, 3)
        for day in ends:
            start = max(min(start, last_day(day).toordinal() - before), 1)
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

    def begin(self, day: date) -> float:
        return self.left + (day.toordinal() - self.start.toordinal()) * self.day_px

    def middle(self, day: date) -> float:
        return self.begin(day) + self.day_px / 2

    def ticks(self) -> list[Tick]:
        """As many labelled days as there is room for, the closest that fit."""
        ways: list[tuple[Callable, tuple[int, ...]]] = [
            (self._tick_days, _DAY_STEPS),
            (self._tick_months, _MONTH_STEPS),
            (self._tick_years, _YEAR_STEPS),
        ]
        for tick, steps in ways:
            for step in steps:
                ticks = [t for t in tick(step) if self.start <= t.day <= self.end]
                if 1 < len(ticks) <= MOST_TICKS:
                    return ticks
        return [Tick(self.start, str(self.start.year), "", False)]

    def _months(self) -> Iterator[date]:
        for month in range(self.start.year * 12 + self.start.month - 1, self.end.year * 12 + 12):
            yield date(month // 12, month % 12 + 1, 1)

    def _tick_days(self, step: int) -> Iterator[Tick]:
        if self.days > step * (MOST_TICKS + 2):
            return
        opened = None
        for number in range(self.start.toordinal(), self.end.toordinal() + 1):
            day = date.fromordinal(number)
            if (day.day - 1) % step or (step > 1 and day.day == 31):
                continue
            month = format_date(day.isoformat()[:7])
            yield Tick(day, str(day.day), "" if month == opened else month, True)
            opened = month

    def _tick_months(self, step: int) -> Iterator[Tick]:
        if self.days > 31 * step * (MOST_TICKS + 2):
            return
        opened = None
        for day in self._months():
            if (day.month - 1) % step or not self.start <= day <= self.end:
                continue
            yield Tick(
                day,
                format_short_date(day.isoformat()[:7], with_year=False),
                "" if day.year == opened else str(day.year),
                False,
            )
            opened = day.year

    def _tick_years(self, step: int) -> Iterator[Tick]:
        first = -(-self.start.year // step) * step
        for year in range(first, self.end.year + 1, step):
            if year:
                yield Tick(date(year, 1, 1), str(year), "", False)


def draw_time_axis(canvas: Canvas, y: float, scale: TimeScale) -> float:
    """Months or years over days or months; a label that has no room is left out."""
    ends = [-1e9, -1e9]
    for tick in scale.ticks():
        x = scale.middle(tick.day) if tick.is_day else scale.begin(tick.day)
        for row, label in enumerate((tick.opens, tick.label)):
            wide = measure(label, SMALL, bold=not row)
            left = min(max(x - wide / 2 * (row and tick.is_day), 0), WIDTH_PX - wide)
            if label and left > ends[row] + 6:
                canvas.text(
                    left, y + row * LINE_PX, label, wide + 2, size=SMALL, bold=not row,
                    colour="muted",
                )  # fmt: skip
                ends[row] = left + wide
    return y + 2 * LINE_PX + 2
