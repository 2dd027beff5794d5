"""What a machine writes into a user's tables, and that it leaves the rest as it was."""

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from helpers.cli import main
from helpers.dossier import fix_evidence, load_dossier, read_dossier, verify_texts, write_ids
from helpers.dossier._writing import write_cells
from helpers.errors import DossierError

FIXTURES = Path(__file__).parents[1] / "fixtures"
STYLES = sorted(path.stem for path in (FIXTURES / "accepted" / "facts").glob("*.csv"))


@pytest.fixture
def run():
    return lambda *words: CliRunner().invoke(main, [str(word) for word in words])


@pytest.fixture
def ferry(tmp_path) -> Path:
    """A copy of a dossier without a fault, with the text of its article in it."""
    folder = shutil.copytree(FIXTURES / "ferry", tmp_path / "ferry")
    (folder / "sources").mkdir()
    shutil.copy(FIXTURES / "ferry.txt", folder / "sources" / "report.txt")
    return folder


@pytest.fixture
def pasted(tmp_path, write_tables) -> Path:
    """A dossier as a person types it, with a text that was pasted: a line is a paragraph."""
    source = {"source_id": "paper", "kind": "article", "title": "Flood", "publisher": "The Post"}
    source |= {"language": "en", "published": "2031-05-04", "default_speaker": "the Post"}
    facts = [
        {"source_id": "paper", "anchor": anchor, "topic": "event", "statement": statement}
        for anchor, statement in [("boats sank", "Boats sank"), ("high water", "The river rose")]
    ]
    folder = write_tables(tmp_path / "pasted", facts=facts, sources=[source])
    (folder / "sources").mkdir()
    (folder / "sources" / "paper.txt").write_text("A flood\nNine boats sank\nThere is high water\n")
    return folder


@pytest.mark.parametrize("style", STYLES)
def test_a_cell_is_written_in_any_style_and_nothing_else(ferry, style):
    path = ferry / "facts.csv"
    before = Path(shutil.copy(FIXTURES / "accepted" / "facts" / f"{style}.csv", path)).read_bytes()
    kept = load_dossier(ferry).facts
    at = 3 if style == "blank-rows-between" else 2
    write_cells(path, {"actor": {at: "qqq"}})
    after = path.read_bytes()
    assert before in (after.replace(b"qqq", old) for old in (b"", b"passengers", b"  passengers "))
    facts = load_dossier(ferry).facts
    assert (facts["actor"] == "qqq").sum() == 1
    assert facts.drop(columns="actor").equals(kept.drop(columns="actor"))


@pytest.mark.parametrize("value", ["a;b,c", 'so "called"', "one\ntwo", "tab\there"])
@pytest.mark.parametrize("style", ["semicolons", "crlf", "byte-order-mark", "everything-quoted"])
def test_what_would_part_cells_is_quoted(ferry, style, value):
    path = ferry / "facts.csv"
    shutil.copy(FIXTURES / "accepted" / "facts" / f"{style}.csv", path)
    write_cells(path, {"actor": {2: value}})
    assert load_dossier(ferry).facts["actor"].iloc[0] == value


def test_a_column_that_is_not_there_comes_last(ferry):
    path = ferry / "sources.csv"
    before = path.read_bytes()
    write_cells(path, {"default_speaker": {3: "the ministry"}})
    added = [",default_speaker", ",", ",the ministry"]
    lines = [line + new for line, new in zip(before.decode().splitlines(), added, strict=True)]
    assert path.read_text().splitlines() == lines


def test_a_file_keeps_who_may_read_it(ferry):
    path = ferry / "facts.csv"
    path.chmod(0o600)
    write_cells(path, {"actor": {2: "boys"}})
    assert path.stat().st_mode & 0o777 == 0o600


def test_missing_ids_are_written_once(run, ferry, edit_cells):
    path = ferry / "facts.csv"
    path.write_text(path.read_text().replace("\nf1,", "\n,").replace("\nf4,", "\n,"))
    edit_cells(ferry, "facts", "f5", replaces="", relation="")
    assert [str(fault) for fault in read_dossier(ferry)[1]] == [
        f"facts.csv row {row}, fact_id: is empty; expected the fact's own id" for row in (2, 5)
    ]
    assert "2 ids written" in run("describe", ferry).output
    assert load_dossier(ferry).facts["fact_id"].to_list() == ["f1", "f2", "f3", "f4", "f5", "f6"]
    assert write_ids(ferry) == 0


def test_no_id_is_written_into_what_is_no_table(run, ferry):
    path = ferry / "facts.csv"
    path.write_text("a,b\n1,2\n")
    assert run("describe", ferry).exit_code == 1
    assert path.read_text() == "a,b\n1,2\n"


def test_a_title_is_given_by_a_command(run, ferry):
    assert run("describe", ferry, "--title", "The storm").exit_code == 0
    assert load_dossier(ferry).title == "The storm"
    assert run("describe", ferry).exit_code == 0
    assert load_dossier(ferry).title == "The storm"
    result = run("describe", ferry, "--title", "a\nb")
    assert (result.exit_code, "expected a title, as one line of text" in result.output) == (1, True)
    assert load_dossier(ferry).title == "The storm"


def test_a_fact_is_stated_by_its_source_and_on_its_day(pasted, run):
    run("describe", pasted)
    facts = read_dossier(pasted)[0].facts
    assert facts["stated"].to_list() == ["2031-05-04"] * 2
    assert facts["asserted_by"].to_list() == ["the Post"] * 2
    assert facts[["stated", "asserted_by"]].dtypes.to_list() == ["str", "str"]


def test_fix_writes_paragraph_hash_and_count(run, ferry, edit_cells):
    path = ferry / "facts.csv"
    plain = {name: (ferry / name).read_bytes() for name in ("facts.csv", "sources.csv")}
    path.write_bytes(plain["facts.csv"].replace(b"f1,report,2", b"f1,report,3"))
    path.write_bytes(path.read_bytes().replace(b"f4,report,3", b"f4,report,"))
    sources = ferry / "sources.csv"
    sources.write_bytes(plain["sources.csv"].replace(b",3,", b",,").replace(b"8086f", b"90000"))
    result = run("verify", ferry, "--fix")
    assert result.exit_code == 0, result.output
    assert result.output.startswith(
        "facts.csv: 2 cells written\nsources.csv: 2 cells written\nsource report: "
    )
    assert {name: (ferry / name).read_bytes() for name in plain} == plain
    assert fix_evidence(ferry) == ({"facts.csv": 0, "sources.csv": 0}, [])


def test_fix_writes_nothing_where_something_else_is_wrong(ferry):
    path = ferry / "facts.csv"
    path.write_text(
        path.read_text().replace(",casualties,", ",x,").replace("f1,report,2", "f1,report,")
    )
    before = path.read_bytes()
    with pytest.raises(DossierError, match="topic 'x': not a topic"):
        fix_evidence(ferry)
    assert path.read_bytes() == before


def test_an_anchor_in_two_paragraphs_is_left_to_a_person(ferry):
    text = ferry / "sources" / "report.txt"
    text.write_text(
        text.read_text() + "\n\nFor two-fold fares they waited.\n\nAgain two-fold fares.\n"
    )
    path = ferry / "facts.csv"
    path.write_text(path.read_text().replace("f3,report,2", "f3,report,1"))
    assert fix_evidence(ferry)[0]["facts.csv"] == 0
    assert verify_texts(load_dossier(ferry)).lost["fact_id"].to_list() == ["f3"]


@pytest.mark.parametrize(
    ("anchor", "why"),
    [
        ("thirteen fares", "'thirteen fares' stands nowhere in its text"),
        ("At least 1", "'At least 1' is only a part of other words in paragraph 2"),
        ("storm", "'storm' stands in paragraphs 2, 4"),
    ],
)
def test_why_no_paragraph_is_written(run, ferry, anchor, why):
    text = ferry / "sources" / "report.txt"
    text.write_text(text.read_text() + "\n\nThe storm went on.\n")
    path = ferry / "facts.csv"
    row = next(line for line in path.read_text().splitlines() if line.startswith("f3,"))
    new = (
        f"f3,report,,{anchor},consequence,outcome,1,It was so,,,,,,,,,2031-05-05,,,the office,,,,,"
    )
    path.write_text(path.read_text().replace(row, new))
    result = run("verify", ferry, "--fix")
    assert (result.exit_code, result.output.splitlines()) == (
        1,
        [
            "facts.csv: 0 cells written",
            "sources.csv: 2 cells written",
            f"Error: fact f3: no paragraph is written, for {why}",
        ],
    )


QUESTION = "no blank line in 3 lines: is each line a paragraph?"


def test_a_text_without_blank_lines_is_asked_about(run, pasted):
    run("describe", pasted)
    result = run("verify", pasted, "--fix")
    assert (result.exit_code, QUESTION in result.output) == (1, True)
    result = run("verify", pasted, "--fix", "--paragraphs", "lines")
    assert (result.exit_code, QUESTION in result.output) == (0, False)
    assert read_dossier(pasted)[0].facts["paragraph"].to_list() == [2, 3]
    for command in ("check", "verify"):
        result = run(command, pasted)
        assert (result.exit_code, QUESTION in result.output) == (1, True)


def test_a_dossier_says_that_a_line_is_a_paragraph(run, pasted):
    run("describe", pasted, "--paragraphs", "lines")
    assert run("verify", pasted, "--fix").exit_code == 0
    assert run("check", pasted).exit_code == 0
    run("describe", pasted, "--paragraphs", "blocks")
    assert run("check", pasted).exit_code == 1


def test_a_wrapped_paragraph_is_not_asked_about_where_the_dossier_has_one(run, pasted, edit_cells):
    run("describe", pasted)
    edit_cells(pasted, "sources", "paper", paragraphs="1")
    assert run("verify", pasted, "--fix").exit_code == 0
