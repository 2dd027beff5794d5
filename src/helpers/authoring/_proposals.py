"""A row of facts.csv from words of a text: proposed, for a person to judge."""

import re
from dataclasses import dataclass, field
from datetime import date
from unicodedata import normalize

from helpers.authoring._candidate import Candidate, find_sentence
from helpers.authoring._reading import read_candidates
from helpers.dossier import LONGEST_ANCHOR, Dossier, count_words, read_kept_texts
from helpers.geography import KnownPlace
from helpers.words import slugify

_EDGE = ' \t,.;:!?"“”„«»()[]–—'
_WORDS = re.compile(r"\S+")


@dataclass(frozen=True)
class Reading:
    """One source's text with what it may state."""

    source_id: str
    language: str
    published: str
    paragraphs: tuple[str, ...] = field(repr=False)
    candidates: list[Candidate] = field(repr=False)
    places: dict[str, str] = field(repr=False)

    def propose(self, paragraph: int, start: int, end: int) -> dict[str, str]:
        """The cells that words of a paragraph settle: no topic, and no statement."""
        text = self.paragraphs[paragraph - 1]
        start, end = trim(text, start, end)
        here = [one for one in self.candidates if one.paragraph == paragraph]
        inside = [one for one in here if one.overlaps(start, end)]
        first, last = find_sentence(text, start)
        around = [one for one in here if first <= one.start < last]
        cells = {"source_id": self.source_id, "paragraph": str(paragraph)}
        cells["anchor"] = text[start:end]
        for number in [one for one in inside if one.kind == "number"][:1]:
            for name in ("value", "low", "high", "unit", "qualifier", "of_whom"):
                cells[name] = getattr(number, name)
            cells["asserted_by"] = number.asserted_by
            if number.unit == "people" and not number.of_whom:
                cells["of_whom"] = "not stated"
        speakers = {one.value for one in inside if one.kind == "speaker"}
        if len(speakers) == 1:
            cells["asserted_by"] = speakers.pop()
        days = {one.value for one in inside if one.kind == "date"}
        days = days or {one.value for one in around if one.kind == "date"}
        cells["date"] = days.pop() if len(days) == 1 else ""
        sites = {one.value: one for one in inside if one.kind == "place"}
        sites = sites or {one.value: one for one in around if one.kind == "place"}
        cells["place_id"] = self.name_place(*sites.values()) if len(sites) == 1 else ""
        return {name: cell for name, cell in cells.items() if cell}

    def name_place(self, site: Candidate) -> str:
        """The id of a place: of the dossier's own of that name, or of the one it is by far."""
        known = self.places.get(site.value.casefold())
        if known or not site.chosen:
            return known or ""
        return self.places.get(site.places[0].name.casefold()) or make_id(site.places[0].name)

    def list_matches(self, paragraph: int, start: int, end: int) -> list[KnownPlace]:
        """What the names in the sentence of some words may mean, those among the words first."""
        text = self.paragraphs[paragraph - 1]
        first, last = find_sentence(text, start)
        sites = [
            one
            for one in self.candidates
            if one.kind == "place" and one.paragraph == paragraph and first <= one.start < last
        ]
        sites.sort(key=lambda one: not one.overlaps(start, end))
        return list(dict.fromkeys(place for one in sites for place in one.places))

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


def read_story(story: Dossier) -> dict[str, Reading]:
    """The texts that are kept with a dossier, each with what it may state."""
    sources = story.sources.set_index("source_id")
    countries = frozenset(story.places["country"].dropna())
    places = {
        name.casefold(): place_id
        for place_id, name in zip(story.places["place_id"], story.places["name"], strict=True)
    }
    found = {}
    for text in read_kept_texts(story):
        language, day = map(str, sources.loc[text.source_id, ["language", "published"]])
        published = date.fromisoformat(day) if len(day) == 10 else None
        candidates = read_candidates(text.paragraphs, language, published, countries)
        found[text.source_id] = Reading(
            text.source_id,
            language,
            "" if day == "nan" else day,
            text.paragraphs,
            candidates,
            places,
        )
    return found


def list_proposals(story: Dossier, reading: Reading) -> list[dict[str, str]]:
    """A row for each number of a text, and for what somebody says, that no fact tells yet."""
    told = find_told(story.facts, reading)
    rows = []
    for one in reading.candidates:
        text = reading.paragraphs[one.paragraph - 1]
        first, last = find_sentence(text, one.start)
        alone = one.kind == "speaker" and not any(
            other.kind == "number"
            and other.paragraph == one.paragraph
            and first <= other.start < last
            for other in reading.candidates
        )
        is_told = any(p == one.paragraph and one.overlaps(a, b) for p, a, b, _ in told)
        if is_told or not (alone or one.kind == "number"):
            continue
        start, end = reading.grow(one.paragraph, one.start, one.end)
        row = reading.propose(one.paragraph, start, end)
        if one.kind == "speaker":
            row = {name: cell for name, cell in row.items() if name not in ("value", "unit")}
        row |= {"sentence": text[first:last].strip(), "why": f"read: {explain(one)}"}
        rows.append(row)
    return rows


def find_told(facts, reading: Reading) -> list[tuple[int, int, int, str]]:
    """Where the facts of a text stand: paragraph, start, end and the fact's id."""
    found = []
    of_text = facts[facts["source_id"] == reading.source_id].dropna(subset=["paragraph", "anchor"])
    for fact_id, number, anchor in of_text[["fact_id", "paragraph", "anchor"]].itertuples(
        index=False
    ):
        words = " ".join(anchor.split())
        inside = reading.paragraphs[int(number) - 1] if number <= len(reading.paragraphs) else ""
        if (at := inside.find(words)) >= 0:
            found.append((int(number), at, at + len(words), fact_id))
    return found


def explain(one: Candidate) -> str:
    """What was seen in some words: the reason of a proposal."""
    if one.kind == "number":
        about = one.of_whom or one.unit or "nothing that is named"
        number = one.value or (f"{one.low} to {one.high}" if one.low else "no number, in words")
        said = f"; {one.asserted_by} says it" if one.asserted_by else ""
        return f"{' '.join(filter(None, (one.qualifier, number)))} of {about}{said}"
    return f"{one.kind} {one.value}"


def trim(text: str, start: int, end: int) -> tuple[int, int]:
    """Words without the marks and spaces around them."""
    words = text[start:end]
    start += len(words) - len(words.lstrip(_EDGE))
    return start, max(start, end - (len(words) - len(words.rstrip(_EDGE))))


def make_id(name: str) -> str:
    """An id from a name: 'cote-d-ivoire'."""
    plain = normalize("NFKD", name).encode("ascii", "ignore").decode()
    return slugify(plain) or "place"
