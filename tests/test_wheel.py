"""The package as it is installed from its wheel, in an empty folder."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
RUN = "from helpers.cli import main; main()"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    """A wheel of a checkout that keeps the text of a source."""
    checkout = tmp_path_factory.mktemp("checkout")
    for name in ("src", "data", "notebooks"):
        shutil.copytree(ROOT / name, checkout / name)
    for name in ("pyproject.toml", "README.md", "LICENSE", ".gitignore"):
        shutil.copy(ROOT / name, checkout)
    texts = checkout / "data" / "kazakhstan-2022" / "sources"
    texts.mkdir(exist_ok=True)
    (texts / "article.txt").write_text("The publisher's own words.")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", "dist"]
    subprocess.run(build, cwd=checkout, check=True, capture_output=True)
    return next((checkout / "dist").glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("installed")
    zipfile.ZipFile(wheel).extractall(folder)
    return folder


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


def test_it_knows_its_dossier_and_notebooks(installed, tmp_path):
    listed = run(installed, tmp_path, "list")
    assert "dossier   kazakhstan-2022" in listed
    assert {f"notebook  {path.stem}" for path in (ROOT / "notebooks").glob("*.ipynb")} <= set(
        listed.splitlines()
    )


def test_it_renders_what_the_checkout_renders(installed, tmp_path):
    run(installed, tmp_path, "render", "kazakhstan-2022", "-o", "wheel.html")
    run(ROOT / "src", tmp_path, "render", "kazakhstan-2022", "-o", "checkout.html")
    assert (tmp_path / "wheel.html").read_bytes() == (tmp_path / "checkout.html").read_bytes()
