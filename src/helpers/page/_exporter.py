"""An executed notebook as one HTML page, for nbconvert, for JupyterLab's menu and for `render`."""

import json
import re
from collections.abc import Callable, Iterator
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any
from zlib import crc32

import nbformat
from jinja2 import pass_context
from markupsafe import Markup
from nbconvert import HTMLExporter
from nbconvert.filters import Highlight2HTML
from nbconvert.filters.markdown_mistune import MarkdownWithMath
from nbformat import NotebookNode
from nbformat.v4 import new_notebook
from traitlets.config import Config

from helpers.page._finish import finish_page
from helpers.page._foreign import PageRenderer, find_caption, fit_output, format_math
from helpers.page._origin import Origin, restore_origin
from helpers.words import escape_unseen, name_halves

_TEMPLATES = Path(__file__).parent / "templates"
_FOOTNOTE = re.compile(r'((?:id="|href="#)fn(?:ref)?-)(?=\d)')
_HEADING = re.compile(r'<h2 class="section mathjax_ignore">(.*?)</h2>')
_TITLE = re.compile(r"<h1\b[^>]*>(.*?)</h1>", re.DOTALL)
_LEAD = re.compile(r'<p class="lead">(.*?)</p>', re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_UNTOLD = '<p class="note untold">'
WIDGET = "application/vnd.jupyter.widget-view+json"
# What stands in a page, the best first: a widget is left out, since no kernel answers it there.
_SHOWN = [
    "text/html", "text/markdown", "image/svg+xml", "text/latex", "image/png", "image/jpeg",
    "text/plain",
]  # fmt: skip


class _MarkdownWithNotes(MarkdownWithMath):
    DEFAULT_PLUGINS = (*MarkdownWithMath.DEFAULT_PLUGINS, "footnotes")  # type: ignore[assignment]


class DossierExporter(HTMLExporter):
    """Pages with our template: no script, nothing to fetch, code left out."""

    export_from_notebook = "Dossier"  # JupyterLab offers what has a name here

    @property
    def default_config(self) -> Config:
        """What this exporter sets, where a user has not."""
        config = super().default_config.copy()
        page = config.HTMLExporter
        page.template_name, page.extra_template_basedirs = "dossier", [str(_TEMPLATES)]
        page.exclude_input = page.exclude_input_prompt = page.exclude_output_prompt = True
        page.exclude_anchor_links = True
        page.optimistic_validation = True  # once, not after each of the preprocessors
        config.CoalesceStreamsPreprocessor.enabled = True  # one print may come in pieces
        config.NbConvertBase.display_data_priority = _SHOWN
        return config

    def default_filters(self) -> Iterator[tuple[str, Callable]]:
        """nbconvert's filters, and ours for printed text, code and what a page says first."""
        yield from super().default_filters()
        ours = {"escape_unseen": escape_unseen, "find_lead": find_lead, "format_math": format_math}
        yield from (ours | {"highlight_code": Highlight2HTML(parent=self)}).items()

    @pass_context
    def markdown2html(self, context: Any, source: str) -> str:
        """Markdown as HTML, with the pictures that lie beside the notebook, or hang on the cell."""
        path = context["resources"].get("metadata", {}).get("path")  # '' is the current folder
        hung = context.get("cell", {}).get("attachments", {})
        renderer = PageRenderer(embed_images=path is not None, path=path or "", attachments=hung)
        html = _MarkdownWithNotes(renderer=renderer).render(source)
        # Each cell counts its footnotes from one.
        return _FOOTNOTE.sub(rf"\g<1>{crc32(source.encode()):x}-", html)

    def from_notebook_node(  # type: ignore[override]  # nbconvert says a notebook, and gives text
        self, nb: NotebookNode, resources: dict | None = None, **options
    ) -> tuple[str, dict]:
        """The page, and nbconvert's resources."""
        text = json.dumps(nb, ensure_ascii=False)
        if (named := name_halves(text)) != text:
            nb = nbformat.from_dict(json.loads(named))
        resources = {"origin": None} | (resources or {})
        if not resources["origin"]:
            nb, resources["origin"] = _find_view(nb)
        nb = nbformat.from_dict(nb)
        for cell in nb.cells:
            if "outputs" in cell:
                caption = find_caption(cell)
                fitted = (fit_output(output, caption) for output in cell.outputs)
                cell.outputs = [output for output in fitted if output]
        nb.metadata.setdefault("title", find_title(nb))
        page = lay_out_sections(nb)
        # HTMLExporter's own would parse and write the whole page again, for what a cleaner does.
        html, resources = super(HTMLExporter, self).from_notebook_node(page, resources, **options)
        return finish_page(html), resources


def find_pictures(notebook: NotebookNode, folder: Path) -> dict[str, Path]:
    """The pictures of a folder that a page of a notebook holds, by the names in its text."""
    renderer = PageRenderer(embed_images=True, path=str(folder))
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            _MarkdownWithNotes(renderer=renderer).render(cell.source)
    return renderer.found


def convert(
    executed: NotebookNode,
    title: str = "",
    origin: Origin | None = None,
    folder: Path | None = None,
) -> str:
    """An executed notebook as one HTML page: no script, nothing to fetch.

    A title takes the place of the notebook's own, in the first heading too; origin is what the page
    is made from, for its head and foot; in the folder lie the pictures that its text names.
    """
    page = nbformat.from_dict(executed)
    if title:
        _set_title(page, title)
    metadata = {"name": "Notebook"} | ({"path": str(folder)} if folder else {})
    resources = {"origin": origin, "metadata": metadata}
    html, _ = _make_exporter().from_notebook_node(page, resources)
    return html


_make_exporter = cache(DossierExporter)  # one a process, whose templates are compiled once


@cache
def make_ready() -> None:
    """Make an empty page, once: its templates and the usual fonts are then at hand for others."""
    convert(new_notebook())


def _find_view(notebook: NotebookNode) -> tuple[NotebookNode, Origin | None]:
    """A notebook under the title that its explorer shows, and what the view was made from."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            view = output.get("metadata", {}).get("dossier")
            if isinstance(view, dict) and (origin := restore_origin(view.get("origin", ""))):
                notebook = nbformat.from_dict(notebook)
                _set_title(notebook, str(view.get("title", "")))
                return notebook, origin
    return notebook, None


def _set_title(page: NotebookNode, title: str) -> None:
    """Put the story's title in place of the notebook's first heading, as plain text."""
    plain = escape_markdown(title)
    for cell in page.cells:
        if cell.cell_type == "markdown" and cell.source.startswith("# "):
            cell.source = "\n".join([f"# {plain}", *cell.source.splitlines()[1:]])
            break
    page.metadata["title"] = title


# The sections of a notebook: one in which nothing is told leaves no trace


def lay_out_sections(page: NotebookNode) -> NotebookNode:
    """A copy of an executed notebook without the sections that tell nothing.

    A section begins with a heading, of a cell or in an output. The last line names those left out.
    """
    page, headings = nbformat.from_dict(page), []
    sections: list[list[NotebookNode]] = [[]]
    for cell in (part for whole in page.cells for part in _split_cell(whole)):
        if cell.cell_type == "markdown" and cell.source.startswith("## "):
            sections.append([])
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                output.expected = _is_expected(cell, output)
        sections[-1].append(cell)
    page.cells = sections[0]
    for heading, *cells in sections[1:]:
        outputs = [output for cell in cells for output in cell.get("outputs", [])]
        if outputs and all(_UNTOLD in _read_html(output) for output in outputs):
            headings.append(heading.source.splitlines()[0].removeprefix("## "))
            continue
        for cell in cells:
            if "outputs" in cell:
                cell.outputs = [one for one in cell.outputs if _UNTOLD not in _read_html(one)]
        page.cells += [heading, *cells]
    if headings:
        page.cells.append(
            _make_text(f"Left out, for there is nothing to tell: {'; '.join(headings)}.")
        )
    if page.nbformat_minor >= 5:  # from then on a cell has an id
        for number, cell in enumerate(page.cells):
            cell.id = f"cell-{number}"
    return page


def find_title(notebook: NotebookNode) -> str:
    """The first heading of a notebook as plain text, however it is written; '' without one."""
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            html = MarkdownWithMath(renderer=PageRenderer()).render(cell.source)
            if found := _TITLE.search(html):
                return str(Markup(found[1]).striptags())
    return ""


def find_lead(html: str) -> str:
    """The first sentences of a report as plain text, where an output has them; else ''."""
    found = _LEAD.search(html)
    return unescape(_TAG.sub("", found[1])) if found else ""


def find_error(notebook: NotebookNode) -> tuple[NotebookNode | None, NotebookNode | None]:
    """The cell that an executed notebook failed at, and its error; None and None for neither.

    A cell tagged `raises-exception` may end in an error; sys.exit() is none, but a notebook's end.
    """
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if output.output_type == "error" and not _is_expected(cell, output):
                return cell, output
    return None, None


def _is_expected(cell: NotebookNode, error: NotebookNode) -> bool:
    tagged = "raises-exception" in cell.metadata.get("tags", [])
    return tagged or (error.ename == "SystemExit" and error.evalue in ("", "0", "None"))


def escape_markdown(text: str) -> str:
    """A text on one line in which Markdown finds nothing to set."""
    return re.sub(r"([\\`*_{}\[\]<>()#+!|~$&:/@.-])", r"\\\1", " ".join(text.split()))


def _split_cell(cell: NotebookNode) -> Iterator[NotebookNode]:
    """A cell in parts, each heading that an output has as a cell of text."""
    if not any(_HEADING.search(_read_html(output)) for output in cell.get("outputs", [])):
        yield cell
        return
    outputs = cell.outputs
    yield nbformat.from_dict(cell | {"outputs": []})
    for output in outputs:
        first, *rest = _HEADING.split(_read_html(output))
        for heading, html in zip(["", *rest[::2]], [first, *rest[1::2]], strict=True):
            if heading:
                yield _make_text(f"## {escape_markdown(unescape(heading))}")
            shown = output | {"data": {"text/html": html}} if rest else output
            if html.strip() or not rest:
                yield nbformat.from_dict(cell | {"source": "", "outputs": [shown]})


def _make_text(source: str) -> NotebookNode:
    return nbformat.from_dict({"cell_type": "markdown", "metadata": {}, "source": source})


def _read_html(output: NotebookNode) -> str:
    return output.get("data", {}).get("text/html", "")
