import pytest

from helpers.numerals import states_number


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
    ],
)
def test_does_not_state_number(text, value, language):
    assert not states_number(text, value, language)
