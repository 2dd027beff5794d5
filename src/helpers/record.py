"""An article beside what others said then and later: claims in the order of time, and a calendar.

Groups that are counted apart are never joined, and no share, sum or mean is computed.
"""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from helpers.claims import (
    NUMBERS,
    describe,
    has_number,
    name_contributors,
    state,
    tabulate,
)
from helpers.dossier import Dossier, first_day, last_day, read_day
from helpers.errors import DossierError, NoFactsError
from helpers.figure import Figure, source_line
from helpers.layout import LEADING, WIDTH_PX, Canvas, measure
from helpers.marks import measure_extent
from helpers.style import SMALL, house_style
from helpers.tracing import Traced, compose, join, trace_fact, trace_rule
from helpers.wording import (
    MISSING,
    MONTHS,
    capitalise,
    spell_count,
    spell_number,
    word_date,
    word_fact,
    word_list,
    word_quantity,
)

_LINE = LEADING * SMALL
_FORCE = ("troops", "contributors")  # the topics of the figure on troops
_UNSTATED = f"of whom: {MISSING}"
_ARTICLE, _OTHERS = "the article", "other sources"


# Claims over time


def claims_over_time(
    dossier: Dossier, measure: str, *, unit: str = "people", ax: Axes | None = None
) -> Figure:
    """Every claim on a measure in the order of time, one group for each part that is counted.

    A part that is counted at one place only is a group of its own.

    A claim that stands has a filled mark, a superseded one a hollow mark and an arrow to what
    replaces it, a withdrawn one is struck through. All marks stand on one scale.

    Raises
    ------
    NoFactsError
        Nothing is claimed on the measure in this unit.
    """
    facts = dossier.facts
    wanted = facts["measure"].eq(measure) & (~has_number(facts) | facts["unit"].eq(unit))
    claims = _gather_claims(dossier, facts[wanted], measure)
    claims["group"] = [_word_group(claim) for claim in _each(claims)]
    claims["group"] += _word_places(claims, dossier.places)
    return _draw_claims(dossier, _sort_claims(claims), capitalise(measure), unit, ax)


def troops_over_time(dossier: Dossier, *, ax: Axes | None = None) -> Figure:
    """Every claim on the size of the force, then on each contributor's, in the order of time.

    Raises
    ------
    NoFactsError
        Nothing is claimed on how many people the force or a contributor has.
    """
    facts = dossier.facts[dossier.facts["topic"].isin(_FORCE)]
    counted = has_number(facts) & facts["unit"].eq("people")
    silent = ~has_number(facts) & (
        facts["topic"].eq("contributors") | facts["measure"].isin(facts.loc[counted, "measure"])
    )
    claims = _gather_claims(dossier, facts[counted | silent], "troops")
    claims["part"] = claims["topic"].eq("contributors").astype(int)
    claims["group"] = [
        name_contributors(claim) if claim["part"] else [_word_group(claim, with_measure=True)]
        for claim in _each(claims)
    ]
    claims = claims.explode("group", ignore_index=True)
    return _draw_claims(dossier, _sort_claims(claims), "Troops", "people", ax)


def _each(claims: pd.DataFrame) -> list[pd.Series]:
    return [claim for _, claim in claims.iterrows()]


def _gather_claims(dossier: Dossier, facts: pd.DataFrame, about: str) -> pd.DataFrame:
    """Facts as claims, one row each, with what became of them and whether an article says them.

    Raises
    ------
    NoFactsError
        There are none.
    """
    if facts.empty:
        raise NoFactsError(dossier.why_empty(about))
    sources = dossier.sources
    articles = sources.loc[sources["kind"] == "article", "source_id"]
    return facts.assign(
        fact_ids=[[fact_id] for fact_id in facts["fact_id"]],
        standing=list(facts["fact_id"].map(dossier.standing)),
        ended=[_find_end(dossier.facts, fact_id) for fact_id in facts["fact_id"]],
        in_article=facts["source_id"].isin(articles),
        part=0,
    )


def _find_end(facts: pd.DataFrame, fact_id: str) -> str:
    """The day on which a fact was retracted, or else superseded; '' where there is none."""
    replacing = facts[facts["replaces"] == fact_id]
    for relation in ("retracts", "supersedes"):
        days = replacing.loc[replacing["relation"] == relation, "stated"]
        if len(days):
            return min(days, key=first_day)
    return ""


def _word_group(claim: pd.Series, with_measure: bool = False) -> str:
    """Which part a claim counts, as the head of its group."""
    whom = state(claim["of_whom"])
    what = state(claim["measure"]) if with_measure else ""
    if whom == MISSING:
        whom = _UNSTATED
    return capitalise(f"{what}: {whom}" if what else whom)


def _word_places(claims: pd.DataFrame, places: pd.DataFrame) -> list[str]:
    """', Almaty' for a number that counts another place than most numbers of its group do."""
    counted = claims[has_number(claims) & claims["place_id"].notna()]
    usual = {
        group: places_of.value_counts(sort=True).index[0]
        for group, places_of in counted.groupby("group")["place_id"]
    }
    names = dict(zip(places["place_id"], places["name"], strict=True))
    apart = counted[counted["place_id"] != counted["group"].map(usual)]
    words = apart["place_id"].map(lambda place_id: f", {names[place_id]}")
    return list(words.reindex(claims.index, fill_value=""))


def _sort_claims(claims: pd.DataFrame) -> pd.DataFrame:
    """Groups in the order of their first claims, an article's first; in a group, that of time.

    On one day, what replaces a claim follows it.
    """
    claims = claims.assign(day=claims["stated"].map(first_day), place=range(len(claims)))
    groups = claims.groupby("group", sort=False)
    claims["own"] = ~groups["in_article"].transform("any")
    claims["opened"] = groups["day"].transform("min")
    claims["root"], claims["depth"] = 0, 0
    for _, group in groups:
        paths = [_find_path(group, claim) for claim in _each(group)]
        lines = pd.Series([path[-1] for path in paths], group.index)
        claims.loc[group.index, "root"] = group["place"].groupby(lines).transform("min")
        claims.loc[group.index, "depth"] = [len(path) for path in paths]
    first = groups["place"].transform("min")
    order = ["part", "own", "opened", "first", "day", "root", "depth", "place"]
    return claims.assign(first=first).sort_values(order, kind="stable", ignore_index=True)


def _find_path(group: pd.DataFrame, claim: pd.Series) -> list[int]:
    """The places of a claim and of those that it replaces within its group, one after another."""
    replaced = dict(zip(group["fact_id"], group["replaces"], strict=True))
    places = dict(zip(group["fact_id"], group["place"], strict=True))
    path, fact_id = [], claim["fact_id"]
    while fact_id in places and places[fact_id] not in path:
        path.append(places[fact_id])
        fact_id = replaced[fact_id]
    return path


_PLOT_PX = 158  # the width of the marks and their numbers
_RADIUS = 5  # of a mark
_LANE_PX = 6  # between the lines that join claims to what replaces them
_LONG_GAP = timedelta(days=31)  # a longer one is shown between two rows


@dataclass(frozen=True)
class Columns:
    """Where the columns of a list of claims stand, in CSS pixels, and how numbers become lengths.

    Parameters
    ----------
    text
        The left end of who says it; the days stand before it.
    plot
        The left end of the marks.
    lowest
        The number that stands there: 0 where no number is below.
    px
        CSS pixels for 1.
    years
        Whether each day names its year.
    """

    text: float
    plot: float
    lowest: float
    px: float
    years: bool

    def at(self, number: float) -> float:
        """Where a number stands; room is left for half a mark."""
        return self.plot + _RADIUS + (number - self.lowest) * self.px

    @property
    def words(self) -> float:
        """The left end of words among the marks, right of the line at 0."""
        return self.plot + _RADIUS + 6

    @classmethod
    def fit(cls, claims: pd.DataFrame) -> "Columns":
        """Columns wide enough for the days, with the longest number's label in the figure."""
        years = claims["stated"].str[:4].nunique() > 1
        days = [_word_day(day, years) for day in claims["stated"]]
        text = max(measure(day, SMALL) for day in [*days, "stated"]) + 10
        counted = claims[has_number(claims)]
        numbers = counted[NUMBERS].astype(float)
        lowest = min(0.0, np.nanmin(numbers, initial=0))
        rooms = []
        for claim in _each(counted):
            extent = measure_extent(claim)
            label = measure(_word_count(claim), SMALL, bold=True)
            beside = label if label < _PLOT_PX / 2 else 0
            room = _PLOT_PX - 3 * _RADIUS - 4 - beside - (20 if extent.open_ended else 0)
            if (reach := extent.outlined - lowest) > 0:
                rooms.append(room / reach)
        return cls(text, WIDTH_PX - _PLOT_PX, lowest, min(rooms, default=1.0), years)


def _word_day(day: str, with_year: bool) -> str:
    """'6 Jan', or '6 Jan 2022': a date as it stands in a column."""
    year, *rest = day.split("-")
    if not rest:
        return year
    words = [str(int(rest[1]))] if len(rest) > 1 else []
    words.append(MONTHS[int(rest[0]) - 1][:3])
    return " ".join([*words, year] if with_year else words)


def _word_count(claim: pd.Series) -> str:
    """A claim's number without its unit: 'about 2,500'."""
    return word_quantity({**claim, "unit": ""})


def _draw_claims(
    dossier: Dossier, claims: pd.DataFrame, about: str, unit: str, ax: Axes | None
) -> Figure:
    """The groups of claims one under another."""
    columns = Columns.fit(claims)
    with house_style():
        canvas = Canvas()
        y = _draw_heads(canvas, columns, claims, unit)
        for name, group in claims.groupby("group", sort=False):
            y = _draw_group(canvas, y, str(name), group, columns)
        drawing = canvas.draw(y, ax)
    return Figure(
        drawing,
        _title_claims(claims, about),
        _tell_claims(claims, about),
        source_line(dossier.select(fact_id=list(claims["fact_id"]))),
        tabulate(
            claims.drop_duplicates("fact_id"),
            said_in=_list_origins(claims.drop_duplicates("fact_id")),
            standing=[_word_standing(claim) for claim in _each(claims.drop_duplicates("fact_id"))],
        ),
    )


def _list_origins(claims: pd.DataFrame) -> list[str]:
    return [_ARTICLE if own else _OTHERS for own in claims["in_article"]]


def _word_standing(claim: pd.Series) -> str:
    """'stands', 'superseded 14 March 2022' or 'withdrawn 9 January 2022'."""
    what = {"retracted": "withdrawn"}.get(claim["standing"], claim["standing"])
    return f"{what} {word_date(claim['ended'])}" if claim["ended"] else what


def _draw_heads(canvas: Canvas, columns: Columns, claims: pd.DataFrame, unit: str) -> float:
    """What the columns hold."""
    stated = "stated" if columns.years else claims["stated"].iloc[0][:4]
    look = {"size": SMALL, "colour": "muted"}
    canvas.text(0, 0, stated, columns.text, **look)
    ends = [_LINE]
    canvas.text(columns.text, 0, "who says it", columns.plot - columns.text, **look)
    if has_number(claims).any():
        ends.append(canvas.text(columns.plot, 0, f"how many {unit}", _PLOT_PX, **look))
    return max(ends) + 3


def _draw_group(
    canvas: Canvas, y: float, name: str, group: pd.DataFrame, columns: Columns
) -> float:
    """One group of claims: its head, a row for each, and what replaces what."""
    canvas.line([0, WIDTH_PX], [y, y], colour="rule")
    y = canvas.text(0, y + 3, name, WIDTH_PX, size=SMALL, bold=True) + 1
    top, middles, before = y, {}, None
    for claim in _each(group):
        if before and claim["day"] - before > _LONG_GAP:
            y = _draw_gap(canvas, y)
        before = last_day(claim["stated"])
        middles[claim["fact_id"]] = y + _LINE / 2
        y = _draw_row(canvas, y, claim, columns) + 2
    if columns.lowest == 0:
        canvas.line([columns.at(0)] * 2, [top, y - 2], colour="rule", z=1.5)
    _draw_chains(canvas, group, middles, columns)
    return y + 3


def _draw_gap(canvas: Canvas, y: float) -> float:
    """More than a month without a claim: dots in the column of the days."""
    for number in range(3):
        canvas.circle(8, y + 1 + number * 4, 1, fill="muted", edge=None, gid="gap")
    return y + 11


def _draw_row(canvas: Canvas, y: float, claim: pd.Series, columns: Columns) -> float:
    """One claim: the day, who says it, its mark and its number."""
    colour = "accent" if claim["in_article"] else "contrast"
    day = _word_day(claim["stated"], columns.years)
    canvas.text(0, y, day, columns.text, size=SMALL, colour="muted")
    width = columns.plot - columns.text - 16
    x, top = columns.text, y
    if claim["in_article"]:
        canvas.text(x, y, _ARTICLE, width, size=SMALL, bold=True, colour=colour)
        who, taken = claim["asserted_by"], measure(f"{_ARTICLE} ", SMALL, bold=True) + 2
        if taken + measure(who, SMALL) <= width:
            x, width = x + taken, width - taken
        else:
            top = y + _LINE
    bottom = canvas.text(x, top, claim["asserted_by"], width, size=SMALL)
    if pd.notna(claim[NUMBERS]).any():
        return max(bottom, _draw_number(canvas, y, claim, columns, colour))
    return max(bottom, _draw_silence(canvas, y, claim, columns, colour))


def _draw_number(
    canvas: Canvas, y: float, claim: pd.Series, columns: Columns, colour: str
) -> float:
    """A claim's mark on the scale with its number beside it; gives back where they end."""
    gid, middle, zero = claim["fact_id"], y + _LINE / 2, columns.at(0)
    extent = measure_extent(claim)
    retracted, bottom = claim["standing"] == "retracted", y + _LINE
    tone = "muted" if retracted else colour
    # An 'up to' has its mark at the end, and nothing before it is certain.
    point = columns.at(extent.filled if extent.filled else extent.outlined)
    canvas.line([zero, point], [middle] * 2, colour="rule", width=1.5, z=1.6)
    if columns.lowest < 0:
        canvas.line([zero, zero], [y, y + _LINE], colour="rule", z=1.5)
    ends = _find_range(claim)
    right = point + _RADIUS
    if ends:
        left, right = columns.at(ends[0]), max(columns.at(ends[1]), right)
        canvas.box(
            left, middle - 2.5, columns.at(ends[1]) - left, 5, fill="paper", edge=tone, z=1.8,
            gid=f"{gid}-range",
        )  # fmt: skip
    stands = claim["standing"] == "stands"
    canvas.circle(
        point, middle, _RADIUS, fill=tone if stands else "paper", edge=tone, gid=f"{gid}-mark", z=3
    )
    if extent.open_ended:
        canvas.arrow_right(right + 2, middle, 16, tone, gid=f"{gid}-open")
        right += 20
    if retracted:
        for up in (-3, 3):
            xs, ys = [point - 3, point + 3], [middle - up, middle + up]
            canvas.line(xs, ys, colour=tone, width=1.5, gid=f"{gid}-cross", z=3.5)
    label, look = _word_count(claim), {"size": SMALL, "bold": True, "gid": f"{gid}-label"}
    wide, x = measure(label, SMALL, bold=True), right + 4
    if wide >= _PLOT_PX / 2:
        x, y = columns.words, y + _LINE
        bottom = canvas.text(x, y, label, WIDTH_PX - x, colour=tone, **look)
        wide = min(wide, WIDTH_PX - x - 1)
    else:
        canvas.text(x, y, label, wide + 2, colour=tone, **look)
    if retracted:
        for line in np.arange(y + _LINE / 2, max(bottom, y + _LINE), _LINE):
            canvas.line(
                [x - 1, x + wide + 1], [line + 1] * 2, colour=tone, width=1.5, z=4.5,
                gid=f"{gid}-strike",
            )  # fmt: skip
    if not stands:
        what = {"retracted": "withdrawn"}.get(claim["standing"], claim["standing"])
        when = _word_day(claim["ended"], columns.years) if claim["ended"] else ""
        x, words = columns.words, f"{what} {when}"
        bottom = canvas.text(x, bottom, words, WIDTH_PX - x, size=SMALL, colour="muted")
    return bottom


def _find_range(claim: pd.Series) -> tuple[float, float] | None:
    """The ends of a stated range; from nothing where a claim says 'up to'."""
    low, high = claim["low"], claim["high"]
    upper = high if pd.notna(high) else claim["value"]
    if claim["qualifier"] == "up to" or pd.isna(claim[["value", "low"]]).all():
        return (0.0 if pd.isna(low) else low), upper
    lower = low if pd.notna(low) else claim["value"]
    return (lower, upper) if pd.notna(upper) and lower < upper else None


def _draw_silence(
    canvas: Canvas, y: float, claim: pd.Series, columns: Columns, colour: str
) -> float:
    """A claim without a number: an empty outline, and what it says in words."""
    gid, middle, left = claim["fact_id"], y + _LINE / 2, columns.words
    if claim["relation"] == "retracts":
        for up in (-4, 4):
            canvas.line(
                [left, left + 8], [middle - up, middle + up], colour=colour, width=1.5,
                gid=f"{gid}-withdraws",
            )  # fmt: skip
        left += 14
    else:
        canvas.box(
            left - 6, middle - 5, 26, 10, fill="paper", edge=colour, dashed=True, hatch="////",
            gid=f"{gid}-no-number", z=1.6,
        )  # fmt: skip
        x = left + 26
        y = canvas.text(x, y, "no number stated", WIDTH_PX - x, size=SMALL, colour="muted")
    width, label = WIDTH_PX - left, f"{gid}-label"
    return canvas.text(left, y, claim["statement"], width, size=SMALL, gid=label)


def _draw_chains(canvas: Canvas, group: pd.DataFrame, middles: dict, columns: Columns) -> None:
    """Lines from superseded claims to those that replace them, beside the marks.

    Each line of succession has a lane of its own, so that none runs into another.
    """
    joined = group[(group["relation"] == "supersedes") & group["replaces"].isin(middles)]
    lanes: list[float] = []
    for _, chain in joined.groupby("root", sort=False):
        ys = [middles[fact_id] for fact_id in [*chain["fact_id"], *chain["replaces"]]]
        free = [number for number, end in enumerate(lanes) if end < min(ys)]
        lane = free[0] if free else min(len(lanes), 1)
        lanes[lane : lane + 1] = [max(ys)]
        tip = columns.plot - 1
        x = tip - 8 - lane * _LANE_PX
        for claim in _each(chain):
            old, new = middles[claim["replaces"]], middles[claim["fact_id"]]
            canvas.line(
                [tip, x, x, tip], [old, old, new, new], colour="muted",
                gid=f"{claim['fact_id']}-supersedes",
            )  # fmt: skip
            if claim["fact_id"] not in set(chain["replaces"]):
                canvas.shape([(tip - 5, new - 3), (tip - 5, new + 3), (tip, new)], fill="muted")


def _title_claims(claims: pd.DataFrame, about: str) -> str:
    """'Deaths: the article says 12 people, of whom is not stated; 36 claims by others …'."""
    facts = claims.drop_duplicates("fact_id")
    own, others = facts[facts["in_article"]], facts[~facts["in_article"]]
    parts = []
    if len(own):
        said = _trace_numbers(own[has_number(own)])
        whom = own[has_number(own)]["of_whom"].map(state).eq(MISSING)
        silent = ", of whom is not stated" if len(whom) and whom.all() else ""
        parts.append(compose("the article says {}{}", said or "no number", silent))
    if len(others):
        groups = claims.loc[~claims["in_article"], "group"].nunique()
        who = "others make" if len(own) else "there are" if len(others) > 1 else "there is"
        split = f" on {spell_count(groups, 'group')} counted apart" if groups > 1 else ""
        parts.append(trace_rule(f"{who} {spell_count(len(others), 'claim')}{split}", "count"))
    if gone := int(facts["standing"].eq("retracted").sum()):
        told = f"{spell_number(gone)} {'is' if gone == 1 else 'are'} withdrawn"
        parts.append(trace_rule(told, "count"))
    return compose("{}: {}", about, join("; ", parts))


def _trace_numbers(claims: pd.DataFrame) -> Traced:
    """'12 people and 14 people': each number once, as that of the claims that state it."""
    facts: dict[str, list[str]] = {}
    for claim in _each(claims):
        facts.setdefault(word_quantity(claim), []).extend(claim["fact_ids"])
    traced = [trace_fact(number, ids, number) for number, ids in facts.items()]
    return compose(word_list(["{}"] * len(traced)) if traced else "", *traced)


def _tell_claims(claims: pd.DataFrame, about: str) -> str:
    told = [
        f"List of claims, {about.lower()}: one row a claim in the order of time, in groups that "
        "are counted apart and never joined."
    ]
    for name, group in claims.groupby("group", sort=False):
        told.append(f"{name}:")
        for claim in _each(group):
            origin = f"{capitalise(_ARTICLE)}: " if claim["in_article"] else ""
            told.append(f"{origin}{describe(claim)}")
            if claim["standing"] != "stands":
                told.append(f"{capitalise(_word_standing(claim))}.")
    return " ".join(told)


# A calendar

_MOST = 4  # statements that a day of the calendar shows
# What is shown before other things where a day has more of them, beside what has a role.
_TELLING = ("event", "protest", "emergency", "troops", "end condition", "legal basis")
_SQUARE = ("troops", "contributors")
_AXIS = 58  # the line along which the days stand
_WORDS = 76  # the left end of what happened


def chronicle(
    dossier: Dossier, *, first: str = "", last: str = "", ax: Axes | None = None
) -> Figure:
    """The days one under another, with what is said to have happened on each.

    Parameters
    ----------
    first, last
        The first and the last day, ISO 8601; a month means its first or last day. Without them,
        the days with a fact in the month in which the article was published.

    Raises
    ------
    NoFactsError
        No fact that stands has a date in this span.
    DossierError
        Not a date, or the last day comes before the first.
    """
    facts = dossier.facts
    facts = facts[facts["date"].notna() & (facts["fact_id"].map(dossier.standing) == "stands")]
    claims = _gather_claims(dossier, facts, "what happened when")
    start, end = _find_span(claims, first, last)
    inside = [first_day(day) <= end and last_day(day) >= start for day in claims["date"]]
    claims = claims[inside]
    if claims.empty:
        raise NoFactsError(dossier.why_empty("what happened in these days"))
    claims = _choose_shown(claims)
    with house_style():
        canvas = Canvas()
        y = _draw_calendar(canvas, claims, start, end)
        drawing = canvas.draw(y, ax)
    return Figure(
        drawing,
        _title_chronicle(claims, start, end),
        _tell_chronicle(claims, start, end),
        source_line(dossier.select(fact_id=list(claims["fact_id"]))),
        tabulate(
            claims,
            day=[word_date(day) for day in claims["date"]],
            said_in=_list_origins(claims),
            drawn=["in the picture" if shown else "here only" for shown in claims["shown"]],
        ),
    )


def _find_span(claims: pd.DataFrame, first: str, last: str) -> tuple[date, date]:
    """The first and the last day of a calendar.

    Raises
    ------
    DossierError
        Not a date, or the last day comes before the first.
    """
    own = claims[claims["in_article"]]
    months = own["stated"] if len(own) else claims["date"]
    month = months.str[: len("2022-01")].mode()[0]
    days = claims.loc[_is_day(claims["date"]) & claims["date"].str.startswith(month), "date"]
    start = _read_end("first", first) or min(days, default=month)
    end = _read_end("last", last) or max(days, default=month)
    if last_day(end) < first_day(start):
        raise DossierError(f"the last day, {end}, comes before the first, {start}")
    return first_day(start), last_day(end)


def _read_end(name: str, day: str) -> str:
    try:
        return read_day(day)
    except DossierError as error:
        raise DossierError(str(error).replace("as_of", name, 1)) from None


def _is_day(dates: pd.Series) -> pd.Series:
    return dates.str.len() == len("2022-01-06")


def _choose_shown(claims: pd.DataFrame) -> pd.DataFrame:
    """Claims in the order of their dates, the wider first, the article's first on each.

    `shown` tells those that the picture has room for: what has a role or a telling topic before
    other things, a topic's first fact before its second, a number before words.
    """
    claims = claims.assign(
        opens=claims["date"].map(first_day),
        dayed=_is_day(claims["date"]),
        others=~claims["in_article"],
        plain=claims["role"].isna() & ~claims["topic"].isin(_TELLING),
        wordy=~has_number(claims),
    )
    by_date = ["dayed", "opens", "date", "others"]
    claims = claims.sort_values([*by_date, "plain", "wordy"], kind="stable", ignore_index=True)
    claims["again"] = claims.groupby(["date", "others", "topic"], sort=False).cumcount()
    order = [*by_date, "plain", "again", "wordy"]
    claims = claims.sort_values(order, kind="stable", ignore_index=True)
    rank = claims.groupby(["date", "others"], sort=False).cumcount()
    dates = claims.groupby("date")["others"]
    others = dates.transform("sum")
    own = dates.transform("size") - others
    # Half of the room for each, and what one does not need for the other.
    room = np.where(claims["others"], _MOST - own.clip(upper=_MOST // 2), _MOST - others)
    room = np.where(claims["others"], room, np.maximum(room, _MOST // 2))
    return claims.assign(shown=rank < room)


def _draw_calendar(canvas: Canvas, claims: pd.DataFrame, start: date, end: date) -> float:
    """What has no day, then day after day; days without a fact are a thin row."""
    is_day = _is_day(claims["date"])
    y = 0.0
    for wide, group in claims[~is_day].groupby("date", sort=False):
        missing = "month" if len(str(wide)) == len("2022") else "day"
        head = f"{word_date(str(wide))}, {missing} {MISSING}"
        bottom = canvas.text(_WORDS, y, head, WIDTH_PX - _WORDS, size=SMALL, bold=True) + 2
        bottom = _draw_day(canvas, bottom, group)
        canvas.line([_AXIS] * 2, [y, bottom], colour="muted", width=1.5, dashed=True, gid="vague")
        y = bottom
    days = dict(iter(claims[is_day].groupby("opens", sort=False)))
    years = start.year != end.year
    before = start - timedelta(days=1)
    for day in sorted(days):
        y = _draw_empty(canvas, y, before + timedelta(days=1), day - timedelta(days=1), years)
        canvas.text(
            _AXIS - 12, y, _word_day(day.isoformat(), False), _AXIS, size=SMALL, bold=True,
            align="right",
        )  # fmt: skip
        bottom = _draw_day(canvas, y, days[day])
        if years:
            canvas.text(
                _AXIS - 12, y + _LINE, str(day.year), _AXIS, size=SMALL, colour="muted",
                align="right",
            )  # fmt: skip
            bottom = max(bottom, y + 2 * _LINE + 4)
        canvas.line([_AXIS] * 2, [y, bottom], colour="muted", width=1.5, gid="axis")
        before, y = day, bottom
    return _draw_empty(canvas, y, before + timedelta(days=1), end, years)


def _draw_empty(canvas: Canvas, y: float, first: date, last: date, years: bool) -> float:
    """Days in a row without a dated fact, as a thin gap; nothing where there are none."""
    if last < first:
        return y
    days = _word_day(last.isoformat(), years)
    if first < last:
        same = (first.year, first.month) == (last.year, last.month)
        days = f"{first.day if same else _word_day(first.isoformat(), years)} to {days}"
    words = f"{days}: no dated fact"
    bottom = canvas.text(_WORDS, y, words, WIDTH_PX - _WORDS, size=SMALL, colour="muted") + 5
    canvas.line([_AXIS] * 2, [y, bottom], colour="rule", width=1.5, dashed=True, gid="empty")
    return bottom


def _draw_day(canvas: Canvas, y: float, group: pd.DataFrame) -> float:
    """What happened on one date: the article's own facts first, each kind under its name."""
    mixed = group["others"].nunique() > 1
    for others, part in group[group["shown"]].groupby("others", sort=True):
        colour = "contrast" if others else "accent"
        if mixed or not others:
            name = _OTHERS if others else _ARTICLE
            y = canvas.text(
                _WORDS, y, name, WIDTH_PX - _WORDS, size=SMALL, bold=True, colour=colour
            )
        for claim in _each(part):
            _draw_happening(canvas, y + _LINE / 2, claim, colour)
            words, label = _word_happening(claim), f"{claim['fact_id']}-label"
            y = canvas.text(_WORDS, y, words, WIDTH_PX - _WORDS, size=SMALL, gid=label) + 2
    if more := int((~group["shown"]).sum()):
        words = f"+ {more} more"
        y = canvas.text(_WORDS, y, words, WIDTH_PX - _WORDS, size=SMALL, colour="muted")
    return y + 6


def _is_ahead(claim: pd.Series) -> bool:
    """Whether a claim was made before the date it is about."""
    return last_day(claim["stated"]) < first_day(claim["date"])


def _word_happening(claim: pd.Series) -> str:
    """What happened; when it was said, where that was before."""
    ahead = f" (said on {word_date(claim['stated'])})" if _is_ahead(claim) else ""
    return f"{word_fact(claim)}{ahead}"


def _draw_happening(canvas: Canvas, y: float, claim: pd.Series, colour: str) -> None:
    """A mark on the line of days: a square for troops, hollow for what was said beforehand."""
    look = {"fill": "paper" if _is_ahead(claim) else colour, "edge": colour, "z": 3}
    look["gid"] = f"{claim['fact_id']}-mark"
    if claim["topic"] in _SQUARE:
        canvas.box(_AXIS - 4.5, y - 4.5, 9, 9, **look)
    else:
        canvas.circle(_AXIS, y, 5, **look)


def _title_chronicle(claims: pd.DataFrame, start: date, end: date) -> str:
    days = claims.loc[_is_day(claims["date"]), "date"]
    span = capitalise(_word_span(start, end))
    if days.empty:
        return f"{span} no fact names its day"
    counts = days.value_counts()
    length = (end - start).days + 1
    told = f"{span}: {spell_count(len(days), 'dated fact')}"
    if len(counts) > 1:
        told += f" on {spell_number(len(counts))} of {spell_count(length, 'day')}"
        if counts.iloc[0] > counts.iloc[1]:
            told += f"; most, {spell_number(counts.iloc[0])}, on {word_date(counts.index[0])}"
    return trace_rule(told, "count")


def _word_span(start: date, end: date) -> str:
    """'from 2 to 19 January 2022', 'on 6 January 2022': two days and what lies between."""
    last = word_date(end.isoformat())
    if start == end:
        return f"on {last}"
    if (start.year, start.month) == (end.year, end.month):
        return f"from {start.day} to {last}"
    return f"from {word_date(start.isoformat())} to {last}"


def _tell_chronicle(claims: pd.DataFrame, start: date, end: date) -> str:
    span = _word_span(start, end)
    told = [f"Calendar of what happened, {span}."]
    for day, group in claims.groupby("date", sort=False):
        vague = "" if len(str(day)) == len("2022-01-06") else ", day not stated"
        told.append(f"{word_date(str(day))}{vague}:")
        for claim in _each(group[group["shown"]]):
            origin = f"{capitalise(_ARTICLE)}: " if claim["in_article"] else ""
            told.append(f"{origin}{describe(claim)}")
        if more := int((~group["shown"]).sum()):
            told.append(f"And {spell_number(more)} more.")
    told.append("Days without a dated fact are gaps.")
    return " ".join(told)
