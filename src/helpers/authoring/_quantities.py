"""The numbers that a text counts or measures with: value, unit, qualifier."""

import re
from dataclasses import replace

from helpers.authoring._candidate import WORDS, Candidate, any_of, find_table
from helpers.words import find_numbers

_TO = re.compile(r"\s*(?:-|–|—|\bto\b|\bor\b|\band\b|à|bis|bis zu|y|a|до|и)\s*")
_CLOCK = re.compile(r"\s*(?:[ap]\.?m\b\.?|o['’]clock|uhr\b|час\w*\b)", re.IGNORECASE)
_AGE = re.compile(r"[\s-]*(?:years?|months?|Jahre)[\s-]*(?:old|alt)\b", re.IGNORECASE)
_AGED = re.compile(r"\baged?\s+(?:\d+\s*(?:[-–]|to|and)\s*)?$")
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d")
_CURRENCY = re.compile(r"(?:\b[A-Z]{1,3}\s?)?[$€£¥₹₽]\s?$")
_HYPHENED = re.compile(r"-([^\W\d_]{2,})(?:-[^\W\d_]+)*")
_TOKEN = re.compile(r"[\s,]*?([^\W\d_][\w’'.-]*|%)")
_ONE = re.compile(r"\bone\b", re.IGNORECASE)
_TIMES = re.compile(r"(?:twice|double\w*|triple\w*|doubling|tripling)", re.IGNORECASE)
_MOST_WORDS = 4  # of what is counted


def find_quantities(
    text: str, paragraph: int, language: str, taken: list[Candidate]
) -> list[Candidate]:
    """Every count and measure of a paragraph; no date, age, place in an order or part of a name."""
    table = find_table(language)
    numbers: dict[tuple[int, int], list[float]] = {}
    for start, end, value in find_numbers(text, language):
        is_taken = any(one.overlaps(start, end) for one in taken)
        if (
            not is_taken
            and not _is_name(text, start, end, table)
            and _counts(text, start, end, table)
        ):
            numbers.setdefault((start, end), []).append(value)
    found: list[Candidate] = []
    behind = 0  # where the number before ends
    for (start, end), values in sorted(numbers.items()):
        last = found[-1] if found else None
        span = paragraph, start, end
        if last and _is_range(text, last, behind, start, values[-1]):
            span = paragraph, last.start, end
            found[-1] = _describe(text, span, [float(last.value), *values], table)
        else:
            found.append(_describe(text, span, values, table))
        behind = end
    vague = re.finditer(rf"\b{table.get('vague', '(?!)')}\b", text, re.IGNORECASE)
    for match in vague:
        if not any(one.overlaps(*match.span()) for one in [*taken, *found]):
            found.append(_describe(text, (paragraph, *match.span()), [], table))
    return _inherit_units(text, sorted(found, key=lambda one: one.start), table)


def _counts(text: str, start: int, end: int, table: dict) -> bool:
    """Whether a number may count something: it is no time of day, age, year or 'the new one'."""
    printed, before, after = text[start:end], text[:start], text[end:]
    is_time = _CLOCK.match(after) or re.search(r"[:/]$", before)
    is_age = _AGE.match(after) or _AGED.search(before)
    is_age = is_age or (re.match(r",\s", after) and re.search(r"[A-Z][\w’'-]+,\s$", before))
    is_year = _YEAR.fullmatch(printed) and not (
        re.match(r"\s+(?:[a-z]+s\b|people)", after)
        and not re.search(r"\b(?i:in|since|by)\s$", before)
    )
    rest = re.match(r"[\s-]+([a-z]\w+)", after)
    stops = {*table.get("stops", "").split(), "day", "side", "time"}
    limits = "|".join(table.get("before", {}).values()) or "(?!)"
    if re.fullmatch(limits, printed, re.IGNORECASE):  # 'unos'
        return False
    is_pronoun = _ONE.fullmatch(printed) and not (rest and rest[1] not in stops)
    return not (is_time or is_age or is_year or is_pronoun or _TIMES.fullmatch(printed))


def _is_name(text: str, start: int, end: int, table: dict) -> bool:
    """Whether a number is a part of a name: 'flight 17', 'posts 542 and 543', 'World Cup 2018'."""
    before, after = text[:start], text[end:]
    designators = any_of(table.get("designators", ""))
    if re.search(rf"\b(?i:{designators})\.?\s[\s(#]*(?:\d+\s+and\s+)?$", before):
        return True
    word = re.search(r"([A-Z][\w’'.-]*)[\s(#]+$", before)
    begins = word and re.search(r"(?:^|[.!?:\"“])\s*$", before[: word.start()])
    counted = re.match(r"\s+[a-z]\w*s\b|\s*%|\s+per\s?cent|\s+people", after)
    is_plain = text[start].isdigit() and not re.search(r"[.,]\d", text[start:end])
    return bool(word and not begins and is_plain and not counted)


def _is_range(text: str, last: Candidate, behind: int, start: int, value: float) -> bool:
    """Whether a number is the upper end of a range that the one before it begins."""
    between = re.sub(r"[$€£¥₹₽]\s?$", "", text[behind:start])
    if not last.value or not _TO.fullmatch(between) or float(last.value) >= value:
        return False
    before = text[: last.start].lower().split()[-1:]
    word = between.strip().lower()
    return word not in ("and", "or", "y", "и", "à", "a") or before in (["between"], ["entre"])


def _describe(text: str, span: tuple[int, int, int], values: list[float], table: dict) -> Candidate:
    """A number, or the two ends of a range, with what limits it and what it counts."""
    paragraph, start, end = span
    numbers = sorted({f"{value:.15g}" for value in values}, key=float)
    qualifier, first, last = _find_qualifier(text, start, end, table)
    unit, of_whom, end = _find_unit(text, start, last, table)
    is_range = len(numbers) > 1
    value = numbers[0] if numbers and not is_range else ""
    low, high = (numbers[0], numbers[-1]) if is_range else ("", "")
    return Candidate(
        "number",
        paragraph,
        first,
        end,
        value=value,
        low=low,
        high=high,
        unit=unit,
        of_whom=of_whom,
        qualifier="range" if low else qualifier if numbers else "in words",
    )


def _find_qualifier(text: str, start: int, end: int, table: dict) -> tuple[str, int, int]:
    """What limits a number, and from where to where both stand."""
    begin = start
    if currency := _CURRENCY.search(text[:start]):
        begin = currency.start() + (text[currency.start()] == " ")
    for qualifier, pattern in table.get("before", {}).items():
        limit = re.search(
            rf"\b{pattern}\s+(?:a\s+further\s+|an?\s+)?$", text[:begin], re.IGNORECASE
        )
        if limit:
            return qualifier, limit.start(), end
    for qualifier, pattern in table.get("after", {}).items():
        if limit := re.match(rf"\s*{pattern}", text[end:], re.IGNORECASE):
            return qualifier, begin, end + limit.end()
    return "", begin, end


def _find_unit(text: str, start: int, end: int, table: dict) -> tuple[str, str, int]:
    """What is counted: its unit, of whom, and where the words for it end."""
    after, units = text[end:], WORDS["units"]
    digit = re.search(r"\d", text[start:end])
    sign = _CURRENCY.search(text[: start + digit.start()]) if digit else None
    mark = re.match(rf"[\s-]*({any_of(tuple(units))})(?!\w)", after)
    hyphened = _HYPHENED.match(after)
    attached = re.match(r"([^\W\d_]{1,4})\b", after)
    words, at = _list_counted(text, end, table)
    of_whom = ""
    if sign:
        unit, at = units[sign[0].strip()[-1]], end
    elif mark:
        unit, at = units[mark[1]], end + mark.end()
    elif hyphened:
        unit, at = _pluralise(hyphened[1]), end + hyphened.end()
    elif attached:
        unit, at = attached[1], end + attached.end()
    elif words and _is_of_people(words[-1], table):
        unit, of_whom = "people", " ".join(words)
    elif words:
        unit = " ".join(words)
    else:
        state = re.match(r"\s+(?:others?\s+|more\s+)?([a-z]+)\b", after)
        unit = "people" if state and state[1] in table.get("states", "").split() else ""
    return unit, "" if of_whom in ("people", "others") else of_whom, at


def _list_counted(text: str, end: int, table: dict) -> tuple[list[str], int]:
    """The words for what is counted, from behind its number to its noun, and where they end."""
    stops = set(table.get("stops", "").split())
    words: list[str] = []
    of = re.match(r"\s+of\b(?:\s+(?:the|its|their)\b)?", text[end:])
    at = end + of.end() if of else end
    for _ in range(_MOST_WORDS):
        token = _TOKEN.match(text, at)
        if not token or "," in token[0] or token[1].lower() in stops:
            break
        at = token.end()
        word = token[1].rstrip(".’'")
        if word.lower() in ("more", "other", "others", "further", "additional", "another"):
            continue
        words.append(word)
        if _is_noun(word, table) or text[at : at + 1] in (".", ",", ";", ")"):
            return words, at - len(token[1]) + len(word)
    if len(words) == 1 and not table.get("people_ends"):
        return words, at  # the next word, where nouns are not told by their form
    return [], end


def _is_noun(word: str, table: dict) -> bool:
    """Whether a word may be a noun in the plural, or one of people."""
    plural = word.endswith("s") and not word.endswith(("ss", "us", "is", "'s", "’s"))
    return plural or _is_of_people(word, table)


def _is_of_people(word: str, table: dict) -> bool:
    """Whether a noun is one of people, by itself or by its end: 'Syrians', 'firefighters'."""
    small, ends = word.lower(), tuple(table.get("people_ends", "").split())
    if not ends or small in table["not_people"].split():
        return False
    is_nation = word[:1].isupper() and word.endswith("s")
    return small in table["people"].lower().split() or small.endswith(ends) or is_nation


def _pluralise(unit: str) -> str:
    return unit if unit.endswith("s") or unit in ("magnitude",) else f"{unit}s"


def _inherit_units(text: str, found: list[Candidate], table: dict) -> list[Candidate]:
    """A number without a noun counts what the one before it in its sentence does: '200 more'."""
    told: list[Candidate] = []
    for one in found:
        last = told[-1] if told else one
        is_apart = re.search(r"[.!?]\s", text[last.end : one.start])
        if not one.unit and not is_apart and last.unit not in table.get("measures", "").split():
            told.append(replace(one, unit=last.unit, of_whom=last.of_whom))
        else:
            told.append(one)
    return told
