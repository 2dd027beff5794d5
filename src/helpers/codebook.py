"""What is derived from the tables' schema: a dossier's data package, and the codebook."""

import json
import re
from pathlib import Path

from helpers.dossier import TABLES, find_table, read_package
from helpers.errors import DossierError
from helpers.schema import LONGEST_CELL, PATTERNS, Column, Table, read_layout

_PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
_CODEBOOK = Path(__file__).parent / "templates" / "codebook.md"


def describe(folder: Path) -> dict:
    """A dossier as a Frictionless Data Package (version 2).

    What a person writes in an existing datapackage.json is kept: name, title, description,
    licenses, and whatever else it says. The three tables' `resources` are derived from the schema;
    order of columns and delimiter are those of the files.

    Raises
    ------
    DossierError
        An existing datapackage.json is not a JSON object, or a table cannot be read.
    """
    folder = Path(folder)
    package, _, faults = read_package(folder)
    layouts = {}
    for table in TABLES:
        *layouts[table], found = read_layout(folder / table.file, table)
        faults += found
    if faults:
        lines = "\n  ".join(map(str, faults))
        raise DossierError(f"dossier {folder.name} cannot be described:\n  {lines}")
    name = re.sub(r"[^a-z0-9._-]+", "-", folder.name.lower()).strip("-") or "dossier"
    derived = [_describe_table(table, *layouts[table]) for table in TABLES]
    return {
        "$schema": _PROFILE,
        "name": name,
        "title": folder.name,
        **package,
        "resources": derived,
    }


def package_text(folder: Path) -> str:
    """The text of a dossier's datapackage.json, from `describe`."""
    return json.dumps(describe(folder), ensure_ascii=False, indent=2) + "\n"


def codebook_text() -> str:
    """The codebook of all dossiers, in Markdown: each table and column, and the rules."""
    tables = "\n\n".join(_word_table(table) for table in TABLES)
    return _CODEBOOK.read_text(encoding="utf-8").replace("{{ tables }}", tables)


def _describe_table(table: Table, names: list[str], delimiter: str) -> dict:
    resource = {
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
        {"fields": [column.name], "reference": _describe_reference(column, table)}
        for column in table.columns
        if column.refers
    ]
    resource["schema"] = {
        "fields": [_describe_column(table[name], delimiter) for name in names],
        "primaryKey": [table.key],
        **({"foreignKeys": keys} if keys else {}),
        "missingValues": [""],
    }
    return resource


def _describe_reference(column: Column, table: Table) -> dict:
    """The table that a column names a row of; the empty name is the column's own table."""
    resource = "" if column.refers == table.name else column.refers
    return {"resource": resource, "fields": [find_table(column.refers).key]}


def _describe_column(column: Column, delimiter: str) -> dict:
    kind = column.kind if column.kind in ("integer", "number") else "string"
    described = {"name": column.name, "type": kind, "description": _word_meaning(column)}
    if kind == "number" and delimiter == ";":
        described["decimalChar"] = ","
    constraints = {
        "required": column.required or None,
        "enum": list(column.terms) or None,
        "minimum": column.least,
        "maximum": column.most,
    }
    if kind == "string" and column.kind in PATTERNS:
        constraints["pattern"] = PATTERNS[column.kind][0]
    if column.kind == "text":
        constraints["maxLength"] = LONGEST_CELL
    stated = {name: limit for name, limit in constraints.items() if limit is not None}
    return described | ({"constraints": stated} if stated else {})


def _word_meaning(column: Column) -> str:
    unit = f" ({column.unit})" if column.unit else ""
    return f"{column.meaning[0].upper()}{column.meaning[1:]}{unit}"


def _word_table(table: Table) -> str:
    rows = [
        f"| `{column.name}` | {_word_kind(column)} | {column.unit} "
        f"| {'yes' if column.required else ''} | {_word_column(column)} |"
        for column in table.columns
    ]
    return "\n".join(
        [
            f"## {table.file}",
            "",
            f"One row: {table.one_row}. Its key is `{table.key}`.",
            "",
            "| column | type | unit | required | meaning |",
            "|---|---|---|---|---|",
            *rows,
        ]
    )


def _word_kind(column: Column) -> str:
    """A column's type with its limits: 'number, -90 to 90', 'id of a row in places.csv'."""
    kind = column.kind
    if column.refers:
        kind += f" of a row in {find_table(column.refers).file}"
    if column.least is not None:
        kind += f", {column.limits}"
    return kind


def _word_column(column: Column) -> str:
    terms = f". Terms: {', '.join(f'`{term}`' for term in column.terms)}" if column.terms else ""
    return f"{column.meaning[0].upper()}{column.meaning[1:]}{terms}"
