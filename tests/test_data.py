"""The dossier that ships: its facts, and what is derived from the schema."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from helpers.codebook import codebook_text, package_text
from helpers.dossier import load_dossier, read_dossier

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


def test_sixty_facts_of_the_article(story):
    skipped = (11, 18, 48)
    expected = [f"a{n:02}" for n in range(1, 64) if n not in skipped]
    ids = story.select(source="article").facts["fact_id"].to_list()
    assert len(ids) == 60
    assert ids == expected


def test_every_fact_of_the_article_has_a_paragraph_and_an_anchor(story):
    facts = story.select(source="article").facts
    assert facts["paragraph"].between(1, 10).all()
    assert facts["anchor"].str.split().str.len().between(1, 5).all()
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
    assert tasks["of_whom"].to_list() == ["category 1", "category 2", "category 2"]


def test_nothing_was_known_the_day_before(story):
    article = story.from_sources("article")
    assert len(article.as_of("2022-01-05").facts) == 0
    assert article.as_of("2022-01-05").why_empty() == (
        "Nothing had been stated by 2022-01-05: the first statement is of 2022-01-06."
    )
    assert len(article.as_of("2022-01-06").facts) == len(article.facts) == 60


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
    assert record.sources["address"].str.match(r"https://\S+/\S").all()
    assert len(record.facts) + 60 == len(story.facts)


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
