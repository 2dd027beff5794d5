"""What a page was made from: notebook, parameters, data, boundaries, this package, libraries.

It stands in a page's head, for anybody to make it again, or to tell whether it is up to date. Of
several files the hash is that of their list: `LC_ALL=C sha256sum facts.csv … | sha256sum`.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256
from html import unescape
from pathlib import Path
from typing import Any

from helpers.dossier import Dossier
from helpers.files import hash_package, list_versions
from helpers.geography import hash_boundaries

_HEAD = 65_536  # bytes of a page in which its origin stands
# How the two stand there, one behind the other.
META = re.compile(r"""<meta content=("[^"<>]*"|'[^'<>]*') name="dossier-(origin|key)"/>""")
# What came of holding the facts against a source's text, which is kept at home only. Besides the
# origin of its numbers there is no markup in it, so that nothing can be hidden there.
_SAID = r'(?:[^<>]|<data value="\d+" data-rule="\w+">|</data>)*'
AT_HOME = re.compile(rf'(?<=class="at-home">)(?:<div>{_SAID}</div>)+')
_NUMBER = re.compile(r"[\w.+!-]{1,40}")  # of a version
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Origin:
    """What one page was made from.

    notebook is the name of its file; parameters are those that are not the notebook's own, in their
    types, and the dossier: its name, never a path. hashes has SHA-256 of the notebook, the pictures
    that its text shows ('pictures', if any), the boundaries and the package, and of a dossier's
    tables ('dossier') and kept texts ('texts'), if any. versions are of Python and libraries.
    """

    notebook: str
    parameters: dict[str, Any]
    hashes: dict[str, str]
    versions: dict[str, str]

    @property
    def key(self) -> str:
        """SHA-256 of all of it: two pages of the same key are the same."""
        return sha256(self.to_json().encode()).hexdigest()

    def to_json(self) -> str:
        """The origin as JSON in one form only, in ASCII."""
        return json.dumps(asdict(self), sort_keys=True, separators=(",", ":"), default=str)


def find_origin(
    notebook: Path,
    hashes: Mapping[str, str],
    parameters: Mapping[str, Any],
    dossier: Dossier | None,
) -> Origin:
    """What a page would be made from, here and now, given what `Origin` cannot find itself.

    hashes are those of the notebook and its pictures; the dossier is the one that the notebook will
    read, None where it reads none. A BoundaryError where a file of the boundaries is missing.
    """
    found = {**hashes, "boundaries": hash_boundaries(), "package": hash_package()}
    given = dict(parameters) | ({"dossier": dossier.name} if dossier else {})
    found |= dossier.hashes if dossier else {}
    # In one order, however they were given: it is the one in which a page tells them.
    return Origin(notebook.name, dict(sorted(given.items())), found, list_versions())


def read_origin(page: Path) -> Origin | None:
    """The origin that a page carries; None where it carries none, or a damaged one.

    Only the page's head is read, and nothing in it is trusted. An OSError where it cannot be read.
    """
    with page.open("rb") as file:
        head = file.read(_HEAD).decode(errors="replace")
    found = META.findall(head)
    if [name for _, name in found] != ["origin", "key"]:
        return None
    text, key = (unescape(quoted[1:-1]) for quoted, _ in found)
    origin = restore_origin(text)
    return origin if origin and origin.key == key else None


def restore_origin(text: str) -> Origin | None:
    """The origin that a page or a notebook holds as JSON; None where it is a damaged one."""
    try:
        origin = Origin(**json.loads(text))
        is_whole = (
            Path(origin.notebook).name == origin.notebook
            and isinstance(origin.parameters, dict)
            and "notebook" in origin.hashes
            and all(map(_DIGEST.fullmatch, origin.hashes.values()))
            and all(map(_NUMBER.fullmatch, origin.versions.values()))
        )
        return origin if is_whole else None
    except (ValueError, TypeError, AttributeError, RecursionError):  # it is made of other types
        return None


def format_versions(versions: Mapping[str, str]) -> str:
    """'Python 3.11, pandas 3.1.1': as a page tells them."""
    return ", ".join(f"{name} {number}" for name, number in versions.items())
