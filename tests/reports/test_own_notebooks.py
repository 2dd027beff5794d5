"""Notebooks of one's own, as papermill's users have them: typed parameters, ends, folders."""

import nbformat
import pytest
from click.testing import CliRunner
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from helpers.cli import main
from helpers.errors import RenderError
from helpers.reports import read_plan, render

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("forked")]

TYPED = """%matplotlib inline
from datetime import date

day: date = date(2022, 1, 6)  # a day
items: list[int] = [1]
count: int | None = None
words: list[str] = []
span: tuple[int, date] = (0, day)
ends: set[float] = set()
"""


@pytest.fixture
def write_notebook(tmp_path):
    def write(*sources: str, parameters: str = "", tags: tuple = (), name: str = "own"):
        cells = [new_markdown_cell("# Own")]
        if parameters:
            cells.append(new_code_cell(parameters, metadata={"tags": ["parameters"]}))
        cells += [new_code_cell(source, metadata={"tags": list(tags)}) for source in sources]
        path = tmp_path / f"{name}.ipynb"
        kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
        nbformat.write(new_notebook(cells=cells, metadata={"kernelspec": kernel}), path)
        return path

    return write


def run_command(*arguments) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["render", *map(str, arguments)])
    return result.exit_code, result.output


def test_parameters_reach_the_kernel_in_their_types(write_notebook, tmp_path):
    notebook = write_notebook(
        "print(repr((day, items, count, words)))\nprint(repr((span, ends)))", parameters=TYPED
    )
    page = tmp_path / "own.html"
    given = ["-p", "day", "2022-01-09", "-p", "items", "[3,4]", "-p", "count", "None"]
    given += ["-p", "words", "[a, b]", "-p", "span", "[1, 2022-01-09]", "-p", "ends", "[2, 2.0]"]
    code, output = run_command("-n", notebook, "-o", page, *given)
    assert (code, output) == (0, f"{page}\n")
    shown = page.read_text(encoding="utf-8")
    assert "(datetime.date(2022, 1, 9), [3, 4], None, ['a', 'b'])" in shown
    assert "((1, datetime.date(2022, 1, 9)), {2.0})" in shown


def test_a_plan_gives_lists_and_days(write_notebook, tmp_path):
    notebook = write_notebook("day", parameters=TYPED)
    plan = tmp_path / "plan.yaml"
    plan.write_text(
        f"output: '{{day}}.html'\nreports:\n  - notebook: {notebook}\n"
        "    parameters: {items: [3, 4], day: 2022-01-09}\n",
        encoding="utf-8",
    )
    (job,) = read_plan(plan)
    assert job.output == "2022-01-09.html"
    assert job.parameters == {"items": [3, 4], "day": "2022-01-09"}
    assert '"day":"2022-01-09"' in job.origin.to_json()


def test_a_notebook_without_a_parameters_cell_is_rendered(write_notebook, tmp_path):
    notebook = write_notebook("print('here')")
    page = render(notebook, {}, tmp_path / "own.html")
    assert "here" in page.read_text(encoding="utf-8")


@pytest.mark.parametrize("end", ["sys.exit(0)", "sys.exit()", "raise SystemExit"])
def test_a_notebook_that_ends_itself_well_is_no_failure(write_notebook, tmp_path, end):
    notebook = write_notebook(f"import sys\nprint('before')\n{end}", "print('never said')")
    page = tmp_path / "own.html"
    assert run_command("-n", notebook, "-o", page) == (0, f"{page}\n")
    shown = page.read_text(encoding="utf-8")
    assert "<title>Own</title>" in shown
    assert "The notebook ends here" in shown
    assert "before" in shown
    assert "never said" not in shown


def test_another_exit_is_a_failure_everywhere(write_notebook, tmp_path):
    notebook = write_notebook("import sys\nsys.exit(3)")
    page = tmp_path / "own.html"
    code, output = run_command("-n", notebook, "-o", page)
    assert code == 1
    assert "cell 1: SystemExit: 3" in output
    assert not page.exists()
    failed = (tmp_path / "own.failed.html").read_text(encoding="utf-8")
    assert "<title>Failed: Own</title>" in failed


def test_an_expected_error_is_shown_as_such(write_notebook, tmp_path):
    notebook = write_notebook("1 / 0", tags=("raises-exception",))
    page = render(notebook, {}, tmp_path / "own.html").read_text(encoding="utf-8")
    assert "<title>Own</title>" in page
    assert "The notebook expects this error" in page
    assert "ZeroDivisionError" in page
    assert "This report failed" not in page


def test_an_error_behind_an_expected_one_is_the_one_that_is_told(write_notebook, tmp_path):
    notebook = write_notebook("1 / 0", tags=("raises-exception",))
    own = nbformat.read(notebook, as_version=4)
    own.cells.append(new_code_cell("[][0]"))
    nbformat.write(own, notebook)
    with pytest.raises(RenderError, match="cell 2: IndexError"):
        render(notebook, {}, tmp_path / "own.html")


def test_a_file_beside_the_notebook_is_found_from_its_folder(write_notebook, tmp_path):
    (tmp_path / "beside.txt").write_text("found", encoding="utf-8")
    notebook = write_notebook("print(open('beside.txt', encoding='utf-8').read())")
    page = tmp_path / "own.html"
    assert run_command("-n", notebook, "-o", page, "--cwd", tmp_path)[0] == 0
    assert "found" in page.read_text(encoding="utf-8")


def test_a_kernel_that_is_missing_is_named_with_those_that_are_there(write_notebook, tmp_path):
    notebook = write_notebook("1")
    code, output = run_command("-n", notebook, "-o", tmp_path / "x.html", "--kernel", "ir")
    assert code == 1
    assert "there is no kernel 'ir'; the kernels here are " in output
    assert "python3" in output


@pytest.mark.parametrize("own", ["sources: int = 3", "sources: list = [3]", "as_of: float = 1.5"])
def test_only_a_text_is_taken_for_a_parameter_of_ours(write_notebook, tmp_path, own):
    name = own.partition(":")[0]
    notebook = write_notebook(f"print({name})", parameters=f'dossier: str = ""\n{own}')
    page = render(notebook, {"dossier": "winston-2016"}, tmp_path / "own.html")
    assert f">{own.partition(' = ')[2]}\n</pre>" in page.read_text(encoding="utf-8")
