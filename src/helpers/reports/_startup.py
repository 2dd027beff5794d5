"""What our commands, workers and kernel servers do before they make a page.

The command does it before it imports the rest, a server once for all the kernels that it forks: a
notebook's first figure costs more than those that follow (the imports of pandas, matplotlib and
geopandas, the fonts, PROJ's database, the first read of the boundaries).
"""

import atexit
import gc
import multiprocessing
import os
import re
import signal
import socket
import sys
import tempfile
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import wait
from multiprocessing.context import BaseContext
from pathlib import Path

from helpers import dossier, figures, kernels, page
from helpers.errors import BatchError
from helpers.files import collect_seldom, hold, look_up_folders, remove_abandoned

PRELOAD = "helpers.reports:import_libraries"
"""What is named to a kernel server for one report: it is ready soon."""

PRELOAD_MANY = "helpers.reports:draw_figures"
"""What is named to a server for many reports: it is ready later, and each report sooner."""

_READY_S = 30  # how long a server may take, after which it may be dead
_SOONER = 300  # than what started it, and a kernel sooner still
_SAFE_PATH, _OURS = "PYTHONSAFEPATH", "dossier"  # any value will do
# What `write_whole` calls a page that is not yet in its place.
_TEMPORARY = re.compile(r"\..+\.html\.[a-z0-9_]{8}\.tmp")


def speed_up_imports() -> None:
    """Look for garbage seldom, and keep what checks addresses out of this process.

    The import of it takes longer than all of papermill's: jsonschema, which nbformat brings in,
    would check addresses with it and does without where it is missing; notebooks hold none.
    JupyterLab installs it. At the end nothing is looked for, half a second of each command; a
    kernel does look, for there lie the files that a user has left open.
    """
    collect_seldom()
    atexit.register(gc.freeze)
    for name in ("rfc3987_syntax", "rfc3986_validator"):
        sys.modules.setdefault(name, None)  # type: ignore[arg-type]  # None: not to be had


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


# The folder of a batch


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


# A server of kernels


def import_libraries() -> None:
    """Import what the notebooks that ship import, and open the fonts."""
    from helpers.page import passages  # noqa: F401

    for name in dir(figures):  # each is imported where it is named
        getattr(figures, name)
    figures.embed_fonts(dict.fromkeys(figures.WEIGHTS, "я"))


def draw_figures() -> None:
    """Tell the first story that ships, with a map and a chart; what the store has is not drawn."""
    import_libraries()
    folder = min(look_up_folders("data")[1].glob("*/facts.csv")).parent
    story = dossier.load_dossier(folder).from_sources("article")
    for draw in (figures.locator_map, figures.timeline):
        page.show(draw, story)
    for tell in (page.passages.key_figures, page.passages.caveats, page.passages.provenance):
        tell(story)


def wait_for_preload() -> None:
    """Wait until the server that is named to this process is ready: no job's time runs meanwhile.

    It hears whoever has nothing to ask too, and closes: but not before it is ready.
    """
    if kernels.ADDRESS not in os.environ:
        return
    with suppress(OSError), socket.socket(socket.AF_UNIX) as server:
        server.settimeout(_READY_S)
        server.connect(os.environ[kernels.ADDRESS])
        server.shutdown(socket.SHUT_WR)
        server.recv(1)


# The workers of a batch


@contextmanager
def _safe_path() -> Iterator[None]:
    """Let the Pythons that are started meanwhile import nothing from the current folder.

    multiprocessing hands on the option -P, and cannot be told to set it.
    """
    is_ours = os.environ.setdefault(_SAFE_PATH, _OURS) == _OURS
    try:
        yield
    finally:
        if is_ours:
            os.environ.pop(_SAFE_PATH, None)


@contextmanager
def prepare_workers() -> Iterator[BaseContext]:
    """Begin the imports of workers, where processes may fork: in one that they are forked from.

    It ends with the block, for it knows the environment of now. Its socket goes where temporary
    files do: multiprocessing would keep a folder for it until the end of this process.
    """
    if not kernels.FORKS:
        with _safe_path():
            yield multiprocessing.get_context("spawn")
        return
    from multiprocessing import forkserver

    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["helpers.reports._forked"])
    settings = multiprocessing.current_process()._config  # type: ignore[attr-defined]
    usual = settings.get("tempdir")
    settings["tempdir"] = tempfile.gettempdir()
    try:
        with _safe_path():
            forkserver.ensure_running()
        yield context
    finally:
        if pid := forkserver._forkserver._forkserver_pid:  # type: ignore[attr-defined]
            _end_with_children(pid)
        forkserver._forkserver._stop()  # type: ignore[attr-defined]
        settings["tempdir"] = usual


def _end_with_children(pid: int) -> None:
    """Kill a process and what it has forked; stopped, it forks no more.

    A worker that was being started when a signal came is known to nobody, and would be waited for.
    """
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGSTOP)
        for child in kernels.list_children(pid):
            os.kill(child, signal.SIGKILL)
        os.kill(pid, signal.SIGKILL)


def begin_worker() -> None:
    """Begin a worker of a batch: it leaves Ctrl-C to its parent, and ends when that dies."""
    speed_up_imports()
    if os.environ.get(_SAFE_PATH) == _OURS:  # what a notebook starts is not meant
        del os.environ[_SAFE_PATH]
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    kernels.end_sooner(_SOONER)
    parent = multiprocessing.parent_process().sentinel  # type: ignore[union-attr]  # a worker has one

    def watch() -> None:
        wait([parent])
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
