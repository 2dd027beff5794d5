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
    say_ahead,
    say_part,
)
from helpers.errors import NoFactsError
from helpers.figures._bars import draw_bars, format_whole
from helpers.figures._canvas import Canvas
from helpers.figures._figure import Figure, make_chart
from helpers.figures._marks import GAP, draw_marks, draw_number, format_worth
from helpers.figures._panels import Panel, draw_who, format_standing, list_panels
from helpers.figures._steps import draw_steps
from helpers.figures._svg import label_id
from helpers.words import (
    MISSING,
    Traced,
    capitalise,
    compose,
    format_fact,
    format_list,
    format_quantity,
    join,
    list_values,
    measure_span,
    say_when,
    says_unit,
    spell_count,
    trace_text,
)

_MOST_WORDS = 4  # facts without a number that are told in the picture
_MOST_TITLED = 2  # measures that the title tells of
_MOST_NAMED = 4  # groups of the same number that it names are fewer
_LONGEST_TITLED = 80  # characters of the statements in a title
_DRAW = {
    "marks": draw_marks, "bars": draw_bars, "strip": draw_bars, "steps": draw_steps,
    "number": draw_number,
}  # fmt: skip


def numbers(dossier: Dossier, topic: str = "", *, ax: Axes | None = None) -> Figure:
    """Every number that is stated, of one topic or of all, drawn to size.

    Numbers of one measure and unit share an axis, and no others do: seats, money, lengths and
    percentages stand apart. What they are settles their form:

    - `strip`: the parts of one total (`part_of`) that one speaker gives for one day, end to end;
      what is left of it is an outline, 'not stated'. Percentages where the topic asks for it.
    - `steps`: the groups that have numbers of several days, on a true axis of days, each in a lane
      of its own: those with numbers of three days, where there are any. Where three of the days
      lie in the first sixth of their span, these stand in a panel of their own. Groups whose
      largest numbers are four times apart have scales of their own. The newest number of each
      other group stands in a small table, or, where one speaker gives three of one day, as bars.
    - `marks`: three numbers at most, of things that are counted one by one, none above 100.
    - `bars`: all others, the largest first, with their ranges. Of shares, and of so many times
      what was, a line shows the whole, or what was.
    - `number`: the only one of a measure, large, where there is no whole to compare it to.

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
    facts = dossier.select(topic=topic).facts if topic else dossier.facts
    words = dossier.words.topics.get(topic)
    chart = words.chart if words else ""
    colour = "contrast" if words and words.mark == "square" else "accent"
    return _draw_facts(dossier, facts, topic, chart=chart, colour=colour, ax=ax)


def claims_over_time(dossier: Dossier, measure: str = "", *, ax: Axes | None = None) -> Figure:
    """Every number of one measure as `numbers` draws it, over time where it has several days.

    Parameters
    ----------
    measure
        Without it, the measure with the most numbers.

    Raises
    ------
    NoFactsError
        Nothing is claimed on the measure.
    DossierError
        The dossier has no such measure.
    """
    facts = dossier.facts
    counts = facts.loc[has_number(facts), "measure"].value_counts()
    measure = measure or next(iter(counts.index), "")
    facts = dossier.select(measure=measure).facts if measure else facts.head(0)
    return _draw_facts(dossier, facts, measure, chart="steps", colour="accent", ax=ax)


def _draw_facts(
    dossier: Dossier, facts: pd.DataFrame, about: str, *, chart: str, colour: str, ax: Axes | None
) -> Figure:
    """The figure of some facts in the form asked for; of none in particular, numbers alone."""
    panels, topic = list_panels(dossier, facts, chart), dossier.words.topics.get(about)
    if not panels:
        gone = f"No number of {about or 'anything'} here still stands: all were replaced since."
        lack = gone if has_number(facts).any() else ""
        raise NoFactsError(dossier.why_empty(f"{about or 'anything'} with a number", lack))
    silent = facts[~has_number(facts) & (facts["fact_id"].map(dossier.standing) == "stands")]
    panels, silent = _join_open_ends(
        panels, gather_claims(dossier, silent if about else silent.head(0))
    )
    silent = silent[silent["role"].isna()].sort_values(
        "relation", key=lambda cells: cells != "retracts", kind="stable"
    )
    drawn = pd.concat([*map(_tell_form, panels), silent.assign(drawn_as="words")])
    return make_chart(
        dossier,
        drawn,
        _title(panels),
        _describe(topic.label if topic else about, panels, silent),
        lambda canvas: _draw_panels(canvas, panels, silent, colour),
        ax=ax,
        drawn_as=list(drawn["drawn_as"]),
        standing=[format_standing(claim) for claim in list_claims(drawn)],
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
    hidden = panel.hidden.assign(drawn_as="table" if panel.form == "steps" else "here only")
    return pd.concat([panel.shown.assign(drawn_as=panel.form), hidden, panel.beside])


def _title(panels: list[Panel]) -> Traced:
    """What the first measures show, each named once."""
    first: dict[str, Panel] = {}
    for panel in panels:
        first.setdefault(panel.measure.casefold(), panel)
    told = [_title_panel(panel, alone=len(first) == 1) for panel in first.values()]
    more = len(told) - _MOST_TITLED
    rest = [compose("And {}", spell_count(more, "more number"))] * (more > 0)
    return join(". ", [*told[:_MOST_TITLED], *rest])


def _title_panel(panel: Panel, *, alone: bool) -> Traced:
    """What is seen of one measure.

    'Deaths so far: 12 people; who they are is not stated', 'Seats: from 6 (Greens) to 48 (Labour)',
    'Deaths, all: from 225 to 238 people between 15 January 2022 and 5 January 2023; 164 withdrawn'.
    """
    claims = panel.claims[panel.claims["standing"] == "stands"]
    if panel.form == "steps":
        return _title_steps(panel)
    ends = sorted(list_claims(claims), key=_find_top)
    high = ends[-1]
    if len(ends) == 1:
        states = len(high["statement"]) < _LONGEST_TITLED / (1 if alone else _MOST_TITLED)
        told = format_fact(high) if states else compose("{}: {}", panel.measure, _count(high))
        return _add_whom(high, told)
    count, is_one = spell_count(len(ends), "number"), len(set(map(_count, ends))) == 1
    if len(ends) > 2 and not is_one and _find_top(ends[0]) == _find_top(high):
        return compose("{}: {} of one size", panel.measure, count)  # as 'about 3' and '3'
    if claims["name"].nunique() > 1:
        return compose("{}: {}", panel.measure, _tell_groups(ends, is_one))
    span = _span(ends, format_quantity(ends[0], with_unit=False), format_quantity(high))
    span = compose("all {}", format_quantity(high)) if is_one else span
    return compose("{}: {} stand side by side, {}", panel.measure, count, span)


def _tell_groups(ends: list[dict], is_one: bool) -> Traced:
    """'3 each (A and B)', '36 (A) against 15 (B)' of two, 'from 8 (A) to 12 (B)'.

    What is no more than possible is not told as seen: 'at least 2 (A) and 4 (B)'.
    """
    low, high, are_named = ends[0], ends[-1], all(end["name"] for end in ends)
    if is_one and are_named and len(ends) < _MOST_NAMED:
        return compose("{} each ({})", _count(high), format_list(map(_trace_name, ends)))
    if is_one and len(ends) > 2:
        return compose("{} each", _count(high))
    if len(ends) == 2 and are_named and measure_span(low)[1] < measure_span(high)[0]:
        return compose("{} against {}", _name(high), _name(low))
    return _span(ends, _name(low), _name(high))


def _span(ends: list[dict], least: Traced, most: Traced) -> Traced:
    """'8 and 9' of two numbers; 'from 8 to 12' of more, where neither end is itself a range."""
    if len(ends) == 2:
        return compose("{} and {}", least, most)
    is_range = any(len(list_values(end)) > 1 for end in (ends[0], ends[-1]))
    return compose("the least {}, the most {}" if is_range else "from {} to {}", least, most)


def _title_steps(panel: Panel) -> Traced:
    """How the numbers of the first group went, and what of them was withdrawn."""
    claims = panel.shown[panel.shown["name"] == panel.shown["name"].iloc[0]]
    claims = claims.sort_values("day", key=lambda days: days.map(last_day), kind="stable")
    gone = claims["standing"] == "retracted"
    kept = list_claims(claims[~gone]) or list_claims(claims)
    name = claims["name"].iloc[0]
    about = compose("{}, {}", panel.measure, _trace_name(kept[0])) if name else panel.measure
    first, last = format_quantity(kept[0], with_unit=False), _count(kept[-1])
    days = say_when(kept[0]["day"]), say_when(kept[-1]["day"])
    tops = [_find_top(kept[at]) for at in (0, -1)]
    form = "{0}: {2} {4}" if tops[0] == tops[1] else "{0}: from {1} {3} to {2} {4}"
    if tops[0] > tops[1] and kept[0]["standing"] == "superseded":  # by a lower one
        form = "{0}: revised from {1} {3} to {2} {4}"
    told = compose(form, about, first, last, *days)
    withdrawn = [_tell_withdrawn(claim) for claim in list_claims(claims[gone & (len(kept) > 0)])]
    return join("; ", [told, *withdrawn])


def _tell_withdrawn(claim: dict) -> Traced:
    number = format_quantity(claim, with_unit=False)
    if claim["ended"] == claim["stated"]:
        return compose("{} withdrawn the day it was given", number)
    return compose("{} withdrawn {}", number, say_when(claim["ended"]))


def _find_top(claim: dict) -> float:
    return float(max(list_values(claim)))


def _count(claim: dict) -> Traced:
    """A number, with its unit where the measure does not say it: '48', '48 people'."""
    return format_quantity(claim, with_unit=not says_unit(claim["measure"], claim))


def _name(claim: dict) -> Traced:
    """A number with what it counts: '48 (Labour)'."""
    return compose("{} ({})", _count(claim), _trace_name(claim)) if claim["name"] else _count(claim)


def _trace_name(claim: dict) -> Traced:
    return trace_text(claim["name"], facts=claim["fact_ids"])


def _add_whom(claim: dict, number: Traced) -> Traced:
    """A number with of whom it is and for which day to come, where it leaves that open."""
    ahead = f" {say_ahead(claim)}".rstrip()
    if pd.isna(claim["of_whom"]) or say_part(claim) in number:
        return compose("{}{}", number, ahead)
    form = "{}{}; {}" if claim["of_whom"] == MISSING else "{}{} ({})"
    return compose(form, number, ahead, say_part(claim))


def _describe(about: str, panels: list[Panel], silent: pd.DataFrame) -> str:
    """The figure in words: how each panel is drawn, and each claim."""
    told = [f"Chart: {about or 'all numbers'}."]
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
    """The panels, each under its head, and what is said without a number.

    Where there is the room two stand side by side; what goes over time has it to itself.
    """
    y = 0.0
    for row in _pair_up(panels) if canvas.is_wide else [[panel] for panel in panels]:
        areas = zip(canvas.columns(len(row), 32), row, strict=True)
        y = max(_draw_panel(area, y, panel, colour) for area, panel in areas) + GAP
    return _draw_words(canvas, y, silent, colour) - GAP


def _pair_up(panels: list[Panel]) -> list[list[Panel]]:
    rows: list[list[Panel]] = []
    for panel in panels:
        if rows and len(rows[-1]) == 1 and "steps" not in (panel.form, rows[-1][0].form):
            rows[-1].append(panel)
        else:
            rows.append([panel])
    return rows


def _draw_panel(canvas: Canvas, y: float, panel: Panel, colour: str) -> float:
    if panel.form not in ("marks", "number"):  # there the number has what it counts beside it
        y = canvas.text(0, y, panel.head, bold=True) + 4
    return _DRAW[panel.form](canvas, y, panel, colour)


def _draw_words(canvas: Canvas, y: float, claims: pd.DataFrame, colour: str) -> float:
    """Facts without a number, as words; a ring stands before each."""
    if claims.empty:
        return y
    y = canvas.text(0, y, "Said without a number", bold=True) + 2
    for claim in list_claims(claims.head(_MOST_WORDS)):
        canvas.circle(7, y + 10, 4, fill=None, edge=colour, gid=f"{claim['fact_id']}-words")
        y = canvas.text(20, y, format_fact(claim), gid=label_id(claim["fact_id"]))
        y = draw_who(canvas, y, [claim], x=20) + 6
    if (more := len(claims) - _MOST_WORDS) > 0:
        y = canvas.count_rest(20, y, more) + 6
    return y + GAP - 6
