"""What `dossier check` and `dossier list` say of a dossier with faults."""

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from helpers.cli import main
from helpers.dossier import load_dossier
from helpers.page.passages import caveats

FIXTURES = Path(__file__).parents[1] / "fixtures"


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return lambda *words: CliRunner().invoke(main, [str(word) for word in words])


def test_places_are_held_against_their_country_beside_other_faults(run, copy_dossier, edit_cells):
    folder = copy_dossier()
    edit_cells(folder, "facts", "a02", topic="contxt")
    edit_cells(folder, "places", "zhanaozen", kind="town?", country="ZZZ")
    edit_cells(folder, "places", "aktau", latitude="51.17392", longitude="43.66105")
    edit_cells(folder, "places", "almaty", country="MZ")
    edit_cells(folder, "sources", "article", language="English")
    result = run("check", folder)
    assert result.exit_code == 1
    *faults, count = result.output.splitlines()
    assert [fault.partition(":")[0] for fault in faults] == [
        "facts.csv row 3, topic 'contxt'",
        "places.csv row 3, kind 'town?'",
        "places.csv row 3, country 'ZZZ'",
        "places.csv row 4, latitude '51.17392, 43.66105'",
        "places.csv row 6, country 'MZ'",
        "sources.csv row 2, language 'English'",
    ]
    assert count == "story: 6 faults"


def test_places_that_cannot_be_read_are_told_once(run, copy_dossier):
    folder = copy_dossier()
    (folder / "places.csv").unlink()
    result = run("check", folder)
    assert result.output.splitlines() == ["places.csv: there is no such file", "story: 1 fault"]


def test_a_list_counts_one_fault(run, copy_dossier, edit_cells):
    folder = copy_dossier("data/story")
    edit_cells(folder, "facts", "a02", topic="contxt")
    assert "1 fault: see dossier check" in run("list").output


@pytest.fixture
def ferry(tmp_path):
    """The dossier `ferry` with its text in it, and a blank row before its second fact."""
    folder = shutil.copytree(FIXTURES / "ferry", tmp_path / "ferry")
    rows = (folder / "facts.csv").read_text().splitlines(keepends=True)
    (folder / "facts.csv").write_text("".join([*rows[:2], "\n", *rows[2:]]))
    (folder / "sources").mkdir()
    shutil.copy(FIXTURES / "ferry.txt", folder / "sources" / "report.txt")
    return folder


def test_an_anchor_without_footing_in_a_kept_text_is_a_fault(run, ferry):
    assert run("check", ferry).exit_code == 0
    text = ferry / "sources" / "report.txt"
    text.write_text(text.read_text().replace("Around 2,500", "Almost 2,500"))
    result = run("check", ferry)
    assert result.exit_code == 1
    assert result.output.splitlines() == [
        "facts.csv row 4, anchor 'Around 2,500 people wait': "
        "'Around 2,500 people wait' does not stand in paragraph 3",
        "ferry: 1 fault",
    ]


def test_a_kept_text_that_cannot_be_read_is_a_fault(run, ferry):
    (ferry / "sources" / "report.txt").write_bytes(b"caf\xe9")
    fault, count = run("check", ferry).output.splitlines()
    assert fault.startswith("sources/report.txt: ")
    assert fault.endswith("byte 0xe9 is not UTF-8")
    assert count == "ferry: 1 fault"


def test_a_report_says_which_anchors_have_no_footing(ferry):
    story = load_dossier(ferry)
    assert "Held against its text" not in caveats(story).html
    text = ferry / "sources" / "report.txt"
    text.write_text(text.read_text().replace("Around 2,500", "<b>Almost 2,500"))
    assert (
        '<div class="at-home"><div>Held against its text: fact f2: &#39;Around 2,500 people wait'
        "&#39; does not stand in paragraph 3</div></div>"
    ) in caveats(load_dossier(ferry)).html
