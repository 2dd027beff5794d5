"""Who says something in a text, and which words a verb of saying governs."""

import re
from dataclasses import replace

from helpers.authoring._candidate import (
    Candidate,
    find_pattern,
    find_sentence,
    list_words,
    look_back,
)

_FORMS = ("by_whom", "who_says", "says_who", "body_finds", "quoted_as")


def find_speakers(paragraphs: tuple[str, ...], language: str) -> list[Candidate]:
    """Everyone whom a text has say something; a pronoun stands for the last who has a name."""
    found: list[Candidate] = []
    full: dict[str, str] = {}  # each known name by its last word, or its letters
    last: Candidate | None = None
    for number, text in enumerate(paragraphs, start=1):
        for one in _find_in(text, number, language):
            name = one.value
            if name.lower() in list_words("pronouns", language):
                if last and _stands_for(one, last) and _is_nearest(last, one, paragraphs):
                    found.append(replace(one, value=last.value))
                continue
            if letters := re.search(r"\s+\(([A-Z]+)\)$", name):
                name = name[: letters.start()]
                full[letters[1]] = name
            known = full.get(name.split()[-1], "")
            if len(known) > len(name) and (known.endswith(name) or name.isupper()):
                name = known
            elif name[:1].isupper():
                full[name.split()[-1]] = name
            found.append(replace(one, value=name))
            if name[:1].isupper():
                last = found[-1]
    return found


def _stands_for(pronoun: Candidate, last: Candidate) -> bool:
    """Whether a pronoun is one for a person, or for a body, as the last speaker is."""
    is_body = bool(find_pattern("is_body", "en").search(last.value))
    is_person = pronoun.value.lower() in ("he", "she")
    return is_body is not is_person and (is_body or " " in last.value)


def _is_nearest(last: Candidate, pronoun: Candidate, paragraphs: tuple[str, ...]) -> bool:
    """Whether nobody else is named between a speaker and a pronoun that stands near."""
    if pronoun.paragraph - last.paragraph > 1:
        return False
    here = paragraphs[pronoun.paragraph - 1][: pronoun.start]
    between = (
        here[last.end :]
        if last.paragraph == pronoun.paragraph
        else (f"{paragraphs[last.paragraph - 1][last.end :]} {here}")
    )
    surname = last.value.split()[-1]
    names = find_pattern("two_names").finditer(_hide_quotes(between))
    return all(surname in name[0] for name in names)


def name_speaker(text: str, candidate: Candidate, speakers: list[Candidate]) -> str:
    """Who of a paragraph says what a candidate states: whose verb alone governs its clause."""
    first, last = find_sentence(text, candidate.start)
    said = [one for one in speakers if first <= one.start < last]
    if len({one.value for one in said}) != 1 or said[0].overlaps(candidate.start, candidate.end):
        return ""
    who, hidden = said[0], _hide_quotes(text)
    before, behind = hidden[first : who.start], hidden[who.end : last]
    by = find_pattern("ends_by", "en").search(before)
    if candidate.start < who.start:
        between, breaks = hidden[candidate.end : who.start], "break"
        closes = find_pattern("closes_by" if by else "closes", "en").match(behind)
        inverted = find_pattern("inverted", "en").search(before)
        is_apart = by or find_pattern("aside", "en").search(before)
        is_open = find_pattern("opens").match(before)
        governs = bool(is_apart and (closes or inverted) and not is_open)
    else:
        between, breaks = hidden[who.end : candidate.start], "break_behind"
        governs = bool(by or find_pattern("governs", "en").match(between))
    return who.value if governs and not find_pattern(breaks).search(between) else ""


def _hide_quotes(text: str) -> str:
    """The text with a mark in place of each character that is quoted."""
    return find_pattern("quoted").sub(lambda quote: "“" + "¤" * (len(quote[0]) - 1), text)


def _find_in(text: str, number: int, language: str) -> list[Candidate]:
    """The speakers of one paragraph, as they are called there."""
    found: list[Candidate] = []
    verbs = set()
    hidden = _hide_quotes(text)
    for match in [m for form in _FORMS for m in find_pattern(form, language).finditer(hidden)]:
        verb = match.groupdict().get("verb") and match.start("verb")
        one = _trim(match, text, number, language)
        if not one or any(other.overlaps(one.start, one.end) for other in found):
            continue
        if verb is None or verb not in verbs:  # each verb has one subject
            found.append(one)
        verbs.add(verb)
    return sorted(found, key=lambda one: one.start)


def _trim(match: re.Match, text: str, number: int, language: str) -> Candidate | None:
    """The speaker of one match: without an article, a title, or what no speaker is called."""
    start, end = match.span("who")
    lead = find_pattern("lead", language).match(text, start, end)
    if lead and lead.end() < end:
        start = lead.end()
    words = re.sub(r"[’']s$|[.,]$", "", text[start:end])
    is_none = find_pattern("lead", language).fullmatch(f"{words} ")
    before = look_back(text, start)
    is_object = words[:1].islower() and find_pattern("object").search(before)
    if re.match(r",\s+[A-Z]", text[start + len(words) : match.end()]):  # 'in Orla, Amber, said'
        is_object = find_pattern("listed").search(before)
    if is_none or is_object or re.fullmatch(r"[\W\d]*", words):
        return None
    has_article = words[0].islower() and text[:start].lower().endswith("the ")
    name = f"the {words}" if has_article else words  # 'according to the ministry'
    return Candidate("speaker", number, start, start + len(words), value=name)
