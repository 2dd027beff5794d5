"""Facts and claims as a reader is told of them, with what other tables say of them.

And what differs between two states of a story: its facts, with their words and who says them.
"""

import re
from collections.abc import Callable, Iterable
from functools import wraps
from pathlib import Path
from typing import Any
from urllib.parse import quote
from weakref import finalize

import pandas as pd
from markupsafe import escape

from helpers import dossier as stories, words as say
from helpers.dossier import Dossier, list_claims, split_ids
from helpers.words import Traced, compose

# The kinds of change, the gravest first.
_KINDS = ("retracted", "superseded", "changed", "added", "no longer told")
render_fragment = say.open_fragments(Path(__file__).with_name("fragments"))


def remember(find: Callable[[Dossier], Any]) -> Callable[[Dossier], Any]:
    """Keep what is found of a dossier as long as that is in use: several passages ask for it."""
    kept: dict[int, Any] = {}

    @wraps(find)
    def find_once(dossier: Dossier) -> Any:
        if id(dossier) not in kept:
            kept[id(dossier)] = find(dossier)
            finalize(dossier, kept.pop, id(dossier), None)
        return kept[id(dossier)]

    return find_once


def tell_facts(dossier: Dossier, facts: list[dict]) -> list[dict]:
    """Facts or claims as a reader is told of them, with what other tables say of them."""
    sources = {source["source_id"]: source for source in list_records(dossier.sources)}
    names = dict(dossier.places[["place_id", "name"]].to_numpy())
    standing, told = dossier.standing.to_dict(), []
    for fact in map(_clear, facts):
        source = sources[fact["source_id"]]
        about = {
            "standing": standing[fact["fact_id"]],
            "publisher": source["publisher"],
            "language": source["language"],
            "is_held": source["kind"] == "article",
            "words_at": _find_words(source["address"], fact["anchor"]),
            "place_names": [names[one] for one in split_ids(fact["place_id"])],
        }
        told.append(trace_claim(fact | about))
    return told


def _find_words(address: str | None, anchor: str | None) -> str:
    """Where a browser shows these very words of a source (a text fragment); '' where it cannot."""
    if not anchor or not address or not address.startswith(("https://", "http://")):
        return ""
    directive = quote(anchor, safe="").replace("-", "%2D")  # a dash parts what stands before it
    return f"{address}{'' if '#' in address else '#'}:~:text={directive}"


def list_records(frame: pd.DataFrame) -> list[dict]:
    """The rows as dictionaries, an empty cell as None."""
    return [_clear(row) for row in list_claims(frame)]


def _clear(row: dict) -> dict:
    return {name: None if say.is_empty(cell) else cell for name, cell in row.items()}


@remember
def read_facts(dossier: Dossier) -> dict[str, dict]:
    """All facts as a reader is told of them, by fact_id."""
    told = _keep_facts(dossier.whole)
    new = [fact for fact in list_claims(dossier.facts) if fact["fact_id"] not in told]
    told.update((fact["fact_id"], fact) for fact in tell_facts(dossier.whole, new))
    return {str(one): told[str(one)] | {"standing": end} for one, end in dossier.standing.items()}


@remember
def _keep_facts(whole: Dossier) -> dict[str, dict]:
    """What was told of facts so far: selections of one dossier differ in what still stands."""
    return {}


def trace_claim(claim: dict) -> dict:
    """A claim with its number, part and places in words; the numbers lead to its facts."""
    told = claim | {name: say.trace_cell(claim, name) for name in ("statement", "note")}
    part, limit = stories.say_part(claim), "conditional" * (claim["qualifier"] == "conditional")
    places = [
        say.trace_text(name, rule="table")
        for name in claim["place_names"]  # 'in the Eastern Division' says where
        if not re.search(rf"(^|\b[a-z]+ ){re.escape(name)}$", part)
    ]
    return told | {
        "number": say.format_quantity(claim) if say.list_values(claim) else limit,
        "day": say.say_date(claim),
        "part": part,
        "period": stories.say_period(claim),
        "place": say.format_list(places) if places else "",
        "said": say.format_fact(told),
        "publisher": say.trace_text(claim["publisher"], rule="table"),
        "speakers": name_speakers([claim]),
        "actor": say.format_list(re.split(r"\s*;\s*", claim["actor"] or "")),
    }


def put_behind(said: str, about: Iterable[str]) -> Traced:
    """'12 people (the mayor, 4 May)', or '12 people (conditional; the mayor)', in one bracket."""
    if not (told := say.join(", ", filter(None, about))):
        return compose("{}", said)
    html = escape(said)
    return compose("{}; {})" if said.endswith(")") else "{} ({})", html.removesuffix(")"), told)


def name_speakers(claims: Iterable[dict]) -> Traced:
    """All who assert these claims, each once."""
    names = (name for claim in claims for name in claim["asserted_by"].split("; "))
    return say.format_list(dict.fromkeys(names))


def tell_changes(old: Dossier, new: Dossier, names: list[str]) -> tuple[str, str]:
    """What differs between two states of a story, each by its name: as HTML and as text."""
    kinds, others = _list_changes(old, new), _list_other_changes(old, new)
    counts = [(len(facts), "fact", kind) for kind, facts in kinds.items()]
    counts.append((len(others), "cell", "of places and sources changed"))
    told = [compose("{} {}", say.format_count(n, noun), end) for n, noun, end in counts if n]
    sum_up = say.join(", ", told) or "No difference in facts, places and sources"
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
        columns = [*stories.FACTS.names, *["standing"] * (ended == "stands")]
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
    for table in stories.TABLES[1:]:
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
    return f"{fact['fact_id']}: {fact['said']}{words} ({stories.say_who(fact)})"


def _compare(was: dict, now: dict, columns: Iterable[str], **origin) -> list[Traced]:
    """'value: was 12, is 13', for each column in which two rows differ."""

    def show(cell: Any) -> Traced:
        if cell is None or cell == "":
            return compose("empty")
        told, mark = (say.trace_text, "“{}”") if isinstance(cell, str) else (say.trace_number, "{}")
        return compose(mark, told(cell, **origin))

    cells = [(name.replace("_", " "), was.get(name), now.get(name)) for name in columns]
    return [
        compose("{}: was {}, is {}", name, show(before), show(after))
        for name, before, after in cells
        if before != after
    ]
