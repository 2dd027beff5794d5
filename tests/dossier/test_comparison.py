"""The article held against the record, and claims that contradict one another."""

import csv
import io

import pytest

from helpers.dossier import PLACES, VERDICTS, compare_claims, compare_sources, load_dossier
from helpers.dossier.schema import FACTS, SOURCES
from helpers.errors import NoFactsError
from helpers.files import write_whole

NUMBER = {"topic": "casualties", "measure": "deaths", "unit": "people", "of_whom": "sailors"}


@pytest.fixture(scope="module")
def story():
    return load_dossier("kazakhstan-2022")


@pytest.fixture
def build(tmp_path):
    """Load a dossier of an article's facts (a1, ...) and facts of two records (b1, ...; c1, ...).

    A fact is a dict of cells; what it leaves out is a toll among sailors, said on 4 May 2031.
    """

    def write(table, rows):
        text = io.StringIO()
        writer = csv.DictWriter(text, table.names)
        writer.writeheader()
        writer.writerows(rows)
        write_whole(tmp_path / "made-up" / table.file, text.getvalue())

    def complete(source, letter, facts):
        usual = {"statement": "The toll", "stated": "2031-05-04", "date": "2031-05-04"}
        usual |= {"asserted_by": f"the {source}", "source_id": source} | NUMBER
        if source == "article":
            usual |= {"paragraph": 1}
        for number, cells in enumerate(facts, start=1):
            fact = usual | {"fact_id": f"{letter}{number}"} | cells
            if source == "article":
                fact["anchor"] = f"{fact.get('value', 'some')} died"
            yield fact

    def build(article=(), record=(), other=()):
        sides = {"article": ("a", article), "record": ("b", record), "other": ("c", other)}
        facts = [f for name, (letter, some) in sides.items() for f in complete(name, letter, some)]
        write(FACTS, facts)
        places = {"kind": "city", "latitude": 1, "longitude": 2, "precision_km": 1}
        places |= {"coordinate_source": "made up"}
        write(PLACES, [{"place_id": n, "name": n} | places for n in ("port", "bay")])
        usual = {"title": "Storm", "publisher": "Post", "language": "en"}
        kinds = {"article": "article", "record": "record", "other": "record"}
        write(SOURCES, [{"source_id": n, "kind": kind} | usual for n, kind in kinds.items()])
        return load_dossier(tmp_path / "made-up")

    return build


def list_pairs(dossier) -> list[tuple]:
    found = compare_sources(dossier)
    return [
        (*row["article_ids"], "|", *row["record_ids"], row["verdict"])
        for _, row in found.iterrows()
    ]


def only_row(dossier):
    (_, row), *rest = compare_sources(dossier).iterrows()
    assert rest == []
    return row["verdict"], row["why"]


# The rule for numbers


@pytest.mark.parametrize(
    ("record", "verdict", "why"),
    [
        ({"value": 12}, "same", "Stated on 4 May 2031, the same day"),
        ({"value": 12, "qualifier": "as printed"}, "same", "Stated on 4 May 2031, the same day"),
        (
            {"value": 12, "stated": "2031-05-08"},
            "same",
            "Stated on 8 May 2031, 4 days later",
        ),
        ({"value": 12, "stated": "2031-05-03"}, "same", "Stated on 3 May 2031, 1 day earlier"),
        ({"value": 12, "stated": "2031-06"}, "same", "Stated in June 2031"),
        (
            {"value": 14, "stated": "2031-05-08"},
            "differs",
            "12 people against 14 people; stated on 8 May 2031, 4 days later",
        ),
        (
            {"value": 12, "qualifier": "at least"},
            "cannot be compared",
            "Both may hold: 12 people against at least 12 people; "
            "stated on 4 May 2031, the same day",
        ),
        (
            {"low": 10, "high": 12},
            "cannot be compared",
            "Both may hold: 12 people against 10 to 12 people; stated on 4 May 2031, the same day",
        ),
        (
            {"value": 12, "of_whom": "police"},
            "cannot be compared",
            "The article counts 'sailors'; the record counts 'police'",
        ),
        (
            {"value": 14, "of_whom": "not stated"},
            "cannot be compared",
            "The article counts 'sailors'; the record does not say of whom",
        ),
    ],
)
def test_two_numbers_of_the_same_thing(build, record, verdict, why):
    assert only_row(build([{"value": 12}], [record])) == (verdict, why)


def test_two_numbers_of_nobody_named(build):
    nobody = {"value": 12, "of_whom": "not stated"}
    assert only_row(build([nobody], [nobody])) == ("cannot be compared", "Neither says of whom")


def test_numbers_of_two_places_are_not_compared(build):
    dossier = build([{"value": 12, "place_id": "port"}], [{"value": 12, "place_id": "bay"}])
    assert only_row(dossier) == (
        "cannot be compared",
        "The numbers are of different places",
    )


@pytest.mark.parametrize("other", [{"measure": "hurt"}, {"topic": "event"}])
def test_numbers_of_other_things_are_no_pair(build, other):
    assert list_pairs(build([{"value": 12}], [{"value": 12} | other])) == [
        ("|", "b1", "not in the article"),
        ("a1", "|", "not in the record"),
    ]


def test_facts_that_state_the_same_are_one_claim(build):
    dossier = build([{"value": 12}, {"value": 12}], [{"value": 12}], [{"value": 12}])
    assert list_pairs(dossier) == [("a1", "a2", "|", "b1", "c1", "same")]


def test_every_pair_has_its_row(build):
    dossier = build([{"value": 12}, {"value": 2, "of_whom": "guests"}], [{"value": 12}])
    assert list_pairs(dossier) == [
        ("a2", "|", "b1", "cannot be compared"),
        ("a1", "|", "b1", "same"),
    ]


# What a person found


def test_what_a_person_found_counts_first(build):
    mark = {"compared_with": "a1", "comparison": "cannot be compared", "note": "Another ship"}
    dossier = build([{"value": 12}], [{"value": 14} | mark])
    assert only_row(dossier) == ("cannot be compared", "Another ship")


def test_a_person_compares_words_too(build):
    words = {"topic": "event", "measure": "", "unit": "", "of_whom": ""}
    mark = {"compared_with": "a1", "comparison": "differs", "stated": "2031-05-05"}
    assert only_row(build([words], [words | mark])) == (
        "differs",
        "Stated on 5 May 2031, 1 day later",
    )


def test_the_articles_fact_may_name_the_records(build):
    words = {"topic": "event", "measure": "", "unit": "", "of_whom": ""}
    mark = {"compared_with": "b1", "comparison": "same", "note": "Misprinted"}
    assert only_row(build([words | mark], [words])) == (
        "same",
        "Stated on 4 May 2031, the same day",  # the article's note is on the article
    )


def test_a_fact_that_is_not_at_hand_is_no_counterpart(build):
    words = {"topic": "event", "measure": "", "unit": "", "of_whom": ""}
    mark = {"compared_with": "c1", "comparison": "same"}
    dossier = build([words | mark], [words], [words | {"stated": "2031-06-01"}])
    assert list_pairs(dossier.as_of("2031-05-31")) == [
        ("|", "b1", "not in the article"),
        ("a1", "|", "not in the record"),
    ]


@pytest.mark.parametrize(
    ("relation", "standing"), [("retracts", "retracted"), ("supersedes", "superseded")]
)
def test_what_no_longer_stands_is_kept_with_its_standing(build, relation, standing):
    later = {"value": 12, "replaces": "b1", "relation": relation, "stated": "2031-05-05"}
    found = compare_sources(build([{"value": 12}], [{"value": 14}, later]))
    rows = found[["verdict", "record_standing", "article_standing"]].to_numpy().tolist()
    assert rows == [["differs", standing, "stands"], ["same", "stands", "stands"]]


def test_what_stands_and_what_does_not_are_two_claims(build):
    later = {"value": 15, "replaces": "b1", "relation": "supersedes"}
    dossier = build([{"value": 12}], [{"value": 14}, later], [{"value": 14}])
    found = compare_sources(dossier)
    assert found["record_ids"].to_list() == [["b1"], ["b2"], ["c1"]]
    assert found["record_standing"].to_list() == ["superseded", "stands", "stands"]


@pytest.mark.parametrize(
    ("side", "message"),
    [
        ("article", "There is nothing to compare: no fact here is of the record."),
        ("record", "There is nothing to compare: no fact here is of an article."),
    ],
)
def test_one_side_alone_cannot_be_compared(story, side, message):
    with pytest.raises(NoFactsError) as error:
        compare_sources(story.from_sources(side))
    assert str(error.value) == message


def test_before_the_article_there_is_nothing_to_compare(story):
    with pytest.raises(NoFactsError) as error:
        compare_sources(story.as_of("2022-01-05"))
    assert str(error.value) == (
        "There is nothing to compare: no fact here is of an article, as of 5 January 2022."
    )
    with pytest.raises(NoFactsError, match=r"^Nothing had been stated by 2021"):
        compare_sources(story.as_of("2021"))


# Contradictions


def list_contradictions(dossier, settled: str = "") -> list[tuple]:
    found = compare_claims(dossier)
    found = found[found["verdict"].eq("differs") & found["settled"].eq(settled)]
    return [(*row["first_ids"], "|", *row["second_ids"], row["why"]) for _, row in found.iterrows()]


def test_two_numbers_of_one_day_contradict_one_another(build):
    dossier = build([], [{"value": 12}], [{"value": 14}])
    assert list_contradictions(dossier) == [("b1", "|", "c1", "12 people against 14 people")]


def test_two_speakers_of_one_source_may_contradict_one_another(build):
    dossier = build([], [{"value": 12}, {"value": 14, "asserted_by": "the mayor"}])
    assert list_contradictions(dossier) == [("b1", "|", "b2", "12 people against 14 people")]


def test_three_numbers_are_three_pairs_and_none_is_an_average(build):
    dossier = build([{"value": 12}], [{"value": 13}], [{"value": 14}])
    assert [pair[:-1] for pair in list_contradictions(dossier)] == [
        ("a1", "|", "b1"),
        ("a1", "|", "c1"),
        ("b1", "|", "c1"),
    ]


@pytest.mark.parametrize(
    "other",
    [
        {"value": 12},
        {"value": 14, "date": "2031-05-05"},
        {"value": 14, "date": ""},
        {"value": 14, "of_whom": "police"},
        {"value": 14, "place_id": "bay"},
        {"value": 14, "measure": "hurt"},
        {"value": 14, "source_id": "record", "asserted_by": "the record"},
    ],
)
def test_what_is_no_contradiction(build, other):
    assert list_contradictions(build([], [{"value": 12}], [other])) == []


def test_whether_two_numbers_of_nobody_named_differ_is_not_known(build):
    nobody = {"of_whom": "not stated"}
    assert list_contradictions(build([], [nobody | {"value": 1}], [nobody | {"value": 2}])) == []


def test_a_claim_that_no_longer_stands_contradicts_nothing(build):
    gone = {"topic": "erratum", "replaces": "b1", "relation": "retracts", "value": ""}
    assert list_contradictions(build([], [{"value": 12}, gone], [{"value": 14}])) == []


def test_what_no_longer_stands_is_settled_from_that_day_on(build):
    later = {"value": 14, "stated": "2031-05-09", "replaces": "b1", "relation": "supersedes"}
    dossier = build([], [{"value": 12}, later], [{"value": 14}])
    pair = ("b1", "|", "c1", "12 people against 14 people")
    assert list_contradictions(dossier, settled="2031-05-09") == [pair]
    assert list_contradictions(dossier) == []
    assert list_contradictions(dossier.as_of("2031-05-08")) == [pair]


def test_a_toll_that_grows_contradicts_no_earlier_one(build):
    second = {"value": 13, "replaces": "b1", "relation": "supersedes"}
    third = {"value": 14, "replaces": "c1", "relation": "supersedes", "source_id": "record"}
    dossier = build([], [{"value": 12}], [second])
    assert compare_claims(dossier).empty
    dossier = build([], [{"value": 12}, third], [second])
    assert compare_claims(dossier).empty


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"value": 12}, {"value": 14, "qualifier": "up to"}),
        ({"value": 12}, {"value": 10, "qualifier": "at least"}),
        ({"value": 12}, {"low": 10, "high": 12}),
        ({"low": 10}, {"high": 10}),
        ({"value": 20, "qualifier": "about"}, {"value": 19}),
        ({"value": 4200, "qualifier": "about"}, {"value": 4150}),
        ({"value": 300, "qualifier": "estimated"}, {"value": 281}),
        ({"value": 90, "qualifier": "almost"}, {"value": 81}),
        ({"value": -90, "qualifier": "almost", "unit": "m"}, {"value": -85, "unit": "m"}),
    ],
)
def test_numbers_that_can_both_hold_do_not_contradict(build, one, other):
    [verdict] = compare_claims(build([], [one], [other]))["verdict"]
    assert verdict == "may agree"


@pytest.mark.parametrize("other", [17, 23, 4200])
def test_what_is_not_that_number_when_it_is_rounded_contradicts_about_it(build, other):
    about = {"value": 20, "qualifier": "about"}
    [verdict] = compare_claims(build([], [about], [{"value": other}]))["verdict"]
    assert verdict == "differs"


@pytest.mark.parametrize("other", [{"value": 71}, {"value": 91}, {"high": 80}])
def test_what_is_far_below_or_above_contradicts_almost_a_number(build, other):
    almost = {"value": 90, "qualifier": "almost"}
    [verdict] = compare_claims(build([], [almost], [other]))["verdict"]
    assert verdict == "differs"


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        ({"date": ""}, "For want of a date"),
        ({"of_whom": "not stated"}, "For want of a group"),
        ({"date": "", "of_whom": "not stated"}, "For want of a date and a group"),
    ],
)
def test_what_has_no_date_or_group_cannot_be_compared(build, cells, why):
    found = compare_claims(build([], [{"value": 12}], [{"value": 14} | cells]))
    assert found[["verdict", "why"]].to_numpy().tolist() == [["cannot be compared", why]]


@pytest.mark.parametrize("known", [{"date": "2031-05-05"}, {"place_id": "bay"}, {"measure": "x"}])
def test_what_is_of_another_day_or_place_is_no_pair_for_want_of_a_group(build, known):
    nobody = {"value": 14, "of_whom": "not stated"}
    assert compare_claims(build([], [{"value": 12}], [nobody | known])).empty


@pytest.mark.parametrize("date", ["", "2031-05-04"])
def test_claims_beyond_a_bound_are_left_out_and_that_is_told(build, monkeypatch, date):
    several = [{"value": 10 + n, "date": date, "asserted_by": f"speaker {n}"} for n in range(5)]
    dossier = build([], several)
    found = compare_claims(dossier)
    assert (len(found), found.attrs["is_cut"]) == (10, False)
    monkeypatch.setattr("helpers.dossier._comparison._MOST_PAIRS", 10)
    found = compare_claims(dossier)
    assert (len(found), found.attrs["is_cut"]) == (7, True)


def test_what_a_person_found_to_differ_is_a_contradiction(build):
    mark = {"compared_with": "a1", "comparison": "differs", "note": "Before noon"}
    dossier = build([{"value": 12}], [{"value": 14, "date": "2031-05-09"} | mark])
    assert list_contradictions(dossier) == [("a1", "|", "b1", "Before noon")]


def test_no_fact_has_no_contradiction(story):
    assert list_contradictions(story.as_of("2021")) == []


# The story that ships


@pytest.fixture(scope="module")
def pairs(story):
    """Verdict and reason for each pair of facts of the story."""
    found = compare_sources(story)
    return {
        (one, other): (row["verdict"], row["why"])
        for _, row in found.iterrows()
        for one in row["article_ids"] or [None]
        for other in row["record_ids"] or [None]
    }


def test_every_fact_of_the_story_has_its_place(story, pairs):
    named = {fact_id for pair in pairs for fact_id in pair if fact_id}
    assert named == set(story.facts["fact_id"])


def test_verdicts_come_in_their_order(story):
    found = compare_sources(story)
    ranks = found["verdict"].map(VERDICTS.index)
    assert ranks.is_monotonic_increasing
    assert set(found["verdict"]) == set(VERDICTS)


@pytest.mark.parametrize(
    ("article", "record", "verdict"),
    [
        ("a34", "r18", "same"),
        ("a34", "r83", "differs"),
        ("a12", "r20", "differs"),
        ("a12", "r95", "differs"),
        ("a12", "r92", "same"),
        ("a13", "r92", "same"),
        ("a44", "r19", "differs"),
        ("a37", "r13", "differs"),
        ("a37", "r82", "cannot be compared"),
        ("a37", "r85", "same"),
        ("a37", "r12", "differs"),
        ("a53", "r24", "same"),
        ("a62", "r27", "same"),
        ("a36", "r108", "cannot be compared"),
        (None, "r14", "not in the article"),
        ("a41", None, "not in the record"),
    ],
)
def test_the_verdicts_of_the_story(pairs, article, record, verdict):
    assert pairs[article, record][0] == verdict


def test_the_twelve_of_the_article_are_compared_with_no_toll(pairs):
    tolls = {record: found for (article, record), found in pairs.items() if article == "a01"}
    assert {verdict for verdict, _ in tolls.values()} == {"cannot be compared"}
    assert {"r01", "r02", "r05", "r10"} <= set(tolls)
    assert tolls["r03"][1] == (
        "The article does not say of whom; the record counts 'law enforcement'"
    )


def test_a_retracted_toll_is_kept_and_named_so(story):
    found = compare_sources(story)
    row = found[found["record_ids"].map(lambda ids: ids == ["r05"])].iloc[0]
    assert (row["record_standing"], row["verdict"]) == ("retracted", "cannot be compared")


def test_the_contradictions_of_the_story(story):
    found = [pair[:-1] for pair in list_contradictions(story)]
    assert ("a23", "a37", "|", "r12") in found
    assert ("a34", "|", "r83") in found
    assert ("r101", "|", "r102") not in found  # a slip of an agency
    assert ("r02", "|", "r39") not in found  # of one office, the one after the other
    assert ("r02", "|", "r03") not in found  # Almaty, and the whole country


def test_on_the_day_of_two_tolls_both_are_named(story):
    assert ("r08", "|", "r66", "230 people against 238 people") in list_contradictions(
        story.as_of("2022-03-14")
    )


def test_every_comparison_of_the_record_says_why(story):
    facts = story.from_sources("record").facts
    assert facts.loc[facts["compared_with"].notna(), "note"].notna().all()


@pytest.mark.parametrize(
    ("periods", "verdict"),
    [
        (("2030-04-01/2031-03-31", "2029-04-01/2030-03-31"), "cannot be compared"),
        (("2030", "2029"), "cannot be compared"),
        (("2030-04-01/2031-03-31", "2030"), "differs"),
        (("2031-05-04", "2031-05"), "differs"),
        (("2031-05-04", "2031-04"), "cannot be compared"),
    ],
)
def test_numbers_of_periods_that_have_no_day_in_common_are_of_other_things(periods, verdict, build):
    one, other = ({"value": n, "date": date} for n, date in zip((7, 9), periods, strict=True))
    pairs = compare_sources(build(article=[one], record=[other]))
    assert list(pairs["verdict"]) == [verdict]
    if verdict == "cannot be compared":
        assert pairs["why"].iloc[0] == "The numbers are of different periods"


@pytest.mark.parametrize(
    ("number", "verdict", "why"),
    [
        (9, "cannot be compared", "The numbers are of different days"),
        (7, "same", "Of another day; stated on 4 May 2031, the same day"),
    ],
)
def test_another_number_of_another_day_does_not_differ(build, number, verdict, why):
    record = {"value": number, "date": "2030-12-31"}
    assert only_row(build([{"value": 7}], [record])) == (verdict, why)


UNTIL = {"topic": "event", "measure": "", "unit": "", "of_whom": "", "qualifier": "until"}


@pytest.mark.parametrize(
    ("cells", "whys"),
    [
        ({}, ["Until 31 May 2031 against until 14 June 2031"]),
        ({"measure": "curfew", "statement": "It ends"}, []),
        ({"statement": "Schools stay shut"}, []),
        ({"place_id": "bay"}, []),
        ({"date": "2031-05"}, []),  # it may be its last day
        ({"source_id": "record", "asserted_by": "the record"}, []),
    ],
)
def test_who_says_until_another_day_contradicts(build, cells, whys):
    first = UNTIL | {"statement": "The curfew holds", "date": "2031-05-31"}
    found = compare_claims(build([], [first], [first | {"date": "2031-06-14"} | cells]))
    assert list(found["why"]) == whys
    assert set(found["verdict"]) <= {"differs"}


def test_until_when_one_thing_holds_is_told_by_its_measure(build):
    first = UNTIL | {"measure": "curfew", "statement": "Nobody goes out", "date": "2031-05-31"}
    second = first | {"statement": "The curfew holds", "date": "2032"}
    [why] = compare_claims(build([], [first], [second]))["why"]
    assert why == "Until 31 May 2031 against until 2032"
