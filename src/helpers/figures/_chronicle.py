"""A calendar of what is said to have happened, day under day."""

from collections.abc import Callable
from datetime import date
from functools import partial

import pandas as pd
from matplotlib.axes import Axes

from helpers.dossier import (
    Dossier,
    first_day,
    has_number,
    is_ahead,
    last_day,
    list_claims,
    read_day,
)
from helpers.errors import DossierError, NoFactsError
from helpers.figures._canvas import LINE_PX, Canvas
from helpers.figures._figure import Figure, make_chart
from helpers.figures._style import SMALL
from helpers.figures._svg import label_id
from helpers.figures._timescale import format_when, gather_dated
from helpers.words import (
    capitalise,
    compose,
    format_date,
    format_fact,
    format_short_date,
    say_when,
    spell_count,
    spell_number,
)

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
    claims = _choose_shown(claims.assign(origin=_name_origins(dossier, claims)))
    return make_chart(
        dossier,
        claims,
        _title_chronicle(claims, start, end),
        _describe_chronicle(claims, start, end),
        lambda canvas: _draw_calendar(canvas, claims, start, end),
        ax=ax,
        day=[format_date(day) for day in claims["date"]],
        said_in=list(claims["origin"]),
        drawn=["in the picture" if shown else "here only" for shown in claims["shown"]],
    )


def _name_origins(dossier: Dossier, claims: pd.DataFrame) -> list[str]:
    """Where each claim was made: in the article, or of several in which; or in other sources."""
    sources = dossier.sources
    articles = sources[sources["kind"] == "article"].set_index("source_id")["publisher"]
    again = articles.duplicated(keep=False)
    articles[again] += " (" + articles.index[again] + ")"
    if len(articles) == 1:
        articles[:] = _ARTICLE
    return list(claims["source_id"].map(articles).where(claims["in_article"].astype(bool), _OTHERS))


def _find_span(claims: pd.DataFrame, first: str, last: str) -> tuple[date, date]:
    """The first and the last day of a calendar."""
    own = claims[claims["in_article"]]
    month = (own if len(own) else claims)["date"].str[: len("2022-01")].mode()[0]
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
    """Claims in the order of their dates, the wider first, and of their weight on each.

    What an editor prefers comes first, then numbers, then what an article says; of these a topic's
    first claim, and what has a role or tells the story. `shown` tells those that the picture has
    room for.
    """
    claims = claims.assign(
        dayed=_is_day(claims["date"]),
        plainer=claims["rank"] != "preferred",
        wordy=~has_number(claims),
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
    is_day = _is_day(claims["date"])
    y = 0.0
    for wide, group in claims[~is_day].groupby("date", sort=False):
        head = format_when(str(wide))
        bottom = canvas.text(_WORDS, y, head, size=SMALL, bold=True) + 2
        bottom = _draw_day(canvas, bottom, group)
        canvas.line([_AXIS] * 2, [y, bottom], colour="muted", width=1.5, dashed=True, gid="vague")
        y = bottom
    years = start.year != end.year
    before = start.toordinal() - 1  # the calendar's first day has none before it
    for named, group in claims[is_day].groupby("date"):
        day = first_day(str(named))
        number, label = day.toordinal(), format_short_date(str(named), with_year=False)
        y = _draw_empty(canvas, y, before + 1, number - 1, years)
        canvas.text(_AXIS - 12, y, label, _AXIS, size=SMALL, bold=True, align="right")
        bottom = _draw_day(canvas, y, group)
        if years:
            look = {"size": SMALL, "colour": "muted", "align": "right"}
            canvas.text(_AXIS - 12, y + LINE_PX, str(day.year), _AXIS, **look)
            bottom = max(bottom, y + 2 * LINE_PX + 4)
        canvas.line([_AXIS] * 2, [y, bottom], colour="muted", width=1.5, gid="axis")
        before, y = number, bottom
    return _draw_empty(canvas, y, before + 1, end.toordinal(), years)


def _draw_empty(canvas: Canvas, y: float, opening: int, closing: int, years: bool) -> float:
    """Days in a row without a dated fact, as a thin gap; nothing where there are none."""
    if closing < opening:
        return y
    first, last = date.fromordinal(opening), date.fromordinal(closing)
    days = _join_days(first, last, partial(format_short_date, with_year=years))
    bottom = canvas.note(_WORDS, y, f"{days}: no dated fact") + 5
    canvas.line([_AXIS] * 2, [y, bottom], colour="rule", width=1.5, dashed=True, gid="empty")
    return bottom


def _draw_day(canvas: Canvas, y: float, group: pd.DataFrame) -> float:
    """What happened on one date, under who tells it: what weighs most first.

    Where there is the room, the articles' facts stand beside the others'.
    """
    shown = group[group["shown"]]
    mixed = group["others"].nunique() > 1
    words = canvas.part(_WORDS, canvas.width - _WORDS)
    beside = canvas.is_wide and mixed
    areas, ends = words.columns(2, 24) if beside else [words] * 2, [y, y]
    for name, part in shown.groupby("origin", sort=False):
        others = bool(part["others"].iloc[0])
        area, colour = areas[others], "contrast" if others else "accent"
        end = ends[others] if beside else max(ends)
        if mixed or not others:
            end = area.text(0, end, str(name), size=SMALL, bold=True, colour=colour)
        for claim in list_claims(part):
            _draw_happening(area.part(-_MARK, area.width), end + LINE_PX / 2, claim, colour)
            label = label_id(claim["fact_id"])
            end = area.text(0, end, _format_happening(claim), size=SMALL, gid=label) + 2
        ends[others] = end
    return words.count_rest(0, max(ends), int((~group["shown"]).sum())) + 6


def _format_happening(claim: dict) -> str:
    """What happened; when it was said, where that was before, and until when it stood."""
    ahead = f" (said {say_when(claim['stated'])})" if is_ahead(claim) else ""
    since = f"{_ENDS.get(claim['standing'])} since {format_date(claim['ended'])}"
    return f"{format_fact(claim)}{ahead}{f' ({since})' if claim['ended'] else ''}"


def _draw_happening(canvas: Canvas, y: float, claim: dict, colour: str) -> None:
    """A mark on the line of days: the topic's.

    It is hollow for what was said beforehand, and pale for what no longer stands.
    """
    fill = f"{colour}_tint" if claim["ended"] else colour
    look = {"fill": "paper" if is_ahead(claim) else fill, "edge": colour, "z": 3}
    look["gid"] = f"{claim['fact_id']}-mark"
    canvas.mark(claim["mark"], 0, y, 5, **look)


def _title_chronicle(claims: pd.DataFrame, start: date, end: date) -> str:
    """'Day by day from 1 to 20 January 2022: 64 of 152 facts are of 6 January 2022'."""
    days = claims.loc[_is_day(claims["date"]), "date"]
    span = _format_span(start, end)
    if days.empty:
        return f"{capitalise(span)} no fact names its day"
    counts = days.value_counts()
    title = f"Day by day {span}" if start < end else f"What is told of {format_date(str(start))}"
    if len(counts) == 1 or counts.iloc[0] == counts.iloc[1]:
        return compose("{}: {}", title, spell_count(len(days), "fact"))
    most, day = spell_number(int(counts.iloc[0])), format_date(counts.index[0])
    verb = "is" if counts.iloc[0] == 1 else "are"
    return compose("{}: {} of {} {} of {}", title, most, spell_count(len(days), "fact"), verb, day)


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
            told.append(f"{capitalise(str(name))}: {happened}.")
    told.append("Days without a dated fact are gaps.")
    return " ".join(told)
