"""Many reports in four ways: how long each takes, and that all of them made the same.

    python benchmarks/batch.py            24 reports in each way, one way after the other
    python benchmarks/batch.py --long     200 reports of ours beside 24, and 200 up to date
    python benchmarks/batch.py --single   one cold report

(a) `papermill` and `jupyter nbconvert` from the shell; (b) their Python interfaces in a pool of
processes; (c) `dossier batch`, its start included; (d) the limit: the same cells run in processes
that are already warm, without Jupyter and without a page. Always two processes at once, the same
notebook and parameters. Exit status 1 where a bound is missed or an output differs.
"""

import argparse
import ast
import json
import multiprocessing
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path

import psutil

NOTEBOOK = Path(__file__).parents[1] / "notebooks" / "report.ipynb"
BIN = Path(sys.executable).parent
PROCESSES = 2
FIXED = {"dossier": "kazakhstan-2022", "sources": "all"}
MOST_OF_LIMIT, MOST_OF_24, LEAST_SPEED_UNCHANGED, MOST_OF_SINGLE = 2.5, 9, 30, 0.5
_CAPTION = re.compile(r"<figcaption>(.*?)</figcaption>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")

Report = dict[str, str]


def list_reports(days: int, languages: list[str]) -> list[Report]:
    """The parameters of each report: as of each of some days, in some languages."""
    first = date(2022, 1, 6)
    dates = [(first + timedelta(n)).isoformat() for n in range(days)]
    return [{"as_of": day, "place_names": name} for day in dates for name in languages]


def name_report(report: Report) -> str:
    return f"{report['as_of']}-{report['place_names']}"


def run_in_shell(reports: list[Report], out: Path) -> None:
    """(a): two commands a report, two reports at once."""
    with ThreadPoolExecutor(PROCESSES) as pool:
        list(pool.map(lambda report: _render_by_commands(report, out), reports))


def _render_by_commands(report: Report, out: Path) -> None:
    executed = out / f"{name_report(report)}.ipynb"
    given = [word for name, value in (FIXED | report).items() for word in ("-p", name, value)]
    commands = [
        [BIN / "papermill", "--no-progress-bar", NOTEBOOK, executed, *given],
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

    executed = out / f"{name_report(report)}.ipynb"
    papermill.execute_notebook(NOTEBOOK, executed, FIXED | report, progress_bar=False)
    html, _ = HTMLExporter(exclude_input=True).from_filename(str(executed))
    executed.with_suffix(".html").write_text(html, encoding="utf-8")


def run_batch(reports: list[Report], out: Path) -> None:
    """(c): ours."""
    start_batch(reports, out).communicate()


def start_batch(reports: list[Report], out: Path) -> subprocess.Popen:
    plan = out / "plan.yaml"
    entries = [{"notebook": str(NOTEBOOK), "parameters": FIXED | report} for report in reports]
    plan.write_text(json.dumps({"output": "{as_of}-{place_names}.html", "reports": entries}))
    command = [BIN / "dossier", "batch", plan, "-o", out, "--jobs", str(PROCESSES)]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL)


class WarmDrawers:
    """(d): processes that have run the notebook's cells once."""

    def __init__(self) -> None:
        context = multiprocessing.get_context("spawn")
        self._pool = ProcessPoolExecutor(PROCESSES, context)
        warm = list_reports(1, ["en"]) * PROCESSES * 2
        list(self._pool.map(draw, warm))

    def __call__(self, reports: list[Report], out: Path) -> None:
        pages = self._pool.map(draw, reports)
        for report, page in zip(reports, pages, strict=True):
            (out / f"{name_report(report)}.html").write_text(page, encoding="utf-8")


def draw(report: Report) -> str:
    """Run the notebook's cells and return what they show."""
    namespace: dict = {}
    shown = []
    for cell in json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] != "code":
            continue
        body = ast.parse("".join(cell["source"])).body
        last = body.pop() if isinstance(body[-1], ast.Expr) else None
        exec(compile(ast.Module(body, []), "<cell>", "exec"), namespace)
        if "parameters" in cell["metadata"].get("tags", []):
            namespace |= FIXED | report
        if last:
            value = eval(compile(ast.Expression(last.value), "<cell>", "eval"), namespace)
            shown.append(value._repr_html_())
    return "\n".join(shown)


def find_captions(out: Path, reports: list[Report]) -> list[list[str]]:
    """The titles of the figures of each report's page."""
    pages = (out / f"{name_report(report)}.html" for report in reports)
    return [
        [_TAG.sub("", text).strip() for text in _CAPTION.findall(page.read_text(encoding="utf-8"))]
        for page in pages
    ]


def time_way(way: Callable, reports: list[Report]) -> tuple[float, list[list[str]]]:
    """Seconds that a way takes, and the titles of the figures that it made."""
    with tempfile.TemporaryDirectory() as folder:
        begun = time.perf_counter()
        way(reports, Path(folder))
        seconds = time.perf_counter() - begun
        return seconds, find_captions(Path(folder), reports)


def compare_ways() -> bool:
    """24 reports in each way; whether ours keeps its bound and all made the same figures."""
    reports = list_reports(8, ["en", "kk", "ru"])
    ways = {"d warm drawing": WarmDrawers(), "c dossier batch": run_batch}
    ways |= {"b pool of processes": run_in_pool, "a shell": run_in_shell}
    seconds, captions = {}, {}
    for name, way in ways.items():
        seconds[name], captions[name] = time_way(way, reports)
        print(f"({name[0]}) {name[2:]:20} {seconds[name]:7.1f} s", flush=True)
    limit, ours, pool, shell = seconds.values()
    again, _ = time_way(ways["d warm drawing"], reports)
    print(f"(d) once more            {again:7.1f} s")
    limit = (limit + again) / 2
    figures = sum(map(len, captions["c dossier batch"]))
    same = all(titles == captions["c dossier batch"] for titles in captions.values())
    print(f"{len(reports)} reports, {figures} figures in each way; the same titles: {same}")
    print(f"ours takes {ours / limit:.2f} times the limit (bound {MOST_OF_LIMIT})")
    print(f"ours is {shell / ours:.1f} times as fast as (a) (aim 12)")
    print(f"ours is {pool / ours:.1f} times as fast as (b) (aim 4)")
    return same and ours / limit <= MOST_OF_LIMIT


def compare_long() -> bool:
    """200 reports beside 24, the parent's memory over them, and 200 that are up to date."""
    few, many = list_reports(8, ["en", "kk", "ru"]), list_reports(100, ["en", "ru"])
    seconds_few, _ = time_way(run_batch, few)
    with tempfile.TemporaryDirectory() as folder:
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
    """One cold report: ours beside the two commands, three times each in turn."""
    report = list_reports(1, ["en"])[0]
    ours, plain = [], []
    for _ in range(3):
        plain.append(time_way(run_in_shell, [report])[0])
        ours.append(time_way(_render_once, [report])[0])
    share = min(ours) / min(plain)
    print(
        f"one report: ours {min(ours):.1f} s, the two commands {min(plain):.1f} s: "
        f"{share:.2f} of it (bound {MOST_OF_SINGLE})"
    )
    return share <= MOST_OF_SINGLE


def _render_once(reports: list[Report], out: Path) -> None:
    (report,) = reports
    given = [word for name, value in report.items() for word in ("-p", name, value)]
    output = out / f"{name_report(report)}.html"
    command = [BIN / "dossier", "render", FIXED["dossier"], "-p", "sources", FIXED["sources"]]
    subprocess.run([*command, *given, "-o", output], check=True, capture_output=True)


def main() -> None:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--long", action="store_true")
    parser.add_argument("--single", action="store_true")
    options = parser.parse_args()
    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}")
    if options.long:
        well = compare_long()
    elif options.single:
        well = compare_single()
    else:
        well = compare_ways()
    raise SystemExit(not well)


if __name__ == "__main__":
    main()
