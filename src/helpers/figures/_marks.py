"""Few numbers counted out in marks, each with of whom it is and who says so."""

from dataclasses import replace

import pandas as pd
from matplotlib.transforms import Affine2D

from helpers.dossier import list_claims, say_part
from helpers.figures._canvas import Canvas, measure
from helpers.figures._mark_grid import (
    Marks,
    choose_marks,
    draw_extent,
    measure_extent,
)
from helpers.figures._panels import Panel, draw_who
from helpers.figures._style import LARGE, NUMERAL, SMALL
from helpers.figures._svg import label_id
from helpers.words import (
    MISSING,
    capitalise,
    format_date,
    format_fact,
    format_number,
    format_quantity,
)

GAP = 22  # between the blocks of a figure
_LARGER = 1.3  # marks, where they stand beside the number


def draw_marks(canvas: Canvas, y: float, panel: Panel, colour: str) -> float:
    """Each number large with its marks, then what one mark stands for.

    Where more may come, and nobody says how many, an arrow stands behind the one number there is.
    """
    scale = _LARGER if canvas.is_wide else 1
    marks = choose_marks(panel.claims, person=panel.look.mark == "person", scale=scale)
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
    canvas: Canvas, y: float, claim: pd.Series, marks: Marks, *, colour: str, joined: bool
) -> float:
    """One claim: its number large, its marks, beside it where there is room, and who says so.

    The marks are open-ended where a claim that is `joined` leaves the end open.
    """
    words = drawn = canvas
    if canvas.is_wide:
        words, drawn = canvas.part(0, 340), canvas.part(370, canvas.width - 370)
    bottom = _draw_numeral(words, y, claim, colour) + 6
    extent = measure_extent(claim)
    extent = replace(extent, open_ended=extent.open_ended or joined)
    top = y + 6 if canvas.is_wide else bottom
    end = draw_extent(drawn, top, extent, marks, colour=colour, gid=claim["fact_id"])
    y = bottom if canvas.is_wide else end + 4
    if claim["of_whom"] == MISSING:
        sentence = f"{capitalise(say_part(claim))}."
        y = words.text(0, y, sentence, colour=colour, gid=f"{claim['fact_id']}-of-whom")
    is_said = pd.isna(claim["date"]) or claim["date"] == claim["stated"]
    of_day = "" if is_said else f"{format_date(claim['date'])}; "
    return max(end, draw_who(words, y, [claim], of_day))


def _draw_numeral(canvas: Canvas, y: float, claim: pd.Series, colour: str) -> float:
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
    return canvas.text(x, y + 4, f"= {format_worth(panel)}", size=SMALL, colour="muted")


def format_worth(panel: Panel) -> str:
    """'100 people': what one mark of a panel stands for."""
    worth = choose_marks(panel.claims).worth
    if worth > 1:
        return f"{format_number(worth)} {panel.unit}"
    return f"1 {panel.look.one}" if panel.look.one else f"one of {panel.unit}"
