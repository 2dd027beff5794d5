"""The codebook of all dossiers, derived from the schema."""

from pathlib import Path

from helpers.dossier.schema import TABLES, Column, Table, find_table

_CODEBOOK = Path(__file__).with_name("codebook.md")


def format_codebook() -> str:
    """The codebook of all dossiers, in Markdown: each table and column, and the rules."""
    tables = "\n\n".join(_format_table(table) for table in TABLES)
    return _CODEBOOK.read_text(encoding="utf-8").replace("{{ tables }}", tables)


def _format_table(table: Table) -> str:
    rows = [
        f"| `{column.name}` | {_format_kind(column)} | {column.unit} "
        f"| {'yes' if column.required else ''} | {_format_column(column)} |"
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


def _format_kind(column: Column) -> str:
    """A column's type with its limits: 'number, -90 to 90', 'id of a row in places.csv'."""
    kind = column.kind
    if column.refers:
        kind += f" of a row in {find_table(column.refers).file}"
    if column.least is not None:
        kind += f", {column.limits}"
    return kind


def _format_column(column: Column) -> str:
    terms = f". Terms: {', '.join(f'`{term}`' for term in column.terms)}" if column.terms else ""
    return f"{column.meaning[0].upper()}{column.meaning[1:]}{terms}"
