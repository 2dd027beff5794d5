"""A news story as data: facts, places and sources, loaded and checked.

The schema stands here and nowhere else; `codebook` derives the data package and the codebook.
"""

import calendar
import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from hashlib import sha256
from pathlib import Path

import numpy as np
import pandas as pd

from helpers.errors import DossierError, NoFactsError
from helpers.numerals import states_number
from helpers.schema import (
    Column,
    Fault,
    Table,
    did_you_mean,
    is_date,
    one_of,
    read_table,
    show_value,
    sort_faults,
)

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
SOURCE_KINDS = ("article", "record")
PLACE_KINDS = ("country", "region", "city", "town", "village", "site", "other")
LANGUAGES = {"en": "name", "kk": "name_kk", "ru": "name_ru"}
NOT_STATED = "not stated"
NUMBERS = ("value", "low", "high")
LONGEST_ANCHOR = 5  # words

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
        Column("value", "number", "the number as stated; empty where no number was stated"),
        Column("low", "number", "the lower end of a stated range"),
        Column("high", "number", "the upper end of a stated range"),
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
        Column("latitude", "number", "WGS 84", required=True, unit="degree", least=-90, most=90),
        Column("longitude", "number", "WGS 84", required=True, unit="degree", least=-180, most=180),
        Column(
            "precision_km",
            "number",
            "the radius within which the place lies; drawn as an area where it is large",
            required=True,
            unit="km",
            least=0,
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
        Column("language", "text", "ISO 639 code of its text", required=True),
        Column("sha256", "sha256", "of the text in UTF-8, line ends LF, trimmed"),
        Column("paragraphs", "integer", "how many its text has", least=1),
        Column("note", "text", "what is inferred or open"),
    ),
)
TABLES = (FACTS, PLACES, SOURCES)
PACKAGE = "datapackage.json"

Day = str | int | date | None


@dataclass(frozen=True)
class Dossier:
    """One story: its facts, places and sources, which cannot be changed.

    facts, places and sources are given out as copies (made only where they are written to), with
    one row a fact, place or source, the id as a column, in the order of the files.
    """

    name: str
    title: str
    folder: Path = field(repr=False)
    as_of_day: str = ""
    first_stated: str = ""
    _facts: pd.DataFrame = field(repr=False, compare=False, default=None)
    _places: pd.DataFrame = field(repr=False, compare=False, default=None)
    _sources: pd.DataFrame = field(repr=False, compare=False, default=None)

    @property
    def facts(self) -> pd.DataFrame:
        return self._facts.copy(deep=False)

    @property
    def places(self) -> pd.DataFrame:
        return self._places.copy(deep=False)

    @property
    def sources(self) -> pd.DataFrame:
        return self._sources.copy(deep=False)

    def __repr__(self) -> str:
        day = f", as of {self.as_of_day}" if self.as_of_day else ""
        return (
            f"<Dossier {self.name}{day}: {len(self._facts)} facts, "
            f"{len(self._places)} places, {len(self._sources)} sources>"
        )

    @cached_property
    def standing(self) -> pd.Series:
        """'stands', 'superseded' or 'retracted' for each fact_id, among the facts at hand."""
        states: dict[str, str] = {}
        for _, fact in self._facts.dropna(subset=["replaces"]).iterrows():
            # A retraction weighs more than another fact's supersession.
            if fact["relation"] == "retracts":
                states[fact["replaces"]] = "retracted"
            else:
                states.setdefault(fact["replaces"], "superseded")
        ids = self._facts["fact_id"]
        standing = [states.get(fact_id, "stands") for fact_id in ids]
        return pd.Series(standing, index=ids, name="standing", dtype="str")

    def select(self, **terms: str | Iterable[str]) -> "Dossier":
        """Keep the facts that have one of the terms in each column named, e.g. topic='troops'.

        `source` stands for source_id. Places and sources are those the facts name.

        Raises
        ------
        DossierError
            A column that facts do not have, or a term that none of its cells may have.
        """
        facts = self._facts
        for name, wanted in terms.items():
            column = {"source": "source_id", "place": "place_id"}.get(name, name)
            if column not in FACTS.names:
                hint = did_you_mean(name, ["source", "place", *FACTS.names])
                raise DossierError(f"select {show_value(name)}: facts have no such column ({hint})")
            wanted = [wanted] if isinstance(wanted, str) else list(wanted)
            known = FACTS[column].terms or tuple(self._facts[column].dropna().unique())
            for term in set(wanted) - set(known):
                hint = did_you_mean(term, known) or one_of(known)
                raise DossierError(f"select {name} {show_value(term)}: not a {name} here ({hint})")
            facts = facts[facts[column].isin(wanted)]
        return self._with_facts(facts)

    def as_of(self, day: Day) -> "Dossier":
        """Keep what was stated on or before a day, whatever it is about.

        A partial day means its last one, in the argument as in `stated`. No day keeps all.

        Raises
        ------
        DossierError
            Not a date of the calendar.
        """
        day = read_day(day)
        if not day:
            return self
        known = [last_day(stated) <= last_day(day) for stated in self._facts["stated"]]
        return replace(self._with_facts(self._facts[known]), as_of_day=day)

    def rows(self, **terms: str | Iterable[str]) -> pd.DataFrame:
        """The facts of `select`, where there are any.

        Raises
        ------
        NoFactsError
            None is left: the message says which were asked for, and why there is none.
        """
        facts = self.select(**terms).facts
        if len(facts):
            return facts
        lists = [[value] if isinstance(value, str) else value for value in terms.values()]
        wanted = ", ".join(" or ".join(terms) for terms in lists)
        raise NoFactsError(self.why_empty(wanted))

    def why_empty(self, about: str = "") -> str:
        """One line for a section without facts."""
        of = f" on {about}" if about else ""
        if len(self._facts) == 0 and self.as_of_day:
            return (
                f"Nothing had been stated by {self.as_of_day}: "
                f"the first statement is of {self.first_stated}."
            )
        until = f" stated by {self.as_of_day}" if self.as_of_day else ""
        return f"This dossier has no fact{of}{until}."

    def _with_facts(self, facts: pd.DataFrame) -> "Dossier":
        return replace(
            self,
            _facts=facts,
            _places=self._places[self._places["place_id"].isin(facts["place_id"])],
            _sources=self._sources[self._sources["source_id"].isin(facts["source_id"])],
        )


def read_day(day: Day) -> str:
    """A day as an ISO text, whatever papermill or YAML made of it: '' for none.

    Raises
    ------
    DossierError
        Not a date of the calendar.
    """
    if day is None or day == "":
        return ""
    if isinstance(day, datetime):
        day = day.date()
    text = str(day).strip()
    if isinstance(day, bool) or not is_date(text):
        raise DossierError(
            f"as_of {show_value(day)}: not a date; expected 2022, 2022-01 or 2022-01-06"
        )
    return text


def first_day(day: str) -> date:
    """The first day of a date that may be a year or a month."""
    return date.fromisoformat(f"{day}-01-01"[:10])


def last_day(day: str) -> date:
    """The last day of a date that may be a year or a month."""
    first = first_day(day)
    if len(day) == len("2022"):
        return first.replace(month=12, day=31)
    if len(day) == len("2022-01"):
        return first.replace(day=calendar.monthrange(first.year, first.month)[1])
    return first


def data_folders() -> list[Path]:
    """Where a dossier's name is looked up: data/ below the current folder, then the project's."""
    return [Path.cwd() / "data", Path(__file__).parents[2] / "data"]


def list_dossiers() -> list[Path]:
    """The folders of all dossiers that have a name here, the nearest first."""
    found = {}
    for data in data_folders():
        for facts in sorted(data.glob(f"*/{FACTS.file}")):
            found.setdefault(facts.parent.name, facts.parent)
    return list(found.values())


def find_dossier(name_or_path: str | Path) -> Path:
    """The folder of a dossier.

    Raises
    ------
    DossierError
        There is none of that name or at that path.
    """
    text = str(name_or_path)
    if not text.strip():
        raise DossierError("dossier '': expected a dossier's name, or the path of its folder")
    if Path(text).is_dir():
        return Path(text).resolve()
    for data in data_folders():
        if Path(text).name == text and (data / text).is_dir():
            return (data / text).resolve()
    names = [folder.name for folder in list_dossiers()]
    hint = did_you_mean(text, names) or f"the dossiers here are {', '.join(names) or 'none'}"
    raise DossierError(f"dossier {show_value(text)}: no such dossier or folder ({hint})")


def load_dossier(name_or_path: str | Path) -> Dossier:
    """Load a dossier by its name, or by the path of its folder.

    Raises
    ------
    DossierError
        There is no such dossier, or it has faults: the message names the first twenty.
    """
    dossier, faults = read_dossier(find_dossier(name_or_path))
    if faults:
        shown = [str(fault) for fault in faults[:20]]
        more = [f"and {len(faults) - 20} more"] if len(faults) > 20 else []
        lines = "\n  ".join([*shown, *more])
        raise DossierError(f"dossier {dossier.name} has {len(faults)} faults:\n  {lines}")
    return dossier


def read_dossier(folder: Path) -> tuple[Dossier, list[Fault]]:
    """A dossier as far as it can be read, and all its faults."""
    frames, faults = {}, []
    for table in TABLES:
        frames[table.name], found = read_table(folder / table.file, table)
        faults += found
    faults += _check_tables(frames)
    package, found = read_package(folder)
    stated = frames["facts"]["stated"].dropna()
    dossier = Dossier(
        name=folder.name,
        title=package.get("title", folder.name),
        folder=folder,
        first_stated=min(stated, key=last_day, default=""),
        **{f"_{name}": frame.reset_index(drop=True) for name, frame in frames.items()},
    )
    return dossier, sort_faults(faults + found)


def merge_claims(facts: pd.DataFrame) -> pd.DataFrame:
    """Facts that state the same number of the same thing, as one claim each.

    Returns
    -------
    DataFrame
        One row a claim, in the order of its first fact, with the first fact's cells; `fact_ids` is
        the list of the claim's facts and `asserted_by` names all who assert it.
    """
    same = ["measure", "value", "low", "high", "unit", "qualifier", "of_whom", "date", "relation"]
    groups = facts.groupby(same, dropna=False, sort=False, observed=True)
    claims = [
        group.iloc[0].to_dict()
        | {
            "fact_ids": list(group["fact_id"]),
            "asserted_by": "; ".join(dict.fromkeys(group["asserted_by"])),
        }
        for _, group in groups
    ]
    return pd.DataFrame(claims, columns=[*facts.columns, "fact_ids"])


def hash_tables(dossier: Dossier) -> dict[str, str]:
    """SHA-256 of each table's file, as it stands in the dossier's folder."""
    files = [dossier.folder / table.file for table in TABLES]
    return {file.name: sha256(file.read_bytes()).hexdigest() for file in files}


def find_table(name: str) -> Table:
    """The table of that name."""
    return next(table for table in TABLES if table.name == name)


def read_package(folder: Path) -> tuple[dict, list[Fault]]:
    """What a dossier's datapackage.json says; nothing where there is none."""
    try:
        package = json.loads((folder / PACKAGE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}, []
    except OSError as error:
        return {}, [Fault(PACKAGE, None, "", "", f"cannot be read: {error.strerror}")]
    except (ValueError, RecursionError) as error:
        return {}, [Fault(PACKAGE, None, "", "", f"cannot be read as JSON: {error}")]
    if not isinstance(package, dict):
        return {}, [Fault(PACKAGE, None, "", "", "expected a JSON object, with a title")]
    title = package.get("title", folder.name)
    if not isinstance(title, str) or not title.strip():
        found = Fault(PACKAGE, None, "title", json.dumps(title), "expected a title, as text")
        return package | {"title": folder.name}, [found]
    return package, []


def _check_tables(frames: dict[str, pd.DataFrame]) -> list[Fault]:
    faults = []
    for table in TABLES:
        faults += _check_keys(frames[table.name], table)
        for column in table.columns:
            if column.refers:
                faults += _check_references(frames, table, column)
    facts = frames["facts"]
    if len(facts):
        faults += _check_numbers(facts)
        faults += _check_anchors(facts, frames["sources"])
        faults += _check_replacements(facts)
    return faults


def _faults_at(facts, bad, column: str, expected: str, suggestion="", table=FACTS) -> list[Fault]:
    """A fault for each row of a mask."""
    cells = facts.loc[bad, column]
    return [
        Fault(
            table.file,
            int(row),
            column,
            "" if pd.isna(cell) else _plain(cell),
            expected,
            suggestion,
        )
        for row, cell in cells.items()
    ]


def _plain(cell) -> str:
    return f"{cell:.15g}" if isinstance(cell, float) else str(cell)


def _check_keys(frame: pd.DataFrame, table: Table) -> list[Fault]:
    keys = frame[table.key].dropna()
    first = {}
    faults = []
    for row, key in keys[keys.duplicated(keep=False)].items():
        if key in first:
            expected = f"a duplicate of row {first[key]}; expected an id of its own"
            faults.append(Fault(table.file, int(row), table.key, key, expected))
        first.setdefault(key, row)
    return faults


def _check_references(frames, table: Table, column: Column) -> list[Fault]:
    target = find_table(column.refers)
    known = frames[target.name][target.key].dropna()
    cells = frames[table.name][column.name].dropna()
    return [
        Fault(
            table.file,
            int(row),
            column.name,
            cell,
            f"no such {target.key} in {target.file}",
            did_you_mean(cell, known),
        )
        for row, cell in cells[~cells.isin(known)].items()
    ]


def _check_numbers(facts: pd.DataFrame) -> list[Fault]:
    value, low, high = facts["value"], facts["low"], facts["high"]
    some = value.notna() | low.notna() | high.notna()
    return [
        *_faults_at(facts, low > value, "low", "above the value; expected low <= value"),
        *_faults_at(facts, value > high, "high", "below the value; expected value <= high"),
        *_faults_at(facts, low > high, "low", "above high; expected low <= high"),
        *_faults_at(facts, some & facts["unit"].isna(), "unit", "is empty; a value has a unit"),
        *_faults_at(
            facts,
            some & (facts["unit"] == "people") & facts["of_whom"].isna(),
            "of_whom",
            "is empty; a number of people says of whom",
            f"write {NOT_STATED!r} where the source does not say",
        ),
    ]


def _check_anchors(facts: pd.DataFrame, sources: pd.DataFrame) -> list[Fault]:
    """Facts of an article have a paragraph and a short anchor, which holds the value."""
    kinds = sources.drop_duplicates("source_id").set_index("source_id")
    of_article = facts["source_id"].map(kinds["kind"].astype("str")) == "article"
    faults = []
    for column in ("paragraph", "anchor"):
        bad = of_article & facts[column].isna()
        faults += _faults_at(facts, bad, column, "is empty; a fact of an article has one")
    anchors = facts["anchor"].dropna()
    words = anchors.str.split().str.len()
    for row, count in words[words > LONGEST_ANCHOR].items():
        expected = f"{count} words; expected at most {LONGEST_ANCHOR}"
        faults.append(Fault(FACTS.file, int(row), "anchor", anchors[row], expected))
    claimed = facts.loc[facts["value"].notna() & facts["anchor"].notna()]
    languages = claimed["source_id"].map(kinds["language"]).fillna("en")
    held = [
        states_number(*cells)
        for cells in zip(claimed["anchor"], claimed["value"], languages, strict=True)
    ]
    for row, fact in claimed[~np.array(held, dtype=bool)].iterrows():
        expected = f"does not stand in the anchor {show_value(fact['anchor'])}"
        faults.append(Fault(FACTS.file, int(row), "value", _plain(fact["value"]), expected))
    return faults


def _check_replacements(facts: pd.DataFrame) -> list[Fault]:
    """`replaces` and `relation` come together, and no fact replaces itself in the end."""
    has_target, has_relation = facts["replaces"].notna(), facts["relation"].notna()
    faults = [
        *_faults_at(
            facts, has_target & ~has_relation, "relation", f"is empty; expected {one_of(RELATIONS)}"
        ),
        *_faults_at(facts, ~has_target & has_relation, "relation", "stands without `replaces`"),
    ]
    pairs = facts[has_target].set_index("fact_id")["replaces"]
    try:
        TopologicalSorter({fact: [target] for fact, target in pairs.items()}).prepare()
    except CycleError as error:
        circle = error.args[1][::-1]
        row = facts.index[facts["fact_id"] == circle[0]][0]
        expected = f"a circle: {' replaces '.join(circle)}"
        faults.append(Fault(FACTS.file, int(row), "replaces", circle[1], expected))
    return faults
