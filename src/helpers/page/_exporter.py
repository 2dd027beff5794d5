"""An executed notebook as one HTML page, for nbconvert, for JupyterLab's menu and for `render`."""

import json
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import nbformat
from nbconvert import HTMLExporter
from nbconvert.filters import Highlight2HTML
from nbformat import NotebookNode
from nbformat.v4 import new_notebook
from traitlets.config import Config

from helpers.page._finish import finish_page
from helpers.page._origin import Origin
from helpers.page._sections import escape_markdown, find_lead, lay_out_sections
from helpers.words import escape_unseen, name_halves

_TEMPLATES = Path(__file__).parent / "templates"
# What stands in a page, the best first: a widget is left out, since no kernel answers it there.
_SHOWN = [
    "text/html", "text/markdown", "image/svg+xml", "text/latex", "image/png", "image/jpeg",
    "text/plain",
]  # fmt: skip


class DossierExporter(HTMLExporter):
    """Pages with our template: no script, nothing to fetch, code left out."""

    export_from_notebook = "Dossier"  # JupyterLab offers what has a name here

    @property
    def default_config(self) -> Config:
        """What this exporter sets, where a user has not."""
        ours = {
            "HTMLExporter": {
                "template_name": "dossier",
                "extra_template_basedirs": [str(_TEMPLATES)],
                "exclude_input": True,
                "exclude_input_prompt": True,
                "exclude_output_prompt": True,
                "exclude_anchor_links": True,
                "optimistic_validation": True,  # once, not after each of the preprocessors
            },
            "CoalesceStreamsPreprocessor": {"enabled": True},  # one print may come in pieces
            "NbConvertBase": {"display_data_priority": _SHOWN},
        }
        config = super().default_config.copy()
        config.merge(Config(ours))
        return config

    def default_filters(self) -> Iterator[tuple[str, Callable]]:
        """nbconvert's filters, and ours for printed text, for code and for what a page says first."""
        yield from super().default_filters()
        yield "escape_unseen", escape_unseen
        yield "find_lead", find_lead
        yield "highlight_code", Highlight2HTML(parent=self)

    def from_notebook_node(  # type: ignore[override]  # nbconvert says a notebook, and gives text
        self, nb: NotebookNode, resources: dict | None = None, **options
    ) -> tuple[str, dict]:
        """The page, and nbconvert's resources."""
        text = json.dumps(nb, ensure_ascii=False)
        if (named := name_halves(text)) != text:
            nb = nbformat.from_dict(json.loads(named))
        page = lay_out_sections(nb)
        # HTMLExporter's own would parse and write the whole page again, for what a cleaner does.
        html, resources = super(HTMLExporter, self).from_notebook_node(page, resources, **options)
        return finish_page(html), resources


def convert(executed: NotebookNode, title: str = "", origin: Origin | None = None) -> str:
    """An executed notebook as one HTML page: no script, nothing to fetch.

    Parameters
    ----------
    executed
        The notebook with its outputs.
    title
        The page's title and first heading, in place of the notebook's own.
    origin
        What the page is made from, for its head and its foot; None where that is not known.
    """
    page = nbformat.from_dict(executed)
    if title:
        _set_title(page, title)
    html, _ = _make_exporter().from_notebook_node(page, {"origin": origin})
    return html


@cache
def make_ready() -> None:
    """Make an empty page, once: its templates and the usual fonts are then at hand for others."""
    convert(new_notebook())


@cache
def _make_exporter() -> DossierExporter:
    """One exporter a process, whose templates are compiled once."""
    return DossierExporter()


def _set_title(page: NotebookNode, title: str) -> None:
    """Put the story's title in place of the notebook's first heading, as plain text."""
    plain = escape_markdown(title)
    for cell in page.cells:
        if cell.cell_type == "markdown" and cell.source.startswith("# "):
            cell.source = "\n".join([f"# {plain}", *cell.source.splitlines()[1:]])
            break
    page.metadata["title"] = title
