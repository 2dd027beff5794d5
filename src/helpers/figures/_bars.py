"""Numbers of one measure as bars, or end to end as the shares of one whole."""

from dataclasses import dataclass

from helpers.dossier import list_claims
from helpers.figures._canvas import LINE_PX, Canvas, measure
from helpers.figures._panels import Panel, draw_who, find_range, measure_extent
from helpers.figures._style import SMALL
from helpers.figures._svg import label_id
from helpers.words import MISSING, capitalise, format_quantity

_BAR = 14  # a bar's height
_GAP = 6
_ARROW = 24  # the room for one


@dataclass
class _Bars:
    """Where numbers stand from left to right: `begin` is where a bar starts."""

    panel: Panel
    colour: str
    lowest: float
    px: float
    begin: float = 0

    @classmethod
    def fit(cls, panel: Panel, colour: str, width: float) -> "_Bars":
        """As long as can be, with room for the labels behind them."""
        claims = list_claims(panel.shown)
        lowest, highest = find_range(claims, panel.whole)
        labels = max(measure(_format_number(claim), SMALL, bold=True) for claim in claims)
        arrow = _ARROW * any(measure_extent(claim).open_ended for claim in claims)
        room = max(width - labels - 8 - arrow, width / 3)
        return cls(panel, colour, lowest, room / (highest - lowest or 1))

    def at(self, number: float) -> float:
        return 1 + (number - self.lowest) * self.px


def draw_bars(canvas: Canvas, y: float, panel: Panel, colour: str) -> float:
    """A bar for each number, the largest first: filled to what is certain, outlined to what may be.

    Shares of one whole begin where the one before them ends, and what is left of it is an outline.
    Where numbers are shares of all, or so many times what was, an outline behind them is that.
    """
    names, plot = canvas.beside()
    shown, bars = list_claims(panel.shown), _Bars.fit(panel, colour, plot.width)
    together = len(panel.claims[["asserted_by", "stated"]].drop_duplicates()) == 1
    for claim in shown:
        name = capitalise(claim["name"] or claim["statement"])
        bottom = names.text(0, y, name, size=SMALL, gid=label_id(claim["fact_id"]))
        end = _draw_bar(plot, y if canvas.is_wide else bottom + 2, claim, bars)
        if panel.form == "strip":
            bars.begin += float(claim["value"])
        y = max(bottom, end if together else draw_who(plot, end, [claim])) + _GAP
    if panel.form == "strip" and bars.begin < panel.whole:
        bottom = names.note(0, y, MISSING)
        y = max(bottom, _draw_rest(plot, y if canvas.is_wide else bottom + 2, bars) + _GAP)
    y = plot.count_rest(0, y, len(panel.hidden))
    if panel.whole:
        y = plot.note(0, y, f"the line at {format_whole(panel)}")
    if bars.lowest < 0:
        y = plot.note(0, y, "the line at 0")
    return draw_who(plot, y, shown[:1]) if together else y


def format_whole(panel: Panel) -> str:
    """'100 percent: the whole', '×1: as it was'."""
    none = dict.fromkeys(["low", "high", "qualifier"])
    number = format_quantity({"value": panel.whole, "unit": panel.unit, "fact_id": "", **none})
    return f"{number}: {panel.whole_label}"


def _format_number(claim: dict) -> str:
    return format_quantity(claim, with_unit=False)


def _draw_bar(canvas: Canvas, y: float, claim: dict, bars: _Bars) -> float:
    """A bar with its number behind it, or under it where there is no room; gives back its end."""
    gid, extent, colour = claim["fact_id"], measure_extent(claim), bars.colour
    zero, low, end, right = (
        bars.at(bars.begin + number) for number in (0, extent.lower, extent.filled, extent.outlined)
    )
    left, whole = bars.at(0), bars.at(bars.panel.whole)
    if bars.panel.whole:
        canvas.box(left, y, whole - left, _BAR, fill="none", edge="rule", z=1.5)
        canvas.line([whole] * 2, [y - 3, y + _BAR + 3], colour="ink", width=1.5, z=3, gid="whole")
    length = max(abs(end - zero), 1.5)
    if bars.lowest < 0:
        canvas.line([left] * 2, [y - 3, y + _BAR + 3], colour="ink", width=1.5, z=3, gid="zero")
    canvas.box(min(zero, end), y, length, _BAR, fill=colour, edge=None, gid=gid, z=2)
    if min(low, end) < right and low != right:  # around the number, or beyond what is certain
        canvas.box(
            low, y + 3, right - low, _BAR - 6, fill="paper", edge=colour, z=2.5, gid=f"{gid}-range"
        )
    right = max(zero, right, whole if bars.panel.form == "bars" else 0)
    if extent.open_ended:
        canvas.arrow_right(right + 2, y + _BAR / 2, _ARROW - 4, colour, gid=f"{gid}-open")
        right += _ARROW
    label, top = _format_number(claim), y + (_BAR - LINE_PX) / 2 - 1
    x, wide = right + 5, measure(label, SMALL, bold=True)
    room = whole - 4 if bars.panel.form == "strip" else canvas.width
    if x + wide > room:  # before it, or under it
        x, top = (zero - wide - 5, top) if zero - wide > 5 else (0, y + _BAR)
    end = canvas.text(
        x, top, label, size=SMALL, bold=True, colour=colour, gid=label_id(gid, "-number")
    )
    return max(y + _BAR, end)


def _draw_rest(canvas: Canvas, y: float, bars: _Bars) -> float:
    """What is left of a whole: nobody says of whom it is."""
    left, right = bars.at(bars.begin), bars.at(bars.panel.whole)
    canvas.box(
        left, y, right - left, _BAR, fill="none", edge=bars.colour, dashed=True, hatch="////",
        gid="rest", z=2,
    )  # fmt: skip
    return y + _BAR
