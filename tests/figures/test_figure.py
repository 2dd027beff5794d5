import re
import subprocess
import sys

import matplotlib as mpl
import pandas as pd
import pytest

from helpers.dossier import load_dossier
from helpers.figures import LIGHT, Figure
from helpers.figures._figure import source_line
from helpers.figures._style import house_style, new_drawing, points


def draw(**changes) -> Figure:
    with house_style():
        drawing = new_drawing(400, 200)
        axes = drawing.add_axes((0, 0, 1, 1))
        axes.text(0.1, 0.5, "Қазақстан $5 to $9", fontsize=points(16), color=LIGHT["accent"])
    parts = {
        "title": "One mark is seen",
        "alt": "One mark at Aktau.",
        "source": "Source: a test.",
        "rows": pd.DataFrame({"fact_id": ["a<b>"], "asserted_by": [None]}),
    }
    return Figure(drawing, **(parts | changes))


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
    text = draw().drawing.axes[0].texts[0]
    assert not text.get_parse_math()


def test_the_least_width_keeps_type_at_eleven_pixels():
    figure = draw()
    assert figure.width_px == 400
    assert figure.least_width_px == 400 * 11 / 16


@pytest.mark.parametrize("kind", ["svg", "png"])
def test_saves_the_same_bytes_with_title_and_source(tmp_path, kind):
    figure = draw()
    first = figure.save(tmp_path / f"one.{kind}").read_bytes()
    assert first == figure.save(tmp_path / f"two.{kind}").read_bytes()
    assert len(first) > 1000
    assert len(figure.drawing.texts) == 0


def test_another_process_draws_the_same_bytes():
    code = (
        "import sys; sys.path.insert(0, 'tests'); from test_figure import draw;"
        "sys.stdout.write(draw().svg())"
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


def test_source_line_comes_from_the_records():
    story = load_dossier("kazakhstan-2022").from_sources("article")
    publisher = story.sources["publisher"].iloc[0]
    assert source_line(story) == f"Source: {publisher}, January 2022."


def test_source_line_counts_what_it_does_not_name():
    story = load_dossier("kazakhstan-2022")
    line = source_line(story)
    assert line.startswith("Sources: Republic World")
    assert line.count(";") == 4
    assert re.search(r"; and \d+ more\.$", line)
