"""Numbers put into panels, each of one measure in one unit, and the form in which each is drawn."""

import math
from dataclasses import dataclass, field, replace
from functools import cached_property

import pandas as pd

from helpers import dossier as stories, words
from helpers.dossier import Dossier, list_claims, say_ahead
from helpers.figures._canvas import Canvas
from helpers.words import MISSING, NUMBERS

_FEW = 3  # so many numbers of one measure may be counted out in marks
_MOST_EACH = 100  # up to so many, where a topic does not ask for marks
_MOST_BARS, _MOST_LANES = 24, 6  # of one panel; the others are in a table
_LANE_DAYS = 3  # a group with numbers of so many days has a lane, where any has


@dataclass(frozen=True)
class Extent:
    """How far a claim's marks reach: filled, then outlined, then open-ended.

    `lower` is where what is stated begins: below `filled` where a number has a range around it.
    """

    lower: float
    filled: float
    outlined: float
    open_ended: bool


@dataclass(frozen=True)
class Panel:
    """The numbers of one measure in one unit, which share an axis.

    `claims` has one row a claim that is drawn, as `gather_claims` gives it, with `day`, when the
    number holds, and `name`, what tells it from the others ('' where nothing does). `whole` is the
    number that is the whole of them, 0 where none is known. `beside` is the claim on the whole, or
    what may come as well and has no number; `drawn_as` says which.
    """

    form: str  # marks, bars, steps, strip or number
    unit: str
    look: stories.Unit
    claims: pd.DataFrame
    whole: float = 0
    whole_label: str = ""
    beside: pd.DataFrame = field(default_factory=pd.DataFrame)

    @cached_property
    def shown(self) -> pd.DataFrame:
        """The claims that the picture has room for: the largest, or the groups with the most."""
        if self.form != "steps":
            return self.claims.head(_MOST_BARS)
        days = self.claims.groupby("name", sort=False)["day"].nunique()
        lanes = days[days >= min(_LANE_DAYS, days.max())].index[:_MOST_LANES]
        return self.claims[self.claims["name"].isin(lanes)]

    @property
    def hidden(self) -> pd.DataFrame:
        """The others, which a table has."""
        return self.claims.drop(self.shown.index)

    @property
    def measure(self) -> words.Traced:
        return words.begin_sentence(words.trace_cell(self.claims.iloc[0], "measure"))

    @property
    def head(self) -> str:
        """'Wind speed, km/h', 'Houses destroyed': what is measured, in which unit if not said."""
        is_said = words.says_unit(self.measure, self.claims.iloc[0]) or self.look.mark == "person"
        return self.measure if is_said else f"{self.measure}, {self.unit}"


def list_panels(dossier: Dossier, facts: pd.DataFrame, chart: str = "") -> list[Panel]:
    """The panels of facts, in the order of their first numbers; `chart` is the form asked for.

    What was superseded or withdrawn is drawn over time only.
    """
    facts = facts[stories.has_number(facts)]
    if facts.empty:
        return []
    facts = facts.assign(day=facts["date"].fillna(facts["stated"]))
    claims = stories.gather_claims(dossier, facts, ["topic", "place_id", "day"])
    panels: list[Panel] = []
    for (_, unit), group in claims.groupby(["measure", "unit"], sort=False):
        if (group["standing"] == "stands").any():
            named = group.assign(name=_name_groups(group, dossier.places))
            panels += _make_panels(dossier, str(unit), named, chart)
    return panels


def _name_groups(claims: pd.DataFrame, places: pd.DataFrame) -> list[str]:
    """Which part each claim counts, where, and for which day to come, if that tells them apart.

    A place stands where a part has several, or where there are several and no part is named: all
    of one place are not all, unless that is the country of them all.
    """
    names = dict(zip(places["place_id"], places["name"], strict=True))
    places = places[places["place_id"].isin(stories.explode_ids(claims["place_id"]))]
    lands = set(places.loc[places["kind"] == "country", "name"])
    lands = lands if places["country"].nunique() == 1 else set()
    ids = claims["place_id"].map(stories.split_ids)
    where = ids.map(lambda own: str(words.format_list(names[one] for one in own)) if own else "")
    whom, ahead = (
        pd.Series([say(claim) for claim in list_claims(claims)], claims.index)
        for say in (stories.say_part, say_ahead)
    )
    several = where.groupby(whom).transform("nunique") > 1
    is_whole = claims["of_whom"].isna() | claims["of_whom"].isin([words.WHOLE, MISSING])
    is_whole &= ~where.isin(lands)
    where = where.where(several | (is_whole & (where.nunique() > 1)), "")
    told = [cells for cells in (whom, where, ahead) if cells.nunique() > 1]
    if not told:
        return [""] * len(claims)
    return [", ".join(filter(None, dict.fromkeys(cells))) for cells in zip(*told, strict=True)]


def _make_panels(dossier: Dossier, unit: str, claims: pd.DataFrame, chart: str) -> list[Panel]:
    """The form that was asked for where the numbers can have it, else the one that suits them.

    Beside groups that have numbers of several days, the parts of one total are a panel of their
    own, and so is what one speaker says of several other groups on one day.
    """
    look, standing = dossier.words.find_unit(unit), claims[claims["standing"] == "stands"]
    none_below = not (claims[NUMBERS].astype(float) < 0).any(axis=None)
    if unit != "times" and not (none_below and claims["of_whom"].notna().all()):
        look = replace(look, whole=0)  # of a rate, or of a change, there is no whole
    parts, total = _find_parts(dossier, standing)
    several = claims.groupby("name")["day"].transform("nunique") > 1
    sizes = standing[NUMBERS].astype(float)
    are_counts = bool((sizes.isna() | (sizes >= 0) & (sizes % 1 == 0)).all(axis=None))
    can = {
        "strip": len(parts) > 0 or (chart == "strip" and _share_out(standing, look.whole)),
        "steps": several.any(),
        "marks": not look.measured and len(standing) <= _FEW and are_counts,
        "bars": True,
    }
    suits = [
        form for form in can if can[form] and (form != "marks" or sizes.max().max() <= _MOST_EACH)
    ]
    form = chart if can.get(chart) else suits[0]

    def make(form: str, group: pd.DataFrame, *whole) -> Panel:
        """A panel of numbers, the largest first."""
        sizes = [-measure_extent(claim).outlined for claim in list_claims(group)]
        ordered = group.assign(size=sizes).sort_values("size", kind="stable")
        return Panel(form, unit, look, ordered, *whole)

    if form == "steps":
        shared = standing["part_of"].mode()  # the total with the most parts
        parts, total = _find_parts(dossier, standing[standing["part_of"].isin(shared[:1])])
        once = standing[~several[standing.index]].drop(parts.index, errors="ignore")
        said = once.groupby(["asserted_by", "day"], sort=False)["name"]
        alike = once[said.transform("nunique") >= _LANE_DAYS]
        over_time = claims.drop(parts.index).drop(alike.index)
        # The groups with numbers of the most days first, of as many the one with the largest.
        groups = over_time.groupby("name")
        size = over_time[NUMBERS].astype(float).max(axis=1).groupby(over_time["name"])
        over_time = over_time.assign(
            days=-groups["day"].transform("nunique"), largest=-size.transform("max")
        ).sort_values(["days", "largest", "name"], kind="stable")
        panels = [Panel(form, unit, look, over_time)] * bool(len(over_time))
        panels += [make("strip", parts, *total)] * bool(len(parts))
        told = alike.groupby(["asserted_by", "day"], sort=False)
        return panels + [make("bars", group, look.whole, look.label) for _, group in told]
    if form == "marks":
        return [Panel(form, unit, look, standing)]
    if len(parts):
        rest = standing.drop(parts.index).assign(drawn_as="whole")
        return [make(form, parts, *total, rest)]
    form = "number" if len(standing) == 1 and not look.whole else form
    return [make(form, standing, look.whole, look.label)]


def _find_parts(dossier: Dossier, claims: pd.DataFrame) -> tuple[pd.DataFrame, tuple[float, str]]:
    """The claims that share out one total, and that number with what it is; else no claim.

    Beside them there is no other number than the total.
    """
    parts, facts = claims[claims["part_of"].notna()], dossier.facts
    total = facts[facts["fact_id"].isin(parts["part_of"]) & facts["value"].notna()]
    others = claims.drop(parts.index)["fact_ids"].explode()
    if len(total) == 1 and others.isin(total["fact_id"]).all():
        whole = float(total["value"].iloc[0])
        if _share_out(parts, whole):
            return parts, (whole, total["statement"].iloc[0])
    return parts.head(0), (0, "")


def _share_out(claims: pd.DataFrame, whole: float) -> bool:
    """Whether one speaker gives each part of a whole on one day, and they are no more than it."""
    values = claims["value"].astype(float)
    alone = all(claims[name].nunique() == 1 for name in ("asserted_by", "day"))
    several = 1 < len(claims) <= _MOST_BARS and claims["name"].is_unique
    return alone and several and bool((values >= 0).all()) and values.sum() <= whole


def measure_extent(claim: dict) -> Extent:
    """What of a claim's number is certain, what is possible, and whether more is.

    A lower end is filled and the way to the upper end outlined; 'up to' and 'less than' are
    outlined only.
    """
    stated = {name: float(claim[name]) for name in NUMBERS if pd.notna(claim[name])}
    filled = stated.get("low", 0.0)
    if claim["qualifier"] not in ("up to", "less than"):
        filled = stated.get("value", filled)
    open_ended = words.measure_span(claim)[1] == math.inf
    return Extent(stated.get("low", filled), filled, max(stated.values()), open_ended)


def find_range(claims: list[dict], whole: float = 0) -> tuple[float, float]:
    """From where to where an axis of some numbers goes, with nothing in it, and with the whole."""
    extents = [measure_extent(claim) for claim in claims]
    lowest = min(0.0, *(min(extent.lower, extent.filled) for extent in extents))
    return lowest, max(0.0, whole, *(extent.outlined for extent in extents))


def format_standing(claim: dict) -> str:
    """'stands', 'superseded 14 March 2022' or 'withdrawn 9 January 2022'."""
    what = {"retracted": "withdrawn"}.get(claim["standing"], claim["standing"])
    return f"{what} {words.format_date(claim['ended'])}" if claim["ended"] else what


def draw_who(canvas: Canvas, y: float, claims: list[dict], before: str = "", x: float = 0) -> float:
    who = "; ".join(dict.fromkeys(stories.say_who(claim) for claim in claims))
    ahead = "".join(dict.fromkeys(f"{day}; " for claim in claims if (day := say_ahead(claim))))
    return canvas.note(x, y, f"{before}{ahead}said by {who}")
