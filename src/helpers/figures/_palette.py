"""The colours and the family of type that pages and figures share."""

from pathlib import Path

import font_source_sans_pro  # type: ignore[import-untyped]  # it ships no types

# name: (light, dark). Every light colour is used for one thing only: `svg` tells them by it.
# accent is what the story is about, contrast is what it is set against.
PALETTE = {
    "paper": ("#fffefc", "#16191d"),
    "ink": ("#22262b", "#e6e8ea"),
    "muted": ("#5c646d", "#a3abb4"),
    "rule": ("#c9cdd2", "#454c55"),
    "accent": ("#b3361e", "#f08a6b"),
    "accent_tint": ("#f3d9d0", "#4a2a22"),
    "contrast": ("#12466e", "#a6d3f2"),
    "contrast_tint": ("#d3e2ee", "#1f3647"),
    "close": ("#2a2f35", "#3d4651"),  # the box that ends a diagram; a light one glares in the dark
    "close_ink": ("#fdfcfa", "#f3f4f5"),
    "land": ("#f7efdc", "#322e22"),
    "land_edge": ("#8a7f66", "#8f866f"),
    "land_ink": ("#695d40", "#c4b899"),
    "region_edge": ("#d9cfb6", "#544e3c"),
    "region_tint": ("#f0ddb4", "#4b4127"),
    "neighbour": ("#ecebe8", "#22262a"),
    "neighbour_edge": ("#c4c2bd", "#3d4348"),
    "neighbour_ink": ("#66645e", "#9aa0a6"),
    "water": ("#dce7ee", "#1a262f"),
    "river": ("#bdd3e0", "#2b4558"),
    "water_ink": ("#44677d", "#7fa3ba"),
}
LIGHT = {name: light for name, (light, _) in PALETTE.items()}
FAMILY = "Source Sans Pro"
WEIGHTS = (400, 700)


def font_file(weight: int) -> Path:
    """The family's font file of a weight, 400 or 700."""
    name = {400: "Regular", 700: "Bold"}[weight]
    return Path(font_source_sans_pro.font_directory) / f"SourceSansPro-{name}.ttf"
