"""What a machine can write into a dossier's tables: missing ids, and where an anchor stands."""

from collections.abc import Mapping
from itertools import count
from pathlib import Path

import pandas as pd

from helpers.dossier._dossier import Dossier
from helpers.dossier._loading import raise_faults, read_dossier
from helpers.dossier._reading import read_layout
from helpers.dossier._texts import SourceText, find_fact, read_sources
from helpers.dossier._writing import read_cells, write_cells
from helpers.dossier.schema import FACTS, SOURCES
from helpers.errors import DossierError
from helpers.words import quote_value

_EVIDENCE = ("paragraph", "sha256", "paragraphs")  # the columns that `fix_evidence` writes


def write_ids(folder: Path) -> int:
    """Give an id to each fact that has none, f1, f2 and so on, and tell how many those are.

    Nothing is written where something else is wrong with the header of facts.csv.
    """
    path = folder / FACTS.file
    if any(fault.column != FACTS.key for fault in read_layout(path, FACTS)[2]):
        return 0
    ids = read_cells(path, FACTS, FACTS.key)
    free = (name for n in count(1) if (name := f"f{n}") not in ids.values())
    new = {row: next(free) for row, fact_id in ids.items() if not fact_id}
    write_cells(path, {FACTS.key: new})
    return len(new)


def fix_evidence(
    folder: Path, texts: Mapping[str, str | Path] | None = None, paragraphs: str = ""
) -> tuple[dict[str, int], list[str]]:
    """Write where each anchor stands, and each text's hash and number of paragraphs.

    A paragraph is written where the anchor does not stand in the one that is there, and stands in
    one other alone.

    Parameters
    ----------
    texts, paragraphs
        As for `verify_texts`.

    Returns
    -------
    counts
        How many cells are new, by file.
    left
        Each fact that still has no paragraph, with the reason.

    Raises
    ------
    DossierError
        The dossier has other faults, a text cannot be read, or it may be one of which each line is
        a paragraph and paragraphs does not say: then nothing is written.
    """
    dossier, faults = read_dossier(folder)
    raise_faults(dossier, [fault for fault in faults if fault.column not in _EVIDENCE])
    held = read_sources(dossier, texts, paragraphs)
    for text in held:
        if not paragraphs and (question := text.ask_for_lines()):
            raise DossierError(f"source {text.source_id}: {question}")
    found, left = _find_paragraphs(dossier, held)
    hashes = {text.source_id: text.sha256 for text in held if not text.has_stated_hash}
    numbers = {
        text.source_id: str(len(text.paragraphs)) for text in held if not text.has_stated_count
    }
    cells = {
        FACTS: {"paragraph": found},
        SOURCES: {"sha256": hashes, "paragraphs": numbers},
    }
    for table, columns in cells.items():
        path = folder / table.file
        rows = {key: row for row, key in read_cells(path, table, table.key).items()}
        new = {
            column: {rows[key]: value for key, value in values.items()}
            for column, values in columns.items()
        }
        write_cells(path, new)
    counts = {table.file: sum(map(len, columns.values())) for table, columns in cells.items()}
    return counts, left


def _find_paragraphs(
    dossier: Dossier, held: tuple[SourceText, ...]
) -> tuple[dict[str, str], list[str]]:
    """The paragraphs that are missing or wrong, by fact; and why a fact still has none."""
    facts = dossier.facts.dropna(subset=["anchor"])
    found, left = {}, []
    for text in held:
        for _, fact in facts[facts["source_id"] == text.source_id].iterrows():
            stated = 0 if pd.isna(fact["paragraph"]) else fact["paragraph"]
            stands, why = _find_stands(fact, text)
            if len(stands) == 1 and stated != stands[0]:
                found[fact["fact_id"]] = str(stands[0])
            elif not stated:
                left.append(f"fact {fact['fact_id']}: no paragraph is written, for {why}")
    return found, left


def _find_stands(fact: pd.Series, text: SourceText) -> tuple[list[int], str]:
    """The paragraphs in which a fact stands, and why it is not one."""
    anchor = " ".join(fact["anchor"].split())
    told = {
        number: find_fact(fact, number, text.paragraphs, text.language)
        for number, paragraph in enumerate(text.paragraphs, start=1)
        if anchor in paragraph
    }
    stands = [number for number, (is_found, _) in told.items() if is_found is not False]
    if stands:
        return stands, f"{quote_value(anchor)} stands in paragraphs {', '.join(map(str, stands))}"
    reasons = "; ".join(reason for _, reason in told.values())
    return [], reasons or f"{quote_value(anchor)} stands nowhere in its text"
