"""A dossier under controls, for JupyterLab: the figures and the facts follow what is chosen.

What is shown is HTML below the controls, which a saved notebook keeps: papermill can run the
notebook with the view as its parameters, and a page of it can be mailed. The controls, and what a
click on the HTML does, are `explorer.js`.
"""

import asyncio
import shlex
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

import anywidget
import pandas as pd
import traitlets
from IPython.display import HTML, DisplayHandle, display

from helpers.dossier import Dossier, explode_ids, format_csv, last_day, load_dossier, read_day
from helpers.errors import DossierError, ParameterError, RenderError
from helpers.figures import locator_map, numbers, timeline
from helpers.files import write_whole
from helpers.geography import check_place_names, list_place_names
from helpers.page import WIDGET, passages
from helpers.reports import find_notebook, prepare, read_notebook, render
from helpers.words import format_count, format_date, name_language, one_of, quote_value, slugify

_ALL = ""
_SOURCE = ["source_id", "publisher", "published"]
_LONGEST_LABEL = 90  # characters of a statement in the list of facts
_QUIET_S = 0.03  # without a further change, after which the view is drawn
_MOST_KEPT = 500  # panels and views that were made
PICTURES = ("map", "numbers", "timeline")


@dataclass(frozen=True)
class View:
    """What is looked at: the parameters of explore.ipynb. '' stands for all, or for none."""

    dossier: str
    sources: str = "all"
    as_of: str = _ALL
    topic: str = _ALL
    place: str = _ALL
    search: str = _ALL
    fact: str = _ALL
    place_names: str = "en"
    picture: str = "map"

    def __post_init__(self):
        """Take a year as papermill reads it, 2022, for the text that it stands for."""
        object.__setattr__(self, "as_of", read_day(self.as_of))
        for name, value in asdict(self).items():
            object.__setattr__(self, name, str(value))
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
        parts = (f"{name}-{_name_value(value)}" for name, value in self.chosen.items())
        return "-".join(["explore", *parts])

    def finds(self, statements: pd.Series) -> pd.Series:
        """Whether each of some statements holds the words that are searched."""
        words = self.search.casefold()
        # Of no statements it would be another type.
        return statements.str.casefold().str.contains(words, regex=False).astype(bool)


def _name_value(value: str) -> str:
    """A value in a file name, with a few digits of its hash where the name does not say it all."""
    name = slugify(value)
    return name if name == value else f"{name}-{sha256(value.encode()).hexdigest()[:8]}".strip("-")


def select_view(story: Dossier, view: View) -> Dossier:
    """The facts of a view.

    Raises
    ------
    DossierError
        A source, day, topic, place, fact or language that the dossier does not have.
    """
    check_place_names(story, view.place_names)
    if view.fact:
        story.select(fact_id=view.fact)  # which refuses one that there is not
    # The whole story says which topics and places there are, whatever its sources left say.
    terms = {name: value for name in ("topic", "place") if (value := getattr(view, name))}
    wanted = story.select(**terms).facts
    known = find_known(story, view)
    facts = known.facts["fact_id"]
    found = wanted.loc[view.finds(wanted["statement"]), "fact_id"]
    return known.select(fact_id=list(facts[facts.isin(found)]))


def find_known(story: Dossier, view: View) -> Dossier:
    """What the view's sources had said by its day."""
    return story.from_sources(view.sources).as_of(view.as_of)


class Controls(anywidget.AnyWidget):
    """The controls of a view, as the browser shows them; what they ask for is `asked`."""

    _esm = Path(__file__).with_name("explorer.js")
    _css = Path(__file__).with_name("explorer.css")
    asked = traitlets.Dict().tag(sync=True)  # a view, and the number of its turn
    shown = traitlets.Dict().tag(sync=True)  # what came of it
    status = traitlets.Dict().tag(sync=True)  # what became of a file to write


class Explorer:
    """The controls over a dossier, and what they show.

    Parameters
    ----------
    view
        What is shown first.
    folder
        Where the buttons write; made where it is missing.

    Raises
    ------
    DossierError
        The dossier cannot be loaded, or does not have what the view names.
    """

    def __init__(self, view: View, folder: str | Path = "reports"):
        self.view = view
        self.folder = Path(folder)
        self.story = load_dossier(view.dossier)
        self.chosen = select_view(self.story, view)
        if view.fact and view.fact not in set(self.chosen.facts["fact_id"]):
            raise DossierError(f"fact {view.fact}: not among the facts of this view")
        self.panels: dict[str, str] = {}
        self._made: dict[tuple, Any] = {}
        self._turn = 0
        self._waiting: asyncio.TimerHandle | None = None
        self._outputs: dict[str, DisplayHandle] = {}
        self.controls = Controls(shown=self._describe())
        self.controls.observe(self._ask, names="asked")
        self.controls.on_msg(self._press)

    def _ipython_display_(self) -> None:
        """The controls at once, and below them each panel as it is ready."""
        # Where no kernel answers them, as in a page, the controls are nothing.
        model = {"version_major": 2, "version_minor": 0, "model_id": self.controls.model_id}
        bundle = {WIDGET: model, "text/plain": "", "text/html": ""}
        display(bundle, raw=True)
        self._outputs["view"] = display({"text/html": self.html}, raw=True, display_id=True)
        self._draw(self._show)

    @property
    def html(self) -> str:
        """The panels of the view; of one that is still to be drawn, its place."""
        drawing = '<p class="note">Drawing …</p>'
        panels = (
            f'<div class="dossier-{name}">{self.panels.get(name, drawing)}</div>'
            for name in _PANELS
        )
        return f'<div class="dossier-view" data-turn="{self._turn}">{"".join(panels)}</div>'

    @property
    def known(self) -> Dossier:
        """What the view's sources had said by its day: what a page of it can be made again from."""
        return find_known(self.story, self.view)

    def provenance(self) -> None:
        """Show what the view was made from, and go on showing it."""
        shown = HTML(passages.provenance(self.known).html)
        self._outputs["provenance"] = display(shown, display_id=True)

    def choose(self, **choices: str) -> None:
        """Show another view, as the controls do.

        Raises
        ------
        DossierError
            The dossier does not have what the view names.
        """
        view = replace(self.view, **choices)
        chosen = self._make_once("chosen", view, make=lambda: select_view(self.story, view))
        if view.fact not in set(chosen.facts["fact_id"]):
            view = replace(view, fact=_ALL)
        is_known = (view.sources, view.as_of) == (self.view.sources, self.view.as_of)
        self.chosen, self.view = chosen, view
        self._draw()
        self._show()
        self.controls.shown = self._describe()
        if "provenance" in self._outputs and not is_known:
            self._outputs["provenance"].update(HTML(passages.provenance(self.known).html))

    def save_report(self) -> Path | None:
        """Render this notebook with the view as its parameters: one page in the folder."""
        return self._save(
            "html", lambda path: render(find_notebook("explore"), asdict(self.view), path)
        )

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
        """Take over what the controls ask for; of many changes in a row the last is drawn."""
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:  # nobody waits for the next
            self._answer()
            return
        if self._waiting:
            self._waiting.cancel()
        self._waiting = loop.call_later(_QUIET_S, self._answer)

    def _answer(self) -> None:
        asked = dict(self.controls.asked)
        self._turn = int(asked.pop("turn"))
        try:
            self.choose(**asked)
        except DossierError as error:
            self.controls.status = {"text": str(error)}

    def _draw(self, show: Callable[[], None] | None = None) -> None:
        """Draw what has changed, and nothing that was drawn before; show each when it is ready."""
        facts = tuple(self.chosen.facts["fact_id"])
        for name, (draw, names) in _PANELS.items():
            parts = (getattr(self.view, one) for one in names)
            self.panels[name] = self._make_once(
                name, facts, *parts, make=partial(draw, self.chosen, self.view, self.story)
            )
            if show:
                show()

    def _make_once(self, *key: Any, make: Callable[[], Any]) -> Any:
        """What was made before, or is made now; the oldest is let go."""
        if key not in self._made:
            self._made[key] = make()
        for old in list(self._made)[:-_MOST_KEPT]:
            del self._made[old]
        return self._made[key]

    def _show(self) -> None:
        """Put the view in its output, with what a page of it is made from."""
        if "view" in self._outputs:
            shown = {"text/html": self.html}
            origin = self._make_once("origin", self.view, make=self._find_origin)
            self._outputs["view"].update(shown, raw=True, metadata=origin)

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
        return {
            "turn": self._turn,
            "view": self.view.parts,
            "first": {name: getattr(View, name) for name in self.view.parts},
            "choices": self._make_once(
                "choices", self.view, make=lambda: list_choices(self.story, self.view, self.chosen)
            ),
            "places": {fact: cell.split()[0] for fact, cell in places if pd.notna(cell)},
            "lines": [command, f"Explorer(View({call}))"],
        }


def _show_summary(chosen: Dossier, view: View, story: Dossier) -> str:
    if chosen.facts.empty:
        return passages.note("No fact matches.").html
    return passages.summary(chosen).html


def _show_picture(chosen: Dossier, view: View, story: Dossier) -> str:
    """The one picture that is looked at."""
    if view.picture == "timeline":
        return passages.show(timeline, chosen)._repr_html_()
    if view.picture == "numbers":
        if not view.topic:
            return passages.note("Choose a topic to see its numbers.").html
        return passages.show(numbers, chosen, topic=view.topic)._repr_html_()
    facts = story.facts
    picked = explode_ids(facts.loc[facts["fact_id"] == view.fact, "place_id"])
    options = {"place_names": view.place_names, "picked_place": next(iter(picked), "")}
    return passages.show(locator_map, chosen, **options)._repr_html_()


def _show_evidence(chosen: Dossier, view: View, story: Dossier) -> str:
    if not view.fact:
        return ""
    return passages.fact_details(find_known(story, view), view.fact)._repr_html_()


def _show_facts(chosen: Dossier, view: View, story: Dossier) -> str:
    return passages.show(passages.facts_table, chosen)._repr_html_()


_KNOWN = ("sources", "as_of")  # what settles which facts stand, and why there are none
# What is shown, from above: how it is drawn, and what of the view it depends on besides the facts.
_PANELS = {
    "summary": (_show_summary, _KNOWN),
    "picture": (_show_picture, (*_KNOWN, "picture", "topic", "place_names", "fact")),
    "evidence": (_show_evidence, (*_KNOWN, "fact")),
    "facts": (_show_facts, _KNOWN),
}


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
    ordered = sorted(days | {view.as_of} - {_ALL}, key=lambda day: (last_day(day), day))
    kinds = ["all", *sorted(story.sources["kind"].dropna().unique())]
    facts = chosen.facts
    labels = facts["fact_id"] + " · " + facts["statement"].str[:_LONGEST_LABEL]
    none = f"none of {format_count(len(facts), 'fact')}"
    return {
        "as_of": [*((format_date(day), day) for day in ordered), ("all days", _ALL)],
        "sources": [
            *zip(kinds, kinds, strict=True),
            *(
                (f"{publisher}, {format_date(published)} ({source_id})", source_id)
                for source_id, publisher, published in story.sources[_SOURCE].to_numpy().tolist()
            ),
        ],
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
