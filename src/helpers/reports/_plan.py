"""`reports.yaml`: many reports declared in one file, and checked whole before any of them runs."""

import string
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from itertools import product
from math import prod
from pathlib import Path, PurePosixPath
from typing import Any

import yaml

from helpers.dossier import Dossier, load_dossier
from helpers.errors import DossierError, ParameterError
from helpers.reports._job import Job, prepare
from helpers.reports._notebook import find_notebook, read_notebook
from helpers.words import did_you_mean, one_of, quote_value

INDEX = "index.html"
MOST_REPORTS = 1_000_000
_MOST_FAULTS = 20  # that a message names
_LARGEST_FILE = 10_000_000  # bytes
_DEEPEST = 20  # lists and mappings within one another
_LONGEST_NAME = 200  # bytes of a file's name: a temporary name beside it is longer
_TOP = ("output", "reports")
_ENTRY = ("notebook", "parameters", "matrix", "exclude", "output")


@dataclass(frozen=True)
class _Entry:
    """What a plan says of some reports, `output` being the pattern of their outputs."""

    line: int
    output: str
    notebook: Path
    fixed: dict[str, Any]
    matrix: dict[str, list]
    excluded: list[dict[str, Any]]

    def expand(self) -> Iterator[dict[str, Any]]:
        for cells in product(*self.matrix.values()):
            chosen = dict(zip(self.matrix, cells, strict=True))
            if not any(without.items() <= chosen.items() for without in self.excluded):
                yield self.fixed | chosen


class _FaultyNodeError(Exception):
    """A node of the file is not what was expected there."""

    def __init__(self, node: yaml.Node, message: str):
        super().__init__(message)
        self.line = _line(node)


def _line(part: Any) -> int:
    return part.start_mark.line + 1


def read_plan(path: Path, content: bytes | None = None) -> list[Job]:
    """Read a plan and check all of its reports.

    `reports` is a list of entries with `notebook`, `parameters`, `matrix`, `exclude` and `output`;
    an entry stands for one report for each combination of its matrix. What the file holds may be
    given, as of `read_plan_bytes`.

    Raises
    ------
    ParameterError
        Something in the file cannot be so: the message names file, line and what was expected,
        for the first twenty faults.
    """
    faults: list[tuple[int, str]] = []
    content = read_plan_bytes(path) if content is None else content
    reports = list(_read_reports(_compose(path, content), path, faults))
    if not faults:
        return reports
    faults.sort(key=lambda fault: fault[0])
    lines = [f"{path.name} line {line}: {text}" for line, text in dict.fromkeys(faults)]
    if len(lines) > _MOST_FAULTS:
        lines[_MOST_FAULTS:] = [f"and {len(lines) - _MOST_FAULTS} more"]
    raise ParameterError("\n  ".join(lines))


def read_plan_bytes(path: Path) -> bytes:
    """What a plan's file holds; a ParameterError where it cannot be read, or is too large."""
    try:
        if path.stat().st_size > _LARGEST_FILE:
            raise ParameterError(f"{path.name}: larger than {_LARGEST_FILE:,} bytes")
        return path.read_bytes()
    except OSError as error:
        raise ParameterError(f"{path}: cannot be read: {error.strerror}") from error


def _compose(path: Path, content: bytes) -> yaml.Node:
    """The file's tree of nodes, each of which knows its line."""
    try:
        text = content.decode("utf-8-sig")
        depth = 0
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            depth += isinstance(event, yaml.CollectionStartEvent)
            depth -= isinstance(event, yaml.CollectionEndEvent)
            if depth > _DEEPEST:
                raise ParameterError(f"{path.name}: nested too deep")
            # What stands for itself many times over can be larger than any memory.
            if isinstance(event, yaml.AliasEvent):
                fault = f"*{event.anchor} is an alias; write out what it stands for"
                raise ParameterError(f"{path.name} line {_line(event)}: {fault}")
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except UnicodeDecodeError as error:
        raise ParameterError(f"{path.name}: expected text in UTF-8") from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ParameterError(f"{path.name} line {line}: is not YAML: {error.problem}") from error
    except yaml.YAMLError as error:
        raise ParameterError(f"{path.name}: is not YAML: {error}") from error
    if root is None:
        raise ParameterError(f"{path.name}: is empty; expected output and reports")
    return root


@contextmanager
def _noting(faults: list[tuple[int, str]], line: int) -> Iterator[None]:
    """Note what is wrong in a block with its line, or that of all of what is read there."""
    try:
        yield
    except _FaultyNodeError as error:
        faults.append((error.line, str(error)))
    except (ParameterError, DossierError) as error:
        faults.append((line, str(error)))


def _read_reports(root: yaml.Node, path: Path, faults: list[tuple[int, str]]) -> Iterator[Job]:
    """The reports of a plan without fault; each fault of the others with its line."""
    load, read = cache(load_dossier), cache(read_notebook)
    choose = cache(Dossier.from_sources)
    taken: dict[str, int] = {}
    entries: list[_Entry] = []
    with _noting(faults, _line(root)):
        top = _read_mapping(root, "the file", _TOP)
        if "reports" not in top:
            raise _FaultyNodeError(root, "expected reports, a list")
        for node in _read_list(top["reports"], "reports"):
            with _noting(faults, _line(node)):
                entries.append(_read_entry(node, top.get("output"), path.parent))
        count = sum(prod(map(len, entry.matrix.values())) for entry in entries)
        if count > MOST_REPORTS:
            entries.clear()
            fault = f"{count:,} reports; expected at most {MOST_REPORTS:,}"
            raise _FaultyNodeError(top["reports"], fault)
    for entry in entries:
        with _noting(faults, entry.line):
            for parameters in entry.expand():
                job = prepare(read(entry.notebook), parameters, load, choose)
                words = {"notebook": entry.notebook.stem} | job.notebook.fill(job.parameters)
                words |= {"dossier": job.dossier.name} if job.dossier else {}
                output = fill_output(entry.output, words)
                name = output.casefold()  # some file systems know no capitals
                if name in taken:
                    other = f"another report has it (line {taken[name]})"
                    raise ParameterError(f"output {quote_value(output)}: {other}")
                taken[name] = entry.line
                yield replace(job, output=output)


def _read_entry(entry: yaml.Node, pattern: yaml.Node | None, folder: Path) -> _Entry:
    parts = _read_mapping(entry, "a report", _ENTRY)
    if "notebook" not in parts:
        raise _FaultyNodeError(entry, "expected a notebook: a name or a path")
    pattern = parts.get("output", pattern)
    if pattern is None:
        raise _FaultyNodeError(entry, "expected an output, here or at the top of the file")
    name = _read_text(parts["notebook"], "notebook")
    beside = folder / name
    is_beside = name.endswith(".ipynb") and beside.is_file()
    notebook = beside if is_beside else find_notebook(name)
    fixed = _read_values(parts["parameters"], "parameters") if "parameters" in parts else {}
    axes = _read_mapping(parts["matrix"], "matrix") if "matrix" in parts else {}
    matrix = {n: [*map(_read_value, _read_list(axes[n], f"matrix {n}"))] for n in axes}
    if twice := sorted(set(fixed) & set(matrix)):
        raise _FaultyNodeError(parts["matrix"], f"{twice[0]} stands in parameters too")
    excluded = _read_exclusions(parts["exclude"], matrix) if "exclude" in parts else []
    text = _read_text(pattern, "output")
    return _Entry(_line(entry), text, notebook, fixed, matrix, excluded)


def fill_output(pattern: str, words: Mapping[str, Any]) -> str:
    """The path of a page below the output folder, its {names} replaced by their values.

    A ParameterError where a name is not known or has no value, or the path leaves the folder or is
    no page's.
    """
    fault = f"output {quote_value(pattern)}:"
    filled = ""
    try:
        pieces = list(string.Formatter().parse(pattern))
    except ValueError as error:
        raise ParameterError(f"{fault} {error}") from error
    for text, name, kind, conversion in pieces:
        filled += text
        if name is None:
            continue
        if name not in words or kind or conversion:
            hint = did_you_mean(name, words) or one_of(words)
            raise ParameterError(f"{fault} {{{name}}} is not known ({hint})")
        value = "" if words[name] is None else str(words[name])
        if not value or value.startswith(".") or set(value) & set('/\\:*?"<>|'):
            value = quote_value(value)
            raise ParameterError(f"{fault} {name} {value} cannot be a part of a file's name")
        filled += value
    path = PurePosixPath(filled)
    if wrong := _find_path_fault(path, filled):
        raise ParameterError(f"output {quote_value(filled)}: {wrong}")
    return str(path)


def _find_path_fault(path: PurePosixPath, text: str) -> str:
    """What was expected of the path of a page, or ''."""
    parts = path.parts or ("",)
    is_page = path.suffix == ".html" and not parts[-1].endswith(".failed.html")
    is_inside = not path.is_absolute() and ".." not in parts and "\\" not in text
    is_seen = text.isprintable() and not any(part.startswith(".") for part in parts)
    longest = max(len(part.encode(errors="replace")) for part in parts)
    is_folder_page = any(folder.endswith(".html") for folder in parts[:-1])
    rules = {
        "expected a file name that ends in .html, and not in .failed.html": is_page,
        "leaves the output folder": is_inside,
        f"{INDEX} is the list of the reports": str(path).casefold() != INDEX,
        "expected no folder whose name is a page's": not is_folder_page,
        "expected no part that is hidden, and no character that nobody sees": is_seen,
        f"expected at most {_LONGEST_NAME} bytes between the slashes": longest <= _LONGEST_NAME,
    }
    return next((expected for expected, is_kept in rules.items() if not is_kept), "")


def _read_mapping(node: yaml.Node, what: str, known: tuple = ()) -> dict[str, yaml.Node]:
    """The nodes of a mapping by their names, each of which stands once."""
    if not isinstance(node, yaml.MappingNode):
        raise _FaultyNodeError(node, f"{what}: expected names and values (name: value)")
    found = {}
    for key, value in node.value:
        name = _read_text(key, "a name")
        if known and name not in known:
            hint = did_you_mean(name, known) or one_of(known)
            raise _FaultyNodeError(key, f"{quote_value(name)} is not known here ({hint})")
        if name in found:
            raise _FaultyNodeError(key, f"{name} stands here twice")
        found[name] = value
    return found


def _read_list(node: yaml.Node, what: str) -> list[yaml.Node]:
    if not isinstance(node, yaml.SequenceNode) or not node.value:
        raise _FaultyNodeError(node, f"{what}: expected a list with at least one entry")
    return node.value


def _read_text(node: yaml.Node, what: str) -> str:
    if not isinstance(node, yaml.ScalarNode) or not node.value.strip():
        raise _FaultyNodeError(node, f"{what}: expected a text")
    return node.value


def _read_value(node: yaml.Node) -> Any:
    """A parameter's value: what YAML makes of a word, a list or a mapping."""
    loader = yaml.SafeLoader("")
    try:
        return loader.construct_object(node, deep=True)
    except Exception as error:  # what is tagged as a number, a day or a truth and is none
        kind = node.tag.removeprefix("tag:yaml.org,2002:")
        found = f"{quote_value(node.value)}: " if isinstance(node, yaml.ScalarNode) else ""
        raise _FaultyNodeError(node, f"{found}expected a value of the kind {kind}") from error
    finally:
        loader.dispose()


def _read_values(node: yaml.Node, what: str) -> dict[str, Any]:
    return {name: _read_value(value) for name, value in _read_mapping(node, what).items()}


def _read_exclusions(node: yaml.Node, matrix: dict[str, list]) -> list[dict[str, Any]]:
    """What is left out of a matrix; an exclusion that leaves out nothing is a mistake."""
    exclusions = []
    for entry in _read_list(node, "exclude"):
        without = _read_values(entry, "exclude")
        for name, value in without.items():
            if value not in matrix.get(name, []):
                what = f"exclude {name} {quote_value(value)}"
                raise _FaultyNodeError(entry, f"{what}: not in the matrix")
        exclusions.append(without)
    return exclusions
