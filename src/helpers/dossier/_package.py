"""A dossier's datapackage.json: what it says, and what is derived of it from the schema."""

import json
import os
import re
from pathlib import Path

from helpers.dossier._faults import Fault
from helpers.dossier._reading import read_layout
from helpers.dossier._sheet import UnreadableError, read_text_bytes
from helpers.dossier._words import PACKAGE, PROPERTY, read_words
from helpers.dossier.schema import LONGEST_CELL, PATTERNS, TABLES, Column, Table, find_table
from helpers.errors import DossierError
from helpers.words import capitalise

LONGEST_TITLE = 200  # characters
_JOINERS = str.maketrans("", "", "\u200c\u200d")  # letters of some scripts need them


def read_package(folder: Path) -> tuple[dict, str, list[Fault]]:
    """What a dossier's datapackage.json says, and its SHA-256; nothing where there is none."""
    if not os.path.lexists(folder / PACKAGE):
        return {}, "", []
    try:
        text, digest = read_text_bytes(folder / PACKAGE)
        package = json.loads(text)
        json.dumps(package, ensure_ascii=False).encode()  # an escape may name half a character
    except UnreadableError as error:
        return {}, "", [error.fault]
    except (ValueError, RecursionError) as error:
        return {}, "", [Fault(PACKAGE, None, "", "", f"cannot be read as JSON: {error}")]
    if faults := _check_package(package, folder):
        return {}, "", faults
    return package, digest, read_words(package)[1]


def _check_package(package: object, folder: Path) -> list[Fault]:
    if not isinstance(package, dict):
        return [Fault(PACKAGE, None, "", "", "expected a JSON object, such as one with a title")]
    title = package.get("title", folder.name)
    is_line = isinstance(title, str) and title.translate(_JOINERS).isprintable()
    if not (is_line and title.strip()):
        expected = "expected a title, as one line of text"
        return [Fault(PACKAGE, None, "title", json.dumps(title), expected)]
    expected = f"too long; expected at most {LONGEST_TITLE} characters"
    is_long = len(title) > LONGEST_TITLE
    return [Fault(PACKAGE, None, "title", title, expected)] if is_long else []


_PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"


def describe_package(folder: Path, title: str = "", paragraphs: str = "") -> dict:
    """A dossier as a Frictionless Data Package (version 2).

    What a person writes in an existing datapackage.json is kept: name, title, description,
    licenses, and whatever else it says. The three tables' `resources` are derived from the schema;
    order of columns and delimiter are those of the files.

    Parameters
    ----------
    title
        The title that it gets; '' for the one that it has.
    paragraphs
        What parts those of its texts from now on, 'blocks' or 'lines'; '' for what it says.

    Raises
    ------
    DossierError
        The title is no line of text, an existing datapackage.json is not a JSON object, or a table
        cannot be read.
    """
    folder = Path(folder)
    package, _, faults = read_package(folder)
    if title:
        package["title"] = title
        faults += _check_package(package, folder)
    if paragraphs:
        package[PROPERTY] = package.get(PROPERTY, {}) | {"paragraphs": paragraphs}
    words, layouts = read_words(package)[0], {}
    for table in (table.use_words(words) for table in TABLES):
        columns, delimiter, found = read_layout(folder / table.file, table)
        layouts[table] = columns, delimiter
        faults += found
    if faults:
        lines = "\n  ".join(map(str, faults))
        raise DossierError(f"dossier {folder.name} cannot be described:\n  {lines}")
    name = re.sub(r"[^a-z0-9._-]+", "-", folder.name.lower()).strip("-") or "dossier"
    derived = [_describe_table(table, *layout) for table, layout in layouts.items()]
    given = {"$schema": _PROFILE, "name": name, "title": folder.name}
    return given | package | {"resources": derived}


def format_package(folder: Path, title: str = "", paragraphs: str = "") -> str:
    """The text of a dossier's datapackage.json, from `describe_package`."""
    package = describe_package(folder, title, paragraphs)
    return json.dumps(package, ensure_ascii=False, indent=2) + "\n"


def _describe_table(table: Table, columns: list[Column], delimiter: str) -> dict:
    resource: dict[str, object] = {
        "name": table.name,
        "type": "table",
        "path": table.file,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "description": f"One row: {table.one_row}.",
    }
    if delimiter != ",":
        resource["dialect"] = {"delimiter": delimiter}
    keys = [
        {
            "fields": [column.name],
            "reference": {  # the empty name is the column's own table
                "resource": "" if column.refers == table.name else column.refers,
                "fields": [find_table(column.refers).key],
            },
        }
        for column in columns
        if column.refers and not column.several
    ]
    resource["schema"] = {
        "fields": [_describe_column(column, delimiter) for column in columns],
        "primaryKey": [table.key],
        **({"foreignKeys": keys} if keys else {}),
        "missingValues": [""],
    }
    return resource


def _describe_column(column: Column, delimiter: str) -> dict:
    kind = "number" if column.kind == "decimal" else column.kind
    kind = kind if column.is_numeric else "string"
    unit = f" ({column.unit})" if column.unit else ""
    meaning = f"{capitalise(column.meaning)}{unit}"
    described = {"name": column.name, "type": kind, "description": meaning}
    if kind == "number" and delimiter == ";":
        described["decimalChar"] = ","
    constraints: dict[str, object] = {
        "required": column.required or None,
        "enum": list(column.terms) or None,
        "minimum": column.least,
        "maximum": column.most,
    }
    if kind == "string" and column.kind in PATTERNS:
        constraints["pattern"] = column.pattern
    if column.kind == "text":
        constraints["maxLength"] = LONGEST_CELL
    stated = {name: limit for name, limit in constraints.items() if limit is not None}
    return described | ({"constraints": stated} if stated else {})
