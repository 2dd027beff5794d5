"""The package as it is installed from its wheel, in an empty folder."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from helpers.kernels import ADDRESS

ROOT = Path(__file__).parents[1]
TEXT = "At least 12 people were hurt in Port Amber.\n"
FACT = "f1,article,1,At least 12 people,casualties,People were hurt,hurt,12,,,people"
COMMANDS = [
    ["list"],
    ["render", "kazakhstan-2022", "-o", "wheel.html"],
    ["new", "orla", "--text", "article.txt", "--published", "2031-05-07"],
    ["draft", "orla"],
    ["render", "orla"],  # there is no fact yet
    ["render", "orla", "-n", "facts"],
    ["render", "orla", "-o", "with-fact.html"],  # before which one is written
]
# All commands in one process, for each would import the libraries anew.
RUN = f"""
import json, sys
from click.testing import CliRunner
from helpers.cli import main
from helpers.kernels import warm_kernels
from helpers.reports import PRELOAD_MANY
told = []
with warm_kernels(PRELOAD_MANY):
    for words in json.loads(sys.argv[1]):
        if "with-fact.html" in words:
            with open("data/orla/facts.csv", "a", encoding="utf-8") as facts:
                facts.write("{FACT},at least,not stated,,,,,\\n")
        told.append(CliRunner().invoke(main, words, catch_exceptions=False))
print(json.dumps([[one.exit_code, one.stdout, one.stderr] for one in told]))
"""


@pytest.fixture(scope="module")
def sitting(installed, tmp_path_factory) -> tuple[Path, list[str]]:
    """The folder in which commands of the wheel were run, and what each said."""
    folder = tmp_path_factory.mktemp("sitting")
    (folder / "article.txt").write_text(TEXT, encoding="utf-8")
    own = {name: value for name, value in os.environ.items() if name != ADDRESS}  # its own kernels
    ran = subprocess.run(
        [sys.executable, "-P", "-c", RUN, json.dumps(COMMANDS)],
        cwd=folder,
        env=own | {"PYTHONPATH": str(installed)},
        check=True,
        capture_output=True,
        text=True,
    )
    told = json.loads(ran.stdout)
    assert [one for one in told if one[0]] == []
    return folder, [said for _, said, _ in told]


def test_no_text_of_a_source_is_in_it(wheel):
    archive = zipfile.ZipFile(wheel)
    assert not [name for name in archive.namelist() if "/sources/" in name]
    assert not [n for n in archive.namelist() if b"publisher's own words" in archive.read(n)]


def test_it_knows_its_dossiers_and_notebooks(sitting):
    listed = sitting[1][0]
    for facts in (ROOT / "data").glob("*/facts.csv"):
        assert f"dossier   {facts.parent.name}" in listed
    assert {f"notebook  {path.stem}" for path in (ROOT / "notebooks").glob("*.ipynb")} <= set(
        listed.splitlines()
    )


def test_it_renders_what_the_checkout_renders(sitting, render_once):
    assert (sitting[0] / "wheel.html").read_bytes() == render_once("report").read_bytes()


def test_an_article_becomes_a_page_with_nothing_but_the_wheel(sitting):
    folder, (_, _, _, drafted, *rendered) = sitting
    assert (folder / "data" / "orla" / "author.ipynb").is_file()
    assert "1 row proposed" in drafted
    *empty, page = ((folder / name.strip()).read_text(encoding="utf-8") for name in rendered)
    assert [one for one in empty if '<tr id="fact-' in one] == []
    assert '<tr id="fact-f1"' in page
