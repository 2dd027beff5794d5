"""How something works, drawn from the part (`role`) that each fact plays in it.

Nothing of any one story is written here: stages, heads and looks are the dossier's words.
"""

import math
from collections.abc import Mapping
from functools import partial
from operator import itemgetter
from statistics import mode
from typing import Any, NamedTuple

import pandas as pd
from matplotlib.axes import Axes

from helpers import dossier as stories
from helpers.dossier import Dossier
from helpers.figures._canvas import LEADING, PHONE_PX, Canvas, label_id, measure
from helpers.figures._figure import Figure, group_rows, make_chart
from helpers.figures._style import BODY, SMALL
from helpers.words import (
    MISSING,
    capitalise,
    compose,
    format_date,
    format_fact,
    spell_count,
    spell_number,
)

_ACROSS = 4  # boxes side by side, where there is the room
_GAP = 30  # between stages, for the arrow
_HEAD = 170  # the width of a head beside its statements, where there is the room
_INSET = 12  # from a box's edge to its text
_BETWEEN = 12  # between boxes of a stage
_BETWEEN_ENDS = 46  # where an 'and' stands between them
_PLAIN = {"fill": "paper", "edge": "muted", "radius": 3.0}
_CONTRAST = {"fill": "contrast_tint", "edge": "contrast"}
_LOOKS: dict[str, dict[str, Any]] = {
    "accent": {"fill": "accent_tint", "edge": "accent"},
    "contrast": _CONTRAST,
    "parts": _CONTRAST,
    "place": {"edge": "contrast"},
    "open": {"dashed": True},
    "all": {"edge": "ink", "radius": 14},
    "close": {"fill": "close", "edge": "close"},
}


class _Box(NamedTuple):
    """One box of the diagram: the claims of one role, or of one part that it is split into.

    kind is the look that the dossier's words give the role.
    """

    kind: str
    head: str
    claims: list[dict]

    @property
    def look(self) -> dict[str, Any]:
        return _PLAIN | _LOOKS.get(self.kind, {})

    @property
    def ink(self) -> str:
        return "close_ink" if self.kind == "close" else "ink"


def operation(dossier: Dossier, *, ax: Axes | None = None) -> Figure:
    """How something works, from what sets it off to how it ends, in the dossier's own stages.

    What must hold together, such as end conditions, is joined by 'and'. In a box, what belongs to
    several topics stands apart: the rule that was agreed on, say, and what happened.

    Raises
    ------
    NoFactsError
        No fact that plays such a part stands.
    """
    roles = dossier.words.roles
    claims = stories.find_standing(dossier, "how it works", roles)
    order, who = sorted(roles, key=lambda role: roles[role].stage), itemgetter("asserted_by")

    def place(claim: dict) -> tuple[int, float]:
        unplaced = pd.isna(claim["position"])
        return order.index(claim["role"]), math.inf if unplaced else claim["position"]

    claims.sort(key=place)
    usual = mode(sorted(map(who, claims)))  # says what the boxes hold, where nobody is named
    for claim in claims:
        claim["said"] = "" if who(claim) == usual else f"said by {who(claim)}"
        claim["about"] = dossier.words.topics[claim["topic"]].label
        claim["stage"] = claim["role"]
    by_stage = group_rows(claims, lambda claim: roles[claim["role"]].stage).values()
    stages = [_make_boxes(group, roles) for group in by_stage]
    days = {claim["stated"] for claim in claims}
    when = f", {format_date(*days)}" if len(days) == 1 else ""
    others = ", where no one else is named" * any(claim["said"] for claim in claims)
    fill = partial(_draw_operation, said=f"Said by {usual}{when}{others}", stages=stages)
    told = _title(stages), _tell(stages)
    return make_chart(dossier, claims, told, fill, ax, "stage")


def _make_boxes(claims: list[dict], roles: Mapping[str, stories.Role]) -> list[_Box]:
    """The boxes of one stage: one a role, one a condition, one a part."""

    def find_box(claim: dict) -> tuple[str, str]:
        column = {"all": "fact_id", "parts": "of_whom"}.get(roles[claim["role"]].look, "role")
        return claim["role"], stories.state(claim[column])

    boxes = []
    for (role, _), group in group_rows(claims, find_box).items():
        word, whom = roles[role], stories.state(group[0]["of_whom"])
        is_part = word.look == "parts" and whom != MISSING
        head = f"{word.label}: {whom}" if is_part else word.label
        boxes.append(_Box(word.look, head, group))
    return boxes


def _draw_operation(canvas: Canvas, said: str, stages: list[list[_Box]]) -> float:
    """Who says it, and the stages one under another."""
    y = canvas.note(0, 2.0, said) + 8
    for number, boxes in enumerate(stages):
        if number:
            x, tip = canvas.width / 2, y + _GAP - 1
            canvas.line([x, x], [y, tip - 6], colour="muted", width=1.5)
            canvas.shape([(x - 5, tip - 7), (x + 5, tip - 7), (x, tip)], fill="muted")
            y += _GAP
        y = _draw_stage(canvas, y, boxes)
    return y + 2


def _draw_stage(canvas: Canvas, y: float, boxes: list[_Box]) -> float:
    """The boxes of a stage, those side by side equally high."""
    together = boxes[0].kind == "all"
    gap = _BETWEEN_ENDS if together else _BETWEEN
    if together:
        must = {1: "this must hold", 2: "both must hold"}.get(len(boxes), "all of these must hold")
        look = {"bold": True, "align": "center"}
        y = canvas.text(canvas.width / 2, y, f"{boxes[0].head}: {must}", canvas.width, **look) + 4
    rows = math.ceil(len(boxes) / _ACROSS) if canvas.is_wide else len(boxes)
    across = math.ceil(len(boxes) / rows)
    for first in range(0, len(boxes), across):
        row = boxes[first : first + across]
        areas = canvas.columns(len(row), gap)
        bottom = max(map(_draw_claims, areas, [y] * len(row), row))
        for area, box in zip(areas, row, strict=True):
            frame = {**box.look, "gid": f"box-{box.claims[0]['fact_id']}", "z": 1.5}
            area.box(1, y, area.width - 2, bottom - y, **frame)
        if together:
            for area in areas[1:]:
                _draw_and(area, -gap / 2, (y + bottom) / 2)
            if first + across < len(boxes):
                _draw_and(canvas, canvas.width / 2, bottom + gap / 2)
        y = bottom + gap
    return y - gap


def _draw_claims(canvas: Canvas, y: float, box: _Box) -> float:
    """A box's head, and its statements: those of several topics apart, each under its name.

    Steps are numbered, several others have a dash each. A topic that the head names is not named
    again.
    """

    def is_head(topic: str) -> bool:
        return topic.casefold() == box.head.casefold()

    inner = canvas.part(_INSET, canvas.width - 2 * _INSET)
    bottom = y = y + 8
    if canvas.is_wide and box.kind != "all":
        bottom = _draw_head(inner.part(0, _HEAD), y, box)
        inner = inner.part(_HEAD + 16, inner.width - _HEAD - 16)
    elif box.kind != "all":  # one head stands above them
        y = _draw_head(inner, y, box) + 1
    numbered = box.kind == "numbered"
    topics = group_rows(enumerate(box.claims, start=1), lambda pair: pair[1]["about"])
    # What has the box's own head as its name stands right under it, and not below another's.
    topics = dict(sorted(topics.items(), key=lambda topic: not is_head(topic[0])))
    across = len(topics) if canvas.width > PHONE_PX else 1
    ends = [y] * across
    for column, (topic, claims) in enumerate(topics.items()):
        area, end = inner.columns(across, 24)[column % across], ends[column % across]
        if len(topics) > 1 and not is_head(topic):
            end = area.text(0, end + 1, topic, size=SMALL, bold=True, colour=box.ink)
        indent = 18 if len(claims) > 1 or (numbered and len(box.claims) > 1) else 0
        for number, claim in claims:
            if indent:
                area.text(0, end, f"{number}." if numbered else "–", colour=box.ink)
            gid = label_id(claim["fact_id"])
            end = area.text(indent, end, format_fact(claim), colour=box.ink, gid=gid)
            tone = "muted" if box.look["fill"] == "paper" else box.ink
            end = area.text(indent, end, claim["said"], size=SMALL, colour=tone) + 2
        ends[column % across] = end
    return max(bottom, *ends) + 7


def _draw_head(canvas: Canvas, y: float, box: _Box) -> float:
    """What a box is about; a place has its mark, what is open a line without an end."""
    left, head, middle = 0, capitalise(box.head), y + LEADING * BODY / 2
    if box.kind == "place":
        left, tips = 18, [(6, middle - 6), (12, middle), (6, middle + 6), (0, middle)]
        canvas.shape(tips, fill="contrast")
    if box.kind == "open":
        start = measure(head, BODY, bold=True) + 10
        canvas.arrow(start, middle, canvas.width - start, "muted", dashed=True)
    return canvas.text(left, y, head, bold=True, colour=box.ink)


def _draw_and(canvas: Canvas, x: float, y: float) -> None:
    """'and' between two conditions."""
    canvas.box(x - 19, y - 12, 38, 24, fill="close", edge="paper", radius=6, z=3)
    top = y - LEADING * BODY / 2
    canvas.text(x, top, "and", 60, bold=True, colour="close_ink", align="center")


def _title(stages: list[list[_Box]]) -> str:
    """'When it ends: two conditions must both hold', else how many statements there are."""
    for boxes in stages:
        if conditions := [box for box in boxes if box.kind == "all"]:
            head, count = conditions[0].head, len(conditions)
            is_said = "condition" in head.casefold()
            told = spell_number(count) if is_said else spell_count(count, "condition")
            must = {1: "must hold", 2: "must both hold"}.get(len(conditions), "must hold together")
            return compose("{}: {} {}", head, told, must)
    claims = sum(len(box.claims) for boxes in stages for box in boxes)
    return compose("How it works, in {}", spell_count(claims, "statement"))


def _tell(stages: list[list[_Box]]) -> str:
    told = ["Diagram of how it works."]
    for number, boxes in enumerate(stages, start=1):
        for box in boxes:
            facts = " ".join(stories.describe_claim(claim) for claim in box.claims)
            told.append(f"Stage {number}, {box.head}: {facts}")
        if boxes[0].kind == "all" and len(boxes) > 1:
            told.append("All of these conditions must hold together.")
    return " ".join(told)
