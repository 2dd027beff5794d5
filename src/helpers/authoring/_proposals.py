"""A row of facts.csv from words of a text: proposed, for a person to judge."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from unicodedata import normalize

import pandas as pd

from helpers.authoring._candidate import Candidate, find_sentence
from helpers.authoring._reading import read_candidates
from helpers.dossier import LONGEST_ANCHOR, PLACES, Dossier, count_words, find_fact, read_sources
from helpers.geography import KnownPlace
from helpers.words import slugify

_OF_NUMBER = ("value", "low", "high", "unit", "qualifier", "of_whom", "asserted_by")
_NUMBERS = ("value", "low", "high")
_EDGE = ' \t,.;:!?"“”„«»()[]–—'
_WORDS = re.compile(r"\S+")


@dataclass(frozen=True)
class Reading:
    """One source's text with what it may state; places are the dossier's ids by their names."""

    source_id: str
    language: str
    published: str
    paragraphs: tuple[str, ...] = field(repr=False)
    candidates: list[Candidate] = field(repr=False)
    places: dict[str, str] = field(repr=False)

    def list_near(
        self, paragraph: int, start: int, end: int
    ) -> tuple[list[Candidate], list[Candidate]]:
        """The candidates that overlap some words, and all those of their sentence."""
        first, last = find_sentence(self.paragraphs[paragraph - 1], start)
        here = [one for one in self.candidates if one.paragraph == paragraph]
        inside = [one for one in here if one.overlaps(start, end)]
        return inside, [one for one in here if first <= one.start < last]

    def propose(self, paragraph: int, start: int, end: int) -> dict[str, str]:
        """The cells that words of a paragraph settle: no topic, and no statement."""
        text = self.paragraphs[paragraph - 1]
        start, end = trim(text, start, end)
        inside, around = self.list_near(paragraph, start, end)
        cells = {"source_id": self.source_id, "paragraph": str(paragraph)}
        cells["anchor"] = text[start:end]
        for number in [one for one in inside if one.kind == "number"][:1]:
            cells |= {name: getattr(number, name) for name in _OF_NUMBER}
            if number.unit == "people" and not number.of_whom:
                cells["of_whom"] = "not stated"
        speaker = _find_one("speaker", inside)
        day = _find_one("date", inside, around)
        site = _find_one("place", inside, around)
        cells["asserted_by"] = speaker.value if speaker else cells.get("asserted_by", "")
        cells["date"] = day.value if day else ""
        cells["place_id"] = self.name_place(site) if site else ""
        return {name: cell for name, cell in cells.items() if cell}

    def name_place(self, site: Candidate) -> str:
        """The id of a place: of the dossier's own of that name, or of the one it is by far."""
        known = self.places.get(site.value.casefold())
        if known or not site.chosen:
            return known or ""
        return self.places.get(site.places[0].name.casefold()) or make_id(site.places[0].name)

    def list_matches(self, paragraph: int, start: int, end: int) -> list[KnownPlace]:
        """What the names in the sentence of some words may mean, those among the words first."""
        inside, around = self.list_near(paragraph, start, end)
        sites = [one for one in [*inside, *around] if one.kind == "place"]
        return list(dict.fromkeys(place for one in sites for place in one.places))

    def hold(self, cells: Mapping[str, str], paragraph: int):
        """Whether a row's words and numbers stand in a paragraph, and why not: as `find_fact`."""
        try:
            numbers = {name: float(cells.get(name) or "nan") for name in _NUMBERS}
        except ValueError:
            return False, "value, low or high is no number in plain digits"
        fact = pd.Series({"anchor": cells["anchor"]} | numbers)
        return find_fact(fact, paragraph, self.paragraphs, self.language)

    def grow(self, paragraph: int, start: int, end: int) -> tuple[int, int]:
        """The fewest words with these that stand once in their paragraph; else these words."""
        text = self.paragraphs[paragraph - 1]
        words = [match.span() for match in _WORDS.finditer(text)]
        a = next(n for n, word in enumerate(words) if word[1] > start)
        b = next(n for n, word in reversed([*enumerate(words)]) if word[0] < end)
        for more in range(LONGEST_ANCHOR):
            for before in range(more + 1):
                left, right = max(0, a - before), min(len(words) - 1, b + more - before)
                at, to = trim(text, words[left][0], words[right][1])
                if text.count(text[at:to]) == 1 and count_words(text[at:to]) <= LONGEST_ANCHOR:
                    return at, to
        return trim(text, start, end)


def _find_one(kind: str, *among: list[Candidate]) -> Candidate | None:
    """The one of a kind in the first list that has any; None where it has several."""
    named: dict[str, Candidate] = {}
    for candidates in among:
        named = named or {one.value: one for one in candidates if one.kind == kind}
    return next(iter(named.values())) if len(named) == 1 else None


def read_story(story: Dossier) -> dict[str, Reading]:
    """The texts that are kept with a dossier, each with what it may state."""
    sources = story.sources.set_index("source_id")
    countries = frozenset(story.places["country"].dropna())
    names = story.places["name"].str.casefold()
    places = dict(zip(names, story.places["place_id"], strict=True))
    found = {}
    for text in read_sources(story, are_kept=True):
        about = sources.loc[text.source_id, ["language", "published"]].fillna("")
        language, day = map(str, about)
        published = date.fromisoformat(day) if len(day) == len("2022-01-06") else None
        candidates = read_candidates(text.paragraphs, language, published, countries)
        found[text.source_id] = Reading(
            text.source_id, language, day, text.paragraphs, candidates, places
        )
    return found


def list_proposals(story: Dossier, reading: Reading) -> list[dict[str, str]]:
    """A row for each number of a text, and for what somebody says, that no fact tells yet."""
    told = find_told(story.facts, reading)
    rows = []
    for one in reading.candidates:
        _, around = reading.list_near(one.paragraph, one.start, one.end)
        is_wanted = one.kind == "number" or (
            one.kind == "speaker" and not any(other.kind == "number" for other in around)
        )
        if not is_wanted or any(p == one.paragraph and one.overlaps(a, b) for p, a, b in told):
            continue
        text = reading.paragraphs[one.paragraph - 1]
        first, last = find_sentence(text, one.start)
        row = reading.propose(one.paragraph, *reading.grow(one.paragraph, one.start, one.end))
        if one.kind == "speaker":
            row = {name: cell for name, cell in row.items() if name not in ("value", "unit")}
        rows.append(row | {"sentence": text[first:last].strip(), "why": f"read: {explain(one)}"})
    return rows


def find_told(facts: pd.DataFrame, reading: Reading) -> list[tuple[int, int, int]]:
    """Where the facts of a text stand: paragraph, start and end."""
    found = []
    of_text = facts[facts["source_id"] == reading.source_id].dropna(subset=["paragraph", "anchor"])
    for number, anchor in zip(of_text["paragraph"].astype(int), of_text["anchor"], strict=True):
        words = " ".join(anchor.split())
        inside = "".join(reading.paragraphs[number - 1 : number])
        if (at := inside.find(words)) >= 0:
            found.append((number, at, at + len(words)))
    return found


def explain(one: Candidate) -> str:
    """What was seen in some words: the reason of a proposal."""
    if one.kind != "number":
        return f"{one.kind} {one.value}"
    words = [one.unit or "something", one.qualifier]
    if one.value:
        words = [one.qualifier, one.value, one.unit]
    elif one.low:
        words = [one.low, "to", one.high, one.unit]
    group = f" ({one.of_whom})" if one.of_whom else ""
    said = f"; {one.asserted_by} says it" if one.asserted_by else ""
    return f"{' '.join(filter(None, words))}{group}{said}"


def trim(text: str, start: int, end: int) -> tuple[int, int]:
    """Words without the marks and spaces around them."""
    words = text[start:end]
    start += len(words) - len(words.lstrip(_EDGE))
    return start, max(start, end - (len(words) - len(words.rstrip(_EDGE))))


def make_id(name: str) -> str:
    """An id from a name: 'cote-d-ivoire'."""
    plain = normalize("NFKD", name).encode("ascii", "ignore").decode()
    return slugify(plain) or "place"


def describe_place(place_id: str, place: KnownPlace) -> dict[str, str]:
    """The row of places.csv for a place of the gazetteer."""
    cells = {"place_id": place_id, "coordinate_source": "GeoNames"}
    for name in set(PLACES.names) & set(place._fields):
        cell = getattr(place, name)
        cells[name] = f"{cell:g}" if isinstance(cell, float) else str(cell or "")
    return cells
