"""The codebook of all dossiers, derived from the schema."""

from pathlib import Path

from helpers.dossier.schema import TABLES, Column, Table, find_table
from helpers.words import capitalise

_CODEBOOK = Path(__file__).with_name("codebook.md")


def format_codebook() -> str:
    """The codebook of all dossiers, in Markdown: each table and column, and the rules."""
    tables = "\n\n".join(_format_table(table) for table in TABLES)
    return _CODEBOOK.read_text(encoding="utf-8").replace("{{ tables }}", tables)


def _format_table(table: Table) -> str:
    lines = [
        f"## {table.file}",
        "",
        f"One row: {table.one_row}. Its key is `{table.key}`.",
        "",
        "| column | type | unit | required | meaning |",
        "|---|---|---|---|---|",
    ]
    for column in table.columns:
        required = "yes" if column.required else ""
        terms = ", ".join(f"`{term}`" for term in column.terms)
        meaning = capitalise(column.meaning) + (f". Terms: {terms}" if terms else "")
        kind = _format_kind(column)
        lines.append(f"| `{column.name}` | {kind} | {column.unit} | {required} | {meaning} |")
    return "\n".join(lines)


def _format_kind(column: Column) -> str:
    """A column's type with its limits: 'number, -90 to 90', 'id of a row in places.csv'."""
    of_row = f" of a row in {find_table(column.refers).file}" if column.refers else ""
    limits = f", {column.limits}" if column.least is not None else ""
    return column.kind + of_row + limits
