"""Facts as claims: gathered, merged and in order, as a table and in words."""

from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from typing import Any

import pandas as pd

from helpers import words as say
from helpers.dossier._dossier import Dossier
from helpers.dossier.schema import first_day, last_day, split_ids
from helpers.errors import NoFactsError
from helpers.words import MISSING, NUMBERS, Traced, format_date, list_values, trace_cell

# What facts of one claim have in common: they state the same number of the same thing.
_SAME = ["measure", *NUMBERS, "unit", "qualifier", "of_whom", "date", "places"]
# What a number is of, besides its places: of one thing, one key figure is enough.
_OF = ["topic", "measure", "unit", "of_whom"]
_NONE = "–"  # in a cell of a table: nothing of the kind is in question


def find_standing(dossier: Dossier, about: str, roles: Iterable[str]) -> list[dict]:
    """The claims of some roles that still stand; a NoFactsError where there is none."""
    facts = dossier.facts
    claims = gather_claims(dossier, list_claims(facts[facts["role"].isin(roles)]))
    found = [claim for claim in claims if claim["standing"] == "stands"]
    if not found:
        gone = f"No fact on {about} here still stands: each was superseded or withdrawn."
        raise NoFactsError(dossier.why_empty(about, lack=gone if claims else ""))
    return found


def gather_claims(dossier: Dossier, facts: list[dict], alike: Iterable[str] = ()) -> list[dict]:
    """Facts as claims: those that state the same number of the same thing are one.

    Facts are as of `list_claims`, and may have more columns than FACTS; `alike` are more in which
    those of one claim are the same: with fact_id, each fact is one. The claims stand in the order
    of their first facts, with these facts' cells; `fact_ids` are the claim's facts, `asserted_by`
    names all who assert it and `days_said` lists the days on which each of them first did,
    `standing` is that of its facts, `ended` the day on which it was retracted or superseded, or '',
    `in_article` whether an article says it, `places` its places in one order, `where` their names,
    and `is_land` whether all are countries.
    """
    sources, places = dossier.sources, dossier.places  # each a copy
    names, kinds = (dict(zip(places["place_id"], places[c], strict=True)) for c in ("name", "kind"))

    @cache
    def name_places(place_ids: str) -> dict[str, Any]:
        at = split_ids(place_ids)
        where = str(say.format_list(names[one] for one in at)) if at else ""
        return {"where": where, "is_land": all(kinds[one] == "country" for one in at)}

    articles = set(sources.loc[sources["kind"] == "article", "source_id"])
    standing, ended = dossier.standing.to_dict(), dossier.ended.to_dict()
    same, groups = [*_SAME, "standing", *alike], defaultdict(list)
    for fact in facts:
        one = fact["fact_id"]
        claim = fact | {"standing": standing[one], "ended": ended[one]}
        claim["places"] = _sort_ids(fact["place_id"])
        wordless = "" if list_values(fact) else one
        groups[*(fill_cell(claim[name]) for name in same), wordless].append(claim)
    claims = []
    for group in groups.values():
        said: dict[str, str] = {}  # the first day on which each of them says it
        for fact in group:
            for speaker in fact["asserted_by"].split("; "):
                said.setdefault(speaker, fact["stated"])
        claim = group[0] | {"asserted_by": "; ".join(said), "days_said": list(said.values())}
        claim["fact_ids"] = [fact["fact_id"] for fact in group]
        claim |= name_places(claim["place_id"])
        claim["in_article"] = any(fact["source_id"] in articles for fact in group)
        claims.append(claim)
    return claims


def find_key_figures(dossier: Dossier) -> list[dict]:
    """The numbers that count, by the codebook's rule.

    They are claims, as `gather_claims` gives them: by topic, in the vocabulary's order, then by
    measure, in the order of the facts; of one measure the newest first. `under` is the place here
    of the claim that stands for the total which it is a part of, and -1 where there is none.
    """
    standing = dossier.standing.to_dict()
    wanted = [
        fact
        for fact in list_claims(dossier.facts)
        if standing[fact["fact_id"]] == "stands"
        and (list_values(fact) or fact["qualifier"] == "until")
    ]
    topics = [*dossier.facts["topic"].cat.categories]
    measures = [*dict.fromkeys(fill_cell(fact["measure"]) for fact in wanted)]

    def weigh(fact: dict) -> tuple:
        about = fill_cell(fact["date"]) or fact["stated"]
        return fact["rank"] == "preferred", last_day(fact["stated"]), last_day(about)

    def place(fact: dict) -> tuple:
        age = -last_day(fact["stated"]).toordinal()
        return topics.index(fact["topic"]), measures.index(fill_cell(fact["measure"])), age

    best: dict[tuple, tuple] = {}
    for fact in wanted:
        key, weight = _find_key(fact), weigh(fact)
        best[key] = max(best.get(key, weight), weight)
    chosen = [fact for fact in wanted if weigh(fact) == best[_find_key(fact)]]
    claims = gather_claims(dossier, sorted(chosen, key=place))
    totals = _find_totals(dossier, claims)
    return [claim | {"under": row} for claim, row in zip(claims, totals, strict=True)]


def _find_key(fact: dict) -> tuple:
    """What a number is of: topic, measure, unit, group, places and a day to come."""
    cells = (fill_cell(fact[name]) for name in _OF)
    return *cells, _sort_ids(fact["place_id"]), say_ahead(fact)


def _sort_ids(cell: Any) -> str:
    return " ".join(sorted(split_ids(cell)))


def _find_totals(dossier: Dossier, claims: list[dict]) -> list[int]:
    """The place of what counts in place of the total that each claim is a part of, or -1."""
    facts = {fact["fact_id"]: fact for fact in list_claims(dossier.facts)}
    rows = {_find_key(claim): row for row, claim in reversed([*enumerate(claims)])}
    rows |= {one: row for row, claim in enumerate(claims) for one in claim["fact_ids"]}
    under = []
    for row, claim in enumerate(claims):
        found, total = -1, facts.get(claim["part_of"])
        while total:
            at = rows.get(total["fact_id"], rows.get(_find_key(total), row))
            found, total = found if at == row else at, facts.get(total["part_of"])
        under.append(found)
    # What stands under another claim has none under itself.
    return [at if at < 0 or under[at] < 0 else -1 for at in under]


def has_number(claims: pd.DataFrame) -> pd.Series:
    return claims[NUMBERS].notna().any(axis=1)


def fill_cell(cell: Any) -> Any:
    """An empty cell as ''."""
    return "" if say.is_empty(cell) else cell


def state(cell: Any) -> str:
    """A cell as words: 'not stated' where it is empty."""
    return MISSING if say.is_empty(cell) else str(cell)


def name_role(dossier: Dossier, claim: dict) -> str:
    """What a claim says behind the heading of its role: 'How it ends: All leave'."""
    role = dossier.words.roles.get(claim["role"])
    return f"{role.label}: {claim['statement']}" if role and role.label else claim["statement"]


def say_who(claim: dict) -> str:
    """'the outlet and Stanislav Zas, 6 January 2022': who said it, and when."""
    speakers, on = claim["asserted_by"].split("; "), defaultdict(list)
    days = claim.get("days_said", [claim["stated"]] * len(speakers))
    for speaker, day in zip(speakers, days, strict=True):
        on[day].append(speaker)
    told = [(say.format_list(who), format_date(day)) for day, who in on.items()]
    return say.join("; ", [say.compose("{}, {}", *one) for one in told])


def say_part(claim: Any) -> Traced:
    """Which part a claim counts: 'law enforcement', 'who they are is not stated', or nothing."""
    if claim["of_whom"] != MISSING:
        return trace_cell(claim, "of_whom")
    is_people = claim["unit"] == "people"
    return say.compose("who they are" if is_people else "of whom or what") + f" is {MISSING}"


def is_ahead(claim: Any) -> bool:
    """Whether a claim was made before the date that it is about."""
    return not say.is_empty(claim["date"]) and last_day(claim["stated"]) < first_day(claim["date"])


def say_ahead(claim: Any) -> str:
    """'for 2030': the date of a number that was still ahead when it was said, '' of any other."""
    if not (list_values(claim) and is_ahead(claim)):
        return ""
    return f"{'' if claim['qualifier'] == 'until' else 'for '}{say.say_date(claim)}"


def say_period(claim: Any) -> str:
    """'for 2030', 'in June 2031': of what days a number is that are ahead, or several; else ''."""
    day = claim["date"]
    if claim["qualifier"] == "until":
        return say.say_date(claim)
    if say.is_empty(day) or len(day) == len("2022-01-06") or not list_values(claim):
        return say_ahead(claim)
    return say_ahead(claim) or f"{'from' if '/' in day else 'in'} {format_date(day)}"


def describe_claim(claim: dict) -> str:
    """A claim in one sentence, as it is read to who cannot see the picture."""
    said, day = say.format_fact(claim), say.say_date(claim)
    is_told = say.is_empty(claim["date"]) or (claim["qualifier"] == "until" and day in said)
    told = [said, say_part(claim) if list_values(claim) else ""]
    told.append("" if claim["is_land"] or say.says_words(said, claim["where"]) else claim["where"])
    told += ["" if is_told else f"date: {day}", f"said by {say_who(claim)}."]
    return "; ".join(filter(None, told))


def tabulate(claims: list[dict], **more: list) -> pd.DataFrame:
    """The claims as a reader's table behind `more` columns; a dash where no number is due."""

    def without(claim: dict) -> str:
        told = [] if say.is_empty(claim["measure"]) else [MISSING]
        told += [claim["qualifier"]] * (claim["qualifier"] == "conditional")
        return ", ".join(told) or _NONE

    places = [claim["where"] or _NONE for claim in claims]
    where = {"place": places} if len({*places} - {_NONE}) > 1 else {}  # which tells rows apart
    columns = more | {
        "statement": [trace_cell(claim, "statement") for claim in claims],
        "measure": [trace_cell(claim, "measure") or _NONE for claim in claims],
        "number": [say.format_quantity(c) if list_values(c) else without(c) for c in claims],
        "of_whom": [trace_cell(claim, "of_whom") or _NONE for claim in claims],
        **where,
        "date": [*map(say.say_date, claims)],
        "stated": ["; ".join(map(format_date, dict.fromkeys(c["days_said"]))) for c in claims],
        "asserted_by": [claim["asserted_by"] for claim in claims],
        "facts": [", ".join(claim["fact_ids"]) for claim in claims],
    }
    return pd.DataFrame(columns, dtype=object)


def list_claims(facts: pd.DataFrame) -> list[dict]:
    """The rows as dictionaries; pandas' own `to_dict` takes ten times as long."""
    columns = list(facts)
    return [dict(zip(columns, row, strict=True)) for row in facts.to_numpy(object).tolist()]
