"""Few numbers counted out in marks: one a person, a square a hundred soldiers; and who says so."""

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.path import Path
from matplotlib.transforms import Affine2D, Bbox

from helpers.dossier import is_ahead, list_claims, say_part
from helpers.figures._canvas import Canvas, measure
from helpers.figures._panels import Extent, Panel, draw_who, measure_extent
from helpers.figures._style import LARGE, NUMERAL, SMALL
from helpers.figures._svg import label_id
from helpers.words import (
    MISSING,
    NUMBERS,
    capitalise,
    format_date,
    format_fact,
    format_number,
    format_quantity,
)

GAP = 22  # between the blocks of a figure
_LARGER = 1.3  # marks, where they stand beside the number
_ONE_EACH = 100  # up to so many, each mark is one
_MOST_MARKS = 120
_FEW = 12  # so many stand in one row
_ARROW = 26  # the length of one where a number is open-ended
_MANY = 40  # more marks than this are drawn small


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

    def corners(self, first: int, last: int, y: float) -> np.ndarray:
        """The lower left corners of the marks first..last-1 of a block that starts at y."""
        number = np.arange(first, last)
        column, row = number % self.per_row, number // self.per_row
        x = column * self.pitch + column // 5 * self.pitch / 4
        return np.column_stack([x, y + row * self.rise + self.shape_height])

    def height(self, count: int) -> float:
        return -(-count // self.per_row) * self.rise

    @property
    def shape_height(self) -> float:
        return self.shape.get_extents().height

    @property
    def shape_width(self) -> float:
        return self.shape.get_extents().width


def draw_marks(canvas: Canvas, y: float, panel: Panel, colour: str) -> float:
    """Each number large with its marks, then what one mark stands for.

    Where more may come, and nobody says how many, an arrow stands behind the one number there is.
    """
    scale = _LARGER if canvas.is_wide else 1
    marks = _choose_marks(panel.claims, person=panel.look.mark == "person", scale=scale)
    joined = len(panel.claims) == 1 and len(panel.beside) > 0
    for claim in list_claims(panel.claims):
        y = _draw_count(canvas, y, claim, marks, colour=colour, joined=joined) + GAP
    y -= 14 * joined
    for claim in list_claims(panel.beside):
        said = f"{format_fact(claim)}; how many is {MISSING}"
        y = canvas.text(0, y, said, gid=label_id(claim["fact_id"]))
        y = draw_who(canvas, y, [claim]) + GAP
    worth = marks.worth > 1 or panel.look.one  # else a mark is one of what the number counts
    return _draw_worth(canvas, y - GAP, marks, panel, colour) if worth else y - GAP


def _draw_count(
    canvas: Canvas, y: float, claim: dict, marks: Marks, *, colour: str, joined: bool
) -> float:
    """One claim: its number large, its marks, beside it where there is room, and who says so.

    The marks are open-ended where a claim that is `joined` leaves the end open.
    """
    words, drawn = canvas.beside(340, 30)
    bottom = _draw_numeral(words, y, claim, colour) + 6
    extent = measure_extent(claim)
    extent = replace(extent, open_ended=extent.open_ended or joined)
    top = y + 6 if canvas.is_wide else bottom
    end = _draw_extent(drawn, top, extent, marks, colour=colour, gid=claim["fact_id"])
    return max(end, _draw_origin(words, bottom if canvas.is_wide else end + 4, claim, colour))


def draw_number(canvas: Canvas, y: float, panel: Panel, colour: str) -> float:
    """The one number that there is, large: as a bar it would be compared with nothing."""
    [claim] = list_claims(panel.claims)
    return _draw_origin(canvas, _draw_numeral(canvas, y, claim, colour) + 6, claim, colour)


def _draw_origin(canvas: Canvas, y: float, claim: dict, colour: str) -> float:
    """That nobody says of whom a number is, its day, and who says it."""
    if claim["of_whom"] == MISSING:
        sentence = f"{capitalise(say_part(claim))}."
        y = canvas.text(0, y, sentence, colour=colour, gid=f"{claim['fact_id']}-of-whom")
    is_said = pd.isna(claim["date"]) or claim["date"] == claim["stated"] or is_ahead(claim)
    of_day = "" if is_said else f"{format_date(claim['date'])}; "
    return draw_who(canvas, y, [claim], of_day)


def _draw_numeral(canvas: Canvas, y: float, claim: dict, colour: str) -> float:
    """The number large, and beside it what it counts."""
    number = capitalise(format_quantity(claim, with_unit=False))
    fits = [size for size in (NUMERAL, 24, LARGE) if measure(number, size, bold=True) < 180]
    size = fits[0] if fits else LARGE
    gids = [label_id(claim["fact_id"], part) for part in ("", "-unit", "-statement")]
    bottom = canvas.text(0, y, number, size=size, bold=True, colour=colour, gid=gids[0])
    x, top = (measure(number, size, bold=True) + 12, y + 2) if fits else (0, bottom)
    what = claim["measure"]
    what = what if claim["unit"] in what else f"{claim['unit']} · {what}"
    if claim["of_whom"] != MISSING and (part := say_part(claim)):
        what = f"{what} · {part}"
    top = canvas.text(x, top, what, bold=True, gid=gids[1])
    return max(bottom, canvas.text(x, top, claim["statement"], gid=gids[2]))


def _draw_worth(canvas: Canvas, y: float, marks: Marks, panel: Panel, colour: str) -> float:
    """What one mark stands for, beside a small one."""
    key = marks.shape.transformed(Affine2D().scale(SMALL / marks.shape_height))
    canvas.marks(key, [(0, y + 6 + SMALL)], colour=colour, gid="key")
    x = key.get_extents().width + 6
    return canvas.note(x, y + 4, f"= {format_worth(panel)}")


def format_worth(panel: Panel) -> str:
    """'100 people': what one mark of a panel stands for."""
    worth = _choose_marks(panel.claims).worth
    if worth > 1:
        return f"{format_number(worth)} {panel.unit}"
    return f"1 {panel.look.one}" if panel.look.one else f"one of {panel.unit}"


def _choose_marks(claims: pd.DataFrame, person: bool = False, scale: float = 1) -> Marks:
    """Marks for claims of one unit: one each, or the power of ten that keeps them countable."""
    largest = float(np.nanmax(claims[NUMBERS].to_numpy(dtype=float), initial=0))
    worth = 1
    if largest > _ONE_EACH:
        worth = 10 ** math.ceil(math.log10(largest / _MOST_MARKS))
    count = math.ceil(largest / worth)
    one_row, small = count <= _FEW, count > _MANY
    per_row = 20 if small else max(count, 5) if one_row else 10
    pitch = (15 if small else 26) * scale
    if person and worth == 1:
        return Marks(_person(pitch * 0.72), worth, per_row, pitch, pitch * 1.75)
    square = Path.unit_rectangle().transformed(Affine2D().scale(pitch * 0.8))
    return Marks(square, worth, per_row, pitch, pitch)


def _draw_extent(
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
