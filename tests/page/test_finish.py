import json
import re
from base64 import b64encode
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from urllib.parse import quote
from zipfile import ZipFile

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from helpers.dossier import load_dossier
from helpers.figures import numbers
from helpers.page import convert, passages
from helpers.page._cleaning import sanitise, sanitise_svg

PAYLOADS = Path(__file__).parents[1] / "fixtures" / "hostile.json"
GROUPS = json.loads(PAYLOADS.read_text(encoding="utf-8"))
HARMFUL = GROUPS["kept"] | GROUPS["refused"]
ALLOWED = set(
    """a body clippath code data defs details div em figcaption figure g h1 h2 html img li main math
    nav ol p path picture pre q rect section span strong style summary svg table tbody td text th
    thead title tr ul use
    menclose merror mfrac mi mn mo mover mpadded mroot mrow mspace msqrt mstyle msub msubsup msup
    mtable mtd mtext mtr munder munderover""".split()
)


class Live(HTMLParser):
    """What of a page could run, fetch or send."""

    def __init__(self, page: str):
        super().__init__()
        self.found = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        if tag not in ALLOWED:
            self.found.append(tag)
        for name, value in attrs:
            is_address = name in ("src", "href", "xlink:href", "action", "data", "srcset")
            local = (value or "").startswith(("#", "data:image/png"))
            local = local or ((tag, name) == ("a", "href") and value.startswith("https://"))
            if name.startswith("on") or (is_address and not local):
                self.found.append((tag, name, value))


def notebook(html: str):
    outputs = [new_output("display_data", {"text/html": html})]
    return new_notebook(
        cells=[new_markdown_cell("# T\n\nWhy?"), new_code_cell("x", outputs=outputs)]
    )


def body(page: str) -> str:
    return page.partition("<body>")[2]


@pytest.mark.parametrize("html", HARMFUL.values(), ids=HARMFUL)
def test_what_runs_or_fetches_is_taken_out_of_output_picture_and_text(html):
    page = body(convert(notebook(f"<p>before</p>{html}<p>behind</p>")))
    assert "<p>before</p>" in page
    assert Live(page).found == []
    assert Live(sanitise_svg(f'<svg viewBox="0 0 1 1">{html}</svg>')).found == []
    page = body(convert(new_notebook(cells=[new_markdown_cell(f"# T\n\nWhy?\n\n{html}")])))
    assert Live(page).found == []


def test_a_number_has_its_origin_and_no_data_of_others():
    html = '<data value="2" data-fact="a" data-x="y">2</data><p data-fact="a">x</p>'
    assert sanitise(html) == '<data value="2" data-fact="a">2</data><p>x</p>'


@pytest.mark.parametrize(
    "html",
    [
        "<style>@import 'x.css'</style>",
        "<style>p { background: url(//evil.example) }</style>",
        r"<style>p { background: u\72l(//evil.example) }</style>",
        "<style>p { background: image-set('//evil.example' 1x) }</style>",
        "<p style='background: URL (//evil.example)'>",
        "<svg viewBox='0 0 1 1'><path fill='url(//evil.example#x)'></svg>",
    ],
)
def test_a_style_that_fetches_is_taken_out(html):
    assert "evil" not in sanitise(html)
    assert "import" not in sanitise(html)
    assert "evil" not in sanitise_svg(f"<svg viewBox='0 0 1 1'>{html}</svg>")


def test_a_style_that_fetches_nothing_is_kept():
    html = "<style>td { color: red } .metadata:hover { color: blue }</style>"
    assert sanitise(html) == html
    svg = '<svg viewBox="0 0 1 1"><path style="fill: url(#hatch)"></path></svg>'
    assert sanitise_svg(svg) == svg


def test_what_a_page_is_made_of_is_kept():
    html = (
        '<figure class="dossier-figure"><figcaption><strong>T</strong></figcaption></figure>'
        '<div class="scroll" role="region" aria-label="A" tabindex="0"><table><caption>C</caption>'
        '<tbody><tr id="fact-1"><th scope="row">1</th><td style="text-align:left">x</td></tr>'
        '</tbody></table></div><details><summary>S</summary></details>'
        '<p lang="kk">ө <a href="https://example.org/">x</a> <data value="2">two</data>'
        '<data data-fact="a1 a2" value="2">two</data><data data-rule="count" value="2">2</data></p>'
    )  # fmt: skip
    assert sanitise(html).replace(";", "") == html.replace(";", "")


@pytest.fixture(scope="module")
def story():
    return load_dossier("kazakhstan-2022").from_sources("article")


@pytest.fixture(scope="module")
def page(story):
    parts = [*[numbers(story, "casualties")] * 2, passages.facts_table(story)]
    return convert(notebook("".join(part._repr_html_() for part in parts)))


def test_pictures_are_part_of_the_page_with_ids_of_their_own(page):
    assert page.count("<svg") == 4  # two figures, each in two forms
    assert "data:image" not in page
    ids = re.findall(r' id="([^"]*)"', page)
    assert len(ids) == len(set(ids))
    used = re.findall(r"url\(#([^)]+)\)|href=\"#([^\"]+)", page)
    assert {a or b for a, b in used} <= {*ids, "content"}


def test_a_picture_has_a_form_for_each_width_and_each_is_readable(page):
    forms = re.findall(r'<div class="picture( narrow)?".*?viewBox="0 0 ([\d.]+)', page, re.DOTALL)
    assert [kind for kind, _ in forms] == ["", " narrow"] * 2
    wide, narrow = (float(points) / 0.75 for _, points in forms[:2])
    assert (wide, narrow) == (840, 340)
    assert page.count("<picture") == page.count("<source") == 0


@pytest.mark.parametrize(
    "srcset",
    [
        "//evil.example/x.png",
        "https://evil.example/x.png 2x",
        "data:image/png;base64,AA== 1x, //evil.example/x.png 2x",
        "data:text/html,evil.example",
    ],
)
def test_a_form_that_stands_elsewhere_is_not_fetched(srcset):
    html = f'<picture><source media="(max-width: 9rem)" srcset="{srcset}"><img alt=""></picture>'
    assert "evil" not in sanitise(html)


def test_a_narrow_picture_says_what_the_wide_one_does(page):
    wide, narrow = re.findall(r"<svg[^>]*>", page)[:2]
    name = re.search(r' aria-labelledby="([^"]*)"', narrow)[1]
    assert f' id="{name}"' in wide
    assert "12 people" in re.search(r' aria-label="([^"]*)"', wide)[1]


def draw(content: str) -> str:
    """A page with one picture of ours that holds this."""
    svg = quote(f'<svg viewBox="0 0 9 9">{content}</svg>')
    picture = f'<div class="picture"><img src="data:image/svg+xml,{svg}" alt="x"></div>'
    return convert(notebook(f'<figure class="dossier-figure">{picture}</figure>'))


ROUND = "M3 0C3.8 0 4.56 .32 5.12 .88C5.68 1.44 6 2.2 6 3C6 3.8 5.68 4.56 5.12 5.12C4.56 5.68 3.8 6 3 6C2.2 6 1.44 5.68 .88 5.12C.32 4.56 0 3.8 0 3C0 2.2 .32 1.44 .88 .88C1.44 .32 2.2 0 3 0z"  # noqa: E501


def test_a_circle_is_drawn_as_one_and_nothing_else_is():
    assert '<circle cx="3" cy="3" r="3" fill="red"/>' in draw(f'<path d="{ROUND}" fill="red"/>')
    oval = ROUND.replace("C6 3.8", "C6.5 3.8").replace("6 3C", "6.5 3C")
    assert "<circle" not in draw(f'<path d="{oval}"/>')


@pytest.mark.parametrize("style", ["fill:red}body{display:none", "fill:url(#x)", "--a:;}"])
def test_only_a_look_that_ends_where_it_should_is_named(style):
    page = draw(f'<path d="M0 0" style="{style}"></path>')
    assert "svg .look" not in page
    page = draw('<path d="M0 0" style="fill:var(--ink);opacity:.5"></path>')
    assert ":is(svg,g) .look-0{fill:var(--ink);opacity:.5}" in page
    assert 'd="M0 0" class="look-0"' in page


def test_a_zip_holds_tables_or_is_no_link():
    def pack(*names: str) -> str:
        packed = BytesIO()
        with ZipFile(packed, "w") as archive:
            for name in names:
                archive.writestr(name, "x")
        return f"data:application/zip;base64,{b64encode(packed.getvalue()).decode()}"

    assert "href" in sanitise(f'<a href="{pack("facts.csv", "dossier.json")}">x</a>')
    for address in (pack("facts.csv", "run.exe"), pack("../facts.csv"), pack()[:-9]):
        assert "href" not in sanitise(f'<a href="{address}">x</a>')


def test_a_picture_says_what_it_shows_and_its_label_leads_to_the_fact(page):
    name = re.search(r'<svg[^>]* role="group" aria-label="([^"]*)"', page)[1]
    assert "12 people" in name
    label = re.search(r'<a href="#fact-a01"><title>([^<]*)</title>(.*?)</a>', page, re.DOTALL)
    assert label[1] == "Deaths so far in the unrest, the outlet, 6 January 2022"
    assert ">12</text>" in label[2]


def test_a_fact_leads_back_to_the_figures_that_draw_it(page):
    row = re.search(r'<tr id="fact-a01".*?</th>', page, re.DOTALL)[0]
    assert re.findall(r'href="#(figure-\d)"', row) == ["figure-1", "figure-2"]
    other = re.search(r'<tr id="fact-a02".*?</th>', page, re.DOTALL)[0]
    assert "figure" not in other


def test_a_replaced_fact_s_row_is_found_too():
    whole = load_dossier("kazakhstan-2022").select(fact_id=["r01", "r34", "a01"])
    parts = [passages.comparison_table(whole), passages.facts_table(whole)]
    page = convert(notebook("".join(part.html for part in parts)))
    assert 'id="fact-r01" class="superseded"' in page
    assert '<a href="#fact-r01">' in page


def test_a_fact_without_a_row_is_no_link(story):
    page = convert(notebook(numbers(story, "casualties")._repr_html_()))
    assert "<svg" in page
    assert "#fact-" not in page


def test_a_picture_that_is_not_ours_is_left_a_picture():
    html = '<figure class="dossier-figure"><div class="picture"><img src="data:image/png;base64,AA==" alt="x"></div></figure>'  # noqa: E501
    page = convert(notebook(html))
    assert 'src="data:image/png;base64,AA=="' in page
    assert 'id="figure-1"' in page


def test_what_a_reader_reads_is_left_as_typed():
    typed = '&lt;td style="text-align:left"&gt;'
    page = convert(notebook(f'<table><tr><td style="text-align:left">{typed}</td></tr></table>'))
    assert f"<td>{typed}</td>" in page


ELSEWHERE = ["https://a/b.svg#x", "//a/b#x", "b.html#x", "b.svg", "data:image/svg+xml,<svg/>", ""]


@pytest.mark.parametrize("address", ELSEWHERE)
@pytest.mark.parametrize("name", ["href", "xlink:href"])
@pytest.mark.parametrize("tag", ["use", "pattern", "linearGradient"])
def test_a_picture_takes_no_part_from_elsewhere(tag, name, address):
    assert "href" not in sanitise_svg(f'<svg><{tag} {name}="{address}"></{tag}></svg>')
    assert f'{name}="#x"' in sanitise_svg(f'<svg><{tag} {name}="#x"></{tag}></svg>')


def test_a_picture_of_others_without_words_says_that_it_has_none():
    shown = '<img src="data:image/png;base64,AA=="><img title="a>b" alt="" src="#x">'
    page = convert(notebook(shown))
    assert page.count("A picture without a description") == 1
    assert page.count(" alt=") == 1
    assert "[Picture left out: #x]" in page


DRAWN = "data:image/svg+xml," + quote(
    "<svg xmlns='http://www.w3.org/2000/svg'><g/></svg>", safe=" '"
)


def test_pictures_of_others_are_what_they_were_wherever_they_are_named():
    html = (
        f'<picture><source media="(max-width: 9rem)" srcset="{DRAWN.replace(" ", "%20")}">'
        f'<img src="{DRAWN}" alt="one"></picture>'
        f"<img src='{DRAWN.replace(chr(39), '%27')}' alt='two'>"
        f'<img src="data:image/svg+xml,0" alt="three"><p title="{DRAWN}">"{DRAWN}"</p>'
    )
    shown = Pictures(convert(notebook(html)))
    plain = DRAWN.replace(" ", "%20")
    assert shown.addresses == [plain, DRAWN, DRAWN.replace("'", "%27"), "data:image/svg+xml,0"]
    assert shown.titles == [DRAWN]
    assert f'"{DRAWN}"' in shown.text


class Pictures(HTMLParser):
    """The addresses of a page's pictures, its tooltips and its text."""

    def __init__(self, page: str):
        super().__init__()
        self.addresses, self.titles, self.text = [], [], ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.addresses += [value for name, value in attrs if name in ("src", "srcset")]
        self.titles += [value for name, value in attrs if name == "title"]

    def handle_data(self, data):
        self.text += data


def test_no_style_is_hidden_in_what_looks_like_a_picture():
    hidden = '"data:image/svg+xml,*/ @import url(//evil.example/x.css); /*"'
    page = convert(notebook(f"<style>p {{ color: red }} /* {hidden} */</style><p>seen</p>"))
    assert "seen" in page
    assert "evil" not in page
