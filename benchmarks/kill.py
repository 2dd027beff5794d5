"""Commands ended at random moments: what is left, and what the next run makes of it.

    python benchmarks/kill.py --kills 50

By turns a batch, a render and a verification. Half of the signals meet the command itself (SIGKILL,
SIGTERM or SIGHUP, alone or with its process group), the others, each a SIGKILL, one of its
processes: a worker, a kernel or the server that forks them. Afterwards every page in the folder
must be whole (that of a failed render too), no process may be left, nor a temporary file unless
server and command were killed both; the next run must end well, with the bytes of a command that
nobody disturbed, and leave neither temporary files nor processes. Before every other signal the
store of pictures is emptied, so that they meet it too.
"""

import argparse
import os
import random
import shutil
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

COMMAND = Path(sys.executable).with_name("dossier")
MARK, STORE = "DOSSIER_KILL_BENCHMARK", "DOSSIER_CACHE"
PLAN = """
output: "{{number}}.html"
reports:
  - notebook: greeting.ipynb
    matrix: {{number: {numbers}}}
"""
COMMANDS = {
    "batch": ["batch", "plan.yaml", "-o", "out", "--jobs", "2"],
    "render": ["render", "-o", "out/report.html"],
    "verify": ["verify", "kept/report.html"],
}
FAILED = "report.failed.html"  # what a render leaves that says why it failed
SIGNALS = (signal.SIGKILL, signal.SIGTERM, signal.SIGHUP)


def write_plan(home: Path, count: int) -> None:
    """Write a plan of small reports, each of which takes a moment."""
    cells = [
        new_markdown_cell("# A greeting", id="title"),
        new_code_cell("number: int = 0", id="parameters", metadata={"tags": ["parameters"]}),
        new_code_cell("import time\ntime.sleep(0.5)\nprint('Hello', number)", id="greet"),
    ]
    nbformat.write(new_notebook(cells=cells), home / "greeting.ipynb")
    (home / "plan.yaml").write_text(PLAN.format(numbers=list(range(count))))


def start(name: str, home: Path) -> subprocess.Popen:
    """Start a command in the folder; its processes can be told by a mark in their environment."""
    return subprocess.Popen(
        [COMMAND, *COMMANDS[name]],
        cwd=home,
        env=os.environ | {MARK: str(home), "TMPDIR": str(home / "tmp"), STORE: str(home / "cache")},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def find_processes(home: Path) -> list[psutil.Process]:
    """The processes of a command that still run."""
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


def end_one(command: subprocess.Popen, whom: str, chance: random.Random) -> str:
    """Signal the command or one of its processes; which and how, or '' if it had ended."""
    if command.poll() is not None:
        return ""
    processes = psutil.Process(command.pid).children(recursive=True)
    if whom == "command" or not processes:
        number, group = chance.choice(SIGNALS), chance.choice([False, True])
        (os.killpg if group else os.kill)(command.pid, number)
        return f"{number.name} {'group' if group else 'command'}"
    process = chance.choice(processes)
    try:
        words = " ".join(process.cmdline())
        process.send_signal(signal.SIGKILL)
    except psutil.Error:
        return ""
    return "SIGKILL server or kernel" if "kernels._server" in words else "SIGKILL worker"


def remove_half(home: Path, names: list[str], chance: random.Random) -> None:
    """Remove half of the pages, and the list: that is what the next batch has to do."""
    for name in [*chance.sample(names, len(names) // 2), "index.html"]:
        (home / "out" / name).unlink(missing_ok=True)


def check(home: Path, expected: dict[str, bytes], *, is_done: bool) -> list[str]:
    """What is wrong in the folders after a command has ended."""
    faults = [f"process {process} is left" for process in wait_until_none_runs(home)]
    pages = read_pages(home)
    faults += [
        f"{name} is torn"
        for name, page in pages.items()
        if page != expected.get(name)
        and (is_done or name != FAILED or not page.endswith(b"</html>\n"))
    ]
    left = [path for path in find_leftovers(home) if is_done or path.is_relative_to(home / "tmp")]
    faults += [f"{path} is left" for path in left]
    if is_done:
        faults += [f"{name} is missing" for name in expected if name not in pages]
    return faults


def finish(name: str, home: Path) -> list[str]:
    """Run a command to its end; what it says where that is not well."""
    command = start(name, home)
    said = command.communicate()[1]
    return [] if command.returncode == 0 else [f"exit code {command.returncode}: {said}"]


def measure(name: str, home: Path, faults: list[str]) -> float:
    """How many seconds a command lasts; what is not well is added to the faults."""
    begun = time.monotonic()
    faults += finish(name, home)
    return time.monotonic() - begun


def main() -> None:
    """Signal, check, run again, check; a line each, and the sum."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--reports", type=int, default=12, help="of the batch")
    parser.add_argument("--notebook", default="report", help="which the render runs")
    parser.add_argument("--dossier", default="kazakhstan-2022", help="which it renders")
    options = parser.parse_args()
    COMMANDS["render"] += [options.dossier, "-n", options.notebook]
    chance = random.Random(options.seed)
    faults, ended, lasts_s = [], Counter(), {}
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        (home / "tmp").mkdir()
        write_plan(home, options.reports)
        faults += finish("batch", home)
        lasts_s["render"] = measure("render", home, faults)
        expected = read_pages(home)
        index = expected.pop("index.html")  # the list of a batch that was killed is an older one
        names = sorted(set(expected) - {"report.html"})
        (home / "kept").mkdir()
        (home / "kept" / "report.html").write_bytes(expected["report.html"])
        remove_half(home, names, chance)
        lasts_s |= {name: measure(name, home, faults) for name in ("batch", "verify")}
        while ended.total() < options.kills:
            name = [*COMMANDS][ended.total() % 3]
            whom = ["command", "process"][ended.total() // 3 % 2]
            remove_half(home, names, chance)
            if chance.choice([False, True]):  # then it draws, and keeps what it drew
                shutil.rmtree(home / "cache", ignore_errors=True)
            command = start(name, home)
            time.sleep(chance.uniform(0.1, lasts_s[name]))
            how = end_one(command, whom, chance)
            command.communicate()
            if not how:
                continue  # it had ended
            ended[f"{name} {how}"] += 1
            (home / "out" / "index.html").unlink(missing_ok=True)
            found = check(home, expected, is_done=False)
            pages = len(read_pages(home))
            for again in dict.fromkeys([name, "batch"]):
                found += finish(again, home)
            found += check(home, expected | {"index.html": index}, is_done=True)
            print(f"{ended.total():3} {name} {how:24} {pages:2} pages whole", *found, sep="; ")
            faults += found
    told = ", ".join(f"{count} × {how}" for how, count in ended.most_common())
    print(f"{options.kills} signals ({told}): {len(faults)} faults")
    raise SystemExit(bool(faults))


if __name__ == "__main__":
    main()
