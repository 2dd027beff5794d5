"""What a reader should doubt: the gravest first, each fact with its doubt behind it."""

from collections import defaultdict
from itertools import chain

import numpy as np
import pandas as pd

from helpers import dossier as stories, words as say
from helpers.dossier import Dossier
from helpers.page._told import remember, tell_facts
from helpers.words import Traced, compose, list_values

NAMELESS = 2  # the kind of a number of which it is not said whom it counts
_MOST_OTHERS = 2  # that are told against one fact; one where it is told in brief
# How a note marks what its source does not say: words of the codebook.
_UNATTRIBUTED, _INFERRED = r"(?i)\b(?:not |un)attributed\b", r"(?i)\binferred\b"


@remember
def list_doubts(dossier: Dossier) -> list[dict]:
    """The claims that are in doubt, the gravest kind first, and of a kind numbers before words.

    They were withdrawn, are contradicted or replaced from outside, count people who are not named,
    are preferred by an editor who adds a note, are attributed to nobody, or have a date that is
    inferred. Each has its `fact` and its `doubt` in words, also in `brief`, and `fact_ids`: what is
    doubted of several facts is told once.
    """
    if dossier.facts.empty:
        return []
    claims, others = stories.gather_claims(dossier, dossier.facts), _find_others(dossier)
    stands, notes = claims["standing"] == "stands", claims["note"].fillna("").astype("str")
    numbered = stories.has_number(claims)
    kinds = [
        claims["standing"] == "retracted",
        stands & claims["fact_ids"].map(lambda ids: any(one in others for one in ids)),
        stands & numbered & (claims["of_whom"] == say.MISSING),
        stands & (claims["rank"] == "preferred") & (notes != ""),
        stands & notes.str.contains(_UNATTRIBUTED),
        stands & notes.str.contains(_INFERRED),
    ]
    claims = claims.assign(kind=np.select(kinds, range(len(kinds)), -1), in_words=~numbered)
    claims = claims[claims["kind"] >= 0].sort_values(["kind", "in_words"], kind="stable")
    doubts: dict[str, dict] = {}
    told: set[str] = set()
    for claim in tell_facts(dossier, claims):
        if not told.intersection(claim["fact_ids"]):
            against = {one["fact_id"]: one for i in claim["fact_ids"] for one in others[i]}
            told.update(claim["fact_ids"], against)
            others_said = list(against.values())
            doubt, brief = (_say_doubt(claim, others_said, most) for most in (_MOST_OTHERS, 1))
            said = {"fact": say.format_fact(claim), "doubt": doubt, "brief": brief, "all": []}
            doubts.setdefault(doubt, claim | said)["all"] += claim["fact_ids"]
    for one in doubts.values():
        if more := len(one["all"]) - len(one["fact_ids"]):
            one["fact"] = compose("{} (and {})", one["fact"], say.spell_count(more, "more fact"))
        one["fact_ids"] = one["all"]
    return list(doubts.values())


def _say_doubt(claim: dict, against: list[dict], most: int) -> Traced:
    if claim["standing"] == "retracted":
        return compose("Withdrawn since ({})", say.format_date(claim["ended"]))
    if against:
        return _say_against(claim, against, most)
    return say.begin_sentence(say.strip_stop(claim["note"] or stories.say_part(claim)))


def _say_against(claim: dict, against: list[dict], most: int) -> Traced:
    """What others say: another number as such, and of the same number what they say of it."""
    own = list_values(claim)
    numbers: dict[str, Traced] = {}
    words: list[Traced] = []
    for one in against:
        who = stories.say_who(one)
        if own and list_values(one) and list_values(one) != own:
            said = say.format_quantity(one)
            numbers.setdefault(str(said), compose("{} ({})", said, who))  # who said it first
        else:
            words.append(compose("{} ({})", say.format_fact(one), who))
    first = [*numbers.values()][:most]
    rest = words[: most - len(first)]
    parts = [compose("Others say {}", say.join(" and ", first))] if first else []
    parts += [compose("Against it: {}", say.join("; ", rest))] if rest else []
    more = len(against) - len(first) - len(rest)
    tail = compose("; and {} more", say.spell_number(more)) if more > 0 else ""
    return compose("{}{}", say.join(". ", parts), tail)


def _find_others(dossier: Dossier) -> dict[str, list[dict]]:
    """What stands against each fact, by fact_id: in the dossier, and outside of a selection."""
    outside, inside = dossier.find_contrary(), dossier.facts
    rows = pd.concat([part for part in (inside, outside) if len(part)])
    told = {fact["fact_id"]: fact for fact in stories.list_claims(rows)}
    pairs = stories.compare_claims(dossier)
    pairs = pairs[(pairs["verdict"] == "differs") & (pairs["settled"] == "")]
    firsts, seconds = pairs["first_ids"].tolist(), pairs["second_ids"].tolist()
    sides = [*zip(firsts, seconds, strict=True), *zip(seconds, firsts, strict=True)]
    differs = inside[inside["comparison"] == "differs"]
    named = [_pair(differs, "compared_with", outside["fact_id"])]
    for column in ("compared_with", "replaces"):
        named.append([(one, other) for other, one in _pair(outside, column, inside["fact_id"])])
    sides += [([one], [other]) for one, other in chain(*named)]
    found = defaultdict(list)
    for ours, (other, *_) in sides:
        for fact_id in ours:
            found[fact_id].append(told[other])
    return found


def _pair(facts: pd.DataFrame, column: str, others: pd.Series) -> list[tuple[str, str]]:
    """Each fact whose cell names one of the others, with that one."""
    named = stories.explode_ids(facts[column])
    named = named[named.isin(others)]
    return list(zip(facts.loc[named.index, "fact_id"], named, strict=True))
