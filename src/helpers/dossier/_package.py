"""A dossier's datapackage.json and its lead, and what is derived from the schema: it, the codebook.

The lead is an editor's own first lines of a report, whose numbers name the facts that state them.
"""

import json
import os
import re
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd

from helpers.dossier import schema
from helpers.dossier._faults import Fault, UnreadableError
from helpers.dossier._reading import read_layout
from helpers.dossier._sheet import read_text_bytes
from helpers.dossier.schema import PACKAGE, TABLES, Column, Table, read_words, refuse_entry
from helpers.errors import DossierError
from helpers.words import NUMBERS, Traced, capitalise, compose, join, trace_text

_LONGEST_TITLE = 200  # characters
_JOINERS = str.maketrans("", "", "\u200c\u200d")  # letters of some scripts need them
_KEYS = {table.name: table.key for table in TABLES}
_PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
_REFERENCE = re.compile(r"\s*\{([^{}]*)\}")
# To the first end of a sentence behind a reference; what follows the last is a part of it.
_SENTENCE = re.compile(r"(?s)\S.*?\{[^{}]*\}.*?(?:[.!?](?=\s+[^\sa-z])|\Z)(?:[^{}]*\Z)?")
_NUMBER = re.compile(r'<data value="([^"]*)" data-fact="([^"]*)"')


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
    faults = _check_package(package, folder)
    if not isinstance(package, dict):
        return {}, "", faults
    if faults:
        package.pop("title", None)
    return package, digest, faults + read_words(package)[1]


def _check_package(package: object, folder: Path) -> list[Fault]:
    if not isinstance(package, dict):
        return [Fault(PACKAGE, None, "", "", "expected a JSON object, such as one with a title")]
    title = package.get("title", folder.name)
    is_line = isinstance(title, str) and title.translate(_JOINERS).isprintable()
    if not (is_line and title.strip()):
        shown, expected = json.dumps(title), "expected a title, as one line of text"
    elif len(title) > _LONGEST_TITLE:
        shown, expected = title, f"too long; expected at most {_LONGEST_TITLE} characters"
    else:
        return []
    return [Fault(PACKAGE, None, "title", shown, expected)]


def format_package(folder: Path, title: str = "", paragraphs: str = "") -> str:
    """The text of a dossier's datapackage.json: a Frictionless Data Package (version 2).

    What a person writes in an existing datapackage.json is kept: name, title, description,
    licenses, and whatever else it says. The three tables' `resources` are derived from the schema;
    order of columns and delimiter are those of the files. A title, and what parts the paragraphs of
    texts ('blocks' or 'lines'), take the place of those that it has, unless they are ''. A
    DossierError where the title is no line of text, the file no JSON object, or a table unreadable.
    """
    folder = Path(folder)
    package, _, faults = read_package(folder)
    if title:
        package["title"] = title
        faults += _check_package(package, folder)
    if paragraphs:
        package[schema.PROPERTY] = package.get(schema.PROPERTY, {}) | {"paragraphs": paragraphs}
    words, derived = read_words(package)[0], []
    for table in (table.use_words(words) for table in TABLES):
        columns, delimiter, found = read_layout(folder / table.file, table)
        derived.append(_describe_table(table, columns, delimiter))
        faults += found
    if faults:
        lines = "\n  ".join(map(str, faults))
        raise DossierError(f"dossier {folder.name} cannot be described:\n  {lines}")
    name = re.sub(r"[^a-z0-9._-]+", "-", folder.name.lower()).strip("-") or "dossier"
    given = {"$schema": _PROFILE, "name": name, "title": folder.name}
    described = given | package | {"resources": derived}
    return json.dumps(described, ensure_ascii=False, indent=2) + "\n"


def _describe_table(table: Table, columns: list[Column], delimiter: str) -> dict:
    layout: dict[str, object] = {"fields": [_describe_column(one, delimiter) for one in columns]}
    layout["primaryKey"] = [table.key]
    keys = []
    for column in columns:
        if column.refers and not column.several:
            name = "" if column.refers == table.name else column.refers  # '' is its own table
            reference = {"resource": name, "fields": [_KEYS[column.refers]]}
            keys.append({"fields": [column.name], "reference": reference})
    layout |= ({"foreignKeys": keys} if keys else {}) | {"missingValues": [""]}
    described = {"name": table.name, "type": "table", "path": table.file, "format": "csv"}
    described |= {"mediatype": "text/csv", "encoding": "utf-8"}
    described |= {"description": f"One row: {table.one_row}."}
    dialect = {"dialect": {"delimiter": delimiter}} if delimiter != "," else {}
    return described | dialect | {"schema": layout}


def _describe_column(column: Column, delimiter: str) -> dict:
    kind = "number" if column.kind == "decimal" else column.kind
    kind = kind if column.is_numeric else "string"
    meaning = capitalise(column.meaning) + (f" ({column.unit})" if column.unit else "")
    described = {"name": column.name, "type": kind, "description": meaning}
    if kind == "number" and delimiter == ";":
        described["decimalChar"] = ","
    constraints: dict[str, object] = {
        "required": column.required or None,
        "enum": list(column.terms) or None,
        "minimum": column.least,
        "maximum": column.most,
        "pattern": column.pattern if kind == "string" and column.kind in schema.PATTERNS else None,
        "maxLength": schema.LONGEST_CELL if column.kind == "text" else None,
    }
    stated = {name: limit for name, limit in constraints.items() if limit is not None}
    return described | ({"constraints": stated} if stated else {})


def format_codebook() -> str:
    """The codebook of all dossiers, in Markdown: each table and column, and the rules."""
    tables = "\n\n".join(_format_table(table) for table in TABLES)
    codebook = Path(__file__).with_name("codebook.md").read_text(encoding="utf-8")
    return codebook.replace("{{ tables }}", tables)


def _format_table(table: Table) -> str:
    lines = [
        f"## {table.file}\n\nOne row: {table.one_row}. Its key is `{table.key}`.\n",
        "| column | type | unit | required | meaning |\n|---|---|---|---|---|",
    ]
    for column in table.columns:
        # 'number, -90 to 90', 'id of a row in places.csv'
        kind = column.kind + (f" of a row in {column.refers}.csv" if column.refers else "")
        kind += f", {column.limits}" if column.least is not None else ""
        required = "yes" if column.required else ""
        terms = ", ".join(f"`{term}`" for term in column.terms)
        meaning = capitalise(column.meaning) + (f". Terms: {terms}" if terms else "")
        lines.append(f"| `{column.name}` | {kind} | {column.unit} | {required} | {meaning} |")
    return "\n".join(lines)


def keep_sentences(lead: str, fact_ids: Iterable[str]) -> str:
    """What names these facts alone; a sentence that names none goes with the next."""
    known, sentences = set(fact_ids), _SENTENCE.findall(lead) or [lead]
    return " ".join(one for one in sentences if known.issuperset(list_references(one)))


def list_references(lead: str) -> list[str]:
    """The facts that a lead names."""
    return " ".join(_REFERENCE.findall(lead)).split()


def trace_lead(lead: str, facts: pd.DataFrame) -> Traced:
    """A lead without its references, its numbers those of the facts that follow them."""
    return join("", [text for text, _ in _trace_parts(lead, facts)])


def check_lead(words: schema.Words, facts: pd.DataFrame) -> list[Fault]:
    """Each number of the lead is stated by a fact that the reference behind it names."""
    faults = []
    for text, ids in _trace_parts(words.lead, facts):
        lost = [name for name in ids if name not in set(facts["fact_id"])]
        faults += [refuse_entry(["lead"], f"{{{name}}}", "not the id of a fact") for name in lost]
        values = set(_list_numbers(facts, ids))
        for value, _ in _NUMBER.findall(text.__html__()):
            if float(value) not in values and len(lost) == 0:
                expected = "no fact behind it states this number; expected as in '12 {a01} people'"
                faults.append(refuse_entry(["lead"], value, expected))
    return faults


def _trace_parts(lead: str, facts: pd.DataFrame) -> list[tuple[Traced, list[str]]]:
    """What stands before each reference, with the facts that it names; at last what is left."""
    pieces = [*_REFERENCE.split(lead), ""]
    parts = []
    for text, names in zip(pieces[::2], pieces[1::2], strict=True):
        ids = names.split()
        own = _list_numbers(facts, ids)
        parts.append((trace_text(text, facts=ids, own=own) if text else compose(""), ids))
    return parts


def _list_numbers(facts: pd.DataFrame, ids: list[str]) -> list[float]:
    numbers = facts.loc[facts["fact_id"].isin(ids), NUMBERS].to_numpy(dtype=float)
    return numbers[~np.isnan(numbers)].tolist()
