import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(autouse=True, scope="session")
def _jupyter_keeps_to_itself(tmp_path_factory):
    """Kernels write their files below the tests' own folder, and listen on no TCP port."""
    patch = pytest.MonkeyPatch()
    patch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path_factory.mktemp("runtime")))
    patch.setenv("IPYTHONDIR", str(tmp_path_factory.mktemp("ipython")))
    yield
    patch.undo()


@pytest.fixture
def copy_dossier(tmp_path):
    """Copy the shipped dossier to a folder of its own, for a test to spoil."""

    def copy(name: str = "story") -> Path:
        return shutil.copytree(ROOT / "data" / "kazakhstan-2022", tmp_path / name)

    return copy


@pytest.fixture
def edit_cells():
    """Change cells of a table: edit_cells(folder, 'facts', 'a01', value='13')."""
    import pandas as pd

    def edit(folder: Path, table: str, key: str, **cells: str) -> None:
        file = folder / f"{table}.csv"
        frame = pd.read_csv(file, dtype=str, keep_default_na=False).set_index(table[:-1] + "_id")
        frame.loc[key, list(cells)] = list(cells.values())
        frame.to_csv(file)

    return edit
