"""An output folder that one batch at a time holds."""

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path

from helpers.errors import BatchError

# What `write_whole` calls a page that is not yet in its place.
_TEMPORARY = re.compile(r"\.(.+\.html)\.[a-z0-9_]{8}\.tmp")


@contextmanager
def hold_folder(folder: Path) -> Iterator[Path]:
    """Keep an output folder to one batch; temporary files go to a folder of their own meanwhile.

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
    with _lock(folder):
        _remove_leftovers(folder)
        scratch = _make_scratch(folder)
        try:
            with _temporary_files(scratch):
                yield scratch
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
            if is_new:
                with suppress(OSError):  # it holds something
                    folder.rmdir()


@contextmanager
def _lock(folder: Path) -> Iterator[None]:
    """A lock on the folder itself, which ends with the process: it leaves no file."""
    try:
        import fcntl
    except ImportError:  # Windows
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as error:
        raise BatchError(f"{folder}: another batch is at work in this folder") from error
    finally:
        os.close(handle)


def _remove_leftovers(folder: Path) -> None:
    """Remove pages that a killed batch had not yet put in their place."""
    for path in folder.rglob(".*.tmp"):
        if _TEMPORARY.fullmatch(path.name) and not path.is_symlink():
            path.unlink(missing_ok=True)


def _make_scratch(folder: Path) -> Path:
    """A new folder for temporary files and sockets, always the same for one output folder.

    It is not below the output folder, for the path of a socket must be short.

    Raises
    ------
    BatchError
        Its name is taken by somebody else.
    """
    digest = sha256(str(folder.resolve()).encode()).hexdigest()[:12]
    scratch = Path(tempfile.gettempdir()) / f"dossier-batch-{digest}"
    if scratch.is_symlink() or (scratch.exists() and scratch.stat().st_uid != os.getuid()):
        raise BatchError(f"{scratch}: is not ours, and is needed for temporary files")
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(mode=0o700)
    return scratch


@contextmanager
def _temporary_files(folder: Path) -> Iterator[None]:
    """Temporary files of this process, and of those that it starts, go to a folder."""
    usual, variable = tempfile.tempdir, os.environ.get("TMPDIR")
    tempfile.tempdir = os.environ["TMPDIR"] = str(folder)
    try:
        yield
    finally:
        tempfile.tempdir = usual
        del os.environ["TMPDIR"]
        if variable is not None:
            os.environ["TMPDIR"] = variable
