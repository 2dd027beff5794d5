"""A calendar of what is said to have happened, day under day."""

from collections import Counter
from collections.abc import Callable
from datetime import date
from functools import partial
from operator import itemgetter
from statistics import mode

import pandas as pd
from matplotlib.axes import Axes

from helpers import dossier as stories, words
from helpers.dossier import Dossier, first_day, is_ahead, last_day, list_claims
from helpers.errors import DossierError, NoFactsError
from helpers.figures._canvas import LINE_PX, Canvas, label_id
from helpers.figures._figure import Figure, group_rows, make_chart
from helpers.figures._style import SMALL
from helpers.figures._timeline import format_when, gather_dated, say_missing
from helpers.words import compose, format_date, format_short_date, say_when, spell_count

_ARTICLE, _OTHERS = "the article", "other sources"
_SHOWN = "in the picture"
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
    claims = [c for c in claims if start <= last_day(c["date"]) and first_day(c["date"]) <= end]
    if not claims:
        raise NoFactsError(dossier.why_empty(lack="No fact here has a date in these days."))
    sources = list_claims(dossier.sources)
    articles = {one["source_id"]: one["publisher"] for one in sources if one["kind"] == "article"}
    alike = Counter(articles.values())
    for claim in claims:  # in the article, or of several in which; or in other sources
        own, claim["day"] = claim["source_id"], format_date(claim["date"])
        name = articles.get(own, _OTHERS)
        name = f"{name} ({own})" if alike[name] > 1 else name
        claim["said_in"] = _ARTICLE if articles.keys() == {own} else name
    _choose_shown(claims)
    told = _title_chronicle(claims, start, end), _describe_chronicle(claims, start, end)
    fill = partial(_draw_calendar, claims=claims, start=start, end=end)
    return make_chart(dossier, claims, told, fill, ax, "day", "said_in", "drawn")


def _find_span(claims: list[dict], first: str, last: str) -> tuple[date, date]:
    own = [claim for claim in claims if claim["in_article"]] or claims
    month = mode(sorted(claim["date"].split("/")[0][: len("2022-01")] for claim in own))
    dates = (claim["date"] for claim in claims if _has_day(claim))
    days = [day for day in dates if day.startswith(month)]
    ends = []
    for name, day, end in (("first", first, min), ("last", last, max)):
        try:
            ends.append(stories.read_day(day) or end(days, default=month))
        except DossierError as error:
            raise DossierError(str(error).replace("as_of", name, 1)) from None
    if last_day(ends[1]) < first_day(ends[0]):
        raise DossierError(f"the last day, {ends[1]}, comes before the first, {ends[0]}")
    return first_day(ends[0]), last_day(ends[1])


def _has_day(claim: dict) -> bool:
    return len(claim["date"]) == len("2022-01-06")


def _choose_shown(claims: list[dict]) -> None:
    """Put claims in the order of their first days, the wider first, and of their weight on each.

    What an editor prefers comes first, then numbers, then what an article says; of these a topic's
    first claim, and what has a role or tells the story. `drawn` tells those that the picture has
    room for.
    """

    def weigh(claim: dict) -> tuple:
        preferred, numbered = claim["rank"] == "preferred", bool(words.list_values(claim))
        begin, end = first_day(claim["date"]).toordinal(), last_day(claim["date"]).toordinal()
        return begin, -end, claim["date"], not preferred, not numbered, not claim["in_article"]

    def is_plain(claim: dict) -> bool:
        return pd.isna(claim["role"]) and claim["plain"]

    claims.sort(key=is_plain)
    groups = group_rows(claims, lambda claim: (weigh(claim), claim["topic"]))
    for (weight, _), alike in groups.items():
        for again, claim in enumerate(alike):
            claim["order"] = *weight, again, is_plain(claim)
    claims.sort(key=itemgetter("order"))
    for of_date in group_rows(claims, itemgetter("date")).values():
        for place, claim in enumerate(of_date):
            claim["drawn"] = _SHOWN if place < _MOST else "here only"


def _draw_calendar(canvas: Canvas, claims: list[dict], start: date, end: date) -> float:
    """Day after day, with what has no day before the first that it may be of.

    Days without a fact are a thin row.
    """
    y = 0.0
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

    for named, group in group_rows(claims, itemgetter("date")).items():
        day = first_day(named)
        y = draw_empty(y, day.toordinal())
        if not _has_day(group[0]):
            bottom = canvas.text(_WORDS, y, format_when(group), size=SMALL, bold=True) + 2
            bottom = _draw_day(canvas, bottom, group)
            look = {"colour": "muted", "width": 1.5, "dashed": True, "gid": "vague"}
            canvas.line([_AXIS] * 2, [y, bottom], **look)
            before, y = max(before, day.toordinal() - 1), bottom
            continue
        label = format_short_date(named, with_year=False)
        canvas.text(_AXIS - 12, y, label, _AXIS, size=SMALL, bold=True, align="right")
        bottom = _draw_day(canvas, y, group)
        if years:
            look = {"size": SMALL, "colour": "muted", "align": "right"}
            canvas.text(_AXIS - 12, y + LINE_PX, str(day.year), _AXIS, **look)
            bottom = max(bottom, y + 2 * LINE_PX + 4)
        canvas.line([_AXIS] * 2, [y, bottom], colour="muted", width=1.5, gid="axis")
        before, y = day.toordinal(), bottom
    return draw_empty(y, end.toordinal() + 1)


def _draw_day(canvas: Canvas, y: float, group: list[dict]) -> float:
    """What happened on one date, under who tells it: what weighs most first.

    Where there is the room, the articles' facts stand beside the others'. Each has its topic's mark
    on the line of days: hollow for what was said beforehand, pale for what no longer stands.
    """
    mixed = len({claim["in_article"] for claim in group}) > 1
    told = canvas.part(_WORDS, canvas.width - _WORDS)
    beside = canvas.is_wide and mixed
    areas, ends = told.columns(2, 24) if beside else [told] * 2, [y, y]
    shown = [claim for claim in group if claim["drawn"] == _SHOWN]
    for name, part in group_rows(shown, itemgetter("said_in")).items():
        others = not part[0]["in_article"]
        area, colour = areas[others], "contrast" if others else "accent"
        end = ends[others] if beside else max(ends)
        if mixed or not others:
            end = area.text(0, end, name, size=SMALL, bold=True, colour=colour)
        for claim in part:
            fill = f"{colour}_tint" if claim["ended"] else colour
            look = {"fill": "paper" if is_ahead(claim) else fill, "edge": colour, "z": 3}
            look["gid"] = f"{claim['fact_id']}-mark"
            area.part(-_MARK, area.width).mark(claim["mark"], 0, end + LINE_PX / 2, 5, **look)
            label = label_id(claim["fact_id"])
            end = area.text(0, end, _format_happening(claim, group), size=SMALL, gid=label) + 2
        ends[others] = end
    return told.count_rest(0, max(ends), len(group) - len(shown)) + 6


def _format_happening(claim: dict, of_date: list[dict]) -> str:
    """What happened; when it was said, where that was before, and until when it stood."""
    ahead = f" (said {say_when(claim['stated'])})" if is_ahead(claim) else ""
    since = f"{_ENDS.get(claim['standing'])} since {format_date(claim['ended'])}"
    missing = f" ({lack})" if (lack := say_missing(claim, of_date)) else ""
    told = f"{words.format_fact(claim)}{missing}{ahead}"
    return f"{told} ({since})" if claim["ended"] else told


def _title_chronicle(claims: list[dict], start: date, end: date) -> str:
    """'Day by day from 1 to 20 January 2022: 64 of 152 facts are of 6 January 2022'."""
    days = [claim["date"] for claim in claims if _has_day(claim)]
    if not days:
        return f"{words.capitalise(_format_span(start, end))} no fact names its day"
    span = _tell_span(claims, start, end)
    (latest, count), *others = Counter(days).most_common()
    title = f"Day by day {span}" if start < end else f"What is told of {format_date(str(start))}"
    all_told = spell_count(len(claims) if start < end else len(days), "fact")
    if not others or others[0][1] == count:
        return compose("{}: {}", title, all_told)
    most, verb = words.spell_number(count), "is" if count == 1 else "are"
    return compose("{}: {} of {} {} of {}", title, most, all_told, verb, format_date(latest))


def _format_span(start: date, end: date) -> str:
    """'from 2 to 19 January 2022', 'on 6 January 2022': two days and what lies between."""
    return f"{'on' if start == end else 'from'} {_join_days(start, end, format_date)}"


def _tell_span(claims: list[dict], start: date, end: date) -> str:
    """The span as exactly as it is stated: 'from 2 May to June 2022', which has no day."""
    ends = []
    for day, find, at in ((start, first_day, 0), (end, last_day, -1)):
        stated = [one["date"].split("/")[at] for one in claims if find(one["date"]) == day]
        ends.append(max(stated, key=len, default=day.isoformat()))
    first, last = ends
    if len(first) == len(last) == len("2022-01-06"):
        return _format_span(start, end)
    for wide in ends:  # in one month, or in one year
        if wide == first[: len(wide)] == last[: len(wide)]:
            return say_when(wide)
    return f"from {format_date(first)} to {format_date(last)}"


def _join_days(first: date, last: date, say: Callable[[str], str]) -> str:
    """One day, or two and what lies between: of two in one month it is named once."""
    if first == last:
        return say(last.isoformat())
    same = (first.year, first.month) == (last.year, last.month)
    return f"{first.day if same else say(first.isoformat())} to {say(last.isoformat())}"


def _describe_chronicle(claims: list[dict], start: date, end: date) -> str:
    span = _tell_span(claims, start, end)
    told = [f"Calendar of what is said of each day, {span}."]
    for group in group_rows(claims, itemgetter("date")).values():
        told.append(f"{format_when(group)}:")
        group.sort(key=lambda claim: (not claim["in_article"], claim["said_in"]))
        for name, part in group_rows(group, itemgetter("said_in")).items():
            happened = "; ".join(_format_happening(claim, group) for claim in part)
            told.append(f"{words.capitalise(name)}: {happened}.")
    told.append("Days without a dated fact are gaps.")
    return " ".join(told)
