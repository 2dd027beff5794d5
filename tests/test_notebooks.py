"""The rules that every notebook keeps."""

import ast
import re
from pathlib import Path

import nbformat
import pytest

from helpers.reports._notebook import read_parameters

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
LONGEST_CELL = 8  # lines


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def notebook(request):
    return nbformat.read(request.param, as_version=4)


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def test_there_is_a_report():
    assert "report" in [path.stem for path in NOTEBOOKS]


def test_is_stored_without_outputs(notebook):
    assert all(not c.outputs and c.execution_count is None for c in code_cells(notebook))
    assert "papermill" not in notebook.metadata


def test_starts_with_a_title_and_one_question(notebook):
    title, *_, question = notebook.cells[0].source.splitlines()
    assert title.startswith("# ")
    assert question.endswith("?")
    assert notebook.cells[0].source.count("?") == 1


def test_has_one_cell_of_typed_parameters_each_with_its_meaning(notebook):
    tagged = [c for c in notebook.cells if "parameters" in c.metadata.get("tags", [])]
    assert len(tagged) == 1
    lines = tagged[0].source.splitlines()
    parameters = read_parameters(notebook)
    assert len(parameters) == len(lines)
    assert all(re.fullmatch(r"\w+: \w+ = .+  # \S.+", line) for line in lines)
    for parameter in parameters.values():
        assert type(parameter.default).__name__ == parameter.type


def test_cells_are_short_calls(notebook):
    for cell in code_cells(notebook):
        is_list = "parameters" in cell.metadata.get("tags", [])  # one line a parameter
        assert is_list or len(cell.source.splitlines()) <= LONGEST_CELL
        banned = (ast.FunctionDef, ast.ClassDef, ast.For, ast.While, ast.Lambda, ast.ListComp)
        assert not any(isinstance(node, banned) for node in ast.walk(ast.parse(cell.source)))


def test_imports_only_helpers(notebook):
    for cell in code_cells(notebook):
        for node in ast.walk(ast.parse(cell.source)):
            assert not isinstance(node, ast.Import)
            if isinstance(node, ast.ImportFrom):
                assert node.module.split(".")[0] == "helpers"


def test_no_number_stands_in_prose(notebook):
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            assert not re.search(r"\d", cell.source), cell.source


def test_no_absolute_path(notebook):
    for cell in notebook.cells:
        assert not re.search(r"(^|[\s\"'(])(/|[A-Z]:\\|~/)\w", cell.source), cell.source


def test_every_cell_has_a_readable_id_of_its_own(notebook):
    ids = [cell.id for cell in notebook.cells]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-z-]+", cell_id) for cell_id in ids)
