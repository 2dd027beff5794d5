"""Where the numbers of a page come from: each stands in a <data> element that says so.

    <data value="2500" data-fact="a23 a37">2,500</data>   stated by these facts, or in their words
    <data value="880" data-rule="distance">880</data>     computed by a rule of RULES

The value is the number as a machine reads it. A range is two numbers, and the words around one say
which end is open: 'at least', 'up to'. Dates, times, ordinals, addresses and the numbers of
paragraphs are no amounts, and are left as they are.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from html import unescape
from itertools import chain

from markupsafe import Markup, escape

from helpers.words._formats import MONTHS
from helpers.words._numerals import find_numbers

# How the numbers come about that no fact states; a page shows them to its reader.
RULES = {
    "count": "how many there are among the rows of this page: facts, claims, sources, days",
    "days": "the days from one date to the other",
    "distance": "the shortest way between the points on the Earth's ellipsoid, rounded",
    "table": "as it stands with a place or a source in the tables behind this report",
}
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_DAYS = rf"{_DAY}(?:(?: (?:and|or|to) |[-–]){_DAY})*"
_MONTH = "(?:" + "|".join(f"{month[:3]}(?:{month[3:]})?" for month in MONTHS) + r")\b"
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
_POWER = re.compile(r"-?\d(?:\.\d+)?e[+-]\d+")  # how a number beyond all counting is printed
_TAG = re.compile(r"<[^>]*>")
_OPENING = re.compile(r"(?:<[^>]*>)?[^\W\d_]")


class Traced(str):
    """A text that is plain everywhere but in HTML, where its numbers say where they come from."""

    __slots__ = ("_html",)

    def __new__(cls, html: Markup) -> "Traced":
        text = super().__new__(cls, unescape(_TAG.sub("", html)))
        text._html = html
        return text

    def __html__(self) -> Markup:
        return self._html


def trace_fact(text: str, fact_ids: Iterable[str], number: str = "") -> Traced:
    """A text whose numbers are those of facts.

    Parameters
    ----------
    fact_ids
        The facts of one claim, which state the same number; what else the text says is the
        first one's.
    number
        The claim's own number in words, where it has one. Only as such is a year an amount, and
        'one' a number.
    """
    ids = list(fact_ids)
    own = {value for *_, value in _find_all(number)}

    def name_origin(value: float) -> str:
        return f'data-fact="{escape(" ".join(ids if value in own else ids[:1]))}"'

    return _trace(text, own, name_origin)


def trace_rule(text: str, rule: str) -> Traced:
    """A text whose numbers a rule of RULES computed."""
    return _trace(text, {value for *_, value in _find_all(text)}, lambda _: f'data-rule="{rule}"')


def trace_note(text: str) -> Traced:
    """A text of the tables whose numbers no fact states."""
    return _trace(text, set(), lambda _: 'data-rule="table"')


def compose(template: str, *parts: str) -> Traced:
    """A text put together from parts whose numbers keep their origin: compose('{}: {}', a, b)."""
    return Traced(Markup(template).format(*parts))


def join(separator: str, parts: Iterable[str]) -> Traced:
    """Parts one after another, their numbers with their origin."""
    return Traced(Markup(separator).join(parts))


def begin_sentence(text: str) -> Traced:
    """A text with a capital letter first, its numbers with their origin."""
    html = escape(text)
    if opening := _OPENING.match(html):
        end = opening.end()
        html = html[: end - 1] + html[end - 1].upper() + html[end:]
    return Traced(html)


def _trace(text: str, own: set[float], name_origin: Callable[[float], str]) -> Traced:
    """A text with each of its amounts in a <data> element."""
    pieces, last = [], 0
    for start, end, value in _find_amounts(text, own):
        element = (
            f'<data value="{value:.15g}" {name_origin(value)}>{escape(text[start:end])}</data>'
        )
        pieces += [escape(text[last:start]), Markup(element)]
        last = end
    return Traced(Markup("").join([*pieces, escape(text[last:])]))


def _find_amounts(text: str, own: set[float]) -> Iterator[tuple[int, int, float]]:
    """The numbers of a text, none within another: a claim's own reading first, else the longest."""
    bare = _APART.sub(lambda apart: "_" * len(apart[0]), text)
    found = sorted(_find_all(bare), key=lambda at: (at[0], at[2] not in own, -at[1]))
    last = 0
    for start, end, value in found:
        printed = text[start:end]
        vague = printed.lower() == "one" or _YEAR.fullmatch(printed)
        if start >= last and (value in own or not vague):
            yield start, end, value
            last = end


def _find_all(text: str) -> Iterator[tuple[int, int, float]]:
    powers = ((match.start(), match.end(), float(match[0])) for match in _POWER.finditer(text))
    return chain(powers, find_numbers(text))
