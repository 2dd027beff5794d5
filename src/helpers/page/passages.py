"""What a report says in words and tables: each passage shows itself as HTML in a notebook."""

import json
import re
from base64 import b64encode
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from functools import wraps
from itertools import groupby
from operator import itemgetter
from typing import ParamSpec

import numpy as np
import pandas as pd
from markupsafe import Markup

from helpers.dossier import (
    VERDICTS,
    Dossier,
    compare_claims,
    compare_sources,
    find_key_figures,
    format_csv,
    has_number,
    say_part,
    split_ids,
    verify_texts,
)
from helpers.errors import DossierError, NoFactsError
from helpers.figures import Figure, numbers, recall
from helpers.files import hash_package, list_versions
from helpers.geography import hash_boundaries
from helpers.page._fragments import render_fragment
from helpers.page._origin import format_versions
from helpers.words import (
    MISSING,
    Traced,
    compose,
    format_count,
    format_date,
    format_list,
    format_quantity,
    join,
    list_values,
    spell_number,
    trace_cell,
    trace_number,
    trace_text,
)

P = ParamSpec("P")
_MOST_CARDS = 12  # key figures that are seen at once
# What a claim of each verdict does, of one and of several.
_VERBS = {
    "differs": ("differs", "differ"),
    "cannot be compared": ("cannot be compared", "cannot be compared"),
    "same": ("says the same", "say the same"),
    "not in the article": ("is not in the article", "are not in the article"),
    "not in the record": ("is not in the record", "are not in the record"),
}
_HEADING = Markup('<h2 class="section mathjax_ignore">{}</h2>')  # a page has it as its own
_NO_TEXT = "The text of this source is not kept here: dossier verify holds the facts against it."


@dataclass(frozen=True)
class Passage:
    """A piece of a report: its HTML, and a line of text where HTML is not shown."""

    html: str
    text: str

    def _repr_html_(self) -> str:
        return self.html

    def __repr__(self) -> str:
        return self.text


def _kept(make: Callable[P, Passage]) -> Callable[P, Passage]:
    """A passage that follows from its dossier and options, from the store if it was made before."""

    @wraps(make)
    def tell(*given: P.args, **options: P.kwargs) -> Passage:
        def write() -> str:
            passage = make(*given, **options)
            return json.dumps([passage.html, passage.text])

        return Passage(*json.loads(recall(write, make, given, options)))

    return tell


@_kept
def show(draw: Callable[..., Figure | Passage], dossier: Dossier, **options) -> Passage:
    """The figure that a section shows, or one line that says why there is none."""
    try:
        shown = draw(dossier, **options)
    except NoFactsError as error:
        return untold(str(error))
    return Passage(shown._repr_html_(), str(getattr(shown, "title", shown)))


@_kept
def topic_sections(dossier: Dossier) -> Passage:
    """A section for each topic that has numbers, in the order of the dossier's words.

    Its heading is the topic's label, and the chart that of `numbers`.
    """
    html, headings = [], []
    for topic, word in dossier.words.topics.items():
        with suppress(NoFactsError):
            figure = numbers(dossier, topic)._repr_html_()
            html += [_HEADING.format(word.label), figure]
            headings.append(word.label)
    if not headings:
        return untold(dossier.why_empty("any number"))
    return Passage("".join(html), "; ".join(headings))


def note(text: str) -> Passage:
    """One line of text."""
    return Passage(render_fragment("note", text=text, untold=False), text)


def untold(text: str) -> Passage:
    """One line that says why there is nothing to show: a page leaves out what tells no more."""
    return Passage(render_fragment("note", text=text, untold=True), text)


@_kept
def summary(dossier: Dossier) -> Passage:
    """What a dossier holds, in one line."""
    facts, sources, places = dossier.facts, dossier.sources, dossier.places
    if facts.empty:
        return note(dossier.why_empty())
    text = format_count(len(facts), "fact") + " from " + format_count(len(sources), "source")
    if len(places):
        text += ", about " + format_count(len(places), "place")
    if dossier.as_of_day:
        text += f"; as a reader could have known it by the end of {format_date(dossier.as_of_day)}"
    return note(text + ".")


@_kept
def key_figures(dossier: Dossier) -> Passage:
    """What counts for each measure, group and place, with who says it and the parts of totals."""
    claims = find_key_figures(dossier)
    if claims.empty:
        lack = "No fact here states a number."
        if has_number(dossier.facts).any():
            lack = "No number here still stands: each was superseded or withdrawn."
        return untold(dossier.why_empty(lack=lack))
    facts = {fact["fact_id"]: fact for fact in _tell(dossier)}
    figures = [_make_card(claim, facts) for claim in _tell(dossier, claims)]
    cards = [
        card | {"parts": [figure for figure in figures if figure["under"] == row]}
        for row, card in enumerate(figures)
        if card["under"] < 0
    ]
    html = render_fragment("key_figures", cards=cards, most=_MOST_CARDS)
    return Passage(html, "; ".join(f"{c['number']} {c['measure']}" for c in cards))


def _make_card(claim: dict, facts: dict[str, dict]) -> dict:
    """A key figure's number, what it measures, and the total that it is a part of, if any."""
    numbered = bool(list_values(claim))
    about = "measure" if numbered and claim["measure"] else "statement"
    # '2 categories of troops', not '2 categories · categories of troops'
    is_said = numbered and re.search(rf"\b{re.escape(str(claim['unit']))}\b", claim[about])
    until = f"until {format_date(claim['date'])}"
    total = facts.get(claim["part_of"])
    return claim | {
        "number": format_quantity(claim, with_unit=not is_said) if numbered else until,
        "measure": trace_cell(claim, about),
        "total": total and compose("of {}", total["number"]),
        "total_standing": total and total["standing"],
    }


def caveats(dossier: Dossier) -> Passage:
    """What the sources leave open or have wrong: facts with a note, of people not named, and more.

    Facts that have no footing in a text that is kept come first, then those that were withdrawn or
    that another fact contradicts, numbers before words; then numbers of people of whom it is not
    said who they are, then errors in print.
    """
    articles = dossier.sources.loc[dossier.sources["kind"] == "article", "source_id"]
    lines = [line for source_id in articles for line in _verify_source(dossier, source_id)]
    return _list_caveats(dossier, [line for line in lines if line.startswith("fact ")])


@_kept
def _list_caveats(dossier: Dossier, doubts: list[str]) -> Passage:
    facts = dossier.facts
    differs, numbered = facts["comparison"] == "differs", has_number(facts)
    against = _list_contrary(facts[differs & facts["compared_with"].isin(facts["fact_id"])])
    named = facts["fact_id"].isin(against)
    withdrawn = facts["fact_id"].map(dossier.standing) == "retracted"
    reasons = {
        "Withdrawn since": withdrawn,
        "Another source says otherwise": named | differs,
        "Of whom it counts is not stated": (facts["of_whom"] == MISSING) & numbered,
        "An error in print": facts["topic"] == "erratum",
    }
    masks = list(reasons.values())
    facts = facts.assign(
        gravity=np.select(masks, [0, 0, 1, 2], 3),
        in_words=(withdrawn | named | differs) & ~numbered,
        note=facts["note"].fillna(pd.Series(np.select(masks, list(reasons), ""), facts.index)),
    )
    facts = facts[facts["note"] != ""].sort_values(["gravity", "in_words"], kind="stable")
    if facts.empty and not doubts:
        return untold(dossier.why_empty(lack="Nothing here is noted as open or wrong."))
    told = [fact | {"against": against.get(fact["fact_id"], [])} for fact in _tell(dossier, facts)]
    html = render_fragment("caveats", facts=told, doubts=doubts)
    counted = format_count(len(facts) + len(doubts), "note") + " on what is open or wrong"
    return Passage(html, counted)


def _list_contrary(facts: pd.DataFrame) -> dict[str, list[str]]:
    """The facts that differ from each one, by fact_id, of facts that differ from another."""
    found: dict[str, list[str]] = {}
    for pair in zip(facts["fact_id"], facts["compared_with"], strict=True):
        for one, other in (pair, pair[::-1]):
            if other not in found.setdefault(one, []):
                found[one].append(other)
    return found


def fact_details(dossier: Dossier, fact_id: str) -> Passage:
    """One fact with all that is known of it: who says it, where it stands, and what became of it.

    Raises
    ------
    DossierError
        The dossier has no such fact.
    """
    one = dossier.select(fact_id=fact_id)
    (fact,), (source,) = _tell(dossier, one.facts), _records(one.sources)
    later = [other for other in _tell(dossier) if fact_id in split_ids(other["replaces"])]
    html = render_fragment("fact_details", fact=fact, source=source, later=later)
    return Passage(html, f"{fact_id}: {fact['statement']}")


@_kept
def facts_table(dossier: Dossier) -> Passage:
    """Every fact with paragraph, anchor, speaker and note, in the order of the sources."""
    facts = _tell(dossier)
    if not facts:
        return untold(dossier.why_empty())
    html = render_fragment("facts", facts=facts, several=len(dossier.sources) > 1)
    return Passage(html, format_count(len(facts), "fact"))


@_kept
def comparison_table(dossier: Dossier) -> Passage:
    """What the article says beside what the record says, each pair with verdict and reason.

    What a claim of the article is not held against for one reason is one row.
    """
    try:
        pairs = compare_sources(dossier)
    except NoFactsError as error:
        return untold(str(error))
    rows = _show_pairs(dossier, pairs, ("article", "record"))
    counts = {v: _count_verdict(pairs, v) for v in VERDICTS if v in set(pairs["verdict"])}
    told = join("; ", counts.values())
    html = render_fragment(
        "comparison", pairs=_group_pairs(rows), rows=rows, counts=counts, told=told
    )
    return Passage(html, told)


def _group_pairs(rows: list[dict]) -> list[tuple[str, list[list[dict]]]]:
    """The pairs of each verdict, those of one claim of the article together."""
    pairs = [row for row in rows if not row["verdict"].startswith("not in")]
    return [
        (verdict, [_sum_up(list(same)) for _, same in groupby(group, itemgetter("article"))])
        for verdict, group in groupby(pairs, itemgetter("verdict"))
    ]


def _sum_up(rows: list[dict]) -> list[dict]:
    """The rows of one claim of the article; those that a rule does not hold against it as one."""
    apart = [r for r in rows if r["verdict"] == "cannot be compared" and not r["by_hand"]]
    if len(apart) < 2:
        return rows
    article, claims = apart[0]["article"], [row["record"] for row in apart]
    ends = [
        (value, trace_number(value, facts=claim["fact_ids"]))
        for claim in claims
        for value in list_values(claim)
    ]
    (least, first), (most, last) = min(ends), max(ends)
    gone = sum(claim["standing"] != "stands" for claim in claims)
    told = compose(
        "{} of the record on {}, {} {}{}: none can be held against this one.",
        format_count(len(claims), "more claim" if len(apart) < len(rows) else "claim"),
        trace_cell(article, "measure") or article["topic"],
        compose("from {} to {}", first, last) if least < most else compose("all {}", first),
        article["unit"],
        compose(", {} of them superseded or withdrawn", spell_number(gone)) if gone else "",
    )
    why = "They are of other groups or places, or do not say which."
    if article["of_whom"] == MISSING:
        why = "The article does not say of whom."
    ids = [fact_id for claim in claims for fact_id in claim["fact_ids"]]
    one = {"article": article, "record": {"fact_ids": ids}, "told": told, "why": why}
    return [*(row for row in rows if row not in apart), one]


def contradictions(dossier: Dossier) -> Passage:
    """Claims that contradict one another side by side: never which of them is right.

    What was settled since is told apart, and how many claims could not be compared.
    """
    if dossier.facts.empty:
        return untold(dossier.why_empty())
    pairs = compare_claims(dossier)
    standing, differs = pairs["settled"] == "", pairs["verdict"] == "differs"
    rows = _show_pairs(dossier, pairs[differs & standing], ("first", "second"))
    settled = _show_pairs(dossier, pairs[differs & ~standing], ("first", "second"))
    open_pairs = pairs[pairs["verdict"] == "cannot be compared"]
    compared = int(standing.sum()) - len(open_pairs)
    told = _tell_compared(len(rows), compared) + _tell_open(open_pairs)
    html = render_fragment("contradictions", rows=rows, settled=settled, told=told)
    return Passage(html, told)


def _tell_compared(contradict: int, compared: int) -> Traced:
    """What came of comparing claims that stand."""
    if not compared:
        return compose(
            "No two speakers here give a number of the same thing, group, place and day, "
            "but where one replaces another: none are compared."
        )
    pairs = format_count(compared, "pair")
    if not contradict:
        return compose("No two claims here contradict each other, of {} compared.", pairs)
    number = trace_number(contradict, rule="count")
    verb = "contradicts itself" if contradict == 1 else "contradict each other"
    return compose("Of {} compared, {} {}.", pairs, number, verb)


def _tell_open(pairs: pd.DataFrame) -> Traced:
    """How many pairs could not be compared, and why."""
    if pairs.empty:
        return compose("")
    whys = Counter(
        "by a person's judgement" if by_hand else why.lower()
        for why, by_hand in zip(pairs["why"], pairs["by_hand"], strict=True)
    )
    parts = [compose("{} {}", trace_number(n, rule="count"), why) for why, n in whys.items()]
    told = compose(": {}", join(", ", parts)) if len(parts) > 1 else f", {next(iter(whys))}"
    return compose(" {} could not be compared{}.", format_count(len(pairs), "pair"), told)


def _show_pairs(dossier: Dossier, pairs: pd.DataFrame, sides: tuple[str, str]) -> list[dict]:
    """Pairs of claims, each side as `_tell` has its first fact, with all its facts and speakers."""
    facts = {fact["fact_id"]: fact for fact in _records(_annotate(dossier))}

    def show_claim(ids: list[str]) -> dict | None:
        if not ids:
            return None
        speakers = "; ".join(dict.fromkeys(facts[one]["asserted_by"] for one in ids))
        return _trace(facts[ids[0]] | {"fact_ids": ids, "asserted_by": speakers})

    return [
        pair | {side: show_claim(pair[f"{side}_ids"]) for side in sides}
        for pair in pairs.to_dict("records")
    ]


def text_check(dossier: Dossier) -> Passage:
    """What comes of holding the facts of each article against its text, where that is at hand."""
    sources = dossier.sources
    if sources.empty:
        return untold(dossier.why_empty())
    is_article = sources["kind"] == "article"
    articles = _records(sources[is_article])
    for article in articles:
        article["lines"] = _verify_source(dossier, article["source_id"])
    lines = [line for article in articles for line in article["lines"]]
    if count := int(dossier.facts["source_id"].isin(sources.loc[~is_article, "source_id"]).sum()):
        verb = "is" if count == 1 else "are"
        lines.append(
            format_count(count, "fact") + f" of the record {verb} not held against a text."
        )
    html = render_fragment("text_check", articles=articles, rest=lines[-1] if count else "")
    return Passage(html, "\n".join(lines))


@_kept
def sources_table(dossier: Dossier) -> Passage:
    """The sources of the facts: who published what, when, under which terms."""
    if dossier.sources.empty:
        return untold(dossier.why_empty())
    html = render_fragment("sources", sources=_records(dossier.sources))
    return Passage(html, format_count(len(dossier.sources), "source"))


@_kept
def provenance(dossier: Dossier) -> Passage:
    """What the report was made from: SHA-256 of each file, and the versions of the libraries."""
    hashes = {f"{dossier.name}/{name}": digest for name, digest in dossier.digests.items()}
    hashes |= {"boundaries": hash_boundaries(), "package helpers": hash_package()}
    html = render_fragment(
        "provenance",
        hashes=hashes,
        versions=format_versions(list_versions()),
        downloads=_list_downloads(dossier),
    )
    return Passage(html, format_count(len(hashes), "file") + " hashed")


def _count_verdict(pairs: pd.DataFrame, verdict: str) -> str:
    """'1 pair differs', '55 claims are not in the article'."""
    count = int((pairs["verdict"] == verdict).sum())
    noun = "claim" if verdict.startswith("not in") else "pair"
    return compose("{} {}", format_count(count, noun), _VERBS[verdict][count != 1])


def _verify_source(dossier: Dossier, source_id: str) -> list[str]:
    """The lines on one article, none of which names a path."""
    if source_id not in dossier.texts:
        return [_NO_TEXT]
    try:
        return verify_texts(dossier.from_sources(source_id)).lines()
    except DossierError:
        return ["The text that is kept of this source cannot be read as a text in UTF-8."]


def _list_downloads(dossier: Dossier) -> list[dict[str, str]]:
    """The tables behind a report, as CSV for a spreadsheet and as JSON for a program.

    The JSON holds all that it takes to make the report again.
    """
    tables = {"facts": dossier.facts, "places": dossier.places, "sources": dossier.sources}
    files = {f"{name}.csv": format_csv(frame) for name, frame in tables.items()}
    data: dict = {"dossier": dossier.name, "title": dossier.title, "as_of": dossier.as_of_day}
    data |= {"words": dossier.words.declared} if dossier.words.declared else {}
    data |= {name: _filled_cells(frame) for name, frame in tables.items()}
    facts, sources = dossier.find_related()
    data["related"] = {"facts": _filled_cells(facts), "sources": _filled_cells(sources)}
    files["dossier.json"] = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return [
        {"name": name, "file": f"{dossier.name}-{name}", "address": _write_address(name, text)}
        for name, text in files.items()
    ]


def _write_address(name: str, text: str) -> str:
    """A file as an address that holds all of it."""
    kind = "application/json" if name.endswith("json") else "text/csv"
    return f"data:{kind};charset=utf-8;base64,{b64encode(text.encode()).decode()}"


def _filled_cells(frame: pd.DataFrame) -> list[dict]:
    """The rows as dictionaries without their empty cells."""
    rows = frame.astype(object).to_dict("records")
    return [{name: _to_json(cell) for name, cell in row.items() if pd.notna(cell)} for row in rows]


def _to_json(cell: object) -> object:
    """A cell as JSON has it: a number where a program reads its digits again, else a text."""
    if not isinstance(cell, Decimal):
        return cell
    number = int(cell) if cell == cell.to_integral_value() else float(cell)
    return number if str(number) == str(cell) else str(cell)


def _annotate(dossier: Dossier, facts: pd.DataFrame | None = None) -> pd.DataFrame:
    """Facts or claims, all where none are given, with what other tables say of them.

    That is their source's language, whether they are held against it, whether they stand, and the
    names of their places.
    """
    facts = dossier.facts if facts is None else facts
    sources, places = dossier.sources.set_index("source_id"), dossier.places
    names = dict(zip(places["place_id"], places["name"], strict=True))
    return facts.assign(
        standing=facts["fact_id"].map(dossier.standing),
        language=facts["source_id"].map(sources["language"].astype("str")),
        is_held=facts["source_id"].map(sources["kind"].astype("str")) == "article",
        place_names=facts["place_id"].map(lambda cell: [names[one] for one in split_ids(cell)]),
    )


def _records(frame: pd.DataFrame) -> list[dict]:
    """The rows as dictionaries, an empty cell as None."""
    return frame.astype(object).where(frame.notna(), None).to_dict("records")


def _tell(dossier: Dossier, facts: pd.DataFrame | None = None) -> list[dict]:
    """Facts or claims, all facts where none are given, as a reader is told of them."""
    return [_trace(fact) for fact in _records(_annotate(dossier, facts))]


def _trace(claim: dict) -> dict:
    """A claim with its number, part and places in words; the numbers lead to its facts."""
    written = {name: trace_cell(claim, name) for name in ("statement", "note")}
    part = say_part(claim)
    told = part.removeprefix("in ").removeprefix("the ")  # 'in the Eastern Division'
    places = [trace_text(name, rule="table") for name in claim["place_names"] if name != told]
    return (
        claim
        | written
        | {
            "number": format_quantity(claim) if list_values(claim) else "",
            "part": part,
            "place": format_list(places) if places else "",
            "speakers": format_list(claim["asserted_by"].split("; ")),
        }
    )
