"""What a page begins with: what happened, how many, who says it and what to doubt."""

import re

from markupsafe import Markup

from helpers.dossier import Dossier, first_day, has_number, keep_sentences, trace_lead
from helpers.page._doubts import NAMELESS, list_doubts
from helpers.page._key_figures import list_key_figures, say_count
from helpers.page._told import tell_facts
from helpers.words import (
    MISSING,
    WHOLE,
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

    An editor's sentence is told where each fact that it names is there and stands. Where one is
    not, the numbers of that day follow in its place.
    """
    standing = dossier.standing
    own = keep_sentences(dossier.words.lead, standing.index[standing == "stands"])
    edited = _link_numbers(trace_lead(own, dossier.facts)) if own else None
    if edited and own == dossier.words.lead:
        return edited
    cards, doubts = list_key_figures(dossier)[0], list_doubts(dossier)
    counts = [card for card in cards if list_values(card) and card["fact_id"] not in own]
    events = [edited] if edited else _tell_events(dossier, doubts, counts[:_MOST_COUNTS])
    counts = counts[: max(_MOST_COUNTS, 3 - len(events) - len(doubts))]
    doubt = next((doubt for doubt in doubts if _is_of_today(doubt, cards)), None)
    told = {fact_id for card in counts for fact_id in card["fact_ids"]}
    sentences = [*events, *(_say_card(card, doubt) for card in counts)]
    if doubt and told.isdisjoint(doubt["fact_ids"]):
        sentences.append(_say_doubt(doubt))
    return _link_numbers(join(" ", sentences))


def _is_of_today(doubt: dict, cards: list[dict]) -> bool:
    """Whether it was withdrawn, or is contradicted and about no number that is past."""
    shown = {fact_id for card in cards for fact_id in card["fact_ids"]}
    if doubt["standing"] == "retracted" or not shown.isdisjoint(doubt["fact_ids"]):
        return doubt["kind"] != NAMELESS
    return doubt["kind"] < NAMELESS and doubt["measure"] not in {card["about"] for card in cards}


def _tell_events(dossier: Dossier, doubts: list[dict], counts: list[dict]) -> list[Traced]:
    """What happened first and last, of the topics that tell more than others.

    A topic with a part in how something works tells of a rule, and a count is told as such.
    """
    facts = dossier.facts
    topics = {name for name, topic in dossier.words.topics.items() if topic.tells}
    topics -= set(facts.loc[facts["role"].notna(), "topic"]) | {card["topic"] for card in counts}
    stands = facts["fact_id"].map(dossier.standing) == "stands"
    events = facts[stands & facts["topic"].isin(topics) & facts["date"].notna()]
    charts = events["topic"].map(lambda name: dossier.words.topics[name].chart)
    events = events[(charts == "") | ~has_number(events)]
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
    return [_say_event(event) for event in tell_facts(dossier, events.loc[chosen])]


def _say_event(event: dict) -> Traced:
    """'The country votes (14 October 2023), according to Xinhua.', the day where it is not said."""
    said, day = event["statement"], format_date(event["date"])
    year, *_, last = event["date"].split("/")[0].split("-")
    is_said = states_number(said, float(year)) or states_number(said, float(last))
    when = "" if is_said else compose(" ({})", day)
    return compose("{}{}, according to {}.", said, when, event["speakers"])


def _say_card(card: dict, doubt: dict | None) -> Traced:
    """'12 deaths (Kazakhstan), according to the outlet, 6 January 2022.', and against it."""
    nameless = card["of_whom"] == MISSING
    says = all(states_number(card["statement"], value) for value in list_values(card))
    said = begin_sentence(card["statement"] if says else say_count(card))
    about = ["" if nameless else card["part"], card["place"]]
    about = [part for part in about if part and part != WHOLE and not _is_said(part, said)]
    form = " {}" if about and about[0].startswith("in ") else " ({})"
    against: Traced | str = ""
    if doubt and not set(doubt["fact_ids"]).isdisjoint(card["fact_ids"]):
        against = compose(" {}.", doubt["brief"])
    return compose(
        "{}{}, according to {}, {}{}.{}",
        said,
        compose(form, join(", ", about)) if about else "",
        card["speakers"],
        format_date(card["stated"]),
        compose("; {}", card["part"]) if nameless else "",
        against,
    )


def _is_said(part: str, said: str) -> bool:
    """Whether each word of a part stands in a sentence."""
    return set(part.lower().split()) <= set(said.lower().split())


def _say_doubt(doubt: dict) -> Traced:
    """What was withdrawn, or what speaks against something that is told nowhere else."""
    if doubt["standing"] == "retracted":
        return compose("{}, withdrawn on {}.", doubt["said"], format_date(doubt["ended"]))
    return compose("In doubt: {}. {}.", doubt["said"], doubt["brief"])


def _link_numbers(text: Traced) -> Traced:
    """A text whose numbers lead to the rows of their facts."""
    html = _NUMBER.sub(r'<a href="#fact-\1">\g<0></a>', str(text.__html__()))
    return Traced(Markup(html))
