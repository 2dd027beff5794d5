"""Rows of facts.csv for a person to judge: read out of a text, or proposed by somebody else."""

import re
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from unicodedata import normalize

import pandas as pd
import pyarrow as pa

import helpers.dossier as dossiers
from helpers.authoring._candidate import WORDS, Candidate, find_sentence
from helpers.authoring._desk import DRAFTS, Desk
from helpers.authoring._reading import read_candidates
from helpers.dossier import FACTS, LONGEST_ANCHOR, PLACES, Dossier, UnreadableError
from helpers.errors import DossierError
from helpers.files import write_whole
from helpers.geography import KnownPlace
from helpers.words import did_you_mean, one_of, quote_value, slugify

_OF_NUMBER = ("value", "low", "high", "unit", "qualifier", "of_whom", "asserted_by")
_NUMBERS = ("value", "low", "high")
_EDGE = ' \t,.;:!?"“”„«»()[]–—'
_WORDS = re.compile(r"\S+")
_READ = "read: "  # how the reason of a proposal begins that was read from the text here
_MOST_ROWS = 5_000  # that a person may judge
_REFUSED = ("row", "reason", *FACTS.names)


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

    def hold(self, cells: Mapping[str, str], paragraph: int | None = None) -> tuple[int, str]:
        """The one paragraph in which a row's words and numbers stand: as `find_footing`."""
        try:
            numbers = {name: float(cells.get(name) or "nan") for name in _NUMBERS}
        except ValueError:
            return 0, "value, low or high is no number in plain digits"
        fact = pd.Series({"anchor": cells["anchor"], "unit": cells.get("unit")} | numbers)
        return dossiers.find_footing(fact, self.paragraphs, self.language, paragraph)

    def grow(self, paragraph: int, start: int, end: int) -> tuple[int, int]:
        """The fewest words with these that stand once in their paragraph; else these words."""
        text = self.paragraphs[paragraph - 1]
        words = [match.span() for match in _WORDS.finditer(text)]
        chosen = [n for n, (at, to) in enumerate(words) if at < end and start < to]
        for more in range(LONGEST_ANCHOR):
            for before in range(more + 1):
                left = max(0, chosen[0] - before)
                right = min(len(words) - 1, chosen[-1] + more - before)
                at, to = trim(text, words[left][0], words[right][1])
                grown = text[at:to]
                if text.count(grown) == 1 and dossiers.count_words(grown) <= LONGEST_ANCHOR:
                    return at, to
        return trim(text, start, end)

    def locate(self, rows: Iterable[Mapping]) -> list[tuple[int, int, int, Mapping]]:
        """Those of some rows whose words stand in the text: paragraph, start, end and row."""
        found = []
        for row in rows:
            words, number = " ".join(row.get("anchor", "").split()), str(row.get("paragraph", ""))
            if words and row.get("source_id") == self.source_id and number.isdigit():
                inside = "".join(self.paragraphs[int(number) - 1 : int(number)])
                if (at := inside.find(words)) >= 0:
                    found.append((int(number), at, at + len(words), row))
        return found


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
    for text in dossiers.read_sources(story, are_kept=True):
        cells = sources.loc[text.source_id, ["language", "published"]].fillna("")
        language, day = map(str, cells)
        published = date.fromisoformat(day) if len(day) == len("2022-01-06") else None
        read = read_candidates(text.paragraphs, language, published, countries)
        about = (text.source_id, language, day, text.paragraphs)
        found[text.source_id] = Reading(*about, read, places)
    return found


def list_proposals(story: Dossier, reading: Reading) -> list[dict[str, str]]:
    """A row for each number of a text, and for what somebody says, that no fact tells yet."""
    told = find_told(story, reading)
    rows = []
    for one in reading.candidates:
        _, around = reading.list_near(one.paragraph, one.start, one.end)
        has_number = one.kind == "speaker" and any(other.kind == "number" for other in around)
        is_wanted = one.kind in ("number", "speaker") and not has_number
        if not is_wanted or any(p == one.paragraph and one.overlaps(a, b) for p, a, b, _ in told):
            continue
        text = reading.paragraphs[one.paragraph - 1]
        first, last = find_sentence(text, one.start)
        row = reading.propose(one.paragraph, *reading.grow(one.paragraph, one.start, one.end))
        if one.kind == "speaker":
            row = {name: cell for name, cell in row.items() if name not in ("value", "unit")}
        rows.append(row | {"sentence": text[first:last].strip(), "why": f"read: {explain(one)}"})
    return rows


def find_told(story: Dossier, reading: Reading) -> list[tuple[int, int, int, Mapping]]:
    facts = story.facts[["source_id", "paragraph", "anchor"]].dropna()
    return reading.locate(facts.astype({"paragraph": int}).to_dict("records"))


def explain(one: Candidate) -> str:
    """What was seen in some words: the reason of a proposal."""
    if one.kind != "number":
        return f"{one.kind} {one.value}"
    words = [one.low, "to", one.high, one.unit] if one.low else [one.qualifier, one.value, one.unit]
    if not (one.low or one.value):
        words = [one.unit or "something", one.qualifier]
    group = f" ({one.of_whom})" if one.of_whom else ""
    said = f"; {one.asserted_by} says it" if one.asserted_by else ""
    return f"{' '.join(filter(None, words))}{group}{said}"


def trim(text: str, start: int, end: int) -> tuple[int, int]:
    """Words without the marks and spaces around them."""
    words = text[start:end]
    start += len(words) - len(words.lstrip(_EDGE))
    return start, max(start, end - (len(words) - len(words.rstrip(_EDGE))))


def make_id(name: str) -> str:
    plain = normalize("NFKD", name).encode("ascii", "ignore").decode()
    return slugify(plain) or "place"


def describe_place(place_id: str, place: KnownPlace) -> dict[str, str]:
    cells = {"place_id": place_id, "coordinate_source": "GeoNames"}
    for name in set(PLACES.names) & set(place._fields):
        cell = getattr(place, name)
        cells[name] = f"{cell:g}" if isinstance(cell, float) else str(cell or "")
    return cells


def draft_facts(folder: Path) -> list[dict[str, str]]:
    """Write to sources/draft.csv what the kept texts are read to state, and give the rows.

    What was read before is proposed anew; rows that wait from elsewhere stay.
    """
    desk, story, readings = _open(folder)
    rows = [row for reading in readings.values() for row in list_proposals(story, reading)]
    waiting = [row for row in desk.read(DRAFTS) if not row.get("why", "").startswith(_READ)]
    _write_drafts(desk, [*waiting, *rows])
    return rows


def take_rows(folder: Path, data: bytes, name: str) -> tuple[list[dict], list[dict]]:
    """Put rows of a CSV file among the proposals: those that wait, and those that are set apart.

    A row waits where its anchor stands once in its paragraph, or in one paragraph alone, and its
    number in the anchor. The others go to sources/refused.csv. A DossierError of a file that cannot
    be read as CSV, or has a column that facts have not.
    """
    desk, _, readings = _open(folder)
    kept, refused = [], []
    for number, row in _read_given(data, name).items():
        paragraph, reason = _find_footing(row, readings)
        if not paragraph:
            refused.append({"row": str(number), "reason": reason} | row)
        else:
            row |= {"source_id": row.get("source_id", next(iter(readings)))}
            row |= {"paragraph": str(paragraph), "why": f"proposed by {name}"}
            kept.append(row)
    _write_drafts(desk, [*desk.read(DRAFTS), *kept])
    if refused:
        _write_rows(folder / "sources" / "refused.csv", refused, _REFUSED)
    return kept, refused


def format_prompt(folder: Path) -> str:
    """What a colleague or a language model needs to propose rows: rules, columns, words, text."""
    _, story, readings = _open(folder)
    words = {"topic": story.words.topics, "qualifier": story.words.qualifiers}
    columns = [f"- {column.name}: {column.meaning}" for column in FACTS.columns]
    terms = [f"- {name}: {one_of(words[name])}" for name in words]
    parts = [WORDS["rules"], "Columns:", *columns, "", "Words to choose from:", *terms]
    for source_id, reading in readings.items():
        day = f", published {reading.published}" if reading.published else ""
        parts += ["", f"Source {source_id} ({reading.language}{day}):"]
        parts += [f"[{n}] {text}" for n, text in enumerate(reading.paragraphs, start=1)]
    return "\n".join(parts)


def _open(folder: Path) -> tuple[Desk, Dossier, dict[str, Reading]]:
    desk = Desk(folder)
    story = desk.load()
    readings = read_story(story)
    if not readings:
        missing = "no text of an article is kept with it; expected sources/<source_id>.txt"
        raise DossierError(f"dossier {story.name}: {missing}")
    return desk, story, readings


def _read_given(data: bytes, name: str) -> dict[int, dict[str, str]]:
    """The rows of a CSV file by their number in it, each with its filled cells by column."""
    with tempfile.TemporaryDirectory() as place:
        path = write_whole(Path(place) / "rows.csv", data)
        try:
            sheet, faults = dossiers.read_sheet(path, FACTS)
        except UnreadableError as error:
            raise DossierError(f"{name}: {error.fault.expected}") from error
    if faults:
        row = f" row {faults[0].row}" if faults[0].row else ""
        raise DossierError(f"{name}{row}: {faults[0].expected}")
    if len(sheet.rows) > _MOST_ROWS:
        raise DossierError(f"{name}: {len(sheet.rows):,} rows; expected at most {_MOST_ROWS:,}")
    for column in sheet.names:
        if column not in FACTS.names:
            hint = did_you_mean(column, FACTS.names) or one_of(FACTS.names)
            raise DossierError(f"{name}: column {quote_value(column)}: facts have none ({hint})")
    rows = pa.table(sheet.columns).to_pylist()
    filled = [{column: cell for column, cell in row.items() if cell} for row in rows]
    return dict(zip(sheet.rows.tolist(), filled, strict=True))


def _find_footing(row: Mapping[str, str], readings: dict[str, Reading]) -> tuple[int, str]:
    """The paragraph in which a row's words and number stand, or why they stand in none."""
    source = row.get("source_id", next(iter(readings)))
    anchor, stated = row.get("anchor", ""), row.get("paragraph", "")
    if source not in readings:
        return 0, f"source_id {quote_value(source)}: no text of it is kept here"
    if not anchor:
        return 0, "anchor: is empty; expected words of the text"
    if stated and not re.fullmatch("[1-9][0-9]{0,5}", stated):
        return 0, f"paragraph {quote_value(stated)}: expected its number"
    return readings[source].hold(row, int(stated) if stated else None)


def _write_drafts(desk: Desk, rows: list[dict[str, str]]) -> None:
    """Write the proposals, each with an id: those that wait longest first."""
    numbered = [row | {"fact_id": f"d{n}"} for n, row in enumerate(rows, start=1)]
    _write_rows(desk.find_file(DRAFTS), numbered, DRAFTS.names)


def _write_rows(path: Path, rows: list[dict[str, str]], names: Iterable[str]) -> None:
    frame = pd.DataFrame(rows, columns=list(names), dtype="str").fillna("")
    write_whole(path, dossiers.format_csv(frame))
