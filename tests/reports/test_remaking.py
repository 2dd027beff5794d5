"""A page made again from the data that it carries, and held against what comes out."""

import csv
import json
import os
import re
import shutil
import subprocess
import sys
from base64 import b64decode, b64encode
from html import escape
from io import BytesIO, StringIO
from pathlib import Path
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZIP_LZMA, ZipFile

import pandas as pd
import pytest
from click.testing import CliRunner

from helpers.cli import main
from helpers.dossier import load_dossier, verify_texts
from helpers.errors import PageError
from helpers.page import META, Origin, read_origin
from helpers.page.passages import (
    caveats,
    day_by_day,
    facts_table,
    key_figures,
    lead,
    provenance,
)
from helpers.reports import _remaking, find_notebook, render, verify_page
from helpers.words import quote_value

FERRY = Path(__file__).parents[1] / "fixtures" / "ferry"
DATA = re.compile(r"data:application/zip;base64,([A-Za-z0-9+/=]*)")
pytestmark = pytest.mark.usefixtures("forked")


@pytest.fixture(scope="module")
def sound(render_once) -> str:
    """The report of the ferry, as it is made."""
    return render_once("report", str(FERRY), sources="all").read_text(encoding="utf-8")


@pytest.fixture
def write_page(tmp_path):
    def write(html: str | bytes) -> Path:
        content = html.encode() if isinstance(html, str) else html
        page = tmp_path / "page.html"
        page.write_bytes(content)
        return page

    return write


@pytest.fixture
def made_again(monkeypatch, sound):
    """What a page's data make is settled here, and no notebook is run: made_again(html)."""

    def settle(html: str = sound):
        def render(notebook, parameters, output):
            assert load_dossier(parameters["dossier"]).name == "ferry"
            output.write_text(html, encoding="utf-8")
            return output

        monkeypatch.setattr(_remaking, "render", render)

    settle()
    return settle


def change_key_figure(html: str, number: str) -> str:
    """Another number for the 14 people on the page's first card that has it."""
    return re.sub(r'(class="number">(?:<[^>]*>)*)14', lambda m: m[1] + number, html, count=1)


def read_files(html: str) -> dict[str, bytes]:
    """The files that a page carries, by name."""
    (text,) = DATA.findall(html)
    packed = ZipFile(BytesIO(b64decode(text)))
    return {name: packed.read(name) for name in packed.namelist()}


def read_data(html: str) -> dict:
    """What a page says of its dossier, and the rows of its tables."""
    files = {name: content.decode("utf-8-sig") for name, content in read_files(html).items()}
    tables = {name[:-4]: text for name, text in files.items() if name.endswith(".csv")}
    rows = {name: list(csv.DictReader(StringIO(text))) for name, text in tables.items()}
    return json.loads(files["dossier.json"]) | rows


def put_files(html: str, **files: bytes) -> str:
    packed = BytesIO()
    with ZipFile(packed, "w") as archive:
        for name, content in (read_files(html) | files).items():
            archive.writestr(name, content)
    address = f"data:application/zip;base64,{b64encode(packed.getvalue()).decode()}"
    return DATA.sub(address, html, count=1)


def put_data(html: str, data: dict) -> str:
    """A page with other data: rows as a table, the rest as what it says of its dossier."""
    tables = {f"{name}.csv": rows for name, rows in data.items() if isinstance(rows, list)}
    files = {name: pd.DataFrame(rows).to_csv(index=False).encode() for name, rows in tables.items()}
    head = {name: cell for name, cell in data.items() if f"{name}.csv" not in tables}
    return put_files(html, **files, **{"dossier.json": json.dumps(head).encode()})


def put_origin(html: str, origin: Origin) -> str:
    """A page with another origin in its head."""
    metas = iter(
        f'<meta content="{escape(text)}" name="dossier-{name}"/>'
        for name, text in (("origin", origin.to_json()), ("key", origin.key))
    )
    return META.sub(lambda match: next(metas), html, count=2)


# What is no page of ours


def damage_zip(method: int):
    """What puts a zip in a page whose packed bytes are damaged."""
    packed = BytesIO()
    with ZipFile(packed, "w", method) as archive:
        archive.writestr("dossier.json", bytes(range(256)) * 4)
    content = bytearray(packed.getvalue())
    content[46:54] = b"\xff" * 8
    address = f"data:application/zip;base64,{b64encode(content).decode()}"
    return lambda html: DATA.sub(address, html)


NO_PAGE = {
    "nothing": (lambda html: "", "does not say what it was made from"),
    "another page": (lambda html: "<html><head></head></html>", "does not say what it was"),
    "a cut head": (lambda html: html[:200], "does not say what it was made from"),
    "a cut body": (lambda html: html[: len(html) // 2], "found 0; it is cut off"),
    "a cut address": (lambda html: html[: DATA.search(html).end() - 9], "it is cut off"),
    "no data": (lambda html: DATA.sub("#", html), "found 0$"),
    "data twice": (
        lambda html: html.replace("</main>", DATA.search(html)[0].join('""') + "</main>"),
        "found 2$",
    ),
    "not UTF-8": (lambda html: html.encode() + b"\xff", "is not in UTF-8"),
    "base64 that is none": (lambda html: DATA.sub(r"\g<0>AAAAA", html), "are damaged"),
    "no zip": (lambda html: DATA.sub("data:application/zip;base64,AAAA", html), "are damaged"),
    "a damaged zip": (damage_zip(ZIP_DEFLATED), "are damaged"),
    "a damaged zip of another kind": (damage_zip(ZIP_LZMA), "are damaged"),
    "a damaged zip of a third kind": (damage_zip(ZIP_BZIP2), "are damaged"),
    "a zip without the data": (
        lambda html: DATA.sub("data:application/zip;base64,UEsFBg" + "A" * 23 + "=", html),
        "are damaged",
    ),
    "the data of another dossier": (
        lambda html: put_data(html, read_data(html) | {"dossier": "fairy"}),
        "its head names another dossier than its data",
    ),
    "a forged key": (lambda html: html.replace('name="dossier-key"', 'name="key"'), "does not say"),
}


@pytest.mark.parametrize(("spoil", "message"), NO_PAGE.values(), ids=NO_PAGE)
def test_what_is_no_page_of_ours_is_refused(spoil, message, sound, write_page, made_again):
    with pytest.raises(PageError, match=rf"page\.html: .*{message}"):
        verify_page(write_page(spoil(sound)))


def change_head(text: bytes):
    return lambda html: put_files(html, **{"dossier.json": text})


def change(**cells):
    return lambda html: put_data(html, read_data(html) | cells)


def change_fact(**cells):
    def spoil(html: str) -> str:
        first, *rest = read_data(html)["facts"]
        return put_data(html, read_data(html) | {"facts": [first | cells, *rest]})

    return spoil


def change_table(content: bytes):
    return lambda html: put_files(html, **{"facts.csv": content})


HOSTILE = {
    "no JSON": (change_head(b"{"), "are damaged"),
    "not UTF-8": (change_head(b"\xff"), "are damaged"),
    "a list": (change_head(b"[]"), "expected an object"),
    "deep": (change_head(b"[" * 200_000), "are damaged"),
    "a number of many digits": (change_head(b"9" * 100_000), "are damaged"),
    "half a character": (change(title="\ud800"), "are damaged"),
    "a path above": (change(dossier="../elsewhere"), "expected the name of a folder"),
    "the folder above": (change(dossier=".."), "expected the name of a folder"),
    "an absolute path": (change(dossier="/elsewhere"), "expected the name of a folder"),
    "a name of controls": (change(dossier="a\x1b[2J"), "expected the name of a folder"),
    "a long name": (change(dossier="a" * 300), "expected the name of a folder"),
    "a number for a title": (change(title=5), "expected a text"),
    "a title of two lines": (change(title="a\nb"), "expected a title, as one line"),
    "a table that is not UTF-8": (change_table(b"fact_id\n\xff"), "are damaged"),
    "a quote without end": (change_table(b'fact_id\n"f1'), "are damaged"),
    "a cell too many": (change_table(b"fact_id\nf1,f2"), "facts: expected rows of the columns"),
    "a cell too large": (change_table(b"fact_id\n" + b"a" * 200_000), "are damaged"),
    "an unknown column": (change_fact(code="import os"), "facts: expected rows of the columns"),
    "an unknown column of many rows": (
        change_table(b"a\n" + b"a\n" * 300_000),
        "facts: expected rows of the columns",
    ),
    "too many rows": (
        change_table(b"fact_id\n" + b"a\n" * 100_001),
        "facts: too many rows; expected at most 100,000",
    ),
    "too many bytes": (
        change_table(b"fact_id\n" + b"a" * 20_000_000),
        "are damaged: too large; expected at most 20,000,000 bytes",
    ),
    "no facts": (change_table(b""), r"has 1 fault:\n  facts.csv: has a header only"),
    "an unknown topic": (change_fact(topic="casualtys"), r"row 2, topic 'casualtys'.*casualties"),
    "a number that is not said": (change_fact(value=13), r"row 2, value '13': does not stand in"),
    "a number without end": (change_fact(value="inf"), r"row 2, value 'inf'"),
}


@pytest.mark.parametrize(("spoil", "message"), HOSTILE.values(), ids=HOSTILE)
def test_data_that_make_no_dossier_are_refused(spoil, message, sound, write_page, tmp_path):
    page = write_page(spoil(sound))
    with pytest.raises(PageError, match=message):
        verify_page(page)
    assert list(tmp_path.iterdir()) == [page]


def test_a_page_too_large_is_not_read(sound, write_page, monkeypatch):
    monkeypatch.setattr(_remaking, "_LARGEST", 1_000)
    with pytest.raises(PageError, match="too large; expected at most 1,000 bytes"):
        verify_page(write_page(sound))


def test_no_notebook_beside_the_page_is_run(sound, write_page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "evil.ipynb").write_text("{}")
    origin = read_origin(write_page(sound))
    evil = Origin("evil.ipynb", origin.parameters, origin.hashes, origin.versions)
    with pytest.raises(PageError, match=r"made by the notebook 'evil\.ipynb', which is not here"):
        verify_page(write_page(put_origin(sound, evil)))


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"code": "x"}, "parameter 'code': the notebook has none"),
        ({"as_of": "soon"}, "parameter as_of 'soon': not a date"),
        ({"sources": "gazette"}, "sources 'gazette': not a source here"),
    ],
)
def test_parameters_that_the_notebook_cannot_take_are_refused(given, message, sound, write_page):
    origin = read_origin(write_page(sound))
    other = Origin(origin.notebook, origin.parameters | given, origin.hashes, origin.versions)
    with pytest.raises(PageError, match=f"its data do not make a page: .*{message}"):
        verify_page(write_page(put_origin(sound, other)))


# What was changed in a page


def hash_row(name: str) -> str:
    """A row as of the hash of a dossier's facts."""
    return f'<tr><th scope="row">{name}/facts.csv</th><td><code>{"0" * 64}</code></td></tr>\n'


TAMPERED = {
    "a key figure": (
        lambda html: change_key_figure(html, "15"),
        ["near 'Key figures' the page has '15', its data make '14'"],
    ),
    "a number in a picture": (
        lambda html: re.sub(r"(<text[^>]*>)14(</text>)", r"\g<1>41\2", html, count=1),
        ["near 'Casualties' the page has '41', its data make '14'"],
    ),
    "a row taken out": (
        lambda html: re.sub(r'<tr id="fact-f3".*?</tr>\n', "", html, flags=re.DOTALL),
        [
            "near 'Every fact' the page lacks 'f3 · fig. 3 · fig. 5 · Twice · ",
            "near 'Every fact' the page lacks '<tr id=",
        ],
    ),
    "a sentence put in": (
        lambda html: html.replace("</main>", "<p>All was well.</p></main>"),
        ["near 'Provenance' only the page has 'All was well.'"],
    ),
    "a script": (
        lambda html: html.replace("</main>", "<script>alert(1)</script></main>"),
        ["near 'Provenance' only the page has '<script> · alert(1) · </script>'"],
    ),
    "another address": (
        lambda html: html.replace('href="#fact-f5"', 'href="#fact-f1"', 1),
        ["near 'A storm on Orla Bay' the page has '<a href=\"#fact-f1\">'"],
    ),
    "an attribute": (
        lambda html: html.replace('<ul class="key-figures">', '<ul hidden class="key-figures">'),
        ["near 'Key figures' the page has '<ul "],
    ),
    "the style sheet": (
        lambda html: html.replace("</style>", ".quantity::before { content: '9' }</style>", 1),
        ["near 'the beginning' the page has '…"],
    ),
    "a part of a picture": (
        lambda html: re.sub(r'(<path [^>]*d=")M', r"\1M1", html, count=1),
        [" the page has '<path "],
    ),
    "the table to take along": (
        lambda html: put_files(html, **{"more.csv": b"fact_id"}),
        ["near 'Provenance' the page has '…"],
    ),
    "a line end": (
        lambda html: html.replace("\n</main>", "\n\n</main>"),
        ["the bytes differ, first in line"],
    ),
    "a hash that is shown": (
        lambda html: re.sub(r"(<code>)[0-9a-f]{8}(?=[0-9a-f]{56}</code>\.|[0-9a-f]{56}</code></td>"
                            r"</tr>\n</tbody>)", r"\g<1>00000000", html),
        ["near 'Provenance' the page has '00000000"],
    ),
    "a parameter that is shown": (
        lambda html: html.replace("with dossier ferry,", "with dossier fairy,"),
        ["near 'Provenance' the page has ', with dossier fairy, sources all.'"],
    ),
    "a row of words as of a hash": (
        lambda html: html.replace("<tr>", f"{hash_row('All was well; see x')}<tr>", 1),
        ["only the page has 'All was well; see x/facts.csv · 000"],
    ),
    "a hash twice": (
        lambda html: html.replace('<tr><th scope="row">ferry', f'{hash_row("ferry")}<tr>'
                                  '<th scope="row">ferry', 1),
        ["near 'Provenance' only the page has 'ferry/facts.csv · "],
    ),
    "a hash in another table": (
        lambda html: html.replace("<tr>", f"{hash_row('ferry')}<tr>", 1),
        ["only the page has 'ferry/facts.csv · 000"],
    ),
    "a script where a difference is left out": (
        lambda html: re.sub(r"(ferry/facts\.csv)(</th>)", r"\1<script>x</script>\2", html),
        ["only the page has '<script> · x · </script> · "],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("spoil", "told"), TAMPERED.values(), ids=TAMPERED)
def test_what_was_changed_in_a_page_is_told(spoil, told, sound, write_page, made_again):
    spoilt = spoil(sound)
    assert spoilt != sound
    result = verify_page(write_page(spoilt))
    assert not result.is_well
    assert result.changes == []
    text = str(result)
    assert [line for line in told if line not in text] == [], text


def say_at_home(html: str, lines: list[str]) -> str:
    """A page with these lines as what comes of holding the facts against a text."""
    said = "".join(f"<div>{escape(line, quote=False)}</div>" for line in lines)
    return html.replace('class="at-home">', f'class="at-home">{said}', 1)


@pytest.mark.parametrize(
    "other",
    [
        ("", ""),
        ("Around 2,500", "ÆÐÞ 2,500"),
        ("Around 2,500 people", "Around\u20112,500 people"),
        ("14", "fourteen"),
        ("14", "14 14"),
        ("\n\n", "\n"),
        ("people wait", "people waited"),
    ],
)
def test_what_comes_of_a_text_at_home_is_left_out(other, sound, write_page, made_again, tmp_path):
    text = tmp_path / "report.txt"
    text.write_text(FERRY.with_suffix(".txt").read_text().replace(*other))
    lines = verify_texts(load_dossier(FERRY), {"report": text}).lines()
    caveats = [f"Held against its text: {line}" for line in lines if line.startswith("fact ")]
    for said in (lines, caveats):
        result = verify_page(write_page(say_at_home(sound, said)))
        assert result.is_well, (said, result.differences)


SAID = "fact f2: {} does not stand in paragraph 3"
NOT_SAID = {
    "a sentence": "All was well.",
    "a sentence as of a fact": "fact f2: all was well",
    "another anchor": SAID.format("'All was well'"),
    "a fact that is not here": "fact all-was-well: there is no paragraph 3: the text has 2",
    "a source that is not here": "source all-was-well: every anchor still stands in it",
    "words as ids": "1 of 4 facts found in their text; 3 lost their footing: all, was, well",
    "words as a name": SAID.format("'Around 2,500 people wait'")
    + ": the text has U+2011 ALL WAS WELL where the anchor has '-' (character 2 of the paragraph)",
}


@pytest.mark.parametrize("line", NOT_SAID.values(), ids=NOT_SAID)
def test_no_more_is_left_out_than_a_text_says(line, sound, write_page, made_again):
    differences = verify_page(write_page(say_at_home(sound, [line]))).differences
    assert differences[0] == f"near 'What to doubt' only the page has {quote_value(line)}"


@pytest.mark.parametrize(
    "html",
    [
        "<div><script>alert(1)</script></div>",
        '<div><data style="top:0" value="4">4</data></div>',
        "<div>fact f2: there is no paragraph 3: the text has 2</div>" * 99,
    ],
)
def test_no_markup_and_no_flood_is_left_out(html, sound, write_page, made_again):
    spoilt = sound.replace('class="at-home">', f'class="at-home">{html}', 1)
    assert verify_page(write_page(spoilt)).differences


def test_a_terminal_is_not_spoken_to_by_a_page(sound, write_page, made_again):
    spoilt = change_key_figure(sound, "\x1b[2J\x07&#27;]0;x\u202e15")
    text = str(verify_page(write_page(spoilt)))
    assert "15', its data make '14'" in text
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", text)


def test_many_differences_are_cut_short(sound, write_page, made_again):
    spoilt = re.sub(r"<(t[dh]|d[dt]|div)>([^<]+)<", r"<\1>not \2<", sound)
    result = verify_page(write_page(spoilt))
    assert len(result.differences) > 20
    told = str(result).splitlines()
    assert f"and {len(result.differences) - 20} more" in told
    assert len(told) < 30


def test_a_page_of_many_more_pieces_is_not_compared(sound, write_page, made_again):
    count = 20 * sound.count("<")
    result = verify_page(write_page(sound.replace("</main>", "<div>" * count + "</main>")))
    (line,) = result.differences
    assert re.fullmatch(
        r"the page has [\d,]{6,} tags and texts, its data make [\d,]+: they are not compared", line
    )


def test_long_texts_are_shown_where_they_differ():
    page, data = ("<p>" + "so it was, " * 50 + number + "</p>" for number in ("12", "13"))
    (line,) = _remaking._find_differences(page, data)
    assert "12'" in line
    assert "13'" in line


# What has changed since


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("notebook", "The notebook report.ipynb has changed since."),
        ("boundaries", "The boundaries have changed since."),
        ("package", "The package `helpers` has changed since."),
    ],
)
def test_a_page_that_is_sound_may_be_out_of_date(name, line, sound, write_page, made_again):
    origin = read_origin(write_page(sound))
    newer = Origin(
        origin.notebook, origin.parameters, origin.hashes | {name: "0" * 64}, origin.versions
    )
    made_again(put_origin(sound.replace(origin.hashes[name], "0" * 64), newer))
    result = verify_page(write_page(sound))
    assert result.differences == []
    assert result.changes == [line]
    assert not result.is_well


def test_other_versions_are_told(sound, write_page, made_again):
    origin = read_origin(write_page(sound))
    now = origin.versions["pandas"]
    newer = origin.versions | {"pandas": "99.0"}
    newer = Origin(origin.notebook, origin.parameters, origin.hashes, newer)
    made_again(put_origin(sound.replace(f"pandas {now}", "pandas 99.0"), newer))
    result = verify_page(write_page(sound))
    assert result.differences == []
    assert result.changes == [f"pandas was {now!r}, here it is '99.0'."]


def test_a_version_that_no_page_states_is_told(sound, write_page, made_again):
    origin = read_origin(write_page(sound))
    more = Origin(
        origin.notebook, origin.parameters, origin.hashes, origin.versions | {"all was well": "1"}
    )
    first, last = min(more.versions), "all was well"
    html = put_origin(sound.replace(f"Made with {first}", f"Made with {last} 1, {first}"), more)
    assert html.count(last) == 2
    result = verify_page(write_page(html))
    assert "'all was well' was '1', here it is 'not stated'." in result.changes
    assert any("all was well 1, " in line for line in result.differences)


def test_a_version_is_no_sentence(sound, write_page):
    origin = read_origin(write_page(sound))
    said = origin.versions | {"pandas": "3.1.1, and all was well"}
    said = Origin(origin.notebook, origin.parameters, origin.hashes, said)
    with pytest.raises(PageError, match="does not say what it was made from"):
        verify_page(write_page(put_origin(sound, said)))


def test_a_dossier_that_has_changed_since_is_told(
    sound, write_page, made_again, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    page = write_page(sound)
    text = str(verify_page(page))
    assert "There is no dossier ferry here: whether its tables have changed is not known." in text
    here = shutil.copytree(FERRY, tmp_path / "data" / "ferry")
    assert str(verify_page(page)).splitlines()[2] == "Nothing has changed here since it was made."
    (here / "sources").mkdir()
    (here / "sources" / "report.txt").write_text("A text")
    assert verify_page(page).changes == ["The texts of sources that are kept here are others."]
    shutil.rmtree(here / "sources")
    (here / "facts.csv").write_text("another")
    assert verify_page(page).changes == ["The dossier that is here has other tables."]


def test_the_rows_are_held_against_those_here_whatever_the_head_says(
    sound, write_page, tmp_path, monkeypatch
):
    """Who changes the page and its data together, and keeps the head, is found out here."""
    monkeypatch.chdir(tmp_path)
    here = shutil.copytree(FERRY, tmp_path / "data" / "ferry")
    result = verify_page(write_page(sound))
    assert result.is_well
    assert (
        f"Its data held against the dossier here, {here}: no difference."
        in str(result).splitlines()
    )
    data = read_data(sound)
    data["facts"][4]["value"] = 41
    del data["facts"][3]
    data["places"][0]["name"] = "Elsewhere"
    forged = put_data(sound, data)

    def render(_, parameters, output):  # what each makes, as it was seen above
        made = sound if parameters["dossier"] == str(here) else forged
        output.write_text(made, encoding="utf-8")
        return output

    monkeypatch.setattr(_remaking, "render", render)
    result = verify_page(write_page(forged))
    assert not result.is_well
    assert result.differences == result.changes == []
    told = str(result)
    assert "Nothing has changed here" not in told
    assert "facts 'f4': the page lacks it" in told
    assert "facts 'f5', value: the page has '41', the dossier here '14'" in told
    assert "name: the page has 'Elsewhere', the dossier here 'Orla Bay'" in told


# The real thing

WHOLE = {
    "all of a dossier": ("report", FERRY, {"sources": "all"}),
    "an article's facts that others replace": ("record", FERRY, {"as_of": "2031-05-05"}),
    "a record's facts that replace others": ("facts", FERRY, {"sources": "bulletin"}),
    "nothing yet": ("report", FERRY, {"as_of": "2030"}),
    "a view of a topic, with a fact, and names in Russian": (
        "explore", "kazakhstan-2022",
        {"topic": "casualties", "as_of": "2022-01-10", "fact": "r05", "place_names": "ru"},
    ),
    "a view in which nothing is found": (
        "explore", FERRY, {"search": "zzz", "place": "orla-bay", "as_of": "2031-06"},
    ),
    "facts held against others": ("facts", "kazakhstan-2022", {"sources": "record"}),
    "a day": ("report", FERRY, {"as_of": "2031-05-05"}),
    "the report that ships": ("report", "kazakhstan-2022", {}),
}  # fmt: skip


@pytest.mark.parametrize(("notebook", "dossier", "given"), WHOLE.values(), ids=WHOLE)
def test_a_page_that_nobody_touched_is_what_its_data_make(
    notebook, dossier, given, render_once, write_page
):
    page = write_page(render_once(notebook, str(dossier), **given).read_bytes())
    result = verify_page(page)
    assert result.differences == []
    assert result.changes == []
    assert list(page.parent.iterdir()) == [page]


@pytest.mark.parametrize("notebook", ["report", "facts"])
def test_a_page_made_where_a_text_is_kept_is_verified_where_it_is_not(notebook, tmp_path):
    folder = shutil.copytree(FERRY, tmp_path / "ferry")
    (folder / "sources").mkdir()
    text = FERRY.with_suffix(".txt").read_text().replace("Around 2,500", "ÆÐÞ 2,500")
    (folder / "sources" / "report.txt").write_text(text)
    page = render(find_notebook(notebook), {"dossier": str(folder)}, tmp_path / "page.html")
    assert "Held against its text: fact f2" in page.read_text()
    shutil.rmtree(folder)
    assert verify_page(page).differences == []


def test_data_that_were_changed_alone_are_found_out(sound, write_page):
    data = read_data(sound)
    data["facts"][4]["value"] = 41
    text = str(verify_page(write_page(put_data(sound, data))))
    assert "near 'Key figures' the page has '14', its data make '41'" in text


def test_the_command_tells_and_exits(sound, write_page, made_again, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_page(sound)
    result = CliRunner().invoke(main, ["verify", "page.html"])
    assert result.exit_code == 0
    assert "Made again from the data that it carries: no difference." in result.output
    assert "A page is not signed" in result.output
    write_page(change_key_figure(sound, "15"))
    result = CliRunner().invoke(main, ["verify", "page.html"])
    assert result.exit_code == 1
    assert "1 difference." in result.output
    write_page("")
    result = CliRunner().invoke(main, ["verify", "page.html"])
    assert (result.exit_code, result.stdout) == (1, "")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["nowhere.html"], "page 'nowhere.html': no such file"),
        (["nowhere.html", "--text", "a=b"], "are for a dossier, not for a page"),
        (["nowhere"], "no such dossier or folder"),
    ],
)
def test_wrong_use_exits_with_2(words, message, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, ["verify", *words])
    assert result.exit_code == 2
    assert message in " ".join(result.output.split())


# What a page carries of the facts outside of it


def find_related(dossier) -> dict[str, dict]:
    data = read_data(provenance(dossier).html)
    related = {source["source_id"] for source in data.get("related-sources", [])}
    assert related.isdisjoint(dossier.sources["source_id"])
    facts = data.get("related-facts", [])
    return {f["fact_id"]: {name: cell for name, cell in f.items() if cell} for f in facts}


def test_facts_that_are_named_are_carried_without_what_they_say_and_name(build_dossier):
    usual = {"topic": "event", "statement": "It rained"}
    story = build_dossier(
        usual,
        usual | {"replaces": "f1", "relation": "supersedes"},
        usual | {"replaces": "f2", "relation": "supersedes"},
    )
    assert find_related(story) == {}
    related = find_related(story.select(fact_id="f3"))
    assert list(related) == ["f2"]
    assert set(related["f2"]) == {"fact_id", "source_id", "topic", "stated"}


def test_facts_that_settle_a_standing_are_carried_as_far_as_they_are_known(build_dossier):
    usual = {"topic": "event", "statement": "It rained"}
    later = usual | {"replaces": "f1", "relation": "retracts", "stated": "2031-05-09"}
    story = build_dossier(usual, later)
    related = find_related(story.select(fact_id="f1"))
    assert related["f2"]["replaces"] == "f1"
    assert find_related(story.as_of("2031-05-08")) == {}


LIMITS = ["", "about", "at least", "up to", "in words", "conditional", "until"]


@pytest.mark.parametrize("limit", LIMITS)
@pytest.mark.parametrize("number", [False, True], ids=["no number", "numbers"])
def test_what_contradicts_from_outside_is_told_alike_from_a_page_s_data(
    limit, number, tmp_path, write_tables
):
    """By a fact of another source, of another day and place, whatever it states."""
    usual = {"topic": "event", "measure": "shut", "of_whom": "not stated", "qualifier": limit}
    own = {"fact_id": "f1", "source_id": "record", "statement": "It is shut", "date": "2031-06-02"}
    other = {"fact_id": "f2", "source_id": "paper", "statement": "It is open", "date": "2031-06"}
    other |= {"asserted_by": "a driver", "place_id": "port", "note": "She lives there"}
    other |= {"compared_with": "f1", "comparison": "differs"}
    facts = [
        usual | own | {"value": 7.0, "unit": "per cent", "asserted_by": "the ministry"},
        usual | other | {"low": 5.0, "high": 23.0, "unit": "per cent"},
    ]
    if not number:
        facts = [fact | dict.fromkeys(["value", "low", "high", "unit"], "") for fact in facts]
    paper = {"source_id": "paper", "kind": "record", "title": "Post", "publisher": "Post"}
    port = {"place_id": "port", "name": "Port", "kind": "town", "country": "NLD"}
    port |= {"latitude": 52, "longitude": 4, "coordinate_source": "made up", "precision_km": 1}
    write_tables(
        tmp_path / "river",
        facts=[fact | {"stated": "2031-05-04"} for fact in facts],
        places=[port],
        sources=[paper | {"language": "en"}],
    )
    story = load_dossier(tmp_path / "river").from_sources("record")
    data = _remaking.read_data(Path("page.html"), provenance(story).html)
    again = load_dossier(_remaking.restore(Path("page.html"), data, tmp_path / "again"))
    again = again.from_sources("record")
    for passage in (lead, key_figures, caveats, facts_table, day_by_day):
        assert passage(again).html == passage(story).html
    assert "a driver" in caveats(story).html


def test_of_nothing_the_first_fact_is_carried():
    story = load_dossier(FERRY)
    assert list(find_related(story.from_sources("bulletin").as_of("2031-05-01"))) == ["f5"]


def test_of_a_source_without_facts_another_s_is_carried(tmp_path, write_tables):
    fact = {"fact_id": "f1", "source_id": "record", "statement": "It rained", "topic": "event"}
    paper = {"source_id": "paper", "kind": "record", "title": "Post", "publisher": "Post"}
    facts = [fact | {"stated": "2031-05-04", "asserted_by": "the ministry"}]
    write_tables(tmp_path / "river", facts=facts, sources=[paper | {"language": "en"}])
    given = {"dossier": str(tmp_path / "river"), "sources": "paper"}
    page = render(find_notebook("facts"), given, tmp_path / "page.html")
    assert verify_page(page).differences == []


# A machine on which nothing can be kept

RUN = """
import sys
from pathlib import Path
from helpers.cli import main
from helpers.reports import find_notebook, render
made, dossier, page = sys.argv[1:]
render(find_notebook("report"), {"dossier": dossier, "sources": "all"}, Path(page))
main(["verify", made])
"""


def run_without_home(home: Path, *words: str | Path) -> str:
    """Run Python where no library can write its settings, its cache or its history."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("XDG_", "IPYTHON", "JUPYTER", "MPL"))
    }
    ran = subprocess.run(
        [sys.executable, *words],
        env=kept | {"HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "not a writable" in ran.stderr, "it could be written there"
    return ran.stdout


@pytest.mark.parametrize("home", ["/dev/null/home", "a file"])
def test_a_home_that_cannot_be_written_makes_no_difference(home, sound, write_page, tmp_path):
    home = tmp_path / home  # an absolute path stays as it is
    if home.parent == tmp_path:
        home.write_text("")
    page = tmp_path / "again.html"
    told = run_without_home(home, "-c", RUN, write_page(sound), FERRY, page)
    assert "no difference" in told
    assert "Nothing has changed here since it was made." in told
    assert page.read_text(encoding="utf-8") == sound
