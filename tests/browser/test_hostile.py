"""A dossier of hostile texts in a real browser: nothing runs, nothing is fetched, all is text."""

import json
from functools import partial
from pathlib import Path

import pandas as pd
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from helpers.dossier import load_dossier
from helpers.page import convert

pytestmark = pytest.mark.browser

GROUPS = json.loads((Path(__file__).parents[1] / "fixtures" / "hostile.json").read_text("utf-8"))
KEPT = GROUPS["kept"]
NOTEBOOKS = ("report", "facts", "record")
# Where a page shows a cell: of a fact with a number (f) or an anchor (a), of a source (s).
# A measure stands in the table of the timeline, which has every fact.
SHOWN = {
    "statement": "#fact-f-{} td:nth-child(2) > div:first-child",
    "of_whom": "#fact-f-{} td:nth-child(2) > small",
    "asserted_by": "#fact-f-{} td:nth-child(3) > div:first-child",
    "note": "#fact-f-{} td:nth-child(5)",
    "unit": "#fact-f-{} .quantity",
    "measure": "#figure-7 tr:has([href='#fact-f-{}']) > :nth-child(3)",
    "anchor": "#fact-a-{} q",
    "publisher": "#source-s-{} dd:nth-of-type(1)",
    "title": "#source-s-{} dd:nth-of-type(2)",
    "author": "#source-s-{} dd:nth-of-type(3)",
    "address": "#source-s-{} dd:nth-of-type(7)",
    "licence": "#source-s-{} dd:nth-last-of-type(2)",
    "source's note": "#source-s-{} dd:nth-last-of-type(1)",
    "name": "#figure-1 tr:has([href='#fact-f-{}']) > :nth-child(2)",
    "role": "#figure-1 tr:has([href='#fact-f-{}']) > :nth-child(3)",
}
# The measure as one of the key figures, or among the numbers that are folded up below them.
KEY_FIGURE = ".key-figures li:has([href='#fact-f-{0}']) .measure, .others:has([href='#fact-f-{0}'])"
READ = """selectors => {
  document.querySelectorAll('details').forEach(one => one.open = true);
  return selectors.map(s => document.querySelector(s)?.innerText);
}"""


@pytest.fixture(scope="module")
def hostile_page(hostile_dossier, render_once):
    """The hostile dossier's page of a notebook."""
    return partial(render_once, story=str(hostile_dossier), sources="all")


TOUCH = """() => {
  for (const one of document.querySelectorAll('details')) one.open = true;
  // Columns of a hundred facts are balanced again at each focus: that takes longer than all else.
  for (const one of document.querySelectorAll('.alone')) one.style.columns = 'auto';
  for (const one of document.querySelectorAll('*')) {
    one.focus?.();
    for (const kind of ['mouseover', 'pointerenter', 'toggle', 'load', 'error', 'focus'])
      one.dispatchEvent(new Event(kind));
  }
}"""


def touch(page):
    """Open, focus and point at all that a page has, so that what waits for it would run."""
    page.evaluate(TOUCH)
    page.keyboard.press("Tab")
    page.mouse.move(400, 300)


def seen(page, file: Path) -> list[str]:
    """All that a page did besides being shown."""
    others = [url for url in page.requests if not url.startswith("data:")]
    return [*page.complaints, *others[1:], *[url for url in [page.url] if url != file.as_uri()]]


def normalise(text: str | None) -> str:
    return " ".join((text or "").split())


def test_what_runs_or_fetches_would_be_seen(open_page, tmp_path):
    file = tmp_path / "bad.html"
    file.write_text(
        "<meta http-equiv=Content-Security-Policy content=\"img-src 'none'\">"
        "<script>alert('ran')</script><img src=x.png><iframe src=y.html></iframe>"
        "<p onmouseover=alert('touched')>x"
        "<script>throw 'an error'</script>",
        encoding="utf-8",
    )
    page = open_page(file=file)
    told = " ".join(seen(page, file))
    touch(page)
    assert {"ran", "touched"} <= set(page.complaints)
    assert all(part in told for part in ("y.html", "an error", "Content Security Policy"))


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_nothing_runs_and_nothing_is_fetched(open_page, hostile_page, name):
    page = open_page(file=hostile_page(name))
    assert page.locator("table.facts tbody tr").count() == 2 * len(KEPT)
    pictures = page.locator(".picture:not(.narrow) > svg").count()
    assert pictures == page.locator("figure").count()
    assert (pictures > 0) == (name != "facts")
    touch(page)
    assert seen(page, hostile_page(name)) == []
    assert page.locator("script, iframe, object, embed, link, form, input, video").count() == 0


@pytest.fixture(scope="module")
def told(chromium, hostile_page):
    """What the report shows of each text in each column: told[name, column]."""
    page = chromium.new_page()
    page.goto(hostile_page("report").as_uri())
    places = SHOWN | {"key figure": KEY_FIGURE}
    keys = [(name, column) for name in KEPT for column in places]
    texts = page.evaluate(READ, [places[column].format(name) for name, column in keys])
    page.close()
    return dict(zip(keys, texts, strict=True))


@pytest.fixture(scope="module")
def facts(hostile_dossier):
    return load_dossier(hostile_dossier).facts.set_index("fact_id")


@pytest.mark.parametrize("name", KEPT)
def test_a_cell_is_shown_as_typed(told, facts, name):
    expected = dict.fromkeys(SHOWN, KEPT[name])
    number = facts.loc[f"f-{name}"]
    if pd.isna(facts.loc[f"a-{name}", "anchor"]):  # refused: at most five words, 100 characters
        del expected["anchor"]
    if KEPT[name].startswith("http"):  # the title leads there
        del expected["address"]
    # Of every other text a number of people and its deaths.
    counted = f"{number['value']:g} {number['unit']}"
    counted = {"1 people": "1 person"}.get(counted, counted)
    expected |= {"measure": number["measure"], "unit": counted}
    shown = {column: normalise(told[name, column]) for column in expected}
    assert shown == {column: normalise(text) for column, text in expected.items()}
    assert shown["measure"] in normalise(told[name, "key figure"])


@pytest.mark.parametrize("name", [*KEPT, *GROUPS["refused"]])
def test_what_a_program_prints_runs_nothing_and_a_title_is_text(visit, tmp_path, name):
    text = (KEPT | GROUPS["refused"])[name]
    outputs = [
        new_output("stream", name="stdout", text=text),
        new_output("display_data", {"text/html": text}),
        new_output("display_data", {"text/markdown": text}),
        new_output("display_data", {"image/svg+xml": f"<svg>{text}</svg>"}),
        new_output("display_data", {"text/latex": text}),
        new_output("execute_result", {"text/plain": text}, execution_count=1),
        new_output("error", ename=text, evalue=text, traceback=[text]),
    ]
    cells = [new_markdown_cell(f"# T\n\n{text}"), new_code_cell("x", outputs=outputs)]
    file = tmp_path / "page.html"
    title = normalise(KEPT.get(name, "T"))
    file.write_text(convert(new_notebook(cells=cells), title), "utf-8")
    page = visit(file)
    assert page.title() == f"Failed: {title}"  # by the error among what it prints
    assert page.locator("h1").first.inner_text() == title
    touch(page)
    assert seen(page, file) == []
