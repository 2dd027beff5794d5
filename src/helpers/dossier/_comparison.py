"""What one source says held against what the others say: it is listed, and never resolved."""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from helpers.dossier._claims import gather_claims, has_number
from helpers.dossier._dates import first_day, last_day
from helpers.dossier._dossier import Dossier
from helpers.dossier.schema import split_ids
from helpers.errors import NoFactsError
from helpers.words import (
    MISSING,
    Traced,
    begin_sentence,
    compose,
    format_count,
    format_date,
    format_quantity,
    join,
    measure_span,
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
        and record_standing ('' where there is none), verdict, why ('' where it has no counterpart)
        and by_hand, whether a person has held the two against each other.

    Raises
    ------
    NoFactsError
        There is no fact of an article, or none of the record.
    """
    article, record = _split_by_kind(dossier)
    by_hand = _pair_by_hand(article, record)
    pairs = _pair_by_rule(article, record) | by_hand
    rows = [
        _format_row(article.iloc[one], record.iloc[other], *found)
        | {"by_hand": (one, other) in by_hand}
        for (one, other), found in sorted(pairs.items())
    ]
    alone = article.drop([one for one, _ in pairs])
    rows += [_format_row(claim, None, "not in the record", "") for _, claim in alone.iterrows()]
    alone = record.drop([other for _, other in pairs])
    rows += [_format_row(None, claim, "not in the article", "") for _, claim in alone.iterrows()]
    rows.sort(key=lambda row: VERDICTS.index(row["verdict"]))
    return pd.DataFrame(rows, dtype=object)


def compare_claims(dossier: Dossier) -> pd.DataFrame:
    """Claims held against one another, from whatever source; none is resolved or averaged.

    Two claims are a pair

    - where a person has held one against the other (`comparison`), or
    - where both have a number of the same topic, measure, unit and place, and come from different
      speakers or sources: of one group and one `date` they differ or may agree ('up to 14' and 12);
      they cannot be compared where a date or a group is not stated. A number that takes the place
      of another, as a toll grows, does not contradict it.

    Returns
    -------
    DataFrame
        One row a pair that stands, in the order of the facts, then one a pair that differed until a
        claim of it was withdrawn or superseded: topic, first_ids and second_ids (lists of fact_id),
        verdict, why, by_hand, and `settled`, the day from which one of the two no longer stood,
        or ''.
    """
    facts = dossier.facts
    claims = _claim(dossier, facts)
    pairs = _pair_of_one_day(claims, _list_replaced(facts))
    by_hand = _pair_by_hand(claims, claims)
    pairs |= {(one, other): found for (one, other), found in by_hand.items() if one < other}
    rows = []
    for (one, other), (verdict, why) in sorted(pairs.items()):
        first, second = claims.iloc[one], claims.iloc[other]
        gone = [claim["ended"] for claim in (first, second) if claim["standing"] != "stands"]
        if verdict == "differs" or not gone:
            rows.append(
                {
                    "topic": first["topic"],
                    "first_ids": first["fact_ids"],
                    "second_ids": second["fact_ids"],
                    "verdict": verdict,
                    "why": begin_sentence(why),
                    "by_hand": (one, other) in by_hand,
                    "settled": min(gone, key=last_day, default=""),
                }
            )
    rows.sort(key=lambda row: bool(row["settled"]))
    columns = ["topic", "first_ids", "second_ids", "verdict", "why", "by_hand", "settled"]
    return pd.DataFrame(rows, columns=columns, dtype=object)


def _split_by_kind(dossier: Dossier) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The claims of the articles and those of the record."""
    facts, sources = dossier.facts, dossier.sources
    if facts.empty:
        raise NoFactsError(dossier.why_empty())
    kinds = facts["source_id"].map(sources.set_index("source_id")["kind"].astype("str"))
    until = f", as of {format_date(dossier.as_of_day)}" if dossier.as_of_day else ""
    for kind, side in (("article", "an article"), ("record", "the record")):
        if not (kinds == kind).any():
            raise NoFactsError(f"There is nothing to compare: no fact here is of {side}{until}.")
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
    claims = gather_claims(dossier, facts, ["topic", "stated"])
    claims["held"] = claims["fact_ids"].map(lambda ids: [held[one] for one in ids if one in held])
    return claims


def _pair_by_hand(ones: pd.DataFrame, others: pd.DataFrame) -> Pairs:
    """Verdict and reason for each pair of claims in which a fact is held against one of the other.

    `differs` weighs more than another verdict on facts of the same two claims, and a reason more
    than none.
    """
    held = [
        *_find_held(ones, others),
        *((one, other, verdict, why) for other, one, verdict, why in _find_held(others, ones)),
    ]
    held.sort(key=lambda pair: (pair[2] != "differs", pd.isna(pair[3])))
    found: Pairs = {}
    for one, other, verdict, reason in held:
        if one != other or ones is not others:
            why = _format_days(ones.iloc[one], others.iloc[other]) if pd.isna(reason) else reason
            found.setdefault((one, other), (verdict, why))
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
    if MISSING in groups or _fill(groups[0]) != _fill(groups[1]):
        return "cannot be compared", _format_groups(article, record)
    if len({article["places"], record["places"]} - {""}) > 1:
        return "cannot be compared", "the two numbers are of different places"
    days = _format_days(article, record)
    if format_quantity(article) == format_quantity(record):
        return "same", days
    (least, most), (low, high) = measure_span(article), measure_span(record)
    both = _format_both(article, record)
    if least <= high and low <= most:
        return "cannot be compared", compose("both may hold: {}; {}", both, days)
    return "differs", compose("{}; {}", both, days)


def _pair_of_one_day(claims: pd.DataFrame, replaced: dict[str, set[str]]) -> Pairs:
    """Verdict and reason for each pair of numbers that should be the same, or might be."""
    nameless = claims["of_whom"] == MISSING
    vague = claims[claims["date"].isna() | nameless]
    clear = claims[claims["date"].notna() & ~nameless]
    found: Pairs = {}
    for one, other in [
        *_join(clear, clear, [*_THING, "of_whom", "places", "date"]),
        *_join(vague, claims, [*_THING, "places"]),
    ]:
        first, second = claims.iloc[min(one, other)], claims.iloc[max(one, other)]
        if one != other and _are_apart(first, second, replaced):
            found[min(one, other), max(one, other)] = _judge_one_day(first, second)
    return {pair: judged for pair, judged in found.items() if judged[0]}


def _are_apart(one: pd.Series, other: pd.Series, replaced: dict[str, set[str]]) -> bool:
    """Whether two claims are of two speakers or sources, and neither takes the other's place."""
    if (one["asserted_by"], one["source_id"]) == (other["asserted_by"], other["source_id"]):
        return False
    return not any(
        replaced[fact_id] & set(old["fact_ids"])
        for new, old in ((one, other), (other, one))
        for fact_id in new["fact_ids"]
    )


def _list_replaced(facts: pd.DataFrame) -> dict[str, set[str]]:
    """What each fact replaces, itself or through others."""
    direct = dict(zip(facts["fact_id"], map(split_ids, facts["replaces"]), strict=True))
    found: dict[str, set[str]] = {}
    for fact_id, ids in direct.items():
        found[fact_id], coming = set(), list(ids)
        while coming:
            if (one := coming.pop()) not in found[fact_id]:
                found[fact_id].add(one)
                coming += direct.get(one, [])
    return found


def _judge_one_day(one: pd.Series, other: pd.Series) -> tuple[str, str]:
    """Whether two numbers of one thing and place differ, and why; '' where they are of others."""
    unknown = []
    for name, missing in (("date", ""), ("of_whom", MISSING)):
        cells = {_fill(claim[name]) for claim in (one, other)}
        if missing in cells:
            unknown.append({"date": "date", "of_whom": "group"}[name])
        elif len(cells) > 1:
            return "", ""
    if unknown:
        return "cannot be compared", f"for want of a {' and a '.join(unknown)}"
    (least, most), (low, high) = measure_span(one), measure_span(other)
    return "differs" if least > high or low > most else "may agree", _format_both(one, other)


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


def _format_groups(article: pd.Series, record: pd.Series) -> str:
    """Which group each side counts, or that it does not say."""
    if article["of_whom"] == record["of_whom"]:
        return "neither says of whom"
    return join("; ", [_format_group("article", article), _format_group("record", record)])


def _format_group(side: str, claim: pd.Series) -> str:
    group = claim["of_whom"]
    if pd.isna(group) or group == MISSING:
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
        "by_hand": False,
    }


def _fill(cell: Any) -> Any:
    """An empty cell as ''."""
    return "" if pd.isna(cell) else cell
