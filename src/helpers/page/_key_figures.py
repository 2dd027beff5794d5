"""The numbers that a page begins with: few, of many topics, in the order of the dossier's words."""

from collections import Counter

from helpers import words as say
from helpers.dossier import Dossier, find_key_figures
from helpers.page._told import read_facts, remember, tell_facts
from helpers.words import Traced, compose, list_values

_MOST_CARDS = 6  # that are seen at once
_THING = ("measure", "unit")


@remember
def list_key_figures(dossier: Dossier) -> tuple[list[dict], list[dict]]:
    """The key figures that are seen at once, in the order of the topics, and the others.

    Those that an editor prefers are chosen first, then the measures of which most is said, each by
    its total, or else by what no group is named of, the place that most is said of and the last
    day. `rivals` are other numbers of the same thing and day: `recount` says whether somebody else
    counted for the same time. `parts` are those of a total.
    """
    facts = dossier.facts
    totals = set(facts["part_of"].dropna())
    total_of = {one: fact for one, fact in read_facts(dossier).items() if one in totals}
    claims = tell_facts(dossier, find_key_figures(dossier))
    figures = [_make_card(claim, total_of.get(claim["part_of"])) for claim in claims]
    cards: dict[tuple, dict] = {}
    for row, card in enumerate(figures):
        if card["under"] < 0 and not dossier.words.find_unit(card["unit"] or "").kinds:
            first = cards.setdefault(_name(card, "topic", *_THING, "of_whom", "place_id"), card)
            if first is not card:
                same_time, same_voice = (card[name] == first[name] for name in ("date", "speakers"))
                first["rivals"] += [card | {"recount": same_time and not same_voice}]
            for part in (one for one in figures if one["under"] == row):
                is_same = (
                    part["about"] == card["about"]
                )  # or '50 people saved' of 138 people aboard
                first["parts"].append(part if is_same else part | {"number": say_count(part)})
    said = Counter(zip(facts["measure"], facts["unit"], strict=True))
    places = Counter(facts["place_id"].fillna(""))

    def weigh_total(card: dict) -> tuple:
        is_part = card["of_whom"] not in (None, say.WHOLE)
        return totals.isdisjoint(card["fact_ids"]), is_part, -places[card["place_id"] or ""]

    first_of: dict[tuple, str] = {}
    for card in sorted(cards.values(), key=weigh_total):
        first_of.setdefault(_name(card, *_THING), card["fact_id"])

    def weigh(card: dict) -> tuple:
        thing = _name(card, *_THING)
        return card["rank"] != "preferred", first_of[thing] != card["fact_id"], -said[thing]

    chosen = {card["fact_id"] for card in sorted(cards.values(), key=weigh)[:_MOST_CARDS]}
    seen = [card for card in cards.values() if card["fact_id"] in chosen]
    return seen, [card for card in cards.values() if card["fact_id"] not in chosen]


def _name(claim: dict, *columns: str) -> tuple:
    return tuple(claim[name] for name in columns)


def say_count(claim: dict) -> Traced:
    """'12 deaths', 'turnout: 78.2 per cent': a claim's number with what it measures."""
    if not list_values(claim):
        return compose("{}", claim["statement"])
    if claim["qualifier"] == "conditional":
        return compose("{} (conditional)", say_count(claim | {"qualifier": None}))
    is_said, is_one = say.says_unit(claim["about"], claim), list_values(claim) == [1]
    is_plural = say.name_one(claim["unit"]) != claim["unit"]  # '12 houses', but 'magnitude: 8.1'
    if (is_said and is_plural) or (claim["unit"] == "people" and not is_one):
        return compose("{} {}", say.format_quantity(claim, with_unit=False), claim["measure"])
    with_unit = not (is_said or is_one)  # 'deaths: 1', not '1 people'
    return compose("{}: {}", claim["measure"], say.format_quantity(claim, with_unit=with_unit))


def say_whom(card: dict) -> Traced:
    """'all, Pago Pago': of whom or of what part a number is, where, and of what day to come."""
    return say.join(", ", [told for told in (card["part"], card["place"], card["ahead"]) if told])


def _make_card(claim: dict, total: dict | None) -> dict:
    """A key figure's number, what it measures, and the total that it is a part of, if any."""
    numbered = bool(list_values(claim))
    is_measured = numbered and claim["measure"]
    about = claim["measure"] if is_measured else claim["statement"]
    told = say.say_measure(claim) if is_measured else about
    # '150 houses destroyed', not '150 houses · houses destroyed'
    is_said = numbered and say.says_unit(about, claim)
    until = f"until {say.format_date(claim['date'])}"
    return claim | {
        "number": say.format_quantity(claim, with_unit=not is_said) if numbered else until,
        "about": about,
        "measure": say.trace_text(told, facts=claim["fact_ids"], own=list_values(claim)),
        "total": total and compose("of {}", total["number"]),
        "total_standing": total and total["standing"],
        "rivals": [],
        "parts": [],
    }
