"""Dates as a dossier has them: a day, a month or a year, or an interval (ISO 8601-2)."""

import re
from calendar import monthrange
from datetime import date, datetime
from functools import lru_cache

from helpers.dossier.schema import PATTERNS
from helpers.errors import DossierError
from helpers.words import quote_value


def is_date(text: str) -> bool:
    """Whether a text is a date of the calendar: 2022, 2022-01 or 2022-01-06 (ISO 8601-2)."""
    if not re.fullmatch(PATTERNS["date"][0], text):
        return False
    try:
        first_day(text)
    except ValueError:
        return False
    return True


def is_period(text: str) -> bool:
    """Whether a text is a date, or an interval of two that does not end before it begins."""
    ends = text.split("/")
    return len(ends) <= 2 and all(map(is_date, ends)) and first_day(text) <= last_day(text)


@lru_cache(maxsize=4096)
def first_day(day: str) -> date:
    """The first day of a date that may be a year, a month or an interval."""
    return date.fromisoformat(f"{day.partition('/')[0]}-01-01"[:10])


@lru_cache(maxsize=4096)
def last_day(day: str) -> date:
    """The last day of a date that may be a year, a month or an interval."""
    end = day.rpartition("/")[2]
    first = first_day(end)
    if len(end) == len("2022"):
        return first.replace(month=12, day=31)
    if len(end) == len("2022-01"):
        return first.replace(day=monthrange(first.year, first.month)[1])
    return first


def names_day(day: str) -> bool:
    """Whether a date, or each end of an interval, names its day."""
    return all(len(end) == len("2022-01-06") for end in day.split("/"))


Day = str | int | date | None


def read_day(day: Day, name: str = "as_of") -> str:
    """A day as an ISO text, whatever papermill or YAML made of it: '' for none.

    Raises
    ------
    DossierError
        Not a date of the calendar.
    """
    if day is None or day == "":
        return ""
    if isinstance(day, datetime):
        day = day.date()
    text = str(day).strip()
    if isinstance(day, bool) or not is_date(text):
        raise DossierError(
            f"{name} {quote_value(day)}: not a date; expected 2022, 2022-01 or 2022-01-06"
        )
    return text
