"""One report to make: checked before anything runs; and its outcome, the page of a failure too."""

import html
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from helpers.dossier import Dossier, load_dossier, read_day
from helpers.errors import DossierError, ParameterError
from helpers.geography import check_place_names
from helpers.page import Origin, find_origin
from helpers.reports._notebook import Notebook, check_parameters
from helpers.words import escape_unseen, format_date

NOT_DONE = "not done after {:g} s"
_PLAIN_HEADING = "Report"
_LAST_PAGE = """<!DOCTYPE html>
<html lang="en"><meta charset="utf-8"><title>Failed</title>
<h1>This report failed.</h1><p>{}</p></html>
"""


@dataclass(frozen=True)
class Job:
    """A report to make: all of it is checked, nothing has run."""

    notebook: Notebook
    parameters: dict[str, Any]  # those that were given, in their declared types
    dossier: Dossier | None  # as it was loaded; None where the notebook reads none
    title: str  # '' for the notebook's own
    origin: Origin
    output: str = ""  # the page's path below the output folder of a batch, its parts parted by /
    cwd: Path | None = None  # where the notebook runs; None for the current folder
    kernel: str = ""  # '' for the one that the notebook names


@dataclass(frozen=True)
class Outcome:
    """What came of a job."""

    html: str  # the page, or that of the failure
    failure: str  # '' where it did not fail
    executed: NotebookNode | None = None  # None where it stays with who ran it


def prepare(
    notebook: Notebook,
    given: Mapping[str, Any],
    load: Callable[[str], Dossier] = load_dossier,
    choose: Callable[[Dossier, str], Dossier] = Dossier.from_sources,
) -> Job:
    """Check the parameters of a report: what can be known to be wrong before it runs.

    `load` and `choose` are those of a `Dossier`, or keep what they gave before.

    Raises
    ------
    ParameterError
        A parameter is unknown, of another type or not to be had of this dossier.
    DossierError
        The dossier cannot be loaded.
    """
    parameters = check_parameters(notebook.parameters, given)
    ours = notebook.fill_ours(parameters)
    name = ours.get("dossier")
    story = load(name) if name else None
    title = _find_title(notebook, ours, story, choose) if story else ""
    # What is given as it stands in the notebook anyway makes the same page.
    own = {n: v for n, v in parameters.items() if v != notebook.parameters[n].default}
    origin = find_origin(notebook.path, notebook.hashes, own, story)
    return Job(notebook, parameters, story, title, origin)


def _find_title(notebook: Notebook, values: Mapping, story: Dossier, choose: Callable) -> str:
    """The title of the dossier that a notebook's parameters name, with its day.

    The notebook's own heading stands behind it, but for the report's, which says nothing more. The
    parameters that every notebook of ours has are tried on the dossier, before a kernel starts.
    """
    try:
        story = choose(story, values.get("sources", "all"))
        as_of = read_day(values.get("as_of"))
        check_place_names(story, values.get("place_names", "en"))
    except DossierError as error:
        raise ParameterError(f"parameter {error}") from error
    day = f" – as of {format_date(as_of)}" if as_of else ""
    heading = notebook.heading
    about = f" – {heading[:1].lower()}{heading[1:]}" if heading not in ("", _PLAIN_HEADING) else ""
    return f"{story.title}{about}{day}"


def fail(job: Job, reason: str) -> Outcome:
    """The outcome of a job that could not be run: a page that says why, and shows no cell."""
    title = job.title or job.notebook.heading or job.notebook.path.name
    executed = new_notebook(cells=[new_markdown_cell("# Report", id="title")])
    failure = escape_unseen(" ".join(reason.split()))
    add_error(executed, failure)
    try:
        from helpers.page import convert

        page = convert(executed, title, job.origin)
    except Exception:  # what made the page fail may be what makes pages
        page = _LAST_PAGE.format(html.escape(failure))
    return Outcome(page, failure, executed)


def add_error(notebook: NotebookNode, reason: str) -> None:
    """Add an error that is no cell's to a notebook, so that its page tells it."""
    output = new_output("error", ename="No outputs", evalue=reason, traceback=[])
    notebook.cells.append(new_code_cell("", id="error", outputs=[output]))
