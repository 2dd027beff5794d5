import re
import shutil
import sys
from hashlib import sha256
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from helpers.dossier import load_dossier
from helpers.errors import DossierError, ParameterError, RenderError
from helpers.page import convert
from helpers.reports import find_notebook, prepare, read_notebook, render, run

STORY = "Kazakhstan, January 2022: the unrest and the CSTO peacekeeping operation"
EXAMPLE = Path(__file__).parents[2] / "docs" / "example.html"
_HASH = re.compile(r"[0-9a-f]{64}")
PARAMETERS = 'name: str = "world"  # whom to greet\nfail: bool = False  # whether to fail'


pytestmark = pytest.mark.usefixtures("forked")


@pytest.fixture
def notebook(tmp_path):
    """A small notebook that greets, or fails."""
    cells = [
        new_markdown_cell("# A greeting\n\nWho is there?", id="title"),
        new_code_cell(PARAMETERS, id="parameters", metadata={"tags": ["parameters"]}),
        new_markdown_cell("## Here & there", id="here"),
        new_code_cell("print(f'Hello, <{name}>')\nassert not fail, 'it <failed>'", id="greet"),
    ]
    path = tmp_path / "greeting.ipynb"
    nbformat.write(new_notebook(cells=cells), path)
    return path


def test_a_wrong_parameter_is_refused_before_anything_runs(notebook, tmp_path, monkeypatch):
    monkeypatch.setattr("papermill.execute_notebook", lambda *a, **k: pytest.fail("it ran"))
    output = tmp_path / "out" / "page.html"
    with pytest.raises(ParameterError, match=r"did you mean 'name'\?"):
        render(notebook, {"nam": "x"}, output)
    with pytest.raises(ParameterError, match="parameter fail 'perhaps': expected bool"):
        render(notebook, {"fail": "perhaps"}, output)
    assert not output.parent.exists()


def test_a_wrong_dossier_or_day_is_refused_before_anything_runs(tmp_path, monkeypatch):
    monkeypatch.setattr("papermill.execute_notebook", lambda *a, **k: pytest.fail("it ran"))
    report = find_notebook("report")
    with pytest.raises(DossierError, match=r"did you mean 'kazakhstan-2022'\?"):
        render(report, {"dossier": "kazakstan-2022"}, tmp_path / "page.html")
    with pytest.raises(ParameterError, match="parameter as_of '2022-13': not a date"):
        render(report, {"as_of": "2022-13"}, tmp_path / "page.html")


def test_a_failed_run_leaves_the_old_page_and_shows_where(notebook, tmp_path):
    output = tmp_path / "page.html"
    output.write_text("old")
    with pytest.raises(RenderError, match=r"greeting.ipynb: cell 3: AssertionError: it <failed>"):
        render(notebook, {"fail": True}, output)
    assert output.read_text() == "old"
    failed = (tmp_path / "page.failed.html").read_text()
    assert "<title>Failed: A greeting</title>" in failed
    assert "Hello, &lt;world&gt;" in failed
    assert "<strong>AssertionError</strong>: it &lt;failed&gt;" in failed

    render(notebook, {"name": "you"}, output)
    assert "Hello, &lt;you&gt;" in output.read_text()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["greeting.ipynb", "page.html"]


def test_keeps_the_executed_notebook(notebook, tmp_path):
    kept = tmp_path / "kept.ipynb"
    render(notebook, {"name": "you"}, tmp_path / "page.html", keep_notebook=kept)
    outputs = [o for c in nbformat.read(kept, 4).cells for o in c.get("outputs", [])]
    assert outputs[0].text == "Hello, <you>\n"


def test_a_file_that_is_no_notebook_is_refused(tmp_path):
    broken = tmp_path / "broken.ipynb"
    for text in ("", "{}", "[1]", "\x00", '{"cells": 3, "nbformat": 4, "nbformat_minor": 5}'):
        broken.write_text(text)
        with pytest.raises(ParameterError, match=r"is not a notebook in format 4"):
            read_notebook(broken)
    with pytest.raises(ParameterError, match="cannot be read: Is a directory"):
        read_notebook(tmp_path)
    with pytest.raises(ParameterError, match=r"no such notebook or file \(did you mean 'report'"):
        find_notebook("repotr")


def test_a_page_has_no_script_and_asks_for_nothing():
    notebook = new_notebook(cells=[new_markdown_cell("# T\n\nWhy?"), new_markdown_cell("## One")])
    html = convert(notebook)
    assert "<script" not in html
    assert "http://" not in html
    assert "https://" not in html
    assert '<html lang="en">' in html
    assert "<title>T</title>" in html
    assert '<a href="#One">One</a>' in html
    assert 'id="One"' in html


def test_a_title_is_text_whatever_it_holds():
    notebook = new_notebook(cells=[new_markdown_cell("# T\n\nWhy?")])
    title = "<script>alert(1)</script> *a* [b](javascript:c) $5 & `d`\n# e"
    html = convert(notebook, title)
    assert "<script" not in html
    assert "<em>" not in html
    assert 'href="javascript' not in html
    shown = "&lt;script&gt;alert(1)&lt;/script&gt; *a* [b](javascript:c) $5 &amp; `d` # e</h1>"
    assert shown in html


def test_pictures_of_others_are_shown_with_what_they_say():
    picture = {"image/png": "aGk=\n", "text/plain": "<Figure>"}
    output = new_output("display_data", picture, metadata={"image/png": {"alt": "A <line>"}})
    html = convert(new_notebook(cells=[new_code_cell("plot()", outputs=[output])]))
    assert '<img src="data:image/png;base64,aGk=" alt="A &lt;line&gt;"' in html


def test_a_picture_beside_the_notebook_is_in_the_page(notebook, tmp_path):
    source = nbformat.read(notebook, 4)
    source.cells[2].source += "\n\n![a dot](dot.svg)"
    nbformat.write(source, notebook)
    notebook.with_name("dot.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    page = render(notebook, {}, tmp_path / "out" / "page.html").read_text()
    assert '<img src="data:image/svg+xml;base64,' in page
    assert "left out" not in page


def test_the_notebook_that_is_run_is_not_written_over(notebook, tmp_path):
    before = notebook.read_bytes()
    with pytest.raises(ParameterError, match="it is the notebook that is run"):
        render(notebook, {}, tmp_path / "page.html", keep_notebook=notebook)
    assert notebook.read_bytes() == before


def test_an_address_in_a_title_is_no_link():
    title = "See https://example.org/x, www.example.org and a@example.org"
    html = convert(new_notebook(cells=[new_markdown_cell("# T\n\nWhy?")]), title)
    assert f">{title}</h1>" in html


def test_a_notebook_whose_kernel_dies_or_is_unknown_fails_alone(notebook, tmp_path):
    content = nbformat.read(notebook, 4)
    content.cells[-1].source = "import os; os._exit(3)"
    nbformat.write(content, notebook)
    with pytest.raises(RenderError, match="the kernel died"):
        render(notebook, {}, tmp_path / "page.html")
    content.metadata["kernelspec"] = {"name": "fortran", "display_name": "Fortran"}
    nbformat.write(content, notebook)
    with pytest.raises(RenderError, match="there is no kernel 'fortran'"):
        render(notebook, {}, tmp_path / "page.html")
    assert not (tmp_path / "page.html").exists()


@pytest.mark.parametrize(
    ("heading", "title"), [("Report", "{}"), ("The record", "{} – the record"), ("", "{}")]
)
def test_a_notebook_s_own_heading_stands_behind_the_story_s_title(heading, title, tmp_path):
    cells = [new_code_cell('dossier: str = "x"  # x', metadata={"tags": ["parameters"]})]
    if heading:
        cells.insert(0, new_markdown_cell(f"# {heading}\n\nWhy?"))
    file = tmp_path / "n.ipynb"
    nbformat.write(new_notebook(cells=cells), file)
    page = render(file, {"dossier": "kazakhstan-2022"}, tmp_path / "n.html").read_text()
    assert f"<title>{title.format(STORY)}</title>" in page


def test_the_example_is_a_fresh_render_of_the_report(render_once):
    example = EXAMPLE.read_text(encoding="utf-8")
    if f"Python {sys.version_info.major}.{sys.version_info.minor}," not in example:
        pytest.skip("the example was made with another minor version of Python")
    made = render_once("report").read_text(encoding="utf-8")
    # A change of the package that changes nothing in the page needs no new example.
    assert _HASH.sub("", made) == _HASH.sub("", example), "run: make example"


@pytest.mark.parametrize(
    ("as_of", "in_all", "withdrawn"),
    [("2022-01-06", [], False), ("2022-01-09", [], True), ("2022-12-31", ["238"], True)],
)
def test_the_record_tells_what_a_reader_could_have_known(as_of, in_all, withdrawn, tmp_path):
    given = {"dossier": "kazakhstan-2022", "as_of": as_of}
    page = render(find_notebook("record"), given, tmp_path / "record.html").read_text("utf-8")
    key_figures = page[page.rindex('<ul class="key-figures">') :]  # those of the last day
    cards = re.findall(
        r'"number"><data [^>]*>([\d,]+)</data> people</strong>\s*'
        r'<div class="told"><div class="measure">deaths</div>\s*'
        r'<div class="of-whom">(?:<span class="unknown">)?(all|who they are is not stated)\b',
        key_figures,
    )
    words = " ".join(re.sub(r"<[^>]+>", " ", key_figures).split())
    assert re.search(
        r"\b12 (people )?deaths \(?(Kazakhstan;)? ?who they are is not stated\b", words
    )
    assert [number for number, whom in cards if whom == "all"] == in_all
    told = "withdrawn 9 January 2022</td><td>All deaths in a week of unrest" in page
    assert told == (">164<" in page) == withdrawn


def test_a_notebook_that_does_not_end_fails_and_says_so(notebook):
    source = nbformat.read(notebook, 4)
    source.cells[3].source = "while True: pass"
    nbformat.write(source, notebook)
    outcome = run(prepare(read_notebook(notebook), {}), timeout_s=2)
    assert outcome.failure == "not done after 2 s"
    assert "<title>Failed: A greeting</title>" in outcome.html
    assert "<strong>No outputs</strong>: not done after 2 s" in outcome.html


def test_a_page_of_a_failure_is_made_even_where_no_page_can_be(notebook, monkeypatch):
    def break_down(*_):
        raise RuntimeError("no template <here>")

    monkeypatch.setattr("helpers.page.convert", break_down)
    outcome = run(prepare(read_notebook(notebook), {}))
    assert outcome.failure == "RuntimeError: no template <here>"
    assert "<p>RuntimeError: no template &lt;here&gt;</p>" in outcome.html


def test_a_kernel_whose_outputs_do_not_arrive_is_not_called_slow(notebook, monkeypatch):
    """One whose messages may be lost, as that of another Python, with or without a time limit."""
    source = nbformat.read(notebook, 4)
    source.cells[3].source = "for n in range(2000): display(n)"
    nbformat.write(source, notebook)
    monkeypatch.setattr("helpers.kernels._provisioner._KEEP_OUTPUTS", "import not_installed_there")
    job = prepare(read_notebook(notebook), {})
    told = [run(job, timeout_s=limit).failure for limit in (None, 300)]
    assert told == ["a cell is done, but its outputs did not all arrive, or may not have"] * 2


# What changes while reports are made


def replace_folder(folder):
    """Another folder takes the place of a link, as a deployment would do it."""
    other = shutil.copytree(folder.resolve(), folder.with_name("other"))
    (other / "facts.csv").write_bytes((other / "facts.csv").read_bytes() + b"\n")
    folder.unlink()
    folder.symlink_to(other)


CHANGES = {
    "a table": lambda f: (f / "places.csv").write_bytes((f / "places.csv").read_bytes() + b"\n"),
    "no package": lambda folder: (folder / "datapackage.json").unlink(),
    "a text": lambda folder: (folder / "sources" / "article.txt").write_text("Another text"),
    "a text more": lambda folder: (folder / "sources" / "more.txt").write_text("One more"),
    "half a table": lambda folder: (folder / "facts.csv").write_text("fact_id"),
    "another folder": replace_folder,
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_page_is_made_of_the_data_that_it_names(change, copy_dossier, tmp_path):
    copied = copy_dossier("v1")
    (copied / "sources").mkdir()
    (copied / "sources" / "article.txt").write_text("The text")
    folder = tmp_path / "story"
    folder.symlink_to(copied)
    reads = "from helpers.dossier import load_dossier\nstory = load_dossier(dossier)\n"
    reads += "print(story.hashes, story.texts, len(story.facts))"
    cells = [
        new_code_cell("dossier: str = ''", id="p", metadata={"tags": ["parameters"]}),
        new_code_cell(reads, id="read"),
    ]
    file = tmp_path / "reads.ipynb"
    nbformat.write(new_notebook(cells=cells), file)
    job = prepare(read_notebook(file), {"dossier": str(folder)})
    change(folder)
    outcome = run(job)
    assert outcome.failure == ""
    shown = {name: job.origin.hashes[name] for name in ("dossier", "texts")}
    printed = outcome.executed.cells[-1].outputs[0].text
    assert str(shown) in printed, printed
    assert "The text" in outcome.html


def test_a_dossier_by_another_name_is_read_from_its_files(copy_dossier, tmp_path, forked):
    one, other = copy_dossier("one"), copy_dossier("other")
    (other / "facts.csv").write_text("fact_id")
    cells = [
        new_code_cell("dossier = ''", id="p", metadata={"tags": ["parameters"]}),
        new_code_cell(f"import helpers.dossier\nhelpers.dossier.load_dossier({str(other)!r})"),
    ]
    file = tmp_path / "reads.ipynb"
    nbformat.write(new_notebook(cells=cells), file)
    failure = run(prepare(read_notebook(file), {"dossier": str(one)})).failure
    assert failure.startswith("cell 3: DossierError: dossier other has ")


def test_a_notebook_is_named_as_it_was_read(notebook):
    before = sha256(notebook.read_bytes()).hexdigest()
    read = read_notebook(notebook)
    notebook.write_text(notebook.read_text().replace("Hello", "Goodbye"))
    job = prepare(read, {})
    assert job.origin.hashes["notebook"] == before
    assert "Hello" in job.notebook.text


def test_a_dossier_is_named_as_it_was_read(copy_dossier):
    folder = copy_dossier()
    story = load_dossier(folder)
    before = story.hashes
    (folder / "facts.csv").write_text("another")
    assert story.as_of("2022").hashes == before
    assert sha256((folder / "places.csv").read_bytes()).hexdigest() == story.digests["places.csv"]
