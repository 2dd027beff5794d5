"""Where the project's files lie, and files that appear whole or not at all."""

import errno
import os
import tempfile
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path


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


def write_whole(path: Path, content: bytes | str) -> Path:
    """Write a file under a temporary name in its folder, then rename it into place.

    The folder is made where it is missing. A file that was there before is kept until the
    new one is complete on disk.
    """
    if isinstance(content, str):
        content = content.encode("utf-8")
    path = Path(path).resolve()  # a link is followed, not replaced
    if path.exists() and not path.is_file():
        raise OSError(errno.EEXIST, "is no regular file, and is not replaced", str(path))
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o666 & ~_umask())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return path


def _umask() -> int:
    """The mask of the process, which can only be read by setting it."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
