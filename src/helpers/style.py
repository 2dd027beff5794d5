"""Colours, sizes and the type family: everything that makes two figures look like one hand's."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import font_source_sans_pro
import matplotlib as mpl
from matplotlib import font_manager
from matplotlib.figure import Figure as Drawing

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
    "water_ink": ("#44677d", "#7fa3ba"),
}
LIGHT = {name: light for name, (light, _) in PALETTE.items()}

FAMILY = "Source Sans Pro"
WEIGHTS = (400, 700)

# Type sizes in CSS pixels at the width a figure is made for; none is smaller than SMALL.
SMALL, BODY, LARGE, NUMERAL = 13, 15, 18, 34

_POINTS_PER_PIXEL = 72 / 96


def points(pixels: float) -> float:
    """CSS pixels in points, which is what matplotlib counts type and lines in."""
    return pixels * _POINTS_PER_PIXEL


def font_file(weight: int) -> Path:
    """The family's font file of a weight, 400 or 700."""
    name = {400: "Regular", 700: "Bold"}[weight]
    return Path(font_source_sans_pro.font_directory) / f"SourceSansPro-{name}.ttf"


for _weight in WEIGHTS:
    font_manager.fontManager.addfont(font_file(_weight))


@contextmanager
def house_style() -> Iterator[None]:
    """matplotlib set to the house's style, and back again afterwards."""
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(
            {
                "font.family": [FAMILY, "DejaVu Sans"],
                "font.size": points(BODY),
                "text.color": LIGHT["ink"],
                "axes.edgecolor": LIGHT["rule"],
                "axes.labelcolor": LIGHT["muted"],
                "axes.spines.top": False,
                "axes.spines.right": False,
                "xtick.color": LIGHT["muted"],
                "ytick.color": LIGHT["muted"],
                "figure.facecolor": LIGHT["paper"],
                "savefig.facecolor": LIGHT["paper"],
                "axes.facecolor": "none",
                "lines.linewidth": points(1.5),
                "hatch.linewidth": points(1),
                "svg.fonttype": "none",
                "svg.hashsalt": "dossier",
                # What a dossier says is never read as TeX: '$5 to $9' stays as typed.
                "text.parse_math": False,
            }
        )
        yield


def new_drawing(width_px: float, height_px: float) -> Drawing:
    """An empty matplotlib figure, off pyplot, of a size in CSS pixels."""
    return Drawing(figsize=(width_px / 96, height_px / 96), dpi=96)
