"""Words of a right-to-left script in sentences that run the other way."""

import re
from collections.abc import Collection

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


def is_right_to_left(text: str) -> bool:
    """Whether a text has letters of a script that runs from right to left."""
    return re.search(_RTL, text) is not None


def isolate(text: str, whole: Collection[str] = (), mark: str = f"{ISOLATE}{{}}{END}") -> str:
    """A text whose right-to-left words leave the order of the words around them as it is.

    Parameters
    ----------
    whole
        Texts that are isolated as a whole where they stand in it, whatever letters they have.
    mark
        What stands around such words.
    """
    if not is_right_to_left(text):
        return text
    known = sorted(filter(is_right_to_left, whole), key=len, reverse=True)
    pattern = "|".join([_APART, *map(re.escape, known), _RUN])
    return re.sub(pattern, lambda words: mark.format(words[0].strip(ISOLATE + END)), text)
