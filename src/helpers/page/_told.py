"""Facts and claims as a reader is told of them, with what other tables say of them."""

import re
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import quote
from weakref import finalize

import pandas as pd

from helpers import words as say
from helpers.dossier import Dossier, list_claims, say_ahead, say_part, split_ids


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


def tell_facts(dossier: Dossier, facts: pd.DataFrame) -> list[dict]:
    """Facts or claims as a reader is told of them, with what other tables say of them.

    That is their source's publisher and language, where in it their words are found, whether they
    are held against it, whether they stand, and the names of their places.
    """
    sources, places = dossier.sources.set_index("source_id").astype(object), dossier.places
    names = dict(zip(places["place_id"], places["name"], strict=True))
    of = {name: facts["source_id"].map(sources[name]) for name in ("address", "kind", "language")}
    words = zip(of["address"], facts["anchor"], strict=True)
    told = facts.assign(
        standing=facts["fact_id"].map(dossier.standing),
        publisher=facts["source_id"].map(sources["publisher"]),
        language=of["language"],
        is_held=of["kind"] == "article",
        words_at=[_find_words(address, anchor) for address, anchor in words],
        place_names=facts["place_id"].map(lambda cell: [names[one] for one in split_ids(cell)]),
    )
    return [trace_claim(fact) for fact in list_records(told)]


def _find_words(address: str, anchor: str) -> str:
    """Where a browser shows these very words of a source (a text fragment); '' where it cannot."""
    if pd.isna(anchor) or not str(address).startswith(("https://", "http://")):
        return ""
    directive = quote(anchor, safe="").replace("-", "%2D")  # a dash parts what stands before it
    return f"{address}{'' if '#' in address else '#'}:~:text={directive}"


def list_records(frame: pd.DataFrame) -> list[dict]:
    """The rows as dictionaries, an empty cell as None."""
    return list_claims(frame.astype(object).where(frame.notna(), None))


@remember
def read_facts(dossier: Dossier) -> dict[str, dict]:
    """All facts as a reader is told of them, by fact_id."""
    if dossier.whole is dossier:
        return {fact["fact_id"]: fact for fact in tell_facts(dossier, dossier.facts)}
    told = read_facts(dossier.whole)  # which differs from a selection in what still stands
    return {str(one): told[str(one)] | {"standing": end} for one, end in dossier.standing.items()}


def trace_claim(claim: dict) -> dict:
    """A claim with its number, part and places in words; the numbers lead to its facts."""
    told = claim | {name: say.trace_cell(claim, name) for name in ("statement", "note")}
    part = say_part(claim)
    places = [
        say.trace_text(name, rule="table")
        for name in claim["place_names"]  # 'in the Eastern Division' says where
        if not re.search(rf"(^|\b[a-z]+ ){re.escape(name)}$", part)
    ]
    return told | {
        "number": say.format_quantity(claim) if say.list_values(claim) else "",
        "part": part,
        "ahead": say_ahead(claim),
        "place": say.format_list(places) if places else "",
        "said": say.format_fact(told),
        "publisher": say.trace_text(claim["publisher"], rule="table"),
        "speakers": say.format_list(claim["asserted_by"].split("; ")),
    }
