"""A CSV file as a sheet of cells, whatever program wrote it.

A file that takes a guess is refused, with the row that a spreadsheet shows (the header is row 1).
"""

import codecs
import csv
import re
import stat
from dataclasses import dataclass
from hashlib import sha256
from io import StringIO
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from helpers.dossier._faults import Fault, UnreadableError, refuse_cells
from helpers.dossier.schema import Table
from helpers.words import is_empty, quote_value

# What no text holds: control and invisible characters, and what a wrong encoding leaves behind.
DAMAGE = (
    r"[\x00-\x08\x0B\x0C\x0E-\x1F\x7F-\x{9F}"
    r"\x{200B}\x{2028}-\x{202E}\x{2060}-\x{2064}\x{2066}-\x{206F}\x{FEFF}\x{FFFD}-\x{FFFF}"
    r"\x{E0000}-\x{E007F}]"
    r"|[ÃÐÑ][\x{80}-\x{BF}]|â€"
)
# What Excel, LibreOffice and Google Sheets write where they could not compute or show a value, in
# English, German, French, Spanish and Russian.
ERROR = (
    r"#{2,}|#[¡¿]?\p{Lu}[\p{Lu}/0]+ ?[!?]|#(?:N/[ADV]|NV|Н/Д|GETTING_DATA)"
    r"|(?i:err|error|erreur|fehler|ошибка) ?:5[0-9]{2}"
)
# A text that a spreadsheet would run has an apostrophe before it; one that looks as if it had one
# already, another: what is put there can be told and taken off again.
_FORMULA = re.compile(r"^(?=[\t\r]|'*[=+\-@])")
GUARDED = r"^'('*[=+\-@])"
_SEPARATOR = re.compile(rb'"?sep=([^\r\n"]?)"?[,;\t ]*(?:\r\n|\r|\n)', re.IGNORECASE)
_MOST_BYTES = 2**31 - 2  # pyarrow counts the bytes of a block in 32 bits
_MOST_COLUMNS = 1_000
_NAMELESS = "stands in a column without a name (delete it, or name the column)"
_AS_TEXT = pa_csv.ConvertOptions(
    column_types={f"f{place}": pa.large_string() for place in range(_MOST_COLUMNS)},
    null_values=[""],
    strings_can_be_null=True,
    check_utf8=False,
)
_AS_UTF8 = "save it as UTF-8; a spreadsheet calls it 'CSV UTF-8'"


@dataclass
class Sheet:
    """The cells of a CSV file.

    columns holds the trimmed texts of each column, null where a cell is empty; rows the number that
    a spreadsheet shows for each. Blank and ragged rows are left out. sha256 is of the file's bytes.
    """

    names: list[str]
    delimiter: str
    columns: dict[str, pa.Array]
    rows: np.ndarray
    may_be_damaged: bool
    may_hold_errors: bool
    sha256: str


def format_csv(rows: pd.DataFrame) -> str:
    """Rows as CSV for a spreadsheet: a text that it would run as a formula has an apostrophe.

    Lines end as RFC 4180 has it; a cell with either of the two characters is quoted then. The BOM
    says that it is UTF-8. `read_table` reads the same rows from it.
    """
    written = StringIO(newline="")
    sheet = csv.writer(written)
    sheet.writerow(rows)
    for row in rows.to_numpy(object):
        cells = (_FORMULA.sub("'", cell) if isinstance(cell, str) else cell for cell in row)
        sheet.writerow(["" if is_empty(cell) else cell for cell in cells])
    return "\ufeff" + written.getvalue()


def read_sheet(path: Path, schema: Table) -> tuple[Sheet, list[Fault]]:
    """A CSV file's cells, its ragged rows, and its cells in columns without a name.

    UTF-8 with or without a BOM; commas, semicolons or tabs between cells. A name of the schema may
    stand in capitals. A row may leave out the empty cells at its end, but none of a required
    column. An UnreadableError where the file is missing, empty, no text in UTF-8, or has a stray
    quotation mark.
    """
    data, digest = read_text_bytes(path)
    data, delimiter = find_delimiter(data, path.name)
    _check_quotes(data, delimiter, path.name)
    may_be_damaged = _holds(data, DAMAGE)
    may_hold_errors = b"#" in data or b":5" in data
    table, names, rows, faults = _parse(data, delimiter, path.name, schema)
    del data
    trimmed = (pc.utf8_trim_whitespace(c.combine_chunks()) for c in table.slice(1).columns)
    columns = [pc.if_else(pc.equal(texts, ""), None, texts) for texts in trimmed]
    del table
    for place, (name, column) in enumerate(zip(names, columns, strict=True)):
        if not name:  # such a column is there for nothing, or has lost its name
            cells = zip(rows, column.to_pylist(), strict=True)
            lost = ((row, cell) for row, cell in cells if cell)
            faults += refuse_cells(path.name, f"column {_letter(place)}", lost, _NAMELESS)
    filled = np.zeros(len(rows), dtype=bool)
    for column in columns:
        filled |= column.is_valid().to_numpy(zero_copy_only=False)
    if not filled.all():
        columns, rows = [column.filter(pa.array(filled)) for column in columns], rows[filled]
    by_name = dict(zip(reversed(names), reversed(columns), strict=True))  # the first of a name
    return Sheet(names, delimiter, by_name, rows, may_be_damaged, may_hold_errors, digest), faults


def read_text_bytes(path: Path) -> tuple[bytes, str]:
    """A text without a BOM, and SHA-256 of its file; UnreadableError where it is none in UTF-8."""
    try:
        about = path.stat()
        if not stat.S_ISREG(about.st_mode):
            raise _refuse(path, "is not a file")
        if about.st_size > _MOST_BYTES:
            raise _refuse(path, "is larger than 2 GB")
        data = path.read_bytes()
    except FileNotFoundError:
        names = sorted(file.name for file in path.parent.glob("*"))  # Facts.csv, facts.xlsx
        similar = [name for name in names if name.lower().startswith(path.stem)]
        hint = f"there is {quote_value(similar[0])}" if similar else ""
        raise _refuse(path, "there is no such file", hint) from None
    except OSError as error:
        raise _refuse(path, f"cannot be read: {error.strerror}") from error
    return check_text(data, path), sha256(data).hexdigest()


def check_text(data: bytes, path: Path) -> bytes:
    """What a file holds, without a BOM: an UnreadableError where it is no text in UTF-8."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise _refuse(path, "is in UTF-16; expected UTF-8", _AS_UTF8)
    data = data.removeprefix(codecs.BOM_UTF8)
    if not data or data.isspace():
        raise _refuse(path, "is empty")
    if b"\0" in data:
        raise _refuse(path, "is binary; expected a text in UTF-8", _AS_UTF8)
    try:
        data.decode()
    except UnicodeDecodeError as error:
        row = _count_rows(data[: error.start])
        raise _refuse(path, f"byte 0x{data[error.start]:02x} is not UTF-8", _AS_UTF8, row) from None
    return data


def _refuse(path: Path, expected: str, hint: str = "", row: int | None = None) -> UnreadableError:
    return UnreadableError(path.name, row, "", "", expected, hint)


def _holds(data: bytes, pattern: str) -> bool:
    """Whether a file has a piece of a form: Arrow, without a copy, is many times quicker."""
    bounds = pa.py_buffer(np.array([0, len(data)], np.int64))
    text = pa.LargeStringArray.from_buffers(1, bounds, pa.py_buffer(data))
    return pc.match_substring_regex(text, pattern)[0].as_py()


def find_delimiter(data: bytes, file: str) -> tuple[bytes, str]:
    """The rows, and what parts their cells: commas, semicolons or tabs.

    A first line 'sep=;', which no spreadsheet shows, says it, or else what the header has most of.
    """
    if said := _SEPARATOR.match(data):
        delimiter, data = said[1].decode(errors="replace"), data[said.end() :]
        if delimiter not in tuple(",;\t"):
            expected = "expected a comma, a semicolon or a tab between cells"
            raise UnreadableError(file, None, "", f"sep={delimiter}", expected)
        if not data or data.isspace():
            raise UnreadableError(file, None, "", "", "is empty")
        return data, delimiter
    header = next(re.finditer(rb"\s*([^\r\n]*)", data))[1]
    return data, max(",;\t", key=lambda delimiter: header.count(delimiter.encode()))


def _letter(place: int) -> str:
    """What a spreadsheet calls a column: A, Z, AA."""
    more, last = divmod(place, 26)
    return (_letter(more - 1) if more else "") + chr(ord("A") + last)


def _check_quotes(data: bytes, delimiter: str, file: str) -> None:
    """Refuse quotation marks after which the rest is a guess (RFC 4180)."""
    quoted, edge = '"[^"]*(?:""[^"]*)*"', rf"[{delimiter}\r\n]"
    cell = rf'(?:{quoted}|[^"{delimiter}\r\n]*)'
    if _holds(data, rf"\A(?:{cell}{edge})*{cell}\z"):
        return
    at = next(re.finditer(rf"(?:{cell}{edge})*+".encode(), data)).end()
    mark = data.index(b'"', at)
    expected = "a quotation mark that is not closed, or one inside the cell that is not doubled"
    suggestion = "nothing after it can be told apart"
    if mark > at:
        expected = "a quotation mark inside a cell without quotes"
        suggestion = "quote the whole cell, and double the mark"
        at = max(at, mark - 20)
    shown = data[at : mark + 200].decode(errors="ignore")
    row = _count_rows(re.sub(quoted.encode(), b"", data[:at]))
    raise UnreadableError(file, row, "", shown, expected, suggestion)


def _count_rows(data: bytes) -> int:
    """The row in which a piece of a file ends."""
    return len(re.findall(rb"\r\n|\r|\n", data)) + 1


def _parse(
    data: bytes, delimiter: str, file: str, schema: Table
) -> tuple[pa.Table, list[str], np.ndarray, list[Fault]]:
    """All rows as text, the header first; its names; the numbers of the others; the ragged rows."""
    table, ragged = _parse_rows(data, delimiter, file)
    if table.num_columns > _MOST_COLUMNS:
        expected = f"{table.num_columns} columns; no table has so many"
        raise UnreadableError(file, 1, "", "", expected)
    skipped = np.array([row.number for row in ragged], int) - 1
    rows = np.delete(np.arange(table.num_rows + len(ragged)), skipped) + 1
    names = [(column[0].as_py() or "").strip() for column in table.columns]
    names = [name.lower() if name.lower() in schema.names else name for name in names]
    required = [column.name for column in schema.columns if column.required]
    needed = max((at for at, name in enumerate(names, start=1) if name in required), default=1)
    short, faults = [], []
    for row in (row for row in ragged if row.text.strip(f"{delimiter}\r\n\t ")):
        cells, expected = row.actual_columns, row.expected_columns
        if needed <= cells < expected:
            short.append(row)
            continue
        said = f"{cells} cell{'s' * (cells != 1)}; expected {expected}, as in the header"
        hint = f"quote a cell that holds {delimiter!r}" if cells > expected else ""
        faults.append(Fault(file, row.number, "", "", said, hint))
    if short:
        missing = (delimiter * (row.expected_columns - row.actual_columns) for row in short)
        lines = "".join(row.text + cells + "\n" for row, cells in zip(short, missing, strict=True))
        padded, _ = _parse_rows(lines.encode(), delimiter, file)
        rows = np.append(rows, [row.number for row in short])
        order = np.argsort(rows)
        table, rows = pa.concat_tables([table, padded]).take(order), rows[order]
    return table, names, rows[1:], faults


def _parse_rows(data: bytes, delimiter: str, file: str) -> tuple[pa.Table, list[pa_csv.InvalidRow]]:
    """The rows that have as many cells as the first one, as text, and the others."""
    ragged: list[pa_csv.InvalidRow] = []

    def set_aside(row: pa_csv.InvalidRow) -> str:
        ragged.append(row)
        return "skip"

    data += b"" if data.endswith((b"\n", b"\r")) else b"\n"
    reading = pa_csv.ReadOptions(use_threads=False, autogenerate_column_names=True)
    reading.block_size = len(data) + 1
    parsing = pa_csv.ParseOptions(delimiter=delimiter, invalid_row_handler=set_aside)
    parsing.newlines_in_values, parsing.ignore_empty_lines = True, False
    try:
        table = pa_csv.read_csv(pa.BufferReader(data), reading, parsing, _AS_TEXT)
    except pa.ArrowInvalid as error:
        raise UnreadableError(file, None, "", str(error), "cannot be read as CSV") from error
    return table, ragged
