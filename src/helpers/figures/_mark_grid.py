"""Marks in rows: one mark a person, a square a hundred soldiers."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.path import Path
from matplotlib.transforms import Affine2D, Bbox

from helpers.figures._canvas import Canvas
from helpers.words import NUMBERS

ONE_EACH = 100  # up to so many, each mark is one
MOST_MARKS = 120
_FEW = 12  # so many stand in one row
_ARROW = 26  # the length of one where a number is open-ended
_MANY = 40  # more marks than this are drawn small


@dataclass(frozen=True)
class Extent:
    """How far a claim's marks reach: filled, then outlined, then open-ended.

    `lower` is where what is stated begins: below `filled` where a number has a range around it.
    """

    lower: float
    filled: float
    outlined: float
    open_ended: bool


@dataclass(frozen=True)
class Marks:
    """The marks of one figure, alike in all its rows so that they can be compared.

    Parameters
    ----------
    shape
        In CSS pixels, y up, its lower left corner at 0, 0.
    worth
        How many one mark stands for.
    per_row
        Marks in a row; a gap follows each five.
    pitch, rise
        From mark to mark and from row to row, in CSS pixels.
    """

    shape: Path
    worth: int
    per_row: int
    pitch: float
    rise: float

    @property
    def gap(self) -> float:
        return self.pitch / 4

    def corners(self, first: int, last: int, y: float) -> np.ndarray:
        """The lower left corners of the marks first..last-1 of a block that starts at y."""
        number = np.arange(first, last)
        column, row = number % self.per_row, number // self.per_row
        x = column * self.pitch + column // 5 * self.gap
        return np.column_stack([x, y + row * self.rise + self.shape_height])

    def height(self, count: int) -> float:
        return -(-count // self.per_row) * self.rise

    def row_width(self, count: int) -> float:
        """How wide the widest row of so many marks is."""
        widest = min(max(count, 1), self.per_row)
        return (widest - 1) * self.pitch + (widest - 1) // 5 * self.gap + self.shape_width

    @property
    def shape_height(self) -> float:
        return self.shape.get_extents().height

    @property
    def shape_width(self) -> float:
        return self.shape.get_extents().width


def measure_extent(claim: pd.Series) -> Extent:
    """What of a claim's number is certain, what is possible, and whether more is.

    A lower end is filled and the way to the upper end outlined; 'up to' is outlined only.
    """
    value, low, high = claim[NUMBERS].astype(float)
    most = np.nanmax([value, low, high])
    if claim["qualifier"] == "up to" or (math.isnan(value) and math.isnan(low)):
        filled = 0.0 if math.isnan(low) else low
    else:
        filled = low if math.isnan(value) else value
    lower = filled if math.isnan(low) else low
    only_low = math.isnan(value) and math.isnan(high)
    return Extent(lower, filled, most, only_low or claim["qualifier"] == "at least")


def choose_marks(claims: pd.DataFrame, person: bool = False, scale: float = 1) -> Marks:
    """Marks for claims of one unit: one each, or the power of ten that keeps them countable."""
    largest = float(np.nanmax(claims[["value", "low", "high"]].to_numpy(dtype=float), initial=0))
    worth = 1
    if largest > ONE_EACH:
        worth = 10 ** math.ceil(math.log10(largest / MOST_MARKS))
    count = math.ceil(largest / worth)
    one_row, small = count <= _FEW, count > _MANY
    per_row = 20 if small else max(count, 5) if one_row else 10
    pitch = (15 if small else 26) * scale
    if person and worth == 1:
        return Marks(_person(pitch * 0.72), worth, per_row, pitch, pitch * 1.75)
    return Marks(_square(pitch * 0.8), worth, per_row, pitch, pitch)


def draw_extent(
    canvas: Canvas, y: float, extent: Extent, marks: Marks, *, colour: str, gid: str
) -> float:
    """One claim's marks from y down; gives back where they end."""
    filled, outlined = extent.filled / marks.worth, extent.outlined / marks.worth
    whole, last = int(filled), math.ceil(outlined)
    canvas.marks(marks.shape, marks.corners(0, whole, y), colour=colour, gid=gid)
    outline: dict[str, Any] = {"colour": colour, "filled": False}
    canvas.marks(marks.shape, marks.corners(whole, last, y), gid=f"{gid}-outlined", **outline)
    if part := filled - whole:
        corner = marks.corners(whole, whole + 1, y)
        canvas.marks(_left_part(marks.shape, part), corner, colour=colour, gid=f"{gid}-part")
    if extent.open_ended:
        last = max(last, 1) - 1
        x, bottom = marks.corners(last, last + 1, y)[0] + (marks.shape_width + 6, 0)
        if x + _ARROW > canvas.width:  # in the next row
            x, last, bottom = 0.0, last + 1, bottom + marks.rise
        middle = bottom - marks.shape_height / 2
        canvas.arrow_right(float(x), float(middle), _ARROW, colour, gid=f"{gid}-open")
        last += 1
    return y + marks.height(last)


def _square(side: float) -> Path:
    return Path([(0, 0), (side, 0), (side, side), (0, side), (0, 0)], closed=True)


def _person(width: float) -> Path:
    """A head above shoulders, 1.9 times as high as wide, of straight pieces."""
    head = np.asarray(Path.unit_circle().to_polygons()[0]) * 0.26 + (0.5, 1.62)
    turn = np.linspace(0, np.pi, 13)
    shoulders = np.column_stack([0.5 + 0.46 * np.cos(turn), 0.82 + 0.42 * np.sin(turn)])
    body = np.vstack([[(0.96, 0)], shoulders, [(0.04, 0), (0.96, 0)]])
    path = Path.make_compound_path(Path(head, closed=True), Path(body, closed=True))
    return path.transformed(Affine2D().scale(width))


def _left_part(shape: Path, part: float) -> Path:
    extents = shape.get_extents()
    return shape.clip_to_bbox(
        Bbox.from_extents(extents.x0, extents.y0, extents.x0 + part * extents.width, extents.y1)
    )
