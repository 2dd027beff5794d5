"""What a report says in words and tables: each passage shows itself as HTML in a notebook."""

import platform
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import version

import pandas as pd

from helpers.claims import has_number
from helpers.dossier import NOT_STATED, TABLES, Dossier, last_day, merge_claims
from helpers.errors import NoFactsError
from helpers.figure import Figure
from helpers.fragments import render_fragment
from helpers.geography import find_boundaries
from helpers.wording import word_count, word_date, word_list, word_quantity

_BOUNDARIES = (
    "countries.parquet", "regions.parquet", "world.parquet", "lakes.parquet",
    "cities.csv", "names.csv", "waters.csv",
)  # fmt: skip
_PACKAGES = ("dossier-notebooks", "pandas", "geopandas", "matplotlib", "papermill", "nbconvert")


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
        return note(str(error))


def note(text: str) -> Passage:
    """One line of text."""
    return Passage(render_fragment("note", text=text), text)


def summary(dossier: Dossier) -> Passage:
    """What a dossier holds, in one line."""
    facts, sources, places = dossier.facts, dossier.sources, dossier.places
    if facts.empty:
        return note(dossier.why_empty())
    text = f"{word_count(len(facts), 'fact')} from {word_count(len(sources), 'source')}"
    if len(places):
        text += f", about {word_count(len(places), 'place')}"
    if dossier.as_of_day:
        text += f"; as a reader could have known it on {word_date(dossier.as_of_day)}"
    return note(f"{text}.")


def key_figures(dossier: Dossier) -> Passage:
    """The newest standing claim for each measure and group, each with who says it."""
    figures = find_key_figures(dossier)
    if figures.empty:
        return note(dossier.why_empty("any number"))
    numbered = has_number(figures)
    cards = [_card(figure, numbered[row]) for row, figure in figures.iterrows()]
    html = render_fragment("key_figures", cards=cards)
    return Passage(html, "; ".join(f"{c['number']} {c['measure']}" for c in cards))


def find_key_figures(dossier: Dossier) -> pd.DataFrame:
    """The claims that `key_figures` shows, by the codebook's rule.

    A claim has a number, or ends at a date ('until'). Among those that stand, the newest for one
    measure and one group counts; claims of the same day that differ are all shown.

    Returns
    -------
    DataFrame
        One row a claim, as `merge_claims` gives it.
    """
    facts = dossier.facts
    stands = facts["fact_id"].map(dossier.standing) == "stands"
    facts = facts[stands & (has_number(facts) | (facts["qualifier"] == "until"))]
    if facts.empty:
        return merge_claims(facts)
    said = facts["stated"].map(last_day)
    group = [facts[name].fillna("") for name in ("topic", "measure", "unit", "of_whom")]
    return merge_claims(facts[said == said.groupby(group, observed=True).transform("max")])


def _card(claim: pd.Series, numbered: bool) -> dict:
    """A key figure's number, what it measures, of whom, and who says it."""
    measure = claim["measure"] if numbered and pd.notna(claim["measure"]) else claim["statement"]
    if numbered and pd.notna(claim["unit"]) and claim["unit"] in measure:
        claim = claim.copy()
        claim["unit"] = ""  # '2 categories of troops', not '2 categories · categories of troops'
    return {
        "number": word_quantity(claim) if numbered else f"until {word_date(claim['date'])}",
        "measure": measure,
        "of_whom": "" if pd.isna(claim["of_whom"]) else claim["of_whom"],
        "unknown": claim["of_whom"] == NOT_STATED,
        "asserted_by": word_list(claim["asserted_by"].split("; ")),
        "stated": claim["stated"],
        "fact_ids": claim["fact_ids"],
    }


def caveats(dossier: Dossier) -> Passage:
    """What the sources leave open or have wrong: facts with a note or of people not named.

    Numbers of people of whom it is not said who they are come first, then errors in print.
    """
    facts = dossier.facts
    unnamed = (facts["of_whom"] == NOT_STATED) & has_number(facts)
    erratum = facts["topic"] == "erratum"
    rank = pd.Series(2, facts.index).mask(erratum, 1).mask(unnamed, 0)
    facts = facts.assign(rank=rank)[facts["note"].notna() | unnamed | erratum]
    facts = facts.sort_values("rank", kind="stable")
    if facts.empty:
        return note(dossier.why_empty("anything open or wrong"))
    facts = facts.fillna({"note": "Of whom is not stated"})
    html = render_fragment("caveats", facts=_records(facts))
    return Passage(html, f"{word_count(len(facts), 'note')} on what is open or wrong")


def evidence(dossier: Dossier, fact_id: str) -> Passage:
    """One fact with all that is known of it: who says it, where it stands, and what became of it.

    Raises
    ------
    DossierError
        The dossier has no such fact.
    """
    one = dossier.select(fact_id=fact_id)
    (fact,), (source,) = _records(_annotate(one)), _records(one.sources)
    later = _records(dossier.facts[dossier.facts["replaces"] == fact_id])
    html = render_fragment("evidence", fact=fact, source=source, later=later)
    return Passage(html, f"{fact_id}: {fact['statement']}")


def facts_table(dossier: Dossier) -> Passage:
    """Every fact with paragraph, anchor, speaker and note, in the order of the sources."""
    facts = dossier.facts
    if facts.empty:
        return note(dossier.why_empty())
    facts = _annotate(dossier)
    several = len(dossier.sources) > 1
    html = render_fragment("facts", facts=_records(facts), several=several)
    return Passage(html, word_count(len(facts), "fact"))


def sources_table(dossier: Dossier) -> Passage:
    """The sources of the facts: who published what, when, under which terms."""
    if dossier.sources.empty:
        return note(dossier.why_empty())
    html = render_fragment("sources", sources=_records(dossier.sources))
    return Passage(html, word_count(len(dossier.sources), "source"))


def provenance(dossier: Dossier) -> Passage:
    """What the report was made from: SHA-256 of each file, and the versions of the packages."""
    files = {f"{dossier.name}/{table.file}": dossier.folder / table.file for table in TABLES}
    files |= {f"{dossier.name}/{p.name}": p for p in dossier.folder.glob("datapackage.json")}
    files |= {f"boundaries/{name}": find_boundaries(name) for name in _BOUNDARIES}
    hashes = {name: sha256(path.read_bytes()).hexdigest() for name, path in files.items()}
    versions = {package: version(package) for package in _PACKAGES}
    python = ".".join(platform.python_version_tuple()[:2])
    html = render_fragment("provenance", hashes=hashes, versions={"Python": python} | versions)
    return Passage(html, f"{word_count(len(hashes), 'file')} hashed")


def _annotate(dossier: Dossier) -> pd.DataFrame:
    """The facts with their number in words, and whether they stand."""
    facts = dossier.facts
    return facts.assign(
        number=[
            word_quantity(fact) if numbered else ""
            for numbered, (_, fact) in zip(has_number(facts), facts.iterrows(), strict=True)
        ],
        standing=facts["fact_id"].map(dossier.standing),
    )


def _records(frame: pd.DataFrame) -> list[dict]:
    """The rows as dictionaries, an empty cell as ''."""
    return frame.astype(object).where(frame.notna(), "").to_dict("records")
