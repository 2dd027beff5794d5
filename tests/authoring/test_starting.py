"""A new dossier, begun from a text in an empty folder."""

import re
import stat

import pytest
from click.testing import CliRunner

from helpers.authoring import start_dossier
from helpers.cli import main
from helpers.dossier import check_texts, read_dossier
from helpers.errors import ParameterError

TEXT = """The Orla leaves its bed

On Monday night the Orla rose by 2.4 metres within six hours.

At least 12 people were hurt in Port Amber, the fire brigade said.

Some 1,300 houses stand under water.
"""


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def invoke(*words, text=TEXT):
        return CliRunner().invoke(main, [str(word) for word in words], input=text)

    return invoke


def test_it_is_sound_and_knows_its_text(run, tmp_path):
    about = ["--publisher", "The Orla Post", "--published", "2031-05-07", "--country", "GAB"]
    result = run("new", "orla", "--text", "-", *about)
    assert result.exit_code == 0, result.output
    assert "jupyter lab data/orla/author.ipynb" in result.output
    story, faults = read_dossier(tmp_path / "data" / "orla")
    assert [str(fault) for fault in faults + check_texts(story)] == []
    assert story.title == "The Orla leaves its bed"
    [source] = story.sources.to_dict("records")
    assert (source["paragraphs"], source["published"]) == (4, "2031-05-07")
    assert re.fullmatch("[0-9a-f]{64}", source["sha256"])
    assert run("check", "orla").exit_code == 0
    assert (tmp_path / "data/orla/places.csv").read_text().splitlines()[1].startswith("gabon,Gabon")


def test_lines_are_paragraphs_where_no_blank_line_parts_any(run, tmp_path):
    result = run("new", "orla", "--text", "-", text="It rose.\nTwo are hurt.\nThree left.\n")
    assert result.exit_code == 0
    assert read_dossier(tmp_path / "data" / "orla")[0].words.paragraphs == "lines"


def test_without_a_text_it_says_where_to_put_it(run, tmp_path):
    result = run("new", "orla")
    assert result.exit_code == 0
    assert "keep the text as data/orla/sources/article.txt" in result.output


def test_it_never_writes_over_anything(run, tmp_path):
    run("new", "orla", "--text", "-")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    result = run("new", "orla", "--text", "-", text="Another text.")
    assert result.exit_code == 2
    assert "is there already" in result.output
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before
    (tmp_path / "data" / "link").symlink_to("nowhere")
    assert run("new", "link").exit_code == 2


WRONG = [
    (["Orla Flood"], "did you mean 'orla-flood'?"),
    (["../orla"], "did you mean 'orla'?"),
    (["orla", "--published", "7 May"], "published '7 May': expected a date"),
    (["orla", "--language", "English"], "language 'English'"),
    (["orla", "--country", "XYZ"], "country 'XYZ': the boundaries have none"),
]


@pytest.mark.parametrize(("words", "message"), WRONG)
def test_wrong_use_exits_with_2_and_leaves_nothing(run, tmp_path, words, message):
    result = run("new", *words, "--text", "-")
    assert result.exit_code == 2
    assert message in " ".join(result.output.split())
    assert [path for path in tmp_path.rglob("*") if path.name != "data"] == []


def test_a_text_that_is_none_is_refused(run, tmp_path):
    (tmp_path / "article.txt").write_bytes(b"\xff\xfe\x00")
    result = run("new", "orla", "--text", "article.txt")
    assert result.exit_code == 1
    assert "UTF-16" in result.output
    assert not (tmp_path / "data").exists()


def test_its_folder_is_open_to_those_whom_the_mask_lets_in(orla):
    assert stat.S_IMODE(orla.stat().st_mode) & 0o055 == 0o055


def test_a_hostile_headline_is_a_text(orla, hostile_texts, monkeypatch):
    # What it looks for itself, and more, is looked for below.
    monkeypatch.setattr("helpers.dossier.read_dossier", lambda folder: (None, []))
    for number, text in enumerate(hostile_texts):
        if text.isprintable() and text.strip() and len(text) < 200:
            folder = start_dossier(f"story-{number}", f"{text}\n\nTwo left.")
            assert read_dossier(folder.resolve())[1] == []


def test_an_error_leaves_no_half_of_a_folder(orla):
    with pytest.raises(ParameterError):
        start_dossier("other", TEXT, published="never")
    assert [path.name for path in orla.parent.iterdir()] == ["orla"]


@pytest.mark.parametrize("sign", ["\u200d", "\u200c", "\u200b", "\u00ad", "\u00a0"])
def test_a_headline_with_a_sign_that_is_not_seen_is_a_title(orla, sign):
    folder = start_dossier("other", f"Orla{sign}ville is dry\n\nTwo left.").resolve()
    assert read_dossier(folder)[1] == []
