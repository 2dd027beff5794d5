from functools import lru_cache
from itertools import combinations

import numpy as np
import pytest
from matplotlib.collections import PathCollection
from matplotlib.text import Text

from helpers.dossier import load_dossier
from helpers.errors import NoFactsError
from helpers.figures import casualties, operation, timeline, troops
from helpers.figures._style import house_style, new_drawing

FIGURES = (casualties, troops, timeline, operation)
PHONE_PX = 358
HARD = {
    "formula": r"$5 to $9 \frac{a}{b} _{x} \\",
    "lines": "one\ntwo\r\n\tthree",
    "right-to-left": "مرحبا بالعالم עברית",
    "no glyph": "漢字 \U0001f9ff",
    "one long word": "x" * 900,
    "markup": "<b>&amp;</b> <script>",
    "long": "a word and " * 300,
}


@pytest.fixture(scope="module")
def kazakhstan():
    return load_dossier("kazakhstan-2022").from_sources("article")


def people(value=None, **cells) -> dict:
    """A fact that counts people."""
    count = {"value": value, "unit": "people", "of_whom": "not stated", "measure": "deaths"}
    return {"topic": "casualties", "statement": "Deaths so far", **count, **cells}


@lru_cache(maxsize=4)
def drawn(figure):
    """The picture that a figure draws for a desktop, once for all that a test asks of it."""
    return figure.draw("desktop")


def find(figure, gid: str) -> list:
    return drawn(figure).findobj(lambda artist: artist.get_gid() == gid)


def count_marks(figure, gid: str) -> int:
    """How many marks stand in the collections of one name."""
    return sum(len(artist.get_offsets()) for artist in find(figure, gid))


def read(figure) -> str:
    """All text of a figure, its broken lines put together again."""
    texts = drawn(figure).findobj(lambda artist: isinstance(artist, Text) and artist.get_text())
    return " ".join(text.get_text() for text in texts)


# What there is nothing to draw of


@pytest.mark.parametrize("draw", FIGURES)
def test_a_dossier_without_such_facts_is_refused(draw, build_dossier):
    with pytest.raises(NoFactsError, match=r"(There is n|N)o fact .*here.*\."):
        draw(build_dossier({"topic": "context", "statement": "A river flows here"}))


@pytest.mark.parametrize("draw", FIGURES)
def test_a_day_before_the_first_statement_is_refused(draw, kazakhstan):
    with pytest.raises(NoFactsError, match="Nothing had been stated by 2021"):
        draw(kazakhstan.as_of("2021"))


def test_a_timeline_without_dates_is_refused(build_dossier):
    with pytest.raises(NoFactsError, match="No fact here of what happened has a date"):
        timeline(build_dossier({"topic": "protest", "statement": "People marched"}))


# What holds for every figure


@pytest.mark.parametrize("draw", FIGURES)
def test_it_is_readable_on_a_phone(draw, kazakhstan):
    assert draw(kazakhstan).picture().least_width_px <= PHONE_PX


@pytest.mark.parametrize("draw", FIGURES)
def test_same_facts_same_bytes(draw, kazakhstan):
    assert draw(kazakhstan).svg() == draw(kazakhstan).svg()


@pytest.mark.parametrize("draw", FIGURES)
def test_texts_stay_within_the_figure_and_apart(draw, kazakhstan):
    figure = draw(kazakhstan)
    with house_style():
        drawn(figure).draw_without_rendering()
        texts = drawn(figure).findobj(lambda a: isinstance(a, Text) and a.get_text().strip())
        boxes = [(text.get_text(), text.get_window_extent()) for text in texts]
    for name, box in boxes:
        assert box.x0 >= 0 and box.x1 <= drawn(figure).bbox.width, name
        assert box.y0 >= 0 and box.y1 <= drawn(figure).bbox.height, name
    for (one, box), (other, next_box) in combinations(boxes, 2):
        overlap_x = min(box.x1, next_box.x1) - max(box.x0, next_box.x0)
        overlap_y = min(box.y1, next_box.y1) - max(box.y0, next_box.y0)
        assert overlap_x <= 1 or overlap_y <= 3, (one, other)


@pytest.mark.parametrize("draw", FIGURES)
def test_axes_that_are_given_are_drawn_into_at_their_size(draw, kazakhstan):
    with house_style():
        drawing = new_drawing(840, 700)
        ax = drawing.add_axes((0.5, 0, 0.5, 0.5))
    figure = draw(kazakhstan, ax=ax)
    assert drawn(figure) is drawing
    with house_style():
        drawing.draw_without_rendering()
        within = ax.get_window_extent().padded(1)
        texts = drawing.findobj(lambda a: isinstance(a, Text) and a.get_text())
        assert all(
            within.contains(*corner)
            for text in texts
            for corner in text.get_window_extent().get_points()
        )
    figure.svg()


@pytest.mark.parametrize("draw", FIGURES)
def test_every_row_says_who_and_what_is_not_stated(draw, kazakhstan):
    rows = draw(kazakhstan).rows
    assert not rows.isna().any().any()
    assert (rows["asserted_by"].str.len() > 0).all()
    assert not rows.isin(["", "nan"]).any().any()


@pytest.mark.parametrize("draw", FIGURES)
def test_the_alt_text_holds_every_statement_that_is_drawn(draw, kazakhstan):
    figure = draw(kazakhstan)
    assert all(statement in figure.alt for statement in figure.rows["statement"])


@pytest.mark.parametrize("text", HARD.values(), ids=HARD.keys())
@pytest.mark.parametrize("draw", FIGURES)
def test_a_hard_text_is_drawn(draw, text, build_dossier):
    cells = {"statement": text, "asserted_by": text, "actor": text, "date": "2031-05"}
    dossier = build_dossier(
        people(3, measure=text, **{**cells, "of_whom": text}),
        {"topic": "troops", "role": "force", "qualifier": "conditional", **cells},
        {"topic": "contributors", "role": "contributor", **cells},
        {"topic": "mandate", "role": "task", "of_whom": text, **cells},
    )
    figure = draw(dossier)
    assert drawn(figure).bbox.width == 420
    figure.svg()


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
    assert "of whom: not stated" in read(figure)
    assert "said by the outlet, 6 January 2022" in read(figure)
    assert figure.title == "Deaths: 12 people; who they were is not stated"


def test_of_whom_is_an_empty_outline_only_where_it_is_not_stated(build_dossier):
    figure = casualties(build_dossier(people(3), people(4, of_whom="residents")))
    [unknown], [known] = find(figure, "f1-of-whom"), find(figure, "f2-of-whom")
    assert unknown.get_facecolor() != known.get_facecolor()
    assert unknown.get_linestyle() != known.get_linestyle()


def test_the_same_number_said_twice_is_drawn_once(build_dossier):
    figure = casualties(build_dossier(people(7), people(7, asserted_by="the hospital")))
    assert count_marks(figure, "f1") == 7
    assert count_marks(figure, "f2") == 0
    assert "said by the ministry and the hospital" in read(figure)


def test_numbers_that_disagree_stand_side_by_side(build_dossier):
    figure = casualties(build_dossier(people(7), people(9, asserted_by="the hospital")))
    assert [count_marks(figure, name) for name in ("f1", "f2")] == [7, 9]
    assert figure.title == "Deaths: two numbers stand side by side, from 7 to 9 people"


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
    assert len(find(figure, "f1-open-arrow")) == 1


@pytest.mark.parametrize(
    "value, marks, worth",
    [
        (0, 0, "= 1 person"),
        (200, 200, "= 1 person"),
        (1_200, 120, "= 10 people"),
        (1_000_000_000, 100, "= 10,000,000 people"),
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


def test_a_change_below_nothing_is_told_in_words(build_dossier):
    figure = casualties(build_dossier(people(-3, unit="tonnes")))
    assert find(figure, "f1") == []
    assert "-3 tonnes" in read(figure)


def test_facts_without_a_number_are_words(build_dossier):
    figure = casualties(build_dossier({"topic": "casualties", "statement": "Nobody was hurt"}))
    assert not drawn(figure).findobj(PathCollection)
    assert "Nobody was hurt said by the ministry" in read(figure)
    assert figure.title == "Casualties: one statement, none with a number of people"


# Troops


def test_a_mark_is_a_hundred_troops(kazakhstan):
    figure = troops(kazakhstan)
    assert count_marks(figure, "a23") == 25
    assert "= 100 people" in read(figure)
    assert "said by the outlet and Stanislav Zas" in read(figure)


def test_what_may_be_raised_is_open_and_has_no_number(kazakhstan):
    figure = troops(kazakhstan)
    fading = [artist.get_alpha() for artist in find(figure, "a23-open")]
    assert fading == sorted(fading, reverse=True)
    assert len(find(figure, "a23-open-arrow")) == 1
    row = figure.rows.set_index("facts").loc["a39"]
    assert row["number"] == "not stated"
    assert row["shown_as"] == "open end"


def test_contributors_and_parts_have_outlines_of_equal_size(kazakhstan):
    figure = troops(kazakhstan)
    for names in (("Russia", "Belarus"), ("category 1", "category 2")):
        boxes = [find(figure, f"share-{name}")[0] for name in names]
        sizes = {(box.get_width(), box.get_height()) for box in boxes}
        assert len(sizes) == 1
        assert all(box.get_facecolor()[3] == 0 for box in boxes)
    assert read(figure).count("share not stated") == 4


def test_a_share_that_is_stated_is_drawn_as_marks_of_the_same_worth(build_dossier):
    share = {"topic": "contributors", "role": "contributor", "measure": "troops"}
    figure = troops(
        build_dossier(
            people(640, topic="troops", measure="troops", of_whom="all"),
            people(400, **share, of_whom="Norland", actor="Ministry of Norland"),
            people(low=150, high=240, qualifier="range", **share, of_whom="Estovia"),
            {**share, "statement": "Sudmark promised help", "actor": "Sudmark", "measure": ""},
        )
    )
    assert [count_marks(figure, name) for name in ("f1", "f2", "f3")] == [64, 40, 15]
    assert count_marks(figure, "f3-outlined") == 9
    assert "Norland: 400 people" in read(figure)
    assert find(figure, "share-Sudmark") and not find(figure, "share-Norland")


def test_a_share_in_percent_is_told_and_not_counted_out(build_dossier):
    share = {"topic": "contributors", "measure": "share", "value": 30, "unit": "percent"}
    figure = troops(build_dossier({"statement": "Nearly a third", "of_whom": "Norland", **share}))
    assert "Norland: 30 percent" in read(figure)
    assert find(figure, "f1") == []


def test_a_part_whose_number_is_stated_does_not_say_it_is_not(build_dossier):
    task = {"topic": "mandate", "role": "task", "of_whom": "diggers"}
    figure = troops(build_dossier(people(40, **{**task, "statement": "Dig"})))
    assert "Dig: 40 people" in read(figure)
    assert "not stated" not in read(figure)


def test_parts_that_are_counted_and_not_named_are_said_to_be_so(build_dossier):
    figure = troops(
        build_dossier(
            {
                "topic": "mandate",
                "statement": "Three groups",
                "measure": "groups",
                "value": 3,
                "unit": "categories",
                "of_whom": "all",
            },
            {"topic": "mandate", "role": "task", "statement": "Dig", "of_whom": "diggers"},
        )
    )
    assert len(find(figure, "share-not named")) == 2
    assert figure.title == "Troops: how many is not stated"


# Timeline


def test_a_month_is_a_band_filled_up_to_the_day_on_which_it_was_said(kazakhstan):
    figure = timeline(kazakhstan)
    [band], [ahead] = find(figure, "a50-band"), find(figure, "a50-ahead")
    assert band.get_width() / 6 == pytest.approx(ahead.get_width() / 25)
    assert ahead.get_x() == pytest.approx(band.get_x() + band.get_width())
    assert ahead.get_linestyle() != "solid"
    assert ahead.get_facecolor()[3] == 0
    [day] = find(figure, "a01-day")
    assert day.center[0] == pytest.approx(band.get_x() + 5.5 * band.get_width() / 6)
    assert "A dashed outline: still ahead when it was said" in read(figure)


@pytest.mark.parametrize(
    ("day", "band", "ahead"),
    [("2031-05", 1, 1), ("2031-04", 1, 0), ("2031-06", 0, 1), ("2031-05-02/2031-05-06", 1, 1)],
)
def test_what_was_still_ahead_is_a_dashed_outline(build_dossier, day, band, ahead):
    figure = timeline(build_dossier({"topic": "event", "statement": "A fair", "date": day}))
    assert [len(find(figure, f"f1-{part}")) for part in ("band", "ahead")] == [band, ahead]
    assert ("still ahead" in figure.alt, "still ahead" in read(figure)) == (ahead, ahead)


def test_only_of_what_was_said_beforehand_is_it_said_that_it_was_ahead(kazakhstan):
    alt = timeline(kazakhstan).alt
    assert alt.count("It was still ahead then.") == 1
    assert "until 19 January; date: 19 January 2022; said by the outlet, 6 January 2022. It" in alt


def test_a_day_that_was_still_to_come_is_hollow(build_dossier):
    fair = {"topic": "event", "statement": "A fair"}
    dossier = build_dossier(fair | {"date": "2031-05-03"}, fair | {"date": "2031-05-05"})
    (past,), (ahead,) = (find(timeline(dossier), f"f{n}-day") for n in (1, 2))
    assert [mark.get_facecolor()[3] for mark in (past, ahead)] == [1, 0]


def test_until_ends_in_an_arrow_and_has_no_start(kazakhstan):
    figure = timeline(kazakhstan)
    [tip] = find(figure, "a62-until-end")
    [band], [ahead] = find(figure, "a50-band"), find(figure, "a62-ahead")
    assert tip.get_xy()[:, 0].max() == pytest.approx(band.get_x() + 18.5 * band.get_width() / 6)
    assert ahead.get_xdata()[0] == pytest.approx(band.get_x() + 5.5 * band.get_width() / 6)
    assert ahead.get_linestyle() == "--"
    line = find(figure, "a62-until")
    assert np.all(np.diff([part.get_alpha() for part in line]) > 0)
    assert "Until 19 January 2022, start not stated" in read(figure)


def test_a_row_names_its_first_fact_and_how_many_more_there_are(kazakhstan):
    text = read(timeline(kazakhstan))
    assert "The protests began at the start of 2022 + 2 more" in text
    assert "Deaths so far in the unrest: 12 people" in text
    assert text.count("2,500 peacekeepers are deployed") == 1


def test_what_lasts_until_a_day_has_a_row_of_its_own(build_dossier):
    day = {"topic": "emergency", "date": "2031-05-09"}
    lifted = {"statement": "Roads reopen", **day}
    figure = timeline(build_dossier({"statement": "A curfew", "qualifier": "until", **day}, lifted))
    [tip], [mark] = find(figure, "f1-until-end"), find(figure, "f2-day")
    assert abs(tip.get_xy()[0, 1] - mark.center[1]) > 20


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
    text = read(timeline(build_dossier(*facts))).split(" said ")[0]
    assert all(label in text for label in labels), text


def test_the_day_it_was_stated_is_marked_where_there_is_one(kazakhstan, build_dossier):
    assert find(timeline(kazakhstan), "stated")
    event = {"topic": "event", "statement": "A dam broke", "date": "2031-05-02"}
    mixed = build_dossier(event, event | {"stated": "2031-05-03", "statement": "Two broke"})
    assert not find(timeline(mixed), "stated")
