"""One notebook and its parameters become one HTML file."""

import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
from nbformat import NotebookNode

from helpers.dossier import LANGUAGES, find_dossier, load_dossier
from helpers.errors import DossierError, ParameterError, RenderError
from helpers.files import look_up_folders, write_whole
from helpers.origin import find_origin
from helpers.parameters import check_parameters, read_parameters
from helpers.schema import did_you_mean, one_of, show_value
from helpers.sheet import format_csv
from helpers.wording import word_date

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
    raise ParameterError(f"notebook {show_value(text)}: no such notebook or file ({hint})")


def render(
    notebook: Path,
    parameters: Mapping[str, Any],
    output: Path,
    *,
    keep_notebook: Path | None = None,
) -> Path:
    """Run a notebook with papermill and write its page.

    Parameters
    ----------
    notebook
        The notebook's file.
    parameters
        Values for the parameters that the notebook declares.
    output
        The HTML file. It appears whole or not at all; an older one is kept until then.
    keep_notebook
        Where to write the executed notebook too.

    Raises
    ------
    ParameterError
        A parameter is unknown, of another type or not to be had of this dossier, or a file to
        write has another ending than .html (.ipynb): nothing has run.
    DossierError
        The dossier cannot be loaded: nothing has run.
    RenderError
        A cell failed. `<name>.failed.html` beside the output shows where and why.
    """
    _check_target(output, ".html")
    if keep_notebook:
        _check_target(keep_notebook, ".ipynb")
        if keep_notebook.resolve() == notebook.resolve():
            raise ParameterError(f"{keep_notebook}: not written; it is the notebook that is run")
    from helpers.exporter import convert

    source = read_notebook(notebook)
    declared = read_parameters(source)
    values = check_parameters(declared, parameters)
    in_force = {name: parameter.default for name, parameter in declared.items()} | values
    title = _find_title(source, in_force)
    folder = find_dossier(in_force["dossier"]) if in_force.get("dossier") else None
    # What is given and what stands in the notebook anyway make the same page.
    own = {name: value for name, value in values.items() if value != declared[name].default}
    origin = find_origin(notebook, own, folder)
    executed, failure = _execute(source, values)
    if keep_notebook:
        write_whole(keep_notebook, nbformat.writes(executed) + "\n")
    failed_page = output.with_name(f"{output.stem}.failed.html")
    if failure:
        write_whole(failed_page, convert(executed, title))
        raise RenderError(f"{notebook.name}: {failure} (see {failed_page})")
    write_whole(output, convert(executed, title, origin))
    failed_page.unlink(missing_ok=True)
    return output


def read_notebook(path: Path) -> NotebookNode:
    """Read a notebook's file.

    Raises
    ------
    ParameterError
        The file is not a notebook.
    """
    try:
        return nbformat.read(path, as_version=4)
    except OSError as error:
        raise ParameterError(f"notebook {path}: cannot be read: {error.strerror}") from error
    except Exception as error:  # nbformat raises whatever the JSON makes it raise
        raise ParameterError(f"notebook {path}: is not a notebook in format 4") from error


def write_rows(rows: pd.DataFrame, output: Path) -> Path:
    """Write rows as a CSV file that a spreadsheet can open: no cell of text runs as a formula."""
    return write_whole(output, format_csv(rows))


def _check_target(path: Path, ending: str) -> None:
    """Nothing of the user's is written over because a wrong file was named."""
    if path.suffix.lower() != ending:
        raise ParameterError(f"{path}: not written; expected a file name that ends in {ending}")
    if path.is_dir():
        raise ParameterError(f"{path}: not written; it is a folder")


def _find_title(notebook: NotebookNode, values: Mapping[str, Any]) -> str:
    """The title of the dossier that a notebook's parameters name, with its day; '' without one.

    The notebook's own heading stands behind it, but for the report's, which says nothing more.

    The parameters that every notebook of ours has are tried on the dossier here, before a kernel
    starts.
    """
    if not values.get("dossier"):
        return ""
    story = load_dossier(values["dossier"])
    language = values.get("place_names", "en")
    try:
        story = story.from_sources(values.get("sources", "all")).as_of(values.get("as_of"))
        if language not in LANGUAGES:
            raise DossierError(
                f"place_names {show_value(language)}: not a language ({one_of(LANGUAGES)})"
            )
    except DossierError as error:
        raise ParameterError(f"parameter {error}") from error
    day = f" – as of {word_date(story.as_of_day)}" if story.as_of_day else ""
    heading = _find_heading(notebook)
    about = f" – {heading[:1].lower()}{heading[1:]}" if heading not in ("", _PLAIN_HEADING) else ""
    return f"{story.title}{about}{day}"


def _find_heading(notebook: NotebookNode) -> str:
    """A notebook's first heading; '' where it has none."""
    cells = (cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    titles = (source.splitlines()[0][2:].strip() for source in cells if source.startswith("# "))
    return next(titles, "")


def _execute(notebook: NotebookNode, values: Mapping[str, Any]) -> tuple[NotebookNode, str]:
    """Run a notebook in the current folder; the executed notebook, and why it failed or ''."""
    import papermill
    from jupyter_client.kernelspec import NoSuchKernel
    from nbclient.exceptions import DeadKernelError
    from traitlets.config import Config

    kernel = notebook.metadata.get("kernelspec", {}).get("name", "python3")
    with tempfile.TemporaryDirectory() as folder:
        result = Path(folder) / "executed.ipynb"
        try:
            return papermill.execute_notebook(
                notebook,
                str(result).replace("{", "{{").replace("}", "}}"),  # papermill fills in braces
                parameters=dict(values),
                kernel_name=kernel,
                language="python",
                cwd=str(Path.cwd()),
                progress_bar=sys.stderr.isatty(),
                # jupyter_client interrupts an idle kernel to end it; ipykernel calls that an error.
                extra_arguments=["--log-level=CRITICAL"],
                # Nobody else on the machine can listen.
                config=Config(
                    KernelManager={
                        "transport_encryption": "auto",
                        "connection_file": str(Path(folder) / "kernel.json"),
                    }
                ),
                request_save_on_cell_execute=False,
            ), ""
        except papermill.PapermillExecutionError as error:
            reason = f"cell {error.exec_count}: {error.ename}: {error.evalue}"
            return nbformat.read(result, as_version=4), reason
        except NoSuchKernel:
            return notebook, f"there is no kernel {show_value(kernel)}"
        except DeadKernelError:
            executed = nbformat.read(result, as_version=4) if result.exists() else notebook
            return executed, "the kernel died"
        except RuntimeError as error:
            return notebook, f"the kernel did not start: {error}"
