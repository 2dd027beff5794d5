"""The places that a text names, and what each may be."""

import re
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import dropwhile, takewhile

import shapely

from helpers.authoring._candidate import (
    NEAR,
    Candidate,
    any_of,
    find_pattern,
    find_table,
    list_characters,
    list_words,
    look_back,
)
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

    language: str
    names: frozenset[str] = frozenset()
    countries: frozenset[str] = frozenset()
    regions: frozenset[tuple[str, str]] = frozenset()
    homes: frozenset[str] = frozenset()

    def find_sites(self, text: str, paragraph: int, taken: list[Candidate]) -> list[Candidate]:
        """The places of a paragraph, beside what else was found in it."""
        found: list[Candidate] = []
        filled = list_characters(taken)
        for run in find_pattern("run").finditer(text):
            for start, end in self.list_parts(run):
                if filled.isdisjoint(range(start, end)):
                    site = self.read(text, paragraph, start, end, found[-1:])
                    found += [site] if site else []
                    filled |= list_characters([site] if site else [])
        return sorted(found, key=lambda one: one.start)

    def list_parts(self, run: re.Match) -> list[tuple[int, int]]:
        """What of a run of capitalised words may be one name: all of it, else its first words."""
        words = [*_WORDS.finditer(run.string, *run.span())]
        stops = [] if look_up(run[0]) else list_words("stops", self.language)  # 'The Hague'
        words = [*dropwhile(lambda word: word[0].lower() in stops, words)] or words[-1:]
        first, links = words[0], list_words("links", "")
        parts = [(first.start(), words[-1].end())]
        is_side = first[0].lower() in [*self.nouns, *list_words("sides", self.language)]
        if len(words) > 2 and words[1][0] == "of" and is_side:
            parts.insert(0, (words[2].start(), run.end()))  # 'Port of Zamboanga City'
        for number, word in enumerate(words):
            if word is first or words[number - 1][0] == "and":
                more = takewhile(lambda one: one[0] != "and", words[number:])
                ends = [one.end() for one in more if one[0] not in links]
                parts += [(word.start(), end) for end in reversed(ends)]
        return parts

    @cached_property
    def nouns(self) -> list[str]:
        """The nouns that say of which kind a place is."""
        return " ".join(find_table(self.language).get("kind_nouns", {}).values()).split()

    def read(
        self, text: str, paragraph: int, start: int, end: int, last: list[Candidate]
    ) -> Candidate | None:
        """The place that some capitalised words name behind the last one, if they name one."""
        name = re.sub(r"[’']s?$|(?<!\.[A-Z])[.]$|-(?:based|born|held|led)$", "", text[start:end])
        before, after = look_back(text, start), text[(end := start + len(name)) :][:NEAR]
        spelled = self.spell_out(name, after) if before[-2:] == ", " or name.isupper() else name
        kind = self.find_kind(name, before, after) if spelled == name else "region"
        name = spelled
        is_next = last and " and " not in name and _NEXT.fullmatch(text, last[0].end, start)
        if is_next and not kind and last[0].unit in _TOWNS:
            kind = last[0].unit  # 'the towns of Orla, Amber and Port'
        bare = name if look_up(name) else re.sub(rf"\s+(?i:{any_of(self.nouns)})$", "", name)
        names = [name] if kind == "site" else dict.fromkeys((name, bare))  # 'Freedom Square'
        known = [place for one in names for place in look_up(one)]
        is_start = bare.split()[0].lower() in list_words("starts", self.language)
        is_noun = is_start or " and " in name or bare.split()[-1].lower() in self.nouns
        is_noun &= not known or bool(is_start and kind and known[0].kind in _TOWNS)
        is_lone = self.stands_alone(name, before, after, bool(is_next))
        if not known and find_pattern("ends_body", self.language).search(bare):
            kind = ""  # 'the River Police district'
        is_people = _is_people(name, known) or (not is_next and _is_joined(before, after, known))
        if is_noun or len(bare) < 2 or is_people:
            return None
        if known and known[0].kind == "country" and bare != known[0].name:
            kind = ""  # 'the Kenyan town of Orla'
        known = (around := self.find_around(known, after)) or known
        countries = {place.name for place in known if place.kind == "country"}
        if bare not in countries and find_pattern("vast").match(bare + after):  # 'Indian Ocean'
            return None
        if countries:
            known = [place for place in known if place.kind != "town"]
        else:
            is_named = kind or around or self.is_in(name, before, after, known)
            is_only = self.is_only(known, bare, before)
            here = [one for one in known if one.country in self.countries]
            if not is_named and not is_only:
                known = [one for one in known if one in here or one.population >= _LARGE]
            is_named = is_named or (is_lone and not known)
            title = find_pattern("before_title", self.language).match(after)
            is_titled = title and not find_pattern("is_body", self.language).search(bare)
            goes_on = find_pattern("goes_on").match(after) and not (
                (known and kind) or (is_titled and (known or kind))
            )
            is_part = goes_on or find_pattern("before_body", self.language).match(after)
            is_person = set(bare.split()) <= self.names and not (kind or around)
            near: object = find_pattern("before_place", self.language).search(before)
            near = near or not list_words("near", self.language)
            stands = is_named or is_titled or near or find_pattern("behind_place").match(after)
            is_city = any(
                one.population >= _LARGE or (is_only and one.kind == "region") for one in here
            )
            if is_part or is_person or not (known or is_named) or not (stands or is_city):
                return None
        # First those in the countries of the text, and of the kind that is said.
        known.sort(key=lambda one: (one.country not in self.countries, not _is_of(one, kind)))
        places = tuple(dict.fromkeys(known))
        value = name if kind == "site" else bare
        chosen = bool(places) and self.is_far(places, kind, value) and is_central(places[0])
        chosen = chosen and (bool(around) or self.is_in_region(places[0], after))
        one = Candidate("place", paragraph, start, end, value, unit=kind)
        return replace(one, places=places, chosen=chosen)

    def is_only(self, known: list[KnownPlace], name: str, before: str) -> bool:
        """Whether a name means one place alone, wherever the story is: 'in Amberg'."""
        if known and known[0].kind == "region":
            return len({place.country for place in known}) == 1
        is_behind = find_pattern("in_town", self.language).search(before)
        return bool(is_behind) and [place.name for place in known] == [name]

    def spell_out(self, name: str, after: str) -> str:
        """The name of which a shorter one may stand behind a town: 'Orla, Calif.'"""
        is_short = after[:1] == "." or name.endswith(".") or name.isupper()
        short = find_table(self.language).get("abbreviations", {}) if is_short else {}
        return short.get(name.rstrip("."), name)

    def find_around(self, known: list[KnownPlace], after: str) -> list[KnownPlace]:
        """Those of some places that lie in the region or country which is named right behind."""
        noun = any_of(self.nouns)
        named = re.match(rf"(?:\s+(?:{noun}))?,\s+({find_pattern('run').pattern})", after)
        areas = look_up(self.spell_out(named[1], after[named.end() :])) if named else ()
        return [one for one in known if any(_lies_in(one, area) for area in areas)]

    def find_kind(self, name: str, before: str, after: str) -> str:
        """'region' of 'Sulu province' or 'province of Sulu', 'other' of 'the coast of Sulu'."""
        for kind, nouns in find_table(self.language).get("kind_nouns", {}).items():
            noun = any_of(nouns.split())
            row = f"(?:(?:{_NEXT.pattern})(?:{find_pattern('run').pattern})){{1,5}}"
            stands = re.match(rf"\s+(?:{noun})s?\b|{row}\s+(?:{noun})s\b", after)
            stands = stands or re.search(rf"\b(?i:{noun})s?\s+of\s+$", before)
            if stands or re.search(rf"(?<!\bof)\s(?i:{noun})$", name):
                return kind
        return "other" if find_pattern("side_of", self.language).search(before) else ""

    def is_in(self, name: str, before: str, after: str, known: list[KnownPlace]) -> bool:
        """Whether only a place stands so, be it known or not: 'in Orla, Kenya', a dateline."""
        if not before and name.isupper():
            marks = r",\s+[A-Z]|\s*[(–—:]|\s+-" if known else r",\s+[A-Z]"
            return bool(re.match(marks, after))
        if not before and known and re.match(r"\s+[–—]\s", after):
            return True  # 'Amber — It rained.'
        near = find_pattern("before_place" if known else "surely_in", self.language).search(before)
        return bool(near and find_pattern("behind_any", self.language).match(after))

    def stands_alone(self, name: str, before: str, after: str, is_next: bool) -> bool:
        """Whether a name nobody knows may be a place alone: 'in Orla.', 'Amber, Orla,'."""
        is_body = find_pattern("is_body", self.language).search(name)
        if is_body or name.isupper() or not find_pattern("behind_lone", self.language).match(after):
            return False
        is_lone = find_pattern("lone_place", self.language).search(before)
        in_row = find_pattern("in_row").match(after) or before.lower().endswith("in ")
        is_short = " " not in name or in_row  # no 'Anna Orla'
        return bool((is_lone or (is_next and before.endswith(", "))) and is_short)

    def is_far(self, places: tuple[KnownPlace, ...], kind: str, value: str) -> bool:
        """Whether the first of some places is meant by far the likeliest."""
        first, *others = places
        if not _is_of(first, kind):
            return False
        if first.kind == "country":
            abroad = [other for other in others if other.country != first.country]
            regions = [one for one in abroad if one.kind == "region" and one.name == first.name]
            return not regions and not any(other.kind == "country" for other in others)
        is_here = first.country in self.countries
        is_named = first.name.casefold() == value.casefold()
        if not (is_here or (is_named and first.population >= _WORLD)):
            return False
        is_small = first.kind in _TOWNS and first.population < _LARGE
        is_away = is_small and first.country not in self.homes and not kind
        if is_away and len(look_up(value)) > 1:
            return False
        for other in [other for other in others if _is_of(other, kind)]:
            is_elsewhere = is_here and other.country not in self.countries
            times = 1 if is_elsewhere else _FAR
            is_area = other[:3] == (first.name, "region", first.country) and not kind
            is_apart = is_area and measure_km(*first[3:5], *other[3:5]) > _FAR_KM  # New York
            if is_apart or first.population < times * max(not is_elsewhere, other.population):
                return False
        return True

    def is_in_region(self, place: KnownPlace, after: str) -> bool:
        """Whether a town lies in a region that the text names, if it is small: it has namesakes.

        In one that is named right behind it and that nobody knows it surely does not.
        """
        if find_pattern("within_region", self.language).match(after):
            return False
        named = {region for country, region in self.regions if country == place.country}
        is_small = place.kind in _TOWNS and place.population < _LARGE
        return not (named and is_small) or name_region(place) in named


@lru_cache(maxsize=4096)
def look_up(name: str) -> tuple[KnownPlace, ...]:
    """All that a name may be."""
    return tuple(find_places(name))


def _is_people(name: str, known: list[KnownPlace]) -> bool:
    """Whether a name is that of a nation's people: 'Kenyans'."""
    is_plural = name.endswith("s") and name not in {place.name for place in known}
    return is_plural and any(one.kind == "country" for one in look_up(name[:-1]))


def _is_joined(before: str, after: str, known: list[KnownPlace]) -> bool:
    """Whether a country's name is a second person's: 'Anna Orla and Jordan Amber'."""
    is_name = bool(known) and known[0].kind == "country" and find_pattern("goes_on").match(after)
    return bool(is_name and find_pattern("behind_person").search(before))


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
    """The region that a place lies in; '' where none is known."""
    return find_region(place)[0].get("name", "")
