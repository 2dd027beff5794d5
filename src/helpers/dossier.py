"""A news story as data: facts, places and sources, loaded and checked.

The schema stands here and nowhere else; `codebook` derives the data package and the codebook.
"""

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path

import numpy as np
import pandas as pd

from helpers.checks import NOT_STATED, check_tables, map_unique
from helpers.errors import DossierError, NoFactsError
from helpers.faults import Fault, did_you_mean, one_of, show_value, sort_faults
from helpers.files import hash_list, look_up_folders
from helpers.schema import (
    Column,
    Table,
    empty_frame,
    first_day,
    is_date,
    last_day,
    read_table,
    show_as_typed,
)
from helpers.sheet import UnreadableError, read_text_bytes
from helpers.wording import word_count

__all__ = [
    "FACTS", "LANGUAGES", "NOT_STATED", "PLACES", "SOURCES", "TABLES", "Dossier", "Fault",
    "did_you_mean", "find_dossier", "first_day", "last_day",
    "list_dossiers", "load_dossier", "merge_claims", "one_of", "read_day", "read_dossier",
    "show_value",
]  # fmt: skip

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
PACKAGE = "datapackage.json"
LONGEST_TITLE = 200  # characters
EXPECTED = "DOSSIER_EXPECTED"
"""The environment variable that tells a report's kernel which data its page will name."""

Day = str | int | date | None


@dataclass(frozen=True)
class Dossier:
    """One story: its facts, places and sources, which cannot be changed.

    facts, places and sources are given out as copies, with one row a fact, place or source, the id
    as a column, in the columns and the order of the files.
    """

    name: str
    title: str
    folder: Path = field(repr=False)
    as_of_day: str = ""
    # As they were read: SHA-256 of tables and data package by file, kept texts by source.
    digests: dict[str, str] = field(repr=False, compare=False, default_factory=dict)
    texts: dict[str, bytes] = field(repr=False, compare=False, default_factory=dict)
    _facts: pd.DataFrame = field(repr=False, compare=False, default=None)
    _places: pd.DataFrame = field(repr=False, compare=False, default=None)
    _sources: pd.DataFrame = field(repr=False, compare=False, default=None)
    # The facts before any selection: they settle which words there are to select by.
    _all_facts: pd.DataFrame = field(repr=False, compare=False, default=None)
    # The dossier as it was loaded, where this is a part of it.
    _whole: "Dossier | None" = field(repr=False, compare=False, default=None)

    @property
    def hashes(self) -> dict[str, str]:
        """SHA-256 of the tables with the data package, and of the texts kept with them, if any.

        A text belongs to its publisher: whoever is given a dossier may have none of them.
        """
        digests = {f"sources/{n}.txt": sha256(t).hexdigest() for n, t in self.texts.items()}
        texts = {"texts": hash_list(digests)} if digests else {}
        return {"dossier": hash_list(self.digests)} | texts

    @property
    def facts(self) -> pd.DataFrame:
        """One row a fact, in the columns of FACTS."""
        return self._facts.copy()

    @property
    def places(self) -> pd.DataFrame:
        """One row a place that the facts name; its index is the row that a spreadsheet shows."""
        return self._places.copy()

    @property
    def sources(self) -> pd.DataFrame:
        """One row a source that the facts name, in the columns of SOURCES."""
        return self._sources.copy()

    @property
    def first_stated(self) -> str:
        """When the dossier's first fact was stated; '' where it has none."""
        return min(self._all_facts["stated"].dropna().unique(), key=last_day, default="")

    @property
    def standing(self) -> pd.Series:
        """'stands', 'superseded' or 'retracted' for each fact_id.

        What the dossier's sources had said by its day settles it, whichever facts are selected. A
        retraction weighs more than another fact's supersession.
        """
        ids, known = self._facts["fact_id"], self._known()
        retracted = ids.isin(known.loc[known["relation"] == "retracts", "replaces"])
        superseded = ids.isin(known.loc[known["relation"] == "supersedes", "replaces"])
        states = np.where(retracted, "retracted", np.where(superseded, "superseded", "stands"))
        return pd.Series(states, index=ids, name="standing", dtype="str")

    def __repr__(self) -> str:
        day = f", as of {self.as_of_day}" if self.as_of_day else ""
        frames = {"fact": self._facts, "place": self._places, "source": self._sources}
        counts = ", ".join(word_count(len(frame), noun) for noun, frame in frames.items())
        return f"<Dossier {self.name}{day}: {counts}>"

    def select(self, **terms: str | Iterable[str]) -> "Dossier":
        """Keep the facts that have one of the terms in each column named, e.g. topic='troops'.

        `source` stands for source_id, `place` for place_id. Places and sources are those that the
        facts left name.

        Raises
        ------
        DossierError
            A column that facts do not have, or a term that none of the dossier's facts may have.
        """
        facts = self._facts
        for name, wanted in terms.items():
            column = {"source": "source_id", "place": "place_id"}.get(name, name)
            if column not in FACTS.names:
                hint = did_you_mean(name, ["source", "place", *FACTS.names])
                hint = hint or one_of(FACTS.names)
                raise DossierError(f"select {show_value(name)}: facts have no such column ({hint})")
            known = FACTS[column].terms or tuple(self._all_facts[column].dropna().unique())
            wanted_terms = _list_terms(wanted)
            for term in wanted_terms:
                if term not in known:
                    hint = did_you_mean(str(term), known) or one_of(map(str, known))
                    shown = show_value(term)
                    raise DossierError(f"select {name} {shown}: not a {name} here ({hint})")
            facts = facts[facts[column].isin(wanted_terms)]
        return self._with_facts(facts)

    def from_sources(self, which: str) -> "Dossier":
        """The dossier as if it had been made from some of its sources only.

        Parameters
        ----------
        which
            'article' or 'record' for all sources of that kind, 'all', or the id of one source.

        Raises
        ------
        DossierError
            There is no such source, or none of the kind.
        """
        sources = self._sources
        if which == "all":
            return self
        if which in SOURCE_KINDS:
            sources = sources[sources["kind"] == which]
        elif which in set(sources["source_id"]):
            sources = sources[sources["source_id"] == which]
        else:
            known = ["all", *SOURCE_KINDS, *sources["source_id"]]
            hint = did_you_mean(which, known) or one_of(["all", *SOURCE_KINDS])
            raise DossierError(f"sources {show_value(which)}: not a source here ({hint})")
        if sources.empty and len(self._sources):
            kinds = one_of(["all", *self._sources["kind"].dropna().unique()])
            raise DossierError(f"sources {which!r}: this dossier has no {which} ({kinds})")
        facts = self._facts[self._facts["source_id"].isin(sources["source_id"])]
        return replace(self._with_facts(facts), _all_facts=facts)

    def as_of(self, day: Day) -> "Dossier":
        """Keep what was stated on or before a day, whatever it is about.

        A partial day means its last one, in the argument as in `stated`. No day keeps all. What a
        dossier as of an earlier day leaves out stays out.

        Raises
        ------
        DossierError
            Not a date of the calendar.
        """
        day = read_day(day)
        if not day:
            return self
        if self.as_of_day:
            day = min(day, self.as_of_day, key=last_day)
        facts = _keep_stated_by(self._facts, day)
        return replace(self._with_facts(facts), as_of_day=day)

    def find_related(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """What it takes of the facts outside of a selection to make it again, and their sources.

        They are the facts that the selection names (`replaces`, `compared_with`), those by which
        one of it no longer stands, and, where it is empty, the first that will be stated. Of each
        is told which it is, who says it when, and what it replaces here; of a source, its kind.
        """
        whole, ids = self._whole or self, self._facts["fact_id"]
        facts = whole._facts
        known, chosen = self._known(), self._all_facts
        wanted = [
            self._facts["replaces"],
            self._facts["compared_with"],
            known.loc[known["replaces"].isin(ids), "fact_id"],
            chosen.loc[chosen["stated"] == self.first_stated, "fact_id"].head(int(ids.empty)),
        ]
        is_wanted = facts["fact_id"].isin(pd.concat(wanted)) & ~facts["fact_id"].isin(ids)
        columns = ["fact_id", "source_id", "topic", "stated", "replaces", "relation"]
        related = facts.loc[is_wanted, columns].copy()
        there = [*ids, *related["fact_id"]]
        related.loc[~related["replaces"].isin(there), ["replaces", "relation"]] = None
        needed = set(related["source_id"]) - set(self._sources["source_id"])
        sources = whole._sources[whole._sources["source_id"].isin(needed)]
        return related, sources[["source_id", "kind"]]

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
        wanted = ", ".join(" or ".join(map(str, _list_terms(term))) for term in terms.values())
        raise NoFactsError(self.why_empty(wanted))

    def why_empty(self, about: str = "") -> str:
        """One line for a section without facts."""
        of = f" on {about}" if about else ""
        first = self.first_stated
        if self.as_of_day and first and last_day(first) > last_day(self.as_of_day):
            return (
                f"Nothing had been stated by {self.as_of_day}: the first statement is of {first}."
            )
        until = f" stated by {self.as_of_day}" if self.as_of_day else ""
        return f"This dossier has no fact{of}{until}."

    def _known(self) -> pd.DataFrame:
        """The facts as of the day, before any were selected."""
        if not self.as_of_day:
            return self._all_facts
        return _keep_stated_by(self._all_facts, self.as_of_day)

    def _with_facts(self, facts: pd.DataFrame) -> "Dossier":
        return replace(
            self,
            _whole=self._whole or self,
            _facts=facts,
            _places=self._places[self._places["place_id"].isin(facts["place_id"])],
            _sources=self._sources[self._sources["source_id"].isin(facts["source_id"])],
        )


def _keep_stated_by(facts: pd.DataFrame, day: str) -> pd.DataFrame:
    """The facts stated on or before a day; a partial day means its last one."""
    known = map_unique(facts["stated"], lambda stated: last_day(stated) <= last_day(day), False)
    return facts[known.astype(bool)]


def _list_terms(wanted: str | Iterable[str]) -> list:
    """One term or several, as a list."""
    several = isinstance(wanted, Iterable) and not isinstance(wanted, str)
    return list(wanted) if several else [wanted]


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


def list_dossiers() -> list[Path]:
    """The folders of all dossiers that have a name here, the nearest first."""
    found = {}
    for data in look_up_folders("data"):
        for facts in sorted(data.glob(f"*/{FACTS.file}")):
            if facts.parent.name.isprintable():
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
    if _is_folder(text):
        folder = Path(text).resolve()
        if not folder.name.isprintable():
            raise DossierError(
                f"dossier {show_value(text)}: the folder's name has characters that nobody sees"
            )
        return folder
    for data in look_up_folders("data"):
        if Path(text).name == text and _is_folder(data / text):
            return (data / text).resolve()
    names = [folder.name for folder in list_dossiers()]
    hint = did_you_mean(text, names) or f"the dossiers here are {', '.join(names) or 'none'}"
    raise DossierError(f"dossier {show_value(text)}: no such dossier or folder ({hint})")


def _is_folder(path: str | Path) -> bool:
    return os.path.isdir(path)  # noqa: PTH112 - no error where a name is too long


def load_dossier(name_or_path: str | Path) -> Dossier:
    """Load a dossier by its name, or by the path of its folder.

    Raises
    ------
    DossierError
        There is no such dossier, it has faults (the message names the first twenty), or it is not
        what a report is to be made from.
    """
    dossier, faults = read_dossier(find_dossier(name_or_path))
    name, hashes = json.loads(os.environ.get(EXPECTED, "[null, null]"))
    if name == str(name_or_path) and hashes != dossier.hashes:
        raise DossierError(f"dossier {dossier.name} has changed since it was checked: run it again")
    if faults:
        shown = [str(fault) for fault in faults[:20]]
        if len(faults) > 20:
            shown.append(f"and {len(faults) - 20} more: dossier check {name_or_path} lists all")
        lines = "\n  ".join(shown)
        count = word_count(len(faults), "fault")
        raise DossierError(f"dossier {dossier.name} has {count}:\n  {lines}")
    return dossier


def read_dossier(folder: Path) -> tuple[Dossier, list[Fault]]:
    """A dossier as far as it can be read, and all its faults."""
    folder = Path(folder).absolute()
    frames, faults, digests = {}, [], {}
    for table in TABLES:
        frame, found = read_table(folder / table.file, table)
        faults += found
        if frame is not None:
            frames[table.name] = frame
            digests[table.file] = frame.attrs.pop("sha256")
    found = check_tables(frames, {table.name: table for table in TABLES})
    for table in TABLES:
        of_table = [fault for fault in found if fault.file == table.file]
        of_table = show_as_typed(folder / table.file, table, of_table)
        faults += _without_echoes(of_table, faults)
    if "facts" in frames and frames["facts"].empty and not faults:
        faults.append(Fault(FACTS.file, None, "", "", "has a header only; expected facts"))
    package, digest, found = read_package(folder)
    if digest:
        digests[PACKAGE] = digest
    for table in TABLES:
        if table.name not in frames:
            frames[table.name] = empty_frame(table)
    whole = {f"_{name}": frame for name, frame in frames.items()}
    for name in ("_facts", "_sources"):
        whole[name] = whole[name].reset_index(drop=True)
    title = package.get("title", folder.name)
    whole |= {"_all_facts": whole["_facts"], "digests": digests, "texts": _read_texts(folder)}
    dossier = Dossier(folder.name, title, folder, **whole)
    return dossier, sort_faults(faults + found)


def _read_texts(folder: Path) -> dict[str, bytes]:
    """The texts that are kept with a dossier, by source."""
    paths = sorted(path for path in folder.glob("sources/*.txt") if path.is_file())
    return {path.stem: path.read_bytes() for path in paths}


def _without_echoes(found: list[Fault], known: list[Fault]) -> list[Fault]:
    """Leave out that a cell is empty where it was emptied for a fault of its own."""
    cells = {(fault.file, fault.row, fault.column) for fault in known}
    return [
        fault
        for fault in found
        if fault.value
        or not {(fault.file, fault.row, fault.column), (fault.file, 1, fault.column)} & cells
    ]


def merge_claims(facts: pd.DataFrame, alike: Iterable[str] = ()) -> pd.DataFrame:
    """Facts that state the same number of the same thing, as one claim each.

    Parameters
    ----------
    facts
        Facts, perhaps with more columns than FACTS has.
    alike
        More columns in which the facts of one claim are the same.

    Returns
    -------
    DataFrame
        One row a claim, in the order of its first fact, with the first fact's cells; `fact_ids` is
        the list of the claim's facts and `asserted_by` names all who assert it.
    """
    same = ["measure", "value", "low", "high", "unit", "qualifier", "of_whom", "date", "relation"]
    groups = facts.groupby([*same, *alike], dropna=False, sort=False, observed=True)
    claims = [
        group.iloc[0].to_dict()
        | {
            "fact_ids": list(group["fact_id"]),
            "asserted_by": "; ".join(dict.fromkeys(group["asserted_by"])),
        }
        for _, group in groups
    ]
    return pd.DataFrame(claims, columns=[*facts.columns, "fact_ids"])


def find_table(name: str) -> Table:
    """The table of that name."""
    return next(table for table in TABLES if table.name == name)


def read_package(folder: Path) -> tuple[dict, str, list[Fault]]:
    """What a dossier's datapackage.json says, and its SHA-256; nothing where there is none."""
    if not os.path.lexists(folder / PACKAGE):
        return {}, "", []
    try:
        text, digest = read_text_bytes(folder / PACKAGE)
        package = json.loads(text)
        json.dumps(package, ensure_ascii=False).encode()  # an escape may name half a character
    except UnreadableError as error:
        return {}, "", [error.fault]
    except (ValueError, RecursionError) as error:
        return {}, "", [Fault(PACKAGE, None, "", "", f"cannot be read as JSON: {error}")]
    fault = _check_package(package, folder)
    return ({}, "", [fault]) if fault else (package, digest, [])


def _check_package(package: object, folder: Path) -> Fault | None:
    if not isinstance(package, dict):
        return Fault(PACKAGE, None, "", "", "expected a JSON object, such as one with a title")
    title = package.get("title", folder.name)
    if not isinstance(title, str) or not title.strip() or not title.isprintable():
        expected = "expected a title, as one line of text"
        return Fault(PACKAGE, None, "title", json.dumps(title), expected)
    if len(title) > LONGEST_TITLE:
        expected = f"too long; expected at most {LONGEST_TITLE} characters"
        return Fault(PACKAGE, None, "title", title, expected)
    return None
