"""Sizes and matplotlib's settings: what makes two figures look like one hand's."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, cast

import matplotlib as mpl
from matplotlib import font_manager, get_data_path
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import Collection
from matplotlib.figure import Figure as Drawing
from matplotlib.font_manager import FontProperties
from matplotlib.text import Text
from matplotlib.transforms import Bbox, BboxTransformFrom, IdentityTransform, Transform

from helpers.figures._palette import FAMILY, LIGHT, WEIGHTS, font_file

# Type sizes in CSS pixels at the width a figure is made for; none is smaller than SMALL.
SMALL, BODY, LARGE, NUMERAL = 13, 15, 18, 34
_STAND_IN = "DejaVu Sans"  # for letters that the family lacks; it comes with matplotlib


def points(pixels: float) -> float:
    """CSS pixels in points, which is what matplotlib counts type and lines in."""
    return pixels * (72 / 96)


for _weight in WEIGHTS:
    font_manager.fontManager.addfont(font_file(_weight))


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


@cache
def _read_letters(file: str) -> frozenset[int]:
    return frozenset(font_manager.get_font(file).get_charmap())


def name_families(text: str) -> list[str]:
    """The families that a text is set in; most need no more than the house's."""
    return list(dict.fromkeys([FAMILY, _STAND_IN, *filter(None, map(_find_family, text))]))


def find_lost(text: str) -> list[str]:
    """The letters of a text that no font here has: a box is drawn for each."""
    return sorted({letter for letter in text if letter.isprintable() and not _find_family(letter)})


@lru_cache(maxsize=4096)
def choose_font(text: str, size: float, bold: bool = False) -> FontProperties:
    """The font of a text, its size in matplotlib's points."""
    weight = "bold" if bold else "regular"
    return FontProperties(family=name_families(text), weight=weight, size=size)


class Line(Text):
    """One line of text on its baseline: where SVG is written, nothing of it need be measured."""

    def draw(self, renderer):
        if not hasattr(renderer, "writer"):  # of SVG
            super().draw(renderer)
            return
        renderer.open_group("text", self.get_gid())
        look, font = renderer.new_gc(), self.get_fontproperties()
        look.set_foreground(self.get_color())
        x, y = self.get_transform().transform(self.get_position())
        renderer.draw_text(look, x, renderer.height - y, self.get_text(), font, 0, mtext=self)
        look.restore()
        renderer.close_group("text")


@cache
def _list_settings() -> dict[str, Any]:
    """matplotlib's settings in the house's style: it takes long to check each of them."""
    own: dict[Any, Any] = {
        "font.family": [FAMILY, _STAND_IN],
        "font.size": points(BODY),
        "text.color": LIGHT["ink"],
        "figure.facecolor": LIGHT["paper"],
        "savefig.facecolor": LIGHT["paper"],
        "axes.facecolor": "none",
        "lines.linewidth": points(1.5),
        "hatch.linewidth": points(1),
        "svg.fonttype": "none",
        "svg.hashsalt": "dossier",
        "text.parse_math": False,  # '$5 to $9' of a dossier is never read as TeX
    }
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(own)
        settings = dict(cast(dict, mpl.rcParams.copy()))
    settings.pop("backend", None)  # is no matter of style, and `rc_context` leaves it as it is
    return settings


@contextmanager
def house_style() -> Iterator[None]:
    """matplotlib set to the house's style, and back again afterwards."""
    settings, own = cast(dict, mpl.rcParams), _list_settings()
    # Past what matplotlib does with each: who asks it for the backend imports pyplot.
    before = {name: dict.__getitem__(settings, name) for name in own}
    dict.update(settings, own)
    try:
        yield
    finally:
        dict.update(settings, before)


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


@dataclass(frozen=True)
class Sheet:
    """Axes or a whole drawing, on which artists are put by coordinates of their own."""

    area: Axes | Drawing
    transform: Transform

    def add(self, artist: Artist) -> None:
        if isinstance(artist, Collection):  # shapes of one size, each at its point
            artist.set_offset_transform(self.transform)
            artist.set_transform(IdentityTransform())
        else:
            artist.set_transform(self.transform)
        self.area.add_artist(artist)

    def write(
        self, x: float, y: float, text: str, size_px: float, ink: str, *, bold=False, **said: Any
    ) -> None:
        font = choose_font(text, points(size_px), bold)
        self.add(Line(x, y, text, fontproperties=font, color=LIGHT[ink], **said))


def open_sheet(area: Axes | Drawing, across: tuple[float, float], up: tuple[float, float]) -> Sheet:
    """A sheet whose coordinates run across and up between some ends; axes lose their own look."""
    if isinstance(area, Axes):
        area.set_axis_off()
        area.set(xlim=across, ylim=up)
        return Sheet(area, area.transData)
    ends = Bbox.from_extents(across[0], up[0], across[1], up[1])
    return Sheet(area, BboxTransformFrom(ends) + area.transSubfigure)


def new_drawing(width_px: float, height_px: float) -> Drawing:
    """An empty matplotlib figure, off pyplot, of a size in CSS pixels."""
    return Drawing(figsize=(width_px / 96, height_px / 96), dpi=96)
