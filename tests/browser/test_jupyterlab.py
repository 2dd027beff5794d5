"""The notebooks in a real JupyterLab: run, looked at, and played with."""

import csv
from pathlib import Path

import pytest
from nbformat import write
from nbformat.v4 import new_code_cell, new_notebook
from playwright.sync_api import expect

from helpers.dossier import load_dossier
from helpers.figures import PALETTE
from helpers.reports import verify_page

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted(path.stem for path in (ROOT / "notebooks").glob("*.ipynb"))
# How many figures each shows: the record, whose story is a shorter one, one at three of five days.
FIGURES = {"report": 7, "facts": 0, "record": 3, "explore": 1, "author": 0}
RUN_MS = 120_000


@pytest.fixture
def explorer(shared_lab):
    return shared_lab("explore")


def others(page) -> list[str]:
    """What a page asked for beyond the server that it came from."""
    address = page.url.split("/lab")[0]
    return [url for url in page.requests if not url.startswith((address, "data:", "blob:"))]


def set_slider(page, day: str, name: str = "As of", key: str = "ArrowLeft"):
    """Move a slider of days with a key until it tells a day."""
    slider = page.get_by_role("slider", name=name)
    slider.focus()
    for _ in range(60):
        if slider.get_attribute("aria-valuetext") == day:
            return
        page.keyboard.press(key)
    pytest.fail(f"the slider has no {day}")


def choose(page, label: str, option: str):
    """Choose by the value of an option, whose label tells how many facts it would leave."""
    page.get_by_label(label, exact=True).select_option(value=option)


def press(page, name: str):
    page.locator(".dossier-controls").get_by_role("button", name=name, exact=True).click()


def expect_facts(page, count: int):
    """The line above and the table below follow, and the screen says that they have."""
    expect(page.locator(".dossier-view[aria-busy=false]")).to_have_count(4, timeout=RUN_MS)
    expect(page.locator("table.facts tbody tr")).to_have_count(count, timeout=RUN_MS)
    expect(page.locator(".dossier-summary")).to_contain_text(f"{count} fact")


def test_a_notebook_that_was_only_opened_is_not_marked_as_changed(lab):
    page = lab("report", run=False)
    page.wait_for_timeout(2_000)  # what JupyterLab notes of the kernel has been noted
    assert page.locator(".jp-mod-dirty").count() == 0
    page.locator(".jp-Cell").first.click()
    page.keyboard.press("Escape")
    page.keyboard.press("b")  # a cell more
    expect(page.locator(".jp-mod-dirty").first).to_be_attached()


def test_a_notebook_of_others_is_marked_as_jupyterlab_does(lab, jupyterlab):
    text = (jupyterlab[0] / "facts.ipynb").read_text("utf-8")
    others = text.replace("import load_dossier, passages", "import clean")
    assert others != text  # of a module of their own that has our name
    (jupyterlab[0] / "others.ipynb").write_text(others, encoding="utf-8")
    expect(lab("others", run=False).locator(".jp-mod-dirty").first).to_be_attached()


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_every_cell_runs(shared_lab, jupyterlab, name):
    if name == "record":  # of 203 facts, each many times, JupyterLab takes minutes to show
        file = jupyterlab[0] / "record.ipynb"
        shorter = file.read_text("utf-8").replace("kazakhstan-2022", "new-zealand-2023")
        file.write_text(shorter, encoding="utf-8")
    page = shared_lab(name)
    assert page.locator(".jp-OutputArea-output[data-mime-type*=stderr]").count() == 0
    assert page.locator(".jp-OutputArea-output[data-mime-type*=error]").count() == 0
    figures = page.locator("figure.dossier-figure .picture :is(img, svg.dossier-svg)")
    expect(figures).to_have_count(FIGURES[name], timeout=RUN_MS)
    for figure in page.locator("figure.dossier-figure img").all():
        assert figure.evaluate("image => image.complete && image.naturalWidth > 0")
    assert page.locator(".day[hidden]:visible").count() == 0
    assert others(page) == []
    assert page.errors == []


def as_css(colour: str) -> str:
    """A colour as a browser tells it."""
    return "rgb({}, {}, {})".format(*bytes.fromhex(colour.removeprefix("#")))


def test_outputs_look_as_in_the_page_in_the_theme_of_jupyterlab(shared_lab):
    page = shared_lab("report")
    number, row = page.locator(".key-figures .number").first, page.locator("table.facts tr").last
    for theme, colours in zip(("Light", "Dark"), zip(*PALETTE.values(), strict=True), strict=True):
        colour = dict(zip(PALETTE, map(as_css, colours), strict=True))
        page.get_by_role("menuitem", name="Settings", exact=True).click()
        page.get_by_text("Theme", exact=True).hover()
        page.get_by_text(f"JupyterLab {theme}", exact=True).click()
        # The theme's style sheet is fetched first.
        expect(number).to_have_css("color", colour["accent"], timeout=30_000)
        expect(number).to_have_css("font-size", "30.4px")  # 1.9rem, as in the page
        expect(row.locator("td").first).to_have_css("border-bottom-color", colour["rule"])
        expect(page.locator(".picture img").first).to_have_css("color-scheme", theme.lower())


def test_the_explorer_fits_each_width(explorer):
    explorer.keyboard.press("Control+b")  # the list of files goes
    notebook, drawn = explorer.locator(".jp-WindowedPanel-outer"), "svg.dossier-svg"
    widths = []
    for width in (1280, 760, 480):
        explorer.set_viewport_size({"width": width, "height": 900})
        expect(explorer.locator(drawn)).to_be_visible()
        explorer.wait_for_timeout(300)  # JupyterLab lays itself out
        assert notebook.evaluate("one => one.scrollWidth <= one.clientWidth")
        assert explorer.locator(".picture").evaluate("one => one.scrollWidth <= one.clientWidth")
        widths.append(explorer.locator(drawn).evaluate("one => one.viewBox.baseVal.width"))
    assert widths[0] == widths[1] > widths[2]  # the narrow form


def test_the_slider_moves_figures_and_facts(explorer):
    story = load_dossier("kazakhstan-2022").as_of("2022-01-07")
    set_slider(explorer, "7 January 2022")
    expect_facts(explorer, len(story.facts))


def test_two_sliders_hold_a_range_and_neither_passes_the_other(explorer):
    story = load_dossier("kazakhstan-2022")
    set_slider(explorer, "7 January 2022")
    set_slider(explorer, "6 January 2022", "Stated from", "ArrowRight")
    days = story.facts["stated"].astype(str)
    expect_facts(explorer, int(days.between("2022-01-06", "2022-01-07").sum()))
    set_slider(explorer, "9 January 2022", "Stated from", "ArrowRight")
    expect(explorer.get_by_role("slider", name="As of")).to_have_attribute(
        "aria-valuetext", "9 January 2022"
    )
    expect_facts(explorer, int((days == "2022-01-09").sum()))


def test_two_sources_stand_side_by_side(explorer):
    choose(explorer, "Beside them", "article")
    facts = load_dossier("kazakhstan-2022").facts["source_id"].eq("article")
    for name, count in (("all others", (~facts).sum()), ("article", facts.sum())):
        half = explorer.locator(".dossier-facts").get_by_role("region", name=name, exact=True)
        expect(half.locator("tbody tr")).to_have_count(int(count), timeout=RUN_MS)
    # At once, for a moment later each picture comes anew, in the other form too.
    explorer.wait_for_function(
        """() => {
          const pictures = [...document.querySelectorAll(".dossier-picture svg.dossier-svg")];
          const seen = pictures.filter((picture) => picture.checkVisibility());
          const [left, right] = seen.map((picture) => picture.getBoundingClientRect());
          return seen.length === 2 && left.right < right.left;
        }""",
        timeout=RUN_MS,
    )
    choose(explorer, "Sources", "article")  # nothing stands beside itself
    expect(explorer.get_by_label("Beside them", exact=True)).to_have_value("")
    expect_facts(explorer, int(facts.sum()))


def test_a_choice_narrows_the_facts_and_a_fact_is_picked_out(explorer):
    story = load_dossier("kazakhstan-2022").select(topic="protest")
    choose(explorer, "Topic", "protest")
    expect_facts(explorer, len(story.facts))
    choose(explorer, "Fact", "a51")
    evidence = explorer.locator(".fact-details")
    evidence.wait_for(timeout=RUN_MS)
    assert "paragraph 9" in evidence.inner_text()
    assert "Zhanaozen" in evidence.inner_text()
    expect(explorer.locator("svg.dossier-svg [id*=zhanaozen-picked]")).not_to_have_count(0)


def test_a_mark_chooses_its_place_and_its_fact_and_is_undone(explorer):
    explorer.locator("svg.dossier-svg a[href='#fact-a51']").first.click()
    expect(explorer.locator(".fact-details")).to_contain_text("a51, Protest", timeout=RUN_MS)
    expect(explorer.get_by_label("Place", exact=True)).to_have_value("zhanaozen")
    press(explorer, "Undo")
    expect(explorer.get_by_label("Place", exact=True)).to_have_value("")
    expect_facts(explorer, len(load_dossier("kazakhstan-2022").facts))


def test_a_row_is_chosen_by_a_key_and_columns_sort(explorer):
    explorer.locator("table.facts .sort").first.click()
    explorer.locator("table.facts .sort").first.click()
    first = explorer.locator("table.facts .pick").first
    last = max(load_dossier("kazakhstan-2022").facts["fact_id"], key=lambda f: (f[0], int(f[1:])))
    assert first.inner_text() == last
    first.focus()
    explorer.evaluate("getSelection().selectAllChildren(document.querySelector('.jp-Cell h1'))")
    explorer.keyboard.press("Enter")  # of no concern to what is marked elsewhere
    expect(explorer.locator(".fact-details dd").first).to_contain_text(last, timeout=RUN_MS)
    assert explorer.locator("table.facts .pick").first.inner_text() == last


def test_the_first_row_of_a_new_order_is_seen_at_once(explorer):
    press(explorer, "Reset")
    choose(explorer, "Topic", "casualties")
    sorts = explorer.locator(".dossier-view[aria-busy=false] table.facts .sort")
    explorer.locator("table.facts tr[hidden]").first.wait_for(state="attached")
    first = explorer.locator("table.facts tbody tr").first
    for _ in range(2):  # up and down: one of them brings a late row to the top
        sorts.first.click()
        expect(first).to_be_visible(timeout=400)


def test_what_is_chosen_is_what_the_menu_exports(explorer, jupyterlab, tmp_path):
    folder, address = jupyterlab
    count = len(load_dossier("kazakhstan-2022").select(topic="duration").facts)
    choose(explorer, "Topic", "duration")
    expect_facts(explorer, count)
    saved = folder / "explore.ipynb"
    for _ in range(100):
        if '\\"topic\\":\\"duration\\"' in saved.read_text(encoding="utf-8"):
            break
        explorer.keyboard.press("Control+s")
        explorer.wait_for_timeout(500)
    page = tmp_path / "export.html"
    token = next(one["value"] for one in explorer.context.cookies() if one["name"] == "_xsrf")
    asked = f"{address}nbconvert/dossier/explore.ipynb?_xsrf={token}"  # as the menu does
    exported = explorer.request.get(asked)
    page.write_bytes(exported.body())
    assert page.read_text(encoding="utf-8").count('<tr id="fact-') == count
    assert verify_page(page).is_well


def test_words_are_searched(explorer):
    explorer.get_by_placeholder("words of a statement").fill("cosmodrome")
    explorer.keyboard.press("Enter")
    statements = load_dossier("kazakhstan-2022").facts["statement"]
    found = statements[statements.str.contains("cosmodrome", case=False)]
    expect_facts(explorer, len(found))
    rows = explorer.locator("table.facts tbody tr").all_inner_texts()
    assert all("cosmodrome" in row.lower() for row in rows)


def test_the_buttons_write_a_page_and_the_rows(explorer, jupyterlab):
    written = jupyterlab[0] / "reports" / "kazakhstan-2022-explore-topic-duration"
    facts = load_dossier("kazakhstan-2022").select(topic="duration").facts
    choose(explorer, "Topic", "duration")
    expect_facts(explorer, len(facts))
    press(explorer, "Save the rows as CSV")
    link = explorer.locator(".status a", has_text=".csv")
    link.wait_for(timeout=RUN_MS)
    with explorer.context.expect_event("response", lambda answer: ".csv" in answer.url) as answer:
        link.click()  # JupyterLab answers those alone that come from a page of its own
    assert answer.value.ok
    with written.with_suffix(".csv").open(encoding="utf-8-sig") as file:
        assert [row["fact_id"] for row in csv.DictReader(file)] == list(facts["fact_id"])
    press(explorer, "Save as a report")
    explorer.locator(".status a", has_text=".html").wait_for(timeout=RUN_MS)
    page = written.with_suffix(".html").read_text(encoding="utf-8")
    assert page.count('<tr id="fact-') == len(facts)


SHOW_ALL = """
from IPython.display import HTML, display
from helpers.page import passages
from helpers.dossier import load_dossier
from helpers.figures import PALETTE
from helpers.figures import (
    chronicle, claims_over_time, locator_map, numbers, operation, timeline,
)

story = load_dossier(FOLDER)
told = [
    passages.summary, passages.key_figures, passages.caveats, passages.facts_table,
    passages.comparison_table, passages.contradictions, passages.text_check,
    passages.sources_table, passages.provenance,
]
drawn = [
    locator_map, numbers, operation, timeline, chronicle, claims_over_time,
    lambda story: numbers(story, "casualties"), lambda story: numbers(story, "troops"),
]
display(*[make(story) for make in told + drawn])
# In one piece: JupyterLab shows no more than 50 outputs of a cell.
display(HTML("".join(passages.fact_details(story, one).html for one in story.facts["fact_id"])))
"""


def test_nothing_of_a_hostile_dossier_runs(lab, jupyterlab, hostile_dossier):
    code = SHOW_ALL.replace("FOLDER", repr(str(hostile_dossier)))
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    notebook = new_notebook(cells=[new_code_cell(code)], metadata=kernel)
    write(notebook, jupyterlab[0] / "hostile.ipynb")
    page = lab("hostile")
    facts = load_dossier(hostile_dossier).facts
    expect(page.locator("table.facts tbody tr")).to_have_count(len(facts), timeout=RUN_MS)
    expect(page.locator(".fact-details")).to_have_count(len(facts), timeout=RUN_MS)
    expect(page.locator("figure.dossier-figure img")).to_have_count(8)
    assert page.locator(".jp-OutputArea-output[data-mime-type*=error]").count() == 0
    output = page.locator(".jp-OutputArea")
    assert output.locator("script, iframe, object, embed, form, input, video").count() == 0
    output.evaluate_all(
        "all => all.forEach(area => area.querySelectorAll('*').forEach(one => {"
        " one.focus?.(); one.dispatchEvent(new Event('mouseover')); }))"
    )
    shown = page.locator("table.facts tbody tr td:nth-child(2) > div:first-child")
    typed = [" ".join(text.split()) for text in facts["statement"]]
    assert [" ".join(text.split()) for text in shown.all_inner_texts()] == typed
    assert others(page) == []
    assert page.errors == []
