"""Facts as claims: gathered, merged and in order, as a table and in words."""

from collections.abc import Iterable

import pandas as pd

from helpers.dossier._dates import first_day
from helpers.dossier._dossier import Dossier
from helpers.dossier.schema import explode_ids
from helpers.errors import NoFactsError
from helpers.words import (
    MISSING,
    NUMBERS,
    compose,
    format_date,
    format_fact,
    format_list,
    format_quantity,
    list_values,
    trace_cell,
)


def merge_claims(facts: pd.DataFrame, alike: Iterable[str] = ()) -> pd.DataFrame:
    """Facts that state the same number of the same thing, as one claim each.

    Parameters
    ----------
    facts
        Facts, perhaps with more columns than FACTS has.
    alike
        More columns in which the facts of one claim are the same.

    Returns
    -------
    DataFrame
        One row a claim, in the order of its first fact, with the first fact's cells; `fact_ids` is
        the list of the claim's facts and `asserted_by` names all who assert it.
    """
    same = ["measure", "value", "low", "high", "unit", "qualifier", "of_whom", "date", "relation"]
    groups = facts.groupby([*same, *alike], dropna=False, sort=False, observed=True)
    claims = [
        group.iloc[0].to_dict()
        | {
            "fact_ids": list(group["fact_id"]),
            "asserted_by": "; ".join(dict.fromkeys(group["asserted_by"])),
        }
        for _, group in groups
    ]
    return pd.DataFrame(claims, columns=[*facts.columns, "fact_ids"])


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


def state(cell: object) -> str:
    """A cell as words: 'not stated' where it is empty."""
    return MISSING if pd.isna(cell) else str(cell)


def say_who(claim: pd.Series) -> str:
    """'the outlet and Stanislav Zas, 6 January 2022': who said it, and when."""
    return compose(
        "{}, {}", format_list(claim["asserted_by"].split("; ")), format_date(claim["stated"])
    )


def name_contributors(claim: pd.Series) -> list[str]:
    """Who contributes: whom a number counts, else the actors, else the statement."""
    for cell in (claim["of_whom"], claim["actor"])[:: 1 if list_values(claim) else -1]:
        if state(cell) != MISSING:
            return [name.strip() for name in cell.split(";") if name.strip()]
    return [claim["statement"]]


def describe_claim(claim: pd.Series) -> str:
    """A claim in one sentence, as it is read to who cannot see the picture."""
    of_whom = f"; of whom: {state(claim['of_whom'])}" if list_values(claim) else ""
    about = f"; date: {format_date(claim['date'])}" if pd.notna(claim["date"]) else ""
    return f"{format_fact(claim)}{of_whom}{about}; said by {say_who(claim)}."


def tabulate(claims: pd.DataFrame, **more: list) -> pd.DataFrame:
    """The claims as a reader's table; `more` are columns that stand first."""
    columns = more | {
        "statement": [trace_cell(claim, "statement") for claim in list_claims(claims)],
        "measure": [trace_cell(claim, "measure") or MISSING for claim in list_claims(claims)],
        "number": [
            format_quantity(claim) if list_values(claim) else MISSING
            for claim in list_claims(claims)
        ],
        "of_whom": [trace_cell(claim, "of_whom") or MISSING for claim in list_claims(claims)],
        "date": [format_date(cell) for cell in claims["date"]],
        "stated": [format_date(cell) for cell in claims["stated"]],
        "asserted_by": list(claims["asserted_by"]),
        "facts": [", ".join(ids) for ids in claims["fact_ids"]],
    }
    return pd.DataFrame(columns, dtype=object)


def list_claims(claims: pd.DataFrame) -> list[pd.Series]:
    return [claim for _, claim in claims.iterrows()]


def gather_claims(dossier: Dossier, facts: pd.DataFrame, about: str) -> pd.DataFrame:
    """Facts as claims, one row each, with what became of them and whether an article says them.

    Raises
    ------
    NoFactsError
        There are none.
    """
    if facts.empty:
        raise NoFactsError(dossier.why_empty(about))
    sources = dossier.sources
    articles = sources.loc[sources["kind"] == "article", "source_id"]
    return facts.assign(
        fact_ids=[[fact_id] for fact_id in facts["fact_id"]],
        standing=list(facts["fact_id"].map(dossier.standing)),
        ended=[_find_end(dossier.facts, fact_id) for fact_id in facts["fact_id"]],
        in_article=facts["source_id"].isin(articles),
        part=0,
    )


def _find_end(facts: pd.DataFrame, fact_id: str) -> str:
    """The day on which a fact was retracted, or else superseded; '' where there is none."""
    replaced = explode_ids(facts["replaces"])
    replacing = facts.loc[replaced.index[replaced == fact_id]]
    for relation in ("retracts", "supersedes"):
        days = replacing.loc[replacing["relation"] == relation, "stated"]
        if len(days):
            return min(days, key=first_day)
    return ""


trace_quantity = format_quantity
