"""A batch with a runner that makes its pages at once; test_workers.py has real workers."""

import errno
import os
import re
import shutil
from hashlib import sha256
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from helpers.errors import BatchError
from helpers.files import hold
from helpers.page import convert, read_origin
from helpers.reports import hold_folder, open_batch, read_plan, render_batch, write_index
from helpers.reports._batch import find_due
from helpers.reports._job import Outcome

FERRY = Path(__file__).parents[1] / "fixtures" / "ferry"
PLAN = """
output: "{dossier}-{name}.html"
reports:
  - notebook: greeting.ipynb
    matrix:
      dossier: [one, two]
      name: [a, b]
"""


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A folder with a plan of four reports on two dossiers."""
    for name in ("one", "two"):
        shutil.copytree(FERRY, tmp_path / name)
    source = 'dossier: str = ""\nname: str = ""'
    cells = [
        new_markdown_cell("# A greeting", id="title"),
        new_code_cell(source, id="parameters", metadata={"tags": ["parameters"]}),
    ]
    nbformat.write(new_notebook(cells=cells), tmp_path / "greeting.ipynb")
    (tmp_path / "plan.yaml").write_text(PLAN)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def out(home):
    folder = home / "out"
    folder.mkdir()
    return folder


def make_pages(jobs, failing=()):
    """A runner: pages without outputs, but for those that fail."""
    for job in jobs:
        html = convert(nbformat.reads(job.notebook.text, 4), job.title, job.origin)
        yield job, Outcome(html, "it <broke>" if job.parameters["name"] in failing else "")


def render(out, *, failing=(), force=False, plan="plan.yaml"):
    """Render what is due, and write the list; the progress."""
    progress = open_batch(Path(plan), out, force=force)
    list(render_batch(progress, out, lambda jobs, timeout_s: make_pages(jobs, failing)))
    write_index(progress, Path(plan), out)
    return progress


def test_what_is_not_ours_is_not_replaced_unasked(out):
    mine = out / "one-a.html"
    mine.write_text("<p>mine</p>")
    with pytest.raises(BatchError, match=r"one-a.html: is not a page that was made here"):
        render(out)
    assert [path.name for path in out.iterdir()] == ["one-a.html"]
    render(out, force=True)
    assert "mine" not in mine.read_text()


def test_a_list_that_is_not_ours_is_not_replaced(out):
    (out / "index.html").write_text("mine")
    with pytest.raises(BatchError, match=r"index.html: is not a list that was made here"):
        render(out)
    assert (out / "index.html").read_text() == "mine"
    assert [path.name for path in out.iterdir()] == ["index.html"], "nothing was rendered"


def test_what_is_up_to_date_is_left_alone(out):
    assert len(render(out).rendered) == 4
    before = {path.name: path.stat().st_mtime_ns for path in out.iterdir()}
    progress = render(out)
    assert progress.due == []
    assert list(render_batch(progress, out, lambda *_, timeout_s: pytest.fail("asked"))) == []
    assert progress.summary() == "4 reports: 4 up to date"
    assert {path.name: path.stat().st_mtime_ns for path in out.iterdir()} == before


def test_one_changed_fact_renders_the_reports_of_its_dossier_and_no_other(out, edit_cells, home):
    render(out)
    edit_cells(home / "two", "facts", "f1", note="changed")
    assert [r.output for r in render(out).rendered] == ["two-a.html", "two-b.html"]


def test_a_missing_page_is_rendered_again(out):
    render(out)
    (out / "one-a.html").unlink()
    assert [r.output for r in render(out).rendered] == ["one-a.html"]


@pytest.mark.parametrize(("name", "due"), [("greeting.ipynb", 4), ("one/datapackage.json", 2)])
def test_a_changed_notebook_or_table_makes_its_reports_due(out, home, name, due):
    render(out)
    path = home / name
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert len(find_due(read_plan(Path("plan.yaml")), out)) == due


def test_a_picture_that_the_notebook_shows_belongs_to_its_reports(out, home):
    picture = home / "chart one.svg"
    picture.write_text('<svg xmlns="http://www.w3.org/2000/svg"></svg>')
    notebook = nbformat.read(home / "greeting.ipynb", 4)
    notebook.cells.append(new_markdown_cell("![A chart](chart%20one.svg) ![far](a.invalid/b.png)"))
    nbformat.write(notebook, home / "greeting.ipynb")
    render(out)
    assert not open_batch(Path("plan.yaml"), out).due
    picture.write_text(picture.read_text() + "<!-- of today -->")
    assert len(open_batch(Path("plan.yaml"), out).due) == 4


def test_a_report_fails_alone_and_its_older_page_is_kept(out, edit_cells, home):
    render(out)
    old = (out / "one-b.html").read_bytes()
    edit_cells(home / "one", "facts", "f1", note="changed")
    progress = render(out, failing=["b"])
    assert progress.failures == {"one-b.html": "it <broke>"}
    assert [r.output for r in progress.rendered] == ["one-a.html"]
    assert (out / "one-b.html").read_bytes() == old
    assert (out / "one-b.failed.html").exists()
    assert progress.summary().splitlines() == [
        "4 reports: 1 rendered, 2 up to date, 1 failed",
        "  one-b.html: it <broke>",
    ]
    index = (out / "index.html").read_text()
    assert "of which 1 failed" in re.sub("<[^>]+>", "", index)
    assert "it &lt;broke&gt;" in index
    assert 'href="one-b.failed.html"' in index
    assert "the older page is kept" in index

    render(out)
    assert not (out / "one-b.failed.html").exists()
    assert "failed" not in (out / "index.html").read_text().partition("<body>")[2]


def test_the_list_leads_to_every_report(out):
    render(out)
    index = (out / "index.html").read_text()
    for name in ("one-a", "one-b", "two-a", "two-b"):
        assert f'href="{name}.html"' in index
    assert "<td" in index
    assert index.count("up to date") == 4
    assert read_origin(out / "index.html").notebook == "plan.yaml"


def test_the_list_names_the_plan_that_was_read(out, home):
    plan = home / "plan.yaml"
    before = sha256(plan.read_bytes()).hexdigest()
    progress = open_batch(plan, out)
    plan.write_text("another")
    write_index(progress, plan, out)
    assert read_origin(out / "index.html").hashes["notebook"] == before


def test_a_full_disk_ends_the_batch_and_the_next_run_goes_on(out, monkeypatch):
    written = []

    def fill_up(handle):
        if len(written) == 2:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        written.append(handle)

    with monkeypatch.context() as patch, pytest.raises(OSError, match="No space left on device"):
        patch.setattr("os.fsync", fill_up)
        render(out)
    assert sorted(path.name for path in out.iterdir()) == ["one-a.html", "two-a.html"]
    assert [r.output for r in render(out).rendered] == ["one-b.html", "two-b.html"]


def test_reports_that_are_neighbours_in_the_plan_are_not_begun_together(out):
    begun = []

    def run(jobs, timeout_s):
        begun.extend(job.output for job in jobs)
        yield from ()

    list(render_batch(open_batch(Path("plan.yaml"), out), out, run))
    assert begun == ["one-a.html", "two-a.html", "one-b.html", "two-b.html"]


def test_a_folder_is_held_by_one_batch_at_a_time(out):
    with (
        hold_folder(out),
        pytest.raises(BatchError, match="another batch is at work in this folder"),
        hold_folder(out),
    ):
        pass
    with hold_folder(out):
        pass


def test_a_folder_without_permission_is_refused(out, monkeypatch):
    monkeypatch.setattr("os.access", lambda *_: False)  # root may write anywhere
    with pytest.raises(BatchError, match="there is no permission to write"), hold_folder(out):
        pass


def test_what_a_killed_batch_left_is_removed_and_nothing_else(out):
    (out / "sub").mkdir()
    left = [out / ".one-a.html.abcd1234.tmp", out / "sub" / ".x.failed.html.a_b_c_d0.tmp"]
    mine = [out / "x.tmp", out / ".notes.tmp", out / ".one-a.html.mine.tmp"]
    for path in left + mine:
        path.write_text("")
    written = out / "sub" / ".y.html.abcd1234.tmp"  # by a render, or by a batch of that folder
    written.touch()
    held = hold(written)
    with hold_folder(out):
        assert not any(path.exists() for path in left)
        assert all(path.exists() for path in [*mine, written])
    os.close(held)
