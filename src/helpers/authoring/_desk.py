"""A dossier's rows under a person's hands: each change is written at once, and can be taken back.

The files are the only state. A change is made to what stands in them then, under a lock of the
folder: what another desk has written meanwhile stays, and a row that it has changed is not touched.
"""

import os
import shutil
import tempfile
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import NamedTuple

import helpers.dossier as dossiers
from helpers.dossier import FACTS, PACKAGE, PLACES, Column, Dossier, Fault, Table
from helpers.errors import DossierError
from helpers.files import hold, write_whole
from helpers.geography import check_places

_MORE = (
    Column("sentence", "text", "the sentence in which its words stand"),
    Column("why", "text", "why it is proposed, or what is wrong with it"),
)
DRAFTS = Table("draft", "one fact that is proposed", (*FACTS.columns, *_MORE))
_COPIED = ("*.csv", PACKAGE, "sources/*.txt")  # what settles whether a row is sound
_PATIENCE_S = 10
Row = Mapping[str, str]


class Change(NamedTuple):
    """One row of a file as it was and as it is now; None where there was, or is, none.

    was_at and is_at are its places among the others, where it moves, comes or goes.
    """

    table: Table
    key: str
    before: dict[str, str] | None
    after: dict[str, str] | None
    was_at: int | None = None
    is_at: int | None = None

    def turn(self) -> "Change":
        return Change(self.table, self.key, self.after, self.before, self.is_at, self.was_at)


class Desk:
    """The tables of one dossier, in its folder, and what was done to them here."""

    def __init__(self, folder: Path):
        self.folder = folder
        self._done: list[list[Change]] = []
        self._undone: list[list[Change]] = []

    def find_file(self, table: Table) -> Path:
        return self.folder / ("sources/draft.csv" if table is DRAFTS else table.file)

    def read(self, table: Table) -> list[dict[str, str]]:
        path = self.find_file(table)
        return dossiers.read_rows(path, table) if table is not DRAFTS or path.is_file() else []

    def find(self, table: Table, key: str) -> dict[str, str]:
        """The row of a key; a DossierError where it is no longer there."""
        for row in self.read(table):
            if row.get(table.key) == key:
                return row
        raise DossierError(f"{table.name} {key}: is no longer there")

    def load(self) -> Dossier:
        """The dossier as far as it can be read."""
        return dossiers.read_dossier(self.folder)[0]

    def accept(
        self, cells: Mapping[str, str], key: str = "", draft: str = "", place: Mapping | None = None
    ) -> tuple[str, str]:
        """Write a fact: its id, and what is wrong with it, where it became a draft.

        It takes the place of the fact `key`, if any; the `draft` that it was made of is taken out,
        and the row of places.csv that it names is written where it is not there yet.
        """
        with self._lock():
            drafts = {row.get("fact_id", ""): row for row in self.read(DRAFTS)}
            facts = {row.get("fact_id", "") for row in self.read(FACTS)}
            key = key or _find_free("f", facts | set(drafts))
            row = {name: cell for name, cell in cells.items() if name in FACTS.names}
            row["fact_id"] = key
            changes = [self._plan(FACTS, key, row)]
            known = {row["place_id"] for row in self.read(PLACES)}
            if place and place["place_id"] not in known:
                changes.insert(0, self._plan(PLACES, place["place_id"], place))
            wrong = self._check(changes)
            if wrong:
                key = draft or _find_free("d", drafts)
                row |= {"fact_id": key, "why": f"not sound: {wrong}"}
                row["sentence"] = drafts.get(draft, {}).get("sentence", "")
                changes = [self._plan(DRAFTS, key, row)]
            elif draft in drafts:
                changes.append(self._plan(DRAFTS, draft, None))
            self._make(changes)
        return key, wrong

    def drop(self, table: Table, key: str) -> None:
        with self._lock():
            self.find(table, key)
            self._make(self._keep_named([self._plan(table, key, None)]))

    def move(self, key: str, by: int) -> None:
        """Move a fact up or down among those of its source and paragraph."""
        with self._lock():
            row, rows = self.find(FACTS, key), self.read(FACTS)
            where = [(one.get("source_id"), one.get("paragraph")) for one in rows]
            here = rows.index(row)
            beside = [n for n, place in enumerate(where) if place == where[here]]
            to = beside.index(here) + by
            if 0 <= to < len(beside):
                self._make([self._plan(FACTS, key, row, beside[to])])

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
            turned = self._keep_named([change.turn() for change in reversed(source[-1])])
            self._write(turned)
            source.pop()
            target.append(turned)
        return True

    def _plan(self, table: Table, key: str, cells: Row | None, to: int | None = None) -> Change:
        """What becomes of the row of a key, which may be none yet, and where it then stands."""
        rows = self.read(table)
        at = next((n for n, row in enumerate(rows) if row.get(table.key) == key), None)
        after = None if cells is None else {name: cell for name, cell in cells.items() if cell}
        before = None if at is None else rows[at]
        stays = cells is not None and to is None
        return Change(table, key, before, after, None if stays else at, to)

    def _make(self, changes: list[Change]) -> None:
        self._write(changes)
        self._done.append(changes)
        self._undone.clear()

    def _keep_named(self, changes: list[Change]) -> list[Change]:
        """The changes but those that take out a place which another fact has named meanwhile."""
        changed = [change.key for change in changes if change.table is FACTS]
        others = [row for row in self.read(FACTS) if row.get("fact_id") not in changed]
        kept = []
        for change in changes:
            columns = [one.name for one in FACTS.columns if one.refers == change.table.name]
            naming = [
                row.get("fact_id", "")
                for row in others
                if any(change.key in row.get(name, "").split() for name in columns)
            ]
            if change.after is not None or not naming:
                kept.append(change)
            elif change.table is FACTS:
                raise DossierError(f"fact {change.key}: is named by {', '.join(naming)}, and stays")
        return kept

    def _write(self, changes: list[Change]) -> None:
        """Write some changes, none of them where a row is another than it was."""
        for table, key, before, *_ in changes:
            rows = [row for row in self.read(table) if row.get(table.key) == key]
            if rows[:1] != [before] * (before is not None):
                changed = "was changed elsewhere meanwhile, and is left as it is there"
                raise DossierError(f"{table.file} row {key!r}: {changed}")
        for table, key, _, after, _, is_at in changes:
            path = self.find_file(table)
            if table is DRAFTS and not path.is_file():
                write_whole(path, ",".join(DRAFTS.names) + "\n")
            dossiers.write_row(path, table, key, after, is_at)

    def _check(self, changes: list[Change]) -> str:
        """What would be wrong with rows once they are written; '' where nothing is."""
        with tempfile.TemporaryDirectory() as place:
            copy = Path(place) / self.folder.name
            (copy / "sources").mkdir(parents=True)
            for file in [file for name in _COPIED for file in self.folder.glob(name)]:
                if file.is_file():
                    shutil.copyfile(file, copy / file.relative_to(self.folder))
            Desk(copy)._write(changes)
            story, faults = dossiers.read_dossier(copy)
            faults += dossiers.check_texts(story)
            if changes[0].table is PLACES:
                faults += check_places(story)
            mine = {
                (table.file, row)
                for table, key, *_ in changes
                for row, cell in dossiers.read_cells(copy / table.file, table, table.key).items()
                if cell == key
            }
        return "; ".join(_tell(fault) for fault in faults if (fault.file, fault.row) in mine)

    @contextmanager
    def _lock(self) -> Iterator[None]:
        end = time.monotonic() + _PATIENCE_S
        while (handle := hold(self.folder)) is None:
            if time.monotonic() > end:
                raise DossierError(f"{self.folder.name}: another desk holds it; try again")
            time.sleep(0.02)
        try:
            yield
        finally:
            os.close(handle)


def _tell(fault: Fault) -> str:
    """A fault without the file and row that a form does not show."""
    about = f"{fault.column.replace('_', ' ')}: " if fault.column else ""
    return about + fault.expected + (f" ({fault.suggestion})" if fault.suggestion else "")


def _find_free(letter: str, taken: Collection[str]) -> str:
    """The first id that no row has: f1, f2 and so on."""
    return next(one for n in count(1) if (one := f"{letter}{n}") not in taken)
