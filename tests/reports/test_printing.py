"""A page as a PDF, by the browser that is here; in most tests a script stands in for one."""

import os
import re
import shutil
import time
from pathlib import Path

import nbformat
import psutil
import pytest
from click.testing import CliRunner
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from helpers.cli import main
from helpers.errors import BatchError, ParameterError, RenderError
from helpers.page import convert
from helpers.reports import _printing, refuse_foreign, render

pytestmark = pytest.mark.usefixtures("forked")

HTML = """
<p><a href="https://river.example/?a=1&amp;b=2">far</a> <a href="next.html">near</a>
<a download="t.csv" href="data:text/csv;base64,YQ==">table</a> <a href="#further">below</a></p>
<p>Ұзын, 12 killed</p>
"""
FAILING = "fail: bool = True  # whether to fail"


@pytest.fixture
def notebook(tmp_path):
    """A small notebook that fails, or not."""
    parameters = new_code_cell(FAILING, id="parameters", metadata={"tags": ["parameters"]})
    cells = [new_markdown_cell("# A test"), parameters, new_code_cell("assert not fail, 'why'")]
    path = tmp_path / "test.ipynb"
    nbformat.write(new_notebook(cells=cells), path)
    return path


@pytest.fixture
def install(tmp_path, monkeypatch):
    """Make a shell script the only browser: install('exit 1')."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setattr(_printing, "_BROWSERS", (str(folder / "chromium"),))

    def write(script: str) -> None:
        program = folder / "chromium"
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)

    return write


@pytest.mark.browser
def test_a_pdf_is_tagged_and_has_outline_title_language_links_and_fonts():
    if not any(map(shutil.which, _printing._BROWSERS)):
        pytest.skip("there is no browser here")
    output = new_output("display_data", {"text/html": HTML})
    cells = [
        new_markdown_cell("# River & sea"),
        new_markdown_cell("## Further"),
        new_code_cell("", outputs=[output]),
    ]
    html = convert(new_notebook(cells=cells))
    pdf = _printing.print_page(html)
    assert re.match(rb"%PDF[^<]*<</Title \(River & sea\)", pdf)
    parts = ["/Marked true", "/Outlines ", "/Lang (en)", "/S /H1", "/S /H2", "/Title (Further)"]
    for part in [*parts, "/MediaBox [0 0 594.95"]:
        assert part.encode() in pdf, part
    assert re.findall(rb"/URI \((.*?)\)", pdf) == [b"https://river.example/?a=1&b=2"]
    assert b"/Dest" in pdf
    fonts = re.findall(rb"/FontName /\w+\+([\w-]+)", pdf)
    assert {b"SourceSansPro-Regular", b"SourceSansPro-Bold"} <= {*fonts}
    assert pdf.count(b"/FontFile2") == len(fonts)
    assert b"/CreationDate" not in pdf
    time.sleep(1)  # in which another date would begin
    assert _printing.print_page(html) == pdf


def test_without_a_browser_nothing_is_run(notebook, tmp_path, monkeypatch):
    monkeypatch.setattr(_printing, "_BROWSERS", ())
    monkeypatch.setattr("papermill.execute_notebook", lambda *a, **k: pytest.fail("it ran"))
    words = ["render", "-n", notebook, "-o", tmp_path / "out" / "page.pdf"]
    result = CliRunner().invoke(main, [str(word) for word in words])
    assert result.exit_code == 1
    assert "made by Chromium, Chrome or Edge, and none is installed here" in result.output
    assert len(result.output.splitlines()) == 1
    assert not (tmp_path / "out").exists()


def test_another_ending_is_wrong_use(notebook, tmp_path):
    with pytest.raises(ParameterError, match=r"expected a file name that ends in \.html or \.pdf"):
        render(notebook, {}, tmp_path / "page.odt")


def test_a_failed_cell_leaves_the_old_pdf_and_shows_where(notebook, tmp_path, install):
    install("exit 1")
    pdf = tmp_path / "page.pdf"
    pdf.write_bytes(b"old")
    with pytest.raises(RenderError, match=r"AssertionError: why \(see .*page\.failed\.html\)"):
        render(notebook, {}, pdf)
    assert pdf.read_bytes() == b"old"
    assert "why" in (tmp_path / "page.failed.html").read_text()


@pytest.mark.parametrize("script", ["echo first >&2; echo no room >&2", "echo no room >&2; exit 3"])
def test_a_browser_that_makes_no_pdf_is_told_in_its_words(notebook, tmp_path, install, script):
    install(script)
    with pytest.raises(RenderError, match=r"chromium made no PDF: no room$"):
        render(notebook, {"fail": False}, tmp_path / "page.pdf")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bin", "test.ipynb"]


def test_half_a_pdf_is_none(install):
    install('for word; do case $word in --print-to-pdf=*) echo %PDF-1.4 >"${word#*=}";; esac; done')
    with pytest.raises(RenderError, match="made no PDF: it does not say why"):
        _printing.print_page("<html>")


def test_a_browser_that_hangs_is_ended_with_its_children(install, tmp_path, monkeypatch):
    child = tmp_path / "child"
    install(f'sleep 600 & echo $! >"{child}"; sleep 600')
    monkeypatch.setattr(_printing, "_LONGEST_S", 0.5)
    with pytest.raises(RenderError, match=r"made no PDF: not done after 0\.5 s"):
        _printing.print_page("<html>")
    pid = int(child.read_text())
    psutil.wait_procs([psutil.Process(pid)] if psutil.pid_exists(pid) else [], timeout=10)
    assert not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


def test_it_is_given_no_network_and_a_profile_of_its_own(install, tmp_path):
    told = tmp_path / "told"
    install(f'printf "%s\\n" "$@" >"{told}"')
    with pytest.raises(RenderError):
        _printing.print_page("<html>")
    words = told.read_text().splitlines()
    assert {"--proxy-server=127.0.0.1:9", "--host-resolver-rules=MAP * ~NOTFOUND"} <= {*words}
    assert ("--no-sandbox" in words) == (os.geteuid() == 0)
    (profile,) = (word.partition("=")[2] for word in words if word.startswith("--user-data-dir"))
    assert not Path(profile).parent.exists()


def test_a_foreign_pdf_is_not_replaced(tmp_path, install):
    pdf = tmp_path / "page.pdf"
    refuse_foreign(pdf)
    pdf.write_bytes(b"%PDF-1.4\n/CreationDate (D:2031)\n%%EOF\n")
    with pytest.raises(BatchError, match="is not a PDF that was made here, and is not replaced"):
        refuse_foreign(pdf)
    dates = "/CreationDate (D:20310506070809+00'00')\\n/ModDate (D:20310506070809+00'00')"
    made = f'printf "%%PDF-1.4\\n<<{dates}>>\\n%%%%EOF\\n"'
    install(f'for word; do case $word in --print-to-pdf=*) {made} >"${{word#*=}}";; esac; done')
    content = _printing.print_page("<html>")
    assert b"2031" not in content
    assert content.index(b">>") == len(f"%PDF-1.4\n<<{dates}") - 1  # \n is one byte
    pdf.write_bytes(content)
    refuse_foreign(pdf)
