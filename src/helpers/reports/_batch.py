"""Many reports: which are due, who renders them, what came of each.

The state of a batch is in its files: a page carries the key of what it was made from, and is up to
date where that is the key of what it would be made from now.
"""

import json
import os
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from hashlib import sha256
from math import isqrt
from operator import methodcaller
from pathlib import Path
from urllib.parse import quote

from helpers import page
from helpers.errors import BatchError
from helpers.files import hash_package, list_versions, write_whole
from helpers.page import Origin, read_origin, render_fragment
from helpers.reports._job import Job, Outcome
from helpers.reports._plan import INDEX, read_plan, read_plan_bytes
from helpers.reports._render import find_failed_page, lay_out, refuse_foreign, write_page
from helpers.words import format_count

Runner = Callable[..., Generator[tuple[Job, Outcome]]]


@dataclass
class Progress:
    reports: list[Job]
    due: list[Job]
    digest: str  # SHA-256 of the plan as it was read
    rendered: list[Job] = field(default_factory=list)
    failures: dict[str, str] = field(default_factory=dict)  # why, by the report's output

    def look_again(self, folder: Path) -> None:
        """Note the pages that were rendered and are gone from a folder as failed."""
        for report in self.rendered[:]:
            if not (folder / report.output).is_file():
                self.rendered.remove(report)
                self.failures[report.output] = "its page was removed meanwhile: run it again"

    def summary(self) -> str:
        """What came of the batch so far, with the cause of each failure."""
        counts = {
            "rendered": len(self.rendered),
            "up to date": len(self.reports) - len(self.due),
            "failed": len(self.failures),
            "due": len(self.due) - len(self.rendered) - len(self.failures),
        }
        told = ", ".join(f"{count} {state}" for state, count in counts.items() if count)
        lines = [f"{format_count(len(self.reports), 'report')}: {told}"]
        outputs = [report.output for report in self.reports if report.output in self.failures]
        lines += [f"  {output}: {self.failures[output]}" for output in outputs]
        return "\n".join(lines)


def open_batch(plan: Path, folder: Path, *, force: bool = False) -> Progress:
    """Read a plan and find what is due of it; see `read_plan`, `find_due` and `write_index`."""
    content = read_plan_bytes(plan)
    reports = read_plan(plan, content)
    _read_index(folder)
    due = find_due(reports, folder, force=force)
    return Progress(reports, due, sha256(content).hexdigest())


def find_due(reports: list[Job], folder: Path, *, force: bool = False) -> list[Job]:
    """The reports that have no page of theirs in the folder, or an old one; all by force.

    A BatchError where in the place of a page stands a file that is none of ours.
    """
    due = []
    for report in reports:
        page = folder / report.output
        origin = read_origin(page) if page.is_file() else None
        if origin is None and not force:
            refuse_foreign(page)
        if force or origin is None or origin.key != report.origin.key:
            due.append(report)
    return due


def render_batch(
    progress: Progress, folder: Path, run: Runner, *, timeout_s: float | None = None
) -> Generator[tuple[Job, str]]:
    """Render the reports that are due, and give out each with why it failed or ''.

    Each page appears whole or not at all. Where a report fails, the older page is kept. What comes
    of it is noted in the progress; `run` takes jobs to workers and brings back their outcomes.

    Raises
    ------
    OSError
        A page cannot be written: the batch ends, and can be run again.
    """
    if not progress.due:
        return  # no worker is asked for
    # Those that are begun together lie far apart in the plan: neighbours are alike, and what one of
    # them draws, the next finds in the store, if that one is done.
    step = max(isqrt(len(progress.due)), 1)
    spread = (job for first in range(step) for job in progress.due[first::step])
    outcomes = run(spread, timeout_s=timeout_s)
    with ThreadPoolExecutor(max_workers=1) as beside, closing(outcomes):
        for number, (report, outcome) in enumerate(outcomes):
            if not number:  # for the list, while the workers work
                beside.submit(methodcaller("make_ready"), page)
            write_page(outcome, folder / report.output)
            if outcome.failure:
                progress.failures[report.output] = outcome.failure
            else:
                progress.rendered.append(report)
            yield report, outcome.failure


def write_index(progress: Progress, plan: Path, folder: Path) -> None:
    """Write the list of a batch's reports, each with its title, parameters and state.

    It is left as it is where nothing would change.

    Raises
    ------
    BatchError
        In its place stands a file that is none of ours.
    """
    found = _read_index(folder)
    rows = [_describe(report, progress, folder) for report in progress.reports]
    reports = sha256(json.dumps(rows, default=str).encode()).hexdigest()
    hashes = {"notebook": progress.digest, "reports": reports, "package": hash_package()}
    origin = Origin(plan.name, {}, hashes, list_versions())
    if found is None or found.key != origin.key:
        names = dict.fromkeys(name for row in rows for name in row["parameters"])
        html = render_fragment("reports", rows=rows, names=list(names))
        write_whole(folder / INDEX, lay_out("Reports", html, "", origin))


def _read_index(folder: Path) -> Origin | None:
    """What the list in a folder was made from; None where there is none."""
    index = folder / INDEX
    found = read_origin(index) if index.is_file() else None
    if os.path.lexists(index) and found is None:
        raise BatchError(f"{index}: is not a list that was made here, and is not replaced")
    return found


def _describe(report: Job, progress: Progress, folder: Path) -> dict:
    output, failure = report.output, progress.failures.get(report.output, "")
    failed_page = find_failed_page(Path(output)).as_posix()
    parameters = dict(report.parameters)
    if report.dossier and "dossier" in parameters:
        parameters["dossier"] = report.dossier.name
    return {
        "title": report.title or report.notebook.heading or output,
        "notebook": report.notebook.path.name,
        "parameters": parameters,
        "output": output,
        "page": quote(output) if (folder / output).is_file() else "",
        "failure": failure,
        "failed_page": quote(failed_page) if failure else "",
    }
