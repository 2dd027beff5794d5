"""How a CSV file is read by the schema of its table.

Every column is checked as a whole, and all faults of a file come back together.
"""

import re
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from helpers.dossier import _sheet, schema
from helpers.dossier._faults import Fault, Suggest, UnreadableError, refuse_cells, sort_faults
from helpers.dossier.schema import LONGEST_CELL, PATTERNS, Column, Table, is_date, is_period
from helpers.words import did_you_mean, find_numbers, list_languages, one_of

_THOUSANDS = r"[+-]?[1-9][0-9]{0,2}(?:,[0-9]{3})+"  # a decimal comma, or one between thousands
# What programs write into a cell that holds nothing.
_PLACEHOLDERS = ("NaN", "nan", "NAN", "null", "NULL", "Null", "n/a", "N/A", "<NA>")
# How a day and a month are written; a day before its month is told apart by its points.
_DAYS = (
    "%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%d.%m.%Y", "%m/%d/%Y", "%d/%m/%Y", "%m-%d-%Y", "%d-%m-%Y",
    "%d %b %Y", "%d %B %Y", "%d-%b-%Y", "%b %d, %Y", "%B %d, %Y", "%d. %B %Y",
    "%Y-%m", "%Y/%m", "%Y.%m", "%m/%Y", "%m.%Y", "%m-%Y", "%b %Y", "%B %Y", "%b-%Y",
)  # fmt: skip
_SHORTENED = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)?E\+[0-9]+")  # a long number in a narrow column
_DAY_ZERO = date(1899, 12, 30)  # from which spreadsheets count days
_DEGREES = re.compile(
    r"([NSEW]?)\s*([+\-−]?)(\d+(?:[.,]\d+)?)\s*[°º]?\s*(?:(\d\d?(?:[.,]\d+)?)\s*['′’]\s*)?"
    r"(?:(\d\d?(?:[.,]\d+)?)\s*(?:[\"″”]|'')\s*)?([NSEW]?)",
    re.IGNORECASE,
)


def read_table(path: Path, table: Table) -> tuple[pd.DataFrame | None, list[Fault]]:
    """Read one CSV file by its schema.

    UTF-8 with or without a BOM; commas, semicolons (then with decimal commas) or tabs; any order
    of columns, of which those that are not required may be left out; blank rows are passed over.

    One row a row of the file, its index the row that a spreadsheet shows, in the table's columns,
    order and dtypes, and with names in other languages. A cell at fault is empty in it; `attrs` has
    the file's SHA-256. None where it cannot be told apart into the columns. And the faults by row.
    """
    try:
        sheet, faults = _sheet.read_sheet(path, table)
    except UnreadableError as error:
        return None, [error.fault]
    table = table.add_languages(sheet.names)
    header, columns = _check_header(sheet.names, table), {}
    if not set(sheet.names) & set(table.names):
        return None, header
    faults += header
    for column in table.columns:
        columns[column.name], found = _read_column(sheet, column, table.file)
        faults += found
    frame = pd.DataFrame(columns, index=pd.Index(sheet.rows, name="row"))
    frame.attrs["sha256"] = sheet.sha256
    return frame, sort_faults(faults)


def read_layout(path: Path, table: Table) -> tuple[list[Column], str, list[Fault]]:
    """A file's columns in its order, what parts its cells, and what is wrong with its header."""
    try:
        sheet, _ = _sheet.read_sheet(path, table)
    except UnreadableError as error:
        return [], ",", [error.fault]
    table = table.add_languages(sheet.names)
    columns = [table[name] for name in sheet.names if name in table.names]
    return columns, sheet.delimiter, _check_header(sheet.names, table)


def show_as_typed(path: Path, table: Table, faults: list[Fault]) -> list[Fault]:
    """Faults of one table with its numbers as they stand in the file: '45,5' and not '45.5'."""
    numeric = {column.name for column in table.columns if column.is_numeric}
    shown = [fault for fault in faults if fault.column in numeric and fault.value]
    if not shown:
        return faults
    sheet, _ = _sheet.read_sheet(path, table)
    at = {row: position for position, row in enumerate(sheet.rows.tolist())}
    typed = {one: sheet.columns[one.column][at[one.row]].as_py() for one in shown}
    return [replace(fault, value=typed.get(fault, fault.value)) for fault in faults]


def _check_header(names: list[str], table: Table) -> list[Fault]:
    if not set(names) & set(table.names):
        expected = f"not the header of a table; expected {', '.join(table.names)}"
        return [Fault(table.file, 1, "", ", ".join(names), expected)]
    told: list[tuple[str, ...]] = []  # column, value, what was expected, and perhaps a hint
    missing = [column for column in table.columns if column.name not in names]
    for name in dict.fromkeys(filter(None, names)):
        if name not in table.names:
            hint = _suggest_column(name, [column.name for column in missing])
            hint = hint or f"the columns are {', '.join(table.names)}"
            told.append(("", name, "not a column of this table", hint))
        elif names.count(name) > 1:
            told.append((name, "", "the column is in the header twice"))
    lacking = [column for column in missing if column.required]
    told += [(column.name, "", "the column is missing", column.remedy) for column in lacking]
    return [Fault(table.file, 1, *one) for one in told]


def _suggest_column(name: str, missing: list[str]) -> str:
    """A column that a name is the beginning or the end of, or else the nearest: lat, id."""
    short = name.lower()
    if short.startswith("name_"):
        if schema.read_language(short):
            return f"did you mean {short!r}?"
        other = "one in another language in name_ and its code (BCP 47): name_fr"
        return f"a name in English stands in `name`, {other}"
    longer = [column for column in missing if column.startswith(short)]
    longer += [column for column in missing if column.endswith(f"_{short}")]
    return f"did you mean {longer[0]!r}?" if longer else did_you_mean(name, missing)


@dataclass
class _Cells:
    """The cells of one column while they are checked: what is refused is emptied."""

    texts: pa.Array
    rows: np.ndarray
    column: Column
    file: str
    faults: list[Fault] = field(default_factory=list)

    def refuse(self, bad: pa.Array, expected: str, suggest: Suggest = None):
        """Note the filled cells of a mask as faults, and empty them."""
        if pc.any(bad).as_py():
            bad = pc.and_(pc.fill_null(bad, False), self.texts.is_valid())
            rows = self.rows[bad.to_numpy(zero_copy_only=False)]
            cells = zip(rows, self.texts.filter(bad).to_pylist(), strict=True)
            self.faults += refuse_cells(self.file, self.column.name, cells, expected, suggest)
            self.texts = pc.if_else(bad, None, self.texts)


def _read_column(sheet: _sheet.Sheet, column: Column, file: str):
    """One column in its dtype, and its faults; a cell at fault is emptied."""
    if column.name not in sheet.columns:
        empty = pd.array([None] * len(sheet.rows), dtype="str")
        return pd.Series(empty).astype(column.dtype).array, []
    cells = _Cells(sheet.columns.pop(column.name), sheet.rows, column, file)
    if column.required:
        is_empty = cells.texts.is_null().to_numpy(zero_copy_only=False)
        lacking = ((row, "") for row in sheet.rows[is_empty])
        expected = f"is empty; expected {column.meaning}"
        cells.faults += refuse_cells(file, column.name, lacking, expected)
    if (pc.max(pc.binary_length(cells.texts)).as_py() or 0) > LONGEST_CELL:
        is_long = pc.greater(pc.utf8_length(cells.texts), LONGEST_CELL)
        expected = f"is too long; expected at most {LONGEST_CELL:,} characters"
        cells.refuse(is_long, expected, lambda value: f"it has {len(value):,}")
    if sheet.may_hold_errors:
        cells.refuse(
            _matches(cells.texts, _sheet.ERROR),
            "an error of the spreadsheet; expected a value",
            lambda value: "mend it in the sheet" if value.strip("#") else "widen its column",
        )
    if column.kind == "term":
        terms, said = column.terms, f"not a {column.name}"
        codes = pc.index_in(cells.texts, pa.array(terms, cells.texts.type))
        cells.refuse(codes.is_null(), said, lambda it: did_you_mean(it, terms) or one_of(terms))
        codes = pc.fill_null(codes, -1).to_numpy()
        values = pd.Categorical.from_codes(codes, dtype=column.dtype)
    elif column.is_numeric:
        values = _read_numbers(cells, sheet.delimiter == ";")
    else:
        _check_text(cells, sheet.may_be_damaged)
        values = pd.array(cells.texts, dtype="str")
    return values, cells.faults


def _read_numbers(cells: _Cells, has_comma: bool):
    """Whole, floating or decimal numbers; in a file with semicolons they have decimal commas."""
    column = cells.column
    has_decimals = has_comma and column.kind != "integer"
    pattern, expected = PATTERNS[column.kind]
    least = -np.inf if column.least is None else column.least
    most = np.inf if column.most is None else column.most
    if has_decimals:
        pattern = pattern.replace(r"\.", ",")
        expected = "a number with a decimal comma, as the file has semicolons between cells"
    suggest = partial(_suggest_number, column=column, pattern=pattern, has_comma=has_comma)
    cells.refuse(pc.invert(_matches(cells.texts, pattern)), f"expected {expected}", suggest)
    if has_decimals:  # it may also part thousands: 45,000, but not in a latitude of 43,661
        thousands = pc.replace_substring(cells.texts, ",", "").cast(pa.float64())
        is_either = pc.less_equal(pc.abs(thousands), most)
        is_either = pc.and_(_matches(cells.texts, _THOUSANDS), is_either)
        expected = "is either thousands or decimals; expected a number that can be read in one way"
        cells.refuse(is_either, expected, suggest)
    plain = pc.replace_substring(cells.texts, ",", ".") if has_decimals else cells.texts
    numbers = plain.cast(pa.float64())
    cells.refuse(pc.is_inf(numbers), "too large; expected a finite number")
    outside = pc.or_(pc.less(numbers, least), pc.greater(numbers, most))
    if pc.any(outside).as_py():  # it has limits then
        cells.refuse(outside, f"out of range; expected {column.limits}", lambda _: column.hint)
    plain = pc.if_else(cells.texts.is_valid(), plain, None)
    if column.kind == "decimal":
        return np.array([text and Decimal(text) + 0 for text in plain.to_pylist()], dtype=object)
    values = plain.cast(pa.float64()).to_numpy(zero_copy_only=False) + 0.0  # -0 is 0
    return pd.array(values, dtype=column.dtype) if column.kind == "integer" else values


def _check_text(cells: _Cells, may_be_damaged: bool) -> None:
    column, kind = cells.column, cells.column.kind
    if may_be_damaged:
        damage = "holds a control or invisible character, or the trace of a wrong encoding"
        cells.refuse(pc.match_substring_regex(cells.texts, _sheet.DAMAGE), damage)
    if kind == "text":
        hint = "leave the cell empty, or write 'not stated'"
        is_none = pc.is_in(cells.texts, pa.array(_PLACEHOLDERS, cells.texts.type), skip_nulls=True)
        cells.refuse(is_none, "stands for nothing; expected words", lambda _: hint)
        is_formula, values = pc.starts_with(cells.texts, "="), "save the sheet with its values"
        cells.refuse(is_formula, "a formula; expected words", lambda _: values)
        if pc.any(pc.starts_with(cells.texts, "'")).as_py():
            cells.texts = pc.replace_substring_regex(cells.texts, _sheet.GUARDED, r"\1")
    elif kind in ("date", "period"):
        is_right = is_date if kind == "date" else is_period
        wrong = [text for text in cells.texts.unique().to_pylist() if text and not is_right(text)]
        suggest = _suggest_date if kind == "date" else _suggest_period
        is_wrong = pc.is_in(cells.texts, pa.array(wrong, cells.texts.type), skip_nulls=True)
        cells.refuse(is_wrong, f"expected {column.expected}", suggest)
    else:
        is_wrong = pc.invert(_matches(cells.texts, column.pattern))
        cells.refuse(is_wrong, f"expected {column.expected}", lambda v: _suggest_code(v, column))


def _matches(texts: pa.Array, pattern: str) -> pa.Array:
    return pc.match_substring_regex(texts, f"^(?:{pattern})$")


def _suggest_number(value: str, column: Column, pattern: str, has_comma: bool) -> str:
    """'did you mean 2500?' for '2,500', 'two thousand five hundred' or '2500 people'."""
    if value.lower().strip("+-") in ("nan", "inf", "infinity", "null", "none", "n/a", "na"):
        return "leave the cell empty where there is no number"
    if has_comma and re.fullmatch(_THOUSANDS, value):
        return _offer([value.replace(",", ""), _write_decimals(value)], pattern)
    if _SHORTENED.fullmatch(value):
        return "a spreadsheet has cut off its digits: write all of them"
    below = re.fullmatch(r"\((.+)\)|(\d.*)[-−]", value)  # as accounts have it
    if column.unit == "degree":
        guesses = _read_degrees(value, column)
    else:
        text = (below[1] or below[2]) if below else value
        guesses = [
            f"{-number if below else number:.15g}"
            for start, end, number in find_numbers(text, "de" if has_comma else "en")
            if abs(number) < 1e15 and not re.search(r"\d", text[:start] + text[end:])
        ]
        if has_comma or not guesses:
            guesses.append(value.replace(",", "."))
    if has_comma:
        guesses = [_write_decimals(guess.replace(".", ",")) for guess in guesses]
    hint = "degrees with decimals; south and west are negative" if column.unit == "degree" else ""
    return _offer(guesses, pattern) or hint


def _read_degrees(value: str, column: Column) -> list[str]:
    """'-0.5' for '0.5 S' or 0°30'S in a latitude: an angle that can be read in one way, if any."""
    match = _DEGREES.fullmatch(value)
    if not match:
        return []
    before, sign, *parts, behind = match.groups(default="")
    letter, away = (before + behind).upper(), "NS" if column.most == 90 else "EW"
    whole, minutes, seconds = (float(part.replace(",", ".") or 0) for part in parts)
    if (letter and (sign or letter not in away)) or max(minutes, seconds) >= 60:
        return []
    degrees = round(whole + minutes / 60 + seconds / 3600, 6)
    is_below = bool(sign.strip("+")) or letter == away[1]
    return [f"{-degrees if is_below else degrees:.10g}"] if degrees <= (column.most or 0) else []


def _write_decimals(number: str) -> str:
    """A number with a decimal comma so that it is not taken for thousands: 45,0 for 45,000."""
    whole, comma, decimals = number.partition(",")
    decimals = decimals.rstrip("0") or "0"
    return f"{whole},{decimals}{'0' if len(decimals) == 3 else ''}" if comma else number


def _suggest_date(value: str) -> str:
    """'did you mean 2022-01-06?' for 6.1.2022, '6 Jan 2022', 2022-1-6 or a spreadsheet's 44567."""
    if re.fullmatch(PATTERNS["date"][0], value):
        return "there is no such day in the calendar"
    if re.fullmatch(r"[0-9]{5}(?:[.,]0)?", value):
        counted = _DAY_ZERO + timedelta(days=int(value[:5]))
        return f"did you mean {counted}? It is what a spreadsheet counts as day {value[:5]}"
    if is_period(value):
        return "an interval stands in `date` only"
    day = re.sub(r"[T ]\d{1,2}:\d\d.*", "", value, flags=re.DOTALL)
    guesses = []
    for form in _DAYS:
        with suppress(ValueError):
            guesses.append(datetime.strptime(day, form).isoformat()[: 10 if "%d" in form else 7])
    known = "a date is a year from 0001 to 9999, or a month or a day in it"
    return _offer(guesses, PATTERNS["date"][0]) or known


def _suggest_period(value: str) -> str:
    """'did you mean 2016-02-20/2016-02-21?' for '2016-02-20 to 2016-02-21' or 2016-02-20/21."""
    if re.fullmatch(PATTERNS["period"][0], value) and all(map(is_date, value.split("/"))):
        return "it ends before it begins"
    first, _, last = re.sub(r"\s*(?:/|–|—|\.\.| - | to )\s*", "/", value, count=1).partition("/")
    guesses = [f"{first}/{last}", f"{first}/{first[: -len(last)]}{last}"]
    return _offer([guess for guess in guesses if is_period(guess)]) or _suggest_date(value)


def _suggest_code(value: str, column: Column) -> str:
    """'did you mean KAZ?' for 'kaz', 'a-1?' for 'A 1', 'en?' for 'English', 'a b?' for 'a; b'."""
    if _SHORTENED.fullmatch(value):
        return "a spreadsheet has made a number of it: format its column as text"
    value = re.sub(r"^([0-9]+)[.,]0+$", r"\1", value)  # the number that was made of an id
    dashed = re.sub(r"[^a-z0-9]+", "-", value.lower()).strip("-")
    guesses = [value.upper(), value.lower(), dashed][: 3 if value.isascii() else 0]
    if column.kind == "language":
        guesses[:0] = [code for code, name in list_languages().items() if name == value.title()]
    if column.several:
        guesses.insert(0, " ".join(re.split(r"[,;\s]+", value)))
    return _offer(guesses, column.pattern)


def _offer(guesses: list[str], pattern: str = ".+") -> str:
    """'did you mean 2022-01-06 or 2022-06-01?', of the guesses that fit."""
    fit = [guess for guess in dict.fromkeys(guesses) if re.fullmatch(pattern, guess)]
    return f"did you mean {' or '.join(fit)}?" if fit else ""
