import json
from pathlib import Path

import pytest

from helpers.authoring import start_dossier

TEXT = """The Orla leaves its bed

On Monday night the Orla rose by 2.4 metres within six hours.

At least 12 people were hurt in Port Amber, the fire brigade said, and two are missing.

Some 1,300 houses stand under water, 900 of them in the old town. Who pays is open, Anna Orla said.
"""


@pytest.fixture
def orla(tmp_path, monkeypatch) -> Path:
    """A new dossier of a made-up article, in an empty folder."""
    monkeypatch.chdir(tmp_path)
    about = {"publisher": "The Orla Post", "published": "2031-05-07"}
    return start_dossier("orla", TEXT.strip(), **about).resolve()


@pytest.fixture(scope="session")
def hostile_texts() -> list[str]:
    """Texts that would run, fetch or break something where they were not shown as text."""
    file = Path(__file__).parents[1] / "fixtures" / "hostile.json"
    return list(json.loads(file.read_text(encoding="utf-8"))["kept"].values())
