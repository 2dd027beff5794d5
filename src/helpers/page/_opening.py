"""What a report begins with: its first sentences, the numbers that count most, what to doubt.

Key figures are few, of many topics, in the order of the dossier's words; of doubts the gravest come
first, each fact with its doubt behind it.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import date
from itertools import chain, filterfalse
from operator import itemgetter
from typing import Any

from markupsafe import Markup

from helpers import dossier as stories, words as say
from helpers.dossier import AREAS, Dossier, first_day, last_day, split_ids
from helpers.page._told import (
    list_records,
    name_speakers,
    put_behind,
    read_facts,
    remember,
    tell_facts,
)
from helpers.words import Traced, compose, list_values

_MOST_WORDS = 6  # of a group, or of places, that the first lines tell of an event
_MOST_COUNTS = 2  # in the lead; more where nothing else is told
_MOST_CARDS = 6  # key figures that are seen at once
_MOST_OTHERS = 2  # that are told against one fact; in brief one, or two numbers
# The kinds of doubt of what others speak against, and of a number that does not say whom it counts.
CONTRADICTED, _NAMELESS = 1, 2
# How a note marks what its source does not say: words of the codebook.
_UNATTRIBUTED, _INFERRED = r"(?i)\b(?:not |un)attributed\b", r"(?i)\binferred\b"
_NUMBER = re.compile(r'<data [^>]*data-fact="([^" ]+)[^>]*>.*?</data>')
_THING = ("measure", "unit")
_OF = ("topic", *_THING, "of_whom", "place_id")


def write_lead(dossier: Dossier) -> Traced:
    """The editor's own words, or else three to five sentences computed; '' where nothing is told.

    An editor's sentence is told where each fact that it names is there and stands. Where one is
    not, the numbers of that day follow in its place.
    """
    standing = dossier.standing
    own = stories.keep_sentences(dossier.words.lead, standing.index[standing == "stands"])
    edited = stories.trace_lead(own, dossier.facts) if own else None
    if edited and own == dossier.words.lead:
        return _link_numbers(edited)
    cards, doubts = list_key_figures(dossier)[0], list_doubts(dossier)
    is_aside = _find_asides(dossier)
    events = [] if edited else _find_events(dossier, doubts, is_aside)
    named = {event["fact_id"] for event in events}.union(stories.list_references(own))
    counts = [card for card in cards if list_values(card) and named.isdisjoint(card["fact_ids"])]
    happened = [edited] if edited else [_say_event(dossier, event) for event in events]
    of_topic = {card["topic"]: card for card in reversed(counts)}
    tells = {name for name, topic in dossier.words.topics.items() if topic.tells}

    def is_later(card: dict) -> bool:  # than the first of a topic that tells
        return card is not of_topic[card["topic"]] or card["topic"] not in tells

    room = max(_MOST_COUNTS, 3 - len(happened) - len(doubts))
    chosen = sorted(counts, key=is_later)[:room]
    if chosen and not any(map(is_later, chosen)):  # what most is said of is told all the same
        most = max(counts, key=lambda card: (card["times"], card["topic"] in tells))
        chosen[-1] = chosen[-1] if most in chosen else most
    counts = [card for card in counts if card in chosen]
    doubt = next((doubt for doubt in doubts if _is_of_today(doubt, cards)), None)
    told = {fact_id for card in counts for fact_id in card["fact_ids"]}
    numbers = [_say_card(card, doubt) for card in counts]
    sentences = numbers + happened if any(map(is_aside, events)) else happened + numbers
    if doubt and told.isdisjoint(doubt["fact_ids"]):
        sentences.append(_say_in_doubt(dossier, doubt))
    return _link_numbers(say.join(" ", sentences))


def _is_of_today(doubt: dict, cards: list[dict]) -> bool:
    """Whether it was withdrawn, or is contradicted and about no number that is past."""
    shown = {fact_id for card in cards for fact_id in card["fact_ids"]}
    if doubt["standing"] == "retracted" or not shown.isdisjoint(doubt["fact_ids"]):
        return doubt["kind"] != _NAMELESS
    newest = {card["about"]: last_day(card["date"] or card["stated"]) for card in cards}
    day = last_day(doubt["date"] or doubt["stated"])
    return doubt["kind"] < _NAMELESS and day >= newest.get(doubt["measure"], date.min)


def _find_events(
    dossier: Dossier, doubts: list[dict], is_aside: Callable[[dict], bool]
) -> list[dict]:
    """What happened first and last, of the topics that tell more than others.

    A topic of several parts in how something works tells of a rule, where another one tells of
    events; a number is told as such, and what takes a fact back, or may come, did not happen. What
    was still ahead when it was said, or is said beside numbers, is told where nothing else is.
    """
    facts = [*read_facts(dossier).values()]
    doubted = {one for doubt in doubts for one in doubt["fact_ids"]}
    parts = Counter(
        topic for topic, role in {_pick(fact, "topic", "role") for fact in facts} if role
    )
    events = [
        fact
        for fact in facts
        if dossier.words.topics[fact["topic"]].tells
        and fact["date"]
        and fact["standing"] == "stands"
        and fact["qualifier"] not in ("until", "conditional")
        and fact["relation"] != "retracts"
        and fact["fact_id"] not in doubted
        and not list_values(fact)
    ]
    for is_worse in (
        lambda fact: fact["rank"] != "preferred",
        stories.is_ahead,
        is_aside,
        lambda fact: parts[fact["topic"]] > 1,
    ):
        events = [*filterfalse(is_worse, events)] or events
    # Of what began on one day, the more exact date comes first.
    events.sort(key=lambda fact: (first_day(fact["date"]), last_day(fact["date"])))
    days = [first_day(event["date"]) for event in events[:1] + events[-1:]]
    return events[:1] + events[-1:] * (len(set(days)) > 1)


def _find_asides(dossier: Dossier) -> Callable[[dict], bool]:
    """Tell what is said in words beside numbers, of which most of its topic are: no event."""
    most: Counter[str] = Counter()
    for fact in read_facts(dossier).values():
        most[fact["topic"]] += 1 if list_values(fact) else -1
    return lambda fact: most[fact["topic"]] > 0 and not fact["role"]


def _say_event(dossier: Dossier, event: dict) -> Traced:
    """'The country votes (14 October 2023), according to Xinhua.', of whom, where and when.

    What it says itself is not told again, nor is the only country of the story, or a long list.
    """
    said, day = event["statement"], say.format_date(event["date"])
    lands, ids = dossier.places.query("kind == 'country'")["place_id"], split_ids(event["place_id"])
    is_placed = any(say.says_words(said, name) for name in event["place_names"])
    is_clear = is_placed or [*lands] == ids
    parts = event["date"].split("/")[0].split("-")  # a year may be all that is stated
    is_said = any(say.states_number(said, float(part)) for part in (parts[0], parts[-1]))
    about = [event["part"], "" if is_clear else event["place"], "" if is_said else day]
    about = [one for one in about if 0 < len(one.split()) <= _MOST_WORDS]
    about = [one for one in about if not say.says_words(said, one)]
    about += ["still ahead"] * stories.is_ahead(event)
    return compose("{}, according to {}.", put_behind(said, about), event["speakers"])


def _say_card(card: dict, doubt: dict | None) -> Traced:
    """'12 deaths (Kazakhstan), according to the outlet, 6 January 2022.', and against it."""
    nameless = card["of_whom"] == say.MISSING
    said = say.begin_sentence((say.format_fact if say.says_numbers(card) else say_count)(card))
    about = ["" if nameless else card["part"], card["place"], card["period"]]
    words = set(said.lower().split())
    about = [
        one for one in about if one not in ("", say.WHOLE) and set(one.lower().split()) - words
    ]
    against = card["brief"]
    if doubt and not against and not set(card["fact_ids"]).isdisjoint(doubt["fact_ids"]):
        against = doubt["brief"]
    if about and about[0].startswith("in "):
        said = compose("{} {}", said, say.join(", ", about))
    else:
        said = put_behind(said, about)
    return compose(
        "{}, according to {}, {}{}.{}",
        said,
        card["speakers"],
        say.format_date(card["stated"]),
        compose("; {}", card["part"]) if nameless else "",
        compose(" {}.", against) if against else "",
    )


def _say_in_doubt(dossier: Dossier, doubt: dict) -> Traced:
    """What was withdrawn, or what speaks against something that is told nowhere else."""
    if doubt["standing"] != "retracted":
        return compose("In doubt: {}. {}.", doubt["said"], doubt["brief"])
    when, (who, still, rest) = say.say_when(doubt["ended"]), _find_withdrawal(dossier, doubt)
    if not still:
        return compose("{}, withdrawn {} by {}{}.", doubt["said"], when, who, rest)
    number, about = _say_bare(doubt), say.begin_sentence(say.trace_cell(doubt, "measure"))
    is_own = who == doubt["speakers"]
    whose = compose("its {}" if is_own else "the {} of {}", number, doubt["speakers"])
    return compose("{}: {} withdrew {} {}{}.", about, who, whose, when, still)


def _say_bare(claim: dict) -> Traced:
    """A number beside the measure that says its unit: '2' of bridges lost or of deaths."""
    is_said = claim["unit"] == "people" or say.says_unit(claim["measure"], claim)
    return _say_quantity(claim, with_unit=not is_said)


def _link_numbers(text: Traced) -> Traced:
    """A text whose numbers lead to the rows of their facts."""
    html = _NUMBER.sub(r'<a href="#fact-\1">\g<0></a>', str(text.__html__()))
    return Traced(Markup(html))


@remember
def list_key_figures(dossier: Dossier) -> tuple[list[dict], list[dict]]:
    """The key figures that are seen at once, in the order of the topics, and the others.

    Which number is first of its measure and which measures are seen is the codebook's rule. The
    `rivals` of a card are other numbers of the same thing and day; `recount` is 'count' or
    'account' where somebody else gives it for the same time. `parts` are those of a total.
    `against` is what else speaks against a card, `brief` all that does.
    """
    facts, words = dossier.facts, dossier.words
    totals = set(facts["part_of"].dropna())
    total_of = {one: fact for one, fact in read_facts(dossier).items() if one in totals}
    claims = tell_facts(dossier, _keep_parts(dossier, stories.find_key_figures(dossier)))
    figures = [_make_card(claim, total_of.get(claim["part_of"])) for claim in claims]
    cards: dict[tuple, dict] = {}
    parts = defaultdict(list)
    for card in figures:
        parts[card["under"]].append(card)
    part_of = {_pick(card, *_OF): card for card in figures if card["under"] >= 0}
    for row, card in enumerate(figures):
        unit, of = words.find_unit(card["unit"] or ""), _pick(card, *_OF)
        if card["under"] < 0 and not unit.kinds:
            is_first = row in parts or of not in part_of
            first = cards.setdefault(of, card) if is_first else part_of[of]
            if first is not card:
                first["rivals"].append(card)
                if card["date"] == first["date"] and card["speakers"] != first["speakers"]:
                    is_counted = say.name_one(card["unit"] or "") != card["unit"]
                    card["recount"] = "count" if is_counted and not unit.measured else "account"
                    if list_values(card) != list_values(first):
                        first["mates"].append(card)
                        card["mates"].append(first)
            for part in parts[row]:
                if part["about"] != card["about"]:  # '50 people saved' of 138 people aboard
                    part["number"] = say_count(part)
                first["parts"].append(part)
    said = Counter(zip(facts["measure"], facts["unit"], strict=True))
    acts = {*zip(*(facts[name] for name in (*_THING, "asserted_by", "stated")), strict=True)}
    times = Counter(act[:2] for act in acts)  # however many groups are listed at once
    for card in figures:
        others = _list_others(dossier, card)
        ids = {one["fact_id"] for one in others}
        mates = [one for one in card["mates"] if ids.isdisjoint(one["fact_ids"])]
        shown = {fact_id for rival in card["rivals"] for fact_id in rival["fact_ids"]}
        card["count"], card["times"] = said[_pick(card, *_THING)], times[_pick(card, *_THING)]
        card["brief"] = _say_against(card, others + mates, 1)
        card["against"] = _say_against(card, [o for o in others if o["fact_id"] not in shown], 1)
    ordered = _order_figures(dossier, [*cards.values()], totals)
    first_of = {_pick(card, *_THING): card["fact_id"] for card in reversed(ordered)}

    def weigh(card: dict) -> tuple:
        thing, topic = _pick(card, *_THING), words.topics[card["topic"]]
        is_first = first_of[thing] == card["fact_id"]
        return card["rank"] != "preferred", not is_first, -card["count"], not topic.tells

    chosen = {card["fact_id"] for card in sorted(cards.values(), key=weigh)[:_MOST_CARDS]}
    things = [_pick(card, *_THING) for card in cards.values()]
    seen = [card for card in cards.values() if card["fact_id"] in chosen]
    seen.sort(key=lambda card: (things.index(_pick(card, *_THING)), weigh(card)[1]))
    return seen, [card for card in cards.values() if card["fact_id"] not in chosen]


def _keep_parts(dossier: Dossier, claims: list[dict]) -> list[dict]:
    """Key figures, with a part of a total in place of a later number that contradicts it."""
    rows = {claim["part_of"]: claim["under"] for claim in claims if claim["under"] >= 0}
    rows |= {one: row for row, claim in enumerate(claims) for one in claim["fact_ids"]}
    for row, claim in enumerate(claims):
        for one in _list_others(dossier, claim) if claim["under"] < 0 else []:
            total = rows.get(one["part_of"], row)
            is_part = total != row and one["fact_id"] not in rows and claims[total]["under"] < 0
            if is_part and all(str(one[name]) == str(claim[name]) for name in _OF):
                [part] = stories.gather_claims(dossier, [one])
                claims[row], rows[one["fact_id"]] = part | {"under": total}, row
                break
    return claims


def _order_figures(dossier: Dossier, cards: list[dict], totals: set[str]) -> list[dict]:
    """The cards in such an order that the first of a measure stands for it.

    What stands behind another comes last. What no group is named of comes first; of groups that of
    the wider place, then, if one number is later, the group and the place of which the topic says
    most, and the place that the story names most. Of these the newest number comes first, then a
    total, the wider place, what has a role, the largest.
    """
    kinds = dict(dossier.places[["place_id", "kind"]].to_numpy())
    facts = [*read_facts(dossier).values()]
    said = Counter(
        _pick(fact, "topic", "of_whom")
        for fact in facts
        if fact["standing"] == "stands" and list_values(fact)
    )
    behind, at = _find_behind(dossier, cards), defaultdict(set)
    named: Counter[Any] = Counter()  # places by topic of their numbers, and in all
    for fact in facts:
        for one in split_ids(fact["place_id"]):
            at[fact["topic"]].add(one)
            named.update([one, (fact["topic"], one)][: 1 + bool(list_values(fact))])

    def count_place(card: dict) -> tuple[int, int]:  # of no place: as often as of any
        ids = split_ids(card["place_id"]) or at[card["topic"]]
        return max(((named[card["topic"], one], named[one]) for one in ids), default=(0, 0))

    def find_width(card: dict) -> int:
        known = [kinds[one] for one in split_ids(card["place_id"])]
        return min(map(AREAS.index, filter(AREAS.__contains__, known)), default=len(AREAS))

    widths, days = defaultdict(list), defaultdict(set)
    for card in cards:
        widths[_pick(card, *_THING, "of_whom")].append(find_width(card))
        days[_pick(card, *_THING)].add(card["stated"])

    def weigh(card: dict) -> tuple:
        day = "" if stories.is_ahead(card) else card["date"]
        is_renewed, (often, anywhere) = len(days[_pick(card, *_THING)]) > 1, count_place(card)
        return (
            card["fact_id"] in behind,
            card["of_whom"] not in (None, say.WHOLE),
            min(widths[_pick(card, *_THING, "of_whom")]),
            is_renewed and -said[_pick(card, "topic", "of_whom")],
            is_renewed * -often,
            is_renewed * -anywhere,
            -last_day(card["stated"]).toordinal(),
            -last_day(day).toordinal() if day else 0,
            totals.isdisjoint(card["fact_ids"]),
            find_width(card),
            not card["role"],
            -max(map(float, list_values(card)), default=0),
        )

    return sorted(cards, key=weigh)


def _find_behind(dossier: Dossier, cards: list[dict]) -> set[str]:
    """The fact_id of each card that stands for no measure, as another one is of more.

    That one is of the same group, and of a country in which all of its places lie, or of more
    places, among them these; or the card's number is 0 and that of other days is not.
    """
    places, (land, *_) = list_records(dossier.places), AREAS
    wide, behind = defaultdict(list), set()
    some: dict[tuple, dict[str, dict]] = defaultdict(dict)  # by day: there may be thousands
    for card in cards:
        ids = {*split_ids(card["place_id"])}
        lands = {one["country"] for one in places if one["kind"] == land and one["place_id"] in ids}
        inside = {
            one["place_id"] for one in places if one["kind"] != land and one["country"] in lands
        }
        if len(ids | inside) > 1:
            wide[_pick(card, *_THING, "of_whom")].append((ids | inside, ids, card))
        if any(list_values(card)):
            some[_pick(card, *_THING)][card["date"]] = card
    for card in cards:
        ids, values = {*split_ids(card["place_id"])}, list_values(card)
        around = [
            stories.part_days(card, other) != "periods"
            for all_of_it, own, other in wide[_pick(card, *_THING, "of_whom")]
            if ids and ids != own and ids <= all_of_it
        ]
        is_none = values and not any(values)
        others = some[_pick(card, *_THING)].values() if is_none else []
        if any(around) or any(stories.part_days(card, other) for other in others):
            behind.add(card["fact_id"])
    return behind


def _pick(claim: dict, *columns: str) -> tuple:
    return tuple(claim[name] for name in columns)


def say_count(claim: dict) -> Traced:
    """'12 deaths', 'turnout: 78.2 per cent': a claim's number with what it measures."""
    if not list_values(claim):
        return say.format_fact(claim)
    if claim["qualifier"] == "conditional":
        return compose("{} (conditional)", say_count(claim | {"qualifier": None}))
    is_said, is_one = say.says_unit(claim["about"], claim), list_values(claim) == [1]
    is_plural = say.name_one(claim["unit"]) != claim["unit"]  # '12 houses', but 'magnitude: 8.1'
    if (is_said and is_plural) or (claim["unit"] == "people" and not is_one):
        return compose("{} {}", _say_quantity(claim, with_unit=False), claim["measure"])
    with_unit = not (is_said or (is_one and claim["unit"] == "people"))  # 'deaths: 1'
    return compose("{}: {}", claim["measure"], _say_quantity(claim, with_unit=with_unit))


def _say_quantity(claim: dict, **options: bool) -> Traced:
    """A number as it stands in a sentence: 'an estimated 60 people'."""
    vague = {"qualifier": "an estimated"} if claim["qualifier"] == "estimated" else {}
    return say.format_quantity(claim | vague, **options)


def say_whom(card: dict) -> Traced:
    """'all, Pago Pago': of whom or of what part a number is, where, and of what days."""
    told = [card["part"], card["place"], card["period"]]
    if card["of_whom"] == say.MISSING:  # 'Pago Pago; who they are is not stated'
        told = [say.join(", ", filter(None, told[1:])), card["part"]]
        return say.join("; ", filter(None, told))
    return say.join(", ", filter(None, told))


def _make_card(claim: dict, total: dict | None) -> dict:
    """A key figure's number, what it measures, and the total that it is a part of, if any."""
    numbered = bool(list_values(claim))
    is_measured = numbered and claim["measure"]
    about = claim["measure"] if is_measured else claim["statement"]
    told = say.say_measure(claim) if is_measured else about
    # '150 houses destroyed', not '150 houses · houses destroyed'
    is_said = numbered and say.says_unit(about, claim)
    return claim | {
        "number": _say_quantity(claim, with_unit=not is_said) if numbered else say.say_date(claim),
        "period": claim["period"] if numbered else "",
        # not 'firefighters, firefighters'
        "part": compose("") if claim["part"] == about else claim["part"],
        "about": about,
        "measure": say.trace_text(told, facts=claim["fact_ids"], own=list_values(claim)),
        "total": total and compose("of {}", total["number"]),
        "total_standing": total and total["standing"],
        "rivals": [],
        "parts": [],
        "mates": [],
        "recount": "",
    }


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
    others, doubted = _find_others(dossier), []

    def find_kind(claim: dict) -> int:
        note = "" if say.is_empty(claim["note"]) else claim["note"]
        stands = claim["standing"] == "stands"
        kinds = [
            claim["standing"] == "retracted",
            stands and not others.keys().isdisjoint(claim["fact_ids"]),
            stands and claim["of_whom"] == say.MISSING and list_values(claim),
            stands and claim["rank"] == "preferred" and note,
            stands and re.search(_UNATTRIBUTED, note),
            stands and re.search(_INFERRED, note),
        ]
        return next((kind for kind, applies in enumerate(kinds) if applies), -1)

    for claim in stories.gather_claims(dossier, stories.list_claims(dossier.facts)):
        if (kind := find_kind(claim)) >= 0:
            doubted.append(claim | {"kind": kind})
    shown = {one for card in list_key_figures(dossier)[0] for one in card["fact_ids"]}

    def place(claim: dict) -> tuple:  # of those that contradict each other first what is shown
        is_shown = claim["kind"] == CONTRADICTED and not shown.isdisjoint(claim["fact_ids"])
        return claim["kind"], not list_values(claim), not is_shown

    doubted.sort(key=place)
    doubts: list[dict] = []
    told: set[str] = set()
    for claim in tell_facts(dossier, doubted):
        if not told.intersection(claim["fact_ids"]):
            against = _list_others(dossier, claim)
            told.update(claim["fact_ids"], (one["fact_id"] for one in against))
            doubt, brief = (_say_doubt(dossier, claim, most) for most in (_MOST_OTHERS, 1))
            fact = say.format_fact(claim) if list_values(claim) else say_count(claim)
            claim |= {"said": fact, "doubt": doubt, "brief": brief, "all": []}
            first = next((one for one in doubts if _is_one_doubt(one, claim)), claim)
            first["all"].append(claim)
            doubts += [claim] * (first is claim)
    for one in doubts:
        one["speakers"] = name_speakers(one["all"])
        one["fact"], own = one["said"], len(one["fact_ids"])
        one["fact_ids"] = [fact_id for claim in one["all"] for fact_id in claim["fact_ids"]]
        if more := len(one["fact_ids"]) - own:
            one["fact"] = compose("{} (and {})", one["said"], say.spell_count(more, "more fact"))
    return doubts


def _is_one_doubt(first: dict, claim: dict) -> bool:
    """Whether two claims are doubted alike, and no number is lost where one is told for both."""
    is_number = claim["kind"] <= CONTRADICTED and list_values(claim)
    alike = (*_OF, *say.NUMBERS) if is_number else ("asserted_by",)
    return _pick(first, "doubt", *alike) == _pick(claim, "doubt", *alike)


def _say_doubt(dossier: Dossier, claim: dict, most: int) -> Traced:
    if claim["standing"] == "retracted":
        who, *rest = _find_withdrawal(dossier, claim)
        return compose("Withdrawn {} by {}{}{}", say.say_when(claim["ended"]), who, *rest)
    if against := _list_others(dossier, claim):
        return _say_against(claim, against, most)
    return say.begin_sentence(say.strip_stop(claim["note"] or stories.say_part(claim)))


def _find_withdrawal(dossier: Dossier, claim: dict) -> tuple[Traced, Traced, Traced]:
    """Who withdrew a claim on the day on which it ended, and '; B still says 2' where one does.

    Else what they say in its place, and what others say of the same that still stands.
    """
    who = [
        one
        for one in _list_retractions(dossier)
        if one["stated"] == claim["ended"]
        and not set(claim["fact_ids"]).isdisjoint(split_ids(one["replaces"]))
    ]
    of, number = (*_OF, "date"), say.format_quantity(claim)
    stands = [
        one
        for one in read_facts(dossier).values()
        if one["standing"] == "stands" and list_values(one) and list_values(claim)
        and _pick(one, *of) == _pick(claim, *of)
    ]  # fmt: skip
    still = [one for one in stands if one["number"] == number]
    names, verb = name_speakers(still), "say" if len(still) > 1 else "says"
    if still:
        told = compose("; {} still {} {}", names, verb, _say_bare(claim))
        return name_speakers(who), told, compose("")
    ids, standing = {one["fact_id"] for one in who}, dossier.standing
    instead = [one for one in who if standing.get(one["fact_id"], "stands") == "stands"]
    others = [one for one in stands if one["fact_id"] not in ids]
    against = compose(". {}", _say_against(claim, others, 1)) if others else ""
    rest = compose("{}{}", _say_instead(claim, instead), against)
    return name_speakers(who), compose(""), rest


def _say_instead(claim: dict, facts: list[dict]) -> Traced:
    """', with 1 person in its place': the numbers by which what takes a number back replaces it."""
    thing = claim.get("about", claim["measure"]), claim["unit"]
    numbers = [_state(one)[1] for one in facts if list_values(one) and _pick(one, *_THING) == thing]
    return compose(", with {} in its place", say.format_list(numbers)) if numbers else compose("")


@remember
def _list_retractions(dossier: Dossier) -> list[dict]:
    """What is said to take something back, in the dossier and outside of a selection."""
    facts = map(stories.list_claims, (dossier.facts, dossier.find_contrary()))
    return [one for one in chain(*facts) if one["relation"] == "retracts"]


def _state(claim: dict) -> tuple[list, Traced]:
    """What a claim states, and in words: its numbers, or else the day until which it holds."""
    if values := list_values(claim):
        return [*map(float, values)], _say_quantity(claim)
    if claim["qualifier"] != "until" or say.is_empty(claim["date"]):
        return [], compose("")
    return [last_day(claim["date"])], compose("until {}", say.format_date(claim["date"]))


def _say_against(claim: dict, against: list[dict], most: int) -> Traced:
    """What takes a claim's place, and what else its speaker or others say.

    Another number is told as such, of many the lowest and the highest; of the same number what they
    say of it.
    """
    own, speakers = _state(claim)[0], set(claim["asserted_by"].split("; "))
    numbers: dict[str, dict[str, tuple[Any, Traced]]] = defaultdict(dict)
    parts: list[Traced] = []
    words: list[Traced] = []
    for one in against:
        stated, said = _state(one)
        who, names = stories.say_who(one), one["asserted_by"].split("; ")
        if not set(claim["fact_ids"]).isdisjoint(split_ids(one["replaces"])):
            told = [say.say_when(one["stated"]), say.format_list(names)]
            form = "Withdrawn {} by {}{}"
            if one["relation"] == "retracts":
                told.append(_say_instead(claim, [one]))
            else:
                told.insert(1, said or say.format_fact(one))
                form = "Replaced {} by {}" + " ({})" * speakers.isdisjoint(names)
            parts.append(compose(form, *told))
        elif [*map(type, own[:1])] == [*map(type, stated[:1])] and stated != own:
            head, about = "Others say", who  # who said it first
            if not speakers.isdisjoint(names):
                head = compose("{} also said", say.format_list(names))
                about = say.format_date(one["stated"])
            text = put_behind(said, [about])
            numbers[head].setdefault(str(said), (max(stated), text))
        else:
            words.append(put_behind(say.format_fact(one), [who]))
    count = len(parts)
    for head in sorted(numbers, key="Others say".__eq__):
        told = [text for _, text in sorted(numbers[head].values(), key=itemgetter(0))]
        ends = told[:1] + told[1:][-1:]
        count += len(ends)
        parts.append(compose("{} {}", head, say.join(" and ", ends)))
    rest = words[: max(0, most - count)]
    parts += [compose("Against it: {}", say.join("; ", rest))] if rest else []
    more = len(against) - count - len(rest)
    tail = compose("; and {} more", say.spell_number(more)) if more > 0 else ""
    return compose("{}{}", say.join(". ", parts), tail)


def _list_others(dossier: Dossier, claim: dict) -> list[dict]:
    """What stands against a claim, each fact once."""
    found = _find_others(dossier)
    return [*{one["fact_id"]: one for i in claim["fact_ids"] for one in found.get(i, [])}.values()]


@remember
def _find_others(dossier: Dossier) -> dict[str, list[dict]]:
    """What stands against each fact, by fact_id: in the dossier, and outside of a selection."""
    inside, outside = (
        {fact["fact_id"]: fact for fact in stories.list_claims(facts)}
        for facts in (dossier.facts, dossier.find_contrary())
    )
    pairs = stories.compare_claims(dossier)
    pairs = pairs[(pairs["verdict"] == "differs") & (pairs["settled"] == "")]
    firsts, seconds = pairs["first_ids"].tolist(), pairs["second_ids"].tolist()
    sides = [*zip(firsts, seconds, strict=True), *zip(seconds, firsts, strict=True)]
    for one, fact in inside.items():
        if fact["comparison"] == "differs" and fact["compared_with"] in outside:
            sides.append(([one], [fact["compared_with"]]))
    for column in ("compared_with", "replaces"):
        for other, fact in outside.items():
            sides += [([one], [other]) for one in split_ids(fact[column]) if one in inside]
    told, found = inside | outside, defaultdict(list)
    for ours, (other, *_) in sides:
        for fact_id in ours:
            found[fact_id].append(told[other])
    return dict(found)
