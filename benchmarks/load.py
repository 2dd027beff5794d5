"""Load and check dossiers of many sizes, side by side with pandas' own `read_csv`.

    python benchmarks/load.py [--rows 10000 100000 1000000] [--runs 5]

Every reading runs in a process of its own, pandas and the dossier by turns on the same file, after
a first reading of a small one that pays for imports. The quickest run counts, in seconds of
processor time, and the peak memory of the process. Exit status 1 where a bound is missed.
"""

import argparse
import csv
import json
import resource
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

MOST_TIME = 2.5  # times pandas' time
MOST_MEMORY = 3.0  # times pandas' peak memory
MOST_GROWTH = 1.5  # times a row's cost at the size before, by pandas' linear measure

TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
UNITS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
ARTICLES, PLACES, PARAGRAPHS = 200, 50, 400
SMALL = Path(__file__).parents[1] / "data" / "kazakhstan-2022"
FIRST_DAY = date(2022, 1, 1)


def write_dossier(folder: Path, rows: int) -> None:
    """Write a dossier with that many facts, every column filled (the first names no other)."""
    from helpers.dossier import TABLES

    records = {
        "facts": (_make_fact(n, rows) for n in range(rows)),
        "places": (_make_place(n) for n in range(PLACES)),
        "sources": (_make_source(n) for n in range(ARTICLES)),
    }
    for table in TABLES:
        with (folder / table.file).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, table.names)
            writer.writeheader()
            writer.writerows(records[table.name])


def _make_fact(n: int, rows: int) -> dict:
    """A fact; every twentieth states its number in words, and every tenth needs quotes."""
    value, anchor = n + 1, f"{n + 1:,} people were counted"
    if n % 20 == 7:
        value = 10 * (n // 20 % 8 + 2) + n % 9 + 1
        anchor = f"{TENS[n // 20 % 8]}-{UNITS[n % 9]} people, list {n}"
    day = (FIRST_DAY + timedelta(days=n * 900 // rows)).isoformat()
    return {
        "fact_id": f"f{n}",
        "source_id": f"article-{n % ARTICLES}",
        "paragraph": n % PARAGRAPHS + 1,
        "anchor": anchor,
        "topic": _choose("topic", n),
        "role": _choose("role", n),
        "position": n % 9 + 1,
        "statement": f"The count of people in district {n} stood at a new figure that day",
        "measure": f"people in district {n}",
        "value": value,
        "low": value - 1,
        "high": value + 2.5,
        "unit": "people counted",
        "qualifier": _choose("qualifier", n),
        "of_whom": f"residents of district {n}",
        "date": day[:7] if n % 5 == 0 else day,
        "stated": day,
        "place_id": f"place-{n % PLACES}",
        "actor": f"district office {n % 900}",
        "asserted_by": f"spokesperson {n % 700}" + (", in office" if n % 10 == 0 else ""),
        "replaces": f"f{n - 1}" if n else "",
        "relation": _choose("relation", n) if n else "",
        "compared_with": f"f{n - 1}" if n else "",
        "comparison": "differs" if n else "",
        "note": f"Counted again after {n % 31} days; «сан» № {n}",
    }


def _make_place(n: int) -> dict:
    return {
        "place_id": f"place-{n}",
        "name": f"Place {n}",
        "kind": "city",
        "latitude": 40 + n / 10,
        "longitude": 50 + n / 10,
        "precision_km": 5,
        "country": "KAZ",
        "coordinate_source": "made up",
    }


def _make_source(n: int) -> dict:
    return {
        "source_id": f"article-{n}",
        "kind": "article",
        "title": f"Article {n}",
        "publisher": "An outlet",
        "language": "en",
        "paragraphs": PARAGRAPHS,
    }


def _choose(column: str, n: int) -> str:
    """One of a column's words, by turns."""
    from helpers.dossier import FACTS

    terms = FACTS[column].terms
    return terms[n % len(terms)]


def read_with_pandas(folder: Path) -> int:
    """Read the facts with `read_csv`, as the same values: how many there are."""
    import pandas as pd

    from helpers.dossier.schema import FACTS

    decimals = [column.name for column in FACTS.columns if column.kind == "decimal"]
    dtypes = {column.name: column.dtype for column in FACTS.columns if column.name not in decimals}
    read = dict.fromkeys(decimals, lambda text: Decimal(text) if text else None)
    return len(pd.read_csv(folder / FACTS.file, dtype=dtypes, converters=read))


def read_as_dossier(folder: Path) -> int:
    """Load and check the dossier: how many facts it has."""
    from helpers.dossier import load_dossier

    return len(load_dossier(folder).facts)


READERS = {"pandas": read_with_pandas, "dossier": read_as_dossier}


def measure(reader: str, folder: Path) -> dict:
    """Read the facts with one reader: processor seconds, and peak memory in MB."""
    READERS[reader](SMALL)
    start = time.process_time()
    READERS[reader](folder)
    seconds = time.process_time() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": seconds, "megabytes": peak}


def run_child(reader: str, folder: Path) -> dict:
    """Read in a process of its own."""
    command = [sys.executable, __file__, "--reader", reader, "--folder", str(folder)]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def compare(rows: int, runs: int) -> dict[str, dict]:
    """Both readers by turns on one dossier; the quickest run and the highest peak of each."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_dossier(folder, rows)
        found = {reader: [] for reader in READERS}
        for _ in range(runs):
            for reader, results in found.items():
                results.append(run_child(reader, folder))
    return {
        reader: {
            "seconds": min(result["seconds"] for result in results),
            "megabytes": max(result["megabytes"] for result in results),
        }
        for reader, results in found.items()
    }


def report(sizes: list[int], runs: int) -> bool:
    """Print the ratios, and whether all are within their bounds."""
    within, before = True, None
    print(f"{'rows':>9}  {'pandas':>16}  {'load and check':>16}  time ×  memory ×  growth ×")
    for rows in sorted(sizes):
        found = compare(rows, runs)
        time_ratio = found["dossier"]["seconds"] / found["pandas"]["seconds"]
        memory_ratio = found["dossier"]["megabytes"] / found["pandas"]["megabytes"]
        growth = time_ratio / (before or time_ratio)
        before = time_ratio
        cells = [f"{f['seconds']:6.2f} s {f['megabytes']:5.0f} MB" for f in found.values()]
        ratios = f"{time_ratio:6.2f}  {memory_ratio:8.2f}  {growth:8.2f}"
        print(f"{rows:>9}  {cells[0]}  {cells[1]}  {ratios}")
        within &= time_ratio <= MOST_TIME and memory_ratio <= MOST_MEMORY and growth <= MOST_GROWTH
    print(f"{'at most':>45}  {MOST_TIME:6.2f}  {MOST_MEMORY:8.2f}  {MOST_GROWTH:8.2f}")
    print("all within their bounds" if within else "A BOUND IS MISSED")
    return within


def main() -> int:
    """Compare all sizes, or be one of the readers."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--runs", type=int, default=5, help="of each reader, for each size")
    parser.add_argument("--reader", choices=READERS, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.reader:
        print(json.dumps(measure(options.reader, options.folder)))
        return 0
    return 0 if report(options.rows, options.runs) else 1


if __name__ == "__main__":
    sys.exit(main())
