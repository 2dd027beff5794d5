import datetime
import shutil
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from helpers.dossier import (
    Dossier,
    find_dossier,
    first_day,
    gather_claims,
    last_day,
    list_claims,
    list_dossiers,
    load_dossier,
    read_day,
    read_dossier,
)
from helpers.errors import DossierError, NoFactsError

FERRY = Path(__file__).parents[1] / "fixtures" / "ferry"


@pytest.fixture
def ferry() -> Dossier:
    return load_dossier(FERRY)


@pytest.fixture
def spoilt(tmp_path) -> Path:
    """A copy of the dossier, for a test to spoil."""
    return shutil.copytree(FERRY, tmp_path / "ferry")


def ids(dossier: Dossier) -> list[str]:
    return dossier.facts["fact_id"].to_list()


@pytest.mark.parametrize("name", ["", "  "])
def test_no_name(name):
    with pytest.raises(DossierError) as error:
        find_dossier(name)
    assert str(error.value) == ("dossier '': expected a dossier's name, or the path of its folder")


def test_a_misspelt_name():
    with pytest.raises(DossierError) as error:
        load_dossier("kazakstan-2022")
    assert str(error.value) == (
        "dossier 'kazakstan-2022': no such dossier or folder (did you mean 'kazakhstan-2022'?)"
    )


@pytest.mark.parametrize("name", ["x" * 5_000, "a\0b", "../../nowhere", "\x1b[31m"])
def test_a_name_that_no_folder_has(name):
    with pytest.raises(DossierError, match="no such dossier or folder") as error:
        find_dossier(name)
    assert str(error.value).isprintable()


def test_a_folder_that_links_to_itself(tmp_path):
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(DossierError, match="no such dossier or folder"):
        find_dossier(tmp_path / "loop")


def test_a_file_is_no_dossier():
    with pytest.raises(DossierError, match="no such dossier or folder"):
        load_dossier(FERRY / "facts.csv")


def test_a_missing_folder_is_told_by_its_tables(tmp_path):
    _, faults = read_dossier(tmp_path / "none")
    assert [str(fault) for fault in faults] == [
        f"{name}.csv: there is no such file" for name in ("facts", "places", "sources")
    ]


def test_faults_keep_a_dossier_from_loading(spoilt):
    facts = (spoilt / "facts.csv").read_text().replace(",casualties,", ",casualtys,")
    (spoilt / "facts.csv").write_text(facts)
    with pytest.raises(DossierError) as error:
        load_dossier(spoilt)
    assert str(error.value) == "\n  ".join(
        ["dossier ferry has 3 faults:"]
        + [
            f"facts.csv row {row}, topic 'casualtys': not a topic (did you mean 'casualties'?)"
            for row in (2, 6, 7)
        ]
    )


def test_one_fault_is_not_called_faults(spoilt):
    (spoilt / "datapackage.json").write_text("[]")
    with pytest.raises(DossierError, match=r"^dossier ferry has 1 fault:\n  datapackage"):
        load_dossier(spoilt)


def test_of_many_faults_the_first_twenty_are_named(spoilt):
    lines = (spoilt / "facts.csv").read_text().splitlines()
    rows = [lines[1].replace("f1,", f"n{n},").replace(",casualties,", ",x,") for n in range(30)]
    (spoilt / "facts.csv").write_text("\n".join([lines[0], *rows]))
    with pytest.raises(DossierError) as error:
        load_dossier(spoilt)
    first, *shown, last = str(error.value).splitlines()
    assert (first, len(shown), last) == (
        "dossier ferry has 30 faults:",
        20,
        f"  and 10 more: dossier check {spoilt} lists all",
    )


def test_by_name_by_text_and_by_path():
    assert load_dossier("kazakhstan-2022").name == "kazakhstan-2022"
    assert load_dossier(str(FERRY)).folder == load_dossier(FERRY).folder == FERRY.resolve()


def test_the_nearest_dossier_of_a_name_wins(tmp_path, monkeypatch):
    nearest = shutil.copytree(FERRY, tmp_path / "data" / "kazakhstan-2022")
    monkeypatch.chdir(tmp_path)
    assert find_dossier("kazakhstan-2022") == nearest
    assert nearest in list_dossiers()
    assert [folder.name for folder in list_dossiers()].count("kazakhstan-2022") == 1


def test_the_title_is_the_packages_or_else_the_folders_name(ferry, spoilt):
    assert ferry.title == "A storm on Orla Bay"
    (spoilt / "datapackage.json").unlink()
    assert load_dossier(spoilt).title == "ferry"


def test_a_package_with_a_byte_order_mark(spoilt):
    (spoilt / "datapackage.json").write_bytes(b'\xef\xbb\xbf{"title": "Storm"}')
    assert load_dossier(spoilt).title == "Storm"


def test_what_it_shows_of_itself(ferry):
    assert repr(ferry) == "<Dossier ferry: 6 facts, 2 places, 2 sources>"
    assert repr(ferry.as_of("2031-05-05")) == (
        "<Dossier ferry, as of 2031-05-05: 4 facts, 2 places, 1 source>"
    )


# A dossier cannot be changed


def change_cell(frame):
    frame.loc[0, frame.columns[0]] = "changed"


def change_column(frame):
    frame[frame.columns[1]] = None


def change_array(frame):
    frame[frame.columns[0]].array[0] = "changed"


def drop_column(frame):
    frame.pop(frame.columns[0])


def rename_columns(frame):
    frame.columns = range(len(frame.columns))


@pytest.mark.parametrize("name", ["facts", "places", "sources"])
@pytest.mark.parametrize(
    "change", [change_cell, change_column, change_array, drop_column, rename_columns]
)
def test_a_frame_that_is_changed_changes_no_dossier(ferry, name, change):
    change(getattr(ferry, name))
    pd.testing.assert_frame_equal(getattr(ferry, name), getattr(load_dossier(FERRY), name))


@pytest.mark.parametrize(
    ("column", "value"), [("value", 99.0), ("paragraph", 9), ("topic", "event")]
)
def test_a_cell_that_is_changed_in_place_changes_no_dossier(ferry, column, value):
    ferry.facts[column].array[0] = value
    assert ferry.facts[column][0] != value


def test_its_numbers_cannot_be_written_over(ferry):
    with pytest.raises(ValueError, match="read-only"):
        ferry.facts["value"].to_numpy()[0] = 99


def test_its_parts_cannot_be_replaced(ferry):
    for name in ("facts", "title", "_facts"):
        with pytest.raises(AttributeError):
            setattr(ferry, name, "changed")


def test_the_standing_that_is_changed_changes_no_dossier(ferry):
    standing = ferry.standing
    standing["f1"] = "changed"
    assert ferry.standing["f1"] == "superseded"


# What a day knew


@pytest.mark.parametrize(
    ("day", "known"),
    [
        ("2030", []),
        ("2031-04", []),
        ("2031-05-04", []),
        ("2031-05-05", ["f1", "f2", "f3", "f4"]),
        ("2031-05-06", ["f1", "f2", "f3", "f4", "f5"]),
        ("2031-05-07", ["f1", "f2", "f3", "f4", "f5", "f6"]),
        ("2031-05", ["f1", "f2", "f3", "f4", "f5", "f6"]),
        ("2031", ["f1", "f2", "f3", "f4", "f5", "f6"]),
        (2031, ["f1", "f2", "f3", "f4", "f5", "f6"]),
        (datetime.date(2031, 5, 5), ["f1", "f2", "f3", "f4"]),
        (datetime.datetime(2031, 5, 5, 23, 59), ["f1", "f2", "f3", "f4"]),
    ],
)
def test_a_day_knows_what_was_stated_by_then(ferry, day, known):
    assert ids(ferry.as_of(day)) == known


@pytest.mark.parametrize("day", [None, ""])
def test_no_day_knows_everything(ferry, day):
    assert ferry.as_of(day) is ferry


def test_a_fact_of_a_month_is_known_from_its_last_day_on(spoilt):
    facts = (spoilt / "facts.csv").read_text().replace("2031-05-07", "2031-05")
    (spoilt / "facts.csv").write_text(facts)
    dossier = load_dossier(spoilt)
    assert "f6" not in ids(dossier.as_of("2031-05-30"))
    assert "f6" in ids(dossier.as_of("2031-05-31"))
    assert "f6" in ids(dossier.as_of("2031-05"))


def test_a_fact_about_a_later_day_is_known_when_it_is_stated(spoilt):
    facts = (spoilt / "facts.csv").read_text().replace("passengers,2031-05-05,", "passengers,2040,")
    (spoilt / "facts.csv").write_text(facts)
    assert "f1" in ids(load_dossier(spoilt).as_of("2031-05-05"))


def test_places_and_sources_are_those_of_the_facts_left(ferry):
    assert ferry.as_of("2031-05-05").sources["source_id"].to_list() == ["report"]
    assert ferry.select(topic="casualties").places["place_id"].to_list() == ["orla-bay"]


def test_before_the_first_statement(ferry):
    before = ferry.as_of("2031-05-04")
    assert before.why_empty("casualties") == (
        "Nothing had been stated by 4 May 2031: the first statement is of 5 May 2031."
    )
    with pytest.raises(NoFactsError) as error:
        before.rows(measure="people hurt", topic="casualties")
    assert str(error.value) == before.why_empty()


def test_a_selection_that_is_empty_by_a_day_is_not_called_the_beginning(ferry):
    with pytest.raises(NoFactsError) as error:
        ferry.as_of("2031-05-05").rows(source="bulletin")
    assert str(error.value) == (
        "There is no fact on bulletin here. What was stated after 5 May 2031 is left out."
    )


def test_an_earlier_day_cannot_be_widened(ferry):
    narrow = ferry.as_of("2031-05-05").as_of("2031-05-07")
    assert (narrow.as_of_day, len(narrow.facts)) == ("2031-05-05", 4)
    assert ferry.as_of("2031-05-07").as_of("2031-05-05").as_of_day == "2031-05-05"


@pytest.mark.parametrize(
    ("day", "shown"),
    [
        ("2031-02-30", "'2031-02-30'"),
        ("yesterday", "'yesterday'"),
        ("5.5.2031", "'5.5.2031'"),
        (True, "'True'"),
        (20310505, "'20310505'"),
        (2031.0, "'2031.0'"),
        ("\x1b[31m", r"'\x1b[31m'"),
    ],
)
def test_a_day_that_is_none(ferry, day, shown):
    with pytest.raises(DossierError) as error:
        ferry.as_of(day)
    assert str(error.value) == f"as_of {shown}: not a date; expected 2022, 2022-01 or 2022-01-06"


def test_read_day():
    assert read_day(datetime.date(2031, 5, 5)) == "2031-05-05"
    assert read_day(" 2031-05 ") == "2031-05"


@pytest.mark.parametrize(
    ("day", "first", "last"),
    [
        ("2031", (2031, 1, 1), (2031, 12, 31)),
        ("2031-02", (2031, 2, 1), (2031, 2, 28)),
        ("2032-02", (2032, 2, 1), (2032, 2, 29)),
        ("2031-05-05", (2031, 5, 5), (2031, 5, 5)),
        ("9999", (9999, 1, 1), (9999, 12, 31)),
        ("2016-02-20/2016-02-21", (2016, 2, 20), (2016, 2, 21)),
        ("2031-05-05/2032", (2031, 5, 5), (2032, 12, 31)),
    ],
)
def test_a_dates_first_and_last_day(day, first, last):
    assert (first_day(day), last_day(day)) == (datetime.date(*first), datetime.date(*last))


# What stands


def test_what_stands_follows_from_the_facts_at_hand(ferry):
    assert ferry.standing.to_dict() == {
        "f1": "superseded",
        "f2": "retracted",
        "f3": "stands",
        "f4": "stands",
        "f5": "stands",
        "f6": "stands",
    }
    assert set(ferry.as_of("2031-05-05").standing) == {"stands"}
    assert ferry.as_of("2031-05-06").standing["f2"] == "stands"


def test_a_retraction_weighs_more_than_a_supersession(build_dossier):
    dossier = build_dossier(
        {"topic": "other", "statement": "A"},
        {"topic": "other", "statement": "B", "replaces": "f1", "relation": "retracts"},
        {"topic": "other", "statement": "C", "replaces": "f1", "relation": "supersedes"},
    )
    assert dossier.standing.to_list() == ["retracted", "stands", "stands"]


def test_a_fact_supersedes_or_retracts_several(build_dossier):
    dossier = build_dossier(
        *({"topic": "other", "statement": letter} for letter in "ABCD"),
        {"topic": "other", "statement": "E", "replaces": "f1 f3", "relation": "supersedes"},
        {"topic": "other", "statement": "F", "replaces": "f3 f4", "relation": "retracts"},
    )
    assert dossier.standing.to_list() == [
        "superseded", "stands", "retracted", "retracted", "stands", "stands",
    ]  # fmt: skip
    related, _ = dossier.select(fact_id="f1").find_related()
    assert related[["fact_id", "replaces"]].to_numpy().tolist() == [["f5", "f1"]]
    related, _ = dossier.select(fact_id="f5").find_related()
    assert related["fact_id"].to_list() == ["f1", "f3"]


def test_a_part_brings_its_total(build_dossier):
    count = {"topic": "other", "statement": "Boats", "unit": "boats", "measure": "boats"}
    dossier = build_dossier(count | {"value": "9"}, count | {"value": "4", "part_of": "f1"})
    related, _ = dossier.select(fact_id="f2").find_related()
    assert related["fact_id"].to_list() == ["f1"]


@pytest.mark.parametrize(
    ("total", "part", "is_refused"),
    [
        ({"value": "9"}, {"value": "9"}, False),
        ({"value": "9"}, {"value": "10"}, True),
        ({"value": "9"}, {"value": "10", "qualifier": "at least"}, True),
        ({"value": "9"}, {"value": "10", "qualifier": "up to"}, False),
        ({"value": "9", "qualifier": "at least"}, {"value": "10"}, False),
        ({"value": "9", "qualifier": "up to"}, {"value": "10"}, True),
        ({"low": "5", "high": "9"}, {"value": "10"}, True),
        ({"low": "5", "high": "9"}, {"low": "8", "high": "12"}, False),
        ({}, {"value": "10"}, False),
    ],
)
def test_a_part_is_no_more_than_its_total(build_dossier, total, part, is_refused):
    count = {"topic": "other", "statement": "Boats", "unit": "boats", "measure": "boats"}
    facts = count | total, count | part | {"part_of": "f1"}
    if is_refused:
        with pytest.raises(DossierError, match="row 3, part_of 'f1': the total is less"):
            build_dossier(*facts)
    else:
        build_dossier(*facts)


# Selection


def test_select_by_topic_measure_source_and_place(ferry):
    assert ids(ferry.select(topic="consequence")) == ["f2", "f3"]
    assert ids(ferry.select(topic=["consequence", "other"])) == ["f2", "f3", "f4"]
    assert ids(ferry.select(measure="people hurt")) == ["f1", "f5"]
    assert ids(ferry.select(source="bulletin")) == ids(ferry.select(source_id="bulletin"))
    assert ids(ferry.select(place="port-amber", topic="other")) == ["f4"]
    assert ids(ferry.select(paragraph=2)) == ["f1", "f3"]
    assert ids(ferry.select(paragraph=[2, 3])) == ["f1", "f2", "f3", "f4"]
    assert ids(ferry.select()) == ids(ferry)


def test_a_fact_of_several_places_is_one_of_each(spoilt, edit_cells):
    edit_cells(spoilt, "facts", "f4", place_id="orla-bay port-amber")
    dossier = load_dossier(spoilt)
    assert ids(dossier.select(place="orla-bay")) == ["f1", "f4"]
    assert ids(dossier.select(place=["port-amber", "orla-bay"])) == ["f1", "f2", "f4"]
    assert dossier.select(fact_id="f4").places["place_id"].to_list() == ["orla-bay", "port-amber"]
    with pytest.raises(DossierError, match="place 'orla-bay port-amber': not a place here"):
        dossier.select(place="orla-bay port-amber")


def test_what_is_settled_says_what_became_of_it_and_nothing_else_of_its_day(ferry):
    then, now = (
        ferry.as_of(day).settle(topic="consequence") for day in ("2031-05-05", "2031-05-06")
    )
    assert ids(then) == ids(now) == ["f2", "f3"]
    assert then.content == now.content
    assert now.as_of_day == ""
    hurt = ferry.settle(topic="casualties")
    assert dict(hurt.standing) == {"f1": "superseded", "f5": "stands", "f6": "stands"}
    assert hurt.ended["f1"] == ferry.ended["f1"] != ""
    assert hurt.content != ferry.as_of("2031-05-05").settle(topic="casualties").content


def test_what_is_settled_has_the_total_of_its_parts(build_dossier):
    count = {"statement": "Boats", "unit": "boats", "measure": "boats"}
    story = build_dossier(
        count | {"topic": "other", "value": "9"},
        count | {"topic": "casualties", "value": "4", "part_of": "f1"},
    )
    assert ids(story.settle(topic="casualties")) == ["f1", "f2"]
    assert ids(story.settle(topic="other")) == ["f1"]


def test_a_term_of_the_vocabulary_without_a_fact_selects_none(ferry):
    assert ids(ferry.select(topic="troops")) == []
    assert ferry.why_empty("troops") == "There is no fact on troops here."


def test_a_word_that_only_later_facts_have_selects_none(ferry):
    assert ids(ferry.as_of("2031-05-05").select(source="bulletin")) == []


@pytest.mark.parametrize(
    ("terms", "message"),
    [
        (
            {"topics": "troops"},
            "select 'topics': facts have no such column (did you mean 'topic'?)",
        ),
        (
            {"topic": "casualtys"},
            "select topic 'casualtys': not a topic here (did you mean 'casualties'?)",
        ),
        (
            {"source": "newspaper"},
            "select source 'newspaper': not a source here (one of report, bulletin)",
        ),
        ({"paragraph": 9}, "select paragraph '9': not a paragraph here (one of 2, 3)"),
        (
            {"measure": ["people hurt", "people hrt"]},
            "select measure 'people hrt': not a measure here (did you mean 'people hurt'?)",
        ),
    ],
)
def test_what_cannot_be_selected(ferry, terms, message):
    with pytest.raises(DossierError) as error:
        ferry.select(**terms)
    assert str(error.value) == message


def test_rows_are_the_facts_of_a_selection(ferry):
    assert ferry.rows(measure="people hurt")["value"].to_list() == [12, 14]
    with pytest.raises(NoFactsError) as error:
        ferry.rows(topic=["troops", "event"], place="orla-bay")
    assert str(error.value) == "There is no fact on troops or event, orla-bay here."


# Claims


def test_facts_that_say_the_same_are_one_claim(build_dossier):
    number = {"topic": "troops", "measure": "troops", "value": "5", "unit": "people"}
    number |= {"of_whom": "all", "statement": "Five"}
    dossier = build_dossier(
        number,
        number | {"asserted_by": "the mayor"},
        number | {"value": "6"},
        number | {"asserted_by": "the ministry"},
    )
    claims = gather_claims(dossier, list_claims(dossier.facts))
    assert [claim["fact_ids"] for claim in claims] == [["f1", "f2", "f4"], ["f3"]]
    assert [claim["asserted_by"] for claim in claims] == ["the ministry; the mayor", "the ministry"]


def test_facts_that_differ_in_a_word_are_two_claims(build_dossier):
    number = {"topic": "troops", "measure": "troops", "value": "5", "unit": "people"}
    number |= {"of_whom": "all", "statement": "Five"}
    changes = [{}, {"qualifier": "about"}, {"of_whom": "police"}, {"date": "2031"}]
    dossier = build_dossier(*(number | change for change in changes))
    assert len(gather_claims(dossier, list_claims(dossier.facts))) == 4


def test_minus_zero_is_zero(spoilt):
    places = (spoilt / "places.csv").read_text()
    assert ",12,2,GAB" in places
    (spoilt / "places.csv").write_text(places.replace(",12,2,GAB", ",-0,2,GAB"))
    assert not np.signbit(load_dossier(spoilt).places["longitude"].iloc[1])


def test_from_sources_keeps_those_of_a_kind_or_of_one_id():
    story = load_dossier("kazakhstan-2022")
    assert set(story.from_sources("article").facts["source_id"]) == {"article"}
    assert ids(story.from_sources("article")) == ids(story.select(source="article"))
    assert story.from_sources("all") is story
    one = story.sources["source_id"].iloc[-1]
    assert set(story.from_sources(one).facts["source_id"]) == {one}


def test_from_sources_forgets_what_others_said_first():
    story = load_dossier("kazakhstan-2022")
    assert story.first_stated < story.from_sources("article").first_stated == "2022-01-06"


@pytest.mark.parametrize(
    ("which", "message"),
    [
        ("articles", r"sources 'articles': not a source here \(did you mean 'article'\?\)"),
        ("", r"sources '': not a source here \(one of all, article, record\)"),
    ],
)
def test_from_sources_refuses_others(which, message):
    with pytest.raises(DossierError, match=message):
        load_dossier("kazakhstan-2022").from_sources(which)


def test_a_dossier_without_an_article_says_so(build_dossier):
    dossier = build_dossier({"topic": "troops", "statement": "Some came"})
    with pytest.raises(DossierError, match=r"has no article \(.*all.*record"):
        dossier.from_sources("article")


def parse(html: str) -> tuple[list[str], set[str]]:
    """The texts of a piece of HTML between its tags, and the tags."""
    texts, tags = [], set()
    parser = HTMLParser()
    parser.handle_data = texts.append
    parser.handle_starttag = lambda tag, attributes: tags.add(tag)
    parser.feed(html)
    parser.close()
    return [" ".join(text.split()) for text in texts if text.strip()], tags


TAGS = set("bdi caption data div p strong table tbody td th thead tr".split())


def test_it_shows_its_title_how_many_there_are_and_the_first_facts(ferry):
    texts, tags = parse(ferry.as_of("2031-05-07")._repr_html_())
    told = " ".join(texts)
    assert told.startswith("A storm on Orla Bay 6 facts, 2 places, 2 sources, as of 7 May 2031 ")
    assert [text for text in texts if text in ids(ferry)] == ["f1", "f2", "f3", "f4", "f5"]
    assert "f5 A later count of those hurt the ministry 6 May 2031" in told
    assert tags == TAGS - {"bdi"}


def test_what_it_shows_is_text_and_runs_its_own_way(hostile_dossier, right_to_left):
    hostile = load_dossier(hostile_dossier)
    for number in range(0, len(hostile.facts), 5):
        some = hostile.select(fact_id=ids(hostile)[number : number + 5])
        texts, tags = parse(replace(some, title=some.facts["statement"].iloc[0])._repr_html_())
        assert tags <= TAGS
        shown = "".join("".join(texts).split())
        assert all("".join(said.split()) in shown for said in some.facts["statement"])
    folder, (speaker, *_, statement) = right_to_left
    html = load_dossier(folder)._repr_html_()
    assert f"<bdi>{speaker}</bdi>" in html
    assert f"<bdi>{statement}</bdi>" in html
