"""matplotlib's SVG made fit for a page: small, its text still text, colours for light and dark."""

import base64
import html
import io
import re
from collections.abc import Mapping
from functools import lru_cache

from fontTools import subset
from fontTools.ttLib import TTFont

from helpers.style import FAMILY, PALETTE, font_file

# A scale is no coordinate: matplotlib draws glyphs at 100 times 1/64 of their size.
_DECIMALS = re.compile(r"scale\([^)]*\)|-?\d+\.\d{3,}")
_VARIABLES = {light: f"var(--{name.replace('_', '-')})" for name, (light, _) in PALETTE.items()}
_COLOURS = re.compile("|".join(_VARIABLES))
_TAG = re.compile(r"<[^>]*>\s*")
_TEXT = re.compile(r'<text style="([^"]*)"[^>]*>([^<]*)</text>')
# In every subset, so that most figures share one: subsetting takes as long as drawing.
_COMMON = frozenset({*map(chr, range(32, 127)), *"\u00a0–—‘’“”«»·…×°→"})


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
    style = f"text{{white-space:pre}}{_style()}{embed_fonts(_list_letters(svg))}"
    return f"{svg[:end]}\n<style>{style}</style>{svg[end:]}"


def _fit_tag(tag: str) -> str:
    tag = re.sub(r' transform="rotate\(-?0 [^"]*\)"', "", tag)
    tag = _DECIMALS.sub(_round, tag)
    tag = _COLOURS.sub(lambda match: _VARIABLES[match[0]], tag)
    return re.sub(r"\n\s*", "\n", tag)


def _round(match: re.Match) -> str:
    if match[0].startswith("scale"):
        return match[0]
    return f"{float(match[0]):.2f}".rstrip("0").rstrip(".")


def _style() -> str:
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
        f"{base64.b64encode(subset_font(weight, _COMMON.union(text))).decode()})}}"
        for weight, text in sorted(letters.items())
    )


@lru_cache(maxsize=64)
def subset_font(weight: int, letters: frozenset[str]) -> bytes:
    """The family's font of a weight (400 or 700) with only some letters, as WOFF."""
    options = subset.Options(
        flavor="woff", hinting=False, layout_features=["kern", "mark"], notdef_outline=True
    )
    # The time of the font's last change is not this moment.
    font = TTFont(font_file(weight), recalcTimestamp=False)
    subsetter = subset.Subsetter(options)
    subsetter.populate(text="".join(letters))
    subsetter.subset(font)
    font.flavor = "woff"
    buffer = io.BytesIO()
    font.save(buffer)
    return buffer.getvalue()
