"""What a report says in words and tables: each passage shows itself as HTML in a notebook."""

import json
from base64 import b64encode
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import wraps
from io import BytesIO
from itertools import groupby
from operator import itemgetter
from typing import ParamSpec
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import pandas as pd
from markupsafe import Markup, escape

from helpers import dossier as stories, words as say
from helpers.dossier import Dossier, has_number
from helpers.errors import DossierError, NoFactsError
from helpers.figures import Figure, chronicle, numbers, recall
from helpers.files import hash_package, list_versions
from helpers.geography import hash_boundaries
from helpers.page import _told
from helpers.page._days import mark_days, turn_back
from helpers.page._opening import (
    list_doubts,
    list_key_figures,
    say_count,
    say_whom,
    write_lead,
)
from helpers.page._origin import format_versions
from helpers.page._told import list_records, read_facts, render_fragment
from helpers.words import MISSING, Traced, compose, format_count, list_values, trace_number

_MOST_DOUBTS = 7
_MOST_NAMED = 4  # pairs that could not be compared
_ROOM_PX = 110  # of a figure's height, for the evidence of one fact beside it
_LEAST_BESIDE = 3
# What a claim of each verdict does, of one and of several.
_VERBS = {
    "differs": ("differs", "differ"),
    "cannot be compared": ("cannot be compared", "cannot be compared"),
    "same": ("says the same", "say the same"),
    "may agree": ("may agree", "may agree"),
    "not in the article": ("is not in the article", "are not in the article"),
    "not in the record": ("is not in the record", "are not in the record"),
}
_BEHIND = ("source_id", "place_id")  # of facts: what no fact names is not counted
_UNTOLD = '<p class="note untold">'
_HEADING = Markup('<h2 class="section mathjax_ignore">{}</h2>')  # a page has it as its own
P = ParamSpec("P")
_NO_TEXT = "The text of this source is not kept here: dossier verify can hold the facts against it."


@dataclass(frozen=True)
class Passage:
    """A piece of a report: its HTML, and a line of text where HTML is not shown."""

    html: str
    text: str

    def _repr_html_(self) -> str:
        return self.html

    def __repr__(self) -> str:
        return self.text


def _fill(template: str, text: str, **values: object) -> Passage:
    return Passage(render_fragment(template, text=text, **values), text)


def _kept(make: Callable[P, Passage]) -> Callable[P, Passage]:
    """A passage that follows from its dossier and options, from the store if it was made before.

    Where there is no fact to show, one line says why.
    """

    @wraps(make)
    def tell(*given: P.args, **options: P.kwargs) -> Passage:
        def write() -> str:
            try:
                passage = make(*given, **options)
            except NoFactsError as error:
                passage = untold(str(error))
            text = escape(passage.text)  # with the origin of its numbers
            return json.dumps([passage.html, text])

        html, text = json.loads(recall(write, make, given, options))
        return Passage(html, Traced(Markup(text)))

    return tell


@_kept
def show(draw: Callable[..., Figure | Passage], dossier: Dossier, **options) -> Passage:
    """The figure of a section with its evidence, or one line that says why there is none."""
    shown = draw(dossier, **options)
    if isinstance(shown, Passage):
        return shown
    several = len(dossier.sources) > 1
    return Passage(_put_beside(shown, dossier, several=several), shown.title)


@_kept
def by_day(tell: Callable, dossier: Dossier, **options) -> Passage:
    """What a passage or a figure tells, and what it could have told at the end of earlier days.

    A page has a row of days to choose from; at first, and on paper, the last is seen.
    """
    latest = show(tell, dossier, **options)
    *earlier, last = turn_back(dossier).items() or [("", dossier)]
    if not earlier or _UNTOLD in latest.html:
        return latest
    copies = {day: _copy_day(tell, then, options) for day, then in earlier}
    return Passage(mark_days(copies | {last[0]: latest.html}), latest.text)


def _copy_day(tell: Callable, dossier: Dossier, options: dict) -> str:
    """What is told at the end of an earlier day: of a figure, its narrow picture alone."""
    try:
        shown = tell(dossier, **options)
    except NoFactsError as error:
        shown = note(str(error))
    if isinstance(shown, Figure):
        return render_fragment("copy", figure=shown, picture=shown.picture("phone"))
    return shown.html.replace(_UNTOLD, '<p class="note">')


def _put_beside(figure: Figure, dossier: Dossier, *, several: bool) -> str:
    """A figure with the words of its first facts, as many as there is room for beside it.

    Of several sources it is told which one has them.
    """
    cells: Iterable[str] = figure.rows.get("facts", [])
    ids = dict.fromkeys(one for cell in cells for one in cell.split(", "))
    facts = _find_facts(dossier, ids)
    most = max(_LEAST_BESIDE, figure.picture().height_px // _ROOM_PX)
    more = format_count(len(facts) - most, "more fact") if len(facts) > most else ""
    told = {"figure": Markup(figure._repr_html_()), "facts": facts[:most], "more": more}
    return render_fragment("beside", **told, several=several)


def _find_facts(dossier: Dossier, ids: Iterable[str]) -> list[dict]:
    """These facts of a dossier, in this order, as a reader is told of them."""
    facts = read_facts(dossier)
    return [facts[one] for one in ids if one in facts]


@_kept
def topic_sections(dossier: Dossier) -> Passage:
    """A section for each topic that has numbers, in the order of the dossier's words.

    Its heading is the topic's label, and the chart that of `numbers`.
    """
    facts, several = dossier.facts, len(dossier.sources) > 1
    numbered = set(facts.loc[has_number(facts), "topic"])
    topics = filter(numbered.__contains__, dossier.words.topics)
    sections = [_topic_section(dossier.settle(topic=one), one, several=several) for one in topics]
    told = [section for section in sections if _UNTOLD not in section.html]
    if not told:
        raise NoFactsError(dossier.why_empty("any number"))
    return Passage("".join(section.html for section in told), "; ".join(map(str, told)))


@_kept
def _topic_section(dossier: Dossier, topic: str, *, several: bool) -> Passage:
    """The section of one topic, whose facts are all that is known: on most days it is the same."""
    label = dossier.words.topics[topic].label
    figure = _put_beside(numbers(dossier, topic), dossier, several=several)
    return Passage(_HEADING.format(label) + Markup(figure), label)


def fold(passage: Passage) -> Passage:
    """A passage that is folded away behind its line of text."""
    if _UNTOLD in passage.html:
        return passage
    return _fill("fold", passage.text, html=Markup(passage.html))


def note(text: str) -> Passage:
    """One line of text."""
    return _fill("note", text, untold=False)


def untold(text: str) -> Passage:
    """One line that says why there is nothing to show: a page leaves out what tells no more."""
    return _fill("note", text, untold=True)


@_kept
def lead(dossier: Dossier) -> Passage:
    """What happened, how many, who says it and what to doubt; and `summary`."""
    told = summary(dossier)
    if dossier.facts.empty:
        return told
    text = write_lead(dossier)
    return _fill("lead", text or told.text, lead=text, counts=told.text)


@_kept
def summary(dossier: Dossier) -> Passage:
    """What a dossier holds, in one line."""
    facts = dossier.facts
    if facts.empty:
        return note(dossier.why_empty())
    sources, places = (stories.explode_ids(facts[name]).nunique() for name in _BEHIND)
    text = format_count(len(facts), "fact") + " from " + format_count(sources, "source")
    if places:
        text += ", on " + format_count(places, "place")
    if dossier.as_of_day:
        day = say.format_date(dossier.as_of_day)
        text += f"; as a reader could have known it by the end of {day}"
    return note(text + ".")


@_kept
def key_figures(dossier: Dossier) -> Passage:
    """The numbers that count most, each with who says it, its evidence and the parts of totals."""
    cards, others = list_key_figures(dossier)
    if not cards:
        lack = "No fact here states a number."
        if has_number(dossier.facts).any():
            lack = "No number here still stands: each was superseded or withdrawn."
        raise NoFactsError(dossier.why_empty(lack=lack))
    cards = [card | {"facts": _find_facts(dossier, card["fact_ids"])} for card in cards]
    whole = [one for card in others for one in (card, *card["rivals"], *card["parts"])]
    folded = [one for card in whole for one in (card, *(card["rivals"] if card["total"] else []))]
    text = "; ".join(f"{card['number']} {card['measure']}" for card in cards)
    several = len(dossier.sources) > 1
    others = [one | {"said": _told.put_behind(say_count(one), [say_whom(one)])} for one in folded]
    return _fill("key_figures", text, cards=cards, others=others, several=several)


@_kept
def caveats(dossier: Dossier) -> Passage:
    """What to doubt: a few facts, each with its doubt; first those that lost their footing.

    The other notes stand with their facts.
    """
    articles = dossier.sources.loc[dossier.sources["kind"] == "article", "source_id"]
    lines = [line for source_id in articles for line in _verify_source(dossier, source_id)]
    lines = [line for line in lines if line.startswith("fact ")]
    doubts = list_doubts(dossier)[:_MOST_DOUBTS]
    noted = dossier.facts.loc[dossier.facts["note"].notna(), "fact_id"]
    if noted.empty and not (doubts or lines):
        raise NoFactsError(dossier.why_empty(lack="Nothing here is noted as open or wrong."))
    told = {fact_id for doubt in doubts for fact_id in doubt["fact_ids"]}
    rest = int((~noted.isin(told)).sum())
    verb = "stands with its fact" if rest == 1 else "stand with their facts"
    notes = compose("{} {}.", format_count(rest, "more note" if doubts else "note"), verb)
    text = format_count(len(doubts) + len(lines), "doubt")
    return _fill("caveats", text, lines=lines, doubts=doubts, rest=notes if rest else "")


def fact_details(dossier: Dossier, fact_id: str) -> Passage:
    """One fact with all that is known of it: who says it, where it stands, and what became of it.

    A DossierError where there is no such fact.
    """
    one = dossier.select(fact_id=fact_id)
    [fact] = _told.tell_facts(dossier, list_records(one.facts))
    [source] = list_records(one.sources)
    facts = read_facts(dossier).values()
    later = [other for other in facts if fact_id in stories.split_ids(other["replaces"])]
    text = f"{fact_id}: {fact['statement']}"
    about = dossier.words.topics[fact["topic"]].label
    told = {"fact": fact, "source": source, "later": later, "about": about}
    return _fill("fact_details", text, **told)


@_kept
def facts_table(dossier: Dossier) -> Passage:
    """Every fact with paragraph, anchor, speaker and note, in the order of the sources."""
    facts = list(read_facts(dossier).values())
    if not facts:
        raise NoFactsError(dossier.why_empty())
    text, several = format_count(len(facts), "fact"), len(dossier.sources) > 1
    return _fill("facts", text, facts=facts, several=several, topics=dossier.words.topics)


@_kept
def day_by_day(dossier: Dossier) -> Passage:
    """What is said to have happened on each day, what weighs most first, as `chronicle` has it."""
    dates = dossier.facts["date"].dropna()
    begin, end = str(dates.map(stories.first_day).min()), str(dates.map(stories.last_day).max())
    calendar = chronicle(dossier, first=begin, last=end)
    days = calendar.rows.groupby("day", sort=False)["facts"]
    told = [(day, _find_facts(dossier, facts)) for day, facts in days]
    return _fill("day_by_day", calendar.title, days=told, is_ahead=stories.is_ahead)


@_kept
def comparison_table(dossier: Dossier) -> Passage:
    """What the article says beside what the record says, each pair with verdict and reason.

    What a claim of the article is not held against for one reason is one row.
    """
    pairs = stories.compare_sources(dossier)
    rows = _show_pairs(dossier, pairs, ("article", "record"))
    counts = {
        verdict: _say_verdict(count, verdict, "claim" if verdict.startswith("not in") else "pair")
        for verdict, count in Counter(pairs["verdict"]).items()  # in the order of VERDICTS
    }
    left = ["the last claims are left out, for there are too many"] * pairs.attrs["is_cut"]
    told = say.join("; ", [*counts.values(), *left])
    both = [row for row in rows if not row["verdict"].startswith("not in")]
    claims = _join_claims([_tell_claim(group) for group in _group_pairs(both, "article")])
    same = [claim for claim in claims if {row["verdict"] for row in claim[2]} == {"same"}]
    parts = {"open": [claim for claim in claims if claim not in same], "same": same}
    return _fill("comparison", told, **parts, rows=rows, counts=counts, told=told)


def _join_claims(claims: list[tuple]) -> list[tuple]:
    """Claims of the article that cannot be held against the same of the record are told as one."""
    alike = defaultdict(list)
    for article, tallies, rows in claims:
        is_vain = len(rows) == 1 and "told" in rows[0]
        of = [*rows[0]["record"]["fact_ids"], rows[0]["why"]] if is_vain else [article["fact_id"]]
        alike[tuple(of)].append((article, tallies, rows))
    return [_join_alike(group) if group[1:] else group[0] for group in alike.values()]


def _join_alike(claims: list[tuple]) -> tuple[dict, Traced, list[dict]]:
    (first, _, rows), articles = claims[0], [article for article, *_ in claims]
    days = sorted({one["stated"] for one in articles}, key=stories.last_day)
    article = first | {
        "fact_ids": [fact_id for one in articles for fact_id in one["fact_ids"]],
        "said": _say_claims(articles, "article", "claim"),
        "speakers": _told.name_speakers(articles),
        "stated": "/".join(dict.fromkeys((days[0], days[-1]))),
        "standing": "stands",
    }
    pairs = sum(row["count"] for *_, [row] in claims)
    return article, _say_verdict(pairs, rows[0]["verdict"]), rows


def _group_pairs(rows: list[dict], side: str) -> list[list[dict]]:
    """Pairs of claims, those together whose claim on one side is the same."""
    groups = defaultdict(list)
    for row in rows:
        groups[row[side]["fact_id"]].append(row)
    return list(groups.values())


def _tell_claim(pairs: list[dict]) -> tuple[dict, Traced, list[dict]]:
    """A claim of the article with how often the record agrees, and its pairs by verdict."""
    verdicts = Counter(row["verdict"] for row in pairs)
    tallies = say.join(", ", [_say_verdict(n, verdict) for verdict, n in verdicts.items()])
    told = [
        row | {"verdict": verdict, "says": _VERBS[verdict][0]}
        for verdict, group in groupby(pairs, itemgetter("verdict"))
        for row in _sum_up(list(group))
    ]
    return pairs[0]["article"], tallies, told


def _sum_up(rows: list[dict]) -> list[dict]:
    """The rows of one claim of the article; those that a rule does not hold against it as one."""
    apart = [
        row
        for row in rows
        if row["verdict"] == "cannot be compared"
        and not (row["by_hand"] or row["why"].startswith("Both may hold"))
    ]
    if len(apart) < 2:
        return rows
    article, claims = apart[0]["article"], [row["record"] for row in apart]
    told = _say_claims(claims, "record", "more claim" if len(apart) < len(rows) else "claim")
    why = "They are of other groups, places, days or periods, or do not say which."
    if article["of_whom"] == MISSING:
        why = "The article does not say of whom."
    ids = [fact_id for claim in claims for fact_id in claim["fact_ids"]]
    one = {"article": article, "record": {"fact_ids": ids}, "told": told, "why": why}
    return [*(row for row in rows if row not in apart), one | {"count": len(apart)}]


def _say_claims(claims: list[dict], side: str, noun: str) -> Traced:
    """'2 claims of the record on deaths, from 2 to 41 people, one of them superseded ...'."""
    ends = [
        (value, trace_number(value, facts=claim["fact_ids"]))
        for claim in claims
        for value in list_values(claim)
    ]
    (least, first), (most, last) = min(ends), max(ends)
    gone = sum(claim["standing"] != "stands" for claim in claims)
    return compose(
        "{} of the {} on {}, {} {}{}",
        format_count(len(claims), noun),
        side,
        say.trace_cell(claims[0], "measure") or claims[0]["topic"],
        compose("from {} to {}", first, last) if least < most else compose("all {}", first),
        claims[0]["unit"],
        compose(", {} of them superseded or withdrawn", say.spell_number(gone)) if gone else "",
    )


@_kept
def contradictions(dossier: Dossier) -> Passage:
    """Claims that contradict one another side by side: never which of them is right.

    What was settled since is told apart, and how many claims could not be compared.
    """
    if dossier.facts.empty:
        raise NoFactsError(dossier.why_empty())
    pairs = stories.compare_claims(dossier)
    standing, differs = pairs["settled"] == "", pairs["verdict"] == "differs"
    rows, settled = (
        _show_pairs(dossier, pairs[differs & are], ("first", "second"))
        for are in (standing, ~standing)
    )
    open_pairs = pairs[pairs["verdict"] == "cannot be compared"]
    compared = pairs.loc[standing & (pairs["verdict"] != "cannot be compared"), "verdict"]
    told = _tell_compared(Counter(compared)) + _tell_open(open_pairs)
    if pairs.attrs["is_cut"]:
        told += " There are too many claims here to hold each against each: the last are left out."
    count = format_count(len(settled), "contradiction")
    groups = {"rows": _group_pairs(rows, "first"), "settled": _group_pairs(settled, "first")}
    may_agree = pairs[standing & (pairs["verdict"] == "may agree")]
    few = pd.concat([one for one in (may_agree, open_pairs) if len(one) <= _MOST_NAMED])
    unknown = _show_pairs(dossier, few, ("first", "second"))
    return _fill("contradictions", told, **groups, count=count, told=told, unknown=unknown)


def _tell_compared(verdicts: Counter) -> Traced:
    if not verdicts:
        return compose(
            "No two speakers here give a number of the same thing, group, place and day, "
            "but where one replaces another: none are compared."
        )
    pairs = format_count(verdicts.total(), "pair")
    told = [_say_verdict(verdicts[one], one) for one in _VERBS if verdicts[one]]
    if not verdicts["differs"]:
        return compose("No two claims here contradict each other, of {} compared.", pairs)
    return compose("Of {} compared, {}.", pairs, say.format_list(told))


def _tell_open(pairs: pd.DataFrame) -> Traced:
    if pairs.empty:
        return compose("")
    whys = Counter(
        "by a person's judgement" if by_hand else why.lower()
        for why, by_hand in zip(pairs["why"], pairs["by_hand"], strict=True)
    )
    parts = [compose("{} {}", trace_number(n, rule="count"), why) for why, n in whys.items()]
    told = compose(": {}", say.join(", ", parts)) if len(parts) > 1 else f", {next(iter(whys))}"
    return compose(" {} could not be compared{}.", format_count(len(pairs), "pair"), told)


def _show_pairs(dossier: Dossier, pairs: pd.DataFrame, sides: tuple[str, str]) -> list[dict]:
    """Pairs of claims, each side as its first fact is told, with all its facts and speakers."""
    facts = read_facts(dossier)

    def show_claim(ids: list[str]) -> dict | None:
        if not ids:
            return None
        speakers = "; ".join(dict.fromkeys(facts[one]["asserted_by"] for one in ids))
        return _told.trace_claim(facts[ids[0]] | {"fact_ids": ids, "asserted_by": speakers})

    return [
        pair | {side: show_claim(pair[f"{side}_ids"]) for side in sides}
        for pair in pairs.to_dict("records")
    ]


def changes(old: Dossier, new: Dossier, names: list[str]) -> Passage:
    """What differs between two states of a story, each by its name: facts first."""
    return Passage(*_told.tell_changes(old, new, names))


def text_check(dossier: Dossier) -> Passage:
    """What comes of holding the facts of each article against its text, where that is at hand."""
    sources = dossier.sources
    if sources.empty:
        return untold(dossier.why_empty())
    is_article = sources["kind"] == "article"
    articles = list_records(sources[is_article])
    for article in articles:
        article["lines"] = _verify_source(dossier, article["source_id"])
    lines = [line for article in articles for line in article["lines"]]
    if count := int(dossier.facts["source_id"].isin(sources.loc[~is_article, "source_id"]).sum()):
        lines.append(stories.say_not_held(count) + ".")
    rest = lines[-1] if count else ""
    return _fill("text_check", "\n".join(lines), articles=articles, rest=rest)


@_kept
def sources_table(dossier: Dossier) -> Passage:
    """The sources of the facts: who published what, when, under which terms."""
    if dossier.sources.empty:
        raise NoFactsError(dossier.why_empty())
    text = format_count(len(dossier.sources), "source")
    return _fill("sources", text, sources=list_records(dossier.sources))


@_kept
def provenance(dossier: Dossier) -> Passage:
    """What the report was made from: SHA-256 of each file, and the versions of the libraries."""
    hashes = {f"{dossier.name}/{name}": digest for name, digest in dossier.digests.items()}
    hashes |= {"boundaries": hash_boundaries(), "package helpers": hash_package()}
    text, versions = format_count(len(hashes), "file") + " hashed", format_versions(list_versions())
    told = {"hashes": hashes, "versions": versions, "name": dossier.name}
    return _fill("provenance", text, **told, tables=_pack_downloads(dossier))


def _say_verdict(count: int, verdict: str, noun: str = "") -> Traced:
    """'2 differ', '1 pair differs', '55 claims are not in the article'."""
    number = format_count(count, noun) if noun else trace_number(count, rule="count")
    return compose("{} {}", number, _VERBS[verdict][count != 1])


def _verify_source(dossier: Dossier, source_id: str) -> list[str]:
    """The lines on one article, none of which names a path."""
    if source_id not in dossier.texts:
        return [_NO_TEXT]
    try:
        return stories.verify_texts(dossier.from_sources(source_id)).lines()
    except DossierError:
        return ["The text that is kept of this source cannot be read as a text in UTF-8."]


def _pack_downloads(dossier: Dossier) -> str:
    """A zip of the tables behind a report, for a spreadsheet, as an address that holds all of it.

    With what stands beside them it takes no more to make the report again.
    """
    facts, sources = dossier.find_related()
    tables = {"facts": dossier.facts, "places": dossier.places, "sources": dossier.sources}
    tables |= {"related-facts": facts, "related-sources": sources}
    filled = {f"{name}.csv": frame for name, frame in tables.items() if len(frame)}
    files = {name: stories.format_csv(frame) for name, frame in filled.items()}
    head: dict = {"dossier": dossier.name, "title": dossier.title, "as_of": dossier.as_of_day}
    head |= {"words": words} if (words := _list_words(dossier)) else {}
    files["dossier.json"] = json.dumps(head, ensure_ascii=False, separators=(",", ":"))
    packed = BytesIO()
    with ZipFile(packed, "w") as archive:
        for name, text in files.items():  # of no date: the same bytes each time
            archive.writestr(ZipInfo(name), text, ZIP_DEFLATED, compresslevel=9)
    return f"data:application/zip;base64,{b64encode(packed.getvalue()).decode()}"


def _list_words(dossier: Dossier) -> dict:
    """What a dossier declares of its words; of its lead what names facts that are here.

    A reference to nothing stands at the end of a lead that has lost a sentence.
    """
    words, lead = dict(dossier.words.declared), dossier.words.lead
    kept = stories.keep_sentences(lead, dossier.facts["fact_id"])
    if kept != lead:
        del words["lead"]
        words |= {"lead": f"{kept} {{}}"} if kept else {}
    return words
