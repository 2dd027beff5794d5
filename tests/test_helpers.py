"""The front door: what a notebook finds at `helpers.`, and that opening it costs nothing."""

import subprocess
import sys

import helpers


def test_what_stands_at_the_door_is_there():
    assert {"load_dossier", "show", "passages", "numbers", "locator_map"} <= set(dir(helpers))
    assert all(getattr(helpers, name) is not None for name in helpers.__all__)


def test_the_door_says_how_it_is_used():
    said = helpers.__doc__.splitlines()
    assert sum(line.startswith("    ") for line in said) == 3


def test_the_door_opens_at_once():
    code = "import helpers, sys; print([m for m in sys.modules if m in ('numpy', 'pandas', "
    code += "'matplotlib', 'IPython', 'jinja2')])"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout == "[]\n"
