"""An output folder that one batch at a time holds."""

import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from helpers.errors import BatchError
from helpers.files import hold, remove_abandoned

# What `write_whole` calls a page that is not yet in its place.
_TEMPORARY = re.compile(r"\..+\.html\.[a-z0-9_]{8}\.tmp")


@contextmanager
def hold_folder(folder: Path) -> Iterator[None]:
    """Keep an output folder to one batch.

    What a batch left behind that was killed is removed first. A folder that is made here and in
    which nothing is written does not stay.

    Raises
    ------
    BatchError
        Another batch is at work in the folder, or nothing can be written there.
    """
    is_new = not folder.exists()
    folder.mkdir(parents=True, exist_ok=True)
    if not os.access(folder, os.W_OK | os.X_OK):
        raise BatchError(f"{folder}: there is no permission to write in this folder")
    held = hold(folder.resolve())
    if held is None:
        raise BatchError(f"{folder}: another batch is at work in this folder")
    try:
        remove_leftovers(folder.rglob(".*.tmp"))
        yield
    finally:
        os.close(held)
        if is_new:
            with suppress(OSError):  # it holds something
                folder.rmdir()


def remove_leftovers(paths: Iterable[Path]) -> None:
    """Remove, of some files, the pages that somebody who was killed had not yet put in place."""
    for path in paths:
        if _TEMPORARY.fullmatch(path.name):
            remove_abandoned(path)
