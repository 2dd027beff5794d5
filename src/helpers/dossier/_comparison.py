"""What one source says held against what the others say: it is listed, and never resolved."""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from helpers.dossier._claims import gather_claims, has_number
from helpers.dossier._dates import first_day, last_day
from helpers.dossier._dossier import Dossier
from helpers.dossier.schema import NOT_STATED
from helpers.errors import NoFactsError
from helpers.words import (
    Traced,
    begin_sentence,
    compose,
    format_count,
    format_date,
    format_quantity,
    join,
    trace_cell,
    trace_text,
)

VERDICTS = ("differs", "cannot be compared", "same", "not in the article", "not in the record")
Pairs = dict[tuple[int, int], tuple[str, str]]  # of two claims: verdict and reason
_THING = ["topic", "measure", "unit"]  # what two numbers must have in common to be held together


def compare_sources(dossier: Dossier) -> pd.DataFrame:
    """What the dossier's articles say against what its record says, claim by claim.

    Facts of one side that state the same are one claim. Two claims are a pair

    - where a person has held a fact of one against a fact of the other (`compared_with`): the
      verdict is that person's, and the reason the note where it is the record's fact that names
      the other;
    - else where both have a number of the same topic, measure and unit: `same` where value, range
      and qualifier state the same of the same group and place, `differs` where they do not, and
      `cannot be compared` where the groups or places are not the same, or a group is not stated.

    A claim without a counterpart is `not in the article` or `not in the record`. What was
    superseded or retracted is kept, and its standing named.

    Returns
    -------
    DataFrame
        One row a pair, or a claim without one, by verdict in the order of VERDICTS: topic,
        article_ids and record_ids (lists of fact_id, empty where there is none), article_standing
        and record_standing ('' where there is none), verdict, why ('' where it has no counterpart).

    Raises
    ------
    NoFactsError
        There is no fact of an article, or none of the record.
    """
    article, record = _split_by_kind(dossier)
    pairs = _pair_by_rule(article, record) | _pair_by_hand(article, record)
    rows = [
        _format_row(article.iloc[one], record.iloc[other], *found)
        for (one, other), found in sorted(pairs.items())
    ]
    alone = article.drop([one for one, _ in pairs])
    rows += [_format_row(claim, None, "not in the record", "") for _, claim in alone.iterrows()]
    alone = record.drop([other for _, other in pairs])
    rows += [_format_row(None, claim, "not in the article", "") for _, claim in alone.iterrows()]
    rows.sort(key=lambda row: VERDICTS.index(row["verdict"]))
    return pd.DataFrame(rows, dtype=object)


def find_contradictions(dossier: Dossier) -> pd.DataFrame:
    """Claims that stand and contradict one another: they are listed, never resolved or averaged.

    Two claims contradict one another

    - where a person has found that they differ (`comparison`), or
    - where both have a number of the same topic, measure, unit, group, place and `date`, they come
      from different speakers or sources, and the numbers or qualifiers differ. A group that is not
      stated is no group: whether two such numbers differ is not known.

    Returns
    -------
    DataFrame
        One row a pair: topic, first_ids and second_ids (lists of fact_id, in the order of the
        facts), why.
    """
    claims = _claim(dossier, dossier.facts)
    claims = claims[claims["standing"] == "stands"].reset_index(drop=True)
    pairs = _pair_same_day(claims)
    for (one, other), (verdict, why) in _pair_by_hand(claims, claims).items():
        if verdict == "differs":
            pairs[min(one, other), max(one, other)] = why
    rows = [
        {
            "topic": claims.at[one, "topic"],
            "first_ids": claims.at[one, "fact_ids"],
            "second_ids": claims.at[other, "fact_ids"],
            "why": begin_sentence(why),
        }
        for (one, other), why in sorted(pairs.items())
    ]
    return pd.DataFrame(rows, columns=["topic", "first_ids", "second_ids", "why"], dtype=object)


def _split_by_kind(dossier: Dossier) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The claims of the articles and those of the record."""
    facts, sources = dossier.facts, dossier.sources
    if facts.empty:
        raise NoFactsError(dossier.why_empty())
    kinds = facts["source_id"].map(sources.set_index("source_id")["kind"].astype("str"))
    until = f" stated by {dossier.as_of_day}" if dossier.as_of_day else ""
    for kind, side in (("article", "an article"), ("record", "the record")):
        if not (kinds == kind).any():
            raise NoFactsError(
                f"There is nothing to compare: this dossier has no fact of {side}{until}."
            )
    return _claim(dossier, facts[kinds == "article"]), _claim(dossier, facts[kinds == "record"])


def _claim(dossier: Dossier, facts: pd.DataFrame) -> pd.DataFrame:
    """The facts as claims, numbered in their order; what stands alike in one place is one.

    `held` lists what a person has held a claim's facts against: fact_id, verdict and reason. The
    note of an article's fact is on what is wrong in the article, and no reason.
    """
    kinds = dossier.sources.set_index("source_id")["kind"]
    of_record = facts["source_id"].map(kinds.astype("str")) == "record"
    notes = facts["note"].where(of_record)
    held = {
        one: (other, verdict, note if pd.isna(note) else trace_text(note, facts=[one]))
        for one, other, verdict, note in zip(
            facts["fact_id"], facts["compared_with"], facts["comparison"], notes, strict=True
        )
        if pd.notna(other)
    }
    claims = gather_claims(dossier, facts, ["topic", "place_id", "stated"])
    claims["held"] = claims["fact_ids"].map(lambda ids: [held[one] for one in ids if one in held])
    return claims


def _pair_by_hand(ones: pd.DataFrame, others: pd.DataFrame) -> Pairs:
    """Verdict and reason for each pair of claims in which a fact is held against one of the other.

    `differs` weighs more than another verdict on facts of the same two claims.
    """
    found: Pairs = {}
    for one, other, verdict, reason in [
        *_find_held(ones, others),
        *((one, other, verdict, why) for other, one, verdict, why in _find_held(others, ones)),
    ]:
        if one != other or ones is not others:
            why = _format_days(ones.iloc[one], others.iloc[other]) if pd.isna(reason) else reason
            if found.get((one, other), ("", ""))[0] != "differs":
                found[one, other] = (verdict, why)
    return found


def _find_held(ones: pd.DataFrame, others: pd.DataFrame) -> Iterator[tuple[int, int, str, Any]]:
    """Each claim whose facts name one of the other claims, with verdict and reason.

    What is named and not at hand was stated later, or is not selected.
    """
    claim_of = {fact_id: claim for claim, ids in enumerate(others["fact_ids"]) for fact_id in ids}
    for claim, held in enumerate(ones["held"]):
        for fact_id, verdict, reason in held:
            if fact_id in claim_of:
                yield claim, claim_of[fact_id], verdict, reason


def _pair_by_rule(article: pd.DataFrame, record: pd.DataFrame) -> Pairs:
    """Verdict and reason for each pair of claims with a number of the same thing."""
    pairs = _join(article, record, _THING)
    return {(one, other): _judge(article.iloc[one], record.iloc[other]) for one, other in pairs}


def _judge(article: pd.Series, record: pd.Series) -> tuple[str, str]:
    """Whether two numbers of the same thing state the same, and why."""
    groups = article["of_whom"], record["of_whom"]
    if NOT_STATED in groups or _fill(groups[0]) != _fill(groups[1]):
        return "cannot be compared", _format_groups(article, record)
    places = {claim["place_id"] for claim in (article, record) if pd.notna(claim["place_id"])}
    if len(places) > 1:
        return "cannot be compared", "the two numbers are of different places"
    days = _format_days(article, record)
    if _state_number(article) == _state_number(record):
        return "same", days
    return "differs", compose("{}; {}", _format_both(article, record), days)


def _pair_same_day(claims: pd.DataFrame) -> dict[tuple[int, int], str]:
    """The reason for each pair of claims that contradict one another by rule."""
    dated = claims[claims["date"].notna() & (claims["of_whom"] != NOT_STATED)]
    found: dict[tuple[int, int], str] = {}
    for one, other in _join(dated, dated, [*_THING, "of_whom", "place_id", "date"]):
        first, second = claims.iloc[one], claims.iloc[other]
        speakers = [(claim["asserted_by"], claim["source_id"]) for claim in (first, second)]
        if one < other and len(set(speakers)) > 1 and _state_number(first) != _state_number(second):
            found[one, other] = _format_both(first, second)
    return found


def _join(ones: pd.DataFrame, others: pd.DataFrame, common: list[str]) -> Iterator[tuple[int, int]]:
    """The pairs of claims that have a number and the same cells in these columns."""
    left, right = (
        numbered[common].fillna("").astype("str").assign(claim=numbered.index)
        for numbered in (ones[has_number(ones)], others[has_number(others)])
    )
    pairs = left.merge(right, on=common)
    return zip(pairs["claim_x"].tolist(), pairs["claim_y"].tolist(), strict=True)


def _format_both(one: pd.Series, other: pd.Series) -> Traced:
    """'12 people against 14 people'."""
    return join(" against ", [format_quantity(one), format_quantity(other)])


def _state_number(claim: pd.Series) -> tuple[str, bool]:
    """What a claim's number says, however its cells are filled."""
    return format_quantity(claim), claim["qualifier"] == "conditional"


def _format_groups(article: pd.Series, record: pd.Series) -> str:
    """Which group each side counts, or that it does not say."""
    if article["of_whom"] == record["of_whom"]:
        return "neither says of whom"
    return join("; ", [_format_group("article", article), _format_group("record", record)])


def _format_group(side: str, claim: pd.Series) -> str:
    group = claim["of_whom"]
    if pd.isna(group) or group == NOT_STATED:
        return f"the {side} does not say of whom"
    return compose("the {} counts '{}'", side, trace_cell(claim, "of_whom"))


def _format_days(article: pd.Series, record: pd.Series) -> str:
    """'stated on 10 January 2022, 4 days later': when the record was, seen from the article."""
    said, before = record["stated"], article["stated"]
    if first_day(said) != last_day(said):
        return f"stated in {format_date(said)}"
    if first_day(before) != last_day(before):
        return f"stated on {format_date(said)}"
    days = (first_day(said) - first_day(before)).days
    if not days:
        return f"stated on {format_date(said)}, the same day"
    away = format_count(abs(days), "day", rule="days")
    order = "later" if days > 0 else "earlier"
    return compose("stated on {}, {} {}", format_date(said), away, order)


def _format_row(
    article: pd.Series | None, record: pd.Series | None, verdict: str, why: str
) -> dict[str, object]:
    """One row of the comparison; a side that has nothing to say is None."""
    some = [side for side in (article, record) if side is not None]
    return {
        "topic": some[0]["topic"],
        "article_ids": [] if article is None else article["fact_ids"],
        "record_ids": [] if record is None else record["fact_ids"],
        "article_standing": "" if article is None else article["standing"],
        "record_standing": "" if record is None else record["standing"],
        "verdict": verdict,
        "why": begin_sentence(why),
    }


def _fill(cell: Any) -> Any:
    """An empty cell as ''."""
    return "" if pd.isna(cell) else cell
