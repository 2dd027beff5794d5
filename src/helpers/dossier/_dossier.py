"""A news story as data: facts, places and sources, and what is chosen of them."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from hashlib import sha256
from pathlib import Path

import pandas as pd

from helpers.dossier._checks import map_unique
from helpers.dossier._dates import Day, last_day, read_day
from helpers.dossier._words import DEFAULT, Words
from helpers.dossier.schema import FACTS, SOURCE_KINDS, explode_ids, split_ids
from helpers.errors import DossierError, NoFactsError
from helpers.files import hash_list
from helpers.words import (
    did_you_mean,
    format_count,
    format_date,
    join,
    one_of,
    quote_value,
    trace_cell,
)

_SHOWN = 5  # facts, where a dossier shows itself
# What a page carries of a fact outside of it; and of one that it holds against its own.
_RELATED = ["fact_id", "source_id", "topic", "unit", "stated", "replaces", "relation"]
_CONTRARY = [
    "statement", "measure", "value", "low", "high", "qualifier", "of_whom", "asserted_by",
    "compared_with", "comparison",
]  # fmt: skip


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
    words: Words = field(repr=False, compare=False, default=DEFAULT)
    # As they were read: SHA-256 of tables and data package by file, kept texts by source.
    digests: dict[str, str] = field(repr=False, compare=False, default_factory=dict)
    texts: dict[str, bytes] = field(repr=False, compare=False, default_factory=dict)
    _facts: pd.DataFrame = field(repr=False, compare=False, default_factory=pd.DataFrame)
    _places: pd.DataFrame = field(repr=False, compare=False, default_factory=pd.DataFrame)
    _sources: pd.DataFrame = field(repr=False, compare=False, default_factory=pd.DataFrame)
    # The facts before any selection: they settle which words there are to select by.
    _all_facts: pd.DataFrame = field(repr=False, compare=False, default_factory=pd.DataFrame)
    # The dossier as it was loaded, where this is a part of it.
    _whole: "Dossier | None" = field(repr=False, compare=False, default=None)
    # What became of each fact, where the facts that settled it are no longer known.
    _settled: pd.DataFrame | None = field(repr=False, compare=False, default=None)

    @property
    def hashes(self) -> dict[str, str]:
        """SHA-256 of the tables with the data package, and of the texts kept with them, if any.

        A text belongs to its publisher: whoever is given a dossier may have none of them.
        """
        digests = {f"sources/{n}.txt": sha256(t).hexdigest() for n, t in self.texts.items()}
        texts = {"texts": hash_list(digests)} if digests else {}
        return {"dossier": hash_list(self.digests)} | texts

    @cached_property
    def content(self) -> str:
        """SHA-256 of the files as they were read and of what is chosen; '' where none was read."""
        chosen = [
            list(frame.iloc[:, 0])
            for frame in (self._facts, self._all_facts, self._places, self._sources)
        ]
        ends = None if self._settled is None else self._ends.astype(object).to_numpy().tolist()
        told = [self.name, self.title, self.as_of_day, self.hashes, chosen, ends]
        return sha256(json.dumps(told).encode()).hexdigest() if self.digests else ""

    @property
    def whole(self) -> "Dossier":
        """The dossier before anything was selected of it."""
        return self._whole or self

    @property
    def facts(self) -> pd.DataFrame:
        """One row a fact, in the columns of FACTS."""
        return self._facts.copy()

    @property
    def places(self) -> pd.DataFrame:
        """One row a place that the facts name; its index is the row that a spreadsheet shows.

        A language in which none of them has a name has no column.
        """
        names = self._places.filter(like="name_")
        return self._places.drop(columns=names.columns[names.isna().all()]).copy()

    @property
    def sources(self) -> pd.DataFrame:
        """One row a source that the facts name, in the columns of SOURCES."""
        return self._sources.copy()

    @property
    def languages(self) -> list[str]:
        """The languages in which places may have names: English, and those of places.csv."""
        names = map(str, self._places)
        return ["en", *(name.removeprefix("name_") for name in names if name.startswith("name_"))]

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
        return self._ends["standing"].copy()

    @property
    def ended(self) -> pd.Series:
        """The day on which each fact was retracted, or else superseded; '' for one that stands."""
        return self._ends["stated"].copy()

    @cached_property
    def _ends(self) -> pd.DataFrame:
        if self._settled is not None:
            return self._settled.reindex(self._facts["fact_id"])
        known = self._known()
        replaced = explode_ids(known["replaces"])
        by = known.loc[replaced.index, ["relation", "stated"]].astype("str")
        # A retraction weighs more, and comes first in the alphabet too.
        by = by.assign(fact_id=replaced).sort_values(["relation", "stated"])
        ends = by.drop_duplicates("fact_id").set_index("fact_id").reindex(self._facts["fact_id"])
        standing = ends["relation"].map({"retracts": "retracted", "supersedes": "superseded"})
        return ends.fillna({"stated": ""}).assign(standing=standing.fillna("stands").astype("str"))

    def __repr__(self) -> str:
        day = f", as of {self.as_of_day}" if self.as_of_day else ""
        return f"<Dossier {self.name}{day}: {self._count()}>"

    def _repr_html_(self) -> str:
        """In a notebook: the title, how many there are, and the first facts."""
        from helpers.words import open_fragments  # Jinja is slow to import

        first = self._facts.head(_SHOWN).astype(object).to_dict("records")
        told = [row | {"statement": trace_cell(row, "statement")} for row in first]
        more, render = len(self._facts) > _SHOWN, open_fragments(Path(__file__).parent)
        return render("dossier", dossier=self, counts=self._count(), facts=told, more=more)

    def _count(self) -> str:
        frames = {"fact": self._facts, "place": self._places, "source": self._sources}
        return join(", ", [format_count(len(frame), noun) for noun, frame in frames.items()])

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
                columns = ["source", "place", *FACTS.names]
                hint = did_you_mean(name, columns) or one_of(FACTS.names)
                wrong = f"facts have no such column ({hint})"
                raise DossierError(f"select {quote_value(name)}: {wrong}")
            read = explode_ids if FACTS[column].several else pd.Series.dropna
            if FACTS[column].kind == "term":
                known = tuple(self._all_facts[column].cat.categories)
            else:
                known = tuple(read(self._all_facts[column]).unique())
            wanted_terms = _list_terms(wanted)
            for term in wanted_terms:
                if term not in known:
                    hint = did_you_mean(str(term), known) or one_of(map(str, known))
                    shown = quote_value(term)
                    raise DossierError(f"select {name} {shown}: not a {name} here ({hint})")
            cells = read(facts[column])
            facts = facts.loc[facts.index.isin(cells.index[cells.isin(wanted_terms)])]
        return self._with_facts(facts)

    def settle(self, **terms: str | Iterable[str]) -> "Dossier":
        """The facts of `select`, and the totals that they are parts of, as all that is known.

        What became of them by the dossier's day is noted, and nothing else of that day: what
        follows from these facts is the same on each day on which they stand alike.
        """
        chosen = self.select(**terms)._facts
        ids = {*chosen["fact_id"], *chosen["part_of"]}
        facts = self._facts[self._facts["fact_id"].isin(ids)]
        part = replace(self._with_facts(facts), as_of_day="", _all_facts=facts)
        return replace(part, _settled=self._ends.reindex(facts["fact_id"]))

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
            raise DossierError(f"sources {quote_value(which)}: not a source here ({hint})")
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

        They are the facts that the selection names (`replaces`, `compared_with`, `part_of`), those
        by which one of it no longer stands, and, where it is empty, the first that will be stated.
        Of each is told which it is, its unit, who says it when, and what it replaces here, of what
        differs from one of it all that it says; of a source, its kind.
        """
        whole, ids = self.whole, self._facts["fact_id"]
        facts, contrary = whole._facts, self.find_contrary()
        known, chosen = self._known(), self._all_facts
        replaced, replacing = (explode_ids(rows["replaces"]) for rows in (self._facts, known))
        wanted = [
            replaced,
            self._facts["compared_with"],
            self._facts["part_of"],
            known.loc[replacing.index[replacing.isin(ids)], "fact_id"],
            contrary["fact_id"],
            chosen.loc[chosen["stated"] == self.first_stated, "fact_id"].head(int(ids.empty)),
        ]
        is_wanted = facts["fact_id"].isin(pd.concat(wanted)) & ~facts["fact_id"].isin(ids)
        related = facts.loc[is_wanted, _RELATED + _CONTRARY].astype({"comparison": object})
        related.loc[~related["fact_id"].isin(contrary["fact_id"]), _CONTRARY] = None
        there = {*ids, *related["fact_id"]}
        related.loc[~related["compared_with"].isin(there), ["compared_with", "comparison"]] = None
        named = [[one for one in split_ids(cell) if one in there] for cell in related["replaces"]]
        related["replaces"] = [" ".join(names) or None for names in named]
        related.loc[related["replaces"].isna(), "relation"] = None
        needed = set(related["source_id"]) - set(self._sources["source_id"])
        sources = whole._sources[whole._sources["source_id"].isin(needed)]
        return related, sources[["source_id", "kind"]]

    def find_contrary(self) -> pd.DataFrame:
        """The facts outside of a selection that a person says differ from one of it, by its day."""
        facts = self.whole._facts
        facts, ours = _keep_stated_by(facts, self.as_of_day), self._facts
        named = ours.loc[ours["comparison"] == "differs", "compared_with"]
        differs = (facts["comparison"] == "differs") & facts["compared_with"].isin(ours["fact_id"])
        is_outside = ~facts["fact_id"].isin(ours["fact_id"])
        return facts[is_outside & (differs | facts["fact_id"].isin(named))].copy()

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

    def why_empty(self, about: str = "", lack: str = "") -> str:
        """One line for a section without facts on something, or without what `lack` says."""
        first = self.first_stated
        if self.as_of_day and first and last_day(first) > last_day(self.as_of_day):
            return (
                f"Nothing had been stated by {format_date(self.as_of_day)}: "
                f"the first statement is of {format_date(first)}."
            )
        lack = lack or f"There is no fact{' on ' * bool(about)}{about} here."
        later = f" What was stated after {format_date(self.as_of_day)} is left out."
        return lack + (later if self.as_of_day else "")

    def _known(self) -> pd.DataFrame:
        """The facts as of the day, before any were selected."""
        return _keep_stated_by(self._all_facts, self.as_of_day)

    def _with_facts(self, facts: pd.DataFrame) -> "Dossier":
        return replace(
            self,
            _whole=self.whole,
            _facts=facts,
            _places=self._places[self._places["place_id"].isin(explode_ids(facts["place_id"]))],
            _sources=self._sources[self._sources["source_id"].isin(facts["source_id"])],
        )


def _keep_stated_by(facts: pd.DataFrame, day: str) -> pd.DataFrame:
    """The facts stated on or before a day, if there is one; a partial day means its last one."""
    if not day:
        return facts
    known = map_unique(facts["stated"], lambda stated: last_day(stated) <= last_day(day), False)
    return facts[known.astype(bool)]


def _list_terms(wanted: str | Iterable[str]) -> list:
    """One term or several, as a list."""
    several = isinstance(wanted, Iterable) and not isinstance(wanted, str)
    return list(wanted) if several else [wanted]
