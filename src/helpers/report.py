"""One notebook and its parameters become one HTML file."""

import html
import json
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from helpers.dossier import LANGUAGES, Dossier, find_dossier, load_dossier
from helpers.errors import DossierError, ParameterError, RenderError
from helpers.faults import name_halves, name_unseen
from helpers.files import look_up_folders, write_whole
from helpers.origin import Origin, find_origin
from helpers.parameters import Parameter, check_parameters, read_parameters
from helpers.schema import did_you_mean, one_of, show_value
from helpers.sheet import format_csv
from helpers.wording import word_date

KERNEL_DIED = "the kernel died"
_PLAIN_HEADING = "Report"
_LAST_PAGE = """<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<title>Failed</title>
<h1>This report failed.</h1>
<p>{}</p>
</html>
"""
_OUTPUTS_MISSING = "a cell is done, but its outputs did not all arrive, or may not have"
_LAST_OUTPUTS_S = 60  # until what a cell showed has arrived, once it is done


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


@dataclass(frozen=True)
class Template:
    """A notebook to be run with other parameters.

    Parameters
    ----------
    path
        Its file.
    text
        What the file holds, without outputs.
    parameters
        The parameters that it declares, by name.
    heading
        Its first heading; '' where it has none.
    fault
        Why it cannot be run; '' where it can.
    """

    path: Path
    text: str
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


@dataclass(frozen=True)
class Outcome:
    """What came of a job: a page, the executed notebook, and why it failed or ''."""

    html: str
    executed: NotebookNode
    failure: str


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
    job = prepare(read_template(notebook), parameters)
    outcome = run(job, progress_bar=sys.stderr.isatty())
    if keep_notebook:
        write_whole(keep_notebook, nbformat.writes(outcome.executed) + "\n")
    failed_page = write_page(outcome.html, outcome.failure, output)
    if failed_page:
        raise RenderError(f"{notebook.name}: {outcome.failure} (see {failed_page})")
    return output


def read_template(notebook: Path) -> Template:
    """Read a notebook to be run.

    Raises
    ------
    ParameterError
        The file is not a notebook, or its parameters are not Python.
    """
    source = read_notebook(notebook)
    for cell in source.cells:
        if cell.cell_type == "code":
            cell.outputs = []
    fault = _find_half(source)
    text = name_halves(nbformat.writes(source))
    source = nbformat.reads(text, as_version=4)
    return Template(notebook, text, read_parameters(source), _find_heading(source), fault)


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
    title = _find_title(template, every_value, load) if name else ""
    folder = find_dossier(name) if name else None
    # What is given as it stands in the notebook anyway makes the same page.
    own = {name: v for name, v in values.items() if v != template.parameters[name].default}
    return Job(template, values, folder, title, find_origin(template.path, own, folder))


def run(job: Job, *, timeout_s: float | None = None, progress_bar: bool = False) -> Outcome:
    """Run a job in the current folder and make its page, whatever happens; nothing is written.

    Parameters
    ----------
    job
        What `prepare` made.
    timeout_s
        After how many seconds the notebook fails.
    progress_bar
        Whether papermill shows how far it is.
    """
    if job.template.fault:
        return fail(job, job.template.fault)
    try:
        import papermill  # noqa: F401 - before the other thread imports what it needs too

        with ThreadPoolExecutor(max_workers=1) as beside:
            ready = beside.submit(_make_exporter_ready)  # while the kernel computes
            executed, failure = _execute(job, timeout_s, progress_bar)
            ready.result()
        from helpers.exporter import convert

        return Outcome(convert(executed, job.title, job.origin), executed, failure)
    except Exception as error:  # one report fails alone, whatever is wrong with it
        return fail(job, f"{type(error).__name__}: {error}")


def _make_exporter_ready() -> None:
    from helpers.exporter import make_ready

    make_ready()


def fail(job: Job, reason: str) -> Outcome:
    """The outcome of a job that could not be run: a page that says why, and shows no cell."""
    title = job.title or job.template.heading or job.template.path.name
    notebook = new_notebook(cells=[new_markdown_cell("# Report", id="title")])
    executed, failure = _add_error(notebook, name_unseen(_put_in_one_line(reason)))
    try:
        from helpers.exporter import convert

        page = convert(executed, title, job.origin)
    except Exception:  # what made the page fail may be what makes pages
        page = _LAST_PAGE.format(html.escape(failure))
    return Outcome(page, executed, failure)


def write_page(html: str, failure: str, output: Path) -> Path | None:
    """Write a page in its place, or that of a failure beside it and leave the older page.

    Returns
    -------
    Path or None
        The page of the failure, if there was one.
    """
    failed_page = find_failed_page(output)
    if failure:
        return write_whole(failed_page, html)
    write_whole(output, html)
    failed_page.unlink(missing_ok=True)
    return None


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


def find_failed_page(output: Path) -> Path:
    """Where the page of a failure stands: beside the page."""
    return output.with_name(f"{output.stem}.failed.html")


def write_rows(rows: pd.DataFrame, output: Path) -> Path:
    """Write rows as a CSV file that a spreadsheet can open: no cell of text runs as a formula."""
    return write_whole(output, format_csv(rows))


def _check_target(path: Path, ending: str) -> None:
    """Nothing of the user's is written over because a wrong file was named."""
    if path.suffix.lower() != ending:
        raise ParameterError(f"{path}: not written; expected a file name that ends in {ending}")
    if path.is_dir():
        raise ParameterError(f"{path}: not written; it is a folder")


def _find_title(
    template: Template, values: Mapping[str, Any], load: Callable[[str], Dossier]
) -> str:
    """The title of the dossier that a notebook's parameters name, with its day.

    The notebook's own heading stands behind it, but for the report's, which says nothing more.

    The parameters that every notebook of ours has are tried on the dossier here, before a kernel
    starts.
    """
    story = load(values["dossier"])
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


def _execute(job: Job, timeout_s: float | None, progress_bar: bool) -> tuple[NotebookNode, str]:
    """Run a notebook in the current folder; the executed notebook, and why it failed or ''."""
    import papermill
    from jupyter_client.kernelspec import NoSuchKernel
    from nbclient.exceptions import CellTimeoutError, DeadKernelError

    from helpers.kernels import QuickKernelManager

    notebook = nbformat.reads(job.template.text, as_version=4)
    kernel = notebook.metadata.get("kernelspec", {}).get("name", "python3")
    deadline = timeout_s and time.monotonic() + timeout_s
    with tempfile.TemporaryDirectory() as folder:
        result = Path(folder) / "executed.ipynb"
        try:
            return papermill.execute_notebook(
                notebook,
                str(result).replace("{", "{{").replace("}", "}}"),  # papermill fills in braces
                parameters=job.values,
                kernel_name=kernel,
                language="python",
                cwd=str(Path.cwd()),
                progress_bar=progress_bar,
                # jupyter_client interrupts an idle kernel to end it; ipykernel calls that an error.
                extra_arguments=["--log-level=CRITICAL"],
                kernel_manager_class=QuickKernelManager,
                # A cell has what is left of the notebook's time.
                timeout_func=deadline and (lambda _: max(0.1, deadline - time.monotonic())),
                iopub_timeout=_LAST_OUTPUTS_S,
                # What is shown has arrived by the end: the kernel is not waited for. What a cell
                # left to do at the process's end (atexit, an open file) is not done.
                shutdown_kernel="immediate",
                request_save_on_cell_execute=False,
            ), ""
        except papermill.PapermillExecutionError as error:
            reason = f"cell {error.exec_count}: {error.ename}: {error.evalue}"
            return nbformat.read(result, as_version=4), _put_in_one_line(reason)
        except NoSuchKernel:
            reason = f"there is no kernel {show_value(kernel)}"
        except CellTimeoutError:  # of ours, or of nbclient's wait for the last outputs
            ours = deadline and time.monotonic() > deadline - 1
            reason = f"not done after {timeout_s:g} s" if ours else _OUTPUTS_MISSING
        except DeadKernelError:
            reason = KERNEL_DIED
        except RuntimeError as error:
            reason = f"{KERNEL_DIED} before it began: {error}"
    return _add_error(notebook, reason)


def _put_in_one_line(text: str) -> str:
    return " ".join(text.split())


def _add_error(notebook: NotebookNode, reason: str) -> tuple[NotebookNode, str]:
    """The notebook with an error that is no cell's, so that its page tells it; and the error."""
    output = new_output("error", ename="No outputs", evalue=reason, traceback=[])
    notebook.cells.append(new_code_cell("", id="error", outputs=[output]))
    return notebook, reason
