"""Numbers as a text prints them: '2,500', '2 500', 'two', 'two-fold', '1.5 million'.

Exact readings only: a text states a number, or it does not.
"""

import re
from collections.abc import Collection, Iterable, Iterator

_UNITS = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
    "nineteen",
]  # fmt: skip
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_WORDS = {word: n for n, word in enumerate(_UNITS)} | {
    word: 10 * n for n, word in enumerate(_TENS, start=2)
}
_SMALL_SCALES = {"dozen": 12, "hundred": 100}
_LARGE_SCALES = {
    "thousand": 10**3, "lakh": 10**5, "million": 10**6, "mn": 10**6, "crore": 10**7,
    "billion": 10**9, "bn": 10**9, "trillion": 10**12,
}  # fmt: skip
_SCALES = _SMALL_SCALES | _LARGE_SCALES
_FOLD = {
    "twice": 2, "double": 2, "doubled": 2, "doubling": 2, "triple": 3, "tripled": 3, "tripling": 3,
}  # fmt: skip

_ORDINAL_UNITS = """first second third fourth fifth sixth seventh eighth ninth tenth eleventh
twelfth thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth""".split()
_ORDINALS = {word: n for n, word in enumerate(_ORDINAL_UNITS, start=1)} | {
    f"{word[:-1]}ieth": _WORDS[word] for word in _TENS
}
_ORDINAL = re.compile(rf"\b(?:({'|'.join(_TENS)})[\s-]+)?({'|'.join(_ORDINALS)})\b", re.IGNORECASE)

# Languages whose numbers have a decimal point; the others are read with a decimal comma.
POINT_LANGUAGES = frozenset(["en", "zh", "ja", "ko", "th", "he", "hi", "bn", "ur", "ms"])

_SPACES = " \u00a0\u2009\u202f"  # plain, no-break, thin, narrow no-break
_DIGITS = re.compile(rf"(?<![\w.,])(?:(?<!-)[-−])?\d+(?:[.,{_SPACES}'’]\d+)*")
_SCALE_BEHIND = re.compile(rf"[\s-]*({'|'.join(_SCALES)})\b", re.IGNORECASE)


def _build_words() -> re.Pattern:
    """A number in English words, as a whole: 'twenty-five' is 25 and neither 20 nor 5."""
    gap, link = r"[\s-]+", r"[\s-]+(?:and\s+)?"
    # 'half a million' and 'a quarter of a million' are no million.
    one = r"(?<!half\s)(?<!half-)(?<!of\s)an?"
    small = rf"(?:(?:{'|'.join(_TENS)})(?:{gap}(?:{'|'.join(_UNITS[1:10])}))?|{'|'.join(_UNITS)})"
    below_1000 = rf"(?:(?:{small}|{one}){gap}hundred(?:{link}{small})?|{small})"
    large = rf"(?:{below_1000}|{one}){gap}(?:{'|'.join(_LARGE_SCALES)})"
    ordinals = "first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|quarter|odd|some"
    return re.compile(
        rf"(?<!\w)(?:{large}(?:{link}{large})*(?:{link}{below_1000})?"
        rf"|(?:{small}|{one}){gap}dozen|{below_1000}|{'|'.join(_FOLD)})"
        rf"(?:fold)?\b(?!-(?:{ordinals}))",
        re.IGNORECASE,
    )


_NUMBER_WORDS = _build_words()


def _build_digits(group: str, decimal: str) -> tuple[re.Pattern, re.Pattern, str]:
    """What a printed number is, what stands between its thousands, and its decimal mark."""
    groups = rf"[{re.escape(group)}{_SPACES}'’]"
    thousands = rf"\d{{1,3}}(?:{groups}\d{{3}})+"
    lakhs = rf"\d{{1,2}}(?:{re.escape(group)}\d\d)+{re.escape(group)}\d{{3}}"
    number = rf"[-−]?(?:{thousands}|{lakhs}|\d+)(?:{re.escape(decimal)}\d+)?"
    return re.compile(number), re.compile(groups), decimal


_POINT, _COMMA = _build_digits(",", "."), _build_digits(".", ",")


def states_number(text: str, value: float, language: str = "en") -> bool:
    """Whether a text states a value, in digits or in English words.

    Parameters
    ----------
    text
        The words to look in.
    value
        The number to look for.
    language
        ISO 639 code of the text: it settles whether '2.500' is 2500 or 2.5.
    """
    return any(number == value for _, _, number in find_numbers(text, language))


def find_numbers(text: str, language: str = "en") -> Iterator[tuple[int, int, float]]:
    """Every number that a text states: where it starts, where it ends, its value.

    A number before a scale word is read both ways: '1.5 million' states 1.5 and 1500000.
    """
    yield from _find_digits(text, reads_point(language))
    for match in _NUMBER_WORDS.finditer(text):
        yield match.start(), match.end(), _read_words(match.group())


def find_ordinals(text: str) -> Iterator[int]:
    """The place in an order that each English word of a text states: 2 for 'second'."""
    for tens, ordinal in _ORDINAL.findall(text):
        yield _WORDS.get(tens.lower(), 0) + _ORDINALS[ordinal.lower()]


def find_foreign_digits(
    text: str, known: Collection[float], languages: Iterable[str]
) -> Iterator[str]:
    """The numbers in digits of a text that are none of some known ones, as they are printed.

    One that is a known number in one of the languages, or a part of one, is not foreign.
    """
    found: list[tuple[int, int, float]] = []
    for language in dict.fromkeys(languages):
        found += _find_digits(text, reads_point(language))
    sizes = {abs(number) for number in known}
    held = [(start, end) for start, end, number in found if abs(number) in sizes]
    last = 0
    for start, end, _ in sorted(found, key=lambda number: (number[0], -number[1])):
        if start >= last and not any(start < to and at < end for at, to in held):
            last = end
            yield text[start:end]


def reads_point(language: str) -> bool:
    """Whether a language's numbers have a decimal point, and not a decimal comma."""
    return language.split("-", maxsplit=1)[0].lower() in POINT_LANGUAGES


def _find_digits(text: str, point: bool) -> Iterator[tuple[int, int, float]]:
    for match in _DIGITS.finditer(text):
        start, whole = match.start(), match.group()
        readings = [(start, whole)]
        if " " in whole:  # '06 2022' is two numbers, '2 500' may be one: both readings are exact
            readings += [(start + part.start(), part[0]) for part in re.finditer("[^ ]+", whole)]
        for at, printed in readings:
            number = _read_digits(printed, point)
            if number is None:
                continue
            end = at + len(printed)
            yield at, end, number
            if scale := _SCALE_BEHIND.match(text, end):
                yield at, scale.end(), number * _SCALES[scale.group(1).lower()]


def _read_digits(printed: str, point: bool) -> float | None:
    """The value of one printed number; None where its separators are not those of a number."""
    number, groups, decimal = _POINT if point else _COMMA
    if not number.fullmatch(printed):
        return None
    return float(groups.sub("", printed).replace(decimal, ".").replace("−", "-"))


def _read_words(printed: str) -> float:
    """The value of one number in words."""
    total, run = 0, 0
    for word in re.findall(r"[^\W\d_]+", printed.lower()):
        if word in _FOLD:
            run = _FOLD[word]
        elif word in _SMALL_SCALES:
            run *= _SMALL_SCALES[word]
        elif word in _LARGE_SCALES:
            total, run = total + run * _LARGE_SCALES[word], 0
        elif word in ("a", "an"):
            run = 1
        else:  # 'and' adds nothing
            run += _WORDS.get(word.removesuffix("fold"), 0)
    return float(total + run)
