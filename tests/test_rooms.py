"""Who may import whom, by room, and what no room may do: read from the source."""

import ast
from importlib import import_module
from pathlib import Path

PACKAGE = Path(__file__).parents[1] / "src" / "helpers"
FILES = sorted(path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.py"))

# A room may import those that stand before it, by their doors.
ORDER = [
    "errors", "files", "words", "dossier", "geography", "figures", "page", "reports", "authoring",
]  # fmt: skip
ABOVE = ["explorer", "cli", "__init__"]
MAY_IMPORT = {room: set(ORDER[:place]) for place, room in enumerate(ORDER)}
MAY_IMPORT |= {module: {*ORDER, "kernels", *ABOVE[:place]} for place, module in enumerate(ABOVE)}
MAY_IMPORT["kernels"] = {"files"}
MAY_IMPORT["reports"] |= {"kernels"}


def parse(file: str) -> ast.Module:
    return ast.parse((PACKAGE / file).read_text(encoding="utf-8"))


def room_of(file: str) -> str:
    return file.split("/", maxsplit=1)[0].removesuffix(".py")


def imports_of(file: str) -> set[str]:
    """The modules of the package that a file imports, without 'helpers.'."""
    found = set()
    for node in ast.walk(parse(file)):
        if isinstance(node, ast.ImportFrom) and node.level == 0:
            names = [node.module or ""]
            names = [f"helpers.{a.name}" for a in node.names] if names == ["helpers"] else names
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        else:
            continue
        found |= {name.removeprefix("helpers.") for name in names if name.startswith("helpers.")}
    return found


def test_every_file_is_in_a_room():
    assert {room_of(file) for file in FILES} == set(MAY_IMPORT)


def test_a_room_imports_those_before_it_by_their_doors():
    wrong = {}
    for file in FILES:
        own = room_of(file)
        others = {name for name in imports_of(file) if name.split(".")[0] != own}
        wrong[file] = others - MAY_IMPORT[own]
    assert {file: names for file, names in wrong.items() if names} == {}


def test_a_room_says_what_lives_there_and_what_does_not():
    for door in PACKAGE.glob("*/__init__.py"):
        said = ast.get_docstring(parse(door.relative_to(PACKAGE).as_posix())) or ""
        assert "Nothing here" in " ".join(said.split()), door.parent.name


def test_what_a_door_names_is_there():
    for door in [PACKAGE, *(path.parent for path in PACKAGE.glob("*/__init__.py"))]:
        room = import_module(".".join(["helpers", *door.relative_to(PACKAGE).parts]))
        assert room.__all__
        assert all(hasattr(room, name) for name in room.__all__), room.__name__


def test_nothing_draws_on_global_state_or_asserts():
    for file in FILES:
        names = {ast.unparse(n) for n in ast.walk(parse(file)) if isinstance(n, ast.alias)}
        assert not any("pyplot" in name for name in names), file
        assert not any(isinstance(n, ast.Assert) for n in ast.walk(parse(file))), file


def test_only_files_writes_files():
    writers = {"write_text", "write_bytes", "to_csv", "to_parquet", "savefig"}
    # A figure and format_csv make their bytes in memory; `files` alone opens a target.
    allowed = {"figures/_figure.py": {"savefig"}, "dossier/_sheet.py": {"to_csv"}}
    allowed["kernels/_server.py"] = {"write_text"}  # a file of the kernel's, below /proc
    for file in FILES:
        calls = {
            n.func.attr
            for n in ast.walk(parse(file))
            if isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute)
        }
        assert not (calls & writers) - allowed.get(file, set()), file
