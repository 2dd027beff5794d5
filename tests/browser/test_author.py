"""From an article to a page: the desk in a real JupyterLab, by mouse and by keys."""

import csv
import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from playwright.sync_api import expect

from helpers.authoring import start_dossier
from helpers.cli import main
from helpers.dossier import read_dossier

pytestmark = pytest.mark.browser

RUN_MS = 120_000
TEXT = """The Orla leaves its bed

On Monday night the Orla rose by 2.4 metres within six hours.

🌊🌊 At least 12 people were hurt in Libreville, the fire brigade said, and two are missing.

Some 1,300 houses stand under water, 900 of them in the old town.
"""


@pytest.fixture(scope="module")
def begin(jupyterlab):
    """Begin a dossier below JupyterLab's folder, and give the name of its notebook."""

    def make(name: str, text: str) -> tuple[Path, str]:
        about = {"publisher": "The Orla Post", "published": "2031-05-07", "country": "GAB"}
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(jupyterlab[0])
            folder = start_dossier(name, text, **about).resolve()
        return folder, f"data/{name}/author"

    return make


@pytest.fixture(scope="module")
def desk(open_lab, begin):
    """A dossier and its notebook, in a window for tests that write no row, or one of them alone."""
    folder, name = begin("shared", TEXT)
    page = open_lab(name)
    yield folder, page
    page.close()


@pytest.fixture(scope="module")
def long_desk(open_lab, begin):
    """A window with the notebook of a text of two hundred paragraphs."""
    paragraph = "On Monday the Orla rose by {} metres, the fire brigade said, in the old town."
    page = open_lab(begin("long", "\n\n".join(paragraph.format(n) for n in range(2, 202)))[1])
    expect(page.locator(".dossier-author .text p").first).to_be_focused()
    yield page
    page.close()


def field(page, name):
    return page.locator(f".dossier-author [name={name}]")


def read_facts(folder):
    with (folder / "facts.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def tell(page, **cells):
    """Type what the text does not settle."""
    for name, cell in cells.items():
        if name == "topic":
            field(page, name).select_option(cell)
        else:
            field(page, name).fill(cell)


def expect_said(page, words):
    expect(page.locator(".dossier-author .said")).to_contain_text(words, timeout=RUN_MS)


def tell_by_mouse(page):
    """A click on a candidate fills the form, a click accepts."""
    text = page.locator(".dossier-author .text")
    text.locator("p").nth(2).locator(".number").first.click()
    filled = {"anchor": "At least 12 people", "value": "12", "unit": "people"}
    filled |= {"qualifier": "at least", "of_whom": "not stated", "asserted_by": "the fire brigade"}
    for name, cell in filled.items():
        expect(field(page, name)).to_have_value(cell)
    expect(page.locator(".dossier-author .checks")).to_contain_text("stands once in paragraph 3")
    tell(page, topic="casualties", statement="People were hurt", measure="hurt")
    page.get_by_role("button", name="Accept").click()
    expect_said(page, "f1 is written")
    expect(text.locator(".told").first).to_have_text("At")


def tell_by_keys(page):
    """The next proposal, and the words grown and shrunk by Shift and an arrow."""
    paragraph = page.locator(".dossier-author .text p").nth(2)
    field(page, "topic").focus()
    page.keyboard.type("caus")  # and JupyterLab copies no cell
    expect(field(page, "topic")).to_have_value("cause")
    field(page, "topic").select_option("casualties")
    page.keyboard.press("Alt+ArrowDown")
    expect(field(page, "value")).to_have_value("2")
    expect(field(page, "statement")).to_be_focused()
    page.keyboard.type("Others have not been found")
    tell(page, measure="missing")
    page.keyboard.press("Escape")
    expect(paragraph).to_be_focused()
    before = field(page, "anchor").input_value()
    page.keyboard.press("Shift+ArrowRight")
    expect(field(page, "anchor")).not_to_have_value(before)
    page.keyboard.press("Shift+ArrowLeft")
    expect(field(page, "anchor")).to_have_value(before)
    page.keyboard.press("Alt+Enter")
    expect_said(page, "f2 is written")


def tell_by_dragging(page):
    """Words that are dragged over; with a number that is not in them the row is a draft."""
    words = page.locator(".dossier-author .text p").nth(3).locator("span")
    words.nth(0).hover()
    page.mouse.down()
    words.nth(2).hover()
    page.mouse.up()
    expect(field(page, "anchor")).to_have_value("Some 1,300 houses")
    tell(page, topic="consequence", statement="Houses stand in the water", value="1400")
    tell(page, measure="houses under water")
    expect(page.locator(".dossier-author .checks .wrong")).to_contain_text("1400 does not stand in")
    page.keyboard.press("Alt+Enter")
    expect_said(page, "is a draft")
    tell(page, value="1300")
    page.keyboard.press("Alt+Enter")
    expect_said(page, "f3 is written")


def test_an_article_becomes_a_page(lab, jupyterlab, quick_kernels, monkeypatch):
    monkeypatch.chdir(jupyterlab[0])
    command = ["new", "orla", "--text", "-", "--published", "2031-05-07"]
    command += ["--publisher", "The Orla Post", "--country", "GAB"]
    assert CliRunner().invoke(main, command, input=TEXT).exit_code == 0
    folder = jupyterlab[0] / "data" / "orla"
    page = lab("data/orla/author")
    expect(page.locator(".dossier-author .text p")).to_have_count(4)
    expect(page.locator(".dossier-author .text p").first).to_be_focused()

    tell_by_mouse(page)
    tell_by_keys(page)
    page.keyboard.press("Alt+z")
    expect_said(page, "taken back")
    assert len(read_facts(folder)) == 1
    page.keyboard.press("Alt+y")
    expect_said(page, "made again")
    assert [row["value"] for row in read_facts(folder)] == ["12", "2"]
    tell_by_dragging(page)
    assert read_dossier(folder)[1] == []

    page.get_by_role("tab", name="Report").click()
    expect(page.locator("table.facts tbody tr")).to_have_count(3, timeout=RUN_MS)
    with quick_kernels():
        told = CliRunner().invoke(main, ["render", "orla"])
    assert told.exit_code == 0, told.output
    html = (jupyterlab[0] / told.stdout.strip()).read_text(encoding="utf-8")
    assert html.count('<tr id="fact-') == 3
    address = page.url.split("/lab")[0]
    assert [u for u in page.requests if not u.startswith((address, "data:", "blob:"))] == []
    assert page.errors == []


def test_two_browsers_on_one_dossier_lose_no_row(lab, desk):
    """Each with a kernel of its own; both accept in the same moment."""
    folder, page = desk
    shutil.copyfile(folder / "author.ipynb", folder / "other.ipynb")
    pages = [page, lab("data/shared/other")]
    about = [("12", "People were hurt", "hurt"), ("2", "Others are missing", "missing")]
    for page, word, (value, statement, measure) in zip(pages, ["12", "two"], about, strict=True):
        page.locator(".dossier-author .text .number").get_by_text(word, exact=True).click()
        expect(field(page, "value")).to_have_value(value)
        tell(page, topic="casualties", statement=statement, measure=measure)
    for page in pages:
        page.get_by_role("button", name="Accept").click()
    for page in pages:
        expect_said(page, "is written")
    assert {row["statement"] for row in read_facts(folder)} == {told for _, told, _ in about}
    pages[0].get_by_role("button", name="Undo").click()
    expect_said(pages[0], "taken back")
    assert [row["statement"] for row in read_facts(folder)] == ["Others are missing"]
    assert read_dossier(folder)[1] == []


def test_hostile_texts_are_shown_as_text_and_nothing_runs(lab, begin):
    file = Path(__file__).parents[1] / "fixtures" / "hostile.json"
    texts = list(json.loads(file.read_text(encoding="utf-8"))["kept"].values())
    shown = [" ".join(text.split()) for text in texts]
    _, name = begin("hostile", "\n\n".join(shown))
    page = lab(name)
    paragraphs = page.locator(".dossier-author .text p")
    expect(paragraphs).to_have_count(len(shown))
    told = paragraphs.evaluate_all(
        "all => all.map(p => [...p.querySelectorAll('span')].map(s => s.textContent).join(' '))"
    )
    assert told == shown
    for number in range(0, len(shown), 9):
        paragraphs.nth(number).locator("span").first.click()
        expect(field(page, "anchor")).not_to_have_value("")
    inside = page.locator(".dossier-author")
    assert inside.locator("script, iframe, img, object, embed, video, svg, a").count() == 0
    address = page.url.split("/lab")[0]
    assert [u for u in page.requests if not u.startswith((address, "data:", "blob:"))] == []
    assert page.errors == []


def test_two_hundred_paragraphs_are_there_and_each_is_reached_by_keys(long_desk):
    page = long_desk
    paragraphs = page.locator(".dossier-author .text p")
    expect(paragraphs).to_have_count(200)
    assert page.locator(".dossier-author .text p[tabindex='0']").count() == 1
    paragraphs.first.focus()
    for _ in range(199):
        page.keyboard.press("ArrowDown")
    expect(paragraphs.last).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(field(page, "anchor")).to_have_value("On")


def test_the_chosen_words_stay_in_view_at_another_width(long_desk):
    page = long_desk
    chosen = page.locator(".dossier-author .text .chosen").first
    paragraphs = page.locator(".dossier-author .text p")
    paragraphs.nth(4).locator(".number").first.click()
    expect(chosen).to_be_in_viewport()
    for width in (760, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        expect(chosen).to_be_in_viewport()
        page.keyboard.press("Alt+ArrowDown")
        expect(chosen).to_be_in_viewport()


def test_the_desk_has_names_and_labels_for_all_that_can_be_reached(desk):
    from axe_playwright_python.sync_playwright import Axe

    _, page = desk
    page.locator(".dossier-author .text .number").first.click()
    expect(field(page, "anchor")).not_to_have_value("")
    found = Axe().run(page, context=".dossier-author")
    told = [
        (one["id"], node["html"][:200])
        for one in found.response["violations"]
        for node in one["nodes"]
    ]
    assert told == []
