"""How a message quotes a value, shows what is not seen, and suggests the word that was meant."""

import difflib
import re
from collections.abc import Callable, Collection, Iterable

# What moves a terminal's cursor or the words around it, and is not seen itself: control and
# direction characters, and halves of characters, which a file's name may hold.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)
_HALF = re.compile("[\ud800-\udfff]")
_SHOWN = 60  # characters of a value that a message repeats
_MOST_KNOWN = 2_000  # words that a misspelt one is compared with
_MOST_SUGGESTIONS = 100  # values of one column that get a suggestion


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
    near = difflib.get_close_matches(word.lower(), [str(k) for k in known], n=1, cutoff=0.6)
    return f"did you mean {near[0]!r}?" if near else ""


def one_of(terms: Iterable[str]) -> str:
    """'one of supersedes, retracts'."""
    return "one of " + ", ".join(terms)


def suggest_each(values: Iterable[str], suggest: Callable[[str], str]) -> dict[str, str]:
    """A suggestion for each of the first values: a long list of faults needs no more."""
    first = list(dict.fromkeys(values))[:_MOST_SUGGESTIONS]
    return {value: suggest(value) for value in first}
