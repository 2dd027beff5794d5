"""A notebook to be run: where it is found, and what its file says before anything runs."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from helpers.errors import ParameterError
from helpers.files import hash_files, look_up_folders
from helpers.page import find_pictures
from helpers.reports._parameters import Parameter, read_parameters
from helpers.words import did_you_mean, name_halves, quote_value


@dataclass(frozen=True)
class Notebook:
    """A notebook, which may be run with other parameters."""

    path: Path
    text: str  # what the file holds, without outputs
    hashes: dict[str, str]  # SHA-256 of the file as it was read, and of the pictures that it names
    parameters: dict[str, Parameter]
    heading: str  # its first; '' where it has none
    fault: str  # why it cannot be run; '' where it can

    def fill(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """The values of all parameters, those that are not given by default."""
        return {name: one.default for name, one in self.parameters.items()} | dict(given)

    def fill_ours(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """The values of those that may be a dossier, its sources, a day, a language: the texts."""
        values = self.fill(given)
        return {name: values[name] for name, one in self.parameters.items() if one.type == "str"}


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
    known = f"the notebooks here are {', '.join(sorted(names)) or 'none'}"
    hint = did_you_mean(text, names) or known
    raise ParameterError(f"notebook {quote_value(text)}: no such notebook or file ({hint})")


def read_notebook(path: Path) -> Notebook:
    """Read a notebook to be run.

    Raises
    ------
    ParameterError
        The file is not a notebook, or its parameters are not Python.
    """
    try:
        content = path.read_bytes()
        source = nbformat.reads(content.decode(), as_version=4)
    except OSError as error:
        raise ParameterError(f"notebook {path}: cannot be read: {error.strerror}") from error
    except Exception as error:  # nbformat raises whatever the JSON makes it raise
        raise ParameterError(f"notebook {path}: is not a notebook in format 4") from error
    for cell in source.cells:
        if cell.cell_type == "code":
            cell.outputs = []
    fault = _find_half(source)
    text = name_halves(nbformat.writes(source))
    source = nbformat.reads(text, as_version=4)
    hashes = {"notebook": sha256(content).hexdigest()}
    if pictures := find_pictures(source, path.parent):
        hashes["pictures"] = hash_files(pictures)
    return Notebook(path, text, hashes, read_parameters(source), _find_heading(source), fault)


def _find_heading(notebook: NotebookNode) -> str:
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
