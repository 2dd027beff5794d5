"""What a report says in words and tables: each passage shows itself as HTML in a notebook."""

import json
import re
from base64 import b64encode
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from operator import itemgetter

import pandas as pd
from markupsafe import Markup

from helpers.dossier import (
    NOT_STATED,
    VERDICTS,
    Dossier,
    compare_sources,
    find_contradictions,
    format_csv,
    has_number,
    last_day,
    list_claims,
    merge_claims,
    split_ids,
    verify_texts,
)
from helpers.errors import DossierError, NoFactsError
from helpers.figures import Figure, numbers
from helpers.page._fragments import render_fragment
from helpers.page._origin import format_versions, hash_boundaries, hash_package, list_versions
from helpers.words import (
    compose,
    format_count,
    format_date,
    format_list,
    format_quantity,
    join,
    list_values,
    trace_cell,
)

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


def show(draw: Callable[..., Figure], dossier: Dossier, **options) -> Figure | Passage:
    """The figure that a section shows, or one line that says why there is none."""
    try:
        return draw(dossier, **options)
    except NoFactsError as error:
        return untold(str(error))


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


def key_figures(dossier: Dossier) -> Passage:
    """The newest standing claim for each measure and group, each with who says it."""
    figures = find_key_figures(dossier)
    if figures.empty:
        return untold(dossier.why_empty("any number"))
    cards = [_card(*of) for of in zip(list_claims(figures), has_number(figures), strict=True)]
    html = render_fragment("key_figures", cards=cards, most=_MOST_CARDS)
    return Passage(html, "; ".join(f"{c['number']} {c['measure']}" for c in cards))


def find_key_figures(dossier: Dossier) -> pd.DataFrame:
    """The claims that `key_figures` shows, by the codebook's rule.

    A claim has a number, or ends at a date ('until'). Among those that stand, the newest for one
    measure and one group counts; claims of the same day that differ are all shown.

    Returns
    -------
    DataFrame
        One row a claim, as `merge_claims` gives it: by topic, in the vocabulary's order, then by
        measure, in the order of the facts; of one measure the newest first.
    """
    facts = dossier.facts
    stands = facts["fact_id"].map(dossier.standing) == "stands"
    facts = facts[stands & (has_number(facts) | (facts["qualifier"] == "until"))]
    if facts.empty:
        return merge_claims(facts)
    said = facts["stated"].map(last_day)
    group = [facts[name].fillna("") for name in ("topic", "measure", "unit", "of_whom")]
    newest = facts[said == said.groupby(group, observed=True).transform("max")]
    order = pd.DataFrame(
        {
            "topic": newest["topic"],
            "measure": pd.factorize(newest["measure"].fillna(""))[0],
            "age": -said[newest.index].map(date.toordinal),
        }
    )
    order = order.sort_values(["topic", "measure", "age"], kind="stable")
    return merge_claims(newest.loc[order.index])


def _card(claim: pd.Series, numbered: bool) -> dict:
    """A key figure's number, what it measures, of whom, and who says it."""
    about = "measure" if numbered and pd.notna(claim["measure"]) else "statement"
    # '2 categories of troops', not '2 categories · categories of troops'
    is_said = numbered and re.search(rf"\b{re.escape(str(claim['unit']))}\b", claim[about])
    return {
        "number": format_quantity(claim, with_unit=not is_said)
        if numbered
        else f"until {format_date(claim['date'])}",
        "measure": trace_cell(claim, about),
        "of_whom": trace_cell(claim, "of_whom"),
        "unknown": claim["of_whom"] == NOT_STATED,
        "asserted_by": format_list(claim["asserted_by"].split("; ")),
        "stated": claim["stated"],
        "fact_ids": claim["fact_ids"],
    }


def caveats(dossier: Dossier) -> Passage:
    """What the sources leave open or have wrong: facts with a note or of people not named.

    Facts that have no footing in a text that is kept come first, then numbers of people of whom it
    is not said who they are, then errors in print.
    """
    articles = dossier.sources.loc[dossier.sources["kind"] == "article", "source_id"]
    lines = [line for source_id in articles for line in _verify_source(dossier, source_id)]
    doubts = [line for line in lines if line.startswith("fact ")]
    facts = _annotate(dossier)
    unnamed = (facts["of_whom"] == NOT_STATED) & has_number(facts)
    erratum = facts["topic"] == "erratum"
    rank = pd.Series(2, facts.index).mask(erratum, 1).mask(unnamed, 0)
    facts = facts.assign(rank=rank)[facts["note"].notna() | unnamed | erratum]
    facts = facts.sort_values("rank", kind="stable")
    if facts.empty and not doubts:
        return untold(dossier.why_empty("anything open or wrong"))
    facts = facts.fillna({"note": "Of whom is not stated"})
    html = render_fragment("caveats", facts=_trace_all(facts), doubts=doubts)
    return Passage(
        html, format_count(len(facts) + len(doubts), "note") + " on what is open or wrong"
    )


def evidence(dossier: Dossier, fact_id: str) -> Passage:
    """One fact with all that is known of it: who says it, where it stands, and what became of it.

    Raises
    ------
    DossierError
        The dossier has no such fact.
    """
    one, facts = dossier.select(fact_id=fact_id), _annotate(dossier)
    (fact,), (source,) = _trace_all(_annotate(one)), _records(one.sources)
    later = _trace_all(facts[[fact_id in split_ids(cell) for cell in facts["replaces"]]])
    html = render_fragment("evidence", fact=fact, source=source, later=later)
    return Passage(html, f"{fact_id}: {fact['statement']}")


def facts_table(dossier: Dossier) -> Passage:
    """Every fact with paragraph, anchor, speaker and note, in the order of the sources."""
    facts = dossier.facts
    if facts.empty:
        return untold(dossier.why_empty())
    facts = _annotate(dossier)
    several = len(dossier.sources) > 1
    html = render_fragment("facts", facts=_trace_all(facts), several=several)
    return Passage(html, format_count(len(facts), "fact"))


def comparison_table(dossier: Dossier) -> Passage:
    """What the article says beside what the record says, each pair with verdict and reason."""
    try:
        pairs = compare_sources(dossier)
    except NoFactsError as error:
        return untold(str(error))
    facts = _by_id(dossier)
    rows = [
        {
            "article": _format_claim(facts, pair["article_ids"]),
            "record": _format_claim(facts, pair["record_ids"]),
            "topic": pair["topic"],
            "verdict": pair["verdict"],
            "why": pair["why"],
        }
        for _, pair in pairs.iterrows()
    ]
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
        (verdict, [list(same) for _, same in groupby(group, lambda row: row["article"])])
        for verdict, group in groupby(pairs, itemgetter("verdict"))
    ]


def contradictions(dossier: Dossier) -> Passage:
    """Claims that contradict one another side by side: never which of them is right."""
    pairs = find_contradictions(dossier)
    if pairs.empty:
        if dossier.facts.empty:
            return untold(dossier.why_empty())
        return note("No two claims here contradict each other.")
    facts = _by_id(dossier)
    rows = [
        {
            "first": _format_claim(facts, pair["first_ids"]),
            "second": _format_claim(facts, pair["second_ids"]),
            "topic": pair["topic"],
            "why": pair["why"],
        }
        for _, pair in pairs.iterrows()
    ]
    html = render_fragment("contradictions", rows=rows)
    return Passage(html, format_count(len(rows), "pair") + " of claims that contradict each other")


def verification(dossier: Dossier) -> Passage:
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
    html = render_fragment("verification", articles=articles, rest=lines[-1] if count else "")
    return Passage(html, "\n".join(lines))


def sources_table(dossier: Dossier) -> Passage:
    """The sources of the facts: who published what, when, under which terms."""
    if dossier.sources.empty:
        return untold(dossier.why_empty())
    html = render_fragment("sources", sources=_records(dossier.sources))
    return Passage(html, format_count(len(dossier.sources), "source"))


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


def _by_id(dossier: Dossier) -> pd.DataFrame:
    """The facts with their source's language and their standing, by fact_id."""
    facts = _annotate(dossier)
    return facts.set_index("fact_id", drop=False)


def _format_claim(facts: pd.DataFrame, ids: list[str]) -> dict | None:
    """What a claim says, its facts, and all who say it; None where there is no claim."""
    if not ids:
        return None
    facts = facts.loc[ids]
    speakers = format_list(dict.fromkeys(facts["asserted_by"]))
    claim = facts.iloc[0].to_dict() | {"fact_ids": ids, "speakers": speakers}
    return _trace(claim)


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


def _annotate(dossier: Dossier) -> pd.DataFrame:
    """The facts with their source's language, and whether they are held against it and stand."""
    facts, sources = dossier.facts, dossier.sources.set_index("source_id")
    return facts.assign(
        standing=facts["fact_id"].map(dossier.standing),
        language=facts["source_id"].map(sources["language"].astype("str")),
        is_held=facts["source_id"].map(sources["kind"].astype("str")) == "article",
    )


def _records(frame: pd.DataFrame) -> list[dict]:
    """The rows as dictionaries, an empty cell as None."""
    return frame.astype(object).where(frame.notna(), None).to_dict("records")


def _trace_all(facts: pd.DataFrame) -> list[dict]:
    return [_trace(fact) for fact in _records(facts)]


def _trace(claim: dict) -> dict:
    """A claim with its number in words; in all that it says, the numbers lead to its facts."""
    written = {name: trace_cell(claim, name) for name in ("statement", "of_whom", "note")}
    return claim | written | {"number": format_quantity(claim) if list_values(claim) else ""}
