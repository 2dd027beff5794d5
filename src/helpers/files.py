"""Where the project's files lie, what they are, and files that appear whole or not at all."""

import errno
import gc
import os
import shutil
import stat
import sysconfig
import tempfile
import time
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from functools import cache
from hashlib import sha256
from pathlib import Path

# Another version of one of these may make another page of the same data.
_LIBRARIES = (
    "dossier-notebooks", "font-source-sans-pro", "fonttools", "jinja2", "matplotlib", "mistune",
    "nbconvert", "nh3", "numpy", "pandas", "papermill", "pyproj", "shapely",
    "uharfbuzz",
)  # fmt: skip
_BEGUN = time.time()
_MANY = 20_000  # new objects, of which imports make ten times as many; Python's own number is 700
_SHIPPED = ("data", "notebooks")  # stand in the package in a wheel, and have hashes of their own
_COMPILED = {"__pycache__", ".pyc"}  # what Python makes of a module, and under which names


def collect_seldom() -> None:
    """Look for garbage less often: imports take four fifths of the time, a report a little less."""
    gc.set_threshold(_MANY)


def look_up_folders(name: str) -> list[Path]:
    """Where something is looked up by its name: below the current folder, then what ships.

    What ships lies beside the package in a checkout, and inside it when installed from a wheel.
    """
    package = Path(__file__).parent
    checkout = package.parents[1]
    shipped = checkout if (checkout / "pyproject.toml").is_file() else package
    return [Path.cwd() / name, shipped / name]


def hash_list(digests: Mapping[str, str]) -> str:
    """SHA-256 of what `sha256sum` prints of some files, in the order of their names."""
    lines = [f"{digests[name]}  {name}\n" for name in sorted(digests)]
    return sha256("".join(lines).encode()).hexdigest()


def hash_files(files: Mapping[str, Path]) -> str:
    """The same of files by the names that they have in it."""
    return hash_list({n: sha256(path.read_bytes()).hexdigest() for n, path in files.items()})


@cache
def hash_package() -> str:
    """SHA-256 of this package: all files of all its rooms, but those that Python makes."""
    return hash_files(_list_package.__wrapped__())


def has_package_changed() -> bool:
    """Whether a file of this package was changed since this process began, which may run others."""
    try:
        return any(path.stat().st_ctime > _BEGUN for path in _list_package().values())
    except OSError:  # one is gone
        return True


@cache  # a walk takes its time: what changes is looked for among the files of the first one
def _list_package() -> dict[str, Path]:
    package = Path(__file__).parent
    files = {path.relative_to(package): path for path in package.rglob("*") if path.is_file()}
    return {
        name.as_posix(): path
        for name, path in files.items()
        if name.parts[0] not in _SHIPPED and not _COMPILED & {*name.parts, name.suffix}
    }


@cache
def list_versions() -> dict[str, str]:
    """The versions of Python, without its last number, and of the libraries."""
    from importlib.metadata import version

    return {"Python": sysconfig.get_python_version()} | {n: version(n) for n in _LIBRARIES}


def hold(path: Path) -> int | None:
    """Hold a file or folder, until the handle that this gives is closed, or the process ends.

    The handle is None where somebody else holds it, or it is gone. An OSError of a link, of what
    cannot be read, or where the file system has no locks.
    """
    try:
        import fcntl
    except ImportError:  # Windows, where nobody removes what is open
        return os.open(os.devnull, os.O_RDONLY)
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW)
    except FileNotFoundError:
        return None
    with ExitStack() as undo:
        undo.callback(os.close, handle)
        with suppress(BlockingIOError):
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if path.exists():
                undo.pop_all()
                return handle
    return None


def remove_abandoned(path: Path) -> None:
    """Remove a file or folder if nobody holds it any more."""
    with suppress(OSError):  # it cannot be held
        handle = hold(path)
        if handle is None:
            return
        try:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        finally:
            os.close(handle)


def write_whole(path: Path, content: bytes | str, *, sync: bool = True) -> Path:
    """Write a file under a temporary name in its folder, then rename it into place.

    The folder is made where it is missing. A file that was there before is kept until the
    new one is complete on disk, which `sync` waits for; who may read and write it stays as it was.
    """
    if isinstance(content, str):
        content = content.encode("utf-8")
    try:
        path = Path(path).resolve()  # a link is followed, not replaced
    except RuntimeError as error:  # before Python 3.13
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(path)) from error
    if path.exists() and not path.is_file():
        raise OSError(errno.EEXIST, "is no regular file, and is not replaced", str(path))
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary, held = _make_temporary(path)
    try:
        with temporary.open("wb") as file:
            file.write(content)
            file.flush()
            if sync:
                os.fsync(file.fileno())
        os.umask(mask := os.umask(0))  # which can only be read by setting it
        temporary.chmod(stat.S_IMODE(path.stat().st_mode) if path.exists() else 0o666 & ~mask)
        temporary.replace(path)
    except BaseException as error:
        temporary.unlink(missing_ok=True)
        if isinstance(error, OSError) and not error.filename:  # of a full disk
            error.filename = str(path)
        raise
    finally:
        os.close(held)
    return path


def _make_temporary(path: Path) -> tuple[Path, int]:
    """A new file beside another, which is held: see `remove_abandoned`."""
    while True:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp")
        try:
            held = hold(Path(name))
        except OSError:  # where there are no locks, nobody removes it either
            return Path(name), handle
        os.close(handle)
        if held is not None:  # nobody was quicker
            return Path(name), held
