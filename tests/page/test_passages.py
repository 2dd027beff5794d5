import io
import json
import re
import shutil
from base64 import b64decode
from dataclasses import replace
from functools import partial
from pathlib import Path
from zipfile import ZipFile

import pandas as pd
import pytest
from made_up import write_story

from helpers.dossier import compare_sources, find_key_figures, has_number, load_dossier
from helpers.errors import DossierError
from helpers.figures import claims_over_time, numbers, timeline
from helpers.page import passages


@pytest.fixture(scope="module")
def story():
    return load_dossier("kazakhstan-2022").from_sources("article")


@pytest.fixture
def hostile(copy_dossier, edit_cells):
    """The shipped dossier with markup in every free text of one fact and its source."""
    folder = copy_dossier()
    texts = ("statement", "measure", "unit", "of_whom", "actor", "asserted_by", "note")
    edit_cells(folder, "facts", "a01", **{name: f"<img src=x> {name}" for name in texts})
    record = {name: f"<img src=x> {name}" for name in ("title", "publisher", "author", "note")}
    edit_cells(folder, "sources", "article", **record, address="javascript:alert(1)")
    return load_dossier(folder)


def read_words(html: str) -> str:
    """What a reader reads, with a space between elements, but none about a number."""
    return " ".join(re.sub(r"<[^>]+>", " ", re.sub(r"</?data[^>]*>", "", html)).split())


EVERY = [
    passages.comparison_table,
    passages.contradictions,
    passages.text_check,
    passages.summary,
    passages.key_figures,
    passages.caveats,
    passages.facts_table,
    passages.sources_table,
    passages.provenance,
]


def test_what_a_dossier_holds_is_shown_as_text(hostile):
    for passage in EVERY:
        html = passage(hostile).html
        assert "<img" not in html, passage
        assert 'href="javascript' not in html, passage


STORIES = ("kazakhstan-2022", "winston-2016", "new-zealand-2023")


@pytest.mark.parametrize("name", STORIES)
def test_a_passage_is_the_same_from_the_store(name, tmp_path, monkeypatch):
    def show_all() -> list:
        story = load_dossier(name)  # which has kept nothing of an earlier one
        return [passage(story) for passage in [*EVERY, partial(passages.show, timeline)]]

    made = show_all()
    monkeypatch.setenv("DOSSIER_CACHE", str(tmp_path))
    assert show_all() == show_all() == made
    monkeypatch.setattr(passages, "render_fragment", lambda *a, **k: pytest.fail("it is made"))
    assert passages.facts_table(load_dossier(name)) == made[EVERY.index(passages.facts_table)]


def test_another_dossier_or_another_choice_is_another_passage(
    copy_dossier, edit_cells, tmp_path, monkeypatch
):
    monkeypatch.setenv("DOSSIER_CACHE", str(tmp_path / "cache"))
    folder = copy_dossier()
    first = load_dossier(folder)
    edit_cells(folder, "facts", "a01", note="Another note")
    second = load_dossier(folder)
    chosen = [first, second, second.as_of("2022-01-06"), second.from_sources("article")]
    chosen.append(second.select(fact_id=["a01", "a02"]))
    for passage in (passages.facts_table, partial(passages.show, timeline)):
        assert len({passage(story).html for story in chosen}) >= 4
    assert passages.facts_table(first) != passages.facts_table(second)


def test_a_topic_to_which_a_day_adds_nothing_is_not_told_anew(tmp_path, monkeypatch):
    ferry = load_dossier(Path(__file__).parents[1] / "fixtures" / "ferry")
    monkeypatch.setenv("DOSSIER_CACHE", str(tmp_path / "cache"))
    told = []

    def note(dossier, topic):
        told.append(topic)
        return numbers(dossier, topic)

    monkeypatch.setattr("helpers.page.passages.numbers", note)
    before, now = (
        passages.topic_sections(ferry.as_of(day)) for day in ("2031-05-06", "2031-05-07")
    )
    # The second day adds a fact of the first topic, which withdraws one of the second.
    assert told == ["casualties", "consequence", "other", "casualties", "consequence"]
    assert before.html.split("<h2")[3] == now.html.split("<h2")[3]
    assert before.html.split("<h2")[2] != now.html.split("<h2")[2]


def test_markup_is_still_to_be_read(hostile):
    assert "&lt;img src=x&gt; statement" in passages.facts_table(hostile).html
    articles = hostile.from_sources("article")
    assert "&lt;img src=x&gt; asserted_by" in passages.key_figures(articles).html


@pytest.mark.parametrize("passage", EVERY[:-1])
def test_nothing_stated_yet_is_said(story, passage):
    html = passage(story.as_of("2022-01-05")).html
    assert (
        "Nothing had been stated by 5 January 2022: the first statement is of 6 January 2022."
        in html
    )


def test_a_section_without_facts_says_so_in_one_line(story):
    shown = passages.show(numbers, story.select(topic="troops"), topic="casualties")
    assert shown.text == "There is no fact on casualties with a number here."
    html = passages.show(numbers, story, topic="casualties").html
    figure, evidence = html.split('<details class="evidence">')
    assert '<figure class="dossier-figure"' in figure
    assert read_words(evidence).startswith(
        "The evidence 12 people have been killed the outlet, 6 January 2022; paragraph 1; fact a01"
    )


def test_key_figures_name_number_group_and_speaker(story):
    html = passages.key_figures(story).html
    words = [read_words(card) for card in html.split('<li><strong class="number">')[1:]]
    assert words[0] == (
        "12 people deaths who they are is not stated , Kazakhstan the outlet, 6 January 2022 "
        "The evidence 12 people have been killed the outlet, 6 January 2022; paragraph 1; fact a01"
    )
    assert words[1].startswith("2,500 people troops deployed CSTO, Kazakhstan the outlet and Stan")
    assert words[1].count("fact a23") == words[1].count("fact a37") == 1
    assert not any("categories" in card for card in words)  # a number of kinds
    assert any(card.startswith("×2 price of liquefied petroleum gas") for card in words)
    assert any(card.startswith("until 19 January 2022") for card in words)


def key_numbers(folder) -> list[float]:
    figures = find_key_figures(load_dossier(folder).from_sources("article"))
    return numbers_of(figures, measure="deaths")


@pytest.fixture
def two_tolls(copy_dossier, edit_cells):
    """A second toll, said in another fact of the same article."""
    folder = copy_dossier()

    def set_second(**cells):
        second = {"topic": "casualties", "measure": "deaths", "value": "2", "unit": "people"}
        second |= {"of_whom": "not stated", "date": "2022-01-06"}
        edit_cells(folder, "facts", "a44", **(second | cells))
        return folder

    return set_second


def test_the_newer_of_two_claims_is_the_key_figure(two_tolls):
    assert key_numbers(two_tolls(stated="2022-01-07")) == [2]
    assert key_numbers(two_tolls(stated="2022-01-05", date="2022-01-05")) == [12]


def test_two_claims_of_one_day_are_both_shown(two_tolls):
    assert key_numbers(two_tolls(stated="2022-01-06")) == [12, 2]


def test_another_group_is_another_key_figure(two_tolls):
    assert key_numbers(two_tolls(stated="2022-01-07", of_whom="police")) == [2, 12]


def test_a_month_counts_as_its_last_day(two_tolls):
    assert key_numbers(two_tolls(stated="2022-01")) == [2]


@pytest.mark.parametrize("relation", ["supersedes", "retracts"])
def test_a_replaced_claim_is_no_key_figure(two_tolls, relation):
    folder = two_tolls(stated="2022-01-06", replaces="a01", relation=relation)
    assert key_numbers(folder) == [2]


# The key-figure rule at its edges


TOLL = {"topic": "casualties", "statement": "The toll", "measure": "deaths", "unit": "people"}
TOLL |= {"of_whom": "all"}


def numbers_of(figures, **cells) -> list[float]:
    """The numbers of the claims with these cells."""
    return [one["value"] for one in figures if cells.items() <= one.items()]


def test_of_three_claims_of_one_day_each_other_number_is_shown_once(build_dossier):
    dossier = build_dossier(
        TOLL | {"value": 3, "asserted_by": "the mayor"},
        TOLL | {"value": 5},
        TOLL | {"value": 3, "asserted_by": "the police"},
    )
    figures = find_key_figures(dossier)
    assert numbers_of(figures) == [3, 5]
    speakers = [figure["asserted_by"] for figure in figures]
    assert speakers == ["the mayor; the police", "the ministry"]


@pytest.mark.parametrize(
    ("partial", "day", "expected"),
    [
        ("2031-05", "2031-05-30", [1]),
        ("2031-05", "2031-05-31", [1, 2]),  # the month's last day: the same day
        ("2031-05", "2031-06-01", [2]),
        ("2031", "2031-12-30", [1]),
        ("2031", "2032", [2]),
    ],
)
def test_a_partial_date_counts_as_its_last_day(build_dossier, partial, day, expected):
    dossier = build_dossier(
        TOLL | {"value": 1, "stated": partial}, TOLL | {"value": 2, "stated": day}
    )
    assert numbers_of(find_key_figures(dossier)) == expected


def test_after_a_retraction_the_older_claim_is_the_newest_that_stands(build_dossier):
    dossier = build_dossier(
        TOLL | {"value": 1},
        TOLL | {"value": 2, "stated": "2031-05-05"},
        {"topic": "casualties", "statement": "x", "stated": "2031-05-06"}
        | {"replaces": "f2", "relation": "retracts"},
    )
    assert numbers_of(find_key_figures(dossier.as_of("2031-05-05"))) == [2]
    assert numbers_of(find_key_figures(dossier)) == [1]


def test_what_a_retracted_claim_superseded_does_not_stand_again(build_dossier):
    dossier = build_dossier(
        TOLL | {"value": 1},
        TOLL | {"value": 2, "stated": "2031-05-05", "replaces": "f1", "relation": "supersedes"},
        {"topic": "casualties", "statement": "x", "stated": "2031-05-06"}
        | {"replaces": "f2", "relation": "retracts"},
    )
    assert not find_key_figures(dossier)
    assert numbers_of(find_key_figures(dossier.as_of("2031-05-04"))) == [1]


@pytest.mark.parametrize("other", [{"measure": "hurt"}, {"topic": "event"}])
def test_another_topic_or_measure_is_another_key_figure(build_dossier, other):
    dossier = build_dossier(
        TOLL | {"value": 1}, TOLL | {"value": 2, "stated": "2031-06-01"} | other
    )
    assert sorted(numbers_of(find_key_figures(dossier))) == [1, 2]


def test_key_figures_come_by_topic_and_measure_the_newest_first(build_dossier):
    dossier = build_dossier(
        TOLL | {"value": 1, "topic": "troops"},
        TOLL | {"value": 2, "of_whom": "some"},
        TOLL | {"value": 3, "stated": "2031-06-01"},
        TOLL | {"value": 4, "measure": "hurt", "stated": "2031-07-01"},
    )
    assert numbers_of(find_key_figures(dossier)) == [3, 2, 4, 1]


def test_many_key_figures_are_folded_up(build_dossier):
    dossier = build_dossier(*(TOLL | {"value": n, "of_whom": f"crew {n}"} for n in range(14)))
    shown, folded = passages.key_figures(dossier).html.split('<details class="fold">')
    assert shown.count('class="number"') == 6
    assert read_words(folded).startswith("8 more numbers 5 deaths (crew 5), fact f6 ; 6 deaths")


def test_a_total_and_each_measure_come_before_another_group(build_dossier):
    parts = [TOLL | {"value": n, "of_whom": f"crew {n}", "stated": "2031-06-01"} for n in range(9)]
    hurt = TOLL | {"value": 40, "measure": "hurt"}
    total = TOLL | {"value": 30}
    dossier = build_dossier(*parts, total, hurt, parts[0] | {"part_of": "f10", "of_whom": "cooks"})
    shown, _ = passages.key_figures(dossier).html.split('<details class="fold">')
    words = [read_words(card) for card in shown.split('<li><strong class="number">')[1:]]
    assert [card.split()[0] for card in words] == ["30", "0", "1", "2", "3", "40"]


def test_what_an_editor_prefers_is_a_key_figure(build_dossier):
    many = [TOLL | {"value": n, "measure": f"measure {n}"} for n in range(8)]
    preferred = TOLL | {"value": 99, "topic": "other", "rank": "preferred"}
    shown = passages.key_figures(build_dossier(*many, preferred)).html
    assert "99 people" in read_words(shown.split('<details class="fold">')[0])


def test_another_number_of_the_same_day_stands_on_the_card(build_dossier):
    other = TOLL | {"value": 5, "asserted_by": "the mayor"}
    html = passages.key_figures(build_dossier(TOLL | {"value": 3}, other)).html
    assert html.count('class="number"') == 1
    assert "5 people by another count: the mayor, 4 May 2031 fact f2" in read_words(html)


def test_a_number_of_another_year_is_no_other_count(build_dossier):
    years = [TOLL | {"value": n, "date": str(year)} for n, year in ((3, 2030), (8, 2029))]
    card = read_words(passages.key_figures(build_dossier(*years)).html)
    assert card.startswith("3 people deaths") and "8" not in card.split("The evidence")[0]


def test_what_one_speaker_says_besides_is_told_by_its_statement(build_dossier):
    other = TOLL | {"value": 5, "statement": "The toll at sea"}
    card = read_words(passages.key_figures(build_dossier(TOLL | {"value": 3}, other)).html)
    assert "5 people : The toll at sea; the ministry, 4 May 2031 fact f2" in card
    assert "another count" not in card


def test_a_number_that_is_folded_away_says_of_where_it_is(tmp_path, write_tables):
    names = "ABCDEFGH"
    places = [
        {"place_id": name.lower(), "name": name, "kind": "town", "latitude": 50 + n / 10}
        | {"longitude": 5, "precision_km": 5, "coordinate_source": "made up"}
        for n, name in enumerate(names)
    ]
    facts = [TOLL | {"value": n, "place_id": one["place_id"]} for n, one in enumerate(places, 1)]
    story = {"title": "Tolls", "words": {}, "places": places, "facts": facts}
    dossier = load_dossier(write_story(tmp_path / "tolls", story, write_tables))
    _, folded = passages.key_figures(dossier).html.split('<details class="fold">')
    assert read_words(folded).startswith("2 more numbers 6 deaths (all, F), fact f6")


def test_a_card_shows_the_parts_of_its_total_and_of_which_total_they_are(build_dossier):
    part = TOLL | {"value": 3, "of_whom": "cooks", "part_of": "f1", "asserted_by": "the mayor"}
    newer = {"value": 9, "replaces": "f1", "relation": "supersedes", "stated": "2031-05-09"}
    story = build_dossier(TOLL | {"value": 7}, part, TOLL | newer)
    early = read_words(passages.key_figures(story.as_of("2031-05-08")).html)
    assert early.startswith(
        "7 people deaths all the ministry, 4 May 2031 3 people cooks the mayor, 4 May 2031 fact f2 "
        "The evidence The toll the ministry, 4 May 2031"
    )
    assert "3 people cooks of 7 people, superseded since the mayor" in read_words(
        passages.key_figures(story).html
    )


def test_a_part_that_measures_something_else_says_what(build_dossier):
    aboard = TOLL | {"value": 138, "measure": "people aboard"}
    saved = TOLL | {"value": 50, "measure": "people saved", "part_of": "f1"}
    dead = TOLL | {"value": 68, "part_of": "f1"}
    card = read_words(passages.key_figures(build_dossier(aboard, saved, dead)).html)
    assert card.startswith(
        "138 people aboard all the ministry, 4 May 2031 50 people saved all fact f2 "
        "68 deaths all fact f3 The evidence"
    )


def test_a_place_that_a_group_names_is_not_told_again(tmp_path, write_tables):
    place = {"place_id": "orla", "name": "Orla Bay", "kind": "town", "latitude": 50.1}
    place |= {"longitude": 5, "precision_km": 5, "coordinate_source": "made up"}
    groups = ["from Orla Bay", "in the Orla Bay", "Orla Bay", "crews of New Orla Bay", "sailors"]
    facts = [TOLL | {"value": 3, "of_whom": group, "place_id": "orla"} for group in groups]
    story = {"title": "Tolls", "words": {}, "places": [place], "facts": facts}
    dossier = load_dossier(write_story(tmp_path / "tolls", story, write_tables))
    told = [fact["place"] for fact in passages.read_facts(dossier).values()]
    assert told == ["", "", "", "Orla Bay", "Orla Bay"]


def test_what_holds_on_a_condition_only_says_so(build_dossier):
    seats = {"topic": "event", "statement": "After the by-election", "measure": "seats"}
    seats |= {"value": 123, "unit": "seats", "qualifier": "conditional"}
    html = passages.key_figures(build_dossier(seats)).html
    assert read_words(html).startswith("123 (conditional) seats the ministry")


@pytest.mark.parametrize(
    ("cells", "lack"),
    [
        ({"value": ""}, "No fact here states a number."),
        ({"value": 3}, "No number here still stands: each was superseded or withdrawn."),
    ],
)
def test_why_there_is_no_key_figure_is_said(build_dossier, cells, lack):
    gone = {"topic": "erratum", "statement": "No", "replaces": "f1", "relation": "retracts"}
    story = build_dossier(TOLL | cells, gone)
    assert passages.key_figures(story).text == lack
    later = " What was stated after 5 May 2031 is left out."
    assert passages.key_figures(story.as_of("2031-05-05")).text == lack + later


def test_of_what_was_withdrawn_it_is_not_said_that_there_is_none(build_dossier):
    gone = {"topic": "erratum", "statement": "No", "replaces": "f1", "relation": "retracts"}
    text = passages.show(numbers, build_dossier(TOLL | {"value": 3}, gone), topic="casualties").text
    assert text == "No number of casualties here still stands: each was withdrawn."


def test_the_toll_of_the_article_on_its_day():
    story = load_dossier("kazakhstan-2022").from_sources("article").as_of("2022-01-06")
    figures = find_key_figures(story)
    assert numbers_of(figures, measure="deaths") == [12]
    assert [one["of_whom"] for one in figures if one["measure"] == "deaths"] == ["not stated"]


def test_a_retracted_toll_is_a_fact_and_no_key_figure():
    story = load_dossier("kazakhstan-2022").as_of("2022-01-09")
    figures = find_key_figures(story)
    assert story.standing["r05"] == "retracted"
    assert numbers_of(figures, measure="deaths", of_whom="all") == []
    assert not any("r05" in figure["fact_ids"] for figure in figures)
    assert "r05" in story.facts["fact_id"].tolist()


@pytest.mark.parametrize(
    ("day", "deaths"), [("2022-01-15", [225]), ("2022-03-14", [230, 238]), ("2022-12-31", [238])]
)
def test_the_toll_of_all_as_it_was_known(day, deaths):
    figures = find_key_figures(load_dossier("kazakhstan-2022").as_of(day))
    assert numbers_of(figures, measure="deaths", of_whom="all") == deaths


# The article and the record


@pytest.fixture(scope="module")
def whole():
    return load_dossier("kazakhstan-2022")


def read_items(html: str) -> list[str]:
    """The words of each item of the lists."""
    return [read_words(item) for item in re.findall(r"<li>(.*?)</li>", html, re.DOTALL)]


def read_claims(html: str) -> dict[str, str]:
    """What is said of each claim of the article, by the words that a reader opens."""
    parts = html.split("<li><details><summary>")[1:]
    return {
        read_words(head): read_words(told)
        for head, told in (part.split("</summary>", 1) for part in parts)
    }


def test_the_article_beside_the_record(whole):
    passage = passages.comparison_table(whole)
    assert passage.text == (
        "8 pairs differ; 51 pairs cannot be compared; 35 pairs say the same; "
        "56 claims are not in the article; 32 claims are not in the record"
    )
    claims = read_claims(passage.html)
    assert len(claims) == 28
    assert list(claims)[1] == (
        "2,500 peacekeepers are deployed 4 differ, 3 cannot be compared, 1 says the same"
    )
    told = list(claims.values())[1]
    assert told.startswith("the outlet and Stanislav Zas, 6 January 2022 fact a23 · fact a37")
    assert (
        "differs The size of the force, by the decisions taken so far: about 2,500 people "
        "Stanislav Zas, 6 January 2022 Decided, as the man whom the article quotes said that day; "
        "the article has the same number on the ground"
    ) in told
    *_, same, alone, other = passage.html.split('<details class="fold">')
    assert read_words(same).startswith("20 claims of which the record says the same The organ")
    assert read_words(alone).startswith("56 claims are not in the article")
    assert read_words(other).startswith("32 claims are not in the record")
    assert (alone.count("<li>"), other.count("<li>")) == (56, 32)


def test_a_retracted_claim_is_named_so_in_the_comparison(whole):
    html = passages.comparison_table(whole.select(fact_id=["a01", "r05"])).html
    [told] = read_claims(html).values()
    assert "164 people (retracted) Health Ministry" in told


def test_a_number_of_nobody_named_and_all_tolls_are_one_sentence(whole):
    claims = read_claims(passages.comparison_table(whole).html)
    toll = claims["Deaths so far in the unrest: 12 people 39 cannot be compared"]
    assert (
        "37 more claims of the record on deaths, from 2 to 241 people, 15 of them superseded or "
        "withdrawn: none can be held against this one. Which they are fact r03 · fact r04"
    ) in toll
    assert "The article does not say of whom." in toll
    assert "225 people" not in toll


@pytest.mark.parametrize(
    "passage", [passages.comparison_table, passages.contradictions, passages.text_check]
)
def test_every_link_has_a_target(whole, passage):
    html = passage(whole).html
    linked = re.findall(r'href="#fact-(\w+)"', html)
    assert set(linked) <= set(whole.facts["fact_id"])
    assert "<table" not in html  # nothing is off a narrow screen
    assert " id=" not in html  # the facts' own table has the targets


def test_one_side_alone_is_said_in_one_line(story):
    passage = passages.comparison_table(story)
    assert '<p class="note untold">' in passage.html
    assert passage.text == ("There is nothing to compare: no fact here is of the record.")


def test_a_comparison_without_a_pair_has_its_counts_all_the_same(whole):
    passage = passages.comparison_table(whole.select(fact_id=["a41", "r14"]))
    assert '<ul class="claims">' not in passage.html
    assert "1 claim is not in the article; 1 claim is not in the record." in read_words(
        passage.html
    )


def test_contradictions_stand_side_by_side(whole):
    html = passages.contradictions(whole.as_of("2022-03-14")).html
    (row,) = [row for row in read_items(html) if "238 people" in row]
    assert row.startswith(
        "All deaths across the country 230 people all, Kazakhstan Berik Asylov, "
        "Prosecutor General, 14 March 2022 fact r08 All deaths, those in custody counted in 238 "
        "people all, Kazakhstan Elvira Azimova, ombudswoman, 14 March 2022 fact r66 230 people "
        "against 238 people"
    )


def test_a_source_s_words_say_in_which_language_they_are(copy_dossier, edit_cells, story):
    folder = copy_dossier()
    edit_cells(folder, "sources", "article", language="zh")
    chinese = load_dossier(folder).from_sources("article")
    for spoken, attribute in ((chinese, ' lang="zh"'), (story, "")):
        words = "12 people have been killed"
        address = spoken.sources["address"].iloc[0]
        at = f"{address}#:~:text=12%20people%20have%20been%20killed"
        quote = f'<a href="{at}"><q{attribute}>{words}</q></a>'
        assert quote in passages.facts_table(spoken).html
        assert quote in passages.fact_details(spoken, "a01").html


def test_it_is_told_what_was_compared_and_what_could_not_be(build_dossier):
    other, toll = {"asserted_by": "the mayor"}, TOLL | {"date": "2031-05-04"}
    told = passages.contradictions(
        build_dossier(
            toll | {"value": 3},
            toll | {"value": 5, "qualifier": "up to"} | other,
            toll | {"value": 4, "of_whom": "not stated"} | other,
        )
    ).text
    assert told == (
        "No two claims here contradict each other, of 1 pair compared. "
        "1 pair could not be compared, for want of a group."
    )
    told = passages.contradictions(
        build_dossier(
            toll | {"value": 3},
            toll | {"value": 5, "date": ""} | other,
            toll | {"value": 4, "of_whom": "not stated"} | other,
        )
    ).text
    assert told == (
        "No two speakers here give a number of the same thing, group, place and day, "
        "but where one replaces another: none are compared. "
        "2 pairs could not be compared: 1 for want of a date, 1 for want of a group."
    )


def test_pairs_that_may_agree_are_counted_and_named(build_dossier):
    toll, mayor = TOLL | {"date": "2031-05-04"}, {"asserted_by": "the mayor"}
    hurt = toll | {"measure": "hurt", "value": 61, "statement": "The hurt"}
    told = passages.contradictions(
        build_dossier(
            toll | {"value": 3},
            toll | {"value": 5} | mayor,
            hurt,
            hurt | {"value": 70, "qualifier": "up to"} | mayor,
        )
    )
    assert told.text == "Of 2 pairs compared, 1 differs and 1 may agree."
    named = read_words(told.html.rpartition('<ul class="alone">')[2])
    assert named.startswith(
        "The hurt: 61 people the ministry, 4 May 2031 ; The hurt: up to 70 people"
    )


def test_of_two_sides_with_too_many_claims_the_last_are_left_out(monkeypatch):
    story = load_dossier("kazakhstan-2022")
    assert not compare_sources(story).attrs["is_cut"]
    monkeypatch.setattr("helpers.dossier._comparison._MOST_PAIRS", 1)
    monkeypatch.setenv("DOSSIER_CACHE", "off")
    told = passages.comparison_table(story).text
    assert told.endswith("; the last claims are left out, for there are too many")
    found = compare_sources(story)
    alone = found[found["verdict"].str.startswith("not in")]
    ids = [one for side in ("article_ids", "record_ids") for ids in alone[side] for one in ids]
    facts = story.facts.set_index("fact_id").loc[ids]
    assert ids and not has_number(facts).any()


def test_it_is_told_that_claims_were_left_out(build_dossier, monkeypatch):
    monkeypatch.setattr("helpers.dossier._comparison._MOST_PAIRS", 3)
    monkeypatch.setenv("DOSSIER_CACHE", "off")
    told = passages.contradictions(
        build_dossier(
            *(TOLL | {"date": "", "value": n, "asserted_by": f"speaker {n}"} for n in (3, 4))
        )
    ).text
    assert told.endswith(
        "There are too many claims here to hold each against each: the last are left out."
    )


def test_what_was_settled_is_told_apart_with_its_day(whole):
    told, settled = passages.contradictions(whole).html.split("settled since")
    assert "of 45 compared" not in told
    [row] = [row for row in read_items(settled) if "fact r66" in row]
    ended = "one side was superseded or withdrawn on 5 May 2022"
    assert row.endswith(f"230 people against 238 people; {ended}")
    assert "fact r66" not in told


def test_no_contradiction_is_said_in_one_line(story):
    text = (
        "No two speakers here give a number of the same thing, group, place and day, "
        "but where one replaces another: none are compared."
    )
    assert passages.contradictions(story).text == text


# The facts held against their texts

ABSENT = "The text of this source is not kept here: dossier verify can hold the facts against it."


@pytest.fixture
def ferry(tmp_path):
    """A dossier whose article's text may be kept beside it: keep(text) does so."""
    fixtures = Path(__file__).parents[1] / "fixtures"
    folder = shutil.copytree(fixtures / "ferry", tmp_path / "ferry")

    def keep(text: bytes = (fixtures / "ferry.txt").read_bytes()):
        (folder / "sources").mkdir()
        (folder / "sources" / "report.txt").write_bytes(text)
        return load_dossier(folder)

    keep.folder = folder
    return keep


def test_a_text_that_is_not_kept_is_said(ferry):
    passage = passages.text_check(load_dossier(ferry.folder))
    assert passage.text.splitlines() == [
        ABSENT,
        "2 facts of the record are not held against a text.",
    ]
    assert ABSENT in passage.html


def test_a_text_that_is_kept_is_held_against(ferry):
    text = passages.text_check(ferry()).text
    assert "source report: the text is the one the dossier was made from" in text
    assert "4 of 4 facts found in their text" in text


def test_a_text_that_has_changed_is_said(ferry):
    passage = passages.text_check(ferry(b"Another text <b>altogether</b>"))
    assert "source report: the text has changed" in passage.text
    assert "0 of 4 facts found in their text; 4 lost their footing" in passage.text
    assert "<b>" not in passage.html


def test_no_path_is_shown_of_a_text_that_cannot_be_read(ferry):
    passage = passages.text_check(ferry(b"\xff\xfe\x00"))
    assert "The text that is kept of this source cannot be read" in passage.text
    assert str(ferry.folder) not in passage.html + passage.text


def test_a_record_alone_has_no_text(whole):
    assert passages.text_check(whole.from_sources("record")).text == (
        "142 facts of the record are not held against a text."
    )


def test_every_fact_has_its_row_and_every_link_a_target(story):
    html = passages.facts_table(story).html
    rows = re.findall(r'<tr id="fact-(\w+)"', html)
    assert rows == story.facts["fact_id"].tolist()
    linked = passages.key_figures(story).html + passages.caveats(story).html
    assert set(re.findall(r'href="#fact-(\w+)"', linked)) <= set(rows)


def test_a_fact_is_told_with_the_label_of_its_topic(tmp_path, write_tables):
    facts = [{"topic": "birds", "statement": "They fly south"}]
    words = {"topics": {"birds": {"label": "Geese & swans"}}}
    told = {"title": "T", "words": words, "places": [], "facts": facts}
    geese = load_dossier(write_story(tmp_path / "geese", told, write_tables))
    for html in (passages.facts_table(geese).html, passages.fact_details(geese, "f1").html):
        assert "Geese &amp; swans" in html
        assert "birds" not in html


def test_a_fact_is_told_with_whom_it_concerns(build_dossier):
    pact = build_dossier(EVENT | {"actor": "Norway & 2 allies"}, EVENT)
    for html in (passages.facts_table(pact).html, passages.fact_details(pact, "f1").html):
        assert html.lower().count("concerns") == 1
        assert "Norway &amp; 2 allies" in html
    pact = build_dossier(EVENT | {"actor": "Norway;the bank ; Chad", "asserted_by": "A; B"})
    for html in (passages.facts_table(pact).html, passages.fact_details(pact, "f1").html):
        assert "oncerns Norway, the bank and Chad" in read_words(html)
    assert "A and B" in read_words(passages.lead(pact).html)


def test_at_most_seven_doubts_the_gravest_first(story):
    """What others contradict, even where it is told the article alone; then who is not named."""
    html = passages.caveats(story).html
    order = re.findall(r'href="#fact-(\w+)"', html)
    assert order == ["a23", "a37", "a44", "a12", "a34", "a01", "a36", "a09"]
    items = read_items(html)
    assert len(items) == 7
    assert items[0].startswith(
        "2,500 peacekeepers are deployed. Others say 2,030 people (Kassym-Jomart Tokayev, 10 "
        "January 2022). Against it: The size of the force, by the decisions taken so far: about "
        "2,500 people (Stanislav Zas, 6 January 2022); and two more. "
    )
    assert items[4].startswith("Deaths so far in the unrest: 12 people. The article does not say")
    assert read_words(html).endswith("22 more notes stand with their facts.")


def test_what_was_said_later_is_no_doubt_of_the_day(story):
    assert "2,030" not in passages.caveats(story.as_of("2022-01-09")).html
    assert "2,030" in passages.caveats(story.as_of("2022-01-10")).html


def test_one_doubt_of_several_facts_is_told_once(build_dossier):
    day = {"topic": "event", "date": "2031-05-04", "note": "The day is inferred"}
    [item] = read_items(
        passages.caveats(build_dossier(*(day | {"statement": f"It rains {n}"} for n in "xyz"))).html
    )
    assert item == (
        "It rains x (and two more facts). The day is inferred. "
        "(the ministry; fact f1 , fact f2 , fact f3 )"
    )


def test_provenance_hashes_every_file(story):
    html = passages.provenance(story).html
    files = re.findall(r'<th scope="row">([^<]+)</th><td[^>]*><code>[0-9a-f]{64}<', html)
    assert {"kazakhstan-2022/facts.csv", "boundaries", "package helpers"} <= set(files)


def test_people_not_named_are_open_though_no_note_says_so(copy_dossier, edit_cells):
    folder = copy_dossier()
    edit_cells(folder, "facts", "a01", note="")
    html = passages.caveats(load_dossier(folder).from_sources("article")).html
    [unnamed] = [item for item in html.split("<li>") if 'href="#fact-a01"' in item]
    assert "12 people.</strong> Who they are is not stated." in re.sub("</?data[^>]*>", "", unnamed)


def test_what_was_withdrawn_leads(whole):
    first, second, third, *_ = read_items(
        passages.caveats(whole.select(topic=["casualties", "legal basis"])).html
    )
    assert first.startswith(
        "All deaths in a week of unrest: 164 people. Withdrawn on 9 January 2022 by Information "
        "Ministry of Kazakhstan (via Orda.kz) and Health Ministry of Kazakhstan. (Health Ministry"
    )
    assert second.startswith("Of the 164, those in Almaty: 103 people. Withdrawn on 9 January")
    assert third.startswith("The Collective Security Treaty, in its articles 2 and 4. Against it:")


# The first sentences


def test_the_lead_tells_what_happened_how_many_who_says_it_and_what_to_doubt(story):
    assert passages.lead(story).text == (
        "The protests began at the start of 2022, according to the outlet. "
        "12 deaths (Kazakhstan), according to the outlet, 6 January 2022; who they are is not "
        "stated. 2,500 peacekeepers are deployed (CSTO, Kazakhstan), according to the outlet and "
        "Stanislav Zas, 6 January 2022. Others say 2,030 people (Kassym-Jomart Tokayev, 10 "
        "January 2022); and three more."
    )


def test_each_number_of_the_lead_leads_to_its_fact(story):
    html = passages.lead(story).html
    assert '<a href="#fact-a01"><data value="12" data-fact="a01">12</data></a> deaths' in html


@pytest.fixture
def with_lead(copy_dossier):
    """The dossier with an editor's own lead."""

    def write(lead: str):
        package = copy_dossier() / "datapackage.json"
        package.write_text(json.dumps({"title": "T", "dossier": {"lead": lead}}))
        return load_dossier(package.parent).from_sources("article")

    return write


def test_an_editor_s_lead_stands_in_place_of_the_computed_one(with_lead):
    edited = with_lead("12 {a01} were killed; some 2,500 {a23 a37} soldiers came.")
    assert passages.lead(edited).text == "12 were killed; some 2,500 soldiers came."
    html = passages.lead(edited).html
    assert '<a href="#fact-a23"><data value="2500" data-fact="a23 a37">2,500</data></a>' in html


@pytest.mark.parametrize(
    ("lead", "expected"),
    [
        ("13 {a01} were killed.", "dossier.lead '13': no fact behind it states this number"),
        ("12 were killed.", "dossier.lead '12': no fact behind it states this number"),
        ("12 {a1} were killed.", "dossier.lead '{a1}': not the id of a fact"),
    ],
)
def test_a_number_that_no_fact_states_is_no_lead(with_lead, lead, expected):
    with pytest.raises(DossierError, match=re.escape(expected)):
        with_lead(lead)


def test_a_lead_of_what_no_longer_stands_gives_way_to_the_computed_one(with_lead, build_dossier):
    assert passages.lead(with_lead("238 {r131} were killed.")).text.startswith("The protests began")


def test_of_an_editor_s_lead_the_sentences_stand_whose_facts_do(with_lead):
    lead = "The U.S. watched, and 12 {a01} were killed. Later 238 {r131} were counted."
    story = with_lead(lead)
    text = passages.lead(story).text
    assert text.startswith("The U.S. watched, and 12 were killed. 2,500 peacekeepers")
    assert "238" not in text
    assert passages.lead(story).html.count('<a href="#fact-a01">') == 1
    # What a page carries of it is told in the same way when it is made again.
    kept = "The U.S. watched, and 12 {a01} were killed. {}"
    again = replace(story, words=replace(story.words, lead=kept))
    assert passages.lead(again).text == text


def test_no_lead_doubts_a_number_that_is_past(build_dossier):
    first = TOLL | {"value": 3, "asserted_by": "the mayor", "date": "2031-05-04"}
    rival, later = first | {"value": 6, "asserted_by": "the police"}, {"value": 9}
    day = {"date": "2031-05-08", "stated": "2031-05-08"}
    before = passages.lead(build_dossier(first, rival)).text
    after = passages.lead(build_dossier(first, rival, first | later | day)).text
    assert "Others say" in before
    assert after.startswith("9 deaths")
    assert "Others say" not in after


EVENT = {"topic": "event", "statement": "The river rises", "date": "2031-05-02"}


@pytest.mark.parametrize(
    "other",
    [
        {"qualifier": "conditional", "date": "2031-05-03"},
        {"date": "2031-06-01"},  # still ahead
        {"date": "2031-05-02/2031-05-09"},  # begins on the same day, and is less exact
        {"value": 3, "unit": "boats", "measure": "boats", "date": "2031-05-03"},  # a count
    ],
)
def test_the_lead_tells_what_happened_and_nothing_else(other, build_dossier):
    story = build_dossier(EVENT | {"statement": "Nor this"} | other, EVENT)
    text = passages.lead(story).text
    assert text.startswith("The river rises (2 May 2031), according to the ministry.")
    assert "Nor this" not in text


@pytest.mark.parametrize(
    "day",
    ["2030", "2029/2030", "2031-04", "2031-04/2031-05", "2031-05-02", "2031-05-02/2031-05-03"],
)
def test_each_form_of_a_date_is_told(build_dossier, day):
    story = build_dossier(EVENT | {"date": day}, TOLL | {"value": 4, "date": day})
    assert "The river rises" in passages.lead(story).text
    for tell in (passages.key_figures, passages.day_by_day, passages.facts_table):
        assert "f2" in tell(story).html
    for draw in (timeline, numbers, claims_over_time):
        assert "f2" in passages.show(draw, story).html


def test_what_is_still_ahead_is_told_as_such(build_dossier):
    goal = TOLL | {"value": 4, "of_whom": "children", "date": "2032", "rank": "preferred"}
    text = passages.lead(build_dossier(EVENT | {"date": "2050"}, goal)).text
    assert text.startswith("The river rises (2050, still ahead), according to the ministry. ")
    assert "4 deaths (children, for 2032), according to the ministry, 4 May 2031." in text


def test_a_number_for_a_day_to_come_takes_no_other_s_place(build_dossier):
    now = TOLL | {"value": 9, "date": "2031-05"}
    goal = TOLL | {"value": 4, "date": "2032", "stated": "2031-05-06"}
    html = passages.key_figures(build_dossier(now, goal)).html
    assert "all, for 2032" in html and ">9<" in html


def test_what_takes_a_fact_back_is_no_event(build_dossier):
    back = {"replaces": "f1", "relation": "retracts", "date": "2031-05-03", "statement": "No"}
    text = passages.lead(build_dossier(TOLL | {"value": 7}, EVENT, EVENT | back)).text
    assert "The river rises (2 May 2031)" in text and "No (" not in text


def test_the_steps_are_told_where_no_other_event_is(build_dossier):
    steps = [
        EVENT | {"role": "trigger", "statement": "Water comes"},
        EVENT | {"role": "outcome", "statement": "It goes", "date": "2031-05-04"},
    ]
    assert passages.lead(build_dossier(*steps)).text == (
        "Water comes (2 May 2031), according to the ministry. "
        "It goes (4 May 2031), according to the ministry."
    )


def test_what_two_say_of_one_day_is_in_doubt_whoever_spoke_last(build_dossier):
    day = TOLL | {"date": "2031-05-01"}
    later = {"value": 9, "stated": "2031-05-09", "asserted_by": "the mayor"}
    text = passages.lead(build_dossier(day | {"value": 7}, day | later)).text
    told = "9 deaths, according to the mayor, 9 May 2031. Others say 7 people (the ministry, 4 May"
    assert text == f"{told} 2031)."


def test_a_key_figure_tells_the_lowest_and_the_highest_that_others_say(build_dossier):
    day = TOLL | {"date": "2031-05-01", "measure": "strikers", "of_whom": "dockers"}
    others = [("the union", 49), ("the paper", 42), ("the operators", 33)]
    said = [day | {"value": n, "asserted_by": who} for who, n in others]
    story = build_dossier(*said, day | {"value": 45, "stated": "2031-05-09"})
    against = (
        "Others say 33 people (the operators, 4 May 2031) and 49 people (the union, 4 May 2031); "
        "and one more"
    )
    assert read_words(passages.key_figures(story).html).count(f"{against}.") == 1
    assert f"according to the ministry, 9 May 2031. {against}." in passages.lead(story).text


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ({"value": 1, "unit": "per 100,000"}, "Deaths: 1 per 100,000 (crew)"),
        ({"value": 1, "unit": "kg"}, "Deaths: 1 kg (crew)"),
        ({"value": 1}, "Deaths: 1 (crew)"),
        ({"value": 7, "date": "2031-04"}, "7 deaths (crew, in April 2031)"),
        ({"value": 7, "date": "2031"}, "7 deaths (crew, in 2031)"),
        ({"value": 7, "date": "2031-04/2031-05"}, "7 deaths (crew, from April to May 2031)"),
        ({"value": 7, "date": "2031-05-02"}, "7 deaths (crew)"),
        ({"value": 7, "date": "2031-09"}, "7 deaths (crew, for September 2031)"),
    ],
)  # fmt: skip
def test_a_number_in_the_lead_has_its_unit_and_its_days(build_dossier, cells, told):
    text = passages.lead(build_dossier(TOLL | {"of_whom": "crew"} | cells)).text
    assert text == f"{told}, according to the ministry, 4 May 2031."


def test_folded_numbers_tell_until_when_and_where(build_dossier):
    twelve = [
        TOLL | {"measure": f"m{n % 6}", "of_whom": f"crew {n}", "value": n} for n in range(12)
    ]
    deal = {"topic": "event", "statement": "The deal holds for two years"}
    deal |= {"qualifier": "until", "date": "2033-06-30"}
    html = passages.key_figures(build_dossier(*twelve, deal)).html
    assert "The deal holds for two years (until 30 June 2033)" in read_words(html)


def test_what_takes_the_place_of_an_articles_number_elsewhere_is_told(tmp_path, write_tables):
    facts = [
        TOLL | {"fact_id": "f1", "source_id": "paper", "value": 7, "stated": "2031-05-04"}
        | {"paragraph": 1, "anchor": "7"},
        TOLL | {"fact_id": "f2", "source_id": "office", "value": 9, "stated": "2031-05-09"}
        | {"replaces": "f1", "relation": "supersedes"},
    ]  # fmt: skip
    sources = [
        {"source_id": one, "kind": kind, "title": "T", "language": "en"}
        | {"publisher": name, "default_speaker": name}
        for one, kind, name in [("paper", "article", "Paper"), ("office", "record", "Office")]
    ]
    story = load_dossier(write_tables(tmp_path / "toll", facts=facts, sources=sources))
    told = "The toll: 7 people. Replaced on 9 May 2031 by 9 people (Office)"
    article = story.from_sources("article")
    assert told in read_words(passages.caveats(article).html)
    assert "Replaced" not in passages.caveats(article.as_of("2031-05-08")).html
    assert "Replaced" not in passages.caveats(story).html


@pytest.fixture
def build_story(tmp_path, write_tables):
    """Load facts of a paper's article (`paper`), a `record` and one that came `later`.

    `words` are the dossier's own; Landia is a country, its port and bay are towns.
    """
    sources = [
        {"source_id": one, "kind": kind, "title": "T", "language": "en", "publisher": one}
        for one, kind in [("paper", "article"), ("later", "record")]
    ]
    places = [
        {"place_id": one, "name": one.title(), "kind": kind, "latitude": 50, "longitude": 5}
        | {"precision_km": 5, "coordinate_source": "made up"}
        for one, kind in [("landia", "country"), ("port", "town"), ("bay", "town")]
    ]

    def build(*facts: dict, words: dict | None = None):
        usual = {"source_id": "record", "stated": "2031-05-04", "asserted_by": "the ministry"}
        rows = [{"fact_id": f"f{n}"} | usual | fact for n, fact in enumerate(facts, start=1)]
        for row in rows:
            if row["source_id"] == "paper":
                row |= {"paragraph": 1, "anchor": str(row.get("value", "it is so"))}
        folder = write_tables(tmp_path / "told", facts=rows, sources=sources, places=places)
        package = {"title": "Told", "dossier": words or {}}
        (folder / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")
        return load_dossier(folder)

    return build


LATER = {"source_id": "later", "stated": "2031-05-09"}


@pytest.mark.parametrize(
    ("speaker", "told"),
    [
        ("the ministry", "Replaced on 9 May 2031 by 9 people."),
        ("the mayor", "Replaced on 9 May 2031 by 9 people (the mayor)."),
    ],
)
def test_what_supersedes_a_number_is_told_as_its_replacement(build_story, speaker, told):
    newer = {"value": 9, "asserted_by": speaker, "replaces": "f1", "relation": "supersedes"}
    story = build_story(TOLL | {"value": 7, "source_id": "paper"}, TOLL | LATER | newer)
    article = story.from_sources("article")
    for passage in (passages.lead, passages.key_figures, passages.caveats):
        html = read_words(passage(article).html)
        assert told in html
        assert "Others say" not in html


def test_a_number_that_is_taken_back_elsewhere_is_withdrawn(build_story):
    back = {"topic": "erratum", "statement": "Not so", "replaces": "f1", "relation": "retracts"}
    story = build_story(TOLL | {"value": 7, "source_id": "paper"}, LATER | back)
    told = "Withdrawn on 9 May 2031 by the ministry."
    for one in (story, story.from_sources("article")):
        assert told in read_words(passages.caveats(one).html)
        assert "Against it" not in passages.caveats(one).html
    assert passages.lead(story).text == (
        "The toll: 7 people, withdrawn on 9 May 2031 by the ministry."
    )


@pytest.mark.parametrize("source", ["article", "all"])
def test_a_withdrawal_names_the_number_in_its_place(build_story, source):
    back = TOLL | LATER | {"value": 1, "replaces": "f1", "relation": "retracts"}
    story = build_story(TOLL | {"value": 2, "source_id": "paper"}, back).from_sources(source)
    told = "ithdrawn on 9 May 2031 by the ministry, with 1 person in its place."
    assert told in read_words(passages.caveats(story).html)
    assert told in passages.lead(story).text


def test_a_withdrawal_names_what_others_still_say(build_story):
    back = {"topic": "erratum", "statement": "Not so", "replaces": "f1", "relation": "retracts"}
    story = build_story(
        TOLL | {"value": 4}, TOLL | {"value": 2, "asserted_by": "the army"}, LATER | back
    )
    told = "ithdrawn on 9 May 2031 by the ministry. Others say 2 people (the army, 4 May 2031)."
    assert told in read_words(passages.caveats(story).html)
    assert passages.lead(story).text.endswith(told)


def test_an_estimate_is_told_as_one(build_story):
    story = build_story(TOLL | {"value": 7, "qualifier": "estimated"})
    assert passages.lead(story).text.startswith("An estimated 7 deaths, according to")
    assert passages.key_figures(story).text == "an estimated 7 people deaths"


def test_a_group_that_is_what_is_measured_is_told_once(build_story):
    crew = TOLL | {"measure": "sailors", "of_whom": "sailors", "place_id": "port", "value": 7}
    story = build_story(crew, crew | {"value": 3, "place_id": "bay"})
    assert read_words(passages.key_figures(story).html).count("sailors") == 2


def test_two_asides_stand_in_one_bracket(build_story):
    loan = SHARE | {"topic": "event", "value": 8, "qualifier": "conditional", "of_whom": "all"}
    ends = EVENT | {"qualifier": "until", "date": "2031-08"}
    story = build_story(
        loan | {"place_id": "port"},
        loan | {"value": 5, "qualifier": "", "asserted_by": "the bank", "place_id": "port"},
        ends,
        ends | LATER | {"replaces": "f3", "relation": "supersedes", "date": "2031-09"},
    )
    every = [passages.lead, passages.key_figures, passages.day_by_day, passages.caveats]
    told = " ".join(read_words(passage(story).html) for passage in every).replace(" ,", ",")
    assert "8 kg (conditional; Port), according to the ministry" in told
    assert "(until August 2031), superseded, said on 4 May 2031" in told
    assert not re.search(r"\) *\(\w+,? ", told)


def test_what_takes_a_fact_back_leads_to_it(build_story):
    back = {"topic": "erratum", "statement": "It never was", "replaces": "f1"}
    story = build_story(TOLL | {"value": 4}, LATER | back | {"relation": "retracts"})
    assert 'takes back <a href="#fact-f1">fact f1</a>' in passages.facts_table(story).html


def test_what_one_speaker_says_otherwise_is_no_other_s(build_story):
    day = {"date": "2031-05-01"}
    story = build_story(TOLL | day | {"value": 7}, TOLL | day | LATER | {"value": 9})
    told = "The ministry also said 7 people (4 May 2031)."
    for passage in (passages.lead, passages.key_figures, passages.caveats):
        assert told.lower() in read_words(passage(story).html).lower()
        assert "Others say" not in passage(story).html


def test_nobody_s_number_is_told_as_another_s_and_none_is_lost(build_story):
    taken = {"topic": "event", "measure": "money taken", "unit": "crowns", "date": "2031-04"}
    taken |= {"statement": "What was taken"}
    accused = {"asserted_by": "Rau"}
    story = build_story(
        taken | accused | {"value": 300, "qualifier": "less than"},
        taken | accused | LATER | {"value": 450, "qualifier": "at least"},
        taken | {"value": 1200, "stated": "2031-05-10", "asserted_by": "the prosecutor"},
    )
    doubts = read_items(passages.caveats(story).html)
    assert doubts == [
        "What was taken: 1,200 crowns. Others say less than 300 crowns (Rau, 4 May 2031). "
        "(the prosecutor; fact f3 )",
        "What was taken: at least 450 crowns. Rau also said less than 300 crowns (4 May 2031). "
        "(Rau; fact f2 )",
    ]


def test_one_number_of_two_speakers_that_is_doubted_alike_is_told_once(build_story):
    toll = TOLL | {"date": "2031-05-01", "statement": "Seven died", "value": 7}
    mayor = {"asserted_by": "the mayor", "stated": "2031-05-05", "date": "2031-05-02"}
    police = TOLL | LATER | {"asserted_by": "the police", "value": 9, "comparison": "differs"}
    police |= {"statement": "Nine died", "note": "So it is", "date": "2031-05-03"}
    story = build_story(
        toll, toll | mayor | {"compared_with": "f3", "comparison": "differs"},
        police | {"compared_with": "f1"},
    )  # fmt: skip
    first, *_ = read_items(passages.caveats(story.select(fact_id=["f1", "f2"])).html)
    assert first == (
        "Seven died (and one more fact). Others say 9 people (the police, 9 May 2031). "
        "(the mayor and the ministry; fact f2 , fact f1 )"
    )


def test_the_articles_claim_that_no_longer_stands_is_named_so(build_story):
    newer = {"value": 9, "replaces": "f1", "relation": "supersedes"}
    story = build_story(TOLL | {"value": 7, "source_id": "paper"}, TOLL | LATER | newer)
    html = passages.comparison_table(story).html
    assert list(read_claims(html)) == ["The toll: 7 people (superseded) 1 differs"]


def test_claims_that_are_all_held_in_vain_against_the_same_are_told_as_one(build_story):
    warm = {"topic": "event", "statement": "So warm", "measure": "warmth", "unit": "degrees"}
    article = [warm | {"value": n, "date": f"2030-0{n}", "source_id": "paper"} for n in range(1, 6)]
    records = [warm | LATER | {"value": n, "date": f"2030-0{n}"} for n in (7, 8)]
    passage = passages.comparison_table(build_story(*article, *records))
    assert passage.text == "10 pairs cannot be compared"
    [(claim, told)] = read_claims(passage.html).items()
    assert claim == "5 claims of the article on warmth, from 1 to 5 degrees 10 cannot be compared"
    assert "fact f1 · fact f2 · fact f3 · fact f4 · fact f5" in told
    assert (
        "2 claims of the record on warmth, from 7 to 8 degrees: none can be held against any of "
        "these. Which they are fact f6 · fact f7 "
        "They are of other groups, places, days or periods, or do not say which."
    ) in told


def test_that_both_may_hold_is_told_of_each(build_story):
    toll = TOLL | {"date": "2031-05-01"}
    records = [toll | LATER | {"value": n, "qualifier": "at least"} for n in (5, 6)]
    story = build_story(toll | {"value": 7, "source_id": "paper"}, *records)
    [told] = read_claims(passages.comparison_table(story).html).values()
    assert told.count("Both may hold: 7 people against at least") == 2


@pytest.mark.parametrize("count", [4, 5])
def test_few_pairs_that_could_not_be_compared_are_named(build_story, count):
    toll = TOLL | {"date": "2031-05-01", "asserted_by": "the mayor", "value": 3}
    others = [{"value": n, "asserted_by": f"speaker {n}", "measure": f"m{n}"} for n in range(count)]
    facts = [cells for n, one in enumerate(others)
             for cells in (toll | {"measure": f"m{n}"}, TOLL | one)]  # fmt: skip
    passage = passages.contradictions(build_story(*facts))
    assert f"{count} pairs could not be compared, for want of a date." in passage.text
    named = [item for item in read_items(passage.html) if "speaker" in item]
    assert len(named) == (count if count < 5 else 0)
    if named:
        assert named[1] == (
            "The toll: 3 people the mayor, 4 May 2031 ; The toll: 1 person speaker 1, 4 May 2031"
        )
        assert 'href="#fact-f4"' in passage.html


def test_until_when_others_say_is_told(build_story):
    holds = {"topic": "event", "statement": "The curfew holds", "qualifier": "until"}
    story = build_story(
        holds | {"date": "2033"},
        holds | LATER | {"date": "2035-02-14", "asserted_by": "the court"},
    )
    told = "The curfew holds (until 14 February 2035). Others say until 2033 (the ministry, 4 May"
    assert told in read_words(passages.caveats(story).html)
    assert "Others say until 2033" in read_words(passages.key_figures(story).html)


def test_until_without_a_day_is_no_number(build_story):
    holds = {"topic": "event", "statement": "The curfew holds", "qualifier": "until", "date": ""}
    other = holds | LATER | {"statement": "It is over", "asserted_by": "the court"}
    story = build_story(holds, other | {"compared_with": "f1", "comparison": "differs"})
    told = "It is over. Against it: The curfew holds (the ministry, 4 May 2031)"
    assert told in read_words(passages.caveats(story).html)
    assert "Others say" not in read_words(passages.key_figures(story).html)


def test_a_publisher_who_speaks_is_named_once_in_the_evidence(build_story):
    story = build_story(TOLL | {"value": 3, "asserted_by": "River Office"})
    html = read_words(passages.key_figures(story).html)
    assert html.endswith("The evidence The toll River Office, 4 May 2031; fact f1")


def test_places_and_sources_that_no_fact_names_are_not_counted(build_story):
    text = passages.summary(build_story(TOLL | {"value": 3, "place_id": "port"})).text
    assert text == "1 fact from 1 source, on 1 place."


# Which number stands for a measure

FIRST = {"stated": "2031-05-02"}


@pytest.mark.parametrize(
    ("facts", "key"),
    [
        # the newest, wherever it is
        ([FIRST | {"value": 9}, {"value": 2, "place_id": "port"}], "2"),
        ([FIRST | {"value": 9, "place_id": "port"}, {"value": 2, "place_id": "bay"}], "2"),
        # of one day that of the country, though a town is named more often
        (
            [
                {"value": 9, "place_id": "port"},
                {"value": 4, "place_id": "landia"},
                {"value": 1, "place_id": "port", "measure": "m"},
            ],
            "4",
        ),
        # of two towns the larger number, in whatever order
        ([{"value": 0, "place_id": "bay"}, {"value": 1, "place_id": "port"}], "1"),
        ([{"value": 1, "place_id": "port"}, {"value": 0, "place_id": "bay"}], "1"),
        # a part in how it works, before a larger number
        ([{"value": 9, "of_whom": "a"}, {"value": 4, "of_whom": "b", "role": "step"}], "4"),
        # a group's number is not replaced by a later one of a group of which less is said
        (
            [
                FIRST | {"value": 7, "of_whom": "main"},
                FIRST | {"value": 9, "of_whom": "main", "measure": "depth", "unit": "km"},
                {"value": 5, "of_whom": "after"},
            ],
            "7",
        ),
        # the country's group, before a later one within it
        (
            [
                FIRST | {"value": 7, "of_whom": "voters", "place_id": "landia"},
                {"value": 9, "of_whom": "voters of Port", "place_id": "port"},
            ],
            "7",
        ),
        # the country's, before a newer one of the same group in one of its towns
        (
            [
                FIRST | {"value": 7, "of_whom": "yes", "place_id": "landia"},
                {"value": 9, "of_whom": "yes", "place_id": "port"},
                {"value": 8, "of_whom": "yes", "place_id": "port", "measure": "m"},
            ],
            "7",
        ),
        # but not that of another year
        (
            [
                FIRST | {"value": 7, "place_id": "landia", "date": "2030"},
                {"value": 9, "place_id": "port", "date": "2031-05"},
            ],
            "9",
        ),
        # that of two towns, before a newer one of one of them
        ([FIRST | {"value": 7, "place_id": "bay port"}, {"value": 9, "place_id": "port"}], "7"),
        # that of the town of which most is said, before a newer one of another
        (
            [
                FIRST | {"value": 5, "place_id": "port"},
                FIRST | {"value": 7, "place_id": "port", "replaces": "f1"}
                | {"relation": "supersedes"},
                {"value": 9, "place_id": "bay"},
            ],
            "7",
        ),
        # that of the town which the story names most
        (
            [
                FIRST | {"value": 7, "place_id": "port"},
                {"value": 9, "place_id": "bay"},
                {"value": 1, "place_id": "port", "topic": "troops", "measure": "m"},
            ],
            "7",
        ),
        # a 0 of other days stands for nothing
        (
            [
                FIRST | {"value": 7, "place_id": "port", "date": "2031-04-12"},
                {"value": 0, "place_id": "bay", "date": "2031-04-20/2031-04-27"},
            ],
            "7",
        ),
    ],
)  # fmt: skip
def test_which_number_of_a_measure_is_its_key_figure(build_story, facts, key):
    usual = {"measure": "magnitude", "unit": "Mw", "topic": "event", "statement": "So it is"}
    others = [usual | {"measure": f"other {n}", "value": 1, "rank": "preferred"} for n in range(5)]
    story = build_story(*(usual | fact for fact in [*facts, *others]))
    seen, _, folded = passages.key_figures(story).html.partition('<details class="fold">')
    assert f"{key} Mw magnitude" in read_words(seen)
    assert folded and "magnitude: " in read_words(folded)


SHARE = {"topic": "quake", "statement": "So it is", "measure": "share", "unit": "kg"}


def test_the_first_number_of_a_measure_is_told_before_a_newer_one_beside_it(build_story):
    story = build_story(
        SHARE | FIRST | {"value": 7, "of_whom": "yes", "place_id": "landia"},
        SHARE | {"value": 9, "of_whom": "yes", "place_id": "port"},
        words=TELLING,
    )
    assert passages.lead(story).text.startswith("Share: 7 kg (yes, Landia), according to")
    assert passages.key_figures(story).text == "7 kg share; 9 kg share"


TELLING = {"topics": {"plain": {}, "quake": {"tells": True}, "dead": {"tells": True}}}


def test_the_lead_tells_a_number_of_each_topic_that_tells_before_others(build_story):
    numbers = [("plain", 1), ("quake", 2), ("quake", 3), ("dead", 4)]
    told = [
        {"topic": topic, "measure": f"m{n}", "unit": "kg", "value": n, "statement": "So"}
        for topic, n in numbers
    ]
    text = passages.lead(build_story(EVENT | {"topic": "quake"}, *told, words=TELLING)).text
    assert text.index("M2: 2 kg") < text.index("M4: 4 kg")
    assert "M1: 1 kg" not in text and "M3: 3 kg" not in text


def test_what_is_said_most_of_is_in_the_lead_though_its_topic_tells_less(build_story):
    usual = {"unit": "kg", "statement": "So", "value": 2}
    told = [usual | {"topic": topic, "measure": topic} for topic in ("plain", "quake", "dead")]
    more = usual | {"topic": "plain", "measure": "plain", "of_whom": "a few", "value": 1}
    more |= {"asserted_by": "the mayor"}
    event = EVENT | {"topic": "quake"}
    text = passages.lead(build_story(event, *told, more, words=TELLING)).text
    assert "Plain: 2 kg" in text and "Quake: 2 kg" in text
    assert "Dead: 2 kg" not in text


def test_a_list_of_many_groups_is_not_said_more_often_than_another_number(build_story):
    usual = {"unit": "kg", "statement": "So", "value": 2}
    told = [usual | {"topic": topic, "measure": topic} for topic in ("quake", "dead")]
    listed = usual | {"topic": "plain", "measure": "plain"}
    groups = [listed | {"of_whom": f"crew {n}"} for n in range(9)]
    event = EVENT | {"topic": "quake"}
    text = passages.lead(build_story(event, *told, *groups, words=TELLING)).text
    assert "Quake: 2 kg" in text and "Dead: 2 kg" in text
    assert "Plain" not in text


COUNT = {"topic": "dead", "statement": "The dead", "measure": "deaths", "unit": "people"}
COUNT |= {"of_whom": "all", "value": 2}


def test_a_number_is_told_as_such_and_is_no_event(build_story):
    one = COUNT | {"statement": "One has not come back", "measure": "missing", "value": 1}
    one |= {"of_whom": "residents", "place_id": "port", "date": "2031-05-02"}
    text = passages.lead(build_story(one, words=TELLING)).text
    assert text == (
        "One has not come back (residents, Port), according to the ministry, 4 May 2031."
    )


def test_what_is_said_in_words_beside_numbers_opens_no_story(build_story):
    words = {"topic": "dead", "statement": "Two in three are children", "date": "2031-04"}
    words |= {"place_id": "port"}
    story = build_story(words, COUNT, COUNT | {"measure": "hurt"}, words=TELLING)
    text = passages.lead(story).text
    assert text.startswith("2 deaths, according to the ministry, 4 May 2031. 2 hurt,")
    assert text.endswith(
        " Two in three are children (Port, April 2031), according to the ministry."
    )


@pytest.mark.parametrize("role", ["trigger", ""])
def test_what_began_it_is_told_before_what_is_said_beside_numbers(build_story, role):
    vote = EVENT | {"topic": "quake", "role": role, "statement": "The country votes"}
    words = {"topic": "dead", "statement": "Turnout, by the union", "date": "2031-05-01"}
    text = passages.lead(build_story(vote, words, COUNT, COUNT, words=TELLING)).text
    assert text.startswith("The country votes (2 May 2031), according to the ministry. 2 deaths")
    assert "Turnout" not in text


def test_a_topic_with_one_part_of_a_story_tells_of_events(build_story):
    begins = EVENT | {"topic": "quake", "role": "trigger", "statement": "It begins"}
    ends = EVENT | {"topic": "dead", "statement": "It ends", "date": "2031-05-03"}
    text = passages.lead(build_story(begins, ends, words=TELLING)).text
    assert text.startswith("It begins (2 May 2031), according to the ministry. It ends (3 May")


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ({"of_whom": "its upper reach", "place_id": "port"}, "its upper reach, Port, 2 May 2031"),
        ({"place_id": "port bay"}, "Port and Bay, 2 May 2031"),
        ({"place_id": "landia"}, "2 May 2031"),  # the only country of the story
        ({"place_id": "port", "statement": "The river rises (in Port)"}, "2 May 2031"),
    ],
)
def test_an_event_tells_of_whom_and_where(build_story, cells, told):
    text = passages.lead(build_story(EVENT | cells)).text
    assert text.endswith(f"{told}), according to the ministry.")
    assert text.count("Port") == ("port" in cells["place_id"])
    assert text.count(")") == 1


def test_a_topic_that_tells_is_among_the_key_figures_before_another(build_story):
    numbers = [*(("plain", n) for n in range(6)), ("dead", 6)]
    told = [
        {"topic": topic, "measure": f"m{n}", "unit": "kg", "value": n, "statement": "So"}
        for topic, n in numbers
    ]
    html = passages.key_figures(build_story(*told, words=TELLING)).html
    assert "6 kg m6" in read_words(html.partition('<details class="fold">')[0])


JOBS = {"topic": "event", "statement": "Jobs go", "measure": "jobs", "unit": "jobs"}


def test_a_part_stays_under_its_total_though_a_later_number_contradicts_it(build_story):
    cut = JOBS | {"date": "2031-06"}
    story = build_story(
        cut | {"value": 2000, "of_whom": "all"},
        cut | {"value": 900, "of_whom": "in Port", "part_of": "f1"},
        cut | {"value": 1100, "of_whom": "in Bay", "part_of": "f1"},
        cut | LATER | {"value": 1300, "of_whom": "in Port", "asserted_by": "the union"},
    )
    card, *rest = passages.key_figures(story).html.split('<li><strong class="number">')[1:]
    assert not rest
    words = read_words(card)
    assert words.startswith("2,000 jobs all, for June 2031 the ministry, 4 May 2031 900 in Port")
    assert "fact f2 Others say 1,300 jobs (the union, 9 May 2031). 1,100 in Bay" in words


def test_it_stays_under_what_has_taken_its_total_s_place(build_story):
    cut = JOBS | {"date": "2031-06"}
    newer = {"value": 2100, "of_whom": "all", "replaces": "f1", "relation": "supersedes"}
    story = build_story(
        cut | {"value": 2000, "of_whom": "all"},
        cut | {"value": 900, "of_whom": "in Port", "part_of": "f1"},
        cut | {"value": 1100, "of_whom": "in Bay", "part_of": "f1"},
        cut | LATER | {"value": 1300, "of_whom": "in Port", "asserted_by": "the union"},
        cut | LATER | newer,
    )
    [card] = passages.key_figures(story).html.split('<li><strong class="number">')[1:]
    assert read_words(card).startswith("2,100 jobs all")
    assert "900 in Port of 2,000 jobs, superseded since" in read_words(card)
    assert "Others say 1,300 jobs (the union, 9 May 2031)." in read_words(card)


def test_a_part_and_another_s_number_of_the_same_day_stand_together(build_story):
    tested = TOLL | {"measure": "people tested", "value": 26}
    positive = TOLL | {"measure": "people positive"}
    story = build_story(
        tested,
        positive | {"value": 4, "part_of": "f1"},
        positive | {"value": 2, "asserted_by": "a lawyer"},
    )
    [card] = passages.key_figures(story).html.split('<li><strong class="number">')[1:]
    assert "4 people positive all fact f2 2 by another count: a lawyer" in read_words(card)
    assert "2 people positive" not in passages.lead(story).text


def test_the_lead_tells_what_another_says_of_one_day_without_a_date(build_story):
    story = build_story(TOLL | {"value": 4}, TOLL | {"value": 2, "asserted_by": "a lawyer"})
    assert passages.lead(story).text == (
        "4 deaths, according to the ministry, 4 May 2031. Others say 2 people (a lawyer, 4 May "
        "2031)."
    )


def test_what_is_measured_is_no_other_count(build_story):
    depth = {"topic": "event", "statement": "So deep", "measure": "depth", "unit": "km"}
    story = build_story(depth | {"value": 10}, depth | {"value": 17, "asserted_by": "the network"})
    assert "17 km by another account: the network" in read_words(passages.key_figures(story).html)


@pytest.mark.parametrize(
    ("who", "told"),
    [
        ("the ministry", "the ministry withdrew its 2 on 9 May 2031"),
        ("the court", "the court withdrew the 2 of the ministry on 9 May 2031"),
    ],
)
def test_a_number_that_another_still_says_is_not_withdrawn_altogether(build_story, who, told):
    back = {"topic": "erratum", "statement": "No", "replaces": "f1", "relation": "retracts"}
    still = {"asserted_by": "the police"}
    story = build_story(
        TOLL | {"value": 2}, TOLL | {"value": 2} | still, LATER | back | {"asserted_by": who}
    )
    assert passages.lead(story).text.endswith(f"Deaths: {told}; the police still says 2.")
    assert f"Withdrawn on 9 May 2031 by {who}; the police still says 2." in read_words(
        passages.caveats(story).html
    )


def test_a_story_of_one_number_has_a_lead_of_one_sentence(build_dossier):
    story = build_dossier(TOLL | {"value": 1, "of_whom": "not stated"})
    assert passages.lead(story).text == (
        "Deaths: 1, according to the ministry, 4 May 2031; who they are is not stated."
    )


# The days


def test_a_reader_can_turn_back_the_day(build_dossier):
    first = TOLL | {"value": 3}
    story = build_dossier(first, first | {"value": 5, "stated": "2031-05-06"})
    assert 'class="day' not in passages.by_day(passages.lead, story).html  # one source


def test_each_day_is_told_as_it_could_be_known(whole):
    html = passages.by_day(passages.key_figures, whole).html
    days = re.findall(r'<div class="day on-([\d-]+)"[^>]*?( hidden)?>', html)
    assert 2 <= len(days) <= 12
    assert [hidden for _, hidden in days] == [" hidden"] * (len(days) - 1) + [""]
    assert days == sorted(days)
    copies = re.split('<div class="day ', html)[1:]
    [ninth] = [copy for copy in copies if copy.startswith("on-2022-01-09")]
    assert "16 people deaths" in read_words(ninth)
    assert "238" not in read_words(ninth)
    assert not any("id=" in copy or "<details" in copy for copy in copies[:-1])


def unpack_tables(html: str) -> dict[str, str]:
    [content] = re.findall(r'href="data:application/zip;base64,([^"]+)"', html)
    packed = ZipFile(io.BytesIO(b64decode(content)))
    return {name: packed.read(name).decode() for name in packed.namelist()}


def test_the_tables_behind_a_report_can_be_taken_along(whole):
    chosen = whole.from_sources("article").as_of("2022-01-06")
    html = passages.provenance(chosen).html
    assert 'download="kazakhstan-2022.zip"' in html
    files = unpack_tables(html)
    tables = ["facts.csv", "places.csv", "sources.csv", "related-facts.csv", "related-sources.csv"]
    assert list(files) == [*tables, "dossier.json"]
    facts = pd.read_csv(io.StringIO(files["facts.csv"]))
    assert facts["fact_id"].tolist() == chosen.facts["fact_id"].tolist()
    assert facts["value"].sum() == chosen.facts["value"].sum()
    assert json.loads(files["dossier.json"])["as_of"] == "2022-01-06"
    assert files["sources.csv"].splitlines()[1].startswith("article,")


def test_a_formula_is_harmless_in_the_table(build_dossier):
    note = "-2 to +2; not counted"
    files = unpack_tables(
        passages.provenance(build_dossier(TOLL | {"value": 1, "note": note})).html
    )
    assert f"'{note}" in files["facts.csv"]


def test_articles_alone_or_records_alone_are_held_against_the_text_too(story, build_dossier):
    assert "of the record" not in passages.text_check(story).text
    records = build_dossier(TOLL | {"value": 1})
    text = passages.text_check(records).text
    assert text == "1 fact of the record is not held against a text."


def test_right_to_left_words_are_isolated_in_every_element(right_to_left):
    folder, words = right_to_left
    story = load_dossier(folder)
    words = {word for text in words for word in text.split()} - {"CSTO"}
    for passage in EVERY:
        bare = re.sub(r"<bdi>.*?</bdi>|\u2068.*?\u2069", "", passage(story).html)
        assert not [word for word in words if word in bare], passage


def test_words_of_both_directions_stand_in_one_isolate(right_to_left):
    folder, (speaker, group, _, statement) = right_to_left
    html = passages.facts_table(load_dossier(folder)).html
    assert f"<bdi>{statement}</bdi>" in html
    cards = passages.key_figures(load_dossier(folder)).html
    assert f"<bdi>{speaker}</bdi>, 5 May 2031" in cards
    assert f"<bdi>{group}</bdi> and <bdi>{speaker}</bdi>, 5 May 2031" in cards


def test_right_to_left_words_are_isolated_in_a_figure(right_to_left):
    folder, (speaker, group, _, _) = right_to_left
    figure = numbers(load_dossier(folder), "casualties")
    html = figure._repr_html_()
    assert f"\u2068{speaker}\u2069, 5 May 2031" in re.search(r' alt="([^"]*)"', html)[1]
    assert f"<bdi>{speaker}</bdi>" in re.search(r'<p class="source">(.*)</p>', html)[1]
    assert f"people · \u2068{group}\u2069</text>" in figure.svg()
    assert f">said by \u2068{speaker}\u2069, 5 May 2031</text>" in figure.svg()


def test_the_page_tells_of_what_was_read(ferry):
    story = ferry()
    before = [passages.text_check(story).html, passages.provenance(story).html]
    (ferry.folder / "facts.csv").write_text("another")
    (ferry.folder / "sources" / "report.txt").write_text("another")
    assert [passages.text_check(story).html, passages.provenance(story).html] == before


def test_a_source_of_the_web_is_its_title_and_another_tells_its_address(copy_dossier, edit_cells):
    folder = copy_dossier()
    edit_cells(folder, "sources", "article", address="https://paper.example/a", title="A & B")
    assert (
        '<a href="https://paper.example/a">A &amp; B</a>'
        in passages.sources_table(load_dossier(folder)).html
    )
    edit_cells(folder, "sources", "article", address="shelf 4")
    told = passages.sources_table(load_dossier(folder)).html
    assert "<dt>Address</dt><dd>shelf 4</dd>" in told
    assert "<a href" not in told.partition('id="source-article"')[2].partition("</dl>")[0]


def test_a_fact_is_told_once_in_the_lead(build_dossier):
    wave = {"measure": "waves", "value": 12, "unit": "waves", "statement": "12 waves came"}
    text = passages.lead(build_dossier(EVENT | wave, TOLL | {"value": 7})).text
    assert text.count("12 waves came") == 1
    assert text.startswith("7 deaths, according to the ministry, 4 May 2031. 12 waves came")


def test_each_number_of_the_lead_is_told_with_what_others_say(build_dossier):
    hurt = TOLL | {"measure": "injured"}
    facts = [
        thing | {"value": value, "date": "2031-05-02", "asserted_by": speaker}
        for thing in (TOLL, hurt)
        for value, speaker in ((7, "the ministry"), (9, "a hospital"))
    ]
    text = passages.lead(build_dossier(*facts)).text
    assert text.count("Others say 9 people (a hospital, 4 May 2031).") == 2


def test_what_a_number_counts_is_told_as_one_of_one_and_with_a_unit_that_is_a_plural(
    build_dossier,
):
    def tell(**cells) -> str:
        fact = {"topic": "event", "statement": "So it is"} | cells
        return passages.lead(build_dossier(fact)).text.partition(", according")[0]

    assert tell(measure="goals", unit="goals", value=1) == "1 goal"
    assert tell(measure="houses destroyed", unit="houses", value=12) == "12 houses destroyed"
    assert tell(measure="magnitude", unit="magnitude", value="8.1") == "Magnitude: 8.1"
    open_end = {"qualifier": "conditional", "measure": "jobs to go", "unit": "jobs", "value": 4}
    assert tell(**open_end) == "4 jobs to go (conditional)"


def test_a_note_or_a_statement_that_ends_its_sentence_has_one_full_stop(build_dossier):
    fact = TOLL | {"value": 7, "statement": "Seven died.", "note": "Both are given."}
    html = read_words(passages.caveats(build_dossier(fact | {"rank": "preferred"})).html)
    assert "Seven died. Both are given. (the ministry;" in html
    text = passages.lead(build_dossier(EVENT | {"statement": "The river rises."})).text
    assert text == "The river rises (2 May 2031), according to the ministry."


def test_a_number_of_all_is_a_key_figure_before_that_of_a_group(build_dossier):
    other = {"topic": "event", "statement": "So it is", "value": 3}
    more = [other | {"measure": f"doors {n}", "unit": "doors"} for n in range(5)]
    part = TOLL | {"value": 2, "of_whom": "children", "stated": "2031-05-05"}
    html = passages.key_figures(build_dossier(part, TOLL | {"value": 9}, *more)).html
    assert "9 people" in read_words(html.partition('<details class="fold">')[0])
    assert "2 deaths (children), fact f1" in read_words(html)


def test_the_numbers_that_are_folded_away_have_their_rivals_beside_them(build_dossier):
    other = {"topic": "event", "statement": "So it is", "value": 3, "date": "2031-05-02"}
    doors = [other | {"measure": f"doors {n}", "unit": "doors"} for n in range(7)]
    doors[:6] = [door | {"rank": "preferred"} for door in doors[:6]]
    rival = doors[-1] | {"value": 5, "asserted_by": "a hospital"}
    html = read_words(passages.key_figures(build_dossier(*doors, rival)).html)
    assert (
        "2 more numbers 3 doors 6, fact f7 . Others say 5 doors (a hospital, 4 May 2031); "
        "5 doors 6, fact f8 . Others say 3 doors (the ministry, 4 May 2031)."
    ) in html


def test_day_by_day_tells_every_dated_fact_and_what_was_still_ahead(build_dossier):
    days = ["2030-12-30", "2031-05-02", "2031-05-03", "2036-03"]
    told = passages.day_by_day(build_dossier(*(EVENT | {"date": day} for day in days)))
    words = read_words(told.html)
    assert all(f"#fact-f{n}" in told.html for n in (1, 2, 3, 4))
    assert "March 2036 The river rises (said on 4 May 2031)" in words
    assert words.count("(said on") == 1
    assert told.text == "Day by day from 30 December 2030 to March 2036: four facts"


def test_every_passage_tells_what_is_conditional_and_until_when(build_dossier):
    shut = EVENT | {"statement": "Schools are shut", "qualifier": "until", "date": "2031-05-31"}
    closes = EVENT | {"statement": "A bridge is to close", "qualifier": "conditional"}
    story = build_dossier(shut, closes | {"date": "2031-09"})
    table = read_words(passages.facts_table(story).html)
    assert "A bridge is to close conditional" in table and "until 31 May 2031" in table
    days = read_words(passages.day_by_day(story).html)
    assert "Schools are shut (until 31 May 2031)" in days
    assert "A bridge is to close (conditional)" in days
    details = read_words(passages.fact_details(story, "f1").html)
    assert "About until 31 May 2031" in details
    evidence = read_words(passages.show(timeline, story).html).partition("The evidence")[2]
    assert "A bridge is to close (conditional) the ministry" in evidence
    cards = read_words(passages.key_figures(story).html).partition("The evidence")[0]
    assert cards.count("until 31 May 2031") == 1
    jobs = TOLL | {"statement": "Five more may go", "value": 5, "qualifier": "conditional"}
    assert "Five more may go (conditional)" in passages.lead(build_dossier(jobs)).text
