"""The numbers of a panel as bars, as marks that count them out, or the one that there is large."""

import math
from dataclasses import dataclass, replace
from itertools import chain

import numpy as np
import pandas as pd
from matplotlib.path import Path
from matplotlib.transforms import Affine2D, Bbox

from helpers import words
from helpers.dossier import say_ahead, say_part
from helpers.figures._canvas import LINE_PX, Canvas, label_id, measure
from helpers.figures._panels import Extent, Panel, draw_who, find_range, measure_extent, tell_apart
from helpers.figures._style import LARGE, NUMERAL, SMALL
from helpers.words import MISSING, capitalise, format_quantity

GAP = 22  # between the blocks of a figure
_BAR = 14  # a bar's height
_BETWEEN_BARS = 6
_BEHIND = 24  # the room for an arrow behind a bar
_HEAD = 8  # an arrow's head
_LARGER = 1.3  # marks, where they stand beside the number
_ONE_EACH = 100  # up to so many, each mark is one
_MOST_MARKS = 120
_FEW = 12  # so many stand in one row
_ARROW = 26  # the length of one where marks are open-ended
_MANY = 40  # more marks than this are drawn small


@dataclass
class _Bars:
    """Where numbers stand from left to right: `begin` is where a bar starts, `left` the least."""

    panel: Panel
    colour: str
    lowest: float
    px: float
    left: float
    begin: float = 0

    def at(self, number: float) -> float:
        return self.left + (number - self.lowest) * self.px


def draw_bars(canvas: Canvas, y: float, panel: Panel, colour: str) -> float:
    """A bar for each number, the largest first: filled to what is certain, outlined to what may be.

    Shares of one whole begin where the one before them ends, and what is left of it is an outline.
    Where numbers are shares of all, or so many times what was, an outline behind them is that. They
    are as long as can be, with room for the labels behind them.
    """
    names, plot = canvas.beside()
    shown = panel.shown
    lowest, highest = find_range(shown, panel.whole)
    labels = (format_quantity(claim, with_unit=False) for claim in shown)
    behind = max(measure(label, SMALL, bold=True) for label in labels) + 8
    ends = {measure_extent(claim).open_ended for claim in shown}
    before, behind = _BEHIND * float(-1 in ends), behind + _BEHIND * (1 in ends)
    room = max(plot.width - before - behind, plot.width / 3)
    bars = _Bars(panel, colour, lowest, room / (highest - lowest or 1), 1 + before)
    together = len({(claim["asserted_by"], claim["stated"]) for claim in panel.claims}) == 1
    for claim, name in zip(shown, tell_apart(shown), strict=True):
        bottom = names.text(0, y, capitalise(name), size=SMALL, gid=label_id(claim["fact_id"]))
        end = _draw_bar(plot, y if canvas.is_wide else bottom + 2, claim, bars)
        if panel.form == "strip":
            bars.begin += float(claim["value"])
        y = max(bottom, end if together else draw_who(plot, end, [claim])) + _BETWEEN_BARS
    spans = map(words.measure_span, [panel.total, *shown] if panel.total else shown)
    is_exact = all(least == most for least, most in spans)
    if panel.form == "strip" and bars.begin < panel.whole and is_exact:  # nobody says of whom it is
        bottom = names.note(0, y, MISSING)
        left, top = bars.at(bars.begin), y if canvas.is_wide else bottom + 2
        look = {"fill": "none", "edge": colour, "dashed": True, "hatch": "////", "gid": "rest"}
        plot.box(left, top, bars.at(panel.whole) - left, _BAR, **look, z=2)
        y = max(bottom, top + _BAR + _BETWEEN_BARS)
    y = plot.count_rest(0, y, len(panel.hidden))
    if panel.whole:
        y = plot.note(0, y, f"the line at {format_whole(panel)}")
    if lowest < 0:
        y = plot.note(0, y, "the line at 0")
    return draw_who(plot, y, shown[:1]) if together else y


def format_whole(panel: Panel) -> str:
    """'100 percent: the whole', 'about 4,200 people: those who came', '×1: as it was'."""
    none = dict.fromkeys(["low", "high", "qualifier"])
    known = {"value": panel.whole, "unit": panel.unit, "fact_id": "", **none}
    return f"{format_quantity(panel.total or known)}: {panel.whole_label}"


def _draw_bar(canvas: Canvas, y: float, claim: dict, bars: _Bars) -> float:
    """A bar with its number behind it, or under it where there is no room; gives back its end."""
    gid, extent, colour = claim["fact_id"], measure_extent(claim), bars.colour
    zero, low, end, right = (
        bars.at(bars.begin + number) for number in (0, extent.lower, extent.filled, extent.outlined)
    )
    left, whole, across = bars.at(0), bars.at(bars.panel.whole), [y - 3, y + _BAR + 3]
    if bars.panel.whole:
        canvas.box(left, y, whole - left, _BAR, fill="none", edge="rule", z=1.5)
        canvas.line([whole] * 2, across, colour="ink", width=1.5, z=3, gid="whole")
    if bars.lowest < 0:
        canvas.line([left] * 2, across, colour="ink", width=1.5, z=3, gid="zero")
    length = max(abs(end - zero), 1.5)
    canvas.box(min(zero, end), y, length, _BAR, fill=colour, edge=None, gid=gid, z=2)
    if low < right:  # around the number, or beyond what is certain
        look = {"fill": "paper", "edge": colour, "z": 2.5, "gid": f"{gid}-range"}
        look["dashed"] = claim["qualifier"] == "conditional"
        canvas.box(low, y + 3, right - low, _BAR - 6, **look)
    right = max(zero, right)
    if side := extent.open_ended:  # a share is no more than the whole
        length = float(_BEHIND - 4)
        if bars.panel.whole and bars.panel.unit != "times" and right < whole:
            length = max(whole - right - 2, _HEAD)
        start = right + 2 if side > 0 else low - 2
        canvas.arrow(start, y + _BAR / 2, side * length, colour, gid=f"{gid}-open")
        right += (length + 4) * (side > 0)
    label, top = format_quantity(claim, with_unit=False), y + (_BAR - LINE_PX) / 2 - 1
    x, wide = right + 5, measure(label, SMALL, bold=True)
    # Behind the line of the whole a smaller number would be taken for the whole's.
    within = right < whole or bars.panel.form == "strip"
    if x + wide > (whole - 4 if within else canvas.width):
        if zero - wide > 5:
            x = zero - wide - 5
        elif end == right > zero + wide + 10:  # on its bar
            x, colour = end - wide - 5, "paper"
        else:
            x, top = 0, y + _BAR
    number = {"size": SMALL, "bold": True, "colour": colour, "gid": label_id(gid, "-number")}
    return max(y + _BAR, canvas.text(x, top, label, None, **number))


@dataclass(frozen=True)
class _Marks:
    """The marks of one figure, alike in all its rows so that they can be compared.

    `shape` is in CSS pixels, y up, its lower left corner at 0, 0; `worth` is how many one mark
    stands for; `pitch` and `rise` are from mark to mark and from row to row.
    """

    shape: Path
    worth: int
    per_row: int
    pitch: float
    rise: float

    @property
    def extents(self) -> Bbox:
        return self.shape.get_extents()

    def corners(self, first: int, last: int, y: float) -> np.ndarray:
        """The lower left corners of the marks first..last-1 of a block that starts at y."""
        number = np.arange(first, last)
        column, row = number % self.per_row, number // self.per_row
        x = column * self.pitch + column // 5 * self.pitch / 4  # a gap follows each five
        return np.column_stack([x, y + row * self.rise + self.extents.height])


def draw_marks(canvas: Canvas, y: float, panel: Panel, colour: str) -> float:
    """Each number large with its marks, then what one mark stands for.

    Where more may come, and nobody says how many, an arrow stands behind the one number there is.
    """
    scale = _LARGER if canvas.is_wide else 1
    marks = _choose_marks(panel.claims, person=panel.look.mark == "person", scale=scale)
    joined = len(panel.claims) == 1 and bool(panel.beside)
    numerals, drawn = canvas.beside(340, 30)
    for claim in panel.claims:
        bottom = _draw_numeral(numerals, y, claim, colour) + 6
        extent = measure_extent(claim)
        extent = replace(extent, open_ended=extent.open_ended or joined)
        top, look = y + 6 if canvas.is_wide else bottom, {"colour": colour, "gid": claim["fact_id"]}
        end = _draw_extent(drawn, top, extent, marks, **look)
        below = bottom if canvas.is_wide else end + 4
        y = max(end, _draw_origin(numerals, below, claim, colour)) + GAP
    y -= 14 * joined
    for claim in panel.beside:
        said = f"{words.format_fact(claim)}; how many is {MISSING}"
        y = canvas.text(0, y, said, gid=label_id(claim["fact_id"]))
        y = draw_who(canvas, y, [claim]) + GAP
    y -= GAP
    if marks.worth > 1 or panel.look.one:  # else a mark is one of what the number counts
        key = marks.shape.transformed(Affine2D().scale(SMALL / marks.extents.height))
        canvas.marks(key, [(0, y + 6 + SMALL)], colour=colour, gid="key")
        y = canvas.note(key.get_extents().width + 6, y + 4, f"= {format_worth(panel)}")
    return y


def draw_number(canvas: Canvas, y: float, panel: Panel, colour: str) -> float:
    """The one number that there is, large: as a bar it would be compared with nothing."""
    [claim] = panel.claims
    return _draw_origin(canvas, _draw_numeral(canvas, y, claim, colour) + 6, claim, colour)


def _draw_origin(canvas: Canvas, y: float, claim: dict, colour: str) -> float:
    """That nobody says of whom a number is, its day, and who says it."""
    if claim["of_whom"] == MISSING:
        sentence = f"{capitalise(say_part(claim))}."
        y = canvas.text(0, y, sentence, colour=colour, gid=f"{claim['fact_id']}-of-whom")
    return draw_who(canvas, y, [claim], "" if say_ahead(claim) else say_day(claim))


def say_day(claim: dict) -> str:
    """'1912; ': the date that a claim is about, where it is told nowhere else."""
    is_until = claim["qualifier"] == "until" and not words.list_values(claim)
    is_told = is_until or claim["date"] == claim["stated"] or pd.isna(claim["date"])
    return "" if is_told else f"{words.say_date(claim)}; "


def _draw_numeral(canvas: Canvas, y: float, claim: dict, colour: str) -> float:
    """The number large, and beside it what it counts."""
    number = capitalise(format_quantity(claim, with_unit=False))
    fits = [size for size in (NUMERAL, 24, LARGE) if measure(number, size, bold=True) < 180]
    size = fits[0] if fits else LARGE
    gids = [label_id(claim["fact_id"], part) for part in ("", "-unit", "-statement")]
    bottom = canvas.text(0, y, number, size=size, bold=True, colour=colour, gid=gids[0])
    x, top = (measure(number, size, bold=True) + 12, y + 2) if fits else (0, bottom)
    unit, what = claim["unit"], words.say_measure(claim)
    unit = words.name_one(unit) if words.list_values(claim) == [1] else unit
    what = what if unit in what else f"{unit} · {what}"
    part = say_part(claim)
    if claim["of_whom"] != MISSING and part and not words.says_words(what, part):
        what = f"{what} · {part}"
    top = canvas.text(x, top, what, bold=True, gid=gids[1])
    return max(bottom, canvas.text(x, top, claim["statement"], gid=gids[2]))


def format_worth(panel: Panel) -> str:
    """'100 people': what one mark of a panel stands for."""
    worth = _choose_marks(panel.claims).worth
    if worth > 1:
        return f"{words.format_number(worth)} {panel.unit}"
    return f"1 {panel.look.one}" if panel.look.one else f"one of the {panel.unit}"


def _choose_marks(claims: list[dict], person: bool = False, scale: float = 1) -> _Marks:
    """Marks for claims of one unit: one each, or the power of ten that keeps them countable."""
    largest = max(map(float, chain(*map(words.list_values, claims))))
    worth = 1
    if largest > _ONE_EACH:
        worth = 10 ** math.ceil(math.log10(largest / _MOST_MARKS))
    count = math.ceil(largest / worth)
    one_row, small = count <= _FEW, count > _MANY
    per_row = 20 if small else max(count, 5) if one_row else 10
    pitch = (15 if small else 26) * scale
    if person and worth == 1:
        return _Marks(_draw_person(pitch * 0.72), worth, per_row, pitch, pitch * 1.75)
    square = Path.unit_rectangle().transformed(Affine2D().scale(pitch * 0.8))
    return _Marks(square, worth, per_row, pitch, pitch)


def _draw_extent(
    canvas: Canvas, y: float, extent: Extent, marks: _Marks, *, colour: str, gid: str
) -> float:
    """One claim's marks from y down; gives back where they end."""
    filled, outlined = extent.filled / marks.worth, extent.outlined / marks.worth
    whole, last = int(filled), math.ceil(outlined)
    canvas.marks(marks.shape, marks.corners(0, whole, y), colour=colour, gid=gid)
    corners = marks.corners(whole, last, y)
    canvas.marks(marks.shape, corners, colour=colour, filled=False, gid=f"{gid}-outlined")
    if part := filled - whole:
        x0, y0, x1, y1 = marks.extents.extents
        left_part = marks.shape.clip_to_bbox(Bbox.from_extents(x0, y0, x0 + part * (x1 - x0), y1))
        canvas.marks(left_part, corners[:1], colour=colour, gid=f"{gid}-part")
    if extent.open_ended:
        last = max(last, 1) - 1
        x, bottom = marks.corners(last, last + 1, y)[0] + (marks.extents.width + 6, 0)
        if x + _ARROW > canvas.width:  # in the next row
            x, last, bottom = 0.0, last + 1, bottom + marks.rise
        middle = bottom - marks.extents.height / 2
        canvas.arrow(float(x), float(middle), _ARROW, colour, gid=f"{gid}-open")
        last += 1
    return y + -(-last // marks.per_row) * marks.rise


def _draw_person(width: float) -> Path:
    """A head above shoulders, 1.9 times as high as wide, of straight pieces."""
    head = np.asarray(Path.unit_circle().to_polygons()[0]) * 0.26 + (0.5, 1.62)
    turn = np.linspace(0, np.pi, 13)
    shoulders = np.column_stack([0.5 + 0.46 * np.cos(turn), 0.82 + 0.42 * np.sin(turn)])
    body = np.vstack([[(0.96, 0)], shoulders, [(0.04, 0), (0.96, 0)]])
    path = Path.make_compound_path(Path(head, closed=True), Path(body, closed=True))
    return path.transformed(Affine2D().scale(width))
