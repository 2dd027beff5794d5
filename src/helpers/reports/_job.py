"""One report to make: its notebook, parameters and dossier, checked before anything runs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from helpers.dossier import Dossier, load_dossier, read_day
from helpers.errors import DossierError, ParameterError
from helpers.geography import check_place_names
from helpers.page import Origin, find_origin
from helpers.reports._notebook import Notebook
from helpers.reports._parameters import check_parameters
from helpers.words import format_date

_PLAIN_HEADING = "Report"


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
    language = values.get("place_names", "en")
    try:
        story = choose(story, values.get("sources", "all"))
        as_of = read_day(values.get("as_of"))
        check_place_names(story, language)
    except DossierError as error:
        raise ParameterError(f"parameter {error}") from error
    day = f" – as of {format_date(as_of)}" if as_of else ""
    heading = notebook.heading
    about = f" – {heading[:1].lower()}{heading[1:]}" if heading not in ("", _PLAIN_HEADING) else ""
    return f"{story.title}{about}{day}"
