"""Numbers as a text prints them: '2,500', '2 500', 'two', 'two-fold', '1.5 million'.

Exact readings only: a text states a number, or it does not.
"""

import re

_UNITS = """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen
fifteen sixteen seventeen eighteen nineteen""".split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_WORDS = {word: n for n, word in enumerate(_UNITS)} | {
    word: 10 * n for n, word in enumerate(_TENS, start=2)
}
_SCALES = {"hundred": 100, "thousand": 1_000, "million": 10**6, "billion": 10**9, "dozen": 12}
_FOLD = {"twice": 2, "double": 2, "doubled": 2, "doubling": 2, "triple": 3, "tripled": 3}

# Languages whose numbers have a decimal point; the others are read with a decimal comma.
POINT_LANGUAGES = frozenset("en zh ja ko th he hi bn ur ms".split())

_SPACES = " \u00a0\u2009\u202f"  # plain, no-break, thin, narrow no-break
_DIGITS = re.compile(rf"(?<![\w.,])\d+(?:[.,{_SPACES}'’]?\d+)*")
_TOKEN = re.compile(r"[^\W\d_]+", re.UNICODE)


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
    return value in _numbers_in_digits(text, language) or value in _numbers_in_words(text)


def _numbers_in_digits(text: str, language: str) -> set[float]:
    """Every number that stands in digits, alone and with the scale word behind it."""
    point = language.split("-")[0].lower() in POINT_LANGUAGES
    numbers = set()
    for match in _DIGITS.finditer(text):
        scale = _SCALES.get(_next_word(text, match.end()), 1)
        # '06 2022' is two numbers, '2 500' may be one: both readings are exact.
        for printed in {match.group(), *match.group().split(" ")}:
            number = _read_digits(printed, point)
            if number is not None:
                numbers |= {number, number * scale}
    return numbers


def _read_digits(printed: str, point: bool) -> float | None:
    """The value of one printed number; None where its separators are not those of a number."""
    group, decimal = (",", ".") if point else (".", ",")
    grouped = rf"\d{{1,3}}(?:[{re.escape(group)}{_SPACES}'’]\d{{3}})+|\d+"
    if not re.fullmatch(rf"(?:{grouped})(?:{re.escape(decimal)}\d+)?", printed):
        return None
    return float(re.sub(rf"[{re.escape(group)}{_SPACES}'’]", "", printed).replace(decimal, "."))


def _next_word(text: str, position: int) -> str:
    match = re.compile(r"[\s-]*([^\W\d_]+)").match(text, position)
    return match.group(1).lower() if match else ""


def _numbers_in_words(text: str) -> set[float]:
    """Every run of number words, as a whole: 'twenty-five' is 25 and neither 20 nor 5."""
    numbers: set[float] = set()
    total, run, open_run = 0, 0, False
    for word in [*(_split_fold(match.lower()) for match in _TOKEN.findall(text)), ""]:
        if word in _WORDS:
            open_run, run = True, run + _WORDS[word]
        elif word in _SCALES and open_run:
            if _SCALES[word] < 1_000:
                run *= _SCALES[word]
            else:
                total, run = total + run * _SCALES[word], 0
        elif word == "and" and open_run:
            continue
        else:
            if open_run:
                numbers.add(float(total + run))
            total, run, open_run = 0, 0, False
            if word in _FOLD:
                numbers.add(float(_FOLD[word]))
    return numbers


def _split_fold(word: str) -> str:
    """'twofold' is a form of 'two'."""
    return word.removesuffix("fold") or word
