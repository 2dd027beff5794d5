"""What is done to matplotlib's SVG, so that it can stand alone, in a page and on paper.

What matplotlib wrote is parsed. What a page's cleaner gives back is HTML, which no parser of XML
takes: there, and where a text is isolated in a file that is saved as it is, patterns do.
"""

import base64
import html
import io
import math
import re
from collections import defaultdict
from collections.abc import Collection, Mapping
from functools import lru_cache
from itertools import groupby, pairwise
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import uharfbuzz as hb  # type: ignore[import-untyped]  # it ships no types
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]  # it ships no types

from helpers.figures._palette import FAMILY, PALETTE, font_file
from helpers.words import is_right_to_left, isolate

_SVG = "{http://www.w3.org/2000/svg}"
_XLINK = "{http://www.w3.org/1999/xlink}"
# A scale is no coordinate: matplotlib draws glyphs at 100 times 1/64 of their size.
_DECIMALS = re.compile(r"scale\([^)]*\)|-?\d+\.\d{3,}")
_VARIABLES = {light: f"var(--{name.replace('_', '-')})" for name, (light, _) in PALETTE.items()}
_COLOURS = re.compile("|".join(_VARIABLES))
# What the style sheet says of every text of a picture.
_TEXT_STYLE = re.compile(r"font-family: [^;]*; |text-anchor: start; ")
_LABEL = re.compile(r"(.+)-label(?:-[a-z0-9]+)?")
_ID = re.compile(r' id="([^"]*)"')
_REFERENCE = re.compile(r'(?<=url\(#)[^)]+|(?<=xlink:href="#)[^"]+')
_TEXT_AT = re.compile(r'<text [^>]*font-size: ?([\d.]+)px[^>]* y="([-\d.]+)"')
_PATH = re.compile(r' d="([^"]*)"')
_POINT = re.compile(r"(-?[\d.]+) (-?[\d.]+)")
_VIEW = re.compile(r'viewBox="0 0 ([\d.]+) ([\d.]+)"')
# A printed page holds about so much of a picture, in points, at a size that can be read.
_PAGE, _PART = 800.0, 640.0
# A subset has whole alphabets, so that most figures share one.
_COMMON = frozenset({*map(chr, range(32, 127)), *"\u00a0\u200a–—‘’“”«»·…×°→"})
_CYRILLIC = frozenset({*map(chr, range(0x410, 0x450)), *"ЁёӘәҒғҚқҢңӨөҰұҮүҺһІі"})
_ACCENTED = frozenset(map(chr, range(0xC0, 0x100))) - {"×", "÷"}


def label_id(fact_id: str, part: str = "") -> str:
    """The id of what a figure writes of a fact: it leads to the fact's row."""
    return f"{fact_id}-label{part}"


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


def fit_for_page(svg: str, languages: Mapping[str, str], tooltips: Mapping[str, str]) -> str:
    """An SVG of matplotlib's, made smaller and able to stand alone.

    Coordinates are rounded to 0.01 point; colours become variables, with a dark variant of each;
    the letters in use are embedded, so that text measures the same everywhere.

    Parameters
    ----------
    languages
        The code (ISO 639) of the language of each text in another language than the page's, by
        text.
    tooltips
        What a link says of its fact, by fact_id.
    """
    root = ElementTree.fromstring(svg)
    for element in root.iter():
        _shorten(element)
    letters: dict[int, str] = defaultdict(str)
    for text in root.iter("text"):
        words = text.text or ""
        letters[700 if "font-weight:700" in text.get("style", "") else 400] += words
        if language := languages.get(words.strip("\u2068\u2069")):
            text.attrib = {"lang": language} | text.attrib
    _link_facts(root, tooltips)
    _unwrap_texts(root)
    style = Element("style")
    # Names set wide hold runs of spaces, which a browser would draw as one.
    look = f"text{{white-space:pre;font-family:'{FAMILY}','DejaVu Sans'}}"
    style.text = f"{look}{palette_css()}{embed_fonts(letters)}"
    style.tail, root.text = root.text, "\n"
    root.insert(0, style)
    spaces = {"xmlns": _SVG[1:-1], "xmlns:xlink": _XLINK[1:-1]}
    root.attrib = spaces | root.attrib
    return ElementTree.tostring(root, encoding="unicode")


def _shorten(element: Element) -> None:
    """Make an element's attributes and the space around it smaller; its words stay as they are."""
    element.tag = element.tag.removeprefix(_SVG)
    element.attrib = {
        name.replace(_XLINK, "xlink:"): _shorten_value(name, value)
        for name, value in element.items()
        if not (name == "transform" and value.startswith(("rotate(0 ", "rotate(-0 ")))
    }
    if element.tag != "text" and (element.text or "").isspace():
        element.text = "\n"
    element.tail = "\n"


@lru_cache(maxsize=1024)
def _shorten_value(name: str, value: str) -> str:
    if name == "id":
        return value
    value = _DECIMALS.sub(_round, value)
    if name == "d":
        return _shorten_path(value)
    value = _COLOURS.sub(lambda match: _VARIABLES[match[0]], value)
    return re.sub(r"([:;]) ", r"\1", _TEXT_STYLE.sub("", value)) if name == "style" else value


def _shorten_path(path: str) -> str:
    """A path's commands without the spaces about them; 'line to' goes on until another comes."""
    path = re.sub(r"\s*([A-Za-z])\s*", r"\1", path.strip())
    return path if re.search("[CQ]", path) else re.sub(r"(?<=\d)L", " ", path)


def _round(match: re.Match) -> str:
    if match[0].startswith("scale"):
        return match[0]
    return f"{float(match[0]):.2f}".rstrip("0").rstrip(".")


def _link_facts(root: Element, tooltips: Mapping[str, str]) -> None:
    """Make one part of each fact's lead to the fact's row: a link for each fact.

    A part is a label: a group whose id is the fact's with '-label' behind it, and perhaps more. Of
    its lines those that follow one another are one link.
    """
    left = dict(tooltips)
    for parent in list(root.iter("g")):
        children: list[Element] = []
        for fact_id, parts in groupby(parent, _name_fact):
            if fact_id in left:
                children.append(_link(fact_id, left.pop(fact_id), list(parts)))
            else:
                children += parts
        parent[:] = children


def _name_fact(element: Element) -> str | None:
    """The fact that an element is a label of."""
    label = _LABEL.fullmatch(element.get("id", ""))
    return label and label[1]


def _link(fact_id: str, tooltip: str, parts: list[Element]) -> Element:
    link = Element("a", href=f"#fact-{fact_id}")
    ElementTree.SubElement(link, "title").text = tooltip
    link.extend(parts)
    link.tail, parts[-1].tail = parts[-1].tail, ""
    return link


def _unwrap_texts(root: Element) -> None:
    """Take texts out of groups that hold nothing else and say nothing of them."""
    for parent in list(root.iter()):
        for place, group in enumerate(parent):
            if [child.tag for child in group] == ["text"] and set(group.keys()) <= {"id"}:
                parent[place] = group[0]
                group[0].tail = group.tail


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
    width, height = map(float, next(_VIEW.finditer(svg)).groups())
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
    count = math.ceil(height / _PART)
    gaps = _find_gaps(svg, height)
    cuts = []
    for number in range(1, count):
        wanted, near = height * number / count, height / count / 8
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
