"""Notebooks that are not ours, by plain nbconvert."""

import subprocess
import sys
from base64 import b64decode

import nbformat
import pytest
from nbconvert.nbconvertapp import NbConvertApp
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from helpers.page import DossierExporter, convert

PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGBgAAAABQABh6FO"
    "1AAAAABJRU5ErkJggg=="
)
WIDGET = "application/vnd.jupyter.widget-view+json"


@pytest.fixture
def foreign(tmp_path):
    """A notebook with a table, a picture, a widget and a script in its outputs."""
    outputs = [
        new_output("display_data", {"text/html": "<table><tr><td>1</td></tr></table>"}),
        new_output("display_data", {"image/png": PIXEL}, metadata={"image/png": {"alt": "A dot"}}),
        new_output("display_data", {"text/html": "<script>alert(1)</script><p>Behind</p>"}),
        new_output(
            "display_data",
            {
                WIDGET: {"model_id": "1"},
                "text/plain": "Slider()",
            },
        ),
        new_output("stream", name="stdout", text="printed\n"),
    ]
    cells = [new_markdown_cell("# Rivers\n\nHow long?"), new_code_cell("draw()", outputs=outputs)]
    path = tmp_path / "rivers.ipynb"
    nbformat.write(new_notebook(cells=cells), path)
    return path


def run_nbconvert(path, *options: str) -> str:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(path.parent)
        NbConvertApp.launch_instance([*options, path.name])
        NbConvertApp.clear_instance()
    return path.with_suffix(".html").read_text(encoding="utf-8")


def test_the_exporter_has_a_name_for_nbconvert_and_for_jupyterlab_s_menu():
    from nbconvert.exporters import get_export_names, get_exporter

    assert "dossier" in get_export_names()
    assert get_exporter("dossier") is DossierExporter
    assert DossierExporter.export_from_notebook


def test_a_page_by_the_exporter_s_name(foreign):
    # In a process, which has imported nothing of ours.
    command = [sys.executable, "-m", "nbconvert", "--to", "dossier", foreign.name]
    subprocess.run(command, check=True, capture_output=True, cwd=foreign.parent)
    page = foreign.with_suffix(".html").read_text(encoding="utf-8")
    assert "<title>Rivers</title>" in page
    assert 'alt="A dot"' in page
    assert "<td>1</td>" in page
    assert "<p>Behind</p>" in page
    assert "Slider()" in page
    assert "printed" in page
    assert "<script" not in page
    assert "draw()" not in page
    assert "@font-face" in page
    assert "://" not in page
    assert f'<meta content="{foreign.name}" name="dossier-exported"/>' in page
    assert f"Exported from {foreign.name} and not by <code>dossier render</code>" in page
    assert "the page cannot be verified" in page


def test_pictures_of_the_notebook_s_folder_are_in_the_page_and_no_others(tmp_path):
    folder = tmp_path / "story"
    folder.mkdir()
    for dot in (folder / "dot.png", tmp_path / "other.png"):
        dot.write_bytes(b64decode(PIXEL))
    others = ["../other.png", "%2e%2e/other.png", "..%2fother.png", str(tmp_path / "other.png")]
    text = "\n\n".join(f"![A dot]({name})" for name in ["dot.png", *others])
    path = folder / "rivers.ipynb"
    nbformat.write(new_notebook(cells=[new_markdown_cell(f"# Rivers\n\n{text}")]), path)
    page = run_nbconvert(path, "--to", "dossier")
    assert page.count("<img") == page.count(f"data:image/png;base64,{PIXEL}") == 1
    assert page.count("[Picture left out:") == len(others)


def test_a_page_by_the_template_s_name_shows_the_code_folded_up(foreign):
    page = run_nbconvert(foreign, "--to", "html", "--template", "dossier")
    assert "<title>Rivers</title>" in page
    assert "<summary>Code</summary>" in page
    assert "<td>1</td>" in page
    assert 'alt="A dot"' in page
    assert "default-src 'none'" in page
    assert "<nav" not in page


def test_a_user_s_choice_goes_first(foreign):
    page = run_nbconvert(foreign, "--to", "dossier", "--DossierExporter.exclude_input=False")
    assert "<summary>Code</summary>" in page


def test_half_a_character_is_shown_by_its_number_and_a_whole_one_as_it_is():
    half = chr(0xDC80)
    outputs = [new_output("stream", text=f"a{half} 😀")]
    outputs += [new_output("display_data", {"text/html": f"<p>b{half}</p>"})]
    cells = [new_markdown_cell(f"# T{half}\n\nc{half}"), new_markdown_cell(f"## d{half}")]
    page = convert(new_notebook(cells=[*cells, new_code_cell("", outputs=outputs)]))
    page.encode("utf-8")
    assert all(f"{letter}\\udc80" in page for letter in "Tabcd")
    assert "😀" in page


def test_what_is_printed_in_pieces_is_one_text():
    pieces = [new_output("stream", text=text) for text in ("12", "34\n", "5")]
    page = convert(new_notebook(cells=[new_code_cell("", outputs=pieces)]))
    assert '<pre class="stream" tabindex="0">1234\n5</pre>' in page
