"""The pages for everyone: every rule of axe-core, the keyboard, languages, zoom, motion, print."""

import re
from importlib.resources import files
from io import BytesIO
from itertools import pairwise

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from PIL import Image

from helpers.dossier import load_dossier
from helpers.figures import locator_map
from helpers.page import convert

pytestmark = pytest.mark.browser

AXE = files("axe_playwright_python").joinpath("axe.min.js")
MODES = {
    "light": {"width": 1280},
    "dark": {"width": 1280, "color_scheme": "dark"},
    "phone": {"width": 390},
    "dark phone": {"width": 390, "color_scheme": "dark"},
    "400 % zoom": {"width": 320},
}
PAGES = ("report", "record", "failed", "index")
# Every rule, the experimental ones and those of level AAA too: none is left out. Of what passes axe
# need not write down each element, nor for any a selector: that takes longer than the rules. Those
# of colours take ten times as long as all others.
RUN_AXE = """async (with_colours) => {
  const all = axe.getRules();
  const asked = all.filter(rule => with_colours || !rule.tags.includes('cat.color'));
  const rules = Object.fromEntries(all.map(rule =>
    [rule.ruleId, {enabled: asked.includes(rule)}]));
  const found = await axe.run(document,
    {rules, selectors: false, resultTypes: ['violations', 'incomplete']});
  const list = results => results.flatMap(rule => rule.nodes.map(node =>
    ({rule: rule.id, html: node.html.slice(0, 200), why: node.failureSummary})));
  const ran = found.passes.length + found.violations.length + found.inapplicable.length
    + found.incomplete.filter(rule => !found.passes.some(other => other.id === rule.id)).length;
  return {violations: list(found.violations), undecided: list(found.incomplete),
    rules: asked.length, ran};
}"""
PAPER = (255, 254, 252)
OPEN_ALL = "document.querySelectorAll('details').forEach(details => details.open = true)"
# axe sees no colour through a gradient: the shadows at the edges of tables go while it looks.
NO_SHADOWS = "document.querySelectorAll('.scroll').forEach(e => e.style.background = 'none')"
# What is hidden on purpose: each is looked at in the mode that shows it, but for the parts of a
# tall picture, which are for print and say nothing of their own.
HIDDEN = (
    '<div class="picture',
    "<summary>The evidence<",
    "<summary>Contents<",
    '<div class="day on-',
    '<div class="parts" aria-hidden="true"',
)
FOCUSABLE = "a[href], summary, [tabindex]"


# The record of the shipped dossier has no parts but those of its report and of two other records,
# and takes axe a minute.
@pytest.mark.parametrize(
    ("name", "mode"),
    [(name, mode) for name in ("report", "failed") for mode in MODES]
    + [
        (name, mode)
        for name in ("record of ferry", "record of winston-2016", "index")
        for mode in ("light", "dark phone")
    ],
)
def test_axe_finds_nothing(open_page, pages, mode, name):
    page = open_page(file=pages(name), **MODES[mode])
    page.evaluate(OPEN_ALL)
    page.evaluate(NO_SHADOWS)
    if mode == "dark phone" and page.locator(".days").count():
        page.locator(".days input").first.check()
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(RUN_AXE, mode != "400 % zoom")  # which has the colours of a phone
    assert found["violations"] == []
    assert found["ran"] >= found["rules"] > 95
    # Text over a picture's shapes (its colours are tested with the palette), a lone sign, the
    # heading of a group of rows, and on a phone what is scrolled out of sight: axe leaves these
    # to a person. On a wide screen it sees the same colours.
    others = [
        one
        for one in found["undecided"]
        if "too short" not in one["why"]
        and not (one["rule"] == "hidden-content" and one["html"].startswith(HIDDEN))
    ]
    allowed = {"color-contrast", "th-has-data-cells"}
    assert [one for one in others if one["rule"] not in allowed] == []
    contrasts = [one["html"] for one in others if one["rule"] == "color-contrast"]
    if MODES[mode]["width"] == 1280:
        assert [html for html in contrasts if not html.startswith(("<text", "<tspan"))] == []


@pytest.mark.parametrize("name", PAGES)
def test_headings_follow_one_another(open_page, pages, name):
    page = open_page(file=pages(name))
    levels = page.locator("h1, h2, h3, h4, h5, h6").evaluate_all(
        "all => all.map(h => +h.tagName[1])"
    )
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(b - a <= 1 for a, b in pairwise(levels))


@pytest.mark.parametrize("name", PAGES)
def test_landmarks_are_few_and_named(open_page, pages, name):
    page = open_page(file=pages(name))
    page.evaluate(OPEN_ALL)
    assert page.locator("main").count() == 1
    assert page.locator("nav").count() == page.locator("nav[aria-label]").count() <= 1
    regions = page.locator("[role=region], section")
    names = regions.evaluate_all("all => all.map(e => e.getAttribute('aria-label'))")
    assert all(names)
    assert len(set(names)) == len(names)


def test_the_skip_link_comes_first_is_seen_and_works(open_page):
    page = open_page()
    page.keyboard.press("Tab")
    skip = page.locator(":focus")
    assert skip.inner_text() == "Skip to the report"
    box = skip.bounding_box()
    assert box["x"] >= 0
    assert box["y"] >= 0
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.url.endswith("#content")
    assert page.locator(":focus").evaluate("e => !!e.closest('main')")


@pytest.mark.parametrize("width", [1280, 390])
def test_focus_is_seen_wherever_it_goes(open_page, width):
    page = open_page(width)
    page.evaluate(OPEN_ALL)
    page.keyboard.press("Tab")  # the keyboard is in use: a browser then shows where the focus is
    hidden = page.locator(FOCUSABLE).evaluate_all("""all => all.filter(e => e.checkVisibility())
      .filter(e => { e.focus(); const style = getComputedStyle(e);
        return document.activeElement !== e || style.outlineStyle === 'none'
          || parseFloat(style.outlineWidth) < 2; }).map(e => e.outerHTML.slice(0, 200))""")
    assert hidden == []
    for selector in ("nav a", "td a", "summary", ".scroll", "svg a"):
        element = page.locator(f"{selector}:visible").first
        element.scroll_into_view_if_needed()
        box = element.bounding_box()
        clip = {"x": max(box["x"] - 6, 0), "y": max(box["y"] - 6, 0)}
        clip |= {"width": min(box["width"] + 12, width), "height": min(box["height"] + 12, 200)}
        element.evaluate("e => e.blur()")
        before = page.screenshot(clip=clip)
        element.evaluate("e => e.focus({preventScroll: true})")
        assert page.screenshot(clip=clip) != before, selector


def test_a_tab_stop_leads_somewhere_opens_something_or_scrolls(open_page):
    page = open_page(390)
    page.evaluate(OPEN_ALL)
    others = page.locator("[tabindex]:not(.scroll[tabindex='0'])")
    assert others.count() == 0
    still = page.locator("[tabindex]").evaluate_all(
        "all => all.filter(e => e.scrollWidth <= e.clientWidth).map(e => e.ariaLabel)"
    )
    assert still == []
    # And what scrolls can be reached: it is a stop itself, or a link stands in it.
    lost = page.locator("main *").evaluate_all("""all => all.filter(e =>
      e.scrollWidth > e.clientWidth && ['auto', 'scroll'].includes(getComputedStyle(e).overflowX)
      && e.tabIndex !== 0 && !e.querySelector('a')).map(e => e.outerHTML.slice(0, 200))""")
    assert lost == []


def test_a_wide_screen_has_no_tab_stop_that_need_not_scroll(open_page):
    page = open_page()
    stops = page.locator("[tabindex]").evaluate_all(
        "all => all.filter(e => e.checkVisibility()).map(e => e.ariaLabel)"
    )
    assert stops == []


@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_lost_at_400_percent_and_with_wider_spacing(open_page, pages, name):
    page = open_page(320, file=pages(name))
    page.evaluate(OPEN_ALL)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.evaluate("""document.querySelectorAll('main, main :not(svg, svg *)').forEach(e => {
      Object.assign(e.style, {lineHeight: 1.5, letterSpacing: '.12em', wordSpacing: '.16em'});
    })""")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_no_picture_scrolls(open_page):
    shown = "e => parseFloat(getComputedStyle(e, '::before').paddingBottom) > 0"
    for width in (390, 1280):
        page = open_page(width)
        for picture in page.locator(".picture:visible").all():
            assert picture.evaluate(shown) is False


def test_a_page_needs_no_script(open_page):
    page = open_page(java_script_enabled=False)
    assert page.locator(".picture:visible > svg").count() == page.locator("figure").count() > 0
    details = page.locator("figure details").first
    assert not details.locator("table").is_visible()
    details.locator("summary").click()
    assert details.locator("table").is_visible()
    # The evidence stands beside what it proves, or on a phone folded up below it.
    assert all(words.is_visible() for words in page.locator(".evidence ul").all())
    evidence = open_page(390, java_script_enabled=False).locator(".evidence").first
    assert not evidence.locator("ul").is_visible()
    evidence.locator("summary").click()
    assert evidence.locator("ul").is_visible()


def test_nothing_moves(open_page):
    page = open_page(reduced_motion="reduce")
    moving = page.locator("*").evaluate_all("""all => all.filter(e => {
      const style = getComputedStyle(e);
      return style.animationName !== 'none' || parseFloat(style.transitionDuration) > 0
        || style.scrollBehavior !== 'auto'; }).length""")
    assert moving == 0


FOREIGN = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (/[\\u0400-\\u052f]/.test(node.data) && !node.parentElement.closest('svg'))
      found.push([node.data.trim(), node.parentElement.closest('[lang]').lang]);
  }
  return found;
}"""


def test_titles_in_other_languages_say_so(open_page, pages):
    found = open_page(file=pages("record")).evaluate(FOREIGN)
    others = set(load_dossier("kazakhstan-2022").sources["language"]) - {"en"}
    assert {language for _, language in found} == others == {"kk", "ru"}


@pytest.mark.parametrize(
    ("language", "name"), [("kk", "«Байқоңыр» ғарыш айлағы"), ("ru", "космодром Байконур")]
)
def test_place_names_say_their_language(open_page, tmp_path, language, name):
    figure = locator_map(load_dossier("kazakhstan-2022"), place_names=language)
    output = new_output("display_data", {"text/html": figure._repr_html_()})
    cells = [new_markdown_cell("# T\n\nWhy?"), new_code_cell("x", outputs=[output])]
    file = tmp_path / "map.html"
    file.write_text(convert(new_notebook(cells=cells)), encoding="utf-8")
    found = open_page(file=file).evaluate(FOREIGN)
    assert [name, language] in found
    assert {spoken for _, spoken in found} == {language}


def test_a_line_of_text_has_60_to_75_characters(open_page):
    page = open_page()
    lines = page.locator(".text p, .caveats li").evaluate_all("""all => all.flatMap(p => {
      const rows = {}, range = document.createRange();
      const walker = document.createTreeWalker(p, NodeFilter.SHOW_TEXT);
      while (walker.nextNode()) for (let i = 0; i < walker.currentNode.length; i++) {
        range.setStart(walker.currentNode, i); range.setEnd(walker.currentNode, i + 1);
        const box = range.getBoundingClientRect(), at = Math.round(box.bottom / 12);
        rows[at] = (rows[at] || 0) + 1;
      }
      return Object.values(rows).slice(0, -1);
    })""")
    full = sorted(lines)[len(lines) // 2 :]
    assert len(full) > 5
    assert max(full) <= 80
    assert 60 <= sum(full) / len(full) <= 75


def test_the_contents_come_first_and_the_heads_of_tables_stay_in_view(open_page):
    page = open_page()
    box = page.locator("nav.contents").bounding_box()
    assert box["y"] + box["height"] <= page.locator("h2").first.bounding_box()["y"] <= 900
    rows = page.locator("table.facts tbody tr")
    for row in (rows.nth(20), rows.nth(40)):
        row.evaluate("e => e.scrollIntoView({block: 'center'})")
        assert page.locator("table.facts thead th").first.bounding_box()["y"] == 0


# Of the article's day alone there is nothing to turn back to: its page has no row of days.
@pytest.mark.parametrize(
    ("name", "at_the_top"), [("report", "table.facts thead th"), ("record", ".days")]
)
def test_a_row_that_is_led_to_is_not_under_what_stays_at_the_top(
    open_page, pages, name, at_the_top
):
    page = open_page(file=pages(name))
    page.locator(".key-figures a[href^='#']:visible").last.click()
    row, top = page.locator("tr:target"), page.locator(at_the_top).first.bounding_box()
    assert top["y"] == 0
    assert row.bounding_box()["y"] >= top["height"] - 1
    pinned = page.locator("fieldset, th").evaluate_all("""all => all.filter(e => {
      const box = e.getBoundingClientRect(); return box.top === 0 && box.height; })
      .map(e => e.tagName)""")
    assert len(set(pinned)) == 1


def test_numbers_stand_under_one_another(open_page):
    page = open_page()
    page.evaluate(OPEN_ALL)
    header = page.locator("figure table").first.locator("th").all_inner_texts()
    for name, side in (("latitude", "right"), ("precision km", "right"), ("role", "left")):
        cells = page.locator("figure table").first.locator(
            f"tr > :nth-child({header.index(name) + 1})"
        )
        style = (
            "all => all.map(e => [getComputedStyle(e).textAlign, e.closest('table').matches('*')])"
        )
        assert {align for align, _ in cells.evaluate_all(style)} == {side}
    numerals = page.locator("table").first.evaluate("e => getComputedStyle(e).fontVariantNumeric")
    assert "tabular-nums" in numerals


A4_WIDTH = 673  # CSS pixels between the margins
A4_HEIGHT = 979
LEAST_TYPE = 7 * 96 / 72


def test_print_has_page_numbers_and_what_is_folded_up(open_page, pages, tmp_path):
    page = open_page(file=pages("record"))
    rules = page.evaluate("""[...document.styleSheets].flatMap(sheet => [...sheet.cssRules])
      .filter(rule => rule.media && rule.media.mediaText === 'print')
      .flatMap(rule => [...rule.cssRules]).map(rule => rule.cssText).join()""")
    assert re.search(r"@page \{.*counter\(page\)", rules, re.DOTALL)
    page.emulate_media(media="print")
    for selector in ("nav", ".skip"):
        assert not page.locator(selector).is_visible()
    folded = page.locator("main details:not(figure *, nav *) > :not(summary)")
    heights = folded.evaluate_all("all => all.map(e => e.getBoundingClientRect().height)")
    assert heights
    assert min(heights) >= LEAST_TYPE
    heads = page.locator("thead").evaluate_all("all => all.map(e => getComputedStyle(e).display)")
    assert set(heads) <= {"table-header-group"}


@pytest.mark.parametrize("name", ["report", "record", "facts"])
def test_print_is_large_enough_to_read_and_cuts_no_picture(open_page, pages, name):
    page = open_page(A4_WIDTH, file=pages(name))
    page.emulate_media(media="print")
    type_sizes = page.locator("main :not(svg *, style)").evaluate_all("""all => all
      .filter(e => e.checkVisibility() && [...e.childNodes].some(n => n.nodeType === 3
        && n.data.trim()))
      .map(e => parseFloat(getComputedStyle(e).fontSize))""")
    assert min(type_sizes) >= LEAST_TYPE
    pictures = page.locator(".picture:visible").evaluate_all("""all => all.map(picture => {
      const sizes = [...picture.querySelectorAll('text')]
        .map(text => parseFloat(getComputedStyle(text).fontSize));
      const shown = [...picture.querySelectorAll('svg')]
        .map(svg => [svg, svg.getBoundingClientRect()])
        .filter(([svg, box]) => box.height);
      return [Math.min(...sizes), shown.map(([svg, box]) =>
        [box.width / svg.viewBox.baseVal.width, box.height, box.right])];
    })""")
    assert len(pictures) == page.locator("figure:visible").count()
    assert len(pictures) == {"report": 7, "record": 1, "facts": 0}[name]
    for smallest, shown in pictures:
        assert shown
        for scale, height, right in shown:
            assert smallest * scale >= LEAST_TYPE
            assert height < A4_HEIGHT - 130  # its heading stands on the same page
            assert right <= A4_WIDTH + 1


@pytest.mark.parametrize("name", ["report", "record"])
def test_the_parts_of_a_tall_picture_are_its_whole(open_page, pages, name):
    page = open_page(file=pages(name))
    assert page.locator(".parts").first.is_hidden()
    for parts in page.locator(".parts").all():
        views = parts.locator("svg").evaluate_all(
            "all => all.map(s => s.getAttribute('viewBox').split(' ').map(Number))"
        )
        whole = parts.evaluate("e => e.previousElementSibling.viewBox.baseVal.height")
        ends = [top + height for _, top, _, height in views]
        assert [top for _, top, _, _ in views] == pytest.approx([0, *ends[:-1]])
        assert ends[-1] == pytest.approx(whole)
    page.emulate_media(media="print")
    for part in page.locator(".parts svg").all():
        shot = Image.open(BytesIO(part.screenshot()))
        assert shot.convert("RGB").getpixel((1, 1)) == PAPER
