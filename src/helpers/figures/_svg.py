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


def isolate_words(svg: str, whole: Collection[str]) -> str:
    """An SVG in whose texts right-to-left words leave the order of those around as it is.

    The texts of `whole` stand in it as a whole, or broken into lines.
    """
    wholes = {html.escape(text, quote=False) for text in whole if is_right_to_left(text)}

    def isolate_text(match: re.Match) -> str:
        known = [match[2]] if any(match[2] in text for text in wholes) else wholes
        return f"{match[1]}{isolate(match[2], known)}</text>"

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
    for element in root.iter():  # its words stay as they are
        element.tag = element.tag.removeprefix(_SVG)
        element.attrib = {
            name.replace(_XLINK, "xlink:"): _shorten(name, value)
            for name, value in element.items()
            if not (name == "transform" and value.startswith(("rotate(0 ", "rotate(-0 ")))
        }
        if element.tag != "text" and (element.text or "").isspace():
            element.text = "\n"
        element.tail = "\n"
    letters: dict[int, str] = defaultdict(str)
    for text in root.iter("text"):
        words = text.text or ""
        letters[700 if "font-weight:700" in text.get("style", "") else 400] += words
        if language := languages.get(words.strip("\u2068\u2069")):
            text.attrib = {"lang": language} | text.attrib
    _link_facts(root, tooltips)
    for parent in list(root.iter()):  # a group around a text alone says nothing of it
        for place, group in enumerate(parent):
            if [child.tag for child in group] == ["text"] and set(group.keys()) <= {"id"}:
                parent[place] = group[0]
                group[0].tail = group.tail
    style = Element("style")
    # Names set wide hold runs of spaces, which a browser would draw as one.
    look = f"text{{white-space:pre;font-family:'{FAMILY}','DejaVu Sans'}}"
    style.text = f"{look}{palette_css()}{embed_fonts(letters)}"
    style.tail, root.text = root.text, "\n"
    root.insert(0, style)
    root.attrib = {"xmlns": _SVG[1:-1], "xmlns:xlink": _XLINK[1:-1]} | root.attrib
    return ElementTree.tostring(root, encoding="unicode")


@lru_cache(maxsize=1024)
def _shorten(name: str, value: str) -> str:
    if name == "id":
        return value
    value = _DECIMALS.sub(_round, value)
    if name == "d":  # 'line to' goes on until another command comes
        value = " ".join(value.split())
        for letter in "MLCQz":
            value = value.replace(f" {letter}", letter).replace(f"{letter} ", letter)
        return value if "C" in value or "Q" in value else value.replace("L", " ")
    value = _COLOURS.sub(lambda match: _VARIABLES[match[0]], value)
    return re.sub(r"([:;]) ", r"\1", _TEXT_STYLE.sub("", value)) if name == "style" else value


def _round(match: re.Match) -> str:
    if match[0].startswith("scale"):
        return match[0]
    return f"{float(match[0]):.2f}".rstrip("0").rstrip(".")


def _link_facts(root: Element, tooltips: Mapping[str, str]) -> None:
    """Make one part of each fact's lead to the fact's row: a link for each fact.

    A part is a label: a group whose id is the fact's with '-label' behind it, and perhaps more. Of
    its lines those that follow one another are one link.
    """

    def name_fact(part: Element) -> str | None:
        label = _LABEL.fullmatch(part.get("id", ""))
        return label and label[1]

    left = dict(tooltips)
    for parent in list(root.iter("g")):
        children: list[Element] = []
        for fact_id, group in groupby(parent, name_fact):
            parts = list(group)
            if fact_id in left:
                link = Element("a", href=f"#fact-{fact_id}")
                ElementTree.SubElement(link, "title").text = left.pop(fact_id)
                link.extend(parts)
                link.tail, parts[-1].tail = parts[-1].tail, ""
                parts = [link]
            children += parts
        parent[:] = children


def fit_in_page(svg: str, *, prefix: str, alt: str) -> str:
    """An SVG that `fit_for_page` made, as a part of a page.

    Its ids begin with `prefix`, so that they are its own there; `alt` is what the picture says to
    who cannot see it.
    """
    used = set(_REFERENCE.findall(svg))
    svg = _ID.sub(lambda match: f' id="{prefix}{match[1]}"' if match[1] in used else "", svg)
    svg = _REFERENCE.sub(lambda match: prefix + match[0], svg)
    head, begin, rest = svg.partition(">")
    head = re.sub(r' (?:width|height|version|xmlns(?::xlink)?)="[^"]*"', "", head)
    return f'{head} role="group" aria-label="{html.escape(alt)}"{begin}{rest}'


def split_for_print(svg: str, name: str) -> str:
    """A picture taller than a page with its parts behind it, as SVGs that show a stretch of it.

    The parts are of about one height, each cut in the widest gap nearby, where no line of text and
    no box is. `svg` is what `fit_in_page` made; the parts refer to its content by the id `name`.
    """
    width, height = map(float, next(_VIEW.finditer(svg)).groups())
    if height <= _PAGE:
        return svg
    count, gaps, edges = math.ceil(height / _PART), _find_gaps(svg, height), [0.0]
    for number in range(1, count):
        wanted, near = height * number / count, height / count / 8
        nearby = [(max(top, wanted - near), min(bottom, wanted + near)) for top, bottom in gaps]
        top, bottom = max(nearby, key=lambda gap: gap[1] - gap[0])
        edges.append(round((top + bottom) / 2 if top <= bottom else wanted, 1))
    parts = "".join(
        f'<svg viewBox="0 {top:g} {width:g} {bottom - top:g}"><use href="#{name}"></use></svg>'
        for top, bottom in pairwise([*edges, height])
    )
    begin, end = svg.index(">") + 1, svg.rindex("</svg>")
    whole = f'{svg[:begin]}<g id="{name}">{svg[begin:end]}</g></svg>'
    return f'{whole}<div class="parts" aria-hidden="true">{parts}</div>'


def _find_gaps(svg: str, height: float) -> list[tuple[float, float]]:
    """The stretches of a picture, from top to bottom, that no text and no box stands in."""
    taken = [
        (float(y) - float(size), float(y) + float(size) / 3) for size, y in _TEXT_AT.findall(svg)
    ]
    for path in _PATH.findall(svg):
        x, y = zip(*(map(float, point) for point in _POINT.findall(path)), strict=True)
        sides = sorted((max(x) - min(x), max(y) - min(y)))
        is_line = sides[0] <= 3 < sides[1]  # it goes on in the next part
        if not is_line and max(y) - min(y) < _PAGE / 2:
            taken.append((min(y), max(y)))
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
    faces = []
    for weight, text in sorted(letters.items()):
        used = [alphabet for alphabet in (_CYRILLIC, _ACCENTED) if not alphabet.isdisjoint(text)]
        font = base64.b64encode(_subset_font(weight, _COMMON.union(text, *used))).decode()
        source = f"font-weight:{weight};src:url(data:font/woff;base64,{font})"
        faces.append(f"@font-face{{font-family:'{FAMILY}';{source}}}")
    return "".join(faces)


@lru_cache(maxsize=64)
def _subset_font(weight: int, letters: frozenset[str]) -> bytes:
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
