"""Dates as a dossier has them: a day, a month or a year (ISO 8601-2)."""

import re
from calendar import monthrange
from datetime import date, datetime

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


def first_day(day: str) -> date:
    """The first day of a date that may be a year or a month."""
    return date.fromisoformat(f"{day}-01-01"[:10])


def last_day(day: str) -> date:
    """The last day of a date that may be a year or a month."""
    first = first_day(day)
    if len(day) == len("2022"):
        return first.replace(month=12, day=31)
    if len(day) == len("2022-01"):
        return first.replace(day=monthrange(first.year, first.month)[1])
    return first


Day = str | int | date | None


def read_day(day: Day) -> str:
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
            f"as_of {quote_value(day)}: not a date; expected 2022, 2022-01 or 2022-01-06"
        )
    return text
