"""What a page was made from, as it says itself."""

import contextlib
import json
import shutil
import subprocess
from hashlib import sha256
from html import escape
from pathlib import Path

import pytest
from nbformat.v4 import new_markdown_cell, new_notebook

import helpers
from helpers.dossier import load_dossier, read_dossier
from helpers.files import hash_package
from helpers.page import Origin, convert, find_origin, read_origin

FERRY = Path(__file__).parents[1] / "fixtures" / "ferry"
DIGEST = "0" * 64


@pytest.fixture
def ferry(tmp_path):
    return shutil.copytree(FERRY, tmp_path / "ferry")


@pytest.fixture
def notebook(tmp_path):
    path = tmp_path / "mine.ipynb"
    path.write_text("{}")
    return path


@pytest.fixture
def origin(notebook, ferry):
    return origin_of(notebook, {"dossier": str(ferry), "sources": "all"}, ferry)


def origin_of(notebook, parameters, dossier=None):
    """What a page would be made from, all of it as it is now."""
    hashes = {"notebook": sha256(notebook.read_bytes()).hexdigest()}
    return find_origin(notebook, hashes, parameters, dossier and read_dossier(dossier)[0])


@pytest.fixture
def write_page(tmp_path):
    """A page that carries an origin, or whatever a test puts there."""

    def write(text: str, key: str = DIGEST) -> Path:
        page = tmp_path / "page.html"
        page.write_text(
            f'<head><meta content="{escape(text)}" name="dossier-origin"/>'
            f'<meta content="{key}" name="dossier-key"/></head>'
        )
        return page

    return write


def valid(**changes) -> str:
    fields = {"notebook": "mine.ipynb", "parameters": {}, "hashes": {}, "versions": {}}
    return json.dumps(fields | changes)


HOSTILE = {
    "no JSON": "{",
    "a list": "[]",
    "a text": '"origin"',
    "a field too many": valid(code="import os"),
    "a field too few": '{"notebook": "mine.ipynb"}',
    "a path": valid(notebook="../../mine.ipynb"),
    "an absolute path": valid(notebook="/mine.ipynb"),
    "a number for a notebook": valid(notebook=3),
    "parameters as a list": valid(parameters=["dossier"]),
    "a hash that is none": valid(hashes={"notebook": "abc"}),
    "a hash that is a number": valid(hashes={"notebook": 1}),
    "a version of controls": valid(versions={"pandas": "\x1b[2J"}),
    "a version that is a list": valid(versions={"pandas": [3]}),
    "a number of many digits": valid().replace("{}", "{" + f'"n": {"9" * 5_000}' + "}", 1),
    "deep": valid().replace("{}", '{"n": ' * 5_000 + "{}" + "}" * 5_000, 1),
    "long": valid(parameters={"n": "x" * 100_000}),
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_an_origin_that_is_none_is_not_read(write_page, text):
    key = DIGEST
    with contextlib.suppress(TypeError, ValueError, RecursionError):
        key = Origin(**json.loads(text)).key
    assert read_origin(write_page(text, key)) is None


def test_a_page_without_an_origin_or_with_two_has_none(tmp_path, origin):
    page = tmp_path / "page.html"
    for content in (b"", b"\xff\x00", b"<html><head></head></html>"):
        page.write_bytes(content)
        assert read_origin(page) is None
    html = convert(new_notebook(cells=[new_markdown_cell("# T")]), "T", origin)
    page.write_text(html)
    assert read_origin(page) == origin
    page.write_text(html + html)
    assert read_origin(page) is None
    page.write_text(convert(new_notebook(cells=[new_markdown_cell("# T")])))
    assert read_origin(page) is None
    assert "dossier-origin" not in page.read_text()


def test_a_key_that_does_not_fit_is_damage(write_page, origin):
    assert read_origin(write_page(origin.to_json(), origin.key)) == origin
    assert read_origin(write_page(origin.to_json(), DIGEST)) is None
    assert read_origin(write_page(origin.to_json().replace("ferry", "fairy"), origin.key)) is None


def test_a_dossier_is_named_and_no_path_is_told(origin, tmp_path):
    assert origin.parameters == {"dossier": "ferry", "sources": "all"}
    assert str(tmp_path) not in origin.to_json()
    assert set(origin.hashes) == {"notebook", "dossier", "boundaries", "package"}
    assert {"Python", "pandas", "matplotlib"} <= set(origin.versions)


def test_what_is_given_stands_in_the_page_as_text(tmp_path, notebook):
    given = {"search": 'it\'s "<script>" & Ә', "days": [1, None], "share": 0.5}
    origin = origin_of(notebook, given)
    page = tmp_path / "page.html"
    html = convert(new_notebook(cells=[new_markdown_cell("# T")]), "T", origin)
    page.write_text(html, encoding="utf-8")
    assert read_origin(page) == origin
    assert "<script" not in html
    assert origin.hashes["notebook"] in html.partition("<main")[2]
    assert 'search it\'s "&lt;script&gt;" &amp; Ә' in html


@pytest.mark.parametrize(
    "change",
    [
        lambda folder: (folder / "facts.csv").write_text("another"),
        lambda folder: (folder / "datapackage.json").unlink(),
        lambda folder: (
            (folder / "sources").mkdir() or (folder / "sources" / "report.txt").write_text("text")
        ),
        lambda folder: (folder.parent / "mine.ipynb").write_text("[]"),
    ],
    ids=["a table", "the package", "a text", "the notebook"],
)
def test_what_changes_the_page_changes_the_key(change, origin, notebook, ferry):
    given = {"dossier": "ferry", "sources": "all"}
    (ferry / "notes.md").write_text("of no account")
    assert origin_of(notebook, given, ferry).key == origin.key
    change(ferry)
    assert origin_of(notebook, given, ferry).key != origin.key


def test_other_parameters_make_another_key(origin, notebook, ferry):
    assert origin_of(notebook, {}, ferry).key != origin.key
    same = {"sources": "all", "dossier": "ferry"}
    assert origin_of(notebook, same, ferry).to_json() == origin.to_json()


def test_a_shell_finds_the_same_hash(ferry):
    files = "LC_ALL=C sha256sum datapackage.json facts.csv places.csv sources.csv | sha256sum"
    told = subprocess.run(files, shell=True, cwd=ferry, check=True, capture_output=True, text=True)
    assert load_dossier(ferry).hashes == {"dossier": told.stdout.split()[0]}


PACKAGE = Path(helpers.__file__).parent
ROOMS = sorted(path.parent.name for path in PACKAGE.glob("*/__init__.py"))
KINDS = ("_a.py", "a.pyi", "a.toml", "a.j2", "a.css", "a.json", "deep/er/a.py")
MADE = ("__pycache__/a.cpython-312.pyc", "__pycache__/a.cpython-312.pyc.139", "a.pyc")


def test_a_file_of_each_room_counts_and_what_python_makes_of_it_does_not(tmp_path, monkeypatch):
    package = shutil.copytree(PACKAGE, tmp_path / "helpers")
    monkeypatch.setattr("helpers.files.__file__", str(package / "files.py"))
    hash_now = hash_package.__wrapped__  # the usual one is taken once
    seen = {hash_now()}
    assert seen == {hash_package()}, "a copy has the same hash"

    def change(file: Path) -> str:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("a") as opened:
            opened.write("\n")
        return hash_now()

    there = [path for path in package.rglob("*") if path.is_file()]
    counted = [path for path in there if "__pycache__" not in path.parts]
    assert {path.parent.name for path in counted} >= {"helpers", *ROOMS}
    for file in [*counted, *(package / room / kind for room in ROOMS for kind in KINDS)]:
        now = change(file)
        assert now not in seen, file
        seen.add(now)
    made = [folder / name for folder in (package, package / "words") for name in MADE]
    assert {change(file) for file in made} == {now}
    assert {change(package / name / "x.py") for name in ("data", "notebooks")} == {now}
