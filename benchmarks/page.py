"""Our page beside nbconvert's own: size and conversion time, of one executed notebook.

    python benchmarks/page.py [--notebook report] [--runs 5]

`lab` and `classic` are tuned as far as their options go: code left out, pictures embedded. The
quickest run of each counts, one after the other in one process. Exit status 1 where ours is not the
smallest.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import nbformat
from nbconvert import HTMLExporter

from helpers.page import DossierExporter
from helpers.reports import find_notebook, render


def execute(notebook: str, folder: Path) -> nbformat.NotebookNode:
    """The notebook with its outputs, run once."""
    kept = folder / "executed.ipynb"
    render(
        find_notebook(notebook),
        {"dossier": "kazakhstan-2022"},
        folder / "page.html",
        keep_notebook=kept,
    )
    return nbformat.read(kept, as_version=4)


def list_exporters() -> dict[str, HTMLExporter]:
    """Ours, and nbconvert's own with code left out and pictures embedded."""
    tuned = {"exclude_input": True, "exclude_output_prompt": True, "embed_images": True}
    return {
        "ours": DossierExporter(),
        "lab": HTMLExporter(template_name="lab", **tuned),
        "classic": HTMLExporter(template_name="classic", **tuned),
    }


def time_quickest(work: Callable[[], tuple[str, dict]], runs: int) -> tuple[float, str]:
    """Seconds of the quickest run, and the page."""
    quickest = float("inf")
    for _ in range(runs):
        start = time.perf_counter()
        page, _ = work()
        quickest = min(quickest, time.perf_counter() - start)
    return quickest, page


def main() -> int:
    """Print size, time and addresses of each page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--notebook", default="report")
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        executed = execute(options.notebook, Path(folder))
    sizes = {}
    print(f"{'template':<10} {'size':>9} {'conversion':>11}  scripts  addresses fetched from")
    for name, exporter in list_exporters().items():
        seconds, page = time_quickest(
            lambda exporter=exporter: exporter.from_notebook_node(executed), options.runs
        )
        sizes[name] = len(page.encode())
        fetched = page.count('src="https://') + page.count('src="http://')
        scripts = page.count("<script")
        print(f"{name:<10} {sizes[name] / 1000:6.0f} KB {seconds:9.2f} s  {scripts:7}  {fetched}")
    smallest = min(sizes, key=sizes.get)
    print(f"the smallest: {smallest}")
    return 0 if smallest == "ours" else 1


if __name__ == "__main__":
    sys.exit(main())
