"""The numbers that a text counts or measures with: value, unit, qualifier."""

import re

from helpers.authoring._candidate import WORDS, Candidate, any_of, find_table, leave_out
from helpers.words import find_numbers

_TO = re.compile(r"\s*(?:-|–|—|\bto\b|\bor\b|\band\b|à|bis|bis zu|y|a|до|и)\s*")
_CLOCK = re.compile(r"\s*(?:[ap]\.?m\b\.?|o['’]clock|uhr\b|час\w*\b)", re.IGNORECASE)
_AGE = re.compile(
    r"[\s-]*(?:years?|months?|ans|años|лет|Jahre)[\s-]*(?:old\b|alt\b)", re.IGNORECASE
)
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
    for start, end, value in leave_out(find_numbers(text, language), taken):
        if _counts(text, start, end, table):
            numbers.setdefault((start, end), []).append(value)
    found: list[Candidate] = []
    behind = 0  # where the number before ends
    for (start, end), values in sorted(numbers.items()):
        last = found[-1] if found else None
        if last and _is_range(text, last, behind, start, values[-1]):
            found[-1] = _describe(text, paragraph, last.start, end, table, values, last.value)
        else:
            found.append(_describe(text, paragraph, start, end, table, values))
        behind = end
    vague = re.compile(rf"\b{table['vague']}\b", re.IGNORECASE) if table else re.compile("(?!)")
    words = leave_out((match.span() for match in vague.finditer(text)), [*taken, *found])
    found += [_describe(text, paragraph, start, end, table, []) for start, end in words]
    return _inherit_units(text, sorted(found, key=lambda one: one.start))


def _counts(text: str, start: int, end: int, table: dict) -> bool:
    """Whether a number counts or measures something."""
    printed, before, after = text[start:end], text[:start], text[end:]
    word = re.search(r"([\w’'.-]+)[\s(#]*$", before)
    name = word[1] if word else ""
    begins = not before.strip() or re.search(r"[.!?:\"“]\s*[\w’'.-]+[\s(]*$", "." + before)
    if (
        _CLOCK.match(after)
        or _AGE.match(after)
        or re.search(r"[:/]$|\baged?\s+(?:\d+\s*(?:[-–]|to|and)\s*)?$", before)
    ):
        return False
    if re.match(r"\s*,\s", after) and re.search(r"[A-Z][\w’'-]+,\s$", before):
        return False  # 'Muhammad Amin, 34, said'
    if name.lower().rstrip(".") in table.get("designators", "").split():
        return False
    if re.search(rf"\b(?:{any_of(table.get('designators', ''))})\s+\d+\s+and\s+$", before):
        return False
    if re.search(r"\b(?:19|20)\d\ds?$", printed) and _YEAR.fullmatch(printed):
        if not re.match(r"\s+[a-z]+s\b|\s+people", after) or name.lower() in ("in", "since", "by"):
            return False
    if _ONE.fullmatch(printed):
        rest = re.match(r"[\s-]+([a-z]\w+)", after)
        return bool(rest) and rest[1] not in {
            *table.get("stops", "").split(),
            "day",
            "side",
            "time",
        }
    if _TIMES.fullmatch(printed):
        return False
    is_name = name[:1].isupper() and not begins and printed[0].isdigit()
    counted = re.match(r"\s+[a-z]\w*s\b|\s*%|\s+percent|\s+per cent|\s+people", after)
    return not is_name or bool(counted) or bool(re.search(r"[.,]\d", printed))


def _is_range(text: str, last: Candidate, behind: int, start: int, value: float) -> bool:
    """Whether a number is the upper end of a range that the one before it begins."""
    between = re.sub(r"[$€£¥₹₽]\s?$", "", text[behind:start])
    if not last.value or not _TO.fullmatch(between) or float(last.value) >= value:
        return False
    before = text[: last.start].lower().split()[-1:]
    word = between.strip().lower()
    return word not in ("and", "or", "y", "и", "à", "a") or before in (["between"], ["entre"])


def _describe(
    text: str,
    paragraph: int,
    start: int,
    end: int,
    table: dict,
    values: list[float],
    low: str = "",
) -> Candidate:
    """A number with what limits it and what it counts."""
    numbers = sorted({f"{value:.15g}" for value in values}, key=float)
    qualifier, first, last = _find_qualifier(text, start, end, table)
    unit, of_whom, end = _find_unit(text, start, last, table)
    ends = [low, numbers[-1]] if low else numbers if len(numbers) > 1 else []
    return Candidate(
        "number",
        paragraph,
        first,
        end,
        value=numbers[0] if numbers and not ends else "",
        low=ends[0] if ends else "",
        high=ends[-1] if ends else "",
        unit=unit,
        of_whom=of_whom,
        qualifier="range" if ends else qualifier if numbers else "in words",
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
    if sign := _CURRENCY.search(text[: _first_digit(text, start, end)]):
        return WORDS["units"][sign[0].strip()[-1]], "", end
    after = text[end:]
    for mark, unit in WORDS["units"].items():
        if match := re.match(rf"[\s-]*{re.escape(mark)}(?!\w)", after):
            return unit, "", end + match.end()
    if measure := _HYPHENED.match(after):
        return _pluralise(measure[1]), "", end + measure.end()
    if attached := re.match(r"([^\W\d_]{1,4})\b", after):
        return attached[1], "", end + attached.end()
    words, at = _list_counted(text, end, table)
    if words and words[-1].lower() in _list_people(table, words[-1]):
        noun = " ".join(words)
        return "people", "" if noun in ("people", "others") else noun, at
    if words:
        return " ".join(words), "", at
    state = re.match(r"\s+(?:others?\s+|more\s+)?([a-z]+)\b", after)
    is_state = state and state[1] in table.get("states", "").split()
    return "people" if is_state and state[1] not in ("are", "were", "had", "have") else "", "", end


def _first_digit(text: str, start: int, end: int) -> int:
    digit = re.search(r"\d", text[start:end])
    return start + digit.start() if digit else start


def _list_counted(text: str, end: int, table: dict) -> tuple[list[str], int]:
    """The words for what is counted, from behind its number to its noun, and where they end."""
    stops = set(table.get("stops", "").split())
    words: list[str] = []
    at = end
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
    small = word.lower()
    plural = small.endswith("s") and not small.endswith(("ss", "us", "is", "'s", "’s"))
    return plural or small in _list_people(table, word)


def _list_people(table: dict, word: str) -> set[str]:
    """The nouns of people, and the word itself where it ends as they do."""
    small = word.lower()
    known = set(table.get("people", "").lower().split())
    ends = tuple(table.get("people_ends", "").split())
    if ends and small.endswith(ends) and small not in table["not_people"].split():
        known.add(small)
    return known | ({small} if word[:1].isupper() and word.endswith("s") and ends else set())


def _pluralise(unit: str) -> str:
    return unit if unit.endswith("s") or unit in ("magnitude",) else f"{unit}s"


def _inherit_units(text: str, found: list[Candidate]) -> list[Candidate]:
    """A number without a noun counts what the one before it in its sentence does: '200 more'."""
    from dataclasses import replace

    told: list[Candidate] = []
    for one in found:
        last = told[-1] if told else None
        if not one.unit and last and not re.search(r"[.!?]\s", text[last.end : one.start]):
            one = replace(one, unit=last.unit, of_whom=last.of_whom)
        told.append(one)
    return told
