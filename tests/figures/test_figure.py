import re
import subprocess
import sys
from pathlib import Path

import matplotlib as mpl
import pandas as pd
import pytest
from matplotlib.text import Text

from helpers.dossier import load_dossier
from helpers.figures import (
    LIGHT,
    Figure,
    _style,
    leave_out_store,
    locator_map,
    timeline,
)
from helpers.figures._figure import list_sources
from helpers.figures._style import draw_when_shown, new_drawing, points

FIGURES = (locator_map, timeline)  # all charts are made as the timeline is


def draw_words(form, ax):
    drawing = new_drawing({"desktop": 400, "phone": 200}[form], 200)
    axes = drawing.add_axes((0, 0, 1, 1))
    axes.text(0.1, 0.5, "Қазақстан $5 to $9", fontsize=points(16), color=LIGHT["accent"])
    return drawing


def draw(**changes) -> Figure:
    parts = {
        "draw": draw_when_shown(draw_words, None),
        "title": "One mark is seen",
        "alt": "One mark at Aktau.",
        "source": "Source: a test.",
        "rows": pd.DataFrame({"fact_id": ["a<b>"], "asserted_by": [None]}),
    }
    return Figure(**(parts | changes))


@pytest.mark.parametrize("part", ["title", "alt", "source"])
def test_a_figure_without_words_is_refused(part):
    with pytest.raises(ValueError, match=f"a figure needs its {part}"):
        draw(**{part: " "})


def test_a_figure_without_rows_is_refused():
    with pytest.raises(ValueError, match="a figure needs its rows"):
        draw(rows=pd.DataFrame())


def test_an_unknown_format_is_refused_and_nothing_is_written(tmp_path):
    with pytest.raises(ValueError, match=r"map.gif: a figure is saved as one of svg, png"):
        draw().save(tmp_path / "map.gif")
    assert list(tmp_path.iterdir()) == []


def test_shows_itself_escaped_with_picture_words_and_rows():
    html = draw(alt='A "mark" <here>')._repr_html_()
    assert 'alt="A &#34;mark&#34; &lt;here&gt;"' in html
    assert ">a&lt;b&gt;</td>" in html
    assert ">asserted by</th>" in html
    assert 'src="data:image/svg+xml,%3Csvg' in html


def test_drawing_leaves_matplotlib_as_it_was():
    before = dict(mpl.rcParams)
    draw()._repr_html_()
    assert dict(mpl.rcParams) == before


def test_dollars_stay_as_typed():
    [text] = draw().draw("desktop").axes[0].texts
    assert not text.get_parse_math()


def test_the_least_width_keeps_type_at_eleven_pixels():
    picture = draw().picture()
    assert picture.width_px == 400
    assert picture.least_width_px == 400 * 11 / 16


@pytest.mark.parametrize("kind", ["svg", "png"])
def test_saves_the_same_bytes_with_title_and_source(tmp_path, kind):
    figure = draw()
    first = figure.save(tmp_path / f"one.{kind}").read_bytes()
    assert first == figure.save(tmp_path / f"two.{kind}").read_bytes()
    assert len(first) > 1000


def test_saving_leaves_a_drawing_of_one_s_own_as_it_was(tmp_path):
    drawing = draw().draw("desktop")
    draw(draw=lambda form: drawing).save(tmp_path / "one.svg")
    assert drawing.texts == []


def test_another_process_draws_the_same_bytes():
    code = (
        f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r});"
        "from test_figure import draw; sys.stdout.write(draw().svg())"
    )
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert other.stdout == draw().svg()


def test_the_svg_is_fit_for_a_page():
    svg = draw().svg()
    assert svg.startswith("<svg")
    assert "<metadata>" not in svg
    assert "var(--accent)" in svg
    assert "prefers-color-scheme:dark" in svg
    assert LIGHT["accent"] not in svg.partition("</style>")[2]
    assert "<a " not in svg  # no row names a fact


@pytest.fixture
def drawings(monkeypatch):
    """The sizes of all that is drawn, one after another."""
    sizes = []

    def count(*size):
        sizes.append(size)
        return new_drawing(*size)

    monkeypatch.setattr(_style, "new_drawing", count)
    with leave_out_store():
        yield sizes


@pytest.mark.parametrize("make", FIGURES)
def test_a_figure_draws_when_it_is_shown_and_once(make, drawings):
    figure = make(load_dossier("kazakhstan-2022").from_sources("article"))
    assert figure.title and figure.alt and len(figure.rows)
    assert drawings == []
    for _ in range(2):
        assert figure._repr_html_()
        assert figure.svg() == figure.picture("desktop").svg
    assert len({size[0] for size in drawings}) == len(drawings) == 2  # one a form


def test_each_form_is_drawn_once():
    forms = []

    def draw_form(form):
        forms.append(form)
        return draw_words(form, None)

    figure = draw(draw=draw_form)
    widths = [figure.picture(form).width_px for form in ("desktop", "phone", "phone", "desktop")]
    assert widths == [400, 200, 200, 400]
    assert forms == ["desktop", "phone"]


@pytest.mark.parametrize("make", FIGURES)
def test_given_axes_are_drawn_into_at_once(make, drawings):
    ax = new_drawing(900, 900).add_axes((0, 0, 1, 1))
    figure = make(load_dossier("kazakhstan-2022").from_sources("article"), ax=ax)
    artists = ax.get_figure().findobj(Text)
    assert figure.draw("desktop") is figure.draw("phone") is ax.get_figure()
    assert ax.get_figure().findobj(Text) == artists
    assert drawings == []


def test_source_line_comes_from_the_records():
    story = load_dossier("kazakhstan-2022").from_sources("article")
    publisher = story.sources["publisher"].iloc[0]
    assert list_sources(story, story.facts["fact_id"]) == f"Source: {publisher}, January 2022."


def test_source_line_counts_what_it_does_not_name():
    story = load_dossier("kazakhstan-2022")
    line = list_sources(story, story.facts["fact_id"])
    assert line.startswith("Sources: Republic World")
    assert line.count(";") == 4
    assert re.search(r"; and \d+ more\.$", line)


@pytest.mark.parametrize(
    ("days", "told"),
    [
        (["2033-02-28", "2033-04-30", "2033-03-31"], "28 February, 31 March and 30 April 2033"),
        (["2033-02-05", "2033-02-08"], "5 and 8 February 2033"),
        (["2032-12-30", "2033-01-02"], "30 December 2032 and 2 January 2033"),
        (["2033-02", "2033-03-31", "2034"], "February 2033, 31 March 2033 and 2034"),
        (["2033-02", "2033-03"], "February and March 2033"),
        (["2033-02-28", ""], "28 February 2033 and not stated"),
        (["2033-02-28", "2033-06-30", "2033-04", "2033-05-31"], "from 28 February to 30 June 2033"),
    ],
)
def test_a_publisher_is_named_once_with_its_days(tmp_path, write_tables, days, told):
    office = {"kind": "record", "language": "en", "title": "Bulletin", "publisher": "The Office"}
    sources = [office | {"source_id": f"s{n}", "published": day} for n, day in enumerate(days)]
    sources.append(office | {"source_id": "g", "published": "2033", "publisher": "The Gazette"})
    fact = {
        "topic": "event",
        "statement": "So it is",
        "stated": "2031",
        "asserted_by": "the ministry",
    }
    facts = [fact | {"fact_id": s["source_id"], "source_id": s["source_id"]} for s in sources]
    story = load_dossier(write_tables(tmp_path / "story", facts=facts, sources=sources))
    line = list_sources(story, story.facts["fact_id"])
    assert line == f"Sources: The Office, {told}; The Gazette, 2033."
    several = list_sources(story, [source["source_id"] for source in sources[:-1]])
    assert several == f"Sources: The Office, {told}."


def test_sources_that_are_not_named_are_counted_one_by_one(tmp_path, write_tables):
    paper = {"kind": "record", "language": "en", "title": "Report"}
    named = [(letter, day) for letter in "ABCDEF" for day in ("2033-01", "2033-02")]
    sources = [
        paper | {"source_id": f"s{n}", "publisher": f"Paper {letter}", "published": day}
        for n, (letter, day) in enumerate(named)
    ]
    fact = {
        "topic": "event",
        "statement": "So it is",
        "stated": "2031",
        "asserted_by": "the ministry",
    }
    facts = [fact | {"fact_id": s["source_id"], "source_id": s["source_id"]} for s in sources]
    story = load_dossier(write_tables(tmp_path / "story", facts=facts, sources=sources))
    line = list_sources(story, story.facts["fact_id"])
    assert line.count("Paper") == 4
    assert line.endswith("Paper D, January and February 2033; and 4 more.")
