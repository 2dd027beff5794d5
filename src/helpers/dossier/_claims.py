"""Facts as claims: gathered, merged and in order, as a table and in words."""

from collections.abc import Iterable
from typing import Any

import pandas as pd

from helpers.dossier._dates import first_day
from helpers.dossier._dossier import Dossier
from helpers.dossier.schema import split_ids
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

# What facts of one claim have in common: they state the same number of the same thing.
_SAME = ["measure", *NUMBERS, "unit", "qualifier", "of_whom", "date", "relation"]


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


def gather_claims(dossier: Dossier, facts: pd.DataFrame, alike: Iterable[str] = ()) -> pd.DataFrame:
    """Facts as claims: those that state the same number are one, the others one each.

    Parameters
    ----------
    alike
        More columns in which the facts of one claim are the same: with fact_id, each fact is one.

    Returns
    -------
    DataFrame
        As `merge_claims` gives it, with `standing`; `ended`, the day on which a claim was
        retracted or superseded, or ''; and `in_article`, whether an article says it.
    """
    sources = dossier.sources
    articles = sources.loc[sources["kind"] == "article", "source_id"]
    ids, ends = facts["fact_id"], _find_ends(dossier.facts)
    claims = merge_claims(
        facts.assign(
            standing=list(ids.map(dossier.standing)),
            ended=[ends.get(fact_id, "") for fact_id in ids],
            wordless=ids.mask(has_number(facts), ""),
        ),
        ["standing", "wordless", *alike],
    )
    own = set(ids[facts["source_id"].isin(articles)])
    said = [not own.isdisjoint(together) for together in claims["fact_ids"]]
    return claims.drop(columns="wordless").astype(object).assign(in_article=said)


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
    groups = facts.groupby([*_SAME, *alike], dropna=False, sort=False, observed=True)
    return (
        groups.head(1)
        .reset_index(drop=True)
        .assign(
            fact_ids=pd.Series([list(ids) for _, ids in groups["fact_id"]], dtype=object),
            asserted_by=["; ".join(dict.fromkeys(who)) for _, who in groups["asserted_by"]],
        )
    )


def _find_ends(facts: pd.DataFrame) -> dict[Any, str]:
    """The days on which facts were retracted, or else superseded, by fact_id."""
    replacing = facts.assign(replaces=facts["replaces"].map(split_ids)).explode("replaces")
    replacing = replacing.dropna(subset=["replaces"]).sort_values("stated", kind="stable")
    retracts = replacing["relation"] == "retracts"
    replacing = pd.concat([replacing[retracts], replacing[~retracts]])
    first = replacing.drop_duplicates("replaces")
    return dict(zip(first["replaces"], first["stated"], strict=True))


def has_number(claims: pd.DataFrame) -> pd.Series:
    return claims[NUMBERS].notna().any(axis=1)


def state(cell: Any) -> str:
    """A cell as words: 'not stated' where it is empty."""
    return MISSING if pd.isna(cell) else str(cell)


def say_who(claim: pd.Series) -> str:
    """'the outlet and Stanislav Zas, 6 January 2022': who said it, and when."""
    return compose(
        "{}, {}", format_list(claim["asserted_by"].split("; ")), format_date(claim["stated"])
    )


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


def sort_by_succession(claims: pd.DataFrame) -> pd.DataFrame:
    """Claims part by part and group by group, and in a group in the order of time.

    Groups stand in the order of their first claims, those that an article says first. On one day,
    what replaces a claim follows it. Each claim, of one fact, names its part and its group, and
    gets `day`, the first that `stated` means, and `root`, alike in those of a group that replace
    one another.
    """
    claims = claims.assign(day=claims["stated"].map(first_day), row=range(len(claims)))
    groups = claims.groupby("group", sort=False)
    claims["own"] = ~groups["in_article"].transform("any")
    claims["opened"] = groups["day"].transform("min")
    claims["first"] = groups["row"].transform("min")
    claims["root"], claims["depth"] = 0, 0
    for _, group in groups:
        paths = [_find_path(group, fact_id) for fact_id in group["fact_id"]]
        lines = pd.Series([path[-1] for path in paths], group.index)
        claims.loc[group.index, "root"] = group["row"].groupby(lines).transform("min")
        claims.loc[group.index, "depth"] = [len(path) for path in paths]
    order = ["part", "own", "opened", "first", "day", "root", "depth", "row"]
    return claims.sort_values(order, kind="stable", ignore_index=True)


def _find_path(group: pd.DataFrame, fact_id: str) -> list[str]:
    """A claim's fact and those that it replaces within its group, one after another."""
    replaced = dict(zip(group["fact_id"], map(split_ids, group["replaces"]), strict=True))
    path: list[str] = []
    while fact_id in replaced and fact_id not in path:
        path.append(fact_id)
        fact_id = next((one for one in replaced[fact_id] if one in replaced), "")
    return path
