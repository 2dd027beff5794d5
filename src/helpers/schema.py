"""What a table's columns are, and how a CSV file is read by them.

A file is read once, as text; then every column is checked as a whole. All faults of a file come
back together, each with the row that a spreadsheet shows (the header is row 1).
"""

import csv
import difflib
import re
from dataclasses import dataclass, field
from datetime import date
from io import BytesIO
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as arrow_csv

LONGEST_CELL = 10_000  # characters
_SHOWN = 60  # characters of a value that a message repeats

ID_PATTERN = r"[a-z0-9][a-z0-9_-]{0,63}"
DATE_PATTERN = r"[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?"
PATTERNS = {
    "id": (ID_PATTERN, "an id of a-z, 0-9, - and _, at most 64 characters"),
    "integer": (r"\+?[0-9]{1,9}", "a whole number"),
    "number": (r"[+-]?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?", "a number"),
    "code": (r"[A-Z]{3}", "a country's three letters (ISO 3166-1 alpha-3)"),
    "sha256": (r"[0-9a-f]{64}", "64 hexadecimal digits"),
    "date": (DATE_PATTERN, "a date"),
}


@dataclass(frozen=True)
class Column:
    """One column: its name, what its cells are, and what they mean.

    kind is one of text, id, term, date, integer, number, code, sha256.
    """

    name: str
    kind: str
    meaning: str
    required: bool = False
    terms: tuple[str, ...] = ()
    unit: str = ""
    least: float | None = None
    most: float | None = None
    refers: str = ""

    @property
    def dtype(self):
        """The pandas dtype: str with NaN for an empty cell, a category, Int64 or float64."""
        if self.kind == "term":
            return pd.CategoricalDtype(self.terms)
        return {"integer": "Int64", "number": "float64"}.get(self.kind, "str")

    @property
    def limits(self) -> str:
        """'1 or more', '-90 to 90': the least and the most that a number may be."""
        if self.most is None:
            return f"{self.least:g} or more"
        return f"{self.least:g} to {self.most:g}"


@dataclass(frozen=True)
class Table:
    """One table: a file name, one row a what, its columns; the first column is its key."""

    name: str
    one_row: str
    columns: tuple[Column, ...]
    file: str = field(init=False)
    key: str = field(init=False)

    def __post_init__(self):
        object.__setattr__(self, "file", f"{self.name}.csv")
        object.__setattr__(self, "key", self.columns[0].name)

    def __getitem__(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

    @property
    def names(self) -> list[str]:
        return [column.name for column in self.columns]


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong: where it stands, what was found, what was expected."""

    file: str
    row: int | None
    column: str
    value: str
    expected: str
    suggestion: str = ""

    def __str__(self) -> str:
        row = f" row {self.row}" if self.row else ""
        column = f", {self.column}" if self.column else ""
        value = f" {show_value(self.value)}" if self.value else ""
        suggestion = f" ({self.suggestion})" if self.suggestion else ""
        return f"{self.file}{row}{column}{value}: {self.expected}{suggestion}"


def show_value(value: object) -> str:
    """A value as a message shows it: quoted, short, without control characters."""
    text = str(value)
    return repr(text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…")


def did_you_mean(word: str, known) -> str:
    """ "did you mean 'casualties'?", or nothing where no known word is near."""
    near = difflib.get_close_matches(word.lower(), [str(k) for k in known], n=1, cutoff=0.6)
    return f"did you mean {near[0]!r}?" if near else ""


def one_of(terms) -> str:
    return "one of " + ", ".join(terms)


def is_date(text: str) -> bool:
    """Whether a text is a date of the calendar: 2022, 2022-01 or 2022-01-06 (ISO 8601-2)."""
    if not re.fullmatch(DATE_PATTERN, text):
        return False
    try:
        date.fromisoformat(f"{text}-01-01"[:10])
    except ValueError:
        return False
    return True


def read_table(path: Path, table: Table) -> tuple[pd.DataFrame, list[Fault]]:
    """Read one CSV file by its schema.

    UTF-8 with or without a BOM; commas, semicolons (then with decimal commas) or tabs; any order
    of columns; blank rows are passed over.

    Returns
    -------
    frame
        One row a row of the file, its index the row that a spreadsheet shows, the table's
        columns in the table's order and dtypes. A cell at fault is empty in it.
    faults
        In the order of the rows.
    """
    data, faults = _read_bytes(path, table.file)
    if faults:
        return _empty(table), faults
    names, delimiter = _read_header(data)
    faults = _check_header(names, table)
    cells, rows, ragged = _read_cells(data, names, delimiter, table.file)
    del data
    faults += ragged
    columns = {}
    for column in table.columns:
        texts = cells.get(column.name, pa.nulls(len(rows), pa.string()))
        columns[column.name], found = _read_column(texts, rows, column, delimiter, table)
        faults += found if column.name in names else []
    return pd.DataFrame(columns, index=pd.Index(rows, name="row")), sort_faults(faults)


def read_layout(path: Path, table: Table) -> tuple[list[str], str, list[Fault]]:
    """A file's column names, its delimiter, and what is wrong with its header."""
    data, faults = _read_bytes(path, table.file)
    if faults:
        return [], ",", faults
    names, delimiter = _read_header(data)
    return names, delimiter, _check_header(names, table)


def sort_faults(faults: list[Fault]) -> list[Fault]:
    return sorted(faults, key=lambda fault: (fault.file, fault.row or 0))


def _empty(table: Table) -> pd.DataFrame:
    return pd.DataFrame({c.name: pd.Series([], dtype=c.dtype) for c in table.columns})


def _read_bytes(path: Path, name: str) -> tuple[bytes, list[Fault]]:
    """The file's bytes, without a BOM, where they are text in UTF-8."""

    def refuse(expected: str, suggestion: str = "", row: int | None = None):
        return b"", [Fault(name, row, "", "", expected, suggestion)]

    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return refuse("there is no such table", f"a dossier's folder holds {name}")
    except OSError as error:
        return refuse(f"cannot be read: {error.strerror}")
    as_utf8 = "save it as 'CSV UTF-8'"
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return refuse("is in UTF-16; expected UTF-8", as_utf8)
    data = data.removeprefix(b"\xef\xbb\xbf")
    if not data.strip():
        return refuse("is empty; expected a header and one row a record")
    if b"\0" in data:
        return refuse("is not a text but binary; expected CSV in UTF-8", as_utf8)
    try:
        data.isascii() or data.decode()
    except UnicodeDecodeError as error:
        row = data.count(b"\n", 0, error.start) + 1
        return refuse(f"byte 0x{data[error.start]:02x} is not UTF-8", as_utf8, row)
    return data, []


def _read_header(data: bytes) -> tuple[list[str], str]:
    """The column names, and the delimiter that the first line has most of."""
    line = re.split(rb"\r\n|\r|\n", data, maxsplit=1)[0][:100_000].decode(errors="replace")
    delimiter = max(",;\t", key=line.count)
    try:
        names = next(csv.reader([line], delimiter=delimiter))
    except (csv.Error, StopIteration):
        names = line.split(delimiter)
    return [name.strip() for name in names], delimiter


def _check_header(names: list[str], table: Table) -> list[Fault]:
    faults = []
    missing = [name for name in table.names if name not in names]
    for name in dict.fromkeys(names):
        if name not in table.names:
            hint = did_you_mean(name, missing) or f"the columns are {', '.join(table.names)}"
            shown = name or "(no name)"
            faults.append(Fault(table.file, 1, "", shown, "not a column of this table", hint))
        elif names.count(name) > 1:
            faults.append(Fault(table.file, 1, name, "", "the column stands twice in the header"))
    for name in missing:
        hint = "leave its cells empty where there is nothing to say"
        faults.append(Fault(table.file, 1, name, "", "the column is missing", hint))
    return faults


def _read_cells(data: bytes, names: list[str], delimiter: str, file: str):
    """Every column as trimmed text, the rows' numbers in a spreadsheet, and the ragged rows."""
    faults: list[Fault] = []
    skipped: list[int] = []

    def refuse_row(row):
        skipped.append(row.number)
        if row.text.strip(delimiter + " \r\n"):
            expected = f"{row.actual_columns} cells; expected {row.expected_columns}, as the header"
            odd_quotes = row.text.count('"') % 2
            hint = "a quotation mark is not closed" if odd_quotes else "quote a cell that holds "
            hint += "" if odd_quotes else f"{delimiter!r}"
            faults.append(Fault(file, row.number, "", "", expected, hint))
        return "skip"

    places = [str(position) for position in range(len(names))]
    table = arrow_csv.read_csv(
        BytesIO(data),
        # One block: a row may be longer than any fixed size, and the whole file is at hand.
        read_options=arrow_csv.ReadOptions(
            use_threads=False, block_size=len(data) + 1, column_names=places
        ),
        parse_options=arrow_csv.ParseOptions(
            delimiter=delimiter,
            newlines_in_values=True,
            ignore_empty_lines=False,
            invalid_row_handler=refuse_row,
        ),
        convert_options=arrow_csv.ConvertOptions(
            column_types=dict.fromkeys(places, pa.string()), strings_can_be_null=False
        ),
    )
    rows = np.setdiff1d(np.arange(1, table.num_rows + len(skipped) + 1), skipped)
    table, rows = table.slice(1), rows[1:]  # without the header
    columns = [pc.utf8_trim_whitespace(column.combine_chunks()) for column in table.columns]
    columns = [pc.if_else(pc.equal(column, ""), None, column) for column in columns]
    filled = np.zeros(len(rows), dtype=bool)
    for column in columns:
        filled |= column.is_valid().to_numpy(zero_copy_only=False)
    if not filled.all():
        columns = [column.filter(pa.array(filled)) for column in columns]
    return dict(zip(names, columns, strict=True)), rows[filled], faults


def _read_column(texts, rows, column: Column, delimiter: str, table: Table):
    """One column in its dtype, and its faults; a cell at fault is emptied."""
    faults = []

    def refuse(bad, expected, suggest=lambda value: ""):
        """Note the cells of a mask and empty them."""
        nonlocal texts
        bad = pc.and_(pc.fill_null(bad, False), texts.is_valid())
        for row, value in zip(rows[_as_mask(bad)], texts.filter(bad).to_pylist(), strict=True):
            hint = suggest(value)
            faults.append(Fault(table.file, int(row), column.name, value, expected, hint))
        texts = pc.if_else(bad, None, texts)

    if column.required:
        for row in rows[_as_mask(texts.is_null())]:
            expected = f"is empty; expected {column.meaning}"
            faults.append(Fault(table.file, int(row), column.name, "", expected))
    refuse(
        pc.greater(pc.utf8_length(texts), LONGEST_CELL),
        f"longer than {LONGEST_CELL:,} characters",
        lambda value: f"it has {len(value):,}",
    )
    if column.kind == "number" and delimiter == ";":
        texts = pc.replace_substring(texts, ",", ".")
    if column.kind == "term":
        refuse(
            pc.invert(pc.is_in(texts, pa.array(column.terms))),
            f"not a {column.name}",
            lambda value: did_you_mean(value, column.terms) or one_of(column.terms),
        )
    elif column.kind == "date":
        refuse(
            pc.is_in(texts, pa.array(_not_dates(texts), pa.string())),
            "not a date; expected 2022, 2022-01 or 2022-01-06",
            _suggest_date,
        )
    elif column.kind in PATTERNS:
        pattern, expected = PATTERNS[column.kind]
        matches = pc.match_substring_regex(texts, f"^(?:{pattern})$")
        refuse(pc.invert(matches), f"expected {expected}", lambda value: _suggest(value, pattern))
    if column.kind in ("integer", "number"):
        numbers = texts.cast(pa.float64())
        refuse(pc.is_inf(numbers), "expected a finite number")
        if column.least is not None:
            most = np.inf if column.most is None else column.most
            outside = pc.or_(pc.less(numbers, column.least), pc.greater(numbers, most))
            refuse(outside, f"out of range; expected {column.limits}")
        values = pd.Series(texts.cast(pa.float64()).to_pandas())
        return values.astype(column.dtype).array, faults
    return pd.Series(texts.to_pandas(), dtype="str").astype(column.dtype).array, faults


def _as_mask(booleans) -> np.ndarray:
    return booleans.to_numpy(zero_copy_only=False)


def _not_dates(texts) -> list[str]:
    return [text for text in texts.unique().to_pylist() if text and not is_date(text)]


def _suggest_date(value: str) -> str:
    """'did you mean 2022-01-06?' for 6.1.2022, 06/01/2022 or 2022-1-6."""
    numbers = re.findall(r"\d+", value)
    if len(numbers) == 3:
        ordered = numbers if len(numbers[0]) == 4 else numbers[::-1]
        guess = "-".join([ordered[0], *(n.zfill(2) for n in ordered[1:])])
        if is_date(guess):
            return f"did you mean {guess}?"
    if re.fullmatch(DATE_PATTERN, value):
        return "there is no such day in the calendar"
    return ""


def _suggest(value: str, pattern: str) -> str:
    """The value as it was probably meant: 2500 for '2,500', KAZ for 'kaz', a-1 for 'A 1'."""
    plain = re.sub(r"[,\s'’]", "", value)
    dashed = re.sub(r"[^a-z0-9]+", "-", value.lower()).strip("-")
    for guess in (plain, plain.upper(), plain.lower(), dashed):
        if re.fullmatch(pattern, guess):
            return f"did you mean {guess}?"
    return ""
