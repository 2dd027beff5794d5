"""What is done to matplotlib's SVG, so that it can stand alone, in a page and on paper."""

import base64
import html
import io
import math
import re
from collections.abc import Collection, Mapping
from functools import lru_cache
from itertools import pairwise

import uharfbuzz as hb
from fontTools.ttLib import TTFont

from helpers.figures._palette import FAMILY, PALETTE, font_file
from helpers.words import is_right_to_left, isolate

# A scale is no coordinate: matplotlib draws glyphs at 100 times 1/64 of their size.
_DECIMALS = re.compile(r"scale\([^)]*\)|-?\d+\.\d{3,}")
_VARIABLES = {light: f"var(--{name.replace('_', '-')})" for name, (light, _) in PALETTE.items()}
_COLOURS = re.compile("|".join(_VARIABLES))
_TAG = re.compile(r"<[^>]*>\s*")
_TEXT = re.compile(r'<text style="([^"]*)"[^>]*>([^<]*)</text>')
_PATH = re.compile(r' d="([^"]*)"')
# What the page's own style says of every text of a picture.
_TEXT_STYLE = re.compile(r"font-family: [^;\"]*; |text-anchor: start; ")
_STYLE = re.compile(r'(?<= style=")[^"]*')
_BARE_GROUP = re.compile(r"<g>\s*(<text[^>]*>[^<]*</text>)\s*</g>")
_GROUP = re.compile(r'<g id="([^"]*)"[^>]*>')
_LABEL = re.compile(r"(.+)-label(?:-[a-z0-9]+)?")
_GROUP_TAG = re.compile(r"<g[ >]|</g>")
_ID = re.compile(r' id="([^"]*)"')
_REFERENCE = re.compile(r'(?<=url\(#)[^)]+|(?<=xlink:href="#)[^"]+')
_TEXT_AT = re.compile(r'<text [^>]*font-size: ?([\d.]+)px[^>]* y="([-\d.]+)"')
_POINT = re.compile(r"(-?[\d.]+) (-?[\d.]+)")
_VIEW = re.compile(r'viewBox="0 0 ([\d.]+) ([\d.]+)"')
# A printed page holds about so much of a picture, in points, at a size that can be read.
_PAGE = 800.0
# A subset has whole alphabets, so that most figures share one.
_COMMON = frozenset({*map(chr, range(32, 127)), *"\u00a0\u200a–—‘’“”«»·…×°→"})
_CYRILLIC = frozenset({*map(chr, range(0x410, 0x450)), *"ЁёӘәҒғҚқҢңӨөҰұҮүҺһІі"})
_ACCENTED = frozenset(map(chr, range(0xC0, 0x100))) - {"×", "÷"}


def label_id(fact_id: str, part: str = "") -> str:
    """The id of what a figure writes of a fact: it leads to the fact's row."""
    return f"{fact_id}-label{part}"


def fit_for_page(svg: str) -> str:
    """An SVG of matplotlib's, made smaller and able to stand alone.

    Coordinates are rounded to 0.01 point; the prologue is dropped; colours become variables, with
    a dark variant of each; the letters in use are embedded, so that text measures the same
    everywhere.
    """
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    # Only within tags: what stands between them is a reader's text, and stays as it is.
    svg = _TAG.sub(lambda match: _fit_tag(match[0]), svg)
    end = svg.index(">") + 1
    # Names set wide hold runs of spaces, which a browser would draw as one.
    style = f"text{{white-space:pre}}{palette_css()}{embed_fonts(_list_letters(svg))}"
    return f"{svg[:end]}\n<style>{style}</style>{svg[end:]}"


def _fit_tag(tag: str) -> str:
    tag = re.sub(r' transform="rotate\(-?0 [^"]*\)"', "", tag)
    tag = _DECIMALS.sub(_round, tag)
    tag = _COLOURS.sub(lambda match: _VARIABLES[match[0]], tag)
    tag = _PATH.sub(lambda match: f' d="{_shorten_path(match[1])}"', tag)
    return re.sub(r"\n\s*", "\n", tag)


def _shorten_path(path: str) -> str:
    """A path's commands without the spaces about them; 'line to' goes on until another comes."""
    path = re.sub(r"\s*([A-Za-z])\s*", r"\1", path.strip())
    return path if re.search("[CQ]", path) else re.sub(r"(?<=\d)L", " ", path)


def _round(match: re.Match) -> str:
    if match[0].startswith("scale"):
        return match[0]
    return f"{float(match[0]):.2f}".rstrip("0").rstrip(".")


def name_languages(svg: str, languages: Mapping[str, str]) -> str:
    """An SVG whose texts in another language than the page's say in which they are.

    Parameters
    ----------
    languages
        The code (ISO 639) of the language of each such text, by text.
    """

    def name(text: re.Match) -> str:
        language = languages.get(html.unescape(text[2]).strip("\u2068\u2069"))
        return f'<text lang="{language}"{text[0][5:]}' if language else text[0]

    return _TEXT.sub(name, svg)


def isolate_words(svg: str, whole: Collection[str]) -> str:
    """An SVG in whose texts right-to-left words leave the order of those around as it is.

    Parameters
    ----------
    whole
        Texts that stand in it as a whole, or broken into lines.
    """
    wholes = {html.escape(text, quote=False) for text in whole if is_right_to_left(text)}

    def isolate_text(match: re.Match) -> str:
        line = match[2]
        known = [line] if any(line in text for text in wholes) else wholes
        return f"{match[1]}{isolate(line, known)}</text>"

    return re.sub(r"(<text [^>]*>)([^<]*)</text>", isolate_text, svg)


def link_facts(svg: str, tooltips: Mapping[str, str]) -> str:
    """An SVG in which one part of each fact's leads to the fact's row: a link for each fact.

    A part is a label: a group whose id is the fact's with '-label' behind it, and perhaps more. Of
    its lines those that follow one another are one link.

    Parameters
    ----------
    tooltips
        What a link says of its fact, by fact_id.
    """
    groups: dict[str, list[re.Match]] = {}
    for group in _GROUP.finditer(svg):
        label = _LABEL.fullmatch(group[1])
        if label and label[1] in tooltips:
            groups.setdefault(label[1], []).append(group)
    edits = []
    for fact_id, (first, *others) in groups.items():
        end = _find_end(svg, first)
        for part in others:
            if not svg[end : part.start()].isspace():
                break
            end = _find_end(svg, part)
        tooltip = f"<title>{html.escape(tooltips[fact_id])}</title>"
        edits += [(first.start(), f'<a href="#fact-{fact_id}">{tooltip}'), (end, "</a>")]
    for at, text in sorted(edits, reverse=True):
        svg = svg[:at] + text + svg[at:]
    return svg


def fit_in_page(svg: str, *, prefix: str, alt: str) -> str:
    """An SVG that `fit_for_page` made, as a part of a page.

    Parameters
    ----------
    prefix
        What its ids begin with, so that they are its own in the page.
    alt
        What the picture says to who cannot see it.
    """
    used = set(_REFERENCE.findall(svg))
    svg = _ID.sub(lambda match: f' id="{prefix}{match[1]}"' if match[1] in used else "", svg)
    svg = _REFERENCE.sub(lambda match: prefix + match[0], svg)
    svg = _BARE_GROUP.sub(r"\1", _TEXT_STYLE.sub("", svg))
    svg = _STYLE.sub(lambda match: re.sub(r"([:;]) ", r"\1", match[0]), svg)
    head, begin, rest = svg.partition(">")
    head = re.sub(r' (?:width|height|version|xmlns(?::xlink)?)="[^"]*"', "", head)
    return f'{head} role="group" aria-label="{html.escape(alt)}"{begin}{rest}'


def split_for_print(svg: str, name: str) -> str:
    """A picture taller than a page with its parts behind it, as SVGs that show a stretch of it.

    A part ends where no line of text and no box is cut.

    Parameters
    ----------
    svg
        What `fit_in_page` made.
    name
        The id that the picture's content gets: the parts refer to it.
    """
    width, height = map(float, _VIEW.search(svg).groups())
    if height <= _PAGE:
        return svg
    edges = [0.0, *_find_cuts(svg, height), height]
    parts = "".join(
        f'<svg viewBox="0 {top:g} {width:g} {bottom - top:g}"><use href="#{name}"></use></svg>'
        for top, bottom in pairwise(edges)
    )
    begin = svg.index(">") + 1
    content = svg[begin : svg.rindex("</svg>")]
    whole = f'{svg[:begin]}<g id="{name}">{content}</g></svg>'
    return f'{whole}<div class="parts" aria-hidden="true">{parts}</div>'


def _find_cuts(svg: str, height: float) -> list[float]:
    """Where a tall picture is cut into parts of about one height: in the widest gap nearby."""
    count = math.ceil(height / _PAGE)
    gaps = _find_gaps(svg, height)
    cuts = []
    for number in range(1, count):
        wanted, near = height * number / count, height / count / 5
        nearby = [(max(top, wanted - near), min(bottom, wanted + near)) for top, bottom in gaps]
        top, bottom = max(nearby, key=lambda gap: gap[1] - gap[0])
        cuts.append(round((top + bottom) / 2 if top <= bottom else wanted, 1))
    return cuts


def _find_gaps(svg: str, height: float) -> list[tuple[float, float]]:
    """The stretches of a picture, from top to bottom, that no text and no box stands in."""
    taken = [
        (float(y) - float(size), float(y) + float(size) / 3) for size, y in _TEXT_AT.findall(svg)
    ]
    for path in _PATH.findall(svg):
        x, y = zip(*(map(float, point) for point in _POINT.findall(path)), strict=True)
        left, right, top, bottom = min(x), max(x), min(y), max(y)
        sides = sorted((right - left, bottom - top))
        is_line = sides[0] <= 3 < sides[1]  # it goes on in the next part
        if not is_line and bottom - top < _PAGE / 2:
            taken.append((top, bottom))
    gaps, reached = [], 0.0
    for top, bottom in sorted(taken):
        if top >= reached:
            gaps.append((reached, top))
        reached = max(reached, bottom)
    return [*gaps, (reached, height)]


def _find_end(svg: str, group: re.Match) -> int:
    """Where a group ends."""
    depth = 0
    for tag in _GROUP_TAG.finditer(svg, group.start()):
        depth += -1 if tag[0] == "</g>" else 1
        if not depth:
            return tag.end()
    return len(svg)


def palette_css() -> str:
    """The palette as CSS variables: the light one, and the dark one where that is preferred."""
    light, dark = (
        "".join(f"--{name.replace('_', '-')}:{pair[i]};" for name, pair in PALETTE.items())
        for i in (0, 1)
    )
    return (
        f":root{{{light}}}@media (prefers-color-scheme:dark){{:root{{{dark}}}}}"
        f"@media print{{:root{{{light}}}}}"
    )


def _list_letters(svg: str) -> dict[int, str]:
    """The letters of an SVG's texts, by the weight they are set in."""
    letters: dict[int, str] = {}
    for style, text in _TEXT.findall(svg):
        weight = 700 if "font-weight: 700" in style else 400
        letters[weight] = letters.get(weight, "") + html.unescape(text)
    return letters


def embed_fonts(letters: Mapping[int, str]) -> str:
    """CSS with a font face for each weight (400, 700) that holds the letters set in it."""
    return "".join(
        f"@font-face{{font-family:'{FAMILY}';font-weight:{weight};src:url(data:font/woff;base64,"
        f"{base64.b64encode(subset_font(weight, _complete_alphabets(text))).decode()})}}"
        for weight, text in sorted(letters.items())
    )


def _complete_alphabets(letters: str) -> frozenset[str]:
    """Some letters, and all of each alphabet that one of them is of."""
    used = [alphabet for alphabet in (_CYRILLIC, _ACCENTED) if not alphabet.isdisjoint(letters)]
    return _COMMON.union(letters, *used)


@lru_cache(maxsize=64)
def subset_font(weight: int, letters: frozenset[str]) -> bytes:
    """The family's font of a weight (400 or 700) with only some letters, as WOFF."""
    face = hb.Face(hb.Blob.from_file_path(str(font_file(weight))))
    wanted = hb.SubsetInput()
    wanted.unicode_set.update(map(ord, letters))
    wanted.layout_feature_tag_set.clear()
    wanted.layout_feature_tag_set.update(int.from_bytes(tag, "big") for tag in (b"kern", b"mark"))
    wanted.flags = hb.SubsetFlags.NO_HINTING | hb.SubsetFlags.NOTDEF_OUTLINE
    # The time of the font's last change is not this moment.
    font = TTFont(io.BytesIO(wanted.subset(face).blob.data), recalcTimestamp=False, lazy=True)
    font.flavor = "woff"
    buffer = io.BytesIO()
    font.save(buffer)
    return buffer.getvalue()
