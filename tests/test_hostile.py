"""What becomes of each hostile text in each column: it is kept as typed, or refused by name.

The ids of the tests are the table of it: payload, table, column.
"""

import base64
import csv
import io
import json
import re
from functools import lru_cache
from pathlib import Path

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
COLUMNS = [(table, column) for table in TABLES for column in table.columns]
FIRST_ROW = {"facts": 2, "places": 2, "sources": 3}  # one source stands before
CELLS = [
    pytest.param(payload, table, column, id=f"{payload}-{table.name}-{column.name}")
    for payload in PAYLOADS
    if payload != "null"
    for table, column in COLUMNS
]


@pytest.fixture(scope="module")
def read_with(tmp_path_factory, write_tables):
    """A dossier that has a payload in each column, each time in a row of its own; its faults."""

    @lru_cache(maxsize=1)
    def read(payload: str):
        rows = {
            table.name: [
                {table.key: f"x{n}"} | USUAL[table.name] | {name: PAYLOADS[payload]}
                for n, name in enumerate(table.names)
            ]
            for table in TABLES
        }
        return read_dossier(write_tables(tmp_path_factory.mktemp(payload), **rows))

    return read


@pytest.mark.parametrize(("payload", "table", "column"), CELLS)
def test_a_hostile_cell_is_kept_as_typed_or_refused_by_name(read_with, payload, table, column):
    dossier, faults = read_with(payload)
    row = FIRST_ROW[table.name] + table.names.index(column.name)
    at = [f for f in faults if (f.file, f.row, f.column) == (table.file, row, column.name)]
    if column.kind != "text" or payload in REFUSED:
        assert len(at) == 1
        where = f"{table.file} row {row}, {column.name} "
        assert str(at[0]).startswith(where)
        assert str(at[0]).isprintable()
        assert len(str(at[0])) < 600
    elif column.name == "anchor" and at:
        assert "expected at most" in at[0].expected
        assert str(at[0]).isprintable()
    else:
        assert at == []
        frame = getattr(dossier, f"_{table.name}")
        cell = frame[column.name].iloc[row - 2]
        assert cell == PAYLOADS[payload].strip()


def test_a_null_byte_spoils_the_file(read_with):
    _, faults = read_with("null")
    assert {fault.file for fault in faults} == {table.file for table in TABLES}
    assert all(fault.expected.startswith("is binary") for fault in faults)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_hostile_title_is_kept_as_typed_or_refused_by_name(tmp_path, write_tables, payload):
    title = PAYLOADS[payload]
    write_tables(tmp_path, facts=[{"fact_id": "f1"} | USUAL["facts"]])
    (tmp_path / "datapackage.json").write_text(json.dumps({"title": title}), encoding="utf-8")
    dossier, faults = read_dossier(tmp_path)
    if title.isprintable() and len(title) <= 200:
        assert faults == []
        assert dossier.title == title
    else:
        assert [(fault.file, fault.column) for fault in faults] == [("datapackage.json", "title")]
        assert str(faults[0]).isprintable()


@pytest.fixture(scope="module")
def downloads(hostile_dossier):
    """The files that a page offers, by their name, as text."""
    html = provenance(load_dossier(hostile_dossier)).html
    found = re.findall(r'download="hostile-([^"]*)" href="[^"]*;base64,([^"]*)"', html)
    return {name: base64.b64decode(content).decode() for name, content in found}


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_no_cell_of_a_download_runs_as_a_formula(hostile_dossier, downloads, table):
    rows = list(csv.DictReader(io.StringIO(downloads[table.file], newline="")))
    frame = getattr(load_dossier(hostile_dossier), table.name)
    assert len(rows) == len(frame)
    numbers = {column.name for column in table.columns if column.kind in ("integer", "number")}
    for row, (_, typed) in zip(rows, frame.astype(object).fillna("").iterrows(), strict=True):
        for name in set(table.names) - numbers:
            assert row[name][:1] not in set("=+-@\t\r")
            assert row[name] in (typed[name], f"'{typed[name]}")
        for name in numbers:
            assert float(row[name] or 0) == float(typed[name] or 0)


def test_the_download_for_programs_is_exact(hostile_dossier, downloads):
    data = json.loads(downloads["dossier.json"])
    dossier = load_dossier(hostile_dossier)
    for table in TABLES:
        frame = getattr(dossier, table.name).astype(object)
        filled = [row.dropna().to_dict() for _, row in frame.iterrows()]
        assert data[table.name] == filled
