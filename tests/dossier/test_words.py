"""The words of a dossier's own, the columns that it leaves out, and names in other languages."""

import json
import re
import shutil
from pathlib import Path

import pandas as pd
import pytest
from frictionless import system, validate

from helpers.dossier import FACTS, TABLES, format_package, load_dossier, read_dossier
from helpers.errors import DossierError
from helpers.geography import check_place_names, list_place_names
from helpers.words import format_quantity

FIXTURES = Path(__file__).parents[1] / "fixtures"
TOPICS, ROLES = FACTS["topic"].terms, FACTS["role"].terms


@pytest.fixture
def ferry(tmp_path) -> Path:
    """A copy of a dossier without a fault, for a test to change."""
    return shutil.copytree(FIXTURES / "ferry", tmp_path / "ferry")


@pytest.fixture
def declare(ferry):
    """Give the dossier words of its own, and read it: declare(topics={"flood": {}}, ...)."""

    def read(words: object = None, **sections: object):
        head = {"title": "A storm", "dossier": sections if words is None else words}
        (ferry / "datapackage.json").write_text(json.dumps(head))
        return read_dossier(ferry)

    return read


OWN = {"other": {}, "consequence": {"label": "What came of it", "chart": "bars"}, "casualties": {}}


def test_without_words_of_its_own_a_dossier_has_those_that_ship(ferry):
    words = load_dossier(ferry).words
    assert (tuple(words.topics), tuple(words.roles)) == (TOPICS, ROLES)
    assert words.topics["legal basis"].label == "Legal basis"
    assert words.roles["trigger"].stage == 1
    assert words.lead == ""


def test_its_own_words_come_with_their_order_and_labels(declare):
    dossier, faults = declare(topics=OWN, lead="The storm came on Monday.")
    assert faults == []
    assert list(dossier.facts["topic"].cat.categories) == list(OWN)
    assert dossier.words.topics["other"].label == "Other"
    assert dossier.words.topics["consequence"].label == "What came of it"
    assert dossier.words.topics["consequence"].chart == "bars"
    assert dossier.words.lead == "The storm came on Monday."
    assert tuple(dossier.words.roles) == ROLES


def test_what_is_declared_is_closed(declare):
    own = {name: OWN[name] for name in ("other", "casualties")}
    assert [str(fault) for fault in declare(topics=own)[1]] == [
        f"facts.csv row {row}, topic 'consequence': not a topic (one of other, casualties)"
        for row in (3, 4)
    ]


def test_a_word_of_its_own_selects(declare, ferry, edit_cells):
    edit_cells(ferry, "facts", "f4", topic="boats")
    dossier, faults = declare(topics={"boats": {}} | OWN)
    assert faults == []
    assert dossier.select(topic="boats").facts["fact_id"].to_list() == ["f4"]
    assert dossier.select(topic="other").facts.empty
    with pytest.raises(DossierError, match="topic 'protest': not a topic here"):
        dossier.select(topic="protest")


def test_a_qualifier_of_its_own_is_said_before_the_number(declare, ferry, edit_cells):
    edit_cells(ferry, "facts", "f5", qualifier="roughly")
    own = {word: {} for word in ("as printed", "at least", "about", "range", "roughly")}
    dossier, faults = declare(qualifiers=own)
    assert faults == []
    assert format_quantity(dossier.facts.iloc[4]) == "roughly 14 people"


def test_units_are_free_words_and_what_is_known_of_some_is_added(declare):
    dossier, faults = declare(units={"boats": {"one": "boat"}, "guilders": {"measured": True}})
    assert faults == []
    assert dossier.words.find_unit("boats").one == "boat"
    assert dossier.words.find_unit("people").mark == "person"
    assert dossier.words.find_unit("million guilders").measured
    assert not dossier.words.find_unit("guests").measured
    assert dossier.words.find_unit("minute").measured


def test_no_words_are_the_words_that_ship(declare):
    dossier, faults = declare()
    assert faults == []
    assert tuple(dossier.words.topics) == TOPICS


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "dossier '[]': expected an object"),
        ({"topic": {}}, "dossier 'topic': not known here (did you mean 'topics'?)"),
        ({"topics": {}}, "dossier.topics '{}': expected an object with a word"),
        ({"topics": ["a"]}, """dossier.topics '["a"]': expected an object with a word"""),
        ({"topics": {"other": 1}}, "dossier.topics.other '1': expected an object"),
        ({"topics": {" ": {}}}, "dossier.topics.  ' ': expected one line of text"),
        (
            {"topics": {"other": {"char": "bars"}}},
            "dossier.topics.other 'char': not known here (did you mean 'chart'?)",
        ),
        (
            {"topics": {"other": {"chart": "bar"}}},
            "dossier.topics.other.chart 'bar': not a chart (did you mean 'bars'?)",
        ),
        (
            {"topics": {"other": {"tells": "yes"}}},
            "dossier.topics.other.tells 'yes': expected true or false",
        ),
        (
            {"topics": {"other": {"label": 5}}},
            "dossier.topics.other.label '5': expected a text",
        ),
        (
            {"roles": {"outcome": {}}},
            "dossier.roles.outcome.stage: is missing; expected a whole number, 1 or more",
        ),
        (
            {"roles": {"outcome": {"stage": 0}}},
            "dossier.roles.outcome.stage '0': expected a whole number, 1 or more",
        ),
        (
            {"roles": {"outcome": {"stage": True}}},
            "dossier.roles.outcome.stage 'true': expected a whole number, 1 or more",
        ),
        (
            {"roles": {"outcome": {"stage": 1, "look": "opened"}}},
            "dossier.roles.outcome.look 'opened': not a look (did you mean 'open'?)",
        ),
        (
            {"units": {"votes": {"whole": -1}}},
            "dossier.units.votes.whole '-1': expected a whole number, 1 or more",
        ),
        (
            {"paragraphs": "line"},
            "dossier.paragraphs 'line': expected one of blocks, lines",
        ),
        ({"lead": ["a"]}, """dossier.lead '["a"]': expected one line of text"""),
        ({"lead": "a" * 2_001}, "too long; expected at most 2,000 characters"),
    ],
)
def test_words_that_cannot_be_read(declare, words, message):
    said = [str(fault) for fault in declare(words)[1] if fault.file == "datapackage.json"]
    assert len(said) == 1
    assert said[0].startswith("datapackage.json, dossier")
    assert message in said[0]


@pytest.mark.parametrize("cells", [{"chart": "pie"}, {"tells": 1}, {"colour": "red"}, 5])
def test_a_topic_that_is_declared_in_a_wrong_way_is_a_topic(declare, ferry, edit_cells, cells):
    edit_cells(ferry, "facts", "f1", topic="boats")
    faults = [str(fault) for fault in declare({"topics": {"boats": cells, **OWN}})[1]]
    assert [line for line in faults if "'boats'" in line and "not a topic" in line] == []
    assert [line for line in faults if "dossier.topics.boats" in line]


@pytest.mark.parametrize("text", ["{", "[1]", "", "\0"])
def test_words_that_nobody_could_read_are_not_held_against_those_that_ship(ferry, edit_cells, text):
    edit_cells(ferry, "facts", "f1", topic="boats")
    (ferry / "datapackage.json").write_text(text)
    [fault] = read_dossier(ferry)[1]
    assert str(fault).startswith("datapackage.json: ")


@pytest.mark.parametrize("content", [b"\0\1", b"source_id\n\xff\xfe"])
def test_of_sources_that_nobody_could_read_nothing_else_is_missed(ferry, content):
    (ferry / "sources.csv").write_bytes(content)
    assert {fault.file for fault in read_dossier(ferry)[1]} == {"sources.csv"}


def test_a_fact_of_no_source_here_is_not_missed_a_day(ferry, edit_cells):
    edit_cells(ferry, "facts", "f1", source_id="nowhere", stated="", asserted_by="")
    [fault] = read_dossier(ferry)[1]
    assert str(fault).startswith("facts.csv row 2, source_id 'nowhere': no such source_id")


def test_the_data_package_has_its_own_words(declare, ferry):
    declare(topics=OWN)
    package = json.loads(format_package(ferry))
    [topic] = [f for f in package["resources"][0]["schema"]["fields"] if f["name"] == "topic"]
    assert topic["constraints"]["enum"] == list(OWN)
    assert package["dossier"] == {"topics": OWN}
    (ferry / "datapackage.json").write_text(json.dumps(package))
    with system.use_context(trusted=True):
        assert validate(str(ferry / "datapackage.json")).valid


def test_only_required_columns_must_be_there(ferry):
    """f1 to f4 are of an article, whose facts have a paragraph and an anchor.

    The sources do not tell when and by whom a fact was stated, nor do boundaries tell how far the
    places reach.
    """
    plain = load_dossier(FIXTURES / "ferry")
    for table in TABLES:
        path = ferry / table.file
        cells = pd.read_csv(path, dtype=str, keep_default_na=False)
        names = [column.name for column in table.columns if column.required]
        kept = ["paragraph", "anchor", "stated", "asserted_by", "precision_km"]
        cells[[name for name in cells if name in [*names, *kept]]].to_csv(path, index=False)
    dossier = load_dossier(ferry)
    assert list(dossier.facts) == list(plain.facts)
    assert dossier.facts.dtypes.to_list() == plain.facts.dtypes.to_list()
    assert dossier.facts["value"].isna().all()
    described = json.loads(format_package(ferry))["resources"][2]["schema"]["fields"]
    assert [field["name"] for field in described] == [
        "source_id", "kind", "title", "publisher", "language",
    ]  # fmt: skip


def test_places_have_names_in_any_language(ferry):
    path = ferry / "places.csv"
    path.write_text(path.read_text().replace("name_kk,name_ru", "name_zh-Hant,name_fj"))
    dossier = load_dossier(ferry)
    assert dossier.languages == ["en", "zh-Hant", "fj"]
    assert list_place_names(dossier)[:5] == ["en", "zh-Hant", "fj", "ar", "bn"]
    fields = json.loads(format_package(ferry))["resources"][1]["schema"]["fields"]
    assert fields[2]["description"] == "Its name in Traditional Chinese"


def test_a_language_that_nothing_has_a_name_in_is_refused(ferry):
    story = load_dossier(ferry)
    for language in ("ru", "fr", "zh"):
        check_place_names(story, language)
    expected = "place_names 'sw': not a language here (one of en, kk, ru, ar, bn, de, el, es,"
    with pytest.raises(DossierError, match=re.escape(expected)):
        check_place_names(story, "sw")
