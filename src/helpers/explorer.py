"""A dossier under controls, for JupyterLab: the figures and the facts follow what is chosen.

What is shown is HTML below the controls, an output for each panel, which a saved notebook keeps:
papermill can run the notebook with the view as its parameters, and a page of it can be mailed. The
controls, and what a click on the HTML does, are `explorer.js`.
"""

import asyncio
import shlex
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

import anywidget
import pandas as pd
import traitlets
from IPython.display import HTML, DisplayHandle, display
from markupsafe import Markup

from helpers.dossier import Dossier, explode_ids, format_csv, last_day, load_dossier, read_day
from helpers.errors import DossierError, NoFactsError, ParameterError, RenderError
from helpers.figures import Figure, locator_map, numbers, timeline
from helpers.files import write_whole
from helpers.geography import check_place_names, list_place_names
from helpers.page import WIDGET, passages, render_fragment
from helpers.reports import find_notebook, prepare, read_notebook, render
from helpers.words import format_count, format_date, name_language, one_of, quote_value, slugify

_ALL = ""
_SOURCE = ["source_id", "publisher", "published"]
_LONGEST_LABEL = 90  # characters of a statement in the list of facts
_QUIET_S = 0.12  # without a further change, after which the view is drawn
_SERIES_S = 0.2  # the same, of a change that follows another one that soon
_PAUSE_S = 0.02  # between two panels, in which a change that was made meanwhile is heard of
_REST_S = 0.5  # and after which its picture is drawn in the forms that are not on the screen too
_FORMS = ("desktop", "phone")
_MOST_KEPT = 500  # panels and views that were made
PICTURES = ("map", "numbers", "timeline")


@dataclass(frozen=True)
class View:
    """What is looked at: the parameters of explore.ipynb. '' stands for all, or for none."""

    dossier: str
    sources: str = "all"
    beside: str = _ALL
    since: str = _ALL
    as_of: str = _ALL
    topic: str = _ALL
    place: str = _ALL
    search: str = _ALL
    fact: str = _ALL
    place_names: str = "en"
    picture: str = "map"

    def __post_init__(self):
        """Take a year as papermill reads it, 2022, for the text that it stands for."""
        for name, value in asdict(self).items():
            text = read_day(value, name) if name in ("since", "as_of") else str(value)
            object.__setattr__(self, name, text)
        if self.picture not in PICTURES:
            raise DossierError(f"picture {quote_value(self.picture)}: {one_of(PICTURES)}")

    @property
    def chosen(self) -> dict[str, str]:
        """What is not as it is in every first view."""
        return {name: value for name, value in self.parts.items() if value != getattr(View, name)}

    @property
    def parts(self) -> dict[str, str]:
        """What is looked at of the dossier."""
        return {name: value for name, value in asdict(self).items() if name != "dossier"}

    @property
    def stem(self) -> str:
        """A file name for the view, without its ending: another one for each view."""
        parts = ["explore"]
        for name, value in self.chosen.items():
            parts += [name, slugify(value)]
            if parts[-1] != value:  # which says not all
                parts.append(sha256(value.encode()).hexdigest()[:8])
        return "-".join(filter(None, parts))

    def finds(self, statements: pd.Series) -> pd.Series:
        """Whether each of some statements holds the words that are searched."""
        words = self.search.casefold()
        # Of no statements it would be another type.
        return statements.str.casefold().str.contains(words, regex=False).astype(bool)


def select_view(story: Dossier, view: View) -> Dossier:
    """The facts of a view.

    A DossierError of a source, day, topic, place, fact or language that the dossier does not have,
    or where nothing is set beside the sources.
    """
    if view.beside in ("all", view.sources):
        hint = f"expected others than {view.sources}, a kind or the id of one"
        raise DossierError(f"beside {quote_value(view.beside)}: {hint}")
    check_place_names(story, view.place_names)
    if view.fact:
        story.select(fact_id=view.fact)  # which refuses one that there is not
    # The whole story says which topics and places there are, whatever its sources left say.
    terms = {name: value for name in ("topic", "place") if (value := getattr(view, name))}
    wanted = story.select(**terms).facts
    stated = wanted["stated"].fillna(_ALL).map(lambda day: day and last_day(day).isoformat())
    wanted = wanted[view.finds(wanted["statement"]) & (stated.astype(str) >= view.since)]
    known = find_known(story, view)
    facts = known.facts["fact_id"]
    return known.select(fact_id=list(facts[facts.isin(wanted["fact_id"])]))


def find_known(story: Dossier, view: View) -> Dossier:
    """What the view's sources had said by its day."""
    known = story.from_sources(view.sources)
    if view.beside:
        both = pd.concat([known.facts, story.from_sources(view.beside).facts])
        known = story.select(source=list(both["source_id"].unique()))
    return known.as_of(view.as_of)


def part_sources(chosen: Dossier, view: View, story: Dossier) -> list[tuple[Dossier, View]]:
    """A view, or each of the two that stand side by side: what all but the other's sources say."""
    if not view.beside:
        return [(chosen, view)]
    other = replace(view, sources=view.beside, beside=view.sources)
    ids = chosen.sources["source_id"]
    is_others = ids.isin(story.from_sources(view.beside).sources["source_id"])
    parts = (chosen.select(source=list(ids[mask])) for mask in (~is_others, is_others))
    return list(zip(parts, (view, other), strict=True))


class Controls(anywidget.AnyWidget):
    """The controls of a view, as the browser shows them; what they ask for is `asked`."""

    _esm = Path(__file__).with_name("explorer.js")
    _css = Path(__file__).with_name("explorer.css")
    asked = traitlets.Dict().tag(sync=True)  # a view, and the number of its turn
    shown = traitlets.Dict().tag(sync=True)  # what came of it
    status = traitlets.Dict().tag(sync=True)  # what became of a file to write


class Explorer:
    """The controls over a dossier, and what they show: first a view.

    The buttons write to the folder, which is made where it is missing. A DossierError where the
    dossier cannot be loaded, or does not have what the view names.
    """

    def __init__(self, view: View, folder: str | Path = "reports"):
        self.folder = Path(folder)
        self.story = load_dossier(view.dossier)
        self.panels: dict[str, str] = {}
        self._made: dict[tuple, Any] = {}
        self._turn = 0
        self._asked_at = 0.0
        self._following: asyncio.Task | None = None
        self._outputs: dict[str, DisplayHandle] = {}
        self._shown: dict[str, tuple] = {}
        self.controls = Controls()
        self._choose(view)
        if view.fact != self.view.fact:
            raise DossierError(f"fact {view.fact}: not among the facts of this view")
        self.controls.observe(self._ask, names="asked")
        self.controls.on_msg(self._press)

    def _ipython_display_(self) -> None:
        """The controls at once, and below them each panel as it is ready."""
        # Where no kernel answers them, as in a page, the controls are nothing.
        model = {"version_major": 2, "version_minor": 0, "model_id": self.controls.model_id}
        bundle = {WIDGET: model, "text/plain": "", "text/html": ""}
        display(bundle, raw=True)
        drawing = {"text/html": '<p class="note">Drawing …</p>'}
        for name in _PANELS:
            self._outputs[name] = display(drawing, raw=True, display_id=True)
        for forms in (_FORMS[:1], _FORMS):
            self._draw(*forms)

    def provenance(self) -> None:
        """Show what the view was made from, and go on showing it."""
        self._outputs["provenance"] = display(self._tell_provenance(), display_id=True)

    def _tell_provenance(self) -> HTML:
        # What a page can be made again from is what the view's sources had said by its day.
        known = partial(find_known, self.story, self.view)
        parts = (getattr(self.view, name) for name in _KNOWN)
        return HTML(self._make_once(*parts, make=lambda: passages.provenance(known()).html))

    def choose(self, **choices: str) -> None:
        """Show another view, as the controls do; a DossierError where there is none such."""
        self._choose(replace(self.view, **choices))
        self._draw(*_FORMS)

    def _choose(self, view: View) -> None:
        """Find the facts of a view; a fact that is no longer among them is let go."""
        self.chosen = self._make_once("chosen", view, make=lambda: select_view(self.story, view))
        is_there = view.fact in set(self.chosen.facts["fact_id"])
        self.view = view if is_there else replace(view, fact=_ALL)
        self.controls.shown = self._describe()

    def save_report(self) -> Path | None:
        """Render this notebook with the view as its parameters: one page in the folder."""
        given = asdict(self.view)
        return self._save("html", lambda path: render(find_notebook("explore"), given, path))

    def save_rows(self) -> Path | None:
        """Write the facts of the view as a CSV file in the folder."""
        return self._save("csv", lambda path: write_whole(path, format_csv(self.chosen.facts)))

    def _save(self, ending: str, write: Callable[[Path], Path]) -> Path | None:
        """Write a file, and tell where it is or why it is not."""
        self.controls.status = {"text": "Writing …"}
        try:
            path = write(self.folder / f"{self.story.name}-{self.view.stem}.{ending}").resolve()
        except (DossierError, ParameterError, RenderError, OSError) as error:
            self.controls.status = {"text": f"Not written: {error}"}
            return None
        below = path.is_relative_to(Path.cwd())
        link = path.relative_to(Path.cwd()).as_posix() if below else ""
        self.controls.status = {"text": "Written: ", "path": str(path), "link": link}
        return path

    def _press(self, _: object, message: dict, __: object) -> None:
        {"report": self.save_report, "rows": self.save_rows}[message["save"]]()

    def _ask(self, _: object) -> None:
        """Take over what the controls ask for, and leave what was asked for before."""
        if self._following:
            self._following.cancel()
        before, self._asked_at = self._asked_at, time.monotonic()
        quiet = _SERIES_S if self._asked_at - before < 2 * _SERIES_S else _QUIET_S
        self._following = asyncio.ensure_future(self._follow(quiet, **self.controls.asked))

    async def _follow(self, quiet_s: float, turn: int, form: str, **asked: str) -> None:
        """Show a view, of many changes in a row the last: first what is seen of it."""
        await asyncio.sleep(quiet_s)
        self._turn = turn
        try:
            self._choose(replace(self.view, **asked))
        except DossierError as error:
            self.controls.status = {"text": str(error)}
            self.controls.shown = self._describe()  # as it was
            return
        for _ in self._draw_each(form):
            await asyncio.sleep(_PAUSE_S)
        await asyncio.sleep(_REST_S)
        self._draw(*_FORMS)

    def _draw(self, *forms: str) -> None:
        for _ in self._draw_each(*forms):
            pass

    def _draw_each(self, *forms: str) -> Iterator[None]:
        """Draw what was not drawn before, its pictures in some forms; each is shown when ready."""
        for name in sorted(_PANELS, key=("picture").__eq__):  # what takes longest comes last
            yield
            draw, _ = _PANELS[name]
            parts = self._make_once(self._key(name), make=partial(self._draw_parts, draw))
            told = [part.html(*forms) if isinstance(part, Figure) else part for part in parts]
            if self.view.beside:  # each under its name
                names = name_sources(self.story) | {"all": "all others"}
                pairs = zip((self.view.sources, self.view.beside), told, strict=True)
                both = [{"name": names[i], "html": Markup(html)} for i, html in pairs if html]
                told = [render_fragment("halves", parts=both)] if both else []
            self.panels[name] = "".join(told)
            self._show(name)
        if forms == _FORMS:
            self._show("evidence", self._make_once("origin", self.view, make=self._find_origin))
            if "provenance" in self._outputs:
                self._outputs["provenance"].update(self._tell_provenance())

    def _draw_parts(self, draw: Callable) -> list[str | Figure]:
        told: list[str | Figure] = []
        for chosen, view in part_sources(self.chosen, self.view, self.story):
            try:
                told.append(draw(chosen, view, self.story))
            except NoFactsError as error:
                told.append(passages.untold(str(error)).html)
        return told

    def _key(self, name: str) -> tuple:
        parts = (getattr(self.view, one) for one in _PANELS[name][1])
        return name, tuple(self.chosen.facts["fact_id"]), *parts

    def _mark(self, name: str) -> str:
        """A few digits that tell one state of a panel from another."""
        return sha256(repr(self._key(name)).encode()).hexdigest()[:8]

    def _make_once(self, *key: Any, make: Callable[[], Any]) -> Any:
        """What was made before, or is made now; the oldest is let go."""
        if key not in self._made:
            self._made[key] = make()
        for old in list(self._made)[:-_MOST_KEPT]:
            del self._made[old]
        return self._made[key]

    def _show(self, name: str, origin: dict | None = None) -> None:
        """Put a panel in its output; once all are whole, with what a page of them is made from."""
        about = f'class="dossier-view dossier-{name}" data-panel="{name}"'
        html = f'<div {about} data-made="{self._mark(name)}">{self.panels[name]}</div>'
        if name in self._outputs and self._shown.get(name) != (html, origin):
            self._shown[name] = html, origin
            self._outputs[name].update({"text/html": html}, raw=True, metadata=origin or {})

    def _find_origin(self) -> dict[str, dict[str, str]]:
        """What the exporter in JupyterLab's menu reads: the title and the origin of a page."""
        notebook = read_notebook(find_notebook("explore"))
        job = prepare(notebook, asdict(self.view), lambda _: self.story)
        return {"dossier": {"title": job.title, "origin": job.origin.to_json()}}

    def _describe(self) -> dict[str, Any]:
        """What the controls show: the view, what else can be chosen, and how to have it again."""
        given = self.view.chosen
        options = [word for name, value in given.items() for word in ("-p", name, value)]
        command = shlex.join(["dossier", "render", self.view.dossier, "-n", "explore", *options])
        call = ", ".join([repr(self.view.dossier), *(f"{n}={v!r}" for n, v in given.items())])
        places = zip(self.story.facts["fact_id"], self.story.facts["place_id"], strict=True)
        settles = replace(self.view, fact=_ALL, place_names="en", picture="map")
        offer = partial(list_choices, self.story, self.view, self.chosen)
        return {
            "turn": self._turn,
            "made": {name: self._mark(name) for name in _PANELS},
            "view": self.view.parts,
            "first": {name: getattr(View, name) for name in self.view.parts},
            "choices": self._make_once("choices", settles, make=offer),
            "places": {fact: cell.split()[0] for fact, cell in places if pd.notna(cell)},
            "lines": [command, f"Explorer(View({call}))"],
        }


def _show_summary(chosen: Dossier, view: View, story: Dossier) -> str:
    told = passages.note("No fact matches.") if chosen.facts.empty else passages.summary(chosen)
    since = f"Only what was stated from {format_date(view.since)} on is shown."
    return told.html + (passages.note(since).html if view.since else "")


def _show_picture(chosen: Dossier, view: View, story: Dossier) -> str | Figure:
    if view.picture == "timeline":
        return timeline(chosen)
    if view.picture == "numbers":
        if not view.topic:
            return passages.note("Choose a topic to see its numbers.").html
        return numbers(chosen, topic=view.topic)
    facts = story.facts
    picked = explode_ids(facts.loc[facts["fact_id"] == view.fact, "place_id"])
    return locator_map(chosen, view.place_names, picked_place=next(iter(picked), ""))


def _show_evidence(chosen: Dossier, view: View, story: Dossier) -> str:
    if view.fact not in set(chosen.facts["fact_id"]):
        return ""
    return passages.fact_details(find_known(story, view), view.fact).html


def _show_facts(chosen: Dossier, view: View, story: Dossier) -> str:
    return passages.facts_table(chosen).html


_KNOWN = ("sources", "beside", "as_of")  # what settles which facts stand, and why there are none
# What is shown, from above: how it is drawn, and what of the view it depends on besides the facts.
_PANELS = {
    "summary": (_show_summary, (*_KNOWN, "since")),
    "picture": (_show_picture, (*_KNOWN, "picture", "topic", "place_names", "fact")),
    "evidence": (_show_evidence, (*_KNOWN, "fact")),
    "facts": (_show_facts, _KNOWN),
}


def name_sources(story: Dossier) -> dict[str, str]:
    """What may be chosen of a story's sources: its kinds, and each by publisher and day."""
    names = {kind: kind for kind in ["all", *sorted(story.sources["kind"].dropna().unique())]}
    for source_id, publisher, published in story.sources[_SOURCE].to_numpy().tolist():
        # A kind goes before a source of the same name, as in a dossier.
        names.setdefault(source_id, f"{publisher}, {format_date(published)} ({source_id})")
    return names


def list_choices(story: Dossier, view: View, chosen: Dossier) -> dict[str, list[tuple[str, str]]]:
    """What each control offers, each choice with its label and how many facts it would leave."""
    known = find_known(story, view).facts
    known = known[view.finds(known["statement"])]
    here = known["place_id"].fillna("").str.split().map(lambda ids: view.place in ids)
    at_place = known[here.astype(bool)] if view.place else known
    on_topic = known[known["topic"] == view.topic] if view.topic else known
    topics = sorted({*story.facts["topic"].dropna(), view.topic} - {_ALL})
    named = story.places.set_index("place_id")["name"]
    named = named[named.index.isin(explode_ids(story.facts["place_id"]))]
    days = {last_day(day).isoformat() for day in story.facts["stated"].dropna()}
    ordered = sorted(days | {view.since, view.as_of} - {_ALL}, key=lambda day: (last_day(day), day))
    offered = [(format_date(day), day) for day in ordered]
    sources = [(name, which) for which, name in name_sources(story).items()]
    others = [pair for pair in sources if pair[1] not in ("all", view.sources)]
    facts = chosen.facts
    labels = facts["fact_id"] + " · " + facts["statement"].str[:_LONGEST_LABEL]
    none = f"none of {format_count(len(facts), 'fact')}"
    return {
        "since": [("the first day", _ALL), *offered],
        "as_of": [*offered, ("all days", _ALL)],
        "sources": sources,
        "beside": [("nothing", _ALL), *others],
        "topic": _offer(dict(zip(topics, topics, strict=True)), at_place["topic"], len(at_place)),
        "place": _offer(named.to_dict(), explode_ids(on_topic["place_id"]), len(on_topic)),
        "place_names": [(name_language(code), code) for code in list_place_names(story)],
        "fact": [(none, _ALL), *zip(labels, facts["fact_id"], strict=True)],
        "picture": [(name, name) for name in PICTURES],
    }


def _offer(names: Mapping, cells: pd.Series, total: int) -> list[tuple[str, str]]:
    """The terms of a column, each with its name and how often it stands in some cells."""
    counts = cells.value_counts()
    each = [(f"{name} ({counts.get(term, 0)})", term) for term, name in names.items()]
    return [(f"all ({total})", _ALL), *each]
