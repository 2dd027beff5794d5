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
from click.testing import CliRunner
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from helpers.cli import main
from helpers.reports import prepare, read_notebook, run_here

ROOT = Path(__file__).parents[2]
HALF = chr(0xD800)  # of a character
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
    return make_home(tmp_path)


def make_home(folder):
    """A folder with a notebook that does what it is told, and a folder for temporary files."""
    cells = [
        new_markdown_cell("# A deed", id="title"),
        new_code_cell('deed: str = ""', id="parameters", metadata={"tags": ["parameters"]}),
        new_code_cell(CODE, id="deed"),
    ]
    nbformat.write(new_notebook(cells=cells), folder / "deed.ipynb")
    (folder / "tmp").mkdir()
    return folder


def write_plan(home, deeds, others=()):
    """Plan one report for each deed, and one by each other notebook."""
    (home / "plan.yaml").write_text(
        'output: "{deed}.html"\nreports:\n'
        f"  - notebook: deed.ipynb\n    matrix: {{deed: [{', '.join(deeds)}]}}\n"
        + "".join(f"  - {{notebook: {name}.ipynb, output: {name}.html}}\n" for name in others)
    )


def start(home, deeds, *options, others=(), within=(), **environment):
    """Start a batch of such a plan."""
    write_plan(home, deeds, others)
    return subprocess.Popen(
        [*within, DOSSIER, "batch", "plan.yaml", "-o", "out", "--jobs", "2", *options],
        cwd=home,
        env=os.environ | {"TMPDIR": str(home / "tmp"), "DOSSIER_TEST": str(home)} | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def batch_here(home, deeds):
    """A batch that comes to no report, in this process."""
    write_plan(home, deeds)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(home)
        return CliRunner().invoke(main, ["batch", "plan.yaml", "-o", "out"])


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


BAD = {
    "title": [new_markdown_cell(f"# A {HALF} title", id="a")],
    "code": [new_code_cell(f"print('{HALF}')", id="a")],
    "raised": [new_code_cell("raise ValueError(chr(0xd800) + '\\n two')", id="a")],
}
OLD = new_output("stream", text=f"old {HALF}")
GOOD = {
    "attachment": [new_markdown_cell("![x](attachment:gone.png)", id="a")],
    "printed": [new_code_cell("print('a' + chr(0xd800))", id="a")],
    "stored": [new_code_cell("1", id="old", outputs=[OLD])],
    "storm": [new_code_cell("for n in range(3000): display(n)", id="a")],
}


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    """A batch of which much fails: its folder, what it said, and its pages."""
    home = make_home(tmp_path_factory.mktemp("many"))
    for name, cells in (BAD | GOOD).items():
        # In ASCII, as a notebook's JSON may be: nbformat cannot write a half as it stands.
        (home / f"{name}.ipynb").write_text(json.dumps(new_notebook(cells=cells)))
    names = ["attachment", "printed", "title", "stored", "code", "raised", "storm"]
    batch = start(home, ["well", "raise", "die", "die once"], others=names)
    said, errors = batch.communicate()
    assert batch.returncode == 1, errors
    assert "\x1b" not in said + errors
    assert "Traceback" not in said + errors
    return home, errors, {path.name: path.read_text("utf-8") for path in (home / "out").iterdir()}


def test_what_fails_fails_alone(many):
    home, errors, pages = many
    failed = (f"{name}.failed.html" for name in ["die", "raise", *BAD])
    rendered = (f"{name}.html" for name in ["die once", "well", *GOOD])
    assert sorted(pages) == sorted([*failed, *rendered, "index.html"])
    summary = errors.splitlines()
    assert "11 reports: 6 rendered, 5 failed" in summary
    assert "  die.html: the kernel died" in summary
    assert any(line.startswith("  raise.html: cell 3: ValueError: it ") for line in summary)
    assert (home / "deaths").read_text() == "xxx", "a kernel that dies is tried again twice"
    assert "did die once" in pages["die once.html"]
    assert_nothing_is_left(home)


def test_notebooks_that_no_page_can_be_made_of_fail_alone(many):
    """Halves of characters wherever a notebook has text; an attachment that is missing is named."""
    _, errors, pages = many
    assert "a\\ud800" in pages["printed.html"]
    assert "old" not in pages["stored.html"].partition("<body>")[2]
    told = {line.split(".html: ")[0].strip(): line for line in errors.splitlines()[1:]}
    assert sorted(told) == sorted(["die", "raise", *BAD])
    assert "[Picture left out: x, attachment:gone.png]" in pages["attachment.html"]
    assert "cell 1 of the notebook holds half a character" in told["title"]
    assert "cell 1 of the notebook holds half a character" in told["code"]
    assert "cell 1: ValueError: \\ud800 two" in told["raised"]
    for name in BAD:
        shown = " ".join(unescape(pages[f"{name}.failed.html"]).split())
        assert told[name].split(": ")[-1] in shown


def test_a_storm_of_outputs_is_whole_in_a_page_of_a_batch(many):
    shown = re.findall(r'<pre class="output" tabindex="0">(\d+)</pre>', many[2]["storm.html"])
    assert shown == [str(n) for n in range(3000)]


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
    monkeypatch.setattr("helpers.reports._workers.SLACK_S", 15)
    notebook = read_notebook(Path("deed.ipynb"))
    own = multiprocessing.get_context("spawn").Process(target=time.sleep, args=(600,))
    own.start()  # a child of the caller, which is none of a batch's
    jobs = [prepare(notebook, {"deed": deed}) for deed in ("stop the worker", "well")]
    outcomes = [outcome for _, outcome in run_here(iter(jobs), count=1, timeout_s=15)]
    assert [outcome.failure for outcome in outcomes] == ["not done after 15 s", ""]
    assert "<strong>No outputs</strong>: not done after 15 s" in outcomes[0].html
    assert "did well" in outcomes[1].html
    end = time.monotonic() + 30
    while multiprocessing.active_children() != [own] and time.monotonic() < end:
        time.sleep(0.1)
    assert multiprocessing.active_children() == [own]
    own.kill()


def test_half_a_character_in_a_plan_is_refused_before_any_work(home):
    told = batch_here(home, ["well", '"\\ud800"'])
    assert (told.exit_code, told.stdout) == (2, "")
    assert "plan.yaml line 3: parameter deed '\\ud800': holds half a character" in told.stderr
    assert not (home / "out").exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_batch_that_is_alone_in_its_folder_and_is_ended_leaves_nothing_and_goes_on(home, number):
    batch = start(home, ["well", "loop"])
    while not (home / "out" / "well.html").exists():
        assert batch.poll() is None
        time.sleep(0.1)
    second = batch_here(home, ["well"])
    assert second.exit_code == 1
    assert "another batch is at work in this folder" in second.stderr
    batch.send_signal(number)
    _, errors = batch.communicate()
    assert batch.returncode == 1
    assert f"ended by {number.name}: the same command goes on from here" in errors
    assert "Traceback" not in errors
    assert_nothing_is_left(home)
    again = batch_here(home, ["well"])
    assert "1 report: 1 up to date" in again.stdout
    assert again.exit_code == 0


def test_a_reader_that_leaves_ends_the_batch(home):
    with start(home, ["well", "also well", "loop"]) as batch:
        assert batch.stdout.readline().startswith("rendered")
        batch.stdout.close()
        errors = batch.stderr.read()
    assert batch.returncode == 1
    assert "Traceback" not in errors
    assert_nothing_is_left(home)


def test_a_signal_while_a_worker_starts_ends_it_and_the_batch(home):
    """The worker was started, and nobody had been told yet."""
    write_plan(home, ["nothing"])
    (home / "out").mkdir()
    code = """
import sys
from concurrent.futures import ProcessPoolExecutor
from helpers.cli import main
submit = ProcessPoolExecutor.submit
def interrupt(*arguments):
    submit(*arguments)
    raise KeyboardInterrupt
ProcessPoolExecutor.submit = interrupt
main(["batch", "plan.yaml", "-o", "out"])
"""
    command = [sys.executable, "-c", code]
    place = {"cwd": home, "env": os.environ | {"TMPDIR": str(home / "tmp")}}
    ended = subprocess.run(
        command, check=False, capture_output=True, text=True, timeout=120, **place
    )
    assert ended.returncode == 1
    assert "Traceback" not in ended.stderr
    assert_nothing_is_left(home)


def test_kills_at_random_moments_leave_nothing_torn():
    command = [sys.executable, ROOT / "benchmarks" / "kill.py", "--kills", "4", "--reports", "4"]
    ferry = ROOT / "tests" / "fixtures" / "ferry"
    command += ["--dossier", ferry, "--notebook", "record"]  # which draws less than the report
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    assert result.stdout.count("pages whole") == 4
    assert ": 0 faults" in result.stdout
