"""What a command leaves out, in a process of its own."""

import subprocess
import sys
from pathlib import Path

SCRIPT = """
import sys
from helpers.reports import speed_up_imports
speed_up_imports()
import nbformat
import papermill
from nbformat.v4 import new_code_cell, new_notebook
nbformat.validate(new_notebook(cells=[new_code_cell("1")]))
try:
    nbformat.validate(new_notebook(cells=[new_code_cell("1", metadata=3)]))
except nbformat.ValidationError:
    print("wrong", sys.modules["rfc3987_syntax"])
"""


def test_notebooks_are_checked_without_the_slow_import():
    ran = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True)
    assert ran.stdout == "wrong None\n"


def test_a_plan_is_checked_before_anything_is_imported_that_draws_or_makes_pages(tmp_path):
    script = """
import sys
from pathlib import Path
from helpers.reports import open_batch
progress = open_batch(Path(sys.argv[1]), Path(sys.argv[2]))
slow = {"IPython", "matplotlib", "nbconvert", "papermill"}
print(len(progress.due), sorted(slow & sys.modules.keys()))
"""
    command = [sys.executable, "-c", script, Path(__file__).parents[2] / "reports.yaml", tmp_path]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)
    assert ran.stdout == "60 []\n"


def test_a_worker_ends_before_its_batch_where_memory_runs_out():
    script = """
import multiprocessing
from helpers.reports._startup import begin_worker
def tell():
    begin_worker()
    print(open("/proc/self/oom_score_adj").read(), flush=True)
process = multiprocessing.get_context("fork").Process(target=tell)
process.start()
process.join()
print(open("/proc/self/oom_score_adj").read())
"""
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    worker, own = map(int, ran.stdout.split())
    assert worker > min(own, 999)
