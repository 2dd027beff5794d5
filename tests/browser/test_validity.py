"""The pages are valid HTML: the Nu checker finds no error, every id is one, every link leads."""

import json
import os
import shutil
import subprocess
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import pytest

pytestmark = pytest.mark.browser

JAR = Path(__file__).parent / "node_modules/vnu-jar/build/dist/vnu.jar"
PAGES = ("report", "record", "facts", "failed", "index")


@pytest.fixture(scope="session")
def nu_checker() -> list[str]:
    """The Nu HTML checker's command; without it the test is skipped, but never in CI."""
    needs = {
        "Java is not installed: apt-get install default-jre-headless": shutil.which("java"),
        "the Nu HTML checker is not installed: npm ci --prefix tests/browser": JAR.exists(),
    }
    for reason, there in needs.items():
        if not there:
            (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)
    return [
        "java",
        "-Xss4m",
        "-jar",
        str(JAR),
        "--stdout",
        "--exit-zero-always",
        "--format",
        "json",
    ]


@pytest.mark.parametrize("name", PAGES)
def test_the_nu_checker_finds_no_error_and_warns_of_nothing(nu_checker, pages, name):
    done = subprocess.run(
        [*nu_checker, str(pages(name))], capture_output=True, text=True, check=True
    )
    messages = json.loads(done.stdout)["messages"]
    found = [
        f"line {m.get('lastLine')}: {m['message']}"
        for m in messages
        if m["type"] != "info" or m.get("subType") == "warning"
    ]
    assert found == []


def test_the_nu_checker_finds_what_is_wrong(nu_checker, tmp_path):
    wrong = tmp_path / "wrong.html"
    wrong.write_text("<!DOCTYPE html><title>T</title><p id=a><p id=a><table><div>")
    done = subprocess.run([*nu_checker, str(wrong)], capture_output=True, text=True, check=True)
    assert "Duplicate ID" in done.stdout


class Parts(HTMLParser):
    """A page's ids, and where its links within itself lead."""

    def __init__(self, page: str):
        super().__init__()
        self.ids, self.targets, self.named = Counter(), set(), set()
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        for name, value in attrs:
            if name == "id":
                self.ids[value] += 1
            elif name in ("href", "xlink:href") and value.startswith("#"):
                self.targets.add(unquote(value[1:]))
            elif name in ("aria-labelledby", "aria-describedby", "headers", "for"):
                self.named.update(value.split())


@pytest.mark.parametrize("name", PAGES)
def test_every_id_is_one_and_every_link_leads_to_one(pages, name):
    parts = Parts(pages(name).read_text(encoding="utf-8"))
    assert [name for name, count in parts.ids.items() if count > 1] == []
    assert parts.targets <= set(parts.ids)
    assert parts.named <= set(parts.ids)
    assert "content" in parts.targets
