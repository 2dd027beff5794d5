"""The tables of a dossier: their columns, what a cell may hold, and the words to choose from.

They stand in tables.toml and nowhere else: checks, data package and codebook are derived from it.
"""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from helpers.dossier._words import DEFAULT, Words
from helpers.words import name_language

LONGEST_CELL = 10_000  # characters
_DECLARED = tomllib.loads(Path(__file__).with_name("tables.toml").read_text(encoding="utf-8"))
# The cells of each kind but text and term, as a regular expression and in words.
PATTERNS = {
    kind: (said["pattern"], said["expected"]) for kind, said in _DECLARED["patterns"].items()
}


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

    @property
    def file(self) -> str:
        return f"{self.name}.csv"

    @property
    def key(self) -> str:
        return self.columns[0].name

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


def _read_table(name: str, one_row: str, columns: dict[str, dict[str, Any]]) -> Table:
    told = [
        Column(column, **said | {"terms": tuple(said.get("terms", ()))})
        for column, said in columns.items()
    ]
    return Table(name, one_row, tuple(told)).use_words(DEFAULT)


TABLES = FACTS, PLACES, SOURCES = tuple(
    _read_table(name, **_DECLARED[name]) for name in ("facts", "places", "sources")
)
TOPICS, ROLES = tuple(DEFAULT.topics), tuple(DEFAULT.roles)
QUALIFIERS, RELATIONS = FACTS["qualifier"].terms, FACTS["relation"].terms
SOURCE_KINDS = SOURCES["kind"].terms


def find_table(name: str) -> Table:
    """The table of that name."""
    return next(table for table in TABLES if table.name == name)
