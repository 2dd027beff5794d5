"""The dossier that ships: its facts, and what is derived from the schema."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from helpers.dossier import (
    format_codebook as codebook_text,
    format_package as package_text,
    load_dossier,
    read_dossier,
)
from helpers.page.passages import caveats

DATA = Path(__file__).parents[1] / "data"
FOLDER = DATA / "kazakhstan-2022"


@pytest.fixture(scope="module")
def story():
    return load_dossier(FOLDER)


def test_no_fault():
    assert [str(fault) for fault in read_dossier(FOLDER)[1]] == []


def test_title(story):
    assert story.title == (
        "Kazakhstan, January 2022: the unrest and the CSTO peacekeeping operation"
    )


def test_every_fact_of_the_article_is_there(story):
    skipped = (11, 18, 48)
    expected = [f"a{n:02}" for n in range(1, 65) if n not in skipped]
    ids = story.select(source="article").facts["fact_id"].to_list()
    assert len(ids) == 61
    assert ids == expected


def test_every_fact_of_the_article_has_a_paragraph_and_an_anchor(story):
    facts = story.select(source="article").facts
    assert facts["paragraph"].between(1, 10).all()
    assert facts["anchor"].str.split().str.len().between(1, 7).all()
    assert not facts.duplicated(["paragraph", "anchor"]).any()


def test_the_numbers_of_the_article(story):
    facts = story.select(source="article").facts.dropna(subset=["value"])
    assert dict(zip(facts["fact_id"], facts["value"], strict=True)) == {
        "a01": 12,
        "a23": 2500,
        "a37": 2500,
        "a44": 2,
        "a53": 2,
    }
    assert facts["unit"].to_list() == ["people", "people", "people", "categories", "times"]


def test_words_stay_words(story):
    facts = story.select(source="article").facts.set_index("fact_id")
    assert facts.loc["a26", "qualifier"] == "in words"
    assert facts.loc["a26", ["value", "low", "high"]].isna().all()
    assert facts.loc["a53", "unit"] == "times"


def test_the_tasks_tell_the_two_categories_apart(story):
    tasks = story.select(role="task").facts
    assert tasks["of_whom"].to_list() == ["category 1", "category 2"]


def test_nothing_was_known_the_day_before(story):
    article = story.from_sources("article")
    assert len(article.as_of("2022-01-05").facts) == 0
    assert article.as_of("2022-01-05").why_empty() == (
        "Nothing had been stated by 5 January 2022: the first statement is of 6 January 2022."
    )
    assert len(article.as_of("2022-01-06").facts) == len(article.facts) == 61


def test_the_data_package_is_fresh():
    assert (FOLDER / "datapackage.json").read_text(encoding="utf-8") == package_text(FOLDER), (
        "run: dossier describe kazakhstan-2022"
    )


def test_the_codebook_is_fresh():
    assert (DATA / "README.md").read_text(encoding="utf-8") == codebook_text(), (
        "run: dossier codebook -o data/README.md"
    )


def test_frictionless_validate_accepts_the_package():
    command = [Path(sys.executable).with_name("frictionless"), "validate", "datapackage.json"]
    result = subprocess.run(command, cwd=FOLDER, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout
    assert len(re.findall(r"\bVALID\b", result.stdout)) == 3


def test_the_article_itself_is_not_kept():
    listed = subprocess.run(
        ["git", "ls-files", "--", "data/*/sources"],
        cwd=DATA.parent, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert listed.stdout == ""


def test_the_record_is_of_named_sources_and_not_held_against_a_text(story):
    record = story.from_sources("record")
    assert set(record.sources["kind"]) == {"record"}
    assert record.facts[["paragraph", "anchor", "role"]].isna().all(axis=None)
    assert record.sources["address"].str.match(r"https?://\S+/\S").all()
    assert len(record.facts) + 61 == len(story.facts)


def test_what_the_record_says_of_deaths(story):
    """The figures of the research, and which of them stands on which day."""
    deaths = story.select(measure="deaths", of_whom="all")

    def standing(day):
        dossier = deaths.as_of(day)
        stands = dossier.facts["fact_id"].map(dossier.standing) == "stands"
        return dossier.facts.loc[stands, "value"].dropna().to_list()

    retracted = story.as_of("2022-01-09").standing
    assert retracted["r05"] == "retracted"
    assert standing("2022-01-08") == standing("2022-01-09") == []
    assert 225 in standing("2022-01-15")
    assert set(standing("2022-12-31")) >= {238}
    assert not {164, 225, 230} & set(standing("2022-12-31"))


GRAVEST = ("a23", "a37")  # the article has them on the ground


@pytest.mark.parametrize("fact_id", GRAVEST)
def test_a_reader_of_the_article_alone_learns_of_its_gravest_error(story, fact_id):
    html = caveats(story.from_sources("article")).html
    [line] = [line for line in html.split("<li>") if f'href="#fact-{fact_id}"' in line]
    note = re.sub(r"<[^>]+>", "", line)
    against = "Against it: The size of the force, by the decisions taken so far: about 2,500 people"
    assert note.startswith("2,500 peacekeepers are deployed. Others say 2,030 people (")
    assert f". {against} (Stanislav Zas, 6 January 2022)" in note


def test_the_record_contradicts_the_gravest_error(story):
    """What the man whom the article quotes said that day."""
    record = story.from_sources("record").facts.set_index("fact_id")
    said = record.loc[["r12", "r83", "r84"]]
    assert set(said["asserted_by"]) == {"Stanislav Zas"}
    assert set(said["stated"]) == {"2022-01-06"}
    assert set(said["comparison"]) == {"differs"}
    assert said["compared_with"].to_list() == ["a37", "a34", "a37"]
    assert record.loc["r12", ["value", "qualifier"]].to_list() == [2500, "about"]
    assert record.loc["r19", ["compared_with", "comparison"]].to_list() == ["a44", "differs"]


@pytest.mark.parametrize(
    ("newer", "older"),
    [
        ("r39", "r02"),
        ("r47", "r42"),
        ("r47", "r03"),
        ("r10", "r68"),
        ("r10", "r72"),
        ("r102", "r101"),
        ("r125", "r137"),
        ("r132", "r67"),
        ("r132", "r128"),
        ("r132", "r129"),
        ("r134", "r63"),
    ],
)
def test_a_figure_of_the_same_office_supersedes_the_older(story, newer, older):
    fact = story.facts.set_index("fact_id").loc[newer]
    assert older in fact["replaces"].split()
    assert fact["relation"] == "supersedes"
    assert story.standing[[newer, older]].to_list() == ["stands", "superseded"]


def test_a_repeated_figure_supersedes_nothing(story):
    facts = story.facts.set_index("fact_id")
    assert facts.loc[["r36", "r42", "r131"], "replaces"].isna().all()


@pytest.mark.parametrize(
    ("fact_id", "column", "day"),
    [
        ("r21", "date", "2022-01-05"),
        ("r27", "stated", "2022-01-05"),
        ("r68", "stated", "2022-06-29"),
        ("r69", "stated", "2022-06-29"),
        ("r75", "stated", "2022-01"),
        ("r75", "date", "2022-01-04/2022-01-06"),
        ("r76", "stated", "2022-03-14"),
        ("r126", "date", "2022-01-05"),
        ("r139", "date", "2022-01-01"),
    ],
)
def test_the_days_of_the_record(story, fact_id, column, day):
    assert story.facts.set_index("fact_id").loc[fact_id, column] == day


def test_a_retraction_takes_back_the_total_and_its_share(story):
    replaces = story.facts.set_index("fact_id")["replaces"]
    assert replaces["r52"].split() == ["r05", "r51"]
    assert story.standing[["r05", "r51"]].to_list() == ["retracted", "retracted"]


def test_the_shares_of_a_total_name_it(story):
    """149 and 139 are parts of 230, in so far as the Prosecutor General counted them in it."""
    parts = story.facts.dropna(subset=["part_of"]).set_index("fact_id")["part_of"]
    assert parts.groupby(parts).apply(lambda group: set(group.index)).to_dict() == {
        "r05": {"r51"},
        "r07": {"r59", "r137"},
        "r08": {"r62", "r63", "r65", "r129"},
        "r10": {"r70"},
        "r60": {"r61"},
        "r63": {"r128", "r130"},
        "r131": {"r132", "r133", "r134"},
    }


def test_more_than_is_not_at_least(story):
    facts = story.facts.set_index("fact_id")
    more = facts.loc[["r44", "r48", "r57", "r88", "r113", "r135"]]
    assert set(more["qualifier"]) == {"more than"}
    assert more["note"].str.startswith(("'More than'", "'Over'")).all()


def test_what_has_no_place_has_none(story):
    """The article places no price; the emergency ended on the 19th in seven of 17 regions."""
    facts = story.facts.set_index("fact_id")
    assert facts.loc[["a53", "a54", "r32", "r120", "r140", "r141", "r142"], "place_id"].isna().all()
    assert facts.loc[["r32", "r120", "r140", "r141", "r142"], "of_whom"].notna().all()


def test_the_prosecutor_general_is_heard_to_the_end(story):
    """14 March 2022 and 5 January 2023: 149 and 139 are not the last word."""
    said = story.facts.loc[story.facts["asserted_by"] == "Berik Asylov, Prosecutor General"]
    by_day = said[said["measure"] == "deaths"].groupby("stated")["value"].apply(set)
    assert by_day["2022-03-14"] == {230, 19, 139, 20, 86, 63, 53}
    assert by_day["2023-01-05"] == {238, 67, 142, 151}
