"""A notebook to be run: where it is found, what its file says, and the values it is given.

Its parameters are read from its cell tagged `parameters`, and held against what is given.
papermill's own inspection drops a line whose comment holds '=', and only warns of an unknown
name; here the cell is parsed as Python, and nothing runs until every value fits.
"""

import ast
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

import nbformat
import yaml
from nbformat import NotebookNode

from helpers.errors import ParameterError
from helpers.files import hash_files, look_up_folders
from helpers.words import did_you_mean, name_halves, quote_value

_NAMES_PICTURE = re.compile(r"!\[|<img", re.IGNORECASE)


@dataclass(frozen=True)
class Parameter:
    """One line `name: type = default`; a default that is no literal is kept as text."""

    name: str
    type: str
    default: Any


@dataclass(frozen=True)
class Notebook:
    """A notebook, which may be run with other parameters."""

    path: Path
    text: str  # what the file holds, without outputs
    hashes: dict[str, str]  # SHA-256 of the file as it was read, and of the pictures that it names
    parameters: dict[str, Parameter]
    heading: str  # its first; '' where it has none
    fault: str  # why it cannot be run; '' where it can

    def fill(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """The values of all parameters, those that are not given by default."""
        return {name: one.default for name, one in self.parameters.items()} | dict(given)

    def fill_ours(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """The values of those that may be a dossier, its sources, a day, a language: the texts."""
        values = self.fill(given)
        return {name: values[name] for name, one in self.parameters.items() if one.type == "str"}


def list_notebooks() -> dict[str, Path]:
    """The notebooks that have a name here, by name; one of the current folder goes first."""
    folders = look_up_folders("notebooks")[::-1]
    return {path.stem: path for folder in folders for path in sorted(folder.glob("*.ipynb"))}


def find_notebook(name: str) -> Path:
    """The file of a notebook, by its path or by the name of one that ships.

    Raises
    ------
    ParameterError
        There is none.
    """
    if Path(name).is_file():
        return Path(name)
    names = list_notebooks()
    if name in names:
        return names[name]
    known = f"the notebooks here are {', '.join(sorted(names)) or 'none'}"
    hint = did_you_mean(name, names) or known
    raise ParameterError(f"notebook {quote_value(name)}: no such notebook or file ({hint})")


def read_notebook(path: Path) -> Notebook:
    """Read a notebook to be run.

    Raises
    ------
    ParameterError
        The file is not a notebook, or its parameters are not Python.
    """
    try:
        content = path.read_bytes()
        source = nbformat.reads(content.decode(), as_version=4)
    except OSError as error:
        raise ParameterError(f"notebook {path}: cannot be read: {error.strerror}") from error
    except Exception as error:  # nbformat raises whatever the JSON makes it raise
        raise ParameterError(f"notebook {path}: is not a notebook in format 4") from error
    for cell in source.cells:
        if cell.cell_type == "code":
            cell.outputs = []
    fault = _find_half(source)
    text = name_halves(nbformat.writes(source))
    source = nbformat.reads(text, as_version=4)
    told = [cell.source for cell in source.cells if cell.cell_type == "markdown"]
    titles = (text.splitlines()[0][2:].strip() for text in told if text.startswith("# "))
    hashes = {"notebook": sha256(content).hexdigest()}
    if any(map(_NAMES_PICTURE.search, told)):
        # What reads Markdown takes long to import.
        from helpers.page import find_pictures

        if pictures := find_pictures(source, path.parent):
            hashes["pictures"] = hash_files(pictures)
    return Notebook(path, text, hashes, read_parameters(source), next(titles, ""), fault)


def _find_half(notebook: NotebookNode) -> str:
    """Where a notebook holds half a character, which no file in UTF-8 can hold; '' for nowhere."""
    parts = {f"cell {number}": cell for number, cell in enumerate(notebook.cells, start=1)}
    for place, part in (parts | {"the metadata": notebook.metadata}).items():
        text = json.dumps(part, ensure_ascii=False)
        if name_halves(text) != text:
            return f"{place} of the notebook holds half a character (one surrogate of a pair)"
    return ""


def read_parameters(notebook: NotebookNode) -> dict[str, Parameter]:
    """The parameters that a notebook declares, by name, in its order.

    A ParameterError where the cell is not valid Python.
    """
    tagged = [c for c in notebook.cells if "parameters" in c.metadata.get("tags", [])]
    if not tagged:
        return {}
    source = tagged[0].source
    if any(line.lstrip().startswith(("%", "!")) for line in source.splitlines()):
        from IPython.core.inputtransformer2 import TransformerManager

        # Line by line: what `%matplotlib inline` stands for in its place.
        source = TransformerManager().transform_cell(source)
    try:
        statements: list[Any] = ast.parse(source).body
    except SyntaxError as error:
        raise ParameterError(
            f"the cell tagged 'parameters' is not valid Python: line {error.lineno}, {error.msg}"
        ) from error
    parameters = {}
    for statement in statements:
        kind = ""
        match statement:
            case ast.AnnAssign(ast.Name(id=name), annotation, ast.expr() as value):
                kind = ast.unparse(annotation)
            case ast.Assign([ast.Name(id=name)], value):
                pass
            case _:
                continue
        try:
            default: Any = ast.literal_eval(value)
        except ValueError:
            default = ast.unparse(value)
        parameters[name] = Parameter(name, kind or type(default).__name__, default)
    return parameters


def check_parameters(declared: Mapping[str, Parameter], given: Mapping[str, Any]) -> dict[str, Any]:
    """The given values in their declared types, whatever the shell or YAML made of them.

    A ParameterError of a name that is not declared, or a value that cannot be of its type.
    """
    for name, value in given.items():
        if name not in declared:
            hint = did_you_mean(name, declared)
            hint = hint or f"it has {', '.join(declared) or 'no parameters'}"
            raise ParameterError(f"parameter {quote_value(name)}: the notebook has none ({hint})")
        if name_halves(str(value)) != str(value):
            half = "holds half a character (one surrogate of a pair)"
            raise ParameterError(f"parameter {name} {quote_value(value)}: {half}")
    return {name: _convert(declared[name], value) for name, value in given.items()}


class Made:
    """A value that JSON and YAML have no form for, as one that they have; `of` is what makes it."""

    of: str


class Day(Made, str):
    of = '__import__("datetime").date.fromisoformat'


class Moment(Made, str):
    of = '__import__("datetime").datetime.fromisoformat'


class FilePath(Made, str):
    of = '__import__("pathlib").Path'


class Tuple(Made, list):
    of = "tuple"


class Set(Made, list):
    of = "set"


_SEVERAL: dict[str, type[list]] = {"list": list, "tuple": Tuple, "set": Set}


def _convert(parameter: Parameter, value: Any) -> Any:
    try:
        return _fit(ast.parse(parameter.type, mode="eval").body, value)
    except (TypeError, ValueError, OverflowError, yaml.YAMLError) as error:
        hint = f" ({error})" if isinstance(value, bool) and parameter.type == "str" else ""
        found = f"parameter {parameter.name} {quote_value(value)}"
        raise ParameterError(f"{found}: expected {parameter.type}{hint}") from None


def _fit(kind: ast.expr, value: Any) -> Any:
    """A value in the type of an annotation; a type that has no form in YAML takes any value."""
    match kind:
        case ast.Constant(value=str(text)):  # an annotation in quotes
            return _fit(ast.parse(text, mode="eval").body, value)
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return _fit_one_of([left, right], value)
        case ast.Subscript(value=outer, slice=inner):
            parts = inner.elts if isinstance(inner, ast.Tuple) else [inner]
            return _fit_generic(_name_kind(outer), parts, value)
    convert = _CONVERTERS.get(_name_kind(kind))
    return convert(value) if convert else _name_days(_read_yaml(value))


def _name_kind(kind: ast.expr) -> str:
    return ast.unparse(kind).rpartition(".")[2]


def _fit_generic(outer: str, parts: list[ast.expr], value: Any) -> Any:
    """A value in a type that is made of others."""
    match outer.lower(), parts:
        case "optional" | "union" as kind, _:
            nothing = [ast.Constant(None)] if kind == "optional" else []
            return _fit_one_of([*parts, *nothing], value)
        case "literal", _:
            known = [ast.literal_eval(part) for part in parts]
            return known[[*map(str, known)].index(str(value))]
        case "tuple", [*_, last] if ast.unparse(last) != "...":
            values = zip(parts, _read_as(list, value), strict=True)
            return Tuple(_fit(inner, one) for inner, one in values)
        case ("list" | "set" | "tuple") as kind, [inner, *_]:
            return _SEVERAL[kind](_fit(inner, one) for one in _read_as(list, value))
        case "dict", [_, inner]:
            return {str(name): _fit(inner, one) for name, one in _read_as(dict, value).items()}
    return _name_days(_read_yaml(value))


def _fit_one_of(kinds: list[ast.expr], value: Any) -> Any:
    """A value in the one of several types that it has; nothing before all else, text last."""
    order = {"None": 0, "str": 2}
    kinds = sorted(kinds, key=lambda kind: order.get(ast.unparse(kind), 1))
    for kind in kinds[:-1]:
        try:
            return _fit(kind, value)
        except (TypeError, ValueError):
            continue
    return _fit(kinds[-1], value)


def _read_yaml(value: Any) -> Any:
    return yaml.safe_load(value) if isinstance(value, str) else value


def _read_as(kind: type, value: Any) -> Any:
    value = _read_yaml(value)
    if not isinstance(value, kind):
        raise TypeError
    return value


def _name_days(value: Any) -> Any:
    """A value with its days as text, for none of their type was asked for."""
    match value:
        case date():
            return value.isoformat()
        case list():
            return [_name_days(one) for one in value]
        case dict():
            return {str(name): _name_days(one) for name, one in value.items()}
    return value


def _to_none(value: Any) -> None:
    if _read_yaml(value) not in (None, "None"):
        raise TypeError


def _to_str(value: Any) -> str:
    if isinstance(value, bool):
        raise ValueError("YAML reads an unquoted no, off or yes as a truth value: quote it")
    if isinstance(value, date):
        return value.isoformat()[: len("2022-01-06")]
    if isinstance(value, str | int):
        return str(value)
    raise TypeError


def _to_moment(value: Any) -> Moment:
    text = value.isoformat() if isinstance(value, date) else _to_str(value)
    return Moment(datetime.fromisoformat(text).isoformat())


def _to_int(value: Any) -> int:
    if isinstance(value, bool) or (isinstance(value, float) and not value.is_integer()):
        raise TypeError
    return int(value)


def _to_float(value: Any) -> float:
    if isinstance(value, bool):
        raise TypeError
    return float(value)


def _to_bool(value: Any) -> bool:
    truth = _read_yaml(value)
    if truth not in (True, False):  # nor 1 or 0
        raise ValueError
    return bool(truth)


def _to_several(make: type[list], value: Any) -> list:
    return make(_name_days(_read_as(list, value)))


_CONVERTERS = {
    "None": _to_none,
    "str": _to_str,
    "int": _to_int,
    "float": _to_float,
    "bool": _to_bool,
    "date": lambda value: Day(date.fromisoformat(_to_str(value)).isoformat()),
    "datetime": _to_moment,
    "Path": lambda value: FilePath(_to_str(value)),
    "dict": lambda value: _name_days(_read_as(dict, value)),
} | {kind: partial(_to_several, make) for kind, make in _SEVERAL.items()}
