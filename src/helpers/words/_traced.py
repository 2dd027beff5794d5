"""Numbers that know where they come from: each stands in a page in a <data> element that says so.

    <data value="2500" data-fact="a23 a37">2,500</data>   stated by these facts, or in their words
    <data value="880" data-rule="distance">880</data>     computed by a rule of RULES

The value is the number as a machine reads it. A number becomes such a text where it leaves its row
(`trace_number`), and keeps its origin in whatever is composed of it. Only what a person wrote is
searched for numbers (`trace_text`), of which dates, times, ordinals and addresses are none.
"""

import re
from collections.abc import Collection, Iterable
from decimal import Decimal
from functools import lru_cache
from html import unescape
from math import inf
from typing import Any

import pandas as pd
from markupsafe import Markup, escape

from helpers.words import _formats as forms
from helpers.words._formats import ISOLATE, Value, is_right_to_left, to_decimal
from helpers.words._numerals import find_numbers, read_scale, states_number

# How the numbers come about that no fact states; a page shows them to its reader.
RULES = {
    "count": "how many there are among the rows of this page: facts, claims, sources, days",
    "days": "the days from one date to the other",
    "distance": "the shortest way between the points on the Earth's ellipsoid, rounded",
    "table": "as it stands with a place or a source in the tables behind this report",
}
NUMBERS = ["value", "low", "high"]  # the columns of what a fact states
# The qualifiers that are told elsewhere, or say nothing more; any other is said before a number.
_SILENT = ("as printed", "until", "range", "in words", "conditional")
_NO_LESS, _NO_MORE = ("at least", "more than"), ("up to", "less than", "almost")
_ROUNDED = ("about", "estimated")
_NEARLY = Decimal("0.9")  # what is almost a number is as much of it at least
_TIMES = ("seconds", "minutes", "hours", "days", "weeks", "months", "years")
Claim = Any  # a row of facts or claims: a Series, or a mapping of its cells by column
_SMALL = "no one two three four five six seven eight nine ten".split()
_TAG = re.compile(r"<[^>]*>")
_ASIDE = re.compile(  # of a unit
    r"( (?:an?|per|of|in|at|on|from|for|with|without|aboard)\b.*| (?:Celsius|Fahrenheit|sterling)$)"
)
_PLURALS = {  # the ends of plurals, and of one: the first that fits
    r"\b(gas|lens|means|news|series|species)$|(movie|calorie)s$": r"\1\2",
    r"\bpeople$": "person", r"(?<!i)men$": "man", r"\bchildren$": "child", r"\bfeet$": "foot",
    r"(\w\w)ies$": r"\1y", r"(ch|sh|ss|x|ero|ato|bus|virus)es$": r"\1",
    r"([^ius]|\b\wi|ei)s$": r"\1",
}  # fmt: skip
_STOP = re.compile(r"(?<!\.)(?<!\.\w)\.$")
_OPENING = re.compile(r"(?:<[^>]*>)*[^\W\d_]")


class Traced(str):
    """A text that is plain everywhere but in HTML, where its numbers say where they come from."""

    __slots__ = ("_html",)
    _html: Markup

    def __new__(cls, html: Markup) -> "Traced":
        text = super().__new__(cls, unescape(_TAG.sub("", html)))
        text._html = html
        return text

    def __html__(self) -> Markup:
        return self._html

    def __add__(self, other: str) -> "Traced":
        return compose("{}{}", self, other)

    def __radd__(self, other: str) -> "Traced":
        return compose("{}{}", other, self)

    def __reduce__(self) -> tuple[type["Traced"], tuple[Markup]]:
        return Traced, (self._html,)


def trace_number(value: Value, *, facts: Iterable[str] = (), rule: str = "") -> Traced:
    """A number with all its digits, as that of the facts that state it or of a rule of RULES."""
    number = to_decimal(value)
    return _mark(forms.format_number(number), number, facts, rule)


def format_count(count: int, noun: str, rule: str = "count") -> Traced:
    """'1 fact', '60 facts'."""
    return compose("{} {}", trace_number(count, rule=rule), noun + "s" * (count != 1))


def spell_number(number: int) -> Traced:
    """'two' for how many there are of something, digits for a larger number."""
    printed = _SMALL[number] if 0 <= number < len(_SMALL) else forms.format_number(number)
    return _mark(printed, Decimal(number), (), "count")


def spell_count(count: int, noun: str) -> Traced:
    """'one number', 'two numbers'."""
    return compose("{} {}", spell_number(count), noun + "s" * (count != 1))


def _mark(printed: str, value: Decimal, facts: Iterable[str], rule: str) -> Traced:
    origin = ("rule", rule) if rule else ("fact", " ".join(facts))
    return compose('<data value="{}" data-{}="{}">{}</data>', f"{value:f}", *origin, printed)


def compose(template: str, *parts: str) -> Traced:
    """A text put together from parts whose numbers keep their origin: compose('{}: {}', a, b)."""
    # Markup's own `format` does the same in twice the time.
    return Traced(Markup(template.format(*map(escape, parts))))


def join(separator: str, parts: Iterable[str]) -> Traced:
    """Parts one after another, their numbers with their origin."""
    return Traced(Markup(separator).join(parts))


def format_list(words: Iterable[str]) -> Traced:
    """'Russia, Belarus and Armenia', the numbers of each with their origin."""
    parts = [isolate_whole(word) for word in words] or [compose(forms.MISSING)]
    return compose(_arrange(len(parts)), *parts) if parts[1:] else parts[0]


@lru_cache
def _arrange(count: int) -> str:
    from babel.lists import format_list as arrange

    return arrange(["{}"] * count, locale=forms.LOCALE)


def isolate_whole(text: str) -> Traced:
    """A dossier's words for a sentence of ours, apart from it where they run from right to left."""
    apart = is_right_to_left(text) and ISOLATE not in text  # no sentence that has such words
    return compose(f"{ISOLATE}{{}}{forms.END}", text) if apart else Traced(escape(text))


def begin_sentence(text: str) -> Traced:
    """A text with a capital letter first, its numbers with their origin."""
    html = escape(text)
    if opening := _OPENING.match(html):
        end = opening.end()
        html = html[: end - 1] + html[end - 1].upper() + html[end:]
    return Traced(html)


# Numbers in what a person wrote

_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?"
    r"|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\b"
)
_DAY = r"(?:[12]?\d|3[01])(?:st|nd|rd|th)?\b"
_DAYS = rf"{_DAY}(?:(?: (?:and|or|to) |[-–]){_DAY})*"
_APART = re.compile(
    rf"\b{_DAYS} (?:of )?{_MONTH}(?:,? \d{{4}}\b)?"
    rf"|\b{_MONTH} (?:\d{{4}}\b|{_DAYS}(?:, \d{{4}}\b)?)"
    r"|\b\d{4}-\d\d(?:-\d\d)?\b"
    r"|\b\d{1,2}:\d\d\b"  # a time
    r"|\bhttps?://\S+|\bwww\.\S+"
    r"|\b\w+[ -](?:thirds|quarters|fifths|sixths|sevenths|eighths|ninths|tenths)\b"  # a share
    r"|\b\d+(?:st|nd|rd|th)\b"
    r"|\b[0-9a-f]{64}\b"
    r"|\bparagraphs? \d+(?: and \d+)?"
    r"|\b[^\W\d_]+-\d+"  # a name: SHA-256
)
_YEAR = re.compile(r"1[89]\d\d|20\d\d")


def trace_text(
    text: str, *, facts: Iterable[str] = (), own: Collection[Value] = (), rule: str = ""
) -> Traced:
    """What a person wrote, each number in it as that of facts or of a rule.

    The facts are those of one claim, which state the same number; what else the text says is the
    first one's. Only as one of the claim's `own` numbers is a year an amount, 'one' a number, and
    what could be the day of a month none.
    """
    return _trace(text, tuple(facts), frozenset(map(float, own)), rule)


@lru_cache(maxsize=4096)  # the same words stand in several passages and pictures
def _trace(text: str, ids: tuple[str, ...], own: frozenset[float], rule: str) -> Traced:
    pieces, last = [], 0
    for start, end, value in _find_amounts(text, own):
        origin = ids if value in own else ids[:1]
        pieces += [text[last:start], _mark(text[start:end], to_decimal(value), origin, rule)]
        last = end
    return join("", [*pieces, text[last:]])


def _find_amounts(text: str, own: frozenset[float]) -> list[tuple[int, int, float]]:
    """The numbers of a text, none within another: a claim's own reading first, else the longest."""
    bare = _APART.sub(lambda apart: "_" * len(apart[0]), text)
    found = list(find_numbers(bare))
    if own.isdisjoint(value for *_, value in found):  # 'In January 12 people died'
        found += [at for at in find_numbers(text) if at[2] in own]
    amounts, last = [], 0
    for start, end, value in sorted(found, key=lambda at: (at[0], at[2] not in own, -at[1])):
        printed = text[start:end]
        vague = printed.lower() == "one" or _YEAR.fullmatch(printed)
        if start >= last and (value in own or not vague):
            amounts.append((start, end, value))
            last = end
    return amounts


def is_empty(cell: Any) -> bool:
    """Whether a cell holds nothing; pandas' own function takes ten times as long for one cell."""
    return cell is None or cell is pd.NA or cell != cell  # noqa: PLR0124  # NaN is not itself


def _list_fact_ids(claim: Claim) -> list[str]:
    return claim["fact_ids"] if "fact_ids" in claim else [claim["fact_id"]]


def list_values(claim: Claim) -> list[Value]:
    """The numbers that a claim states."""
    return [*_read_numbers(claim).values()]


def _read_numbers(claim: Claim) -> dict[str, Value]:
    return {name: claim[name] for name in NUMBERS if not is_empty(claim[name])}


def measure_span(claim: Claim) -> tuple[Value, Value]:
    """The least and the most that a claim's number may be; endless where it says so.

    'About 4,200' may be whatever is 4,200 when it is rounded, 'about 20' from 18 to 22, 'almost
    20' from 18 on.
    """
    stated = _read_numbers(claim)
    no_less = claim["qualifier"] in _NO_LESS or list(stated) == ["low"]
    no_more = claim["qualifier"] in _NO_MORE or list(stated) == ["high"]
    numbers = [*map(to_decimal, stated.values())]
    least, most = min(numbers), max(numbers)
    if claim["qualifier"] in _ROUNDED:
        least, most = least - _find_slack(least), most + _find_slack(most)
    if claim["qualifier"] == "almost":
        return min(least, least * _NEARLY), max(most, most * _NEARLY)
    return -inf if no_more else least, inf if no_less else most


def _find_slack(number: Decimal) -> Decimal:
    """Half of the place in which a number's last digit stands that is no zero; at most a tenth."""
    place = Decimal(10) ** int(number.normalize().as_tuple().exponent)
    return min(place / 2, abs(number) / 10)


def format_quantity(claim: Claim, *, with_unit: bool = True) -> Traced:
    """A claim's number with qualifier, range and unit: 'at least 12 people', '×2'."""
    stated = _read_numbers(claim)
    if not stated:
        return compose("no number stated")
    ids, limit = _list_fact_ids(claim), claim["qualifier"]
    number = {name: trace_number(value, facts=ids) for name, value in stated.items()}
    before = "" if is_empty(limit) or limit in _SILENT else limit
    if "value" in number:  # with the ends of its range that are stated
        form = {"low": "{} (at least {})", "high": "{} (up to {})", "": "{}"}
        said = compose(form.get("".join([*number][1:]), "{} ({} to {})"), *number.values())
    elif len(number) == 2:  # it may be a range from a number to itself
        is_one = stated["low"] == stated["high"]
        said = number["low"] if is_one else compose("{} to {}", number["low"], number["high"])
    else:
        [(end, said)] = number.items()
        ends = {"low": _NO_LESS, "high": _NO_MORE}[end]
        before = before if before in ends else f"{before} {ends[0]}".strip()
    unit = "" if is_empty(claim["unit"]) or not with_unit else claim["unit"]
    if [str(to_decimal(value)) for value in stated.values()] == ["1"]:  # not 1.0
        unit = name_one(unit)
    if claim["unit"] == "times":
        said = compose("×{}", said)
    elif unit:
        said = compose("{} {}", said, unit)
    said = compose("{} {}", before, said) if before else said
    return said + " (conditional)" if limit == "conditional" else said


def name_one(unit: str) -> str:
    """'seat' of seats, 'euro a year' of euros a year; what is no plain plural stays as it is.

    So does what comes in thousands or more: '1 million votes'.
    """
    if read_scale(unit) > 1:
        return unit
    head, *rest = _ASIDE.split(unit, maxsplit=1)
    for ending, one in _PLURALS.items():
        changed, count = re.subn(ending, one, head)
        if count:
            return "".join([changed, *rest])
    return unit


def trace_cell(claim: Claim, column: str) -> Traced:
    """What a person wrote in a cell of a claim, its numbers as those of its facts.

    A statement stands in sentences of ours, and brings no full stop of its own.
    """
    if is_empty(claim[column]):
        return compose("")
    text = trace_text(claim[column], facts=_list_fact_ids(claim), own=list_values(claim))
    return strip_stop(text) if column == "statement" else text


def strip_stop(text: str) -> Traced:
    """A sentence without its full stop; that of 'a.m.' or of '...' is none."""
    return Traced(Markup(_STOP.sub("", escape(text))))


def say_measure(claim: Claim) -> str:
    """What a claim measures, of one as one: 'house destroyed'."""
    told = claim["measure"]
    if list_values(claim) != [1] or not says_unit(told, claim):
        return told
    unit = re.compile(rf"(?<!\w){re.escape(claim['unit'])}(?!\w)", re.IGNORECASE)
    return unit.sub(name_one(claim["unit"]), told)


def format_fact(claim: Claim) -> Traced:
    """A fact's statement, with its number and its limit behind it where it does not say them."""
    said = isolate_whole(trace_cell(claim, "statement"))
    if not says_numbers(claim):
        # 'Houses destroyed: 12', but 'They listen in the first hours: 6 hours'.
        with_unit = claim["unit"] in _TIMES or not says_unit(claim["statement"], claim)
        said = compose("{}: {}", said, format_quantity(claim, with_unit=with_unit))
    limit = _say_limit(claim)
    day = limit.rpartition(" ")[0]  # 'until 19 January' says it; 'until' alone does not
    is_said = limit in said or (" " in day and day in said)
    return said if is_said else compose("{} ({})", said, limit)


def _say_limit(claim: Claim) -> str:
    """'conditional', 'until 31 May 2033', or '': what holds of a claim with a number or without."""
    is_until = claim["qualifier"] == "until" and not is_empty(claim["date"])
    return say_date(claim) if is_until else "conditional" * (claim["qualifier"] == "conditional")


def say_date(claim: Claim) -> str:
    """The date that a claim is about: 'until 31 May 2033' of what ends then."""
    told = forms.format_date(claim["date"])
    return f"until {told}" if claim["qualifier"] == "until" else told


def says_numbers(claim: Claim) -> bool:
    """Whether a statement says each number that the claim states."""
    return all(states_number(claim["statement"], value) for value in list_values(claim))


def says_unit(text: str, claim: Claim) -> bool:
    """Whether a text has the unit of a claim as a word: 'Houses destroyed' of 'houses'."""
    return not is_empty(claim["unit"]) and says_words(text, claim["unit"])


def says_words(text: str, told: str) -> bool:
    """Whether some words stand in a text: 'men' not in 'Women killed'."""
    words = re.escape(told.casefold())
    return bool(words and re.search(rf"(?<!\w){words}(?!\w)", text.casefold()))
