"""Cells and rows written into a user's CSV file: what else stands in it stays, to the byte."""

import codecs
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from helpers.dossier._sheet import GUARDED, find_delimiter, read_sheet
from helpers.dossier.schema import Table
from helpers.files import write_whole


def read_cells(path: Path, table: Table, column: str) -> dict[int, str]:
    """The cells of a column by row, as a spreadsheet counts rows; '' for an empty one.

    Raises
    ------
    UnreadableError
        As `read_sheet`.
    """
    sheet, _ = read_sheet(path, table.needs)
    cells = sheet.columns[column].to_pylist() if column in sheet.columns else [""] * len(sheet.rows)
    return {row: cell or "" for row, cell in zip(sheet.rows.tolist(), cells, strict=True)}


def read_rows(path: Path, table: Table) -> list[dict[str, str]]:
    """The filled cells of each row as texts, without the apostrophe before what looks a formula.

    Raises
    ------
    UnreadableError
        As `read_sheet`.
    """
    columns = read_sheet(path, table.needs)[0].columns
    rows = zip(*(cells.to_pylist() for cells in columns.values()), strict=True)
    return [
        {
            name: re.sub(GUARDED, r"\1", cell)
            for name, cell in zip(columns, row, strict=True)
            if cell
        }
        for row in rows
    ]


def write_cells(path: Path, cells: Mapping[str, Mapping[int, str]]) -> None:
    """Write cells of a file that `read_sheet` reads: the file is replaced whole, or not at all.

    Parameters
    ----------
    cells
        The new cells by column and row; the header is row 1. A column that the file lacks comes
        behind its last one. A cell is quoted where the one in its place, or before it, was.
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

    Parameters
    ----------
    cells
        Its cells by column, the others are emptied; None takes the row out.
    at
        Before which of the other rows it stands, from 0; None leaves it where it was, and a new
        one comes last.
    """
    sheet = _RawSheet.read(path)
    place = sheet.find(table.key, key)
    row = sheet.take(place) if place else []
    if cells is not None:
        sheet.add_columns(column for column, cell in cells.items() if cell)
        place = sheet.insert(place if at is None else sheet.find_filled(at), row)
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
        body, delimiter = find_delimiter(data.removeprefix(codecs.BOM_UTF8), path.name)
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
                filled = [row for row in self.rows if any(row)]
                place = len(self.names)
                for row in filled:
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

    def find_filled(self, at: int) -> int:
        """The place of the row that is filled as number `at`, from 0; 0 where there is none."""
        filled = [number for number, row in enumerate(self.rows) if number and any(row)]
        return filled[at] if at < len(filled) else 0

    def take(self, place: int) -> list[str]:
        self.ends.pop(place)
        return self.rows.pop(place)

    def insert(self, place: int, row: list[str]) -> int:
        """Put a row in its place, or, where that is 0, before the blank ones at the end."""
        if not place:
            place = (
                max(number for number, row in enumerate(self.rows) if any(row) or not number) + 1
            )
        end = next((end for end in self.ends if end), "\n")
        self.ends[place - 1] = self.ends[place - 1] or end
        self.rows.insert(place, row)
        self.ends.insert(place, end)
        return place
