import os
import resource
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pandas as pd
import pytest

from helpers.dossier import load_dossier
from helpers.figures import (
    Figure,
    _store,
    chronicle,
    claims_over_time,
    find_store,
    leave_out_store,
    locator_map,
    numbers,
    operation,
    timeline,
)
from helpers.figures._style import draw_when_shown, new_drawing

STORIES = ("kazakhstan-2022", "winston-2016", "new-zealand-2023")
FIGURES = (locator_map, numbers, operation, timeline, chronicle, claims_over_time)
KEY = "0" * 64  # a name that has the store looked over


def draw_nothing(form, ax):
    return new_drawing(400, 200)


@pytest.fixture
def store(tmp_path, monkeypatch):
    monkeypatch.setenv("DOSSIER_CACHE", str(tmp_path / "cache"))
    return find_store()


@pytest.fixture
def story():
    return load_dossier("winston-2016")


@pytest.fixture
def drawn(monkeypatch):
    """The forms of all that is drawn, one after another."""
    forms, usual = [], Figure._draw_picture

    def draw_picture(figure, form):
        forms.append(form)
        return usual(figure, form)

    monkeypatch.setattr(Figure, "_draw_picture", draw_picture)
    return forms


def list_entries(store) -> list[Path]:
    return sorted(store.folder.iterdir())


@pytest.mark.parametrize("name", STORIES)
def test_every_figure_of_every_story_is_drawn_once(name, store, drawn):
    stories = [load_dossier(name) for _ in range(3)]
    for make in FIGURES:
        if make == operation and name != STORIES[0]:  # only the first has facts with a role
            continue
        drawn.clear()
        first, second = (make(story).picture() for story in stories[:2])
        assert first == second
        assert drawn == ["desktop"]
        with leave_out_store():
            assert make(stories[2]).picture() == first
        assert len(drawn) == 2


def test_what_is_shown_in_another_way_is_another_picture(store, story, drawn):
    shown = [
        locator_map(story),
        locator_map(story, "ru"),
        locator_map(story, width_px=600),
        locator_map(story, picked_place=story.places["place_id"].iloc[0]),
        locator_map(story.as_of("2016-02-22")),
    ]
    pictures = {figure.svg() for figure in shown} | {locator_map(story).svg("phone")}
    assert len(drawn) == len(pictures) == len(list_entries(store)) == 6


def test_with_one_more_fact_of_a_place_its_map_is_the_same_picture(store, drawn):
    story = load_dossier("kazakhstan-2022")
    before, after = (locator_map(story.as_of(day)) for day in ("2022-01-07", "2022-01-10"))
    assert list(before.rows["place_id"]) == list(after.rows["place_id"])
    assert list(before.rows["facts"]) != list(after.rows["facts"])
    assert before.svg() == after.svg()
    assert drawn == ["desktop"]
    with leave_out_store():
        assert locator_map(story.as_of("2022-01-10")).svg() == after.svg()


@pytest.mark.parametrize("part", ["hash_package", "hash_boundaries", "list_versions"])
def test_other_code_boundaries_or_libraries_draw_anew(part, store, story, drawn, monkeypatch):
    timeline(story).svg()
    monkeypatch.setattr(f"helpers.figures._store.{part}", lambda: "another")
    timeline(story).svg()
    assert len(drawn) == 2


def test_rows_count_though_the_drawing_does_not_use_them(store, drawn):
    def show(cell):
        rows = pd.DataFrame({"fact_id": ["f1"], "statement": [cell]})
        figure = Figure(rows, "A title", "What is seen.", "Source: a test.", timeline_of_words)
        return figure.svg()

    timeline_of_words = timeline(load_dossier("winston-2016")).draw
    assert len({show("One"), show("One"), show("Two")}) <= 2
    assert len(drawn) == 2


def test_what_a_function_of_somebody_elses_draws_is_not_kept(store, drawn):
    for draw in (partial(draw_nothing, ax=None), draw_when_shown(draw_nothing, None)):
        for _ in range(2):
            Figure(pd.DataFrame({"a": [1]}), "A title", "Seen.", "Source: a test.", draw).svg()
    assert len(drawn) == 4
    assert not store.folder.exists()


def test_code_that_changed_while_it_runs_keeps_nothing(store, story, drawn, monkeypatch):
    monkeypatch.setattr("helpers.files._BEGUN", 0)
    for _ in range(2):
        timeline(story).svg()
    assert len(drawn) == 2
    assert not store.folder.exists()


def _put(content: bytes):
    return lambda path: path.write_bytes(content)


def _flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def _replace_by(make):
    def replace(path: Path) -> None:
        path.unlink()
        make(path)

    return replace


def _link(path: Path) -> None:
    path.symlink_to(path.rename(path.with_name("elsewhere")))


DAMAGE = {
    "empty": _put(b""),
    "cut": lambda path: os.truncate(path, 2000),
    "flipped": _flip,
    "no text": _put(b"\xff\xfe"),
    "a hash alone": _put(b"0" * 64),
    "a pipe": _replace_by(os.mkfifo),
    "a link": _link,
    "for all to write": lambda path: path.chmod(0o666),
    "not to be read": lambda path: path.chmod(0),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_entry_counts_as_absent(damage, store, story):
    first = timeline(story).picture()
    [entry] = list_entries(store)
    DAMAGE[damage](entry)
    assert timeline(story).picture() == first
    assert store.take(entry.name) is not None, "it was drawn and kept anew"


def test_an_entry_under_another_name_counts_as_absent(store, story):
    one = timeline(story).svg()
    [entry] = list_entries(store)
    other = numbers(story).svg()
    [second] = set(list_entries(store)) - {entry}
    entry.replace(second)
    assert numbers(story).svg() == other != one


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root gives away")
@pytest.mark.parametrize("part", ["folder", "entry"])
def test_what_belongs_to_somebody_else_is_not_used(part, store, story, drawn):
    first = timeline(story).picture()
    [entry] = list_entries(store)
    os.chown({"folder": store.folder, "entry": entry}[part], 12345, 12345)
    assert timeline(story).picture() == first
    assert len(drawn) == 2


def _open_to_all(folder: Path) -> None:
    folder.mkdir(parents=True)
    folder.chmod(0o777)


def _link_to_another(folder: Path) -> None:
    other = folder.parents[1] / "other"
    other.mkdir(mode=0o700)
    folder.parent.mkdir()
    folder.symlink_to(other)


def _put_a_file(folder: Path) -> None:
    folder.parent.mkdir()
    folder.touch()


@pytest.mark.parametrize("make", [_open_to_all, _link_to_another, _put_a_file])
def test_nothing_is_kept_in_a_folder_that_is_not_the_users_alone(make, store, story, drawn):
    make(store.folder)
    for _ in range(2):
        assert timeline(story).svg()
    assert len(drawn) == 2
    assert not store.folder.is_dir() or list_entries(store) == []
    with pytest.raises(OSError, match="expected a folder of your own"):
        store.measure()


def test_the_folder_is_the_users_alone(store, story):
    timeline(story).svg()
    assert store.folder.stat().st_mode & 0o777 == 0o700
    assert store.folder == Path(os.environ["DOSSIER_CACHE"], "pictures")


def test_the_usual_folder_is_that_of_the_users_caches(tmp_path, monkeypatch):
    monkeypatch.delenv("DOSSIER_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert find_store().folder == tmp_path / "dossier-notebooks" / "pictures"


def test_what_was_used_last_stays(store):
    for name in "abc":
        store.keep(name * 64, "x" * 1000)
    for age, name in enumerate("cba"):
        os.utime(store.folder / (name * 64), ns=(age, age))
    assert store.take("c" * 64)
    store.tidy(most_bytes=2500)
    assert [path.name[0] for path in list_entries(store)] == ["a", "c"]


def test_what_a_user_has_there_stays_and_an_empty_entry_goes(store):
    store.keep("a" * 64, "x")
    (store.folder / ("b" * 64)).touch()
    for name in ("2022-holiday.jpg", "family.png", "c" * 63, "D" * 64):
        (store.folder / name).touch()
    assert store.measure()[0] == 2
    store.tidy(most_bytes=0)
    left = {path.name for path in store.folder.iterdir()}
    assert left == {"2022-holiday.jpg", "family.png", "c" * 63, "D" * 64}


def test_the_store_keeps_to_its_limit_by_itself(store, monkeypatch):
    monkeypatch.setattr(_store.Store.tidy, "__defaults__", (10_000,))
    for number in range(200):
        store.keep(f"{number % 16:x}{number:063x}", "x" * 1000)
    assert store.measure()[1] < 10_000 + 16 * 1100


# Under fire: other processes, which are killed, or for which there is no room

DRAW = """
import sys
from helpers.figures import find_store
store, number = find_store(), int(sys.argv[1])
while True:
    name = f"{number % 16:x}{number % 64:063x}"
    text = store.take(name)
    if text is None:
        store.keep(name, f"{name}\\n" * 4000)
    elif text != f"{name}\\n" * 4000:
        sys.exit("a torn entry")
    if number % 100 == 0:
        store.tidy(most_bytes=5_000_000)
    number += 1
    print(number, flush=True)
"""


def begin(number: int, **options) -> subprocess.Popen:
    command = [sys.executable, "-c", DRAW, str(number)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, **options)


def test_processes_that_are_killed_leave_no_torn_entry(store):
    for number in range(6):
        running = [begin(number * 7), begin(number * 5)]
        for process in running:
            process.stdout.readline()
        time.sleep(0.01 * number)
        for process in running:
            assert process.poll() is None, "it found a torn entry"
            process.send_signal(signal.SIGKILL)
            process.communicate()
    entries = [path for path in list_entries(store) if not path.name.startswith(".")]
    assert entries
    assert all(store.take(path.name) == f"{path.name}\n" * 4000 for path in entries)
    store.tidy()
    assert list_entries(store) == entries, "what was not yet in its place is gone"


def test_a_full_disk_leaves_a_picture_drawn_and_nothing_half_written(store):
    def fill_disk():
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))

    process = begin(0, preexec_fn=fill_disk)
    assert [int(process.stdout.readline()) for _ in range(3)] == [1, 2, 3]
    process.kill()
    process.communicate()
    assert [path for path in list_entries(store) if not path.name.endswith(".tmp")] == []
