"""matplotlib's SVG made fit for a page: small, and with colours that follow light and dark."""

import re

from helpers.style import PALETTE

# A scale is no coordinate: matplotlib draws glyphs at 100 times 1/64 of their size.
_DECIMALS = re.compile(r"scale\([^)]*\)|-?\d+\.\d{3,}")
_VARIABLES = {light: f"var(--{name.replace('_', '-')})" for name, (light, _) in PALETTE.items()}
_COLOURS = re.compile("|".join(_VARIABLES))


def fit_for_page(svg: str) -> str:
    """Round coordinates to 0.01 point, drop the prologue, and turn colours into variables."""
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = _DECIMALS.sub(_round, svg)
    svg = _COLOURS.sub(lambda match: _VARIABLES[match[0]], svg)
    svg = re.sub(r"\n\s*", "\n", svg)
    end = svg.index(">") + 1
    return f"{svg[:end]}\n<style>{_style()}</style>{svg[end:]}"


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
