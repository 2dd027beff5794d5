"""A news story as data: facts, places and sources, and what is chosen of them."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from hashlib import sha256
from itertools import chain
from pathlib import Path

import pandas as pd

from helpers import words as say
from helpers.dossier import schema
from helpers.dossier._checks import map_unique
from helpers.dossier.schema import FACTS, explode_ids, last_day, split_ids
from helpers.errors import DossierError, NoFactsError
from helpers.files import hash_list

_SHOWN = 5  # facts, where a dossier shows itself
_STANDING = {"retracts": "retracted", "supersedes": "superseded"}  # what a relation leaves behind
# What a page carries of a fact outside of it; and of one that it holds against its own.
_RELATED = ["fact_id", "source_id", "topic", "unit", "stated", "replaces", "relation"]
_CONTRARY = [
    "statement", "measure", "value", "low", "high", "qualifier", "of_whom", "date", "asserted_by",
    "compared_with", "comparison",
]  # fmt: skip


@dataclass(frozen=True)
class Dossier:
    """One story: its facts, places and sources, given out as copies in the order of the files."""

    name: str
    title: str
    folder: Path = field(repr=False)
    as_of_day: str = ""
    words: schema.Words = field(repr=False, compare=False, default=schema.DEFAULT)
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
        """SHA-256 of the tables with the data package, and of the texts kept with them, if any."""
        digests = {f"sources/{n}.txt": sha256(t).hexdigest() for n, t in self.texts.items()}
        texts = {"texts": hash_list(digests)} if digests else {}
        return {"dossier": hash_list(self.digests)} | texts

    @cached_property
    def content(self) -> str:
        """SHA-256 of the files as they were read and of what is chosen; '' where none was read."""
        chosen = [frame["fact_id"].tolist() for frame in (self._facts, self._all_facts)]
        ends = None if self._settled is None else self._ends.to_numpy().tolist()
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
        """One row a place that the facts name, by row of the file; no column of names is empty."""
        return self._named[0].copy()

    @property
    def sources(self) -> pd.DataFrame:
        """One row a source that the facts name, in the columns of SOURCES."""
        return self._named[1].copy()

    @cached_property
    def _named(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """The places and sources that the facts name; all where nothing was selected."""
        places, sources = self._places, self._sources
        if self.whole is not self:
            ids = {one for cell in self._facts["place_id"].dropna() for one in cell.split()}
            places = places[places["place_id"].isin(ids)]
            sources = sources[sources["source_id"].isin(set(self._facts["source_id"]))]
        unused = [name for name in places.filter(like="name_") if places[name].isna().all()]
        return places.drop(columns=unused), sources

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
        """'stands', 'superseded' or 'retracted' for each fact_id, by what was said by its day."""
        return self._ends["standing"].copy()

    @property
    def ended(self) -> pd.Series:
        """The day on which each fact was retracted, or else superseded; '' for one that stands."""
        return self._ends["stated"].copy()

    @cached_property
    def _ends(self) -> pd.DataFrame:
        if self._settled is not None:
            return self._settled.reindex(self._facts["fact_id"])
        ends: dict[str, tuple[str, str]] = {}
        known = _keep_stated_by(self._all_facts, self.as_of_day)
        known = known[["replaces", "relation", "stated"]].dropna()
        for replaced, relation, stated in known.itertuples(index=False):
            # A retraction weighs more, and comes first in the alphabet too.
            end = _STANDING[relation], stated
            ends |= {one: min(ends.get(one, end), end) for one in replaced.split()}
        ids = self._facts["fact_id"]
        told = [ends.get(one, ("stands", "")) for one in ids]
        return pd.DataFrame(told, pd.Index(ids), ["standing", "stated"], dtype="str")

    def __repr__(self) -> str:
        day = f", as of {self.as_of_day}" if self.as_of_day else ""
        return f"<Dossier {self.name}{day}: {self._count()}>"

    def _repr_html_(self) -> str:
        """In a notebook: the title, how many there are, and the first facts."""
        first = self._facts.head(_SHOWN).astype(object).to_dict("records")
        told = [row | {"statement": say.trace_cell(row, "statement")} for row in first]
        more, render = len(self._facts) > _SHOWN, say.open_fragments(Path(__file__).parent)
        return render("dossier", dossier=self, counts=self._count(), facts=told, more=more)

    def _count(self) -> str:
        frames = {"fact": self._facts, "place": self.places, "source": self.sources}
        counts = [say.format_count(len(frame), noun) for noun, frame in frames.items()]
        return say.join(", ", counts)

    def select(self, **terms: str | Iterable[str]) -> "Dossier":
        """Keep the facts that have one of the terms in each column named, e.g. topic='troops'.

        `source` stands for source_id, `place` for place_id. Places and sources are those that the
        facts left name. A DossierError where facts have no such column, or none may have the term.
        """
        facts = self._facts
        for name, wanted in terms.items():
            column = {"source": "source_id", "place": "place_id"}.get(name, name)
            if column not in FACTS.names:
                hint = say.did_you_mean(name, ["source", "place", *FACTS.names])
                wrong = f"facts have no such column ({hint or say.one_of(FACTS.names)})"
                raise DossierError(f"select {say.quote_value(name)}: {wrong}")
            every = self._all_facts[column]
            is_term = FACTS[column].kind == "term"
            known = tuple(
                every.cat.categories if is_term else dict.fromkeys(chain(*_read_terms(every)))
            )
            wanted_terms = _list_terms(wanted)
            for term in wanted_terms:
                if term not in known:
                    hint = say.did_you_mean(str(term), known) or say.one_of(map(str, known))
                    shown = say.quote_value(term)
                    raise DossierError(f"select {name} {shown}: not a {name} here ({hint})")
            terms_of = _read_terms(facts[column])
            facts = facts.loc[[not set(wanted_terms).isdisjoint(found) for found in terms_of]]
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

        All of a kind, 'article' or 'record', or 'all', or one by its id; a DossierError for none.
        """
        if which == "all":
            return self
        sources, kinds = self.sources, ["all", *schema.SOURCES["kind"].terms]
        chosen = sources[sources["kind" if which in kinds else "source_id"] == which]
        if chosen.empty and which not in kinds:
            hint = say.did_you_mean(which, [*kinds, *sources["source_id"]]) or say.one_of(kinds)
            raise DossierError(f"sources {say.quote_value(which)}: not a source here ({hint})")
        if chosen.empty and len(sources):
            there = say.one_of(["all", *sources["kind"].dropna().unique()])
            raise DossierError(f"sources {which!r}: this dossier has no {which} ({there})")
        facts = self._facts[self._facts["source_id"].isin(chosen["source_id"])]
        return replace(self._with_facts(facts), _all_facts=facts)

    def as_of(self, day: schema.Day) -> "Dossier":
        """Keep what was stated on or before a day, whatever it is about.

        A partial day means its last one, in the argument as in `stated`. No day keeps all. What a
        dossier as of an earlier day leaves out stays out. A DossierError where it is no date.
        """
        day = schema.read_day(day)
        if not day:
            return self
        if self.as_of_day:
            day = min(day, self.as_of_day, key=last_day)
        return replace(self._with_facts(_keep_stated_by(self._facts, day)), as_of_day=day)

    def find_related(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """What it takes of the facts outside of a selection to make it again, and their sources.

        They are the facts that the selection names, those by which one of it no longer stands, and,
        where it is empty, the first that will be stated, or any. Of each is told which it is, its
        unit, who says it when, and what it replaces here, of what differs from one of it all.
        """
        whole, ids = self.whole, self._facts["fact_id"]
        facts, contrary = whole._facts, self.find_contrary()
        known = _keep_stated_by(self._all_facts, self.as_of_day)
        replaced, replacing = (explode_ids(rows["replaces"]) for rows in (self._facts, known))
        first = self._all_facts[self._all_facts["stated"] == self.first_stated]
        first = facts if first.empty else first
        wanted = [
            replaced,
            self._facts["compared_with"],
            self._facts["part_of"],
            known.loc[replacing.index[replacing.isin(ids)], "fact_id"],
            contrary["fact_id"],
            first["fact_id"].head(int(ids.empty)),
        ]
        is_wanted = facts["fact_id"].isin(pd.concat(wanted)) & ~facts["fact_id"].isin(ids)
        related = facts.loc[is_wanted, _RELATED + _CONTRARY].astype({"comparison": object})
        related.loc[~related["fact_id"].isin(contrary["fact_id"]), _CONTRARY] = None
        there = {*ids, *related["fact_id"]}
        related.loc[~related["compared_with"].isin(there), ["compared_with", "comparison"]] = None
        named = [[one for one in split_ids(cell) if one in there] for cell in related["replaces"]]
        related["replaces"] = [" ".join(names) or None for names in named]
        related.loc[related["replaces"].isna(), "relation"] = None
        sources = whole._sources[~whole._sources["source_id"].isin(self.sources["source_id"])]
        if len(ids):  # else it may be of a source that states nothing
            sources = sources[sources["source_id"].isin(related["source_id"])]
        return related, sources[["source_id", "kind"]]

    def find_contrary(self) -> pd.DataFrame:
        """The facts outside of a selection that, by its day, speak against one of it.

        A person says that they differ from it, or that they take its place.
        """
        facts = self.whole._facts
        facts, ours = _keep_stated_by(facts, self.as_of_day), self._facts
        named = ours.loc[ours["comparison"] == "differs", "compared_with"]
        replaced = explode_ids(facts["replaces"])
        replaces = facts.index.isin(replaced.index[replaced.isin(ours["fact_id"])])
        differs = (facts["comparison"] == "differs") & facts["compared_with"].isin(ours["fact_id"])
        is_outside = ~facts["fact_id"].isin(ours["fact_id"])
        return facts[is_outside & (replaces | differs | facts["fact_id"].isin(named))].copy()

    def rows(self, **terms: str | Iterable[str]) -> pd.DataFrame:
        """The facts of `select`; a NoFactsError says what was asked for, and why there is none."""
        facts = self.select(**terms).facts
        if len(facts):
            return facts
        wanted = ", ".join(" or ".join(map(str, _list_terms(term))) for term in terms.values())
        raise NoFactsError(self.why_empty(wanted))

    def why_empty(self, about: str = "", lack: str = "") -> str:
        """One line for a section without facts on something, or without what `lack` says."""
        first, until = self.first_stated, say.format_date(self.as_of_day)
        if self.as_of_day and first and last_day(first) > last_day(self.as_of_day):
            day = say.format_date(first)
            return f"Nothing had been stated by {until}: the first statement is of {day}."
        lack = lack or f"There is no fact{' on ' * bool(about)}{about} here."
        later = f" What was stated after {until} is left out."
        return lack + (later if self.as_of_day else "")

    def _with_facts(self, facts: pd.DataFrame) -> "Dossier":
        return replace(self, _whole=self.whole, _facts=facts)


def _keep_stated_by(facts: pd.DataFrame, day: str) -> pd.DataFrame:
    """The facts stated on or before a day, if there is one; a partial day means its last one."""
    if not day:
        return facts
    known = map_unique(facts["stated"], lambda stated: last_day(stated) <= last_day(day), False)
    return facts[known.astype(bool)]


def _read_terms(cells: pd.Series) -> list[list]:
    """The terms in each cell of a column of facts."""
    several = FACTS[str(cells.name)].several
    return [split_ids(cell) if several else [] if say.is_empty(cell) else [cell] for cell in cells]


def _list_terms(wanted: str | Iterable[str]) -> list:
    several = isinstance(wanted, Iterable) and not isinstance(wanted, str)
    return list(wanted) if several else [wanted]
