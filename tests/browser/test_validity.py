"""The pages are valid HTML: the Nu checker finds no error, every id is one, every link leads."""

import json
import os
import shutil
import subprocess
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

pytestmark = pytest.mark.browser

JAR = Path(__file__).parent / "node_modules/vnu-jar/build/dist/vnu.jar"
PAGES = ("report", "record", "facts", "failed", "index")


@pytest.fixture(scope="session")
def told(pages, tmp_path_factory) -> dict[str, list[dict]]:
    """What the Nu HTML checker says of each page, and of one that is wrong, by the file's name.

    Without the checker the tests are skipped, but never in CI.
    """
    needs = {
        "Java is not installed: apt-get install default-jre-headless": shutil.which("java"),
        "the Nu HTML checker is not installed: npm ci --prefix tests/browser": JAR.exists(),
    }
    for reason, there in needs.items():
        if not there:
            (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)
    wrong = tmp_path_factory.mktemp("wrong") / "wrong.html"
    wrong.write_text("<!DOCTYPE html><title>T</title><p id=a><p id=a><table><div>")
    files = [*map(pages, PAGES), wrong]
    options = ["--stdout", "--exit-zero-always", "--format", "json"]
    command = ["java", "-Xss4m", "-jar", JAR, *options, *files]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    messages = json.loads(done.stdout)["messages"]

    def is_of(message: dict, file: Path) -> bool:
        return unquote(urlsplit(message.get("url", str(file))).path) == str(file)

    return {file.name: [one for one in messages if is_of(one, file)] for file in files}


@pytest.mark.parametrize("name", PAGES)
def test_the_nu_checker_finds_no_error_and_warns_of_nothing(told, pages, name):
    found = [
        f"line {m.get('lastLine')}: {m['message']}"
        for m in told[pages(name).name]
        if m["type"] != "info" or m.get("subType") == "warning"
    ]
    assert found == []


def test_the_nu_checker_finds_what_is_wrong(told):
    assert any("Duplicate ID" in message["message"] for message in told["wrong.html"])


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
