"""The other stories that ship: sound, and told without a trace of the first."""

import re
from html import unescape
from pathlib import Path

import pytest
from frictionless import system, validate

from helpers.dossier import TABLES, Dossier, format_package, load_dossier
from helpers.figures import numbers
from helpers.geography import check_places

DATA = Path(__file__).parents[1] / "data"
FIRST = "kazakhstan-2022"
OTHERS = sorted(p.parent.name for p in DATA.glob("*/facts.csv") if p.parent.name != FIRST)
STORIES = pytest.mark.parametrize("name", OTHERS)


def list_names(story: Dossier) -> set[str]:
    """The names that stand in a story: of places, speakers and actors."""
    facts = story.facts
    cells = [story.places["name"], facts["asserted_by"], facts["actor"].str.split("; ").explode()]
    names = {name for column in cells for name in column.dropna()}
    return {name for name in names if name[0].isupper()}


def read_text(html: str, between: str = "") -> str:
    """What a reader sees, and what is folded away; between stands where a tag was."""
    return unescape(re.sub(r"<[^>]+>", between, html))


def test_there_are_two():
    assert OTHERS == ["new-zealand-2023", "winston-2016"]


@STORIES
def test_its_facts_are_few_and_each_is_of_a_page_that_was_read(name):
    story = load_dossier(name)
    assert check_places(story) == []
    assert 20 <= len(story.facts) <= 40
    assert set(story.sources["kind"]) == {"article"}
    assert story.sources["address"].str.match(r"https?://\S+/\S").all()
    assert set(story.facts["source_id"]) == set(story.sources["source_id"])
    assert story.facts["anchor"].str.split().str.len().between(1, 7).all()


@STORIES
def test_its_words_are_its_own_and_all_are_used(name):
    story = load_dossier(name)
    assert list(story.words.topics) == [
        topic for topic in story.words.declared["topics"] if topic in set(story.facts["topic"])
    ]
    assert all(topic.label[0].isupper() for topic in story.words.topics.values())
    assert set(story.places["kind"]) == set(story.words.declared["place_kinds"])


@STORIES
def test_its_data_package_is_fresh_and_valid(name):
    package = DATA / name / "datapackage.json"
    assert package.read_text(encoding="utf-8") == format_package(DATA / name), "run: make schema"
    with system.use_context(trusted=True):  # an absolute path
        report = validate(str(package))
    assert report.stats["tasks"] == len(TABLES)
    assert report.valid, report.flatten(["type", "note"])


def test_one_is_without_a_death():
    measures = {name: set(load_dossier(name).facts["measure"].dropna()) for name in OTHERS}
    assert "deaths" in measures["winston-2016"]
    assert not measures["new-zealand-2023"] & {"deaths", "injured", "missing"}


def test_what_nobody_stated_is_left_open():
    """Of 42 deaths the office places 36."""
    facts = load_dossier("winston-2016").facts
    parts = facts[facts["part_of"] == "dead-ndmo"]
    assert (parts["value"].sum(), len(parts)) == (36, 4)
    assert facts.set_index("fact_id").loc["dead-ndmo", ["value", "of_whom"]].to_list() == [
        42, "in Fiji",
    ]  # fmt: skip


def test_the_official_count_supersedes_that_of_the_night():
    story = load_dossier("new-zealand-2023")
    seats = story.facts[story.facts["measure"] == "seats"]
    stands = seats[seats["fact_id"].map(story.standing) == "stands"]
    assert dict(zip(stands["of_whom"], stands["value"], strict=True)) == {
        "all": 122, "National": 48, "Labour": 34, "Green": 15, "ACT": 11, "New Zealand First": 8,
        "Te Pāti Māori": 6, "all, with Port Waikato": 123,
    }  # fmt: skip
    parts = stands[stands["part_of"] == "final-all"]
    assert parts["value"].sum() == 122


@STORIES
@pytest.mark.parametrize("notebook", ["report", "record"])
def test_its_pages_name_all_that_they_lead_to_and_nothing_of_another_story(
    render_once, name, notebook
):
    html = render_once(notebook, name).read_text()
    ids = set(re.findall(r'\bid="([^"]+)"', html))
    leads = set(re.findall(r'href="#([^"]+)"', html))
    assert leads - ids == set()
    text = read_text(html, " ")
    first = load_dossier(FIRST)
    foreign = list_names(first) - list_names(load_dossier(name))
    assert [other for other in sorted(foreign) if re.search(rf"\b{re.escape(other)}\b", text)] == []
    assert "kazakh" not in text.lower()


@STORIES
def test_its_report_has_every_fact(render_once, name):
    html = render_once("report", name).read_text()
    facts = load_dossier(name).facts
    assert [f for f in facts["fact_id"] if f'id="fact-{f}"' not in html] == []
    stated = facts.loc[facts["value"].notna(), "fact_id"]
    traced = set(" ".join(re.findall(r'data-fact="([^"]+)"', html)).split())
    assert set(stated) - traced == set()
    text = read_text(html)
    assert [said for said in facts["statement"] if said not in text] == []


def test_the_parts_of_one_total_stand_together():
    """Of the 42 dead the minister places 36; what is left is six, whoever else counted one part."""
    rows = numbers(load_dossier("winston-2016"), "deaths").rows
    strip = rows[rows["drawn_as"] == "strip"]
    assert sorted(strip["facts"]) == ["f18", "f19", "f20", "f21"]
