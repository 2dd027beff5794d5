"""Cells and rows written into a user's CSV file: what else stands in it stays, to the byte.

A machine writes missing ids, where an anchor stands, and what tells a text from another.
"""

import codecs
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import count
from pathlib import Path

import pandas as pd
import pyarrow as pa

from helpers.dossier import _loading, _reading, _sheet, _texts
from helpers.dossier.schema import FACTS, SOURCES, Table
from helpers.errors import DossierError
from helpers.files import write_whole

_EVIDENCE = ("paragraph", "sha256", "paragraphs")  # the columns that `fix_evidence` writes


def write_ids(folder: Path) -> int:
    """Give an id to each fact that has none, f1, f2 and so on, and tell how many those are."""
    path = folder / FACTS.file
    if any(fault.column != FACTS.key for fault in _reading.read_layout(path, FACTS)[2]):
        return 0
    ids = read_cells(path, FACTS, FACTS.key)
    free = (name for n in count(1) if (name := f"f{n}") not in ids.values())
    new = {row: next(free) for row, fact_id in ids.items() if not fact_id}
    write_cells(path, {FACTS.key: new})
    return len(new)


def fix_evidence(
    folder: Path, texts: _texts.Texts = None, paragraphs: str = ""
) -> tuple[dict[str, int], list[str]]:
    """Write where each anchor stands, and each text's hash and number of paragraphs.

    A paragraph is written where the anchor does not stand in the one that is there, and stands in
    one other alone. Parameters are those of `verify_texts`. Told are how many cells are new, by
    file, and each fact that still has no paragraph, with the reason. A DossierError, and nothing is
    written, where the dossier has other faults, a text cannot be read, or it may be one of which
    each line is a paragraph and paragraphs does not say.
    """
    dossier, faults = _loading.read_dossier(folder)
    _loading.raise_faults(dossier, [fault for fault in faults if fault.column not in _EVIDENCE])
    held = _texts.read_sources(dossier, texts, paragraphs)
    for text in held:
        if not paragraphs and (question := text.ask_for_lines()):
            raise DossierError(f"source {text.source_id}: {question}")
    found, left, facts = {}, [], dossier.facts.dropna(subset=["anchor"])
    for text in held:
        for _, fact in facts[facts["source_id"] == text.source_id].iterrows():
            number, why = _texts.find_footing(fact, text.paragraphs, text.language)
            stated = "" if pd.isna(fact["paragraph"]) else str(fact["paragraph"])
            if number and stated != str(number):
                found[fact["fact_id"]] = str(number)
            elif not stated:
                left.append(f"fact {fact['fact_id']}: no paragraph is written, for {why}")
    hashes = {one.source_id: one.sha256 for one in held if one.sha256 != one.expected_sha256}
    counts = {one.source_id: str(len(one.paragraphs)) for one in held if not one.has_stated_count}
    cells = {FACTS: {"paragraph": found}, SOURCES: {"sha256": hashes, "paragraphs": counts}}
    for table, columns in cells.items():
        path = folder / table.file
        rows = {key: row for row, key in read_cells(path, table, table.key).items()}
        new = {
            column: {rows[key]: value for key, value in values.items()}
            for column, values in columns.items()
        }
        write_cells(path, new)
    return {table.file: sum(map(len, new.values())) for table, new in cells.items()}, left


def read_cells(path: Path, table: Table, column: str) -> dict[int, str]:
    """The cells of a column by row, as a spreadsheet counts rows; '' for an empty one."""
    sheet, _ = _sheet.read_sheet(path, table)
    cells = sheet.columns[column].to_pylist() if column in sheet.columns else [""] * len(sheet.rows)
    return {row: cell or "" for row, cell in zip(sheet.rows.tolist(), cells, strict=True)}


def read_rows(path: Path, table: Table) -> list[dict[str, str]]:
    """The filled cells of each row as texts, without the apostrophe before what looks a formula."""
    columns = _sheet.read_sheet(path, table)[0].columns
    bare = partial(re.sub, _sheet.GUARDED, r"\1")
    rows = pa.table(columns).to_pylist()
    return [{name: bare(cell) for name, cell in row.items() if cell} for row in rows]


def write_cells(path: Path, cells: Mapping[str, Mapping[int, str]]) -> None:
    """Write cells of a file that `read_sheet` reads: the file is replaced whole, or not at all.

    They stand by column and row; the header is row 1. A column that the file lacks comes behind its
    last one. A cell is quoted where the one in its place, or before it, was.
    """
    if not any(cells.values()):
        return
    sheet = _RawSheet.read(path)
    sheet.add_columns(column for column, values in cells.items() if values)
    for column, values in cells.items():
        for number, value in values.items():
            sheet.put(number - 1, column, value)
    sheet.write(path)


def write_row(
    path: Path, table: Table, key: str, cells: Mapping[str, str] | None, at: int | None = None
) -> None:
    """Write one row of a file that `read_sheet` reads, in place of the one that has its key.

    Cells stand by column, the others are emptied; None takes the row out. `at` is before which of
    the other rows it stands, from 0; None leaves it where it was, and a new one comes last.
    """
    sheet = _RawSheet.read(path)
    place = sheet.find(table.key, key)
    row = sheet.rows.pop(place) if place else []
    if place:
        sheet.ends.pop(place)
    if cells is not None:
        sheet.add_columns(column for column, cell in cells.items() if cell)
        if at is not None:
            filled = [number for number, row in enumerate(sheet.rows) if number and any(row)]
            place = filled[at] if at < len(filled) else 0
        place = sheet.insert(place, row)
        for column in sheet.names:
            value = cells.get(column, "")
            is_text = column in table.names and table[column].kind == "text"
            guard = "'" if is_text and re.match(r"[\t\r]|'*[=+\-@]", value) else ""
            sheet.put(place, column, guard + value)
    sheet.write(path)


@dataclass
class _RawSheet:
    """The cells of a CSV file as they are written, quotes and all, and what ends each row."""

    head: bytes
    delimiter: str
    rows: list[list[str]]
    ends: list[str]

    @classmethod
    def read(cls, path: Path) -> "_RawSheet":
        data = path.read_bytes()
        body, delimiter = _sheet.find_delimiter(data.removeprefix(codecs.BOM_UTF8), path.name)
        cell = re.compile(rf'("(?:[^"]|"")*"|[^{delimiter}\r\n]*)({delimiter}|\r\n|\r|\n|\Z)')
        rows: list[list[str]] = [[]]
        ends = []
        for match in cell.finditer(body.decode()):
            rows[-1].append(match[1])
            if match[2] != delimiter:
                ends.append(match[2])
                rows.append([])
        return cls(data[: len(data) - len(body)], delimiter, rows[:-1], ends)

    def write(self, path: Path) -> None:
        rows = zip(self.rows, self.ends, strict=True)
        text = "".join(self.delimiter.join(row) + end for row, end in rows)
        write_whole(path, self.head + text.encode())

    @property
    def names(self) -> list[str]:
        return [cell.strip(' "').lower() for cell in self.rows[0]]

    def add_columns(self, columns: Iterable[str]) -> None:
        """Columns behind the last one, but those that there are."""
        for column in columns:
            if column not in self.names:
                place = len(self.names)
                for row in filter(any, self.rows):
                    self._put(row, place, "" if row is not self.rows[0] else column)

    def put(self, number: int, column: str, value: str) -> None:
        self._put(self.rows[number], self.names.index(column), value)

    def _put(self, row: list[str], place: int, value: str) -> None:
        """Write a cell as its neighbours are, and the empty ones that a row left out before it."""
        row += [""] * (place + 1 - len(row))
        old = row[place].strip()
        if value != (old[1:-1].replace('""', '"') if old.startswith('"') else old):
            before = row[place] or row[max(0, place - 1)]
            needs_quotes = before.startswith('"') or re.search(rf'["\r\n{self.delimiter}]', value)
            row[place] = '"' + value.replace('"', '""') + '"' if needs_quotes else value

    def find(self, column: str, key: str) -> int:
        """The row that has a key, 0 where there is none."""
        if column not in self.names:
            return 0
        at = self.names.index(column)
        rows = enumerate(self.rows[1:], start=1)
        return next((n for n, row in rows if len(row) > at and row[at].strip(' "') == key), 0)

    def insert(self, place: int, row: list[str]) -> int:
        """Put a row in its place, or, where that is 0, before the blank ones at the end."""
        if not place:
            place = 1 + max(n for n, row in enumerate(self.rows) if any(row) or not n)
        end = next((end for end in self.ends if end), "\n")
        self.ends[place - 1] = self.ends[place - 1] or end
        self.rows.insert(place, row)
        self.ends.insert(place, end)
        return place
