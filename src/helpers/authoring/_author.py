"""The desk in JupyterLab: the text, a form for one fact, and the report as it stands.

Without a running JupyterLab the facts show themselves as plain HTML.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import anywidget
import ipywidgets as widgets
import pandas as pd
import traitlets

from helpers.authoring import _proposals as proposals
from helpers.authoring._desk import DRAFTS, Desk
from helpers.dossier import FACTS, LONGEST_ANCHOR, Column, count_words, find_dossier, read_dossier
from helpers.errors import DossierError, UserError
from helpers.figures import locator_map
from helpers.geography import KnownPlace, find_places
from helpers.page import passages
from helpers.words import capitalise

_HERE = Path(__file__).parent
# What the reader may ask for: each is a method of the author.
_ACTS = """accept check choose choose_place drop edit find_place go_on move open_source redo
toggle_fields undo""".split()
_ALWAYS = ("anchor", "topic", "statement", "qualifier", "date", "place_id", "asserted_by")
_OF_NUMBERS = ("measure", "value", "unit")
_NEVER = ("fact_id", "source_id", "paragraph")
_TYPED = ("topic", "statement", "measure", "note", "part_of")  # no words of the text settle these
_UNLIKE = ("anchor", "statement", "note")  # in every fact another
_LABELS = {"place_id": "Place", "asserted_by": "Who says it"}
_MOST_MATCHES = 8
_MOST_CHOICES = 200


class Reader(anywidget.AnyWidget):
    """What is shown, and nothing else: `reader.js` draws it."""

    _esm = _HERE / "reader.js"
    _css = _HERE / "reader.css"
    text = traitlets.Dict().tag(sync=True)  # sources, source, paragraphs, marks
    span = traitlets.Dict().tag(sync=True)  # the words that are chosen
    form = traitlets.Dict().tag(sync=True)  # turn, focus, title, fields, matches, checks
    told = traitlets.Dict().tag(sync=True)  # used, facts
    said = traitlets.Unicode().tag(sync=True)


class Author:
    """A dossier's text beside a form: words that are clicked become a fact that a person accepts.

    The dossier is given by its name or its folder's path, the source by its id: '' for the first
    whose text is kept. A DossierError where there is none such, or no text of the source.
    """

    def __init__(self, dossier: str, source: str = ""):
        self.desk = Desk(find_dossier(dossier))
        self.story = self.desk.load()
        self.readings = proposals.read_story(self.story)
        if source and source not in self.readings:
            raise DossierError(f"source {source!r}: no text of it is kept with {self.story.name}")
        self.shows_all = False
        self.offers: dict[str, KnownPlace] = {}  # by the ids that they would have
        self.matches: list[KnownPlace] = []
        self._turn = self._focus = 0
        self.reader = Reader()
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

    def take(self, content: dict) -> None:
        """Do what the reader tells of: an act by its name, with the fields as they stand.

        Fields of a form that was filled anew meanwhile are not this one's: whoever accepts and goes
        on at once has not seen it yet.
        """
        about = dict(content)
        act, fields = about.pop("act"), about.pop("fields", {})
        if about.pop("turn", self._turn) != self._turn:
            fields = {}
        self.cells |= {name: str(fields[name]).strip() for name in fields if name in FACTS.names}
        if self.cells.get("unit") == "people" and not self.cells.get("of_whom"):
            self.cells["of_whom"] = "not stated"
        try:
            if act in _ACTS:
                getattr(self, act)(**about)
        except (UserError, OSError) as error:
            self.refresh(str(error))

    def open_source(self, id: str) -> None:
        self.reading = self.readings[id]
        marks = [
            {"p": one.paragraph - 1, "start": one.start, "end": one.end, "kind": one.kind}
            | {"label": proposals.explain(one)}
            for one in self.reading.candidates
        ]
        text = {"paragraphs": list(self.reading.paragraphs), "marks": marks}
        self.reader.text = {"sources": list(self.readings), "source": id} | text
        self.reader.span = {}
        self.fill({})
        self.refresh()

    def fill(self, cells: dict[str, str], key: str = "", draft: str = "") -> None:
        """Fill the form anew, from a fact or a draft: it is shown by the next `check`."""
        self.cells, self.key, self.draft = dict(cells), key, draft
        self._turn += 1

    def choose(self, p: int, start: int, end: int) -> None:
        """Fill the form from words of the text; what a person wrote in it stays."""
        at, to = proposals.trim(self.reading.paragraphs[p], start, end)
        if self.draft and self.cells.get("paragraph") != str(p + 1):
            self._put_aside()
        kept = {name: cell for name in _TYPED if (cell := self.cells.get(name))}
        self.matches = self.reading.list_matches(p + 1, at, to)
        self.offers |= {proposals.make_id(place.name): place for place in reversed(self.matches)}
        self.reader.span = {"p": p, "start": at, "end": to}
        self.fill(kept | self.reading.propose(p + 1, at, to), self.key, self.draft)
        self.show()

    def check(self) -> None:
        """Tell what of the form stands, and show the fields that it needs."""
        title = f"Fact {self.key}" if self.key else "A new fact"
        matches = []
        if len(self.matches) != 1 or not self.cells.get("place_id"):
            for one in self.matches[:_MOST_MATCHES]:
                people = f", {one.population:,} people" if one.population else ""
                matches.append(f"{one.name}, {one.kind}, {one.country}{people}")
        self.reader.form = {
            "turn": self._turn,
            "focus": self._focus,
            "title": f"Draft {self.draft}: not a fact yet" if self.draft else title,
            "fields": self._list_fields(),
            "matches": matches,
            "checks": self._check_words(),
        }

    def find_place(self) -> None:
        """Offer the places that a typed name may mean."""
        typed = self.cells.get("place_id", "")
        if typed and typed not in set(self.story.places["place_id"]):
            self.matches = find_places(typed)
        self.check()

    def choose_place(self, n: int) -> None:
        """Take one of the places that are offered: its row is written with the fact."""
        chosen = self.matches[n]
        place = self.reading.places.get(chosen.name.casefold(), proposals.make_id(chosen.name))
        self.offers[place] = chosen
        self.fill(self.cells | {"place_id": place}, self.key, self.draft)
        self.check()

    def accept(self) -> None:
        """Write the fact; what is not sound becomes a draft."""
        if not self.cells.get("anchor"):
            self.reader.said = "choose the words that a fact rests on first"
            return
        named = self.cells.get("place_id", "")
        offer = self.offers.get(named)
        place = proposals.describe_place(named, offer) if offer else None
        row = {"source_id": self.reading.source_id} | self.cells
        key, wrong = self.desk.accept(row, self.key, self.draft, place)
        if wrong:
            self.reader.said, self.draft = f"{key} is a draft: {wrong}", key
        else:
            self.reader.said, self.matches = f"{key} is written", []
            self._put_aside()
        self.refresh()

    def go_on(self) -> None:
        """Go to the next proposal behind the words that are chosen, else to the first."""
        waiting = self._list_waiting()
        if not waiting:
            self.reader.said = "nothing more is proposed"
            return
        here = (self.reader.span.get("p", -1) + 1, self.reader.span.get("start", -1))
        number, start, end, row = next((one for one in waiting if one[:2] > here), waiting[0])
        if self.draft:
            self._put_aside()
        self.choose(number - 1, start, end)
        self._take_up({**self.cells, **row}, draft=row.get("fact_id", ""))
        self.reader.said = row.get("why", "")

    def undo(self) -> None:
        self.refresh("taken back" if self.desk.undo() else "nothing to take back")

    def redo(self) -> None:
        self.refresh("made again" if self.desk.redo() else "nothing to make again")

    def toggle_fields(self) -> None:
        self.shows_all = not self.shows_all
        self.check()

    def edit(self, id: str, waits: bool) -> None:
        row = self.desk.find(DRAFTS if waits else FACTS, id)
        self._take_up(row, *(("", id) if waits else (id, "")))

    def drop(self, id: str, waits: bool) -> None:
        self.desk.drop(DRAFTS if waits else FACTS, id)
        self.refresh(f"{id} is taken out")

    def move(self, id: str, by: int) -> None:
        self.desk.move(id, by)
        self.refresh()

    def refresh(self, said: str = "") -> None:
        """Show what stands in the files now, whoever wrote it."""
        self.reader.said = said or self.reader.said
        self.story = self.desk.load()
        self.show()

    def show(self) -> None:
        """Show what is told of the text, and the form."""
        told = proposals.find_told(self.story, self.reading)
        used = [{"p": number - 1, "start": start, "end": end} for number, start, end, _ in told]
        self.reader.told = {"used": used, "facts": self._list_facts()}
        self.check()

    def _put_aside(self) -> None:
        """Begin a new fact: what was written of the last one is on file."""
        self.fill({"topic": self.cells.get("topic", "")})

    def _take_up(self, row: Mapping[str, str], key: str = "", draft: str = "") -> None:
        """Fill the form from a row that is there, and go to it."""
        cells = {name: cell for name, cell in row.items() if name in FACTS.names and cell}
        self.fill(cells | {"fact_id": ""}, key, draft)
        self._focus += 1
        self.check()

    def _list_facts(self) -> list[dict]:
        number = str(self.reader.span.get("p", 0) + 1)
        return [
            {
                "id": row.get("fact_id", ""),
                "text": row.get("statement") or f"“{row.get('anchor', '')}”",
                "waits": table is DRAFTS,
                "why": row.get("why", ""),
            }
            for table in (FACTS, DRAFTS)
            for row in self.desk.read(table)
            if (row.get("source_id"), row.get("paragraph")) == (self.reading.source_id, number)
        ]

    def _list_waiting(self) -> list[tuple[int, int, int, Mapping[str, str]]]:
        """The proposals of this text that no fact tells, each with where its words stand."""
        rows = proposals.list_proposals(self.story, self.reading) + self.desk.read(DRAFTS)
        last = {place[:3]: place for place in self.reading.locate(rows)}
        return sorted(last.values(), key=lambda place: place[:2])

    def _list_fields(self) -> list[dict]:
        """The fields that are filled, or that most facts of the topic fill, with their choices."""
        facts, cells = self.story.facts, self.cells
        of_topic = facts[facts["topic"] == cells.get("topic")]
        shown = {*_ALWAYS, *(name for name, cell in cells.items() if cell)}
        shown |= {name for name in FACTS.names if of_topic[name].notna().mean() > 0.5} | {"stated"}
        if shown & {"value", "low", "high"}:
            shown |= {*_OF_NUMBERS, *(["part_of"] if of_topic["part_of"].notna().any() else [])}
        shown -= {"stated"} if self.reading.published else set()
        return [
            {
                "name": column.name,
                "label": _LABELS.get(column.name, capitalise(column.name.replace("_", " "))),
                "value": cells.get(column.name, ""),
                "options": self._list_choices(column, of_topic),
                "closed": bool(column.terms),
            }
            for column in FACTS.use_words(self.story.words).columns
            if column.name not in _NEVER and (self.shows_all or column.name in shown)
        ]

    def _list_choices(self, column: Column, of_topic: pd.DataFrame) -> list[str]:
        """What a free field may hold: what the dossier has there, and what the text offers."""
        name = column.name
        if column.terms:
            return ["", *column.terms]
        more = {
            "place_id": [*self.story.places["place_id"], *self.offers],
            "unit": self.story.words.units,
            "of_whom": ["not stated"],
            "asserted_by": [one.value for one in self.reading.candidates if one.kind == "speaker"],
        }
        known = list(more.get(name, ()))
        if column.refers == "facts":
            known = list(of_topic["fact_id"])
        elif column.kind == "text" and name not in _UNLIKE:
            known = [*of_topic[name].dropna(), *self.story.facts[name].dropna(), *known]
        return list(dict.fromkeys(map(str, known)))[:_MOST_CHOICES]

    def _check_words(self) -> list[dict]:
        """Whether the anchor stands once, how many words it has, and its number is in it."""
        anchor, number = self.cells.get("anchor", ""), self.cells.get("paragraph", "")
        if not anchor or not number.isdigit():
            return []
        words = count_words(anchor)
        _, reason = self.reading.hold(self.cells, int(number))
        stands = f"stands once in paragraph {number}"
        stands += ", with its number in it" if self.cells.get("value") else ""
        return [
            {"text": f"{words} of {LONGEST_ANCHOR} words", "ok": 0 < words <= LONGEST_ANCHOR},
            {"text": reason or stands, "ok": not reason},
        ]

    def _show_report(self, change: dict) -> None:
        """Draw the report as it stands, when it is looked at."""
        if change["new"] != 1:
            return
        story, faults = read_dossier(self.desk.folder)
        drawn = (passages.summary, passages.key_figures, locator_map, passages.facts_table)
        shown = [passages.note(str(fault)).html for fault in faults]
        shown = shown or [passages.show(one, story)._repr_html_() for one in drawn]
        self.report.value = "\n".join(dict.fromkeys(shown))  # 'there is no fact here' once
