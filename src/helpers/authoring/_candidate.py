"""What a paragraph may state, and where: numbers, days, places and speakers."""

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

from helpers.geography import KnownPlace

WORDS = tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))
# Behind these a point ends no sentence.
_SHORT = r"(?<!\b[A-Z])(?<!\b(?:Mr|Ms|Dr|St|Lt|No|Jr|Sr))(?<!\b(?:Mrs|Gen|Col|Sgt|Gov|Sen|Rep|Rev))"
_END = re.compile(rf"(?:{_SHORT}\.|[!?])[\"”’»)]*\s+(?=[\"“«‘(]?[^\W\d_]|\d)(?![a-z])")


@dataclass(frozen=True)
class Candidate:
    """Words of a paragraph that may state something, and what.

    kind is number, date, place or speaker; paragraph counts from 1, start and end are characters in
    it. value is a number ('' of words such as 'dozens', or where low and high are the ends of a
    range), a day as the codebook has it, the name of a place, or who speaks. places are what a name
    may mean, and chosen says that the first is meant by far the likeliest. asserted_by is who
    says a number, where a verb of saying governs its clause.
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


def find_table(language: str) -> dict:
    """The words of a language by which a text is read; none of one that is not read here."""
    return WORDS.get(language.split("-", maxsplit=1)[0].lower(), {})


@lru_cache(maxsize=256)
def any_of(words: str | tuple[str, ...]) -> str:
    """A pattern of any of some words, the longest first; of nothing where none are."""
    listed = words.split() if isinstance(words, str) else words
    return "|".join(map(re.escape, sorted(listed, key=len, reverse=True))) or "(?!)"


def split_sentences(text: str) -> list[tuple[int, int]]:
    """Where each sentence of a paragraph starts and ends."""
    edges = [0, *(match.end() for match in _END.finditer(text)), len(text)]
    return [(start, end) for start, end in pairwise(edges) if start < end]


def find_sentence(text: str, at: int) -> tuple[int, int]:
    """The sentence of a paragraph in which a character stands."""
    return next(span for span in split_sentences(text) if span[0] <= at < span[1])
