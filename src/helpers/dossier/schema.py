"""The tables of a dossier: their columns, what a cell may hold, and the words to choose from.

It stands here and nowhere else: checks, data package and codebook are derived from it.
"""

from dataclasses import dataclass, field

import pandas as pd

LONGEST_CELL = 10_000  # characters
# The cells of each kind but text and term, as a regular expression and in words.
PATTERNS = {
    "id": (
        r"[a-z0-9][a-z0-9_-]{0,63}",
        "an id of a-z, 0-9, - and _, at most 64 characters",
    ),
    "date": (r"[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?", "a date: 2022, 2022-01 or 2022-01-06"),
    "integer": (r"\+?[0-9]{1,9}", "a whole number"),
    "number": (
        r"[+-]?[0-9]{1,15}(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,3})?",
        "a number: no separators between thousands, at most 15 digits before the point",
    ),
    "code": (r"[A-Z]{3}", "three capital letters (ISO 3166-1 alpha-3), such as MOZ"),
    "language": (r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*", "a language's code (ISO 639), such as en"),
    "sha256": (r"[0-9a-f]{64}", "64 hexadecimal digits, in small letters"),
}
PATTERNS["decimal"] = PATTERNS["number"]


@dataclass(frozen=True)
class Column:
    """One column: its name, what its cells are, and what they mean.

    kind is text, term or one of PATTERNS. refers names the table whose key its cells are; hint says
    what may have gone wrong where a number is out of range.
    """

    name: str
    kind: str
    meaning: str
    required: bool = False
    terms: tuple[str, ...] = ()
    unit: str = ""
    least: float | None = None
    most: float | None = None
    refers: str = ""
    hint: str = ""

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

    @property
    def needs(self) -> dict[str, bool]:
        """Whether every row must have a cell in a column, by its name."""
        return {column.name: column.required for column in self.columns}


NOT_STATED = "not stated"
TOPICS = (
    "casualties", "troops", "contributors", "legal basis", "mandate", "placement", "duration",
    "end condition", "protected site", "protest", "cause", "consequence", "emergency", "event",
    "context", "erratum", "other",
)  # fmt: skip
ROLES = (
    "trigger", "appeal", "ground", "step", "force", "contributor", "task", "protected site",
    "decider", "duration", "end condition", "outcome",
)  # fmt: skip
QUALIFIERS = (
    "as printed", "about", "at least", "up to", "until", "range", "in words", "conditional",
)  # fmt: skip
RELATIONS = ("supersedes", "retracts")
COMPARISONS = ("same", "differs", "cannot be compared")
SOURCE_KINDS = ("article", "record")
PLACE_KINDS = ("country", "region", "city", "town", "village", "site", "other")
LANGUAGES = {"en": "name", "kk": "name_kk", "ru": "name_ru"}
FACTS = Table(
    "facts",
    "one atomic fact: what one source says",
    (
        Column("fact_id", "id", "the fact's own id", required=True),
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
            "at most five words of the source, found exactly once in the paragraph; a value stands "
            "in it, in digits or words; required where the source is an article",
        ),
        Column("topic", "term", "what the fact belongs to", required=True, terms=TOPICS),
        Column(
            "role",
            "term",
            "the part the fact plays in how the operation works; all end conditions of a dossier "
            "must hold together",
            terms=ROLES,
        ),
        Column("position", "integer", "the order among the facts of one role", least=1),
        Column("statement", "text", "the fact, in our own words", required=True),
        Column("measure", "text", "what the value measures"),
        Column("value", "decimal", "the number as stated; empty where no number was stated"),
        Column("low", "decimal", "the lower end of a stated range"),
        Column("high", "decimal", "the upper end of a stated range"),
        Column("unit", "text", "the unit of value, low and high; required with any of them"),
        Column("qualifier", "term", "how the source limits the value or date", terms=QUALIFIERS),
        Column(
            "of_whom",
            "text",
            "which part is counted or meant; 'not stated' is a value; required for people",
        ),
        Column("date", "date", "what the fact is about: the length is the precision"),
        Column("stated", "date", "when it was said: the length is the precision", required=True),
        Column("place_id", "id", "the place it is about", refers="places"),
        Column("actor", "text", "who acts or is acted on; several are parted by semicolons"),
        Column("asserted_by", "text", "who says it", required=True),
        Column("replaces", "id", "the fact that this one supersedes or retracts", refers="facts"),
        Column("relation", "term", "what it does to the fact it replaces", terms=RELATIONS),
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
        Column("name_kk", "text", "its name in Kazakh"),
        Column("name_ru", "text", "its name in Russian"),
        Column("kind", "term", "what it is", required=True, terms=PLACE_KINDS),
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
            "the radius within which the place lies; drawn as an area where it is large",
            required=True,
            unit="km",
            least=0,
            most=20_015,
        ),
        Column("country", "code", "ISO 3166-1 alpha-3"),
        Column("role", "text", "the part it plays in the story: it chooses the mark on the map"),
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
        Column("language", "language", "ISO 639 code of its text", required=True),
        Column("sha256", "sha256", "of the text in UTF-8, line ends LF, trimmed"),
        Column("paragraphs", "integer", "how many its text has", least=1),
        Column("note", "text", "what is inferred or open"),
    ),
)
TABLES = (FACTS, PLACES, SOURCES)


def find_table(name: str) -> Table:
    """The table of that name."""
    return next(table for table in TABLES if table.name == name)
