"""The editor's own first lines of a report: each number in them names the facts that state it."""

import re
from collections.abc import Iterable

import numpy as np
import pandas as pd

from helpers.dossier._faults import Fault
from helpers.dossier._words import Words, refuse_entry
from helpers.words import NUMBERS, Traced, compose, join, trace_text

_REFERENCE = re.compile(r"\s*\{([^{}]*)\}")
# To the first end of a sentence behind a reference; what follows the last is a part of it.
_SENTENCE = re.compile(r"(?s)\S.*?\{[^{}]*\}.*?(?:[.!?](?=\s+[^\sa-z])|\Z)(?:[^{}]*\Z)?")
_NUMBER = re.compile(r'<data value="([^"]*)" data-fact="([^"]*)"')


def keep_sentences(lead: str, fact_ids: Iterable[str]) -> str:
    """What names these facts alone; a sentence that names none goes with the next."""
    known = set(fact_ids)
    sentences = _SENTENCE.findall(lead) or [lead]
    return " ".join(
        sentence for sentence in sentences if known.issuperset(list_references(sentence))
    )


def list_references(lead: str) -> list[str]:
    """The facts that a lead names."""
    return " ".join(_REFERENCE.findall(lead)).split()


def trace_lead(lead: str, facts: pd.DataFrame) -> Traced:
    """A lead without its references, its numbers those of the facts that follow them."""
    return join("", [text for text, _ in _trace_parts(lead, facts)])


def check_lead(words: Words, facts: pd.DataFrame) -> list[Fault]:
    """Each number of the lead is stated by a fact that the reference behind it names."""
    faults = []
    for text, ids in _trace_parts(words.lead, facts):
        named = facts[facts["fact_id"].isin(ids)]
        lost = [fact_id for fact_id in ids if fact_id not in set(named["fact_id"])]
        faults += [
            refuse_entry(["lead"], f"{{{fact_id}}}", "not the id of a fact") for fact_id in lost
        ]
        values = set(_list_numbers(named))
        for value, _ in _NUMBER.findall(text.__html__()):
            if float(value) not in values and len(lost) == 0:
                expected = "no fact behind it states this number; expected as in '12 {a01} people'"
                faults.append(refuse_entry(["lead"], value, expected))
    return faults


def _trace_parts(lead: str, facts: pd.DataFrame) -> list[tuple[Traced, list[str]]]:
    """What stands before each reference, with the facts that it names; at last what is left."""
    pieces = [*_REFERENCE.split(lead), ""]
    parts = []
    for text, names in zip(pieces[::2], pieces[1::2], strict=True):
        ids = names.split()
        own = _list_numbers(facts[facts["fact_id"].isin(ids)])
        parts.append((trace_text(text, facts=ids, own=own) if text else compose(""), ids))
    return parts


def _list_numbers(facts: pd.DataFrame) -> list[float]:
    """Each number that facts state."""
    numbers = facts[NUMBERS].to_numpy(dtype=float)
    return numbers[~np.isnan(numbers)].tolist()
