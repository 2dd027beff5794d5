"""The code knows no story: no topic, role, unit or measure of a dossier that ships stands in it."""

import ast
import re
from pathlib import Path

import pytest

from helpers.dossier import list_dossiers, load_dossier

PACKAGE = Path(__file__).parents[1] / "src" / "helpers"
# Words of a dossier that are the program's own too, and why.
APART = {
    "people": "the only unit whose numbers must say of whom they are: a rule of the codebook",
    "times": "a unit that is written before its number, as ×2",
    "other": "the example of a word in a message on words",
    "days": "a rule by which a number is computed",
}


def list_words(dossier) -> set[str]:
    """The topics, roles, units and measures that a dossier declares or uses."""
    facts = dossier.facts
    used = {cell for name in ("unit", "measure") for cell in facts[name].dropna()}
    return used | {*dossier.words.topics, *dossier.words.roles}


def list_texts(tree: ast.Module) -> set[str]:
    """The texts of a module that are no docstrings, and the names of its functions."""
    blocks = [
        n for n in ast.walk(tree) if isinstance(n, ast.Module | ast.ClassDef | ast.FunctionDef)
    ]
    docstrings = {id(n.body[0].value) for n in blocks if ast.get_docstring(n, clean=False)}
    texts = {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if id(node) not in docstrings
    }
    return texts | {node.name for node in blocks if isinstance(node, ast.FunctionDef)}


def find_words(code: str, words: set[str]) -> set[str]:
    """The words that a text of a module is, or that stand in it between commas or in quotes."""
    texts = list_texts(ast.parse(code))
    return words & {part.strip() for text in texts for part in re.split("[,;'\"]", text)}


@pytest.mark.parametrize("folder", list_dossiers(), ids=lambda folder: folder.name)
def test_no_word_of_a_story_stands_in_the_code(folder):
    words = list_words(load_dossier(folder)) - set(APART)
    code = {path.name: path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py")}
    found = {name: find_words(text, words) for name, text in code.items()}
    assert {name: told for name, told in found.items() if told} == {}


def test_a_word_that_needs_no_exception_has_none():
    texts = {
        text
        for path in PACKAGE.rglob("*.py")
        for text in list_texts(ast.parse(path.read_text("utf-8")))
    }
    assert [word for word in APART if not any(word in text for text in texts)] == []


@pytest.mark.parametrize(
    "code",
    [
        'TOPICS = ("troops", "mandate")',
        "def troops(dossier): ...",
        'ends = claim["role"] == "end condition"',
        """raise E("no fact on 'casualties'")""",
        'about = "casualties, troops"',
    ],
)
def test_a_word_in_the_code_is_found(code):
    words = list_words(load_dossier("kazakhstan-2022"))
    assert find_words(code, words)
    assert not find_words(f"def say():\n    {code!r}", words)
