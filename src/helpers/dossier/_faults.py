"""What is wrong with a dossier, in words: where it stands, what was found, what was expected."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from helpers.words import quote_value

_MOST_SUGGESTIONS = 100  # values of one column that get one: a long list of faults needs no more
Suggest = Callable[[str], str] | None  # what a cell's writer may have meant


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
        value = f" {quote_value(self.value)}" if self.value else ""
        suggestion = f" ({self.suggestion})" if self.suggestion else ""
        return f"{self.file}{row}{column}{value}: {self.expected}{suggestion}"


class UnreadableError(Exception):
    """A file that cannot be told apart into cells; `fault` says why."""

    def __init__(self, *fault: Any):
        self.fault = Fault(*fault)
        super().__init__(str(self.fault))


def refuse_cells(
    file: str, column: str, cells: Iterable, expected: str | list[str], suggest: Suggest = None
) -> list[Fault]:
    """One fault for each of some cells of a column, by row, and what is suggested to each."""
    cells = list(cells)
    values = list(dict.fromkeys(cell for _, cell in cells))[:_MOST_SUGGESTIONS]
    hints = {cell: suggest(cell) for cell in values} if suggest else {}
    each = [expected] * len(cells) if isinstance(expected, str) else expected
    return [
        Fault(file, int(row), column, cell, said, hints.get(cell, ""))
        for (row, cell), said in zip(cells, each, strict=True)
    ]


def sort_faults(faults: Iterable[Fault]) -> list[Fault]:
    """By file, then by row."""
    return sorted(faults, key=lambda fault: (fault.file, fault.row or 0))
