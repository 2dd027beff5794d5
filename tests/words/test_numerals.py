import pytest

from helpers.words import (
    find_foreign_digits,
    find_numbers,
    find_ordinals,
    find_unread,
    states_number,
)


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
        ("\u0663 people", 3, "ar"),
        ("٢٬٥٠٠ people", 2500, "ar"),
        ("२,५०० people", 2500, "hi"),
        ("死者12名", 12, "ja"),
        ("12人", 12, "zh"),
        ("사망자12명", 12, "ko"),
        ("Rs2,500", 2500, "en"),
        ("N5,000", 5000, "en"),
        ("RM50", 50, "en"),
        ("EUR2.500", 2500, "de"),
        ("£2m", 2e6, "en"),
        ("1.2m people", 1.2e6, "en"),
        ("5k people", 5000, "en"),
        ("2\u2007500 soldats", 2500, "fr"),
        ("2 500,5 tonnes", 2500.5, "fr"),
        ("2'500 Soldaten", 2500, "de"),
        ("12,5 %", 12.5, "fr"),
        ("2,500 soldados", 2500, "es-MX"),
        ("2½", 2.5, "en"),
        ("2½ million", 2.5e6, "en"),
        ("½", 0.5, "en"),
        ("1/2", 0.5, "en"),
        ("1 1/2", 1.5, "en"),
        ("12–15", 12, "en"),
        ("12–15", 15, "en"),
        ("2-3 million", 2e6, "en"),
        ("two to three million", 2e6, "en"),
        ("minus twelve degrees", -12, "en"),
        ("two and a half million", 2.5e6, "en"),
        ("a million and a half", 1.5e6, "en"),
        ("half a million people", 500_000, "en"),
        ("two thousand million", 2e9, "en"),
        ("2 million three hundred thousand", 2.3e6, "en"),
        ("zero", 0, "en"),
        ("deux", 2, "fr"),
        ("vingt et un", 21, "fr"),
        ("quatre-vingt-dix-sept morts", 97, "fr"),
        ("mille neuf cent quatre-vingt-quatre", 1984, "fr"),
        ("deux millions et demi", 2.5e6, "fr"),
        ("un demi-million", 500_000, "fr"),
        ("une douzaine", 12, "fr"),
        ("2,5 millions", 2.5e6, "fr"),
        ("zwölf", 12, "de"),
        ("zweitausendfünfhundert", 2500, "de"),
        ("2,5 Millionen", 2.5e6, "de"),
        ("zweieinhalb Millionen", 2.5e6, "de"),
        ("eine halbe Million", 500_000, "de"),
        ("zweifach", 2, "de"),
        ("doce", 12, "es"),
        ("veintiún", 21, "es"),
        ("dos mil quinientos", 2500, "es"),
        ("dos millones y medio", 2.5e6, "es"),
        ("medio millón", 500_000, "es"),
        ("двенадцать", 12, "ru"),
        ("двести тридцать восемь", 238, "ru"),
        ("12 тысяч", 12_000, "ru"),
        ("12 тысяч пятьсот", 12_500, "ru"),
        ("2,5 млн", 2.5e6, "ru"),
        ("два с половиной миллиона", 2.5e6, "ru"),
        ("полтора миллиона", 1.5e6, "ru"),
        ("полмиллиона", 500_000, "ru"),
        ("тысяча человек", 1000, "ru"),
        ("он екі", 12, "kk"),
        ("екі жүз отыз сегіз", 238, "kk"),
        ("12 мың", 12_000, "kk"),
        ("екі жарым миллион", 2.5e6, "kk"),
        ("жарты миллион", 500_000, "kk"),
    ],
)
def test_states_number(text, value, language):
    assert states_number(text, value, language)


@pytest.mark.parametrize(
    ("text", "value", "language"),
    [
        ("112 people", 12, "en"),
        ("1.5 million people", 1.5, "en"),
        ("2,5 Millionen", 2.5, "de"),
        ("5k people", 5, "en"),
        ("the 12th village", 12, "en"),
        ("le 12e village", 12, "fr"),
        ("la 1re fois", 1, "fr"),
        ("el 12º pueblo", 12, "es"),
        ("12-й посёлок", 12, "ru"),
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
        ("No one was hurt", 1, "en"),
        ("not one person", 1, "en"),
        ("two and a half million", 2, "en"),
        ("2½", 2, "en"),
        ("1/2", 1, "en"),
        ("9/11", 9, "en"),
        ("12:30", 12, "en"),
        ("2\u2007500", 2, "en"),
        ("2 500", 2, "en"),
        ("٢٬٥٠٠", 2, "ar"),
        ("1.2万", 1.2, "ja"),
        ("N7", 7, "en"),
        ("minus 12", 12, "en"),
        ("nineteen eighty-four", 19, "en"),
        ("two thirds", 2, "en"),
        ("twenty-odd", 20, "en"),
        ("millions of people", 1e6, "en"),
        ("douze pour cent", 100, "fr"),
        ("l’un des morts", 1, "fr"),
        ("quelqu'un", 1, "fr"),
        ("au moins 12", -12, "fr"),
        ("deuxième", 2, "fr"),
        ("trois quarts", 3, "fr"),
        ("2 tiers", 2, "fr"),
        ("millions de gens", 1e6, "fr"),
        ("zwölfte", 12, "de"),
        ("zwei Drittel", 2, "de"),
        ("miles de personas", 1000, "es"),
        ("dos tercios", 2, "es"),
        ("второй", 2, "ru"),
        ("две трети", 2, "ru"),
        ("тысячи людей", 1000, "ru"),
    ],
)
def test_does_not_state_number(text, value, language):
    assert not states_number(text, value, language)


@pytest.mark.parametrize(
    ("text", "language", "unread"),
    [
        ("two thirds of 12", "en", ["two thirds"]),
        ("nineteen eighty-four", "en", ["nineteen eighty-four"]),
        ("12:30", "en", ["12:30"]),
        ("1.2万", "en", ["1.2"]),
        ("dwanaście, 12", "pl", ["dwanaście"]),
        ("12 people of 2½ million, half a million", "en", []),
        ("12 blessés graves", "fr", []),
        ("12 получили ранения", "ru", []),
        ("until the 19th", "en", []),
    ],
)
def test_finds_what_may_be_a_number_and_is_not_read(text, language, unread):
    assert [text[start:end] for start, end in find_unread(text, language)] == unread


def test_finds_where_a_number_stands():
    text = "In 2022, 1.5 million and twenty-five"
    found = {text[start:end]: value for start, end, value in find_numbers(text)}
    assert found == {"2022": 2022, "1.5 million": 1.5e6, "twenty-five": 25}


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
        ("1.5 million people", {1.5}, ["1.5 million"]),
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
