"""Where a dossier lies, and how its folder is read and checked."""

import json
import os
import pickle
import re
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from helpers.dossier import _checks, _package, _reading
from helpers.dossier._dossier import Dossier
from helpers.dossier._faults import Fault, sort_faults
from helpers.dossier.schema import FACTS, PACKAGE, TABLES, Table, Words, read_words
from helpers.errors import DossierError
from helpers.files import look_up_folders
from helpers.words import NUMBERS, did_you_mean, format_count, quote_value

# The environment variable that gives a report's kernel the dossier that was loaded for it: a name,
# and the pickle of what was loaded by that name, in a private folder of who runs the report.
SNAPSHOT = "DOSSIER_SNAPSHOT"
_SMALL = 1_000_000  # bytes of facts: more are read sooner, and take less memory, as Arrow has them
_ZERO = re.compile(r"\d[.,]0(?!\d)")  # of a number in words

few_words = partial(pd.option_context, "mode.string_storage", "python")
"""Hold words as Python does: of few rows some are chosen in a third of the time."""


def list_dossiers() -> list[Path]:
    """The folders of all dossiers that have a name here, the nearest first."""
    found: dict[str, Path] = {}
    for data in look_up_folders("data"):
        for folder in (facts.parent for facts in sorted(data.glob(f"*/{FACTS.file}"))):
            found.setdefault(folder.name, folder)
    return [folder for name, folder in found.items() if name.isprintable()]


def find_dossier(name_or_path: str | Path) -> Path:
    """The folder of a dossier; a DossierError where there is none of that name or at that path."""
    text = str(name_or_path)
    if not text.strip():
        raise DossierError("dossier '': expected a dossier's name, or the path of its folder")
    if _is_folder(text):
        folder = Path(text).resolve()
        if not folder.name.isprintable():
            wrong = "the folder's name has characters that nobody sees"
            raise DossierError(f"dossier {quote_value(text)}: {wrong}")
        return folder
    for data in look_up_folders("data"):
        if Path(text).name == text and _is_folder(data / text):
            return (data / text).resolve()
    names = [folder.name for folder in list_dossiers()]
    hint = did_you_mean(text, names) or f"the dossiers here are {', '.join(names) or 'none'}"
    raise DossierError(f"dossier {quote_value(text)}: no such dossier or folder ({hint})")


def _is_folder(path: str | Path) -> bool:
    return os.path.isdir(path)  # noqa: PTH112 - no error where a name is too long


def load_dossier(name_or_path: str | Path) -> Dossier:
    """Load a dossier by its name, or by the path of its folder.

    A DossierError where there is none, or it has faults (the message names the first twenty).
    """
    name, snapshot = json.loads(os.environ.get(SNAPSHOT, "[null, null]"))
    if name == str(name_or_path):
        return pickle.loads(Path(snapshot).read_bytes())
    dossier, faults = read_dossier(find_dossier(name_or_path))
    raise_faults(dossier, faults, name_or_path)
    return dossier


def raise_faults(dossier: Dossier, faults: list[Fault], name: str | Path = "") -> None:
    """Raise a DossierError that names the first twenty of some faults, if there are any."""
    shown = [str(fault) for fault in faults[:20]]
    if len(faults) > 20:
        shown.append(f"and {len(faults) - 20} more: dossier check {name or dossier.name} lists all")
    if shown:
        lines, count = "\n  ".join(shown), format_count(len(faults), "fault")
        raise DossierError(f"dossier {dossier.name} has {count}:\n  {lines}")


def read_dossier(folder: Path) -> tuple[Dossier, list[Fault]]:
    """A dossier as far as it can be read, and all its faults."""
    folder = Path(folder).absolute()
    with suppress(OSError):
        if (folder / FACTS.file).stat().st_size > _SMALL:
            return _read_dossier(folder)
    with few_words():
        return _read_dossier(folder)


def _read_dossier(folder: Path) -> tuple[Dossier, list[Fault]]:
    frames, digests = {}, {}
    package, digest, faults = _package.read_package(folder)
    words, _ = read_words(package)
    is_read = all(fault.column for fault in faults)  # else it is of the whole file
    tables = [table.use_words(words if is_read else None) for table in TABLES]
    for table in tables:
        frame, found = _reading.read_table(folder / table.file, table)
        faults += found
        if frame is not None:
            frames[table.name] = frame
            digests[table.file] = frame.attrs.pop("sha256")
    if "facts" in frames:
        _drop_zeros(frames["facts"], words)
    if {"facts", "sources"} <= set(frames):  # a fact may have its source's day and speaker
        facts, columns = frames["facts"], ["source_id", "published", "default_speaker"]
        source = _checks.look_up(facts["source_id"], frames["sources"][columns], "source_id")
        facts["stated"] = facts["stated"].fillna(source["published"])
        facts["asserted_by"] = facts["asserted_by"].fillna(source["default_speaker"])
    found = _checks.check_tables(frames, {table.name: table for table in tables})
    emptied = {(fault.file, fault.row, fault.column) for fault in faults}
    for table in tables:
        of_table = [fault for fault in found if fault.file == table.file]
        for one in _reading.show_as_typed(folder / table.file, table, of_table):
            # Not that a cell is empty which was emptied for a fault of its own.
            places = [(one.file, row, one.column) for row in (one.row, 1)]
            faults += [one] if one.value or emptied.isdisjoint(places) else []
    texts, strange = _read_texts(folder)
    if "facts" in frames and not faults:
        # With a text at hand the dossier is one that was begun: its facts are still to come.
        if frames["facts"].empty and not texts:
            faults.append(Fault(FACTS.file, None, "", "", "has a header only; expected facts"))
        elif words.lead:
            faults += _package.check_lead(words, frames["facts"])
    if digest:
        digests[PACKAGE] = digest
    for table in tables:
        frame = frames[table.name] if table.name in frames else _make_empty(table)
        frames[table.name] = frame if table.name == "places" else frame.reset_index(drop=True)
    whole: dict[str, Any] = {f"_{name}": frame for name, frame in frames.items()}
    whole |= {"_all_facts": frames["facts"], "digests": digests, "texts": texts}
    title = package.get("title", folder.name)
    dossier = Dossier(folder.name, title, folder, words=words, **whole)
    return dossier, sort_faults(faults + strange)


def _make_empty(table: Table) -> pd.DataFrame:
    return pd.DataFrame({one.name: pd.Series([], dtype=one.dtype) for one in table.columns})


def _drop_zeros(facts: pd.DataFrame, words: Words) -> None:
    """Make 12 of 12.0 where its words have no such zero: a program writes whole columns so.

    Where there are no words, a number of what is measured stays as it is.
    """

    def shorten(number: Any, anchor: str, unit: str) -> Any:
        if not str(number).endswith(".0"):
            return number
        is_stated = _ZERO.search(anchor) if anchor else words.find_unit(unit).measured
        return number if is_stated else number.to_integral_value()

    about = facts["anchor"].fillna(""), facts["unit"].fillna("")
    for name in NUMBERS:
        if not any(str(number).endswith(".0") for number in facts[name].dropna()):
            continue
        numbers = [*map(shorten, facts[name], *about)]
        facts[name] = pd.Series(numbers, facts.index, dtype=object)


def _read_texts(folder: Path) -> tuple[dict[str, bytes], list[Fault]]:
    """The texts that are kept with a dossier, by source; none that lies elsewhere."""
    texts, faults = {}, []
    for path in sorted(folder.glob("sources/*.txt")):
        name = f"sources/{path.name}"
        if not name.isprintable():
            faults.append(Fault(ascii(name), None, "", "", "expected a name that can be printed"))
        elif path.is_file() and Path(os.path.realpath(path)).is_relative_to(folder.resolve()):
            texts[path.stem] = path.read_bytes()
        else:
            faults.append(Fault(name, None, "", "", "expected a file that lies in this folder"))
    return texts, faults
