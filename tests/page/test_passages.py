import io
import json
import re
import shutil
from base64 import b64decode
from functools import partial
from pathlib import Path

import pandas as pd
import pytest

from helpers.dossier import find_key_figures, load_dossier
from helpers.figures import numbers, timeline
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


@pytest.mark.parametrize("passage", EVERY)
def test_what_a_dossier_holds_is_shown_as_text(hostile, passage):
    html = passage(hostile).html
    assert "<img" not in html
    assert 'href="javascript' not in html


STORIES = ("kazakhstan-2022", "winston-2016", "new-zealand-2023")


@pytest.mark.parametrize("name", STORIES)
def test_a_passage_is_the_same_from_the_store(name, tmp_path, monkeypatch):
    shown = [*EVERY, lambda story: passages.show(timeline, story)]
    made = [passage(load_dossier(name)) for passage in shown]
    monkeypatch.setenv("DOSSIER_CACHE", str(tmp_path))
    for _ in range(2):
        assert [passage(load_dossier(name)) for passage in shown] == made
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


def test_markup_is_still_to_be_read(hostile):
    assert "&lt;img src=x&gt; statement" in passages.facts_table(hostile).html
    assert "&lt;img src=x&gt; asserted_by" in passages.key_figures(hostile).html


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
    shown = passages.show(numbers, story, topic="casualties")
    assert '<figure class="dossier-figure"' in shown.html
    assert shown.text == numbers(story, topic="casualties").title


def test_key_figures_name_number_group_and_speaker(story):
    html = passages.key_figures(story).html
    words = [read_words(card) for card in html.split("<li>")[1:]]
    assert words[0] == (
        "12 people deaths who they are is not stated , Kazakhstan the outlet, 6 January 2022 "
        "fact a01"
    )
    assert words[1].startswith("2,500 people troops deployed CSTO, Kazakhstan the outlet and Stan")
    assert words[1].endswith("fact a23 · fact a37")
    assert any(card.startswith("×2 price of liquefied petroleum gas") for card in words)
    assert any(card.startswith("until 19 January 2022") for card in words)


def key_numbers(folder) -> list[float]:
    figures = find_key_figures(load_dossier(folder).from_sources("article"))
    return figures.loc[figures["measure"] == "deaths", "value"].tolist()


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
    assert key_numbers(two_tolls(stated="2022-01-05")) == [12]


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
    for name, cell in cells.items():
        figures = figures[figures[name] == cell]
    return figures["value"].tolist()


def test_of_three_claims_of_one_day_each_other_number_is_shown_once(build_dossier):
    dossier = build_dossier(
        TOLL | {"value": 3, "asserted_by": "the mayor"},
        TOLL | {"value": 5},
        TOLL | {"value": 3, "asserted_by": "the police"},
    )
    figures = find_key_figures(dossier)
    assert figures["value"].tolist() == [3, 5]
    assert figures["asserted_by"].tolist() == ["the mayor; the police", "the ministry"]


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
    assert find_key_figures(dossier)["value"].tolist() == expected


def test_after_a_retraction_the_older_claim_is_the_newest_that_stands(build_dossier):
    dossier = build_dossier(
        TOLL | {"value": 1},
        TOLL | {"value": 2, "stated": "2031-05-05"},
        {"topic": "casualties", "statement": "x", "stated": "2031-05-06"}
        | {"replaces": "f2", "relation": "retracts"},
    )
    assert find_key_figures(dossier.as_of("2031-05-05"))["value"].tolist() == [2]
    assert find_key_figures(dossier)["value"].tolist() == [1]


def test_what_a_retracted_claim_superseded_does_not_stand_again(build_dossier):
    dossier = build_dossier(
        TOLL | {"value": 1},
        TOLL | {"value": 2, "stated": "2031-05-05", "replaces": "f1", "relation": "supersedes"},
        {"topic": "casualties", "statement": "x", "stated": "2031-05-06"}
        | {"replaces": "f2", "relation": "retracts"},
    )
    assert find_key_figures(dossier).empty
    assert find_key_figures(dossier.as_of("2031-05-04"))["value"].tolist() == [1]


@pytest.mark.parametrize("other", [{"measure": "hurt"}, {"topic": "event"}])
def test_another_topic_or_measure_is_another_key_figure(build_dossier, other):
    dossier = build_dossier(
        TOLL | {"value": 1}, TOLL | {"value": 2, "stated": "2031-06-01"} | other
    )
    assert sorted(find_key_figures(dossier)["value"]) == [1, 2]


def test_key_figures_come_by_topic_and_measure_the_newest_first(build_dossier):
    dossier = build_dossier(
        TOLL | {"value": 1, "topic": "troops"},
        TOLL | {"value": 2, "of_whom": "some"},
        TOLL | {"value": 3, "stated": "2031-06-01"},
        TOLL | {"value": 4, "measure": "hurt", "stated": "2031-07-01"},
    )
    assert find_key_figures(dossier)["value"].tolist() == [3, 2, 4, 1]


def test_many_key_figures_are_folded_up(build_dossier):
    dossier = build_dossier(*(TOLL | {"value": n, "of_whom": f"crew {n}"} for n in range(14)))
    shown, folded = passages.key_figures(dossier).html.split("<details>")
    assert shown.count("<li>") == 12
    assert read_words(folded).startswith("2 more key figures")
    assert folded.count("<li>") == 2


def test_a_card_shows_the_parts_of_its_total_and_of_which_total_they_are(build_dossier):
    part = TOLL | {"value": 3, "of_whom": "cooks", "part_of": "f1", "asserted_by": "the mayor"}
    newer = {"value": 9, "replaces": "f1", "relation": "supersedes", "stated": "2031-05-09"}
    story = build_dossier(TOLL | {"value": 7}, part, TOLL | newer)
    [early] = re.findall("<ul.*</ul>", passages.key_figures(story.as_of("2031-05-08")).html, re.S)
    assert read_words(early) == (
        "7 people deaths all the ministry, 4 May 2031 fact f1 "
        "3 people cooks the mayor, 4 May 2031 fact f2"
    )
    assert "3 people cooks of 7 people, superseded since the mayor" in read_words(
        passages.key_figures(story).html
    )


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
    assert text == "No number of casualties here still stands: all were replaced since."


def test_the_toll_of_the_article_on_its_day():
    story = load_dossier("kazakhstan-2022").from_sources("article").as_of("2022-01-06")
    figures = find_key_figures(story)
    assert numbers_of(figures, measure="deaths") == [12]
    assert figures.loc[figures["measure"] == "deaths", "of_whom"].tolist() == ["not stated"]


def test_a_retracted_toll_is_a_fact_and_no_key_figure():
    story = load_dossier("kazakhstan-2022").as_of("2022-01-09")
    figures = find_key_figures(story)
    assert story.standing["r05"] == "retracted"
    assert numbers_of(figures, measure="deaths", of_whom="all") == []
    assert not any("r05" in ids for ids in figures["fact_ids"])
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


def read_rows(html: str) -> list[str]:
    """The words of each row of the tables."""
    rows = re.findall(r"<tr>(.*?)</tr>", html, re.DOTALL)
    return [read_words(row) for row in rows]


def test_the_article_beside_the_record(whole):
    passage = passages.comparison_table(whole)
    assert passage.text == (
        "9 pairs differ; 50 pairs cannot be compared; 35 pairs say the same; "
        "56 claims are not in the article; 32 claims are not in the record"
    )
    pairs, *alone = re.split("<details>(?=<summary><data)", passage.html)
    assert f"claim by claim: {passage.text} The article says" in read_words(pairs)
    header, *rows = read_rows(pairs)
    assert header == "The article says The record says Why"
    assert (
        "2,500 peacekeepers are deployed 2,500 people CSTO, Kazakhstan the outlet and Stanislav "
        "Zas, 6 January 2022 fact a23 · fact a37 The size of the force, by the decisions taken so "
        "far about 2,500 people CSTO, Kazakhstan Stanislav Zas, 6 January 2022 fact r12 Decided, "
        "as the man whom the article quotes said that day; the article has the same number on the "
        "ground"
    ) in rows
    assert '<td rowspan="5"' in pairs  # the article's claim stands once beside what differs
    assert [read_words(part.split("</summary>")[0]) for part in alone] == [
        "56 claims are not in the article",
        "32 claims are not in the record",
    ]
    assert [len(read_rows(part)) - 1 for part in alone] == [56, 32]
    # A verdict has a row of its own, and 37 tolls have one together.
    assert len(rows) == 10 + 49 - 36 + 35 + 3


def test_verdicts_come_in_order(whole):
    html = passages.comparison_table(whole).html
    verdicts = re.findall(r'scope="rowgroup"[^>]*>(.+)</th>', html)
    assert list(map(read_words, verdicts)) == [
        "9 pairs differ",
        "50 pairs cannot be compared",
        "35 pairs say the same",
    ]


def test_a_retracted_claim_is_named_so_in_the_comparison(whole):
    html = passages.comparison_table(whole.select(fact_id=["a01", "r05"])).html
    [row] = [row for row in read_rows(html) if "164 people" in row]
    assert "all, Kazakhstan retracted Health Ministry" in row


def test_a_number_of_nobody_named_and_all_tolls_are_one_sentence(whole):
    rows = read_rows(passages.comparison_table(whole).html)
    [toll] = [row for row in rows if row.startswith("37 more claims of the record on deaths")]
    assert toll.startswith(
        "37 more claims of the record on deaths, from 2 to 241 people, 15 of them superseded or "
        "withdrawn: none can be held against this one. Which they are fact r03 · fact r04"
    )
    assert toll.endswith("The article does not say of whom.")
    assert not [row for row in rows if "225 people" in row]


@pytest.mark.parametrize(
    "passage", [passages.comparison_table, passages.contradictions, passages.text_check]
)
def test_tables_can_be_scrolled_by_hand_and_links_have_a_target(whole, passage):
    html = passage(whole).html
    linked = re.findall(r'href="#fact-(\w+)"', html)
    assert set(linked) <= set(whole.facts["fact_id"])
    wrapped = re.findall(
        r'<div class="scroll" role="region" aria-label="[^"]+" tabindex="0"><table', html
    )
    assert len(wrapped) == html.count("<table")
    assert html.count("<caption>") == html.count("<table")
    assert " id=" not in html  # the facts' own table has the targets


def test_one_side_alone_is_said_in_one_line(story):
    passage = passages.comparison_table(story)
    assert '<p class="note untold">' in passage.html
    assert passage.text == ("There is nothing to compare: no fact here is of the record.")


def test_a_comparison_without_a_pair_has_its_counts_all_the_same(whole):
    passage = passages.comparison_table(whole.select(fact_id=["a41", "r14"]))
    assert '<table class="comparison"' not in passage.html
    assert "1 claim is not in the article; 1 claim is not in the record." in read_words(
        passage.html
    )


def test_contradictions_stand_side_by_side(whole):
    html = passages.contradictions(whole.as_of("2022-03-14")).html
    (row,) = [row for row in read_rows(html) if "238 people" in row]
    assert row == (
        "casualties All deaths across the country 230 people all, Kazakhstan Berik Asylov, "
        "Prosecutor General, 14 March 2022 fact r08 All deaths, those in custody counted in 238 "
        "people all, Kazakhstan Elvira Azimova, ombudswoman, 14 March 2022 fact r66 230 people "
        "against 238 people"
    )


def test_a_source_s_words_say_in_which_language_they_are(copy_dossier, edit_cells, story):
    folder = copy_dossier()
    edit_cells(folder, "sources", "article", language="zh")
    chinese = load_dossier(folder).from_sources("article")
    for spoken, attribute in ((chinese, ' lang="zh"'), (story, "")):
        quote = f"<q{attribute}>12 people have been killed</q>"
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


def test_what_was_settled_is_told_apart_with_its_day(whole):
    told, settled = passages.contradictions(whole).html.split("Settled since")
    assert "of 45 compared" not in told
    [row] = [row for row in read_rows(settled) if "fact r66" in row]
    ended = "one side was superseded or withdrawn on 5 May 2022"
    assert row.endswith(f"230 people against 238 people {ended}")
    assert "fact r66" not in told


def test_no_contradiction_is_said_in_one_line(story):
    text = (
        "No two speakers here give a number of the same thing, group, place and day, "
        "but where one replaces another: none are compared."
    )
    assert passages.contradictions(story).text == text


# The facts held against their texts

ABSENT = "The text of this source is not kept here: dossier verify holds the facts against it."


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


def test_open_and_wrong_points_lead(story):
    html = passages.caveats(story).html
    order = re.findall(r'href="#fact-(\w+)"', html)
    assert order[:6] == ["a23", "a37", "a44", "a34", "a01", "a55"]
    assert {"a09", "a36", "a55", "a01"} <= set(order)


def test_provenance_hashes_every_file(story):
    html = passages.provenance(story).html
    files = re.findall(r'<th scope="row">([^<]+)</th><td[^>]*><code>[0-9a-f]{64}<', html)
    assert {"kazakhstan-2022/facts.csv", "boundaries", "package helpers"} <= set(files)


def test_people_not_named_are_open_though_no_note_says_so(copy_dossier, edit_cells):
    folder = copy_dossier()
    edit_cells(folder, "facts", "a01", note="")
    html = passages.caveats(load_dossier(folder).from_sources("article")).html
    [unnamed] = [item for item in html.split("<li>") if 'href="#fact-a01"' in item]
    assert "Of whom it counts is not stated." in unnamed


def test_an_erratum_without_a_note_is_called_an_error(copy_dossier, edit_cells):
    folder = copy_dossier()
    edit_cells(folder, "facts", "a55", note="", of_whom="not stated")
    html = passages.caveats(load_dossier(folder).from_sources("article")).html
    [erratum] = [item for item in html.split("<li>") if 'href="#fact-a55"' in item]
    assert "An error in print." in erratum
    assert "Of whom" not in erratum


def test_what_was_withdrawn_or_is_contradicted_leads(whole):
    items = passages.caveats(whole.select(topic=["casualties", "legal basis"])).html.split("<li>")
    order = [re.search(r'href="#fact-(\w+)"', item)[1] for item in items[1:]]
    assert order[:6] == ["r05", "r51", "a12", "r20", "r95", "a01"]
    assert read_words(items[2]).startswith("Withdrawn since. Of the 164, those in Almaty (Health")
    assert "; against fact r20 , fact r95 )" in read_words(items[3])


def test_the_tables_behind_a_report_can_be_taken_along(whole):
    chosen = whole.from_sources("article").as_of("2022-01-06")
    html = passages.provenance(chosen).html
    links = re.findall(r'download="([^"]+)" href="data:[^;]+;charset=utf-8;base64,([^"]+)"', html)
    files = {name: b64decode(text).decode() for name, text in links}
    names = ("facts.csv", "places.csv", "sources.csv", "dossier.json")
    assert list(files) == [f"kazakhstan-2022-{name}" for name in names]
    facts = pd.read_csv(io.StringIO(files["kazakhstan-2022-facts.csv"]))
    assert facts["fact_id"].tolist() == chosen.facts["fact_id"].tolist()
    assert facts["value"].sum() == chosen.facts["value"].sum()
    data = json.loads(files["kazakhstan-2022-dossier.json"])
    assert data["as_of"] == "2022-01-06"
    assert [fact["statement"] for fact in data["facts"]] == chosen.facts["statement"].tolist()
    assert data["sources"][0]["source_id"] == "article"
    assert all(cell != "" for fact in data["facts"] for cell in fact.values())


def test_a_formula_is_harmless_in_the_table_and_as_typed_in_the_data(build_dossier):
    note = "-2 to +2; not counted"
    html = passages.provenance(build_dossier(TOLL | {"value": 1, "note": note})).html
    texts = [b64decode(text).decode() for text in re.findall(r'base64,([^"]+)', html)]
    assert f"'{note}" in texts[0]
    assert json.loads(texts[-1])["facts"][0]["note"] == note


def test_articles_alone_or_records_alone_are_held_against_the_text_too(story, build_dossier):
    assert "of the record" not in passages.text_check(story).text
    records = build_dossier(TOLL | {"value": 1})
    text = passages.text_check(records).text
    assert text == "1 fact of the record is not held against a text."


@pytest.mark.parametrize("passage", EVERY)
def test_right_to_left_words_are_isolated_in_every_element(right_to_left, passage):
    folder, words = right_to_left
    html = passage(load_dossier(folder)).html
    bare = re.sub(r"<bdi>.*?</bdi>|\u2068.*?\u2069", "", html)
    assert not [word for text in words for word in text.split() if word in bare and word != "CSTO"]


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
    assert f">\u2068{group}\u2069</text>" in figure.svg()
    assert f">said by \u2068{speaker}\u2069, 5 May 2031</text>" in figure.svg()


def test_the_page_tells_of_what_was_read(ferry):
    story = ferry()
    before = [passages.text_check(story).html, passages.provenance(story).html]
    (ferry.folder / "facts.csv").write_text("another")
    (ferry.folder / "sources" / "report.txt").write_text("another")
    assert [passages.text_check(story).html, passages.provenance(story).html] == before
