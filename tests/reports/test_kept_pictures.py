"""A page is the same whatever the store of pictures holds, and is verified without it."""

from pathlib import Path
from urllib.parse import quote

import nbformat
import pytest
from click.testing import CliRunner
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from helpers.cli import main
from helpers.figures import find_store, leave_out_store
from helpers.reports import render, verify_page

FERRY = Path(__file__).parents[1] / "fixtures" / "ferry"
PLAN = f"""
output: "{{sources}}.html"
reports:
  - notebook: drawn.ipynb
    parameters: {{dossier: {FERRY}}}
    matrix: {{sources: [all, bulletin]}}
"""
DRAW = """
from helpers.dossier import load_dossier
from helpers.figures import numbers, timeline
from helpers.page import passages
story = load_dossier(dossier).from_sources(sources)
display(passages.show(numbers, story), passages.show(timeline, story))
passages.provenance(story)
"""
pytestmark = pytest.mark.usefixtures("forked")
FORGED = '<script>alert(1)</script><circle r="9" onload="alert(1)"></circle></svg>'


@pytest.fixture
def store(tmp_path, monkeypatch):
    monkeypatch.setenv("DOSSIER_CACHE", str(tmp_path / "cache"))
    return find_store()


@pytest.fixture
def notebook(tmp_path) -> Path:
    """A notebook with two kinds of pictures; tests/figures has the store for each kind."""
    cells = [
        new_markdown_cell("# Drawn\n\nWhat?"),
        new_code_cell('dossier: str = ""\nsources: str = ""', metadata={"tags": ["parameters"]}),
        new_code_cell(DRAW),
    ]
    nbformat.write(new_notebook(cells=cells), tmp_path / "drawn.ipynb")
    return tmp_path / "drawn.ipynb"


def render_drawn(notebook: Path, page: Path) -> bytes:
    return render(notebook, {"dossier": str(FERRY), "sources": "all"}, page).read_bytes()


def list_entries(store) -> list[Path]:
    return sorted(store.folder.iterdir())


def test_a_page_is_the_same_without_a_store_with_an_empty_one_and_with_a_full_one(
    store, notebook, tmp_path
):
    page = tmp_path / "page.html"
    with leave_out_store():
        none = render_drawn(notebook, page)
    assert not store.folder.exists()
    assert render_drawn(notebook, page) == none
    kept = list_entries(store)
    assert len(kept) > 3
    assert render_drawn(notebook, page) == none
    for number, entry in enumerate(kept):
        entry.write_bytes([b"", entry.read_bytes()[:3000], b"damaged"][number % 3])
    assert render_drawn(notebook, page) == none
    assert list_entries(store) == kept


def test_what_is_forged_is_cleaned_and_a_page_is_verified_without_it(store, notebook, tmp_path):
    page = tmp_path / "page.html"
    honest = render_drawn(notebook, page).decode()
    for entry in list_entries(store):
        kept = store.take(entry.name).replace(quote("</svg>"), quote(FORGED))
        store.keep(entry.name, kept.replace("</svg>", FORGED))
    assert verify_page(page, notebook).is_well, "the pictures were drawn, not taken from the store"
    forged = render_drawn(notebook, page).decode()
    assert forged != honest
    assert forged.count('<circle r="9">') > 3
    assert "alert" not in forged


def test_a_batch_draws_nothing_twice(store, notebook, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "plan.yaml").write_text(PLAN)
    pages = []
    for _ in range(2):
        told = CliRunner().invoke(main, ["batch", "plan.yaml", "-o", "out", "--force"])
        assert told.exit_code == 0
        pages.append([page.read_bytes() for page in sorted((tmp_path / "out").iterdir())])
        kept = [(entry.name, entry.stat().st_ino) for entry in list_entries(store)]
        pages.append(kept)
    assert pages[:2] == pages[2:]


def test_the_command_tells_place_and_size_and_empties_the_store(store):
    def tell(*options: str) -> str:
        told = CliRunner().invoke(main, ["cache", *options])
        assert told.exit_code == 0
        return told.output

    assert tell() == f"{store.folder}: 0 pieces, 0.0 MB (at most 500 MB)\n"
    store.keep("a" * 64, "x" * 1_200_000)
    (store.folder / "mine.txt").touch()
    assert tell() == f"{store.folder}: 1 piece, 1.2 MB (at most 500 MB)\n"
    assert tell("--empty") == f"{store.folder}: 0 pieces, 0.0 MB (at most 500 MB)\n"
    assert [path.name for path in store.folder.iterdir()] == ["mine.txt"]
    with leave_out_store():
        assert tell() == "Nothing is kept: DOSSIER_CACHE is off.\n"
    store.folder.chmod(0o755)
    refused = CliRunner().invoke(main, ["cache"])
    assert refused.exit_code == 1
    assert "expected a folder of your own (mode 0700)" in refused.output
