import pytest

from helpers.numerals import find_foreign_digits, find_numbers, find_ordinals, states_number


@pytest.mark.parametrize(
    ("text", "value", "language"),
    [
        ("12 people have been killed", 12, "en"),
        ("2,500 peacekeeping forces", 2500, "en"),
        ("2\u202f500 soldats", 2500, "fr"),
        ("2 500 soldats", 2500, "fr"),
        ("2.500 Soldaten", 2500, "de"),
        ("12,5 Prozent", 12.5, "de"),
        ("12.5 percent", 12.5, "en"),
        ("two categorie", 2, "en"),
        ("two-fold increase", 2, "en"),
        ("a twofold increase", 2, "en"),
        ("prices doubled", 2, "en"),
        ("twenty-five villages", 25, "en"),
        ("two hundred and thirty-eight", 238, "en"),
        ("two thousand five hundred", 2500, "en"),
        ("1.5 million people", 1_500_000, "en"),
        ("three dozen houses", 36, "en"),
        ("until 19th", 19, "en"),
        ("5-kilometre front", 5, "en"),
        ("$60 a litre", 60, "en"),
        ("(12)", 12, "en"),
        ("a hundred and five", 105, "en"),
        ("a dozen people", 12, "en"),
        ("killed one hundred twenty thousand", 120_000, "en"),
        ("two million three hundred thousand and one", 2_300_001, "en"),
        ("Five men", 5, "en"),
        ("fell to -12 degrees", -12, "en"),
        ("fell to \u221212 degrees", -12, "en"),
        ("10-15 people", 15, "en"),
        ("1,00,000 rupees", 100_000, "en"),
        ("5 lakh people", 500_000, "en"),
        ("$1.2bn", 1.2e9, "en"),
        ("1.5 million people", 1.5, "en"),
        ("\u0663 people", 3, "ar"),
    ],
)
def test_states_number(text, value, language):
    assert states_number(text, value, language)


@pytest.mark.parametrize(
    ("text", "value", "language"),
    [
        ("112 people", 12, "en"),
        ("2,500 troops", 500, "en"),
        ("2,500 troops", 2.5, "en"),
        ("2,500 troops", 2, "en"),
        ("2.500 Soldaten", 2.5, "de"),
        ("twenty-five villages", 5, "en"),
        ("twenty-five villages", 20, "en"),
        ("B12 road", 12, "en"),
        ("someone was hurt", 1, "en"),
        ("the second article", 2, "en"),
        ("and so on", 0, "en"),
        ("dozens of people", 12, "en"),
        ("", 0, "en"),
        ("two and three", 5, "en"),
        ("five six-year-olds", 11, "en"),
        ("nineteen eighty-four", 103, "en"),
        ("the twenty-fifth village", 20, "en"),
        ("two-thirds of them", 2, "en"),
        ("half a million people", 1_000_000, "en"),
        ("a quarter of a million", 1_000_000, "en"),
        ("hundreds of people", 100, "en"),
        ("minutes 10-15", -15, "en"),
        ("1,2,3", 123, "en"),
        ("1,00,00", 10_000, "en"),
        ("9" * 400, 9, "en"),
    ],
)
def test_does_not_state_number(text, value, language):
    assert not states_number(text, value, language)


def test_finds_where_a_number_stands():
    text = "In 2022, 1.5 million and twenty-five"
    found = {text[start:end]: value for start, end, value in find_numbers(text)}
    assert found == {"2022": 2022, "1.5": 1.5, "1.5 million": 1.5e6, "twenty-five": 25}


def test_finds_ordinals():
    text = "The second article, the Twenty-First day, the sixtieth; two seconds, firstly"
    assert list(find_ordinals(text)) == [2, 21, 60]


@pytest.mark.parametrize(
    ("text", "known", "foreign"),
    [
        ("340 people died", {34}, ["340"]),
        ("34 people died, 5 of them at sea", {34}, ["5"]),
        ("Two people died", set(), []),
        ("2 500 people", {2500}, []),
        ("2 500 people", {2, 500}, []),
        ("2 340 people", {2}, ["340"]),
        ("1.5 million people", {1.5}, []),
        ("1.5 million people", {1_500_000}, []),
        ("10-15 boats", {10, 15}, []),
        ("a fall of 5", {-5}, []),
        ("flight MH17", set(), []),
    ],
)
def test_finds_the_digits_that_are_foreign(text, known, foreign):
    assert list(find_foreign_digits(text, known, ["en"])) == foreign


def test_a_number_that_one_of_the_languages_knows_is_not_foreign():
    assert list(find_foreign_digits("2.500 people", {2500}, ["en", "de"])) == []
    assert list(find_foreign_digits("2.500 people", {2500}, ["en"])) == ["2.500"]
