"""matplotlib's SVG made fit for a page: small, and with colours that follow light and dark."""

import re

from helpers.style import PALETTE

_DECIMALS = re.compile(r"-?\d+\.\d{3,}")
_VARIABLES = {light: f"var(--{name.replace('_', '-')})" for name, (light, _) in PALETTE.items()}
_COLOURS = re.compile("|".join(_VARIABLES))


def fit_for_page(svg: str) -> str:
    """Round coordinates to 0.01 point, drop the prologue, and turn colours into variables."""
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = _DECIMALS.sub(lambda match: f"{float(match[0]):.2f}".rstrip("0").rstrip("."), svg)
    svg = _COLOURS.sub(lambda match: _VARIABLES[match[0]], svg)
    svg = re.sub(r"\n\s*", "\n", svg)
    end = svg.index(">") + 1
    return f"{svg[:end]}\n<style>{_style()}</style>{svg[end:]}"


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
