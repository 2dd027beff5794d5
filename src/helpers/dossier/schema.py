"""The tables of a dossier: their columns, what a cell may hold, and the words to choose from.

It stands here and nowhere else: checks, data package and codebook are derived from it.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from helpers.dossier._words import DEFAULT, Words
from helpers.words import name_language

LONGEST_CELL = 10_000  # characters
_DATE = r"[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?"
# The cells of each kind but text and term, as a regular expression and in words.
PATTERNS = {
    "id": (
        r"[a-z0-9][a-z0-9_-]{0,63}",
        "an id of a-z, 0-9, - and _, at most 64 characters",
    ),
    "date": (_DATE, "a date: 2022, 2022-01 or 2022-01-06"),
    "period": (
        f"{_DATE}(?:/{_DATE})?",
        "a date: 2022, 2022-01, 2022-01-06 or 2022-01-04/2022-01-06",
    ),
    "integer": (r"\+?[0-9]{1,9}", "a whole number"),
    "number": (
        r"[+-]?[0-9]{1,15}(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,3})?",
        "a number: no separators between thousands, at most 15 digits before the point",
    ),
    "code": (r"[A-Z]{3}", "three capital letters (ISO 3166-1 alpha-3), such as MOZ"),
    "language": (r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*", "a language's code (BCP 47), such as en"),
    "sha256": (r"[0-9a-f]{64}", "64 hexadecimal digits, in small letters"),
}
PATTERNS["decimal"] = PATTERNS["number"]


@dataclass(frozen=True)
class Column:
    """One column: its name, what its cells are, and what they mean.

    kind is text, term or one of PATTERNS. A term is one of terms, or of the section of a dossier's
    words that words names. refers names the table whose key its cells are, or, where there may be
    several, the keys that they part by spaces; hint says what may have gone wrong where a number is
    out of range, and remedy what becomes of a required column that is not there.
    """

    name: str
    kind: str
    meaning: str
    required: bool = False
    terms: tuple[str, ...] = ()
    words: str = ""
    unit: str = ""
    least: float | None = None
    most: float | None = None
    refers: str = ""
    several: bool = False
    hint: str = ""
    remedy: str = "every row has one"

    @property
    def pattern(self) -> str:
        """What a cell that is neither text nor term matches."""
        one = PATTERNS[self.kind][0]
        return f"{one}(?: {one})*" if self.several else one

    @property
    def expected(self) -> str:
        """The same in words."""
        return PATTERNS[self.kind][1] + ("; several are parted by spaces" if self.several else "")

    @property
    def dtype(self):
        """The pandas dtype: str with NaN for an empty cell, a category, Int64 or float64.

        What a source states is no float: a `decimal` is a Decimal with the digits of the cell.
        """
        if self.kind == "term":
            return pd.CategoricalDtype(list(self.terms))
        dtypes = {"integer": "Int64", "number": "float64", "decimal": "object"}
        return dtypes.get(self.kind, "str")

    @property
    def is_numeric(self) -> bool:
        return self.kind in ("integer", "number", "decimal")

    @property
    def limits(self) -> str:
        """'1 or more', '-90 to 90': the least and the most that a number may be."""
        if self.most is None:
            return f"{self.least:g} or more"
        return f"{self.least:g} to {self.most:g}"


@dataclass(frozen=True)
class Table:
    """One table: a file name, one row a what, its columns; the first column is its key."""

    name: str
    one_row: str
    columns: tuple[Column, ...]
    file: str = field(init=False)
    key: str = field(init=False)

    def __post_init__(self):
        object.__setattr__(self, "file", f"{self.name}.csv")
        object.__setattr__(self, "key", self.columns[0].name)

    def __getitem__(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

    @property
    def names(self) -> list[str]:
        """The names of its columns, in order."""
        return [column.name for column in self.columns]

    def use_words(self, words: Words) -> "Table":
        """The same table with the words of a dossier."""
        columns = [
            replace(column, terms=tuple(getattr(words, column.words))) if column.words else column
            for column in self.columns
        ]
        return replace(self, columns=tuple(columns))

    def add_languages(self, header: Iterable[str]) -> "Table":
        """The same table with the columns for names in other languages that a header has."""
        if _NAMES not in self.names:
            return self
        found = [name for name in dict.fromkeys(header) if name not in self.names]
        more = [
            Column(name, "text", f"its name in {language}")
            for name in found
            if (language := read_language(name))
        ]
        at = self.names.index(_NAMES) + 1
        return replace(self, columns=(*self.columns[:at], *more, *self.columns[at:]))

    @property
    def needs(self) -> dict[str, bool]:
        """Whether every row must have a cell in a column, by its name."""
        return {column.name: column.required for column in self.columns}


TOPICS, ROLES = tuple(DEFAULT.topics), tuple(DEFAULT.roles)
QUALIFIERS, PLACE_KINDS = tuple(DEFAULT.qualifiers), tuple(DEFAULT.place_kinds)
# Words on which what the program does depends: no dossier has others.
RELATIONS = ("supersedes", "retracts")
RANKS = ("preferred",)
MAPS = ("inset", "off")
COMPARISONS = ("same", "differs", "cannot be compared")
SOURCE_KINDS = ("article", "record")
AREAS = ("country", "region")  # the kinds of place whose precision the boundaries tell
_NAMES = "name"  # the column behind which those for names in other languages stand


def read_language(column: str) -> str:
    """'Kazakh' for name_kk: which language a column has names in; '' where it is none of them."""
    code = column.removeprefix(f"{_NAMES}_")
    is_code = code != column and re.fullmatch(PATTERNS["language"][0], code)
    return name_language(code) if is_code and code != "en" else ""


def split_ids(cell: Any) -> list[str]:
    """The ids in a cell that may hold several."""
    return [] if pd.isna(cell) else cell.split()


def explode_ids(cells: pd.Series) -> pd.Series:
    """The ids of cells that may hold several, one row each; its index is that of their cells."""
    filled = cells.dropna()
    return filled.str.split().explode() if filled.str.contains(" ").any() else filled


FACTS = Table(
    "facts",
    "one atomic fact: what one source says",
    (
        Column(
            "fact_id",
            "id",
            "the fact's own id",
            required=True,
            remedy="`dossier describe` writes those that are missing",
        ),
        Column("source_id", "id", "the source that says it", required=True, refers="sources"),
        Column(
            "paragraph",
            "integer",
            "the source's paragraph: blocks between blank lines from 1, headings count; "
            "required where the source is an article",
            least=1,
        ),
        Column(
            "anchor",
            "text",
            "at most seven words of the source, in its language, found exactly once in the "
            "paragraph; a value stands in it, in digits or words; required where the source is an "
            "article",
        ),
        Column(
            "topic", "term", "what the fact belongs to", required=True, terms=TOPICS, words="topics"
        ),
        Column(
            "role",
            "term",
            "the part the fact plays in how the operation works; all end conditions of a dossier "
            "must hold together",
            terms=ROLES,
            words="roles",
        ),
        Column("position", "integer", "the order among the facts of one role", least=1),
        Column("statement", "text", "the fact, in our own words", required=True),
        Column("measure", "text", "what the value measures"),
        Column("value", "decimal", "the number as stated; empty where no number was stated"),
        Column("low", "decimal", "the lower end of a stated range"),
        Column("high", "decimal", "the upper end of a stated range"),
        Column("unit", "text", "the unit of value, low and high; required with any of them"),
        Column(
            "qualifier",
            "term",
            "how the source limits the value or date; said before the value",
            terms=QUALIFIERS,
            words="qualifiers",
        ),
        Column(
            "of_whom",
            "text",
            "which part is counted or meant; 'not stated' is a value; required for people",
        ),
        Column(
            "date",
            "period",
            "what the fact is about: the length is the precision; an interval has its first and "
            "last day",
        ),
        Column(
            "stated",
            "date",
            "when it was said: the length is the precision; where empty, the day on which the "
            "source was `published`",
        ),
        Column("place_id", "id", "the places it is about", refers="places", several=True),
        Column("actor", "text", "who acts or is acted on; several are parted by semicolons"),
        Column("asserted_by", "text", "who says it; where empty, the source's `default_speaker`"),
        Column(
            "replaces",
            "id",
            "the facts that this one supersedes or retracts",
            refers="facts",
            several=True,
        ),
        Column("relation", "term", "what it does to the facts it replaces", terms=RELATIONS),
        Column("part_of", "id", "the fact whose total this one is a part of", refers="facts"),
        Column("rank", "term", "an editor's choice among the claims that stand", terms=RANKS),
        Column(
            "compared_with",
            "id",
            "the fact of another source that a person has held this one against",
            refers="facts",
        ),
        Column(
            "comparison",
            "term",
            "what came of holding it against that fact; `note` says why",
            terms=COMPARISONS,
        ),
        Column("note", "text", "what is wrong, open or inferred"),
    ),
)
PLACES = Table(
    "places",
    "one place",
    (
        Column("place_id", "id", "the place's own id", required=True),
        Column("name", "text", "its name in English", required=True),
        Column("kind", "term", "what it is", required=True, terms=PLACE_KINDS, words="place_kinds"),
        Column(
            "latitude",
            "number",
            "degrees north (WGS 84)",
            required=True,
            unit="degree",
            least=-90,
            most=90,
            hint="swapped with longitude, or a lost decimal point?",
        ),
        Column(
            "longitude",
            "number",
            "degrees east (WGS 84)",
            required=True,
            unit="degree",
            least=-180,
            most=180,
            hint="a lost decimal point?",
        ),
        Column(
            "precision_km",
            "number",
            "the radius within which the place lies; drawn as an area where it is large; where "
            "empty, a country or region reaches as far as the boundaries have it",
            unit="km",
            least=0,
            most=20_015,
        ),
        Column("country", "code", "ISO 3166-1 alpha-3"),
        Column("role", "text", "the part it plays in the story: it chooses the mark on the map"),
        Column(
            "map",
            "term",
            "inset: in the small map of the world only; off: not at all",
            terms=MAPS,
        ),
        Column("geonames_id", "integer", "its number at GeoNames", least=1),
        Column("coordinate_source", "text", "where the coordinates come from", required=True),
        Column("note", "text", "what it must not be mistaken for"),
    ),
)
SOURCES = Table(
    "sources",
    "one source",
    (
        Column("source_id", "id", "the source's own id", required=True),
        Column(
            "kind",
            "term",
            "an article is held against its text; a record is not",
            required=True,
            terms=SOURCE_KINDS,
        ),
        Column("title", "text", "its headline; 'not stated' is a value", required=True),
        Column("publisher", "text", "who published it", required=True),
        Column("author", "text", "who wrote it; 'not stated' is a value"),
        Column("published", "date", "when; empty where not stated"),
        Column("accessed", "date", "when it was read"),
        Column("address", "text", "where it stands"),
        Column("licence", "text", "under which terms"),
        Column("language", "language", "BCP 47 code of its text", required=True),
        Column("default_speaker", "text", "who speaks where a fact does not say"),
        Column("sha256", "sha256", "of the text in UTF-8, line ends LF, trimmed"),
        Column("paragraphs", "integer", "how many its text has", least=1),
        Column("note", "text", "what is inferred or open"),
    ),
)
TABLES = (FACTS, PLACES, SOURCES)


def find_table(name: str) -> Table:
    """The table of that name."""
    return next(table for table in TABLES if table.name == name)
