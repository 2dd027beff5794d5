import re

from helpers.figures import fit_in_page, split_for_print
from helpers.figures._svg import fit_for_page


def fit(content: str, languages=(), tooltips=()) -> str:
    """What becomes of an SVG's content, with its style sheet."""
    svg = f'<svg xmlns="http://www.w3.org/2000/svg">{content}</svg>'
    return fit_for_page(f"<?xml version='1.0'?>\n{svg}", dict(languages), dict(tooltips))


def test_a_scale_is_not_rounded():
    svg = fit('<g transform="translate(1.23456 2) scale(0.015625 -0.0975)"/>')
    assert "translate(1.23 2) scale(0.015625 -0.0975)" in svg


def test_the_prologue_is_left_out():
    assert fit("<g/>").startswith('<svg xmlns="http://www.w3.org/2000/svg" ')


def test_palette_colours_become_variables():
    assert 'fill="var(--ink)"' in fit('<g fill="#22262b"/>')


def test_an_id_is_left_as_it_is():
    assert '<g id="a-1.2345"' in fit('<g id="a-1.2345"/>')


def test_runs_of_spaces_are_kept_and_colours_have_a_dark_variant():
    svg = fit("<text style='x'>S O U T H   A F R I C A</text>")
    assert ">S O U T H   A F R I C A</text>" in svg
    assert "text{white-space:pre;" in svg
    assert "prefers-color-scheme:dark" in svg


def test_what_a_reader_reads_is_left_as_it_is():
    text = "0.12345 of #b3361e and scale(1.23456)"
    svg = fit(f'<text style="fill: #b3361e" x="1.23456">{text}</text>')
    assert f">{text}</text>" in svg
    assert 'fill:var(--accent)" x="1.23"' in svg


def test_a_link_is_a_fact_s_label_and_nothing_else():
    linked = fit(
        '<g id="figure_1"><g id="a-1-label"><text>x</text></g>'
        '<g id="a-1-label-2"><text>y</text></g><g id="a-1-mark"/>'
        '<g id="a-label"><text>z</text></g><g id="a-1-label"><text>x</text></g></g>',
        tooltips={"a": "A & B", "a-1": "One", "figure_1": "no"},
    )
    assert re.findall("<a .*?</a>", linked.replace("\n", "")) == [
        '<a href="#fact-a-1"><title>One</title><text>x</text><text>y</text></a>',
        '<a href="#fact-a"><title>A &amp; B</title><text>z</text></a>',
    ]
    assert linked.count("<text>x</text>") == 2


def test_a_text_in_another_language_says_so():
    named = fit('<text style="x" y="1">А &amp; Б</text><text style="x">A</text>', {"А & Б": "ru"})
    assert '<text lang="ru" style="x" y="1">А &amp; Б</text>\n<text style="x">A</text>' in named


def test_no_group_is_around_a_text_alone_and_no_space_is_in_a_style():
    svg = fit('<g id="a"><text style="fill: red; x: 1">a: b</text></g><g clip="y"><text/></g>')
    assert '</style><text style="fill:red;x:1">a: b</text>\n<g clip="y"><text />' in svg


def test_a_picture_in_a_page_has_only_ids_that_it_refers_to_and_they_are_its_own():
    svg = '<svg width="1"><path id="m"></path><g id="n"><use xlink:href="#m"></use></g></svg>'
    assert fit_in_page(svg, prefix="f-", alt='a "b"') == (
        '<svg role="group" aria-label="a &quot;b&quot;"><path id="f-m"></path>'
        '<g><use xlink:href="#f-m"></use></g></svg>'
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
