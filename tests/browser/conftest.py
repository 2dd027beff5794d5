import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections import defaultdict
from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from helpers.page import convert
from helpers.reports import open_batch, write_index

ROOT = Path(__file__).parents[2]
# Every cell is in the page, also those out of sight; and no news is fetched.
LAB_SETTINGS = {
    "notebook-extension/tracker": {"windowingMode": "none"},
    "apputils-extension/notification": {"fetchNews": "false"},
}
LAB_SIZE = {"width": 1280, "height": 900}
STORIES = {"": "kazakhstan-2022", "ferry": str(ROOT / "tests" / "fixtures" / "ferry")}
RUN_MS = 120_000
RAN = re.compile(r"\[\d+\]:")  # the number before a cell that has run
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def report_page(render_once) -> Path:
    """The shipped dossier's report."""
    return render_once("report")


PLAN = """
output: "{place_names}.html"
reports:
  - notebook: report
    parameters: {dossier: kazakhstan-2022}
    matrix: {place_names: [en, ru]}
"""


@pytest.fixture(scope="session")
def pages(report_page, render_once, tmp_path_factory):
    """A page by the name of its notebook.

    'record of winston-2016' is of another story, 'failed' is one whose cell failed, 'index' the
    list of a batch with a report that failed.
    """
    folder = tmp_path_factory.mktemp("pages")

    def find(name: str) -> Path:
        page = folder / f"{name}.html"
        if name == "failed":
            error = new_output(
                "error", ename="DossierError", evalue="a <fault>", traceback=["line \x1b[31m1"]
            )
            cells = [new_markdown_cell("# T\n\nWhy?"), new_code_cell("x", outputs=[error])]
            page.write_text(convert(new_notebook(cells=cells)), encoding="utf-8")
        elif name == "index" and not page.exists():
            plan = folder / "plan.yaml"
            plan.write_text(PLAN, encoding="utf-8")
            progress = open_batch(plan, folder)
            shutil.copy(report_page, folder / "en.html")
            progress.failures["ru.html"] = "cell 3: ValueError: <broke>"
            write_index(progress, plan, folder)
        elif name != "index":
            notebook, _, story = name.partition(" of ")
            page = render_once(notebook, STORIES.get(story, story))
        return page

    return find


@pytest.fixture(scope="session")
def chromium():
    """Debian's Chromium; where there is none the test is skipped, but never in CI."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        if os.environ.get("CI"):
            pytest.fail("CI needs Chromium: apt-get install chromium")
        pytest.skip("Chromium is not installed: apt-get install chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


def watch(page):
    """Keep on a page what it asks for, and what it complains of or asks of the reader."""
    page.requests, page.complaints = [], []
    page.on("request", lambda request: page.requests.append(request.url))
    page.on("console", lambda message: page.complaints.append(message.text))
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.on("dialog", lambda dialog: page.complaints.append(dialog.message) or dialog.dismiss())
    return page


@pytest.fixture(scope="session")
def windows(chromium):
    """The windows that no test has at the moment, by what they were opened with."""
    return defaultdict(list)


@pytest.fixture
def open_page(chromium, windows, report_page):
    """Open the report at a width in a window that no other has, and watch it.

    A window is taken again by later tests, for a new one takes longer than a page's way into it.
    """
    taken = []

    def open_at(width: int = 1280, file: Path = report_page, **options):
        size, key = {"width": width, "height": 900}, tuple(sorted(options.items()))
        if windows[key]:
            page = windows[key].pop()
            page.goto("about:blank")
            page.set_viewport_size(size)
            page.emulate_media(media="null")  # as a window has it that prints nothing
            page.mouse.move(0, 0)
            page.requests.clear()
            page.complaints.clear()
        else:
            page = watch(chromium.new_context(viewport=size, **options).new_page())
        taken.append((key, page))
        page.goto(file.as_uri())
        return page

    yield open_at
    for key, page in taken:
        windows[key].append(page)


@pytest.fixture(scope="module")
def visit(chromium):
    """Open one small page after another, each watched from the start."""
    page = watch(chromium.new_page())

    def visit_page(file: Path):
        page.goto("about:blank")
        page.requests.clear()
        page.complaints.clear()
        page.goto(file.as_uri())
        return page

    yield visit_page
    page.close()


@pytest.fixture(scope="session")
def jupyterlab(tmp_path_factory):
    """A real JupyterLab on loopback over copies of the notebooks: its folder and its address."""
    home = tmp_path_factory.mktemp("jupyterlab")
    folder = shutil.copytree(ROOT / "notebooks", home / "notebooks")
    settings = home / "settings" / "@jupyterlab"
    for plugin, values in LAB_SETTINGS.items():
        file = settings / f"{plugin}.jupyterlab-settings"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(values), encoding="utf-8")
    options = ["--no-browser", "--allow-root", "--ip=127.0.0.1", "--port=0"]
    options += [f"--notebook-dir={folder}", "--IdentityProvider.token="]
    environment = os.environ | {
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
    }
    with (home / "log.txt").open("w", encoding="utf-8") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "jupyter", "lab", *options],
            env=environment, stdout=log, stderr=log,
        )  # fmt: skip
    try:
        yield folder, _wait_for_address(home / "runtime", server)
    finally:
        server.terminate()
        server.wait(30)


def _wait_for_address(runtime: Path, server: subprocess.Popen) -> str:
    """Where a server listens, from the file that it writes when it does."""
    for _ in range(600):
        if server.poll() is not None:
            pytest.fail("JupyterLab ended before it listened")
        for file in runtime.glob("jpserver-*.json"):
            if text := file.read_text(encoding="utf-8"):
                return json.loads(text)["url"]
        time.sleep(0.1)
    pytest.fail("JupyterLab does not listen")


def run_all(page) -> None:
    """Run all cells of a notebook, and wait until the last has run anew."""
    last = page.locator(".jp-CodeCell").last
    prompt = last.locator(".jp-InputPrompt")
    before = prompt.inner_text()
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_text("Run All Cells", exact=True).click()
    ran = prompt.filter(has_text=RAN)
    (ran.filter(has_not_text=before) if RAN.search(before) else ran).wait_for(timeout=RUN_MS)
    last.locator(".jp-OutputArea-child").first.wait_for(timeout=RUN_MS)


@pytest.fixture(scope="session")
def open_lab(chromium, jupyterlab):
    """Open a notebook in a window of its own, and run all its cells unless told otherwise."""

    def open_notebook(name: str, *, run: bool = True):
        page = chromium.new_page(viewport=LAB_SIZE)
        page.requests, page.errors = [], []
        page.on("request", lambda request: page.requests.append(request.url))
        page.on("pageerror", lambda error: page.errors.append(str(error)))
        page.on("dialog", lambda dialog: page.errors.append(dialog.message) or dialog.dismiss())
        page.goto(f"{jupyterlab[1]}lab/tree/{name}.ipynb?reset")
        page.locator(".jp-Notebook .jp-Cell").first.wait_for(timeout=RUN_MS)
        page.get_by_text("| Idle").wait_for(timeout=RUN_MS)
        if run:
            run_all(page)
        return page

    return open_notebook


@pytest.fixture
def lab(open_lab):
    """A notebook that a test has for itself: lab('report')."""
    pages = []

    def open_notebook(name: str, **options):
        pages.append(open_lab(name, **options))
        return pages[-1]

    yield open_notebook
    for page in pages:
        page.close()


@pytest.fixture(scope="module")
def shared_lab(open_lab):
    """A notebook in a window that a module's tests share, each after a new run of all cells."""
    pages = {}

    def open_or_run(name: str):
        if name in pages:
            pages[name].set_viewport_size(LAB_SIZE)
            run_all(pages[name])
        else:
            pages[name] = open_lab(name)
        return pages[name]

    yield open_or_run
    for page in pages.values():
        page.close()
