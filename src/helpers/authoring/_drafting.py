"""Proposals on file: what a text is read to state, and rows that somebody else proposes."""

import re
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

import pandas as pd
import pyarrow as pa

from helpers.authoring._candidate import WORDS
from helpers.authoring._desk import DRAFTS, Desk
from helpers.authoring._proposals import Reading, list_proposals, read_story
from helpers.dossier import FACTS, Dossier, UnreadableError, format_csv, read_sheet
from helpers.errors import DossierError
from helpers.files import write_whole
from helpers.words import did_you_mean, one_of, quote_value

_READ = "read: "  # how the reason of a proposal begins that was read from the text here
_MOST_ROWS = 5_000  # that a person may judge
_REFUSED = ("row", "reason", *FACTS.names)


def draft_facts(folder: Path) -> list[dict[str, str]]:
    """Write to sources/draft.csv what the kept texts are read to state, and give the rows.

    What was read before is proposed anew; rows that wait from elsewhere stay.
    """
    desk = Desk(folder)
    story = desk.load()
    readings = _read_kept(story)
    rows = [row for reading in readings.values() for row in list_proposals(story, reading)]
    waiting = [row for row in desk.read(DRAFTS) if not row.get("why", "").startswith(_READ)]
    _write_drafts(desk, [*waiting, *rows])
    return rows


def take_rows(folder: Path, data: bytes, name: str) -> tuple[list[dict], list[dict]]:
    """Put rows of a CSV file among the proposals: those that wait, and those that are set apart.

    A row waits where its anchor stands once in its paragraph, or in one paragraph alone, and its
    number in the anchor. The others go to sources/refused.csv.

    Raises
    ------
    DossierError
        The file cannot be read as CSV, or has a column that facts have not.
    """
    desk = Desk(folder)
    story = desk.load()
    readings = _read_kept(story)
    kept, refused = [], []
    for number, row in _read_given(data, name).items():
        paragraph, reason = _find_footing(row, readings)
        if reason:
            refused.append({"row": str(number), "reason": reason} | row)
        else:
            row |= {"source_id": row.get("source_id", next(iter(readings)))}
            row |= {"paragraph": str(paragraph), "why": f"proposed by {name}"}
            kept.append(row)
    _write_drafts(desk, [*desk.read(DRAFTS), *kept])
    if refused:
        write_whole(folder / "sources" / "refused.csv", _format_rows(refused, _REFUSED))
    return kept, refused


def format_prompt(folder: Path) -> str:
    """What a colleague or a language model needs to propose rows: rules, columns, words, text."""
    story = Desk(folder).load()
    words = {"topic": story.words.topics, "qualifier": story.words.qualifiers}
    columns = [f"- {column.name}: {column.meaning}" for column in FACTS.columns]
    terms = [f"- {name}: {one_of(words[name])}" for name in words]
    parts = [WORDS["rules"], "Columns:", *columns, "", "Words to choose from:", *terms]
    for source_id, reading in _read_kept(story).items():
        day = f", published {reading.published}" if reading.published else ""
        parts += ["", f"Source {source_id} ({reading.language}{day}):"]
        parts += [f"[{n}] {text}" for n, text in enumerate(reading.paragraphs, start=1)]
    return "\n".join(parts)


def _read_kept(story: Dossier) -> dict[str, Reading]:
    readings = read_story(story)
    if not readings:
        raise DossierError(
            f"dossier {story.name}: no text of an article is kept with it; expected "
            "sources/<source_id>.txt"
        )
    return readings


def _read_given(data: bytes, name: str) -> dict[int, dict[str, str]]:
    """The rows of a CSV file by their number in it, each with its filled cells by column."""
    with tempfile.TemporaryDirectory() as place:
        path = write_whole(Path(place) / "rows.csv", data)
        try:
            sheet, faults = read_sheet(path, FACTS)
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
    paragraphs = readings[source].paragraphs
    words = " ".join(anchor.split())
    among = [n for n, text in enumerate(paragraphs, start=1) if words in text]
    told = {n: readings[source].hold(row, n) for n in ([int(stated)] if stated else among)}
    stands = [n for n, (found, _) in told.items() if found is not False]
    if len(stands) == 1:
        return stands[0], ""
    if stands:
        return 0, f"{quote_value(anchor)} stands in paragraphs {', '.join(map(str, stands))}"
    reasons = [why for _, why in told.values()]
    return 0, (reasons or [f"{quote_value(anchor)} stands nowhere in the text"])[0]


def _write_drafts(desk: Desk, rows: list[dict[str, str]]) -> None:
    """Write the proposals, each with an id: those that wait longest first."""
    numbered = [row | {"fact_id": f"d{n}"} for n, row in enumerate(rows, start=1)]
    write_whole(desk.find_file(DRAFTS), _format_rows(numbered, DRAFTS.names))


def _format_rows(rows: list[dict[str, str]], names: Iterable[str]) -> str:
    frame = pd.DataFrame(rows, columns=list(names), dtype="str").fillna("")
    return format_csv(frame)
