"""Sections that tell nothing leave no trace in a page; those of topics have headings of its own."""

import re

import pytest
from made_up import STORIES, write_story
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from helpers.dossier import load_dossier
from helpers.figures import locator_map, operation
from helpers.page import convert, passages

HEADING = re.compile(r'<h2 id="[^"]*">(.*?)</h2>')
LINK = re.compile(r'<li><a href="#([^"]*)">(.*?)</a></li>')


def make_page(*parts) -> str:
    """A page of headings (text) and of what cells show, one after another."""
    cells = [new_markdown_cell("# T\n\nWhy?")]
    for part in parts:
        if isinstance(part, str):
            cells.append(new_markdown_cell(f"## {part}\n\nAll there is to say."))
        else:
            html = new_output("execute_result", {"text/html": part._repr_html_()})
            cells.append(new_code_cell("show()", outputs=[html]))
    return convert(new_notebook(cells=cells))


@pytest.fixture
def election(tmp_path, write_tables):
    return load_dossier(write_story(tmp_path / "election", STORIES["election"], write_tables))


def test_headings_of_any_kind_are_in_the_contents_each_by_a_name_of_its_own():
    cells = [
        new_markdown_cell("A *set* title & more\n====\n\nSee [below](#Results-of-all)."),
        new_markdown_cell("Words first.\n\n## One `x`\n\n## Results of all\n\nBy a line\n---\n"),
        new_markdown_cell("## Results of all\n\n### A part"),
        new_markdown_cell("## content\n\n## 50% of <b>it</b>"),
    ]
    page = convert(new_notebook(cells=cells))
    assert "<title>A set title &amp; more</title>" in page
    assert LINK.findall(page) == [
        ("One-x", "One x"),
        ("Results-of-all", "Results of all"),
        ("By-a-line", "By a line"),
        ("Results-of-all-2", "Results of all"),
        ("content-2", "content"),
        ("50%25-of-it", "50% of it"),
    ]
    names = re.findall(r' id="([^"]*)"', page)
    assert len(set(names)) == len(names)
    assert {"Results-of-all", "Results-of-all-2", "content-2", "50%-of-it", "A-part"} <= set(names)


def test_a_section_that_tells_nothing_leaves_one_line_at_the_end(election):
    shown = passages.show(operation, election)
    page = make_page("Where", passages.show(locator_map, election), "How", shown)
    assert HEADING.findall(page) == ["How"]
    assert [text for _, text in LINK.findall(page)] == ["How"]
    assert page.count("All there is to say.") == 1
    assert "There is no fact" not in page
    assert page.count("Left out, for there is nothing to tell: Where.") == 1
    assert page.index("Left out, for there is") > page.index("</figure>")


def test_a_story_that_tells_all_says_no_such_line(election):
    assert "Left out" not in make_page("How", passages.show(operation, election))


def test_each_topic_has_its_heading_in_the_order_of_the_words(election):
    page = make_page(
        "Where", passages.show(locator_map, election), passages.topic_sections(election)
    )
    labels = [word.label for word in election.words.topics.values()]
    assert HEADING.findall(page) == labels
    links = LINK.findall(page)
    assert [text for _, text in links] == labels
    assert all(f'<h2 id="{at}">' in page for at, _ in links)
    assert page.count("<figure") == page.count("</figure>") == len(labels)
    assert page.count("<div") == page.count("</div>")


def test_a_topic_without_a_number_has_no_section(build_dossier):
    story = build_dossier({"topic": "context", "statement": "A river flows here"})
    assert passages.topic_sections(story).text == "There is no fact on any number here."
    page = make_page("Numbers", passages.topic_sections(story))
    assert HEADING.findall(page) == []


@pytest.mark.parametrize("label", ["<i>A</i> & B", "*so* _it_ [was](x)", "1. `x` $5 to $9"])
def test_a_label_stays_as_it_is_typed(label, tmp_path, write_tables):
    fact = {"topic": "event", "statement": "Seats", "value": 3, "unit": "seats"}
    fact |= {"measure": "seats"}
    words = {"topics": {"event": {"label": label}}}
    story = {"title": "T", "words": words, "places": [], "facts": [fact]}
    page = make_page(
        passages.topic_sections(load_dossier(write_story(tmp_path / "l", story, write_tables)))
    )
    plain = label.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert HEADING.findall(page) == [plain]
    assert [text for _, text in LINK.findall(page)] == [plain]


def test_what_a_cell_did_not_come_to_stays_with_its_heading():
    failed = new_code_cell(
        "1 / 0", outputs=[new_output("error", ename="E", evalue="v", traceback=[])]
    )
    cells = [new_markdown_cell("# T\n\nWhy?"), new_markdown_cell("## A"), failed]
    cells += [new_markdown_cell("## B"), new_code_cell("show()")]
    assert HEADING.findall(convert(new_notebook(cells=cells))) == ["A", "B"]
