"""Numbers, dates and lists as a sentence has them: Babel's forms for British English."""

import re
from datetime import date
from decimal import Decimal
from functools import lru_cache

import pandas as pd

LOCALE = "en_GB"
MISSING = "not stated"
_MOST_DIGITS = 21  # of a number that is written out; a longer one has a power of ten
_DATE_FORMS = {4: "y", 7: "MMMM y", 10: "d MMMM y"}  # by the length of an ISO date
_SHORT_FORMS = {7: "MMM", 10: "d MMM"}

Value = Decimal | float | int


def to_decimal(value: Value) -> Decimal:
    """A number with the digits that it has; a lone zero after the point is a program's, and none.

    12.0 is 12 and 0.1 is 0.1, but 2.50 stays 2.50.
    """
    number = value if isinstance(value, Decimal) else Decimal(str(value))
    return number.to_integral_value() if str(number).endswith(".0") else number


@lru_cache(maxsize=4096)
def format_number(value: Value) -> str:
    """'2,500', '0.25': commas between thousands, and all the digits that were stated."""
    from babel.numbers import format_decimal, format_scientific

    number = to_decimal(value)
    if abs(number.adjusted()) >= _MOST_DIGITS:
        return format_scientific(number, locale=LOCALE, decimal_quantization=False)
    decimals = max(0, -number.as_tuple().exponent)
    return format_decimal(number, "#,##0" + "." * bool(decimals) + "0" * decimals, LOCALE)


def format_date(day: str) -> str:
    """'6 January 2022', 'January 2022' or '2022': a date with its own precision."""
    return MISSING if pd.isna(day) or not day else _format_day(day, _DATE_FORMS[len(day)])


def format_short_date(day: str, with_year: bool) -> str:
    """'6 Jan', or '6 Jan 2022': a date as it stands in a column."""
    form = _SHORT_FORMS.get(len(day), "")
    return _format_day(day, f"{form} y".strip() if with_year or not form else form)


@lru_cache(maxsize=4096)
def _format_day(day: str, form: str) -> str:
    import babel.dates

    return babel.dates.format_date(date.fromisoformat(f"{day}-01-01"[:10]), form, LOCALE)


def capitalise(text: str) -> str:
    """A text with a capital letter first and the others as they are."""
    return text[:1].upper() + text[1:]


def slugify(text: str) -> str:
    """A text as part of a file name: small letters and digits, and dashes between words."""
    return re.sub(r"[\W_]+", "-", text.lower()).strip("-")[:40]
