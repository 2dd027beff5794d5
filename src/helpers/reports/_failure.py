"""The page of a report that failed: it says why, whatever is wrong with the report."""

import html

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from helpers.reports._job import Job, Outcome
from helpers.words import escape_unseen

_LAST_PAGE = """<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<title>Failed</title>
<h1>This report failed.</h1>
<p>{}</p>
</html>
"""


def fail(job: Job, reason: str) -> Outcome:
    """The outcome of a job that could not be run: a page that says why, and shows no cell."""
    title = job.title or job.notebook.heading or job.notebook.path.name
    executed = new_notebook(cells=[new_markdown_cell("# Report", id="title")])
    failure = escape_unseen(put_in_one_line(reason))
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


def name_timeout(timeout_s: float) -> str:
    """Why a report failed that had so many seconds."""
    return f"not done after {timeout_s:g} s"


def put_in_one_line(text: str) -> str:
    """A text without the ends of its lines."""
    return " ".join(text.split())
