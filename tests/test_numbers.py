"""Every number that a reader sees leads to its fact, or to the rule that computed it."""

import csv
import re
from dataclasses import dataclass, field
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "docs" / "example.html"
FACTS = ROOT / "data" / "kazakhstan-2022" / "facts.csv"
# Words that a page may say a number with, and what each is worth.
IN_WORDS = dict(
    zip(
        """one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen
        sixteen seventeen eighteen nineteen twenty""".split(),
        range(1, 21),
        strict=True,
    )
)
IN_WORDS |= {"twice": 2, "twofold": 2, "two-fold": 2, "doubled": 2, "double": 2, "dozen": 12}
NUMERAL = re.compile(rf"(?<![\w.])-?\d+(?:[.,]\d+)*(?!\w)|\b(?:{'|'.join(IN_WORDS)})\b", re.I)
SCALES = {"thousand": 1000, "million": 1_000_000, "billion": 1_000_000_000}
# Where numbers are no amounts, or cannot stand in <data>: the element, and why.
APART_ELEMENTS = {
    "svg": "a picture: its labels lead to their facts by links, the rest is axes, scale and key",
    "style": "no prose",
    "q": "the source's own words",
    "code": "a hash, or a language's code",
    "a[download]": "a file's name",
    "a[#figure-": "a figure's number",
    "p.source": "names and dates of sources, the boundaries' scale, the projection's parallels",
    "p.versions": "versions of packages",
    "dd.Title": "the name of a source",
    "dd.Publisher": "the name of a publisher",
    "dd.Address": "the address of a source",
}
MONTHS = """January February March April May June July August September October November
December""".split()
DAY, MONTH = r"\d{1,2}(?:st|nd|rd|th)?", rf"(?:{'|'.join(MONTHS)})"
# Numbers in prose that are no amounts: a pattern, and why.
APART_WORDS = {
    r"\b[a-z\d-]+-\d{4}-\d\d(?:-\d\d)?(?:-[a-z]+)*\b": "a source's id",
    rf"\b(?:{DAY}(?: and | or | to |–))?{DAY} {MONTH}(?: \d{{4}})?": "a date",
    rf"\b{MONTH} (?:\d{{4}}|{DAY})\b": "a date",
    r"\b\d{4}-\d\d(?:-\d\d)?\b": "a date",
    r"\b(?:19|20)\d\d\b": "a year",
    r"\b\d\d?:\d\d\b": "a time",
    r"\b\d+(?:st|nd|rd|th)\b": "a place in an order",
    r"\bhttps?://\S+": "an address",
    r"\b[a-z]+ fifths\b": "a share in words",
    r"\bparagraph \d+\b": "where an anchor stands",
    r"\b[A-Za-z]+-\d+": "a name: SHA-256, kazakhstan-2022",
    r"\b[Oo]ne\b": "a pronoun",
}
INLINE = {"a", "b", "code", "data", "dfn", "em", "i", "q", "span", "strong", "sup"}
VOID = {"br", "hr", "img", "meta", "wbr"}


@dataclass
class Numeral:
    """One <data> element: what it says it is, and what a reader sees of it."""

    attributes: dict[str, str]
    is_quantity: bool  # it stands where a claim's own number does
    text: str = ""


@dataclass
class Element:
    tag: str
    names: set[str] = field(default_factory=set)


class Page(HTMLParser):
    """What a reader sees of a page: its numerals, its rules, and its prose without either."""

    def __init__(self, html: str):
        super().__init__()
        self.numerals: list[Numeral] = []
        self.rules: set[str] = set()
        self.prose = [""]
        self._open: list[Element] = []
        self._term = ""
        self.feed(html.partition("<body>")[2])
        self.close()

    def handle_starttag(self, tag, attrs):
        given = {name: value or "" for name, value in attrs}
        self._break(tag)
        if tag in VOID:
            return
        names = {tag} | {f"{tag}.{name}" for name in given.get("class", "").split()}
        names |= {f"{tag}[#figure-"} if "#figure-" in given.get("href", "") else set()
        names |= {f"{tag}[download]"} if "download" in given else set()
        names |= {f"dd.{self._term}"} if tag == "dd" else set()
        self._term = "" if tag == "dt" else self._term
        self._open.append(Element(tag, names))
        if tag == "data":
            inside = {name for element in self._open for name in element.names}
            self.numerals.append(Numeral(given, bool(inside & {"strong.number", "div.quantity"})))

    def handle_endtag(self, tag):
        self._break(tag)
        while self._open and self._open.pop().tag != tag:
            pass

    def handle_data(self, text):
        inside = {name for element in self._open for name in element.names}
        if "dt" in inside:
            self._term += text
        if "dfn" in inside:
            self.rules.add(text)
        if "data" in inside:
            self.numerals[-1].text += text
            self.prose[-1] += "…"
        elif not inside & set(APART_ELEMENTS):
            self.prose[-1] += text

    def _break(self, tag):
        if tag not in INLINE:
            self.prose.append("")


def read_numeral(printed: str) -> Decimal:
    """What a numeral says, by the test's own reading."""
    number, _, scale = printed.strip().lower().partition(" ")
    worth = IN_WORDS.get(number) or number.replace(",", "")
    return Decimal(worth) * SCALES.get(scale, 1)


def find_unnamed(page: Page) -> list[str]:
    """The pieces of prose with a number that names neither fact nor rule."""
    found = []
    for text in page.prose:
        bare = re.sub("|".join(APART_WORDS), "…", " ".join(text.split()))
        if NUMERAL.search(bare):
            found.append(bare)
    return found


def find_unresolved(page: Page, facts: dict[str, dict]) -> list[Numeral]:
    """The numerals that are not what their fact states, or whose rule the page does not name."""
    return [numeral for numeral in page.numerals if not resolves(numeral, facts, page.rules)]


def resolves(numeral: Numeral, facts: dict[str, dict], rules: set[str]) -> bool:
    given = dict(numeral.attributes)
    value = given.pop("value", "")
    if not value or Decimal(value) != read_numeral(numeral.text):
        return False
    if list(given) == ["data-rule"]:
        return given["data-rule"] in rules
    ids = given.get("data-fact", "").split()
    if list(given) != ["data-fact"] or not ids or not set(ids) <= set(facts):
        return False
    return all(states(facts[fact_id], numeral) for fact_id in ids)


def states(fact: dict[str, str], numeral: Numeral) -> bool:
    """Whether a number is a fact's own, or where not its own is shown, stands in its words."""
    value = Decimal(numeral.attributes["value"])
    if value in {Decimal(fact[name]) for name in ("value", "low", "high") if fact[name]}:
        return True
    columns = (
        ["unit"] if numeral.is_quantity else ["statement", "measure", "unit", "of_whom", "note"]
    )
    return any(numeral.text.lower() in fact[name].lower() for name in columns)


@pytest.fixture(scope="module")
def facts():
    """The rows of the table that ships, by fact_id, as a spreadsheet has them."""
    with FACTS.open(encoding="utf-8-sig", newline="") as file:
        return {row["fact_id"]: row for row in csv.DictReader(file)}


@pytest.fixture(scope="module", params=["report", "record", "facts", "explore"])
def page(request, render_once):
    return Page(render_once(request.param).read_text("utf-8"))


def test_every_number_leads_to_its_fact_or_its_rule(page, facts):
    assert len(page.numerals) > 40
    assert find_unresolved(page, facts) == []


def test_no_number_stands_in_the_prose_without_its_origin(page):
    assert find_unnamed(page) == []


# The checks themselves

GOOD = (
    '<body><p><data value="12" data-fact="a01">12</data> people, on 6 January 2022; '
    '<data value="60" data-rule="count">60</data> facts</p>'
    '<div class="quantity"><data value="2500" data-fact="a23 a37">2,500</data></div>'
    "<p><dfn>count</dfn></p>"
)


def test_a_page_whose_numbers_lead_somewhere_passes(facts):
    assert find_unresolved(Page(GOOD), facts) == []
    assert find_unnamed(Page(GOOD)) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('value="12"', 'value="13"'),  # not what is printed
        ('value="12" data-fact="a01">12', 'value="13" data-fact="a01">13'),  # not what it states
        ("a01", "a99"),  # no such fact
        ("a01", ""),
        ("a01", "a01 a02"),  # the second does not state it
        (' data-fact="a01"', ""),
        ('"a01"', '"a01" data-rule="count"'),
        ('data-rule="count"', 'data-rule="magic"'),
        ("<dfn>count</dfn>", ""),
        ('value="12" data-fact="a01"', 'data-fact="a01"'),
        ('value="2500" data-fact="a23 a37">2,500', 'value="6" data-fact="a23">6'),  # of its note
    ],
)
def test_a_number_that_leads_nowhere_is_found(old, new, facts):
    assert GOOD.count(old)
    assert len(find_unresolved(Page(GOOD.replace(old, new)), facts)) == 1


@pytest.mark.parametrize(
    "html",
    [
        "<p>12 people</p>",
        "<td>about <strong>2,500</strong></td>",
        "<caption>three of <data>six</data> days</caption>",
        "<p><q>12</q> killed 12</p>",
        "<summary>55 claims</summary>",
        "<p>On 6 January 2022 there were 12</p>",
        "<dl><dt>Note</dt><dd>2,000 characters</dd></dl>",
    ],
)
def test_a_number_without_an_origin_is_found(html):
    assert len(find_unnamed(Page(f"<body>{html}"))) == 1


def test_what_is_spoilt_in_a_real_page_is_found(facts):
    """One number of the example that ships is changed, another loses its element."""
    html = EXAMPLE.read_text(encoding="utf-8")
    changed = html.replace('value="12" data-fact="a01">12<', 'value="13" data-fact="a01">13<', 1)
    assert changed != html
    assert len(find_unresolved(Page(changed), facts)) == 1
    bare = re.sub(r"<data [^>]*>(2,500)</data>", r"\1", html, count=1)
    assert len(find_unnamed(Page(bare))) == len(find_unnamed(Page(html))) + 1
