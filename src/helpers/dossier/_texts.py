"""A dossier held against the text of its sources: each anchor, and each value inside its anchor.

An anchor is found or it is not; only white space is not compared, as line breaks are spaces too.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from hashlib import sha256
from pathlib import Path
from unicodedata import category, name as name_character, normalize

import pandas as pd

from helpers import words as say
from helpers.dossier import _checks, _reading, _sheet
from helpers.dossier._dossier import Dossier
from helpers.dossier._faults import Fault, UnreadableError
from helpers.dossier.schema import FACTS
from helpers.errors import DossierError
from helpers.words import compose, format_count, quote_value, trace_number

_WORD = re.compile(r"\d+(?:[.,'’]\d+)+|\w+")
# Languages that write no spaces between words: there an anchor may start anywhere.
_UNSPACED = ("zh", "ja", "th", "km", "lo", "my")
_RECORD = "not held against a text"
Texts = Mapping[str, str | Path] | None  # files by source_id
Found = tuple[bool | pd.api.typing.NAType, str]  # whether, and why not
# What is drawn alike and is another character.
_LOOKALIKES = str.maketrans(dict.fromkeys("‘’‚‛ʼ′", "'") | dict.fromkeys("“”„‟″", '"') | {"−": "-"})


@dataclass(frozen=True)
class SourceText:
    """The text of one source, and what the dossier says of it."""

    source_id: str
    language: str
    paragraphs: tuple[str, ...] = field(repr=False)
    sha256: str
    expected_sha256: str
    expected_paragraphs: int | None
    unparted_lines: int = 0  # where no blank line parts any

    @property
    def has_changed(self) -> bool:
        """Whether this is another text than the one that the dossier was made from."""
        return self.expected_sha256 not in ("", self.sha256)

    @property
    def has_stated_count(self) -> bool:
        """Whether the dossier states a number of paragraphs, and it is this text's."""
        return self.expected_paragraphs == len(self.paragraphs)

    def lines(self) -> list[str]:
        """One line each on the hash and on the number of paragraphs."""
        count, stated = len(self.paragraphs), self.expected_paragraphs
        about = f"the text is the one the dossier was made from (SHA-256 {self.sha256})"
        if self.has_changed:
            made = f"the dossier was made from {self.expected_sha256}"
            about = f"the text has changed: its SHA-256 is {self.sha256}, {made}"
        elif not self.expected_sha256:
            ours = f"sha256 {self.sha256} and paragraphs {count}"
            about = f"the dossier states no hash; write {ours} in sources.csv"
        counted = format_count(count, "paragraph")
        if not self.has_stated_count:
            number = "no number" if stated is None else trace_number(stated, rule="table")
            counted += compose("; the dossier states {}", number)
        told = [about, counted, self.ask_for_lines()]
        return [f"source {self.source_id}: " + line for line in told if line]

    def ask_for_lines(self) -> str:
        """A question where the text looks as if a line were a paragraph; '' elsewhere."""
        if not self.unparted_lines or self.expected_paragraphs == 1:
            return ""
        say_so = (
            "`dossier verify --paragraphs lines` reads it so, `dossier describe --paragraphs lines`"
        )
        about = f"no blank line in {self.unparted_lines} lines: is each line a paragraph?"
        return f"{about} ({say_so} writes that down)"


@dataclass(frozen=True)
class TextCheck:
    """What came of holding a dossier against its texts.

    facts has one row a fact, in the dossier's order: fact_id, source_id, paragraph, anchor, found
    (missing where it is not known, as of a record, or where the number may stand in words that are
    not read) and reason (why not).
    """

    dossier: str
    texts: tuple[SourceText, ...]
    facts: pd.DataFrame = field(repr=False, compare=False)

    @property
    def lost(self) -> pd.DataFrame:
        """The facts that were not found in their text."""
        return self.facts[self.facts["found"].eq(False).fillna(False)]

    @property
    def is_well(self) -> bool:
        """Whether every text is the stated one and every fact of an article stands in it."""
        return self.lost.empty and not any(
            text.has_changed or not (text.has_stated_count or text.expected_paragraphs is None)
            for text in self.texts
        )

    def lines(self) -> list[str]:
        """The report: each text, each fact that lost its footing, the sum."""
        lines = [line for text in self.texts for line in text.lines()]
        lost, is_record = self.lost, self.facts["reason"] == _RECORD
        for text in self.texts:
            if text.has_changed and text.source_id not in set(lost["source_id"]):
                lines.append(f"source {text.source_id}: every anchor still stands in it")
        unread = self.facts[self.facts["found"].isna() & ~is_record]
        for fact_id, reason in pd.concat([lost, unread])[["fact_id", "reason"]].to_numpy():
            lines.append(f"fact {fact_id}: {reason}")
        record = int(is_record.sum())
        count = len(self.facts) - record
        said = ["there is no fact of an article"]
        if count:
            found = trace_number(int(self.facts["found"].sum()), rule="count")
            where = "its text" if count == 1 else "their text"
            said = [compose("{} of {} found in {}", found, format_count(count, "fact"), where)]
        footing = "its footing" if len(lost) == 1 else "their footing"
        for facts, what in ((lost, f"lost {footing}"), (unread, "not checked")):
            if len(facts):
                number, ids = trace_number(len(facts), rule="count"), ", ".join(facts["fact_id"])
                said.append(compose("{} {}: {}", number, what, ids))
        return [*lines, say.join("; ", said), *([say_not_held(record)] if record else [])]

    def __str__(self) -> str:
        return "\n".join(self.lines())


def say_not_held(count: int) -> str:
    """'12 facts of the record are not held against a text'."""
    verb = "is" if count == 1 else "are"
    return format_count(count, "fact") + f" of the record {verb} {_RECORD}"


def verify_texts(dossier: Dossier, texts: Texts = None, paragraphs: str = "") -> TextCheck:
    """Hold every fact of an article against the article's text.

    texts has the file of each source's text, by source_id; one that is left out is read from
    `sources/<source_id>.txt` in the dossier's folder. Their paragraphs are parted by 'blocks' for
    blank lines, 'lines', or '' for what the dossier says. A DossierError for a source_id that is
    none of the articles', an article without a text, or one not in UTF-8.
    """
    held, facts = read_sources(dossier, texts, paragraphs), dossier.facts
    results = {}
    for text in held:
        of_text = facts[facts["source_id"] == text.source_id]
        for row, fact in of_text.dropna(subset=["paragraph", "anchor"]).iterrows():
            number = int(fact["paragraph"])
            results[row] = find_fact(fact, number, text.paragraphs, text.language)
    told = [results.get(row, (pd.NA, _RECORD)) for row in facts.index]
    table = facts[["fact_id", "source_id", "paragraph", "anchor"]].assign(
        found=pd.array([found for found, _ in told], "boolean"),
        reason=pd.array([reason for _, reason in told], "str"),
    )
    return TextCheck(dossier.name, held, table)


def read_sources(
    dossier: Dossier, texts: Texts = None, paragraphs: str = "", *, are_kept: bool = False
) -> tuple[SourceText, ...]:
    """The text of each article, or of those that are kept with the dossier: see `verify_texts`."""
    texts, sources = texts or {}, dossier.sources
    kinds = dict(zip(sources["source_id"], sources["kind"], strict=True))
    for name in texts:
        wrong = "the source is a record, which is not held against a text"
        if name not in kinds:
            hint = say.did_you_mean(name, kinds) or f"the sources are {', '.join(kinds) or 'none'}"
            wrong = f"no such source in {dossier.name} ({hint})"
        if kinds.get(name) != "article":
            raise DossierError(f"text {quote_value(name)}: {wrong}")
    held = []
    sources = sources[sources["kind"] == "article"]
    for source in sources.astype(object).where(sources.notna(), None).to_dict("records"):
        source_id = source["source_id"]
        if are_kept and source_id not in dossier.texts:
            continue
        name = f"sources/{source_id}.txt"
        if source_id not in texts and source_id not in dossier.texts:
            raise DossierError(
                f"source {quote_value(source_id)}: there is no text to hold it against (give one "
                f"with --text {source_id}=PATH, or keep it as {name} in the dossier)"
            )
        path = Path(texts.get(source_id, dossier.folder / name))
        text = read_text(path, None if source_id in texts else dossier.texts[source_id])
        parts = split_paragraphs(text, paragraphs or dossier.words.paragraphs)
        lines = len(split_paragraphs(text, "lines"))
        unparted = lines if len(parts) == 1 < lines else 0
        expected = source["sha256"] or "", source["paragraphs"]
        about = source_id, source["language"], parts, hash_text(text)
        held.append(SourceText(*about, *expected, unparted))
    return tuple(held)


def check_texts(dossier: Dossier) -> list[Fault]:
    """The anchors that have no footing in the texts that are kept with a dossier."""
    faults = []
    table, _ = _reading.read_table(dossier.folder / FACTS.file, FACTS)
    rows = [] if table is None else table.index.tolist()
    articles = dossier.sources.loc[dossier.sources["kind"] == "article", "source_id"]
    for source_id in filter(dossier.texts.__contains__, articles.dropna()):
        file = f"sources/{source_id}.txt"
        try:
            result = verify_texts(dossier.from_sources(source_id))
        except DossierError as error:
            faults.append(Fault(file, None, "", "", str(error)))
            continue
        lost = result.lost
        if len(lost) and (question := result.texts[0].ask_for_lines()):
            faults.append(Fault(file, None, "", "", question))
        faults += [
            Fault(FACTS.file, rows[at], "anchor", anchor, reason)
            for at, anchor, reason in lost[["anchor", "reason"]].itertuples()
        ]
    return faults


def read_text(path: Path, data: bytes | None = None) -> str:
    """A text with LF line ends, without a BOM, trimmed: what a source's hash is taken of.

    data is what its file held when it was read, None where it is still to be read. A DossierError
    where it cannot be, or is no text in UTF-8.
    """
    path = Path(path)
    try:
        data = _sheet.read_text_bytes(path)[0] if data is None else _sheet.check_text(data, path)
    except UnreadableError as error:
        raise DossierError(f"text {str(path)!r}: {error.fault.expected}") from error
    return data.decode().replace("\r\n", "\n").replace("\r", "\n").strip()


def hash_text(text: str) -> str:
    """SHA-256 of a text as `read_text` gives it, in UTF-8."""
    return sha256(text.encode("utf-8")).hexdigest()


def split_paragraphs(text: str, by: str = "blocks") -> tuple[str, ...]:
    """The blocks between blank lines, headings too, or the lines, each with single spaces."""
    blocks = text.split("\n") if by == "lines" else re.split(r"\n\s*\n", text)
    return tuple(" ".join(block.split()) for block in blocks if block.strip())


def find_fact(fact: pd.Series, number: int, paragraphs: tuple[str, ...], language: str) -> Found:
    """Whether a fact stands in a paragraph, and why not; NA where its number may stand unread."""
    anchor = " ".join(fact["anchor"].split())
    if number > len(paragraphs):
        return False, f"there is no paragraph {number}: the text has {len(paragraphs)}"
    paragraph = paragraphs[number - 1]
    # They may overlap.
    starts = [match.start() for match in re.finditer(f"(?={re.escape(anchor)})", paragraph)]
    if len(starts) > 1:
        return False, f"{quote_value(anchor)} stands {len(starts)} times in paragraph {number}"
    if not starts:
        others = [str(n) for n, other in enumerate(paragraphs, start=1) if anchor in other]
        instead = f", but in paragraph {' and '.join(others)}" if others else ""
        odd = _name_odd_characters(anchor, paragraph)
        return False, f"{quote_value(anchor)} does not stand in paragraph {number}{instead}{odd}"
    start, end = starts[0], starts[0] + len(anchor)
    inside = [range(word.start() + 1, word.end()) for word in _WORD.finditer(paragraph)]
    has_spaces = language.split("-", maxsplit=1)[0] not in _UNSPACED
    if has_spaces and any(start in word or end in word for word in inside):
        return False, f"{quote_value(anchor)} is only a part of other words in paragraph {number}"
    return _find_numbers(fact, paragraph, start, end, language)


def find_footing(
    fact: pd.Series, paragraphs: tuple[str, ...], language: str, stated: int | None = None
) -> tuple[int, str]:
    """The one paragraph in which a fact stands, of all or the stated one, else 0; and what is open.

    The reason is why it stands in none, or that its number was not checked.
    """
    anchor = " ".join(fact["anchor"].split())
    among = [n for n, paragraph in enumerate(paragraphs, start=1) if anchor in paragraph]
    told = {n: find_fact(fact, n, paragraphs, language) for n in ([stated] if stated else among)}
    stands = [n for n, (is_found, _) in told.items() if is_found is not False]
    if len(stands) == 1:
        return stands[0], told[stands[0]][1]
    if stands:
        return 0, f"{quote_value(anchor)} stands in paragraphs {', '.join(map(str, stands))}"
    reasons = [reason for _, reason in told.values()]
    return 0, "; ".join(reasons) or f"{quote_value(anchor)} stands nowhere in its text"


def _find_numbers(fact: pd.Series, paragraph: str, start: int, end: int, language: str) -> Found:
    """Whether a fact's numbers stand in its anchor, which is read as a part of its paragraph."""
    found = say.find_numbers(paragraph, language)
    stated = {number for at, to, number in found if start <= at and to <= end}
    lost = _checks.find_lost(fact, stated, language)
    missing = [f"{name} {float(fact[name]):.15g}" for name in lost]
    if not missing:
        return True, ""
    anchor = quote_value(paragraph[start:end])
    if any(at < end and start < to for at, to in say.find_unread(paragraph, language)):
        return pd.NA, f"not checked: {missing[0]} may stand in {anchor}, in words not read here"
    return False, f"{missing[0]} does not stand in {anchor}"


def _name_odd_characters(anchor: str, paragraph: str) -> str:
    """Which characters keep an anchor from standing in a paragraph that looks the same."""
    (seen, _), (whole, at) = _read_as_seen(anchor), _read_as_seen(paragraph)
    start = whole.find(seen)
    if start < 0 or not seen:
        return ""
    first, last = at[start], at[start + len(seen) - 1] + 1
    while last < len(paragraph) and category(paragraph[last]) == "Mn":
        last += 1
    printed = paragraph[first:last]
    odd = [
        f"the text has {_name_characters(printed[c:d])} where the anchor has "
        f"{_name_characters(anchor[a:b])} (character {first + c + 1} of the paragraph)"
        for kind, a, b, c, d in SequenceMatcher(None, anchor, printed, autojunk=False).get_opcodes()
        if kind != "equal"
    ]
    return f": {'; '.join(odd)}" if odd else ""


def _read_as_seen(text: str) -> tuple[str, list[int]]:
    """The letters and signs of a text, each in one form only, and where each of them stands."""
    found = [
        ("-" if category(sign) == "Pd" else sign, at)
        for at, character in enumerate(text)
        for sign in normalize("NFKD", character.translate(_LOOKALIKES))
        if category(sign) not in ("Mn", "Cf")
    ]
    return "".join(sign for sign, _ in found), [at for _, at in found]


def _name_characters(text: str) -> str:
    """'U+2011 NON-BREAKING HYPHEN', or the text itself where it is plain."""
    if not text:
        return "nothing"
    if text.isascii():
        return repr(text)
    return " and ".join(f"U+{ord(c):04X} {name_character(c, '')}".strip() for c in text)
