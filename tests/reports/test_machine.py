"""A disk that is full, and a folder of another user: the real ones, where root may make them."""

import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from click.testing import CliRunner
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from helpers.cli import main

DOSSIER = Path(sys.executable).with_name("dossier")
FERRY = Path(__file__).parents[1] / "fixtures" / "ferry"
DRAW = """
from helpers.dossier import load_dossier
from helpers.figures import numbers
from helpers.page import passages
passages.show(numbers, load_dossier(dossier))
"""
NOBODY = 65534

pytestmark = [
    pytest.mark.skipif(os.geteuid() != 0, reason="only root mounts disks and gives files away"),
    pytest.mark.usefixtures("forked"),
]


@pytest.fixture
def small_disk(tmp_path):
    """A folder that is a disk of its own, with room for less than a page."""
    folder = tmp_path / "small"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", folder]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("this machine mounts no disk")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


def run(*words: object, cwd: Path, **environment: str) -> tuple[int, str]:
    """A command's exit code and what it said of its failure."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(cwd)
        for name, value in environment.items():
            patch.setenv(name, value)
        done = CliRunner().invoke(main, [*map(str, words)])
    assert "Traceback" not in done.stderr
    assert isinstance(done.exception, SystemExit | None)
    return done.exit_code, done.stderr


@pytest.fixture
def notebook(tmp_path):
    """A notebook whose page is larger than the small disk."""
    cells = [
        new_markdown_cell("# Much", id="title"),
        new_code_cell("print('much ' * 20_000)", id="print"),
    ]
    nbformat.write(new_notebook(cells=cells), tmp_path / "much.ipynb")
    return "much.ipynb"


@pytest.fixture(scope="module")
def drawn(tmp_path_factory) -> tuple[Path, bytes]:
    """A notebook that draws, and its page, made without a store."""
    folder = tmp_path_factory.mktemp("page")
    cells = [
        new_markdown_cell("# Drawn", id="title"),
        new_code_cell('dossier: str = ""', id="given", metadata={"tags": ["parameters"]}),
        new_code_cell(DRAW, id="draw"),
    ]
    nbformat.write(new_notebook(cells=cells), folder / "drawn.ipynb")
    words = ("render", FERRY, "-n", folder / "drawn.ipynb", "-o", "page.html")
    assert run(*words, cwd=folder, DOSSIER_CACHE="off") == (0, "")
    page = (folder / "page.html").read_bytes()
    assert b"<svg" in page
    return folder / "drawn.ipynb", page


def test_a_page_that_finds_no_room_is_told_and_not_half_written(notebook, small_disk, tmp_path):
    code, said = run("render", "-n", notebook, "-o", small_disk / "page.html", cwd=tmp_path)
    assert (code, list(small_disk.iterdir())) == (1, [])
    assert f"{small_disk / 'page.html'}" in said
    assert "No space left on device" in said


def test_a_batch_that_finds_no_room_is_told(notebook, small_disk, tmp_path):
    (tmp_path / "plan.yaml").write_text(
        f"output: page.html\nreports: [{{notebook: {notebook}, parameters: {{}}}}]\n"
    )
    code, said = run("batch", "plan.yaml", "-j1", "-o", small_disk / "out", cwd=tmp_path)
    assert code == 1
    assert f"{small_disk / 'out'}" in said
    assert "No space left on device" in said
    assert not [path for path in (small_disk / "out").glob("*") if path.suffix != ".html"]


def test_temporary_files_that_find_no_room_are_told(notebook, small_disk, tmp_path):
    (small_disk / "full").write_bytes(b"x" * 60_000)
    done = subprocess.run(  # a process, whose temporary files are all there from the start
        [DOSSIER, "render", "-n", notebook, "-o", "page.html"],
        cwd=tmp_path,
        env=os.environ | {"TMPDIR": str(small_disk)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr
    assert (done.returncode == 1) == ("No space left on device" in done.stderr)
    assert (tmp_path / "page.html").exists() == (done.returncode == 0)
    assert [path.name for path in small_disk.iterdir()] == ["full"]


def test_a_store_that_finds_no_room_changes_no_page(drawn, small_disk, tmp_path):
    notebook, page = drawn
    words = ("render", FERRY, "-n", notebook, "-o", "again.html")
    assert run(*words, cwd=tmp_path, DOSSIER_CACHE=str(small_disk)) == (0, "")
    assert (tmp_path / "again.html").read_bytes() == page


def test_a_store_of_another_user_is_not_used(drawn, tmp_path):
    notebook, page = drawn
    store = tmp_path / "cache" / "pictures"
    store.mkdir(parents=True, mode=0o700)
    os.chown(store, NOBODY, NOBODY)
    words = ("render", FERRY, "-n", notebook, "-o", "again.html")
    assert run(*words, cwd=tmp_path, DOSSIER_CACHE=str(store.parent)) == (0, "")
    assert (tmp_path / "again.html").read_bytes() == page
    assert list(store.iterdir()) == []
