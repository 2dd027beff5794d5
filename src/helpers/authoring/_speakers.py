"""Who says something in a text, and which words a verb of saying governs."""

import re
from dataclasses import replace

from helpers.authoring._candidate import Candidate, any_of, find_sentence, find_table

_QUOTED = re.compile(r"“[^”]*(?:”|$)|\"[^\"]*(?:\"|$)|«[^»]*(?:»|$)")
_CAPITAL = r"(?:[A-ZÀ-ÖØ-Þ][\w’'&-]*(?:\.[\w’'&-]+)*\.?(?<![a-z]\.)|al-[A-Z]\w+)"
_LINK = r"(?:of(?:\s+the)?|for(?:\s+the)?|de|del|la|bin|van|von|der|and\s+the)"
_NAME = rf"{_CAPITAL}(?:\s+(?:{_LINK}\s+)?{_CAPITAL})*(?:\s+\([A-Z]{{2,8}}\))?"
_ADVERB = rf"(?:(?:{any_of('has have had also later earlier both then all')}|\w+ly)\s+){{0,3}}"
_ON_DAY = r"(?:(?:on\s+)?(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\s+)?"
# What begins with a capital letter before a speaker, or in place of one.
_NO_SPEAKERS = (
    "Monday Tuesday Wednesday Thursday Friday Saturday Sunday Earlier Meanwhile This That These "
    "Those There Today Yesterday January February March April May June July August September "
    "October November December"
).split()
_LEAD = re.compile(
    rf"(?:(?i:the|a|an|and|but|in|on|as|after|when|while|however|which|that)\s+"
    rf"|(?:{any_of(tuple(_NO_SPEAKERS))})\s+)+"
)
# Behind these the clause that a verb of saying governs has ended.
_BREAK = re.compile(r"[;(]|\b(?:but|while|whereas|although|though|as)\b|\s[–—]\s")
_RELATIVE = re.compile(r",\s+(?:who|which|whose)\b")
_REST = 6  # words behind 'according to X' with which its sentence does not end there


def find_speakers(paragraphs: tuple[str, ...], language: str) -> list[Candidate]:
    """Everyone whom a text has say something; a pronoun stands for the last who has a name."""
    table = find_table(language)
    if "say" not in table:
        return []
    found: list[Candidate] = []
    full: dict[str, str] = {}  # each known name by its last word, or its letters
    last: Candidate | None = None
    for number, text in enumerate(paragraphs, start=1):
        hidden = _hide_quotes(text)
        for one in _find_in(hidden, text, number, table):
            name = one.value
            if name.lower() in table["pronouns"].split():
                if last and _is_nearest(last, one, paragraphs):
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
    names = re.finditer(rf"{_CAPITAL}\s+{_CAPITAL}", _hide_quotes(between))
    return all(surname in name[0] for name in names)


def name_speaker(text: str, candidate: Candidate, speakers: list[Candidate]) -> str:
    """Who says what a candidate states: the only speaker whose verb governs its clause, or ''.

    Parameters
    ----------
    speakers
        Those of the candidate's paragraph.
    """
    first, last = find_sentence(text, candidate.start)
    said = [one for one in speakers if first <= one.start < last]
    if len({one.value for one in said}) != 1 or said[0].overlaps(candidate.start, candidate.end):
        return ""
    who = said[0]
    is_behind = candidate.start >= who.end
    begin, end = (who.end, candidate.start) if is_behind else (candidate.end, who.start)
    between = text[begin:end]
    table = find_table("en")
    by = re.search(rf"(?i:{table['by']})\s+(?:the\s+|an?\s+)?$", text[first : who.start])
    if by and not is_behind:  # 'X, and according to Y, Z': Y says what follows alone
        governs = len(text[who.end : last].split()) < _REST
    elif by or not is_behind:
        governs = True
    else:
        verb = rf"\b(?:{any_of(table['say'])})\b"
        governs = bool(re.search(verb, between)) and not _RELATIVE.match(between)
    return who.value if governs and not _BREAK.search(_hide_quotes(between)) else ""


def _hide_quotes(text: str) -> str:
    """The text with a mark in place of each character that is quoted."""
    return _QUOTED.sub(lambda quote: "“" + "¤" * (len(quote[0]) - 1), text)


def _find_in(hidden: str, text: str, number: int, table: dict) -> list[Candidate]:
    say = any_of(table["say"])
    nouns, pronouns = any_of(table["speakers"]), any_of(table["pronouns"])
    lead = any_of(table["leads"])
    common = (
        rf"(?i:(?:(?:{lead})\s+)*(?:[a-z-]+\s+){{0,2}}?(?:{nouns}))\b"
        rf"(?:\s+(?:in|of|for|from)\s+(?:the\s+)?{_NAME})?"
    )
    who = rf"(?P<who>{_NAME}|\b{common}|\b(?i:{pronouns})\b)"
    patterns = [
        rf"(?i:\b{table['by']})\s+(?:(?:the|a|an|its|their)\s+|{_NAME}[’']s\s+)?"
        rf"(?:[a-z’']+\s+){{0,3}}?{who}",
        # 'X, spokesman for Y, said' and 'X said'
        rf"\b{who}(?:’s|'s)?(?:,\s+[^,“¤;]{{3,90}},|,)?\s+(?:\([^)]*\)\s+)?{_ON_DAY}{_ADVERB}(?P<verb>{say})\b(?!\s+by\b)",
        # '…,” said X' and '…, said a spokesman'
        rf"[,”¤]\s+(?P<verb>{say})\s+(?:the\s+|a\s+|an\s+)?"
        rf"(?:(?!that\b|in\b|it\b|to\b|is\b|was\b|on\b|by\b|at\b)[a-z-]+\s+){{0,3}}?{who}",
    ]
    found: list[Candidate] = []
    verbs = set()
    for pattern in patterns:
        for match in re.finditer(pattern, hidden):
            verb = match.start("verb") if "verb" in match.groupdict() else None
            one = _trim(match, text, number, table)
            if not one or any(other.overlaps(one.start, one.end) for other in found):
                continue
            if verb is None or verb not in verbs:  # each verb has one subject
                found.append(one)
            verbs.add(verb)
    return sorted(found, key=lambda one: one.start)


def _trim(match: re.Match, text: str, number: int, table: dict) -> Candidate | None:
    """The speaker of one match: without an article, a title, or what no speaker is called."""
    start, end = match.span("who")
    lead = _LEAD.match(text[start:end])
    start += lead.end() if lead and start + lead.end() < end else 0
    words = re.sub(r"[’']s$|[.,]$", "", text[start:end])
    if not words or words in _NO_SPEAKERS or re.fullmatch(r"[\W\d]+", words):
        return None
    return Candidate("speaker", number, start, start + len(words), value=words)
