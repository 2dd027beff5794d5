"""A calendar of what is said to have happened, day under day."""

from collections.abc import Callable
from datetime import date
from functools import partial

import pandas as pd
from matplotlib.axes import Axes

from helpers import dossier as stories, words
from helpers.dossier import Dossier, first_day, is_ahead, last_day, list_claims
from helpers.errors import DossierError, NoFactsError
from helpers.figures._canvas import LINE_PX, Canvas, label_id
from helpers.figures._figure import Figure, make_chart
from helpers.figures._style import SMALL
from helpers.figures._timeline import format_when, gather_dated
from helpers.words import compose, format_date, format_short_date, say_when, spell_count

_ARTICLE, _OTHERS = "the article", "other sources"
_MOST = 6  # statements that a day of the calendar shows
_ENDS = {"retracted": "withdrawn", "superseded": "superseded"}
_AXIS = 58  # the line along which the days stand
_MARK = 18  # from a mark to what it is of
_WORDS = _AXIS + _MARK  # the left end of what happened


def chronicle(
    dossier: Dossier, *, first: str = "", last: str = "", ax: Axes | None = None
) -> Figure:
    """The days one under another, with what is said to have happened on each.

    What was superseded or withdrawn since stays on its day, and says so.

    Parameters
    ----------
    first, last
        The first and the last day, ISO 8601; a month means its first or last day. Without them,
        the days with a fact in the month of which the article tells most.

    Raises
    ------
    NoFactsError
        No fact has a date in this span.
    DossierError
        Not a date, or the last day comes before the first.
    """
    claims = gather_dated(dossier, dossier.facts, alike=["fact_id"])
    start, end = _find_span(claims, first, last)
    inside = [first_day(day) <= end and last_day(day) >= start for day in claims["date"]]
    claims = claims[inside]
    if claims.empty:
        raise NoFactsError(dossier.why_empty(lack="No fact here has a date in these days."))
    sources = dossier.sources
    articles = sources[sources["kind"] == "article"].set_index("source_id")["publisher"]
    again = articles.duplicated(keep=False)
    articles[again] += " (" + articles.index[again] + ")"
    if len(articles) == 1:
        articles[:] = _ARTICLE
    # Where each claim was made: in the article, or of several in which; or in other sources.
    origin = claims["source_id"].map(articles).where(claims["in_article"].astype(bool), _OTHERS)
    claims = _choose_shown(claims.assign(origin=list(origin)))
    told = _title_chronicle(claims, start, end), _describe_chronicle(claims, start, end)
    fill = partial(_draw_calendar, claims=claims, start=start, end=end)
    columns = {
        "day": [format_date(day) for day in claims["date"]],
        "said_in": list(claims["origin"]),
        "drawn": ["in the picture" if shown else "here only" for shown in claims["shown"]],
    }
    return make_chart(dossier, claims, told, fill, ax, **columns)


def _find_span(claims: pd.DataFrame, first: str, last: str) -> tuple[date, date]:
    own = claims[claims["in_article"]]
    begins = (own if len(own) else claims)["date"].str.partition("/")[0]
    month = begins.str[: len("2022-01")].mode()[0]
    days = claims.loc[_is_day(claims["date"]) & claims["date"].str.startswith(month), "date"]
    ends = []
    for name, day, end in (("first", first, min), ("last", last, max)):
        try:
            ends.append(stories.read_day(day) or end(days, default=month))
        except DossierError as error:
            raise DossierError(str(error).replace("as_of", name, 1)) from None
    if last_day(ends[1]) < first_day(ends[0]):
        raise DossierError(f"the last day, {ends[1]}, comes before the first, {ends[0]}")
    return first_day(ends[0]), last_day(ends[1])


def _is_day(dates: pd.Series) -> pd.Series:
    return dates.str.len() == len("2022-01-06")


def _choose_shown(claims: pd.DataFrame) -> pd.DataFrame:
    """Claims in the order of their dates, the wider first, and of their weight on each.

    What an editor prefers comes first, then numbers, then what an article says; of these a topic's
    first claim, and what has a role or tells the story. `shown` tells those that the picture has
    room for.
    """
    claims = claims.assign(
        dayed=_is_day(claims["date"]),
        plainer=claims["rank"] != "preferred",
        wordy=~stories.has_number(claims),
        others=~claims["in_article"].astype(bool),
        plain=claims["role"].isna() & claims["plain"],
    )
    weight = ["plainer", "wordy", "others"]
    order = ["dayed", "date", *weight, "plain"]
    claims = claims.sort_values(order, kind="stable", ignore_index=True)
    claims["again"] = claims.groupby(["date", *weight, "topic"], sort=False).cumcount()
    order.insert(-1, "again")
    claims = claims.sort_values(order, kind="stable", ignore_index=True)
    return claims.assign(shown=claims.groupby("date", sort=False).cumcount() < _MOST)


def _draw_calendar(canvas: Canvas, claims: pd.DataFrame, start: date, end: date) -> float:
    """What has no day, then day after day; days without a fact are a thin row."""
    is_day, y = _is_day(claims["date"]), 0.0
    for wide, group in claims[~is_day].groupby("date", sort=False):
        head = format_when(str(wide))
        bottom = canvas.text(_WORDS, y, head, size=SMALL, bold=True) + 2
        bottom = _draw_day(canvas, bottom, group)
        canvas.line([_AXIS] * 2, [y, bottom], colour="muted", width=1.5, dashed=True, gid="vague")
        y = bottom
    years = start.year != end.year
    say = partial(format_short_date, with_year=years)
    before = start.toordinal() - 1  # the calendar's first day has none before it

    def draw_empty(y: float, after: int) -> float:
        """Days in a row without a dated fact, as a thin gap; nothing where there are none."""
        if after - before <= 1:
            return y
        days = _join_days(date.fromordinal(before + 1), date.fromordinal(after - 1), say)
        bottom = canvas.note(_WORDS, y, f"{days}: no dated fact") + 5
        canvas.line([_AXIS] * 2, [y, bottom], colour="rule", width=1.5, dashed=True, gid="empty")
        return bottom

    for named, group in claims[is_day].groupby("date"):
        day = first_day(str(named))
        y = draw_empty(y, day.toordinal())
        label = format_short_date(str(named), with_year=False)
        canvas.text(_AXIS - 12, y, label, _AXIS, size=SMALL, bold=True, align="right")
        bottom = _draw_day(canvas, y, group)
        if years:
            look = {"size": SMALL, "colour": "muted", "align": "right"}
            canvas.text(_AXIS - 12, y + LINE_PX, str(day.year), _AXIS, **look)
            bottom = max(bottom, y + 2 * LINE_PX + 4)
        canvas.line([_AXIS] * 2, [y, bottom], colour="muted", width=1.5, gid="axis")
        before, y = day.toordinal(), bottom
    return draw_empty(y, end.toordinal() + 1)


def _draw_day(canvas: Canvas, y: float, group: pd.DataFrame) -> float:
    """What happened on one date, under who tells it: what weighs most first.

    Where there is the room, the articles' facts stand beside the others'. Each has its topic's mark
    on the line of days: hollow for what was said beforehand, pale for what no longer stands.
    """
    mixed = group["others"].nunique() > 1
    told = canvas.part(_WORDS, canvas.width - _WORDS)
    beside = canvas.is_wide and mixed
    areas, ends = told.columns(2, 24) if beside else [told] * 2, [y, y]
    for name, part in group[group["shown"]].groupby("origin", sort=False):
        others = bool(part["others"].iloc[0])
        area, colour = areas[others], "contrast" if others else "accent"
        end = ends[others] if beside else max(ends)
        if mixed or not others:
            end = area.text(0, end, str(name), size=SMALL, bold=True, colour=colour)
        for claim in list_claims(part):
            fill = f"{colour}_tint" if claim["ended"] else colour
            look = {"fill": "paper" if is_ahead(claim) else fill, "edge": colour, "z": 3}
            look["gid"] = f"{claim['fact_id']}-mark"
            area.part(-_MARK, area.width).mark(claim["mark"], 0, end + LINE_PX / 2, 5, **look)
            label = label_id(claim["fact_id"])
            end = area.text(0, end, _format_happening(claim), size=SMALL, gid=label) + 2
        ends[others] = end
    return told.count_rest(0, max(ends), int((~group["shown"]).sum())) + 6


def _format_happening(claim: dict) -> str:
    """What happened; when it was said, where that was before, and until when it stood."""
    ahead = f" (said {say_when(claim['stated'])})" if is_ahead(claim) else ""
    since = f"{_ENDS.get(claim['standing'])} since {format_date(claim['ended'])}"
    return f"{words.format_fact(claim)}{ahead}{f' ({since})' if claim['ended'] else ''}"


def _title_chronicle(claims: pd.DataFrame, start: date, end: date) -> str:
    """'Day by day from 1 to 20 January 2022: 64 of 152 facts are of 6 January 2022'."""
    days = claims.loc[_is_day(claims["date"]), "date"]
    span = _format_span(start, end)
    if days.empty:
        return f"{words.capitalise(span)} no fact names its day"
    counts = days.value_counts()
    title = f"Day by day {span}" if start < end else f"What is told of {format_date(str(start))}"
    all_told = spell_count(len(claims) if start < end else len(days), "fact")
    if len(counts) == 1 or counts.iloc[0] == counts.iloc[1]:
        return compose("{}: {}", title, all_told)
    most, day = words.spell_number(int(counts.iloc[0])), format_date(counts.index[0])
    verb = "is" if counts.iloc[0] == 1 else "are"
    return compose("{}: {} of {} {} of {}", title, most, all_told, verb, day)


def _format_span(start: date, end: date) -> str:
    """'from 2 to 19 January 2022', 'on 6 January 2022': two days and what lies between."""
    return f"{'on' if start == end else 'from'} {_join_days(start, end, format_date)}"


def _join_days(first: date, last: date, say: Callable[[str], str]) -> str:
    """One day, or two and what lies between: of two in one month it is named once."""
    if first == last:
        return say(last.isoformat())
    same = (first.year, first.month) == (last.year, last.month)
    return f"{first.day if same else say(first.isoformat())} to {say(last.isoformat())}"


def _describe_chronicle(claims: pd.DataFrame, start: date, end: date) -> str:
    span = _format_span(start, end)
    told = [f"Calendar of what is said of each day, {span}."]
    for day, group in claims.groupby("date", sort=False):
        told.append(f"{format_when(str(day))}:")
        for (_, name), part in group.groupby(["others", "origin"], sort=True):
            happened = "; ".join(map(_format_happening, list_claims(part)))
            told.append(f"{words.capitalise(str(name))}: {happened}.")
    told.append("Days without a dated fact are gaps.")
    return " ".join(told)
