"""A dossier held against the text of its sources: each anchor, and each value inside its anchor.

An anchor is found or it is not. White space is the only thing that is not compared: a text's line
breaks are as good as spaces.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

import pandas as pd

from helpers.checks import anchored_numbers
from helpers.dossier import Dossier
from helpers.errors import DossierError
from helpers.faults import did_you_mean, show_value
from helpers.numerals import find_numbers
from helpers.sheet import UnreadableError, check_text, read_text_bytes
from helpers.wording import word_count

_WORD = re.compile(r"\d+(?:[.,'’]\d+)+|\w+")
# Languages that write no spaces between words: there an anchor may start anywhere.
_UNSPACED = ("zh", "ja", "th", "km", "lo", "my")


@dataclass(frozen=True)
class SourceText:
    """The text of one source, and what the dossier says of it."""

    source_id: str
    path: Path
    paragraphs: tuple[str, ...] = field(repr=False)
    sha256: str
    expected_sha256: str
    expected_paragraphs: int | None

    @property
    def has_changed(self) -> bool:
        """Whether this is another text than the one that the dossier was made from."""
        return bool(self.expected_sha256) and self.sha256 != self.expected_sha256

    @property
    def is_as_stated(self) -> bool:
        """Whether the text has the hash and the paragraphs that the dossier states."""
        return not self.has_changed and self.expected_paragraphs in (None, len(self.paragraphs))

    def lines(self) -> list[str]:
        """One line each on the hash and on the number of paragraphs."""
        if not self.expected_sha256:
            about = (
                f"the dossier states no hash; write sha256 {self.sha256} "
                f"and paragraphs {len(self.paragraphs)} in sources.csv"
            )
        elif self.has_changed:
            about = (
                f"the text has changed: its SHA-256 is {self.sha256}, "
                f"the dossier was made from {self.expected_sha256}"
            )
        else:
            about = f"the text is the one the dossier was made from (SHA-256 {self.sha256})"
        count = word_count(len(self.paragraphs), "paragraph")
        if self.expected_paragraphs is None:
            count += "; the dossier states no number"
        elif self.expected_paragraphs != len(self.paragraphs):
            count += f"; the dossier states {self.expected_paragraphs}"
        return [f"source {self.source_id}: {about}", f"source {self.source_id}: {count}"]


@dataclass(frozen=True)
class Verification:
    """What came of holding a dossier against its texts.

    facts has one row a fact, in the dossier's order: fact_id, source_id, paragraph, anchor, found
    (missing where the source is a record, which has no text here) and reason (why not).
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
        return self.lost.empty and all(text.is_as_stated for text in self.texts)

    def lines(self) -> list[str]:
        """The report: each text, each fact that lost its footing, the sum."""
        lines = [line for text in self.texts for line in text.lines()]
        for text in self.texts:
            if text.has_changed and text.source_id not in set(self.lost["source_id"]):
                lines.append(f"source {text.source_id}: every anchor still stands in it")
        for _, fact in self.lost.iterrows():
            lines.append(f"fact {fact['fact_id']}: {fact['reason']}")
        held = self.facts["found"].notna()
        count, record = int(held.sum()), int((~held).sum())
        if count:
            found = f"{int(self.facts['found'].sum())} of {word_count(count, 'fact')}"
            lines.append(f"{found} found in {'its' if count == 1 else 'their'} text")
        else:
            lines.append("there is no fact of an article")
        if lost := len(self.lost):
            whose = "its" if lost == 1 else "their"
            lines[-1] += f"; {lost} lost {whose} footing: {', '.join(self.lost['fact_id'])}"
        if record:
            verb = "is" if record == 1 else "are"
            about = f"of the record {verb} not held against a text"
            lines.append(f"{word_count(record, 'fact')} {about}")
        return lines

    def __str__(self) -> str:
        return "\n".join(self.lines())


def verify(dossier: Dossier, texts: Mapping[str, str | Path] | None = None) -> Verification:
    """Hold every fact of an article against the article's text.

    Parameters
    ----------
    dossier
        The dossier, or a part of it.
    texts
        The file of each source's text, by source_id. A source that is left out is read from
        `sources/<source_id>.txt` in the dossier's folder.

    Raises
    ------
    DossierError
        A source_id that the dossier does not have or that is a record, an article without a text,
        or a file that cannot be read as UTF-8.
    """
    texts = dict(texts or {})
    _check_names(dossier, texts)
    sources = dossier.sources
    articles = sources[sources["kind"] == "article"]
    held = tuple(_read_source(dossier, source, texts) for _, source in articles.iterrows())
    languages = dict(zip(articles["source_id"], articles["language"], strict=True))
    facts = dossier.facts
    reasons = pd.Series("not held against a text", facts.index, dtype="str")
    found = pd.Series(pd.NA, facts.index, dtype="boolean")
    for text in held:
        for row, fact in facts[facts["source_id"] == text.source_id].iterrows():
            reasons[row] = _why_not_found(fact, text.paragraphs, languages[text.source_id])
            found[row] = not reasons[row]
    table = facts[["fact_id", "source_id", "paragraph", "anchor"]].assign(
        found=found, reason=reasons
    )
    return Verification(dossier.name, held, table)


def read_text(path: Path, data: bytes | None = None) -> str:
    """A text with LF line ends, without a BOM, trimmed: what a source's hash is taken of.

    Parameters
    ----------
    path
        Its file.
    data
        What the file held when it was read; None where it is still to be read.

    Raises
    ------
    DossierError
        It cannot be read, or is not a text in UTF-8.
    """
    try:
        data = read_text_bytes(Path(path))[0] if data is None else check_text(data, Path(path))
    except UnreadableError as error:
        raise DossierError(f"text {str(path)!r}: {error.fault.expected}") from error
    return data.decode().replace("\r\n", "\n").replace("\r", "\n").strip()


def hash_text(text: str) -> str:
    """SHA-256 of a text as `read_text` gives it, in UTF-8."""
    return sha256(text.encode("utf-8")).hexdigest()


def split_paragraphs(text: str) -> tuple[str, ...]:
    """The blocks between blank lines, headings too; a run of white space is one space in them."""
    blocks = re.split(r"\n\s*\n", text)
    return tuple(" ".join(block.split()) for block in blocks if block.strip())


def _check_names(dossier: Dossier, texts: Mapping[str, str | Path]) -> None:
    kinds = dict(zip(dossier.sources["source_id"], dossier.sources["kind"], strict=True))
    for name in texts:
        if name not in kinds:
            hint = did_you_mean(name, kinds) or f"the sources are {', '.join(kinds) or 'none'}"
            raise DossierError(
                f"text {show_value(name)}: no such source in {dossier.name} ({hint})"
            )
        if kinds[name] != "article":
            raise DossierError(
                f"text {show_value(name)}: the source is a record, which is not held against a text"
            )


def _read_source(
    dossier: Dossier, source: pd.Series, texts: Mapping[str, str | Path]
) -> SourceText:
    name = source["source_id"]
    kept = dossier.folder / "sources" / f"{name}.txt"
    path = Path(texts.get(name, kept))
    if name not in texts and name not in dossier.texts:
        raise DossierError(
            f"source {show_value(name)}: there is no text to hold it against "
            f"(give one with --text {name}=PATH, or keep it as sources/{name}.txt in the dossier)"
        )
    text = read_text(path, None if name in texts else dossier.texts[name])
    return SourceText(
        source_id=name,
        path=path,
        paragraphs=split_paragraphs(text),
        sha256=hash_text(text),
        expected_sha256="" if pd.isna(source["sha256"]) else source["sha256"],
        expected_paragraphs=None if pd.isna(source["paragraphs"]) else int(source["paragraphs"]),
    )


def _why_not_found(fact: pd.Series, paragraphs: tuple[str, ...], language: str) -> str:
    """Why a fact does not stand in its text; nothing where it does."""
    number, anchor = int(fact["paragraph"]), " ".join(fact["anchor"].split())
    if number > len(paragraphs):
        return f"there is no paragraph {number}: the text has {len(paragraphs)}"
    paragraph = paragraphs[number - 1]
    starts = _find_all(anchor, paragraph)
    if len(starts) > 1:
        return f"{show_value(anchor)} stands {len(starts)} times in paragraph {number}"
    if not starts:
        others = [str(n) for n, other in enumerate(paragraphs, start=1) if anchor in other]
        instead = f", but in paragraph {' and '.join(others)}" if others else ""
        return f"{show_value(anchor)} does not stand in paragraph {number}{instead}"
    start, end = starts[0], starts[0] + len(anchor)
    if _cuts_word(paragraph, start, end) and language.split("-", maxsplit=1)[0] not in _UNSPACED:
        return f"{show_value(anchor)} is only a part of other words in paragraph {number}"
    stated = {n for at, to, n in find_numbers(paragraph, language) if start <= at and to <= end}
    for name, value in anchored_numbers(fact):
        if value not in stated:
            return f"{name} {value:.15g} does not stand in {show_value(anchor)}"
    return ""


def _find_all(anchor: str, paragraph: str) -> list[int]:
    """Where an anchor starts, also where it overlaps itself."""
    return [match.start() for match in re.finditer(f"(?={re.escape(anchor)})", paragraph)]


def _cuts_word(text: str, start: int, end: int) -> bool:
    """Whether one end of a piece of text lies inside a word or a number."""
    return any(
        word.start() < edge < word.end() for word in _WORD.finditer(text) for edge in (start, end)
    )
