"""Numbers, dates and words of other scripts as British English has them (Babel), and in messages.

A message quotes a value, shows what is not seen, and suggests the word that was meant.
"""

import difflib
import re
from collections.abc import Collection, Iterable
from datetime import date
from decimal import Decimal
from functools import lru_cache

LOCALE = "en_GB"
MISSING = "not stated"
WHOLE = "all"  # what a total counts
_MOST_DIGITS = 21  # of a number that is written out; a longer one has a power of ten
_MOST_COMPACT = 12  # the power of ten of a trillion
_DATE_FORMS = {4: "y", 7: "MMMM y", 10: "d MMMM y"}  # by the length of an ISO date
_NO_LANGUAGES = ("mis", "mul", "und", "zxx")  # codes for many, for none, and for what is not known
_SHORT_FORMS = {7: "MMM", 10: "d MMM"}
# Letters of the blocks that Unicode keeps for right-to-left scripts: no digits, which run the other
# way, and nothing that is not seen.
_RTL = (
    "[\u0590-\u05ff\u0608-\u065f\u066d-\u06ef\u06fa-\u08ff\ufb1d-\ufdff\ufe70-\ufefc"
    "\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
ISOLATE, END = "\u2068", "\u2069"
# Words in a right-to-left script, with what stands between them but for letters of another one; or
# what is isolated already.
_APART = rf"{ISOLATE}[^{END}]*{END}"
_RUN = rf"{_RTL}(?:(?:{_RTL}|[^\w<>&{ISOLATE}{END}]|[\d_])*{_RTL})?"
# What moves a terminal's cursor or the words around it, and is not seen itself: control and
# direction characters, and halves of characters, which a file's name may hold.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)
_HALF = re.compile("[\ud800-\udfff]")
_SHOWN = 60  # characters of a value that a message repeats
_MOST_KNOWN = 2_000  # words that a misspelt one is compared with
Value = Decimal | float | int


def to_decimal(value: Value) -> Decimal:
    """A number with its own digits: 2.50 stays 2.50, but the float 12.0 is 12."""
    return value if isinstance(value, Decimal) else Decimal(str(value).removesuffix(".0"))


def format_number(value: Value) -> str:
    """'2,500', '−0.25', '14.7 million': all stated digits; words where two decimals lose none."""
    return _format_digits(str(to_decimal(value)))


@lru_cache(maxsize=4096)  # by the digits: 7 and 7.0 are equal
def _format_digits(digits: str) -> str:
    from babel.numbers import format_compact_decimal, format_decimal, format_scientific

    number = Decimal(digits)
    power = number.adjusted() // 3 * 3
    decimals = max(0, -int(number.as_tuple().exponent))
    if 6 <= power <= _MOST_COMPACT and number % Decimal(10) ** (power - 2) == 0:
        text = format_compact_decimal(number, format_type="long", locale=LOCALE, fraction_digits=2)
    elif abs(number.adjusted()) >= _MOST_DIGITS:
        text = format_scientific(number, locale=LOCALE, decimal_quantization=False)
    else:
        text = format_decimal(number, "#,##0" + "." * bool(decimals) + "0" * decimals, LOCALE)
    return text.replace("-", "\N{MINUS SIGN}")


def format_date(day: object) -> str:
    """'6 January 2022', 'January 2022', '4 to 6 January 2022': a date with its own precision."""
    if not isinstance(day, str) or not day:  # an empty cell; a test by pandas would import it
        return MISSING
    ends = [_format_day(end, _DATE_FORMS[len(end)]).split() for end in day.split("/")]
    first, last = ends[0], ends[-1]
    if len(first) == len(last):  # what both have in common is said once
        while first and first[-1] == last[len(first) - 1]:
            first = first[:-1]
    return " ".join([*first, "to", *last] if first else last)


def say_when(day: object) -> str:
    """'on 6 January 2022', 'in January 2022', 'over 4 to 6 January 2022', 'on a day not stated'."""
    if not isinstance(day, str) or not day:
        return f"on a day {MISSING}"
    is_day = len(day.split("/")[0]) == len("2022-01-06")
    before = "in" if not is_day else "over" if "/" in day else "on"
    return f"{before} {format_date(day)}"


def format_short_date(day: str, with_year: bool) -> str:
    """'6 Jan', or '6 Jan 2022': a date as it stands in a column."""
    form = _SHORT_FORMS.get(len(day), "")
    return _format_day(day, f"{form} y".strip() if with_year or not form else form)


@lru_cache(maxsize=4096)
def _format_day(day: str, form: str) -> str:
    import babel.dates

    return babel.dates.format_date(date.fromisoformat(f"{day}-01-01"[:10]), form, LOCALE)


@lru_cache
def list_languages() -> dict[str, str]:
    """What English calls each language, by its code (BCP 47)."""
    from babel import Locale

    names = Locale("en").languages.items()
    return {code.replace("_", "-"): name for code, name in names if code not in _NO_LANGUAGES}


def name_language(code: str) -> str:
    """'Kazakh', 'Kazakh (Latn)': what English calls a language; '' where there is none."""
    names, (base, *rest) = list_languages(), code.split("-")
    more = f" ({', '.join(rest)})" if rest else ""
    return names.get(code) or (names[base] + more if base in names else "")


def capitalise(text: str) -> str:
    """A text with a capital letter first and the others as they are."""
    return text[:1].upper() + text[1:]


def slugify(text: str) -> str:
    """A text as part of a file name: small letters and digits, and dashes between words."""
    return re.sub(r"[\W_]+", "-", text.lower()).strip("-")[:40]


def is_right_to_left(text: str) -> bool:
    """Whether a text has letters of a script that runs from right to left."""
    return not text.isascii() and re.search(_RTL, text) is not None  # most are


def isolate(text: str, whole: Collection[str] = (), mark: str = f"{ISOLATE}{{}}{END}") -> str:
    """A text whose right-to-left words leave the order of the words around them as it is.

    Texts in `whole` are isolated as a whole, whatever letters they have; `mark` stands around.
    """
    if not is_right_to_left(text):
        return text
    known = sorted(filter(is_right_to_left, whole), key=len, reverse=True)
    pattern = "|".join([_APART, *map(re.escape, known), _RUN])
    return re.sub(pattern, lambda words: mark.format(words[0].strip(ISOLATE + END)), text)


def quote_value(value: object) -> str:
    """A value as a message shows it: quoted, short, without control characters."""
    text = str(value)
    return repr(text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…")


def escape_unseen(text: str) -> str:
    """A text in which each character that acts unseen stands by its number, as Python writes it."""
    return _UNSEEN.sub(lambda match: ascii(match[0])[1:-1], text)


def name_halves(text: str) -> str:
    """A text of JSON in which each half of a character stands by its number, and is text itself."""
    return _HALF.sub(lambda match: "\\" + ascii(match[0])[1:-1], text)


def did_you_mean(word: str, known: Collection) -> str:
    """A question that names the nearest known word, or nothing where none is near."""
    if len(known) > _MOST_KNOWN:
        return ""
    near = difflib.get_close_matches(word.lower(), [str(k) for k in known], n=1, cutoff=0.7)
    return f"did you mean {near[0]!r}?" if near else ""


def one_of(terms: Iterable[str]) -> str:
    """'one of supersedes, retracts'."""
    return "one of " + ", ".join(terms)
