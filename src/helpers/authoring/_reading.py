"""All that a text may state, paragraph by paragraph, and who says it."""

import re
from collections import Counter
from dataclasses import replace
from datetime import date

from helpers.authoring._candidate import Candidate, Paragraph, find_pattern, find_sentence
from helpers.authoring._measures import find_days, find_quantities
from helpers.authoring._sites import Scene, look_up, name_region
from helpers.errors import DossierError
from helpers.words import CURRENCIES

_LONGEST = 20_000  # characters of a paragraph
_NO_NAME = re.compile(rf"[\W\d]*|(?:{CURRENCIES})[\d.,]+")  # 'Rs293'
_LONG = 4  # words: no person's name
_FORMS = "by_whom who_says says_who body_finds quoted_as then_says both_say second_says".split()


def read_candidates(
    paragraphs: tuple[str, ...],
    language: str = "en",
    published: date | None = None,
    countries: frozenset[str] = frozenset(),
) -> list[Candidate]:
    """Everything that a text may state: numbers, days, places and speakers, in their order.

    The paragraphs are those of `split_paragraphs`; countries (ISO 3166-1 alpha-3) are where the
    story is, beside those that it names. Without the day on which it was published 'on Thursday'
    and 'last month' are left out. A DossierError of a paragraph that is too long to be one.
    """
    refuse_long(paragraphs)
    texts = [Paragraph(text, number, language) for number, text in enumerate(paragraphs, start=1)]
    speakers = find_speakers(texts)
    persons = [
        replace(one, start=one.end - len(own), value=find_person(one.value))
        for one in speakers
        if (own := find_person(texts[one.paragraph - 1][one.start : one.end]))
        and not look_up(one.value)
    ]
    names = {word for one in persons for word in one.value.split()}
    names |= {name for text in texts for name in text.pattern("company").findall(text)}
    scene = _set_scene(texts, Scene(frozenset(names), countries))
    found = list(speakers)
    last_day = ""
    for text in texts:
        said = [one for one in speakers if one.paragraph == text.number]
        named = [one for one in persons if one.paragraph == text.number]
        days = find_days(text, published, last_day)
        last_day = days[-1].value if days else last_day
        numbers = find_quantities(text, days)
        found += days
        found += [replace(one, asserted_by=name_speaker(text, one, said)) for one in numbers]
        found += scene.find_sites(text, [*days, *named])
    found.sort(key=lambda one: (one.paragraph, one.start, one.kind))
    # A name means all through a text what it means where the text says of which kind it is.
    told = {one.value: one for one in reversed(found) if one.kind == "place" and one.unit}
    for at, one in enumerate(found):
        if one.kind == "place" and one.value in told:
            meant = told[one.value]
            found[at] = replace(one, places=meant.places, chosen=meant.chosen)
    return found


def refuse_long(paragraphs: tuple[str, ...]) -> None:
    """Refuse a text whose blocks are no paragraphs: a rule would look at them for minutes."""
    for number, text in enumerate(paragraphs, start=1):
        if len(text) > _LONGEST:
            expected = f"expected at most {_LONGEST:,}, parted by a blank line"
            raise DossierError(f"paragraph {number}: has {len(text):,} characters; {expected}")


def _set_scene(texts: list[Paragraph], scene: Scene) -> Scene:
    """A scene with the countries and regions that a text names, by whatever name."""
    sites = [site for text in texts for site in scene.find_sites(text, []) if site.places]
    first = [(site.places[0], site.value) for site in sites]
    regions = [area for area, name in first if area.kind == "region" and area.name == name]
    areas = [*regions, *(area for area, _ in first if area.kind == "country")]
    named = Counter(area.country for area in areas)
    most = {country for country, times in named.items() if times == max(named.values())}
    parts = frozenset((area.country, name_region(area)) for area in regions)
    return Scene(scene.names, scene.countries | set(named), parts, scene.countries | most)


def find_speakers(texts: list[Paragraph]) -> list[Candidate]:
    """Everyone whom a text has say something; a pronoun stands for the last who has a name."""
    found: list[Candidate] = []
    full: dict[str, str] = {}  # each known name by its last word, or its letters
    last: Candidate | None = None
    for text in texts:
        for one in _find_in(text):
            name = one.value
            if name.lower() in text.words("pronouns"):
                surnames = {other.value.split()[-1] for other in found if " " in other.value}
                meant, is_sure = _find_meant(one, last, surnames, texts)
                found += [replace(one, value=meant, chosen=is_sure)] if meant else []
                continue
            if letters := re.search(r"\s+\(([\w-]+)\)$", name):
                name = name[: letters.start()]
                full[letters[1]] = name
            surname = name.split()[-1]
            holder, body = _find_holder(name, found, texts), _find_body(name, full, text)
            is_stand_in = holder or (body and surname.capitalize() not in body.split())
            name = holder or body or name
            known = full.get(surname, "")
            is_titled = find_person(name) == surname or re.search(r"\b[A-Z]{2,}\b", name)
            if known and (name == surname or known.endswith(name) or is_titled):
                name = known
            elif name[:1].isupper():
                initials = "".join(re.findall("[A-Z&]", name))  # 'USGS'
                full |= {surname: name, initials: name} if " " in name else {surname: name}
            is_sure = not (text.pattern("joined").search(text.before(one.start)) or is_stand_in)
            found.append(replace(one, value=name, chosen=is_sure))
            if name[:1].isupper():
                last = found[-1]
    return [replace(one, value=full.get(one.value, one.value)) for one in found]


def _find_holder(name: str, found: list[Candidate], texts: list[Paragraph]) -> str:
    """The only one that 'the minister' may be: beside whose name that office stands."""
    office = name.removeprefix("the ").lower()
    if office not in texts[0].words("heads"):
        return ""
    holders = set()
    for one in found:
        text, own = texts[one.paragraph - 1], re.escape(find_person(one.value))
        leads = rf"\b(?i:{office})\s+(?:(?:of|for)\s+[\w\s]{{3,30}}?\s)?(?:[A-Z]\w+\.?\s+)?{own}$"
        follows = rf",\s+(?:[\w-]+\s+){{0,3}}(?i:{office})\b"
        holds = re.search(leads, text[: one.end]) or re.match(follows, text[one.end :])
        holders |= {one.value} if own and holds else set()
    return holders.pop() if len(holders) == 1 else ""


def _find_body(name: str, full: dict[str, str], text: Paragraph) -> str:
    """The only known body that 'the ministry' may be by its name, or 'the firm' by its kind."""
    noun = name.removeprefix("the ")
    if noun == name or " " in noun:
        return ""
    bodies = {body for body in full.values() if noun.capitalize() in body.split()}
    if not bodies and noun in text.words("stand_ins"):
        named = {body for body in full.values() if body.split()[-1][:1].isupper()}
        bodies = {body for body in named if " " not in find_person(body)}
    return bodies.pop() if len(bodies) == 1 else ""


def find_person(name: str) -> str:
    """What of a speaker's name is a person's own, behind a title; '' of a body."""
    own = find_pattern("behind_body", "en").sub("", name).strip()
    return own if own[:1].isupper() else ""


def _find_meant(
    one: Candidate, last: Candidate | None, surnames: set[str], texts: list[Paragraph]
) -> tuple[str, bool]:
    """For whom a pronoun stands, the last speaker or the only person near it, and if surely."""
    here = _hide_quotes(texts[one.paragraph - 1])[: one.start]
    before = _hide_quotes(texts[one.paragraph - 2]) if one.paragraph > 1 else ""
    is_near = last and one.paragraph - last.paragraph < 2
    if last and last.paragraph == one.paragraph:
        before, here = "", here[last.end :]
    elif last and is_near:
        before = before[last.end :]
    is_person = one.value.lower() in ("he", "she")
    if last and is_near and _name_persons(f"{before} {here}") <= {find_person(last.value)}:
        person = find_person(last.value)
        others = surnames - {last.value.split()[-1]}
        is_sure = others.isdisjoint(re.findall(r"\w+", before + here))
        return (last.value if (" " in person if is_person else not person) else ""), is_sure
    named = [_name_persons(part) for part in (here, before)] if is_person else []
    persons = next(filter(None, named), set())
    return (persons.pop() if len(persons) == 1 else ""), False


def _name_persons(text: str) -> set[str]:
    """The names in a text that may be persons': of two words or three, and no letters alone."""
    names = find_pattern("two_names").finditer(text)
    owns = [find_person(name[0]) for name in names if text[: name.start()][-5:] != "told "]
    return {
        own
        for own in owns
        if 1 < len(own.split()) < _LONG and not re.search("[A-Z]{2}", own) and not look_up(own)
    }


def name_speaker(text: Paragraph, candidate: Candidate, speakers: list[Candidate]) -> str:
    """Who of a paragraph says what a candidate states: whose verb alone governs its clause."""
    first, last = find_sentence(text, candidate.start)
    said = [one for one in speakers if first <= one.start < last]
    if len({one.value for one in said}) != 1 or said[0].overlaps(candidate.start, candidate.end):
        return ""
    who, hidden = said[0], _hide_quotes(text)
    is_given = text.pattern("given").search(text.before(candidate.start))  # 'the 12 boats'
    is_named = who.chosen and text.pattern("named").fullmatch(who.value)
    is_doubted = text.pattern("doubts").search(hidden[first:last])
    is_within = text.pattern("in_quote").search(text[first : candidate.start])
    if is_given or not is_named or is_doubted or is_within:
        return ""
    before, behind = hidden[first : who.start], hidden[who.end : last]
    by = text.pattern("ends_by").search(before)
    if candidate.start < who.start:
        between, breaks = hidden[candidate.end : who.start], "break"
        closes = text.pattern("closes_by" if by else "closes").match(behind)
        inverted = text.pattern("inverted").search(before)
        is_apart = by or text.pattern("aside").search(before)
        is_open = text.pattern("opens").match(before)
        is_aside = text.pattern("aside_before").search(hidden[first : candidate.start])
        governs = bool(is_apart and (closes or inverted) and not (is_open or is_aside))
    else:
        between, breaks = hidden[who.end : candidate.start], "break_behind"
        governs = bool(by or text.pattern("governs").match(between))
    return who.value if governs and not text.pattern(breaks).search(between) else ""


def _hide_quotes(text: str) -> str:
    """The text with a mark in place of each character that is quoted."""
    return find_pattern("quoted").sub(lambda quote: "“" + "¤" * (len(quote[0]) - 1), text)


def _find_in(text: Paragraph) -> list[Candidate]:
    """The speakers of one paragraph, as they are called there."""
    found: list[Candidate] = []
    verbs = set()
    hidden = _hide_quotes(text)
    for match in [m for form in _FORMS for m in text.pattern(form).finditer(hidden)]:
        verb = match.groupdict().get("verb") and match.start("verb")
        one = _trim(match, text)
        if not one or any(other.overlaps(one.start, one.end) for other in found):
            continue
        if verb is None or verb not in verbs:  # each verb has one subject
            found.append(one)
        verbs.add(verb)
    return sorted(found, key=lambda one: one.start)


def _trim(match: re.Match, text: Paragraph) -> Candidate | None:
    """The speaker of one match: without an article, a title, or what no speaker is called."""
    start, end = match.span("who")
    lead = text.pattern("lead").match(text, start, end)
    if lead and lead.end() < end:
        start = lead.end()
    words = re.sub(r"[’']s$|(?<!\.[A-Z])[.,]$", "", text[start:end])
    named = text.pattern("named_behind").match(text, start + len(words))
    lead = re.match(r"[a-z -]+ (?=[A-Z])", words)
    part = text.pattern("own_name").match(words)
    is_noun = words[:1].islower() or words.rsplit(" ", 1)[-1].islower() or (named and named["head"])
    if named and is_noun and not look_up(named["name"]):  # 'the mayor, Anna Orla, said'
        start, words = named.start("name"), named["name"]
    elif lead and not text.pattern("is_body").search(lead[0]):
        start, words = start + lead.end(), words[lead.end() :]  # 'preliminary Observatory'
    elif part and find_person(part["person"]) == part["person"]:
        start, words = start + part.start("person"), part["person"]  # 'Mayor Anna Orla of Amber'
    is_none = text.pattern("lead").fullmatch(f"{words} ")
    before = text.before(start)
    is_by = "verb" not in match.groupdict()  # 'according to'
    is_object = not is_by and text.pattern("object").search(before)
    if re.match(r",\s+[A-Z]", text[start + len(words) : match.end()]):  # 'in Orla, Amber, said'
        is_object = text.pattern("listed").search(before)
    is_object = is_object or (before.endswith("of the ") and re.fullmatch(r"[a-z -]*[^s]", words))
    if is_none or is_object or _NO_NAME.fullmatch(words):
        return None
    has_article = words[0].islower() and text[:start].lower().endswith("the ")
    name = f"the {words}" if has_article else words  # 'according to the ministry'
    return Candidate("speaker", text.number, start, start + len(words), value=name)
