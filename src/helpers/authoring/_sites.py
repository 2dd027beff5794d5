"""The places that a text names, and what each may be."""

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import dropwhile, takewhile

import shapely

from helpers.authoring._candidate import Candidate, Paragraph, any_of, list_characters
from helpers.geography import KnownPlace, find_places, find_region, measure_km

_NEXT = re.compile(r",\s+(?:and\s+)?|\s+and\s+")
_WORDS = re.compile(r"\S+")
_TOWNS = ("city", "town", "village")
_LARGE = 200_000  # people: a town of which a text need not say in which country it lies
_CENTRAL_KM = 200
_FAR_KM = 100  # between a city and the middle of the region that bears its name
_WORLD = 1_000_000  # people: a city that may be meant by its name wherever the story is
_FAR = 20  # times as many people as the next of its name: then a town is by far the likeliest


@dataclass(frozen=True)
class Scene:
    """What settles which names are places: words of people's names, which are none, and where.

    countries are those that the text is about, as ISO 3166-1 alpha-3, homes those that it names
    most often, and regions their parts.
    """

    names: frozenset[str] = frozenset()
    countries: frozenset[str] = frozenset()
    regions: frozenset[tuple[str, str]] = frozenset()
    homes: frozenset[str] = frozenset()

    def find_sites(self, text: Paragraph, taken: list[Candidate]) -> list[Candidate]:
        """The places of a paragraph, beside what else was found in it."""
        found: list[Candidate] = []
        filled = list_characters(taken)
        for run in text.pattern("run").finditer(text):
            for start, end in _list_parts(text, run):
                if filled.isdisjoint(range(start, end)):
                    sites = self.read(text, start, end, found[-1:])
                    filled |= list_characters(sites)
                    found += sites
        return sorted(found, key=lambda one: one.start)

    def read(self, text: Paragraph, start: int, end: int, last: list[Candidate]) -> list[Candidate]:
        """The place that some capitalised words name behind the last one, if they name one."""
        name = re.sub(r"[’']s?$|(?<!\.[A-Z])[.]$|-(?:based|born|held|led)$", "", text[start:end])
        before, after = text.before(start), text.after(end := start + len(name))
        spelled = _spell_out(text, name, after) if before[-2:] == ", " or name.isupper() else name
        kind = _find_kind(text, name, before, after) if spelled == name else "region"
        name = spelled
        is_next = last and " and " not in name and _NEXT.fullmatch(text, last[0].end, start)
        if is_next and not kind and last[0].unit in _TOWNS:
            kind = last[0].unit  # 'the towns of Orla, Amber and Port'
        bare = name if look_up(name) else re.sub(rf"\s+(?i:{any_of(text.nouns)})$", "", name)
        names = [name] if kind == "site" else dict.fromkeys((name, bare))  # 'Freedom Square'
        known = [place for one in names for place in look_up(one)]
        is_start = bare.split()[0].lower() in text.words("starts")
        is_noun = is_start or " and " in name or bare.split()[-1].lower() in text.nouns
        is_noun &= not known or bool(is_start and kind and known[0].kind in _TOWNS)
        if not known and text.pattern("ends_body").search(bare):
            kind = ""  # 'the River Police district'
        is_joined = not is_next and _is_joined(text, before, after, known)
        if is_noun or len(bare) < 2 or is_joined or _is_people(name, known):
            return []
        if known and known[0].kind == "country" and bare != known[0].name:
            kind = ""  # 'the Kenyan town of Orla'
        known = (around := _find_around(text, known, after)) or known
        countries = {place.name for place in known if place.kind == "country"}
        if bare not in countries and text.pattern("vast").match(bare + after):  # 'Indian Ocean'
            return []
        if countries:
            known = [place for place in known if place.kind != "town"]
        else:
            is_named = kind or around or _is_in(text, name, before, after, known)
            is_only = _is_only(text, known, bare, before)
            here = [one for one in known if one.country in self.countries]
            if not is_named and not is_only:
                known = [one for one in known if one in here or one.population >= _LARGE]
            is_named = is_named or (
                not known and _stands_alone(text, name, before, after, bool(is_next))
            )
            title = text.pattern("before_title").match(after)
            is_titled = title and not text.pattern("is_body").search(bare)
            ends = (known and kind) or (is_titled and (known or kind))
            goes_on = not ends and text.pattern("goes_on").match(after)
            is_part = goes_on or text.pattern("before_body").match(after)
            is_person = set(bare.split()) <= self.names and not (kind or around)
            near: object = text.pattern("before_place").search(before)
            near = near or not text.words("near")
            stands = is_named or is_titled or near or text.pattern("behind_place").match(after)
            regions = [one for one in here if is_only and one.kind == "region"]
            is_city = regions or any(one.population >= _LARGE for one in here)
            if is_part or is_person or not (known or is_named) or not (stands or is_city):
                return []
        # First those in the countries of the text, and of the kind that is said.
        known.sort(key=lambda one: (one.country not in self.countries, not _is_of(one, kind)))
        value = name if kind == "site" else bare
        one = Candidate("place", text.number, start, end, value, unit=kind)
        one = replace(one, places=tuple(dict.fromkeys(known)))
        is_there = known and (around or self.is_in_region(text, known[0], after))
        return [replace(one, chosen=bool(is_there) and self.is_far(one) and is_central(known[0]))]

    def is_far(self, one: Candidate) -> bool:
        """Whether the first of a name's places is meant by far the likeliest."""
        [first, *others], kind = one.places, one.unit
        if not _is_of(first, kind):
            return False
        if first.kind == "country":
            abroad = [other for other in others if other.country != first.country]
            is_region = (first.name, "region") in [(other.name, other.kind) for other in abroad]
            return not is_region and "country" not in [other.kind for other in others]
        is_here = first.country in self.countries
        is_named = first.name.casefold() == one.value.casefold()
        if not (is_here or (is_named and first.population >= _WORLD)):
            return False
        is_small = first.kind in _TOWNS and first.population < _LARGE
        is_away = is_small and first.country not in self.homes and not kind
        if is_away and len(look_up(one.value)) > 1:
            return False
        for other in [other for other in others if _is_of(other, kind)]:
            is_elsewhere = is_here and other.country not in self.countries
            times = 1 if is_elsewhere else _FAR
            is_area = other[:3] == (first.name, "region", first.country) and not kind
            is_apart = is_area and measure_km(*first[3:5], *other[3:5]) > _FAR_KM  # New York
            if is_apart or first.population < times * max(not is_elsewhere, other.population):
                return False
        return True

    def is_in_region(self, text: Paragraph, place: KnownPlace, after: str) -> bool:
        """Whether a town lies in a region that the text names, if it is small: it has namesakes.

        In one that is named right behind it and that nobody knows it surely does not.
        """
        if text.pattern("within_region").match(after):
            return False
        named = {region for country, region in self.regions if country == place.country}
        is_small = place.kind in _TOWNS and place.population < _LARGE
        return not (named and is_small) or name_region(place) in named


def _list_parts(text: Paragraph, run: re.Match) -> list[tuple[int, int]]:
    """What of a run of capitalised words may be one name: all of it, else its first words."""
    words = [*_WORDS.finditer(text, *run.span())]
    stops = [] if look_up(run[0]) else text.words("stops")  # 'The Hague'
    words = [*dropwhile(lambda word: word[0].lower() in stops, words)] or words[-1:]
    first, links = words[0], text.words("links")
    parts = [(first.start(), words[-1].end())]
    is_side = first[0].lower() in [*text.nouns, *text.words("sides")]
    if len(words) > 2 and words[1][0] == "of" and is_side:
        parts.insert(0, (words[2].start(), run.end()))  # 'Port of Zamboanga City'
    for number, word in enumerate(words):
        if word is first or words[number - 1][0] == "and":
            more = takewhile(lambda one: one[0] != "and", words[number:])
            ends = [one.end() for one in more if one[0] not in links]
            parts += [(word.start(), end) for end in reversed(ends)]
    return parts


def _is_only(text: Paragraph, known: list[KnownPlace], name: str, before: str) -> bool:
    """Whether a name means one place alone, wherever the story is: 'in Amberg'."""
    if known and known[0].kind == "region":
        return len({place.country for place in known}) == 1
    is_behind = text.pattern("in_town").search(before)
    return bool(is_behind) and [place.name for place in known] == [name]


def _spell_out(text: Paragraph, name: str, after: str) -> str:
    """The name of which a shorter one may stand behind a town: 'Orla, Calif.'"""
    is_short = after[:1] == "." or name.endswith(".") or name.isupper()
    short = text.table.get("abbreviations", {}) if is_short else {}
    return short.get(name.rstrip("."), name)


def _find_around(text: Paragraph, known: list[KnownPlace], after: str) -> list[KnownPlace]:
    """Those of some places that lie in the region or country which is named right behind."""
    noun = any_of(text.nouns)
    named = re.match(rf"(?:\s+(?:{noun}))?,\s+({text.pattern('run').pattern})", after)
    areas = look_up(_spell_out(text, named[1], after[named.end() :])) if named else ()
    return [one for one in known if any(_lies_in(one, area) for area in areas)]


def _find_kind(text: Paragraph, name: str, before: str, after: str) -> str:
    """'region' of 'Sulu province' or 'province of Sulu', 'other' of 'the coast of Sulu'."""
    for kind, nouns in text.table.get("kind_nouns", {}).items():
        noun = any_of(nouns.split())
        row = f"(?:(?:{_NEXT.pattern})(?:{text.pattern('run').pattern})){{1,5}}"
        stands = re.match(rf"\s+(?:{noun})s?\b|{row}\s+(?:{noun})s\b", after)
        stands = stands or re.search(rf"\b(?i:{noun})s?\s+of\s+$", before)
        if stands or re.search(rf"(?<!\bof)\s(?i:{noun})$", name):
            return kind
    return "other" if text.pattern("side_of").search(before) else ""


def _is_in(text: Paragraph, name: str, before: str, after: str, known: list[KnownPlace]) -> bool:
    """Whether only a place stands so, be it known or not: 'in Orla, Kenya', a dateline."""
    if not before and name.isupper():
        marks = r",\s+[A-Z]|\s*[(–—:]|\s+-" if known else r",\s+[A-Z]"
        return bool(re.match(marks, after))
    if not before and known and re.match(r"\s+[–—]\s", after):
        return True  # 'Amber — It rained.'
    near = text.pattern("before_place" if known else "surely_in").search(before)
    return bool(near and text.pattern("behind_any").match(after))


def _stands_alone(text: Paragraph, name: str, before: str, after: str, is_next: bool) -> bool:
    """Whether a name nobody knows may be a place alone: 'in Orla.', 'Amber, Orla,'."""
    is_body = text.pattern("is_body").search(name)
    if is_body or name.isupper() or not text.pattern("behind_lone").match(after):
        return False
    is_lone = text.pattern("lone_place").search(before)
    in_row = text.pattern("in_row").match(after) or before.lower().endswith("in ")
    is_short = " " not in name or in_row  # no 'Anna Orla'
    return bool((is_lone or (is_next and before.endswith(", "))) and is_short)


@lru_cache(maxsize=4096)
def look_up(name: str) -> tuple[KnownPlace, ...]:
    return tuple(find_places(name))


def _is_people(name: str, known: list[KnownPlace]) -> bool:
    """Whether a name is that of a nation's people: 'Kenyans'."""
    is_plural = name.endswith("s") and name not in {place.name for place in known}
    return is_plural and any(one.kind == "country" for one in look_up(name[:-1]))


def _is_joined(text: Paragraph, before: str, after: str, known: list[KnownPlace]) -> bool:
    """Whether a country's name is a second person's: 'Anna Orla and Jordan Amber'."""
    is_name = bool(known) and known[0].kind == "country" and text.pattern("goes_on").match(after)
    return bool(is_name and text.pattern("behind_person").search(before))


def _is_of(place: KnownPlace, kind: str) -> bool:
    """Whether a place may be of a kind that a noun named: no town is the island of its name."""
    return not kind or place.kind == kind or (place.kind in _TOWNS and kind in _TOWNS)


def is_central(place: KnownPlace) -> bool:
    """Whether the point of a place tells where it is: of a vast region it may lie at an end."""
    area = find_region(place)[1] if place.kind == "region" else None
    if not area:
        return True
    [middle] = shapely.get_coordinates(shapely.centroid(area))
    return bool(measure_km(place.latitude, place.longitude, *middle[::-1]) <= _CENTRAL_KM)


def _lies_in(place: KnownPlace, area: KnownPlace) -> bool:
    if place.country != area.country or area.kind not in ("country", "region"):
        return False
    return area.kind == "country" or name_region(place) == name_region(area) != ""


@lru_cache(maxsize=4096)
def name_region(place: KnownPlace) -> str:
    return find_region(place)[0].get("name", "")
