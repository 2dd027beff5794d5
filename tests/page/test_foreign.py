"""What notebooks that are not ours hold: shown without script, or named in a line."""

import base64
import re
import time

import pytest
from nbformat.v4 import (
    new_code_cell,
    new_markdown_cell,
    new_notebook,
    new_output,
    new_raw_cell,
)

from helpers.page import DossierExporter, convert

PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGBgAAAABQABh6FO"
    "1AAAAABJRU5ErkJggg=="
)
PLOTLY = {
    "application/vnd.plotly.v1+json": {"data": []},
    "text/html": '<div><script>draw()</script><div id="x" class="plotly-graph-div"></div></div>',
}
ALTAIR = {"application/vnd.vegalite.v5+json": {}, "text/plain": "<VegaLite 5 object>\n\nIf you see"}
FOLIUM = {
    "text/html": '<div style="width:100%"><span>Make this Notebook Trusted to load map: File -> '
    'Trust Notebook</span><iframe srcdoc="leaflet.js"></iframe></div>'
}
SOUND = {
    "text/html": '<audio controls><source src="data:audio/wav;base64,UklGRg==">Your browser does '
    "not support the audio element.</audio>"
}
WIDGET = {
    "application/vnd.jupyter.widget-view+json": {"model_id": "1"},
    "text/plain": "IntSlider(value=3)",
}
BAR = {"text/html": "<progress value='3' max='10'></progress>", "text/plain": "[===   ] 3/10"}


def export(*cells) -> str:
    """The page of a notebook, without its style sheets."""
    page = convert(new_notebook(cells=[new_markdown_cell("# T"), *cells]))
    return page.partition("<body>")[2]


def show(data: dict, **options) -> str:
    return export(new_code_cell("x", outputs=[new_output("display_data", data, **options)]))


def printed(*texts: str) -> str:
    return export(new_code_cell("x", outputs=[new_output("stream", text=t) for t in texts]))


@pytest.mark.parametrize(
    ("texts", "left"),
    [
        (["  0%|\r", " 50%|\r", "100%|\n"], "100%|\n"),
        (["a\n 10%\r100%\nb"], "a\n100%\nb"),
        (["one\r\ntwo\r\n"], "one\ntwo\n"),
        (["50%\r100%\r"], "100%\r"),
    ],
)
def test_of_a_progress_bar_its_last_state_is_left(texts, left):
    shown = printed(*texts).partition('<pre class="stream" tabindex="0">')[2]
    assert shown.partition("</pre>")[0].strip() == left.strip()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (PLOTLY, "A chart by Plotly cannot be shown without script."),
        (ALTAIR, "A chart by Altair or Vega cannot be shown without script."),
        (FOLIUM, "A map by Folium or Leaflet cannot be shown without script."),
        (SOUND, "A sound cannot be shown without script."),
        (WIDGET, "A widget cannot be shown without script: IntSlider(value=3)."),
        (BAR, "A progress bar cannot be shown without script: [===   ] 3/10."),
        ({"application/vnd.x+json": {}}, "An output cannot be shown without script."),
    ],
)
def test_what_needs_a_script_is_named_in_a_line(data, said):
    page = show(data)
    assert page.count(said) == 1
    assert "Trusted" not in page
    assert "does not support" not in page
    assert "If you see" not in page


@pytest.mark.parametrize("data", [PLOTLY, ALTAIR, FOLIUM])
def test_a_static_picture_goes_first(data):
    page = show(data | {"image/png": PIXEL})
    assert f"data:image/png;base64,{PIXEL}" in page
    assert "without script" not in page


def test_a_script_that_shows_nothing_leaves_nothing():
    assert 'class="output' not in show({"text/html": "<script>load()</script>"})


def test_what_is_seen_beside_a_script_stays():
    page = show({"text/html": "<script>sort()</script><table><tr><td>7</td></tr></table>"})
    assert "<td>7</td>" in page
    assert "without script" not in page


@pytest.mark.parametrize("kind", ["image/gif", "image/webp"])
def test_other_pictures_of_browsers_are_shown(kind):
    page = show({kind: PIXEL}, metadata={kind: {"alt": 'A "dot"'}})
    assert f'src="data:{kind};base64,{PIXEL}"' in page
    assert 'alt="A &quot;dot&quot;"' in page


def test_each_table_scrolls_by_itself_and_has_a_name_of_its_own():
    table = {"text/html": '<table class="dataframe"><tr><td>7</td></tr></table>'}
    cells = [new_code_cell("x", outputs=[new_output("display_data", table)] * 2) for _ in "ab"]
    regions = re.findall('<div [^>]*class="output scroll"[^>]*>', export(*cells))
    assert all('role="region"' in region and 'tabindex="0"' in region for region in regions)
    names = [re.findall('aria-label="([^"]*)"', region) for region in regions]
    assert names == [["Table 1"], ["Table 2"], ["Table 3"], ["Table 4"]]


def test_pictures_beside_the_notebook_and_on_the_cell_are_in_the_page(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    for path in (folder / "a.png", tmp_path / "out.png"):
        path.write_bytes(base64.b64decode(PIXEL))
    (folder / "key.txt").write_text("secret")
    (folder / "link.png").symlink_to(tmp_path / "out.png")
    cell = new_markdown_cell(
        "# T\n\n![one](a.png) ![two](attachment:b.png) ![no](../out.png) ![key](key.txt) "
        "![far](https://x.invalid/p.png) ![gone](attachment:c.png) ![link](link.png)\n\n"
        f"![long]({'a' * 300}.png) <img alt='none' src='b\0.png'>\n\n"
        "<img src='a.png' alt='three'>",
        attachments={"b.png": {"image/png": PIXEL}},
    )
    resources = {"metadata": {"path": str(folder)}}
    page, _ = DossierExporter().from_notebook_node(new_notebook(cells=[cell]), resources)
    assert page.count(f'src="data:image/png;base64,{PIXEL}"') == 3
    for left in (
        "no, ../out.png",
        "key, key.txt",
        "far, https://x.invalid/p.png",
        "link, link.png",
    ):
        assert f"[Picture left out: {left}]" in page
    assert "[Picture left out: gone, attachment:c.png]" in page
    assert f"[Picture left out: long, {'a' * 300}.png]" in page and "none, b" in page
    assert "c2VjcmV0" not in page


def grows(make, count: int) -> float:
    """How many times as long what is four times as long takes: sixteen where it is read anew."""
    make(1)  # which imports
    seconds = []
    for length in (count, 4 * count):
        begun = time.process_time()
        make(length)
        seconds.append(time.process_time() - begun)
    return seconds[1] / seconds[0]


@pytest.mark.parametrize("text", ["<script>", "<style>", "<link ", "<!--", "<img ", "<img '"])
def test_what_is_never_closed_is_read_once(text):
    assert grows(lambda count: show({"text/html": text * count}), 4_000) < 10


def test_a_long_line_that_is_printed_is_read_once():
    assert grows(lambda count: printed("x" * count), 30_000) < 10


@pytest.mark.parametrize("kind", ["text/html", "image/png", "image/svg+xml", "text/plain"])
def test_metadata_that_is_no_table_is_none(kind):
    data = {"text/html": "<b>x</b>", "text/plain": "x", "image/svg+xml": "<svg></svg>"}
    page = show({kind: (data | {"image/png": PIXEL})[kind]}, metadata={kind: "x"})
    assert "x" in page


def test_a_remote_picture_of_an_output_is_named():
    page = show({"text/html": "<p>See <img alt='A <b>' src=https://x.invalid/p.png></p>"})
    assert "[Picture left out: A &lt;b&gt;, https://x.invalid/p.png]" in page
    assert "<img" not in page


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("so $x^2$ is", '<math display="inline"'),
        ("$$\\frac{a}{b}$$", '<math display="block"'),
        ("\\begin{align}a&=b\\\\c&=d\\end{align}", "<mtable"),
    ],
)
def test_a_formula_is_mathml(cell, expected):
    page = export(new_markdown_cell(cell))
    assert expected in page
    assert "$" not in page


def test_the_latex_of_an_output_is_mathml():
    page = show({"text/latex": "$\\displaystyle \\frac{x}{2}$", "text/plain": "x/2"})
    assert "<mfrac>" in page


def test_a_formula_runs_nothing():
    page = export(
        new_markdown_cell("$\\text{<script>alert(1)</script>}$ $\\href{javascript:x}{y}$")
    )
    assert "<script" not in page
    assert 'href="javascript' not in page


def test_tasks_have_marks_and_footnotes_lead_there_and_back():
    cell = new_markdown_cell("- [ ] open\n- [x] done\n\nSaid[^a]\n\n[^a]: By *whom*")
    page = export(cell, new_markdown_cell("Else[^1]\n\n[^1]: Another"))
    assert "☐ open" in page
    assert "☑ done" in page
    assert "<em>whom</em>" in page
    ids, links = re.findall(' id="(fn[^"]*)"', page), re.findall('href="#(fn[^"]*)"', page)
    assert len(ids) == len(set(ids)) == 4
    assert sorted(links) == sorted(ids)


def test_headings_that_skip_levels_are_told_without_a_gap():
    page = export(*(new_markdown_cell(f"{'#' * n} At {n}") for n in (6, 6, 3, 4, 2)))
    told = re.findall(r'<h(\d)(?: aria-level="(\d)")? id="At', page)
    assert told == [("6", "2"), ("6", "2"), ("3", "2"), ("4", "3"), ("2", "")]


def test_a_style_sheet_of_pandas_is_the_pages():
    style = "<style scoped>\n    .dataframe tbody tr th { vertical-align: top }</style>"
    page = show({"text/html": f"{style}<table class='dataframe'><tr><td>7</td></tr></table>"})
    assert "<td>7</td>" in page
    assert "<style" not in page


def test_a_raw_cell_is_html_only_where_it_says_so():
    cells = [
        new_raw_cell("as <b>typed</b>"),
        new_raw_cell("<i>set</i>", metadata={"format": "text/html"}),
        new_raw_cell("\\section{paper}", metadata={"raw_mimetype": "text/latex"}),
    ]
    page = export(*cells)
    assert "as &lt;b&gt;typed&lt;/b&gt;" in page
    assert "<i>set</i>" in page
    assert "paper" not in page


@pytest.mark.parametrize("metadata", [{"isolated": True}, {"text/html": {"isolated": True}}])
def test_an_isolated_style_is_not_the_pages(metadata):
    data = {"text/html": "<style>body{display:none}</style><p style='color:red'>seen</p>"}
    page = show(data, metadata=metadata)
    assert "display:none" not in page
    assert '<p style="color:red">seen</p>' in page


@pytest.mark.parametrize(
    "metadata", [{"needs_background": "light"}, {"image/png": {"needs_background": "light"}}]
)
def test_a_picture_has_the_ground_that_it_needs(metadata):
    assert 'class="on-light"' in show({"image/png": PIXEL}, metadata=metadata)
    assert 'class="on-light"' not in show({"image/png": PIXEL})


@pytest.mark.parametrize(
    ("source", "metadata"),
    [
        ('#| label: fig-1\n#| fig-cap: "Deaths a day"\nplot()', {}),
        ("#| fig-alt: Deaths a day\nplot()", {}),
        ("plot()", {"caption": "Deaths a day"}),
        ("plot()", {"title": "Deaths a day"}),
    ],
)
@pytest.mark.parametrize("kind", ["image/png", "image/webp"])
def test_a_picture_is_described_by_its_cells_caption(source, metadata, kind):
    output = new_output("display_data", {kind: PIXEL})
    page = export(new_code_cell(source, metadata=metadata, outputs=[output]))
    assert re.findall('<img [^>]*alt="([^"]*)"', page) == ["Deaths a day"]


def test_of_many_pictures_it_is_said_once_that_nobody_describes_them():
    outputs = [new_output("display_data", {"image/png": PIXEL}) for _ in "abc"]
    page = export(new_code_cell("x", outputs=outputs))
    alts = re.findall('<img [^>]*alt="([^"]*)"', page)
    assert alts == ["The first of 3 pictures without a description", "", ""]


def test_typed_code_is_scrolled_by_the_keyboard():
    assert '<pre tabindex="0"><code>' in export(new_markdown_cell("    a long line of code"))


def test_a_header_that_says_nothing_is_none():
    page = show({"text/html": "<table><thead><tr><th></th><th>a</th></tr></thead></table>"})
    assert "<tr><td></td><th>a</th></tr>" in page
