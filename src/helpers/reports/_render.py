"""One notebook and its parameters become one HTML file."""

import html
import json
import sys
import tempfile
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from helpers.dossier import EXPECTED, format_csv
from helpers.errors import ParameterError, RenderError
from helpers.files import write_whole
from helpers.reports._jobs import Job, prepare, read_template
from helpers.reports._preload import PRELOAD
from helpers.words import escape_unseen, quote_value

KERNEL_DIED = "the kernel died"
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
        from helpers.page import convert

        return Outcome(convert(executed, job.title, job.origin), executed, failure)
    except Exception as error:  # one report fails alone, whatever is wrong with it
        return fail(job, f"{type(error).__name__}: {error}")


def _make_exporter_ready() -> None:
    from helpers.page import make_ready

    make_ready()


def fail(job: Job, reason: str) -> Outcome:
    """The outcome of a job that could not be run: a page that says why, and shows no cell."""
    title = job.title or job.template.heading or job.template.path.name
    notebook = new_notebook(cells=[new_markdown_cell("# Report", id="title")])
    executed, failure = _add_error(notebook, escape_unseen(_put_in_one_line(reason)))
    try:
        from helpers.page import convert

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


def _expect(job: Job) -> dict[str, str]:
    """What the kernel is told in its environment: which data the page will name."""
    if not job.dossier:
        return {}
    hashes = {
        name: job.origin.hashes[name] for name in ("dossier", "texts") if name in job.origin.hashes
    }
    name = job.template.fill(job.values)["dossier"]
    return {EXPECTED: json.dumps([str(name), hashes])}


def _execute(job: Job, timeout_s: float | None, progress_bar: bool) -> tuple[NotebookNode, str]:
    """Run a notebook in the current folder; the executed notebook, and why it failed or ''."""
    import papermill
    from jupyter_client.kernelspec import NoSuchKernel
    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from traitlets.config import Config

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
                # Of a report no history is kept: its database need not be there, nor be free.
                extra_arguments=["--log-level=CRITICAL", "--HistoryManager.enabled=False"],
                kernel_manager_class=QuickKernelManager,
                config=Config(QuickKernelManager={"environment": _expect(job), "preload": PRELOAD}),
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
            reason = f"there is no kernel {quote_value(kernel)}"
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
