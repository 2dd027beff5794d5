"""The desk in JupyterLab: the text, a form for one fact, and the report as it stands.

Without a running JupyterLab the facts show themselves as plain HTML.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import anywidget
import ipywidgets as widgets
import pandas as pd
import traitlets

from helpers.authoring._desk import DRAFTS, Desk
from helpers.authoring._proposals import (
    Reading,
    explain,
    find_told,
    list_proposals,
    make_id,
    read_story,
    trim,
)
from helpers.dossier import (
    FACTS,
    LONGEST_ANCHOR,
    count_words,
    find_dossier,
    find_fact,
    read_dossier,
)
from helpers.errors import DossierError, UserError
from helpers.figures import locator_map
from helpers.geography import KnownPlace, find_places
from helpers.page import passages
from helpers.words import capitalise

_HERE = Path(__file__).parent
_NUMBER = ("measure", "value", "unit", "of_whom")
_RANGE = ("low", "high")
_MOST_MATCHES = 8
_MOST_CHOICES = 200


class Reader(anywidget.AnyWidget):
    """What is shown, and nothing else: `reader.js` draws it."""

    _esm = _HERE / "reader.js"
    _css = _HERE / "reader.css"
    sources: traitlets.List = traitlets.List().tag(sync=True)
    source = traitlets.Unicode().tag(sync=True)
    paragraphs: traitlets.List = traitlets.List().tag(sync=True)
    marks: traitlets.List = traitlets.List().tag(sync=True)
    used: traitlets.List = traitlets.List().tag(sync=True)
    span = traitlets.Dict().tag(sync=True)
    follow = traitlets.Bool(False).tag(sync=True)
    focus = traitlets.Int(0).tag(sync=True)
    form = traitlets.Dict().tag(sync=True)
    facts: traitlets.List = traitlets.List().tag(sync=True)
    said = traitlets.Unicode().tag(sync=True)


class Author:
    """A dossier's text beside a form: words that are clicked become a fact that a person accepts.

    Parameters
    ----------
    dossier
        The name of a dossier, or the path of its folder.
    source
        The article that is shown first; '' for the first whose text is kept.

    Raises
    ------
    DossierError
        There is no such dossier, or no text of the source is kept with it.
    """

    def __init__(self, dossier: str, source: str = ""):
        self.desk = Desk(find_dossier(dossier))
        self.story = self.desk.load()
        self.readings = read_story(self.story)
        if source and source not in self.readings:
            raise DossierError(f"source {source!r}: no text of it is kept with {self.story.name}")
        self.cells: dict[str, str] = {}
        self.key = self.draft = ""  # what the form was filled from: a fact or a proposal
        self.shows_all = False
        self.offers: dict[str, KnownPlace] = {}
        self.matches: list[KnownPlace] = []
        self._turn = 0
        self.reader = Reader(sources=list(self.readings))
        self.report = widgets.HTML()
        missing = "No text of an article is kept with this dossier, as sources/<source_id>.txt"
        shown = self.reader if self.readings else widgets.HTML(passages.note(missing).html)
        self.box = widgets.Tab([shown, self.report], titles=["Text", "Report"])
        self.box.observe(self._show_report, names="selected_index")
        self.reader.on_msg(lambda _, content, __: self.take(content))
        if self.readings:
            self.open_source(source or next(iter(self.readings)))

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        """The desk where a kernel answers it, else the facts as they stand."""
        page = passages.facts_table(self.story).html
        return {**self.box._repr_mimebundle_(), "text/html": page}

    @property
    def reading(self) -> Reading:
        return self.readings[self.reader.source]

    def take(self, content: dict) -> None:
        """Do what the reader tells of: an act by its name, with the fields as they stand."""
        acts: dict[str, Callable[..., None]] = {
            "span": self.choose,
            "check": self.check,
            "find": self.find_place,
            "place": self.choose_place,
            "accept": self.accept,
            "next": self.go_on,
            "undo": self.undo,
            "redo": self.redo,
            "more": self.toggle_fields,
            "edit": self.edit,
            "drop": self.drop,
            "up": lambda **about: self.move(by=-1, **about),
            "down": lambda **about: self.move(by=1, **about),
            "source": self.open_source,
        }
        about = {name: content[name] for name in content if name not in ("act", "fields")}
        fields = content.get("fields", {})
        self.cells |= {name: str(fields[name]).strip() for name in fields if name in FACTS.names}
        try:
            acts[content["act"]](**about)
        except (UserError, OSError) as error:
            self.reader.said = str(error)
            self.refresh()

    def open_source(self, id: str) -> None:
        """Show the text of a source."""
        reader = self.reader
        reader.source, reader.span = id, {}
        reader.paragraphs = list(self.reading.paragraphs)
        reader.marks = [
            {
                "p": one.paragraph - 1,
                "start": one.start,
                "end": one.end,
                "kind": one.kind,
                "label": explain(one),
            }
            for one in self.reading.candidates
        ]
        self.fill({"source_id": id})
        self.refresh()

    def fill(self, cells: dict[str, str], key: str = "", draft: str = "") -> None:
        """Fill the form anew; it is shown by the next `check`."""
        self.cells, self.key, self.draft = dict(cells), key, draft
        self._turn += 1

    def choose(self, p: int, start: int, end: int) -> None:
        """Fill the form from words of the text; what a person wrote in it stays."""
        at, to = trim(self.reading.paragraphs[p], start, end)
        typed = ("topic", "statement", "measure", "note", "part_of")
        kept = {name: cell for name in typed if (cell := self.cells.get(name))}
        proposed = self.reading.propose(p + 1, at, to)
        self.matches = self.reading.list_matches(p + 1, at, to)
        self.offers |= {make_id(place.name): place for place in reversed(self.matches)}
        self.reader.span = {"p": p, "start": at, "end": to}
        self.fill(kept | proposed, self.key, self.draft)
        self.check()
        self._list_facts()

    def check(self) -> None:
        """Tell what of the form stands, and show the fields that it needs."""
        self.reader.form = {
            "turn": self._turn,
            "title": f"Fact {self.key}" if self.key else "A new fact",
            "fields": self._list_fields(),
            "matches": self._list_matches(),
            "checks": self._check_words(),
        }

    def find_place(self) -> None:
        """Offer the places that a typed name may mean."""
        typed = self.cells.get("place_id", "")
        if typed and typed not in set(self._read_places()["place_id"]):
            self.matches = find_places(typed)[:_MOST_MATCHES]
        self.check()

    def choose_place(self, place: str, n: int = 0) -> None:
        """Take one of the places that are offered: its row is written with the fact."""
        chosen = self.matches[n]
        self.offers[place] = chosen
        self.cells["place_id"] = self.reading.places.get(chosen.name.casefold(), place)
        self._turn += 1
        self.check()

    def accept(self) -> None:
        """Write the fact; what is not sound becomes a draft."""
        if not self.cells.get("anchor"):
            self.reader.said = "choose the words that a fact rests on first"
            return
        known = set(self._read_places()["place_id"])
        named = self.cells.get("place_id", "")
        offer = self.offers.get(named) if named not in known else None
        row = {"source_id": self.reader.source} | self.cells
        place = _describe_place(named, offer) if offer else None
        key, wrong = self.desk.accept(row, self.key, self.draft, place)
        self.reader.said = f"{key} is a draft: {wrong}" if wrong else f"{key} is written"
        if wrong:
            self.draft = key
        else:
            topic = {name: self.cells[name] for name in ("topic",) if name in self.cells}
            self.matches = []
            self.fill(topic)
        self.refresh()

    def go_on(self) -> None:
        """Go to the next proposal behind the words that are chosen, else to the first."""
        span = self.reader.span
        here = (span.get("p", -1), span.get("start", -1))
        waiting = self._list_waiting()
        if not waiting:
            self.reader.said = "nothing more is proposed"
            return
        ahead = [one for one in waiting if one[0] > here]
        (p, start), row = (ahead or waiting)[0]
        self.reader.follow = True
        self.choose(p, start, start + len(row["anchor"]))
        kept = {name: cell for name, cell in row.items() if name in FACTS.names and cell}
        kept.pop("fact_id", None)
        self.fill(self.cells | kept, draft=row.get("fact_id", ""))
        self.check()
        self.reader.said = row.get("why", "")
        self.reader.focus += 1

    def undo(self) -> None:
        self.reader.said = "taken back" if self.desk.undo() else "nothing to take back"
        self.refresh()

    def redo(self) -> None:
        self.reader.said = "made again" if self.desk.redo() else "nothing to make again"
        self.refresh()

    def toggle_fields(self) -> None:
        self.shows_all = not self.shows_all
        self.check()

    def edit(self, id: str) -> None:
        """Fill the form from a fact or a draft."""
        for table in (FACTS, DRAFTS):
            for row in self.desk.read(table):
                if row["fact_id"] == id:
                    is_draft = table is DRAFTS
                    cells = {name: cell for name, cell in row.items() if name in FACTS.names}
                    cells.pop("fact_id")
                    self.fill(cells, "" if is_draft else id, id if is_draft else "")
                    self.check()
                    self.reader.focus += 1

    def drop(self, id: str) -> None:
        is_fact = any(row["fact_id"] == id for row in self.desk.read(FACTS))
        self.desk.drop(FACTS if is_fact else DRAFTS, id)
        self.reader.said = f"{id} is taken out"
        self.refresh()

    def move(self, id: str, by: int) -> None:
        self.desk.move(id, by)
        self.refresh()

    def refresh(self) -> None:
        """Show what stands in the files now, whoever wrote it."""
        self.story = self.desk.load()
        self.reader.used = [
            {"p": paragraph - 1, "start": start, "end": end}
            for paragraph, start, end, _ in find_told(self.story.facts, self.reading)
        ]
        self._list_facts()
        self.check()

    def _list_facts(self) -> None:
        """The facts and the drafts of the paragraph that is chosen."""
        number = str(self.reader.span.get("p", 0) + 1)
        where = {"source_id": self.reader.source, "paragraph": number}
        found = []
        for table in (FACTS, DRAFTS):
            for row in self.desk.read(table):
                if all(row.get(name) == cell for name, cell in where.items()):
                    text = row.get("statement") or f"“{row.get('anchor', '')}”"
                    why = row.get("why", "") if table is DRAFTS else ""
                    found.append({"id": row["fact_id"], "text": text, "draft": why})
        self.reader.facts = found

    def _list_waiting(self) -> list[tuple[tuple[int, int], dict[str, str]]]:
        """The proposals of this text that no fact tells, each with where its words stand."""
        rows = self.desk.read(DRAFTS)
        waiting = {(row.get("paragraph"), row.get("anchor")) for row in rows}
        rows += [
            row
            for row in list_proposals(self.story, self.reading)
            if (row["paragraph"], row["anchor"]) not in waiting
        ]
        found = []
        for row in rows:
            number, anchor = row.get("paragraph", ""), row.get("anchor", "")
            if row.get("source_id") != self.reader.source or not number.isdigit() or not anchor:
                continue
            text = "".join(self.reading.paragraphs[int(number) - 1 : int(number)])
            if (at := text.find(anchor)) >= 0:
                found.append(((int(number) - 1, at), row))
        return sorted(found, key=lambda one: one[0])

    def _list_fields(self) -> list[dict]:
        """The fields that the topic needs, with the words of the dossier to choose from."""
        facts, words, cells = self.story.facts, self.story.words, self.cells
        of_topic = facts[facts["topic"] == cells.get("topic")]
        has_numbers = bool(of_topic["value"].notna().any() or cells.get("value"))
        has_range = bool(cells.get("low") or cells.get("high"))
        names = ["anchor", "topic", "statement"]
        names += [name for name in _NUMBER if has_numbers or has_range]
        if cells.get("unit") != "people" and "of_whom" in names and not cells.get("of_whom"):
            names.remove("of_whom")
        names += _RANGE if has_range else ()
        names += ["qualifier", "date", "place_id", "asserted_by"]
        if not self.reading.published:
            names.append("stated")
        if of_topic["role"].notna().any():
            names += ["role", "position"]
        if self.shows_all or (has_numbers and of_topic["part_of"].notna().any()):
            names.append("part_of")
        hidden = ("fact_id", "source_id", "paragraph")
        names += [n for n in FACTS.names if self.shows_all and n not in (*names, *hidden)]
        closed = {"topic": words.topics, "qualifier": words.qualifiers, "role": words.roles}
        fields = []
        for name in names:
            terms = closed.get(name) or FACTS[name].terms
            options = ["", *terms] if terms else self._list_choices(name, of_topic)
            fields.append(
                {
                    "name": name,
                    "label": {"place_id": "Place", "asserted_by": "Who says it"}.get(
                        name, capitalise(name.replace("_", " "))
                    ),
                    "value": cells.get(name, ""),
                    "options": options,
                    "closed": bool(terms),
                }
            )
        return fields

    def _list_matches(self) -> list[dict]:
        """The places that a name may mean, unless there is one and it stands in the form."""
        known = [
            {"id": make_id(place.name), "n": n, "label": _name_match(place)}
            for n, place in enumerate(self.matches[:_MOST_MATCHES])
        ]
        return known if len(known) > 1 or not self.cells.get("place_id") else []

    def _list_choices(self, name: str, of_topic: pd.DataFrame) -> list[str]:
        """What a free field may hold: what the dossier has there, and what the text offers."""
        facts = self.story.facts
        if name in ("anchor", "statement", "value", "low", "high", "date", "stated", "note"):
            return []
        if name == "place_id":
            return [*self._read_places()["place_id"], *self.offers][:_MOST_CHOICES]
        if name in ("part_of", "replaces", "compared_with"):
            return list(of_topic["fact_id"])[:_MOST_CHOICES]
        known = [*of_topic[name].dropna(), *facts[name].dropna()]
        if name == "asserted_by":
            known += [one.value for one in self.reading.candidates if one.kind == "speaker"]
        if name == "unit":
            known += self.story.words.units
        if name == "of_whom":
            known.append("not stated")
        return list(dict.fromkeys(map(str, known)))[:_MOST_CHOICES]

    def _check_words(self) -> list[dict]:
        """Whether the anchor stands once, how many words it has, and its number is in it."""
        anchor, number = self.cells.get("anchor", ""), self.cells.get("paragraph", "")
        if not anchor or not number.isdigit():
            return []
        words = count_words(anchor)
        told = [{"text": f"{words} of {LONGEST_ANCHOR} words", "ok": 0 < words <= LONGEST_ANCHOR}]
        try:
            numbers = {n: float(self.cells.get(n) or "nan") for n in ("value", *_RANGE)}
        except ValueError:
            return [*told, {"text": "the value is no number in plain digits", "ok": False}]
        fact = pd.Series({"anchor": anchor} | numbers)
        reading = self.reading
        found, reason = find_fact(fact, int(number), reading.paragraphs, reading.language)
        stands = f"stands once in paragraph {number}"
        stands += ", with its number in it" if self.cells.get("value") else ""
        return [*told, {"text": reason or stands, "ok": found is True}]

    def _read_places(self) -> pd.DataFrame:
        return self.story.places

    def _show_report(self, change: dict) -> None:
        """Draw the report as it stands, when it is looked at."""
        if change["new"] != 1:
            return
        story, faults = read_dossier(self.desk.folder)
        if faults:
            told = [passages.note(str(fault)).html for fault in faults]
            self.report.value = "\n".join(told)
            return
        drawn: tuple[Callable, ...] = (
            passages.summary,
            passages.key_figures,
            locator_map,
            passages.facts_table,
        )
        self.report.value = "\n".join(passages.show(one, story)._repr_html_() for one in drawn)


def _name_match(place: KnownPlace) -> str:
    people = f", {place.population:,} people" if place.population else ""
    return f"{place.name}, {place.kind}, {place.country}{people}"


def _describe_place(place_id: str, place: KnownPlace) -> dict[str, str]:
    """The row of places.csv for a place of the gazetteer."""
    return {
        "place_id": place_id,
        "name": place.name,
        "kind": place.kind,
        "latitude": f"{place.latitude:g}",
        "longitude": f"{place.longitude:g}",
        "precision_km": f"{place.precision_km:g}" if place.precision_km else "",
        "country": place.country,
        "geonames_id": str(place.geonames_id) if place.geonames_id else "",
        "coordinate_source": "GeoNames",
    }
