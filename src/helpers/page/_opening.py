"""What a report begins with: its first sentences, the numbers that count most, what to doubt.

Key figures are few, of many topics, in the order of the dossier's words; of doubts the gravest come
first, each fact with its doubt behind it.
"""

import re
from collections import Counter, defaultdict
from datetime import date
from operator import itemgetter

from markupsafe import Markup

from helpers import dossier as stories, words as say
from helpers.dossier import Dossier, first_day, last_day, split_ids
from helpers.page._told import read_facts, remember, tell_facts
from helpers.words import Traced, compose, list_values

_MOST_COUNTS = 2  # in the lead; more where nothing else is told
_MOST_CARDS = 6  # key figures that are seen at once
_MOST_OTHERS = 2  # that are told against one fact; in brief one, or two numbers
# The kinds of doubt of what others speak against, and of a number that does not say whom it counts.
CONTRADICTED, _NAMELESS = 1, 2
# How a note marks what its source does not say: words of the codebook.
_UNATTRIBUTED, _INFERRED = r"(?i)\b(?:not |un)attributed\b", r"(?i)\binferred\b"
_NUMBER = re.compile(r'<data [^>]*data-fact="([^" ]+)[^>]*>.*?</data>')
_THING = ("measure", "unit")


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
    events = [] if edited else _find_events(dossier, doubts)
    named = {event["fact_id"] for event in events}.union(stories.list_references(own))
    counts = [card for card in cards if list_values(card) and named.isdisjoint(card["fact_ids"])]
    first = [edited] if edited else [*map(_say_event, events)]
    counts = counts[: max(_MOST_COUNTS, 3 - len(first) - len(doubts))]
    doubt = next((doubt for doubt in doubts if _is_of_today(doubt, cards)), None)
    told = {fact_id for card in counts for fact_id in card["fact_ids"]}
    grave = [one for one in doubts if one is doubt or one["kind"] < _NAMELESS]
    sentences = [*first, *(_say_card(card, grave) for card in counts)]
    if doubt and told.isdisjoint(doubt["fact_ids"]):
        sentences.append(_say_in_doubt(doubt))
    return _link_numbers(say.join(" ", sentences))


def _is_of_today(doubt: dict, cards: list[dict]) -> bool:
    """Whether it was withdrawn, or is contradicted and about no number that is past."""
    shown = {fact_id for card in cards for fact_id in card["fact_ids"]}
    if doubt["standing"] == "retracted" or not shown.isdisjoint(doubt["fact_ids"]):
        return doubt["kind"] != _NAMELESS
    newest = {card["about"]: last_day(card["date"] or card["stated"]) for card in cards}
    day = last_day(doubt["date"] or doubt["stated"])
    return doubt["kind"] < _NAMELESS and day >= newest.get(doubt["measure"], date.min)


def _find_events(dossier: Dossier, doubts: list[dict]) -> list[dict]:
    """What happened first and last, of the topics that tell more than others.

    A topic with a part in how something works tells of a rule, where another one tells of events;
    a count is told as such, and what takes a fact back, or may come, did not happen. What was still
    ahead when it was said is told where nothing else is.
    """
    facts = [*read_facts(dossier).values()]
    doubted = {one for doubt in doubts for one in doubt["fact_ids"]}
    works = {fact["topic"] for fact in facts if fact["role"]}
    events = [
        fact
        for fact in facts
        if dossier.words.topics[fact["topic"]].tells
        and fact["date"]
        and fact["standing"] == "stands"
        and fact["qualifier"] not in ("until", "conditional")
        and fact["relation"] != "retracts"
        and fact["fact_id"] not in doubted
        and say.says_numbers(fact)
    ]
    for is_better in (
        lambda fact: fact["rank"] == "preferred",
        lambda fact: not stories.is_ahead(fact),
        lambda fact: fact["topic"] not in works,
    ):
        events = [*filter(is_better, events)] or events
    # Of what began on one day, the more exact date comes first.
    events.sort(key=lambda fact: (first_day(fact["date"]), last_day(fact["date"])))
    days = [first_day(event["date"]) for event in events[:1] + events[-1:]]
    return events[:1] + events[-1:] * (len(set(days)) > 1)


def _say_event(event: dict) -> Traced:
    """'The country votes (14 October 2023), according to Xinhua.', the day where it is not said."""
    said, day = event["statement"], say.format_date(event["date"])
    parts = event["date"].split("/")[0].split("-")  # a year may be all that is stated
    is_said = any(say.states_number(said, float(part)) for part in (parts[0], parts[-1]))
    about = ["" if is_said else day, "still ahead" if stories.is_ahead(event) else ""]
    when = compose(" ({})", say.join(", ", filter(None, about))) if any(about) else ""
    return compose("{}{}, according to {}.", said, when, event["speakers"])


def _say_card(card: dict, doubts: list[dict]) -> Traced:
    """'12 deaths (Kazakhstan), according to the outlet, 6 January 2022.', and against it."""
    nameless = card["of_whom"] == say.MISSING
    said = say.begin_sentence((say.format_fact if say.says_numbers(card) else say_count)(card))
    about = ["" if nameless else card["part"], card["place"], card["period"]]
    words = set(said.lower().split())
    about = [
        one for one in about if one not in ("", say.WHOLE) and set(one.lower().split()) - words
    ]
    form = " {}" if about and about[0].startswith("in ") else " ({})"
    ids = set(card["fact_ids"])
    against = (one["brief"] for one in doubts if not ids.isdisjoint(one["fact_ids"]))
    return compose(
        "{}{}, according to {}, {}{}.{}",
        said,
        compose(form, say.join(", ", about)) if about else "",
        card["speakers"],
        say.format_date(card["stated"]),
        compose("; {}", card["part"]) if nameless else "",
        compose(" {}.", told) if (told := next(against, "")) else "",
    )


def _say_in_doubt(doubt: dict) -> Traced:
    """What was withdrawn, or what speaks against something that is told nowhere else."""
    if doubt["standing"] == "retracted":
        return compose("{}, withdrawn {}.", doubt["said"], say.say_when(doubt["ended"]))
    return compose("In doubt: {}. {}.", doubt["said"], doubt["brief"])


def _link_numbers(text: Traced) -> Traced:
    """A text whose numbers lead to the rows of their facts."""
    html = _NUMBER.sub(r'<a href="#fact-\1">\g<0></a>', str(text.__html__()))
    return Traced(Markup(html))


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
    claims = tell_facts(dossier, stories.find_key_figures(dossier))
    figures = [_make_card(claim, total_of.get(claim["part_of"])) for claim in claims]
    cards: dict[tuple, dict] = {}
    for row, card in enumerate(figures):
        if card["under"] < 0 and not dossier.words.find_unit(card["unit"] or "").kinds:
            first = cards.setdefault(_pick(card, "topic", *_THING, "of_whom", "place_id"), card)
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
        first_of.setdefault(_pick(card, *_THING), card["fact_id"])

    def weigh(card: dict) -> tuple:
        thing = _pick(card, *_THING)
        return card["rank"] != "preferred", first_of[thing] != card["fact_id"], -said[thing]

    chosen = {card["fact_id"] for card in sorted(cards.values(), key=weigh)[:_MOST_CARDS]}
    seen = [card for card in cards.values() if card["fact_id"] in chosen]
    return seen, [card for card in cards.values() if card["fact_id"] not in chosen]


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
        return compose("{} {}", say.format_quantity(claim, with_unit=False), claim["measure"])
    with_unit = not (is_said or (is_one and claim["unit"] == "people"))  # 'deaths: 1'
    return compose("{}: {}", claim["measure"], say.format_quantity(claim, with_unit=with_unit))


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
        "number": say.format_quantity(claim, with_unit=not is_said)
        if numbered
        else say.say_date(claim),
        "period": claim["period"] if numbered else "",
        "about": about,
        "measure": say.trace_text(told, facts=claim["fact_ids"], own=list_values(claim)),
        "total": total and compose("of {}", total["number"]),
        "total_standing": total and total["standing"],
        "rivals": [],
        "parts": [],
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
    doubts: dict[str, dict] = {}
    told: set[str] = set()
    for claim in tell_facts(dossier, doubted):
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
    """What others say: another number as such, and of the same number what they say of it.

    Of many numbers the lowest and the highest are told.
    """
    own = list_values(claim)
    numbers: dict[str, tuple[float, Traced]] = {}
    words: list[Traced] = []
    for one in against:
        who, stated = stories.say_who(one), list_values(one)
        if own and stated and stated != own:
            said = say.format_quantity(one)  # who said it first
            numbers.setdefault(str(said), (float(max(stated)), compose("{} ({})", said, who)))
        else:
            words.append(compose("{} ({})", say.format_fact(one), who))
    told = [text for _, text in sorted(numbers.values(), key=itemgetter(0))]
    first = told[:1] + told[1:][-1:]
    rest = words[: max(0, most - len(first))]
    parts = [compose("Others say {}", say.join(" and ", first))] if first else []
    parts += [compose("Against it: {}", say.join("; ", rest))] if rest else []
    more = len(against) - len(first) - len(rest)
    tail = compose("; and {} more", say.spell_number(more)) if more > 0 else ""
    return compose("{}{}", say.join(". ", parts), tail)


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
    return found
