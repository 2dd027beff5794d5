"""Pictures and passages kept between runs: what was drawn before, of the same, is not drawn again.

A picture is a pure function of its rows, of what its drawing holds, of its form, and of this
package, the boundaries, the fonts and the libraries; a passage, of its dossier in place of rows. It
is kept under the SHA-256 of all of these, as text, with a hash of its own. Whatever is wrong with
the store or with what lies there, it is made anew.
"""

import json
import os
import platform
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from hashlib import sha256
from pathlib import Path
from string import hexdigits
from types import FunctionType
from typing import Any

import numpy as np
from pandas.api.typing import NAType
from platformdirs import user_cache_path

from helpers import files
from helpers.dossier import Dossier, few_words
from helpers.errors import BoundaryError
from helpers.files import hash_package, list_versions
from helpers.geography import hash_boundaries

_STORE, _OFF = "DOSSIER_CACHE", "off"  # names the folder in which the store lies, or turns it off
MOST_BYTES = 500_000_000
_LARGEST = 20_000_000  # bytes of one entry
_SAFELY = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
_TIDIED = "0"  # what the names of those begin with that have the store looked over, one in 16


@dataclass(frozen=True)
class Store:
    """A folder of texts that only its owner may read and write."""

    folder: Path

    def take(self, name: str) -> str | None:
        """A text that was kept; None where there is none. One that is not whole is removed."""
        path = self.folder / name
        with suppress(OSError):
            self._refuse_foreign()
            digest, _, text = _read_own(path).partition(b"\n")
            if digest == _hash_entry(name, text):
                os.utime(path)  # what is used stays longest
                return text.decode()
            path.unlink()
        return None

    def keep(self, name: str, text: str) -> None:
        """Keep a text; not where there is no room for it, or the code is no longer what it was."""
        if len(text) >= _LARGEST or files.has_package_changed():
            return
        with suppress(OSError, UnicodeEncodeError):
            content = text.encode()
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._refuse_foreign()
            entry = _hash_entry(name, content) + b"\n" + content  # its hash tells one that is torn
            files.write_whole(self.folder / name, entry, sync=False)
            if name.startswith(_TIDIED):
                self.tidy()

    def _refuse_foreign(self) -> None:
        """Refuse a folder that somebody else can write to, or that is none, by an OSError."""
        status = self.folder.lstat()
        if not stat.S_ISDIR(status.st_mode) or not _is_own(status, others=0o077):
            raise PermissionError(0, "expected a folder of your own (mode 0700)", str(self.folder))

    def measure(self) -> tuple[int, int]:
        """How many entries there are, and their bytes."""
        sizes = [status.st_size for _, status in self._list()]
        return len(sizes), sum(sizes)

    def tidy(self, most_bytes: int = MOST_BYTES) -> None:
        """Remove what was not used for longest until the rest is no larger than that."""
        for left in self.folder.glob(".*.tmp"):
            files.remove_abandoned(left)
        size = 0
        for path, status in sorted(self._list(), key=lambda entry: -entry[1].st_mtime_ns):
            size += status.st_size
            if size > most_bytes or not most_bytes:  # an empty one too
                path.unlink(missing_ok=True)

    def _list(self) -> Iterator[tuple[Path, os.stat_result]]:
        with suppress(FileNotFoundError):
            self._refuse_foreign()
            for path in self.folder.iterdir():
                named = len(path.name) == 64 and set(path.name) <= set(hexdigits.lower())
                with suppress(FileNotFoundError):  # another process has removed it
                    if named:  # what else a user has there is none of ours
                        yield path, path.lstat()


def find_store() -> Store | None:
    """The store of whoever runs this; None where it is turned off."""
    named = os.environ.get(_STORE)
    if named == _OFF:
        return None
    return Store((Path(named) if named else user_cache_path("dossier-notebooks")) / "pictures")


@contextmanager
def leave_out_store(instead: str = _OFF) -> Iterator[None]:
    """Draw everything anew, here and in the kernels and processes that are started from here.

    What is drawn may be kept in an empty folder instead, for as long as that is there.
    """
    before = os.environ.get(_STORE)
    os.environ[_STORE] = instead
    try:
        yield
    finally:
        os.environ.pop(_STORE)
        if before is not None:
            os.environ[_STORE] = before


@few_words()
def recall(make: Callable[[], str], *parts: Any) -> str:
    """A text from the store; one that is not there is made, and kept.

    `make` makes the same text of the same parts: texts, numbers and rows of them, dossiers, and
    functions of this package, which stand for what they hold.
    """
    store = find_store()
    if store is None:
        return make()
    try:
        made_by = [hash_package(), hash_boundaries(), list_versions(), platform.machine()]
        name = sha256(json.dumps([made_by, parts], default=_spell).encode()).hexdigest()
    except (TypeError, BoundaryError):  # it cannot be told whether it is the same
        return make()
    text = store.take(name)
    if text is None:
        text = make()
        store.keep(name, text)
    return text


def _spell(value: Any) -> Any:
    """What JSON has no form for, as what it is made of.

    Raises
    ------
    TypeError
        It cannot be told whether another value is the same: a function of somebody else's may do
        whatever it likes.
    """
    held: Any
    match value:
        case np.ndarray() if not value.dtype.hasobject:  # a country has many corners
            held = str(value.dtype), value.shape, sha256(value.tobytes()).hexdigest()
        case Dossier() if value.content:
            held = value.content
        case partial():
            held = value.func, value.args, value.keywords
        case FunctionType() if value.__module__.startswith("helpers."):
            cells = [cell.cell_contents for cell in value.__closure__ or ()]
            where = value.__module__, value.__qualname__, value.__code__.co_firstlineno
            held = where, cells, value.__defaults__, value.__kwdefaults__
        case date() | Decimal() | NAType():
            held = str(value)
        case _ if is_dataclass(value) and not isinstance(value, Dossier):
            held = {field.name: getattr(value, field.name) for field in fields(value)}
        case _:
            raise TypeError(f"{type(value).__qualname__} has no spelling")
    return [type(value).__qualname__, held]


def _read_own(path: Path) -> bytes:
    """What a file holds; nothing where it is no file, or one that somebody else can write to."""
    if not path.is_symlink():
        with os.fdopen(os.open(path, os.O_RDONLY | _SAFELY), "rb") as file:
            status = os.fstat(file.fileno())
            if stat.S_ISREG(status.st_mode) and _is_own(status):
                return file.read(_LARGEST)
    return b""


def _hash_entry(name: str, text: bytes) -> bytes:
    return sha256(name.encode() + text).hexdigest().encode()


def _is_own(status: os.stat_result, others: int = 0o022) -> bool:
    """Whether a file or folder is this user's, and others may not do so much with it."""
    if not hasattr(os, "getuid"):  # Windows, where a user's folder is the user's alone
        return True
    return status.st_uid == os.getuid() and not status.st_mode & others
