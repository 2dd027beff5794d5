"""A job's notebook run by papermill, in a kernel that has the job's dossier."""

import json
import logging
import math
import pickle
import tempfile
import time
from pathlib import Path
from typing import Any

import nbformat
import papermill
from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel
from nbclient.exceptions import DeadKernelError
from nbformat import NotebookNode
from papermill.execute import remove_error_markers
from papermill.translators import PythonTranslator, papermill_translators
from traitlets.config import Config

from helpers.dossier import SNAPSHOT
from helpers.kernels import QuickKernelManager
from helpers.page import find_error
from helpers.reports._job import NOT_DONE, Job, add_error
from helpers.reports._notebook import Made
from helpers.reports._startup import PRELOAD
from helpers.words import quote_value

KERNEL_DIED = "the kernel died"
_OUTPUTS_MISSING = "a cell is done, but its outputs did not all arrive, or may not have"
_LAST_OUTPUTS_S = 60  # until what a cell showed has arrived, once it is done
_START_S = 60  # until a kernel answers, where a job has no time limit
_ROUNDING_S = 0.1  # by which a clock may be early
logging.getLogger("papermill").addHandler(logging.NullHandler())  # why a report fails, we tell


class _MadeTranslator(PythonTranslator):
    """Python as papermill writes parameters in it, with days and paths."""

    @classmethod
    def translate(cls, val: Any) -> str:
        text = super().translate(val)
        return f"{val.of}({text})" if isinstance(val, Made) else text


papermill_translators.register("python", _MadeTranslator)


def execute(
    job: Job, timeout_s: float | None, deadline: float | None, *, progress_bar: bool
) -> tuple[NotebookNode, str]:
    """Run a notebook; the executed notebook, and why it failed or ''.

    It was given `timeout_s` seconds, which are over at the deadline by the monotonic clock; None
    for as many as it takes.
    """
    notebook = nbformat.reads(job.notebook.text, as_version=4)
    kernel = job.kernel or notebook.metadata.get("kernelspec", {}).get("name", "python3")

    def measure_rest(_: object = None) -> float | None:
        return deadline and max(_ROUNDING_S, deadline - time.monotonic())

    with tempfile.TemporaryDirectory() as folder:
        result = Path(folder) / "executed.ipynb"
        options = {"environment": _give_dossier(job, Path(folder)), "preload": PRELOAD}
        try:
            return papermill.execute_notebook(
                notebook,
                str(result).replace("{", "{{").replace("}", "}}"),  # papermill fills in braces
                parameters=job.parameters,
                kernel_name=kernel,
                language="python",
                cwd=str(job.cwd or Path.cwd()),
                progress_bar=progress_bar,
                # jupyter_client interrupts an idle kernel to end it; ipykernel calls that an error.
                # Of a report no history is kept: its database need not be there, nor be free.
                extra_arguments=["--log-level=CRITICAL", "--HistoryManager.enabled=False"],
                kernel_manager_class=QuickKernelManager,
                config=Config(QuickKernelManager=options | {"time_s": measure_rest()}),
                start_timeout=math.ceil(measure_rest() or _START_S),
                # A cell has what is left of the notebook's time.
                timeout_func=deadline and measure_rest,
                iopub_timeout=_LAST_OUTPUTS_S,
                # What is shown has arrived by the end: the kernel is not waited for. What a cell
                # left to do at the process's end (atexit, an open file) is not done.
                shutdown_kernel="immediate",
                request_save_on_cell_execute=False,
            ), ""
        except papermill.PapermillExecutionError:  # of an error that is expected too
            executed = nbformat.read(result, as_version=4)
            cell, error = find_error(executed)
            if cell is None or error is None:
                return remove_error_markers(executed), ""
            reason = f"cell {cell.execution_count}: {error.ename}: {error.evalue}"
            return executed, " ".join(reason.split())
        except NoSuchKernel:
            known = ", ".join(sorted(KernelSpecManager().find_kernel_specs())) or "none"
            reason = (
                f"there is no kernel {quote_value(kernel)}; the kernels here are {known}, "
                "and dossier render --kernel names another than the notebook's"
            )
        except (TimeoutError, RuntimeError) as failure:
            if timeout_s and deadline and time.monotonic() > deadline - _ROUNDING_S:
                reason = NOT_DONE.format(timeout_s)
            elif isinstance(failure, TimeoutError):  # nbclient waited for the last outputs
                reason = _OUTPUTS_MISSING
            elif isinstance(failure, DeadKernelError):
                reason = KERNEL_DIED
            else:
                reason = f"{KERNEL_DIED} before it began: {failure}"
    add_error(notebook, reason)
    return notebook, reason


def _give_dossier(job: Job, folder: Path) -> dict[str, str]:
    """Put a job's dossier where its kernel takes it from, and what tells the kernel so.

    The page names the data that were checked: these are what the notebook reads, whatever has
    become of the files.
    """
    if job.dossier is None:
        return {}
    snapshot = folder / "dossier.pickle"
    with snapshot.open("wb") as file:
        pickle.dump(job.dossier, file)
    name = job.notebook.fill_ours(job.parameters)["dossier"]
    return {SNAPSHOT: json.dumps([str(name), str(snapshot)])}
