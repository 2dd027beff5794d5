from decimal import Decimal

import pandas as pd
import pytest

from helpers.words import (
    format_count,
    format_date,
    format_list,
    format_number,
    format_quantity,
    isolate,
    isolate_whole,
    name_language,
    say_when,
)


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ("2022", "2022"),
        ("2022-01", "January 2022"),
        ("2022-01-06", "6 January 2022"),
        ("2016-02-20/2016-02-21", "20 to 21 February 2016"),
        ("2022-02-28/2022-03-03", "28 February to 3 March 2022"),
        ("2021-12-31/2022-01-01", "31 December 2021 to 1 January 2022"),
        ("2022-01/2022-03", "January to March 2022"),
        ("2021/2022", "2021 to 2022"),
        ("2022-01/2022-01-06", "January 2022 to 6 January 2022"),
        ("2022-01-06/2022-01-06", "6 January 2022"),
        ("", "not stated"),
        (float("nan"), "not stated"),
    ],
)
def test_format_date(day, words):
    assert format_date(day) == words


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ("2022-01-06", "on 6 January 2022"),
        ("2022-01", "in January 2022"),
        ("2022", "in 2022"),
        ("2022-01-04/2022-01-06", "over 4 to 6 January 2022"),
        ("2022-01/2022-03", "in January to March 2022"),
        ("", "on a day not stated"),
    ],
)
def test_say_when(day, words):
    assert say_when(day) == words


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("kk", "Kazakh"),
        ("fj", "Fijian"),
        ("zh-Hant", "Traditional Chinese"),
        ("kk-Latn", "Kazakh (Latn)"),
        ("xx", ""),
        ("und", ""),
        ("", ""),
    ],
)
def test_what_a_language_is_called(code, name):
    assert name_language(code) == name


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (12.0, "12"),
        (2500.0, "2,500"),
        (0.25, "0.25"),
        (1e12, "1 trillion"),
        (0.0, "0"),
        (1e300, "1E300"),
        (Decimal("123456789.12"), "123,456,789.12"),
        (Decimal("2.50"), "2.50"),
        (Decimal("7.0"), "7.0"),
        (Decimal("1E+6"), "1 million"),
        (14_700_000, "14.7 million"),
        (Decimal("1600000000"), "1.6 billion"),
        (2_244_380, "2,244,380"),
        (-1_234_000_000, "−1,234,000,000"),
        (Decimal("0.000001"), "0.000001"),
        (Decimal("0.1") + Decimal("0.2"), "0.3"),
    ],
)
def test_format_number(value, words):
    assert format_number(value) == words


def test_equal_numbers_keep_their_own_digits():
    numbers = [Decimal("8.50"), Decimal("8.5"), Decimal("8.500"), Decimal("9.0"), 9, Decimal(9)]
    assert list(map(format_number, numbers)) == ["8.50", "8.5", "8.500", "9.0", "9", "9"]


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"value": 12, "unit": "people"}, "12 people"),
        ({"value": 2, "unit": "times"}, "×2"),
        ({"value": 12, "unit": "people", "qualifier": "at least"}, "at least 12 people"),
        ({"value": 12, "low": 10, "high": 15, "unit": "people"}, "12 (10 to 15) people"),
        ({"low": 10, "high": 15, "unit": "people"}, "10 to 15 people"),
        ({"low": 10, "unit": "people"}, "at least 10 people"),
        ({"high": 15, "unit": "people"}, "up to 15 people"),
        ({"value": 100, "low": 90, "unit": "m"}, "100 (at least 90) m"),
        ({"value": 100, "high": 120, "unit": "m"}, "100 (up to 120) m"),
        ({"low": 5, "unit": "people", "qualifier": "at least"}, "at least 5 people"),
        ({"low": 5, "unit": "people", "qualifier": "more than"}, "more than 5 people"),
        ({"low": 5, "unit": "people", "qualifier": "about"}, "about at least 5 people"),
        ({"high": 5, "unit": "people", "qualifier": "up to"}, "up to 5 people"),
        ({"high": 5, "unit": "people", "qualifier": "less than"}, "less than 5 people"),
        ({"value": Decimal("123456789.12"), "unit": "USD"}, "123,456,789.12 USD"),
        ({}, "no number stated"),
    ],
)
def test_format_quantity(cells, words):
    empty = dict.fromkeys(("value", "low", "high", "unit", "qualifier"), float("nan"))
    empty["fact_id"] = "a"
    assert format_quantity(pd.Series(empty | cells, dtype=object)) == words


def test_format_list_and_count():
    assert format_list(["Russia", "Belarus", "Armenia"]) == "Russia, Belarus and Armenia"
    assert format_list([]) == "not stated"
    assert (format_count(1, "fact"), format_count(1200, "fact")) == ("1 fact", "1,200 facts")


@pytest.mark.parametrize(
    ("qualifier", "words"),
    [("at least", "at least ×2"), ("as printed", "×2"), ("about", "about ×2")],
)
def test_a_multiple_keeps_its_qualifier(qualifier, words):
    fact = {
        "fact_id": "a",
        "value": 2,
        "low": None,
        "high": None,
        "unit": "times",
        "qualifier": qualifier,
    }
    assert format_quantity(fact) == words


@pytest.mark.parametrize(
    ("text", "isolated"),
    [
        ("5 May, Жанаозен, ×2", "5 May, Жанаозен, ×2"),
        ("שר, 5 May", "[שר], 5 May"),
        ("said by שר הפנים (לשעבר), 5 May", "said by [שר הפנים (לשעבר]), 5 May"),
        ("א and ב", "[א] and [ב]"),
        ("ا 12 ب: 3", "[ا 12 ب]: 3"),
        ("٣ people", "٣ people"),
        ("&lt;ש&gt;<b>ש</b>", "&lt;[ש]&gt;<b>[ש]</b>"),
    ],
)
def test_right_to_left_words_are_isolated(text, isolated):
    marked = isolated.replace("[", "\u2068").replace("]", "\u2069")
    assert isolate(text) == marked
    assert isolate(marked) == marked


def test_a_known_text_is_isolated_as_a_whole():
    assert isolate("of ש CSTO ש!, 5 May", ["ש", "ש CSTO ש!"]) == "of \u2068ש CSTO ש!\u2069, 5 May"
    assert isolate_whole("ש (5)") == "\u2068ש (5)\u2069"
    assert isolate_whole("a (5)") == "a (5)"
    assert format_list(["א", "b", "ג"]) == "\u2068א\u2069, b and \u2068ג\u2069"
