import pytest

from helpers.words import begin_sentence, compose, join, trace_fact, trace_rule
from helpers.words._traced import trace_note


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
    assert shown(trace_fact(text, ["a"])) == text
    assert shown(trace_note(text)) == text


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2,500", "2500"),
        ("1.5 million", "1500000"),
        ("two", "2"),
        ("-5", "-5"),
        ("1e+15", "1e+15"),
        ("doubled", "2"),
    ],
)
def test_a_number_stands_as_a_machine_reads_it(text, value):
    element = f'<data value="{value}" data-fact="a">{text}</data>'
    assert shown(trace_fact(f"({text})", ["a"])) == f"({element})"


def test_a_claim_s_number_names_all_its_facts_and_other_numbers_the_first():
    html = shown(trace_fact("12 people in 3 towns", ["a", "b"], "at least 12 people"))
    assert '<data value="12" data-fact="a b">' in html
    assert '<data value="3" data-fact="a">' in html


def test_a_year_and_one_are_numbers_where_the_claim_s_own_number_is_such():
    assert 'value="2022"' in shown(trace_fact("2022 seats", ["a"], "2,022 seats"))
    assert 'value="1"' in shown(trace_fact("One was hurt", ["a"], "1 people"))


def test_a_claim_s_own_reading_of_a_number_comes_first():
    assert 'value="1500000"' in shown(trace_fact("1.5 million", ["a"]))
    assert 'value="1.5"' in shown(trace_fact("1.5 million", ["a"], "1.5"))


def test_a_range_is_two_numbers():
    html = shown(trace_rule("from 31 to 44 people", "count"))
    assert html.count("<data ") == 2
    assert '<data value="44" data-rule="count">44</data> people' in html


def test_markup_in_a_text_or_an_id_is_text():
    html = shown(trace_fact("<b>12</b> & 'x'", ['"><i>']))
    assert "<b>" not in html
    assert "<i>" not in html
    assert "&lt;b&gt;<data " in html


def test_a_traced_text_is_plain_text_everywhere_else():
    text = trace_fact("<b> 12 & 'x'", ["a"])
    assert text == "<b> 12 & 'x'"
    assert f"{text}!" == "<b> 12 & 'x'!"


def test_parts_keep_where_their_numbers_come_from():
    text = compose("{}: {}", "<deaths>", join(" and ", [trace_fact("1.5", ["a"]), "2"]))
    assert text == "<deaths>: 1.5 and 2"
    assert shown(text) == '&lt;deaths&gt;: <data value="1.5" data-fact="a">1.5</data> and 2'


@pytest.mark.parametrize(
    ("text", "begun"), [("two days", "Two days"), ("'x'", "'x'"), ("", ""), ("12 men", "12 men")]
)
def test_a_sentence_begins_with_a_capital_letter(text, begun):
    sentence = begin_sentence(trace_rule(text, "days"))
    assert sentence == begun
    assert shown(sentence).count("<data ") == shown(trace_rule(text, "days")).count("<data ")
