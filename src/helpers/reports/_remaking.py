"""A page verified: made again from the data that it carries, and held against what came out."""

import csv
import json
import re
import zlib
from base64 import b64decode
from contextlib import chdir
from dataclasses import dataclass
from difflib import SequenceMatcher
from html import escape, unescape
from io import BytesIO, StringIO
from itertools import islice
from lzma import LZMAError
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unicodedata import name as name_character
from zipfile import BadZipFile, ZipFile

from helpers.dossier import PACKAGE, TABLES, Dossier, find_dossier, read_dossier
from helpers.errors import DossierError, PageError, ParameterError, RenderError
from helpers.figures import leave_out_store
from helpers.files import look_up_folders, write_whole
from helpers.page import AT_HOME, META, Origin, format_versions, read_origin
from helpers.reports._render import render
from helpers.words import NUMBERS, find_numbers, format_count, quote_value

_PROVENANCE = re.compile(r'(?<=<table class="provenance">).*?(?=</table>)', re.DOTALL)
# What may be said of a text that is kept at home, as `TextCheck.lines` says it: '' is the fact's
# own anchor, U+ a character by its number and name, and what stands in groups are ids.
_SAID = Path(__file__).with_name("at_home.txt").read_text(encoding="utf-8")
_ID = "[a-z0-9][a-z0-9_-]*"
_AT_HOME = re.compile(
    "|".join(_SAID.splitlines()).format(
        id=f"({_ID})",
        ids=f"({_ID}(?:, {_ID})*)",
        signs=r"""(?:nothing|'[^']{1,3}'|"'"|U\+(?: and U\+){0,4})""",
    )
)
_FACT = re.compile(rf"(?:Held against its text: )?fact ({_ID}): ")
_CHARACTER = re.compile(r"U\+((?:10|[0-9A-F])?[0-9A-F]{4})((?: [A-Z0-9-]+)*)")
_LINES_OF_TEXT = 6  # at most, besides those on facts
_DATA = re.compile(r'"data:application/zip;base64,([A-Za-z0-9+/=]*)"')
# What a damaged zip, or a damaged JSON in it, raises.
_DAMAGED = (
    ValueError, csv.Error, LookupError, RuntimeError, EOFError, BadZipFile, zlib.error, LZMAError,
    OSError,
)  # fmt: skip
_TAG = re.compile(r"(<[^<>]*>)")
# The tables that a page carries: those of what it tells of, and of what that names.
_TABLES = {f"{kind}{table.name}": table for kind in ("", "related-") for table in TABLES}
# What the facts and sources outside of a page hold in the cells that it does not carry: they must
# hold something, and no page shows it.
_OUTSIDE: dict[str, dict[str, Any]] = {
    "facts": dict.fromkeys(["anchor", "statement", "asserted_by"], "outside") | {"paragraph": 1},
    "sources": {"title": "outside", "publisher": "outside", "language": "en"},
    "places": {},
}
_NO_PAGE = (ParameterError, DossierError, RenderError)
_LARGEST = 50_000_000  # bytes of a page
_LARGEST_DATA = 20_000_000  # bytes of the tables in it
_MOST_ROWS = 100_000  # of one of them
_LONGEST_NAME = 255  # bytes of a folder's
_MOST_LINES = 20  # differences that are told
_MOST_FAULTS = 20
_MOST_TIMES = 10  # as many pieces as its data make, for a page to be compared
_BEGINNING = "the beginning"  # where no heading stands above
_BEFORE = 25  # characters that are shown before the first that differs
_UNSIGNED = (
    "A page is not signed: whoever changes a page and its data together is found out by no more "
    "than a dossier to hold it against, and who made it is not proved."
)


@dataclass(frozen=True)
class PageVerification:
    """What came of making a page again."""

    page: Path
    origin: Origin  # what it says it was made from
    differences: list[str]  # a line for each place where the page is not what its data make
    changes: list[str]  # a line for each thing that has changed here since the page was made
    here: Path | None  # the folder of the dossier of that name that is here
    rows: list[str]  # a line for each row or cell that is not that of the dossier here
    why_not_held: str  # against the dossier here; '' where the data were

    @property
    def is_well(self) -> bool:
        """Whether the page is what its data and the dossier here make, and nothing has changed."""
        return not (self.differences or self.changes or self.rows or self.why_not_held)

    def __str__(self) -> str:
        dossier = self.origin.parameters.get("dossier")
        lines = [
            f"{self.page}: {self.origin.notebook}, of the dossier {dossier}",
            *_tell("Made again from the data that it carries", self.differences),
        ]
        if self.differences and self.changes:
            lines.append("Differences may come of what has changed here since the page was made:")
        if not (self.changes or self.rows or self.why_not_held):
            lines.append("Nothing has changed here since it was made.")
        lines += self.changes
        if not self.here:
            told = f"There is no dossier {dossier} here"
            lines.append(f"{told}: whether its tables have changed is not known.")
        elif self.why_not_held:
            lines.append(f"Its data cannot be held against {self.here}: {self.why_not_held}")
        else:
            lines += _tell(f"Its data held against the dossier here, {self.here}", self.rows)
        return "\n".join([*lines, _UNSIGNED])


def _tell(what: str, differences: list[str]) -> list[str]:
    """What was compared, with what came of it."""
    count = len(differences)
    lines = [f"{what}: {format_count(count, 'difference') if count else 'no difference'}."]
    lines += differences[:_MOST_LINES]
    return [*lines, f"and {count - _MOST_LINES} more"] if count > _MOST_LINES else lines


def verify_page(page: Path, notebook: Path | None = None) -> PageVerification:
    """Make a page again from the data that it carries, and tell where the two differ.

    Its data are held against the dossier of its name that is here too, by value: the hash in its
    head proves nothing. It is made in an empty folder: nothing that a page carries, or that lies
    in the current folder, is run, and no picture is taken from the store. Without a notebook it is
    the one of the page's name that ships.

    Raises
    ------
    PageError
        Not a page of ours, a damaged one, or one whose data do not make a page.
    OSError
        The file cannot be read.
    """
    html = read_page(page)
    origin = read_origin(page)
    if origin is None:
        expected = "expected a page by dossier render, as it was written"
        raise PageError(f"{page}: does not say what it was made from; {expected}")
    notebook = notebook.absolute() if notebook else find_shipped(page, origin)
    data = read_data(page, html)
    if origin.parameters.get("dossier") != data["dossier"]:
        raise PageError(f"{page}: is damaged: its head names another dossier than its data")
    try:
        here: Path | None = find_dossier(data["dossier"])
    except DossierError:
        here = None
    hashes = read_dossier(here)[0].hashes if here else {}
    rows: list[str] = []
    why_not_held = ""
    with (
        TemporaryDirectory() as folder,
        TemporaryDirectory() as empty,
        TemporaryDirectory() as drawn,  # for the second time that it is made
        leave_out_store(drawn),
        chdir(empty),
    ):

        def make(dossier: Path) -> Path:
            given = origin.parameters | {"dossier": str(dossier)}
            return render(notebook, given, Path(empty) / "again.html")

        try:
            restored = restore(page, data, Path(folder))
            again, dossier = make(restored), read_dossier(restored)[0]
        except _NO_PAGE as error:
            why = str(error).partition(" (see ")[0]
            raise PageError(f"{page}: its data do not make a page: {why}") from error
        now, expected = read_origin(again), again.read_bytes().decode()
        if now is None:
            raise PageError(f"{page}: its data make a page that does not say what it is made from")
        if here:
            try:
                again = make(here)
                rows = _compare_data(data, read_data(again, read_page(again)))
            except (*_NO_PAGE, PageError) as error:
                why_not_held = str(error).partition(" (see ")[0]
    # The hashes and versions of now are told as changes: they give way to those of then.
    for name in ("notebook", "boundaries", "package"):
        expected = expected.replace(now.hashes[name], origin.hashes.get(name, ""))
    known = {name: n for name, n in origin.versions.items() if name in now.versions}
    new, old = (escape(format_versions(each), quote=False) for each in (now.versions, known))
    pages = (html, expected.replace(new, old))
    differences = _find_differences(*(_leave_out(text, dossier) for text in pages))
    changes = _find_changes(origin, now, hashes)
    return PageVerification(page, origin, differences, changes, here, rows, why_not_held)


def read_page(page: Path) -> str:
    if page.stat().st_size > _LARGEST:
        raise PageError(f"{page}: too large; expected at most {_LARGEST:,} bytes")
    try:
        return page.read_bytes().decode()
    except UnicodeDecodeError as error:
        raise PageError(f"{page}: is not in UTF-8 at byte {error.start}") from error


def find_shipped(page: Path, origin: Origin) -> Path:
    """The notebook of that name that ships; never a file of the current folder."""
    for notebook in look_up_folders("notebooks")[1].glob("*.ipynb"):
        if notebook.name == origin.notebook:
            return notebook
    told = f"{page}: made by the notebook {quote_value(origin.notebook)}, which is not here"
    raise PageError(f"{told}: none of that name ships (give your own by --notebook PATH)")


def read_data(page: Path, html: str) -> dict[str, Any]:
    """The data of a page, as `restore` needs them."""
    found = _DATA.findall(html)
    if len(found) != 1:
        is_cut = "" if html.rstrip().endswith("</html>") else "; it is cut off"
        expected = "the tables in it, to make it again from, as a notebook's provenance puts there"
        raise PageError(f"{page}: expected {expected}; found {len(found)}{is_cut}")
    try:
        packed = ZipFile(BytesIO(b64decode(found[0], validate=True)))
        if sum(file.file_size for file in packed.infolist()) > _LARGEST_DATA:
            raise ValueError(f"too large; expected at most {_LARGEST_DATA:,} bytes")
        head = json.loads(packed.read("dossier.json"))
        json.dumps(head, ensure_ascii=False).encode()  # an escape may name half a character
        tables = {name: _read_rows(packed, name) for name in _TABLES}
    except _DAMAGED as error:
        raise PageError(f"{page}: its data are damaged: {error}") from error
    if why := _why_no_dossier(head):
        raise PageError(f"{page}: its data are damaged: {why}")
    return head | tables


def _read_rows(packed: ZipFile, name: str) -> list[dict[str, str]]:
    """The filled cells of each row of a table that a page carries; none where it lacks it.

    An apostrophe before a formula is left: who reads the dossier takes it off.
    """
    if f"{name}.csv" not in packed.namelist():
        return []
    text, table = packed.read(f"{name}.csv").decode("utf-8-sig"), _TABLES[name]
    reader = csv.DictReader(StringIO(text, newline=""), restkey="more", strict=True)
    header = reader.fieldnames or []
    is_known = set(header) <= set(table.add_languages(header).names)
    rows = list(islice(reader, _MOST_ROWS + 1)) if is_known else []
    if not is_known or any("more" in row for row in rows):
        raise ValueError(f"{name}: expected rows of the columns {', '.join(table.names)}")
    if len(rows) > _MOST_ROWS:
        raise ValueError(f"{name}: too many rows; expected at most {_MOST_ROWS:,}")
    return [{name: cell for name, cell in row.items() if cell} for row in rows]


def _why_no_dossier(head: Any) -> str:
    """What is wrong with what a page says of its dossier; '' where nothing is."""
    if not isinstance(head, dict):
        return "expected an object"
    name: Any = head.get("dossier")
    title = head.get("title")
    is_name = isinstance(name, str) and Path(name).name == name and name.isprintable()
    if not is_name or name in ("", "..") or len(name.encode()) > _LONGEST_NAME:
        return f"dossier {quote_value(name)}: expected the name of a folder"
    return "" if isinstance(title, str) else f"title {quote_value(title)}: expected a text"


def restore(page: Path, data: dict[str, Any], folder: Path) -> Path:
    """A page's data as the folder of a dossier, by the dossier's name."""
    dossier = folder / data["dossier"]
    for table in TABLES:
        outside = data.get(f"related-{table.name}", [])
        usual = _OUTSIDE[table.name]
        rows = data[table.name] + [usual | _anchor_numbers(row) | row for row in outside]
        text = StringIO()
        names = table.add_languages(name for row in rows for name in row).names
        writer = csv.DictWriter(text, names, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        write_whole(dossier / table.file, text.getvalue())
    head = {"title": data["title"], "dossier": data.get("words", {})}
    write_whole(dossier / PACKAGE, json.dumps(head))
    _, faults = read_dossier(dossier)
    if faults:
        lines = "\n  ".join(str(fault) for fault in faults[:_MOST_FAULTS])
        count = format_count(len(faults), "fault")
        raise PageError(f"{page}: the dossier that it carries has {count}:\n  {lines}")
    return dossier


def _anchor_numbers(row: dict[str, Any]) -> dict[str, str]:
    """An anchor in which the numbers of a fact outside stand, and of its statement, if any do."""
    stated = [str(row[name]) for name in NUMBERS if name in row]
    stated += [f"{number:.15g}" for *_, number in find_numbers(row.get("statement", ""), "en")]
    return {"anchor": "; ".join(dict.fromkeys(stated))} if stated else {}


def _compare_data(page: dict[str, Any], here: dict[str, Any]) -> list[str]:
    """A line for each row, and for each cell, in which a page's data are not those from here."""
    heads = ({name: data.get(name, {}) for name in ("title", "words")} for data in (page, here))
    lines = _compare_cells("the dossier", *heads)
    for table in TABLES:
        both = [each[table.name] + each.get(f"related-{table.name}", []) for each in (page, here)]
        had, made = ({row[table.key]: row for row in rows} for rows in both)
        for key in had | made:
            what = f"{table.name} {quote_value(key)}"
            if key not in made:
                lines.append(f"{what}: only the page has it")
            elif key not in had:
                lines.append(f"{what}: the page lacks it")
            else:
                lines += _compare_cells(what, had[key], made[key])
    return lines


def _compare_cells(what: str, page: dict[str, Any], here: dict[str, Any]) -> list[str]:
    lines = []
    for name in page | here:
        one, other = page.get(name, ""), here.get(name, "")
        if one != other:
            one, other = (_clip(str(a), str(b)) for a, b in ((one, other), (other, one)))
            lines.append(f"{what}, {name}: the page has {one}, the dossier here {other}")
    return lines


def _find_changes(then: Origin, now: Origin, here: dict[str, str]) -> list[str]:
    """What has changed since a page was made; a text that is not kept here tells nothing."""
    parts = {
        "notebook": f"The notebook {then.notebook} has changed since.",
        "pictures": "The pictures beside the notebook are others.",
        "boundaries": "The boundaries have changed since.",
        "package": "The package `helpers` has changed since.",
        "dossier": "The dossier that is here has other tables.",
        "texts": "The texts of sources that are kept here are others.",
    }
    ours = ("notebook", "pictures", "boundaries", "package")
    hashes = {name: now.hashes.get(name) for name in ours} | here
    changed = {name for name in hashes if hashes[name] != then.hashes.get(name)}
    changes = [line for name, line in parts.items() if name in changed]
    for library in now.versions | then.versions:
        old, new = (each.versions.get(library, "not stated") for each in (then, now))
        if old != new:
            name = library if library in now.versions else quote_value(library)
            changes.append(f"{name} was {quote_value(old)}, here it is {quote_value(new)}.")
    return changes


def _leave_out(html: str, dossier: Dossier) -> str:
    """A page without what may differ when it is made again."""
    html = META.sub("", html, count=2)  # held against what is here by `_find_changes`
    html = _PROVENANCE.sub(lambda table: _leave_out_hashes(table[0], dossier.name), html, count=1)
    return AT_HOME.sub(lambda said: "" if _is_of_text(said[0], dossier) else said[0], html)


def _is_of_text(html: str, dossier: Dossier) -> bool:
    """Whether this is what comes of holding a dossier's facts against a text, and no more."""

    def leave_out_name(character: re.Match) -> str:  # where it is that of its number
        is_named = character[2].strip() == name_character(chr(int(character[1], 16)), "")
        return "U+" if is_named else character[0]

    facts = dossier.facts.set_index("fact_id")["anchor"]
    known = {*facts.index, *dossier.sources["source_id"], ""}
    lines = unescape(re.sub("</?data[^<>]*>", "", html))[5:-6].split("</div><div>")
    if len(lines) > len(facts) + _LINES_OF_TEXT:
        return False
    for line in lines:
        fact = _FACT.match(line)
        anchor = " ".join(str(facts.get(fact[1])).split()) if fact else ""
        said = _CHARACTER.sub(leave_out_name, line.replace(quote_value(anchor), "''"))
        found = _AT_HOME.fullmatch(said)
        if not found or not set(", ".join(filter(None, found.groups())).split(", ")) <= known:
            return False
    return True


def _leave_out_hashes(table: str, dossier: str) -> str:
    """Without those of the dossier's files: the page carries their rows, not their bytes."""
    for file in (*(table.file for table in TABLES), PACKAGE):
        name = re.escape(escape(f"{dossier}/{file}", quote=False))
        row = rf'<tr><th scope="row">{name}</th><td><code>[0-9a-f]{{64}}</code></td></tr>\n'
        table = re.sub(row, "", table, count=1)
    return table


def _find_differences(page: str, expected: str) -> list[str]:
    """Where a page is not what it should be, in words: its texts first, then its markup."""
    if page == expected:
        return []
    pairs = list(zip(_take_apart(page), _take_apart(expected), strict=True))
    had, made = (sum(map(len, pieces)) for pieces in zip(*pairs, strict=True))
    if had > _MOST_TIMES * made:
        counts = f"the page has {had:,} tags and texts, its data make {made:,}"
        return [f"{counts}: they are not compared"]
    lines = [line for pieces, others in pairs for line in _compare(pieces, others)]
    first_line = page.count("\n", 0, _count_common(page, expected)) + 1
    return lines or [f"the bytes differ, first in line {first_line}"]


_Pieces = list[tuple[str, str]]  # the heading that a piece stands under, and what it says


def _take_apart(html: str) -> tuple[_Pieces, _Pieces]:
    """A page's texts, and its tags with its style sheets."""
    texts, tags = [], []
    heading, tag = _BEGINNING, ""
    for number, piece in enumerate(_TAG.split(html)):
        if number % 2:
            tag = piece
            tags.append((heading, piece))
        elif tag.startswith(("<style", "<script")):
            tags.append((heading, piece))
        elif text := " ".join(unescape(piece).split()):
            if re.match(r"<h[1-3]\b", tag):
                heading = text
            texts.append((heading, text))
    return texts, tags


def _compare(page: _Pieces, expected: _Pieces) -> list[str]:
    """A line for each piece that is another, and one for each run that is missing or too many."""
    had, made = ([text for _, text in pieces] for pieces in (page, expected))
    lines = []
    for _, start, end, other, other_end in SequenceMatcher(None, had, made).get_opcodes():
        one, two = had[start:end], made[other:other_end]
        if one == two:
            continue
        near = quote_value(page[min(start, len(page) - 1)][0] if page else _BEGINNING)
        pairs = zip(one, two, strict=False)
        told = [f"the page has {_clip(a, b)}, its data make {_clip(b, a)}" for a, b in pairs]
        if len(one) > len(two):
            told.append(f"only the page has {quote_value(' · '.join(one[len(two) :]))}")
        if len(two) > len(one):
            told.append(f"the page lacks {quote_value(' · '.join(two[len(one) :]))}")
        lines += [f"near {near} {what}" for what in told]
    return lines


def _clip(text: str, other: str) -> str:
    """A text as a terminal may show it, from shortly before the first character that differs."""
    start = max(0, _count_common(text, other) - _BEFORE)
    return quote_value(f"…{text[start:]}" if start else text)


def _count_common(text: str, other: str) -> int:
    """How many characters two texts have in common at their beginning."""
    pairs = enumerate(zip(text, other, strict=False))
    return next((n for n, (one, two) in pairs if one != two), min(len(text), len(other)))
