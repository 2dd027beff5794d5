"""What a figure draws of a dossier: the facts that stand, as claims, as a table and in words."""

import pandas as pd

from helpers.dossier import Dossier, merge_claims
from helpers.errors import NoFactsError
from helpers.tracing import Traced, trace_fact
from helpers.wording import MISSING, word_date, word_fact, word_list, word_quantity

NUMBERS = ["value", "low", "high"]


def find_standing(dossier: Dossier, about: str, topics=(), roles=(), units=()) -> pd.DataFrame:
    """The facts of these topics, roles or units that are neither superseded nor retracted.

    Raises
    ------
    NoFactsError
        There is none.
    """
    facts = dossier.facts
    wanted = facts["topic"].isin(topics) | facts["role"].isin(roles) | facts["unit"].isin(units)
    found = facts[wanted & (facts["fact_id"].map(dossier.standing) == "stands")]
    if found.empty:
        raise NoFactsError(dossier.why_empty(about))
    return found


def claim_facts(facts: pd.DataFrame) -> pd.DataFrame:
    """Facts as claims: those that state the same number as one row, the others one row each.

    Every row has `fact_ids`, a list; the rows are in the order of their first facts.
    """
    numbered = facts[NUMBERS].notna().any(axis=1)
    words = facts[~numbered]
    words = words.assign(fact_ids=[[fact_id] for fact_id in words["fact_id"]])
    parts = [part for part in (merge_claims(facts[numbered]), words) if len(part)]
    claims = pd.concat([part.astype(object) for part in parts], ignore_index=True)
    order = {fact_id: number for number, fact_id in enumerate(facts["fact_id"])}
    return claims.sort_values("fact_id", key=lambda ids: ids.map(order), ignore_index=True)


def has_number(claims: pd.DataFrame) -> pd.Series:
    return claims[NUMBERS].notna().any(axis=1)


def label_id(claim: pd.Series, part: str = "") -> str:
    """The id of what a figure writes of a claim: it leads to the claim's fact."""
    return f"{claim['fact_ids'][0]}-label{part}"


def trace_quantity(claim: pd.Series) -> Traced:
    """A claim's number in words, as that of its facts."""
    number = word_quantity(claim)
    return trace_fact(number, claim["fact_ids"], number)


def state(cell: object) -> str:
    """A cell as words: 'not stated' where it is empty."""
    return MISSING if pd.isna(cell) else str(cell)


def say_who(claim: pd.Series) -> str:
    """'the outlet and Stanislav Zas, 6 January 2022': who said it, and when."""
    return f"{word_list(claim['asserted_by'].split('; '))}, {word_date(claim['stated'])}"


def name_contributors(claim: pd.Series) -> list[str]:
    """Who contributes: whom a number counts, else the actors, else the statement."""
    counted = pd.notna(claim[NUMBERS]).any()
    for cell in (claim["of_whom"], claim["actor"])[:: 1 if counted else -1]:
        if state(cell) != MISSING:
            return [name.strip() for name in cell.split(";") if name.strip()]
    return [claim["statement"]]


def describe(claim: pd.Series) -> str:
    """A claim in one sentence, as it is read to who cannot see the picture."""
    counted = pd.notna(claim[NUMBERS]).any()
    of_whom = f"; of whom: {state(claim['of_whom'])}" if counted else ""
    about = f"; date: {word_date(claim['date'])}" if pd.notna(claim["date"]) else ""
    return f"{word_fact(claim)}{of_whom}{about}; said by {say_who(claim)}."


def tabulate(claims: pd.DataFrame, **more: list) -> pd.DataFrame:
    """The claims as a reader's table; `more` are columns that stand first."""
    columns = more | {
        "statement": list(claims["statement"]),
        "measure": [state(cell) for cell in claims["measure"]],
        "number": [
            word_quantity(claim) if pd.notna(claim[NUMBERS]).any() else MISSING
            for _, claim in claims.iterrows()
        ],
        "of_whom": [state(cell) for cell in claims["of_whom"]],
        "date": [word_date(cell) for cell in claims["date"]],
        "stated": [word_date(cell) for cell in claims["stated"]],
        "asserted_by": list(claims["asserted_by"]),
        "facts": [", ".join(ids) for ids in claims["fact_ids"]],
    }
    return pd.DataFrame(columns)
