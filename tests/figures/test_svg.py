import re

from helpers.figures import fit_in_page, split_for_print
from helpers.figures._svg import fit_for_page, link_facts, name_languages


def test_a_scale_is_not_rounded():
    svg = '<svg><g transform="translate(1.23456 2) scale(0.015625 -0.0975)"/></svg>'
    assert "translate(1.23 2) scale(0.015625 -0.0975)" in fit_for_page(svg)


def test_metadata_and_prologue_are_left_out():
    svg = fit_for_page("<?xml version='1.0'?><svg><metadata>a\nb</metadata><g/></svg>")
    assert svg.startswith("<svg>")
    assert "metadata" not in svg


def test_palette_colours_become_variables():
    assert 'fill="var(--ink)"' in fit_for_page('<svg><g fill="#22262b"/></svg>')


def test_runs_of_spaces_are_kept_and_colours_have_a_dark_variant():
    svg = fit_for_page("<svg><text style='x'>S O U T H   A F R I C A</text></svg>")
    assert "text{white-space:pre}" in svg
    assert "prefers-color-scheme:dark" in svg


def test_what_a_reader_reads_is_left_as_it_is():
    text = "0.12345 of #b3361e and scale(1.23456)"
    svg = fit_for_page(f'<svg><text style="fill: #b3361e" x="1.23456">{text}</text></svg>')
    assert f">{text}</text>" in svg
    assert 'fill: var(--accent)" x="1.23"' in svg


def test_a_link_is_a_fact_s_label_and_nothing_else():
    svg = (
        '<svg><g id="figure_1"><g id="a-1-label"><text>x</text></g>\n<g id="a-1-label-2">'
        '<text>y</text></g><g id="a-1-mark"/><g id="a-label"><text>z</text></g></g></svg>'
    )
    linked = link_facts(svg, {"a": "A & B", "a-1": "One", "figure_1": "no"})
    assert linked.count("<a ") == 2
    assert '<a href="#fact-a"><title>A &amp; B</title><g id="a-label">' in linked
    assert (
        '<a href="#fact-a-1"><title>One</title><g id="a-1-label"><text>x</text></g>\n'
        '<g id="a-1-label-2"><text>y</text></g></a><g id="a-1-mark"/>'
    ) in linked


def test_a_text_in_another_language_says_so():
    svg = '<svg><text style="x" y="1">А &amp; Б</text><text style="x">A</text></svg>'
    named = name_languages(svg, {"А & Б": "ru"})
    assert '<text lang="ru" style="x" y="1">А &amp; Б</text><text style="x">A</text>' in named


def test_a_picture_in_a_page_has_no_group_around_a_text_and_no_space_in_its_styles():
    svg = '<svg><g>\n<text style="fill: red; x: 1">a: b</text>\n</g><g clip="y"><path/></g></svg>'
    inside = fit_in_page(svg, prefix="f-", alt="x")
    assert inside.partition(">")[2] == (
        '<text style="fill:red;x:1">a: b</text><g clip="y"><path/></g></svg>'
    )


def picture(height: int, content: str) -> str:
    return f'<svg viewBox="0 0 300 {height}">{content}</svg>\n'


def test_a_picture_that_fits_a_page_is_not_split():
    svg = picture(700, "<path/>")
    assert split_for_print(svg, "whole") == svg


def test_a_tall_picture_is_split_in_the_widest_gap_near_its_middle():
    rows = [20, 410, 440, 470, 490, 530, 550, 570, 590, 610, 980]  # baselines
    texts = "".join(f'<text style="font-size: 10px" x="1" y="{y}">a</text>' for y in rows)
    split = split_for_print(picture(1000, texts), "whole")
    cut = (490 + 10 / 3 + 520) / 2
    assert f'<svg viewBox="0 0 300 {cut:.1f}"><use href="#whole"></use></svg>' in split
    assert f'<svg viewBox="0 {cut:.1f} 300 {1000 - cut:.1f}">' in split
    assert split.startswith('<svg viewBox="0 0 300 1000"><g id="whole"><text')
    assert 'y="980">a</text></g></svg><div class="parts"' in split


def test_no_box_is_split_but_a_line_is():
    box, line = '<path d="M10 420 290 420 290 560 10 560z"/>', '<path d="M10 0 10 1000"/>'
    split = split_for_print(picture(1000, box + line), "whole")
    (cut,) = [float(y) for y in re.findall(r'viewBox="0 ([1-9][\d.]*) ', split)]
    assert cut <= 420 or cut >= 560


def test_a_picture_that_is_all_one_box_is_split_all_the_same():
    split = split_for_print(picture(1700, '<path d="M1 1 290 1 290 1700 1 1700z"/>'), "whole")
    assert split.count("<use ") == 3
