"""What differs between two states of a story: its facts, with their words and who says them."""

from collections.abc import Iterable
from typing import Any

from helpers.dossier import FACTS, TABLES, Dossier, say_who, split_ids
from helpers.page._told import list_records, read_facts
from helpers.words import Traced, compose, format_count, join, trace_number, trace_text

# The kinds of change, the gravest first.
_KINDS = ("retracted", "superseded", "changed", "added", "no longer told")


def list_changes(old: Dossier, new: Dossier) -> dict[str, list[dict]]:
    """The facts that are not the same in two states of a story, by the kind of change.

    Each is as a reader is told of it, with a line for each of its cells that is another, and the
    facts `by` which it has ceased to stand.
    """
    before, now = read_facts(old), read_facts(new)
    kinds: dict[str, list[dict]] = {kind: [] for kind in _KINDS}
    for fact_id, fact in (before | now).items():
        was = before.get(fact_id, fact)
        ended = fact["standing"] if fact["standing"] != was["standing"] else ""
        columns = [*FACTS.names, *["standing"] * (ended == "stands")]
        cells = _compare(was, fact, columns, facts=[fact_id])
        by = [one for one in now.values() if fact_id in split_ids(one["replaces"])]
        if fact_id not in before:
            kind = "added"
        elif fact_id not in now:
            kind = "no longer told"
        else:
            kind = ended if ended in kinds else "changed"
        if cells or kind != "changed":
            told = {"fact_ids": [fact_id], "cells": cells, "by": by if kind == ended else []}
            kinds[kind].append(fact | told)
    return kinds


def list_other_changes(old: Dossier, new: Dossier) -> list[Traced]:
    """A line for each cell of a place or a source that both have, in which they differ."""
    lines = []
    for table in TABLES[1:]:
        before, now = (
            {row[table.key]: row for row in list_records(getattr(story, table.name))}
            for story in (old, new)
        )
        for key, row in now.items():
            what = f"{table.key.removesuffix('_id')} {key}"
            cells = _compare(before.get(key, row), row, before.get(key, row) | row, rule="table")
            lines += [compose("{}, {}", what, cell) for cell in cells]
    return lines


def count_changes(kinds: dict[str, list[dict]], others: list[Traced]) -> Traced:
    """'2 facts retracted, 1 fact added', or that nothing differs."""
    told = [
        compose("{} {}", format_count(len(facts), "fact"), kind)
        for kind, facts in kinds.items()
        if facts
    ]
    if others:
        told.append(compose("{} of places and sources changed", format_count(len(others), "cell")))
    return compose("{}.", join(", ", told) or "No difference in facts, places and sources")


def write_changes(kinds: dict[str, list[dict]], others: list[Traced]) -> list[str]:
    """The same as lines of text, for a terminal."""
    lines = []
    for kind, facts in kinds.items():
        for fact in facts:
            lines += [f"{kind}: {_write_fact(fact)}", *(f"    {cell}" for cell in fact["cells"])]
            lines += [f"    by {_write_fact(other)}" for other in fact["by"]]
    return lines + [f"changed: {line}" for line in others]


def _write_fact(fact: dict) -> str:
    words = f" “{fact['anchor']}”" if fact["anchor"] else ""
    return f"{fact['fact_id']}: {fact['said']}{words} ({say_who(fact)})"


def _compare(was: dict, now: dict, columns: Iterable[str], **origin) -> list[Traced]:
    """'value: was 12, is 13', for each column in which two rows differ."""
    changed = [name for name in columns if was.get(name) != now.get(name)]
    return [
        compose(
            "{}: was {}, is {}",
            name.replace("_", " "),
            *(_show_cell(row.get(name), origin) for row in (was, now)),
        )
        for name in changed
    ]


def _show_cell(cell: Any, origin: dict) -> Traced:
    if cell is None or cell == "":
        return compose("empty")
    if isinstance(cell, str):
        return compose("“{}”", trace_text(cell, **origin))
    return trace_number(cell, **origin)
