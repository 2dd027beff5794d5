from datetime import date

import pytest
from matplotlib.colors import to_hex
from pictures import (
    PHONE_PX,
    assert_texts_apart,
    drawn,
    find,
    find_boxes,
    find_starting,
    find_texts,
    read,
)

from helpers.dossier import load_dossier
from helpers.errors import DossierError
from helpers.figures import LIGHT, chronicle, claims_over_time


def deaths(dossier, **options):
    return claims_over_time(dossier, "deaths", **options)


@pytest.fixture(scope="module")
def kazakhstan():
    return load_dossier("kazakhstan-2022")


def people(value=None, **cells) -> dict:
    """A fact that counts people."""
    unit = {} if value is None and not {"low", "high"} & set(cells) else {"unit": "people"}
    count = {"value": value, "of_whom": "not stated", "measure": "deaths", **unit}
    return {"topic": "casualties", "statement": "Deaths so far", **count, **cells}


def test_a_measure_that_the_dossier_does_not_have_is_refused(kazakhstan):
    with pytest.raises(DossierError, match=r"'death': not a measure here \(did you mean 'deaths'"):
        claims_over_time(kazakhstan, "death")


# What holds whatever is known


@pytest.mark.parametrize(
    ("sources", "day"),
    [("all", "2022-01-06"), ("all", "2022-01-09"), ("all", ""), ("article", ""), ("record", "")],
)
@pytest.mark.parametrize("draw", [deaths, chronicle])
def test_it_is_readable_and_not_endless_on_each_day(draw, sources, day, kazakhstan):
    figure = draw(kazakhstan.from_sources(sources).as_of(day))
    assert figure.picture("phone").least_width_px <= PHONE_PX
    assert drawn(figure).bbox.height <= 1_800
    assert drawn(figure, "phone").bbox.height <= 3_000
    assert_texts_apart(figure)


# Claims over time


def test_every_claim_has_a_row_and_is_told(kazakhstan):
    figure = deaths(kazakhstan)
    facts = kazakhstan.facts.set_index("fact_id")
    wanted = facts.index[facts["measure"] == "deaths"]
    assert sorted(figure.rows["facts"].str.split(", ").explode()) == sorted(wanted)
    told = figure.alt.casefold()
    assert [one for one in wanted if facts.loc[one, "asserted_by"].casefold() not in told] == []


def test_the_title_says_how_the_total_went_and_what_was_withdrawn(kazakhstan):
    assert deaths(kazakhstan).title == (
        "Deaths, all: from 225 on 15 January 2022 to 238 people on 5 January 2023; "
        "164 withdrawn the day it was given"
    )


def test_what_is_withdrawn_is_struck_through(kazakhstan):
    figure = deaths(kazakhstan)
    [strike], [number] = (
        find(figure, "r05-strike"),
        [text for text in find_texts(figure) if text.get_text() == "164"],
    )
    assert strike.get_xdata()[0] < number.get_position()[0] < strike.get_xdata()[1]
    assert len(find(figure, "r05-cross")) == 2
    assert "Withdrawn 9 January 2022." in figure.alt
    assert "The figure of 164 is withdrawn as a technical error" in read(figure)
    assert not find(figure, "r07-strike")


def test_what_is_withdrawn_is_so_whichever_facts_are_selected(kazakhstan):
    figure = deaths(kazakhstan.select(fact_id=["r05", "r07", "r11"]))
    assert find(figure, "r05-strike")  # the whole record settles it


def test_a_withdrawn_number_settles_no_scale(build_dossier):
    days = [people(n, of_whom="crew", date=f"2031-05-0{n}") for n in (1, 2, 4)]
    slip = people(400, of_whom="crew", date="2031-05-03")
    gone = {"topic": "casualties", "statement": "A slip", "replaces": "f4", "relation": "retracts"}
    without, figure = deaths(build_dossier(*days)), deaths(build_dossier(*days, slip, gone))
    tops = [[find(one, f"f{n}-mark")[0].center[1] for n in (1, 2, 3)] for one in (without, figure)]
    rises = [[low - y for y in (low, middle, high)] for low, middle, high in tops]
    assert rises[0] == pytest.approx(rises[1])
    assert find(figure, "f4-mark")[0].center[1] == find(figure, "f3-mark")[0].center[1]
    assert find(figure, "f4-open") and find(figure, "f4-cross")


def test_only_what_stands_is_filled_and_a_key_says_so(kazakhstan):
    figure = deaths(kazakhstan)
    standing = figure.rows.set_index("facts")["standing"]
    for fact_id in ("r07", "r08", "r10", "r05"):
        [mark] = find(figure, f"{fact_id}-mark")
        filled = to_hex(mark.get_facecolor()) != LIGHT["paper"]
        assert filled == (standing[fact_id] == "stands"), fact_id
    assert standing["r08"] == "superseded 5 May 2022"
    assert "still stands replaced since withdrawn" in read(figure)


DAYS = ("2031-05-01", "2031-05-02", "2031-05-04")


def test_the_first_weeks_stand_in_a_panel_of_their_own(build_dossier):
    days = (*DAYS, "2031-05-08", "2031-08-01", "2031-12-31")
    facts = (people(n, date=day, stated=day) for n, day in enumerate(days))
    figure = deaths(build_dossier(*facts))
    x = [find(figure, f"f{n}-mark")[0].center[0] for n in range(1, 7)]
    assert (x[2] - x[0]) == pytest.approx(3 * (x[1] - x[0]))
    assert (x[3] - x[0]) == pytest.approx(7 * (x[1] - x[0]))
    later = (x[5] - x[4]) / 152  # from 1 August to 31 December
    assert x[1] - x[0] > 10 * later
    [*_, step] = find(figure, "f5-step")
    assert list(step.get_xdata()) == [x[3], x[4], x[4]]  # it goes on from one panel to the other


@pytest.mark.parametrize("days", [DAYS, ("2031-05-01", "2031-05-02", "2031-12-31")])
def test_else_there_is_one_panel(days, build_dossier):
    facts = (people(n, date=day, stated=day) for n, day in enumerate(days))
    figure = deaths(build_dossier(*facts))
    first, second, third = (find(figure, f"f{n}-mark")[0].center[0] for n in (1, 2, 3))
    at = [(date.fromisoformat(day) - date.fromisoformat(days[0])).days for day in days]
    assert (third - first) == pytest.approx(at[2] * (second - first))


def test_groups_that_are_far_apart_have_scales_of_their_own(build_dossier):
    def lanes(*largest):
        facts = [
            people(n * top, of_whom=f"group {top}", date=day)
            for top in largest
            for n, day in enumerate(DAYS, start=1)
        ]
        return deaths(build_dossier(*facts))

    for figure, own in ((lanes(10, 20), False), (lanes(10, 100), True)):
        marks = [find(figure, f"f{n}-mark")[0].center[1] for n in range(1, 7)]
        large, small = marks[3] - marks[5], marks[0] - marks[2]
        assert (small == pytest.approx(large)) == own
        assert ("Each group has a scale of its own." in read(figure)) == own


def test_a_group_with_fewer_days_is_in_the_small_table(build_dossier):
    total = [people(n, of_whom="all", date=day) for n, day in enumerate(DAYS, start=4)]
    once = people(2, of_whom="crew", date="2031-05-02")
    twice = [people(n, of_whom="guests", date=day) for n, day in enumerate(DAYS[:2], start=1)]
    figure = deaths(build_dossier(*total, once, *twice))
    assert set(figure.rows.set_index("facts").loc[["f4", "f5", "f6"], "drawn_as"]) == {"table"}
    assert not find_starting(figure, "f4-mark")
    assert "Crew said by the ministry" in read(figure)
    assert find(figure, "f6-label") and find(figure, "f5-label")
    more = (people(1, of_whom=f"group {n}", asserted_by=f"paper {n}") for n in range(9))
    figure = deaths(build_dossier(*total, once, *twice, *more, people(1, of_whom="cooks")))
    assert "the newest number of each" in read(figure)
    assert find(figure, "f6-label") and not find(figure, "f5-label")  # the newest of two


def test_a_line_joins_only_what_replaces_and_never_two_groups(build_dossier):
    figure = deaths(
        build_dossier(
            *(people(n, of_whom="crew", date=day) for n, day in enumerate(DAYS, start=1)),
            people(7, of_whom="crew", date="2031-05-06", asserted_by="the hospital"),
            *(people(n, of_whom="guests", date=day) for n, day in enumerate(DAYS, start=1)),
        )
    )
    assert find(figure, "f2-step") and find(figure, "f6-step")
    assert not find(figure, "f4-step") and not find(figure, "f5-step")


def test_a_range_and_open_ends_are_drawn(build_dossier):
    figure = deaths(
        build_dossier(
            people(low=5, high=18, qualifier="range", date=DAYS[0]),
            people(18, qualifier="up to", date=DAYS[1]),
            people(5, qualifier="at least", date=DAYS[2]),
        )
    )
    [bar], [most] = (find(figure, f"f{number}-range") for number in (1, 2))
    y = {number: find(figure, f"f{number}-mark")[0].center[1] for number in (1, 2, 3)}
    assert list(bar.get_ydata()) == [y[3], y[2]]
    assert max(most.get_ydata()) > y[3]
    assert find(figure, "f3-open") and not find(figure, "f1-open")
    assert_texts_apart(figure)


def test_a_range_goes_from_one_mark_to_another_under_its_number(build_dossier):
    figure = deaths(
        build_dossier(
            people(low=4, high=6, qualifier="range", date=DAYS[0]),
            people(2, date=DAYS[1]),
            people(6, low=4, high=8, date=DAYS[2]),
        )
    )
    ends = [find(figure, name)[0].center for name in ("f1-mark", "f1-high-mark")]
    two, six = (find(figure, f"f{n}-mark")[0].center[1] for n in (2, 3))
    assert ends[0][0] == ends[1][0] and ends[1][1] == six
    assert two - ends[0][1] == pytest.approx(ends[0][1] - six)
    assert not find(figure, "f2-high-mark") and not find(figure, "f3-high-mark")
    for number, top in ((1, six), (3, six + (six - two) / 2)):
        [label] = find(figure, f"f{number}-label")
        assert label.get_position()[1] < top


def test_below_nothing_and_far_above_stay_in_the_figure(build_dossier):
    figure = deaths(
        build_dossier(
            people(-300, unit="tonnes", qualifier="at least", date=DAYS[0]),
            people(12_000_000_000, unit="tonnes", low=-400, high=99_000_000_000, date=DAYS[1]),
        )
    )
    assert_texts_apart(figure)
    for mark in find(figure, "f1-mark") + find(figure, "f2-mark"):
        assert 0 < mark.center[1] < drawn(figure).bbox.height


def test_nothing_is_counted_together(kazakhstan):
    numbers = set(kazakhstan.facts["value"].dropna().astype(int))
    labels = [
        text.get_text()
        for text in find_texts(deaths(kazakhstan))
        if (text.get_gid() or "").endswith("-label") and text.get_text().isdigit()
    ]
    assert len(labels) > 20 and {int(label) for label in labels} <= numbers


# Whatever is measured


def test_the_measure_with_the_most_numbers_is_shown(build_dossier):
    seats = {"topic": "event", "statement": "Seats", "measure": "seats", "unit": "seats"}
    figure = claims_over_time(
        build_dossier(people(3), *(seats | {"value": n, "of_whom": "Reds"} for n in (40, 41)))
    )
    assert list(figure.rows["measure"]) == ["seats", "seats"]
    assert figure.title == "Seats, Reds: two numbers stand side by side, 40 and 41 seats"


# Of what days, and how high


def level(value=None, **cells) -> dict:
    """What is measured, and not counted."""
    what = {"topic": "event", "measure": "level", "unit": "metres", "statement": "The level"}
    return what | {"stated": "2033-01-02"} | cells | {"value": value}


@pytest.mark.parametrize(
    ("dates", "ticks"),
    [
        (("2031", "2032"), ["2031", "2032"]),
        (("2031-01", "2031-02", "2031-04"), ["Jan", "Feb", "Mar", "Apr"]),
        (("2031-01/2031-03", "2031-04/2031-06"), ["Jan", "Feb", "Mar", "Apr", "May", "Jun"]),
    ],
)
def test_a_number_stands_in_the_middle_of_its_days(dates, ticks, build_dossier):
    facts = [level(n, date=date) for n, date in enumerate(dates, start=3)]
    figure = claims_over_time(build_dossier(*facts))
    strokes = []
    for number in range(1, len(dates) + 1):
        [stroke], [mark] = find(figure, f"f{number}-days"), find(figure, f"f{number}-mark")
        assert mark.center[0] == pytest.approx(sum(stroke.get_xdata()) / 2)
        assert set(stroke.get_ydata()) == {mark.center[1]}
        strokes.append(stroke.get_xdata())
    assert strokes[0][1] == pytest.approx(strokes[1][0])
    texts = {text.get_text(): text.get_position()[0] for text in find_texts(figure)}
    assert set(ticks) <= set(texts) and not {"1", "15"} & set(texts)
    assert texts[ticks[0]] == pytest.approx(strokes[0][0], abs=8)
    [zero] = find(figure, "zero")
    assert list(zero.get_xdata()) == pytest.approx([strokes[0][0], strokes[-1][1]])


def test_a_number_without_a_date_was_known_by_the_end_of_its_month(build_dossier):
    figure = claims_over_time(
        build_dossier(level(6, date="2031-05-22"), level(9, stated="2031-05"))
    )
    assert find(figure, "f2-mark")[0].center[0] > find(figure, "f1-mark")[0].center[0]
    assert not find(figure, "f2-days")


def test_the_month_in_which_an_axis_begins_is_named(build_dossier):
    days = "2031-06-02", "2031-11-15"
    figure = claims_over_time(build_dossier(*(level(n, date=day) for n, day in enumerate(days))))
    assert "2031 Jun Jul Aug" in read(figure)


def test_numbers_below_nothing_stay_in_their_lane(build_dossier):
    limits = [("up to", -12), ("at least", -5), ("less than", -40), ("about", -8)]
    facts = [
        level(value, qualifier=limit, date=f"2031-05-{n:02}")
        for n, (limit, value) in enumerate(limits, start=1)
    ]
    figure = claims_over_time(build_dossier(*facts))
    [zero] = find(figure, "zero")
    heights = {
        value: find(figure, f"f{n}-mark")[0].center[1] - zero.get_ydata()[0]
        for n, (_, value) in enumerate(limits, start=1)
    }
    assert heights == {value: pytest.approx(heights[-40] * value / -40) for value in heights}
    for number, side in ((1, 1), (2, -1), (3, 1)):
        [arrow], [mark] = find(figure, f"f{number}-open"), find(figure, f"f{number}-mark")
        away = [y - mark.center[1] for y in arrow.get_xy()[:, 1]]
        assert all(side * y > 0 for y in away) or number == 2
    keys = [text.get_position()[1] for text in find_texts(figure) if "stands" in text.get_text()]
    assert max(find(figure, f"f{n}-mark")[0].center[1] for n in range(1, 5)) < keys[0] - 20
    assert all(find(figure, f"f{n}-label") for n in range(1, 5))
    assert_texts_apart(figure)


def test_no_label_lies_on_the_zero_line_which_has_its_zero(build_dossier):
    values = (-12, -3, 4, 1, -1, 9)
    facts = [level(n, date=f"2031-05-{day:02}") for day, n in enumerate(values, start=1)]
    figure = claims_over_time(build_dossier(*facts))
    [zero] = find(figure, "zero")
    ground = zero.get_transform().transform((0, zero.get_ydata()[0]))[1]
    boxes = find_boxes(figure)
    labels = {text: box for text, box in boxes if text in ("−12", "−3", "4", "−1", "9")}
    assert len(labels) >= 4
    for text, box in labels.items():
        assert not box.y0 + 3 < ground < box.y1 - 3, text
    [nought] = [box for text, box in boxes if text == "0"]
    assert nought.y0 < ground < nought.y1


def test_of_one_day_the_number_that_stands_is_labelled_and_seen(build_dossier):
    figure = deaths(
        build_dossier(
            people(40, date="2031-05-01"),
            people(88, date="2031-05-02"),
            people(90, date="2031-05-02", replaces="f2", relation="supersedes"),
        )
    )
    assert find(figure, "f3-label")
    (x, y), (other, level) = (find(figure, f"f{n}-mark")[0].center for n in (2, 3))
    assert (x - other) ** 2 + (y - level) ** 2 >= 7**2
    x = find(figure, "f1-mark")[0].center[0]
    assert other - x == pytest.approx(find(figure, "f3-step")[0].get_xdata()[-1] - x)


def test_labelled_first_are_the_ends_the_highest_and_the_lowest(build_dossier):
    values = [30, 31, 28, 27, 29, 26, 60, 30, 28, 9, 31, 29, 26, 27, 30, 24]
    facts = [
        level(n, date=f"2031-{day // 28 + 1:02}-{day % 28 + 1:02}")
        for day, n in enumerate(values * 4)
    ]
    facts[22]["value"], facts[41]["value"] = 62, 3
    figure = claims_over_time(build_dossier(*facts))
    assert all(find(figure, f"f{n}-label") for n in (1, len(facts), 23, 42))


def test_a_withdrawn_number_stands_at_its_own_height(build_dossier):
    figure = deaths(
        build_dossier(
            people(9, date="2031-05-01"),
            people(18, date="2031-05-04"),
            {
                "topic": "casualties",
                "statement": "A slip",
                "replaces": "f2",
                "relation": "retracts",
            },
        )
    )
    [zero] = find(figure, "zero")
    nine, slip = (zero.get_ydata()[0] - find(figure, f"f{n}-mark")[0].center[1] for n in (1, 2))
    assert slip == pytest.approx(2 * nine)
    assert not find(figure, "f2-open")


def test_a_lane_names_all_numbers_of_its_newest_day(build_dossier):
    figure = deaths(
        build_dossier(
            people(5, date="2031-05-01"),
            people(8, date="2031-05-02"),
            people(9, date="2031-05-02", asserted_by="the hospital"),
        )
    )
    told = read(figure)
    assert "8 people said by the ministry" in told and "9 people said by the hospital" in told


def test_between_two_numbers_of_what_is_measured_a_thin_line_claims_nothing(build_dossier):
    days = [{"date": f"2031-05-0{n}"} for n in (1, 4)]
    counted = deaths(build_dossier(*(people(n, **day) for n, day in enumerate(days, start=3))))
    measured = claims_over_time(
        build_dossier(*(level(n, **day) for n, day in enumerate(days, start=3)))
    )
    ends = [find(measured, f"f{n}-mark")[0].center for n in (1, 2)]
    for figure, bends in ((counted, 3), (measured, 2)):
        [step] = find(figure, "f2-step")
        assert len(step.get_xdata()) == bends
        assert ("what lies between is not stated" in read(figure)) == (bends == 2)
    [step] = find(measured, "f2-step")
    assert [*zip(*step.get_data(), strict=True)] == ends


def test_a_line_leads_to_a_count_of_some_days_that_takes_the_place_of_another(build_dossier):
    counts = [people(20, date="2031-01-02"), people(149, date="2031-01-28")]
    month = people(150, date="2031-03")
    assert not find(deaths(build_dossier(*counts, month)), "f3-step")
    newer = month | {"replaces": "f2", "relation": "supersedes"}
    [step] = find(deaths(build_dossier(*counts, newer)), "f3-step")
    assert step.get_xdata()[0] < step.get_xdata()[-1]
    # What corrects a count of the same days is no later one.
    old, other = people(140, date="2031-03"), people(3, date="2031-01-02")
    right = month | {"replaces": "f2", "relation": "supersedes"}
    assert not find(deaths(build_dossier(other, old, right)), "f3-step")


def test_points_of_one_day_stand_in_it(build_dossier):
    def draw(number: int):
        ends = people(2, date="2031-01-01"), people(60, date="2031-01-31")
        others = (
            people(n, date="2031-01-10", asserted_by=f"paper {n}")
            for n in (50, number, 50 + number)
        )
        return deaths(build_dossier(*ends, *others))

    def find_x(figure, n: int) -> float:
        return find(figure, f"f{n}-mark")[0].center[0]

    figure = draw(8)
    assert find_x(figure, 3) == find_x(figure, 4) == find_x(figure, 5)
    figure = draw(1)  # 50 and 51 would hide each other
    day = (find_x(figure, 2) - find_x(figure, 1)) / 30
    assert 4 <= abs(find_x(figure, 3) - find_x(figure, 5)) <= day / 2


def test_nothing_has_its_label_beside_what_another_says(build_dossier):
    counts = [
        people(4300, date="2031-01-03"),
        people(0, date="2031-01-09"),
        people(612, date="2031-01-09", asserted_by="a witness"),
    ]
    figure = deaths(build_dossier(*counts))
    [label] = [one for one in find_texts(figure) if one.get_gid() == "f2-label"]
    assert label.get_text() == "0"
    assert_texts_apart(figure)


def test_other_groups_have_each_number_in_the_table_and_the_largest_in_the_title(build_dossier):
    days = [people(n, of_whom="Reds", date=f"2031-05-0{n}") for n in (1, 2, 3)]
    others = [people(n, of_whom="Blues", date=f"2031-05-0{n}") for n in (1, 2)]
    figure = deaths(build_dossier(*days, *others, people(90, of_whom="all", date="2031-05-03")))
    assert figure.title == (
        "Deaths, Reds: from 1 on 1 May 2031 to 3 people on 3 May 2031; "
        "90 people (all) on 3 May 2031"
    )
    told = read(figure)
    assert "Others 90" in told and "Blues, 1 May 2031" in told and "Blues, 2 May 2031" in told
    steps, table = figure.alt.split("In a table:")
    assert "Reds" in steps and "Blues" not in steps and "Blues" in table
