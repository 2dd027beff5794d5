"""The report in a real browser: what is there is counted first."""

import re

import pytest

pytestmark = pytest.mark.browser

FIGURES = ("map", "casualties", "troops", "mandate", "cause", "operation", "timeline")
FACTS = 61


def count(page, selector: str) -> int:
    return page.locator(selector).count()


def test_everything_is_there(open_page):
    page = open_page()
    assert count(page, "h1") == 1
    assert count(page, "main h2") == count(page, "nav.contents li") == 12
    assert count(page, ".picture:not(.narrow) > svg") == len(FIGURES)
    assert count(page, "table.facts tbody tr") == FACTS
    assert count(page, ".key-figures li") >= 4
    assert count(page, "table caption") == count(page, "table")
    assert (
        page.title() == "Kazakhstan, January 2022: the unrest and the CSTO peacekeeping operation"
    )
    assert page.locator("h1").inner_text() == page.title()
    assert page.locator("html").get_attribute("lang") == "en"
    assert count(page, "pre, .error, details.code") == 0


def test_every_picture_is_shown_and_told(open_page):
    page = open_page()
    for picture in page.locator(".picture:not(.narrow) > svg").all():
        box = picture.bounding_box()
        assert box["width"] > 200
        assert box["height"] > 100
        assert len(picture.get_attribute("aria-label")) > 80


def test_figures_are_numbered_as_their_links_say(open_page):
    page = open_page()
    for number, figure in enumerate(page.locator("figure").all(), start=1):
        assert figure.get_attribute("id") == f"figure-{number}"
    resets = page.evaluate("getComputedStyle(document.querySelector('main')).counterReset")
    assert resets == "figure 0"


def test_a_figure_s_label_leads_to_its_fact_and_the_fact_back(open_page):
    page = open_page()
    for figure in page.locator("figure").all():
        link = figure.locator("svg a").first
        link.scroll_into_view_if_needed()
        link.locator("text, use, path").first.click(force=True)
        fact = page.evaluate("location.hash")
        assert fact == link.get_attribute("href")
        back = page.locator(f"tr{fact}").locator("a", has_text="fig.")
        assert f"#{figure.get_attribute('id')}" in [a.get_attribute("href") for a in back.all()]
    page.locator("svg a").first.focus()
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == page.locator("svg a").first.get_attribute("href")


def test_nothing_is_asked_for_and_nothing_runs(open_page, report_page):
    page = open_page()
    others = [url for url in page.requests if not url.startswith("data:")]
    assert others == [report_page.as_uri()]
    assert count(page, "script, iframe, object, embed, link, [onload], [onclick]") == 0
    assert page.complaints == []


def test_every_id_is_unique_and_every_link_resolves(open_page):
    page = open_page()
    ids = page.locator("[id]").evaluate_all("all => all.map(e => e.id)")
    assert len(set(ids)) == len(ids)
    targets = page.locator('a[href^="#"]').evaluate_all(
        "all => all.map(a => a.getAttribute('href').slice(1))"
    )
    assert set(targets) <= set(ids)
    assert len(targets) > FACTS / 4


@pytest.mark.parametrize("name", ["report", "facts", "record"])
@pytest.mark.parametrize("width", [1280, 768, 390, 320])
def test_nothing_overflows(open_page, pages, width, name):
    page = open_page(width, file=pages(name))
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("document.documentElement.scrollHeight") > 2000


@pytest.mark.parametrize("name", FIGURES)
def test_type_in_the_figures_is_readable_on_a_phone(open_page, name):
    page = open_page(390)
    figure = page.locator("figure").nth(FIGURES.index(name))
    image = figure.locator(".picture.narrow > svg")
    shown = image.evaluate("i => i.getBoundingClientRect().width")
    least = image.evaluate("i => parseFloat(getComputedStyle(i).minWidth)")
    assert shown >= least - 1
    assert shown <= 358


def test_dark_is_dark(open_page):
    page = open_page(color_scheme="dark")
    colour = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    assert all(int(part) < 60 for part in colour.strip("rgb()").split(","))


def test_prints(open_page, tmp_path):
    file = tmp_path / "report.pdf"
    open_page().pdf(path=str(file), format="A4")
    assert file.read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize(("name", "most"), [("report", 400_000), ("record", 500_000)])
def test_the_page_is_small(pages, name, most):
    assert pages(name).stat().st_size <= most


# What a reader of the record sees of a day; the last is seen at first.
TOLD = ("#content .lead", ".key-figures", ".caveats", ".dossier-figure")


def read_day(page) -> list[str]:
    """What is seen of each passage that tells of a day."""
    return [page.locator(f"{one}:visible").first.inner_text() for one in TOLD]


def test_a_reader_turns_back_the_day_by_the_keyboard(open_page, pages):
    page = open_page(file=pages("record"))
    page.locator(".days input:checked").focus()
    last = read_day(page)
    page.keyboard.press("ArrowLeft")
    assert page.locator(".days input:checked").get_attribute("id") == "day-2022-03-14"
    assert page.evaluate("document.activeElement.id") == "day-2022-03-14"
    earlier = read_day(page)
    assert [one for one, other in zip(last, earlier, strict=True) if one == other] == []
    assert "238 people" in last[1]
    assert "230 people" in earlier[1]
    assert page.locator(".days label").count() <= 12
    tree = page.locator("#content").aria_snapshot()
    assert 'group "As it could be known at the end of"' in tree
    assert '- radio "14 March 2022" [checked]' in tree
    assert '- radio "5 January 2023"' in tree
    assert "5 January 2023, according to" not in tree
    chart = page.get_by_role("group", name=re.compile("^Deaths, "))
    assert chart.count() == 1  # the day's, of eight


def test_the_last_day_stands_alone_on_paper(open_page, pages):
    page = open_page(file=pages("record"))
    last = read_day(page)
    page.locator(".days input").first.check()
    page.emulate_media(media="print")
    assert page.locator(".days:visible").count() == 0
    lead, figures, doubts, _ = read_day(page)
    assert (lead, doubts) == (last[0], last[2])
    assert figures.startswith("238 people")


# Where each letter of some words stands from left to right, in the last element that holds them.
FIND_LETTERS = """([selector, words]) => {
    const element = [...document.querySelectorAll(selector)]
        .filter(e => e.textContent.replace(/[\\u2068\\u2069]/g, '').includes(words)).pop();
    element.style.whiteSpace = 'pre';  // on one line
    const letters = [], walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    for (let node; node = walker.nextNode();)
        [...node.data].forEach((letter, at) => {
            if (/[\\u2068\\u2069]/.test(letter)) return;
            const range = document.createRange();
            range.setStart(node, at); range.setEnd(node, at + 1);
            letters.push([letter, range.getBoundingClientRect().left]);
        });
    const start = letters.map(l => l[0]).join('').indexOf(words);
    return letters.slice(start, start + words.length);
}"""


def test_a_day_stands_as_typed_beside_a_right_to_left_name(open_page, right_to_left, render_once):
    folder, (speaker, *_) = right_to_left
    page = open_page(file=render_once("report", str(folder), sources="all"))
    words = f"{speaker}, 5 May 2031"
    for selector in (".key-figures .speaker", ".picture:not(.narrow) > svg text"):
        letters = page.evaluate(FIND_LETTERS, [selector, words])
        assert "".join(letter for letter, _ in letters) == words
        shown = "".join(letter for letter, _ in sorted(letters, key=lambda letter: letter[1]))
        assert shown.replace(" ", "") == f"{speaker[::-1]},5May2031".replace(" ", ""), selector
