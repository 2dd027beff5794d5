"""The places that a text names, and what each may be."""

import re
from functools import lru_cache

from helpers.authoring._candidate import Candidate, any_of, find_table
from helpers.geography import KnownPlace, find_places

_WORD = r"[A-ZÀ-ÖØ-ÞА-ЯЁ](?:[\w’'.-]*[\w])?"
_RUN = re.compile(rf"{_WORD}(?:\s+(?:(?:of|the|de|del|la|le|al|el|and)\s+)?{_WORD})*")
_LARGE = 200_000  # people: a town of which a text need not say in which country it lies
_FAR = 20  # times as many people as the next of its name: then a town is meant by far the likeliest


def find_sites(
    text: str,
    paragraph: int,
    language: str,
    taken: list[Candidate],
    names: frozenset[str],
    countries: frozenset[str],
) -> list[Candidate]:
    """The places of a paragraph.

    Parameters
    ----------
    taken
        What else was found in it: days, and people by their names.
    names
        The words of the names of people in the text, which are no places.
    countries
        ISO 3166-1 alpha-3 of the countries that the text is about, which settle what a name means.
    """
    found: list[Candidate] = []
    for run in _RUN.finditer(text):
        for start, end in _list_parts(run, text):
            if any(one.overlaps(start, end) for one in [*taken, *found]):
                continue
            one = _read(text, start, end, paragraph, language, names, countries)
            if one:
                found.append(one)
    return sorted(found, key=lambda one: one.start)


def _list_parts(run: re.Match, text: str) -> list[tuple[int, int]]:
    """What of a run of capitalised words may be one name: all of it, else its first words."""
    words = [*re.finditer(r"\S+", run[0])]
    parts = []
    for count in range(len(words), 0, -1):
        if words[count - 1][0] not in ("of", "the", "and", "de", "del", "la", "le", "al", "el"):
            parts.append((run.start(), run.start() + words[count - 1].end()))
    if words[0][0] == "The" and len(words) > 1:
        parts.append((run.start() + words[1].start(), run.end()))
    if "and" in [word[0] for word in words]:
        parts += [
            (run.start() + word.start(), run.start() + word.end())
            for before, word in zip(words, words[1:], strict=False)
            if before[0] == "and"
        ]
    return parts


def _read(
    text: str,
    start: int,
    end: int,
    paragraph: int,
    language: str,
    names: frozenset[str],
    countries: frozenset[str],
) -> Candidate | None:
    name = re.sub(r"[’']s?$|[.]$", "", text[start:end])
    end = start + len(name)
    table = find_table(language)
    kind = _find_kind(name, text[:start], text[end:], table)
    bare = re.sub(rf"\s+(?i:{any_of(' '.join(table.get('kinds', {}).values()))})$", "", name)
    known = [place for one in dict.fromkeys((name, bare)) for place in look_up(one)]
    if name.endswith("s") and name not in {place.name for place in known} and look_up(name[:-1]):
        return None  # 'Kenyans' are no place
    nouns = f"{' '.join(table.get('kinds', {}).values())} {table.get('starts', '')}".split()
    if bare.split()[-1].lower() in nouns or len(bare) < 2:
        return None
    is_area = any(place.kind == "country" for place in known)
    if not is_area:
        known = [place for place in known if kind or _is_known(place, countries)]
        if set(bare.split()) & names or not _stands_as_place(text, start, end, kind, table):
            return None
        if not known and not kind:
            return None
        if re.match(rf"\s+{_WORD}", text[end:]) and not kind:
            return None  # a part of a longer name
    elif re.match(r"\s+(?!and\b)[A-Z][a-z]+\s+[A-Z]", text[end:]) and text[
        :start
    ].rstrip().endswith("al"):
        return None
    places, chosen = rank_places(known, kind, countries)
    return Candidate(
        "place", paragraph, start, end, value=bare, unit=kind, places=places, chosen=chosen
    )


def _is_known(place: KnownPlace, countries: frozenset[str]) -> bool:
    """Whether a place may be meant where no noun says that it is one."""
    return place.country in countries or place.population >= _LARGE


def _find_kind(name: str, before: str, after: str, table: dict) -> str:
    """'region' of 'Sulu province', 'Jolo Island' or 'province of Sulu': the kind that a noun names."""
    for kind, nouns in table.get("kinds", {}).items():
        noun = any_of(nouns)
        if re.match(rf"\s+(?:{noun})\b", after) or re.search(rf"\b(?:{noun})\s+of\s+$", before):
            return kind
        if re.search(rf"(?<!\bof)\s(?i:{noun})$", name):
            return kind
    return "other" if re.search(rf"\b(?:{any_of(table.get('sides', ''))})\s+of\s+$", before) else ""


def _stands_as_place(text: str, start: int, end: int, kind: str, table: dict) -> bool:
    """Whether the words around a name are those around a place."""
    if kind or "near" not in table:
        return True
    before = re.search(
        r"([^\W\d_]+)\s+(?:the\s+|northern\s+|southern\s+|eastern\s+|western\s+|central\s+)?$",
        text[:start],
    )
    if before and before[1].lower() in table["near"].split():
        return True
    if re.match(rf",\s+{_WORD}", text[end:]) or re.search(
        rf"{_WORD}(?:,|\s+and)\s+$", text[:start]
    ):
        return True
    return bool(re.match(r"[’']s\s", text[end:]))


@lru_cache(maxsize=4096)
def look_up(name: str) -> tuple[KnownPlace, ...]:
    """All that a name may be."""
    return tuple(find_places(name))


def rank_places(
    known: list[KnownPlace], kind: str, countries: frozenset[str]
) -> tuple[tuple[KnownPlace, ...], bool]:
    """What a name may be, the likeliest first, and whether that one is it by far."""
    unique = list(dict.fromkeys(known))
    here = [place for place in unique if place.country in countries]
    rest = [place for place in unique if place.country not in countries]
    ordered = (*here, *rest)
    if kind:
        ordered = tuple(
            sorted(
                ordered, key=lambda place: (place.country not in countries, not _is_of(place, kind))
            )
        )
    if not ordered:
        return (), False
    if len(ordered) == 1:
        only = ordered[0]
        if kind and not _is_of(only, kind):
            return ordered, False
        return (
            ordered,
            only.kind == "country" or only.country in countries or only.population > 100_000,
        )
    first = ordered[0]
    if kind and not _is_of(first, kind):
        return ordered, False
    if first.kind == "country":
        return ordered, not any(
            other.kind in ("country", "region") and other.name == first.name
            for other in ordered[1:]
        )
    rivals = [
        p
        for p in (here if first in here else ordered)
        if p != first and (not kind or _is_of(p, kind))
    ]
    is_far = all(first.population >= _FAR * max(1, other.population) for other in rivals)
    return ordered, is_far and (first in here or first.population > 1_000_000)


def _is_of(place: KnownPlace, kind: str) -> bool:
    """Whether a place may be of a kind that a noun named."""
    towns = ("city", "town", "village", "site")
    return place.kind == kind or (place.kind in towns and kind in towns)
