from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from helpers.errors import ParameterError
from helpers.reports import read_plan
from helpers.reports._plan import fill_output

ROOT = Path(__file__).parents[2]

REFUSED = [
    ("", "is empty; expected output and reports"),
    ("a: [1", "line 1: is not YAML"),
    ("a:\n\t- b", "line 2: is not YAML"),
    ("- a", "line 1: the file: expected names and values"),
    ("output: x.html", "line 1: expected reports, a list"),
    ("output: x.html\nreports: 3", "line 2: reports: expected a list with at least one entry"),
    ("output: x.html\nreports: []", "reports: expected a list with at least one entry"),
    ("outptu: x.html\nreports: []", "line 1: 'outptu' is not known here (did you mean 'output'?)"),
    ("output: a.html\noutput: b.html\nreports: []", "line 2: output stands here twice"),
    ("output: x.html\nreports:\n  - report", "line 3: a report: expected names and values"),
    ("output: x.html\nreports:\n  - {}", "line 3: expected a notebook: a name or a path"),
    ("reports:\n  - notebook: report", "line 2: expected an output, here or at the top"),
    ("output: x.html\nreports:\n  - notebook: reprot", "line 3: notebook 'reprot': no such"),
    ("output: x.html\nreports:\n  - notebook: [report]", "line 3: notebook: expected a text"),
    (
        "output: x.html\nreports:\n  - notebook: report\n    parameter: {}",
        "line 4: 'parameter' is not known here (did you mean 'parameters'?)",
    ),
]
REFUSED_ENTRIES = [
    ("parameters: {as_off: 2022}", "parameter 'as_off': the notebook has none"),
    ("parameters: {dossier: kazakstan-2022}", "dossier 'kazakstan-2022': no such dossier"),
    ("parameters: {as_of: 2022-02-30}", "'2022-02-30': expected a value"),
    ('parameters: {as_of: !!int ""}', "'': expected a value of the kind int"),
    ('parameters: {as_of: !!float ""}', "'': expected a value of the kind float"),
    ("parameters: {as_of: !!bool x}", "'x': expected a value of the kind bool"),
    ("parameters: {as_of: !!timestamp x}", "'x': expected a value of the kind timestamp"),
    ("parameters: {as_of: '2022-02-30'}", "parameter as_of '2022-02-30': not a date"),
    ("parameters: {as_of: no}", "parameter as_of 'False': expected str (YAML reads an unquoted"),
    ("parameters: {as_of: [a, b]}", "parameter as_of \"['a', 'b']\": expected str"),
    ("parameters: {place_names: sw}", "parameter place_names 'sw': not a language"),
    (r'parameters: {as_of: "\ud800"}', r"parameter as_of '\ud800': holds half a character"),
    (r'output: "\ud800.html"', r"no character that nobody sees"),
    ("parameters: {as_of: 2022, as_of: 2023}", "as_of stands here twice"),
    ("matrix: {as_of: 2022}", "matrix as_of: expected a list with at least one entry"),
    ("matrix: {as_of: []}", "matrix as_of: expected a list with at least one entry"),
    ("matrix: {as_of: [2022, 2023]}", "output 'x.html': another report has it (line 3)"),
    (
        "parameters: {as_of: 2022}\n    matrix: {as_of: [2022]}",
        "as_of stands in parameters too",
    ),
    (
        "matrix: {as_of: [2022]}\n    exclude: [{as_of: 2023}]",
        "exclude as_of '2023': not in the matrix",
    ),
    ("output: ../x.html", "output '../x.html': leaves the output folder"),
    ("output: /x.html", "output '/x.html': leaves the output folder"),
    ("output: x.html/y.html", "expected no folder whose name is a page's"),
    ("output: x.pdf", "output 'x.pdf': expected a file name that ends in .html"),
    ("output: x.failed.html", "and not in .failed.html"),
    ("output: index.html", "index.html is the list of the reports"),
    ("output: .x.html", "expected no part that is hidden"),
    ("output: '{as_off}.html'", "{as_off} is not known (did you mean 'as_of'?)"),
    ("output: '{dossier.__class__}.html'", "{dossier.__class__} is not known"),
    ("output: '{dossier!r}.html'", "{dossier} is not known"),
    ("output: '{}.html'", "{} is not known"),
    ("output: '{dossier.html'", "expected '}' before end of string"),
    ("output: '{as_of}.html'", "as_of '' cannot be a part of a file's name"),
]


@pytest.fixture
def write_plan(tmp_path):
    def write(text: str) -> Path:
        path = tmp_path / "plan.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.fixture
def greeting(tmp_path):
    """A notebook beside the plan that needs no dossier."""
    cells = [
        new_markdown_cell("# A greeting", id="title"),
        new_code_cell('name: str = ""', id="parameters", metadata={"tags": ["parameters"]}),
    ]
    nbformat.write(new_notebook(cells=cells), tmp_path / "greeting.ipynb")


@pytest.mark.parametrize(("text", "message"), REFUSED)
def test_a_plan_that_is_none_is_refused(write_plan, text, message):
    with pytest.raises(ParameterError) as error:
        read_plan(write_plan(text))
    assert str(error.value).startswith("plan.yaml")
    assert message in str(error.value)


@pytest.mark.parametrize(("entry", "message"), REFUSED_ENTRIES)
def test_a_report_that_cannot_be_is_refused_with_its_line(write_plan, entry, message):
    text = f"output: x.html\nreports:\n  - notebook: report\n    {entry}\n"
    with pytest.raises(ParameterError) as error:
        read_plan(write_plan(text))
    assert "plan.yaml line " in str(error.value)
    assert message in str(error.value)


def test_an_alias_is_refused_before_it_can_grow(write_plan):
    bomb = "a: &a [x, x]\nb: &b [*a, *a]\n"
    with pytest.raises(ParameterError, match=r"line 2: \*a is an alias; write out"):
        read_plan(write_plan(bomb))


def test_what_is_nested_too_deep_is_refused(write_plan):
    with pytest.raises(ParameterError, match="nested too deep"):
        read_plan(write_plan("[" * 5_000 + "]" * 5_000))


def test_a_file_that_is_no_text_is_refused(write_plan, tmp_path):
    path = write_plan("")
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ParameterError, match="expected text in UTF-8"):
        read_plan(path)
    with pytest.raises(ParameterError, match="cannot be read: Is a directory"):
        read_plan(tmp_path)


def test_all_faults_are_told_at_once_the_first_twenty_by_name(write_plan):
    entries = "".join(f"  - notebook: none-{n}\n" for n in range(25))
    with pytest.raises(ParameterError) as error:
        read_plan(write_plan(f"output: x.html\nreports:\n{entries}"))
    lines = str(error.value).splitlines()
    assert lines[0].startswith("plan.yaml line 3: notebook 'none-0'")
    assert len(lines) == 21
    assert lines[-1].strip() == "and 5 more"


def test_a_fault_makes_no_fault_of_the_reports_after_it(write_plan):
    plan = write_plan(
        "output: '{place_names}.html'\n"
        "reports:\n"
        "  - notebook: report\n    parameters: {as_of: x}\n"
        "  - notebook: report\n"
    )
    with pytest.raises(ParameterError) as error:
        read_plan(plan)
    assert str(error.value).startswith("plan.yaml line 3: parameter as_of 'x'")
    assert "line 5" not in str(error.value)


def test_a_matrix_gives_a_report_for_each_combination_but_those_left_out(write_plan):
    plan = write_plan("""
output: "{notebook}-{dossier}-{as_of}-{place_names}.html"
reports:
  - notebook: report
    parameters: {dossier: kazakhstan-2022}
    matrix:
      place_names: [en, kk]
      as_of: [2022-01-06, "2022-01"]
    exclude: [{place_names: kk, as_of: 2022-01-06}]
""")
    assert [report.output for report in read_plan(plan)] == [
        "report-kazakhstan-2022-2022-01-06-en.html",
        "report-kazakhstan-2022-2022-01-en.html",
        "report-kazakhstan-2022-2022-01-kk.html",
    ]
    first = read_plan(plan)[0]
    assert first.parameters == {
        "dossier": "kazakhstan-2022",
        "place_names": "en",
        "as_of": "2022-01-06",
    }
    assert first.title.endswith("– as of 6 January 2022")


def test_a_notebook_beside_the_plan_is_found(write_plan, greeting):
    plan = write_plan(
        "output: 'out/{name}.html'\n"
        "reports:\n"
        "  - notebook: greeting.ipynb\n"
        "    matrix: {name: [a b, Ә]}\n"
    )
    assert [report.output for report in read_plan(plan)] == ["out/a b.html", "out/Ә.html"]


@pytest.mark.parametrize("value", ["", None, "../x", "a/b", "a\\b", ".x", "a:b", "x\x00", "\u202e"])
def test_a_value_that_is_no_part_of_a_name_is_refused(value):
    with pytest.raises(ParameterError, match="output"):
        fill_output("{value}.html", {"value": value})


def test_the_shipped_plan_has_sixty_reports():
    outputs = [report.output for report in read_plan(ROOT / "reports.yaml")]
    assert len(outputs) == 60
    assert "report-kazakhstan-2022-2022-01-20-kk.html" in outputs
    assert "record-kazakhstan-2022-2022-01-06.html" in outputs


def test_a_plan_of_too_many_reports_is_counted_before_one_is_prepared(write_plan):
    numbers = list(range(2000))
    entry = f"  - notebook: none\n    matrix: {{a: {numbers}, b: {numbers}}}\n"
    plan = write_plan(f"output: x.html\nreports:\n{entry.replace('none', 'report')}")
    with pytest.raises(ParameterError, match=r"line 3: 4,000,000 reports; expected at most 1,000,"):
        read_plan(plan)
