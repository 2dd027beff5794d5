"""What a paragraph may state, and where: numbers, days, places and speakers."""

import re
import tomllib
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from helpers.geography import KnownPlace

WORDS = tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))
NEAR = 60  # characters around some words that settle what they are
# Behind these a point ends no sentence.
_SHORT = "[A-Z] Mr Ms Dr St Lt No Jr Sr Ft Mt Co Mrs Gen Col Sgt Gov Sen Rep Rev Maj Adm Insp Inc"
_OPEN = "".join(rf"(?<!\b{s}\.)" for s in f"{_SHORT} Ltd Cpl Hon Capt Prof Corp Supt Cmdr".split())
_END = re.compile(rf"(?:\.{_OPEN}|[!?])[\"”’'»)]*\s+(?=[\"“«‘'(]*[^\W\d_]|\d)(?![a-z])")


@dataclass(frozen=True)
class Candidate:
    """Words of a paragraph that may state something, and what.

    kind is number, date, place or speaker; paragraph counts from 1, start and end are characters in
    it. value is a number ('' of 'dozens', or where low and high are a range's ends), a day as the
    codebook has it, the name of a place, or who speaks. places are what a name may mean; chosen
    says that the first, or the speaker, is surely meant. asserted_by is who says a number.
    """

    kind: str
    paragraph: int
    start: int
    end: int
    value: str = ""
    low: str = ""
    high: str = ""
    unit: str = ""
    qualifier: str = ""
    of_whom: str = ""
    asserted_by: str = ""
    places: tuple[KnownPlace, ...] = ()
    chosen: bool = False

    def overlaps(self, start: int, end: int) -> bool:
        return self.start < end and start < self.end


class Paragraph(str):
    """A paragraph, with its number from 1 and the language by whose words it is read."""

    number: int
    language: str
    table: dict
    nouns: list[str]  # that say of which kind a place is

    def __new__(cls, text: str, number: int, language: str) -> "Paragraph":
        self = super().__new__(cls, text)
        self.number, self.language, self.table = number, language, find_table(language)
        self.nouns = " ".join(self.table.get("kind_nouns", {}).values()).split()
        return self

    def words(self, name: str) -> list[str]:
        return list_words(name, self.language)

    def pattern(self, name: str) -> re.Pattern:
        return find_pattern(name, self.language)

    def before(self, at: int) -> str:
        """The words right before a place in it: as many as a rule looks at."""
        return self[max(0, at - NEAR) : at]

    def after(self, at: int) -> str:
        return self[at : at + NEAR]


def list_characters(found: list[Candidate]) -> set[int]:
    """The characters of a paragraph at which some candidates stand."""
    return {at for one in found for at in range(one.start, one.end)}


@lru_cache(maxsize=64)
def find_table(language: str) -> dict:
    """The words of a language by which a text is read, months and weekdays by their numbers too."""
    from babel import Locale, UnknownLocaleError

    base = language.split("-", maxsplit=1)[0].lower()
    table = WORDS["lists"] | WORDS.get(base, {})
    try:
        locale = Locale.parse(base)
    except (UnknownLocaleError, ValueError):
        return table
    for kind, names in (("months", locale.months), ("weekdays", locale.days)):
        table[kind] = {
            name.lower().rstrip("."): number
            for context in ("format", "stand-alone")
            for width in ("wide", "abbreviated")
            for number, name in names[context][width].items()
            if len(name.rstrip(".")) > 2
        } | table.get(f"more_{kind}", {})
    return table


def list_words(name: str, language: str = "") -> list[str]:
    words = find_table(language).get(name, "")
    return words.split() if isinstance(words, str) else list(words)


@lru_cache(maxsize=512)
def find_pattern(name: str, language: str = "") -> re.Pattern:
    """A pattern of words.toml, with the words of a language; of nothing where it has none."""
    return re.compile(_fill(name, language))


def _fill(name: str, language: str) -> str:
    own = find_table(language).get("patterns", {}).get(name) or WORDS["patterns"].get(name)
    if own is None:
        return any_of(list_words(name, language))
    forms = own if isinstance(own, str) else "|".join(own)
    return re.sub(r"\{([a-z_]+)\}", lambda inner: _fill(inner[1], language), forms)


def any_of(words: list[str]) -> str:
    """A pattern of any of some words, the longest first; of nothing where none are."""
    return "|".join(map(re.escape, sorted(words, key=len, reverse=True))) or "(?!)"


def find_sentence(text: str, at: int) -> tuple[int, int]:
    """Where the sentence of a paragraph in which a character stands begins and ends."""
    edges = _find_edges(text)
    last = min(bisect_right(edges, at), len(edges) - 1)
    return edges[last - 1], edges[last]


@lru_cache(maxsize=8)
def _find_edges(text: str) -> list[int]:
    return [0, *(match.end() for match in _END.finditer(text)), len(text)]
