"""Hostile input of every kind: no traceback, no endless run, no false verdict, nothing left behind.

    python benchmarks/attack.py --tries 200

By turns: a page that was changed since it was made is verified; a dossier with cells of random
characters is checked; a plan with random lines is read; a report is rendered in an odd environment
(it has the bytes of one rendered in a usual one, or it is not there); a notebook that misbehaves is
rendered. Every command ends with 0, 1 or 2, says in a line what is wrong where that is not 0, and
leaves neither processes nor temporary files.
"""

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from itertools import cycle
from pathlib import Path

import nbformat
import psutil
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

ROOT = Path(__file__).parents[1]
COMMAND = Path(sys.executable).with_name("dossier")
STORY = ROOT / "data" / "winston-2016"
MARK = "DOSSIER_ATTACK_BENCHMARK"
LIMIT_S = 300
WORDS = r"""
' " , ; = =1+1 @SUM(A1) -0 1e999 1e-999 0x1F ١٢ ½ ∞ NaN NULL #REF! ../../etc/passwd /dev/zero %s %00
file:///etc/passwd <script>alert(1)</script> <img/src=x/onerror=alert(1)> {{7*7}} ${7*7} ﷽ \\ \n
2022-02-30 0000-00-00 9999-12-31/0001-01-01 kazakhstan-2022 &amp; &#x3c; ]]> <!-- --> -- 🏴
javascript:alert(1) data:text/html,x
"""
UNSEEN = ["", " ", "\t", "\r", "\0", "\x1b[2J", "\u202e\u2066", "\ufeff", "\ud7ff", "\U0010ffff"]
TOKENS = [*WORDS.split(), *UNSEEN, "x" * 20_000, "a\nb"]
NOTEBOOKS = {
    "os._exit(0)": "import os; os._exit(0)",
    "sys.exit(3)": "import sys; sys.exit(3)",
    "SIGKILL itself": "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
    "SIGTERM itself": "import os, signal; os.kill(os.getpid(), signal.SIGTERM)",
    "recursion": "f = lambda: f()\nf()",
    "KeyboardInterrupt": "raise KeyboardInterrupt",
    "GeneratorExit": "raise GeneratorExit",
    "an error whose text fails": "class E(Exception):\n    def __str__(self): 1 / 0\nraise E",
    "a surrogate": "print('\\ud800')",
    "bytes that are no UTF-8": "import os; os.write(1, b'\\xff\\xfe')",
    "closed files": "import os; os.closerange(0, 3); print(1)",
    "all files closed": "import os; os.closerange(0, 100); print(1)",
    "the folder removed": "import os, shutil; shutil.rmtree(os.getcwd()); print(1)",
    "the folder changed": "import os; os.chdir('/'); print(1)",
    "print replaced": "import builtins; builtins.print = None; print(1)",
    "open replaced": "import builtins; builtins.open = None",
    "json spoilt": "import json; json.dumps = lambda *a, **k: '{'",
    "a thread that prints on": (
        "import threading, time\n"
        "def tell():\n    while True:\n        print('.', flush=True); time.sleep(0.01)\n"
        "threading.Thread(target=tell, daemon=True).start()"
    ),
    "a thread that never ends": (
        "import threading, time; threading.Thread(target=time.sleep, args=(999,)).start()"
    ),
    "a child that stays": "import subprocess; subprocess.Popen(['sleep', '999'])",
    "a child of its own session": (
        "import subprocess; subprocess.Popen(['sleep', '999'], start_new_session=True)"
    ),
    "slow to leave": "import atexit, time; atexit.register(time.sleep, 999)",
    "signals ignored": (
        "import signal\nfor s in (2, 15, 1): signal.signal(s, signal.SIG_IGN)\nprint(1)"
    ),
    "much output": "for n in range(3000): display(n)",
    "long output": "print('x' * 5_000_000)",
    "hostile HTML": (
        "from IPython.display import HTML\nHTML('<script>alert(1)</script></html><iframe src=//x>')"
    ),
    "a repr that fails": "class R:\n    def __repr__(self): raise SystemExit(0)\nR()",
    "no memory": "x = bytearray(10**15)",
    "its module cut": "import sys; sys.modules.clear()",
    "warnings": "import warnings; warnings.warn('w' * 10_000)",
    "standard input": "input('? ')",
    "a null": "print('\\0' * 10)",
    "escapes": "print('\\x1b[2J\\x1b]0;x\\x07')",
}
ENVIRONMENTS: list[dict[str, str | None]] = [
    {"LC_ALL": "C", "LANG": "C"}, {"LC_ALL": "tr_TR.UTF-8"}, {"LC_ALL": "x" * 300},
    {"TZ": "nowhere"},
    {"TZ": "Pacific/Kiritimati"}, {"HOME": "/nonexistent"}, {"HOME": None}, {"HOME": ""},
    {"HOME": "/dev/null"}, {"PATH": ""}, {"PATH": None}, {"TMPDIR": "/nonexistent"},
    {"TMPDIR": "/dev/null"}, {"MPLBACKEND": "nonsense"}, {"MPLBACKEND": "TkAgg"},
    {"MPLCONFIGDIR": "/dev/null"}, {"PYTHONHASHSEED": "1"}, {"PYTHONIOENCODING": "ascii"},
    {"PYTHONUTF8": "0", "LC_ALL": "C"}, {"PYTHONSTARTUP": "/dev/zero"}, {"PYTHONWARNINGS": "error"},
    {"PYTHONPATH": "."}, {"PYTHONOPTIMIZE": "2"}, {"PYTHONDONTWRITEBYTECODE": "1"},
    {"COLUMNS": "1"}, {"COLUMNS": "x"}, {"TERM": "dumb"}, {"NO_COLOR": "1"},
    {"JUPYTER_CONFIG_DIR": "/dev/null"}, {"JUPYTER_RUNTIME_DIR": "/dev/null"},
    {"IPYTHONDIR": "/dev/null"}, {"OMP_NUM_THREADS": "-1"}, {"XDG_CACHE_HOME": "/dev/null"},
    {"PROJ_DATA": "/nonexistent"}, {"PROJ_LIB": "/dev/null"}, {"SOURCE_DATE_EPOCH": "x"},
    {"HTTP_PROXY": "http://127.0.0.1:1"}, {"DISPLAY": ":99"}, {"PYTHONMALLOC": "debug"},
]  # fmt: skip


def write_notebook(path: Path, code: str) -> None:
    """A notebook with one cell after its title."""
    cells = [
        new_markdown_cell("# A title\n\nA question?", id="title"),
        new_code_cell(code, id="do"),
    ]
    nbformat.write(new_notebook(cells=cells), path)


def spoil_page(page: bytes, chance: random.Random) -> bytes:
    """A page that is not what it was."""
    at, to = sorted(chance.sample(range(len(page)), 2))
    token = chance.choice(TOKENS).encode("utf-8", "surrogatepass") or b" "
    return chance.choice([
        page[:at],
        page[:at] + token + page[at:],
        page[:at] + bytes([page[at] ^ 1]) + page[at + 1 :],
        page[:at] + page[at : at + 5_000] + page[at:],
        page[:at] + page[to:],
        page.replace(b"<body", b"<script>alert(1)</script><body", 1),
        page.decode().encode("utf-16"),
        page + b"\0" * 100,
    ])  # fmt: skip


def spoil_lines(text: str, chance: random.Random) -> str:
    """A text with some of its cells, or parts of its lines, replaced by hostile ones."""
    lines = text.splitlines()
    for _ in range(chance.randint(1, 5)):
        at = chance.randrange(len(lines))
        cells = lines[at].split(",")
        cells[chance.randrange(len(cells))] = chance.choice(TOKENS)
        lines[at] = ",".join(cells)
    return "\n".join(lines) + "\n"


class Attack:
    """The folder in which commands are tried, and a fault for each that does not hold."""

    def __init__(self, home: Path, chance: random.Random):
        self.home, self.chance = home, chance
        self.environments = cycle(chance.sample(ENVIRONMENTS, len(ENVIRONMENTS)))
        self.notebooks = cycle(chance.sample([*NOTEBOOKS], len(NOTEBOOKS)))
        self.report = home / "usual.html"
        self.run("render", STORY, "-o", self.report)
        self.page = self.report.read_bytes()

    def run(self, *words: object, **changed: str | None) -> tuple[int, str, list[str]]:
        """A command's exit code, what it said, and what is wrong with that."""
        environment: dict = os.environ | {MARK: str(self.home)} | changed
        command = [str(word) for word in (COMMAND, *words)]
        given = {name: value for name, value in environment.items() if value is not None}
        try:
            done = subprocess.run(
                command, cwd=self.home, env=given, stdin=subprocess.DEVNULL, timeout=LIMIT_S,
                capture_output=True, check=False,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            return -1, "", [f"has not ended after {LIMIT_S} s"]
        said = (done.stdout + done.stderr).decode("utf-8", "replace")
        faults = [] if done.returncode in (0, 1, 2) else [f"ended with {done.returncode}"]
        faults += ["a traceback"] if "Traceback (most recent" in said else []
        faults += [] if done.returncode == 0 or said.strip() else ["failed and said nothing"]
        faults += [f"process {name} is left" for name in self.find_processes()]
        return done.returncode, said, faults

    def find_processes(self) -> list[str]:
        """The processes that a command left; they are ended."""
        found = []
        for process in psutil.process_iter():
            try:
                if process.environ().get(MARK) == str(self.home) and process.status() != "zombie":
                    found.append(" ".join(process.cmdline()))
                    process.kill()
            except psutil.Error:
                continue
        return found

    def try_page(self) -> tuple[str, list[str]]:
        """A changed page is never vouched for."""
        path = self.home / "spoilt.html"
        path.write_bytes(spoil_page(self.page, self.chance))
        code, _, faults = self.run("verify", path)
        same = path.read_bytes() == self.page
        return "page", [*faults, *(["is vouched for"] if code == 0 and not same else [])]

    def try_table(self) -> tuple[str, list[str]]:
        """A dossier with random cells is refused in words, or has no fault."""
        story = self.home / "story"
        shutil.rmtree(story, ignore_errors=True)
        shutil.copytree(STORY, story)
        name = self.chance.choice(["facts.csv", "places.csv", "sources.csv", "datapackage.json"])
        text = spoil_lines((story / name).read_text("utf-8"), self.chance)
        (story / name).write_text(text, "utf-8", "surrogatepass")
        code, _, faults = self.run("check", story)
        if code == 0:
            faults += self.run("render", story, "-o", "story.html", "--force")[2]
        return name, faults

    def try_plan(self) -> tuple[str, list[str]]:
        """A plan with random lines is refused in words, or read."""
        plan = self.home / "plan.yaml"
        text = spoil_lines((ROOT / "reports.yaml").read_text("utf-8"), self.chance)
        plan.write_text(text, "utf-8", "surrogatepass")
        return "plan", self.run("batch", plan, "--dry-run", "-o", "out")[2]

    def try_environment(self) -> tuple[str, list[str]]:
        """A page has the same bytes anywhere."""
        changed, page = next(self.environments), self.home / "odd.html"
        page.unlink(missing_ok=True)
        code, said, faults = self.run("render", STORY, "-o", page, **changed)
        if code == 0 and page.read_bytes() != self.page:
            faults.append("has other bytes")
        return f"environment {changed}: {code} {said.strip()[-100:]}", faults

    def try_notebook(self) -> tuple[str, list[str]]:
        """A notebook that misbehaves fails alone, or has its page; nothing of it stays."""
        name = next(self.notebooks)
        folder = self.home / "notebooks"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        write_notebook(folder / "n.ipynb", NOTEBOOKS[name])
        (folder / "plan.yaml").write_text(
            'output: "n.html"\nreports:\n  - notebook: n.ipynb\n', "utf-8"
        )
        code, _, faults = self.run(
            "batch", folder / "plan.yaml", "-o", folder / "out", "--timeout", "20"
        )
        made = sorted(path.name for path in (folder / "out").glob("*"))
        expected = "n.html" if code == 0 else "n.failed.html"
        if made != sorted([expected, "index.html"]):
            faults.append(f"{code} with {made}")
        return f"notebook with {name}: {code}", faults


def main() -> None:
    """Try, by turns; a line for each fault, and the sum."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tries", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    counts, faulty = Counter(), 0
    with tempfile.TemporaryDirectory() as folder:
        attack = Attack(Path(folder), random.Random(options.seed))
        kinds = [
            attack.try_page, attack.try_table, attack.try_plan, attack.try_environment,
            attack.try_notebook,
        ]  # fmt: skip
        for number in range(options.tries):
            kind = kinds[number % len(kinds)]
            told, faults = kind()
            counts[kind.__name__.removeprefix("try_")] += 1
            faulty += bool(faults)
            print(f"{number + 1:4} {told}", *faults, sep="; ", flush=True)
    told = ", ".join(f"{count} × {kind}" for kind, count in counts.items())
    print(f"{options.tries} tries ({told}): {faulty} with a fault")
    raise SystemExit(bool(faulty))


if __name__ == "__main__":
    main()
