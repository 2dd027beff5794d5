import pytest
from made_up import write_story
from pictures import assert_texts_apart, find, find_boxes, find_texts, read

from helpers.dossier import load_dossier
from helpers.figures import numbers

PLACES = [
    {"place_id": name[0].lower(), "name": name, "kind": "town", "latitude": 50, "longitude": 5}
    | {"precision_km": 5, "coordinate_source": "made up"}
    for name in ("Arno", "Belm")
]


@pytest.fixture
def draw(tmp_path, write_tables):
    """Draw numbers of one topic, at two towns, in a form: as bars, where none is asked for."""

    def draw_facts(*facts: dict, chart: str = "bars"):
        words = {"topics": {"event": {"chart": chart}}}
        story = {"title": "T", "words": words, "places": PLACES, "facts": facts}
        return numbers(load_dossier(write_story(tmp_path / "made", story, write_tables)), "event")

    return draw_facts


def result(value=None, **cells) -> dict:
    """What a firm made or lost."""
    fact = {"topic": "event", "statement": "Result", "measure": "result", "unit": "euros"}
    return fact | {"of_whom": f"{value} {cells}"} | cells | {"value": value}


def span(figure, gid: str) -> tuple[float, float]:
    """From where to where the one box of a name goes."""
    [box] = find(figure, gid)
    return pytest.approx(box.get_x()), pytest.approx(box.get_x() + box.get_width())


def find_zero(figure) -> float:
    return find(figure, "zero")[0].get_xdata()[0]


def test_less_than_a_number_below_nothing_is_a_bar_with_an_arrow_to_the_left(draw):
    figure = draw(result(-40, qualifier="less than"), result(-10), result(-20, qualifier="up to"))
    ends = {fact_id: span(figure, fact_id) for fact_id in ("f1", "f2", "f3")}
    zero, ten = find_zero(figure), find(figure, "f2")[0].get_width()
    assert ends == {"f1": (zero - 4 * ten, zero), "f2": (zero - ten, zero), "f3": (
        zero - 2 * ten, zero)}  # fmt: skip
    for fact_id, left in (("f1", zero - 4 * ten), ("f3", zero - 2 * ten)):
        [arrow] = find(figure, f"{fact_id}-open")
        assert 0 < min(arrow.get_xy()[:, 0]) < max(arrow.get_xy()[:, 0]) < left
    assert_texts_apart(figure)


def test_at_least_a_number_below_nothing_is_an_outline_with_an_arrow_to_the_right(draw):
    figure = draw(result(-40), result(-10, qualifier="at least"))
    zero = find_zero(figure)
    tenth = find(figure, "f1")[0].get_width() / 4
    assert span(figure, "f2-range") == (zero - tenth, zero)
    assert find(figure, "f2")[0].get_width() < 2
    assert min(find(figure, "f2-open")[0].get_xy()[:, 0]) > zero


def test_ranges_that_begin_below_nothing_are_bars_of_one_look_from_end_to_end(draw):
    ranges = [(-40, -15), (-20, 15)]
    figure = draw(
        *(result(low=low, high=high, qualifier="range") for low, high in ranges), result(-10)
    )
    zero, one = find_zero(figure), find(figure, "f3")[0].get_width() / 10
    for number, (low, high) in enumerate(ranges, start=1):
        assert span(figure, f"f{number}-range") == (zero + low * one, zero + high * one)
        assert find(figure, f"f{number}")[0].get_width() < 2


def test_a_number_on_a_condition_is_a_dashed_outline(draw):
    figure = draw(result(600, qualifier="conditional"), result(600))
    [bar] = find(figure, "f2")
    assert span(figure, "f1-range") == (bar.get_x(), bar.get_x() + bar.get_width())
    assert find(figure, "f1-range")[0].get_linestyle() not in ("-", "solid")
    assert find(figure, "f1")[0].get_width() < 2


@pytest.mark.parametrize("value", [20, 96])
def test_a_number_stands_before_the_line_of_the_whole(value, draw):
    figure = draw(result(value, unit="percent", of_whom="A"), result(40, unit="percent"))
    [line, *_] = find(figure, "whole")
    boxes = dict(find_boxes(figure))
    scale = line.axes or line.get_figure()
    right = boxes[str(value)].x1
    whole = line.get_transform().transform((line.get_xdata()[0], 0))[0]
    assert scale and right < whole
    [number] = [text for text in find_texts(figure) if text.get_text() == str(value)]
    fill = find(figure, "f1")[0].get_facecolor()
    assert number.get_color() != fill


def test_a_panel_says_of_what_group_and_where_all_of_it_is(draw):
    where = {"of_whom": "boats of oak", "place_id": "a"}
    figure = draw(result(4, **where), result(6, **where, asserted_by="a witness"), result(
        3, measure="gain", of_whom="all"), result(5, measure="gain", of_whom="all"))  # fmt: skip
    heads = [text.get_text() for text in find_texts(figure)]
    assert "Result, euros, boats of oak, Arno" in heads and "Gain, euros" in heads


def test_a_number_that_is_gone_names_no_bar(draw):
    own = {"of_whom": "a firm"}
    figure = draw(
        result(2, **own, place_id="a"),
        result(
            3, **own, place_id="b", statement="What it paid", replaces="f1", relation="supersedes"
        ),
        result(4, **own, place_id="b", asserted_by="a witness", statement="What a witness saw"),
    )
    told = read(figure)
    assert "What it paid" in told and "What a witness saw" in told


def test_the_small_table_names_places_as_they_are(draw):
    days = [result(n, of_whom="", place_id="a", date=f"2031-05-0{n}") for n in (1, 2, 3)]
    of_belm = result(9, of_whom="", place_id="b", date="2031-05-01")
    told = read(draw(*days, of_belm, chart="steps"))
    assert "Others, the newest number of each 9 Belm" in told
    usual = result(8, of_whom="usual", place_id="a", date="2031-05-01")
    told = read(draw(*days, of_belm, usual, chart="steps"))
    assert "9 Belm" in told and "8 Usual, Arno" in told
