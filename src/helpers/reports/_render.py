"""One notebook and its parameters become one page: an HTML file, or a PDF of it."""

import os
import sys
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from operator import methodcaller
from pathlib import Path
from typing import Any

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from helpers import page
from helpers.errors import BatchError, ParameterError, RenderError
from helpers.files import write_whole
from helpers.reports._job import Job, Outcome, fail, prepare
from helpers.reports._notebook import read_notebook
from helpers.reports._printing import find_browser, is_printed, print_page


def render(
    notebook: Path,
    parameters: Mapping[str, Any],
    output: Path,
    *,
    keep_notebook: Path | None = None,
    cwd: Path | None = None,
    kernel: str = "",
) -> Path:
    """Run a notebook with papermill and write its page, and the executed notebook where asked to.

    The page is an HTML file, or a PDF. It appears whole or not at all; an older one is kept until
    then. `cwd` and `kernel` are as of a `Job`.

    Raises
    ------
    ParameterError
        A parameter is unknown, of another type or not to be had of this dossier, or a file to
        write has another ending than .html or .pdf (.ipynb): nothing has run.
    DossierError
        The dossier cannot be loaded: nothing has run.
    RenderError
        A cell failed: `<name>.failed.html` beside the output shows where and why. Or no browser
        makes a PDF; where none is here, nothing has run.
    """
    check_target(output, ".html", ".pdf")
    if output.suffix.lower() == ".pdf":
        find_browser()
    if keep_notebook:
        check_target(keep_notebook, ".ipynb")
        if keep_notebook.resolve() == notebook.resolve():
            raise ParameterError(f"{keep_notebook}: not written; it is the notebook that is run")
    job = replace(prepare(read_notebook(notebook), parameters), cwd=cwd, kernel=kernel)
    outcome = run(job, progress_bar=sys.stderr.isatty())
    if keep_notebook:
        write_whole(keep_notebook, nbformat.writes(outcome.executed) + "\n")
    failed_page = write_page(outcome, output)
    if failed_page:
        raise RenderError(f"{notebook.name}: {outcome.failure} (see {failed_page})")
    return output


def run(
    job: Job, *, timeout_s: float | None = None, tries: int = 1, progress_bar: bool = False
) -> Outcome:
    """Run a job and make its page, whatever happens; nothing is written.

    The notebook fails after `timeout_s` seconds, its kernel's start and all `tries` included: it is
    run again where its kernel dies.
    """
    if job.notebook.fault:
        return fail(job, job.notebook.fault)
    try:
        # Before the other thread imports what it needs too.
        from helpers.reports._execution import KERNEL_DIED, execute

        deadline = timeout_s and time.monotonic() + timeout_s
        with ThreadPoolExecutor(max_workers=1) as beside:
            ready = beside.submit(methodcaller("make_ready"), page)  # while the kernel computes
            while True:
                executed, failure = execute(job, timeout_s, deadline, progress_bar=progress_bar)
                tries -= 1
                if tries < 1 or not failure.startswith(KERNEL_DIED):
                    break
            ready.result()
        html = page.convert(executed, job.title, job.origin, job.notebook.path.parent)
        return Outcome(html, failure, executed)
    except Exception as error:  # one report fails alone, whatever is wrong with it
        return fail(job, f"{type(error).__name__}: {error}")


def lay_out(heading: str, html: str, title: str, origin: page.Origin) -> str:
    """A page of some HTML alone, under a heading."""
    output = new_output("display_data", {"text/html": html})
    cells = [new_markdown_cell(f"# {heading}", id="title")]
    cells.append(new_code_cell("", id=heading.lower(), outputs=[output]))
    return page.convert(new_notebook(cells=cells), title, origin)


def write_page(outcome: Outcome, output: Path) -> Path | None:
    """Write a page in its place, or that of a failure beside it, whose path is given back."""
    failed_page = find_failed_page(output)
    if outcome.failure:
        return write_whole(failed_page, outcome.html)
    is_pdf = output.suffix.lower() == ".pdf"
    write_whole(output, print_page(outcome.html) if is_pdf else outcome.html)
    failed_page.unlink(missing_ok=True)
    return None


def find_failed_page(output: Path) -> Path:
    return output.with_name(f"{output.stem}.failed.html")


def refuse_foreign(path: Path) -> None:
    """Keep a file that was not made here from being replaced.

    Raises
    ------
    BatchError
        In the place of a page or of an executed notebook stands something else. (A name with
        another ending is refused by `render`.)
    """
    kinds: dict[str, tuple[str, Callable[[Path], Any]]] = {
        ".html": ("a page", page.read_origin),
        ".ipynb": ("an executed notebook", _read_run),
        ".pdf": ("a PDF", is_printed),
    }
    kind, is_ours = kinds.get(path.suffix.lower(), ("", None))
    if is_ours and os.path.lexists(path) and not (path.is_file() and is_ours(path)):
        foreign = f"{path}: is not {kind} that was made here, and is not replaced"
        raise BatchError(f"{foreign}; move it away, or give --force")


def _read_run(notebook: Path) -> dict | None:
    """What papermill noted of its run in a notebook; None where it has not run it."""
    try:
        return nbformat.read(notebook, as_version=4).metadata.get("papermill")
    except (OSError, ValueError, nbformat.ValidationError):
        return None


def check_target(path: Path, *endings: str) -> None:
    """Nothing of the user's is written over because a wrong file was named."""
    if path.suffix.lower() not in endings:
        expected = f"expected a file name that ends in {' or '.join(endings)}"
        raise ParameterError(f"{path}: not written; {expected}")
    if path.is_dir():
        raise ParameterError(f"{path}: not written; it is a folder")
