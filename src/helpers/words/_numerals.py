"""Numbers as a text prints them: '2,500', '2 500', 'two', 'two-fold', '1.5 million', '2½'.

Exact readings only, of a number as a whole. The words of each language stand in `numerals.toml`.
text2num reads those of French, German and Spanish, which put them together ('zweitausend'); it
knows no Russian and no Kazakh, no halves, no scale behind digits. Tried in English it took
'hundreds' for 100 and 'o' for 0: there a table reads better.
"""

import re
import tomllib
from collections.abc import Collection, Iterable, Iterator
from functools import cache
from math import inf, isnan, nan
from pathlib import Path
from typing import NamedTuple
from unicodedata import numeric

from helpers.words._formats import Value

_FILE = Path(__file__).with_name("numerals.toml")
_TABLES = tomllib.loads(_FILE.read_text(encoding="utf-8"))
_POINT_LANGUAGES = frozenset(_TABLES["point"].lower().split())
CURRENCIES = _TABLES["currencies"]
_UNREAD_SCALES = tuple(_TABLES["unread_scales"])
# Letters of scripts that write no space between words: '死者12名'.
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u30ff\u3400-\u9fff\uac00-\ud7af"
# All that may be one printed number: it is read as a whole, or not at all.
_DIGITS = re.compile(
    rf"(?<![^\W{_UNSPACED}])(?:(?:{CURRENCIES})\s?|(?<![.,]))"
    r"(?P<printed>(?:(?<![\w-])[-−]|(?<![\w–])(?<!\d\s)–)?\d+(?:[.,'’٫٬，:/⁄]\d+|\s\d+)*)"
)
_MINUS = str.maketrans("−–", "--")
_FRACTION = re.compile(r"(?:(\d+)\s)?(\d+)[/⁄](\d*[1-9]\d*)")
_MAYBE_GROUPS = re.compile(r"(?<!\d)\d{1,3}\s\d{3}(?!\d)")
_VULGAR = re.compile("[¼-¾⅐-⅞]")
_WORD = re.compile(r"[^\W\d_]+")
_GAP, _SPACE, _DASHES = r"[\s-]*", r"[\s-]+", "-‐‑–—"
_GROUP_MARKS = r"\s'’٬"
# What a number begins with; a scale does only where it is one alone ('mille').
_BEGINS = ("digits", "word", "fraction", "part", "minus")
# What goes on with any number.
_FOLLOWS = ("scale", "half", "multiple", "fraction", "share", "spoil", "place")


def _list_words(table: dict[str, str | list[str]]) -> dict[str, float]:
    """The value of each word or phrase of a table, in small letters."""
    return {
        word.lower(): float(value)
        for value, words in table.items()
        for word in (words.split() if isinstance(words, str) else words)
    }


def _list_changes(table: dict) -> list[str]:
    """Words that make another number of one in digits, before or behind it, as patterns."""
    scales = [*_list_words(table.get("scales", {})), *_list_words(table.get("attached", {}))]
    shares = [rf"[0-9]\s+(?:{table['shares']})"] if table.get("shares") else []
    words = map(re.escape, table["and_half"] + table.get("minus", "").split())
    return [*words, *shares, *(rf"[0-9][\s-]*{re.escape(word)}" for word in scales)]


_LANGUAGES = [table for table in _TABLES.values() if isinstance(table, dict)]
CHANGES_NUMBER = "(?i)" + "|".join(word for one in _LANGUAGES for word in _list_changes(one))


class _Piece(NamedTuple):
    start: int
    end: int
    kind: str
    value: float = nan


def states_number(text: str, value: Value, language: str = "en") -> bool:
    """Whether a text states a value, as its language (ISO 639) has it in digits or in words."""
    return any(number == float(value) for _, _, number in find_numbers(text, language))


def find_numbers(text: str, language: str = "en") -> Iterator[tuple[int, int, float]]:
    """Every number of a text: start, end, value; '2 to 3 million' has both 2 and 2000000."""
    return (found for found in _read(text, language) if not isnan(found[2]))


def read_scale(unit: object, language: str = "en") -> int:
    """By what a number of a unit counts: 1000000 of 'million euros', 1 of 'euros'."""
    read = find_numbers(f"2 {unit}", language)
    return next((int(number) // 2 for start, end, number in read if start == 0 and end > 1), 1)


def find_unread(text: str, language: str = "en") -> Iterator[tuple[int, int]]:
    """Where a text may state a number that is not read: 'two thirds', or other languages."""
    return ((start, end) for start, end, number in _read(text, language) if isnan(number))


def find_ordinals(text: str) -> Iterator[int]:
    """The place in an order that each English word of a text states: 2 for 'second'."""
    table = _TABLES["en"]
    places = _list_words(table["ordinals"])
    tens = {word: number for word, number in _list_words(table["words"]).items() if number >= 20}
    pattern = rf"\b(?:({'|'.join(tens)})[\s-]+)?({'|'.join(places)})\b"
    for ten, place in re.findall(pattern, text, re.IGNORECASE):
        yield int(tens.get(ten.lower(), 0) + places[place.lower()])


def find_foreign_digits(
    text: str, known: Collection[float], languages: Iterable[str]
) -> Iterator[str]:
    """The printed numbers that are no known number, or part of one, in any of the languages."""
    found: list[tuple[int, int, float]] = []
    for language in dict.fromkeys(languages):
        for start, end, number in _read(text, language):
            printed = text[start:end]
            if re.search(r"\d", printed):
                found.append((start, end, number))
            if re.fullmatch(r"[\d\s]+", printed):  # '2 500' may be two numbers
                parts = re.finditer(r"\d+", printed)
                found += [(start + m.start(), start + m.end(), float(m[0])) for m in parts]
    sizes = {abs(number) for number in known}
    held = [(start, end) for start, end, number in found if abs(number) in sizes]
    last = 0
    for start, end, number in sorted(found, key=lambda at: (at[0], -at[1])):
        is_held = any(start < to and at < end for at, to in held)
        if start >= last and not is_held and not isnan(number):
            last = end
            yield text[start:end]


def reads_point(language: str) -> bool:
    """Whether a language's numbers have a decimal point, and not a decimal comma."""
    language = language.lower()
    return bool({language, _base(language)} & _POINT_LANGUAGES)


def _base(language: str) -> str:
    return language.split("-", maxsplit=1)[0].lower()


def _read(text: str, language: str) -> Iterator[tuple[int, int, float]]:
    """Every number of a text with its value, which is NaN where it is not read."""
    table = _TABLES.get(_base(language), {})
    groups: list[list[_Piece]] = []
    for piece in _find_pieces(text, language, table):
        if groups and _joins(groups[-1], text[groups[-1][-1].end : piece.start], piece, table):
            groups[-1].append(piece)
        else:
            groups.append([piece])
    numbers = []
    for group in groups:
        alone = text[group[0].start : group[0].end].lower() in table.get("alone", "").split()
        if (value := _evaluate(group, alone)) is not None:
            numbers.append((group, value))
    for i, (group, value) in enumerate(numbers):
        start, end = group[0].start, group[-1].end
        yield start, end, value
        if len(group) == 1 and i + 1 < len(numbers):  # '2 to 3 million' may be 2 million to 3
            after = numbers[i + 1][0]
            between = text[end : after[0].start]
            is_range = between.strip().lower() in [*_DASHES, *table.get("range", "").split()]
            if is_range and after[-1].kind == "scale":
                yield start, end, value * after[-1].value


def _find_pieces(text: str, language: str, table: dict) -> list[_Piece]:
    pieces = list(_find_digits(text, reads_point(language)))
    pieces += [_Piece(*m.span(), "fraction", numeric(m[0])) for m in _VULGAR.finditer(text)]
    if not table:
        return pieces + [_Piece(*match.span(), "unknown") for match in _WORD.finditer(text)]
    pattern, values = _compile(_base(language))
    for match in pattern.finditer(text):
        kind, key = match.lastgroup or "", " ".join(match[0].lower().split())
        value = values.get(kind, {}).get(key, nan)
        pieces.append(_Piece(*match.span(), "scale" if kind == "attached" else kind, value))
    if table.get("library"):
        for piece in pieces:
            text = text[: piece.start] + "|" * (piece.end - piece.start) + text[piece.end :]
        pieces += _ask_library(text, _base(language))
    return sorted(pieces)


@cache
def _compile(language: str) -> tuple[re.Pattern, dict[str, dict[str, float]]]:
    """The pattern of all pieces in words of one language, each a group, and their values."""
    table = _TABLES[language]
    words, scales, attached, parts = (
        _list_words(table.get(name, {})) for name in ("words", "scales", "attached", "parts")
    )
    folds = table.get("multiple", "").split()
    multiple, scale = _any_of(folds), _any_of(scales)
    end = r"(?![^\W_])"
    places, shares, spoils = (table.get(name, "(?!)") for name in ("places", "shares", "spoils"))
    kinds = {
        "never": table["never"],
        "half": rf"(?:{_any_of(table['and_half'])}){end}",
        "part": rf"(?:{_any_of(parts)})(?={_GAP}(?:{scale}){end})",
        "minus": rf"(?:{_any_of(table.get('minus', '').split())}){end}",
        "attached": rf"(?<=\d)(?:{_any_of(attached)}){end}",
        "place": rf"(?<=\d)(?:{places}){end}",
        "scale": rf"(?:{scale}){end}",
        "word": rf"(?:{_any_of(words)})(?:(?:{multiple}){end}|{end})",
        "multiple": rf"(?:{multiple}){end}",
        "share": rf"(?:{shares}){end}",
        "spoil": rf"(?:{spoils}){end}",
        "unclear": rf"(?:{table['unclear']}){end}",
    }
    words |= {word + fold: number for word, number in words.items() for fold in folds}
    values = {"part": parts, "attached": attached, "scale": scales, "word": words}
    pattern = "|".join(f"(?P<{kind}>{words})" for kind, words in kinds.items())
    # A piece begins where a word does, or right behind digits.
    begin = rf"(?:(?<![^\W_])|(?<=\d)(?=(?:{_any_of(attached)}|{scale}|{places}){end}))"
    return re.compile(f"{begin}(?:{pattern})", re.IGNORECASE), values


def _any_of(words: Iterable[str]) -> str:
    """A pattern of any of some words or phrases, the longest first; of nothing where none are."""
    ordered = sorted(words, key=len, reverse=True)
    return "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in ordered) or "(?!)"


class _Token(str):
    """A word or a mark, as text2num takes it."""

    __slots__ = ()
    text, text_lowercase = str.__str__, str.lower

    def nt_separated(self, *_) -> bool:
        return False

    not_a_number_part = nt_separated


def _ask_library(text: str, language: str) -> Iterator[_Piece]:
    from text_to_num import find_numbers as find_words

    multiple = _any_of(_TABLES[language].get("multiple", "").split())
    words = rf"[^\W\d_]+?(?=(?:{multiple})(?![^\W_]))|[^\W\d_]+|\d+|."
    found = list(re.finditer(words, text, re.DOTALL))
    for number in find_words([_Token(word[0]) for word in found], language, 0.0):
        span = found[number.start].start(), found[number.end - 1].end()
        yield _Piece(*span, "spoil" if number.is_ordinal else "word", number.value)


def _find_digits(text: str, point: bool) -> Iterator[_Piece]:
    """The numbers in digits; NaN for one whose marks are not those of a number."""
    for match in _DIGITS.finditer(text):
        whole = match["printed"]
        parts = [(match.start("printed"), whole)]
        value = _read_digits(whole, point)
        if isnan(value) and not _MAYBE_GROUPS.search(whole):  # '06 2022' is two numbers
            parts = [(parts[0][0] + m.start(), m[0]) for m in re.finditer(r"\S+", whole)]
        for start, printed in parts:
            end = start + len(printed)
            is_cut = text[end : end + 1] in _UNREAD_SCALES
            yield _Piece(start, end, "digits", nan if is_cut else _read_digits(printed, point))


def _read_digits(printed: str, point: bool) -> float:
    """The value of one printed number; NaN where its marks are not those of a number."""
    if fraction := _FRACTION.fullmatch(printed):
        whole, above, below = fraction.groups()
        return int(whole or 0) + int(above) / int(below)
    number, groups, decimal = _compile_digits(point)
    if not number.fullmatch(printed):
        return nan
    return float(decimal.sub(".", groups.sub("", printed)).translate(_MINUS))


@cache
def _compile_digits(point: bool) -> tuple[re.Pattern, re.Pattern, re.Pattern]:
    """The patterns of a number in digits, of what parts its thousands, and of its decimals."""
    group, decimal = (",，", ".٫") if point else (".", ",٫")
    groups = rf"[{re.escape(group)}{_GROUP_MARKS}]"
    thousands = rf"\d{{1,3}}(?:{groups}\d{{3}})+"
    lakhs = rf"\d{{1,2}}(?:[{group}]\d\d)+[{group}]\d{{3}}"
    number = rf"[-−–]?(?:{thousands}|{lakhs}|\d+)(?:[{decimal}]\d+)?"
    return re.compile(number), re.compile(groups), re.compile(f"[{decimal}]")


def _joins(group: list[_Piece], gap: str, after: _Piece, table: dict) -> bool:
    before, in_words = group[-1], group[0].kind != "digits"
    numbers = ("digits", "word", "fraction", "scale", "half", "part")
    match before.kind, after.kind:
        case "minus", "digits" | "word" | "part":
            return bool(re.fullmatch(_SPACE, gap))
        case "unclear", "scale":
            return bool(re.fullmatch(_GAP, gap))
        case kind, other if kind in numbers and other in _FOLLOWS:
            return bool(re.fullmatch(_GAP, gap))
        case "word" | "scale", "word":
            is_linked = before.kind == "scale" and gap.strip().lower() == table.get("link")
            return bool(re.fullmatch(_SPACE, gap)) or (is_linked and in_words)
        case "scale", "digits" if group[0].kind != "scale":
            return bool(re.fullmatch(r"\s+", gap))
    return False


def _evaluate(group: list[_Piece], alone: bool) -> float | None:
    """The value of one number; NaN where it cannot be read, None where there is none."""
    kinds = [piece.kind for piece in group]
    if {"share", "unclear", "unknown"} & set(kinds):
        return nan
    if "place" in kinds or (kinds[0] not in _BEGINS and not (kinds[0] == "scale" and alone)):
        return None
    if "spoil" in kinds:
        return nan
    total, run, sign = 0.0, 0.0, 1
    below = large = inf  # what the next number and the next scale must not reach
    for _, _, kind, value in group:
        if kind == "minus":
            sign = -1
        elif kind == "half":  # 'two and a half million', 'deux millions et demi'
            total, run = (total, run + 0.5) if run else (total + large / 2, 0.0)
        elif kind == "scale" and value < 1000:
            run, below = (run or 1) * value, value
        elif kind == "scale":
            if total and (not run or value > large):  # 'two thousand million'
                total = (total + run) * value
            else:
                total += (run or 1) * value
            run, below, large = 0.0, value, value
        elif kind != "multiple":
            if not value < below:
                return nan
            digits = f"{value:.15g}"  # 10 behind 'twenty', 1 behind 'five'
            room = 10.0 ** (len(digits) - len(digits.rstrip("0")))
            run, below = run + value, room if value % 1 == 0 and value else 0.0
    return sign * (total + run)
