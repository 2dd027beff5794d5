"""Every number of a topic, drawn to size in the form that suits it."""

from dataclasses import replace

import pandas as pd
from matplotlib.axes import Axes

from helpers.dossier import (
    Dossier,
    describe_claim,
    gather_claims,
    has_number,
    last_day,
    list_claims,
    say_part,
    tabulate,
)
from helpers.errors import NoFactsError
from helpers.figures._bars import draw_bars, format_whole
from helpers.figures._canvas import WIDTH_PX, Canvas, draw_chart
from helpers.figures._figure import Figure, source_line
from helpers.figures._marks import GAP, draw_marks, format_worth
from helpers.figures._panels import Panel, draw_who, format_standing, list_panels
from helpers.figures._steps import draw_steps
from helpers.figures._style import SMALL
from helpers.figures._svg import label_id
from helpers.words import (
    MISSING,
    Traced,
    capitalise,
    compose,
    format_date,
    format_fact,
    format_quantity,
    join,
    list_values,
    spell_count,
    trace_text,
)

_MOST_WORDS = 4  # facts without a number that are told in the picture
_MOST_TITLED = 2  # panels that the title tells of
_DRAW = {"marks": draw_marks, "bars": draw_bars, "strip": draw_bars, "steps": draw_steps}


def numbers(dossier: Dossier, topic: str = "", *, ax: Axes | None = None) -> Figure:
    """Every number that is stated, of one topic or of all, drawn to size.

    Numbers of one measure and unit share an axis, and no others do: seats, money, lengths and
    percentages stand apart. What they are settles their form:

    - `strip`: the parts of one total (`part_of`) that one speaker gives for one day, end to end;
      what is left of it is an outline, 'not stated'. Percentages where the topic asks for it.
    - `steps`: the groups that have numbers of several days, on a true axis of days, each in a lane
      of its own, with what was superseded and withdrawn.
    - `marks`: three numbers at most, of things that are counted one by one, none above 100.
    - `bars`: all others, the largest first, with their ranges. Of shares, and of so many times
      what was, a line shows the whole, or what was.

    A topic that asks for a form (`chart`) has it wherever its numbers allow it: marks then stand
    for ten, a hundred or more. What is said without a number, and plays no part in the diagram,
    follows in words.

    Raises
    ------
    NoFactsError
        No number stands.
    DossierError
        The dossier has no such topic.
    """
    about = f"{topic or 'anything'} with a number"
    facts = dossier.select(topic=topic).facts if topic else dossier.facts
    words = dossier.words.topics.get(topic)
    panels = list_panels(dossier, facts, words.chart if words else "")
    if not panels:
        gone = f"No number of {topic or 'anything'} here still stands: all were replaced since."
        raise NoFactsError(dossier.why_empty(about, gone if has_number(facts).any() else ""))
    silent = facts[~has_number(facts) & (facts["fact_id"].map(dossier.standing) == "stands")]
    panels, silent = _join_open_ends(
        panels, gather_claims(dossier, silent if topic else silent.head(0))
    )
    silent = silent[silent["role"].isna()]
    drawn = pd.concat([*map(_tell_form, panels), silent.assign(drawn_as="words")])
    colour = "contrast" if words and words.mark == "square" else "accent"
    return Figure(
        tabulate(
            drawn,
            drawn_as=list(drawn["drawn_as"]),
            standing=[format_standing(claim) for claim in list_claims(drawn)],
        ),
        _title(panels),
        _describe(topic, panels, silent),
        source_line(dossier, drawn),
        draw_chart(lambda canvas: _draw_panels(canvas, panels, silent, colour), ax),
    )


def _join_open_ends(panels: list[Panel], silent: pd.DataFrame) -> tuple[list[Panel], pd.DataFrame]:
    """What may come, and has no number, with the one panel that counts it out; and the rest."""
    counted = [number for number, panel in enumerate(panels) if panel.form == "marks"]
    opens = silent["qualifier"] == "conditional"
    if len(counted) == 1:
        [number] = counted
        open_ends = silent[opens].assign(drawn_as="open end")
        panels[number] = replace(panels[number], beside=open_ends)
        silent = silent[~opens]
    return panels, silent


def _tell_form(panel: Panel) -> pd.DataFrame:
    """The claims of a panel with the form in which each is drawn."""
    hidden = panel.hidden.assign(drawn_as="here only")
    return pd.concat([panel.shown.assign(drawn_as=panel.form), hidden, panel.beside])


def _title(panels: list[Panel]) -> Traced:
    told = [_title_panel(panel) for panel in panels[:_MOST_TITLED]]
    if more := len(panels) - len(told):
        told.append(compose("And {} of numbers", spell_count(more, "more set")))
    return join(". ", told)


def _title_panel(panel: Panel) -> Traced:
    """'Deaths: 12 people; who they were is not stated', 'Seats: from 6 (Greens) to 48 (Labour)'."""
    claims = list_claims(panel.claims[panel.claims["standing"] == "stands"])
    what, groups = panel.measure, panel.claims["name"].nunique()
    if not claims:
        return compose("{}: no number still stands", what)
    low, high = min(claims, key=_find_top), max(claims, key=_find_top)
    if len(claims) == 1:
        return compose("{}: {}", what, _add_whom(high, format_quantity(high)))
    if panel.form == "steps":
        days = sorted(panel.claims["day"], key=last_day)
        first, last = format_date(days[0]), format_date(days[-1])
        told = compose("{}: up to {}, as counted from {} to {}", what, _name(high), first, last)
        return compose("{}, in {}", told, spell_count(groups, "group")) if groups > 1 else told
    if groups > 1:
        form = "{}: {} and {}" if len(claims) == 2 else "{}: between {} and {}"
        return compose(form, what, _name(low), _name(high))
    told = spell_count(len(claims), "number") + " stand side by side"
    ends = format_quantity(low, with_unit=False), format_quantity(high)
    span = compose("all {1}" if _find_top(low) == _find_top(high) else "from {} to {}", *ends)
    return compose("{}: {}, {}", what, told, span)


def _find_top(claim: pd.Series) -> float:
    return float(max(list_values(claim)))


def _name(claim: pd.Series) -> Traced:
    """A number with what it counts: '48 seats (Labour)'."""
    named = claim["name"] and trace_text(claim["name"], facts=claim["fact_ids"])
    return compose("{} ({})", format_quantity(claim), named) if named else format_quantity(claim)


def _add_whom(claim: pd.Series, number: Traced) -> Traced:
    """A number with of whom it is, where that is a question."""
    if pd.isna(claim["of_whom"]):
        return number
    form = "{}; {}" if claim["of_whom"] == MISSING else "{} ({})"
    return compose(form, number, say_part(claim))


def _describe(topic: str, panels: list[Panel], silent: pd.DataFrame) -> str:
    """The figure in words: how each panel is drawn, and each claim."""
    told = [f"Chart of {topic or 'all numbers'}."]
    for panel in panels:
        worth = f"; one mark is {format_worth(panel)}" if panel.form == "marks" else ""
        told.append(f"{panel.head}, as {panel.form}{worth}:")
        for claim in list_claims(panel.claims):
            stands = claim["standing"] == "stands"
            told.append(describe_claim(claim))
            told += [] if stands else [f"{capitalise(format_standing(claim))}."]
        told += map(describe_claim, list_claims(panel.beside))
        if panel.form == "marks" and len(panel.beside):
            told.append("What may come is drawn open-ended, without a number.")
        if panel.whole:
            told.append(f"A line stands at {format_whole(panel)}.")
    told += map(describe_claim, list_claims(silent))
    return " ".join(told)


def _draw_panels(canvas: Canvas, panels: list[Panel], silent: pd.DataFrame, colour: str) -> float:
    """The panels one under another, each under its head, and what is said without a number."""
    y = 0.0
    for panel in panels:
        if panel.form != "marks":  # there the number has what it counts beside it
            y = canvas.text(0, y, panel.head, WIDTH_PX, bold=True) + 4
        y = _DRAW[panel.form](canvas, y, panel, colour) + GAP
    return _draw_words(canvas, y, silent, colour) - GAP


def _draw_words(canvas: Canvas, y: float, claims: pd.DataFrame, colour: str) -> float:
    """Facts without a number, as words; a ring stands before each."""
    if claims.empty:
        return y
    y = canvas.text(0, y, "Said without a number", WIDTH_PX, bold=True) + 2
    for claim in list_claims(claims.head(_MOST_WORDS)):
        canvas.circle(7, y + 10, 4, fill=None, edge=colour, gid=f"{claim['fact_id']}-words")
        y = canvas.text(20, y, format_fact(claim), WIDTH_PX - 20, gid=label_id(claim["fact_id"]))
        y = draw_who(canvas, y, [claim], x=20) + 6
    if (more := len(claims) - _MOST_WORDS) > 0:
        words = f"+ {more} more in the table"
        y = canvas.text(20, y, words, WIDTH_PX - 20, size=SMALL, colour="muted")
    return y + GAP - 6
