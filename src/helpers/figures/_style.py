"""Sizes and matplotlib's settings: what makes two figures look like one hand's."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import cast

import matplotlib as mpl
from matplotlib import font_manager, get_data_path
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Drawing
from matplotlib.text import Text

from helpers.figures._palette import FAMILY, LIGHT, WEIGHTS, font_file

# Type sizes in CSS pixels at the width a figure is made for; none is smaller than SMALL.
SMALL, BODY, LARGE, NUMERAL = 13, 15, 18, 34
_POINTS_PER_PIXEL = 72 / 96
_STAND_IN = "DejaVu Sans"  # for letters that the family lacks; it comes with matplotlib


def points(pixels: float) -> float:
    """CSS pixels in points, which is what matplotlib counts type and lines in."""
    return pixels * _POINTS_PER_PIXEL


for _weight in WEIGHTS:
    font_manager.fontManager.addfont(font_file(_weight))


@cache
def _read_letters(file: str) -> frozenset[int]:
    return frozenset(font_manager.get_font(file).get_charmap())


@cache
def _find_family(letter: str) -> str:
    """The family that draws a letter: the house's, what stands in for it, else one installed here.

    '' where none has it. Of those installed the first by name, so that the same machine takes the
    same one.
    """
    files = [(FAMILY, str(font_file(weight))) for weight in WEIGHTS]
    files.append((_STAND_IN, f"{get_data_path()}/fonts/ttf/DejaVuSans.ttf"))
    known = [(font.name, font.fname) for font in font_manager.fontManager.ttflist]
    # What matplotlib brings for formulas has letters in other places, and one font boxes for all.
    installed = sorted(pair for pair in known if not pair[1].startswith(get_data_path()))
    pairs = (name for name, file in [*files, *installed] if ord(letter) in _read_letters(file))
    return next(pairs, "")


def name_families(text: str) -> list[str]:
    """The families that a text is set in; most need no more than the house's."""
    return list(dict.fromkeys([FAMILY, _STAND_IN, *filter(None, map(_find_family, text))]))


def find_lost(text: str) -> list[str]:
    """The letters of a text that no font here has: a box is drawn for each."""
    return sorted({letter for letter in text if letter.isprintable() and not _find_family(letter)})


@contextmanager
def house_style() -> Iterator[None]:
    """matplotlib set to the house's style, and back again afterwards."""
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(
            {
                "font.family": [FAMILY, _STAND_IN],
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
            drawing = draw(form, ax)
            for text in drawing.findobj(Text):
                text.set_fontfamily(name_families(text.get_text()))
            return drawing

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


def hide_axis(ax: Axes) -> None:
    """Draw axes without their frame; ticks that are not seen would be made all the same."""
    ax.set_axis_off()
    ax.set(xticks=[], yticks=[])


def new_drawing(width_px: float, height_px: float) -> Drawing:
    """An empty matplotlib figure, off pyplot, of a size in CSS pixels."""
    return Drawing(figsize=(width_px / 96, height_px / 96), dpi=96)
