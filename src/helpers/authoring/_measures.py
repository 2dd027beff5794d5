"""The numbers that a text counts or measures with, and the days that it names."""

import re
from dataclasses import replace
from datetime import date

import pandas as pd

from helpers.authoring._candidate import NEAR, Candidate, Paragraph, find_sentence, list_characters
from helpers.dossier import first_day
from helpers.words import CURRENCIES, find_numbers

_YEAR = re.compile(r"(?:1[5-9]|20)\d\d")
_CURRENCY = re.compile(rf"(?:(?:\b[A-Z]{{1,3}}\s?)?[$€£¥₹₽]|(?<!\w)(?:{CURRENCIES}))\s?$")
_HYPHENED = re.compile(r"-([^\W\d_]{2,})(?:-[^\W\d_]+)*")
_SCORE = re.compile(r"(?<![\d.,-])(\d{1,2})[-–](\d{1,2})(?![\w-]|[.,]\d)")  # '3-1', no range
_TOKEN = re.compile(r"[\s,]*?([^\W\d_][\w’'.-]*|%)")
_MOST_WORDS = 4  # of what is counted
_MOST_DAYS_AHEAD = 7  # of a date without a year in a sentence that looks back
_MOST_DAYS_BACK = 180  # of one in a sentence that looks ahead
_SATURDAY = 5
_FAR_BEFORE = 400  # characters of a sentence before a date that tell where it looks
_OPENING = 3  # words: so few before a date open its sentence or clause
_MOST_AGO = 1000  # years, months or days


def find_quantities(text: Paragraph, taken: list[Candidate]) -> list[Candidate]:
    """Every count and measure of a paragraph; no date, age, place in an order or part of a name."""
    numbers: dict[tuple[int, int], list[float]] = {}
    filled = list_characters(taken)
    for start, last, value in find_numbers(text.replace("magnitude-", "magnitude "), text.language):
        currency = _CURRENCY.search(text, max(0, start - NEAR), start)
        is_metres = not currency and text.pattern("metres").match(text, last - 1)
        end = last - bool(is_metres)  # '10m deep'
        is_taken = not filled.isdisjoint(range(start, end))
        is_name = is_taken or (not currency and _is_name(text, start, end))
        if not is_name and _counts(text, start, end):
            size = round(value / 1_000_000, 9) if is_metres else value
            numbers.setdefault((start, end), []).append(size)
    found: list[Candidate] = []
    behind = 0  # where the number before ends
    for (start, end), values in sorted(numbers.items()):
        begin, ends = start, values
        if found and _is_range(text, found[-1], behind, start, values[-1]):
            lower = found.pop()
            begin, ends = lower.start, [float(lower.high or lower.value), *values]
        found.append(_describe(text, begin, end, ends))
        behind = end
    for form in ("in_words", "share"):
        filled |= list_characters(found)
        for match in text.pattern(form).finditer(text):
            shares = text.table.get("shares", {}) if form == "share" else {}
            is_part = shares and text.pattern("no_share").search(text.before(match.start()))
            if not is_part and filled.isdisjoint(range(*match.span())):
                percent = [float(shares[match["share"].lower()])] if shares else []
                one = _describe(text, *match.span(), percent)
                found.append(replace(one, unit="percent", of_whom="") if shares else one)
    return _inherit_units(text, sorted(found, key=lambda one: one.start))


def _counts(text: Paragraph, start: int, end: int) -> bool:
    """Whether a number may count something: it is no time of day, age, year or 'the new one'."""
    printed, before, after = text[start:end].lower(), text.before(start), text.after(end)
    is_age = text.pattern("uncounted_behind").search(before)
    is_aside = re.search(r"[^\W\d][\w’'-]+,\s$", before) and re.match(r",\s|\s+and\s+[A-Z]", after)
    if is_age or is_aside or text.pattern("uncounted_before").match(after):  # 'Anna Orla, 34,'
        return False
    score = _SCORE.search(text, max(0, start - 3), end + 3)
    if score and (score[1] == "0" or int(score[1]) >= int(score[2])):
        return False
    if _YEAR.fullmatch(printed):
        noun = re.match(r"\s+([a-z]*(?:s|people|children|men|women))\b", after)
        is_counted = noun and noun[1] not in text.words("stops")
        return bool(is_counted) and not re.search(r"\b(?i:in|since|by)\s$", before)
    if printed in ("zero", "one"):
        return bool(text.pattern(f"{printed}_counts").match(text, start))
    limits = text.table.get("before", {}).values()  # 'unos'
    is_limit = any(re.fullmatch(words, printed, re.IGNORECASE) for words in limits)
    is_article = printed in text.words("articles")
    return not (is_limit or is_article or text.pattern("multiple").fullmatch(printed))


def _is_name(text: Paragraph, start: int, end: int) -> bool:
    """Whether a number is a part of a name: 'flight 17', 'posts 542 and 543', 'World Cup 2018'."""
    before = text.before(start)
    if text.pattern("designated").search(before):
        return True
    word = re.search(r"([A-Z][\w’'.-]*)[\s(#]+$", before)
    begins = word and re.search(r"(?:^|[–—.!?:\"“])\s*$", before[: word.start()])
    counted = re.match(r"\s+[a-z]\w*s\b|\s*%|\s+per\s?cent|\s+people", text.after(end))
    is_plain = text[start].isdigit() and not re.search(r"[.,]\d", text[start:end])
    return bool(word and not begins and is_plain and not counted)


def _is_range(text: Paragraph, last: Candidate, behind: int, start: int, value: float) -> bool:
    """Whether a number ends a range; of '5 to 10 million' the first is read as 5 million too."""
    between = re.sub(r"[$€£¥₹₽]\s?$", "", text[behind:start])
    begin = last.high or last.value
    if not begin or not text.pattern("range").fullmatch(between) or float(begin) >= value:
        return False
    before = text.before(last.start)
    word = before.lower().split()[-1:]
    if word == ["from"] and not text.pattern("ranges").search(before):
        return False  # 'rose from 8 to 12'
    is_range = between.strip().lower() not in ("and", "y", "и", "à", "a")
    return is_range or word in (["between"], ["entre"])


def _describe(text: Paragraph, start: int, end: int, values: list[float]) -> Candidate:
    numbers = sorted({_write(value, text[start:end]) for value in values}, key=float)
    qualifier, first, last = _find_qualifier(text, start, end)
    unit, of_whom, end = _find_unit(text, start, last)
    one = Candidate("number", text.number, first, end, unit=unit, of_whom=of_whom)
    if len(numbers) > 1:
        return replace(one, low=numbers[0], high=numbers[-1], qualifier="range")
    return replace(one, value="".join(numbers), qualifier=qualifier if numbers else "in words")


def _write(value: float, printed: str) -> str:
    """A number with the decimals that are printed: '7.0'."""
    decimals = re.findall(r"[-−]?\b(?:0|[1-9]\d*)[.,]\d+", printed)
    plain = [number.replace(",", ".").replace("−", "-") for number in decimals]
    return next((number for number in plain if float(number) == value), f"{value:.15g}")


def _find_qualifier(text: Paragraph, start: int, end: int) -> tuple[str, int, int]:
    """What limits a number, and from where to where both stand."""
    begin = start
    near = max(0, start - NEAR)
    if currency := _CURRENCY.search(text, near, start):
        begin = currency.start() + (text[currency.start()] == " ")
    before = _find_limits("before", text).search(text, near, begin)
    after = _find_limits("after", text).match(text, end, end + NEAR)
    for side, match in (("before", before), ("after", after)):
        if match:
            name = list(text.table[side])[(match.lastindex or 1) - 1]
            return name, min(begin, match.start()), max(end, match.end())
    return "", begin, end


def _find_limits(side: str, text: Paragraph) -> re.Pattern:
    """What may limit a number before or after it: one group for each qualifier."""
    forms = "|".join(f"({words})" for words in text.table.get(side, {}).values())
    form = rf"\s*(?:{forms})"
    if side == "before":
        form = rf"\b(?:{forms})\s+(?:a\s+further\s+|an?\s+)?$"
    return re.compile(form if forms else "(?!)", re.IGNORECASE)


def _find_unit(text: Paragraph, start: int, end: int) -> tuple[str, str, int]:
    """What is counted: its unit, of whom, and where the words for it end."""
    unit, at = _find_mark(text, start, end)
    if unit:
        return unit, "", at
    in_words = text.pattern("in_words").fullmatch(text, start, end)
    is_many = in_words and text[end - 1] == "s"
    has_noun = not is_many or text.pattern("of").match(text, end)
    words, at = _list_counted(text, end) if has_noun else ([], end)
    counted = " ".join(words)
    if words and _is_of_people(words[-1], text):
        return "people", "" if counted in ("people", "others") else counted, at
    state = re.match(r"\s+(?:others?\s+|more\s+)?([a-z]+)\b", text.after(end))
    is_state = state and state[1] in text.words("states")
    return counted or ("people" if is_state else ""), "", at


def _find_mark(text: Paragraph, start: int, end: int) -> tuple[str, int]:
    """The unit that is written to a number, and where it ends: '$5', '60%', '6.1-magnitude'."""
    after, units = text.after(end), text.table["units"]
    digit = re.search(r"\d", text[start:end])
    if digit and (sign := _CURRENCY.search(text.before(start + digit.start()))):
        money = sign[0].strip()
        return units.get(money[-1], money), end
    if mark := text.pattern("mark").match(after):
        return units[mark[1]], end + mark.end()
    if mark := _HYPHENED.match(after):
        is_plural = mark[1].endswith("s") or mark[1] == "magnitude"
        return mark[1] if is_plural else f"{mark[1]}s", end + mark.end()
    mark = re.match(r"([^\W\d_]{1,4})\b", after)
    return (mark[1], end + mark.end()) if mark else ("", end)


def _list_counted(text: Paragraph, end: int) -> tuple[list[str], int]:
    """The words for what is counted, from behind its number to its noun, and where they end."""
    words: list[str] = []
    of = text.pattern("of").match(text, end)
    at = of.end() if of else end
    for _ in range(_MOST_WORDS):
        token = _TOKEN.match(text, at)
        is_stop = token and token[1].lower() in text.words("stops")
        is_group = of and token and token[1].lower() in text.words("people")
        if not token or "," in token[0] or (is_stop and not is_group):  # '31 of the injured'
            break
        at = token.end()
        word = token[1].rstrip(".’'")
        if word.lower() in text.words("more"):
            continue
        words.append(word)
        is_plural = word.endswith("s") and not word.endswith(("ss", "us", "is", "'s", "’s"))
        is_noun = is_plural or _is_of_people(word, text)
        if not text.words("people_ends"):  # the next that is no adjective: nouns have no such forms
            is_noun = not text.pattern("adjective").fullmatch(word)
        if is_noun or token[1] != word or text[at : at + 1] in (".", ",", ";", ")"):
            return words, at - len(token[1]) + len(word)
    return [], end


def _is_of_people(word: str, text: Paragraph) -> bool:
    """Whether a noun is one of people, by itself or by its end: 'Syrians', 'firefighters'."""
    small, ends = word.lower(), tuple(text.words("people_ends"))
    if not ends or small in text.words("not_people"):
        return False
    is_nation = word[:1].isupper() and word.endswith("s")
    return small in text.words("people") or small.endswith(ends) or is_nation


def _inherit_units(text: Paragraph, found: list[Candidate]) -> list[Candidate]:
    """A number without a noun counts what the one before it in its sentence does: '200 more'."""
    if not text.words("people_ends"):
        return found
    told = found[:1]
    for one in found[1:]:
        last = told[-1]
        is_apart = re.search(r"[.!?]\s", text[last.end : one.start])
        is_of_them = text.pattern("of_them").match(text, one.end)
        is_measure = last.unit in text.words("measures")
        inherits = not (one.unit or is_measure or (is_apart and not is_of_them))
        told.append(replace(one, unit=last.unit, of_whom=last.of_whom) if inherits else one)
    return told


def find_days(text: Paragraph, published: date | None, last: str) -> list[Candidate]:
    """Every date of a paragraph as it is stated, some told from the last: 'May that year'."""
    found: list[Candidate] = []
    for match in text.pattern("date").finditer(text):
        start = max(find_sentence(text, match.start())[0], match.start() - _FAR_BEFORE)
        # What of the sentence up to the end of the date looks ahead; 'by' where nothing else does.
        looks = text.pattern("looks_ahead").finditer(text, start)
        marks = [mark for mark in looks if mark.end() <= match.end()]
        surely = [mark for mark in marks if mark[0].lower() not in ("by", "before")]
        ahead = next(reversed(surely or marks), None)
        told_from = published
        last = found[-1].value if found else last
        needs_last = text.pattern("needs_last").search(match[0])
        if text.pattern("told_from_last").search(match[0]):
            if last and (needs_last or (found and found[-1].start >= start)):
                told_from = first_day(last)
            elif needs_last:
                continue
        again = ahead and text.pattern("looks_back_again").search(text, ahead.end(), match.start())
        is_ahead = bool(ahead or text.pattern("looks_on").match(text, match.end())) and not again
        is_ahead &= not text.pattern("said_then").search(text.before(match.start()))
        if is_ahead and ahead and ahead[0].lower() in ("by", "before"):
            is_ahead = not text.pattern("looks_back").search(_find_clause(text, *match.span()))
        day = _read(match, text, told_from, is_ahead)
        if day:
            part = next((name for name in ("only_year", "only_month") if match[name]), 0)
            found.append(Candidate("date", text.number, *match.span(part), value=day))
    return _join_intervals(text, found)


def _find_clause(text: Paragraph, start: int, end: int) -> str:
    """The words of a date's clause around it; all its sentence where it opens it: 'By Monday,'."""
    first, last = find_sentence(text, start)
    before = text.pattern("clause_ends").split(text[first:start])[-1]
    behind = text[end:last]
    is_open = len(before.split()) < _OPENING
    return behind if is_open else before + text.pattern("clause_ends").split(behind)[0]


def _join_intervals(text: Paragraph, found: list[Candidate]) -> list[Candidate]:
    """Of two days with 'to' or a dash between them, one interval."""
    joined: list[Candidate] = []
    for day in found:
        last = joined[-1] if joined else None
        parted = last and text.pattern("interval").fullmatch(text, last.end, day.start)
        if last and parted:
            between = text.pattern("between").search(text.before(last.start))
            begin, year = last.value, day.value[:4]
            has_year = re.search(r"\d{4}", text[last.start : last.end])
            if year in text[day.start : day.end] and not has_year and len(begin) > len(year):
                begin = year + begin[4:]  # 'between 28 July and 3 August 2020'
                joined[-1] = replace(last, value=begin)
            if begin < day.value and (between or not parted["both"]):
                value = f"{begin}/{day.value}"
                joined[-1] = Candidate("date", day.paragraph, last.start, day.end, value=value)
                continue
        joined.append(day)
    return joined


def _read(found: re.Match, text: Paragraph, published: date | None, ahead: bool) -> str:
    """The day, month, year or interval of one match; '' where it is none."""
    part = {name: words.lower() for name, words in found.groupdict().items() if words}
    table = text.table
    months = table.get("months", {})
    match part:
        case {"iso": day}:
            told = _check(day)
        case {"dotted": day}:
            told = _check("-".join(f"{n:0>2}" for n in day.split(".")[::-1]))
        case {"only_year": years}:  # '2029', '2004-2009', '2029-30'
            begin, *rest = re.findall(r"\d+", years)
            told = "/".join([begin, *(begin[: 4 - len(end)] + end for end in rest)])
        case {"decade": first}:
            told = f"{first}/{int(first) + 9}"
        case {"m3": month, "y3": year}:
            told = f"{year}-{months[month]:02d}"
        case {"m1": month} | {"m2": month}:
            year = part.get("y1") or part.get("y2") or ""
            ends = [int(part[name]) for name in ("d1", "d2", "d3", "d4") if name in part]
            named = text.pattern("weekdays").match(found[0].lower())
            if named and published and not year:
                year = _find_year(published, months[month], ends[0], table["weekdays"][named[0]])
            placed = [_place(year, months[month], end, published, ahead) for end in ends]
            told = "/".join(filter(None, placed))
        case _:
            told = _tell_from(published, part, table, ahead) if published else ""
    return told


def _tell_from(published: date, part: dict[str, str], table: dict, ahead: bool) -> str:
    """What is told by its distance from the day of publication: 'Monday', 'last month'."""
    months, periods = table.get("months", {}), table.get("periods", {})
    match part:
        case {"near": near}:  # 'yesterday', 'the next day'; of a night its two days
            by = table["days"][near]
            ends = [by] if isinstance(by, int) else by
            told = "/".join(_count_from(published, "D", end) for end in ends)
        case {"span": span}:
            told = _count_from(published, table["spans"][span], -1)
        case {"feast": feast}:
            month, day = map(int, table["feasts"][feast].split("-"))
            told = _place(part.get("y4", ""), month, day, published, ahead)
        case {"nth": _} | {"quarter": _}:
            told = _find_part(published, part, table, ahead)
        case {"whole": period}:
            told = _count_from(published, periods[period], 0)
        case {"weekday": _}:
            told = _find_weekday(published, part, table, ahead)
        case {"ago": _}:  # 'two years ago', 'a day later': at the precision of its unit
            by = _count(part["count"]) * (1 if "after" in part else -1)
            is_near = 0 < abs(by) <= _MOST_AGO
            told = _count_from(published, periods.get(part["unit"], "D"), by) if is_near else ""
        case {"of_year": which, "month_of": month}:  # 'January of last year'
            told = f"{published.year + table['relative'][which]}-{months[month]:02d}"
        case _:
            told = _find_period(published, part, table, ahead)
    return told


def _find_period(published: date, part: dict[str, str], table: dict, ahead: bool) -> str:
    """'the weekend', 'last month', 'in June', 'next January-March'."""
    if "weekend" in part:
        by = -int(not ahead and published.weekday() < _SATURDAY)
    else:
        by = table["relative"][part["shift"]] if "shift" in part else int(ahead)
    month = part.get("only_month") or part.get("weekend") or part["period"]
    if month in table["months"]:
        number = table["months"][month]
        by = int(number < published.month) if by > 0 else -int(number > published.month)
        ends = [number, *([table["months"][part["end_month"]]] if "end_month" in part else [])]
        return "/".join(f"{published.year + by}-{end:02d}" for end in ends)
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
    by = gap < -_MOST_DAYS_BACK if ahead else -(gap > _MOST_DAYS_AHEAD)
    return _check(f"{published.year + by}{here[4:]}")


def _find_year(published: date, month: int, day: int, weekday: int) -> str:
    """The year, beside that of publication, in which a day falls on a weekday; '' of none."""
    told = [_check(f"{published.year + by}-{month:02d}-{day:02d}") for by in (0, 1, -1)]
    right = [day for day in told if day and date.fromisoformat(day).weekday() == weekday]
    return right[0][:4] if right else ""


def _find_weekday(published: date, part: dict[str, str], table: dict, ahead: bool) -> str:
    """The last such day up to that of publication; the next one where it lies ahead."""
    weekday = table["weekdays"][part["weekday"]]
    shift = table.get("relative", {}).get(part.get("of_day"))
    back = (published.weekday() - weekday) % 7
    by = 7 - back if shift == 1 or (ahead and shift is None and back) else -back
    if shift == 0:
        by = weekday - published.weekday()  # 'this Friday'
    return _count_from(published, "D", -7 if shift == -1 and not back else by)


def _find_part(published: date, part: dict[str, str], table: dict, ahead: bool) -> str:
    """'the third quarter', 'the first nine months of 2029': from its first month to its last."""
    order = [*table["nth"].split(), "last", "final"]
    length = {"half": 6, "months": 1}.get(part.get("part", ""), 3) * _count(part.get("many", "a"))
    nth = int(part["quarter"]) - 1 if "quarter" in part else order.index(part["nth"])
    begin = 12 - length if nth >= order.index("last") else nth * length
    of, year = part.get("part_of", ""), published.year
    if of.isdigit():
        year = int(of)
    elif of:
        year += table["relative"].get(of.removesuffix("year").strip(), 0)
    elif begin >= published.month and not ahead:
        year -= 1
    end = begin + length
    return f"{year}-{begin + 1:02d}/{year}-{end:02d}" if 0 <= begin < end <= 12 else ""


def _count_from(published: date, period: str, by: int) -> str:
    """The day, week, month or year that is so many behind that of publication."""
    if period == "weekend":
        sunday = (pd.Period(published, "W") + by).asfreq("D")
        return f"{sunday - 1}/{sunday}"
    if period.startswith("10"):
        return str(published.year + 10 * by)
    told = pd.Period(published, period) + by
    return f"{told.asfreq('M', 'S')}/{told.asfreq('M', 'E')}" if period == "Q" else str(told)


def _count(word: str) -> int:
    """The whole number that a word says, an article too; 0 of any other word."""
    numbers = [1.0] if word in ("a", "an") else [n for _, _, n in find_numbers(word, "en")]
    return int(numbers[0]) if numbers and numbers[0] % 1 == 0 else 0
