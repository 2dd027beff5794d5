"""A dossier under controls, for JupyterLab: the figures and the facts follow what is chosen.

Without a running JupyterLab the same view shows itself as plain HTML, so that papermill can run
the notebook with the view as its parameters, and a page of it can be mailed.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

import ipywidgets as widgets
import pandas as pd

from helpers.dossier import (
    Dossier,
    explode_ids,
    format_csv,
    last_day,
    load_dossier,
    read_day,
)
from helpers.errors import DossierError, ParameterError, RenderError
from helpers.figures import casualties, locator_map, timeline, troops
from helpers.files import write_whole
from helpers.geography import check_place_names, list_place_names
from helpers.page import passages, render_fragment
from helpers.reports import find_notebook, render
from helpers.words import format_count, format_date, name_language, slugify

_ALL = ""
_LONGEST_LABEL = 90  # characters of a statement in the list of facts


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

    def __post_init__(self):
        """Take a year as papermill reads it, 2022, for the text that it stands for."""
        object.__setattr__(self, "as_of", read_day(self.as_of))
        for name in ("sources", "topic", "place", "search", "fact", "place_names"):
            object.__setattr__(self, name, str(getattr(self, name)))

    @property
    def stem(self) -> str:
        """A file name for the view, without its ending: another one for each view."""
        given = {name: value for name, value in asdict(self).items() if name != "dossier"}
        chosen = [
            f"{name}-{_name_value(value)}"
            for name, value in given.items()
            if value != getattr(View, name)
        ]
        return "-".join(["explore", *chosen])


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
    terms = {name: getattr(view, name) for name in ("topic", "place") if getattr(view, name)}
    wanted = story.select(**terms).facts
    holds = wanted["statement"].str.casefold().str.contains(view.search.casefold(), regex=False)
    known = find_known(story, view)
    facts = known.facts["fact_id"]
    return known.select(fact_id=list(facts[facts.isin(wanted.loc[holds, "fact_id"])]))


def find_known(story: Dossier, view: View) -> Dossier:
    """What the view's sources had said by its day."""
    return story.from_sources(view.sources).as_of(view.as_of)


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
        self.panels = {name: widgets.HTML() for name in _PANELS}
        self.status = widgets.HTML()
        self._drawn: dict[str, tuple] = {}
        self.controls = self._build_controls()
        self.box = widgets.VBox(
            [
                widgets.HBox(
                    list(self.controls.values()), layout=widgets.Layout(flex_flow="row wrap")
                ),
                self._build_buttons(),
                *self.panels.values(),
            ]
        )
        self._redraw()
        self._followers = {name: partial(self._follow, name) for name in self.controls}
        for name, control in self.controls.items():
            control.observe(self._followers[name], names="value")

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        """The controls where a kernel answers them, else the view as it was."""
        page = "\n".join(panel.value for panel in self.panels.values())
        return {**self.box._repr_mimebundle_(), "text/html": page}

    @property
    def known(self) -> Dossier:
        """What the view's sources had said by its day: what a page of it can be made again from."""
        return find_known(self.story, self.view)

    def save_report(self, _: object = None) -> Path | None:
        """Render this notebook with the view as its parameters: one page in the folder."""
        output = self.folder / f"{self.story.name}-{self.view.stem}.html"
        parameters = asdict(self.view) | {"dossier": str(self.view.dossier)}
        return self._save(lambda: render(find_notebook("explore"), parameters, output))

    def save_rows(self, _: object = None) -> Path | None:
        """Write the facts of the view as a CSV file in the folder."""
        output = self.folder / f"{self.story.name}-{self.view.stem}.csv"
        return self._save(lambda: write_whole(output, format_csv(self.chosen.facts)))

    def _save(self, write: Callable[[], Path]) -> Path | None:
        """Write a file, and tell where it is or why it is not."""
        self.status.value = render_fragment("note", text="Writing …")
        try:
            path = write()
        except (DossierError, ParameterError, RenderError, OSError) as error:
            self.status.value = render_fragment("note", text=f"Not written: {error}")
            return None
        self.status.value = render_fragment("note", text=f"Written: {path}")
        return path

    def _follow(self, name: str, change: dict) -> None:
        """Take over what a control was set to."""
        view = replace(self.view, **{name: change["new"]})
        self.chosen, self.view = select_view(self.story, view), view
        if name != "fact":
            self._list_facts()
        self._redraw()

    def _redraw(self) -> None:
        """Draw what has changed, and nothing else."""
        for name, (draw, names) in _PANELS.items():
            key = tuple(self.chosen.facts["fact_id"]), *(getattr(self.view, n) for n in names)
            if self._drawn.get(name) != key:
                self.panels[name].value = draw(self.chosen, self.view, self.story)
                self._drawn[name] = key

    def _list_facts(self) -> None:
        """Offer the facts of the view; one that is no longer among them is let go."""
        control, fact = self.controls["fact"], self.view.fact
        held = fact if fact in set(self.chosen.facts["fact_id"]) else _ALL
        # A list of options that changes lets go of what was chosen: nobody follows that.
        control.unobserve(self._followers["fact"], names="value")
        control.options = _list_facts(self.chosen)
        control.value = held
        control.observe(self._followers["fact"], names="value")
        self.view = replace(self.view, fact=held)

    def _build_controls(self) -> dict[str, widgets.Widget]:
        facts, view = self.story.facts, self.view
        places = self.story.places
        places = places[places["place_id"].isin(explode_ids(facts["place_id"]))]
        topics = sorted({*facts["topic"].dropna(), view.topic} - {_ALL})
        choices = {
            "sources": _list_sources(self.story),
            "topic": [("all", _ALL), *((topic, topic) for topic in topics)],
            "place": [("all", _ALL), *zip(places["name"], places["place_id"], strict=True)],
            "place_names": [(name_language(code), code) for code in list_place_names(self.story)],
            "fact": _list_facts(self.chosen),
        }
        wide, style = widgets.Layout(width="24em"), {"description_width": "7em"}
        controls = {
            "as_of": widgets.SelectionSlider(
                options=_list_days(facts["stated"], view.as_of),
                value=view.as_of,
                description="As of",
                continuous_update=False,
                layout=widgets.Layout(width="48em"),
                style=style,
            )
        }
        for name, options in choices.items():
            label = name.replace("_", " ").capitalize()
            controls[name] = widgets.Dropdown(
                options=options,
                value=getattr(view, name),
                description=label,
                layout=wide,
                style=style,
            )
        controls["search"] = widgets.Text(
            value=view.search,
            description="Search",
            placeholder="words of a statement",
            continuous_update=False,
            layout=wide,
            style=style,
        )
        return controls

    def _build_buttons(self) -> widgets.HBox:
        buttons = {"Save as a report": self.save_report, "Save the rows as CSV": self.save_rows}
        row = []
        for label, press in buttons.items():
            button = widgets.Button(description=label, layout=widgets.Layout(width="auto"))
            button.on_click(press)
            row.append(button)
        return widgets.HBox([*row, self.status])


def _show(draw: Callable, *names: str) -> tuple[Callable[[Dossier, View, Dossier], str], tuple]:
    """A panel's HTML from a drawing function or a passage, and the parts of the view it takes."""
    return lambda chosen, view, story: passages.show(draw, chosen)._repr_html_(), names


def _show_map(chosen: Dossier, view: View, story: Dossier) -> str:
    facts = story.facts
    picked = explode_ids(facts.loc[facts["fact_id"] == view.fact, "place_id"])
    options = {"place_names": view.place_names, "picked_place": next(iter(picked), "")}
    return passages.show(locator_map, chosen, **options)._repr_html_()


def _show_evidence(chosen: Dossier, view: View, story: Dossier) -> str:
    if not view.fact:
        return ""
    return passages.fact_details(find_known(story, view), view.fact)._repr_html_()


_KNOWN = ("sources", "as_of")  # what settles which facts stand, and why there are none
# What is shown, from above: how it is drawn, and what of the view it depends on besides the facts.
_PANELS = {
    "summary": _show(passages.summary, *_KNOWN),
    "evidence": (_show_evidence, (*_KNOWN, "fact")),
    "map": (_show_map, (*_KNOWN, "place_names", "fact")),
    "casualties": _show(casualties, *_KNOWN),
    "troops": _show(troops, *_KNOWN),
    "timeline": _show(timeline, *_KNOWN),
    "facts": _show(passages.facts_table, *_KNOWN),
}


def _list_once(cells: pd.Series) -> list[str]:
    return sorted(cells.dropna().unique())


def _list_sources(story: Dossier) -> list[tuple[str, str]]:
    sources = story.sources
    kinds = [("all", "all"), *((kind, kind) for kind in _list_once(sources["kind"]))]
    each = [
        (f"{publisher}, {format_date(published)} ({source_id})", source_id)
        for publisher, published, source_id in zip(
            sources["publisher"], sources["published"], sources["source_id"], strict=True
        )
    ]
    return kinds + each


def _list_days(stated: pd.Series, chosen: str) -> list[tuple[str, str]]:
    """Every day on which something was stated, in order, then all."""
    days = {last_day(day).isoformat() for day in stated.dropna()} | ({chosen} - {_ALL})
    ordered = sorted(days, key=lambda day: (last_day(day), day))
    return [*((format_date(day), day) for day in ordered), ("all days", _ALL)]


def _list_facts(chosen: Dossier) -> list[tuple[str, str]]:
    """Each fact by its id and its statement, after none."""
    facts = chosen.facts
    labels = [
        (f"{fact_id} · {statement[:_LONGEST_LABEL]}", fact_id)
        for fact_id, statement in zip(facts["fact_id"], facts["statement"], strict=True)
    ]
    return [(f"none of {format_count(len(facts), 'fact')}", _ALL), *labels]
