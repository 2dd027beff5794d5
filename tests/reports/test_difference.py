"""What changed between two pages or dossiers."""

import json
import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from nbformat.v4 import new_markdown_cell, new_notebook

from helpers.cli import main
from helpers.page import convert
from helpers.reports import find_notebook, render

FIXTURES = Path(__file__).parents[1] / "fixtures"
FERRY = FIXTURES / "ferry"
HOSTILE = json.loads((FIXTURES / "hostile.json").read_text("utf-8"))["kept"]
pytestmark = pytest.mark.usefixtures("forked")


@pytest.fixture(scope="module")
def early(tmp_path_factory) -> Path:
    """The evidence of all sources, as it was known before any of it was taken back."""
    given = {"dossier": str(FERRY), "sources": "all", "as_of": "2031-05-05"}
    return render(find_notebook("facts"), given, tmp_path_factory.mktemp("early") / "early.html")


@pytest.fixture
def ferry(tmp_path) -> Path:
    return shutil.copytree(FERRY, tmp_path / "ferry")


def diff(*words) -> list[str]:
    result = CliRunner().invoke(main, ["diff", *map(str, words)])
    assert (result.exit_code, result.stderr) == (0, ""), result.stderr
    return result.stdout.splitlines()


def test_what_was_said_since_a_page_was_mailed(early):
    assert diff(early, FERRY) == [
        "From early.html (facts.ipynb, as of 2031-05-05) to the dossier ferry: "
        "1 fact retracted, 1 fact superseded, 2 facts added.",
        "retracted: f2: Many wait for the ferry: about 2,500 people "
        "“Around 2,500 people wait” (the harbour office, 5 May 2031)",
        "    by f6: Nobody was counted at all (the ministry, 7 May 2031)",
        "superseded: f1: Passengers hurt in the storm: at least 12 people "
        "“At least 12 passengers” (the harbour office, 5 May 2031)",
        "    by f5: A later count of those hurt: 14 people (the ministry, 6 May 2031)",
        "added: f5: A later count of those hurt: 14 people (the ministry, 6 May 2031)",
        "added: f6: Nobody was counted at all (the ministry, 7 May 2031)",
    ]


def test_the_other_way_round_they_stand_again_and_are_told_no_longer(early):
    told = "\n".join(diff(FERRY, early))
    assert ": 2 facts changed, 2 facts no longer told." in told
    assert "standing: was “retracted”, is “stands”" in told
    assert "standing: was “superseded”, is “stands”" in told


def test_each_cell_that_was_changed_is_told_as_it_was_and_is(ferry, edit_cells):
    edit_cells(
        ferry, "facts", "f1", value="13", anchor="At least 13 passengers", note="Counted twice"
    )
    edit_cells(ferry, "places", "port-amber", precision_km="3", name="Port Umber")
    edit_cells(ferry, "sources", "bulletin", title="Bulletin 2")
    assert [line.strip() for line in diff(FERRY, ferry)[2:]] == [
        "anchor: was “At least 12 passengers”, is “At least 13 passengers”",
        "value: was 12, is 13",
        "note: was empty, is “Counted twice”",
        "changed: place port-amber, name: was “Port Amber”, is “Port Umber”",
        "changed: place port-amber, precision km: was 2, is 3",
        "changed: source bulletin, title: was “Bulletin”, is “Bulletin 2”",
    ]


def test_the_same_is_no_difference(early, ferry):
    for old, new in [(early, early), (FERRY, ferry)]:
        (line,) = diff(old, new)
        assert line.endswith(": No difference in facts, places and sources.")


def test_a_dossier_is_held_against_a_page_by_the_sources_that_it_tells_of(ferry, tmp_path):
    given = {"dossier": str(FERRY), "sources": "article"}
    page = render(find_notebook("facts"), given, tmp_path / "page.html")
    (line,) = diff(page, ferry)
    assert line.endswith("No difference in facts, places and sources.")
    assert diff(ferry, page) == [
        line.replace(
            "page.html (facts.ipynb) to the dossier ferry",
            "the dossier ferry to page.html (facts.ipynb)",
        )
    ]


def test_a_page_tells_it_and_runs_nothing(ferry, edit_cells, tmp_path):
    payload = " ".join(HOSTILE.values())
    edit_cells(ferry, "facts", "f1", note=payload, asserted_by="<b>me</b>", measure=payload)
    edit_cells(ferry, "places", "port-amber", note=payload)
    output = tmp_path / "changes.html"
    assert diff(FERRY, ferry, "-o", output)[-1] == str(output)
    html = output.read_text("utf-8")
    body = html.partition("<body>")[2]
    assert "<title>What changed: A storm on Orla Bay</title>" in html
    assert re.findall(r"<h2[^>]*>(.*?)</h2>", body) == ["Changed", "Places and sources"]
    assert "&lt;b&gt;me&lt;/b&gt;" in body
    assert not re.search(r"<(script|iframe|svg|img|form|style|b)\b|<[^>]* on\w+=", body)
    assert diff(FERRY, ferry, "-o", output)[-1] == str(output)  # its own page is replaced
    assert output.read_text("utf-8") == html


def test_a_foreign_page_is_neither_read_nor_replaced(tmp_path):
    page = tmp_path / "page.html"
    page.write_text(convert(new_notebook(cells=[new_markdown_cell("# Mine")])), "utf-8")
    before = page.read_bytes()
    run = CliRunner().invoke
    result = run(main, ["diff", str(page), str(FERRY)])
    assert result.exit_code == 1
    assert f"{page}: was not made here" in result.output
    result = run(main, ["diff", str(FERRY), str(FERRY), "-o", str(page)])
    assert (result.exit_code, page.read_bytes()) == (1, before)
    assert "is not a page that was made here, and is not replaced" in result.output
    diff(FERRY, FERRY, "-o", page, "--force")
    result = run(main, ["diff", str(page), str(FERRY)])
    assert result.exit_code == 1
    assert "expected the tables in it" in result.output


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["nowhere.html", FERRY], "page 'nowhere.html': no such file"),
        ([FERRY, "nowhere"], "no such dossier or folder"),
        ([FERRY], "Missing argument 'NEW'"),
        ([FERRY, FERRY, "-o", "facts.csv"], "expected a file name that ends in .html"),
    ],
)
def test_wrong_use(words, message):
    result = CliRunner().invoke(main, ["diff", *map(str, words)])
    assert result.exit_code == 2
    assert message in result.output
