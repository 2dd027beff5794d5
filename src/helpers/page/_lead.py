"""What a page begins with: what happened, how many, who says it and what to doubt."""

import re

from markupsafe import Markup

from helpers.dossier import Dossier, first_day, has_number, list_references, trace_lead
from helpers.page._doubts import NAMELESS, list_doubts
from helpers.page._key_figures import list_key_figures, say_count
from helpers.page._told import tell_facts
from helpers.words import (
    MISSING,
    Traced,
    begin_sentence,
    compose,
    format_date,
    join,
    list_values,
    states_number,
)

_MOST_COUNTS = 2  # more where nothing else is told
_NUMBER = re.compile(r'<data [^>]*data-fact="([^" ]+)[^>]*>.*?</data>')


def write_lead(dossier: Dossier) -> Traced:
    """The editor's own words, or else three to five sentences computed; '' where nothing is told.

    The editor's stand as long as each fact that they name is there and stands.
    """
    standing = dossier.standing
    names = list_references(dossier.words.lead)
    if dossier.words.lead and all(standing.get(name) == "stands" for name in names):
        return _link_numbers(trace_lead(dossier.words.lead, dossier.facts))
    cards, doubts = list_key_figures(dossier)[0], list_doubts(dossier)
    events = [_say_event(event) for event in _find_events(dossier, doubts)]
    counts = [card for card in cards if list_values(card)]
    counts = counts[: max(_MOST_COUNTS, 3 - len(events) - len(doubts))]
    told = {fact_id for card in counts for fact_id in card["fact_ids"]}
    doubts = [d for d in doubts if d["kind"] != NAMELESS or told.isdisjoint(d["fact_ids"])][:1]
    sentences = [_say_card(card, doubts) for card in counts]
    sentences += [
        compose("In doubt: {}. {}.", doubt["fact"], doubt["brief"])
        for doubt in doubts
        if told.isdisjoint(doubt["fact_ids"])
    ]
    return _link_numbers(join(" ", [*events, *sentences]))


def _find_events(dossier: Dossier, doubts: list[dict]) -> list[dict]:
    """What happened first and last, of the topics that tell more than others.

    A topic with a part in how something works tells of a rule, and a number is told as such.
    """
    facts = dossier.facts
    topics = {name for name, topic in dossier.words.topics.items() if topic.tells}
    topics -= set(facts.loc[facts["role"].notna(), "topic"])
    stands = facts["fact_id"].map(dossier.standing) == "stands"
    events = facts[
        stands & facts["topic"].isin(topics) & facts["date"].notna() & ~has_number(facts)
    ]
    events = events[events["qualifier"] != "until"]
    doubted = {fact_id for doubt in doubts for fact_id in doubt["fact_ids"]}
    events = events[~events["fact_id"].isin(doubted)]
    if (events["rank"] == "preferred").any():
        events = events[events["rank"] == "preferred"]
    if events.empty:
        return []
    # Of what began on one day, the more exact date comes first.
    days = events["date"].map(lambda date: (first_day(date), -len(date)))
    first, last = days.sort_values(kind="stable").index[[0, -1]]
    chosen = [first] if days[first][0] == days[last][0] else [first, last]
    return tell_facts(dossier, events.loc[chosen])


def _say_event(event: dict) -> Traced:
    """'The country votes (14 October 2023), according to Xinhua.', the day where it is not said."""
    said, day = event["statement"], format_date(event["date"])
    year, *_, last = event["date"].split("/")[0].split("-")
    is_said = states_number(said, float(year)) or states_number(said, float(last))
    when = "" if is_said else compose(" ({})", day)
    return compose("{}{}, according to {}.", said, when, event["speakers"])


def _say_card(card: dict, doubts: list[dict]) -> Traced:
    """'12 deaths (Kazakhstan), according to the outlet, 6 January 2022.', and against it."""
    nameless = card["of_whom"] == MISSING
    about = join(", ", [part for part in ("" if nameless else card["part"], card["place"]) if part])
    says = all(states_number(card["statement"], value) for value in list_values(card))
    against = [d["brief"] for d in doubts if not set(d["fact_ids"]).isdisjoint(card["fact_ids"])]
    return compose(
        "{}{}, according to {}, {}{}.{}",
        begin_sentence(card["statement"] if says else say_count(card)),
        compose(" ({})", about) if about else "",
        card["speakers"],
        format_date(card["stated"]),
        compose("; {}", card["part"]) if nameless else "",
        compose(" {}.", against[0]) if against else "",
    )


def _link_numbers(text: Traced) -> Traced:
    """A text whose numbers lead to the rows of their facts."""
    html = _NUMBER.sub(r'<a href="#fact-\1">\g<0></a>', str(text.__html__()))
    return Traced(Markup(html))
