"""What must hold between the cells and the tables of a dossier."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from graphlib import CycleError, TopologicalSorter
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from helpers.dossier._dates import first_day, last_day
from helpers.dossier._faults import Fault
from helpers.dossier.schema import AREAS, Column, Table, explode_ids
from helpers.words import (
    CHANGES_NUMBER,
    MISSING,
    NUMBERS,
    did_you_mean,
    find_foreign_digits,
    find_numbers,
    find_ordinals,
    find_unread,
    one_of,
    quote_value,
    reads_point,
    states_number,
    suggest_each,
)

DAYS = ("date", "stated")
LONGEST_ANCHOR = 7  # words
LONGEST_ANCHOR_CHARACTERS = 100
_WORD = r"[^\s\pZ—–/…]*[\pL\pN][^\s\pZ—–/…]*"
# The only digits of a text, where nothing leaves a doubt about where they end.
_PLAIN_NUMBER = (
    r"^(?:\PN*[\s(])?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?"
    r"(?:$|[.,]$|(?:[^.,'’/:⁄\s\pZ\pL\pN]|[.,]?\s)\PN*$)"
)
# The qualifiers with which a number may be less, or more, than it says.
_MAY_BE_LESS = ["about", "estimated", "conditional", "up to", "less than", "almost"]
_MAY_BE_MORE = ["about", "estimated", "conditional", "at least", "more than"]
_SHOWN_OF_CIRCLE = 10  # facts of a circle that a message names
Frames = dict[str, pd.DataFrame]


def check_tables(frames: Frames, tables: dict[str, Table]) -> list[Fault]:
    """All faults between the cells and tables of a dossier.

    Parameters
    ----------
    frames
        The tables that could be read, by name, as `read_table` gives them.
    tables
        The schema of facts, places and sources.
    """
    faults = []
    for name, frame in frames.items():
        table = tables[name]
        faults += _check_keys(frame, table)
        for column in table.columns:
            if column.refers in frames:
                target = tables[column.refers]
                faults += _check_references(frame, table, column, frames[target.name], target)
    if "sources" in frames:
        faults += _Rows(frames["sources"], tables["sources"]).check_sources()
    if "places" in frames:
        faults += _Rows(frames["places"], tables["places"]).check_precision()
    if "facts" in frames:
        facts = _Rows(frames["facts"], tables["facts"])
        faults += facts.check_statements()
        faults += facts.check_numbers()
        faults += facts.check_units()
        faults += facts.check_replacements()
        faults += facts.check_parts()
        faults += facts.check_comparisons()
        if "sources" in frames:
            faults += facts.check_evidence(frames["sources"])
    return faults


def map_unique(cells: pd.Series, function: Callable[[str], object], missing: object) -> np.ndarray:
    """A function of each cell, called once for each distinct one; `missing` for an empty cell."""
    codes, distinct = pd.factorize(cells)
    return np.array([*map(function, distinct.tolist()), missing])[codes]


def anchored_numbers(fact: Mapping | pd.Series) -> Iterator[tuple[str, float]]:
    """The numbers that a fact's anchor must state: its value, or else the ends of its range."""
    names = ("value",) if pd.notna(fact["value"]) else ("low", "high")
    yield from ((name, float(fact[name])) for name in names if pd.notna(fact[name]))


def count_words(text: str) -> int:
    """How many words a text has, as an anchor may have `LONGEST_ANCHOR` of them."""
    return pc.count_substring_regex(pa.scalar(text), _WORD).as_py()


def format_cell(cell: Any) -> str:
    """A cell as a message shows it: 2500 and not 2500.0."""
    if pd.isna(cell):
        return ""
    return f"{cell:.15g}" if isinstance(cell, float) else str(cell)


def _check_keys(frame: pd.DataFrame, table: Table) -> list[Fault]:
    keys = frame[table.key].dropna()
    doubles = keys[keys.duplicated(keep=False)]
    first: dict[str, int] = {}
    faults = []
    for row, key in zip(doubles.index.tolist(), doubles, strict=True):
        if first.setdefault(key, row) != row:
            expected = f"a duplicate of row {first[key]}; expected an id of its own"
            faults.append(Fault(table.file, row, table.key, key, expected))
    return faults


def _check_references(
    frame: pd.DataFrame, table: Table, column: Column, others: pd.DataFrame, target: Table
) -> list[Fault]:
    """Every id names a row, once; without a column of ids there is nothing to compare with."""
    cells = explode_ids(frame[column.name])
    several = cells[cells.index.duplicated(keep=False)]
    doubles = several[pd.MultiIndex.from_arrays([several.index, several]).duplicated()]
    faults = [
        Fault(table.file, row, column.name, cell, "stands twice; expected it once")
        for row, cell in zip(doubles.index.tolist(), doubles, strict=True)
    ]
    known = others[target.key].dropna()
    if known.empty and len(others):
        return faults
    is_known = pc.is_in(_to_arrow(cells), _to_arrow(known))
    dangling = cells[~is_known.to_numpy(zero_copy_only=False)]
    hints = suggest_each(dangling, lambda cell: did_you_mean(cell, known))
    expected = f"no such {target.key} in {target.file}"
    return faults + [
        Fault(table.file, int(row), column.name, cell, expected, hints.get(cell, ""))
        for row, cell in dangling.items()
    ]


class _Rows:
    """The rows of one table while they are checked."""

    def __init__(self, frame: pd.DataFrame, table: Table):
        self.frame = frame
        self.table = table

    def faults_at(
        self, bad: pd.Series | np.ndarray, column: str, expected: str, suggestion: str = ""
    ) -> list[Fault]:
        """A fault for each row of a mask."""
        bad = np.asarray(bad, dtype=bool)
        if not bad.any():
            return []
        cells = self.frame.loc[bad, column]
        return [
            Fault(self.table.file, int(row), column, format_cell(cell), expected, suggestion)
            for row, cell in cells.items()
        ]

    def check_sources(self) -> list[Fault]:
        """No source is read before it is published."""
        published = map_unique(self.frame["published"], _first_ordinal, 0)
        accessed = map_unique(self.frame["accessed"], _last_ordinal, np.inf)
        return self.faults_at(
            accessed < published, "accessed", "before it was published; expected a later day"
        )

    def check_precision(self) -> list[Fault]:
        """A place says how exact it is, unless it is an area whose boundary tells."""
        kind = self.frame["kind"].astype("str")
        lacks = self.frame["precision_km"].isna() & kind.notna() & ~kind.isin(AREAS)
        expected = "is empty; expected the radius in km within which the place lies"
        return self.faults_at(lacks, "precision_km", expected)

    def check_statements(self) -> list[Fault]:
        """It is known when and by whom a fact was stated, by itself or by its source."""
        frame = self.frame
        return [
            *self.faults_at(
                frame["stated"].isna(),
                "stated",
                "is empty, and its source has no day in `published`; expected when it was said",
            ),
            *self.faults_at(
                frame["asserted_by"].isna(),
                "asserted_by",
                "is empty, and its source has no `default_speaker`; expected who says it",
            ),
        ]

    def check_units(self) -> list[Fault]:
        """What is measured of one group has one unit."""
        frame = self.frame
        if frame["unit"].nunique() < 2:
            return []
        columns = ("measure", "of_whom", "unit")
        measures, groups, units = (pd.factorize(frame[name])[0] for name in columns)
        at = np.flatnonzero((measures >= 0) & (units >= 0))
        kinds = pd.factorize(measures[at] * np.int64(len(frame) + 1) + groups[at])[0]
        first = np.zeros(len(at), dtype=int)
        first[kinds[::-1]] = at[::-1]  # of each kind, the row that comes first is written last
        usual = first[kinds]
        other = units[at] != units[usual]
        faults = []
        for row, known in zip(at[other], usual[other], strict=True):
            unit, expected = frame["unit"].iloc[row], frame["unit"].iloc[known]
            about = f"another unit than that of row {frame.index[known]}, of the same measure"
            hint = f"expected {expected!r}, or a measure of its own"
            place = self.table.file, int(frame.index[row]), "unit", unit
            faults.append(Fault(*place, f"{about} and group", hint))
        return faults

    def check_numbers(self) -> list[Fault]:
        """Numbers are in order, and say what they measure, in which unit, and of whom."""
        frame = self.frame
        numbers = frame[NUMBERS].astype(float)
        value, low, high = (numbers[name] for name in NUMBERS)
        some = value.notna() | low.notna() | high.notna()
        people = some & (frame["unit"] == "people")
        faults = [
            *self.faults_at(low > value, "low", "above the value; expected low <= value"),
            *self.faults_at(value > high, "high", "below the value; expected value <= high"),
            *self.faults_at(value.isna() & (low > high), "low", "above high; expected low <= high"),
            *self.faults_at(some & frame["unit"].isna(), "unit", "is empty; a number has a unit"),
            *self.faults_at(
                some & frame["measure"].isna(), "measure", "is empty; a number measures something"
            ),
            *self.faults_at(
                people & frame["of_whom"].isna(),
                "of_whom",
                "is empty; a number of people says of whom",
                f"write {MISSING!r} where the source does not say",
            ),
            *self.faults_at(
                frame["position"].notna() & frame["role"].isna(),
                "role",
                "is empty; a position is one among the facts of a role",
            ),
        ]
        for name in NUMBERS:
            no_count = people & ((numbers[name] < 0) | (numbers[name] % 1 > 0))
            faults += self.faults_at(
                no_count, name, "not a number of people; expected a whole one, 0 or more"
            )
        return faults

    def check_replacements(self) -> list[Fault]:
        """`replaces` and `relation` come together, forwards in time, and never in a circle."""
        frame = self.frame
        has_target, has_relation = frame["replaces"].notna(), frame["relation"].notna()
        relations = one_of(self.table["relation"].terms)
        faults = [
            *self.faults_at(
                has_target & ~has_relation, "relation", f"is empty; expected {relations}"
            ),
            *self.faults_at(
                ~has_target & has_relation, "replaces", "is empty; a relation is one to a fact"
            ),
        ]
        faults += self.check_circles("replaces", " replaces ", "facts replace one another in")
        targets = self.find_facts("replaces")
        said = pd.Series(map_unique(frame["stated"], _last_ordinal, np.inf), frame.index)
        replaced = np.append(map_unique(frame["stated"], _first_ordinal, 0), 0)[targets]
        early = targets.index[said.loc[targets.index].to_numpy() < replaced]
        return faults + self.faults_at(
            frame.index.isin(early),
            "stated",
            "before the fact that it replaces was stated; expected a later day",
        )

    def check_parts(self) -> list[Fault]:
        """A part has the unit of its total, is no more than it, and is never its own."""
        frame = self.frame
        if not frame["part_of"].notna().any():
            return []
        at = self.find_fact("part_of")
        units = pd.factorize(frame["unit"])[0]
        other_unit = (at < len(frame)) & (np.append(units, -1)[at] != units)
        value, low, high = frame[NUMBERS].to_numpy(dtype=float).T
        qualifier = frame["qualifier"].to_numpy(dtype=object)
        least = np.where(np.isnan(low), value, low)
        most = np.append(np.where(np.isnan(high), value, high), np.inf)[at]
        is_clear = ~np.isin(qualifier, _MAY_BE_LESS) & ~np.isin(
            np.append(qualifier, "")[at], _MAY_BE_MORE
        )
        return [
            *self.faults_at(
                other_unit, "unit", "not the unit of its total (`part_of`); expected the same"
            ),
            *self.faults_at(
                ~other_unit & is_clear & (least > most),
                "part_of",
                "the total is less than this part; expected a fact with a larger number",
            ),
            *self.check_circles("part_of", " is a part of ", "facts are parts of one another in"),
        ]

    def check_circles(self, column: str, verb: str, about: str) -> list[Fault]:
        """No fact leads to itself by the facts that a column names.

        Nothing is sought where each names facts of the rows above it, as most tables do.
        """
        at = self.find_facts(column)
        if (at < self.frame.index.get_indexer(at.index)).all():
            return []
        ids = explode_ids(self.frame.set_index("fact_id")[column])
        targets: dict[Any, list[str]] = {}
        for fact_id, target in ids.items():
            targets.setdefault(fact_id, []).append(target)
        rows = dict(zip(self.frame["fact_id"], self.frame.index, strict=True))
        faults = []
        for circle in _find_circles(targets):
            names = [*circle, circle[0]]
            shown = [*names[:_SHOWN_OF_CIRCLE], "…"] if len(circle) > _SHOWN_OF_CIRCLE else names
            expected = f"{about} a circle: {verb.join(shown)}"
            faults.append(Fault(self.table.file, int(rows[circle[0]]), column, names[1], expected))
        return faults

    def check_comparisons(self) -> list[Fault]:
        """`compared_with` and `comparison` come together, and name a fact of another source."""
        frame = self.frame
        target, has_term = frame["compared_with"], frame["comparison"].notna()
        if not (target.notna() | has_term).any():
            return []
        at = self.find_fact("compared_with")
        sources, units = (pd.factorize(frame[name])[0] for name in ("source_id", "unit"))
        value = frame["value"].to_numpy(dtype=float)
        others = np.append(value, np.nan)[at]
        itself = target == frame["fact_id"]
        of_own_source = np.append(sources, -2)[at] == sources
        same_unit = (np.append(units, -2)[at] == units) & (units >= 0)
        differ = same_unit & (value != others) & ~np.isnan(value) & ~np.isnan(others)
        terms = one_of(self.table["comparison"].terms)
        return [
            *self.faults_at(
                target.notna() & ~has_term, "comparison", f"is empty; expected {terms}"
            ),
            *self.faults_at(
                target.isna() & has_term,
                "compared_with",
                "is empty; a comparison is one with a fact",
            ),
            *self.faults_at(
                itself, "compared_with", "the fact itself; expected a fact of another source"
            ),
            *self.faults_at(
                ~itself & of_own_source,
                "compared_with",
                "a fact of its own source; expected one of another",
            ),
            *self.faults_at(
                (frame["comparison"] == "same") & differ,
                "comparison",
                "the numbers of the two facts differ; expected 'differs' or 'cannot be compared'",
            ),
        ]

    def find_facts(self, column: str) -> pd.Series:
        """Where the facts stand that a column names, one row each, by the row of its cell.

        The number of rows stands for one that there is not.
        """
        ids, cells = _to_arrow(self.frame["fact_id"]), explode_ids(self.frame[column])
        found = pc.index_in(_to_arrow(cells), ids, skip_nulls=True)
        found = pc.fill_null(found, len(self.frame)).to_numpy(zero_copy_only=False)
        return pd.Series(found, cells.index)

    def find_fact(self, column: str) -> np.ndarray:
        """For each row, where the one fact stands that a column names; else the number of rows."""
        found = self.find_facts(column)
        return found.reindex(self.frame.index, fill_value=len(self.frame)).to_numpy()

    def check_evidence(self, sources: pd.DataFrame) -> list[Fault]:
        """An article's facts have a paragraph and a short anchor, which states their number."""
        frame = self.frame
        ids = _to_arrow(sources["source_id"])
        at = pc.index_in(_to_arrow(frame["source_id"]), ids, skip_nulls=True)
        at = pc.fill_null(at, len(sources)).to_numpy(zero_copy_only=False)

        def of_source(values: pd.Series | np.ndarray, missing: Any) -> np.ndarray:
            """What holds for each fact's source."""
            return np.append(np.asarray(values), missing)[at]

        of_article = of_source(sources["kind"] == "article", False)
        paragraphs = sources["paragraphs"].astype("float64").fillna(np.inf)
        past_end = frame["paragraph"] > of_source(paragraphs, np.inf)
        published = map_unique(sources["published"], _last_ordinal, np.inf)
        said = map_unique(frame["stated"], _first_ordinal, 0)
        languages = of_source(sources["language"].fillna("en"), "en")
        anchored = find_plain_numbers(frame["anchor"], languages)
        missing = "is empty; a fact of an article has one"
        return [
            *self.faults_at(of_article & frame["paragraph"].isna(), "paragraph", missing),
            *self.faults_at(of_article & frame["anchor"].isna(), "anchor", missing),
            *self.faults_at(
                past_end.fillna(False),
                "paragraph",
                "past the end of its source; expected one of its `paragraphs`",
            ),
            *self.faults_at(
                said > of_source(published, np.inf),
                "stated",
                "after its source was published; expected an earlier day",
            ),
            *self._check_anchor_lengths(),
            *self._check_anchor_numbers(anchored, languages),
            *self._check_statement_numbers(
                frame["anchor"].notna() & of_article, anchored, languages
            ),
        ]

    def _check_anchor_lengths(self) -> list[Fault]:
        anchors = _to_arrow(self.frame["anchor"])
        counts = pc.fill_null(pc.count_substring_regex(anchors, _WORD), 0).to_numpy()
        faults = []
        for count in np.unique(counts[counts > LONGEST_ANCHOR]):
            expected = f"{count} words; expected at most {LONGEST_ANCHOR}"
            faults += self.faults_at(counts == count, "anchor", expected)
        lengths = pc.fill_null(pc.utf8_length(anchors), 0).to_numpy()
        long = (lengths > LONGEST_ANCHOR_CHARACTERS) & (counts <= LONGEST_ANCHOR)
        expected = f"too long; expected at most {LONGEST_ANCHOR_CHARACTERS} characters"
        return faults + self.faults_at(long, "anchor", expected)

    def _check_anchor_numbers(self, plain: np.ndarray, languages: np.ndarray) -> list[Fault]:
        """An only number in plain digits is compared for all facts at once, the rest one by one."""
        frame = self.frame
        has_number = frame[NUMBERS].notna().any(axis=1)
        rest = has_number & frame["anchor"].notna() & (frame["value"].astype(float) != plain)
        faults = []
        for row, fact, language in zip(
            frame.index[rest], _iterate(frame, rest), languages[rest], strict=True
        ):
            for name, number in anchored_numbers(fact):
                anchor = fact["anchor"]
                if not states_number(anchor, number, language) and not any(
                    find_unread(anchor, language)
                ):
                    expected = f"does not stand in the anchor {quote_value(fact['anchor'])}"
                    shown = format_cell(number)
                    faults.append(Fault(self.table.file, int(row), name, shown, expected))
        return faults

    def _check_statement_numbers(
        self, wanted: pd.Series, anchored: np.ndarray, languages: np.ndarray
    ) -> list[Fault]:
        """A statement's digits are the fact's own numbers or days, or stand in its anchor.

        A statement whose only number is the fact's own, or that of its anchor, is seen to for
        all facts at once.
        """
        frame = self.frame
        statements = _to_arrow(frame["statement"])
        counts = pc.fill_null(pc.count_substring_regex(statements, r"\p{Nd}[\p{Nd}.,]*"), 0)
        plain = find_plain_numbers(frame["statement"], languages)
        own = (frame[NUMBERS].to_numpy(dtype=float) == plain[:, np.newaxis]).any(axis=1)
        own |= plain == anchored
        rest = wanted.to_numpy() & (counts.to_numpy() > own)
        faults = []
        for row, fact, language in zip(
            frame.index[rest], _iterate(frame, rest), languages[rest], strict=True
        ):
            statement = fact["statement"]
            known = {float(fact[name]) for name in NUMBERS if pd.notna(fact[name])}
            known |= {number for _, _, number in find_numbers(fact["anchor"], language)}
            known |= set(find_ordinals(fact["anchor"]))
            days = (fact[name] for name in DAYS if pd.notna(fact[name]))
            for day in (end for period in days for end in period.split("/")):
                if "-" in day:
                    statement = statement.replace(day, " ")
                year, *month_and_day = map(int, day.split("-"))
                known |= {year, *month_and_day[1:]}
            for printed in find_foreign_digits(statement, known, ["en", language]):
                expected = f"{printed} stands neither in the anchor nor in value, low or high"
                faults.append(
                    Fault(self.table.file, int(row), "statement", fact["statement"], expected)
                )
        return faults


def _iterate(facts: pd.DataFrame, wanted: pd.Series | np.ndarray) -> Iterator[dict]:
    """The words, numbers and days of each fact of a mask: many times quicker than as Series."""
    columns = ["statement", "anchor", *NUMBERS, *DAYS]
    cells = zip(*(facts[column][wanted].tolist() for column in columns), strict=True)
    return (dict(zip(columns, fact, strict=True)) for fact in cells)


def find_plain_numbers(texts: pd.Series, languages: np.ndarray) -> np.ndarray:
    """The only number of each text, in plain digits; NaN where it takes a closer look."""
    cells = _to_arrow(texts)
    is_plain = pc.match_substring_regex(cells, _PLAIN_NUMBER)  # ten times as quick as to extract it
    printed = pc.extract_regex(cells, r"(?P<number>[0-9][0-9,]*(?:\.[0-9]+)?)")
    digits = pc.if_else(is_plain, pc.struct_field(printed, "number"), None)
    numbers = pc.replace_substring(digits, ",", "").cast(pa.float64())
    has_marks = pc.fill_null(pc.match_substring_regex(digits, "[.,]"), False)
    reads = map_unique(pd.Series(languages), reads_point, False)
    unsure = pc.fill_null(pc.match_substring_regex(cells, CHANGES_NUMBER), False)
    has_marks, unsure = (mask.to_numpy(zero_copy_only=False) for mask in (has_marks, unsure))
    sure = (reads | ~has_marks) & ~unsure
    return np.where(sure, numbers.to_numpy(zero_copy_only=False), np.nan)


def _find_circles(targets: dict[Any, list[str]]) -> list[list[str]]:
    """The circles in which facts lead to one another."""
    sorter = TopologicalSorter(targets)
    with suppress(CycleError):
        sorter.prepare()
    ahead = set(targets)
    while ready := sorter.get_ready():  # what leads nowhere, then what leads there only
        sorter.done(*ready)
        ahead.difference_update(ready)
    circles, seen = [], set()
    for start in (fact for fact in targets if fact in ahead):
        path, fact = [], start
        while fact not in seen:
            seen.add(fact)
            path.append(fact)
            fact = next(target for target in targets[fact] if target in ahead)
        if fact in path:
            circles.append(path[path.index(fact) :])
    return circles


def _to_arrow(texts: pd.Series) -> pa.Array:
    """The texts as they are held, without a copy."""
    return pa.array(texts.array)


def _first_ordinal(day: str) -> int:
    return first_day(day).toordinal()


def _last_ordinal(day: str) -> int:
    return last_day(day).toordinal()
