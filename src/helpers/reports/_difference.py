"""What changed between two pages or dossiers, as text and as a page."""

from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from helpers.dossier import Dossier, find_dossier, load_dossier
from helpers.errors import PageError
from helpers.files import hash_package, list_versions, write_whole
from helpers.page import Origin, passages, read_origin
from helpers.reports._notebook import read_notebook
from helpers.reports._remaking import find_shipped, read_data, read_page, restore
from helpers.reports._render import check_target, lay_out


@dataclass(frozen=True)
class State:
    """A story as a page or a dossier tells it."""

    name: str
    story: Dossier
    sources: str  # whose facts a page tells; '' of a dossier, which has them all
    digest: str


def compare_states(old: str, new: str, output: Path | None = None) -> str:
    """What changed between two states of a story; each is a page by its path, or a dossier.

    A dossier is held against a page by the facts of those sources that the page tells of. An HTML
    file tells it too, where its path is given.

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
    states = [_open(old), _open(new)]
    whose = next((state.sources for state in states if state.sources), "all")
    before, now = (s.story if s.sources else s.story.from_sources(whose) for s in states)
    told = passages.changes(before, now, [state.name for state in states])
    if output:
        named = dict(zip(("old", "new"), (state.name for state in states), strict=True))
        hashes = dict(zip(named, (state.digest for state in states), strict=True))
        hashes["notebook"] = hash_package()
        origin = Origin("dossier diff", named, hashes, list_versions())
        write_whole(output, lay_out("Changes", told.html, f"What changed: {now.title}", origin))
    return told.text


def is_page(name: str) -> bool:
    return name.lower().endswith(".html")


def _open(one: str) -> State:
    """A dossier, or a page's own rows, without those outside of it by which it is made again."""
    if not is_page(one):
        story = load_dossier(find_dossier(one))
        return State(f"the dossier {story.name}", story, "", story.hashes["dossier"])
    page = Path(one)
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
