"""pyproject.toml, environment.yml and requirements.lock name the same packages."""

import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]


def by_name(lines) -> dict[str, Requirement]:
    """Requirements by the name that all spellings of a package share."""
    return {canonicalize_name(r.name): r for r in map(Requirement, lines)}


def declared() -> dict[str, Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return by_name(project["dependencies"])


def conda() -> dict[str, Requirement]:
    lines = yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]
    pip = next(line["pip"] for line in lines if isinstance(line, dict))
    named = [line for line in lines if isinstance(line, str)] + pip
    requirements = by_name(line for line in named if line != "-e .")
    return {n: r for n, r in requirements.items() if n not in ("python", "pip")}


def locked() -> dict[str, list[str]]:
    versions: dict[str, list[str]] = {}
    for name, version in re.findall(
        r"^([a-z0-9._-]+)==([^ ;\\]+)", (ROOT / "requirements.lock").read_text(), re.MULTILINE
    ):
        versions.setdefault(name, []).append(version)
    return versions


def test_conda_users_get_the_same_packages_and_versions():
    assert {n: r.specifier for n, r in conda().items()} == {
        n: r.specifier for n, r in declared().items()
    }


def test_the_lock_holds_every_package_in_a_version_that_fits():
    versions = locked()
    for name, requirement in declared().items():
        assert versions.get(name), name
        assert all(requirement.specifier.contains(v) for v in versions[name]), name


def test_the_lock_has_hashes_and_no_addresses():
    text = (ROOT / "requirements.lock").read_text()
    assert text.count("--hash=sha256:") > len(locked())
    assert "://" not in text


def test_every_dependency_says_why():
    text = (ROOT / "pyproject.toml").read_text()
    block = re.search(r"^dependencies = \[\n(.*?)^\]", text, re.MULTILINE | re.DOTALL)[1]
    assert all(re.search(r'",\s+# \w', line) for line in block.splitlines())


def test_the_python_versions_agree():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["requires-python"] == ">=3.11"
    assert "- python>=3.11" in (ROOT / "environment.yml").read_text()


@pytest.mark.parametrize(
    ("fails_on", "message"),
    [
        ("version_info", "This project needs Python 3.11 or newer; ./python is Python 3.9.2."),
        ("ensurepip", "Python cannot make a virtual environment: install python3-venv"),
    ],
)
def test_make_says_what_is_missing(tmp_path, fails_on, message):
    for name in ("Makefile", "pyproject.toml", "requirements.lock"):
        shutil.copy(ROOT / name, tmp_path)
    python = tmp_path / "python"
    answers = f'--version) echo "Python 3.9.2";; *{fails_on}*) exit 1;; *) exit 0;;'
    python.write_text(f'#!/bin/sh\ncase "$*" in {answers} esac\n')
    python.chmod(0o755)
    made = subprocess.run(
        ["make", "report", "PYTHON=./python"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 2
    assert message in made.stdout
    assert not (tmp_path / ".venv").exists()


def test_make_alone_lists_the_targets():
    made = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True)
    listed = {line.split()[1] for line in made.stdout.splitlines()}
    assert {"report", "test", "lab", "check", "clean"} <= listed
