"""A dossier's rows under a person's hands: each change is written at once, and can be taken back.

The files are the only state. A change is made to what stands in them then, under a lock of the
folder: what another desk has written meanwhile stays, and a row that it has changed is not touched.
"""

import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from helpers.dossier import (
    FACTS,
    PACKAGE,
    PLACES,
    TABLES,
    Column,
    Dossier,
    Table,
    check_texts,
    read_cells,
    read_dossier,
    read_rows,
    write_row,
)
from helpers.errors import DossierError
from helpers.files import hold, write_whole
from helpers.geography import check_places

DRAFTS = Table(
    "draft",
    "one fact that is proposed",
    (
        *FACTS.columns,
        Column("sentence", "text", "the sentence in which its words stand"),
        Column("why", "text", "why it is proposed, or what is wrong with it"),
    ),
)
_FILES = [*(table.file for table in TABLES), PACKAGE]
_PATIENCE_S = 10


@dataclass(frozen=True)
class Change:
    """One row of a file as it was and as it is now; None where there was, or is, none."""

    table: Table
    key: str
    before: dict[str, str] | None
    after: dict[str, str] | None
    was_at: int | None = None
    is_at: int | None = None

    def turn(self) -> "Change":
        return replace(
            self, before=self.after, after=self.before, was_at=self.is_at, is_at=self.was_at
        )


class Desk:
    """The tables of one dossier, and what was done to them here.

    Parameters
    ----------
    folder
        The dossier's.
    """

    def __init__(self, folder: Path):
        self.folder = folder
        self._done: list[list[Change]] = []
        self._undone: list[list[Change]] = []

    def find_file(self, table: Table) -> Path:
        return self.folder / ("sources/draft.csv" if table is DRAFTS else table.file)

    def read(self, table: Table) -> list[dict[str, str]]:
        """The rows of a table as texts, as they stand in its file now."""
        path = self.find_file(table)
        return read_rows(path, table) if table is not DRAFTS or path.is_file() else []

    def load(self) -> Dossier:
        """The dossier as far as it can be read."""
        return read_dossier(self.folder)[0]

    def accept(
        self, cells: Mapping[str, str], key: str = "", draft: str = "", place: Mapping | None = None
    ) -> tuple[str, str]:
        """Write a fact: its id, and what is wrong with it, where it became a draft.

        Parameters
        ----------
        cells
            The row, by column.
        key
            The fact that it takes the place of; '' for a new one.
        draft
            The draft that it was made of, which is taken out.
        place
            The row of places.csv that it names and that is not there yet.
        """
        with self._lock():
            rows, drafts = self.read(FACTS), self.read(DRAFTS)
            changes = []
            if place and place["place_id"] not in {row["place_id"] for row in self.read(PLACES)}:
                changes.append(Change(PLACES, place["place_id"], None, dict(place)))
            row = {name: cell for name, cell in cells.items() if cell and name in FACTS.names}
            key = key or _find_free("f", [*rows, *drafts])
            row["fact_id"] = key
            old = _find(FACTS, rows, key)
            change = Change(FACTS, key, old, row)
            wrong = self._check([*changes, change])
            waiting = _find(DRAFTS, drafts, draft)
            if wrong:
                kept = draft or _find_free("d", drafts)
                told = {"fact_id": kept, "why": f"not sound: {wrong}"}
                told |= {
                    name: waiting[name] for name in ("sentence",) if waiting and name in waiting
                }
                self._make([Change(DRAFTS, kept, waiting, row | told)])
                return kept, wrong
            taken = Change(DRAFTS, draft, waiting, None, _place(DRAFTS, drafts, draft))
            self._make([*changes, change, *([taken] if waiting else [])])
            return key, ""

    def drop(self, table: Table, key: str) -> None:
        """Take a row out."""
        with self._lock():
            rows = self.read(table)
            self._make(
                [Change(table, key, _find(table, rows, key), None, _place(table, rows, key))]
            )

    def move(self, key: str, by: int) -> None:
        """Move a fact up or down among those of its source and paragraph."""
        with self._lock():
            rows = self.read(FACTS)
            row = _find(FACTS, rows, key)
            if row is None:
                raise DossierError(f"fact {key}: it is no longer there")
            same = [
                n
                for n, other in enumerate(rows)
                if all(other.get(c) == row.get(c) for c in ("source_id", "paragraph"))
            ]
            at = rows.index(row)
            to = same.index(at) + by
            if 0 <= to < len(same):
                self._make([Change(FACTS, key, row, row, at, same[to])])

    def undo(self) -> bool:
        """Take the last change back, if there is one."""
        return self._repeat(self._done, self._undone)

    def redo(self) -> bool:
        """Make again what was taken back last, if there is anything."""
        return self._repeat(self._undone, self._done)

    def _repeat(self, source: list[list[Change]], target: list[list[Change]]) -> bool:
        if not source:
            return False
        with self._lock():
            turned = [change.turn() for change in reversed(source[-1])]
            self._write(turned)
            source.pop()
            target.append(turned)
        return True

    def _make(self, changes: list[Change]) -> None:
        self._write(changes)
        self._done.append(changes)
        self._undone.clear()

    def _write(self, changes: list[Change]) -> None:
        """Write some changes, none of them where a row is another than it was."""
        for change in changes:
            rows = self.read(change.table)
            if _find(change.table, rows, change.key) != change.before:
                raise DossierError(
                    f"{change.table.file} row {change.key!r}: was changed elsewhere meanwhile, and "
                    "is left as it is there"
                )
        for change in changes:
            path = self.find_file(change.table)
            if change.table is DRAFTS and not path.is_file():
                write_whole(path, ",".join(DRAFTS.names) + "\n")
            write_row(path, change.table, change.key, change.after, change.is_at)

    def _check(self, changes: list[Change]) -> str:
        """What would be wrong with rows once they are written; '' where nothing is."""
        with tempfile.TemporaryDirectory() as place:
            copy = Path(place) / self.folder.name
            (copy / "sources").mkdir(parents=True)
            texts = self.folder.glob("sources/*.txt")
            for file in [*texts, *(self.folder / name for name in _FILES)]:
                if file.is_file():
                    shutil.copyfile(file, copy / file.relative_to(self.folder))
            Desk(copy)._write(changes)
            story, faults = read_dossier(copy)
            faults += check_texts(story)
            if any(change.table is PLACES for change in changes):
                faults += check_places(story)
            mine = {
                (change.table.file, row)
                for change in changes
                for row, key in read_cells(
                    copy / change.table.file, change.table, change.table.key
                ).items()
                if key == change.key
            }
        return "; ".join(_tell(fault) for fault in faults if (fault.file, fault.row) in mine)

    @contextmanager
    def _lock(self) -> Iterator[None]:
        """Hold the folder while its files are read and written."""
        end = time.monotonic() + _PATIENCE_S
        while (handle := hold(self.folder)) is None:
            if time.monotonic() > end:
                raise DossierError(f"{self.folder.name}: another desk holds it; try again")
            time.sleep(0.02)
        try:
            yield
        finally:
            os.close(handle)


def _tell(fault) -> str:
    """A fault without the file and row that a form does not show."""
    about = f"{fault.column.replace('_', ' ')}: " if fault.column else ""
    return about + fault.expected + (f" ({fault.suggestion})" if fault.suggestion else "")


def _find(table: Table, rows: list[dict[str, str]], key: str) -> dict[str, str] | None:
    return next((row for row in rows if key and row.get(table.key) == key), None)


def _place(table: Table, rows: list[dict[str, str]], key: str) -> int | None:
    row = _find(table, rows, key)
    return None if row is None else rows.index(row)


def _find_free(letter: str, rows: list[dict[str, str]]) -> str:
    """The first id that no row has: f1, f2 and so on."""
    taken = {row.get("fact_id") for row in rows}
    number = 1
    while f"{letter}{number}" in taken:
        number += 1
    return f"{letter}{number}"
