"""Rows under a person's hands: written at once, taken back, and never lost to another desk."""

import subprocess
import sys
import time

import pytest

from helpers.authoring import DRAFTS, Desk
from helpers.dossier import FACTS, PLACES, read_dossier, write_row
from helpers.errors import DossierError

HURT = {
    "source_id": "article", "paragraph": "3", "anchor": "At least 12 people", "topic": "casualties",
    "statement": "People were hurt", "measure": "hurt", "value": "12", "unit": "people",
    "qualifier": "at least", "of_whom": "not stated", "date": "2031-05-05",
    "asserted_by": "the fire brigade",
}  # fmt: skip
MISSING = HURT | {"anchor": "two are missing", "statement": "Others are missing", "value": "2"}
MISSING |= {"measure": "missing", "qualifier": ""}


def ids(desk, table=FACTS):
    return [row[table.key] for row in desk.read(table)]


def test_an_accepted_row_is_a_sound_fact(orla):
    assert Desk(orla).accept(HURT) == ("f1", "")
    story, faults = read_dossier(orla)
    assert faults == []
    assert story.facts["statement"].tolist() == ["People were hurt"]


@pytest.mark.parametrize(
    ("cells", "wrong"),
    [
        ({"value": "13"}, "13 does not stand in"),
        ({"anchor": "people"}, "12 does not stand in"),
        ({"anchor": "At least 12 folk"}, "does not stand in paragraph 3"),
        ({"statement": ""}, "statement: is empty"),
        ({"topic": "casualtys"}, "did you mean 'casualties'?"),
        ({"place_id": "nowhere"}, "no such place_id"),
        ({"date": "Monday"}, "date: expected a date"),
        ({"anchor": "=1+1"}, "does not stand in"),
    ],
)
def test_a_row_that_is_not_sound_is_a_draft_and_stops_no_report(orla, cells, wrong):
    desk = Desk(orla)
    key, told = desk.accept(HURT | cells)
    assert wrong in told
    assert (ids(desk), ids(desk, DRAFTS)) == ([], [key])
    assert read_dossier(orla)[1] == []
    assert desk.accept(HURT, draft=key) == ("f1", "")
    assert ids(desk, DRAFTS) == []


def test_what_was_done_is_taken_back_and_made_again(orla):
    desk = Desk(orla)
    files = [orla / "facts.csv", orla / "places.csv"]
    states = [[file.read_bytes() for file in files]]
    port = {"place_id": "port", "name": "Port Amber", "kind": "city", "latitude": "0.39"}
    port |= {"longitude": "9.45", "precision_km": "5", "coordinate_source": "made up"}
    acts = [
        lambda: desk.accept(HURT | {"place_id": "port"}, place=port),
        lambda: desk.accept(MISSING),
        lambda: desk.move("f2", -1),
        lambda: desk.accept(HURT | {"statement": "Others were hurt"}, key="f1"),
        lambda: desk.drop(FACTS, "f2"),
    ]
    for act in acts:
        act()
        states.append([file.read_bytes() for file in files])
    assert len({tuple(state) for state in states}) == len(states)
    for state in reversed(states[:-1]):
        assert desk.undo()
        assert [desk.read(FACTS), desk.read(PLACES)] == parse(desk, state)
    assert not desk.undo()
    for state in states[1:]:
        assert desk.redo()
        assert [desk.read(FACTS), desk.read(PLACES)] == parse(desk, state)
    assert not desk.redo()


def parse(desk, state):
    """The rows that two files held."""
    folder = desk.folder.parent / "then"
    folder.mkdir(exist_ok=True)
    for table, data in zip((FACTS, PLACES), state, strict=True):
        (folder / table.file).write_bytes(data)
    return [Desk(folder).read(FACTS), Desk(folder).read(PLACES)]


def test_two_desks_lose_no_row_to_one_another(orla):
    one, other = Desk(orla), Desk(orla)
    assert one.accept(HURT)[0] == "f1"
    assert other.accept(MISSING)[0] == "f2"
    assert ids(one) == ["f1", "f2"]
    assert one.undo()
    assert ids(other) == ["f2"]


def test_what_another_desk_has_named_meanwhile_is_not_taken_out(orla):
    one, other = Desk(orla), Desk(orla)
    port = {"place_id": "port", "name": "Port Amber", "kind": "city", "latitude": "0.39"}
    port |= {"longitude": "9.45", "precision_km": "5", "coordinate_source": "made up"}
    one.accept(HURT | {"place_id": "port"}, place=port)
    other.accept(MISSING | {"place_id": "port"}, place=port)
    assert one.undo()
    assert (ids(one), ids(one, PLACES)) == (["f2"], ["port"])
    assert read_dossier(orla)[1] == []
    assert one.redo()
    assert (ids(one), ids(one, PLACES)) == (["f2", "f1"], ["port"])
    other.accept(MISSING | {"part_of": "f1", "fact_id": "f2"}, key="f2")
    for act in (one.undo, lambda: one.drop(FACTS, "f1")):
        with pytest.raises(DossierError, match="fact f1: is named by f2, and stays"):
            act()
    assert read_dossier(orla)[1] == []


def test_a_row_that_was_changed_elsewhere_is_left_as_it_is_there(orla):
    one, other = Desk(orla), Desk(orla)
    one.accept(HURT)
    other.accept(HURT | {"statement": "Changed elsewhere"}, key="f1")
    with pytest.raises(DossierError, match="changed elsewhere"):
        one.undo()
    assert [row["statement"] for row in one.read(FACTS)] == ["Changed elsewhere"]


@pytest.mark.parametrize(("mark", "bom", "end"), [(";", b"", "\r\n"), (",", b"\xef\xbb\xbf", "\n")])
def test_what_else_stands_in_a_file_stays_to_the_byte(tmp_path, mark, bom, end):
    path = tmp_path / "facts.csv"
    lines = ["fact_id,statement,value", 'a,"It, ""rose""",  2 ', "b,It fell,", ",,"]
    before = bom + end.join([*lines, ""]).replace(",", mark).encode()
    path.write_bytes(before)
    write_row(path, FACTS, "c", {"fact_id": "c", "statement": f"new{mark} =row", "note": "-x"})
    after = path.read_bytes()
    assert after.startswith(bom + f"fact_id{mark}statement{mark}value{mark}note{end}".encode())
    assert f"{mark}'-x{end}".encode() in after
    rows = after.split(end.encode())
    assert rows[1:3] == [row + mark.encode() for row in before.split(end.encode())[1:3]]
    write_row(path, FACTS, "c", None)
    assert b"new" not in path.read_bytes()


@pytest.mark.parametrize("column", ["statement", "asserted_by", "of_whom"])
def test_hostile_texts_come_back_as_they_were_typed(orla, hostile_texts, column):
    desk = Desk(orla)
    for text in hostile_texts[::7]:
        typed = " ".join(text.split())
        key, wrong = desk.accept(HURT | {column: typed})
        rows = desk.read(DRAFTS if wrong else FACTS)
        assert [row[column] for row in rows if row["fact_id"] == key] == [typed]
    assert read_dossier(orla)[1] == []


WRITE = """
import sys
from pathlib import Path
from helpers.authoring import Desk
desk = Desk(Path(sys.argv[1]))
row = eval(sys.argv[2])
print("ready", flush=True)
while True:
    print(desk.accept(row)[0], flush=True)
"""


def test_a_killed_kernel_loses_nothing_that_it_had_written(orla):
    running = subprocess.Popen(
        [sys.executable, "-c", WRITE, str(orla), repr(HURT)], stdout=subprocess.PIPE, text=True
    )
    assert running.stdout.readline() == "ready\n"
    told = [running.stdout.readline().strip() for _ in range(3)]
    time.sleep(0.05)  # somewhere in the next
    running.kill()
    told += running.stdout.read().split()
    running.wait()
    running.stdout.close()
    desk = Desk(orla)
    found = ids(desk)
    assert found[: len(told)] == told
    assert len(found) - len(told) in (0, 1)
    assert read_dossier(orla)[1] == []
    assert desk.accept(MISSING)[1] == ""
