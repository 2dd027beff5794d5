"""A notebook, its parameters and its dossier, checked before anything runs."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from helpers.dossier import Dossier, load_dossier
from helpers.errors import DossierError, ParameterError
from helpers.files import look_up_folders
from helpers.geography import check_place_names
from helpers.page import Origin, find_origin
from helpers.reports._parameters import Parameter, check_parameters, read_parameters
from helpers.words import did_you_mean, format_date, name_halves, quote_value

_PLAIN_HEADING = "Report"


def list_notebooks() -> dict[str, Path]:
    """The notebooks that have a name here, by name; one of the current folder goes first."""
    folders = look_up_folders("notebooks")[::-1]
    return {path.stem: path for folder in folders for path in sorted(folder.glob("*.ipynb"))}


def find_notebook(name_or_path: str | Path) -> Path:
    """The file of a notebook, by its path or by the name of one that ships.

    Raises
    ------
    ParameterError
        There is none.
    """
    text = str(name_or_path)
    if Path(text).is_file():
        return Path(text)
    names = list_notebooks()
    if text in names:
        return names[text]
    hint = (
        did_you_mean(text, names) or f"the notebooks here are {', '.join(sorted(names)) or 'none'}"
    )
    raise ParameterError(f"notebook {quote_value(text)}: no such notebook or file ({hint})")


@dataclass(frozen=True)
class Template:
    """A notebook to be run with other parameters.

    Parameters
    ----------
    path
        Its file.
    text
        What the file holds, without outputs.
    digest
        SHA-256 of the file as it was read.
    parameters
        The parameters that it declares, by name.
    heading
        Its first heading; '' where it has none.
    fault
        Why it cannot be run; '' where it can.
    """

    path: Path
    text: str
    digest: str
    parameters: dict[str, Parameter]
    heading: str
    fault: str

    def fill(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The values of all parameters, those that are not given by default."""
        return {name: parameter.default for name, parameter in self.parameters.items()} | values


@dataclass(frozen=True)
class Job:
    """A report to make: all of it is checked, nothing has run.

    Parameters
    ----------
    template
        The notebook.
    values
        The parameters that were given, in their declared types.
    dossier
        The folder of the dossier that the notebook reads; None where it reads none.
    title
        The page's title; '' for the notebook's own.
    origin
        What the page is made from.
    """

    template: Template
    values: dict[str, Any]
    dossier: Path | None
    title: str
    origin: Origin


def read_template(notebook: Path) -> Template:
    """Read a notebook to be run.

    Raises
    ------
    ParameterError
        The file is not a notebook, or its parameters are not Python.
    """
    source, digest = read_notebook(notebook)
    for cell in source.cells:
        if cell.cell_type == "code":
            cell.outputs = []
    fault = _find_half(source)
    text = name_halves(nbformat.writes(source))
    source = nbformat.reads(text, as_version=4)
    parameters = read_parameters(source)
    return Template(notebook, text, digest, parameters, _find_heading(source), fault)


def prepare(
    template: Template,
    parameters: Mapping[str, Any],
    load: Callable[[str], Dossier] = load_dossier,
) -> Job:
    """Check the parameters of a report: what can be known to be wrong before it runs.

    Parameters
    ----------
    template
        The notebook.
    parameters
        Values for the parameters that the notebook declares.
    load
        What loads a dossier by its name or path.

    Raises
    ------
    ParameterError
        A parameter is unknown, of another type or not to be had of this dossier.
    DossierError
        The dossier cannot be loaded.
    """
    values = check_parameters(template.parameters, parameters)
    every_value = template.fill(values)
    name = every_value.get("dossier")
    story = load(name) if name else None
    title = _find_title(template, every_value, story) if story else ""
    # What is given as it stands in the notebook anyway makes the same page.
    own = {name: v for name, v in values.items() if v != template.parameters[name].default}
    origin = find_origin(template.path, template.digest, own, story)
    return Job(template, values, story and story.folder, title, origin)


def read_notebook(path: Path) -> tuple[NotebookNode, str]:
    """Read a notebook's file: the notebook, and SHA-256 of what was read.

    Raises
    ------
    ParameterError
        The file is not a notebook.
    """
    try:
        content = path.read_bytes()
        return nbformat.reads(content.decode(), as_version=4), sha256(content).hexdigest()
    except OSError as error:
        raise ParameterError(f"notebook {path}: cannot be read: {error.strerror}") from error
    except Exception as error:  # nbformat raises whatever the JSON makes it raise
        raise ParameterError(f"notebook {path}: is not a notebook in format 4") from error


def _find_title(template: Template, values: Mapping[str, Any], story: Dossier) -> str:
    """The title of the dossier that a notebook's parameters name, with its day.

    The notebook's own heading stands behind it, but for the report's, which says nothing more.

    The parameters that every notebook of ours has are tried on the dossier here, before a kernel
    starts.
    """
    language = values.get("place_names", "en")
    try:
        story = story.from_sources(values.get("sources", "all")).as_of(values.get("as_of"))
        check_place_names(story, language)
    except DossierError as error:
        raise ParameterError(f"parameter {error}") from error
    day = f" – as of {format_date(story.as_of_day)}" if story.as_of_day else ""
    heading = template.heading
    about = f" – {heading[:1].lower()}{heading[1:]}" if heading not in ("", _PLAIN_HEADING) else ""
    return f"{story.title}{about}{day}"


def _find_heading(notebook: NotebookNode) -> str:
    """A notebook's first heading; '' where it has none."""
    cells = (cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    titles = (source.splitlines()[0][2:].strip() for source in cells if source.startswith("# "))
    return next(titles, "")


def _find_half(notebook: NotebookNode) -> str:
    """Where a notebook holds half a character, which no file in UTF-8 can hold; '' for nowhere."""
    parts = {f"cell {number}": cell for number, cell in enumerate(notebook.cells, start=1)}
    for place, part in (parts | {"the metadata": notebook.metadata}).items():
        text = json.dumps(part, ensure_ascii=False)
        if name_halves(text) != text:
            return f"{place} of the notebook holds half a character (one surrogate of a pair)"
    return ""
