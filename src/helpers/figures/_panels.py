"""Numbers put into panels, each of one measure in one unit, and the form in which each is drawn."""

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property, reduce
from itertools import chain
from operator import itemgetter
from statistics import mode

import pandas as pd

from helpers import dossier as stories, words
from helpers.dossier import Dossier, list_claims, say_ahead
from helpers.figures._canvas import Canvas
from helpers.figures._figure import group_rows
from helpers.words import MISSING, NUMBERS

_FEW = 3  # so many numbers of one measure may be counted out in marks
_MOST_EACH = 100  # up to so many, where a topic does not ask for marks
_MOST_BARS, _MOST_LANES = 24, 6  # of one panel; the others are in a table
_NO_PART = (words.WHOLE, MISSING)
_LEAST_SHARE = 5  # the largest share of a whole is a fifth of it or more
_LANE_DAYS = 3  # a group with numbers of so many days has a lane, where any has


@dataclass(frozen=True)
class Extent:
    """How far a claim's marks reach: filled from nothing on, then outlined, then open-ended.

    `lower` and `outlined` are the ends of what is stated, which may lie around `filled`.
    `open_ended` is 1 where more is possible than `outlined`, -1 where less is than `lower`, else 0.
    """

    lower: float
    filled: float
    outlined: float
    open_ended: int


@dataclass(frozen=True)
class Panel:
    """The numbers of one measure in one unit, which share an axis.

    `claims` are those that are drawn, as `gather_claims` gives them, with `day`, when the number
    holds, `name`, what tells it from the others ('' where nothing does), and `shared`, of what
    group and place all are where that is not the whole. `whole` is the number that is the whole of
    them, 0 where none is known, and `total` the fact that states it, if any. `beside` is the claim
    on the whole, or what may come as well and has no number; `drawn_as` says which.
    """

    form: str  # marks, bars, steps, strip or number
    unit: str
    look: stories.Unit
    claims: list[dict]
    whole: float = 0
    whole_label: str = ""
    total: dict | None = None
    beside: list[dict] = field(default_factory=list)

    @cached_property
    def shown(self) -> list[dict]:
        """The claims that the picture has room for: the largest, or the groups with the most."""
        if self.form != "steps":
            return self.claims[:_MOST_BARS]
        days = _count_days(self.claims)
        least = min(_LANE_DAYS, max(days.values()))
        lanes = [name for name, count in days.items() if count >= least][:_MOST_LANES]
        return [claim for claim in self.claims if claim["name"] in lanes]

    @property
    def hidden(self) -> list[dict]:
        """The others, which a table has."""
        return _leave_out(self.claims, self.shown)

    @property
    def measure(self) -> words.Traced:
        return words.begin_sentence(words.trace_cell(self.claims[0], "measure"))

    @property
    def head(self) -> str:
        """'Wind speed, km/h', 'Missing, Lima': what is measured, in which unit if that is not said.

        And of which group and where, if all are of one that is not the whole.
        """
        is_said = words.says_unit(self.measure, self.claims[0]) or self.look.mark == "person"
        told = self.measure if is_said else f"{self.measure}, {self.unit}"
        return reduce(_add_told, self.claims[0]["shared"], told)


def tell_apart(claims: list[dict]) -> list[str]:
    """What each claim is of; where two are alike, with what tells them apart.

    That is the place, the day or, whoever says it, what each is.
    """
    labels = [claim["name"] or claim["statement"] for claim in claims]
    for tell in (_tell_place, _tell_day, _tell_statement):
        told, alike = [*map(tell, labels, claims)], defaultdict(set)
        for label, longer in zip(labels, told, strict=True):
            alike[label.casefold()].add(longer)
        pairs = zip(labels, told, strict=True)
        labels = [longer if len(alike[one.casefold()]) > 1 else one for one, longer in pairs]
    return [  # where two are alike, a place alone says less than of whom it is
        reduce(_add_told, claim["shared"] * (claim["name"] == claim["where"]), label)
        if labels.count(label) > 1
        else label
        for label, claim in zip(labels, claims, strict=True)
    ]


def _add_told(label: str, told: str) -> str:
    """A label with what it does not say yet."""
    return (
        label if label and words.says_words(label, told) else ", ".join(filter(None, [label, told]))
    )


def _tell_place(label: str, claim: dict) -> str:
    return _add_told(label, claim["where"])


def _tell_day(label: str, claim: dict) -> str:
    """With the day of a number, where it is not told yet as the one that it is for."""
    is_told = pd.isna(claim["date"]) or say_ahead(claim)
    return label if is_told else _add_told(label, str(words.format_date(claim["date"])))


def _tell_statement(label: str, claim: dict) -> str:
    said = claim["statement"]
    if words.says_words(label, said):
        return label
    return said if words.says_words(said, label) else f"{label}: {said}"


def list_panels(dossier: Dossier, claims: list[dict], chart: str) -> list[Panel]:
    """The panels of numbers, in the order of the first of each; `chart` is the form asked for.

    What was superseded or withdrawn is drawn over time only.
    """
    places, panels = list_claims(dossier.places), []
    for (_, unit), group in group_rows(claims, itemgetter("measure", "unit")).items():
        if find_standing(group):
            panels += _make_panels(dossier, unit, _name_groups(group, places), chart)
    return panels


def find_standing(claims: list[dict]) -> list[dict]:
    return [claim for claim in claims if claim["standing"] == "stands"]


def _leave_out(claims: Iterable[dict], others: Iterable[dict]) -> list[dict]:
    left_out = {claim["fact_id"] for claim in others}
    return [claim for claim in claims if claim["fact_id"] not in left_out]


def find_course(claims: list[dict]) -> list[dict]:
    """The claims on one thing that follow each other in time.

    They are those with a date of their own, those that were replaced or withdrawn, and of the
    others those of the one speaker with the most days: on what day another's number holds, which
    has no date, nobody says, and where two speakers differ nothing has changed.
    """
    timed: list[dict] = []
    undated: list[dict] = []
    for claim in claims:
        is_timed = pd.notna(claim["date"]) or pd.notna(claim["replaces"]) or claim["ended"]
        (timed if is_timed else undated).append(claim)
    said: dict[str, list[dict]] = {}
    for claim in undated:
        for speaker in claim["asserted_by"].split("; "):
            said.setdefault(speaker, []).append(claim)
    most = max(said.values(), key=lambda own: len(_list_days(own)), default=[])
    kept = {claim["fact_id"] for claim in chain(timed, most)}
    return [claim for claim in claims if claim["fact_id"] in kept]


def _list_days(claims: list[dict]) -> set[str]:
    return {claim["day"] for claim in claims}


def _count_days(claims: list[dict]) -> dict[str, int]:
    """On how many days there are numbers of each group that follow each other."""
    groups = group_rows(claims, itemgetter("name")).items()
    return {name: len(_list_days(find_course(group))) for name, group in groups}


def _name_groups(claims: list[dict], places: list[dict]) -> list[dict]:
    """Claims with which part each counts, where, and for which day to come, if it tells them apart.

    Of several places each is told: all of one place are not all, unless that is the country of them
    all, which is told beside a part that has another place too.
    """
    used = {*chain(*(stories.split_ids(claim["place_id"]) for claim in claims))}
    here = [place for place in places if place["place_id"] in used]
    in_one = len({place["country"] for place in here if pd.notna(place["country"])}) == 1
    lands = {place["name"] for place in here if in_one and place["kind"] == "country"}
    whom, ahead = ([say(claim) for claim in claims] for say in (stories.say_part, say_ahead))
    where = [claim["where"] for claim in claims]
    apart, told = group_rows(set(zip(whom, where, strict=True)), itemgetter(0)), []
    for part, place in zip(whom, where, strict=True):
        is_apart = place not in lands and len(set(where)) > 1
        told.append(place if is_apart or len(apart[part]) > 1 else "")
    several = [cells for cells in (whom, told, ahead) if len(set(cells)) > 1]
    named = [reduce(_add_told, cells) for cells in zip(*several, strict=True)]
    rows = zip(claims, named or [""] * len(claims), strict=True)
    # What all are of, where it is not the whole: a group, and one of several places.
    is_whole = pd.isna(claims[0]["of_whom"]) or claims[0]["of_whom"] in _NO_PART
    of, at = "" if is_whole else whom[0], where[0] if len(places) > 1 else ""
    shared = [of] * (len({*whom}) == 1) + [at] * (len({*where}) == 1 and not claims[0]["is_land"])
    return [claim | {"name": name, "shared": [*filter(None, shared)]} for claim, name in rows]


def _make_panels(dossier: Dossier, unit: str, claims: list[dict], chart: str) -> list[Panel]:
    """The form that was asked for where the numbers can have it, else the one that suits them.

    Beside groups that have numbers of several days, the parts of one total are a panel of their
    own, and so is what one speaker says of several other groups on one day.
    """
    look, standing = dossier.words.find_unit(unit), find_standing(claims)
    if unit != "times" and not _are_shares(claims, look.whole):
        look = replace(look, whole=0)  # of a rate, or of a change, there is no whole
    parts, total = _find_parts(dossier, standing)
    days, sizes = _count_days(claims), [n for one in standing for n in words.list_values(one)]
    can = {
        "strip": len(parts) > 0 or (chart == "strip" and _share_out(standing, look.whole)),
        "steps": max(days.values()) > 1,
        "marks": not look.measured
        and len(standing) <= _FEW
        and all(size >= 0 and size % 1 == 0 for size in sizes),
        "bars": True,
    }
    suits = [form for form in can if can[form] and (form != "marks" or max(sizes) <= _MOST_EACH)]
    form = chart if can.get(chart) else suits[0]

    def make(form: str, group: list[dict], *whole) -> Panel:
        """A panel of numbers, the largest first."""
        ordered = sorted(group, key=lambda claim: -measure_extent(claim).outlined)
        return Panel(form, unit, look, ordered, *whole)

    if form == "steps":
        totals = sorted(claim["part_of"] for claim in standing if pd.notna(claim["part_of"]))
        shared = mode(totals) if totals else ""  # the total with the most parts
        parts, total = _find_parts(dossier, [one for one in standing if one["part_of"] == shared])
        once = _leave_out((one for one in standing if days[one["name"]] == 1), parts)
        said = group_rows(once, itemgetter("asserted_by", "day")).values()
        alike = [group for group in said if len({one["name"] for one in group}) >= _LANE_DAYS]
        # The groups with numbers of the most days first, of as many the one with the largest.
        order, over_time = {}, _leave_out(claims, chain(parts, *alike))
        for name, group in group_rows(over_time, itemgetter("name")).items():
            largest = max(max(words.list_values(claim)) for claim in group)
            order[name] = -days[name], -largest, name
        over_time.sort(key=lambda claim: order[claim["name"]])
        panels = [Panel(form, unit, look, over_time)] * bool(over_time)
        panels += [make("strip", parts, *total)] * bool(parts)
        return panels + [make("bars", group, look.whole, look.label) for group in alike]
    if form == "marks":
        return [Panel(form, unit, look, standing)]
    if parts:
        rest = [claim | {"drawn_as": "whole"} for claim in _leave_out(standing, parts)]
        return [make(form, parts, *total, rest)]
    form = "number" if len(standing) == 1 and not look.whole else form
    alone = _name_groups(standing, list_claims(dossier.places))  # what is gone needs no name
    return [make(form, alone, look.whole, look.label)]


def _find_parts(dossier: Dossier, claims: list[dict]) -> tuple[list[dict], tuple]:
    """The claims that share out one total, and that number, what it is and its fact; else no claim.

    Beside them there is no other number than the total.
    """
    parts = [claim for claim in claims if pd.notna(claim["part_of"])]
    ids = {claim["part_of"] for claim in parts}
    facts = list_claims(dossier.facts) if parts else []
    totals = [one for one in facts if one["fact_id"] in ids and pd.notna(one["value"])]
    totals = [one for one in totals if dossier.standing[one["fact_id"]] == "stands"]
    others = chain(*(claim["fact_ids"] for claim in _leave_out(claims, parts)))
    if len(totals) == 1 and {*others} <= {totals[0]["fact_id"]}:
        whole = float(totals[0]["value"])
        if _share_out(parts, whole):
            return parts, (whole, totals[0]["statement"], totals[0])
    return [], (0, "", None)


def _are_shares(claims: list[dict], whole: float) -> bool:
    """Whether numbers are shares of groups: each says of whom, none is below nothing or above all.

    A change may be such a number too: 4.5 per cent of the pay. Seldom it is large. So the largest
    is a fifth of the whole or more, or one speaker shares out half of it or more.
    """
    numbers = [float(number) for claim in claims for number in words.list_values(claim)]
    within = all(0 <= number <= whole for number in numbers)
    if not within or any(pd.isna(claim["of_whom"]) for claim in claims):
        return False
    shared = _share_out(claims, whole) and 2 * sum(numbers) >= whole
    return max(numbers) * _LEAST_SHARE >= whole or shared


def _share_out(claims: list[dict], whole: float) -> bool:
    """Whether one speaker gives each part of a whole on one day, and they are no more than it."""
    said = {(claim["asserted_by"], claim["day"]) for claim in claims}
    several = 1 < len({claim["name"] for claim in claims}) == len(claims) <= _MOST_BARS
    values = [claim["value"] for claim in claims]
    known = len(said) == 1 and several and all(pd.notna(one) and one >= 0 for one in values)
    return known and sum(map(float, values)) <= whole


def measure_extent(claim: dict) -> Extent:
    """What of a claim's number is certain, what is possible, and whether more is, or less.

    A lower end is filled and the way to the upper end outlined. What is not even certain to begin
    is outlined only: 'up to 5', 'at least -5', what depends on a condition, and a range from below
    nothing, which stands from its one end to the other.
    """
    stated = {name: float(claim[name]) for name in NUMBERS if pd.notna(claim[name])}
    low, high = min(stated.values()), max(stated.values())
    least, most = words.measure_span(claim)
    limited = least == -math.inf
    open_ended = (most == math.inf) - (limited and high < 0)
    vague = high > 0 if limited else open_ended > 0 > high or claim["qualifier"] == "conditional"
    if vague and len(stated) == 1:
        low, high = min(low, 0.0), max(high, 0.0)
    filled = stated.get("value", high if len(stated) == 1 else max(low, 0.0))
    return Extent(low, max(low, 0.0) if vague else filled, high, open_ended)


def find_range(claims: list[dict], whole: float = 0) -> tuple[float, float]:
    """From where to where an axis of some numbers goes, with nothing in it, and with the whole."""
    extents = [measure_extent(claim) for claim in claims]
    lowest = min(0.0, *(extent.lower for extent in extents))
    return lowest, max(0.0, whole, *(extent.outlined for extent in extents))


def format_standing(claim: dict) -> str:
    """'stands', 'superseded 14 March 2022' or 'withdrawn 9 January 2022'."""
    what = {"retracted": "withdrawn"}.get(claim["standing"], claim["standing"])
    return f"{what} {words.format_date(claim['ended'])}" if claim["ended"] else what


def draw_who(canvas: Canvas, y: float, claims: list[dict], before: str = "", x: float = 0) -> float:
    who = "; ".join(dict.fromkeys(stories.say_who(claim) for claim in claims))
    ahead = "".join(dict.fromkeys(f"{day}; " for claim in claims if (day := say_ahead(claim))))
    return canvas.note(x, y, f"{before}{ahead}said by {who}")
