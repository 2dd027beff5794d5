"""What becomes of each hostile text in each column: it is kept as typed, or refused by name.

A test is a payload; what it lists where it fails are the columns.
"""

import base64
import csv
import io
import json
import re
from pathlib import Path
from zipfile import ZipFile

import pytest

from helpers.dossier import TABLES, load_dossier, read_dossier
from helpers.page.passages import provenance

GROUPS = json.loads((Path(__file__).parent / "fixtures" / "hostile.json").read_text("utf-8"))
# Control, invisible and direction characters, and a formula: no column takes them.
REFUSED = GROUPS["refused"]
PAYLOADS = GROUPS["kept"] | REFUSED
USUAL = {
    "facts": {
        "source_id": "record", "topic": "other", "statement": "The river rose",
        "stated": "2031-05-04", "asserted_by": "the ministry",
    },
    "places": {
        "name": "Ford", "kind": "town", "latitude": "48", "longitude": "67",
        "precision_km": "1", "coordinate_source": "made up",
    },
    "sources": {"kind": "record", "title": "Note", "publisher": "River Office", "language": "en"},
}  # fmt: skip
FIRST_ROW = {"facts": 2, "places": 2, "sources": 3}  # one source stands before


def read_with(folder: Path, write_tables, text: str):
    """A dossier with a text as title and in each column, there in a row of its own; its faults."""
    (folder / "datapackage.json").write_text(json.dumps({"title": text}), encoding="utf-8")
    rows = {
        table.name: [
            {table.key: f"x{n}"} | USUAL[table.name] | {name: text}
            for n, name in enumerate(table.names)
        ]
        for table in TABLES
    }
    return read_dossier(write_tables(folder, **rows))


def title_is_kept_or_refused(title: str, text: str, faults: list) -> bool:
    joined = text.replace("\u200d", "").replace("\u200c", "")  # as letters and emoji are
    if joined.isprintable() and len(text) <= 200:
        return faults == [] and title == text
    return [fault.column for fault in faults] == ["title"] and str(faults[0]).isprintable()


def is_kept_or_refused(cell: str, text: str, column, where: str, faults: list) -> bool:
    """Whether a cell is as it was typed and has no fault, or has one that names it."""
    refuse = column.kind != "text" or text in REFUSED.values()
    if not faults and not refuse:
        return cell == text.strip()
    one = len(faults) == 1 and str(faults[0]).startswith(where) and str(faults[0]).isprintable()
    if not refuse:
        return one and column.name == "anchor" and "expected at most" in faults[0].expected
    return one and len(str(faults[0])) < 600


@pytest.mark.parametrize("payload", [name for name in PAYLOADS if name != "null"])
def test_a_hostile_text_is_kept_as_typed_or_refused_by_name(tmp_path, write_tables, payload):
    text = PAYLOADS[payload]
    dossier, faults = read_with(tmp_path, write_tables, text)
    wrong = []
    for table in TABLES:
        frame = getattr(dossier, table.name)
        for row, column in enumerate(table.columns, start=FIRST_ROW[table.name]):
            at = [f for f in faults if (f.file, f.row, f.column) == (table.file, row, column.name)]
            where = f"{table.file} row {row}, {column.name} "
            cell = frame[column.name].iloc[row - 2]
            if not is_kept_or_refused(cell, text, column, where, at):
                wrong.append((where, cell, [str(fault) for fault in at]))
    of_title = [fault for fault in faults if fault.file == "datapackage.json"]
    if not title_is_kept_or_refused(dossier.title, text, of_title):
        wrong.append(("title", dossier.title, [str(fault) for fault in of_title]))
    assert wrong == []


def test_a_null_byte_spoils_the_file(tmp_path, write_tables):
    _, faults = read_with(tmp_path, write_tables, PAYLOADS["null"])
    told = {fault.file: fault for fault in faults}
    assert told.pop("datapackage.json").column == "title"
    assert set(told) == {table.file for table in TABLES}
    assert all(fault.expected.startswith("is binary") for fault in told.values())


@pytest.fixture(scope="module")
def downloads(hostile_dossier):
    """The files that a page offers, by their name, as text."""
    html = provenance(load_dossier(hostile_dossier)).html
    [content] = re.findall(r'download="hostile.zip" href="[^"]*;base64,([^"]*)"', html)
    packed = ZipFile(io.BytesIO(base64.b64decode(content)))
    return {name: packed.read(name).decode("utf-8-sig") for name in packed.namelist()}


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_no_cell_of_a_download_runs_as_a_formula(hostile_dossier, downloads, table):
    rows = list(csv.DictReader(io.StringIO(downloads[table.file], newline="")))
    frame = getattr(load_dossier(hostile_dossier), table.name)
    assert len(rows) == len(frame)
    numbers = {column.name for column in table.columns if column.is_numeric}
    for row, (_, typed) in zip(rows, frame.astype(object).fillna("").iterrows(), strict=True):
        for name in set(table.names) - numbers:
            assert row[name][:1] not in set("=+-@\t\r")
            assert row[name] in (typed[name], f"'{typed[name]}")
        for name in numbers:
            assert float(row[name] or 0) == float(typed[name] or 0)


def test_the_tables_taken_along_are_the_same_dossier(hostile_dossier, downloads, tmp_path):
    for name, text in downloads.items():
        (tmp_path / name).write_text(text, encoding="utf-8", newline="")
    again, dossier = load_dossier(tmp_path), load_dossier(hostile_dossier)
    for table in TABLES:
        assert getattr(again, table.name).equals(getattr(dossier, table.name))
