"""The package as it is installed from its wheel, in an empty folder."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
RUN = "from helpers.cli import main; main()"


def run(installed: Path, folder: Path, *words: str) -> str:
    return subprocess.run(
        [sys.executable, "-c", RUN, *words],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(installed)},
        check=True,
        capture_output=True,
        text=True,
    ).stdout


def test_no_text_of_a_source_is_in_it(wheel):
    archive = zipfile.ZipFile(wheel)
    assert not [name for name in archive.namelist() if "/sources/" in name]
    assert not [n for n in archive.namelist() if b"publisher's own words" in archive.read(n)]


def test_it_knows_its_dossiers_and_notebooks(installed, tmp_path):
    listed = run(installed, tmp_path, "list")
    for facts in (ROOT / "data").glob("*/facts.csv"):
        assert f"dossier   {facts.parent.name}" in listed
    assert {f"notebook  {path.stem}" for path in (ROOT / "notebooks").glob("*.ipynb")} <= set(
        listed.splitlines()
    )


def test_it_renders_what_the_checkout_renders(installed, tmp_path):
    run(installed, tmp_path, "render", "kazakhstan-2022", "-o", "wheel.html")
    run(ROOT / "src", tmp_path, "render", "kazakhstan-2022", "-o", "checkout.html")
    assert (tmp_path / "wheel.html").read_bytes() == (tmp_path / "checkout.html").read_bytes()


def test_an_article_becomes_a_page_with_nothing_but_the_wheel(installed, tmp_path):
    text = tmp_path / "article.txt"
    text.write_text("At least 12 people were hurt in Port Amber.\n", encoding="utf-8")
    run(installed, tmp_path, "new", "orla", "--text", str(text), "--published", "2031-05-07")
    assert (tmp_path / "data" / "orla" / "author.ipynb").is_file()
    assert "1 row proposed" in run(installed, tmp_path, "draft", "orla")
    for words in (["orla"], ["orla", "-n", "facts"]):  # there is no fact yet
        page = run(installed, tmp_path, "render", *words).strip()
        assert '<tr id="fact-' not in (tmp_path / page).read_text(encoding="utf-8")
    with (tmp_path / "data" / "orla" / "facts.csv").open("a", encoding="utf-8") as facts:
        cells = "f1,article,1,At least 12 people,casualties,People were hurt,hurt,12,,,people"
        facts.write(f"{cells},at least,not stated,,,,,\n")
    page = run(installed, tmp_path, "render", "orla").strip()
    assert '<tr id="fact-f1"' in (tmp_path / page).read_text(encoding="utf-8")
