"""What holds for every figure, whatever it draws; of the map, test_locator_map holds it."""

from functools import partial

import pytest
from pictures import HARD, PHONE_PX, assert_drawn_into_axes, assert_texts_apart, drawn

from helpers.dossier import load_dossier
from helpers.errors import NoFactsError
from helpers.figures import chronicle, claims_over_time, numbers, operation, timeline

# The tests measure boxes of letters that no font here has.
pytestmark = pytest.mark.filterwarnings("ignore:Glyph")

FIGURES = {
    "casualties": partial(numbers, topic="casualties"),
    "troops": partial(numbers, topic="troops"),
    "timeline": timeline,
    "operation": operation,
    "claims over time": claims_over_time,
    "chronicle": chronicle,
}


@pytest.fixture(scope="module")
def kazakhstan():
    return load_dossier("kazakhstan-2022").from_sources("article")


@pytest.fixture(params=FIGURES.values(), ids=FIGURES.keys())
def draw(request):
    return request.param


@pytest.fixture(scope="module", params=FIGURES.values(), ids=FIGURES.keys())
def figure(request, kazakhstan):
    return request.param(kazakhstan)


def test_a_dossier_without_such_facts_is_refused(draw, build_dossier):
    with pytest.raises(NoFactsError, match=r"(There is n|N)o fact .*here.*\."):
        draw(build_dossier({"topic": "context", "statement": "A river flows here"}))


def test_a_day_before_the_first_statement_is_refused(draw, kazakhstan):
    with pytest.raises(NoFactsError, match="Nothing had been stated by 2021"):
        draw(kazakhstan.as_of("2021"))


def test_it_is_readable_on_a_phone(figure):
    assert figure.picture("phone").least_width_px <= PHONE_PX


def test_texts_stay_within_the_figure_and_apart(figure):
    assert_texts_apart(figure)


def test_axes_that_are_given_are_drawn_into_at_their_size(draw, kazakhstan):
    assert_drawn_into_axes(draw, kazakhstan)


def test_every_row_says_who_and_what_is_not_stated(figure):
    rows = figure.rows
    assert not rows.isna().any().any()
    assert not rows.isin(["", "nan"]).any().any()
    assert rows["facts"].is_unique


def test_the_alt_text_holds_every_statement_that_is_drawn(figure):
    assert [text for text in figure.rows["statement"] if text not in figure.alt] == []


@pytest.mark.parametrize("text", HARD.values(), ids=HARD.keys())
def test_a_hard_text_is_drawn(text, build_dossier):
    cells = {"statement": text, "asserted_by": text, "actor": text, "date": "2031-05-01"}
    count = {"topic": "casualties", "measure": text, "unit": "people", "of_whom": text, **cells}
    story = build_dossier(
        count | {"value": 3},
        count | {"value": 7, "topic": "troops"},
        count | {"value": 9, "topic": "troops", "date": "2031-06"},
        {"topic": "troops", "role": "force", "qualifier": "conditional", **cells},
        {"topic": "troops", **cells},
        {"topic": "mandate", "role": "task", "of_whom": text, **cells},
    )
    for draw in FIGURES.values():
        figure = draw(story)
        assert drawn(figure).bbox.width == 840
        assert_texts_apart(figure, hinting=30)
        figure.svg()
