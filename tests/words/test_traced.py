from decimal import Decimal

import pytest

from helpers.words import (
    begin_sentence,
    compose,
    format_count,
    format_fact,
    format_list,
    format_quantity,
    join,
    says_words,
    spell_count,
    strip_stop,
    trace_number,
    trace_text,
)


def shown(text: str) -> str:
    """The text as a page holds it."""
    return str(text.__html__())


@pytest.mark.parametrize(
    "text",
    [
        "on 6 January 2022",
        "from 2 to 19 January",
        "the 6th and 7th of January",
        "January 5, 2022",
        "since January 2022",
        "2022-01-06",
        "in 2021",
        "until 00:00",
        "in paragraph 6",
        "its SHA-256",
        "fact r05",
        "one of the sites",
        "about four fifths",
        "https://example.org/2022/01/10/4711",
        "a" * 32 + "1" * 32,
    ],
)
def test_what_is_no_amount_stays_as_it_is(text):
    assert shown(trace_text(text, facts=["a"])) == text
    assert shown(trace_text(text, rule="table")) == text


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2,500", "2500"),
        ("1.5 million", "1500000"),
        ("two", "2"),
        ("-5", "-5"),
        ("doubled", "2"),
    ],
)
def test_a_number_stands_as_a_machine_reads_it(text, value):
    element = f'<data value="{value}" data-fact="a">{text}</data>'
    assert shown(trace_text(f"({text})", facts=["a"])) == f"({element})"


def test_a_claim_s_number_names_all_its_facts_and_other_numbers_the_first():
    html = shown(trace_text("12 people in 3 towns", facts=["a", "b"], own=[12]))
    assert '<data value="12" data-fact="a b">' in html
    assert '<data value="3" data-fact="a">' in html


def test_a_year_and_one_are_numbers_where_the_claim_s_own_number_is_such():
    assert 'value="2022"' in shown(trace_text("2022 seats", facts=["a"], own=[2022]))
    assert 'value="1"' in shown(trace_text("One was hurt", facts=["a"], own=[Decimal(1)]))


def test_a_claim_s_own_reading_of_a_number_comes_first():
    for own in (2, 2_000_000):
        assert f'value="{own}"' in shown(trace_text("2 to 3 million", facts=["a"], own=[own]))


def test_what_could_be_a_day_is_a_number_where_the_claim_states_it():
    assert 'value="44"' in shown(trace_text("In January 44 people died", facts=["a"]))
    assert "<data" not in shown(trace_text("On January 12 people died", facts=["a"], own=[7]))
    assert 'value="12"' in shown(trace_text("In January 12 people died", facts=["a"], own=[12]))
    on_the_day = shown(trace_text("On 12 January 12 people died", facts=["a"], own=[12]))
    assert on_the_day.startswith("On 12 January <data ")


@pytest.mark.parametrize(
    ("value", "printed"),
    [
        (Decimal("123456789.12"), "123,456,789.12"),
        (Decimal("2.50"), "2.50"),
        (Decimal("0.1") + Decimal("0.2"), "0.3"),
        (12.0, "12"),
    ],
)
def test_a_number_has_all_its_digits_and_leads_to_its_facts(value, printed):
    html = shown(trace_number(value, facts=["a", "b"]))
    machine = printed.replace(",", "")
    assert html == f'<data value="{machine}" data-fact="a b">{printed}</data>'


def test_how_many_there_are_is_counted():
    assert shown(format_count(1, "fact")) == '<data value="1" data-rule="count">1</data> fact'
    assert format_count(1200, "fact") == "1,200 facts"
    assert shown(spell_count(2, "day")) == '<data value="2" data-rule="count">two</data> days'
    assert spell_count(12, "day") == "12 days"


def test_a_list_keeps_where_its_numbers_come_from():
    html = shown(format_list([trace_number(3, facts=["a"]), "<b>", "c"]))
    assert html == '<data value="3" data-fact="a">3</data>, &lt;b&gt; and c'


def test_what_is_put_together_keeps_its_origin():
    text = "of " + trace_number(3, facts=["a"]) + " & more"
    assert text == "of 3 & more"
    assert shown(text) == 'of <data value="3" data-fact="a">3</data> &amp; more'


def test_markup_in_a_text_or_an_id_is_text():
    html = shown(trace_text("<b>12</b> & 'x'", facts=['"><i>']))
    assert "<b>" not in html
    assert "<i>" not in html
    assert "&lt;b&gt;<data " in html


def test_a_traced_text_is_plain_text_everywhere_else():
    text = trace_text("<b> 12 & 'x'", facts=["a"])
    assert text == "<b> 12 & 'x'"
    assert f"{text}!" == "<b> 12 & 'x'!"


def test_parts_keep_where_their_numbers_come_from():
    text = compose("{}: {}", "<deaths>", join(" and ", [trace_text("1.5", facts=["a"]), "2"]))
    assert text == "<deaths>: 1.5 and 2"
    assert shown(text) == '&lt;deaths&gt;: <data value="1.5" data-fact="a">1.5</data> and 2'


@pytest.mark.parametrize(
    ("text", "begun"), [("two days", "Two days"), ("'x'", "'x'"), ("", ""), ("12 men", "12 men")]
)
def test_a_sentence_begins_with_a_capital_letter(text, begun):
    sentence = begin_sentence(trace_text(text, rule="days"))
    assert sentence == begun
    assert shown(sentence).count("<data ") == shown(trace_text(text, rule="days")).count("<data ")


@pytest.mark.parametrize(
    ("unit", "one"),
    [
        ("seats", "seat"),
        ("people", "person"),
        ("people aboard", "person aboard"),
        ("women", "woman"),
        ("children", "child"),
        ("families", "family"),
        ("countries in Africa", "country in Africa"),
        ("churches", "church"),
        ("houses", "house"),
        ("boxes", "box"),
        ("buses", "bus"),
        ("areas", "area"),
        ("ties", "tie"),
        ("euros a year", "euro a year"),
        ("million votes", "million votes"),
        ("thousand people", "thousand people"),
        ("degrees Celsius", "degree Celsius"),
        ("pounds sterling", "pound sterling"),
        ("cubic metres", "cubic metre"),
        ("tonnes of gas", "tonne of gas"),
        ("GPs", "GP"),
        ("percent", "percent"),
        ("aircraft", "aircraft"),
        ("species", "species"),
        ("virus", "virus"),
        ("°C", "°C"),
    ],
)
def test_one_of_a_thing_is_not_told_as_many(unit, one):
    claim = {"fact_id": "f1", "qualifier": None, "unit": unit, "low": None, "high": None}
    assert format_quantity(claim | {"value": 1}) == f"1 {one}"
    assert format_quantity(claim | {"value": 1, "high": 2}) == f"1 (up to 2) {unit}"
    assert format_quantity(claim | {"value": 0}) == f"0 {unit}"


@pytest.mark.parametrize(
    ("sentence", "bare"),
    [
        ("All leave.", "All leave"),
        ("At 3 p.m.", "At 3 p.m."),
        ("And so on...", "And so on..."),
        ("In 2031.", "In 2031"),
        ("Who?", "Who?"),
    ],
)
def test_a_sentence_within_another_has_no_full_stop_of_its_own(sentence, bare):
    assert strip_stop(sentence) == bare


def fact(statement: str, **cells) -> dict:
    empty = dict.fromkeys(["value", "low", "high", "unit", "qualifier", "date", "measure"])
    return empty | {"fact_id": "f1", "statement": statement} | cells


@pytest.mark.parametrize(
    ("statement", "cells", "told"),
    [
        ("A plant is to close", {"qualifier": "conditional"}, "A plant is to close (conditional)"),
        (
            "Up to 600 jobs may go",
            {"qualifier": "conditional", "value": 600, "unit": "jobs"},
            "Up to 600 jobs may go (conditional)",
        ),
        (
            "Jobs may go",
            {"qualifier": "conditional", "value": 600, "unit": "jobs"},
            "Jobs may go: 600 (conditional)",
        ),
        (
            "Schools are shut",
            {"qualifier": "until", "date": "2033-05-31"},
            "Schools are shut (until 31 May 2033)",
        ),
        (
            "Schools are shut until 31 May",
            {"qualifier": "until", "date": "2033-05-31"},
            "Schools are shut until 31 May",
        ),
        (
            "They stay until they are free",
            {"qualifier": "until", "date": "2033"},
            "They stay until they are free (until 2033)",
        ),
        ("Schools are shut", {"qualifier": "until"}, "Schools are shut"),
    ],
)
def test_a_fact_says_what_is_conditional_and_until_when(statement, cells, told):
    assert format_fact(fact(statement, **cells)) == told


def test_words_stand_in_a_text_as_whole_words():
    assert says_words("All of the Men", "the men")
    assert not says_words("Women killed", "men")
    assert not says_words("Women killed", "")
