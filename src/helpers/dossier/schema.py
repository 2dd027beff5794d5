"""The tables of a dossier: their columns, the words to choose from, and the dates in their cells.

Checks, data package and codebook are derived from tables.toml. The words are those that a dossier's
datapackage.json declares, else those of words.toml. Dates are those of ISO 8601-2.
"""

import json
import re
import tomllib
from calendar import monthrange
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import MISSING, dataclass, field, fields, replace
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd

from helpers.dossier._faults import Fault
from helpers.errors import DossierError
from helpers.words import capitalise, did_you_mean, is_empty, name_language, one_of, quote_value

PACKAGE = "datapackage.json"
PROPERTY = "dossier"  # of a data package: what Frictionless does not know
PARAGRAPHS = ("blocks", "lines")
_LONGEST_WORD, _LONGEST_LEAD = 100, 2_000  # characters
_LOOKS = tuple("plain accent contrast numbered parts place open all close".split())
LONGEST_CELL = 10_000  # characters
_DECLARED = tomllib.loads(Path(__file__).with_name("tables.toml").read_text(encoding="utf-8"))
# The cells of each kind but text and term, as a regular expression and in words.
PATTERNS = {
    kind: (said["pattern"], said["expected"]) for kind, said in _DECLARED["patterns"].items()
}


@dataclass(frozen=True, kw_only=True)
class Word:
    """A word that a cell may hold, and how a reader meets it."""

    label: str = ""


@dataclass(frozen=True, kw_only=True)
class Topic(Word):
    """A topic: its chart, '' where the numbers settle it, its mark, and whether it comes first."""

    chart: str = field(default="", metadata={"terms": ("marks", "bars", "steps", "strip")})
    mark: str = field(default="circle", metadata={"terms": ("circle", "square")})
    tells: bool = False


@dataclass(frozen=True, kw_only=True)
class Role(Word):
    """A part in how something works: its stage in the diagram; the label is its heading."""

    stage: int
    look: str = field(default="plain", metadata={"terms": _LOOKS})


@dataclass(frozen=True, kw_only=True)
class Unit(Word):
    """A unit: what one is called and its mark, or that it is measured and what is the whole of it.

    whole is 0 where there is none; the label says what it is. A number of kinds is no key figure.
    """

    one: str = ""
    mark: str = field(default="square", metadata={"terms": ("person", "square")})
    measured: bool = False
    whole: int = 0
    kinds: bool = False


@dataclass(frozen=True)
class Words:
    """The words that a dossier chooses from, in order, and the lead that an editor wrote.

    paragraphs is what parts those of its texts: 'blocks' for blank lines, 'lines' for line breaks.
    declared is what its datapackage.json says of them.
    """

    topics: Mapping[str, Topic]
    roles: Mapping[str, Role]
    units: Mapping[str, Unit]
    qualifiers: Mapping[str, Word]
    place_kinds: Mapping[str, Word]
    lead: str = ""
    paragraphs: str = PARAGRAPHS[0]
    declared: Mapping = field(default_factory=dict)

    def find_unit(self, unit: str) -> Unit:
        """What is known of a unit, or of a word in it: 'US dollars' are measured as dollars are."""
        words = [form for word in unit.split() for form in (word, f"{word}s")]  # 'minute' too
        known = [self.units[word] for word in words if word in self.units]
        measured = any(word.measured for word in known)
        return self.units.get(unit, Unit(label=unit, measured=measured))


_SECTIONS: dict[str, type[Word]] = {"topics": Topic, "roles": Role, "units": Unit}
_SECTIONS |= {"qualifiers": Word, "place_kinds": Word}


def read_words(package: Mapping) -> tuple[Words, list[Fault]]:
    """The words that a data package declares, and all that is wrong with them.

    A section that is declared is closed: it has no other words. One that is not declared has those
    of words.toml. Units alone are free words: what is declared of some is added to what is known.
    """
    given, faults = package.get(PROPERTY, {}), []
    if not isinstance(given, dict):
        return DEFAULT, [refuse_entry([], given, 'expected an object, such as {"topics": {}}')]
    words: dict[str, Any] = vars(DEFAULT) | {"declared": given}
    for name, value in given.items():
        if name in _SECTIONS:
            section, found = _read_section(name, value)
            if section:
                words[name] = DEFAULT.units | section if name == "units" else section
        elif name == "paragraphs" and value not in PARAGRAPHS:
            found = [refuse_entry([name], value, f"expected {one_of(PARAGRAPHS)}")]
        elif name in ("lead", "paragraphs"):
            found = _check_text([name], value, _LONGEST_LEAD)
            words |= {} if found else {name: value}
        else:
            found = [_refuse_other([], name, words)]
        faults += found
    return Words(**words), faults


def _read_section(name: str, given: object) -> tuple[Any, list[Fault]]:
    if not isinstance(given, dict) or not given:
        expected = 'expected an object with a word, such as {"other": {}}'
        return {}, [refuse_entry([name], given, expected)]
    words, faults, kind = {}, [], _SECTIONS[name]
    needed = {one.name: 1 for one in fields(kind) if one.default is MISSING}
    for term, value in given.items():
        found = _check_text([name, term], term, _LONGEST_WORD)
        found += _check_word([name, term], value, kind)
        # One with a fault of its own is a word all the same: what uses it is not refused.
        words[term] = kind(**{"label": capitalise(term)} | (needed if found else value))
        faults += found
    return words, faults


def _check_word(path: list[str], given: object, kind: type[Word]) -> list[Fault]:
    if not isinstance(given, dict):
        return [refuse_entry(path, given, 'expected an object, such as {"label": "Deaths"}')]
    known = {one.name: one for one in fields(kind)}
    faults = [_refuse_other(path, name, known) for name in given if name not in known]
    for name, one in known.items():
        terms, here = one.metadata.get("terms", ()), [*path, name]
        value = given.get(name, one.default)
        if value is MISSING:
            expected = "is missing; expected a whole number, 1 or more"
            faults.append(refuse_entry(here, "", expected))
        elif name not in given:
            continue
        elif type(value) is not one.type or (one.type is int and value < 1):
            faults.append(refuse_entry(here, value, f"expected {_EXPECTED[one.type]}"))
        elif terms and value not in terms:
            faults.append(_refuse_other(here, value, terms, f"not a {name}"))
        elif one.type is str:
            faults += _check_text(here, value, _LONGEST_WORD)
    return faults


def _check_text(path: list[str], value: object, longest: int) -> list[Fault]:
    if not isinstance(value, str) or value.strip() != value or not (value and value.isprintable()):
        return [refuse_entry(path, value, "expected one line of text, without space at its ends")]
    expected = f"too long; expected at most {longest:,} characters"
    return [refuse_entry(path, value, expected)] if len(value) > longest else []


def refuse_entry(path: list[str], value: object, expected: str, suggestion: str = "") -> Fault:
    """A fault of what a data package says in its property of ours."""
    shown = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return Fault(PACKAGE, None, ".".join([PROPERTY, *path]), shown, expected, suggestion)


def _refuse_other(path: list[str], word: str, known: Any, said: str = "not known here") -> Fault:
    return refuse_entry(path, word, said, did_you_mean(word, known) or one_of(known))


_EXPECTED: dict[Any, str] = {str: "a text", int: "a whole number, 1 or more", bool: "true or false"}
_DEFAULTS = tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))
_READ: dict[str, Any] = {name: _read_section(name, _DEFAULTS[name])[0] for name in _SECTIONS}
DEFAULT = Words(**_READ)


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
        """The pandas dtype: str with NaN for no text, category, Int64, float64 or Decimals."""
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
        return f"{self.least:g} " + ("or more" if self.most is None else f"to {self.most:g}")


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

    def use_words(self, words: Words | None) -> "Table":
        """The same table with the words of a dossier; with any where those are not known."""

        def use(column: Column) -> Column:
            if words is None:
                return replace(column, kind="text")
            return replace(column, terms=tuple(getattr(words, column.words)))

        return replace(self, columns=tuple(use(one) if one.words else one for one in self.columns))

    def add_languages(self, header: Iterable[str]) -> "Table":
        """The same table with the columns for names in other languages that a header has."""
        if "name" not in self.names:
            return self
        more = [
            Column(name, "text", f"its name in {language}")
            for name in dict.fromkeys(header)
            if (language := read_language(name)) and name not in self.names
        ]
        at = self.names.index("name") + 1
        return replace(self, columns=(*self.columns[:at], *more, *self.columns[at:]))


AREAS = ("country", "region")  # the kinds of place whose precision the boundaries tell


def read_language(column: str) -> str:
    """'Kazakh' for name_kk: which language a column has names in; '' where it is none of them."""
    code = column.removeprefix("name_")
    is_code = code != column and re.fullmatch(PATTERNS["language"][0], code)
    return name_language(code) if is_code and code != "en" else ""


def split_ids(cell: Any) -> list[str]:
    """The ids in a cell that may hold several."""
    return [] if is_empty(cell) else cell.split()


def explode_ids(cells: pd.Series) -> pd.Series:
    """The ids of cells that may hold several, one row each; its index is that of their cells."""
    filled = cells.dropna()
    return filled.str.split().explode() if filled.str.contains(" ").any() else filled


def _read_table(name: str) -> Table:
    columns = [
        Column(column, **said | {"terms": tuple(said.get("terms", ()))})
        for column, said in _DECLARED[name]["columns"].items()
    ]
    return Table(name, _DECLARED[name]["one_row"], tuple(columns)).use_words(DEFAULT)


TABLES = FACTS, PLACES, SOURCES = tuple(map(_read_table, ("facts", "places", "sources")))


def is_date(text: str) -> bool:
    """Whether a text is a date of the calendar: 2022, 2022-01 or 2022-01-06 (ISO 8601-2)."""
    with suppress(ValueError):
        return bool(re.fullmatch(PATTERNS["date"][0], text) and first_day(text))
    return False


def is_period(text: str) -> bool:
    """Whether a text is a date, or an interval of two that does not end before it begins."""
    ends = text.split("/")
    return len(ends) <= 2 and all(map(is_date, ends)) and first_day(text) <= last_day(text)


@lru_cache(maxsize=4096)
def first_day(day: str) -> date:
    """The first day of a date that may be a year, a month or an interval."""
    return date.fromisoformat(f"{day.partition('/')[0]}-01-01"[:10])


@lru_cache(maxsize=4096)
def last_day(day: str) -> date:
    """The last day of a date that may be a year, a month or an interval."""
    end = day.rpartition("/")[2]
    first = first_day(end)
    if len(end) == len("2022-01-06"):
        return first
    month = 12 if len(end) == len("2022") else first.month
    return date(first.year, month, monthrange(first.year, month)[1])


Day = str | int | date | None


def read_day(day: Day, name: str = "as_of") -> str:
    """A day as an ISO text, whatever YAML made of it, '' for none; DossierError for no date."""
    if day is None or day == "":
        return ""
    text = str(day.date() if isinstance(day, datetime) else day).strip()
    if isinstance(day, bool) or not is_date(text):
        expected = "not a date; expected 2022, 2022-01 or 2022-01-06"
        raise DossierError(f"{name} {quote_value(day)}: {expected}")
    return text
