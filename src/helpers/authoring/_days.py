"""The days that a text names, told from the day on which it was published."""

import re
from datetime import date

import pandas as pd

from helpers.authoring._candidate import (
    Candidate,
    find_pattern,
    find_sentence,
    find_table,
    look_back,
)
from helpers.words import find_numbers

_MOST_DAYS_AHEAD = 7  # of a date without a year in a sentence that looks back
_MOST_DAYS_BACK = 180  # of one in a sentence that looks ahead
_SATURDAY = 5
_FAR_BEFORE = 400  # characters of a sentence before a date that tell where it looks
_MOST_AGO = 1000  # years, months or days


def find_days(
    text: str, paragraph: int, language: str, published: date | None, last: str = ""
) -> list[Candidate]:
    """Every date of a paragraph, at the precision that is stated; of two ends, the interval.

    last is the day that the text named before: 'November that year' is told from it.
    """
    found: list[Candidate] = []
    for match in find_pattern("date", language).finditer(text):
        start = max(find_sentence(text, match.start())[0], match.start() - _FAR_BEFORE)
        ahead = find_pattern("looks_ahead", language).search(text, start)
        told_from = published
        last = found[-1].value if found else last
        is_near = "that" in match[0].lower() or (found and found[-1].start >= start)
        if find_pattern("told_from_last").search(match[0]) and is_near and last:
            told_from = pd.Period(last.split("/")[0]).start_time.date()
        is_ahead = bool(ahead and ahead.end() <= match.end())
        if is_ahead and ahead and ahead[0].lower() in ("by", "before"):
            is_ahead = not find_pattern("looks_back").search(text, *find_sentence(text, start))
        day = _read(match, language, told_from, is_ahead)
        if day:
            part = next((name for name in ("only_year", "only_month") if match[name]), 0)
            found.append(Candidate("date", paragraph, *match.span(part), value=day))
    return _join_intervals(text, found)


def _join_intervals(text: str, found: list[Candidate]) -> list[Candidate]:
    """Of two days with 'to' or a dash between them, one interval."""
    joined: list[Candidate] = []
    for day in found:
        last = joined[-1] if joined else None
        if last and find_pattern("interval").fullmatch(text, last.end, day.start):
            before = look_back(text, last.start).split()[-1:]
            between = text[last.end : day.start].strip()
            begin, year = last.value, day.value[:4]
            has_year = re.search(r"\d{4}", text[last.start : last.end])
            if year in text[day.start : day.end] and not has_year:
                begin = year + begin[4:]  # 'between 28 July and 3 August 2020'
            if begin < day.value and (between != "and" or before == ["between"]):
                value = f"{begin}/{day.value}"
                joined[-1] = Candidate("date", day.paragraph, last.start, day.end, value=value)
                continue
        joined.append(day)
    return joined


def _read(match: re.Match, language: str, published: date | None, ahead: bool) -> str:
    """The day, month, year or interval of one match; '' where it is none."""
    part = {name: text.lower() for name, text in match.groupdict().items() if text}
    months = find_table(language).get("months", {})
    if "iso" in part:
        return _check(part["iso"])
    if "only_year" in part:
        return "/".join(re.findall(r"\d+", part["only_year"]))
    if "m3" in part:
        return f"{part['y3']}-{months[part['m3']]:02d}"
    if month := part.get("m1") or part.get("m2"):
        year = part.get("y1") or part.get("y2") or ""
        ends = [int(part[name]) for name in ("d1", "d2", "d3", "d4") if name in part]
        placed = [_place(year, months[month], end, published, ahead) for end in ends]
        return "/".join(filter(None, placed))
    return _tell_from(published, part, language, ahead) if published else ""


def _tell_from(published: date, part: dict[str, str], language: str, ahead: bool) -> str:
    """What is told by its distance from the day of publication: 'Monday', 'last month'."""
    table = find_table(language)
    if "near" in part:
        return _count_from(published, "D", table["days"][part["near"]])
    if "weekday" in part:
        shift = table.get("relative", {}).get(part.get("of_day"))
        return _find_weekday(table["weekdays"][part["weekday"]], published, shift, ahead)
    if "ago" in part:
        return _count_back(part["count"], part["unit"], published, table)
    if "of_year" in part:
        year = published.year + table["relative"][part["of_year"]]
        return f"{year}-{table['months'][part['month_of']]:02d}"
    if "weekend" in part:
        by = -int(not ahead and published.weekday() < _SATURDAY)
    else:
        by = table["relative"][part["shift"]] if "shift" in part else int(ahead)
    month = part.get("only_month") or part.get("weekend") or part["period"]
    if month in table["months"]:
        number = table["months"][month]
        by = int(number < published.month) if by > 0 else -int(number > published.month)
        return f"{published.year + by}-{number:02d}"
    return _count_from(published, table["periods"][month], by)


def _check(day: str) -> str:
    try:
        return date.fromisoformat(day).isoformat()
    except ValueError:
        return ""


def _place(year: str, month: int, day: int, published: date | None, ahead: bool) -> str:
    """A day of a month: of the year that is stated, else the nearest that the sentence looks to."""
    if year:
        return _check(f"{year}-{month:02d}-{day:02d}")
    here = _check(f"{published.year}-{month:02d}-{day:02d}") if published else ""
    if not published or not here:
        return ""
    gap = (date.fromisoformat(here) - published).days
    if ahead and gap < -_MOST_DAYS_BACK:
        return _check(f"{published.year + 1}{here[4:]}")
    if not ahead and gap > _MOST_DAYS_AHEAD:
        return _check(f"{published.year - 1}{here[4:]}")
    return here


def _find_weekday(weekday: int, published: date, shift: int | None, ahead: bool) -> str:
    """The last such day up to that of publication; the next one where it lies ahead."""
    back = (published.weekday() - weekday) % 7
    if shift == 1 or (ahead and shift is None and back):
        return _count_from(published, "D", 7 - back)
    return _count_from(published, "D", -(back or 7) if shift == -1 else -back)


def _count_from(published: date, period: str, by: int) -> str:
    """The day, week, month or year that is so many behind that of publication."""
    if period == "weekend":
        sunday = (pd.Period(published, "W") + by).asfreq("D")
        return f"{sunday - 1}/{sunday}"
    return str(pd.Period(published, period) + by)


def _count_back(count: str, unit: str, published: date, table: dict) -> str:
    """'two years ago': at the precision of its unit; weeks name no day."""
    numbers = [1.0] if count in ("a", "an") else [n for _, _, n in find_numbers(count, "en")]
    if not numbers or numbers[0] % 1 or unit == "week" or numbers[0] > _MOST_AGO:
        return ""
    return _count_from(published, table["periods"].get(unit, "D"), -int(numbers[0]))
