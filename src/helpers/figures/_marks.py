"""Numbers counted out in marks: casualties and troops, with of whom they are and who says so."""

import math
from dataclasses import dataclass, replace

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.transforms import Affine2D

from helpers.dossier import (
    Dossier,
    describe_claim,
    find_standing,
    gather_claims,
    has_number,
    list_claims,
    name_contributors,
    say_who,
    state,
    tabulate,
)
from helpers.figures._canvas import WIDTH_PX, Canvas, draw_chart, measure
from helpers.figures._figure import Figure, source_line
from helpers.figures._mark_grid import (
    Marks,
    choose_marks,
    draw_extent,
    draw_open_end,
    measure_extent,
)
from helpers.figures._style import LARGE, NUMERAL, SMALL
from helpers.figures._svg import label_id
from helpers.words import (
    MISSING,
    NUMBERS,
    Traced,
    Value,
    begin_sentence,
    capitalise,
    compose,
    format_date,
    format_fact,
    format_list,
    format_number,
    format_quantity,
    join,
    list_values,
    spell_count,
    trace_cell,
    trace_number,
)

_RATIOS = {"times", "percent", "per cent", "%", "categories"}  # no things that can be counted out
_GAP = 22  # between the blocks of a figure


def casualties(dossier: Dossier, *, ax: Axes | None = None) -> Figure:
    """Each stated number of casualties as marks, with of whom it is and who says it.

    Raises
    ------
    NoFactsError
        No fact on casualties stands.
    """
    claims = gather_claims(dossier, find_standing(dossier, "casualties", topics=["casualties"]))
    claims = claims.sort_values("date", kind="stable", ignore_index=True)
    counted, words = claims[_is_countable(claims)], claims[~_is_countable(claims)]
    marks = {
        str(unit): choose_marks(group, person=unit == "people")
        for unit, group in counted.groupby("unit", sort=False)
    }
    return Figure(
        tabulate(claims),
        _title_casualties(counted, words),
        " ".join([_describe_marks("casualties", marks), *map(describe_claim, list_claims(claims))]),
        source_line(dossier, claims),
        draw_chart(lambda canvas: _draw_casualties(canvas, counted, words, marks), ax),
    )


def _is_countable(claims: pd.DataFrame) -> pd.Series:
    """Which claims have a number that can be counted out in marks."""
    negative = (claims[NUMBERS].astype(float) < 0).any(axis=1)
    return has_number(claims) & ~claims["unit"].isin(_RATIOS) & ~negative


def _title_casualties(counted: pd.DataFrame, words: pd.DataFrame) -> str:
    if counted.empty:
        told = spell_count(len(words), "statement")
        return compose("Casualties: {}, none with a number of people", told)
    parts = []
    for measure_name, group in counted.groupby("measure", sort=False, dropna=False):
        first = group.iloc[0]
        what = _trace_measure(first) if pd.notna(measure_name) else "Casualties"
        if len(group) > 1:
            parts.append(compose("{}: {}", what, _format_span(group)))
        elif state(first["of_whom"]) == MISSING:
            who = "who they were" if first["unit"] == "people" else "which they were"
            parts.append(compose("{}: {}; {} is not stated", what, format_quantity(first), who))
        else:
            whom = trace_cell(first, "of_whom")
            parts.append(compose("{}: {} ({})", what, format_quantity(first), whom))
    return join(". ", parts[:3])


def _trace_measure(claim: pd.Series) -> Traced:
    return begin_sentence(trace_cell(claim, "measure"))


def _format_span(claims: pd.DataFrame) -> Traced:
    """'two numbers stand side by side, from 31 to 44 people'."""
    told = spell_count(len(claims), "number") + " stand side by side"
    numbers = [number for claim in list_claims(claims) for number in list_values(claim)]
    if claims["unit"].nunique() > 1:
        return told
    ends = [_trace_end(claims, end) for end in (min(numbers), max(numbers))]
    span = "all {}" if ends[0] == ends[1] else "from {} to {}"
    return compose("{}, {} {}", told, compose(span, *ends), claims["unit"].iloc[0])


def _trace_end(claims: pd.DataFrame, number: Value) -> Traced:
    """A number, as that of the claims that state it."""
    stating = [claim for claim in list_claims(claims) if number in list_values(claim)]
    return trace_number(number, facts=[name for claim in stating for name in claim["fact_ids"]])


def _describe_marks(about: str, marks: dict[str, Marks]) -> str:
    """What kind of chart it is, as the alt text begins."""
    worth = [f"one mark is {_format_worth(kind, unit)}" for unit, kind in marks.items()]
    return f"Chart of {about}{', in marks: ' if worth else ''}{', '.join(worth)}."


def _draw_casualties(
    canvas: Canvas, counted: pd.DataFrame, words: pd.DataFrame, marks: dict[str, Marks]
) -> float:
    """The numbers of one unit after another, then what is said without one."""
    y = 0.0
    for unit, kind in marks.items():
        for number, claim in enumerate(list_claims(counted[counted["unit"] == unit])):
            y = _draw_count(canvas, y, claim, kind, colour="accent")
            y = (y if number else _draw_worth(canvas, y, kind, unit, "accent")) + _GAP
    return _draw_words(canvas, y, words, "Said without a number of its own", "accent") - _GAP


def _draw_count(
    canvas: Canvas, y: float, claim: pd.Series, marks: Marks, *, colour: str, joined: bool = False
) -> float:
    """One claim: its number large, its marks, of whom they are, and who says so.

    The marks are open-ended where a claim that is `joined` leaves the end open.
    """
    y = _draw_numeral(canvas, y, claim, colour) + 4
    extent = measure_extent(claim)
    extent = replace(extent, open_ended=extent.open_ended or joined)
    y = draw_extent(canvas, y, extent, marks, colour=colour, gid=claim["fact_id"])
    if claim["unit"] == "people":
        count = math.ceil(extent.outlined / marks.worth)
        y = _draw_of_whom(canvas, y, claim, max(marks.row_width(count), 200), colour)
    of_day = "" if claim["date"] == claim["stated"] else f"date: {format_date(claim['date'])}; "
    return _draw_who(canvas, y + 4, [claim], of_day)


def _draw_numeral(canvas: Canvas, y: float, claim: pd.Series, colour: str) -> float:
    """The number large, and beside it what it counts."""
    number = capitalise(format_quantity(claim, with_unit=False))
    fits = [size for size in (NUMERAL, 24, LARGE) if measure(number, size, bold=True) < 200]
    size = fits[0] if fits else LARGE
    gids = [label_id(claim["fact_id"], part) for part in ("", "-unit", "-statement")]
    bottom = canvas.text(0, y, number, WIDTH_PX, size=size, bold=True, colour=colour, gid=gids[0])
    x, top = (measure(number, size, bold=True) + 12, y + 2) if fits else (0, bottom)
    what = claim["unit"] if pd.isna(claim["measure"]) else f"{claim['unit']} · {claim['measure']}"
    top = canvas.text(x, top, what, WIDTH_PX - x, bold=True, gid=gids[1])
    return max(bottom, canvas.text(x, top, claim["statement"], WIDTH_PX - x, gid=gids[2]))


def _draw_of_whom(canvas: Canvas, y: float, claim: pd.Series, width: float, colour: str) -> float:
    """A strip under the marks that says of whom they are: an empty outline where nobody says."""
    known = state(claim["of_whom"]) != MISSING
    bottom = canvas.text(
        width / 2, y + 4, f"of whom: {state(claim['of_whom'])}", width - 16, align="center"
    )
    fill = f"{colour}_tint" if known else "paper"
    canvas.box(
        1, y, width - 1, bottom - y + 4, fill=fill, edge=colour, dashed=not known,
        gid=f"{claim['fact_id']}-of-whom",
    )  # fmt: skip
    return bottom + 4


def _draw_worth(canvas: Canvas, y: float, marks: Marks, unit: str, colour: str) -> float:
    """What one mark stands for, beside a small one."""
    key = marks.shape.transformed(Affine2D().scale(SMALL / marks.shape_height))
    canvas.marks(key, [(0, y + 6 + SMALL)], colour=colour, gid="key")
    x = key.get_extents().width + 6
    worth = f"= {_format_worth(marks, unit)}"
    return canvas.text(x, y + 4, worth, WIDTH_PX, size=SMALL, colour="muted")


def _format_worth(marks: Marks, unit: str) -> str:
    """'100 people': what one mark stands for."""
    if marks.worth > 1:
        return f"{format_number(marks.worth)} {unit}"
    return "1 person" if unit == "people" else f"1 (of {unit})"


def _draw_words(canvas: Canvas, y: float, claims: pd.DataFrame, head: str, colour: str) -> float:
    """Facts without a number to count out, as words; a ring stands before each."""
    if claims.empty:
        return y
    y = canvas.text(0, y, head, WIDTH_PX, bold=True) + 2
    for claim in list_claims(claims):
        canvas.circle(7, y + 10, 4, fill=None, edge=colour, gid=f"{claim['fact_id']}-words")
        y = canvas.text(20, y, format_fact(claim), WIDTH_PX - 20, gid=label_id(claim["fact_id"]))
        who = f"said by {say_who(claim)}"
        y = canvas.text(20, y, who, WIDTH_PX - 20, size=SMALL, colour="muted") + 6
    return y + _GAP - 6


def troops(dossier: Dossier, *, ax: Axes | None = None) -> Figure:
    """The force as marks; who contributes to it; the parts it is split into.

    What may still come is drawn open-ended; a share that nobody states is an outline that says so.

    Raises
    ------
    NoFactsError
        No fact on troops, contributors or tasks stands.
    """
    facts = find_standing(
        dossier,
        "troops",
        topics=["troops", "contributors"],
        roles=["force", "contributor", "task"],
        units=["categories"],
    )
    claims = gather_claims(dossier, facts)
    claims["countable"] = _is_countable(claims)
    claims["shown_as"] = [_choose_way(claim) for claim in list_claims(claims)]
    return Figure(
        tabulate(claims, shown_as=list(claims["shown_as"])),
        _title_troops(claims),
        _describe_troops(claims),
        source_line(dossier, claims),
        draw_chart(lambda canvas: _draw_troops(canvas, claims), ax),
    )


def _choose_way(claim: pd.Series) -> str:
    """How a claim on troops is drawn."""
    if claim["unit"] == "categories":
        return "number of parts"
    if claim["role"] == "contributor" or claim["topic"] == "contributors":
        return "contributor"
    if claim["role"] == "task":
        return "part"
    if claim["countable"]:
        return "marks"
    unnumbered = claim[NUMBERS].isna().all()
    return "open end" if unnumbered and claim["qualifier"] == "conditional" else "words"


def _of(claims: pd.DataFrame, way: str) -> pd.DataFrame:
    return claims[claims["shown_as"] == way]


def _choose_troop_marks(claims: pd.DataFrame) -> dict[str, Marks]:
    """One kind of mark for each unit, the same for the force and for the contributors' shares."""
    drawn = claims[claims["shown_as"].isin(["marks", "contributor"]) & claims["countable"]]
    return {str(unit): choose_marks(group) for unit, group in drawn.groupby("unit", sort=False)}


def _draw_troops(canvas: Canvas, claims: pd.DataFrame) -> float:
    y = _draw_force(canvas, 0.0, claims)
    y = _draw_contributors(canvas, y, claims)
    y = _draw_parts(canvas, y, claims)
    words = _of(claims, "words")
    return _draw_words(canvas, y, words, "Also said, without a number", "contrast") - _GAP


def _draw_force(canvas: Canvas, y: float, claims: pd.DataFrame) -> float:
    """The numbers stated, and behind them what may come, which has none."""
    counted, open_ends = _of(claims, "marks"), _of(claims, "open end")
    marks = _choose_troop_marks(claims)
    joined = len(counted) == 1 and len(open_ends) > 0
    for claim in list_claims(counted):
        kind = marks[claim["unit"]]
        y = _draw_count(canvas, y, claim, kind, colour="contrast", joined=joined)
        y += 8 if joined else _GAP
    for claim in list_claims(open_ends):
        y = _draw_open(canvas, y, claim, with_marks=not joined) + _GAP
    for unit, kind in marks.items():
        y = _draw_worth(canvas, y - _GAP, kind, unit, "contrast") + _GAP
    return y


def _draw_open(canvas: Canvas, y: float, claim: pd.Series, with_marks: bool) -> float:
    """What may come, in words and as marks that fade out, and that it has no number."""
    if with_marks:
        squares = choose_marks(claim.to_frame().T)
        draw_open_end(canvas, y, 0, squares, colour="contrast", gid=claim["fact_id"])
        y += squares.rise + 2
    said = f"{format_fact(claim)}; how many is not stated"
    y = canvas.text(0, y, said, WIDTH_PX, gid=label_id(claim["fact_id"]))
    return _draw_who(canvas, y, [claim])


def _list_shares(claims: pd.DataFrame) -> tuple[list[tuple[str, pd.Series]], list[str]]:
    """The contributors' stated shares, and the names of those who have none."""
    named = [
        (name, claim)
        for claim in list_claims(_of(claims, "contributor"))
        for name in name_contributors(claim)
    ]
    shares = [(name, claim) for name, claim in named if pd.notna(claim[NUMBERS]).any()]
    known = {name for name, _ in shares}
    return shares, list(dict.fromkeys(name for name, _ in named if name not in known))


def _draw_contributors(canvas: Canvas, y: float, claims: pd.DataFrame) -> float:
    """Who contributes: a stated share in marks, one that is not as an empty outline."""
    contributors = _of(claims, "contributor")
    if contributors.empty:
        return y
    shares, shareless = _list_shares(claims)
    marks = _choose_troop_marks(claims)
    y = canvas.text(0, y, "Who contributes", WIDTH_PX, size=LARGE, bold=True) + 4
    for name, claim in shares:
        share = f"{name}: {format_quantity(claim)}"
        gid = claim["fact_id"]
        y = canvas.text(0, y, share, WIDTH_PX, bold=True, gid=label_id(gid)) + 2
        if claim["countable"]:
            kind = marks[claim["unit"]]
            y = draw_extent(canvas, y, measure_extent(claim), kind, colour="contrast", gid=gid)
        y = _draw_who(canvas, y, [claim]) + 10
    y = _draw_shares(canvas, y, [Part(name) for name in shareless])
    if shareless:
        silent = [claim for claim in list_claims(contributors) if pd.isna(claim[NUMBERS]).all()]
        y = _draw_who(canvas, y, silent)
    return y + _GAP


def _draw_who(canvas: Canvas, y: float, claims: list[pd.Series], before: str = "") -> float:
    who = "; ".join(dict.fromkeys(say_who(claim) for claim in claims))
    return canvas.text(0, y, f"{before}said by {who}", WIDTH_PX, size=SMALL, colour="muted")


def _draw_parts(canvas: Canvas, y: float, claims: pd.DataFrame) -> float:
    """The parts the force is split into, of equal size where nobody states their shares."""
    counts, tasks = _of(claims, "number of parts"), _of(claims, "part")
    if counts.empty and tasks.empty:
        return y
    head = capitalise(format_fact(counts.iloc[0])) if len(counts) else "What the parts are for"
    y = canvas.text(0, y, head, WIDTH_PX, size=LARGE, bold=True) + 4
    whom = tasks["of_whom"].fillna("part not stated")
    parts = [
        Part(str(name), tuple(map(format_fact, list_claims(group))), bool(has_number(group).any()))
        for name, group in tasks.groupby(whom, sort=False)
    ]
    most = max(counts["value"].fillna(0), default=0)
    unnamed = min(int(most), 12) - len(parts)
    y = _draw_shares(canvas, y, parts + [Part("not named")] * unnamed)
    return _draw_who(canvas, y, [*list_claims(counts), *list_claims(tasks)]) + _GAP


@dataclass(frozen=True)
class Part:
    """A part of the force: its name, what is said of it, whether its size is."""

    name: str
    statements: tuple[str, ...] = ()
    counted: bool = False


def _draw_shares(canvas: Canvas, y: float, parts: list[Part]) -> float:
    """Outlines of equal size, two beside one another, each with what is said of it."""
    width, gap = (WIDTH_PX - 12) / 2, 12
    for first in range(0, len(parts), 2):
        pair = parts[first : first + 2]
        bottoms = [
            _draw_share(canvas, place * (width + gap), y, width, part)
            for place, part in enumerate(pair)
        ]
        for place, part in enumerate(pair):
            canvas.box(
                place * (width + gap) + 1, y, width - 2, max(bottoms) - y, fill="none",
                edge="contrast", dashed=True, gid=f"share-{part.name}",
            )  # fmt: skip
        y = max(bottoms) + 10
    return y


def _draw_share(canvas: Canvas, x: float, y: float, width: float, part: Part) -> float:
    """What is said of a part, under a hatched strip; that its share is not stated where so."""
    canvas.box(x + 1, y, width - 2, 16, fill="none", edge="contrast", dashed=True, hatch="///")
    y = canvas.text(x + 10, y + 22, capitalise(part.name), width - 20, bold=True)
    for statement in part.statements:
        y = canvas.text(x + 10, y, statement, width - 20) + 2
    if part.counted:
        return y + 8
    return canvas.text(x + 10, y, "share not stated", width - 20, size=SMALL, colour="muted") + 8


def _title_troops(claims: pd.DataFrame) -> str:
    counted = _of(claims, "marks")
    shares, shareless = _list_shares(claims)
    parts: list[str] = []
    if len(counted) == 1:
        claim = counted.iloc[0]
        what = _trace_measure(claim) if pd.notna(claim["measure"]) else "Troops"
        parts.append(compose("{}: {}", what, format_quantity(claim)))
    elif len(counted):
        parts.append(compose("Troops: {}", _format_span(counted)))
    else:
        parts.append("Troops: how many is not stated")
    if shareless:
        whose = "share" if len(shareless) == 1 else "shares"
        parts.append(compose("{} of {}: not stated", whose, format_list(shareless)))
    elif shares:
        told = spell_count(len(shares), "share")
        parts.append(compose("{} stated", told))
    return join("; ", parts)


def _describe_troops(claims: pd.DataFrame) -> str:
    """The figure in words: how it is drawn, then each claim."""
    _, shareless = _list_shares(claims)
    told = [
        _describe_marks("troops", _choose_troop_marks(claims)),
        *map(describe_claim, list_claims(claims)),
    ]
    if len(_of(claims, "open end")):
        told.append("What may come is drawn open-ended, without a number.")
    if shareless:
        told.append(f"Drawn as empty outlines, their shares not stated: {format_list(shareless)}.")
    if len(tasks := _of(claims, "part")) and not has_number(tasks).any():
        told.append("The parts are drawn in equal size: their shares are not stated.")
    return " ".join(told)
