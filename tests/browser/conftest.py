import os
import shutil
from pathlib import Path

import pytest

from helpers.report import find_notebook, render

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
def report_page(tmp_path_factory) -> Path:
    """The shipped dossier's report, rendered once for all tests."""
    page = tmp_path_factory.mktemp("report") / "kazakhstan-2022.html"
    return render(find_notebook("report"), {"dossier": "kazakhstan-2022"}, page)


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


@pytest.fixture
def open_page(chromium, report_page):
    """Open the report at a width; what it asks for and complains of is kept on the page."""
    contexts = []

    def open_at(width: int = 1280, **options):
        context = chromium.new_context(viewport={"width": width, "height": 900}, **options)
        contexts.append(context)
        page = context.new_page()
        page.requests, page.complaints = [], []
        page.on("request", lambda request: page.requests.append(request.url))
        page.on("console", lambda message: page.complaints.append(message.text))
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.goto(report_page.as_uri())
        return page

    yield open_at
    for context in contexts:
        context.close()
