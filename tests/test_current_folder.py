"""What lies in the current folder is neither imported nor run, but for a notebook's own modules."""

import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from click.testing import CliRunner
from nbformat.v4 import new_code_cell, new_notebook

from helpers.cli import main
from helpers.kernels import ADDRESS
from helpers.reports import find_notebook, render

FERRY = Path(__file__).parent / "fixtures" / "ferry"
COMMAND = Path(sys.executable).with_name("dossier")
# Modules of Python, of ours, of libraries, and of what a library takes where it is there.
NAMES = (
    "bottleneck", "click", "helpers/__init__", "helpers/cli", "helpers/passages", "ipykernel",
    "ipykernel_launcher", "ipython_config", "ipython_kernel_config", "jinja2", "json",
    "jupyter_config", "multiprocessing", "numexpr", "numpy", "pandas", "papermill", "pickle",
    "profile_default/startup/first", "sitecustomize", "socket", "backend",
)  # fmt: skip
SAID = "the neighbour: 1, 10.0"
PLAN = """
output: "{name}.html"
reports:
  - {notebook: mine.ipynb, matrix: {name: [a, b]}}
"""


@pytest.fixture
def folder(tmp_path):
    """A folder full of modules that leave a mark when they are run, one of which is asked for."""
    folder = tmp_path / "here"
    mark = f"open({str(tmp_path / 'ran')!r}, 'a').write(__name__ + ' ')\n"
    for name in NAMES:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / f"{name}.py").write_text(mark)
    (folder / "matplotlibrc").write_text("backend: module://backend\nfont.size: 77\n")
    (folder / "neighbour.py").write_text("NAME = 'the neighbour'\n")
    mine = [
        "dossier: str = ''\nname: str = ''",
        "import neighbour, pandas, helpers.page, matplotlib.pyplot as plt\n"
        "print(f'{neighbour.NAME}: {pandas.Series([1]).sum()}, {plt.rcParams[\"font.size\"]}')",
    ]
    cells = [new_code_cell(cell, id=f"c{n}") for n, cell in enumerate(mine)]
    cells[0].metadata["tags"] = ["parameters"]
    nbformat.write(new_notebook(cells=cells), folder / "mine.ipynb")
    (folder / "plan.yaml").write_text(PLAN)
    trap = nbformat.read(find_notebook("record"), 4)
    trap.cells.append(new_code_cell(mark.replace("__name__", "'a notebook'"), id="trap"))
    (folder / "notebooks").mkdir()
    nbformat.write(trap, folder / "notebooks" / "record.ipynb")
    return folder


def run(folder, *words):
    command = [COMMAND, *words]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def page(render_once):
    """A page with one kind of picture: what draws looks for modules too."""
    return render_once("record", str(FERRY))


def test_verify_runs_nothing_of_the_folder(folder, page):
    shutil.copy(page, folder / "page.html")
    told = run(folder, "verify", "page.html")
    assert told.returncode == 0, told.stderr
    assert "Made again from the data that it carries: no difference." in told.stdout
    assert not (folder.parent / "ran").exists()


def test_verify_runs_another_notebook_only_where_it_is_given(folder, page):
    shutil.copy(page, folder / "page.html")
    told = run(folder, "verify", "page.html", "--notebook", "notebooks/record.ipynb")
    assert told.returncode == 1
    assert "The notebook record.ipynb has changed since." in told.stdout
    assert (folder.parent / "ran").read_text() == "a notebook "


def test_another_notebook_is_for_no_dossier(folder, monkeypatch):
    monkeypatch.chdir(folder)
    told = CliRunner().invoke(main, ["verify", str(FERRY), "--notebook", "notebooks/record.ipynb"])
    assert told.exit_code == 2
    assert "--notebook is for a page, not for a dossier" in told.stderr
    assert not (folder.parent / "ran").exists()


@pytest.mark.parametrize(
    ("words", "pages"),
    [
        (["render", "-n", "mine.ipynb", "-o", "mine.html"], ["mine.html"]),
        (["batch", "plan.yaml", "-j2", "-o", "."], ["a.html", "b.html"]),
    ],
)
def test_a_notebook_has_its_neighbour_and_nothing_else_of_the_folder(words, pages, folder):
    told = run(folder, *words)
    assert told.returncode == 0, told.stderr
    assert [name for name in pages if SAID not in (folder / name).read_text()] == []
    assert not (folder.parent / "ran").exists()


def test_an_ordinary_kernel_is_no_less_careful(folder, monkeypatch):
    monkeypatch.delenv(ADDRESS, raising=False)
    monkeypatch.chdir(folder)
    assert SAID in render(Path("mine.ipynb"), {}, folder / "page.html").read_text()
    assert not (folder.parent / "ran").exists()
