"""How an operation works, drawn from the part (`role`) that each fact plays in it.

Nothing of any one operation is written here: a stage without facts is left out.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

import pandas as pd
from matplotlib.axes import Axes

from helpers.dossier import (
    ROLES,
    Dossier,
    describe_claim,
    find_standing,
    gather_claims,
    list_claims,
    state,
    tabulate,
)
from helpers.figures._canvas import LEADING, WIDTH_PX, Canvas, draw_chart, measure
from helpers.figures._figure import Figure, source_line
from helpers.figures._style import BODY, SMALL
from helpers.figures._svg import label_id
from helpers.words import (
    MISSING,
    capitalise,
    compose,
    format_date,
    format_fact,
    spell_count,
    spell_number,
)

# The stages from the first to the last; the roles of one stage stand side by side.
_STAGES = (
    ("trigger",), ("appeal", "ground"), ("step",), ("force", "contributor"), ("decider",),
    ("task",), ("protected site",), ("duration",), ("end condition",), ("outcome",),
)  # fmt: skip
_ORDER = [role for roles in _STAGES for role in roles]
_HEADS = {
    "trigger": "What sets it off",
    "appeal": "The appeal",
    "ground": "The grounds",
    "step": "The steps",
    "force": "The force",
    "contributor": "Who contributes",
    "decider": "Who decides",
    "task": "What it is for",
    "protected site": "Protected site",
    "duration": "How long",
    "end condition": "When it ends",
    "outcome": "How it ends",
}
# The column by which the claims of a role are put into boxes, where one box does not hold them all.
_APART = {"end condition": "fact_id", "task": "of_whom"}
_GAP = 30  # between stages, for the arrow
_INSET = 12  # from a box's edge to its text
_BESIDE = 24  # between boxes side by side
_BETWEEN = 12  # between boxes of a stage one under the other
_BETWEEN_ENDS = 34  # where an 'and' stands between them


@dataclass(frozen=True)
class Look:
    """How the boxes of a role look."""

    fill: str = "paper"
    edge: str = "muted"
    text: str = "ink"
    dashed: bool = False
    radius: float = 3.0


_LOOKS = {
    "trigger": Look(fill="accent_tint", edge="accent"),
    "force": Look(fill="contrast_tint", edge="contrast"),
    "contributor": Look(fill="contrast_tint", edge="contrast"),
    "task": Look(fill="contrast_tint", edge="contrast"),
    "protected site": Look(edge="contrast"),
    "duration": Look(dashed=True),
    "end condition": Look(edge="ink", radius=14),
    "outcome": Look(fill="close", edge="close", text="close_ink"),
}


@dataclass(frozen=True)
class Box:
    """One box of the diagram: the claims of one role, or of one part of the force."""

    role: str
    head: str
    claims: list[pd.Series] = field(repr=False)

    @property
    def look(self) -> Look:
        return _LOOKS.get(self.role, Look())


class Column(NamedTuple):
    """Where a box stands from left to right, in CSS pixels."""

    x: float
    width: float

    @property
    def middle(self) -> float:
        return self.x + self.width / 2


def operation(dossier: Dossier, *, ax: Axes | None = None) -> Figure:
    """How the operation works, from what sets it off to how it ends.

    All end conditions must hold together: they are joined by 'and'.

    Raises
    ------
    NoFactsError
        No fact that plays a part in an operation stands.
    """
    facts = find_standing(dossier, "how an operation works", roles=ROLES)
    claims = gather_claims(dossier, facts)
    claims = claims.assign(order=claims["role"].map(_ORDER.index))
    claims = claims.sort_values(["order", "position"], kind="stable", ignore_index=True)
    stages = [_make_boxes(claims[claims["role"].isin(roles)]) for roles in _STAGES]
    stages = [boxes for boxes in stages if boxes]
    return Figure(
        tabulate(claims, stage=list(claims["role"])),
        _title(claims),
        _tell(stages),
        source_line(dossier, claims),
        draw_chart(lambda canvas: _draw_operation(canvas, claims, stages), ax),
    )


def _make_boxes(claims: pd.DataFrame) -> list[Box]:
    """The boxes of one stage: one a role, one a condition, one a part that has tasks."""
    boxes = []
    for role, of_role in claims.groupby("role", sort=False):
        apart = of_role[_APART.get(str(role), "role")].fillna(MISSING)
        for _, group in of_role.groupby(apart, sort=False):
            boxes.append(Box(str(role), _head(group), list_claims(group)))
    return boxes


def _head(claims: pd.DataFrame) -> str:
    """What a box is about; of a decision, what is decided; a condition needs no head."""
    first, topics = claims.iloc[0], claims["topic"].unique()
    if first["role"] == "end condition":
        return ""
    if first["role"] == "task" and state(first["of_whom"]) != MISSING:
        return f"Task of {first['of_whom']}"
    if first["role"] == "decider" and list(topics) == ["placement"]:
        return "Who decides the placement"
    return _HEADS[first["role"]]


def _draw_operation(canvas: Canvas, claims: pd.DataFrame, stages: list[list[Box]]) -> float:
    """Who says it, and the stages one under another."""
    usual = claims["asserted_by"].mode()[0]
    y = _draw_speaker(canvas, 2.0, claims, usual)
    placed = [_place_boxes(boxes, usual) for boxes in stages]
    for number, below in enumerate(placed):
        y = _draw_joint(canvas, y, placed[number - 1], below) if number else y
        y = _draw_stage(canvas, y, below, usual)
    return y + 2


def _draw_speaker(canvas: Canvas, y: float, claims: pd.DataFrame, usual: str) -> float:
    """Who says what the boxes hold, where no other name stands in them."""
    others = claims["asserted_by"].nunique() > 1
    days = claims["stated"].unique()
    when = f", {format_date(days[0])}" if len(days) == 1 else ""
    said = f"Said by {usual}{when}{', where no one else is named' if others else ''}"
    return canvas.text(0, y, said, WIDTH_PX, size=SMALL, colour="muted") + 8


def _place_boxes(boxes: list[Box], usual: str) -> list[tuple[Column, Box]]:
    """Where the boxes of a stage stand: two side by side, an odd last one over the whole width."""
    placed: list[tuple[Column, Box]] = []
    for first in range(0, len(boxes), 2):
        pair = boxes[first : first + 2]
        columns = [Column(0, WIDTH_PX)] if len(pair) == 1 else _choose_columns(pair, usual)
        placed += zip(columns, pair, strict=True)
    return placed


def _choose_columns(pair: list[Box], usual: str) -> list[Column]:
    """Equal widths for boxes of one role; for two roles the widths that take the least height."""
    shares = (0.5,) if pair[0].role == pair[1].role else (0.5, 0.42, 0.58)
    room = WIDTH_PX - _BESIDE
    ways = [
        [Column(0, share * room), Column(share * room + _BESIDE, (1 - share) * room)]
        for share in shares
    ]
    return min(ways, key=lambda columns: _end_claims(Canvas(), 0, pair, columns, usual))


def _end_claims(canvas: Canvas, y: float, pair: Iterable[Box], columns, usual: str) -> float:
    """Where the longer of some boxes' texts ends."""
    both = zip(columns, pair, strict=True)
    return max(_draw_claims(canvas, y, column, box, usual) for column, box in both)


def _draw_stage(canvas: Canvas, y: float, placed: list[tuple[Column, Box]], usual: str) -> float:
    """The boxes of a stage, those side by side equally high."""
    boxes = [box for _, box in placed]
    ending = boxes[0].role == "end condition"
    if ending:
        head = _head_conditions(boxes)
        y = canvas.text(WIDTH_PX / 2, y, head, WIDTH_PX, bold=True, align="center") + 4
    for first in range(0, len(boxes), 2):
        columns, pair = zip(*placed[first : first + 2], strict=True)
        bottom = _end_claims(canvas, y, pair, columns, usual)
        for column, box in zip(columns, pair, strict=True):
            _draw_frame(canvas, y, bottom, column, box)
        if ending:
            _draw_and(canvas, y, bottom, len(boxes) - first)
        y = bottom + (first + 2 < len(boxes)) * (_BETWEEN_ENDS if ending else _BETWEEN)
    return y


def _head_conditions(boxes: list[Box]) -> str:
    must = {1: "this must hold", 2: "both must hold"}
    return f"{_HEADS['end condition']}: {must.get(len(boxes), 'all of these must hold')}"


def _draw_frame(canvas: Canvas, y: float, bottom: float, column: Column, box: Box) -> None:
    look = box.look
    canvas.box(
        column.x + 1, y, column.width - 2, bottom - y, fill=look.fill, edge=look.edge,
        dashed=look.dashed, radius=look.radius, gid=f"box-{box.claims[0]['fact_id']}", z=1.5,
    )  # fmt: skip


def _draw_claims(canvas: Canvas, y: float, column: Column, box: Box, usual: str) -> float:
    """A box's head and statements; steps are numbered, several others have a dash each."""
    left, inner, colour = column.x + _INSET, column.width - 2 * _INSET, box.look.text
    y += 8
    if box.head:
        y = _draw_head(canvas, y, column, box) + 1
    indent = 18 if len(box.claims) > 1 else 0
    for number, claim in enumerate(box.claims, start=1):
        if indent:
            sign = f"{number}." if box.role == "step" else "–"
            canvas.text(left, y, sign, indent, colour=colour)
        look = {"colour": colour, "gid": label_id(claim["fact_id"])}
        y = canvas.text(left + indent, y, format_fact(claim), inner - indent, **look)
        if claim["asserted_by"] != usual:
            who = f"said by {claim['asserted_by']}"
            tone = "muted" if box.look.fill == "paper" else colour
            y = canvas.text(left + indent, y, who, inner - indent, size=SMALL, colour=tone)
        y += 2
    return y + 7


def _draw_head(canvas: Canvas, y: float, column: Column, box: Box) -> float:
    """What a box is about; a site has its mark, a duration a line without an end."""
    left, inner, head = column.x + _INSET, column.width - 2 * _INSET, capitalise(box.head)
    middle = y + LEADING * BODY / 2
    if box.role == "protected site":
        tips = [(6, -6), (12, 0), (6, 6), (0, 0)]
        canvas.shape([(left + x, middle + dy) for x, dy in tips], fill="contrast")
        left, inner = left + 18, inner - 18
    bottom = canvas.text(left, y, head, inner, bold=True, colour=box.look.text)
    if box.role == "duration":
        start, end = left + measure(head, BODY, bold=True) + 10, left + inner
        canvas.line([start, end - 6], [middle] * 2, colour="muted", width=1.5, dashed=True)
        canvas.shape([(end - 7, middle - 5), (end - 7, middle + 5), (end, middle)], fill="muted")
    return bottom


def _draw_and(canvas: Canvas, y: float, bottom: float, left: int) -> None:
    """'and' between two conditions, and between this pair and the next of those left."""
    middles = [(y + bottom) / 2] * (left > 1) + [bottom + _BETWEEN_ENDS / 2] * (left > 2)
    for middle in middles:
        x, top = WIDTH_PX / 2, middle - LEADING * BODY / 2
        canvas.box(x - 19, middle - 12, 38, 24, fill="close", edge="paper", radius=6, z=3)
        canvas.text(x, top, "and", 60, bold=True, colour="close_ink", align="center")


def _draw_joint(canvas: Canvas, y: float, above, below) -> float:
    """Lines from a stage's last boxes to the next stage's first ones, with arrow heads.

    A protected site hangs on the tasks without one.
    """
    tops = [column.middle for column, _ in above[-(len(above) % 2 or 2) :]]
    ends = [column.middle for column, _ in below[:2]]
    role = below[0][1].role
    if role == "end condition":
        ends = [WIDTH_PX / 2]
    bus = y + _GAP / 2
    for x in tops:
        canvas.line([x, x], [y, bus], colour="muted", width=1.5)
    spread = [*tops, *ends]
    canvas.line([min(spread), max(spread)], [bus, bus], colour="muted", width=1.5)
    for x in ends:
        if role == "protected site" and above[0][1].role == "task":
            canvas.line([x, x], [bus, y + _GAP], colour="muted", width=1.5)
        else:
            canvas.arrow(x, bus, y + _GAP - 1)
    return y + _GAP


def _title(claims: pd.DataFrame) -> str:
    conditions = int((claims["role"] == "end condition").sum())
    if conditions > 1:
        together = "both hold" if conditions == 2 else "hold together"
        count = spell_number(conditions)
        return compose("The operation ends when {} conditions {}", count, together)
    if conditions == 1:
        return compose("The operation ends when {} condition holds", spell_number(1))
    told = spell_count(len(claims), "statement")
    return compose("How the operation works, in {}; what ends it is not stated", told)


def _tell(stages: list[list[Box]]) -> str:
    told = ["Diagram of how the operation works."]
    for number, boxes in enumerate(stages, start=1):
        for box in boxes:
            head = box.head or _HEADS[box.role]
            facts = " ".join(describe_claim(claim) for claim in box.claims)
            told.append(f"Stage {number}, {head.lower()}: {facts}")
        if boxes[0].role == "end condition" and len(boxes) > 1:
            told.append("All of these conditions must hold together.")
    return " ".join(told)
