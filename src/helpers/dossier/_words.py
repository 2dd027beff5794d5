"""The words of a dossier: what its datapackage.json declares, else what words.toml has."""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from pathlib import Path
from typing import Any

from helpers.dossier._faults import Fault
from helpers.words import capitalise, did_you_mean, one_of

PACKAGE = "datapackage.json"
PROPERTY = "dossier"  # of a data package: what Frictionless does not know
PARAGRAPHS = ("blocks", "lines")
_LONGEST_WORD, _LONGEST_LEAD = 100, 2_000  # characters
_LOOKS = (
    "plain", "accent", "contrast", "numbered", "parts", "place", "open", "all", "close",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Word:
    """A word that a cell may hold, and how a reader meets it."""

    label: str = ""


@dataclass(frozen=True, kw_only=True)
class Topic(Word):
    """A topic: the form of its chart and its mark on a line of days.

    chart is '' where the numbers settle it. What `tells` comes before other things where there is
    no room for all.
    """

    chart: str = field(default="", metadata={"terms": ("marks", "bars", "steps", "strip")})
    mark: str = field(default="circle", metadata={"terms": ("circle", "square")})
    tells: bool = False


@dataclass(frozen=True, kw_only=True)
class Role(Word):
    """A part in how something works: its stage in the diagram; the label is its heading."""

    stage: int
    look: str = field(default="plain", metadata={"terms": _LOOKS})


@dataclass(frozen=True, kw_only=True)
class Unit(Word):
    """A unit: what one is called and its mark, or that it is measured and what is the whole of it.

    whole is 0 where there is no such thing; else the label says what the whole is. A number of
    kinds is no key figure.
    """

    one: str = ""
    mark: str = field(default="square", metadata={"terms": ("person", "square")})
    measured: bool = False
    whole: int = 0
    kinds: bool = False


@dataclass(frozen=True)
class Words:
    """The words that a dossier chooses from, in order, and the lead that an editor wrote.

    paragraphs is what parts those of its texts: 'blocks' for blank lines, 'lines' for line breaks.
    declared is what its datapackage.json says of them.
    """

    topics: Mapping[str, Topic]
    roles: Mapping[str, Role]
    units: Mapping[str, Unit]
    qualifiers: Mapping[str, Word]
    place_kinds: Mapping[str, Word]
    lead: str = ""
    paragraphs: str = PARAGRAPHS[0]
    declared: Mapping = field(default_factory=dict)

    def find_unit(self, unit: str) -> Unit:
        """What is known of a unit, or of a word in it: 'US dollars' are measured as dollars are."""
        known = [self.units[word] for word in unit.split() if word in self.units]
        measured = any(word.measured for word in known)
        return self.units.get(unit, Unit(label=unit, measured=measured))


_SECTIONS = {
    "topics": Topic, "roles": Role, "units": Unit, "qualifiers": Word, "place_kinds": Word,
}  # fmt: skip


def read_words(package: Mapping) -> tuple[Words, list[Fault]]:
    """The words that a data package declares, and all that is wrong with them.

    A section that is declared is closed: it has no other words. One that is not declared has those
    of words.toml. Units alone are free words: what is declared of some is added to what is known.
    """
    given, faults = package.get(PROPERTY, {}), []
    if not isinstance(given, dict):
        return DEFAULT, [refuse_entry([], given, 'expected an object, such as {"topics": {}}')]
    words: dict[str, Any] = vars(DEFAULT).copy()
    for name, value in given.items():
        section: Any
        if name in _SECTIONS:
            section, found = _read_section(name, value)
        elif name == "lead":
            found = _check_text([name], value, _LONGEST_LEAD)
            section = "" if found else value
        elif name == "paragraphs":
            is_one, expected = value in PARAGRAPHS, f"expected {one_of(PARAGRAPHS)}"
            found = [] if is_one else [refuse_entry([name], value, expected)]
            section = value if is_one else ""
        else:
            section, found = {}, [_refuse_unknown([name], words)]
        faults += found
        section = DEFAULT.units | section if name == "units" else section
        words |= {name: section} if section else {}
    return Words(**words | {"declared": given}), faults


def _read_section(name: str, given: object) -> tuple[Any, list[Fault]]:
    """The words of one section by term, in order."""
    if not isinstance(given, dict) or not given:
        return {}, [
            refuse_entry([name], given, 'expected an object with a word, such as {"other": {}}')
        ]
    words, faults = {}, []
    for term, value in given.items():
        found = _check_text([name, term], term, _LONGEST_WORD)
        found += _check_word([name, term], value, _SECTIONS[name])
        if not found:
            words[term] = _SECTIONS[name](**{"label": capitalise(term)} | value)
        faults += found
    return words, faults


def _check_word(path: list[str], given: object, kind: type[Word]) -> list[Fault]:
    """What is wrong with what is said of one word."""
    if not isinstance(given, dict):
        return [refuse_entry(path, given, 'expected an object, such as {"label": "Deaths"}')]
    known = {one.name: one for one in fields(kind)}
    faults = [_refuse_unknown([*path, name], known) for name in given if name not in known]
    for name, one in known.items():
        terms, value = one.metadata.get("terms", ()), given.get(name, one.default)
        here = [*path, name]
        if value is MISSING:
            faults.append(refuse_entry(here, "", "is missing; expected a whole number, 1 or more"))
        elif name in given and (type(value) is not one.type or (one.type is int and value < 1)):
            faults.append(refuse_entry(here, value, f"expected {_EXPECTED[one.type]}"))
        elif terms and name in given and value not in terms:
            hint = did_you_mean(value, terms) or one_of(terms)
            faults.append(refuse_entry(here, value, f"not a {name}", hint))
        elif one.type is str and name in given:
            faults += _check_text(here, value, _LONGEST_WORD)
    return faults


def _check_text(path: list[str], value: object, longest: int) -> list[Fault]:
    """A text is one line, and not too long."""
    if isinstance(value, str) and value.strip() == value != "" and value.isprintable():
        expected = f"too long; expected at most {longest:,} characters"
        return [refuse_entry(path, value, expected)] if len(value) > longest else []
    return [refuse_entry(path, value, "expected one line of text, without space at its ends")]


def refuse_entry(path: list[str], value: object, expected: str, suggestion: str = "") -> Fault:
    """A fault of what a data package says in its property of ours."""
    shown = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return Fault(PACKAGE, None, ".".join([PROPERTY, *path]), shown, expected, suggestion)


def _refuse_unknown(path: list[str], known: Mapping) -> Fault:
    hint = did_you_mean(path[-1], known) or one_of(known)
    return refuse_entry(path[:-1], path[-1], "not known here", hint)


_EXPECTED: dict[Any, str] = {str: "a text", int: "a whole number, 1 or more", bool: "true or false"}
_DEFAULTS = tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))
_READ: dict[str, Any] = {name: _read_section(name, _DEFAULTS[name])[0] for name in _SECTIONS}
DEFAULT = Words(**_READ)
