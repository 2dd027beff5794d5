"""A notebook's parameters: read from its cell tagged `parameters`, and held against what is given.

papermill's own inspection drops a line whose comment holds '=', and only warns of an unknown
name; here the cell is parsed as Python, and nothing runs until every value fits.
"""

import ast
import io
import tokenize
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from nbformat import NotebookNode

from helpers.errors import ParameterError
from helpers.words import did_you_mean, name_halves, quote_value

_TRUE, _FALSE = ("true", "yes", "on", "1"), ("false", "no", "off", "0")


@dataclass(frozen=True)
class Parameter:
    """One line `name: type = default  # meaning`; a default that is no literal is kept as text."""

    name: str
    type: str
    default: Any
    meaning: str


def read_parameters(notebook: NotebookNode) -> dict[str, Parameter]:
    """The parameters that a notebook declares, by name, in its order.

    Raises
    ------
    ParameterError
        The cell is not valid Python.
    """
    tagged = [c for c in notebook.cells if "parameters" in c.metadata.get("tags", [])]
    if not tagged:
        return {}
    source = tagged[0].source
    try:
        statements = ast.parse(source).body
    except SyntaxError as error:
        raise ParameterError(
            f"the cell tagged 'parameters' is not valid Python: line {error.lineno}, {error.msg}"
        ) from error
    meanings = _read_comments(source)
    parameters = {}
    for statement in statements:
        name = _target(statement)
        if name:
            default = _literal(statement.value)
            kind = (
                ast.unparse(statement.annotation)
                if isinstance(statement, ast.AnnAssign)
                else type(default).__name__
            )
            meaning = meanings.get(statement.end_lineno, "")
            parameters[name] = Parameter(name, kind, default, meaning)
    return parameters


def check_parameters(declared: Mapping[str, Parameter], given: Mapping[str, Any]) -> dict[str, Any]:
    """The given values in their declared types, whatever the shell or YAML made of them.

    Raises
    ------
    ParameterError
        A name that is not declared, or a value that cannot be of the declared type.
    """
    for name in given:
        if name not in declared:
            known = f"it has {', '.join(declared) or 'no parameters'}"
            hint = did_you_mean(name, declared) or known
            raise ParameterError(f"parameter {quote_value(name)}: the notebook has none ({hint})")
        if name_halves(str(given[name])) != str(given[name]):
            raise ParameterError(
                f"parameter {name} {quote_value(given[name])}: holds half a character "
                "(one surrogate of a pair)"
            )
    return {name: _convert(declared[name], value) for name, value in given.items()}


def _target(statement: ast.stmt) -> str:
    """The name that `name: type = default` or `name = default` sets, or ''."""
    if isinstance(statement, ast.AnnAssign) and statement.value is not None:
        target: ast.expr = statement.target
    elif isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        target = statement.targets[0]
    else:
        return ""
    return target.id if isinstance(target, ast.Name) else ""


def _literal(value: ast.expr) -> Any:
    try:
        return ast.literal_eval(value)
    except ValueError:
        return ast.unparse(value)


def _read_comments(source: str) -> dict[int, str]:
    """The comment of each line that has one."""
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return {t.start[0]: t.string.lstrip("# ") for t in tokens if t.type == tokenize.COMMENT}


def _convert(parameter: Parameter, value: Any) -> Any:
    """A value in its parameter's type; a type that is not one of the plain ones takes any."""
    convert = _CONVERTERS.get(parameter.type)
    if convert is None:
        return value
    try:
        return convert(value)
    except (TypeError, ValueError) as error:
        hint = f" ({error})" if isinstance(value, bool) and parameter.type == "str" else ""
        raise ParameterError(
            f"parameter {parameter.name} {quote_value(value)}: expected {parameter.type}{hint}"
        ) from None


def _to_str(value: Any) -> str:
    if isinstance(value, bool):
        raise ValueError("YAML reads an unquoted no, off or yes as a truth value: quote it")
    if isinstance(value, date):
        return value.isoformat()[: len("2022-01-06")]
    if isinstance(value, str | int):
        return str(value)
    raise TypeError


def _to_int(value: Any) -> int:
    if isinstance(value, bool) or (isinstance(value, float) and not value.is_integer()):
        raise TypeError
    return int(value)


def _to_float(value: Any) -> float:
    if isinstance(value, bool):
        raise TypeError
    return float(value)


def _to_bool(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    text = str(value).strip().lower()
    if text not in _TRUE + _FALSE:
        raise ValueError
    return text in _TRUE


_CONVERTERS = {"str": _to_str, "int": _to_int, "float": _to_float, "bool": _to_bool}
