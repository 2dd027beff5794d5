"""Tables that must be refused, each with its own message, and tables that must be accepted."""

import codecs
import csv
import io
import os
import random
import shutil
import time
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from helpers.dossier import TABLES, format_csv, load_dossier, read_dossier
from helpers.dossier._checks import find_plain_numbers
from helpers.dossier._reading import read_layout, read_table
from helpers.dossier.schema import FACTS, is_date
from helpers.words import format_number, states_number

FIXTURES = Path(__file__).parents[1] / "fixtures"
COLUMNS = ", ".join(FACTS.names)


def find_fixtures(kind: str) -> list[str]:
    """'facts/infinity' and the like: tables with one property each, which their names tell.

    Each takes the place of a table of the dossier `ferry`, which has no fault. Beside a table that
    is refused stand its messages.
    """
    paths = (FIXTURES / kind).glob("*/*.csv")
    return sorted(f"{path.parent.name}/{path.stem}" for path in paths)


@pytest.fixture
def ferry(tmp_path) -> Path:
    """A copy of a dossier without a fault, for a test to spoil."""
    return shutil.copytree(FIXTURES / "ferry", tmp_path / "ferry")


@pytest.fixture
def read_bytes_as_facts(ferry):
    """The messages for some bytes as the facts of the dossier."""

    def read(data: bytes) -> list[str]:
        (ferry / "facts.csv").write_bytes(data)
        return [str(fault) for fault in read_dossier(ferry)[1]]

    return read


def put(ferry: Path, kind: str, name: str) -> Path:
    """Put a fixture in the place of a table."""
    source = FIXTURES / kind / f"{name}.csv"
    return Path(shutil.copy(source, ferry / f"{source.parent.name}.csv"))


def read_messages(name: str) -> list[str]:
    return (FIXTURES / "refused" / f"{name}.txt").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("name", find_fixtures("refused"))
def test_refused(ferry, name):
    put(ferry, "refused", name)
    assert [str(fault) for fault in read_dossier(ferry)[1]] == read_messages(name)


@pytest.mark.parametrize("name", find_fixtures("accepted"))
def test_accepted(ferry, name):
    put(ferry, "accepted", name)
    found, plain = load_dossier(ferry), load_dossier(FIXTURES / "ferry")
    found_facts, facts = found.facts, plain.facts
    if name.endswith("-in-a-cell"):
        found_facts, facts = found_facts.drop(columns="note"), facts.drop(columns="note")
    pd.testing.assert_frame_equal(found_facts, facts)
    pd.testing.assert_frame_equal(found.places, plain.places)
    pd.testing.assert_frame_equal(found.sources, plain.sources)


@pytest.mark.parametrize(
    ("name", "note"),
    [
        ("quotes", 'Given back "by telephone"'),
        ("line-breaks", "Given back\nby telephone"),
        ("delimiters", "Given back; by, telephone"),
    ],
)
def test_a_quoted_cell_keeps_what_it_holds(ferry, name, note):
    put(ferry, "accepted", f"facts/{name}-in-a-cell")
    assert load_dossier(ferry).facts["note"].iloc[-1] == note


@pytest.mark.parametrize(
    ("told", "states"),
    [
        (("850 million euros", "850", "million euros"), None),
        (("1.5 million boats", "1.5", "million boats"), None),
        (("12 thousand people came", "12", "thousand boats"), None),
        (("1.1 billion", "1.1", "billion euros"), None),
        (("850 million euros", "850", "euros"), ", which states 850000000"),
        (("41 thousand euros", "41", "million euros"), ", which states 41000"),
        (("prices fell 3.4 per cent", "-3.4", "per cent"), ", which states 3.4"),
        (("nothing of the kind", "2", "boats"), ""),
    ],
)
def test_an_anchor_states_a_number_as_its_unit_has_it(ferry, edit_cells, told, states):
    anchor, value, unit = told
    edit_cells(ferry, "facts", "f1", anchor=anchor, value=value, unit=unit, statement="Costs")
    faults = [str(fault) for fault in read_dossier(ferry)[1] if fault.column == "value"]
    lost = f"facts.csv row 2, value '{value}': does not stand in the anchor '{anchor}'{states}"
    assert faults == ([] if states is None else [lost])


@pytest.mark.parametrize(
    "told",
    [
        ("7.0", "per cent", "", "7.0"),  # who measures may state it so
        ("7.0", "boats", "", "7"),  # nobody counts tenths of a boat: a program wrote the column
        ("7.0", "per cent", "rose to 7 per cent", "7"),
        ("7.0", "per cent", "rose to 7.0 per cent", "7.0"),
        ("7.0", "per cent", "rose to 7,0 per cent", "7.0"),
        ("3.0", "million people", "some 3.0m people", "3.0"),
        ("70.0", "per cent", "to 70 per cent by 10.05", "70"),
        ("2.50", "boats", "", "2.50"),
    ],
)
@pytest.mark.parametrize("name", ["value", "low"])
def test_a_zero_behind_the_point_stays_where_it_was_stated(build_dossier, name, told):
    value, unit, anchor, printed = told
    usual = {"topic": "casualties", "statement": "Of the year", "measure": "m", "unit": unit}
    usual |= {"anchor": anchor, "of_whom": "not stated"}
    limits = {"high": "900", "anchor": anchor and f"{anchor}, 900"} if name == "low" else {}
    for others in ([], [usual | {"value": 8, "anchor": "8"}]):  # by itself, whatever is beside it
        facts = build_dossier(usual | {name: value} | limits, *others).facts
        assert format_number(facts[name][0]) == printed


@pytest.mark.parametrize(
    "cells",
    [
        {"value": "12", "comparison": "same"},
        {"value": "14", "comparison": "differs"},
        {"value": "14", "comparison": "cannot be compared"},
        {"value": "14", "measure": "boats hurt", "unit": "boats", "comparison": "same"},  # no pair
        {"value": "", "comparison": "same"},
    ],
)
def test_a_fact_that_is_held_against_one_of_another_source(ferry, edit_cells, cells):
    edit_cells(ferry, "facts", "f5", compared_with="f1", **cells)
    facts = load_dossier(ferry).facts.set_index("fact_id")
    assert facts.loc["f5", "compared_with"] == "f1"
    assert facts.loc["f5", "comparison"] == cells["comparison"]


def test_a_comparison_may_stand_in_either_of_the_two_facts(ferry, edit_cells):
    edit_cells(ferry, "facts", "f1", compared_with="f5", comparison="differs")
    assert [str(fault) for fault in read_dossier(ferry)[1]] == []


def test_each_of_many_cells_at_fault_has_its_own_words(ferry):
    facts = pd.read_csv(ferry / "facts.csv", dtype=str, keep_default_na=False)
    one = facts.iloc[[0]].assign(statement="Hurt: 77 of 88")
    pd.concat([one, facts, one.assign(value="13"), one]).to_csv(ferry / "facts.csv", index=False)
    faults = [str(fault) for fault in read_dossier(ferry)[1]]
    said = "stands neither in the anchor nor in value, low or high"
    rows = range(2, len(facts) + 5)
    doubles = [rows[1], rows[-2], rows[-1]]
    assert [f for f in faults if "duplicate" in f] == [
        f"facts.csv row {row}, fact_id 'f1': a duplicate of row 2; expected an id of its own"
        for row in doubles
    ]
    assert [f for f in faults if said in f] == [
        f"facts.csv row {row}, statement 'Hurt: 77 of 88': {number} {said}"
        for row in (rows[0], rows[-2], rows[-1])
        for number in (77, 88)
    ]
    assert [f for f in faults if "value" in f and said not in f] == [
        f"facts.csv row {rows[-2]}, value '13': does not stand in the anchor "
        "'At least 12 passengers', which states 12"
    ]


def test_a_comparison_beside_facts_without_an_id_or_with_one_twice(ferry, edit_cells):
    edit_cells(ferry, "facts", "f5", comparison="differs")
    edit_cells(ferry, "facts", "f6", compared_with="f1", comparison="differs")
    text = (ferry / "facts.csv").read_text().replace("\nf2,", "\nf1,").replace("\nf3,", "\n,")
    (ferry / "facts.csv").write_text(text)
    assert [str(fault) for fault in read_dossier(ferry)[1]] == [
        "facts.csv row 3, fact_id 'f1': a duplicate of row 2; expected an id of its own",
        "facts.csv row 4, fact_id: is empty; expected the fact's own id",
        "facts.csv row 6, compared_with: is empty; a comparison is one with a fact",
        "facts.csv row 7, replaces 'f2': no such fact_id in facts.csv",
    ]


def test_a_fact_comes_after_each_of_those_that_it_replaces(ferry, edit_cells):
    edit_cells(ferry, "facts", "f6", replaces="f2 f5", stated="2031-05-05")
    assert [str(fault) for fault in read_dossier(ferry)[1]] == [
        "facts.csv row 7, stated '2031-05-05': before the fact that it replaces was stated; "
        "expected a later day"
    ]


def test_all_faults_of_all_tables_come_in_one_pass(ferry):
    put(ferry, "refused", "facts/thousands-comma")
    put(ferry, "refused", "places/latitude-and-longitude-swapped")
    put(ferry, "refused", "sources/unknown-kind")
    (ferry / "datapackage.json").write_text("[]")
    assert [str(fault) for fault in read_dossier(ferry)[1]] == [
        "datapackage.json: expected a JSON object, such as one with a title",
        *read_messages("facts/thousands-comma"),
        *read_messages("places/latitude-and-longitude-swapped"),
        *read_messages("sources/unknown-kind"),
    ]


@pytest.mark.parametrize(
    ("statement", "cells"),
    [
        ("At least 12 hurt", {}),
        ("On 5 May 2031 some were hurt", {}),
        ("Some were hurt on 2031-05-05", {}),
        ("Between 10 and 15 boats lie in port", {"f": "f4"}),
        ("The boats 10-15 lie in port", {"f": "f4"}),
        ("The fare was paid back 2 times", {"f": "f3"}),
        ("The 2nd fare was paid back", {"f": "f3", "anchor": "second fare", "value": ""}),
        ("Article 21 holds", {"f": "f3", "anchor": "twenty-first article", "value": ""}),
        ("Of the 99 some were counted", {"f": "f5"}),  # of a record
    ],
)
def test_what_a_statement_may_say_in_digits(ferry, edit_cells, statement, cells):
    fact = cells.pop("f", "f1")
    edit_cells(ferry, "facts", fact, statement=statement, **cells)
    assert [str(fault) for fault in read_dossier(ferry)[1]] == []


@pytest.mark.parametrize(
    ("statement", "number"),
    [
        ("Some 120 were hurt", "120"),
        ("12 of 400 were hurt", "400"),
        ("On 7 May some were hurt", "7"),
        ("In 2030 some were hurt", "2030"),
    ],
)
def test_what_a_statement_may_not_say_in_digits(ferry, edit_cells, statement, number):
    edit_cells(ferry, "facts", "f1", statement=statement)
    assert [str(fault) for fault in read_dossier(ferry)[1]] == [
        f"facts.csv row 2, statement '{statement}': {number} stands neither in the anchor nor in "
        "value, low or high"
    ]


@pytest.mark.parametrize(
    ("typed", "hint"),
    [
        ("45,000", "did you mean 45000 or 45,0?"),
        ("45,120", "did you mean 45120 or 45,12?"),
        ("1,234", "did you mean 1234 or 1,2340?"),
        ("1,000,000", "did you mean 1000000?"),
        ("1.200", "did you mean 1200 or 1,2?"),
    ],
)
def test_a_comma_that_may_part_thousands_has_a_hint(ferry, typed, hint):
    facts = (FIXTURES / "accepted" / "facts" / "semicolons.csv").read_text()
    facts = facts.replace("people waiting;2500;", f"people waiting;{typed};")
    (ferry / "facts.csv").write_text(facts)
    [fault] = read_dossier(ferry)[1]
    assert (fault.row, fault.value, fault.suggestion) == (3, typed, hint)


def test_a_comma_that_can_only_be_a_decimal_one_is_read_so(ferry):
    put(ferry, "accepted", "places/semicolons-and-decimal-commas")
    places = (ferry / "places.csv").read_text()
    assert "43,25;-120,5;7,5" in places
    (ferry / "places.csv").write_text(places.replace("43,25;-120,5;7,5", "43,661;-120,125;0,750"))
    place = load_dossier(ferry).places.iloc[0]
    assert (place["latitude"], place["longitude"], place["precision_km"]) == (
        43.661,
        -120.125,
        0.75,
    )


def test_a_missing_table(ferry):
    (ferry / "places.csv").unlink()
    assert [str(fault) for fault in read_dossier(ferry)[1]] == ["places.csv: there is no such file"]


def test_a_missing_table_with_a_similar_file(ferry):
    (ferry / "places.csv").rename(ferry / "Places.csv")
    assert [str(fault) for fault in read_dossier(ferry)[1]] == [
        "places.csv: there is no such file (there is 'Places.csv')"
    ]


def test_a_folder_in_the_place_of_a_table(ferry):
    (ferry / "facts.csv").unlink()
    (ferry / "facts.csv").mkdir()
    assert [str(fault) for fault in read_dossier(ferry)[1]] == ["facts.csv: is not a file"]


def test_a_table_that_links_to_itself(ferry):
    (ferry / "facts.csv").unlink()
    (ferry / "facts.csv").symlink_to("facts.csv")
    assert [str(fault) for fault in read_dossier(ferry)[1]] == [
        "facts.csv: cannot be read: Too many levels of symbolic links"
    ]


def test_a_pipe_in_the_place_of_a_table(ferry):
    (ferry / "facts.csv").unlink()
    os.mkfifo(ferry / "facts.csv")
    assert [str(fault) for fault in read_dossier(ferry)[1]] == ["facts.csv: is not a file"]


def test_a_table_that_may_not_be_read(ferry, monkeypatch):
    def refuse(path):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    assert [str(fault) for fault in read_dossier(ferry)[1]] == [
        f"{name}: cannot be read: Permission denied"
        for name in ("datapackage.json", "facts.csv", "places.csv", "sources.csv")
    ]


def test_a_table_of_more_than_two_gigabytes(ferry):
    os.truncate(ferry / "facts.csv", 2**31)
    assert [str(fault) for fault in read_dossier(ferry)[1]] == ["facts.csv: is larger than 2 GB"]


def test_a_cell_of_ten_megabytes(ferry):
    header, row, *rest = (ferry / "facts.csv").read_text().splitlines()
    rows = [header, row + "x" * 10_000_000, *rest]
    (ferry / "facts.csv").write_text("\n".join(rows))
    shown = "x" * 59 + "…"
    assert [str(fault) for fault in read_dossier(ferry)[1]] == [
        f"facts.csv row 2, note '{shown}': is too long; expected at most 10,000 characters "
        "(it has 10,000,000)"
    ]


def test_a_header_of_very_many_columns(read_bytes_as_facts):
    assert read_bytes_as_facts(b"fact_id" + b",a" * 5_000 + b"\n") == [
        "facts.csv row 1: 5001 columns; no table has so many"
    ]


def test_a_header_of_one_very_long_name(read_bytes_as_facts):
    (message,) = read_bytes_as_facts(b"a" * 1_000_000 + b"\n1\n")
    assert message == (
        f"facts.csv row 1 '{'a' * 59}…': not the header of a table; expected {COLUMNS}"
    )


def test_messages_show_control_characters_escaped(read_bytes_as_facts):
    header = ",".join(FACTS.names)
    (message, *_) = read_bytes_as_facts(f"{header},\x1b[2J\u202e\n".encode())
    assert message.startswith(r"facts.csv row 1 '\x1b[2J\u202e': not a column of this table")


def test_a_cell_at_fault_is_not_called_empty_too(ferry):
    facts = (ferry / "facts.csv").read_text().replace("f1,report,2,", "f1,report,second,")
    (ferry / "facts.csv").write_text(facts)
    assert [str(fault) for fault in read_dossier(ferry)[1]] == [
        "facts.csv row 2, paragraph 'second': expected a whole number"
    ]


def test_every_one_of_many_faults_is_told(read_bytes_as_facts):
    row = "f{},report,2,At least 12 passengers,casualty {},,,x,x,12,,,people,,x,,2031,p{},,x,,,,,\n"
    rows = [row.format(n, n, n) for n in range(20_000)]
    messages = read_bytes_as_facts((",".join(FACTS.names) + "\n" + "".join(rows)).encode())
    assert len(messages) == 40_000


DTYPES = {"integer": "Int64", "decimal": "object", "term": "category"}


def test_a_file_is_read_into_its_dtypes():
    frame, faults = read_table(FIXTURES / "ferry" / FACTS.file, FACTS)
    assert faults == []
    assert {name: str(dtype) for name, dtype in frame.dtypes.items()} == {
        column.name: DTYPES.get(column.kind, "str") for column in FACTS.columns
    }


def test_what_a_source_states_keeps_its_digits(tmp_path):
    text = (FIXTURES / "ferry" / FACTS.file).read_text()
    header, first, *_ = text.splitlines()
    row = dict(zip(header.split(","), next(csv.reader([first])), strict=True))
    row |= {"value": "123456789.12", "low": "2.50", "high": "", "unit": "m"}
    out = io.StringIO()
    csv.writer(out).writerows([row.keys(), row.values()])
    (tmp_path / FACTS.file).write_text(out.getvalue())
    frame, _ = read_table(tmp_path / FACTS.file, FACTS)
    assert frame["value"].iloc[0] == Decimal("123456789.12")
    assert str(frame["low"].iloc[0]) == "2.50"
    assert frame["high"].isna().all()


def test_the_index_is_the_row_that_a_spreadsheet_shows():
    frame, _ = read_table(FIXTURES / "accepted" / "facts" / "blank-rows-between.csv", FACTS)
    assert list(frame.index) == [3, 5, 7, 9, 11, 13]


def test_the_layout_of_a_file():
    path = FIXTURES / "accepted" / "facts" / "columns-in-another-order.csv"
    columns, delimiter, faults = read_layout(path, FACTS)
    assert (columns[0].name, columns[-1].name, delimiter) == ("note", "fact_id", ",")
    assert faults == []


@pytest.mark.parametrize("text", ["2022", "2022-02", "2020-02-29", "0001-01-01"])
def test_is_date(text):
    assert is_date(text)


@pytest.mark.parametrize(
    "text",
    ["", "22", "2022-13", "2022-00", "2022-02-29", "0000", "2022-1-1", "2022-W01", "20220106",
     "2022-01-06 ", "٢٠٢٢", "2022-01-", "-2022"],
)  # fmt: skip
def test_is_no_date(text):
    assert not is_date(text)


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_quick_look_at_an_anchor_sees_no_number_that_a_close_one_does_not(language):
    chance = random.Random(1)
    pieces = [
        *"12 ,.-('%",
        "2,500",
        "2.5",
        "1,00,000",
        "five",
        "19th",
        "3.4.5",
        "\u00a0",
        " million",
        "½",
        "/",
        " and a half",
        "minus ",
    ]
    anchors = ["".join(chance.choices(pieces, k=3)) for _ in range(2_000)]
    found = find_plain_numbers(pd.Series(anchors, dtype="str"), np.array([language] * 2_000))
    seen = np.isfinite(found)
    assert seen.mean() > 0.01
    assert all(
        states_number(anchor, number, language)
        for anchor, number in zip(np.array(anchors)[seen], found[seen], strict=True)
    )


HOSTILE_CELLS = (
    "'=1+1", "'==", "''=", "+49 30", "-5 and less", "@home", "'@home", "'quoted' words", "'", "''",
    "'\t=", "a\tb", "a\rb", "a\nb", "a\r\nb", 'say "so"', '"', ",;", "  within  spaces  ",
    "Ünïcödé, Казахстан", "'-", "'+'", "|", "sep=;", "1E+05", "007", "TRUE",
)  # fmt: skip


def test_a_table_comes_back_from_a_spreadsheet_s_file_as_it_was(tmp_path, write_tables):
    rows = [
        {"fact_id": f"f{n}", "source_id": "record", "topic": "other", "stated": "2031"}
        | {"statement": cell, "asserted_by": cell, "note": cell, "actor": f"'{cell}"}
        | {"low": n / 7, "high": 10.0 ** (n / 2), "unit": "boats"}
        for n, cell in enumerate(HOSTILE_CELLS, start=1)
    ]
    folder = write_tables(tmp_path / "hostile", facts=rows)
    first, faults = read_table(folder / FACTS.file, FACTS)
    assert faults == []
    assert {"=1+1", "@home", "-5 and less", "a\r\nb"} <= set(first["note"])
    (folder / FACTS.file).write_bytes(format_csv(first).encode())
    again, faults = read_table(folder / FACTS.file, FACTS)
    assert faults == []
    pd.testing.assert_frame_equal(again, first)
    assert (folder / FACTS.file).read_bytes() == format_csv(again).encode()


@pytest.mark.parametrize("name", ["ferry", "kazakhstan-2022"])
def test_a_dossier_comes_back_from_a_spreadsheet_s_files_as_it_was(tmp_path, name):
    folder = FIXTURES / name if name == "ferry" else name
    first = load_dossier(folder)
    again = shutil.copytree(first.folder, tmp_path / name)
    for table in TABLES:
        file = again / table.file
        file.write_bytes(format_csv(getattr(first, table.name)).encode())
        assert file.read_bytes().startswith(codecs.BOM_UTF8)
    for table in TABLES:
        pd.testing.assert_frame_equal(
            getattr(load_dossier(again), table.name), getattr(first, table.name)
        )


def test_no_text_of_a_table_runs_as_a_formula():
    texts = pd.DataFrame({"text": ["=1", "+1", "-1", "@a", "\ta", "\ra", "'=1", "a=1"], "n": -1})
    rows = list(csv.DictReader(io.StringIO(format_csv(texts).removeprefix("\ufeff"), newline="")))
    assert [row["text"] for row in rows] == [
        "'=1", "'+1", "'-1", "'@a", "'\ta", "'\ra", "''=1", "a=1",
    ]  # fmt: skip
    assert {row["n"] for row in rows} == {"-1"}


@pytest.mark.parametrize(
    ("typed", "hint"),
    [
        ("0.5 S", "did you mean -0.5?"),
        ("0.5° S", "did you mean -0.5?"),
        ("S 0,5", "did you mean -0.5?"),
        ("0.5 N", "did you mean 0.5?"),
        ("43°15'N", "did you mean 43.25?"),
        ("43° 15′ 36″ s", "did you mean -43.26?"),
        ("−0.5°", "did you mean -0.5?"),
        ("43,661", "did you mean 43.661?"),
        ("-0.5 S", ""),  # south of what?
        ("0.5 W", ""),
        ("43°75'", ""),
        ("91 N", ""),
        ("N", ""),
        ("43.25, -120.5", ""),
    ],
)
def test_a_latitude_with_letters_has_a_hint(ferry, edit_cells, typed, hint):
    edit_cells(ferry, "places", "orla-bay", latitude=typed)
    [fault] = read_dossier(ferry)[1]
    other = "degrees with decimals; south and west are negative"
    assert (fault.column, fault.value) == ("latitude", typed)
    assert fault.suggestion == (hint or other)


@pytest.mark.parametrize(
    ("typed", "dates"),
    [
        ("6.1.2022", "2022-01-06"),
        ("06/01/2022", "2022-06-01 or 2022-01-06"),
        ("13/01/2022", "2022-01-13"),
        ("2022/1/6", "2022-01-06"),
        ("2022-01-06T10:00Z", "2022-01-06"),
        ("6 January 2022", "2022-01-06"),
        ("January 6, 2022", "2022-01-06"),
        ("Jan 2022", "2022-01"),
        ("1/2022", "2022-01"),
        ("2031-05-05 to 2031-05-06", "2031-05-05/2031-05-06"),
        ("2031-05-05–2031-05-06", "2031-05-05/2031-05-06"),
        ("2031-05-05/06", "2031-05-05/2031-05-06"),
        *dict.fromkeys(
            ["2031-Q2", "-0044-03-15", "2031-W05", "2031-123", "20310505", "2031-01/2031-13",
             "6 Jan 22", "6.1.22", "2031?", "spring 2031", "5 to 6 May 2031", "44567890", "May",
             "2031-05-05 or so"],
            None,
        ).items(),
    ],
)  # fmt: skip
def test_a_date_s_hint_is_a_date_that_it_can_only_mean(ferry, edit_cells, typed, dates):
    edit_cells(ferry, "facts", "f1", date=typed)
    [fault] = read_dossier(ferry)[1]
    known = "a date is a year from 0001 to 9999, or a month or a day in it"
    assert (fault.column, fault.value) == ("date", typed)
    assert fault.suggestion == (f"did you mean {dates}?" if dates else known)


def spoil(data: bytes, chance: random.Random) -> bytes:
    """Bytes with some of them cut, doubled, changed or put in."""
    pieces = [b'"', b"'", b",", b";", b"\t", b"\n", b"\r", b"\r\n", b"\0", b"\x1a", b"\x1b[31m",
              b"\xef\xbb\xbf", b"\xff\xfe", b"\xe2\x80\xae", b"nan", b"1e999", b"-0", b"=1+1",
              "٣".encode(), "１２".encode(), b"0000", b"2022-02-30", b"f1", b'""', b" ", b"\xc2",
              b"9" * 400, b"\xed\xa0\x80"]  # fmt: skip
    for _ in range(chance.randint(1, 6)):
        at, to = sorted(chance.randint(0, len(data)) for _ in range(2))
        to = min(to, at + chance.choice([0, 0, 1, 5, 200]))
        new = chance.choice([b"", chance.choice(pieces), chance.randbytes(3), data[at:to] * 2])
        data = data[:at] + new + data[to:]
    return data


def test_whatever_the_bytes_there_is_a_message_and_no_traceback(ferry):
    seed = int(os.environ.get("FUZZ_SEED", "1"))
    seconds = float(os.environ.get("FUZZ_SECONDS", "4"))
    chance = random.Random(seed)
    files = [*(table.file for table in TABLES), "datapackage.json"]
    good = {name: (ferry / name).read_bytes() for name in files}
    end, read = time.monotonic() + seconds, 0
    while time.monotonic() < end or read < 20:
        name = chance.choice(files)
        spoilt = spoil(good[name], chance)
        (ferry / name).write_bytes(spoilt)
        dossier, faults = read_dossier(ferry)
        assert all(str(fault).isprintable() for fault in faults), spoilt
        assert str(dossier)
        (ferry / name).write_bytes(good[name])
        read += 1
