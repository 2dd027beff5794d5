import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from helpers.cli import main
from helpers.report import find_notebook


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Run `dossier` in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def invoke(*words):
        return CliRunner().invoke(main, [str(word) for word in words])

    return invoke


WRONG_USE = [
    (["render", "kazakstan-2022"], "no such dossier or folder (did you mean 'kazakhstan-2022'?)"),
    (["render", "../nowhere"], "no such dossier or folder"),
    (["render", ""], "expected a dossier's name"),
    (["render", "-n", "reprot"], "no such notebook or file (did you mean 'report'?)"),
    (["render", "-p", "as_of", "2022-02-30"], "parameter as_of '2022-02-30': not a date"),
    (["render", "-p", "place_names", "de"], "parameter place_names 'de': not a language"),
    (["render", "-p", "sources", "recrd"], "not a source here (did you mean 'record'?)"),
    (["render", "-o", ""], "expected a file name that ends in .html"),
    (["render", "-o", "facts.csv"], "facts.csv: not written; expected a file name that ends in"),
    (["render", "-o", "."], "is a directory"),
    (["figures", "-o", "x", "--sources", "recrd"], "not a source here (did you mean 'record'?)"),
    (["render", "--keep-notebook", "facts.csv"], "expected a file name that ends in .ipynb"),
    (["render", "-p", "as_off", "2022"], "the notebook has none (did you mean 'as_of'?)"),
    (["render", "-p", "as_of", "2022", "-p", "as_of", "2023"], "a parameter is given twice"),
    (["render", "-p", "dossier", "x"], "give the dossier as the argument"),
    (["figures"], "Missing option '-o'"),
    (["figures", "-o", "x", "--format", "gif"], "is not one of 'svg', 'png'"),
    (["verify", "--text", "article"], "--text takes SOURCE=PATH"),
    (["check", "nowhere"], "no such dossier or folder"),
    (["unknown"], "No such command 'unknown'"),
]


@pytest.mark.parametrize(("words", "message"), WRONG_USE)
def test_wrong_use_exits_with_2_and_writes_nothing(run, tmp_path, words, message):
    result = run(*words)
    assert result.exit_code == 2
    assert message in " ".join(result.output.split())
    assert list(tmp_path.iterdir()) == []


def test_check_tells_every_fault_and_exits_with_1(run, copy_dossier, edit_cells):
    folder = copy_dossier()
    edit_cells(folder, "facts", "a01", topic="casualtys", value="13")
    result = run("check", folder)
    assert result.exit_code == 1
    assert (
        "facts.csv row 2, topic 'casualtys': not a topic (did you mean 'casualties'?)"
        in result.output
    )
    assert "facts.csv row 2, value '13': does not stand in the anchor" in result.output
    assert "story: 2 faults" in result.output


def test_check_finds_a_place_whose_coordinates_are_swapped(run, copy_dossier, edit_cells):
    folder = copy_dossier()
    edit_cells(folder, "places", "aktau", latitude="51.17392", longitude="43.66105")
    result = run("check", folder)
    assert result.exit_code == 1
    assert "places.csv row 4, latitude" in result.output
    assert "swapped" in result.output


def test_check_passes_the_shipped_dossier(run):
    result = run("check", "kazakhstan-2022")
    assert (result.exit_code, result.stdout) == (
        0,
        "kazakhstan-2022: 185 facts, 8 places, 73 sources; no fault\n",
    )


def test_render_writes_the_page_below_the_current_folder(run, tmp_path):
    result = run("render", "-p", "place_names", "ru", "-p", "as_of", "2022-01-06")
    assert result.exit_code == 0, result.output
    assert result.stdout == "reports/kazakhstan-2022.html\n"
    page = (tmp_path / result.stdout.strip()).read_text()
    assert "as of 6 January 2022</title>" in page


def test_render_twice_gives_the_same_bytes(run, tmp_path):
    pages = []
    for name in ("one.html", "two.html"):
        assert run("render", "-o", name).exit_code == 0
        pages.append((tmp_path / name).read_bytes())
    assert pages[0] == pages[1]
    assert str(Path(__file__).parents[1]).encode() not in pages[0]


def test_a_cell_that_fails_exits_with_1_and_leaves_a_failed_page(run, tmp_path):
    shutil.copy(find_notebook("report"), tmp_path / "mine.ipynb")
    mine = tmp_path / "mine.ipynb"
    mine.write_text(mine.read_text().replace("passages.caveats(story)", "passages.caveat(story)"))
    result = run("render", "-n", "mine.ipynb")
    assert result.exit_code == 1
    assert "has no attribute 'caveat'" in result.output
    files = [path.name for path in (tmp_path / "reports").iterdir()]
    assert files == ["kazakhstan-2022-mine.failed.html"]


@pytest.mark.parametrize("kind", ["svg", "png"])
def test_figures_writes_five_pictures(run, tmp_path, kind):
    result = run("figures", "-o", "pictures", "--format", kind)
    assert result.exit_code == 0, result.output
    names = sorted(path.name for path in (tmp_path / "pictures").iterdir())
    parts = ("casualties", "map", "operation", "timeline", "troops")
    assert names == [f"kazakhstan-2022-{part}.{kind}" for part in parts]


def test_figures_of_nothing_fail(run, copy_dossier):
    folder = copy_dossier()
    lines = (folder / "facts.csv").read_text().splitlines()
    kept = [line for line in lines if line.startswith(("fact_id", "a08"))]
    (folder / "facts.csv").write_text("\n".join(kept) + "\n")
    result = run("figures", folder, "-o", "pictures")
    assert result.exit_code == 1
    assert "dossier story: no picture was written" in result.output
    assert not (folder.parent / "pictures").exists()


def test_list_names_dossiers_and_notebooks(run):
    result = run("list")
    assert result.exit_code == 0
    assert "dossier   kazakhstan-2022" in result.output
    assert "notebook  report\n" in result.output


def test_describe_and_codebook_write_what_is_committed(run, copy_dossier, tmp_path):
    folder = copy_dossier("kazakhstan-2022")
    before = (folder / "datapackage.json").read_text()
    assert run("describe", folder).exit_code == 0
    assert (folder / "datapackage.json").read_text() == before
    assert run("codebook", "-o", "README.md").exit_code == 0
    assert (tmp_path / "README.md").read_text() == run("codebook").output


def test_the_help_is_quick_to_come():
    """Drawing and running libraries are not imported to say how the command is used."""
    code = (
        "import sys; from click.testing import CliRunner; from helpers.cli import main;"
        "CliRunner().invoke(main, ['--help']); print([m for m in sys.modules if m in "
        "('pandas', 'matplotlib', 'geopandas', 'papermill', 'nbconvert')])"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout == "[]\n"
