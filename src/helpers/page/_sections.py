"""A report's sections as a page has them: one in which nothing is told leaves no trace."""

import re
from collections.abc import Iterator
from html import unescape
from itertools import chain, count

import nbformat
from markupsafe import Markup, escape
from nbconvert.filters.markdown_mistune import MarkdownWithMath
from nbformat import NotebookNode

from helpers.page._foreign import PageRenderer

_HEADING = re.compile(r'<h2 class="section mathjax_ignore">(.*?)</h2>')
_TITLE = re.compile(r"<h1\b[^>]*>(.*?)</h1>", re.DOTALL)
_NAMED_HEADING = re.compile(r'<h([1-6]) id="([^"]+)">(.*?)</h\1>', re.DOTALL)
_CONTENTS = '<nav class="contents" aria-label="Contents"></nav>'
_LEAD = re.compile(r'<p class="lead">(.*?)</p>', re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_UNTOLD = '<p class="note untold">'


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
        page.cells.append(_make_text(f"Left out, for no fact tells of it: {'; '.join(headings)}."))
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


def add_contents(html: str) -> str:
    """The body of a page whose headings each have a name of their own, and their list on top.

    The list names the headings of the second level, with which sections begin.
    """
    taken, listed = {"content"}, []

    def name(heading: re.Match) -> str:
        level, wanted, text = heading.groups()
        others = (f"{wanted}-{number}" for number in count(2))
        anchor = next(one for one in chain([wanted], others) if one not in taken)
        taken.add(anchor)
        if level == "2":
            address, plain = anchor.replace("%", "%25"), escape(Markup(text).striptags())
            listed.append(f'<li><a href="#{address}">{plain}</a></li>\n')
        return f'<h{level} id="{anchor}">{text}</h{level}>'

    html = _NAMED_HEADING.sub(name, html)
    begin = _CONTENTS.removesuffix("</nav>")
    links = f"<details><summary>Contents</summary>\n<ol>\n{''.join(listed)}</ol></details>"
    return html.replace(_CONTENTS, f"{begin}{links}</nav>" if listed else "", 1)


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
