"""Sizes and matplotlib's settings: what makes two figures look like one hand's."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import cast

import matplotlib as mpl
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Drawing

from helpers.figures._palette import FAMILY, LIGHT, WEIGHTS, font_file

# Type sizes in CSS pixels at the width a figure is made for; none is smaller than SMALL.
SMALL, BODY, LARGE, NUMERAL = 13, 15, 18, 34
_POINTS_PER_PIXEL = 72 / 96


def points(pixels: float) -> float:
    """CSS pixels in points, which is what matplotlib counts type and lines in."""
    return pixels * _POINTS_PER_PIXEL


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


def draw_when_shown(
    draw: Callable[[str, Axes | None], Drawing], ax: Axes | None
) -> Callable[[str], Drawing]:
    """What draws a form of a figure in the house's style; in axes that are given, at once."""

    def draw_form(form: str) -> Drawing:
        with house_style():
            return draw(form, ax)

    if ax is None:
        return draw_form
    drawing = draw_form("desktop")
    return lambda form: drawing


def find_drawing(area: Axes | Drawing) -> Drawing:
    """The whole drawing that axes stand in."""
    return cast(Drawing, area.get_figure(root=True))


def measure_px(area: Axes | Drawing) -> tuple[float, float]:
    """Width and height of axes, or of a whole drawing, in CSS pixels."""
    extent, scale = area.get_window_extent(), 96 / find_drawing(area).dpi
    return extent.width * scale, extent.height * scale


def new_drawing(width_px: float, height_px: float) -> Drawing:
    """An empty matplotlib figure, off pyplot, of a size in CSS pixels."""
    return Drawing(figsize=(width_px / 96, height_px / 96), dpi=96)
