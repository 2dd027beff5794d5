"""What `dossier check` and `dossier list` say of a dossier with faults."""

import pytest
from click.testing import CliRunner

from helpers.cli import main


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
