"""How dates, numbers, lists and words of another direction read in a sentence."""

import re
from collections.abc import Collection, Iterable

import pandas as pd

from helpers.numerals import states_number

MONTHS = """January February March April May June July August September October November
December""".split()
MISSING = "not stated"
# Letters of the blocks that Unicode keeps for right-to-left scripts: no digits, which run the other
# way, and nothing that is not seen.
_RTL = (
    "[\u0590-\u05ff\u0608-\u065f\u066d-\u06ef\u06fa-\u08ff\ufb1d-\ufdff\ufe70-\ufefc"
    "\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
_ISOLATE, _END = "\u2068", "\u2069"
# Words in a right-to-left script, with what stands between them but for letters of another one; or
# what is isolated already.
_APART = rf"{_ISOLATE}[^{_END}]*{_END}"
_RUN = rf"{_RTL}(?:(?:{_RTL}|[^\w<>&{_ISOLATE}{_END}]|[\d_])*{_RTL})?"
_SMALL = "no one two three four five six seven eight nine ten".split()


def word_date(day: str) -> str:
    """'6 January 2022', 'January 2022' or '2022': a date with its own precision."""
    if pd.isna(day) or not day:
        return MISSING
    year, *rest = day.split("-")
    if not rest:
        return year
    month = MONTHS[int(rest[0]) - 1]
    return f"{int(rest[1])} {month} {year}" if len(rest) == 2 else f"{month} {year}"


def word_number(value: float) -> str:
    """'2,500', '0.25': commas between thousands, no digits that are not there."""
    if abs(value) >= 1e15:
        return f"{value:.15g}"
    return f"{value:,.10g}" if abs(value) < 1e10 else f"{value:,.0f}"


def word_quantity(fact: pd.Series) -> str:
    """A fact's number with its qualifier, range and unit: 'at least 12 people', '×2'."""
    value, low, high = fact["value"], fact["low"], fact["high"]
    unit = "" if pd.isna(fact["unit"]) else fact["unit"]
    if pd.notna(value):
        number = word_number(value)
        if pd.notna(low) and pd.notna(high):
            number += f" ({word_number(low)} to {word_number(high)})"
    elif pd.notna(low) and pd.notna(high):
        number = f"{word_number(low)} to {word_number(high)}"
    elif pd.notna(low):
        number = f"at least {word_number(low)}"
    elif pd.notna(high):
        number = f"up to {word_number(high)}"
    else:
        return "no number stated"
    prefix = f"{fact['qualifier']} " if fact["qualifier"] in ("about", "at least", "up to") else ""
    if unit == "times":
        return f"{prefix}×{number}"
    return f"{prefix}{number} {unit}".strip()


def word_list(words: Iterable[str]) -> str:
    """'Russia, Belarus and Armenia'."""
    *first, last = [isolate_whole(word) for word in words] or [MISSING]
    return f"{', '.join(first)} and {last}" if first else last


def is_right_to_left(text: str) -> bool:
    """Whether a text has letters of a script that runs from right to left."""
    return re.search(_RTL, text) is not None


def isolate_whole(text: str) -> str:
    """A dossier's words for a sentence of ours, apart from it where they run from right to left."""
    is_ours = _ISOLATE in text  # a sentence that has such words
    return f"{_ISOLATE}{text}{_END}" if is_right_to_left(text) and not is_ours else text


def isolate(text: str, whole: Collection[str] = (), mark: str = f"{_ISOLATE}{{}}{_END}") -> str:
    """A text whose right-to-left words leave the order of the words around them as it is.

    Parameters
    ----------
    whole
        Texts that are isolated as a whole where they stand in it, whatever letters they have.
    mark
        What stands around such words.
    """
    if not is_right_to_left(text):
        return text
    known = sorted(filter(is_right_to_left, whole), key=len, reverse=True)
    pattern = "|".join([_APART, *map(re.escape, known), _RUN])
    return re.sub(pattern, lambda words: mark.format(words[0].strip(_ISOLATE + _END)), text)


def word_count(count: int, noun: str) -> str:
    """'1 fact', '60 facts'."""
    return f"{word_number(count)} {noun}{'' if count == 1 else 's'}"


def word_fact(fact: pd.Series) -> str:
    """A fact's statement, with its number behind it where the statement does not say it."""
    numbers = [fact[name] for name in ("value", "low", "high") if pd.notna(fact[name])]
    if all(states_number(fact["statement"], number) for number in numbers):
        return isolate_whole(fact["statement"])
    return f"{isolate_whole(fact['statement'])}: {word_quantity(fact)}"


def spell_number(number: int) -> str:
    """'two' for a small whole number, digits for a larger one."""
    return _SMALL[number] if 0 <= number < len(_SMALL) else word_number(number)


def spell_count(number: int, noun: str) -> str:
    """'one number', 'two numbers'."""
    return f"{spell_number(number)} {noun}{'' if number == 1 else 's'}"


def capitalise(text: str) -> str:
    """A text with a capital letter first and the others as they are."""
    return text[:1].upper() + text[1:]


def slugify(text: str) -> str:
    """A text as part of a file name: small letters and digits, and dashes between words."""
    return re.sub(r"[\W_]+", "-", text.lower()).strip("-")[:40]
