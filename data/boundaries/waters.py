"""Put Natural Earth's names of seas and lakes, in all languages, into seas.csv and waters.csv.

    python data/boundaries/waters.py FOLDER     of the CSV files that README.md names

A name that stands in either file already is kept.
"""

import sys
from pathlib import Path

import pandas as pd
from gazetteer import HERE, LANGUAGES, NAMES, is_written

from helpers.files import write_whole
from helpers.words import capitalise

SOURCES = {
    "seas.csv": [f"ne_{scale}m_geography_marine_polys.csv" for scale in (110, 50, 10)],
    "waters.csv": [f"ne_{scale}m_lakes.csv" for scale in (110, 50, 10)],
}


def main(folder: Path) -> None:
    """Fill both files, each whole or not at all."""
    for file, sources in SOURCES.items():
        table = pd.read_csv(HERE / file, keep_default_na=False, dtype=str)
        known = read_names([folder / source for source in sources])
        for language in LANGUAGES:
            column = f"name_{language}"
            if column not in table:
                table[column] = ""
            for row, name in table["name"].items():
                found = capitalise(known.get(name, {}).get(column, ""))
                if not table.loc[row, column] and is_written(found, language):
                    table.loc[row, column] = found
        rest = [column for column in table if column not in NAMES]
        write_whole(HERE / file, table[[*NAMES, *rest]].to_csv(index=False, lineterminator="\n"))


def read_names(files: list[Path]) -> dict[str, dict]:
    """The rows of tables by their English names; a table goes before those that follow it."""
    found: dict[str, dict] = {}
    for file in files:
        for row in pd.read_csv(file, keep_default_na=False, dtype=str).to_dict("records"):
            for name in (row["name_en"], row["name"]):
                found.setdefault(name, row)
    return found


if __name__ == "__main__":
    main(Path(sys.argv[1]))
