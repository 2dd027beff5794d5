"""Many reports in four ways: how long each takes, and that all of them made the same.

    python benchmarks/batch.py                 the plan `few` in each way, one after the other
    python benchmarks/batch.py --plan shipped  the same of another plan: few, shipped or worst
    python benchmarks/batch.py --long          200 reports of ours beside 24, and 200 up to date
    python benchmarks/batch.py --single        one cold report, and a check beside `import pandas`
    python benchmarks/batch.py --profile       one report in a warm process, by step
    python benchmarks/batch.py --all           all of these

(a) `papermill` and `jupyter nbconvert` from the shell; (b) their Python interfaces in a pool of
processes; (c) `dossier batch`, its start included, with a store of pictures that is empty at first,
and again with what it then holds; (d) the limit: the same cells run in processes that are already
warm, without Jupyter and without a page. (a), (b) and (d) have no store. Always two processes at
once, the same notebooks and parameters. Exit status 1 where a bound is missed or an output differs.
"""

import argparse
import ast
import json
import multiprocessing
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date, timedelta
from html import unescape
from itertools import product
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import psutil

from helpers.reports import read_plan

ROOT = Path(__file__).parents[1]
BIN = Path(sys.executable).parent
PROCESSES = 2
STORE = "DOSSIER_CACHE"
MOST_OF_24, LEAST_SPEED_UNCHANGED, MOST_OF_SINGLE, MOST_OF_PANDAS = 8.5, 100, 1 / 3, 2
BOUNDS = {"few": (12, 4), "shipped": (8, 3), "worst": (4, 2)}  # times as fast as (a), as (b)
_CAPTION = re.compile(r"<figcaption>(.*?)</figcaption>", re.DOTALL)
_PICTURE = re.compile(r'<div class="picture">(<svg.*?</svg>)', re.DOTALL)
_OWN = re.compile(r"figure-\d+-")  # what the ids in a page's picture begin with
_TAG = re.compile(r"<[^>]*>")


class Report(NamedTuple):
    """A notebook, the parameters that it is given, and a name for its files."""

    notebook: Path
    parameters: dict[str, str]
    name: str


def list_reports(days: int, languages: list[str]) -> list[Report]:
    """The report of each of some days, in some languages: most of their figures are the same."""
    first = date(2022, 1, 6)
    reports = []
    for n, name in product(range(days), languages):
        day = (first + timedelta(n)).isoformat()
        chosen = {"dossier": "kazakhstan-2022", "sources": "all", "as_of": day, "place_names": name}
        reports.append(Report(ROOT / "notebooks" / "report.ipynb", chosen, f"{day}-{name}"))
    return reports


def list_shipped() -> list[Report]:
    """What `reports.yaml` declares."""
    jobs = read_plan(ROOT / "reports.yaml")
    return [Report(job.notebook.path, job.parameters, Path(job.output).stem) for job in jobs]


def make_unlike(count: int, folder: Path) -> list[Report]:
    """A report of each of some stories, in which every place lies and everybody is called anew."""
    reports = []
    for number in range(count):
        story = shutil.copytree(ROOT / "data" / "kazakhstan-2022", folder / f"story-{number}")
        for table, change in (("facts", _rename), ("places", _move)):
            cells = pd.read_csv(story / f"{table}.csv", dtype=str, keep_default_na=False)
            change(cells, number).to_csv(story / f"{table}.csv", index=False)
        chosen = {"dossier": str(story), "sources": "all"}
        reports.append(Report(ROOT / "notebooks" / "report.ipynb", chosen, story.name))
    return reports


def _rename(facts: pd.DataFrame, number: int) -> pd.DataFrame:
    return facts.assign(asserted_by=facts["asserted_by"] + f" {number}")


def _move(places: pd.DataFrame, number: int) -> pd.DataFrame:
    moved = places["latitude"].astype(float) + number / 100
    return places.assign(latitude=moved.round(4).astype(str))


def run_in_shell(reports: list[Report], out: Path) -> None:
    """(a): two commands a report, two reports at once."""
    with ThreadPoolExecutor(PROCESSES) as pool:
        list(pool.map(lambda report: _render_by_commands(report, out), reports))


def _render_by_commands(report: Report, out: Path) -> None:
    executed = out / f"{report.name}.ipynb"
    given = [word for name, value in report.parameters.items() for word in ("-p", name, value)]
    commands = [
        [BIN / "papermill", "--no-progress-bar", report.notebook, executed, *given],
        [BIN / "jupyter", "nbconvert", "--to", "html", "--no-input", executed],
    ]
    for command in commands:
        subprocess.run(command, check=True, capture_output=True)


def run_in_pool(reports: list[Report], out: Path) -> None:
    """(b): what a user could script."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(PROCESSES, context) as pool:
        list(pool.map(_render_by_interfaces, reports, [out] * len(reports)))


def _render_by_interfaces(report: Report, out: Path) -> None:
    import papermill
    from nbconvert import HTMLExporter

    executed = out / f"{report.name}.ipynb"
    papermill.execute_notebook(report.notebook, executed, report.parameters, progress_bar=False)
    html, _ = HTMLExporter(exclude_input=True).from_filename(str(executed))
    executed.with_suffix(".html").write_text(html, encoding="utf-8")


def run_batch(reports: list[Report], out: Path) -> None:
    """(c): ours."""
    if start_batch(reports, out).wait():
        raise SystemExit("dossier batch failed")


def start_batch(reports: list[Report], out: Path) -> subprocess.Popen:
    plan = out / "plan.yaml"
    entries = [
        {"notebook": str(one.notebook), "parameters": one.parameters, "output": f"{one.name}.html"}
        for one in reports
    ]
    plan.write_text(json.dumps({"reports": entries}))
    command = [BIN / "dossier", "batch", plan, "-o", out, "--jobs", str(PROCESSES)]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL)


class WarmDrawers:
    """(d): processes that have run a report's cells."""

    def __init__(self, report: Report) -> None:
        context = multiprocessing.get_context("spawn")
        self._pool = ProcessPoolExecutor(PROCESSES, context)
        list(self._pool.map(draw, [report] * PROCESSES * 2))

    def __call__(self, reports: list[Report], out: Path) -> None:
        pages = self._pool.map(draw, reports)
        for report, page in zip(reports, pages, strict=True):
            (out / f"{report.name}.html").write_text(page, encoding="utf-8")


def draw(report: Report, steps: dict[str, float] | None = None) -> str:
    """Run the notebook's cells and return what they show; each one's time is noted in `steps`."""
    namespace: dict = {}
    shown = []
    for cell in json.loads(report.notebook.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] != "code":
            continue
        begun, source = time.process_time(), "".join(cell["source"])
        body = ast.parse(source).body
        last = body.pop() if isinstance(body[-1], ast.Expr) else None
        exec(compile(ast.Module(body, []), "<cell>", "exec"), namespace)
        if "parameters" in cell["metadata"].get("tags", []):
            namespace |= report.parameters
        if last:
            value = eval(compile(ast.Expression(last.value), "<cell>", "eval"), namespace)
            shown.append(value._repr_html_())
        if steps is not None:
            steps[source.splitlines()[-1]] = time.process_time() - begun
    return "\n".join(shown)


def find_captions(out: Path, reports: list[Report]) -> list[list[str]]:
    """The titles of the figures of each report's page."""
    pages = ((out / f"{report.name}.html").read_text(encoding="utf-8") for report in reports)
    return [
        [unescape(_TAG.sub("", text)).strip() for text in _CAPTION.findall(page)] for page in pages
    ]


def count_pictures(out: Path, reports: list[Report]) -> tuple[int, int]:
    """How many pictures the pages have, and how many different ones."""
    pages = ((out / f"{report.name}.html").read_text(encoding="utf-8") for report in reports)
    pictures = [_OWN.sub("", picture) for page in pages for picture in _PICTURE.findall(page)]
    return len(pictures), len(set(pictures))


def time_way(way: Callable, reports: list[Report], look: Callable = find_captions) -> tuple:
    """Seconds that a way takes, and what is seen in its pages."""
    with tempfile.TemporaryDirectory() as folder:
        begun = time.perf_counter()
        way(reports, Path(folder))
        seconds = time.perf_counter() - begun
        return seconds, look(Path(folder), reports)


@contextmanager
def own_store() -> Iterator[None]:
    """A store of pictures that is empty."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ[STORE] = folder
        try:
            yield
        finally:
            os.environ[STORE] = "off"


def compare_plan(plan: str, reports: list[Report]) -> bool:
    """A plan in each way; whether ours keeps its bounds and all made the same figures."""
    print(f"\nplan {plan}: {len(reports)} reports")
    seconds, captions = {}, {}

    def note(name: str, way: Callable) -> None:
        seconds[name], captions[name] = time_way(way, reports)
        each = seconds[name] / len(reports)
        print(f"  {name:28} {seconds[name]:7.1f} s, {each:.2f} s a report", flush=True)

    note("(d) warm drawing", WarmDrawers(reports[0]))
    with own_store():
        note("(c) dossier batch, cold store", run_batch)
        note("(c) dossier batch, warm store", run_batch)
        _, (count, different) = time_way(run_batch, reports, count_pictures)
    note("(b) pool of processes", run_in_pool)
    note("(a) shell", run_in_shell)
    limit, cold, warm, pool, shell = seconds.values()
    drawn, *made = captions.values()
    unlike = [
        f"{name} {report.name}"
        for name, titles in zip(list(captions)[1:], made, strict=True)
        for report, one, other in zip(reports, drawn, titles, strict=True)
        if one != other
    ]
    share = (count - different) / max(count, 1)
    told = f"other titles than (d): {', '.join(unlike)}" if unlike else "same titles"
    print(f"  {count} pictures, {different} different: {share:.0%} repeated; {told}")
    least_a, least_b = BOUNDS[plan]
    for store, ours in (("cold", cold), ("warm", warm)):
        print(
            f"  {store} store: {shell / ours:.1f} times as fast as (a) (bound {least_a}), "
            f"{pool / ours:.1f} times as fast as (b) (bound {least_b}), {ours / limit:.2f} of (d)"
        )
    return not unlike and shell >= least_a * cold and pool >= least_b * cold


def compare_plans(plans: list[str]) -> bool:
    """Some of the three plans; whether all bounds are kept."""
    with tempfile.TemporaryDirectory() as folder:
        make = {
            "few": lambda: list_reports(8, ["en", "kk", "ru"]),
            "shipped": list_shipped,
            "worst": lambda: make_unlike(24, Path(folder)),
        }
        kept = [compare_plan(plan, make[plan]()) for plan in plans]
    return all(kept)


def compare_long() -> bool:
    """200 reports beside 24, the parent's memory over them, and 200 that are up to date."""
    few, many = list_reports(8, ["en", "kk", "ru"]), list_reports(100, ["en", "ru"])
    with own_store():
        seconds_few, _ = time_way(run_batch, few)
    with own_store(), tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        begun = time.perf_counter()
        batch = start_batch(many, out)
        memory = watch_memory(batch)
        seconds_many = time.perf_counter() - begun
        begun = time.perf_counter()
        run_batch(many, out)
        seconds_unchanged = time.perf_counter() - begun
        pages = len(list(out.glob("2022-*.html")))
    half = memory[len(memory) // 2 :]
    print(
        f"24 reports {seconds_few:.1f} s, {pages} reports {seconds_many:.1f} s: "
        f"{seconds_many / seconds_few:.1f} times as long (bound {MOST_OF_24})"
    )
    print(
        f"the parent's memory: {half[0]:.0f} MB in the middle, {half[-1]:.0f} MB at the end, "
        f"{max(memory):.0f} MB at most"
    )
    print(
        f"unchanged: {seconds_unchanged:.1f} s, 1/{seconds_many / seconds_unchanged:.0f} of it "
        f"(bound 1/{LEAST_SPEED_UNCHANGED})"
    )
    return (
        pages == len(many)
        and seconds_many <= MOST_OF_24 * seconds_few
        and seconds_unchanged * LEAST_SPEED_UNCHANGED <= seconds_many
    )


def watch_memory(batch: subprocess.Popen) -> list[float]:
    """The memory of a batch's own process over its time, in MB (resident)."""
    seen, process = [], psutil.Process(batch.pid)
    ended = threading.Event()
    threading.Thread(target=lambda: (batch.wait(), ended.set())).start()
    while not ended.wait(1):
        seen.append(process.memory_info().rss / 1e6)
    return seen


def compare_single() -> bool:
    """One cold report beside the two commands, a check beside an import; three times in turn."""
    reports = list_reports(1, ["en"])
    check = [BIN / "dossier", "check", "kazakhstan-2022"]
    ways: dict[str, Callable] = {
        "papermill and nbconvert": run_in_shell,
        "dossier render": _render_once,
        "import pandas": lambda *_: _run([sys.executable, "-c", "import pandas"]),
        "dossier check": lambda *_: _run(check),
    }
    least = dict.fromkeys(ways, float("inf"))
    for _, (name, way) in product(range(3), ways.items()):
        least[name] = min(least[name], time_way(way, reports, lambda *_: None)[0])
    print(", ".join(f"{name} {seconds:.2f} s" for name, seconds in least.items()))
    plain, ours, pandas, checked = least.values()
    print(f"one report: {ours / plain:.2f} of the two commands (bound {MOST_OF_SINGLE:.2f})")
    print(f"a check: {checked / pandas:.1f} times the import (bound {MOST_OF_PANDAS})")
    return ours <= MOST_OF_SINGLE * plain and checked <= MOST_OF_PANDAS * pandas


def _render_once(reports: list[Report], out: Path) -> None:
    [(_, parameters, name)] = reports
    given = [w for n, v in parameters.items() if n != "dossier" for w in ("-p", n, v)]
    _run([BIN / "dossier", "render", parameters["dossier"], *given, "-o", out / f"{name}.html"])


def _run(command: list) -> None:
    subprocess.run(command, check=True, capture_output=True)


def profile_report() -> bool:
    """One report in a process that is warm, by step: without a store, and from a full one."""
    from helpers.page import convert
    from helpers.reports import prepare, read_notebook, run

    report = list_reports(1, ["en"])[0]
    draw(report)
    with own_store():
        draw(report)
        os.environ[STORE], full = "off", os.environ[STORE]
        for name, store in (("no store", "off"), ("full store", full)):
            os.environ[STORE] = store
            steps: dict[str, float] = {}
            draw(report, steps)
            print(f"{name}: {1000 * sum(steps.values()):.0f} ms of one processor")
            for step, seconds in steps.items():
                print(f"  {1000 * seconds:7.1f} ms  {step}")
    job = prepare(read_notebook(report.notebook), report.parameters)
    executed = run(job).executed
    begun = time.process_time()
    convert(executed, job.title, job.origin)
    print(f"  {1000 * (time.process_time() - begun):7.1f} ms  the page")
    return True


def main() -> None:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--plan", choices=[*BOUNDS], default="few")
    for option in ("long", "single", "profile", "all"):
        parser.add_argument(f"--{option}", action="store_true")
    options = parser.parse_args()
    os.environ[STORE] = "off"
    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}")
    others = {"long": compare_long, "single": compare_single, "profile": profile_report}
    asked = [way for name, way in others.items() if options.all or getattr(options, name)]
    if options.all or not asked:
        plans = [*BOUNDS] if options.all else [options.plan]
        asked.insert(0, lambda: compare_plans(plans))
    kept = [way() for way in asked]
    raise SystemExit(not all(kept))


if __name__ == "__main__":
    main()
