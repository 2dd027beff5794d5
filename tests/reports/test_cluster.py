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
from click.testing import CliRunner, Result
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from helpers.cli import main
from helpers.kernels import ADDRESS
from helpers.reports import find_notebook, prepare, read_notebook, read_plan, run_on_cluster
from helpers.reports._cluster import make_page_there, pack, read_answer

FERRY = Path(__file__).parents[1] / "fixtures" / "ferry"
DOSSIER = Path(sys.executable).with_name("dossier")
PLAN = """
output: "{name}.html"
reports:
  - notebook: names.ipynb
    parameters: {dossier: data/story}
    matrix: {name: [a, b, c, d]}
"""
WITH_PICTURES = """
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
    shutil.copytree(FERRY, folder / "data" / "story")
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
def start_scheduler(start, tmp_path):
    """Start a scheduler; its process and its address."""

    def run(*words: str, port: str = "0") -> tuple[subprocess.Popen, str]:
        file = tmp_path / f"scheduler-{time.monotonic_ns()}.json"
        where = ["--host", "127.0.0.1", "--port", port, "--scheduler-file", str(file)]
        process = start("scheduler", *where, *words)
        while not file.exists():
            assert process.poll() is None
            time.sleep(0.1)
        time.sleep(0.5)
        return process, json.loads(file.read_text())["address"]

    return run


@pytest.fixture
def scheduler(start_scheduler):
    """The address of a scheduler."""
    return start_scheduler()[1]


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


def batch_here(home: Path, output: str, *words: str) -> Result:
    """The same in this process, where no signal is sent to it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(home)
        return CliRunner().invoke(main, ["batch", "plan.yaml", "-o", output, *words])


def test_a_dossier_that_was_edited_before_it_is_sent_makes_no_page(home, monkeypatch):
    monkeypatch.chdir(home)
    monkeypatch.setenv(
        ADDRESS, ""
    )  # which a worker sets: no later test's batch is to use its server
    job = read_plan(Path("plan.yaml"))[0]
    with (home / "data" / "story" / "facts.csv").open("a") as file:
        file.write("\n")
    failure = read_answer(make_page_there(*pack(job), None), job).failure
    assert failure == "dossier story has changed since it was checked: run it again"


@pytest.fixture(scope="module")
def job():
    """A job of any kind, for answers to it."""
    return prepare(read_notebook(find_notebook("report")), {"dossier": "kazakhstan-2022"})


def answer(job, html="", failure="", key=None, *more):
    return json.dumps([key or job.origin.key, html, failure, False, *more]).encode()


ANSWERS = {
    "nothing": lambda _: None,
    "an object": lambda _: {"html": "x"},
    "a text": lambda job: answer(job, job.origin.key).decode(),
    "not UTF-8": lambda job: answer(job, job.origin.key) + b"\xff",
    "cut off": lambda job: answer(job, job.origin.key)[:-1],
    "no list": lambda _: b"3",
    "deep": lambda _: b"[" * 100_000,
    "too much": lambda job: answer(job, job.origin.key, "", None, "more"),
    "half a character": lambda job: answer(job, f"{job.origin.key} \ud800"),
    "of another job": lambda job: answer(job, job.origin.key, "", "0" * 64),
    "a page of another job": lambda job: answer(job, "<!DOCTYPE html>"),
    "a page that is a list": lambda job: answer(job, [job.origin.key]),
    "a page that is a number": lambda job: answer(job, 5),
    "a key that is none": lambda job: answer(job, "h", "", [1]),
    "a number and another version": lambda job: json.dumps(["k", "h", 5, True]).encode(),
    "a failure that is a number": lambda job: answer(job, job.origin.key, 3),
}


@pytest.mark.parametrize("make", ANSWERS.values(), ids=ANSWERS)
def test_an_answer_that_is_none_fails_and_is_not_written(make, job):
    outcome = read_answer(make(job), job)
    assert outcome.failure.startswith("what a worker answered ")
    assert job.origin.key in outcome.html, "it is a page that was made here"


def test_an_answer_is_taken_as_it_is(job):
    assert read_answer(answer(job, f"Ә {job.origin.key}"), job).html == f"Ә {job.origin.key}"
    assert read_answer(answer(job, "page", "it broke"), job).failure == "it broke"


def test_a_scheduler_that_is_not_there_is_an_error(home, monkeypatch):
    monkeypatch.setattr("helpers.reports._cluster._WAIT_S", 2)
    told = batch_here(home, "out", "--scheduler", "tcp://127.0.0.1:9")
    assert told.exit_code == 1
    assert "scheduler tcp://127.0.0.1:9: cannot be reached" in " ".join(told.output.split())


def test_a_worker_of_another_version_is_an_error(home, start, scheduler, installed, tmp_path):
    other = shutil.copytree(installed, tmp_path / "other")
    with (other / "helpers" / "claims.py").open("a") as file:
        file.write("# changed\n")
    if "DOSSIER_WHEEL_PYTHON" in os.environ:
        pytest.skip("the workers have the wheel of CI")
    start("worker", scheduler, "--nthreads", "1", package=other)
    told = batch_here(home, "out", "--scheduler", scheduler)
    assert told.exit_code == 1
    assert "a worker has another version: this package" in " ".join(told.stderr.split())
    assert not (home / "out").exists()


def test_a_worker_dies_and_all_reports_arrive(home, start, scheduler, installed):
    with (home / "plan.yaml").open("a") as plan:
        plan.write(WITH_PICTURES)
    workers = [start("worker", scheduler, "--nthreads", "1", package=installed) for _ in range(2)]
    process = batch(home, "there", "--scheduler", scheduler)
    assert process.stdout.readline().startswith("rendered")
    kill(workers[0])
    said, errors = process.communicate()
    assert process.returncode == 0, errors
    assert "5 reports: 5 rendered" in said
    assert batch_here(home, "here", "--jobs", "1").stdout.endswith("5 reports: 5 rendered\n")
    pages = {path.name: path.read_bytes() for path in (home / "here").iterdir()}
    assert {path.name: path.read_bytes() for path in (home / "there").iterdir()} == pages
    assert b'<pre class="stream" tabindex="0">d 6' in pages["d.html"]


def test_a_scheduler_that_dies_ends_the_batch_which_can_be_resumed(home, start, start_scheduler):
    process, address = start_scheduler()
    worker = start("worker", address, "--nthreads", "1")
    first = batch(home, "out", "--scheduler", address)
    assert first.stdout.readline().startswith("rendered")
    process.kill()
    said, errors = first.communicate()
    assert first.returncode == 1
    assert errors == "Error: the scheduler is lost: the same command goes on from here\n"
    done = 1 + said.count("rendered")
    kill(worker)
    start_scheduler(port=address.rpartition(":")[2])
    start("worker", address, "--nthreads", "1")
    told = batch_here(home, "out", "--scheduler", address)
    assert f"4 reports: {4 - done} rendered, {done} up to date" in told.stdout, told.stderr


HANG = """
import os, signal, psutil
if name == "a":
    os.kill(psutil.Process(os.getppid()).ppid(), signal.SIGSTOP)
print("did", name)
"""


@pytest.mark.alone
def test_a_worker_that_hangs_is_started_anew(home, start, scheduler, monkeypatch):
    monkeypatch.chdir(home)
    monkeypatch.setattr("helpers.reports._cluster.SLACK_S", 20)
    monkeypatch.setattr("helpers.reports._cluster._WAIT_S", 120)
    notebook = nbformat.read("names.ipynb", as_version=4)
    notebook.cells[-1].source = HANG
    nbformat.write(notebook, "names.ipynb")
    start("worker", scheduler, "--nthreads", "1")
    outcomes = run_on_cluster(iter(read_plan(Path("plan.yaml"))[:2]), scheduler, timeout_s=20)
    (_, hung), (_, well) = outcomes
    assert (hung.failure, well.failure) == ("not done after 20 s", "")
    assert "did b" in well.html


def test_a_cluster_with_certificates_talks_to_nobody_else(
    home, start, start_scheduler, tmp_path, monkeypatch
):
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=dossier"]
    command += ["-days", "2", "-keyout", key, "-out", certificate]
    subprocess.run(command, check=True, capture_output=True)
    (home / "plan.yaml").write_text(PLAN.replace("[a, b, c, d]", "[a]"))
    with pytest.MonkeyPatch.context() as patch:
        comm = "DASK_DISTRIBUTED__COMM"
        patch.setenv(f"{comm}__REQUIRE_ENCRYPTION", "true")
        patch.setenv(f"{comm}__TLS__CA_FILE", str(certificate))
        for role in ("SCHEDULER", "WORKER", "CLIENT"):
            patch.setenv(f"{comm}__TLS__{role}__CERT", str(certificate))
            patch.setenv(f"{comm}__TLS__{role}__KEY", str(key))
        _, address = start_scheduler("--protocol", "tls")
        start("worker", address, "--nthreads", "1")
        known = batch(home, "known", "--scheduler", address)
        said, errors = known.communicate()
    assert address.startswith("tls://")
    assert "1 report: 1 rendered" in said, errors
    monkeypatch.setattr("helpers.reports._cluster._WAIT_S", 3)
    for scheme in ("tls", "tcp"):
        stranger = batch_here(home, "out", "--scheduler", address.replace("tls", scheme))
        assert stranger.exit_code == 1
        assert "cannot be reached" in " ".join(stranger.stderr.split())
        assert isinstance(stranger.exception, SystemExit)
        assert not (home / "out").exists()
