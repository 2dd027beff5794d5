"""Numbers, dates and lists as a sentence has them: Babel's forms for British English."""

import re
from datetime import date
from decimal import Decimal
from functools import lru_cache

import pandas as pd

LOCALE = "en_GB"
MISSING = "not stated"
WHOLE = "all"  # what a total counts
_MOST_DIGITS = 21  # of a number that is written out; a longer one has a power of ten
_MOST_COMPACT = 12  # the power of ten of a trillion
_DATE_FORMS = {4: "y", 7: "MMMM y", 10: "d MMMM y"}  # by the length of an ISO date
_NO_LANGUAGES = ("mis", "mul", "und", "zxx")  # codes for many, for none, and for what is not known
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
    """'2,500', '0.25', '14.7 million': all the digits that were stated, in the fewest characters.

    Millions and what is above them are words where two decimals lose nothing.
    """
    from babel.numbers import format_compact_decimal, format_decimal, format_scientific

    number = to_decimal(value)
    power = number.adjusted() // 3 * 3
    if 6 <= power <= _MOST_COMPACT and number % Decimal(10) ** (power - 2) == 0:
        return format_compact_decimal(number, format_type="long", locale=LOCALE, fraction_digits=2)
    if abs(number.adjusted()) >= _MOST_DIGITS:
        return format_scientific(number, locale=LOCALE, decimal_quantization=False)
    decimals = max(0, -int(number.as_tuple().exponent))
    return format_decimal(number, "#,##0" + "." * bool(decimals) + "0" * decimals, LOCALE)


def format_date(day: str) -> str:
    """'6 January 2022', 'January 2022', '4 to 6 January 2022': a date with its own precision."""
    if pd.isna(day) or not day:
        return MISSING
    ends = [_format_day(end, _DATE_FORMS[len(end)]).split() for end in day.split("/")]
    first, last = ends[0], ends[-1]
    if len(first) == len(last):  # what both have in common is said once
        while first and first[-1] == last[len(first) - 1]:
            first = first[:-1]
    return " ".join([*first, "to", *last] if first else last)


def say_when(day: str) -> str:
    """'on 6 January 2022', 'in January 2022', 'over 4 to 6 January 2022', 'on a day not stated'."""
    if pd.isna(day) or not day:
        return f"on a day {MISSING}"
    before = "over" if "/" in day else {10: "on"}.get(len(day), "in")
    return f"{before} {format_date(day)}"


def format_short_date(day: str, with_year: bool) -> str:
    """'6 Jan', or '6 Jan 2022': a date as it stands in a column."""
    form = _SHORT_FORMS.get(len(day), "")
    return _format_day(day, f"{form} y".strip() if with_year or not form else form)


@lru_cache(maxsize=4096)
def _format_day(day: str, form: str) -> str:
    import babel.dates

    return babel.dates.format_date(date.fromisoformat(f"{day}-01-01"[:10]), form, LOCALE)


@lru_cache
def list_languages() -> dict[str, str]:
    """What English calls each language, by its code (BCP 47)."""
    from babel import Locale

    names = Locale("en").languages.items()
    return {code.replace("_", "-"): name for code, name in names if code not in _NO_LANGUAGES}


def name_language(code: str) -> str:
    """'Kazakh', 'Kazakh (Latn)': what English calls a language; '' where there is none."""
    names, (base, *rest) = list_languages(), code.split("-")
    more = f" ({', '.join(rest)})" if rest else ""
    return names.get(code) or (names[base] + more if base in names else "")


def capitalise(text: str) -> str:
    """A text with a capital letter first and the others as they are."""
    return text[:1].upper() + text[1:]


def slugify(text: str) -> str:
    """A text as part of a file name: small letters and digits, and dashes between words."""
    return re.sub(r"[\W_]+", "-", text.lower()).strip("-")[:40]
