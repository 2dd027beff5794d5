"""Proposals on file: those that are read here, and those that anybody else makes."""

import csv

import pytest
from click.testing import CliRunner

from helpers.authoring import DRAFTS, Desk, draft_facts, format_prompt, take_rows
from helpers.cli import main
from helpers.dossier import FACTS, read_dossier
from helpers.errors import DossierError


def read(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_each_number_is_proposed_with_its_sentence_and_why(orla):
    draft_facts(orla)
    rows = {row["anchor"]: row for row in read(orla / "sources" / "draft.csv")}
    hurt = rows["At least 12 people"]
    assert (hurt["paragraph"], hurt["value"], hurt["unit"]) == ("3", "12", "people")
    assert (hurt["qualifier"], hurt["of_whom"]) == ("at least", "not stated")
    assert hurt["sentence"].startswith("At least 12 people were hurt")
    assert hurt["why"].startswith("read: at least 12 people")
    assert hurt["topic"] == hurt["statement"] == ""
    assert set(rows[next(iter(rows))]) == {*FACTS.names, "sentence", "why"}


def test_each_anchor_stands_once_in_its_paragraph(orla):
    paragraphs = ["Two boats sank. Two boats came. Twenty boats left, and two boats sank again."]
    (orla / "sources" / "article.txt").write_text("\n\n".join(paragraphs), encoding="utf-8")
    rows = draft_facts(orla)
    assert rows
    for row in rows:
        assert paragraphs[0].count(row["anchor"]) == 1, row["anchor"]


def test_what_is_told_is_not_proposed_and_what_waits_stays(orla):
    desk = Desk(orla)
    count = len(draft_facts(orla))
    [hurt] = [row for row in desk.read(DRAFTS) if row["anchor"] == "At least 12 people"]
    cells = {name: hurt[name] for name in hurt if name in FACTS.names}
    typed = {"topic": "casualties", "statement": "People were hurt", "measure": "hurt"}
    assert desk.accept(cells | typed, draft=hurt["fact_id"])[1] == ""
    assert desk.accept(cells | typed | {"value": "13"})[1] != ""
    assert len(draft_facts(orla)) == count - 1
    assert len(desk.read(DRAFTS)) == count


def test_nothing_proposed_is_in_a_report(orla):
    draft_facts(orla)
    story, faults = read_dossier(orla)
    assert (len(story.facts), faults) == (0, [])


GIVEN = """anchor,value,unit,statement,paragraph
At least 12 people,12,people,People were hurt,
"Some 1,300 houses",1400,houses,Houses stand in the water,
the Orla,,,A river,
not there,,,Nothing,
two are missing,2,people,Others,2
,,,Empty,
At least 12 people,a dozen,people,People,
"""


def test_rows_of_others_wait_or_are_set_apart_with_the_reason(orla):
    result = CliRunner().invoke(main, ["draft", "orla", "--from", "-"], input=GIVEN)
    assert result.exit_code == 1
    kept = read(orla / "sources" / "draft.csv")
    assert [(row["statement"], row["paragraph"], row["why"]) for row in kept] == [
        ("People were hurt", "3", "proposed by -"), ("A river", "2", "proposed by -"),
    ]  # fmt: skip
    refused = {row["row"]: row["reason"] for row in read(orla / "sources" / "refused.csv")}
    assert "value 1400 does not stand in" in refused["3"]
    assert refused["5"] == "'not there' stands nowhere in its text"
    assert "does not stand in paragraph 2, but in paragraph 3" in refused["6"]
    assert refused["7"].startswith("anchor: is empty")
    assert refused["8"] == "value, low or high is no number in plain digits"
    assert len(refused) == 5
    assert read_dossier(orla)[0].facts.empty


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("anchor,valeu\nx,1\n", "column 'valeu': facts have none (did you mean 'value'?)"),
        ("", "is empty"),
        ("anchor,value\nx,1,2\n", "3 cells"),
    ],
)
def test_a_file_that_is_no_table_of_facts_is_refused_whole(orla, text, message):
    result = CliRunner().invoke(main, ["draft", "orla", "--from", "-"], input=text)
    assert result.exit_code == 1
    assert message in " ".join(result.output.split())
    assert not (orla / "sources" / "draft.csv").exists()


def test_the_prompt_has_the_rules_the_columns_and_the_text(orla):
    prompt = format_prompt(orla)
    assert "at most seven words" in prompt
    assert all(f"- {name}: " in prompt for name in FACTS.names)
    assert "[3] At least 12 people were hurt in Port Amber" in prompt


def test_without_a_text_there_is_nothing_to_read(orla):
    (orla / "sources" / "article.txt").unlink()
    result = CliRunner().invoke(main, ["draft", "orla"])
    assert result.exit_code == 1
    assert "no text of an article is kept with it" in result.output


def test_more_rows_than_a_person_can_judge_are_refused(orla):
    with pytest.raises(DossierError, match="5,001 rows; expected at most 5,000"):
        take_rows(orla, b"anchor\n" + b"people\n" * 5_001, "many.csv")


def test_a_row_with_more_cells_than_columns_is_named(orla):
    with pytest.raises(DossierError, match=r"bad\.csv row 2: 3 cells; expected 2"):
        take_rows(orla, b"anchor,paragraph\npeople,2,3\n", "bad.csv")
