"""What a fact or a claim states, in words: its number with qualifier, range and unit."""

import re
from math import inf
from typing import Any

import pandas as pd

from helpers.words._formats import Value
from helpers.words._numerals import states_number
from helpers.words._traced import Traced, compose, isolate_whole, trace_number, trace_text

NUMBERS = ["value", "low", "high"]  # the columns of what a fact states
# The qualifiers that are told elsewhere, or say nothing more; any other is said before a number.
_SILENT = ("as printed", "until", "range", "in words", "conditional")
_ONE = {"people": "person"}
_NO_LESS, _NO_MORE = ("at least", "more than"), ("up to", "less than", "almost")

Claim = Any  # a row of facts or claims: a Series, or a mapping of its cells by column


def list_fact_ids(claim: Claim) -> list[str]:
    """The facts that state a claim; a fact is a claim of its own."""
    return claim["fact_ids"] if "fact_ids" in claim else [claim["fact_id"]]


def list_values(claim: Claim) -> list[Value]:
    """The numbers that a claim states."""
    return [claim[name] for name in NUMBERS if pd.notna(claim[name])]


def measure_span(claim: Claim) -> tuple[Value, Value]:
    """The least and the most that a claim's number may be; endless where it says so."""
    values, columns = list_values(claim), [name for name in NUMBERS if pd.notna(claim[name])]
    no_less = claim["qualifier"] in _NO_LESS or columns == ["low"]
    no_more = claim["qualifier"] in _NO_MORE or columns == ["high"]
    return -inf if no_more else min(values), inf if no_less else max(values)


def format_quantity(claim: Claim, *, with_unit: bool = True) -> Traced:
    """A claim's number with qualifier, range and unit: 'at least 12 people', '×2'."""
    if not list_values(claim):
        return compose("no number stated")
    ids = list_fact_ids(claim)
    number = {
        name: trace_number(claim[name], facts=ids) for name in NUMBERS if pd.notna(claim[name])
    }
    limit = claim["qualifier"]
    before = "" if pd.isna(limit) or limit in _SILENT else limit
    if "value" in number:
        said = _add_range(number)
    elif len(set(list_values(claim))) == 2:
        said = compose("{} to {}", number["low"], number["high"])
    elif len(number) == 2:  # a range from a number to itself
        said = number["low"]
    else:
        [(end, said)] = number.items()
        ends = {"low": _NO_LESS, "high": _NO_MORE}[end]
        before = before if before in ends else f"{before} {ends[0]}".strip()
    unit = "" if pd.isna(claim["unit"]) or not with_unit else claim["unit"]
    if list_values(claim) == [1]:
        unit = _ONE.get(unit, unit)
    if claim["unit"] == "times":
        said = compose("×{}", said)
    elif unit:
        said = compose("{} {}", said, unit)
    said = compose("{} {}", before, said) if before else said
    return said + " (conditional)" if limit == "conditional" else said


def _add_range(number: dict[str, Traced]) -> Traced:
    """'12 (10 to 15)', '100 (at least 90)': a value with the ends of its range that are stated."""
    ends = "".join(name for name in ("low", "high") if name in number)
    form = {"": "{}", "low": "{} (at least {})", "high": "{} (up to {})"}
    return compose(form.get(ends, "{} ({} to {})"), *number.values())


def trace_cell(claim: Claim, column: str) -> Traced:
    """What a person wrote in a cell of a claim, its numbers as those of its facts."""
    if pd.isna(claim[column]):
        return compose("")
    return trace_text(claim[column], facts=list_fact_ids(claim), own=list_values(claim))


def format_fact(claim: Claim) -> Traced:
    """A fact's statement, with its number behind it where the statement does not say it."""
    said = isolate_whole(trace_cell(claim, "statement"))
    if all(states_number(claim["statement"], value) for value in list_values(claim)):
        return said
    with_unit = not says_unit(claim["statement"], claim)
    return compose("{}: {}", said, format_quantity(claim, with_unit=with_unit))


def says_unit(text: str, claim: Claim) -> bool:
    """Whether a text has the unit of a claim as a word: 'Houses destroyed' of 'houses'."""
    unit = "" if pd.isna(claim["unit"]) else re.escape(claim["unit"].casefold())
    return bool(unit and re.search(rf"(?<!\w){unit}(?!\w)", text.casefold()))
