"""All that a text may state, paragraph by paragraph."""

from dataclasses import replace
from datetime import date

from helpers.authoring._candidate import Candidate, find_pattern
from helpers.authoring._days import find_days
from helpers.authoring._quantities import find_quantities
from helpers.authoring._sites import Scene, look_up, name_region
from helpers.authoring._speakers import find_person, find_speakers, name_speaker
from helpers.errors import DossierError

_LONGEST = 20_000  # characters of a paragraph


def read_candidates(
    paragraphs: tuple[str, ...],
    language: str = "en",
    published: date | None = None,
    countries: frozenset[str] = frozenset(),
) -> list[Candidate]:
    """Everything that a text may state: numbers, days, places and speakers, in their order.

    Parameters
    ----------
    paragraphs
        The text, as `split_paragraphs` parts it.
    published
        The day from which 'on Thursday' and 'last month' are told; without one they are left out.
    countries
        ISO 3166-1 alpha-3 of where the story is, beside those that the text names.
    """
    refuse_long(paragraphs)
    speakers = find_speakers(paragraphs, language)
    persons = [
        replace(one, start=one.end - len(own), value=find_person(one.value))
        for one in speakers
        if (own := find_person(paragraphs[one.paragraph - 1][one.start : one.end]))
        and not look_up(one.value)
    ]
    people = frozenset(word for one in persons for word in one.value.split())
    firms = {
        name[1] for text in paragraphs for name in find_pattern("company", language).finditer(text)
    }
    scene = _set_scene(paragraphs, Scene(language, people | firms, countries))
    found = list(speakers)
    last_day = ""
    for number, text in enumerate(paragraphs, start=1):
        said = [one for one in speakers if one.paragraph == number]
        days = find_days(text, number, language, published, last_day)
        last_day = days[-1].value if days else last_day
        numbers = find_quantities(text, number, language, days)
        named = [one for one in persons if one.paragraph == number]
        found += days
        found += [replace(one, asserted_by=name_speaker(text, one, said)) for one in numbers]
        found += scene.find_sites(text, number, [*days, *named])
    ordered = sorted(found, key=lambda one: (one.paragraph, one.start, one.kind))
    return _mean_the_same(ordered)


def refuse_long(paragraphs: tuple[str, ...]) -> None:
    """Refuse a text whose blocks are no paragraphs: a rule would look at them for minutes."""
    for number, text in enumerate(paragraphs, start=1):
        if len(text) > _LONGEST:
            raise DossierError(
                f"paragraph {number}: has {len(text):,} characters; expected at most {_LONGEST:,}, "
                "parted by a blank line"
            )


def _mean_the_same(found: list[Candidate]) -> list[Candidate]:
    """A name means all through a text what it means where the text says of which kind it is."""
    told = {one.value: one for one in reversed(found) if one.kind == "place" and one.unit}
    return [
        replace(one, places=told[one.value].places, chosen=told[one.value].chosen)
        if one.kind == "place" and one.value in told
        else one
        for one in found
    ]


def _set_scene(paragraphs: tuple[str, ...], scene: Scene) -> Scene:
    """A scene with the countries and regions that a text names, by whatever name."""
    areas = [
        site.places[0]
        for number, text in enumerate(paragraphs, start=1)
        for site in scene.find_sites(text, number, [])
        if site.places
        and (
            site.places[0].kind == "country"
            or (site.places[0].kind == "region" and site.places[0].name == site.value)
        )
    ]
    regions = [area for area in areas if area.kind == "region"]
    return replace(
        scene,
        countries=scene.countries | {area.country for area in areas},
        regions=frozenset((area.country, name_region(area)) for area in regions),
    )
