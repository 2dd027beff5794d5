"""What must hold between the cells and the tables of a dossier."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import suppress
from decimal import Decimal
from graphlib import CycleError, TopologicalSorter
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from helpers import words
from helpers.dossier._faults import Fault, refuse_cells
from helpers.dossier.schema import AREAS, Table, explode_ids, first_day, last_day
from helpers.words import NUMBERS

LONGEST_ANCHOR = 7  # words
_LONGEST_ANCHOR_CHARACTERS = 100
_DAYS = ("date", "stated")
_DIGITS = "{:.15g}".format
_READ = ["statement", "anchor", "unit", "language", *NUMBERS, *_DAYS]  # one by one
_WORD = r"[^\s\pZ—–/…]*[\pL\pN][^\s\pZ—–/…]*"
_BETWEEN_WORDS = r"[\s/\x{a0}\x{1680}\x{2000}-\x{205f}\x{3000}]"  # all of it, and more
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
# What a check yields: the cells of a column by row, a mask of those at fault, what was expected (of
# all those, or of each), and perhaps what suggests to a cell what was meant.
Finding = tuple[Any, ...]


def check_tables(frames: Frames, tables: dict[str, Table]) -> list[Fault]:
    """All faults between the cells and the tables (those that could be read, by name)."""
    faults = []
    for name in frames:
        for cells, where, *said in _check_table(frames, tables, name):
            bad = np.asarray(where, dtype=bool)
            if bad.any():
                shown = (  # 2500 and not 2500.0
                    (row, f"{cell:.15g}" if isinstance(cell, float) else str(cell))
                    for row, cell in cells[bad].astype(object).fillna("").items()
                )
                faults += refuse_cells(tables[name].file, str(cells.name), shown, *said)
    return faults


def _check_table(frames: Frames, tables: dict[str, Table], name: str) -> Iterator[Finding]:
    frame, table = frames[name], tables[name]
    ids = frame[table.key].dropna()
    doubles = ids[ids.duplicated()]
    if len(doubles):
        rows = dict(zip(ids[::-1], ids.index[::-1], strict=True))  # the first of each
        said = [f"a duplicate of row {rows[key]}; expected an id of its own" for key in doubles]
        yield doubles, doubles.notna(), said
    for column in table.columns:
        if column.refers in frames:
            others = frames[column.refers]
            yield from _check_references(frame[column.name], others, tables[column.refers])
    match name:
        case "sources":
            published = _count_days(frame["published"], first_day, 0)
            accessed = _count_days(frame["accessed"], last_day, np.inf)
            expected = "before it was published; expected a later day"
            yield frame["accessed"], accessed < published, expected
        case "places":
            kind = frame["kind"].astype("str")
            lacks = frame["precision_km"].isna() & kind.notna() & ~kind.isin(AREAS)
            expected = "is empty; expected the radius in km within which the place lies"
            yield frame["precision_km"], lacks, expected
        case "facts":
            facts = frame.assign(**frame[NUMBERS].astype(float))
            known = (
                frames["sources"]["source_id"] if "sources" in frames else frame["source_id"][:0]
            )
            has_source = _find_rows(frame["source_id"], known) >= 0
            yield from _check_rows(facts, table, has_source)
            yield from _check_units(facts)
            yield from _check_replacements(facts)
            yield from _check_parts(facts)
            yield from _check_comparisons(facts)
            if "sources" in frames:
                yield from _check_evidence(facts, frames["sources"])


def map_unique(cells: pd.Series, function: Callable[[str], object], missing: object) -> np.ndarray:
    """A function of each cell, called once for each distinct one; `missing` for an empty cell."""
    codes, distinct = pd.factorize(cells)
    return np.array([*map(function, distinct.tolist()), missing])[codes]


def _count_days(cells: pd.Series, end: Callable[[str], Any], missing: float) -> np.ndarray:
    return map_unique(cells, lambda day: end(day).toordinal(), missing)


def find_lost(fact: Mapping | pd.Series, stated: Collection[float], language: str) -> list[str]:
    """The columns whose numbers are not among those that a fact's anchor states.

    It states the value, or else the ends of the range; of 1.5 'million euros' also 1500000.
    """
    of = ("value",) if pd.notna(fact["value"]) else ("low", "high")
    names = [name for name in of if pd.notna(fact[name]) and float(fact[name]) not in stated]
    scales = [words.read_scale(fact["unit"], read) for read in (language, "en") if names]

    def is_scaled(number: Decimal | float) -> bool:
        return any(float(Decimal(str(number)) * scale) in stated for scale in scales)

    return [name for name in names if not is_scaled(fact[name])]


def count_words(text: str) -> int:
    """How many words a text has, as an anchor may have `LONGEST_ANCHOR` of them."""
    return pc.count_substring_regex(pa.scalar(text), _WORD).as_py()


def _check_references(cells: pd.Series, others: pd.DataFrame, target: Table) -> Iterator[Finding]:
    """Every id names a row, once; without a column of ids there is nothing to compare with."""
    ids = explode_ids(cells)
    if ids.empty:
        return
    if ids.index.has_duplicates:
        is_double = pd.MultiIndex.from_arrays([ids.index, ids]).duplicated()
        yield ids, is_double, "stands twice; expected it once"
    known = others[target.key].dropna()
    if len(known) or others.empty:
        expected = f"no such {target.key} in {target.file}"
        lost = _find_rows(ids, known) < 0
        yield ids, lost, expected, lambda cell: words.did_you_mean(cell, known)


def _find_rows(ids: pd.Series, keys: pd.Series) -> np.ndarray:
    """For each id the place of the first row that has it as its key, -1 where there is none."""
    found = pc.index_in(_to_arrow(ids), _to_arrow(keys), skip_nulls=True)
    return pc.fill_null(found, -1).to_numpy(zero_copy_only=False)


def look_up(ids: pd.Series, rows: pd.DataFrame, key: str) -> pd.DataFrame:
    """For each id the row that has it as its key, empty where there is none."""
    found = _find_rows(ids, rows[key])
    return rows.reset_index(drop=True).reindex(found).set_axis(ids.index)


def _check_rows(facts: pd.DataFrame, table: Table, has_source: np.ndarray) -> Iterator[Finding]:
    """A fact has what another cell of its row needs; its numbers are in order, people whole."""
    value, low, high = (facts[name] for name in NUMBERS)
    number = facts[NUMBERS].notna().any(axis=1)
    people = number & (facts["unit"] == "people")
    unknown = f"(write {words.MISSING!r} where the source does not say)"
    related, compared = facts["replaces"].notna(), facts["compared_with"].notna()
    for column, where, why in (
        (
            "stated",
            has_source,
            ", and its source has no day in `published`; expected when it was said",
        ),
        (
            "asserted_by",
            has_source,
            ", and its source has no `default_speaker`; expected who says it",
        ),
        ("unit", number, "; a number has a unit"),
        ("measure", number, "; a number measures something"),
        ("of_whom", people, f"; a number of people says of whom {unknown}"),
        ("role", facts["position"].notna(), "; a position is one among the facts of a role"),
        ("relation", related, f"; expected {words.one_of(table['relation'].terms)}"),
        ("replaces", facts["relation"].notna(), "; a relation is one to a fact"),
        ("comparison", compared, f"; expected {words.one_of(table['comparison'].terms)}"),
        ("compared_with", facts["comparison"].notna(), "; a comparison is one with a fact"),
    ):
        yield facts[column], facts[column].isna() & where, f"is empty{why}"
    nobody = facts["asserted_by"].str.fullmatch(r"[;\s]+", na=False)
    yield facts["asserted_by"], nobody, "names nobody; expected names, parted by '; '"
    yield low, low > value, "above the value; expected low <= value"
    yield high, value > high, "below the value; expected value <= high"
    yield low, value.isna() & (low > high), "above high; expected low <= high"
    for cells in (value, low, high):
        is_no_count = people & ((cells < 0) | (cells % 1 > 0))
        yield cells, is_no_count, "not a number of people; expected a whole one, 0 or more"


def _check_units(facts: pd.DataFrame) -> Iterator[Finding]:
    """What is measured of one group has one unit."""
    if facts["unit"].nunique() < 2:
        return
    measured = facts["measure"].notna() & facts["unit"].notna()
    kinds = facts.loc[measured, ["measure", "of_whom", "unit"]].drop_duplicates()
    if not kinds.duplicated(["measure", "of_whom"]).any():
        return
    usual: dict[tuple, tuple] = {}
    others = {}
    for row, fact in _read_rows(facts, measured, ["measure", "of_whom", "unit"]):
        thing = fact["measure"], "" if words.is_empty(fact["of_whom"]) else fact["of_whom"]
        unit, known = usual.setdefault(thing, (fact["unit"], row))
        if unit != fact["unit"]:
            others[row] = (
                f"another unit than that of row {known}, of the same measure and group "
                f"(expected {unit!r}, or a measure of its own)"
            )
    yield facts["unit"].loc[list(others)], np.ones(len(others)), list(others.values())


def _check_replacements(facts: pd.DataFrame) -> Iterator[Finding]:
    """A fact replaces what was stated before it, and never itself in a circle."""
    if facts["replaces"].isna().all():
        return
    yield from _check_circles(facts, "replaces", " replaces ", "facts replace one another in")
    replaced = explode_ids(facts["replaces"])
    before = look_up(replaced, facts[["fact_id", "stated"]], "fact_id")["stated"]
    said = facts["stated"].loc[replaced.index]
    is_early = _count_days(said, last_day, np.inf) < _count_days(before, first_day, 0)
    expected = "before the fact that it replaces was stated; expected a later day"
    yield facts["stated"], facts.index.isin(said.index[is_early]), expected


def _check_parts(facts: pd.DataFrame) -> Iterator[Finding]:
    """A part has the unit of its total, is no more than it, and is never its own."""
    if facts["part_of"].isna().all():
        return
    columns = ["fact_id", "unit", "qualifier", *NUMBERS]
    total = look_up(facts["part_of"], facts[columns], "fact_id")
    has_total = total["fact_id"].notna()
    other_unit = has_total & (total["unit"].fillna("") != facts["unit"].fillna(""))
    yield facts["unit"], other_unit, "not the unit of its total (`part_of`); expected the same"
    least = facts["low"].fillna(facts["value"])
    most = total["high"].fillna(total["value"])
    may_fit = facts["qualifier"].isin(_MAY_BE_LESS) | total["qualifier"].isin(_MAY_BE_MORE)
    expected = "the total is less than this part; expected a fact with a larger number"
    yield facts["part_of"], ~other_unit & ~may_fit & (least > most), expected
    about = "facts are parts of one another in"
    yield from _check_circles(facts, "part_of", " is a part of ", about)


def _check_circles(facts: pd.DataFrame, column: str, verb: str, about: str) -> Iterator[Finding]:
    """No fact leads to itself: none can where each names facts of the rows above it alone."""
    ids = explode_ids(facts[column])
    at = _find_rows(ids, facts["fact_id"])
    if (at < facts.index.get_indexer(ids.index)).all():
        return
    targets = defaultdict(list)
    for fact_id, target in zip(facts["fact_id"].loc[ids.index], ids, strict=True):
        targets[fact_id].append(target)
    rows = dict(zip(facts["fact_id"], facts.index, strict=True))
    named, expected = {}, []
    for circle in _find_circles(targets):
        names = [*circle, circle[0]]
        shown = [*names[:_SHOWN_OF_CIRCLE], "…"] if len(circle) > _SHOWN_OF_CIRCLE else names
        named[rows[circle[0]]] = names[1]
        expected.append(f"{about} a circle: {verb.join(shown)}")
    yield pd.Series(named, name=column, dtype=object), np.ones(len(named)), expected


def _find_circles(targets: dict[Any, list[str]]) -> Iterator[list[str]]:
    sorter = TopologicalSorter(targets)
    with suppress(CycleError):
        sorter.prepare()
    ahead = set(targets)
    while ready := sorter.get_ready():  # what leads nowhere, then what leads there only
        sorter.done(*ready)
        ahead.difference_update(ready)
    seen = set()
    for start in (fact for fact in targets if fact in ahead):
        path, fact = [], start
        while fact not in seen:
            seen.add(fact)
            path.append(fact)
            fact = next(target for target in targets[fact] if target in ahead)
        if fact in path:
            yield path[path.index(fact) :]


def _check_comparisons(facts: pd.DataFrame) -> Iterator[Finding]:
    """`compared_with` names a fact of another source, and `comparison` fits the two."""
    if facts["compared_with"].isna().all():
        return
    target, columns = facts["compared_with"], ["fact_id", "source_id", "unit", "value"]
    other = look_up(target, facts[columns], "fact_id")
    is_itself = target == facts["fact_id"]
    is_of_own_source = other["source_id"] == facts["source_id"]
    differs = (other["unit"] == facts["unit"]) & ((other["value"] - facts["value"]).abs() > 0)
    yield target, is_itself, "the fact itself; expected a fact of another source"
    own = "a fact of its own source; expected one of another"
    yield target, ~is_itself & is_of_own_source, own
    numbers = "the numbers of the two facts differ; expected 'differs' or 'cannot be compared'"
    yield facts["comparison"], (facts["comparison"] == "same") & differs, numbers


def _check_evidence(facts: pd.DataFrame, sources: pd.DataFrame) -> Iterator[Finding]:
    """An article's facts have a paragraph and a short anchor, which states their number."""
    columns = ["source_id", "kind", "paragraphs", "published", "language"]
    source = look_up(facts["source_id"], sources[columns], "source_id")
    of_article = source["kind"] == "article"
    for column in ("paragraph", "anchor"):
        lacks = of_article & facts[column].isna()
        where = "; `dossier verify` with --fix writes it" if column == "paragraph" else ""
        yield facts[column], lacks, f"is empty; a fact of an article has one{where}"
    past_end = (facts["paragraph"] > source["paragraphs"]).fillna(False)
    expected = "past the end of its source; expected one of its `paragraphs`"
    yield facts["paragraph"], past_end, expected
    said = _count_days(facts["stated"], first_day, 0)
    published = _count_days(source["published"], last_day, np.inf)
    is_late = said > published
    days = source["published"][is_late]
    latest = [f"after its source was published; expected {day} or earlier" for day in days]
    yield facts["stated"][is_late], np.ones(len(days)), latest
    anchors = _to_arrow(facts["anchor"])
    counts = pc.fill_null(pc.count_substring_regex(anchors, _BETWEEN_WORDS), 0).to_numpy()
    if (counts >= LONGEST_ANCHOR).any():  # which is quicker to count than words
        counts = pc.fill_null(pc.count_substring_regex(anchors, _WORD), 0).to_numpy()
    for count in np.unique(counts[counts > LONGEST_ANCHOR]):
        expected = f"{count} words; expected at most {LONGEST_ANCHOR}"
        yield facts["anchor"], counts == count, expected
    lengths = pc.fill_null(pc.utf8_length(anchors), 0).to_numpy()
    is_long = (lengths > _LONGEST_ANCHOR_CHARACTERS) & (counts <= LONGEST_ANCHOR)
    expected = f"too long; expected at most {_LONGEST_ANCHOR_CHARACTERS} characters"
    yield facts["anchor"], is_long, expected
    facts = facts.assign(language=source["language"].fillna("en"))
    both = pd.concat([facts["anchor"], facts["statement"]]), pd.concat([facts["language"]] * 2)
    of_anchors, of_statements = find_plain_numbers(*both).reshape(2, -1)
    yield from _check_anchor_numbers(facts, of_anchors)
    yield from _check_statement_numbers(facts, of_statements, of_anchors, of_article)


def _check_anchor_numbers(facts: pd.DataFrame, plain: np.ndarray) -> Iterator[Finding]:
    """An only number in plain digits is compared for all facts at once, the rest one by one."""
    has_number = facts[NUMBERS].notna().any(axis=1)
    rest = has_number & facts["anchor"].notna() & (facts["value"] != plain)
    told: dict[str, dict[Any, str]] = {name: {} for name in NUMBERS}
    for row, fact in _read_rows(facts, rest, _READ):
        anchor, language = fact["anchor"], fact["language"]
        stated = dict.fromkeys(number for _, _, number in words.find_numbers(anchor, language))
        for name in find_lost(fact, stated, language):
            if not any(words.find_unread(anchor, language)):
                others = f", which states {', '.join(map(_DIGITS, stated))}" if stated else ""
                lost = f"does not stand in the anchor {words.quote_value(anchor)}"
                told[name][row] = lost + others
    for name, expected in told.items():
        yield facts[name].loc[list(expected)], np.ones(len(expected)), list(expected.values())


def _check_statement_numbers(
    facts: pd.DataFrame, plain: np.ndarray, anchored: np.ndarray, of_article: pd.Series
) -> Iterator[Finding]:
    """A statement's digits are the fact's own numbers or days, or stand in its anchor."""
    statements = _to_arrow(facts["statement"])
    counts = pc.fill_null(pc.count_substring_regex(statements, r"\p{Nd}[\p{Nd}.,]*"), 0)
    own = (facts[NUMBERS].to_numpy() == plain[:, np.newaxis]).any(axis=1) | (plain == anchored)
    rest = of_article & facts["anchor"].notna() & (counts.to_numpy() > own)
    rows, expected = [], []
    for row, fact in _read_rows(facts, rest, _READ):
        statement, anchor, language = fact["statement"], fact["anchor"], fact["language"]
        known = {fact[name] for name in NUMBERS}
        known |= {number for _, _, number in words.find_numbers(anchor, language)}
        known |= set(words.find_ordinals(anchor))
        days = "/".join(fact[name] for name in _DAYS if pd.notna(fact[name]))
        for day in filter(None, days.split("/")):
            if "-" in day:
                statement = statement.replace(day, " ")
            year, *month_and_day = map(int, day.split("-"))
            known |= {year, *month_and_day[1:]}
        for printed in words.find_foreign_digits(statement, known, ["en", language]):
            rows.append(row)
            expected.append(f"{printed} stands neither in the anchor nor in value, low or high")
    yield facts["statement"].loc[rows], np.ones(len(rows)), expected


def _read_rows(facts: pd.DataFrame, where: Any, names: list[str]) -> Iterator[tuple[Any, dict]]:
    """Some rows with their cells of some columns; pandas takes longer for few of them."""
    at = np.flatnonzero(where)
    cells = [facts[name].iloc[at].tolist() for name in names] if len(at) else []
    for row, *own in zip(facts.index[at], *cells, strict=False):
        yield row, dict(zip(names, own, strict=True))


def find_plain_numbers(texts: pd.Series, languages: pd.Series) -> np.ndarray:
    """The only number of each text, in plain digits; NaN where it takes a closer look."""
    cells = _to_arrow(texts)
    is_plain = pc.match_substring_regex(cells, _PLAIN_NUMBER)  # ten times as quick as to extract it
    printed = pc.extract_regex(cells, r"(?P<number>[0-9][0-9,]*(?:\.[0-9]+)?)")
    digits = pc.if_else(is_plain, pc.struct_field(printed, "number"), None)
    numbers = pc.replace_substring(digits, ",", "").cast(pa.float64())
    has_marks = pc.fill_null(pc.match_substring_regex(digits, "[.,]"), False)
    reads = map_unique(languages, words.reads_point, False)
    unsure = pc.fill_null(pc.match_substring_regex(cells, words.CHANGES_NUMBER), False)
    has_marks, unsure = (mask.to_numpy(zero_copy_only=False) for mask in (has_marks, unsure))
    sure = (reads | ~has_marks) & ~unsure
    return np.where(sure, numbers.to_numpy(zero_copy_only=False), np.nan)


def _to_arrow(texts: pd.Series) -> pa.Array:
    """The texts as Arrow has them: a large table holds them so, and nothing is copied."""
    return pa.array(texts.array)
