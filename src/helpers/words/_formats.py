"""How dates, numbers and lists read in a sentence."""

import re
from collections.abc import Iterable

import pandas as pd

from helpers.words._directions import isolate_whole
from helpers.words._numerals import states_number

MONTHS = """January February March April May June July August September October November
December""".split()
MISSING = "not stated"
_SMALL = "no one two three four five six seven eight nine ten".split()


def format_date(day: str) -> str:
    """'6 January 2022', 'January 2022' or '2022': a date with its own precision."""
    if pd.isna(day) or not day:
        return MISSING
    year, *rest = day.split("-")
    if not rest:
        return year
    month = MONTHS[int(rest[0]) - 1]
    return f"{int(rest[1])} {month} {year}" if len(rest) == 2 else f"{month} {year}"


def format_number(value: float) -> str:
    """'2,500', '0.25': commas between thousands, no digits that are not there."""
    if abs(value) >= 1e15:
        return f"{value:.15g}"
    return f"{value:,.10g}" if abs(value) < 1e10 else f"{value:,.0f}"


def format_quantity(fact: pd.Series) -> str:
    """A fact's number with its qualifier, range and unit: 'at least 12 people', '×2'."""
    value, low, high = fact["value"], fact["low"], fact["high"]
    unit = "" if pd.isna(fact["unit"]) else fact["unit"]
    if pd.notna(value):
        number = format_number(value)
        if pd.notna(low) and pd.notna(high):
            number += f" ({format_number(low)} to {format_number(high)})"
    elif pd.notna(low) and pd.notna(high):
        number = f"{format_number(low)} to {format_number(high)}"
    elif pd.notna(low):
        number = f"at least {format_number(low)}"
    elif pd.notna(high):
        number = f"up to {format_number(high)}"
    else:
        return "no number stated"
    prefix = f"{fact['qualifier']} " if fact["qualifier"] in ("about", "at least", "up to") else ""
    if unit == "times":
        return f"{prefix}×{number}"
    return f"{prefix}{number} {unit}".strip()


def format_list(words: Iterable[str]) -> str:
    """'Russia, Belarus and Armenia'."""
    *first, last = [isolate_whole(word) for word in words] or [MISSING]
    return f"{', '.join(first)} and {last}" if first else last


def format_count(count: int, noun: str) -> str:
    """'1 fact', '60 facts'."""
    return f"{format_number(count)} {noun}{'' if count == 1 else 's'}"


def format_fact(fact: pd.Series) -> str:
    """A fact's statement, with its number behind it where the statement does not say it."""
    numbers = [fact[name] for name in ("value", "low", "high") if pd.notna(fact[name])]
    if all(states_number(fact["statement"], number) for number in numbers):
        return isolate_whole(fact["statement"])
    return f"{isolate_whole(fact['statement'])}: {format_quantity(fact)}"


def spell_number(number: int) -> str:
    """'two' for a small whole number, digits for a larger one."""
    return _SMALL[number] if 0 <= number < len(_SMALL) else format_number(number)


def spell_count(number: int, noun: str) -> str:
    """'one number', 'two numbers'."""
    return f"{spell_number(number)} {noun}{'' if number == 1 else 's'}"


def capitalise(text: str) -> str:
    """A text with a capital letter first and the others as they are."""
    return text[:1].upper() + text[1:]


def slugify(text: str) -> str:
    """A text as part of a file name: small letters and digits, and dashes between words."""
    return re.sub(r"[\W_]+", "-", text.lower()).strip("-")[:40]


def format_short_date(day: str, with_year: bool) -> str:
    """'6 Jan', or '6 Jan 2022': a date as it stands in a column."""
    year, *rest = day.split("-")
    if not rest:
        return year
    words = [str(int(rest[1]))] if len(rest) > 1 else []
    words.append(MONTHS[int(rest[0]) - 1][:3])
    return " ".join([*words, year] if with_year else words)
