"""Batches with real workers and kernels: what fails fails alone, and nothing outlives its batch."""

import json
import multiprocessing
import os
import re
import signal
import subprocess
import sys
import time
from html import unescape
from pathlib import Path

import nbformat
import psutil
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from helpers.reports import prepare, read_notebook, run_here

ROOT = Path(__file__).parents[2]
DOSSIER = Path(sys.executable).with_name("dossier")
CODE = """
import os, signal, sys, time
if deed == "raise":
    raise ValueError("it \\x1b[31m<broke>")
if deed == "loop":
    while True: time.sleep(0.1)
if deed == "die":
    with open("deaths", "a") as file: file.write("x")
    os.kill(os.getpid(), signal.SIGKILL)
if deed == "die once" and not os.path.exists("once"):
    open("once", "w").close()
    os._exit(3)
if deed == "eat":
    eaten = [b"x" * 50_000_000 for _ in range(200)]
if deed == "stop":
    os.kill(os.getpid(), signal.SIGSTOP)
if deed == "stop the server":
    os.kill(os.getppid(), signal.SIGSTOP)
if deed == "stop the worker":
    os.kill(int(os.environ["JPY_PARENT_PID"]), signal.SIGSTOP)
    time.sleep(600)
print("did", deed)
"""


@pytest.fixture
def home(tmp_path):
    """A folder with a notebook that does what it is told, and a folder for temporary files."""
    cells = [
        new_markdown_cell("# A deed", id="title"),
        new_code_cell('deed: str = ""', id="parameters", metadata={"tags": ["parameters"]}),
        new_code_cell(CODE, id="deed"),
    ]
    nbformat.write(new_notebook(cells=cells), tmp_path / "deed.ipynb")
    (tmp_path / "tmp").mkdir()
    return tmp_path


def start(home, deeds, *options, within=(), **environment):
    """Start a batch with one report for each deed."""
    (home / "plan.yaml").write_text(
        'output: "{deed}.html"\nreports:\n'
        f"  - notebook: deed.ipynb\n    matrix: {{deed: [{', '.join(deeds)}]}}\n"
    )
    return start_batch(home, *options, within=within, **environment)


def start_batch(home, *options, within=(), **environment):
    """Start a batch of the plan that is there."""
    return subprocess.Popen(
        [*within, DOSSIER, "batch", "plan.yaml", "-o", "out", "--jobs", "2", *options],
        cwd=home,
        env=os.environ | {"TMPDIR": str(home / "tmp"), "DOSSIER_TEST": str(home)} | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def find_processes(home):
    """The processes of a batch that still run."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get("DOSSIER_TEST") == str(home) and process.status() != "zombie":
                found.append(process)
        except psutil.Error:
            continue
    return found


def assert_nothing_is_left(home):
    end = time.monotonic() + 30
    while find_processes(home) and time.monotonic() < end:
        time.sleep(0.1)
    assert find_processes(home) == []
    assert list((home / "tmp").iterdir()) == []
    assert [path for path in (home / "out").iterdir() if path.suffix != ".html"] == []


def test_what_fails_fails_alone(home):
    batch = start(home, ["well", "raise", "die", "die once"])
    said, errors = batch.communicate()
    assert batch.returncode == 1, errors
    assert sorted(path.name for path in (home / "out").iterdir()) == [
        "die once.html", "die.failed.html", "index.html", "raise.failed.html", "well.html",
    ]  # fmt: skip
    summary = errors.splitlines()
    assert "4 reports: 2 rendered, 2 failed" in summary
    assert "  die.html: the kernel died" in summary
    assert any(line.startswith("  raise.html: cell 3: ValueError: it ") for line in summary)
    assert "\x1b" not in said + errors
    assert (home / "deaths").read_text() == "xxx", "a kernel that dies is tried again twice"
    assert "did die once" in (home / "out" / "die once.html").read_text()
    assert_nothing_is_left(home)


@pytest.fixture
def cgroup():
    """A group of processes that have 1.5 GB together."""
    named = {"memory/": "memory.limit_in_bytes", "": "memory.max"}  # of versions 1 and 2
    for folder, limit in named.items():
        group = Path(f"/sys/fs/cgroup/{folder}dossier-{os.getpid()}")
        try:
            group.mkdir()
            if (group / limit).exists():
                (group / limit).write_text("1500000000")
                break
            group.rmdir()
        except OSError:
            continue
    else:
        pytest.skip("no group of processes can be made here")
    yield group
    group.rmdir()


def test_where_memory_runs_out_the_kernel_that_eats_it_fails_alone(home, cgroup):
    enter = ["sh", "-c", 'echo $$ > "$0/cgroup.procs" && exec "$@"', cgroup]
    batch = start(home, ["eat", "well"], within=enter)
    _, errors = batch.communicate()
    assert errors.splitlines()[-2:] == [
        "2 reports: 1 rendered, 1 failed",
        "  eat.html: the kernel died",
    ], errors
    assert batch.returncode == 1
    assert_nothing_is_left(home)


@pytest.mark.alone
def test_a_kernel_that_hangs_fails_when_its_time_is_over(home):
    batch = start(home, ["loop", "stop", "well"], "--timeout", "12")
    said, errors = batch.communicate()
    assert errors.splitlines()[-3:] == [
        "3 reports: 1 rendered, 2 failed",
        "  loop.html: not done after 12 s",
        "  stop.html: not done after 12 s",
    ], said + errors
    assert batch.returncode == 1
    assert_nothing_is_left(home)


@pytest.mark.alone
def test_a_server_that_hangs_and_what_a_kernel_starts_with_have_the_report_s_time(home):
    startup = home / "ipython" / "profile_default" / "startup" / "once.py"
    startup.parent.mkdir(parents=True)
    startup.write_text(f"""
import os, time
if not os.path.exists({str(home / "begun")!r}):
    open({str(home / "begun")!r}, "w").close()
    time.sleep(600)
""")
    deeds = ["well", "stop the server", "also well"]
    batch = start(home, deeds, "--timeout", "12", "--jobs", "1", IPYTHONDIR=home / "ipython")
    said, errors = batch.communicate()
    assert errors.splitlines()[-3:] == [
        "3 reports: 1 rendered, 2 failed",
        "  well.html: not done after 12 s",
        "  also well.html: not done after 12 s",
    ], said + errors
    assert "did stop the server" in (home / "out" / "stop the server.html").read_text()
    assert_nothing_is_left(home)


@pytest.mark.alone
def test_a_worker_that_hangs_is_killed_and_the_next_goes_on(home, monkeypatch):
    monkeypatch.chdir(home)
    monkeypatch.setattr("helpers.reports._workers.SLACK_S", 5)
    notebook = read_notebook(Path("deed.ipynb"))
    own = multiprocessing.get_context("spawn").Process(target=time.sleep, args=(600,))
    own.start()  # a child of the caller, which is none of a batch's
    jobs = [prepare(notebook, {"deed": deed}) for deed in ("stop the worker", "well")]
    outcomes = [outcome for _, outcome in run_here(iter(jobs), count=1, timeout_s=20)]
    assert [outcome.failure for outcome in outcomes] == ["not done after 20 s", ""]
    assert "<strong>No outputs</strong>: not done after 20 s" in outcomes[0].html
    assert "did well" in outcomes[1].html
    end = time.monotonic() + 30
    while multiprocessing.active_children() != [own] and time.monotonic() < end:
        time.sleep(0.1)
    assert multiprocessing.active_children() == [own]
    own.kill()


def test_notebooks_that_no_page_can_be_made_of_fail_alone(home):
    """Halves of characters wherever a notebook has text; an attachment that is missing is named."""
    half = chr(0xD800)
    old = new_code_cell("1", id="old", outputs=[new_output("stream", text=f"old {half}")])
    bad = {
        "title": [new_markdown_cell(f"# A {half} title", id="a")],
        "code": [new_code_cell(f"print('{half}')", id="a")],
        "raised": [new_code_cell("raise ValueError(chr(0xd800) + '\\n two')", id="a")],
    }
    good = {
        "attachment": [new_markdown_cell("![x](attachment:gone.png)", id="a")],
        "printed": [new_code_cell("print('a' + chr(0xd800))", id="a")],
        "stored": [old],
        "well": [new_markdown_cell("# Well", id="a")],
    }
    names = ["attachment", "printed", "title", "stored", "code", "raised", "well"]
    for name in names:
        path = home / f"{name}.ipynb"
        # In ASCII, as a notebook's JSON may be: nbformat cannot write a half as it stands.
        path.write_text(json.dumps(new_notebook(cells=(bad | good)[name])))
    entries = [f"  - {{notebook: {name}.ipynb, output: {name}.html}}\n" for name in names]
    (home / "plan.yaml").write_text("reports:\n" + "".join(entries))
    batch = start_batch(home)
    said, errors = batch.communicate()
    assert batch.returncode == 1, errors
    assert "Traceback" not in said + errors
    pages = {path.name: path.read_text("utf-8") for path in (home / "out").iterdir()}
    failed, rendered = (f"{n}.failed.html" for n in bad), (f"{n}.html" for n in good)
    assert sorted(pages) == sorted([*failed, *rendered, "index.html"])
    assert "a\\ud800" in pages["printed.html"]
    assert "old" not in pages["stored.html"].partition("<body>")[2]
    told = {line.split(".html: ")[0].strip(): line for line in errors.splitlines()[1:]}
    assert sorted(told) == sorted(bad)
    assert "[Picture left out: x, attachment:gone.png]" in pages["attachment.html"]
    assert "cell 1 of the notebook holds half a character" in told["title"]
    assert "cell 1 of the notebook holds half a character" in told["code"]
    assert "cell 1: ValueError: \\ud800 two" in told["raised"]
    for name in bad:
        shown = " ".join(unescape(pages[f"{name}.failed.html"]).split())
        assert told[name].split(": ")[-1] in shown


def test_a_storm_of_outputs_is_whole_in_a_page_of_a_batch(home):
    cells = [new_code_cell("for n in range(3000): display(n)", id="a")]
    nbformat.write(new_notebook(cells=cells), home / "storm.ipynb")
    (home / "plan.yaml").write_text("reports:\n  - {notebook: storm.ipynb, output: storm.html}\n")
    batch = start_batch(home)
    _, errors = batch.communicate()
    assert batch.returncode == 0, errors
    page = (home / "out" / "storm.html").read_text("utf-8")
    shown = re.findall(r'<pre class="output" tabindex="0">(\d+)</pre>', page)
    assert shown == [str(n) for n in range(3000)]


def test_half_a_character_in_a_plan_is_refused_before_any_work(home):
    batch = start(home, ["well", '"\\ud800"'])
    said, errors = batch.communicate()
    assert (batch.returncode, said) == (2, "")
    assert "plan.yaml line 3: parameter deed '\\ud800': holds half a character" in errors
    assert not (home / "out").exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_batch_that_is_ended_leaves_nothing_and_goes_on(home, number):
    batch = start(home, ["well", "loop"])
    while not (home / "out" / "well.html").exists():
        assert batch.poll() is None
        time.sleep(0.1)
    batch.send_signal(number)
    _, errors = batch.communicate()
    assert batch.returncode == 1
    assert f"ended by {number.name}: the same command goes on from here" in errors
    assert "Traceback" not in errors
    assert_nothing_is_left(home)
    again = start(home, ["well"])
    assert "1 report: 1 up to date" in again.communicate()[0]
    assert again.returncode == 0


def test_a_reader_that_leaves_ends_the_batch(home):
    with start(home, ["well", "also well", "loop"]) as batch:
        assert batch.stdout.readline().startswith("rendered")
        batch.stdout.close()
        errors = batch.stderr.read()
    assert batch.returncode == 1
    assert "Traceback" not in errors
    assert_nothing_is_left(home)


def test_two_batches_do_not_share_a_folder(home):
    first = start(home, ["well", "loop"])
    while not (home / "out" / "well.html").exists():
        assert first.poll() is None
        time.sleep(0.1)
    second = start(home, ["well"])
    assert "another batch is at work in this folder" in second.communicate()[1]
    assert second.returncode == 1
    first.send_signal(signal.SIGINT)
    first.communicate()
    assert_nothing_is_left(home)


def test_kills_at_random_moments_leave_nothing_torn():
    command = [sys.executable, ROOT / "benchmarks" / "kill.py", "--kills", "4"]
    command += ["--notebook", "explore"]  # which draws less than the report
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    assert result.stdout.count("pages whole") == 4
    assert ": 0 faults" in result.stdout
