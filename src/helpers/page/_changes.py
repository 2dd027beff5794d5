"""What differs between two states of a story: its facts, with their words and who says them."""

from collections.abc import Iterable
from typing import Any

from helpers.dossier import FACTS, TABLES, Dossier, say_who, split_ids
from helpers.page._fragments import render_fragment
from helpers.page._told import list_records, read_facts
from helpers.words import Traced, compose, format_count, join, trace_number, trace_text

# The kinds of change, the gravest first.
_KINDS = ("retracted", "superseded", "changed", "added", "no longer told")


def tell_changes(old: Dossier, new: Dossier, names: list[str]) -> tuple[str, str]:
    """What differs between two states of a story, each by its name: as HTML and as text."""
    kinds, others = _list_changes(old, new), _list_other_changes(old, new)
    counts = {kind: len(facts) for kind, facts in kinds.items() if facts}
    told = [compose("{} {}", format_count(n, "fact"), kind) for kind, n in counts.items()]
    if others:
        told.append(compose("{} of places and sources changed", format_count(len(others), "cell")))
    sum_up = join(", ", told) or "No difference in facts, places and sources"
    lines = [f"From {names[0]} to {names[1]}: {sum_up}."]
    for kind, facts in kinds.items():
        for fact in facts:
            lines += [f"{kind}: {_write_fact(fact)}", *(f"    {cell}" for cell in fact["cells"])]
            lines += [f"    by {_write_fact(other)}" for other in fact["by"]]
    lines += [f"changed: {line}" for line in others]
    html = render_fragment("changes", kinds=kinds, others=others, told=sum_up, names=names)
    return html, "\n".join(lines)


def _list_changes(old: Dossier, new: Dossier) -> dict[str, list[dict]]:
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
        kind = ended if ended in kinds else "changed"
        if fact_id not in before or fact_id not in now:
            kind = "no longer told" if fact_id in before else "added"
        if cells or kind != "changed":
            told = {"fact_ids": [fact_id], "cells": cells, "by": by if kind == ended else []}
            kinds[kind].append(fact | told)
    return kinds


def _list_other_changes(old: Dossier, new: Dossier) -> list[Traced]:
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


def _write_fact(fact: dict) -> str:
    words = f" “{fact['anchor']}”" if fact["anchor"] else ""
    return f"{fact['fact_id']}: {fact['said']}{words} ({say_who(fact)})"


def _compare(was: dict, now: dict, columns: Iterable[str], **origin) -> list[Traced]:
    """'value: was 12, is 13', for each column in which two rows differ."""

    def show(cell: Any) -> Traced:
        if cell is None or cell == "":
            return compose("empty")
        told, mark = (trace_text, "“{}”") if isinstance(cell, str) else (trace_number, "{}")
        return compose(mark, told(cell, **origin))

    cells = [(name.replace("_", " "), was.get(name), now.get(name)) for name in columns]
    return [
        compose("{}: was {}, is {}", name, show(before), show(after))
        for name, before, after in cells
        if before != after
    ]
