"""Batches killed at random moments: what is left, and what the next run makes of it.

    python benchmarks/kill.py --kills 50

Half of the kills meet the batch itself, the others one of its processes: a worker, a kernel or the
server that forks them. Each is a SIGKILL. Afterwards every page in the folder must be whole, and
no process may be left; the next run must end well, with the bytes of a batch that nobody disturbed,
and leave neither temporary files nor processes.
"""

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import nbformat
import psutil
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

REPORTS = 12
COMMAND = Path(sys.executable).with_name("dossier")
MARK = "DOSSIER_KILL_BENCHMARK"
PLAN = f"""
output: "{{number}}.html"
reports:
  - notebook: greeting.ipynb
    matrix: {{number: {list(range(REPORTS))}}}
"""


def write_plan(home: Path) -> None:
    """Write a plan of small reports, each of which takes a moment."""
    cells = [
        new_markdown_cell("# A greeting", id="title"),
        new_code_cell("number: int = 0", id="parameters", metadata={"tags": ["parameters"]}),
        new_code_cell("import time\ntime.sleep(0.5)\nprint('Hello', number)", id="greet"),
    ]
    nbformat.write(new_notebook(cells=cells), home / "greeting.ipynb")
    (home / "plan.yaml").write_text(PLAN)


def start_batch(home: Path) -> subprocess.Popen:
    """Start a batch in the folder; its processes can be told by a mark in their environment."""
    return subprocess.Popen(
        [COMMAND, "batch", "plan.yaml", "-o", "out", "--jobs", "2"],
        cwd=home,
        env=os.environ | {MARK: str(home), "TMPDIR": str(home / "tmp")},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


def find_processes(home: Path) -> list[psutil.Process]:
    """The processes of a batch that still run."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get(MARK) == str(home) and process.status() != "zombie":
                found.append(process)
        except psutil.Error:
            continue
    return found


def read_pages(home: Path) -> dict[str, bytes]:
    """The pages in the output folder, by name."""
    return {path.name: path.read_bytes() for path in (home / "out").glob("*.html")}


def find_leftovers(home: Path) -> list[Path]:
    """Whatever is in the folders that is no page."""
    paths = [*(home / "out").rglob("*"), *(home / "tmp").rglob("*")]
    return [path for path in paths if path.suffix != ".html"]


def wait_until_none_runs(home: Path, seconds: float = 30) -> list[psutil.Process]:
    """The processes that still run after some time; none as soon as none does."""
    end = time.monotonic() + seconds
    while (left := find_processes(home)) and time.monotonic() < end:
        time.sleep(0.1)
    return left


def kill_one(batch: subprocess.Popen, whom: str, chance: random.Random) -> str:
    """Kill the batch, or one of the processes that it has started; which, or '' if it had ended."""
    if batch.poll() is not None:
        return ""
    processes = psutil.Process(batch.pid).children(recursive=True)
    if whom == "batch" or not processes:
        batch.kill()
        return "batch"
    process = chance.choice(processes)
    try:
        words = " ".join(process.cmdline())
        process.send_signal(signal.SIGKILL)
    except psutil.Error:
        return ""
    return "server or kernel" if "kernel_server" in words else "worker"


def remove_half(home: Path, names: list[str], chance: random.Random) -> None:
    """Remove half of the pages, and the list: that is what the next batch has to do."""
    for name in [*chance.sample(names, REPORTS // 2), "index.html"]:
        (home / "out" / name).unlink(missing_ok=True)


def check(home: Path, expected: dict[str, bytes], *, is_done: bool) -> list[str]:
    """What is wrong in the folders after a batch has ended."""
    pages = read_pages(home)
    faults = [f"{name} is torn" for name, page in pages.items() if page != expected.get(name)]
    faults += [f"process {process} is left" for process in wait_until_none_runs(home)]
    if is_done:
        faults += [f"{name} is missing" for name in expected if name not in pages]
        faults += [f"{path} is left" for path in find_leftovers(home)]
    return faults


def finish_batch(home: Path) -> list[str]:
    """Run the batch to its end; what it says where that is not well."""
    batch = start_batch(home)
    said = batch.communicate()[1]
    return [] if batch.returncode == 0 else [f"exit code {batch.returncode}: {said}"]


def main() -> None:
    """Kill, check, run again, check; a line each, and the sum."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    chance = random.Random(options.seed)
    faults, killed = [], Counter()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        (home / "tmp").mkdir()
        write_plan(home)
        faults += finish_batch(home)
        expected = read_pages(home)
        index = expected.pop("index.html")  # the list of a batch that was killed is an older one
        names = sorted(expected)
        remove_half(home, names, chance)
        begun = time.monotonic()
        faults += finish_batch(home)
        lasts_s = time.monotonic() - begun
        while killed.total() < options.kills:
            remove_half(home, names, chance)
            batch = start_batch(home)
            time.sleep(chance.uniform(0.1, lasts_s))
            whom = kill_one(batch, ["batch", "process"][killed.total() % 2], chance)
            batch.communicate()
            if not whom:
                continue  # it had ended
            killed[whom] += 1
            (home / "out" / "index.html").unlink(missing_ok=True)
            found = check(home, expected, is_done=False)
            pages = len(read_pages(home))
            found += finish_batch(home) + check(
                home, expected | {"index.html": index}, is_done=True
            )
            print(
                f"{killed.total():3} {whom:17} {pages:2} of {REPORTS} pages whole", *found, sep="; "
            )
            faults += found
    told = ", ".join(f"{count} × {whom}" for whom, count in killed.most_common())
    print(f"{options.kills} kills ({told}): {len(faults)} faults")
    raise SystemExit(bool(faults))


if __name__ == "__main__":
    main()
