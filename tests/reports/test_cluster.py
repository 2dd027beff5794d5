"""A Dask cluster whose workers have the wheel, in folders of their own, and none of our files."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import psutil
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from helpers.reports import read_plan
from helpers.reports._cluster import make_page_there, pack, read_answer

ROOT = Path(__file__).parents[2]
DOSSIER = Path(sys.executable).with_name("dossier")
PLAN = """
output: "{name}.html"
reports:
  - notebook: names.ipynb
    parameters: {dossier: data/story}
    matrix: {name: [a, b, c, d, e, f, g, h]}
  - notebook: report
    parameters: {dossier: data/story, sources: all}
    output: report.html
"""
CODE = """
import time
from helpers.dossier import load_dossier
time.sleep(0.5)
print(name, len(load_dossier(dossier).facts))
"""


@pytest.fixture
def home(tmp_path):
    """A folder with a plan, a notebook and a dossier that only this folder has."""
    source = 'dossier: str = ""\nname: str = ""'
    cells = [
        new_markdown_cell("# Names", id="title"),
        new_code_cell(source, id="parameters", metadata={"tags": ["parameters"]}),
        new_code_cell(CODE, id="count"),
    ]
    folder = tmp_path / "home"
    shutil.copytree(ROOT / "data" / "kazakhstan-2022", folder / "data" / "story")
    nbformat.write(new_notebook(cells=cells), folder / "names.ipynb")
    (folder / "plan.yaml").write_text(PLAN)
    return folder


@pytest.fixture
def start(tmp_path):
    """Start a process of Dask in a folder of its own; all are killed at the end."""
    processes = []

    def run(kind: str, *words: str, package: Path | None = None) -> subprocess.Popen:
        folder = tmp_path / f"{kind}-{len(processes)}"
        folder.mkdir()
        # CI names the Python of an environment that holds the wheel and the lock's versions.
        python = os.environ.get("DOSSIER_WHEEL_PYTHON", sys.executable)
        variables = {n: v for n, v in os.environ.items() if n != "PYTHONPATH"}
        if package and "DOSSIER_WHEEL_PYTHON" not in os.environ:
            variables["PYTHONPATH"] = str(package)
        with (folder / "log").open("w") as log:
            process = subprocess.Popen(
                [python, "-m", f"distributed.cli.dask_{kind}", *words, "--no-dashboard"],
                cwd=folder, env=variables, stdout=log, stderr=log,
            )  # fmt: skip
        processes.append(process)
        return process

    yield run
    for process in processes:
        kill(process)


@pytest.fixture
def scheduler(start, tmp_path):
    """The address of a scheduler."""
    file = tmp_path / "scheduler.json"
    start("scheduler", "--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(file))
    end = time.monotonic() + 60
    while not file.exists() and time.monotonic() < end:
        time.sleep(0.1)
    time.sleep(0.5)
    return json.loads(file.read_text())["address"]


def kill(process: subprocess.Popen) -> None:
    """Kill a process and what it started."""
    if process.poll() is None:
        for child in psutil.Process(process.pid).children(recursive=True):
            child.send_signal(signal.SIGKILL)
        process.kill()
    process.wait()


def batch(home: Path, output: str, *words: str) -> subprocess.Popen:
    return subprocess.Popen(
        [DOSSIER, "batch", "plan.yaml", "-o", output, *words],
        cwd=home, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def test_a_dossier_that_was_edited_before_it_is_sent_makes_no_page(home, monkeypatch):
    monkeypatch.chdir(home)
    job = read_plan(Path("plan.yaml"))[0]
    with (home / "data" / "story" / "facts.csv").open("a") as file:
        file.write("\n")
    failure = read_answer(make_page_there(*pack(job), None), job).failure
    assert failure == "dossier story has changed since it was checked: run it again"


def test_a_scheduler_that_is_not_there_is_an_error(home):
    process = batch(home, "out", "--scheduler", "tcp://127.0.0.1:9")
    _, errors = process.communicate()
    assert process.returncode == 1
    assert "scheduler tcp://127.0.0.1:9: cannot be reached" in " ".join(errors.split())
    assert "Traceback" not in errors


def test_a_worker_of_another_version_is_an_error(home, start, scheduler, installed, tmp_path):
    other = shutil.copytree(installed, tmp_path / "other")
    with (other / "helpers" / "claims.py").open("a") as file:
        file.write("# changed\n")
    if "DOSSIER_WHEEL_PYTHON" in os.environ:
        pytest.skip("the workers have the wheel of CI")
    start("worker", scheduler, "--nthreads", "1", package=other)
    process = batch(home, "out", "--scheduler", scheduler)
    _, errors = process.communicate()
    assert process.returncode == 1
    assert "a worker has another version: this package" in " ".join(errors.split())
    assert not (home / "out").exists()


def test_a_worker_dies_and_all_reports_arrive(home, start, scheduler, installed):
    workers = [start("worker", scheduler, "--nthreads", "1", package=installed) for _ in range(2)]
    process = batch(home, "there", "--scheduler", scheduler)
    assert process.stdout.readline().startswith("rendered")
    kill(workers[0])
    said, errors = process.communicate()
    assert process.returncode == 0, errors
    assert "9 reports: 9 rendered" in said
    here = batch(home, "here", "--jobs", "1")
    assert here.communicate()[0].endswith("9 reports: 9 rendered\n")
    pages = {path.name: path.read_bytes() for path in (home / "here").iterdir()}
    assert {path.name: path.read_bytes() for path in (home / "there").iterdir()} == pages
    assert b'<pre class="stream">h 203' in pages["h.html"]
