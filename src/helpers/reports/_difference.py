"""What changed between two pages or dossiers, as text and as a page."""

from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from helpers.dossier import Dossier, find_dossier, load_dossier
from helpers.errors import PageError
from helpers.files import hash_package, list_versions, write_whole
from helpers.page import Origin, convert, passages, read_origin
from helpers.reports._notebook import read_notebook
from helpers.reports._remaking import find_shipped, read_data, read_page, restore
from helpers.reports._render import check_target

_MADE_BY = "dossier diff"


@dataclass(frozen=True)
class State:
    """A story as a page or a dossier tells it."""

    name: str
    story: Dossier
    sources: str  # whose facts a page tells; '' of a dossier, which has them all
    digest: str


def compare_states(old: str, new: str, output: Path | None = None) -> str:
    """What changed between two states of a story; each is a page by its path, or a dossier.

    A dossier is held against a page by the facts of those sources that the page tells of.

    Parameters
    ----------
    output
        The HTML file that tells it too.

    Raises
    ------
    ParameterError
        The file to write has another ending: nothing was read.
    PageError
        A page that was not made here, or is damaged.
    DossierError
        There is no such dossier, or it cannot be loaded, or lacks a page's source.
    OSError
        A page cannot be read.
    """
    if output:
        check_target(output, ".html")
    states = [_open_page(Path(one)) if is_page(one) else _open_dossier(one) for one in (old, new)]
    whose = next((state.sources for state in states if state.sources), "all")
    before, now = (s.story if s.sources else s.story.from_sources(whose) for s in states)
    told = passages.changes(before, now, [state.name for state in states])
    if output:
        write_whole(output, _write_page(told.html, now.title, states))
    return told.text


def is_page(name: str) -> bool:
    """Whether a page is named, and no dossier."""
    return name.lower().endswith(".html")


def _open_dossier(name: str) -> State:
    story = load_dossier(find_dossier(name))
    return State(f"the dossier {story.name}", story, "", story.hashes["dossier"])


def _open_page(page: Path) -> State:
    """A page's own rows, without those outside of it by which it is made again."""
    html, origin = read_page(page), read_origin(page)
    if origin is None:
        raise PageError(f"{page}: was not made here; expected a page by dossier render")
    data = read_data(page, html)
    with TemporaryDirectory() as folder:
        story = load_dossier(restore(page, data, Path(folder)))
    own = [row["fact_id"] for row in data["facts"]]
    given = {name: str(value) for name, value in origin.parameters.items()}
    with suppress(PageError):  # a notebook of one's own, whose defaults are not known
        given = read_notebook(find_shipped(page, origin)).fill_ours(given)
    day = f", as of {given['as_of']}" if given.get("as_of") else ""
    name = f"{page.name} ({origin.notebook}{day})"
    digest = sha256(html.encode()).hexdigest()
    sources = given.get("sources", "all")
    return State(name, story.from_sources(sources).select(fact_id=own), sources, digest)


def _write_page(html: str, title: str, states: list[State]) -> str:
    cells = [
        new_markdown_cell("# Changes", id="title"),
        new_code_cell("", id="changes", outputs=[new_output("display_data", {"text/html": html})]),
    ]
    old, new = states
    named = {"old": old.name, "new": new.name}
    hashes = {"notebook": hash_package(), "old": old.digest, "new": new.digest}
    origin = Origin(_MADE_BY, named, hashes, list_versions())
    return convert(new_notebook(cells=cells), f"What changed: {title}", origin)
