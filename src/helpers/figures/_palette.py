"""The colours and the family of type that pages and figures share."""

import json
from pathlib import Path

import font_source_sans_pro  # type: ignore[import-untyped]  # it ships no types

# name: (light, dark). Every light colour is used for one thing only: `svg` tells them by it.
# accent is what the story is about, contrast what it is set against, close the box that ends a
# diagram. JupyterLab reads them there too.
PALETTE = json.loads(Path(__file__).with_name("palette.json").read_text(encoding="utf-8"))
LIGHT = {name: light for name, (light, _) in PALETTE.items()}
FAMILY = "Source Sans Pro"
WEIGHTS = (400, 700)


def font_file(weight: int) -> Path:
    """The family's font file of a weight, 400 or 700."""
    name = {400: "Regular", 700: "Bold"}[weight]
    return Path(font_source_sans_pro.font_directory) / f"SourceSansPro-{name}.ttf"
