"""A page of a figure, laid out in CSS pixels with measured text before its height is known."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
from matplotlib.artist import Artist, getp
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure as Drawing
from matplotlib.lines import Line2D
from matplotlib.patches import Circle, FancyBboxPatch, Polygon, Rectangle
from matplotlib.path import Path
from matplotlib.textpath import text_to_path
from matplotlib.transforms import Affine2D

from helpers.figures import _style as style
from helpers.figures._palette import LIGHT
from helpers.figures._style import BODY, SMALL, points

# Of the two forms, within the margins: at 340 px type of style.SMALL is still 11 px high on a phone
# of 320 px, at 840 px in a column of 712 px.
PHONE_PX, DESKTOP_PX = 336, 836
WIDTH_PX = 416  # of a map on a phone
_MARGIN_PX = 2  # around everything, so that no edge is cut
LEADING = 1.28  # the height of a line over the size of its type
LINE_PX = LEADING * SMALL
_MOST_LINES = 8  # a longer text ends in an ellipsis: the table under the figure has it whole
_BASELINE = 0.98  # from the top of a line to its baseline, over the size of its type
_DASHED = (0, (3, 2))
_TO_POINTS = Affine2D().scale(points(1))


def label_id(fact_id: str, part: str = "") -> str:
    """The id of what a figure writes of a fact: it leads to the fact's row."""
    return f"{fact_id}-label{part}"


@lru_cache(maxsize=16384)
def measure(text: str, size: float = BODY, bold: bool = False) -> float:
    """The width of a text on one line, in CSS pixels, as matplotlib sets it.

    A letter that no font here has is as wide as high: a page's reader may have one.
    """
    lost = style.find_lost(text)
    known = "".join(letter for letter in text if letter not in lost)
    font = style.choose_font(known, size, bold)
    width = text_to_path.get_text_width_height_descent(known, font, ismath=False)[0]
    return width + size * (len(text) - len(known))


def wrap(text: str, width: float, size: float = BODY, bold: bool = False) -> list[str]:
    """A text broken into lines that fit a width; a word that is wider is broken too.

    A last line of a word or so is avoided where narrower lines take no more room.
    """
    lines = _fill_lines(text, width, size, bold)
    if len(lines) > 1 and measure(lines[-1], size, bold) < width / 4:
        narrower = _fill_lines(text, width * 0.85, size, bold)
        lines = narrower if len(narrower) == len(lines) else lines
    if len(lines) > _MOST_LINES:
        last = lines[_MOST_LINES - 1]
        while last and measure(f"{last}…", size, bold) > width:
            last = last[:-1].rstrip()
        lines = [*lines[: _MOST_LINES - 1], f"{last}…"]
    return lines


def _fill_lines(text: str, width: float, size: float, bold: bool) -> list[str]:
    """Lines as full as they can be: one more than _MOST_LINES at least where there are more."""
    lines: list[str] = []
    room, space = 0.0, measure(" ", size, bold)
    for word in "".join(filter(str.isprintable, " ".join(text.split()))).split():
        wide = measure(word, size, bold)
        if lines and space + wide <= room:
            lines[-1] += f" {word}"
            room -= space + wide
            continue
        if len(lines) > _MOST_LINES:
            break
        lines.append("" if wide > width else word)
        for letter in word if wide > width else "":
            if lines[-1] and measure(lines[-1] + letter, size, bold) > width:
                lines.append("")
            lines[-1] += letter
        room = width - measure(lines[-1], size, bold)
    return lines


@dataclass
class Canvas:
    """Artists in CSS pixels, x to the right and y down, put into axes when all are known.

    A part of one has the same artists, and its own 0 at `left`.
    """

    width: float = PHONE_PX
    artists: list[Artist] = field(default_factory=list)
    left: float = 0

    @property
    def is_wide(self) -> bool:
        """Whether things may stand side by side."""
        return self.width > 1.5 * PHONE_PX

    def part(self, x: float, width: float) -> "Canvas":
        return Canvas(width, self.artists, self.left + x)

    def columns(self, count: int, gap: float) -> "list[Canvas]":
        width = (self.width - (count - 1) * gap) / count
        return [self.part(number * (width + gap), width) for number in range(count)]

    def beside(self, width: float = 220, gap: float = 12) -> "tuple[Canvas, Canvas]":
        """Where names stand and where what they name does: below them, where it is narrow."""
        if not self.is_wide:
            return self, self
        return self.part(0, width), self.part(width + gap, self.width - width - gap)

    def add(self, artist: Artist, z: float = 1) -> None:
        artist.set_zorder(z)
        self.artists.append(artist)

    def text(
        self, x: float, y: float, text: str, width: float | None = None, *, size=BODY, bold=False,
        colour="ink", align="left", gid=None
    ) -> float:  # fmt: skip
        """Text from y down, wrapped to a width or to what is left; gives back where it ends.

        x is the left end of its lines, their middle or their right end, as `align` says. A gid is
        its first line's; the others have their number behind it.
        """
        width = self.width - x if width is None else width
        for number, line in enumerate(wrap(text, width, size, bold), start=1):
            look: dict[str, Any] = {"color": LIGHT[colour], "ha": align}
            look["fontproperties"] = style.choose_font(line, points(size), bold)
            look["gid"] = f"{gid}-{number}" if gid and number > 1 else gid
            self.add(style.Line(self.left + x, y + _BASELINE * size, line, **look), z=4)
            y += LEADING * size
        return y

    def note(self, x: float, y: float, text: str, width: float | None = None) -> float:
        """Text that is small and quiet; gives back where it ends."""
        return self.text(x, y, text, width, size=SMALL, colour="muted")

    def count_rest(self, x: float, y: float, more: int) -> float:
        """How many more there are than the picture has room for, if any."""
        return self.note(x, y, f"+ {more} more in the table") if more > 0 else y

    def box(
        self, x: float, y: float, width: float, height: float, *, fill="paper", edge="rule",
        dashed=False, hatch=None, radius=0.0, alpha=None, gid=None, z=1
    ) -> None:  # fmt: skip
        """A box behind the text; `fill` or `edge` may be none."""
        look = _look(fill, edge, dashed) | {"hatch": hatch, "alpha": alpha, "gid": gid}
        if radius:
            shape = f"round,pad=0,rounding_size={radius}"
            self.add(FancyBboxPatch((self.left + x, y), width, height, boxstyle=shape, **look), z)
        else:
            self.add(Rectangle((self.left + x, y), width, height, **look), z)

    def circle(self, x: float, y: float, radius: float, *, fill, edge, dashed=False, gid=None, z=2):
        """A circle around a point; `fill` or `edge` may be none."""
        self.add(Circle((self.left + x, y), radius, gid=gid, **_look(fill, edge, dashed)), z)

    def mark(self, shape: str, x: float, y: float, radius: float, **look) -> None:
        """A topic's mark around a point: a square, else a circle."""
        if shape == "square":
            side = radius - 0.5
            self.box(x - side, y - side, 2 * side, 2 * side, **look)
        else:
            self.circle(x, y, radius, **look)

    def line(self, xs, ys, *, colour="rule", width=1.0, dashed=False, alpha=None, gid=None, z=2):
        look: dict[str, Any] = {"color": LIGHT[colour], "linewidth": points(width)}
        look |= {"linestyle": _DASHED if dashed else "solid", "solid_capstyle": "butt"}
        self.add(Line2D(np.asarray(xs) + self.left, ys, alpha=alpha, gid=gid, **look), z)

    def shape(self, corners, *, fill="ink", gid=None) -> None:
        """A closed shape, e.g. the head of an arrow."""
        corners = np.add(corners, (self.left, 0))
        self.add(Polygon(corners, closed=True, gid=gid, **_look(fill)), 3)

    def arrow(self, x: float, y: float, length: float, colour: str, *, dashed=False, gid=None):
        """An arrow to the right, or to the left where its length is below nothing."""
        end, side = x + length, math.copysign(1, length)
        self.line([x, end - 6 * side], [y, y], colour=colour, width=1.5, dashed=dashed)
        back = end - 7 * side
        self.shape([(back, y - 5), (back, y + 5), (end, y)], fill=colour, gid=gid)

    def marks(self, path: Path, corners, *, colour: str, filled=True, gid=None) -> None:
        """One mark for each lower left corner, all of one shape (in CSS pixels, y up)."""
        corners = np.add(np.reshape(corners, (-1, 2)), (self.left, 0.0))
        if not len(corners):
            return
        look = {"facecolors": LIGHT[colour] if filled else "none", "edgecolors": LIGHT[colour]}
        shapes = [path.transformed(_TO_POINTS)]
        marks = PathCollection(shapes, sizes=[1], offsets=corners, linewidths=points(1), **look)
        marks.set_gid(gid)
        self.add(marks, z=3)

    def draw(self, height: float, ax: Axes | None = None) -> Drawing:
        """Put everything into the axes, as large as they allow, or into a drawing of its own."""
        full = self.width + 2 * _MARGIN_PX, height + 2 * _MARGIN_PX
        area = style.new_drawing(*full) if ax is None else ax
        wide, high = style.measure_px(area)
        scale = min(wide / full[0], high / full[1])
        right, bottom = wide / scale - _MARGIN_PX, high / scale - _MARGIN_PX
        sheet = style.open_sheet(area, (-_MARGIN_PX, right), (bottom, -_MARGIN_PX))
        for artist in self.artists:
            if ax is not None:  # type, lines and marks in the size of the axes
                name = "fontsize" if isinstance(artist, style.Line) else "linewidth"
                artist.set(**{name: getp(artist, name) * scale})
                if isinstance(artist, PathCollection):
                    artist.set_sizes([scale**2])
            sheet.add(artist)
            artist.set_clip_on(False)
        return style.find_drawing(area)


def _look(fill: str | None, edge: str | None = None, dashed: bool = False) -> dict[str, Any]:
    return {
        "facecolor": LIGHT.get(fill or "", "none"),
        "edgecolor": LIGHT.get(edge or "", "none"),
        "linewidth": points(1.25),
        "linestyle": _DASHED if dashed else "solid",
    }


def draw_chart(fill: Callable[[Canvas], float], ax: Axes | None) -> Callable[[str], Drawing]:
    """What draws a chart: `fill` puts it on a canvas of a form's width and says its height.

    Axes that are given have the form that they have the room for.
    """

    def draw(form: str, ax: Axes | None) -> Drawing:
        is_wide = form == "desktop" if ax is None else style.measure_px(ax)[0] > DESKTOP_PX * 0.8
        canvas = Canvas(DESKTOP_PX if is_wide else PHONE_PX)
        return canvas.draw(fill(canvas), ax)

    return style.draw_when_shown(draw, ax)
