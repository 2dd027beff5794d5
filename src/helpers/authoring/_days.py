"""The days that a text names, told from the day on which it was published."""

import re
from datetime import date, timedelta
from functools import lru_cache

from helpers.authoring._candidate import Candidate, any_of, find_sentence, find_table
from helpers.words import find_numbers

_SEASON = r"(?:\s+(?:night|morning|afternoon|evening))?"
_TO = re.compile(r"\s*(?:to|until|through|till|and|[-–—]|au|bis|al?|по|до)\s*")
_MOST_DAYS_AHEAD = 7  # of a date without a year in a sentence that looks back


def find_days(text: str, paragraph: int, language: str, published: date | None) -> list[Candidate]:
    """Every date of a paragraph, at the precision that is stated; of two ends, the interval."""
    found: list[Candidate] = []
    for match in _compile(language.split("-", maxsplit=1)[0]).finditer(text):
        start, _ = find_sentence(text, match.start())
        table = find_table(language)
        ahead = re.search(table.get("ahead", "(?!)"), text[start : match.end()], re.IGNORECASE)
        day = _read(match, language, published, bool(ahead))
        if day:
            part = next((name for name in ("y4", "m4") if match[name]), 0)
            found.append(Candidate("date", paragraph, *match.span(part), value=day))
    return _join_intervals(text, found)


def _join_intervals(text: str, found: list[Candidate]) -> list[Candidate]:
    """Of two days with 'to' or a dash between them, one interval."""
    joined: list[Candidate] = []
    for day in found:
        last = joined[-1] if joined else None
        if last and _TO.fullmatch(text[last.end : day.start]) and last.value < day.value:
            before = text[: last.start].split()[-1:]
            between = text[last.end : day.start].strip()
            if between != "and" or before == ["between"]:
                value = f"{last.value}/{day.value}"
                joined[-1] = Candidate("date", day.paragraph, last.start, day.end, value=value)
                continue
        joined.append(day)
    return joined


@lru_cache(maxsize=16)
def _list_names(language: str) -> tuple[dict[str, int], dict[str, int]]:
    """Months and days of the week by their names, in small letters, from 1 and from 0."""
    from babel import Locale, UnknownLocaleError

    try:
        locale = Locale.parse(language)
    except (UnknownLocaleError, ValueError):
        return {}, {}
    months: dict[str, int] = {}
    days: dict[str, int] = {}
    for names, of_width in ((months, locale.months), (days, locale.days)):
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for number, name in of_width[context][width].items():
                    if len(name.rstrip(".")) > 2:
                        names[name.lower().rstrip(".")] = number
    return months, days


@lru_cache(maxsize=16)
def _compile(language: str) -> re.Pattern:
    table = find_table(language)
    months, days = (any_of(tuple(names)) for names in _list_names(language))
    near = any_of(tuple(table.get("days", {})))
    shift, period = (any_of(tuple(table.get(name, {}))) for name in ("relative", "periods"))
    ago = table.get("ago", {}).get("pattern", "(?!)")
    before = table.get("year", {}).get("pattern", "(?!)")
    number, year = r"(?:[12]?\d|3[01])", r"(?:1[5-9]|20)\d\d"
    of = r"(?:\s*(?:of|de|del)\s+|\.?\s+)"
    forms = [
        rf"(?P<iso>{year}-[01]\d-[0-3]\d)",
        rf"(?P<d1>{number})(?:st|nd|rd|th|er)?(?:\s*[-–]\s*(?P<d2>{number}))?{of}(?P<m1>{months})\b\.?"
        rf"(?:,?\s+(?:de\s+)?(?P<y1>{year})\b)?",
        rf"(?P<m2>{months})\.?\s+(?P<d3>{number})(?:st|nd|rd|th)?\b(?![:.]\d)"
        rf"(?:\s*[-–]\s*(?P<d4>{number})\b)?(?:,?\s+(?P<y2>{year})\b)?",
        rf"(?P<m3>{months})\.?,?\s+(?:de\s+)?(?P<y3>{year})\b",
        rf"(?P<near>{near})\b",
        rf"(?:(?P<of_day>{shift})\s+)?(?P<weekday>{days})\b\.?{_SEASON}",
        rf"(?:earlier\s+|later\s+)?(?P<shift>{shift})\s+(?P<period>{period}|{months})\b",
        rf"{ago}\b" if ago != "(?!)" else "(?!)",
        rf"(?<=\s)(?:in|since|until|by|early|late|mid|last|of)[\s-](?P<m4>{months})\b(?!\s+\d)",
        rf"(?:(?<=\b)(?:{before})[\s-]|\()(?P<y4>{year})\b(?!-?\w|[.,]\d|\s+(?:[a-z]+s|[a-z]*(?:people|children|men|women))\b)",
    ]
    return re.compile(rf"(?<![\w$€£/.-])(?:{'|'.join(forms)})", re.IGNORECASE)


def _read(match: re.Match, language: str, published: date | None, ahead: bool) -> str:
    """The day, month, year or interval of one match; '' where it is none."""
    part = {name: text for name, text in match.groupdict().items() if text}
    months, days = _list_names(language.split("-", maxsplit=1)[0])
    table = find_table(language)
    day = ""
    if "iso" in part:
        day = _check(part["iso"])
    elif "y4" in part:
        day = part["y4"]
    elif "m3" in part:
        day = f"{part['y3']}-{months[part['m3'].lower()]:02d}"
    elif month := part.get("m1") or part.get("m2"):
        year = part.get("y1") or part.get("y2") or ""
        ends = [int(part[name]) for name in ("d1", "d2", "d3", "d4") if name in part]
        placed = [_place(year, months[month.lower()], end, published, ahead) for end in ends]
        day = "/".join(filter(None, placed))
    elif not published:
        pass
    elif "m4" in part:
        day = _place_month(months[part["m4"].lower()], published, ahead)
    elif "near" in part:
        day = _shift(published, table["days"][part["near"].lower()])
    elif "weekday" in part:
        shift = table.get("relative", {}).get(part.get("of_day", "").lower())
        day = _find_weekday(days[part["weekday"].lower()], published, shift, ahead)
    elif "shift" in part:
        by, period = table["relative"][part["shift"].lower()], part["period"].lower()
        if period in months:
            day = _place_month(months[period], published, by > 0)
        else:
            day = _name_period(table["periods"][period], by, published)
    else:
        day = _count_back(part["count"], part["unit"].lower(), published)
    return day


def _check(day: str) -> str:
    try:
        return date.fromisoformat(day).isoformat()
    except ValueError:
        return ""


def _shift(published: date, days: int) -> str:
    return (published + timedelta(days=days)).isoformat()


def _place(year: str, month: int, day: int, published: date | None, ahead: bool) -> str:
    """A day of a month: of the year that is stated, else the nearest that the sentence looks to."""
    if year:
        return _check(f"{year}-{month:02d}-{day:02d}")
    if not published:
        return ""
    here = _check(f"{published.year}-{month:02d}-{day:02d}")
    if not here:
        return ""
    gap = (date.fromisoformat(here) - published).days
    if ahead and gap < -180:
        return _check(f"{published.year + 1}-{month:02d}-{day:02d}")
    if not ahead and gap > _MOST_DAYS_AHEAD:
        return _check(f"{published.year - 1}-{month:02d}-{day:02d}")
    return here


def _place_month(month: int, published: date, ahead: bool) -> str:
    year = published.year
    if ahead and month < published.month:
        year += 1
    elif not ahead and month > published.month:
        year -= 1
    return f"{year}-{month:02d}"


def _find_weekday(weekday: int, published: date, shift: int | None, ahead: bool) -> str:
    """The last such day up to that of publication; the next one where it lies ahead."""
    back = (published.weekday() - weekday) % 7
    if shift == 1 or (ahead and shift is None and back):
        return _shift(published, 7 - back)
    return _shift(published, -(back or 7) if shift == -1 else -back)


def _name_period(period: str, by: int, published: date) -> str:
    if period == "year":
        return str(published.year + by)
    if period == "month":
        months = published.year * 12 + published.month - 1 + by
        return f"{months // 12}-{months % 12 + 1:02d}"
    monday = published - timedelta(days=published.weekday()) + timedelta(weeks=by)
    first = monday + timedelta(days=5 if period == "weekend" else 0)
    return f"{first.isoformat()}/{_shift(monday, 6)}"


def _count_back(count: str, unit: str, published: date) -> str:
    """'two years ago': at the precision of its unit; weeks name no day."""
    number = {"a": 1.0, "an": 1.0}.get(count.lower())
    if number is None:
        number = next((value for _, _, value in find_numbers(count, "en")), None)
    if number is None or number % 1 or unit == "week" or number > 1000:
        return ""
    if unit == "day":
        return _shift(published, -int(number))
    return _name_period(unit, -int(number), published)
