"""Who may import whom, read from the source."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "src" / "helpers"
MODULES = sorted(path.stem for path in PACKAGE.glob("*.py") if path.stem != "__init__")

# A module may import those that stand before it here; a line is one layer.
LAYERS = [
    {"errors", "faults", "numerals", "files", "palette", "startup"},
    {"style", "sheet", "wording", "folder", "outputs"},
    {"layout", "labels", "svg"},
    {"tracing", "schema", "marks"},
    {"fragments"},
    {"checks", "parameters", "page"},
    {"dossier"},
    {"evidence", "codebook", "geography", "figure", "claims", "timescale"},
    {"comparison", "origin"},
    {"exporter"},
    {"charts", "maps", "diagrams", "passages", "record"},
    {"kernel_server"},
    {"kernels"},
    {"report"},
    {"explorer", "plan", "workers"},
    {"batch", "cluster", "verification"},
    {"cli"},
]


def imports_of(module: str) -> set[str]:
    tree = ast.parse((PACKAGE / f"{module}.py").read_text(encoding="utf-8"))
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "helpers":
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("helpers."):
            found.add(node.module.removeprefix("helpers."))
    return found


def layer_of(module: str) -> int:
    return next(i for i, layer in enumerate(LAYERS) if module in layer)


@pytest.mark.parametrize("module", MODULES)
def test_imports_go_down(module):
    above = {other for other in imports_of(module) if layer_of(other) >= layer_of(module)}
    assert above == set()


def test_report_draws_nothing_itself():
    assert not imports_of("report") & {"charts", "maps", "diagrams", "passages", "figure"}


def test_no_module_draws_on_global_state_or_asserts():
    for path in PACKAGE.glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = {ast.unparse(n) for n in ast.walk(tree) if isinstance(n, ast.alias)}
        assert not any("pyplot" in name for name in names), path.name
        assert not any(isinstance(n, ast.Assert) for n in ast.walk(tree)), path.name


def test_only_files_writes_files():
    writers = ("write_text", "write_bytes", "to_csv", "to_parquet", "savefig")
    for path in PACKAGE.glob("*.py"):
        calls = {
            n.func.attr
            for n in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute)
        }
        # Figure and format_csv make their bytes in memory; `files` alone opens a target.
        allowed = {"figure": {"savefig"}, "sheet": {"to_csv"}}.get(path.stem, set())
        assert not (calls & set(writers)) - allowed, path.name
