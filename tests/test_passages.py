import re

import pytest

from helpers import passages
from helpers.charts import casualties
from helpers.dossier import load_dossier
from helpers.figure import Figure


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


EVERY = [
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


def test_markup_is_still_to_be_read(hostile):
    assert "&lt;img src=x&gt; statement" in passages.facts_table(hostile).html
    assert "&lt;img src=x&gt; asserted_by" in passages.key_figures(hostile).html


@pytest.mark.parametrize("passage", EVERY[:-1])
def test_nothing_stated_yet_is_said(story, passage):
    html = passage(story.as_of("2022-01-05")).html
    assert "Nothing had been stated by 2022-01-05: the first statement is of 2022-01-06." in html


def test_a_section_without_facts_says_so_in_one_line(story):
    shown = passages.show(casualties, story.select(topic="troops"))
    assert shown.text == "This dossier has no fact on casualties."
    assert isinstance(passages.show(casualties, story), Figure)


def test_key_figures_name_number_group_and_speaker(story):
    html = passages.key_figures(story).html
    cards = [re.sub(r"<[^>]+>|\s+", " ", card) for card in html.split("<li>")[1:]]
    words = [" ".join(card.split()) for card in cards]
    assert words[0] == "12 people deaths of whom: not stated the outlet, 6 January 2022 fact a01"
    assert words[1].startswith("2,500 people troops deployed of whom: CSTO the outlet and Stan")
    assert words[1].endswith("fact a23 · fact a37")
    assert any(card.startswith("×2 price of liquefied petroleum gas") for card in words)
    assert any(card.startswith("until 19 January 2022") for card in words)


def key_numbers(folder) -> list[float]:
    figures = passages.find_key_figures(load_dossier(folder).from_sources("article"))
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
    assert key_numbers(two_tolls(stated="2022-01-07", of_whom="police")) == [12, 2]


def test_a_month_counts_as_its_last_day(two_tolls):
    assert key_numbers(two_tolls(stated="2022-01")) == [2]


@pytest.mark.parametrize("relation", ["supersedes", "retracts"])
def test_a_replaced_claim_is_no_key_figure(two_tolls, relation):
    folder = two_tolls(stated="2022-01-06", replaces="a01", relation=relation)
    assert key_numbers(folder) == [2]


def test_every_fact_has_its_row_and_every_link_a_target(story):
    html = passages.facts_table(story).html
    rows = re.findall(r'<tr id="fact-(\w+)"', html)
    assert rows == story.facts["fact_id"].tolist()
    linked = passages.key_figures(story).html + passages.caveats(story).html
    assert set(re.findall(r'href="#fact-(\w+)"', linked)) <= set(rows)


def test_open_and_wrong_points_lead(story):
    html = passages.caveats(story).html
    order = re.findall(r'href="#fact-(\w+)"', html)
    assert order[:2] == ["a01", "a55"]
    assert {"a09", "a36", "a55", "a01"} <= set(order)


def test_provenance_hashes_every_file(story):
    html = passages.provenance(story).html
    files = re.findall(r'<th scope="row">([^<]+)</th><td[^>]*><code>[0-9a-f]{64}<', html)
    assert {"kazakhstan-2022/facts.csv", "boundaries/countries.parquet"} <= set(files)


def test_people_not_named_are_open_though_no_note_says_so(copy_dossier, edit_cells):
    folder = copy_dossier()
    edit_cells(folder, "facts", "a01", note="")
    html = passages.caveats(load_dossier(folder).from_sources("article")).html
    first = html.split("<li>")[1]
    assert "Of whom is not stated." in first
    assert 'href="#fact-a01"' in first
