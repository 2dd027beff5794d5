"""A new dossier: three tables with their header, and the text that its facts will come from."""

import csv
import io
import os
import re
import shutil
import tempfile
from pathlib import Path
from unicodedata import category

import nbformat

import helpers.dossier as dossiers
from helpers.authoring._candidate import WORDS
from helpers.authoring._reading import refuse_long
from helpers.errors import BoundaryError, ParameterError
from helpers.files import write_whole
from helpers.geography import read_country
from helpers.reports import find_notebook
from helpers.words import MISSING, quote_value, slugify

SOURCE = "article"  # the id of a new dossier's one source
_LONGEST_TITLE = 150  # characters of a first line that is a headline
_ENDS = re.compile(r"[.!?:;\"”’)]$")


def start_dossier(name: str, text: str = "", *, country: str = "", **about: str) -> Path:
    """Make the folder data/<name> of a new dossier: whole, or not at all, and never over another.

    The text is the article's, as `read_text` gives it; '' where it is still to come. What is known
    about it are title (else its first line, where that is a headline, or the name), publisher,
    published (the day from which 'on Thursday' is told) and language (else 'en'). The country of
    the story, by ISO 3166-1 alpha-3, becomes the first place.

    A DossierError of a paragraph that is too long to be one; a ParameterError where there is such a
    folder, or where a name, day, language or country cannot be one.
    """
    if slugify(name) != name:
        hint = f"did you mean {slugify(name)!r}?" if slugify(name) else "such as flood-2031"
        raise ParameterError(f"name {quote_value(name)}: expected a-z, 0-9 and hyphens ({hint})")
    folder = Path("data") / name
    if os.path.lexists(folder):
        raise ParameterError(f"{folder}: is there already, and nothing in it is changed")
    parting = _find_parting(text)
    paragraphs = dossiers.split_paragraphs(text, parting) if text else ()
    refuse_long(paragraphs)
    first, title = paragraphs[0] if paragraphs else "", about.get("title", "")
    if not title and len(first) <= _LONGEST_TITLE and not _ENDS.search(first):
        seen = (sign for sign in first if sign in "\u200c\u200d" or category(sign) != "Cf")
        title = " ".join("".join(seen).split())
    by = about.get("publisher") or MISSING
    source = {"source_id": SOURCE, "kind": "article", "language": "en"} | about
    source |= {"title": title or MISSING, "publisher": by, "default_speaker": by}
    if text:
        source |= {"sha256": dossiers.hash_text(text), "paragraphs": str(len(paragraphs))}
    rows = {"sources": [source], "places": [_describe_country(country)] if country else []}
    folder.parent.mkdir(exist_ok=True)
    begun = Path(tempfile.mkdtemp(prefix=f".{name}.", dir=folder.parent)) / name
    try:
        _write_folder(begun, rows, text)
        package = dossiers.format_package(begun, title or name, parting)
        write_whole(begun / dossiers.PACKAGE, package)
        faults = [fault for fault in dossiers.read_dossier(begun)[1] if fault.row is not None]
        if faults:
            told = (f"{one.column} {quote_value(one.value)}: {one.expected}" for one in faults)
            raise ParameterError("; ".join(told))
        begun.rename(folder)  # refused where another was made meanwhile
    finally:
        shutil.rmtree(begun.parent)
    return folder


def _find_parting(text: str) -> str:
    """'lines' for a text without a blank line whose lines each end as a paragraph does."""
    lines = text.splitlines()
    whole = sum(bool(_ENDS.search(line.rstrip())) for line in lines)
    is_lines = len(lines) > 1 == len(dossiers.split_paragraphs(text)) and whole >= len(lines) / 2
    return "lines" if is_lines else ""


def _describe_country(code: str) -> dict[str, str]:
    try:
        country = read_country(code)
    except BoundaryError as error:
        raise ParameterError(str(error)) from error
    point = country["geometry"].representative_point()
    return {
        "place_id": slugify(country["name"]),
        "name": country["name"],
        "kind": "country",
        "latitude": f"{point.y:.2f}",
        "longitude": f"{point.x:.2f}",
        "country": code,
        "coordinate_source": "a point within its boundary (Natural Earth)",
    }


def _write_folder(folder: Path, rows: dict[str, list[dict[str, str]]], text: str) -> None:
    """The tables, the text, and the notebook in which a person works on them."""
    (folder / "sources").mkdir(parents=True)
    for table in dossiers.TABLES:
        names = WORDS["columns"][table.name].split()
        written = io.StringIO()
        writer = csv.DictWriter(written, names, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows.get(table.name, []))
        write_whole(folder / table.file, written.getvalue())
    if text:
        write_whole(folder / "sources" / f"{SOURCE}.txt", text + "\n")
    notebook = nbformat.read(find_notebook("author"), as_version=4)
    [cell] = [c for c in notebook.cells if "parameters" in c.metadata.get("tags", [])]
    cell.source = re.sub(r'(?<=dossier: str = )"[^"]*"', '"."', cell.source)
    write_whole(folder / "author.ipynb", nbformat.writes(notebook) + "\n")
