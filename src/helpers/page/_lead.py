"""What a page begins with: what happened, how many, who says it and what to doubt."""

import re
from datetime import date

import numpy as np
from markupsafe import Markup

from helpers import dossier as stories, words as say
from helpers.dossier import Dossier, first_day, last_day
from helpers.page._doubts import NAMELESS, list_doubts
from helpers.page._key_figures import list_key_figures, say_count
from helpers.page._told import tell_facts
from helpers.words import Traced, compose, list_values

_MOST_COUNTS = 2  # more where nothing else is told
_NUMBER = re.compile(r'<data [^>]*data-fact="([^" ]+)[^>]*>.*?</data>')


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
    grave = [one for one in doubts if one is doubt or one["kind"] < NAMELESS]
    sentences = [*first, *(_say_card(card, grave) for card in counts)]
    if doubt and told.isdisjoint(doubt["fact_ids"]):
        sentences.append(_say_doubt(doubt))
    return _link_numbers(say.join(" ", sentences))


def _is_of_today(doubt: dict, cards: list[dict]) -> bool:
    """Whether it was withdrawn, or is contradicted and about no number that is past."""
    shown = {fact_id for card in cards for fact_id in card["fact_ids"]}
    if doubt["standing"] == "retracted" or not shown.isdisjoint(doubt["fact_ids"]):
        return doubt["kind"] != NAMELESS
    newest = {card["about"]: _find_day(card) for card in cards}
    return doubt["kind"] < NAMELESS and _find_day(doubt) >= newest.get(doubt["measure"], date.min)


def _find_day(claim: dict) -> date:
    """The last day of what a claim is about."""
    return last_day(claim["date"] or claim["stated"])


def _find_events(dossier: Dossier, doubts: list[dict]) -> list[dict]:
    """What happened first and last, of the topics that tell more than others.

    A topic with a part in how something works tells of a rule, where another one tells of events;
    a count is told as such, and what takes a fact back, or may come, did not happen. What was still
    ahead when it was said is told where nothing else is.
    """
    facts = dossier.facts
    topics = {name for name, topic in dossier.words.topics.items() if topic.tells}
    tells = facts["topic"].isin(topics) & facts["date"].notna()
    tells &= np.array([*map(say.says_numbers, stories.list_claims(facts))], bool)
    tells &= facts["fact_id"].map(dossier.standing) == "stands"
    tells &= ~facts["qualifier"].isin(["until", "conditional"]) & (facts["relation"] != "retracts")
    tells &= ~facts["fact_id"].isin([one for doubt in doubts for one in doubt["fact_ids"]])
    works = facts["topic"].isin(facts.loc[facts["role"].notna(), "topic"])
    ahead = np.array([*map(stories.is_ahead, stories.list_claims(facts))], bool)
    for better in (facts["rank"] == "preferred", ~ahead, ~works):
        tells = tells & better if (tells & better).any() else tells
    events = facts[tells]
    if events.empty:
        return []
    # Of what began on one day, the more exact date comes first.
    days = events["date"].map(lambda day: (first_day(day), last_day(day)))
    first, last = days.sort_values(kind="stable").index[[0, -1]]
    chosen = [first] if days[first][0] == days[last][0] else [first, last]
    return tell_facts(dossier, events.loc[chosen])


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
    said = say.begin_sentence(card["statement"] if say.says_numbers(card) else say_count(card))
    about = ["" if nameless else card["part"], card["place"], card["ahead"]]
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


def _say_doubt(doubt: dict) -> Traced:
    """What was withdrawn, or what speaks against something that is told nowhere else."""
    if doubt["standing"] == "retracted":
        return compose("{}, withdrawn {}.", doubt["said"], say.say_when(doubt["ended"]))
    return compose("In doubt: {}. {}.", doubt["said"], doubt["brief"])


def _link_numbers(text: Traced) -> Traced:
    """A text whose numbers lead to the rows of their facts."""
    html = _NUMBER.sub(r'<a href="#fact-\1">\g<0></a>', str(text.__html__()))
    return Traced(Markup(html))
