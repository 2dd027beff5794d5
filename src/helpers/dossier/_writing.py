"""Cells written into a user's CSV file: what else stands in it stays as it was, to the byte."""

import codecs
import re
from collections.abc import Mapping
from pathlib import Path

from helpers.dossier._sheet import find_delimiter, read_sheet
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
    data = path.read_bytes()
    body, delimiter = find_delimiter(data.removeprefix(codecs.BOM_UTF8), path.name)
    head = data[: len(data) - len(body)]
    rows, ends = _split_rows(body.decode(), delimiter)
    for column, values in cells.items():
        names = [cell.strip(' "').lower() for cell in rows[0]]
        new = dict(values)
        if values and column not in names:
            names.append(column)
            filled = [number for number, row in enumerate(rows, start=1) if any(row)]
            new = dict.fromkeys(filled, "") | new | {1: column}
        for number, value in new.items():
            _put(rows[number - 1], names.index(column), value, delimiter)
    text = "".join(delimiter.join(row) + end for row, end in zip(rows, ends, strict=True))
    write_whole(path, head + text.encode())


def _split_rows(text: str, delimiter: str) -> tuple[list[list[str]], list[str]]:
    """The cells of each row as they are written, quotes and all, and what ends each row."""
    cell = re.compile(rf'("(?:[^"]|"")*"|[^{delimiter}\r\n]*)({delimiter}|\r\n|\r|\n|\Z)')
    rows: list[list[str]] = [[]]
    ends = []
    for match in cell.finditer(text):
        rows[-1].append(match[1])
        if match[2] != delimiter:
            ends.append(match[2])
            rows.append([])
    return rows[:-1], ends


def _put(row: list[str], place: int, value: str, delimiter: str) -> None:
    """Put a cell in its place; the empty cells that a row left out before it are put too."""
    row += [""] * (place + 1 - len(row))
    before = row[place] or row[max(0, place - 1)]
    is_quoted = before.startswith('"') or re.search(rf'["\r\n{delimiter}]', value)
    row[place] = '"' + value.replace('"', '""') + '"' if is_quoted else value
