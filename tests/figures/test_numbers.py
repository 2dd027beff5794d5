import re

import pytest
from made_up import STORIES, write_story
from matplotlib.collections import PathCollection
from pictures import PHONE_PX, assert_texts_apart, drawn, find, find_starting, find_texts, read

from helpers.dossier import has_number, load_dossier
from helpers.errors import DossierError, NoFactsError
from helpers.figures import claims_over_time, numbers, operation


def casualties(dossier, **options):
    return numbers(dossier, "casualties", **options)


def troops(dossier, **options):
    return numbers(dossier, "troops", **options)


@pytest.fixture(scope="module")
def kazakhstan():
    return load_dossier("kazakhstan-2022").from_sources("article")


def people(value=None, **cells) -> dict:
    """A fact that counts people."""
    count = {"value": value, "unit": "people", "of_whom": "not stated", "measure": "deaths"}
    return {"topic": "casualties", "statement": "Deaths so far", **count, **cells}


def count_marks(figure, gid: str) -> int:
    """How many marks stand in the collections of one name."""
    return sum(len(artist.get_offsets()) for artist in find(figure, gid))


def is_marks(artist) -> bool:
    return isinstance(artist, PathCollection) and len(artist.get_offsets()) > 0


def test_a_topic_that_the_dossier_does_not_have_is_refused(kazakhstan):
    with pytest.raises(DossierError, match=r"not a topic here \(did you mean 'casualties'"):
        numbers(kazakhstan, "casualtys")


def test_what_is_superseded_or_retracted_is_left_out(build_dossier):
    figure = casualties(
        build_dossier(
            people(5),
            people(8, replaces="f1", relation="supersedes"),
            people(160, date="2031-05-03"),
            {
                "topic": "casualties",
                "statement": "The count of the 3rd was an error",
                "replaces": "f3",
                "relation": "retracts",
            },
        )
    )
    assert list(figure.rows["facts"]) == ["f2", "f4"]
    assert "160" not in figure.alt + read(figure)


# Casualties


def test_twelve_people_are_twelve_marks(kazakhstan):
    figure = casualties(kazakhstan)
    assert count_marks(figure, "a01") == 12
    assert "Who they are is not stated." in read(figure)
    assert "said by the outlet, 6 January 2022" in read(figure)
    assert figure.title == "Deaths so far in the unrest: 12 people; who they are is not stated"


def test_of_whom_is_a_sentence_where_it_is_not_stated_and_a_word_where_it_is(build_dossier):
    figure = casualties(build_dossier(people(3), people(4, of_whom="residents")))
    [unknown] = find(figure, "f1-of-whom")
    assert unknown.get_text() == "Who they are is not stated."
    assert not find(figure, "f2-of-whom")
    assert "people · deaths · residents" in read(figure)


def test_the_same_number_said_twice_is_drawn_once(build_dossier):
    figure = casualties(build_dossier(people(7), people(7, asserted_by="the hospital")))
    assert count_marks(figure, "f1") == 7
    assert count_marks(figure, "f2") == 0
    assert "said by the ministry and the hospital" in read(figure)


@pytest.mark.parametrize("stated", ["2031-05-04", "2031-05-06"])
def test_numbers_that_disagree_are_told_with_who_says_each(stated, build_dossier):
    other = {"asserted_by": "the hospital", "stated": stated}
    figure = casualties(build_dossier(people(7), people(9, **other)))
    assert [count_marks(figure, name) for name in ("f1", "f2")] == [7, 9]
    assert figure.title == "Deaths: 7 (the ministry) and 9 people (the hospital)"


def test_numbers_without_a_date_by_several_speakers_are_no_course_in_time(build_dossier):
    said = [
        seats(n, of_whom="Reds", asserted_by=f"paper {n}", stated=f"2031-05-0{n}") for n in (4, 5)
    ]
    both = claims_over_time(build_dossier(*said))
    assert set(both.rows["drawn_as"]) == {"marks"}
    assert both.title == "Seats, Reds: 4 (paper 4) and 5 seats (paper 5)"
    third = seats(7, of_whom="Reds", asserted_by="paper 7", stated="2031-05-07")
    three = claims_over_time(build_dossier(*said, third))
    told = "between 4 (paper 4) and 7 seats (paper 7)"
    assert three.title == f"Seats, Reds: three numbers stand side by side, {told}"


def test_numbers_without_a_date_by_one_speaker_are_a_course(build_dossier):
    said = [seats(n, of_whom="Reds", stated=f"2031-05-0{n}") for n in (3, 4, 6)]
    other = seats(9, of_whom="Reds", stated="2031-05-09", asserted_by="a witness")
    figure = claims_over_time(build_dossier(*said, other))
    assert set(figure.rows["drawn_as"]) == {"steps"}
    assert figure.title == "Seats, Reds: from 3 on 3 May 2031 to 6 on 6 May 2031"
    assert find(figure, "f3-step") and not find(figure, "f4-step")


def test_a_number_that_replaces_another_speakers_follows_it(build_dossier):
    new = seats(5, asserted_by="a court", stated="2031-05-06", replaces="f1", relation="supersedes")
    figure = claims_over_time(build_dossier(seats(4), new))
    assert figure.title == "Seats: from 4 on 4 May 2031 to 5 on 6 May 2031"


def seats(value=None, **cells) -> dict:
    return (
        {"topic": "event", "statement": "Seats", "measure": "seats", "unit": "seats"}
        | cells
        | {"value": "" if value is None else value}
    )


@pytest.mark.parametrize(
    ("facts", "title"),
    [
        ([seats(3, of_whom="Reds"), seats(3, of_whom="Blues")], "Seats: 3 each (Reds and Blues)"),
        (
            [seats(3, of_whom="Reds"), seats(3, of_whom="Blues"), seats(3, of_whom="Greens")],
            "Seats: 3 each (Reds, Blues and Greens)",
        ),
        (
            [
                seats(3, of_whom="Reds"),
                seats(3, of_whom="Blues", qualifier="about"),
                seats(3, of_whom="Greens"),
            ],
            "Seats: three numbers of one size",
        ),
        (
            [seats(3, of_whom="Reds"), seats(9, of_whom="Blues")],
            "Seats: 9 (Blues) against 3 (Reds)",
        ),
        (
            [seats(3, of_whom="Reds", qualifier="at least"), seats(9, of_whom="Blues")],
            "Seats: at least 3 (Reds) and 9 (Blues)",
        ),
        ([seats(3), seats(3, of_whom="Blues")], "Seats: 3 and 3 (Blues)"),
        (
            [seats(None, of_whom="Reds", low=5, high=9), seats(9, of_whom="Blues")],
            "Seats: 5 to 9 (Reds) and 9 (Blues)",
        ),
        (
            [seats(3, statement="Few sit"), seats(4, measure="chairs", statement="Chairs stand")],
            "Few sit: 3 seats. Chairs stand: 4 seats",
        ),
        (
            [
                seats(9, of_whom="Reds"),
                seats(None, of_whom="Reds", low=5, high=7, qualifier="range"),
            ],
            "Seats, Reds: two numbers stand side by side, 5 to 7 and 9 seats",
        ),
        (
            [seats(n, of_whom="Reds", low=n - 1, high=n + 1) for n in (4, 6, 9)],
            "Seats, Reds: three numbers stand side by side, "
            "the least 4 (3 to 5), the most 9 (8 to 10) seats",
        ),
        ([seats(9, of_whom="Reds", date="2032")], "Seats: 9 for 2032 (Reds)"),
        (
            [seats(30, statement="It meets within 30 seats", date="2032")],
            "It meets within 30 seats (2032, still ahead)",
        ),
        (
            [
                seats(3, statement="Few sit"),
                seats(5, statement="Euros paid", unit="euros", of_whom="Reds"),
                seats(4, measure="chairs", statement="Chairs stand"),
                seats(6, measure="doors", of_whom="Reds"),
                seats(7, measure="doors", of_whom="Blues"),
            ],
            "Few sit: 3 seats. Chairs stand: 4 seats. And three more numbers",
        ),
        (  # one more is no riddle
            [
                seats(12, unit="percent", of_whom="before"),
                seats(1, unit="in five", of_whom="since"),
                seats(4, measure="chairs", statement="Chairs stand"),
            ],
            "Seats: 12 percent (before). Chairs stand: 4 seats. Seats: 1 in five (since)",
        ),
        ([seats(None, of_whom="Reds", low=9, high=9)], "Seats: 9 (Reds)"),
        ([seats(9, date="2031-05-01"), seats(8, date="2032")], "Seats: 8 (for 2032) and 9"),
        (
            [seats(9, date="2030"), seats(7, date="2031-05", replaces="f1", relation="supersedes")],
            "Seats: revised from 9 in 2030 to 7 in May 2031",
        ),
    ],
)
def test_a_title_is_true_of_equal_numbers_ranges_goals_and_corrections(facts, title, build_dossier):
    assert numbers(build_dossier(*facts), "event").title == title


@pytest.mark.parametrize(
    ("facts", "title"),
    [
        # An interval, or a range, is no end of 'from ... to'.
        (
            [seats(14, date="2031-01-15/2031-01-21"), seats(0, date="2031-03-01/2031-03-07")],
            "Seats: 14 over 15 to 21 January 2031, 0 over 1 to 7 March 2031",
        ),
        (
            [seats(9, date="2030"), seats(low=5, high=7, qualifier="range", date="2031-03")],
            "Seats: 9 in 2030, 5 to 7 in March 2031",
        ),
        # 2031 may be 1 March of it.
        (
            [seats(4, date="2031-03-01"), seats(6, date="2031")],
            "Seats: 4 on 1 March 2031, 6 in 2031",
        ),
        # What two say of the last day.
        (
            [
                seats(4, date="2030"),
                seats(6, date="2031-03-01"),
                seats(8, date="2031-03-01", asserted_by="a witness"),
            ],
            "Seats: from 4 (the ministry) in 2030 "
            "to 6 (the ministry) and 8 (a witness) on 1 March 2031",
        ),
        # A part is not set against its total.
        (
            [seats(9, of_whom="all"), seats(4, of_whom="Reds", part_of="f1")],
            "Seats: 9 (all), of them 4 (Reds)",
        ),
        (
            [seats(9, of_whom="all")]
            + [seats(n, of_whom=f"Party {n}", part_of="f1", date=f"203{n}") for n in (2, 3)],
            "Seats: 9 (all), of them 2 (Party 2, for 2032) and 3 (Party 3, for 2033)",
        ),
        # Nor against another's total.
        (
            [
                seats(9, of_whom="all", date="2031-05-01"),
                seats(12, of_whom="all", date="2031-05-01", asserted_by="a witness"),
                seats(4, of_whom="Reds", part_of="f1"),
            ],
            "Seats: two numbers stand side by side, 9 and 12 seats",
        ),
        (
            [
                seats(9, of_whom="all"),
                seats(12, of_whom="all, with guests"),
                *(seats(n, of_whom=f"Party {n}", part_of="f1") for n in (2, 3, 4)),
            ],
            "Seats: between 2 (Party 2) and 4 (Party 4)",
        ),
        # No other group is told beside it that is smaller.
        (
            [seats(18, of_whom="the towns"), seats(2, of_whom="Cort")]
            + [seats(n, of_whom=town, part_of="f1") for town, n in (("Arno", 11), ("Belm", 4))],
            "Seats: 18 (the towns), of them 4 (Belm) and 11 (Arno)",
        ),
        # All are the total of the groups of their day.
        (
            [seats(n, of_whom=whom) for whom, n in (("all", 9), ("yes", 6), ("no", 3))],
            "Seats: 9 (all), of them 3 (no) and 6 (yes)",
        ),
        (
            [seats(9, of_whom="all", date="2031-05-01"), seats(6, of_whom="yes", date="2031-04")],
            "Seats: 6 (yes) in April 2031, 9 (all) on 1 May 2031",
        ),
        # An end that several have is of all of them.
        (
            [seats(n, of_whom=whom) for whom, n in (("Reds", 1), ("Blues", 1), ("Greens", 9))],
            "Seats: between 1 each (Reds and Blues) and 9 (Greens)",
        ),
        (
            [seats(1 + 8 * (n > 4), of_whom=f"Party {n}") for n in (1, 2, 3, 4, 5)],
            "Seats: between 1 each (four of them) and 9 (Party 5)",
        ),
        # Nor are numbers of several days on one scale.
        (
            [
                seats(2, of_whom="Reds", date="2031-05-02"),
                seats(0, of_whom="Reds and Blues", date="2031-04-15/2031-04-21"),
            ],
            "Seats: 0 (Reds and Blues) over 15 to 21 April 2031, 2 (Reds) on 2 May 2031",
        ),
        (
            [seats(n, of_whom=f"Party {n}", date=f"2031-05-0{min(n, 3)}") for n in (1, 2, 3, 4)],
            "Seats: four numbers of several days",
        ),
        # Which of two is conditional.
        (
            [seats(5.5), seats(8, qualifier="conditional")],
            "Seats: two numbers stand side by side, 5.5 and a conditional 8 seats",
        ),
        # Groups do not change into each other.
        (
            [seats(n, of_whom=f"Party {n}") for n in (2, 3, 40)],
            "Seats: between 2 (Party 2) and 40 (Party 40)",
        ),
    ],
)
def test_a_title_sets_nothing_against_what_it_is_a_part_of_nor_a_range_at_an_end(
    facts, title, build_dossier
):
    assert numbers(build_dossier(*facts), "event").title == title


def test_two_numbers_of_one_thing_at_two_times_do_not_stand_side_by_side(build_dossier):
    facts = people(5, date="2031-03-01"), people(3, date="2030")
    title = casualties(build_dossier(*facts)).title
    assert title == "Deaths: 3 in 2030, 5 people on 1 March 2031"


def test_a_group_without_a_place_is_not_told_as_not_stated_twice(tmp_path, write_tables):
    facts = [
        people(17, topic="event", date="2031-02-25"), people(23, topic="event", date="2031-04-23"),
        people(1, topic="event", of_whom="a child", place_id="a"),
    ]  # fmt: skip
    places = [{"place_id": "a", "name": "Amber", "kind": "town", "latitude": 51, "longitude": 7}]
    places[0] |= {"precision_km": 5, "coordinate_source": "made up"}
    story = {"title": "A toll", "words": {}, "places": places, "facts": facts}
    dossier = load_dossier(write_story(tmp_path / "toll", story, write_tables))
    title = numbers(dossier, "event").title
    assert title == (
        "Deaths, who they are is not stated: from 17 on 25 February 2031 "
        "to 23 people on 23 April 2031"
    )


def test_a_count_over_some_days_goes_on_no_longer(build_dossier):
    weeks = ["2031-01-15/2031-01-21", "2031-02-19/2031-02-25", "2031-03-01/2031-03-07"]
    counts = [seats(n, date=week) for n, week in zip((14, 212, 0), weeks, strict=True)]
    figure = numbers(build_dossier(*counts), "event")
    assert find_starting(figure, "f3-mark") and not find(figure, "f3-step")
    assert all(find(figure, f"f{n}-label") for n in (1, 2, 3))
    days = [seats(n, date=week[:10]) for n, week in enumerate(weeks)]
    assert find(numbers(build_dossier(*days), "event"), "f3-step")


def test_one_of_a_thing_is_told_as_one_beside_its_number(build_dossier):
    ship = seats(1, statement="A wreck", measure="ships lost", unit="ships")
    told = read(numbers(build_dossier(ship, people(1)), "event"))
    assert "ship lost" in told
    assert "ships" not in told
    assert "person · deaths" in read(casualties(build_dossier(people(1))))


@pytest.mark.parametrize(
    ("qualifier", "drawn"), [("at least", True), ("more than", True), ("about", False)]
)
def test_what_is_no_less_has_an_open_end(qualifier, drawn, build_dossier):
    figure = numbers(build_dossier(seats(900, qualifier=qualifier), seats(400)), "event")
    assert bool(find(figure, "f1-open")) is drawn


def test_less_than_is_outlined_only(build_dossier):
    figure = casualties(build_dossier(people(6, qualifier="less than")))
    assert count_marks(figure, "f1") == 0
    assert count_marks(figure, "f1-outlined") == 6


def test_each_who_says_a_number_is_told_with_the_day_of_it(build_dossier):
    said, first = (
        seats(900, date="2031-05-01"),
        {"asserted_by": "a witness", "stated": "2031-05-03"},
    )
    figure = numbers(build_dossier(said | first, said), "event")
    assert "said by a witness, 3 May 2031; the ministry, 4 May 2031." in figure.alt
    assert figure.rows["stated"].tolist() == ["3 May 2031; 4 May 2031"]
    alike = numbers(build_dossier(seats(900) | {"asserted_by": "a witness"}, seats(900)), "event")
    assert "said by a witness and the ministry, 4 May 2031." in alike.alt


def test_several_places_are_a_list_and_a_mark_is_one_of_what_it_counts(tmp_path, write_tables):
    places = [
        {"place_id": name.lower(), "name": name, "kind": "town", "latitude": 50.1, "longitude": 5}
        | {"precision_km": 5, "coordinate_source": "made up"}
        for name in ("Arno", "Belm", "Cort")
    ]
    ship = {"topic": "other", "statement": "Ships", "measure": "ships lost", "unit": "ships"}
    facts = [
        ship | {"value": 1, "place_id": "arno"},
        ship | {"value": 4, "place_id": "arno belm cort", "stated": "2031-05-05"},
    ]
    story = {"title": "Losses", "words": {}, "places": places, "facts": facts}
    figure = numbers(load_dossier(write_story(tmp_path / "ships", story, write_tables)), "other")
    assert figure.title == "Ships lost: 4 (Arno, Belm and Cort) against 1 (Arno)"
    assert "one mark is one of the ships:" in figure.alt


def test_all_of_one_place_are_not_told_as_all(tmp_path, write_tables):
    about = {"source_id": "record", "stated": "2031-05-04", "asserted_by": "the ministry"}
    facts = [
        seats(2, of_whom="all", place_id="a", fact_id="f1") | about,
        seats(9, of_whom="Reds", place_id="b", fact_id="f2") | about,
    ]
    places = [
        {"place_id": one, "name": name, "kind": "city", "latitude": 51, "longitude": 7,
         "precision_km": 5, "country": "DEU", "coordinate_source": "made up"}
        for one, name in (("a", "Amber"), ("b", "Beryl"))
    ]  # fmt: skip
    story = load_dossier(write_tables(tmp_path / "made-up", facts=facts, places=places))
    assert numbers(story, "event").title == "Seats: 9 (Reds, Beryl) against 2 (all, Amber)"


def test_a_number_for_a_day_to_come_is_no_step_of_what_was_counted(build_dossier):
    dates = ["2031-01", "2031-04", "2032"]
    figure = numbers(build_dossier(*(seats(3, date=date) for date in dates)), "event")
    assert figure.title == "Seats: 3 in April 2031"
    assert "for 2032; said by the ministry, 4 May 2031" in read(figure)


@pytest.mark.parametrize("unit", ["seats", "%", "people"])
def test_a_day_to_come_is_said_once_beside_a_number(unit, build_dossier):
    goal = seats(9, unit=unit, of_whom="Reds", date="2032")
    assert read(numbers(build_dossier(goal), "event")).count("2032") == 1


def test_each_date_has_its_preposition_in_a_title(build_dossier):
    counts = [seats(0.4, of_whom="Reds", date="2030"), seats(-1.2, of_whom="Reds", date="2031-03")]
    figure = numbers(build_dossier(*counts), "event")
    assert figure.title == "Seats, Reds: from 0.4 in 2030 to −1.2 in March 2031"


@pytest.mark.parametrize(
    ("cells", "has_whole"),
    [
        ({}, True),
        ({"of_whom": None}, False),
        ({"value": -4.5}, False),
        ({"value": 7.25}, False),
        ({"value": 20}, True),
        ({"value": 100.5}, False),
        ({"value": 97, "high": 104}, False),
    ],
)
def test_a_share_of_a_group_has_a_whole_and_a_rate_or_a_change_has_none(
    cells, has_whole, build_dossier
):
    share = seats(32.5, of_whom="voters", unit="%", measure="turnout") | cells
    figure = numbers(build_dossier(share), "event")
    assert bool(find(figure, "whole")) is has_whole
    assert ("the whole" in read(figure) + figure.alt) is has_whole


def test_small_shares_have_a_whole_where_they_make_up_half_of_it(build_dossier):
    for count, has_whole in ((2, False), (4, True)):
        shares = (seats(15, of_whom=f"Party {n}", unit="%") for n in range(count))
        figure = numbers(build_dossier(*shares), "event")
        assert bool(find(figure, "whole")) is has_whole


def test_a_share_of_at_least_so_much_is_open_up_to_the_whole(build_dossier):
    share = seats(61, of_whom="voters", unit="%", qualifier="at least")
    figure = numbers(build_dossier(share), "event")
    [bar], [arrow], [line] = (find(figure, name) for name in ("f1", "f1-open", "whole"))
    tip, whole = max(arrow.get_xy()[:, 0]), line.get_xdata()[0]
    assert bar.get_x() + bar.get_width() < tip == pytest.approx(whole)
    [number] = (text for text in find_texts(figure) if text.get_text() == "at least 61")
    assert number.get_position()[0] > whole


def test_the_line_at_a_total_says_what_is_not_sure_of_it(build_dossier):
    total = seats(100, fact_id="all", statement="The chamber", qualifier="about")
    parts = [seats(n, of_whom=f"Party {n}", part_of="all") for n in (20, 50)]
    figure = drawn_of(build_dossier, total, *parts)
    assert "the line at about 100 seats: The chamber" in read(figure)
    assert "A line stands at about 100 seats: The chamber." in figure.alt


@pytest.fixture
def draw_bars(tmp_path, write_tables):
    """Draw numbers of one topic, at two places, as bars."""

    def draw(*facts: dict):
        places = [
            {
                "place_id": name[0].lower(),
                "name": name,
                "kind": "town",
                "latitude": 50,
                "longitude": 5,
            }
            | {"precision_km": 5, "coordinate_source": "made up"}
            for name in ("Arno", "Belm")
        ]
        words = {"topics": {"event": {"chart": "bars"}}}
        story = {"title": "T", "words": words, "places": places, "facts": facts}
        folder = write_story(tmp_path / "bars", story, write_tables)
        return numbers(load_dossier(folder), "event")

    return draw


def test_bars_that_are_named_alike_have_the_day_that_tells_them_apart(draw_bars):
    counts = [seats(n, statement="So far", date=f"2031-0{n}") for n in (1, 2, 3)]
    told = read(draw_bars(*counts, seats(9, statement="In all", date="2031-03")))
    for month in ("January", "February", "March"):
        assert f"So far, {month} 2031" in told
    assert "In all" in told and "In all, " not in told


def test_bars_of_parts_have_each_its_place_where_one_has(draw_bars):
    at = {"Adults": "ab", "Pupils": "b"}
    facts = [
        seats(n, of_whom=whom, place_id=place, date="2031-05-01")
        for n, (whom, place) in enumerate(((w, p) for w, ps in at.items() for p in ps), 1)
    ]
    figure = draw_bars(*facts)
    told = read(figure)
    assert all(name in told for name in ("Adults, Arno", "Adults, Belm", "Pupils, Belm"))


def test_bars_of_groups_at_several_places_have_each_its_place(draw_bars):
    facts = seats(27, of_whom="adults", place_id="a"), seats(-1, of_whom="pupils", place_id="b")
    told = read(draw_bars(*facts))
    assert "Adults, Arno" in told and "Pupils, Belm" in told


def test_bars_that_are_named_alike_say_what_each_is_whoever_says_it(draw_bars):
    facts = [
        seats(30, of_whom="voters", statement="At the close"),
        seats(6, of_whom="voters", statement="At noon", asserted_by="a union"),
        seats(5, of_whom="voters", statement="Voters before ten", asserted_by="a paper"),
    ]
    told = read(draw_bars(*facts, seats(4, of_whom="guests")))
    assert "Voters: At the close" in told and "Voters: At noon" in told
    assert "Voters before ten" in told and "Voters: Voters" not in told


def test_what_two_say_of_the_last_of_several_days_is_told_after_the_first(draw_bars):
    fund = seats(41, date="2031-02", qualifier="about", asserted_by="a fund")
    figure = draw_bars(seats(33.9, date="2031-01"), seats(38.2, date="2031-02"), fund)
    assert figure.title == (
        "Seats: from 33.9 (the authorities) in January 2031 "
        "to about 41 (a fund) and 38.2 (the authorities) in February 2031"
    )


def test_groups_of_one_name_have_their_days_in_a_title(draw_bars):
    days = [(1, "Reds", "2031-05-01"), (2, "Blues", "2031-05-01"), (9, "Reds", "2031-05-03")]
    figure = draw_bars(*(seats(n, of_whom=whom, date=day) for n, whom, day in days))
    dated = "1 (Reds) on 1 May 2031, 2 (Blues) on 1 May 2031, 9 (Reds) on 3 May 2031"
    assert figure.title == f"Seats: {dated}"


def test_a_range_is_filled_to_its_low_and_outlined_to_its_high(build_dossier):
    figure = casualties(build_dossier(people(low=5, high=18, qualifier="range")))
    assert count_marks(figure, "f1") == 5
    assert count_marks(figure, "f1-outlined") == 13


def test_up_to_is_outlined_only(build_dossier):
    figure = casualties(build_dossier(people(high=6, qualifier="up to")))
    assert count_marks(figure, "f1") == 0
    assert count_marks(figure, "f1-outlined") == 6


def test_at_least_has_an_open_end(build_dossier):
    figure = casualties(build_dossier(people(6, qualifier="at least")))
    assert count_marks(figure, "f1") == 6
    [arrow] = find(figure, "f1-open")
    right = max(find(figure, "f1")[0].get_offsets()[:, 0])
    assert min(arrow.get_xy()[:, 0]) > right


@pytest.mark.parametrize(
    "value, marks, worth",
    [
        (0, 0, "= 1 person"),
        (100, 100, "= 1 person"),
        (200, 20, "= 10 people"),
        (1_200, 120, "= 10 people"),
        (1_000_000_000, 100, "= 10 million people"),
    ],
)
def test_many_share_a_mark(value, marks, worth, build_dossier):
    figure = casualties(build_dossier(people(value)))
    assert count_marks(figure, "f1") == marks
    assert worth in read(figure)


def test_a_remainder_is_a_partly_filled_mark(build_dossier):
    figure = casualties(build_dossier(people(1_250)))
    whole = find(figure, "f1")[0].get_paths()[0].get_extents()
    part = find(figure, "f1-part")[0].get_paths()[0].get_extents()
    assert count_marks(figure, "f1") == 12
    assert part.width == pytest.approx(whole.width / 2)
    assert part.height == pytest.approx(whole.height)


def test_a_change_below_nothing_is_a_bar_before_a_line(build_dossier):
    changes = [people(n, unit="tonnes", of_whom=f"place {-n}") for n in (-3, -1)]
    figure = casualties(build_dossier(*changes))
    [bar], [line, _] = find(figure, "f1"), find(figure, "zero")
    assert bar.get_x() + bar.get_width() == pytest.approx(line.get_xdata()[0])
    assert "−3" in read(figure) and "the line at 0" in read(figure)


def test_facts_without_a_number_follow_in_words(build_dossier):
    hurt = {"topic": "casualties", "statement": "Some were hurt"}
    figure = casualties(build_dossier(people(2), *[hurt] * 5))
    assert len(find(figure, "f2-words")) == 1
    assert "Some were hurt said by the ministry" in read(figure)
    assert "+ 1 more in the table" in read(figure)
    assert len(figure.rows) == 6


def test_words_alone_are_no_numbers(build_dossier):
    with pytest.raises(NoFactsError, match="no fact on casualties with a number"):
        casualties(build_dossier({"topic": "casualties", "statement": "Nobody was hurt"}))


# Troops


def test_a_mark_is_a_hundred_troops(kazakhstan):
    figure = troops(kazakhstan)
    assert count_marks(figure, "a23") == 25
    assert "= 100 people" in read(figure)
    assert "said by the outlet and Stanislav Zas" in read(figure)


def test_what_may_be_raised_is_an_arrow_and_words_and_no_marks(kazakhstan):
    figure = troops(kazakhstan)
    assert len(find(figure, "a23-open")) == 1
    assert [artist.get_gid() for artist in find_starting(figure, "a23") if is_marks(artist)] == [
        "a23"
    ]
    assert "The number may be raised if needed (conditional); how many is not stated" in read(
        figure
    )
    row = figure.rows.set_index("facts").loc["a39"]
    assert row["number"] == "not stated, conditional"
    assert row["drawn_as"] == "open end"


# The form that the numbers call for


def form_of(figure) -> list[str]:
    return list(dict.fromkeys(figure.rows["drawn_as"]))


def drawn_of(build_dossier, *facts, topic="event"):
    return numbers(build_dossier(*facts), topic)


@pytest.mark.parametrize(
    ("facts", "form"),
    [
        ([seats(3)], "marks"),
        ([seats(3, of_whom=party) for party in "abc"], "marks"),
        ([seats(3, of_whom=party) for party in "abcd"], "bars"),
        ([seats(101)], "number"),
        ([seats(2.5)], "number"),
        ([seats(-3)], "number"),
        ([seats(3, unit="percent")], "number"),
        ([seats(3, unit="US dollars")], "number"),
        ([seats(30, unit="percent", of_whom="all")], "bars"),
        ([seats(3, unit="times")], "bars"),
        ([seats(3, date="2031-05-01"), seats(4, date="2031-05-02")], "steps"),
        ([seats(3, stated="2031-05-01"), seats(4, stated="2031-05-02")], "steps"),
        ([seats(3, date=f"2031-05-0{n}", of_whom=f"{n}") for n in range(1, 6)], "bars"),
        ([seats(6, fact_id="all"), *(seats(2, of_whom=p, part_of="all") for p in "ab")], "strip"),
        ([seats(6, fact_id="all"), *(seats(4, of_whom=p, part_of="all") for p in "ab")], "marks"),
    ],
)  # fmt: skip
def test_what_the_numbers_are_settles_their_form(facts, form, build_dossier):
    assert form_of(drawn_of(build_dossier, *facts))[0] == form


@pytest.mark.parametrize("chart", ["marks", "bars", "steps", "strip"])
def test_a_topic_asks_for_a_form_and_has_it_where_it_can(chart, tmp_path, write_tables):
    words = {"topics": {"event": {"chart": chart}}}
    shares = [seats(n, unit="percent", of_whom=f"{n}") for n in (20, 30)]
    both = [seats(n, measure="places", date=f"2031-05-0{n}") for n in (1, 2)]
    story = {"title": "T", "words": words, "places": [], "facts": [*shares, *both]}
    figure = numbers(load_dossier(write_story(tmp_path / "made", story, write_tables)), "event")
    forms = figure.rows.groupby("measure")["drawn_as"].unique().map(list)
    percent = "strip" if chart == "strip" else "bars"
    counted = "steps" if chart == "strip" else chart
    assert forms.to_dict() == {"seats": [percent], "places": [counted]}


def test_one_number_alone_is_told_large_with_what_it_counts_and_who_says_it(build_dossier):
    fact = seats(-4.5, unit="km", measure="depth", statement="It lies deep", of_whom="not stated")
    figure = drawn_of(build_dossier, fact | {"qualifier": "about", "asserted_by": "the diver"})
    told = read(figure)
    assert [find(figure, name) for name in ("f1", "zero", "whole")] == [[], [], []]
    for part in ("About −4.5", "km · depth", "It lies deep", "Of whom or what is not stated."):
        assert part in told
    assert "said by the diver" in told
    (number,) = (text for text in find_texts(figure) if text.get_text() == "About −4.5")
    assert number.get_fontsize() > max(t.get_fontsize() for t in find_texts(figure) if t != number)


@pytest.mark.parametrize(
    ("statement", "unit", "title"),
    [
        ("Countries with a medal", "countries", "Countries with a medal: 46"),
        ("The shipyard's output", "ships", "The shipyard's output: 46 ships"),
        ("Its kilometre of rail cost", "km", "Its kilometre of rail cost: 46 km"),
    ],
)
def test_a_unit_that_the_statement_says_is_not_said_again(statement, unit, title, build_dossier):
    fact = seats(46, unit=unit, statement=statement, measure="output", of_whom="all")
    figure = numbers(build_dossier(fact))
    assert figure.title.startswith(title)
    assert f"{title}; all; date" in figure.alt or f"{title}; all; said" in figure.alt


def test_units_and_measures_never_share_an_axis(build_dossier):
    figure = drawn_of(
        build_dossier,
        *(
            seats(n, unit=unit, of_whom=f"{n} {unit}")
            for unit in ("metres", "euros")
            for n in (500, 1000)
        ),
    )
    widths = [find(figure, f"f{n}")[0].get_width() for n in (1, 2, 3, 4)]
    assert widths[0] * 2 == pytest.approx(widths[1])
    assert widths[2] * 2 == pytest.approx(widths[3])
    assert "Seats, metres" in read(figure) and "Seats, euros" in read(figure)


def test_bars_are_to_size_the_largest_first_with_their_ranges(build_dossier):
    figure = drawn_of(
        build_dossier,
        seats(3, of_whom="small"),
        seats(30_000_000, of_whom="large"),
        seats(low=10_000_000, high=20_000_000, of_whom="vague", qualifier="range"),
        seats(15_000_000, of_whom="open", qualifier="at least"),
    )
    assert list(figure.rows["facts"]) == ["f2", "f3", "f4", "f1"]
    [large], [low], [around] = find(figure, "f2"), find(figure, "f3"), find(figure, "f3-range")
    assert low.get_width() == pytest.approx(large.get_width() / 3)
    assert around.get_x() == pytest.approx(low.get_x() + low.get_width())
    assert around.get_width() == pytest.approx(low.get_width())
    assert find(figure, "f4-open")
    assert 0 < find(figure, "f1")[0].get_width() < 3
    assert_texts_apart(figure)


def test_a_ratio_has_a_line_at_what_was(build_dossier):
    figure = drawn_of(build_dossier, seats(4, unit="times"))
    [bar], [line] = find(figure, "f1"), find(figure, "whole")
    assert (line.get_xdata()[0] - bar.get_x()) * 4 == pytest.approx(bar.get_width())
    assert "the line at ×1: as it was" in read(figure)


def test_shares_lie_end_to_end_and_leave_what_is_not_stated(build_dossier):
    total = seats(100, fact_id="all", statement="The chamber")
    parts = [seats(n, of_whom=f"Party {n}", part_of="all") for n in (20, 50)]
    figure = drawn_of(build_dossier, total, *parts)
    [small], [large], [rest] = find(figure, "f2"), find(figure, "f3"), find(figure, "rest")
    assert small.get_x() == pytest.approx(large.get_x() + large.get_width())
    assert rest.get_x() == pytest.approx(small.get_x() + small.get_width())
    assert rest.get_width() * 2.5 == pytest.approx(large.get_width() * 1.5)
    assert "not stated" in read(figure) and "100 seats: The chamber" in read(figure)
    assert form_of(figure) == ["strip", "whole"]


def test_parts_that_two_speakers_give_are_no_strip(build_dossier):
    parts = [seats(n, of_whom=f"{n}", part_of="all", asserted_by=f"{n}") for n in (20, 30)]
    assert form_of(drawn_of(build_dossier, seats(100, fact_id="all"), *parts)) == ["marks"]


def test_steps_stand_on_true_days_and_say_what_became_of_each(build_dossier):
    figure = drawn_of(
        build_dossier,
        seats(10, date="2031-05-01"),
        seats(40, date="2031-05-03"),
        seats(20, date="2031-05-11", stated="2031-05-11", replaces="f1", relation="supersedes"),
        {"topic": "event", "statement": "An error", "replaces": "f2", "relation": "retracts"},
    )
    marks = [find(figure, f"f{n}-mark")[0] for n in (1, 2, 3)]
    x, y = zip(*(mark.center for mark in marks), strict=True)
    assert (x[2] - x[0]) == pytest.approx(5 * (x[1] - x[0]))
    assert y[1] < y[2] < y[0] and not find(figure, "f2-open")
    paper = {mark.get_facecolor() for mark in marks[:2]}
    assert len(paper) == 1 and marks[2].get_facecolor() not in paper
    assert find(figure, "f2-cross") and find(figure, "f2-strike")
    assert list(find(figure, "f3-step")[0].get_xdata()) == [x[0], x[2], x[2]]
    assert not find(figure, "f2-step")
    standing = figure.rows.set_index("facts")["standing"]
    assert standing["f1"].startswith("superseded") and standing["f2"].startswith("withdrawn")


def test_each_group_has_its_own_steps_and_who_has_one_number_is_in_a_table(build_dossier):
    days = [f"2031-05-0{n}" for n in (1, 2, 3)]
    group = [seats(n, of_whom=who, date=day) for who in "ab" for n, day in enumerate(days, 4)]
    figure = drawn_of(build_dossier, *group, seats(2, of_whom="c"))
    assert form_of(figure) == ["steps", "table"]
    assert "Others, the newest number of each 2 C said by" in read(figure)
    assert len(find(figure, "f2-step")) == 1 and not find(figure, "f4-step")


@pytest.mark.parametrize("days", [1, 20], ids=["bars", "steps"])
def test_four_hundred_claims_are_told_and_the_largest_are_drawn(days, build_dossier):
    facts = [
        seats(n + 1, of_whom=f"Group {n // days}", date=f"2031-04-{n % days + 1:02}")
        for n in range(400)
    ]
    figure = drawn_of(build_dossier, *facts)
    assert len(figure.rows) == 400
    assert set(figure.rows["drawn_as"]) == (
        {"bars", "here only"} if days == 1 else {"steps", "table"}
    )
    assert drawn(figure).bbox.height < 2_300
    assert "more" in read(figure)
    assert_texts_apart(figure)


# Other stories


@pytest.fixture(scope="module", params=STORIES)
def story(request, tmp_path_factory, write_tables):
    folder = tmp_path_factory.mktemp("stories") / request.param
    return load_dossier(write_story(folder, STORIES[request.param], write_tables))


def test_every_number_of_another_story_is_drawn_to_size(story):
    """All that stand, and what was withdrawn beside them."""
    drawn_ids: list[str] = []
    for topic in story.words.topics:
        figure = numbers(story, topic)
        rows = figure.rows[figure.rows["drawn_as"] != "words"]
        for ids, form in zip(rows["facts"].str.split(", "), rows["drawn_as"], strict=True):
            drawn_ids += ids
            shapes = find(figure, ids[0]) + find(figure, f"{ids[0]}-mark")
            shapes += find(figure, f"{ids[0]}-range") + find(figure, "whole")
            assert shapes or form == "number"
    facts = story.facts
    assert sorted(drawn_ids) == sorted(facts.loc[has_number(facts), "fact_id"])
    assert len(drawn_ids) == {"election": 16, "outbreak": 22, "flood": 12}[story.name]


def test_the_pictures_of_another_story_are_readable(story):
    for topic in story.words.topics:
        figure = numbers(story, topic)
        assert_texts_apart(figure)
        assert figure.picture("phone").least_width_px <= PHONE_PX
        assert all(text.get_text() != "None" for text in find_texts(figure))


def test_all_topics_at_once(story):
    whole = numbers(story).rows
    assert len(whole) == sum(
        (numbers(story, topic).rows["drawn_as"] != "words").sum() for topic in story.words.topics
    )


def test_the_diagram_has_the_stages_of_the_dossier(tmp_path, write_tables):
    folder = write_story(tmp_path / "election", STORIES["election"], write_tables)
    figure = operation(load_dossier(folder))
    text = read(figure)
    heads = ["The count", "The talks", "A government needs: both must hold", "Harbour Party"]
    assert [text.index(head) for head in heads] == sorted(text.index(head) for head in heads)
    assert figure.title == "A government needs: two conditions must both hold"


# What a title says of numbers that were corrected, disputed, or said by several


@pytest.mark.parametrize(
    ("facts", "title"),
    [
        # What another number of the same day replaced was wrong.
        (
            [
                seats(100, date="2031-04-01", stated="2031-04-01"),
                seats(101, date="2031-04-01", replaces="f1", relation="supersedes"),
                seats(300, date="2031-04-10"),
            ],
            "Seats: from 101 on 1 April 2031 to 300 on 10 April 2031",
        ),
        # Two speakers' numbers are no course of one thing.
        (
            [
                seats(3, date="2031-04-01"),
                seats(5, date="2031-04-18", asserted_by="the navy (via a paper)"),
            ],
            "Seats: from 3 (the ministry) on 1 April 2031 to 5 (the navy) on 18 April 2031",
        ),
        # What the first replaced and somebody repeats is.
        (
            [
                seats(3, date="2031-04-01"),
                seats(5, date="2031-04-02", replaces="f1", relation="supersedes"),
                seats(5, date="2031-04-18", asserted_by="the navy"),
            ],
            "Seats: from 3 on 1 April 2031 to 5 on 18 April 2031",
        ),
        # What lay between and outside.
        (
            [
                seats(n, date=day)
                for n, day in ((4, "2031-01"), (17, "2031-02"), (9, "2031-03"), (6, "2031-04"))
            ],
            "Seats: from 4 in January 2031 to 6 in April 2031, after 17 in February 2031",
        ),
        (
            [
                seats(41, date="2030-01/2030-03"),
                seats(-91, date="2030-04/2030-06"),
                seats(0, date="2030-07/2030-09"),
            ],
            "Seats: 41 in January to March 2030, −91 in April to June 2030, "
            "0 in July to September 2030",
        ),
        # 'More than 2' may be 5.
        (
            [
                seats(5, date="2031-01"),
                seats(2, date="2031-02", qualifier="more than"),
                seats(4, date="2031-03"),
            ],
            "Seats: from 5 in January 2031 to 4 in March 2031",
        ),
        (
            [seats(3, date="2031-01"), seats(5, date="2031-02", qualifier="estimated")],
            "Seats: from 3 in January 2031 to an estimated 5 in February 2031",
        ),
        # A course of three is one speaker's too.
        (
            [seats(n, date=f"2031-0{n}", asserted_by=f"paper {n}") for n in (1, 2, 3)],
            "Seats: from 1 (paper 1) in January 2031 to 3 (paper 3) in March 2031",
        ),
        # A group of which two speak differently.
        (
            [
                seats(2000, of_whom="all"),
                seats(900, of_whom="Reds", part_of="f1"),
                seats(1100, of_whom="Blues", part_of="f1"),
                seats(1300, of_whom="Reds", asserted_by="a union"),
            ],
            "Seats: four numbers by two speakers",
        ),
        # Unless both may hold.
        (
            [
                seats(900, of_whom="Reds"),
                seats(1100, of_whom="Blues"),
                seats(950, of_whom="Reds", qualifier="up to", asserted_by="a union"),
            ],
            "Seats: between 900 (Reds) and 1,100 (Blues)",
        ),
        # An end that is none.
        (
            [
                seats(5, of_whom="Reds", qualifier="up to"),
                seats(6, of_whom="Blues"),
                seats(7, of_whom="Greens"),
            ],
            "Seats: up to 5 (Reds) and 7 (Greens) among others",
        ),
        ([seats(5, statement="The seats", of_whom="seats")], "The seats: 5"),
        ([seats(5, of_whom="at sea", statement="Seats")], "Seats: 5 (at sea)"),
    ],
)
def test_a_title_tells_what_stands_who_says_it_and_where_it_lay_outside(
    facts, title, build_dossier
):
    assert numbers(build_dossier(*facts), "event").title == title


@pytest.fixture
def build_story(tmp_path, write_tables):
    """Load a story of two towns and a country: build_story(fact, ..., roles=…, topics=…)."""
    spot = {"latitude": 51, "longitude": 7, "precision_km": 5, "coordinate_source": "made up"}
    kinds = {"Amber": "city", "Belm": "city", "Cortland": "country"}
    places = [
        spot | {"place_id": name[0].lower(), "name": name, "kind": kind}
        for name, kind in kinds.items()
    ]

    def build(*facts, **declared):
        story = {"title": "A story", "words": declared, "places": places, "facts": facts}
        return load_dossier(write_story(tmp_path / "story", story, write_tables))

    return build


@pytest.mark.parametrize(
    ("facts", "title"),
    [
        (
            [seats(40, date="2031-03-04", place_id="a"), seats(9, date="2031-03-10", place_id="a")],
            "Seats, Amber: from 40 on 4 March 2031 to 9 on 10 March 2031",
        ),
        (
            [seats(40, of_whom="Reds", place_id="a"), seats(9, of_whom="Blues", place_id="a")],
            "Seats, Amber: 40 (Reds) against 9 (Blues)",
        ),
        ([seats(40, place_id="a", statement="Few sit")], "Few sit: 40 seats (Amber)"),
        ([seats(40, place_id="a", statement="In Amber few sit")], "In Amber few sit: 40 seats"),
        # A country is the whole.
        ([seats(40, place_id="c", statement="Few sit")], "Few sit: 40 seats"),
    ],
)
def test_a_title_tells_the_place_of_its_numbers_that_is_not_the_whole(facts, title, build_story):
    figure = numbers(build_story(*facts), "event")
    assert figure.title == title


def test_numbers_of_one_place_are_told_apart_by_what_they_say(build_story):
    facts = [
        seats(40, place_id="a", statement="The first fine"),
        seats(9, place_id="a", statement="The second fine"),
        *(seats(n, place_id="b", statement=f"Fine {n}") for n in (200, 300)),
    ]
    text = read(numbers(build_story(*facts), "event"))
    assert "Amber: The first fine" in text and "Amber: The second fine" in text


def test_bars_of_one_place_say_of_whom_they_are(build_story):
    fine = {"of_whom": "a banker", "measure": "fine"}
    facts = [seats(n, place_id="a", asserted_by=f"paper {n}", **fine) for n in (200, 300)]
    facts.append(seats(900, place_id="b", **fine))
    text = read(numbers(build_story(*facts), "event"))
    assert text.count("Amber, a banker") == 2 and "Belm, a banker" not in text


def test_a_place_that_a_group_names_is_not_named_again(build_story):
    facts = [
        seats(400, of_whom="in Amber", place_id="a", date="2032-06-30"),
        seats(900, of_whom="in Amber", place_id="a", date="2032-06-30", asserted_by="a union"),
        seats(800, of_whom="in Belm", place_id="b", date="2032-06-30"),
        seats(100, of_whom="in Amber", place_id="c", date="2033", asserted_by="a paper"),
    ]
    text = read(numbers(build_story(*facts), "event"))
    assert "In Amber, for 30 June 2032" in text
    assert not re.search("In Amber[^0-9]*, Amber", text) and "2032, Amber" not in text


def test_alt_and_table_tell_the_places_that_tell_numbers_apart(build_story):
    rain = [
        seats(n, statement="Rain", place_id=place) for n, place in ((218, "a"), (96, "b"), (5, "c"))
    ]
    figure = numbers(build_story(*rain), "event")
    assert "Rain: 218 seats; Amber; said by" in figure.alt
    assert figure.rows["place"].tolist() == ["Amber", "Belm", "Cortland"]
    assert "place" not in numbers(build_story(*rain[:1]), "event").rows


def test_no_number_that_stands_is_told_as_it_is(build_dossier):
    withdrawn = {"topic": "event", "statement": "None", "replaces": "f1", "relation": "retracts"}
    with pytest.raises(NoFactsError, match="here still stands: each was withdrawn"):
        numbers(build_dossier(seats(5), withdrawn), "event")


def test_how_many_is_missing_only_of_what_is_counted(build_dossier):
    closes = {"topic": "event", "statement": "A bridge may close", "qualifier": "conditional"}
    tents = seats(40, qualifier="at least")
    told = read(numbers(build_dossier(tents, closes), "event"))
    assert "A bridge may close (conditional)" in told and "how many" not in told
    more = numbers(build_dossier(tents, closes | {"measure": "seats"}), "event")
    assert "A bridge may close (conditional); how many is not stated" in read(more)


@pytest.mark.parametrize("qualifier", ["up to", "about", "as printed"])
def test_of_a_vague_total_no_rest_is_computed(qualifier, build_dossier):
    parts = [seats(n, of_whom=f"Party {n}", part_of="f1") for n in (60, 30)]
    total = seats(100, of_whom="all", statement="The chamber", qualifier=qualifier)
    rest = find(numbers(build_dossier(total, *parts), "event"), "rest")
    assert bool(rest) == (qualifier == "as printed")


def test_parts_of_a_total_that_was_replaced_have_no_line_at_it(build_dossier):
    parts = [seats(n, of_whom=f"Party {n}", part_of="f1") for n in (60, 30)]
    newer = seats(95, of_whom="all", replaces="f1", relation="supersedes", stated="2031-05-05")
    figure = numbers(build_dossier(seats(100, of_whom="all"), *parts, newer), "event")
    assert not find(figure, "rest") and "the line at 100" not in read(figure)


def test_what_is_said_without_a_number_has_its_date(build_dossier):
    dam = {"topic": "event", "statement": "The dam was built", "date": "1912"}
    lasts = {"topic": "event", "statement": "It is shut", "date": "2032", "qualifier": "until"}
    text = read(numbers(build_dossier(seats(5), dam, lasts), "event"))
    assert "The dam was built 1912; said by" in text
    assert "It is shut (until 2032) said by" in text


def test_a_group_that_the_measure_names_is_not_told_again(build_dossier):
    judges = people(1, measure="judges who resigned", of_whom="judges")
    assert "resigned · judges" not in read(casualties(build_dossier(judges)))
    women = people(4, measure="women killed", of_whom="men")
    assert "women killed · men" in read(casualties(build_dossier(women)))


def test_two_scales_of_time_are_told_in_words_too(build_dossier):
    days = ("01-01", "01-03", "01-05", "06-01", "12-01")
    counts = [seats(n, date=f"2030-{day}") for n, day in enumerate(days)]
    figure = numbers(build_dossier(*counts), "event")
    told = "Time has two scales: to 5 January 2030, and from 6 January 2030 on."
    assert told in read(figure) and told in figure.alt
