"""What our commands and their workers do before they import the rest."""

import os
import signal
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.context import BaseContext
from pathlib import Path

from helpers.files import collect_seldom

_SOONER = 300  # than what started it, and a kernel sooner still
_SAFE_PATH, _OURS = "PYTHONSAFEPATH", "dossier"  # any value will do


def speed_up_imports() -> None:
    """Look for garbage seldom, and keep `rfc3987_syntax` out of this process.

    The import of that takes longer than all of papermill's: jsonschema, which nbformat brings in,
    would check international addresses with it and does without where it is missing; notebooks hold
    none. JupyterLab installs it.
    """
    collect_seldom()
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]  # None: not to be had


def fill_standard_streams() -> list[str]:
    """Put the null device in the place of standard streams that are closed; their names.

    A file that is opened would else get the number of one, and be taken for it.
    """
    modes = {"stdin": "r", "stdout": "w", "stderr": "w"}
    closed = [name for name in modes if getattr(sys, name) is None]
    for name in closed:  # the lowest number that is free is that of the first
        handle = os.open(os.devnull, os.O_RDWR)
        setattr(sys, name, os.fdopen(handle, modes[name], closefd=False))
    return closed


def leave_out_current_folder() -> None:
    """Import nothing more from the current folder, where Python was told to look there first."""
    if sys.path[0] in ("", str(Path.cwd())):
        del sys.path[0]


@contextmanager
def safe_path() -> Iterator[None]:
    """Let the Pythons that are started meanwhile import nothing from the current folder.

    multiprocessing hands on the option -P, and cannot be told to set it.
    """
    is_ours = os.environ.setdefault(_SAFE_PATH, _OURS) == _OURS
    try:
        yield
    finally:
        if is_ours:
            os.environ.pop(_SAFE_PATH, None)


def find_context() -> BaseContext:
    """How workers are started: where processes may fork, from one that has its imports done."""
    import multiprocessing

    from helpers.kernels import FORKS

    context = multiprocessing.get_context("forkserver" if FORKS else "spawn")
    if FORKS:
        context.set_forkserver_preload(["helpers.reports._forked"])
    return context


@contextmanager
def prepare_workers() -> Iterator[None]:
    """Begin the imports of workers, in the process that they are forked from meanwhile.

    It ends with the block, for it knows the environment of now. Its socket goes where temporary
    files do: multiprocessing would keep a folder for it until the end of this process.
    """
    import multiprocessing
    from multiprocessing import forkserver

    if find_context().get_start_method() == "spawn":
        yield
        return
    settings = multiprocessing.current_process()._config  # type: ignore[attr-defined]
    usual = settings.get("tempdir")
    settings["tempdir"] = tempfile.gettempdir()
    try:
        with safe_path():
            forkserver.ensure_running()
        yield
    finally:
        forkserver._forkserver._stop()  # type: ignore[attr-defined]
        settings["tempdir"] = usual


def begin_worker() -> None:
    """Begin a worker of a batch: it leaves Ctrl-C to its parent, and ends when that dies."""
    import multiprocessing
    from multiprocessing import connection

    from helpers.kernels import end_sooner

    speed_up_imports()
    if os.environ.get(_SAFE_PATH) == _OURS:  # what a notebook starts is not meant
        del os.environ[_SAFE_PATH]
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_sooner(_SOONER)
    parent = multiprocessing.parent_process().sentinel  # type: ignore[union-attr]  # a worker has one

    def watch() -> None:
        connection.wait([parent])
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
