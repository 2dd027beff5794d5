"""Every number of a topic, drawn to size in the form that suits it."""

import math
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from itertools import chain, pairwise, permutations
from operator import itemgetter

import pandas as pd
from matplotlib.axes import Axes

from helpers import dossier as stories, words
from helpers.dossier import Dossier, has_number, list_claims
from helpers.errors import NoFactsError
from helpers.figures import _forms as forms
from helpers.figures._canvas import Canvas, label_id
from helpers.figures._figure import Figure, group_rows, make_chart
from helpers.figures._panels import (
    Panel,
    draw_who,
    find_course,
    find_standing,
    format_standing,
    list_panels,
)
from helpers.figures._steps import draw_steps, find_axis
from helpers.words import Traced, compose, format_fact, format_quantity

_MOST_WORDS = 4  # facts without a number that are told in the picture
_MOST_TITLED = 2  # measures that the title tells of
_MOST_NAMED = 4  # groups of the same number that it names are fewer
_LONGEST_TITLED = 80  # characters of the statements in a title
_IN_SENTENCE = {"estimated": "an estimated", "conditional": "a conditional"}
_ENDED = {"superseded": "replaced", "retracted": "withdrawn"}
_DRAW = {
    "marks": forms.draw_marks, "bars": forms.draw_bars, "strip": forms.draw_bars,
    "steps": draw_steps, "number": forms.draw_number
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
      largest numbers are four times apart have scales of their own. Numbers without a date are of
      several days where one speaker gives them; where several do, they differ. The numbers of
      other groups stand in a small table, of many the newest of each, or, where one speaker gives
      three of one day, as bars.
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
    word = dossier.words.topics.get(topic)
    chart = word.chart if word else ""
    colour = "contrast" if word and word.mark == "square" else "accent"
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
    facts = facts.assign(day=facts["date"].fillna(facts["stated"]))
    claims = stories.gather_claims(dossier, list_claims(facts), ["topic", "place_id", "day"])
    numbered = [claim for claim in claims if words.list_values(claim)]
    panels, topic = list_panels(dossier, numbered, chart), dossier.words.topics.get(about)
    if not panels:
        ends = sorted({_ENDED.get(claim["standing"], "") for claim in numbered})
        gone = (
            f"No number of {about or 'anything'} here still stands: each was {' or '.join(ends)}."
        )
        lack = gone if numbered else ""
        raise NoFactsError(dossier.why_empty(f"{about or 'anything'} with a number", lack))
    silent = [one for one in find_standing(claims) if about and not words.list_values(one)]
    counted = [number for number, panel in enumerate(panels) if panel.form == "marks"]
    if len(counted) == 1:  # what may come, and has no number, stands with what is counted out
        what = "conditional", panels[counted[0]].claims[0]["measure"]
        opens = group_rows(silent, lambda one: (one["qualifier"], one["measure"]) == what)
        open_ends = [claim | {"drawn_as": "open end"} for claim in opens.get(True, [])]
        panels[counted[0]] = replace(panels[counted[0]], beside=open_ends)
        silent = opens.get(False, [])
    silent = [claim | {"drawn_as": "words"} for claim in silent if pd.isna(claim["role"])]
    silent.sort(key=lambda claim: claim["relation"] != "retracts")
    drawn = []
    for panel in panels:
        rest = "table" if panel.form == "steps" else "here only"
        drawn += [claim | {"drawn_as": panel.form} for claim in panel.shown]
        drawn += [claim | {"drawn_as": rest} for claim in panel.hidden] + panel.beside
    told = _title(panels), _describe(topic.label if topic else about, panels, silent)
    fill = partial(_draw_panels, panels=panels, silent=silent, colour=colour)
    drawn = [claim | {"standing": format_standing(claim)} for claim in drawn + silent]
    return make_chart(dossier, drawn, told, fill, ax, "drawn_as", "standing")


def _title(panels: list[Panel]) -> Traced:
    """What the first measures show, each named once."""
    first: dict[str, Panel] = {}
    for panel in panels:
        first.setdefault(panel.measure.casefold(), panel)
    titled = [*first.values()][:_MOST_TITLED]
    told = [_title_panel(panel, alone=len(first) == 1) for panel in titled]
    named = {(panel.measure.casefold(), panel.unit) for panel in titled}
    others = [p for p in panels if (p.measure.casefold(), p.unit) not in named]
    more = sum(len(find_standing(panel.claims)) for panel in others)
    rest = [compose("And {}", words.spell_count(more, "more number"))]
    if more < 2:  # one is told as well
        rest = [_title_panel(one, alone=False) for one in others if find_standing(one.claims)]
    return words.join(". ", [*told, *rest])


def _title_panel(panel: Panel, *, alone: bool) -> Traced:
    """What is seen of one measure.

    'Deaths so far: 12 people; who they are is not stated', 'Seats: between 6 (Red) and 48 (Blue)',
    'Deaths, all: from 225 to 238 people between 15 January 2022 and 5 January 2023; 164 withdrawn'.
    """
    ends = sorted(find_standing(panel.claims), key=_find_top)
    if panel.form == "steps" or (len(ends) > 2 and _is_course(ends)):
        return _title_steps(panel)
    if len(ends) == 1:
        longest = _LONGEST_TITLED / (1 if alone else _MOST_TITLED)
        return _title_number(panel, ends[0], longest)
    if len(ends) > 2 and _find_top(ends[0]) == _find_top(ends[-1]) and not _is_one(ends):
        count = words.spell_count(len(ends), "number")
        return compose("{}: {} of one size", _tell_about(panel), count)  # as 'about 3' and '3'
    return compose("{}: {}", _tell_about(panel), _tell_ends(ends))


def _tell_ends(ends: list[dict]) -> Traced:
    """Several numbers, the least first: a total with its parts, groups, one thing then and now.

    Parts are not set against totals; where these are disputed they are told alone. Where a group
    is, no other is told without it.
    """
    parts, totals = _part(ends)
    is_disputed = _is_disputed(ends)
    if parts and len(totals) == 1 and all(end["name"] for end in ends) and not is_disputed:
        return compose("{}, of them {}", _name(totals[0]), _span_groups(parts))
    if parts and len({end["name"] for end in totals}) == 1 < len(totals):
        ends = totals
    elif is_disputed and len({end["name"] for end in ends}) > 1:
        speakers = {who for end in ends for who in _list_speakers(end)}
        numbers = words.spell_count(len(ends), "number")
        return compose("{} by {}", numbers, words.spell_count(len(speakers), "speaker"))
    elif len(parts) > 1 < len(totals):
        ends = parts
    if len({end["name"] for end in ends}) > 1:
        return _tell_groups(ends)
    least, most = _say_number(ends[0]), _say_number(ends[-1], with_unit=True)
    if len(ends) == 2 and _is_course(ends):
        first, last = sorted(ends, key=lambda end: stories.first_day(end["day"]))
        then, now = (words.say_when(end["day"]) for end in (first, last))
        return compose("{} {}, {} {}", _say_number(first), then, _count(last), now)
    if _are_at_odds(ends):
        least, most = _add_who(least, ends[0]), _add_who(most, ends[-1])
        if len(ends) == 2:
            return compose("{} and {}", least, most)
    span = compose("all {}", most) if _is_one(ends) else _span(ends, least, most)
    return compose("{} stand side by side, {}", words.spell_count(len(ends), "number"), span)


def _is_disputed(ends: list[dict]) -> bool:
    """Whether two numbers of one group cannot both hold, and are not surely of two days."""
    groups = group_rows(ends, itemgetter("name")).values()
    for one, other in chain.from_iterable(permutations(group, 2) for group in groups):
        is_known = pd.notna(one["date"]) and pd.notna(other["date"])
        is_known |= one["asserted_by"] == other["asserted_by"]
        is_apart = is_known and (_follows(one, other) or _follows(other, one))
        is_less = words.measure_span(one)[1] < words.measure_span(other)[0]
        if is_less and not is_apart:
            return True
    return False


def _is_one(ends: list[dict]) -> bool:
    """Whether several numbers are told alike."""
    return len(set(map(_count, ends))) == 1


def _part(ends: list[dict]) -> tuple[list[dict], list[dict]]:
    """The claims that are parts of another of them, and the others that may be a total.

    A smaller number of another group is none.
    """
    totals = {end["part_of"] for end in ends}
    heads = [end for end in ends if not totals.isdisjoint(end["fact_ids"])]
    ids = {*chain(*(head["fact_ids"] for head in heads))}
    parts = [end for end in ends if end["part_of"] in ids]
    if wholes := [end for end in ends if not heads and _is_whole(end, ends)]:
        return [end for end in ends if end is not wholes[0]], wholes
    names, least = {head["name"] for head in heads}, min(map(_find_top, heads), default=-math.inf)
    rest = (end for end in ends if end["part_of"] not in ids)
    return parts, [end for end in rest if end["name"] in names or _find_top(end) >= least]


def _is_whole(one: dict, ends: list[dict]) -> bool:
    """Whether a number is of all, and each of the others of a group at its place on its day."""
    groups = [end for end in ends if end is not one and pd.notna(end["of_whom"])]
    are_within = all(
        end["of_whom"] not in (words.WHOLE, words.MISSING)
        and (end["day"], end["places"]) == (one["day"], one["places"])
        and _find_top(end) <= _find_top(one)
        for end in groups
    )
    return one["of_whom"] == words.WHOLE and are_within and len(groups) == len(ends) - 1 > 0


def _is_course(ends: list[dict]) -> bool:
    """Whether all are of one thing, and those of each day surely after the day before's.

    2034 is not after May 2034.
    """
    in_time = sorted(ends, key=lambda end: stories.first_day(end["day"]))
    is_one = len({end["name"] for end in ends}) == 1 and len(find_course(ends)) == len(ends)
    days = [(a, b) for a, b in pairwise(in_time) if a["day"] != b["day"]]
    return is_one and len(days) > 0 and all(_follows(*both) for both in days)


def _are_at_odds(ends: list[dict]) -> bool:
    """Whether numbers that differ, and have no date, are each by another speaker."""
    speakers = {end["asserted_by"] for end in ends}
    is_dated = any(pd.notna(end["date"]) for end in ends)
    return len(speakers) == len(ends) and not is_dated and not _is_one(ends)


def _add_who(number: Traced, claim: dict) -> Traced:
    """'3,450 (the agency)': a number and who says it."""
    return compose("{} ({})", number, words.format_list(_list_speakers(claim)))


def _list_speakers(claim: dict) -> list[str]:
    """Who says a number, without what stands behind a name, as by whom it was told on."""
    return [who.partition(" (")[0] for who in claim["asserted_by"].split("; ")]


def _title_number(panel: Panel, claim: dict, longest: float) -> Traced:
    """The only number of a measure: of whom it is and for which day to come, where that is open."""
    states = len(claim["statement"]) < longest
    told = format_fact(claim) if states else compose("{}: {}", panel.measure, _count(claim))
    part, ahead = stories.say_part(claim), stories.say_ahead(claim)
    if ahead and told == words.trace_cell(claim, "statement"):
        told = compose("{} ({}, still ahead)", told, words.format_date(claim["date"]))
    elif ahead and ahead not in told:
        told = compose("{} {}", told, ahead)
    is_missing = claim["of_whom"] == words.MISSING
    about = _leave_told(["" if is_missing else part, *claim["shared"]], told)
    told = compose("{} ({})", told, words.join(", ", about)) if about else told
    return compose("{}; {}", told, part) if is_missing else told


def _tell_groups(ends: list[dict]) -> Traced:
    """'3 each (A and B)', '36 (A) against 15 (B)' of two, 'between 8 (A) and 12 (B)'.

    What is no more than possible is not told as seen: 'at least 2 (A) and 4 (B)'. Nor is what is
    of several days set against each other: '2 (A) on 1 May 2031, 3 (B) on 4 May 2031'.
    """
    low, high, are_named = ends[0], ends[-1], all(end["name"] for end in ends)
    is_dated = all(pd.notna(end["date"]) and not stories.is_ahead(end) for end in ends)
    if is_dated and len({end["day"] for end in ends}) > 1 and not _is_one(ends):
        if len(ends) >= _MOST_NAMED:
            return compose("{} of several days", words.spell_count(len(ends), "number"))
        in_time = sorted(ends, key=lambda end: stories.last_day(end["day"]))
        told = [compose("{} {}", _name(end), words.say_when(end["day"])) for end in in_time]
        return words.join(", ", told)
    if len(ends) == 2 and are_named and words.measure_span(low)[1] < words.measure_span(high)[0]:
        return compose("{} against {}", _name(high), _name(low))
    return _span_groups(ends)


def _span_groups(ends: list[dict]) -> Traced:
    """The least and the most of groups, each with all that have it."""
    least, most = (_name_alike(ends, end) for end in (ends[0], ends[-1]))
    return most if least == most else _span(ends, least, most)


def _name_alike(ends: list[dict], one: dict) -> Traced:
    """'1 each (A and B)': a number with the groups that have it."""
    alike = [end for end in ends if _count(end) == _count(one)]
    are_named = all(end["name"] for end in alike)
    if len(alike) < 2 or (len(ends) == 2 and not are_named):
        return _name(one)
    told = compose("{} each", _count(one))
    if are_named and len(alike) < _MOST_NAMED:
        return compose("{} ({})", told, words.format_list(map(_trace_name, alike)))
    some = compose("{} ({} of them)", told, words.spell_number(len(alike)))
    return told if len(alike) == len(ends) else some


def _span(ends: list[dict], least: Traced, most: Traced) -> Traced:
    """'8 and 9' of two numbers; 'between 8 and 12' of more, where neither end is itself a range.

    'from ... to' is of what changes.
    """
    if len(ends) < 3:
        return compose("{} and {}", least, most) if len(ends) == 2 else least
    is_range = any(len(words.list_values(end)) > 1 for end in (ends[0], ends[-1]))
    if any(math.inf in map(abs, words.measure_span(end)) for end in (ends[0], ends[-1])):
        return compose("{} and {} among others", least, most)  # as 'up to 5' is no end
    return compose("the least {}, the most {}" if is_range else "between {} and {}", least, most)


def _title_steps(panel: Panel) -> Traced:
    """How the numbers of the first group went, what lay outside their ends, what was withdrawn.

    What another number of the same day replaced was wrong, and no end. Who says a number is told
    where not one speaker gives both ends, and neither has the last taken the place of the first.
    """
    name = next((one["name"] for one in find_standing(panel.shown)), panel.shown[0]["name"])
    claims = find_course([claim for claim in panel.shown if claim["name"] == name])
    claims.sort(key=lambda claim: stories.last_day(claim["day"]))
    gone = [claim for claim in claims if claim["standing"] == "retracted"]
    wrong = {(old, one["day"]) for one in claims for old in stories.split_ids(one["replaces"])}
    kept = [
        claim
        for claim in claims
        if claim not in gone and wrong.isdisjoint((one, claim["day"]) for one in claim["fact_ids"])
    ] or claims
    first, day = kept[0], kept[-1]["day"]
    newest = [one for one in find_standing(kept) if one["day"] == day] or kept[-1:]
    voices = set.intersection(*({*_list_speakers(one)} for one in (first, *newest)))
    is_same = _find_top(first) == _find_top(newest[-1]) and len(newest) < 2
    is_told = is_same or voices or _replaces(newest[-1], first, kept)

    def say(claim: dict, tell: Callable[[dict], Traced] = _say_number) -> Traced:
        return tell(claim) if is_told else _add_who(tell(claim), claim)

    last = words.format_list(dict.fromkeys([*map(say, newest[:-1]), say(newest[-1], _count)]))
    days = words.say_when(first["day"]), words.say_when(day)
    plain = (*map(_say_number, (first, *newest)), *days)
    form = "{0}: from {1} {3} to {2} {4}{5}"  # where neither end is itself a range
    link = ", after "
    if is_same:
        form = "{0}: {2} {4}{5}"
    elif any(" to " in one for one in plain) or not _follows(first, newest[-1]):
        form, link = "{0}: {1} {3}{5}, {2} {4}", ", "  # in the order of days
    elif _find_top(first) > _find_top(newest[-1]) and first["standing"] == "superseded":
        form = "{0}: revised from {1} {3} to {2} {4}{5}"  # by a lower one
    between = ""
    if peak := _find_peak(kept, [first, *newest]):
        between = compose("{}{} {}", link, _say_number(peak), words.say_when(peak["day"]))
    told = [compose(form, _tell_about(panel, name), say(first), last, *days, between)]
    others = [one for one in find_standing(panel.claims) if not stories.is_ahead(one)]
    top = max(others or kept, key=_find_top)
    if top["name"] != name and _find_top(top) > max(map(_find_top, kept)):
        told.append(compose("{} {}", _name(top), words.say_when(top["day"])))
    for claim in gone:
        at_once = claim["ended"] == claim["stated"]
        when = "the day it was given" if at_once else words.say_when(claim["ended"])
        told.append(compose("{} withdrawn {}", _say_number(claim), when))
    return words.join("; ", told)


def _replaces(last: dict, first: dict, claims: list[dict]) -> bool:
    """Whether a number took the place of an earlier one, at once or by others, or repeats one."""
    course, counts = {*first["fact_ids"]}, {_count(first)}
    for claim in claims:
        replaced = not course.isdisjoint(stories.split_ids(claim["replaces"]))
        if replaced or _count(claim) in counts:
            course.update(claim["fact_ids"])
            counts.add(_count(claim))
    return not course.isdisjoint(last["fact_ids"])


def _find_peak(claims: list[dict], ends: list[dict]) -> dict | None:
    """The number between the first and the last that is surely the farthest outside them."""
    least, most = (end(map(_find_top, ends)) for end in (min, max))

    def measure(claim: dict) -> float:
        low, high = words.measure_span(claim)
        return max(float(low) - most, least - float(high))

    between = (one for one in find_standing(claims) if _follows(ends[0], one))
    beyond = [one for one in between if _follows(one, ends[-1]) and measure(one) > 0]
    return max(beyond, key=measure, default=None)


def _tell_about(panel: Panel, name: str = "") -> Traced:
    """'Votes, Red, Lima': a measure with the group that is told of, and what all have in common."""
    claim = next(one for one in panel.claims if not name or one["name"] == name)
    cells = _leave_told([name, *claim["shared"]], panel.measure)
    traced = (words.trace_text(cell, facts=claim["fact_ids"]) for cell in cells)
    return words.join(", ", [panel.measure, *traced])


def _leave_told(cells: list[str], told: str) -> list[str]:
    """The cells that a text does not say yet, nor one before them."""
    left: list[str] = []
    for cell in filter(None, cells):
        if not words.says_words(", ".join([told, *left]), cell):
            left.append(cell)
    return left


def _follows(one: dict, other: dict) -> bool:
    """Whether what two claims are of is surely one after the other: 2034 is not after May 2034."""
    return stories.last_day(one["day"]) < stories.first_day(other["day"])


def _find_top(claim: dict) -> float:
    return float(max(words.list_values(claim)))


def _count(claim: dict) -> Traced:
    """A number, with its unit where the measure does not say it: '48', '48 people'."""
    return _say_number(claim, with_unit=not words.says_unit(claim["measure"], claim))


def _say_number(claim: dict, *, with_unit: bool = False) -> Traced:
    """A number as it stands in a sentence: 'from 48 to an estimated 60'."""
    limit = _IN_SENTENCE.get(claim["qualifier"], claim["qualifier"])
    return format_quantity(claim | {"qualifier": limit}, with_unit=with_unit)


def _name(claim: dict) -> Traced:
    """A number with what it counts: '48 (Labour)'."""
    return compose("{} ({})", _count(claim), _trace_name(claim)) if claim["name"] else _count(claim)


def _trace_name(claim: dict) -> Traced:
    return words.trace_text(claim["name"], facts=claim["fact_ids"])


def _describe(about: str, panels: list[Panel], silent: list[dict]) -> str:
    """The figure in words: how each panel is drawn, and each claim."""
    told = [f"Chart: {about or 'all numbers'}."]
    for panel in panels:
        worth = f"; one mark is {forms.format_worth(panel)}" if panel.form == "marks" else ""
        told.append(f"{panel.head}, as {panel.form}{worth}:")
        told += chain(*map(_describe_claim, panel.shown))
        if panel.hidden:
            told.append("In a table:" if panel.form == "steps" else "Counted as more:")
            told += chain(*map(_describe_claim, panel.hidden))
        told += map(stories.describe_claim, panel.beside)
        if panel.form == "marks" and panel.beside:
            told.append("What may come is drawn open-ended, without a number.")
        if panel.form == "steps":
            told += filter(None, [find_axis(panel).note])
        if panel.whole:
            told.append(f"A line stands at {forms.format_whole(panel)}.")
    told += map(stories.describe_claim, silent)
    return " ".join(told)


def _describe_claim(claim: dict) -> list[str]:
    is_gone = claim["standing"] != "stands"
    end = [f"{words.capitalise(format_standing(claim))}."] * is_gone
    return [stories.describe_claim(claim), *end]


def _draw_panels(canvas: Canvas, panels: list[Panel], silent: list[dict], colour: str) -> float:
    """The panels, each under its head, and what is said without a number.

    Where there is the room two stand side by side; what goes over time has it to itself.
    """
    rows: list[list[Panel]] = []
    for panel in panels:
        alone = not canvas.is_wide or "steps" in (panel.form, rows[-1][0].form if rows else "")
        if rows and len(rows[-1]) == 1 and not alone:
            rows[-1].append(panel)
        else:
            rows.append([panel])
    y = 0.0
    for row in rows:
        ends = []
        for area, panel in zip(canvas.columns(len(row), 32), row, strict=True):
            top = y
            if panel.form not in ("marks", "number"):  # there the number has what it counts by it
                top = area.text(0, y, panel.head, bold=True) + 4
            ends.append(_DRAW[panel.form](area, top, panel, colour))
        y = max(ends) + forms.GAP
    if silent:  # as words; a ring stands before each
        y = canvas.text(0, y, "Said without a number", bold=True) + 2
        for claim in silent[:_MOST_WORDS]:
            canvas.circle(7, y + 10, 4, fill=None, edge=colour, gid=f"{claim['fact_id']}-words")
            y = canvas.text(20, y, format_fact(claim), gid=label_id(claim["fact_id"]))
            y = draw_who(canvas, y, [claim], forms.say_day(claim), x=20) + 6
        if (more := len(silent) - _MOST_WORDS) > 0:
            y = canvas.count_rest(20, y, more) + 6
        y += forms.GAP - 6
    return y - forms.GAP
