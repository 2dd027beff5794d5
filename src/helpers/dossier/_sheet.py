"""A CSV file as a sheet of cells, whatever program wrote it.

A file that cannot be read without a guess is refused, with the row that a spreadsheet shows (the
header is row 1).
"""

import codecs
import re
import stat
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from helpers.dossier._faults import Fault, refuse_cells
from helpers.words import quote_value

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
_FORMULA = r"^(?=[\t\r]|'*[=+\-@])"
GUARDED = r"^'('*[=+\-@])"
_SEPARATOR = re.compile(rb'"?sep=([^\r\n"]?)"?[,;\t ]*(?:\r\n|\r|\n)', re.IGNORECASE)
_MOST_BYTES = 2**31 - 2  # pyarrow counts the bytes of a block in 32 bits
_MOST_COLUMNS = 1_000
_NAMELESS = "stands in a column without a name (delete it, or name the column)"
_AS_UTF8 = "save it as UTF-8; a spreadsheet calls it 'CSV UTF-8'"


@dataclass
class Sheet:
    """The cells of a CSV file.

    columns holds the trimmed texts of each column, null where a cell is empty; rows holds the
    number that a spreadsheet shows for each row. Blank and ragged rows are left out. sha256 is of
    the bytes that were read.
    """

    names: list[str]
    delimiter: str
    columns: dict[str, pa.Array]
    rows: np.ndarray
    may_be_damaged: bool
    may_hold_errors: bool
    sha256: str


class UnreadableError(Exception):
    """A file that cannot be told apart into cells; `fault` says why."""

    def __init__(self, fault: Fault):
        super().__init__(str(fault))
        self.fault = fault


def format_csv(rows: pd.DataFrame) -> str:
    """Rows as CSV for a spreadsheet: a text that it would run as a formula has an apostrophe.

    Lines end as RFC 4180 has it; a cell with either of the two characters is quoted then. The BOM
    says that it is UTF-8. `read_table` reads the same rows from it.
    """
    words = [name for name in rows.select_dtypes(exclude="number") if not _is_decimal(rows[name])]
    texts = rows[words].astype("str")
    harmless = texts.replace(_FORMULA, "'", regex=True)
    return "\ufeff" + rows.assign(**harmless).to_csv(index=False, lineterminator="\r\n")


def _is_decimal(cells: pd.Series) -> bool:
    """Whether a column holds the numbers of sources, whose minus no spreadsheet runs."""
    return pd.api.types.infer_dtype(cells, skipna=True) in ("decimal", "empty")


def read_sheet(path: Path, known: Mapping[str, bool]) -> tuple[Sheet, list[Fault]]:
    """Read a CSV file: UTF-8 with or without a BOM; commas, semicolons or tabs between cells.

    A row may leave out the empty cells at its end, but none of a required column.

    Parameters
    ----------
    known
        The columns that a table has, in small letters, and whether a row must have a cell in them.

    Returns
    -------
    sheet
        Its cells.
    faults
        The ragged rows, and the cells of columns without a name.

    Raises
    ------
    UnreadableError
        The file is missing, empty, no text in UTF-8, or has a stray quotation mark.
    """
    data, digest = read_text_bytes(path)
    data, delimiter = find_delimiter(data, path.name)
    _check_quotes(data, delimiter, path.name)
    may_be_damaged = _holds(data, DAMAGE)
    may_hold_errors = b"#" in data or b":5" in data
    table, rows, faults = _parse(data, delimiter, path.name, known)
    del data
    names = _read_names(table, known)
    columns = [_clean(column) for column in table.slice(1).columns]
    del table
    for place, (name, column) in enumerate(zip(names, columns, strict=True)):
        if not name:  # such a column is there for nothing, or has lost its name
            cells = (
                (row, cell) for row, cell in zip(rows, column.to_pylist(), strict=True) if cell
            )
            faults += refuse_cells(path.name, f"column {_letter(place)}", cells, _NAMELESS)
    filled = np.zeros(len(rows), dtype=bool)
    for column in columns:
        filled |= column.is_valid().to_numpy(zero_copy_only=False)
    if not filled.all():
        columns, rows = [column.filter(pa.array(filled)) for column in columns], rows[filled]
    by_name = dict(zip(reversed(names), reversed(columns), strict=True))  # the first of a name
    return Sheet(names, delimiter, by_name, rows, may_be_damaged, may_hold_errors, digest), faults


def read_text_bytes(path: Path) -> tuple[bytes, str]:
    """The bytes of a text in UTF-8, without a BOM, and SHA-256 of the file as it was read.

    Raises
    ------
    UnreadableError
        The file is missing, cannot be read, is empty, binary, too large or in another encoding.
    """
    try:
        about = path.stat()
        if not stat.S_ISREG(about.st_mode):
            raise _refuse(path, "is not a file")
        if about.st_size > _MOST_BYTES:
            raise _refuse(path, "is larger than 2 GB")
        data = path.read_bytes()
    except FileNotFoundError:
        raise _refuse(path, "there is no such file", _find_similar(path)) from None
    except OSError as error:
        raise _refuse(path, f"cannot be read: {error.strerror}") from error
    return check_text(data, path), sha256(data).hexdigest()


def check_text(data: bytes, path: Path) -> bytes:
    """What a file holds, where it is a text in UTF-8, without a BOM.

    Raises
    ------
    UnreadableError
        It is empty, binary or in another encoding.
    """
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise _refuse(path, "is in UTF-16; expected UTF-8", _AS_UTF8)
    data = data.removeprefix(codecs.BOM_UTF8)
    if not data or data.isspace():
        raise _refuse(path, "is empty")
    if b"\0" in data:
        raise _refuse(path, "is binary; expected a text in UTF-8", _AS_UTF8)
    with suppress(pa.ArrowInvalid):
        _as_one_text(data).validate(full=True)
        return data
    try:
        data.decode()
    except UnicodeDecodeError as error:
        row = _count_rows(data[: error.start])
        raise _refuse(path, f"byte 0x{data[error.start]:02x} is not UTF-8", _AS_UTF8, row) from None
    return data


def _refuse(
    path: Path, expected: str, suggestion: str = "", row: int | None = None
) -> UnreadableError:
    return UnreadableError(Fault(path.name, row, "", "", expected, suggestion))


def _find_similar(path: Path) -> str:
    """A file with nearly the name of a missing one: Facts.csv, facts.xlsx."""
    try:
        names = sorted(file.name for file in path.parent.iterdir())
    except OSError:
        return ""
    similar = [name for name in names if name.lower().startswith(path.stem)]
    return f"there is {quote_value(similar[0])}" if similar else ""


def _as_one_text(data: bytes) -> pa.Array:
    """A file as a column of one cell, without a copy: Arrow looks through it many times quicker."""
    bounds = pa.py_buffer(np.array([0, len(data)], np.int64))
    return pa.LargeStringArray.from_buffers(1, bounds, pa.py_buffer(data))


def _holds(data: bytes, pattern: str) -> bool:
    return pc.match_substring_regex(_as_one_text(data), pattern)[0].as_py()


def find_delimiter(data: bytes, file: str) -> tuple[bytes, str]:
    """The rows, and what parts their cells: commas, semicolons or tabs.

    It is what a first line 'sep=;' says, which a spreadsheet does not show, or else what the header
    has most of.
    """
    if said := _SEPARATOR.match(data):
        delimiter, data = said[1].decode(errors="replace"), data[said.end() :]
        if delimiter not in tuple(",;\t"):
            expected = "expected a comma, a semicolon or a tab between cells"
            raise UnreadableError(Fault(file, None, "", f"sep={delimiter}", expected))
        if not data or data.isspace():
            raise UnreadableError(Fault(file, None, "", "", "is empty"))
        return data, delimiter
    header = next(re.finditer(rb"\s*([^\r\n]*)", data))[1]
    return data, max(",;\t", key=lambda delimiter: header.count(delimiter.encode()))


def _read_names(table: pa.Table, known: Collection[str]) -> list[str]:
    """What a header names its columns; a name that is known may stand in capitals."""
    names = [(column[0].as_py() or "").strip() for column in table.columns]
    return [name.lower() if name.lower() in known else name for name in names]


def _letter(place: int) -> str:
    """What a spreadsheet calls a column: A, Z, AA."""
    more, last = divmod(place, 26)
    return (_letter(more - 1) if more else "") + chr(ord("A") + last)


def _check_quotes(data: bytes, delimiter: str, file: str) -> None:
    """Refuse quotation marks that part no cell and are not doubled (RFC 4180).

    A mark that breaks this order makes the rest of the file a guess.
    """
    quoted, edge = '"[^"]*(?:""[^"]*)*"', rf"[{delimiter}\r\n]"
    cell = rf'(?:{quoted}|[^"{delimiter}\r\n]*)'
    if _holds(data, rf"\A(?:{cell}{edge})*{cell}\z"):
        return
    good = re.match(rf"(?:{cell}{edge})*+".encode(), data)
    at = good.end() if good else 0
    mark = data.index(b'"', at)
    if mark > at:
        expected = "a quotation mark inside a cell without quotes"
        suggestion = "quote the whole cell, and double the mark"
        at = max(at, mark - 20)
    else:
        expected = "a quotation mark that is not closed, or one inside the cell that is not doubled"
        suggestion = "nothing after it can be told apart"
    shown = data[at : mark + 200].decode(errors="ignore")
    row = _count_rows(re.sub(quoted.encode(), b"", data[:at]))
    raise UnreadableError(Fault(file, row, "", shown, expected, suggestion))


def _count_rows(data: bytes) -> int:
    """The row in which a piece of a file ends."""
    return len(re.findall(rb"\r\n|\r|\n", data)) + 1


def _parse(
    data: bytes, delimiter: str, file: str, known: Mapping[str, bool]
) -> tuple[pa.Table, np.ndarray, list[Fault]]:
    """All rows as text, the header first; the numbers of the others; the ragged rows."""
    table, ragged = _parse_rows(data, delimiter, file)
    if table.num_columns > _MOST_COLUMNS:
        expected = f"{table.num_columns} columns; no table has so many"
        raise UnreadableError(Fault(file, 1, "", "", expected))
    skipped = np.array([row.number for row in ragged], int) - 1
    rows = np.delete(np.arange(table.num_rows + len(ragged)), skipped) + 1
    names = enumerate(_read_names(table, known), start=1)
    needed = max((count for count, name in names if known.get(name)), default=1)
    short, faults = [], []
    for row in (row for row in ragged if row.text.strip(f"{delimiter}\r\n\t ")):
        cells, expected = row.actual_columns, row.expected_columns
        if needed <= cells < expected:
            short.append(row)
        else:
            count = "1 cell" if cells == 1 else f"{cells} cells"
            hint = f"quote a cell that holds {delimiter!r}" if cells > expected else ""
            said = f"{count}; expected {expected}, as in the header"
            faults.append(Fault(file, row.number, "", "", said, hint))
    if short:
        missing = (delimiter * (row.expected_columns - row.actual_columns) for row in short)
        lines = "".join(row.text + cells + "\n" for row, cells in zip(short, missing, strict=True))
        padded, _ = _parse_rows(lines.encode(), delimiter, file)
        rows = np.append(rows, [row.number for row in short])
        order = np.argsort(rows)
        table, rows = pa.concat_tables([table, padded]).take(order), rows[order]
    return table, rows[1:], faults


def _parse_rows(data: bytes, delimiter: str, file: str) -> tuple[pa.Table, list[csv.InvalidRow]]:
    """The rows that have as many cells as the first one, as text, and the others."""
    ragged: list[csv.InvalidRow] = []

    def set_aside(row: csv.InvalidRow) -> str:
        ragged.append(row)
        return "skip"

    try:
        table = csv.read_csv(
            pa.BufferReader(data if data.endswith((b"\n", b"\r")) else data + b"\n"),
            read_options=csv.ReadOptions(
                use_threads=False, block_size=len(data) + 1, autogenerate_column_names=True
            ),
            parse_options=csv.ParseOptions(
                delimiter=delimiter,
                newlines_in_values=True,
                ignore_empty_lines=False,
                invalid_row_handler=set_aside,
            ),
            convert_options=csv.ConvertOptions(
                column_types={f"f{place}": pa.large_string() for place in range(_MOST_COLUMNS)},
                null_values=[""],
                strings_can_be_null=True,
                check_utf8=False,
            ),
        )
    except pa.ArrowInvalid as error:
        raise UnreadableError(Fault(file, None, "", str(error), "cannot be read as CSV")) from error
    return table, ragged


def _clean(column: pa.ChunkedArray) -> pa.Array:
    """The trimmed texts of a column, null where nothing is left."""
    texts = pc.utf8_trim_whitespace(column.combine_chunks())
    return pc.if_else(pc.equal(texts, ""), None, texts)
