"""What one source says held against what the others say: it is listed, and never resolved."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import islice

import pandas as pd

from helpers import words as say
from helpers.dossier._claims import fill_cell, gather_claims, list_claims
from helpers.dossier._dossier import Dossier
from helpers.dossier.schema import first_day, last_day, split_ids
from helpers.errors import NoFactsError
from helpers.words import MISSING, Traced, format_quantity, list_values

VERDICTS = ("differs", "cannot be compared", "same", "not in the article", "not in the record")
Rows = dict[int, dict]  # claims by their place among all
Pairs = dict[tuple[int, int], tuple[str, str]]  # of two claims: verdict and reason
_CLAIM = ["topic", "stated"]  # what facts of one claim have in common besides
_NOTHING: dict = {"fact_ids": [], "standing": ""}  # of a side that does not speak of a claim
_MOST_PAIRS = 50_000  # of claims that are looked at for contradictions
_THING = ["topic", "measure", "unit"]  # what two numbers must have in common to be held together


def compare_sources(dossier: Dossier) -> pd.DataFrame:
    """What the dossier's articles say against what its record says, by the codebook's rules.

    Facts of one side that state the same are one claim. One row a pair of claims, or a claim
    without a counterpart, by verdict in the order of VERDICTS: topic, article_ids and record_ids
    (lists of fact_id), article_standing and record_standing, verdict, why (empty where it has no
    counterpart) and by_hand, whether a person has held the two against each other; `is_cut` as of
    `compare_claims`. A NoFactsError where there is no fact of either side.
    """
    facts, sources = dossier.facts, dossier.sources
    if facts.empty:
        raise NoFactsError(dossier.why_empty())
    kinds = facts["source_id"].map(sources.set_index("source_id")["kind"].astype("str"))
    until = f", as of {say.format_date(dossier.as_of_day)}" if dossier.as_of_day else ""
    for kind, side in (("article", "an article"), ("record", "the record")):
        if not (kinds == kind).any():
            raise NoFactsError(f"There is nothing to compare: no fact here is of {side}{until}.")
    articles, records = (
        gather_claims(dossier, list_claims(facts[kinds == kind]), _CLAIM)
        for kind in ("article", "record")
    )
    by_hand = _pair_by_hand(dossier, articles, records)
    joined = _join(_keep_numbers(articles), _keep_numbers(records), _THING)
    by_rule = {(a, r): _judge(articles[a], records[r]) for a, r in islice(joined, _MOST_PAIRS)}
    is_cut, pairs = next(joined, None) is not None, by_rule | by_hand
    told = [
        (articles[one], records[other], verdict, why, (one, other) in by_hand)
        for (one, other), (verdict, why) in sorted(pairs.items())
    ]
    for at, (claims, lack) in enumerate(((articles, VERDICTS[4]), (records, VERDICTS[3]))):
        paired = {pair[at] for pair in pairs}
        for row, claim in enumerate(claims):
            # Where some pairs were left out, a number may have a counterpart.
            if row not in paired and not (is_cut and list_values(claim)):
                one, other = (_NOTHING, claim) if at else (claim, _NOTHING)
                told.append((one, other, lack, "", False))
    told.sort(key=lambda row: VERDICTS.index(row[2]))
    rows = [
        {
            "topic": article.get("topic", record.get("topic")),
            "article_ids": article["fact_ids"],
            "record_ids": record["fact_ids"],
            "article_standing": article["standing"],
            "record_standing": record["standing"],
            "verdict": verdict,
            "why": say.begin_sentence(why),
            "by_hand": is_by_hand,
        }
        for article, record, verdict, why, is_by_hand in told
    ]
    found = pd.DataFrame(rows, dtype=object)
    found.attrs["is_cut"] = is_cut
    return found


def compare_claims(dossier: Dossier) -> pd.DataFrame:
    """Claims held against one another by the codebook's rules, from whatever source.

    One row a pair that stands, in the order of the facts, then one a pair that differed until a
    claim of it was withdrawn or superseded: topic, first_ids and second_ids (lists of fact_id),
    verdict ('may agree' too: 'up to 14' and 12), why, by_hand, and `settled`, the day from which
    one of the two no longer stood, or ''. Its attribute `is_cut` tells whether claims of the last
    facts are left out, as there are more of one thing than can be held against one another.
    """
    facts = dossier.facts
    claims = gather_claims(dossier, list_claims(facts), _CLAIM)
    by_hand = _pair_by_hand(dossier, claims, claims)
    by_rule, is_cut = _pair_of_one_day(claims, _list_replaced(facts))
    rows = []
    for (one, other), (verdict, why) in sorted((by_rule | by_hand).items()):
        first, second = claims[one], claims[other]
        gone = [claim["ended"] for claim in (first, second) if claim["standing"] != "stands"]
        if verdict == "differs" or not gone:
            told = verdict, say.begin_sentence(why), (one, other) in by_hand
            settled = min(gone, key=last_day, default="")
            rows.append((first["topic"], first["fact_ids"], second["fact_ids"], *told, settled))
    rows.sort(key=lambda row: bool(row[-1]))
    columns = ["topic", "first_ids", "second_ids", "verdict", "why", "by_hand", "settled"]
    found = pd.DataFrame(rows, columns=columns, dtype=object)
    found.attrs["is_cut"] = is_cut
    return found


def _pair_by_hand(dossier: Dossier, ones: list[dict], others: list[dict]) -> Pairs:
    """Verdict and reason for each pair of claims in which a fact is held against one of the other.

    `differs` weighs more than another verdict on facts of the same two claims, and a reason more
    than none. It is the note of a fact of the record: that of an article's is on the article.
    What is held against and not at hand was stated later, or is not selected.
    """
    sources = dossier.sources
    records = set(sources.loc[sources["kind"] == "record", "source_id"])
    held = [
        fact | {"note": fill_cell(fact["note"]) if fact["source_id"] in records else ""}
        for fact in list_claims(dossier.facts.dropna(subset=["compared_with"]))
    ]
    held.sort(key=lambda fact: (fact["comparison"] != "differs", not fact["note"]))
    of_one, of_other = (
        {fact_id: row for row, claim in enumerate(side) for fact_id in claim["fact_ids"]}
        for side in (ones, others)
    )
    found: Pairs = {}
    for fact in held:
        names = fact["fact_id"], fact["compared_with"]
        for one, other in (names, names[::-1]):
            pair = of_one.get(one, -1), of_other.get(other, -1)
            is_turned = ones is others and pair[0] >= pair[1]
            if min(pair) >= 0 and not is_turned:
                why = _format_days(ones[pair[0]], others[pair[1]])
                if fact["note"]:
                    why = say.trace_text(fact["note"], facts=[fact["fact_id"]])
                found.setdefault(pair, (fact["comparison"], why))
    return found


def _judge(article: dict, record: dict) -> tuple[str, str]:
    groups = article["of_whom"], record["of_whom"]
    if MISSING in groups or fill_cell(groups[0]) != fill_cell(groups[1]):
        return "cannot be compared", _format_groups(article, record)
    if len({article["places"], record["places"]} - {""}) > 1:
        return "cannot be compared", "the numbers are of different places"
    spans, days = part_days(article, record), _format_days(article, record)
    apart = "cannot be compared", f"the numbers are of different {spans}"
    if spans == "periods":
        return apart
    if format_quantity(article) == format_quantity(record):
        return "same", say.compose("of another day; {}", days) if spans else days
    may_agree, both = _hold_both(article, record)
    if may_agree:
        return "cannot be compared", say.compose("both may hold: {}; {}", both, days)
    return apart if spans else ("differs", say.compose("{}; {}", both, days))


def part_days(one: dict, other: dict) -> str:
    """'days' or 'periods' that two claims are about, where they have no day in common; else ''."""
    dates = [claim["date"] for claim in (one, other) if not say.is_empty(claim["date"])]
    firsts, lasts = ([find(date) for date in dates] for find in (first_day, last_day))
    if len(dates) < 2 or max(firsts) <= min(lasts):
        return ""
    return "days" if firsts == lasts else "periods"


def _pair_of_one_day(claims: list[dict], replaced: dict[str, set[str]]) -> tuple[Pairs, bool]:
    """Verdict and reason for each pair that should agree or might; whether some are left out."""
    every, vague, clear = _keep_numbers(claims), Rows(), Rows()
    for row, claim in every.items():
        is_vague = say.is_empty(claim["date"]) or claim["of_whom"] == MISSING
        (vague if is_vague else clear)[row] = claim
    found, is_cut = Pairs(), False
    common = [*_THING, "places"]
    for ones, others, columns in (
        (clear, clear, [*common, "of_whom", "date"]), (vague, every, common),
    ):  # fmt: skip
        pairs = _join(ones, others, columns)
        for one, other in islice(pairs, _MOST_PAIRS):
            first, second = claims[min(one, other)], claims[max(one, other)]
            if one != other and _are_apart(first, second, replaced):
                found[min(one, other), max(one, other)] = _judge_one_day(first, second)
        is_cut |= next(pairs, None) is not None
    ends = {  # 'until the 19th' and 'until the 31st' of one measure, or in the same words
        row: claim | {"thing": fill_cell(claim["measure"]) or claim["statement"]}
        for row, claim in enumerate(claims)
        if claim["qualifier"] == "until" and row not in every
    }
    for one, other in islice(
        _join(ends, ends, ["topic", "thing", "places", "of_whom"]), _MOST_PAIRS
    ):
        first, second = ends[one], ends[other]
        is_pair = one < other and _are_apart(first, second, replaced)
        if is_pair and part_days(first, second):
            days = [say.format_date(claim["date"]) for claim in (first, second)]
            found[one, other] = "differs", say.compose("until {} against until {}", *days)
    return {pair: judged for pair, judged in found.items() if judged[0]}, is_cut


def _are_apart(one: dict, other: dict, replaced: dict[str, set[str]]) -> bool:
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
    direct = dict(zip(facts["fact_id"], facts["replaces"].map(split_ids), strict=True))
    found: dict[str, set[str]] = {}
    for fact_id, ids in direct.items():
        found[fact_id], coming = set(), list(ids)
        while coming:
            if (one := coming.pop()) not in found[fact_id]:
                found[fact_id].add(one)
                coming += direct.get(one, [])
    return found


def _judge_one_day(one: dict, other: dict) -> tuple[str, str]:
    """Whether two numbers of one thing and place differ, and why; '' where they are of others."""
    unknown = []
    for about, column, missing in (("date", "date", ""), ("group", "of_whom", MISSING)):
        cells = {fill_cell(claim[column]) for claim in (one, other)}
        if missing in cells:
            unknown.append(f"a {about}")
        elif len(cells) > 1:
            return "", ""
    if unknown:
        return "cannot be compared", f"for want of {' and '.join(unknown)}"
    may_agree, both = _hold_both(one, other)
    return "may agree" if may_agree else "differs", both


def _hold_both(one: dict, other: dict) -> tuple[bool, Traced]:
    """Whether two numbers may agree, and '12 people against 14 people'."""
    (least, most), (low, high) = say.measure_span(one), say.measure_span(other)
    both = say.compose("{} against {}", format_quantity(one), format_quantity(other))
    return least <= high and low <= most, both


def _keep_numbers(claims: list[dict]) -> Rows:
    return {row: claim for row, claim in enumerate(claims) if list_values(claim)}


def _join(ones: Rows, others: Rows, common: list[str]) -> Iterator[tuple[int, int]]:
    """The pairs of claims that have the same cells in these columns."""
    partners = defaultdict(list)
    for row, claim in others.items():
        partners[*(fill_cell(claim[name]) for name in common)].append(row)
    for row, claim in ones.items():
        for other in partners[*(fill_cell(claim[name]) for name in common)]:
            yield row, other


def _format_groups(article: dict, record: dict) -> str:
    """Which group each side counts, or that it does not say."""
    if article["of_whom"] == record["of_whom"]:
        return "neither says of whom"
    told = [
        f"the {side} does not say of whom"
        if fill_cell(claim["of_whom"]) in ("", MISSING)
        else say.compose("the {} counts '{}'", side, say.trace_cell(claim, "of_whom"))
        for side, claim in (("article", article), ("record", record))
    ]
    return say.join("; ", told)


def _format_days(article: dict, record: dict) -> str:
    """'stated on 10 January 2022, 4 days later': when the record was, seen from the article."""
    said, before = record["stated"], article["stated"]
    is_day = len("2022-01-06")
    if any(len(end) != is_day for end in f"{said}/{before}".split("/")):
        return f"stated {say.say_when(said)}"
    days = (first_day(said) - first_day(before)).days
    if not days:
        return f"stated on {say.format_date(said)}, the same day"
    away = say.format_count(abs(days), "day", rule="days")
    order = "later" if days > 0 else "earlier"
    return say.compose("stated on {}, {} {}", say.format_date(said), away, order)
