import numpy as np
import pytest
from made_up import write_story
from matplotlib.colors import to_hex
from pictures import find, read

from helpers.dossier import load_dossier
from helpers.errors import NoFactsError
from helpers.figures import LIGHT, chronicle, timeline


@pytest.fixture(scope="module")
def kazakhstan():
    return load_dossier("kazakhstan-2022").from_sources("article")


def test_a_timeline_without_dates_is_refused(build_dossier):
    with pytest.raises(NoFactsError, match="No fact here has a date"):
        timeline(build_dossier({"topic": "protest", "statement": "People marched"}))


def test_a_month_is_a_band_up_to_the_day_on_which_it_was_said(kazakhstan):
    figure = timeline(kazakhstan)
    [band], [day] = find(figure, "a50-band"), find(figure, "a01-day")
    assert day.center[0] == pytest.approx(band.get_x() + 5.5 * band.get_width() / 6)
    assert not find(figure, "a50-ahead")


@pytest.mark.parametrize(
    ("day", "ahead"),
    [("2031-05", False), ("2031-04", False), ("2031-06", True), ("2031-05-02/2031-05-04", False)],
)
def test_what_was_still_ahead_is_a_dashed_outline(build_dossier, day, ahead):
    figure = timeline(build_dossier({"topic": "event", "statement": "A fair", "date": day}))
    [band] = find(figure, "f1-band")
    assert (band.get_linestyle() != "solid") == (band.get_facecolor()[3] == 0) == ahead
    assert ("still ahead" in figure.alt, "still ahead" in read(figure)) == (ahead, ahead)


@pytest.mark.parametrize("days", ["2031-05-02/2031-05-06", "2031/2034", "2031-05/2031-07"])
def test_the_end_of_an_interval_that_was_ahead_is_dashed_to_that_day(build_dossier, days):
    figure = timeline(build_dossier({"topic": "event", "statement": "A fair", "date": days}))
    begun, ahead = find(figure, "f1-band")
    assert begun.get_linestyle() == "solid" != ahead.get_linestyle()
    assert ahead.get_facecolor()[3] == 0
    assert begun.get_x() + begun.get_width() == pytest.approx(ahead.get_x(), abs=4)
    assert "Its end was still ahead then." in figure.alt
    assert "end still ahead" in read(figure)


@pytest.mark.parametrize(
    ("last", "end"),
    [
        ("2030", "2030"),
        ("2031-04", "April 2031"),
        ("2031-05", "May 2031"),
        ("2031", "2031"),
    ],
)
def test_the_title_ends_as_exactly_as_it_is_stated(build_dossier, last, end):
    fair = {"topic": "event", "statement": "A fair"}
    figure = timeline(build_dossier(fair | {"date": "2029-02"}, fair | {"date": last}))
    assert figure.title == f"What happened from February 2029 to {end}"


def test_only_of_what_was_said_beforehand_is_it_said_that_it_was_ahead(kazakhstan):
    alt = timeline(kazakhstan).alt
    assert (alt.count("Its end was still ahead then."), alt.count("still ahead")) == (1, 1)
    told = "until 19 January; date: until 19 January 2022; said by the outlet, 6 January 2022. Its"
    assert told in alt


def test_a_day_that_was_still_to_come_is_hollow(build_dossier):
    fair = {"topic": "event", "statement": "A fair"}
    dossier = build_dossier(fair | {"date": "2031-05-03"}, fair | {"date": "2031-05-05"})
    (past,), (ahead,) = (find(timeline(dossier), f"f{n}-day") for n in (1, 2))
    assert to_hex(past.get_facecolor()) == LIGHT["accent"]
    assert to_hex(ahead.get_facecolor()) == LIGHT["paper"]


def test_the_end_of_the_emergency_is_a_plan_without_a_start(kazakhstan):
    figure = timeline(kazakhstan)
    [tip] = find(figure, "a62-until-end")
    [band], [ahead] = find(figure, "a50-band"), find(figure, "a62-ahead")
    assert tip.get_xy()[:, 0].max() == pytest.approx(band.get_x() + 18.5 * band.get_width() / 6)
    assert ahead.get_xdata()[0] == pytest.approx(band.get_x() + 5.5 * band.get_width() / 6)
    assert ahead.get_linestyle() == "--"
    line = find(figure, "a62-until")
    assert np.all(np.diff([part.get_alpha() for part in line]) > 0)
    assert "Until 19 January 2022, end still ahead, start not stated" in read(figure)
    assert figure.title.endswith(
        " in January 2022, and what was still ahead, until 19 January 2022"
    )


def test_all_rows_stand_on_one_axis(kazakhstan):
    text = read(timeline(kazakhstan))
    assert text.count("January 2022 1 3 5 7") == 1


def test_a_row_names_numbers_first_and_how_many_more_there_are(kazakhstan):
    text = read(timeline(kazakhstan))
    assert "The price doubled" in text and "The protests began at the start of 2022" in text
    assert text.count(" more in the table") == 2
    assert "Deaths so far in the unrest: 12 people" in text
    assert text.count("2,500 peacekeepers are deployed") == 1


def test_what_lasts_until_a_day_has_a_row_of_its_own(build_dossier):
    day = {"topic": "emergency", "date": "2031-05-09"}
    lifted = {"statement": "Roads reopen", **day}
    figure = timeline(build_dossier({"statement": "A curfew", "qualifier": "until", **day}, lifted))
    [tip], [mark] = find(figure, "f1-until-end"), find(figure, "f2-day")
    assert abs(tip.get_xy()[0, 1] - mark.center[1]) > 20


def test_every_dated_fact_that_stands_is_a_row_of_its_table(kazakhstan):
    facts = kazakhstan.facts
    dated = facts.loc[facts["date"].notna(), "fact_id"]
    told = timeline(kazakhstan).rows["facts"].str.split(", ").explode()
    assert sorted(told) == sorted(dated)


def test_rows_are_in_the_order_of_time(build_dossier):
    days = ["2031-04-30", "2024", "2031-04", "1999-12-31"]
    facts = [{"topic": "event", "statement": f"On {day}", "date": day} for day in days]
    rows = timeline(build_dossier(*facts)).rows
    assert list(rows["facts"]) == ["f4", "f2", "f3", "f1"]


@pytest.mark.parametrize(
    "dates, labels",
    [
        (["2031-05-04"], ["May 2031", "1", "4", "7"]),
        (["2031-04-20", "2031-05-10"], ["April 2031", "May 2031", "22", "8"]),
        (["2031-01-10", "2031-06-30"], ["2031", "Feb", "Jun"]),
        (["1931", "2031"], ["1940", "2020"]),
        (["0001-01-01", "9999-12-31"], ["2000", "8000"]),
    ],
)
def test_ticks_suit_the_span(dates, labels, build_dossier):
    facts = [{"topic": "event", "statement": "So it was", "date": day} for day in dates]
    text = read(timeline(build_dossier(*facts)), "phone")
    assert all(label in text for label in labels), text


def test_the_day_it_was_stated_is_marked_where_there_is_one(kazakhstan, build_dossier):
    assert find(timeline(kazakhstan), "stated")
    event = {"topic": "event", "statement": "A dam broke", "date": "2031-05-02"}
    mixed = build_dossier(event, event | {"stated": "2031-05-03", "statement": "Two broke"})
    assert not find(timeline(mixed), "stated")


@pytest.mark.parametrize(
    ("facts", "title"),
    [
        # A period of which the end is ahead has not happened, and ends on no day of the article's.
        (
            [{"date": "2029"}, {"date": "2030/2031", "stated": "2031-02"}],
            "What happened in 2029, and what was still ahead, until 2031",
        ),
        # Nor has a number for a year that is not over: it may be a forecast.
        (
            [{"date": "2030"}, {"date": "2031", "value": 500, "unit": "mm", "measure": "rain"}],
            "What happened in 2030",
        ),
        (
            [{"date": "2031", "value": 500, "unit": "mm", "measure": "rain"}],
            "What is told of 2031",
        ),
        # What may come did not happen.
        (
            [{"date": "2030"}, {"date": "2031-05-02", "qualifier": "conditional"}],
            "What happened in 2030",
        ),
        # What was ahead, and is past by what was said since.
        (
            [
                {"date": "2031-05-09"},
                {"date": "2031-05-02"},
                {"date": "2031-05-20", "stated": "2031-05-20"},
            ],
            "What happened from 2 May 2031 to 20 May 2031",
        ),
        ([{"date": "2032"}], "What was still ahead, until 2032"),
    ],
)
def test_a_title_of_days_is_no_more_exact_than_they_are_and_plans_nothing(
    facts, title, build_dossier
):
    rain = {"topic": "event", "statement": "It rains"}
    assert timeline(build_dossier(*(rain | fact for fact in facts))).title == title


@pytest.mark.parametrize(
    ("dates", "title"),
    [
        (
            ["2031-05-02", "2031-07-01/2033-06-30"],
            "What happened on 2 May 2031, and what was still ahead, until 30 June 2033",
        ),
        (["2035-10/2035-11"], "What was still ahead, until November 2035"),
    ],
)
def test_what_is_ahead_is_until_its_last_day(dates, title, build_dossier):
    rain = {"topic": "event", "statement": "It rains"}
    assert timeline(build_dossier(*(rain | {"date": one} for one in dates))).title == title


def test_a_number_of_a_month_lacks_no_day(build_dossier):
    count = {"topic": "event", "statement": "Lost in April", "date": "2031-04"}
    ship = count | {"statement": "A ship sank"}
    count |= {"value": 9, "unit": "hours", "measure": "hours lost"}
    assert "not stated" not in read(timeline(build_dossier(count)))
    assert "April 2031, day not stated" in read(timeline(build_dossier(ship)))
    both = read(timeline(build_dossier(count, ship)))
    assert "9 hours Day not stated A ship sank" in both and both.count("not stated") == 1


def test_what_lasts_until_a_day_did_not_happen_on_it(build_dossier):
    shut = {"topic": "event", "statement": "Schools are shut", "date": "2031-05-31"}
    figure = timeline(build_dossier(shut | {"qualifier": "until"}))
    assert "Schools are shut (until 31 May 2031); said by" in figure.alt
    assert "It was still ahead" not in figure.alt and "Its end was still ahead" in figure.alt
    assert figure.rows["date"].tolist() == ["until 31 May 2031"]
    text = read(figure)
    assert "Until 31 May 2031, end still ahead, start not stated Schools are shut" in text


def test_what_may_come_is_told_as_conditional(build_dossier):
    plan = {"topic": "event", "statement": "A plant is to close", "date": "2033-03"}
    figure = timeline(build_dossier(plan | {"qualifier": "conditional"}))
    assert "A plant is to close (conditional)" in read(figure)
    assert "A plant is to close (conditional); date: March 2033" in figure.alt
    assert figure.rows["number"].tolist() == ["conditional"]


def test_what_tells_the_story_or_sets_it_off_is_among_the_few_of_a_day(tmp_path, write_tables):
    count = {"value": 5, "unit": "seats", "date": "2031-05-02"}
    told = [
        {"topic": f"t{n}", "statement": f"Count {n}", "measure": f"seats {n}", **count}
        for n in range(6)
    ]
    quake = {"topic": "quake", "statement": "The ground shook", "date": "2031-05-02"}
    swarm = {"topic": "t0", "role": "spark", "statement": "A swarm", "date": "2031-05-02"}
    words = {
        "topics": {fact["topic"]: {} for fact in told} | {"quake": {"tells": True}},
        "roles": {"spark": {"stage": 1, "look": "accent"}},
    }
    facts = [*told[1:], swarm, told[0], quake]
    story = {"title": "A story", "words": words, "places": [], "facts": facts}
    text = read(timeline(load_dossier(write_story(tmp_path / "s", story, write_tables))))
    assert "The ground shook" in text
    assert "+ 3 more in the table" in text


def test_the_wider_of_two_dates_comes_first_as_in_the_calendar(build_dossier):
    days = ["2031-04-11", "2031-04-11/2031-04-12", "2031-04"]
    facts = [{"topic": "event", "statement": f"On {day}", "date": day} for day in days]
    dossier = build_dossier(*facts)
    assert timeline(dossier).rows["facts"].tolist() == ["f3", "f2", "f1"]
    assert chronicle(dossier).rows["facts"].tolist() == ["f3", "f2", "f1"]


def list_days(*days: str) -> list[dict]:
    return [{"topic": "event", "statement": "It rains", "date": day} for day in days]


def test_a_date_far_off_stands_apart(build_dossier):
    figure = timeline(build_dossier(*list_days("1912", "2031-04-01", "2031-04-11", "2031-05-01")))
    told = "Time has two scales: to 31 December 1912, and from 1 April 2031 on."
    assert told in read(figure) and told in figure.alt
    first, last = (find(figure, f"f{n}-day")[0].center[0] for n in (2, 4))
    [band] = find(figure, "f1-band")
    assert last - first > 4 * band.get_width() > 0


def test_of_dates_far_off_the_widest_gap_before_most_is_left_out(build_dossier):
    late = [f"2031-04-{day}" for day in ("01", "05", "11", "20", "30")]
    alt = timeline(build_dossier(*list_days("1912", "2029", *late))).alt
    assert "Time has two scales: to 31 December 2029, and from 1 April 2031 on" in alt


@pytest.mark.parametrize(
    ("days", "scales"),
    [
        ([f"2031-03-{day}" for day in ("01", "02", "03", "04", "05", "20")], 1),
        ([f"2031-03-{day}" for day in ("01", "02", "03", "05", "20")], 2),
        (["2031-01-01", "2031-01-02", "2031-01-03", "2031-01-03/2031-02-20", "2031-04-20"], 1),
    ],
)
def test_time_has_two_scales_only_where_days_are_missing(days, scales, build_dossier):
    facts = [fact | {"stated": "2031-05-04"} for fact in list_days(*days)]
    assert ("Time has two scales" in timeline(build_dossier(*facts)).alt) == (scales == 2)


def test_an_end_without_a_start_is_no_arrow_from_the_first_day(build_dossier):
    until = {"topic": "event", "statement": "A curfew", "date": "2031-05-09", "qualifier": "until"}
    figure = timeline(build_dossier(until, *list_days("2011-01-01", "2021-01-01")))
    begin = min(part.get_xdata()[0] for part in find(figure, "f1-until"))
    [far], [tip] = find(figure, "f2-day"), find(figure, "f1-until-end")
    assert begin - far.center[0] > 3 * (tip.get_xy()[:, 0].max() - begin)


def test_what_places_tell_apart_is_told_with_them(tmp_path, write_tables):
    spot = {"kind": "town", "latitude": 51, "longitude": 7, "precision_km": 5}
    spot |= {"coordinate_source": "made up"}
    places = [spot | {"place_id": name.lower(), "name": name} for name in ("Arno", "Belm")]
    rain = {"topic": "rain", "statement": "Rain", "measure": "rain", "unit": "mm"}
    facts = [
        rain | {"value": n, "place_id": place, "date": "2031-04-01"}
        for n, place in ((218, "arno"), (96, "belm"))
    ]
    story = {"title": "T", "words": {}, "places": places, "facts": facts}
    story["words"] = {"topics": {"rain": {}}}
    text = read(timeline(load_dossier(write_story(tmp_path / "s", story, write_tables))))
    assert "Rain, Arno: 218 mm" in text and "Rain, Belm: 96 mm" in text
