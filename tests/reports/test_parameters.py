from datetime import date, datetime

import pytest
from nbformat.v4 import new_code_cell, new_notebook

from helpers.errors import ParameterError
from helpers.reports._notebook import Parameter, check_parameters, read_parameters


def notebook_with(source: str):
    return new_notebook(cells=[new_code_cell(source, metadata={"tags": ["parameters"]})])


DECLARED = read_parameters(
    notebook_with(
        'as_of: str = ""  # the last day: a == b\n'
        "count: int = 3\n"
        "share: float = 0.5\n"
        "draft: bool = False\n"
        "tags: list = []\n"
        "counts: list[int] = []\n"
        "shares: dict[str, float] = {}\n"
        "limit: int | None = None\n"
        "word: Optional[str] = None\n"
        "day: date = date(2022, 1, 6)\n"
        "thing: Thing = Thing()\n"
        "names: typing.List[str] = []\n"
        "either: Union[int, str] = 1\n"
        'kind: Literal["plain", 2] = 2\n'
        "when: datetime.datetime = None\n"
        'folder: "Path" = None\n'
        "span: tuple[int, date] = None\n"
        "ends: Tuple[float, ...] = ()\n"
        "pair: tuple = (1, 2)\n"
        "words: set[str] = set()\n"
        "plain = 7  # no annotation\n"
    )
)


def test_reads_each_line_whatever_its_comment_holds():
    assert DECLARED["as_of"] == Parameter("as_of", "str", "")
    assert DECLARED["plain"] == Parameter("plain", "int", 7)
    assert list(DECLARED) == [
        "as_of", "count", "share", "draft", "tags", "counts", "shares", "limit", "word", "day",
        "thing", "names", "either", "kind", "when", "folder", "span", "ends", "pair",
        "words", "plain",
    ]  # fmt: skip


def test_a_magic_is_no_parameter():
    declared = read_parameters(notebook_with("%matplotlib inline\n!ls\na: int = 1  # meant"))
    assert declared == {"a": Parameter("a", "int", 1)}


def test_a_notebook_without_the_cell_has_none():
    assert read_parameters(new_notebook(cells=[new_code_cell("x = 1")])) == {}


def test_a_default_that_is_no_literal_is_not_evaluated():
    declared = read_parameters(notebook_with("path: str = open('secret').read()"))
    assert declared["path"].default == "open('secret').read()"


def test_a_cell_that_is_no_python_is_refused():
    with pytest.raises(ParameterError, match="not valid Python: line 2"):
        read_parameters(notebook_with("a = 1\nb = = 2"))


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("as_off", "2022", r"parameter 'as_off': the notebook has none \(did you mean 'as_of'\?\)"),
        ("zzz", 1, r"parameter 'zzz': the notebook has none \(it has as_of, count, "),
        ("count", "many", "parameter count 'many': expected int"),
        ("count", 2.5, r"parameter count '2\.5': expected int"),
        ("count", True, "parameter count 'True': expected int"),
        ("share", "half", "parameter share 'half': expected float"),
        ("share", False, "parameter share 'False': expected float"),
        ("draft", "perhaps", "parameter draft 'perhaps': expected bool"),
        ("as_of", False, r"parameter as_of 'False': expected str \(YAML reads an unquoted no"),
        ("as_of", [1], r"parameter as_of '\[1\]': expected str"),
        ("counts", "[1, x]", r"parameter counts '\[1, x\]': expected list\[int\]"),
        ("counts", "3", r"parameter counts '3': expected list\[int\]"),
        ("counts", "[1", r"parameter counts '\[1': expected list\[int\]"),
        ("shares", "{a: b}", r"parameter shares '\{a: b\}': expected dict\[str, float\]"),
        ("limit", "many", r"parameter limit 'many': expected int \| None"),
        ("day", "2022-01", "parameter day '2022-01': expected date"),
        ("as_of", 1.5, r"parameter as_of '1\.5': expected str"),
        ("names", "a", r"parameter names 'a': expected typing\.List\[str\]"),
        ("kind", "grand", r"parameter kind 'grand': expected Literal\['plain', 2\]"),
        ("when", "noon", r"parameter when 'noon': expected datetime\.datetime"),
        ("span", "[1]", r"parameter span '\[1\]': expected tuple\[int, date\]"),
        ("span", [1, 2], r"parameter span '\[1, 2\]': expected tuple\[int, date\]"),
        ("words", "{a: 1}", r"parameter words '\{a: 1\}': expected set\[str\]"),
        ("pair", 3, r"parameter pair '3': expected tuple"),
        ("folder", [1], r"parameter folder '\[1\]': expected 'Path'"),
    ],
)
def test_refuses(name, value, expected):
    with pytest.raises(ParameterError, match=expected):
        check_parameters(DECLARED, {name: value})


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("as_of", 2022, "2022"),
        ("as_of", date(2022, 1, 6), "2022-01-06"),
        ("count", "12", 12),
        ("count", 12.0, 12),
        ("share", "2.5", 2.5),
        ("share", 1, 1.0),
        ("draft", "yes", True),
        ("draft", "off", False),
        ("draft", True, True),
        ("tags", ["a"], ["a"]),
        ("plain", "8", 8),
        ("tags", "[a, 2022-01-06]", ["a", "2022-01-06"]),
        ("counts", "[3,4]", [3, 4]),
        ("counts", ["3"], [3]),
        ("shares", "{a: 1}", {"a": 1.0}),
        ("limit", "None", None),
        ("limit", "null", None),
        ("limit", None, None),
        ("limit", "5", 5),
        ("word", "None", None),
        ("word", "5", "5"),
        ("day", "2022-01-06", "2022-01-06"),
        ("day", date(2022, 1, 6), "2022-01-06"),
        ("thing", "{a: 1}", {"a": 1}),
        ("names", "[a, b]", ["a", "b"]),
        ("either", "5", 5),
        ("either", "five", "five"),
        ("kind", "plain", "plain"),
        ("kind", "2", 2),
        ("kind", 2, 2),
        ("when", "2022-01-06 10:30", "2022-01-06T10:30:00"),
        ("when", datetime(2022, 1, 6, 10), "2022-01-06T10:00:00"),
        ("folder", "a b/c.csv", "a b/c.csv"),
        ("span", "[1, 2022-01-06]", [1, "2022-01-06"]),
        ("ends", "[1, 2.5, 3]", [1.0, 2.5, 3.0]),
        ("pair", [1, "b"], [1, "b"]),
        ("words", "[a, b]", ["a", "b"]),
    ],
)
def test_understands(name, value, expected):
    assert check_parameters(DECLARED, {name: value}) == {name: expected}


@pytest.mark.parametrize("half", ["\ud800", "x\udcff"])
def test_half_a_character_is_no_value(half):
    with pytest.raises(ParameterError, match=r"parameter as_of '.*\\ud.*': holds half a character"):
        check_parameters(DECLARED, {"as_of": half})
    assert check_parameters(DECLARED, {"as_of": "😀"}) == {"as_of": "😀"}
