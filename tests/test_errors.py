"""An error of ours in a notebook is its message: in the kernel's output, papermill and the page."""

from html import unescape

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from papermill import PapermillExecutionError
from papermill.execute import raise_for_execution_errors

from helpers.errors import RenderError, UserError
from helpers.page import convert
from helpers.reports import render

NOT_THERE = "dossier 'kazakstan-2022': no such dossier or folder (did you mean 'kazakhstan-2022'?)"


def subclasses(error: type) -> list[type]:
    return [error, *(deep for one in error.__subclasses__() for deep in subclasses(one))]


@pytest.mark.parametrize("error", subclasses(UserError))
def test_an_error_shows_its_name_and_its_message(error):
    assert error("facts.csv row 2")._render_traceback_() == [f"{error.__name__}: facts.csv row 2"]


def test_a_missing_dossier_is_one_line_wherever_it_is_shown(tmp_path):
    notebook, kept = tmp_path / "asks.ipynb", tmp_path / "kept.ipynb"
    source = "from helpers import load_dossier\nload_dossier('kazakstan-2022')"
    cells = [new_markdown_cell("# T\n\nWhy?", id="title"), new_code_cell(source, id="load")]
    nbformat.write(new_notebook(cells=cells), notebook)

    with pytest.raises(RenderError, match="cell 1: DossierError: "):
        render(notebook, {}, tmp_path / "page.html", keep_notebook=kept)
    executed = nbformat.read(kept, as_version=4)
    (error,) = [one for cell in executed.cells for one in cell.get("outputs", [])]
    assert error.traceback == [f"DossierError: {NOT_THERE}"]
    with pytest.raises(PapermillExecutionError) as raised:
        raise_for_execution_errors(executed, str(tmp_path / "out.ipynb"))
    assert str(raised.value).splitlines()[-1] == f"DossierError: {NOT_THERE}"
    assert "Traceback" not in str(raised.value)
    page = unescape((tmp_path / "page.failed.html").read_text(encoding="utf-8"))
    assert page.count(NOT_THERE) == 1
    assert "Traceback" not in page
    assert "Where it happened" not in page


def test_another_error_shows_where_it_happened():
    outputs = [nbformat.v4.new_output("error", ename="E", evalue="x", traceback=["a", "b"])]
    page = convert(new_notebook(cells=[new_code_cell("x", outputs=outputs)]))
    assert "Where it happened" in page
