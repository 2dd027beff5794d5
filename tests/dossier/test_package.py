import json
import re
import shutil
from pathlib import Path

import pytest
from frictionless import system, validate

from helpers.dossier import (
    TABLES,
    format_codebook as codebook_text,
    format_package as package_text,
)
from helpers.errors import DossierError

FIXTURES = Path(__file__).parents[1] / "fixtures"


@pytest.fixture
def ferry(tmp_path) -> Path:
    """A copy of a dossier without a fault, for a test to change."""
    return shutil.copytree(FIXTURES / "ferry", tmp_path / "ferry")


def describe(folder: Path) -> dict:
    return json.loads(package_text(folder))


def write_package(folder: Path) -> Path:
    path = folder / "datapackage.json"
    path.write_text(package_text(folder), encoding="utf-8")
    return path


def validate_package(folder: Path) -> list[list]:
    """What the public validator finds: (row, field, type) of each error."""
    with system.use_context(trusted=True):
        report = validate(str(write_package(folder)))
    return report.flatten(["rowNumber", "fieldName", "type"])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[]", "datapackage.json: expected a JSON object, such as one with a title"),
        ("{", "datapackage.json: cannot be read as JSON: Expecting property name enclosed in"),
        ("[" * 100_000, "datapackage.json: cannot be read as JSON: maximum recursion depth"),
        ('{"title": 5}', "datapackage.json, title '5': expected a title, as one line of text"),
        ('{"title": " "}', """datapackage.json, title '" "': expected a title"""),
        ('{"title": "a\\u001b[2J"}', r"""datapackage.json, title '"a\\u001b[2J"': expected"""),
        ('{"title": "\\ud800"}', "datapackage.json: cannot be read as JSON: 'utf-8' codec can't"),
        ("\0", "datapackage.json: is binary; expected a text in UTF-8"),
        ("", "datapackage.json: is empty"),
    ],
)
def test_a_head_that_cannot_be_kept_is_not_written_over(ferry, text, message):
    (ferry / "datapackage.json").write_text(text)
    with pytest.raises(DossierError) as error:
        describe(ferry)
    assert str(error.value).startswith(f"dossier ferry cannot be described:\n  {message}")


def test_a_dossier_without_a_table_cannot_be_described(ferry):
    (ferry / "places.csv").unlink()
    with pytest.raises(DossierError, match=r"\n  places.csv: there is no such file$"):
        describe(ferry)


def test_what_a_person_wrote_is_kept(ferry):
    head = {
        "title": "A storm",
        "licenses": [{"name": "CC0-1.0"}],
        "keywords": ["ferry", "bridge"],
        "name": "storm",
        "resources": ["stale"],
    }
    (ferry / "datapackage.json").write_text(json.dumps(head))
    package = describe(ferry)
    assert {name: package[name] for name in head if name != "resources"} == {
        name: value for name, value in head.items() if name != "resources"
    }
    assert [resource["path"] for resource in package["resources"]] == [
        "facts.csv",
        "places.csv",
        "sources.csv",
    ]


def test_a_folder_gives_its_name_where_nobody_wrote_one(ferry):
    (ferry / "datapackage.json").unlink()
    folder = ferry.rename(ferry.with_name("My Story"))
    package = describe(folder)
    assert (package["name"], package["title"]) == ("my-story", "My Story")


def test_describing_twice_changes_nothing(ferry):
    before = write_package(ferry).read_text()
    assert package_text(ferry) == before


def test_what_is_derived_of_a_column(ferry):
    facts, places, _ = describe(ferry)["resources"]
    fields = {field["name"]: field for field in facts["schema"]["fields"]}
    assert fields["relation"]["constraints"] == {"enum": ["supersedes", "retracts"]}
    terms = ["same", "differs", "cannot be compared"]
    assert fields["comparison"]["constraints"] == {"enum": terms}
    assert fields["statement"]["constraints"]["required"] is True
    assert "required" not in fields["stated"]["constraints"]
    assert fields["paragraph"]["type"] == "integer"
    fields = {field["name"]: field for field in places["schema"]["fields"]}
    assert fields["latitude"]["constraints"] == {"required": True, "minimum": -90, "maximum": 90}
    assert facts["schema"]["primaryKey"] == ["fact_id"]
    assert facts["schema"]["missingValues"] == [""]
    assert facts["schema"]["foreignKeys"] == [
        {
            "fields": [column],
            "reference": {"resource": resource, "fields": [key]},
        }
        for column, resource, key in [
            ("source_id", "sources", "source_id"),
            ("compared_with", "", "fact_id"),
        ]
    ]


def test_what_several_ids_in_a_cell_are_derived_as(ferry):
    """The standard has no key of several rows."""
    [fields] = [
        {field["name"]: field for field in resource["schema"]["fields"]}
        for resource in describe(ferry)["resources"]
        if resource["name"] == "facts"
    ]
    pattern = fields["replaces"]["constraints"]["pattern"]
    assert re.fullmatch(pattern, "f1 f2")
    assert not re.fullmatch(pattern, "f1, f2")
    assert not re.fullmatch(pattern, "f1  f2")


def test_the_validator_accepts_a_dossier(ferry):
    assert validate_package(ferry) == []


@pytest.mark.parametrize(
    "name",
    [
        "facts/byte-order-mark",
        "facts/columns-in-another-order",
        "facts/crlf",
        "facts/delimiters-in-a-cell",
        "facts/everything-quoted",
        "facts/line-breaks-in-a-cell",
        "facts/semicolons",
        "places/semicolons-and-decimal-commas",
        "places/tabs",
    ],
)
def test_the_validator_accepts_what_other_programs_write(ferry, name):
    table = Path(name).parent.name
    shutil.copy(FIXTURES / "accepted" / f"{name}.csv", ferry / f"{table}.csv")
    assert validate_package(ferry) == []


@pytest.mark.parametrize(
    ("name", "errors"),
    [
        ("facts/unknown-topic", [[2, "topic", "constraint-error"]]),
        ("facts/dangling-source", [[2, None, "foreign-key"]]),
        ("facts/replaces-parted-by-commas", [[6, "replaces", "constraint-error"]]),
        ("facts/interval-of-a-statement", [[2, "stated", "constraint-error"]]),
        ("facts/paragraph-in-words", [[2, "paragraph", "type-error"]]),
        ("facts/empty-statement", [[2, "statement", "constraint-error"]]),
        ("facts/european-date", [[2, "date", "constraint-error"]]),
        ("facts/duplicate-id", [[4, None, "primary-key"]]),
        (
            "places/latitude-and-longitude-swapped",
            [[2, "latitude", "constraint-error"]],
        ),
        ("sources/hash-too-short", [[2, "sha256", "constraint-error"]]),
    ],
)
def test_the_validator_refuses_what_the_check_refuses(ferry, name, errors):
    table = Path(name).parent.name
    shutil.copy(FIXTURES / "refused" / f"{name}.csv", ferry / f"{table}.csv")
    assert validate_package(ferry) == errors


def test_the_codebook_has_every_column_with_its_meaning():
    lines = codebook_text().splitlines()
    for table in TABLES:
        assert f"## {table.file}" in lines
        for column in table.columns:
            (row,) = [
                line
                for line in lines[lines.index(f"## {table.file}") :][: len(table.columns) + 8]
                if line.startswith(f"| `{column.name}` |")
            ]
            assert column.meaning[1:] in row
            assert all(f"`{term}`" in row for term in column.terms)


def test_the_codebook_has_every_type():
    text = codebook_text()
    for kind in {column.kind for table in TABLES for column in table.columns}:
        assert f"\n| {kind} | " in text


def test_the_codebook_names_commands_as_they_are_used():
    text = codebook_text()
    for line in ("dossier check DOSSIER", "dossier render DOSSIER", "dossier describe DOSSIER"):
        assert f"`{line}`" in text
    assert "render report" not in text


@pytest.mark.parametrize("word", ["atomic fact", "anchor", "footing", "article", "record"])
def test_the_codebook_says_what_its_words_mean(word):
    assert f"**{word}**" in codebook_text()
