"""A process that has its imports done and its first figures drawn, and forks kernels.

A client asks for one over a Unix socket in a private folder, and keeps the connection: where that
closes, the kernel ends. The server ends with its owner, and every kernel with the server: nothing
outlives who wanted it, and no report sees what another left. What Python reads when it starts
(PYTHONPATH, PYTHONHASHSEED, the locale) is the server's; all else of a kernel's environment is its
client's.
"""

import contextlib
import ctypes
import gc
import json
import logging
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from multiprocessing.connection import Connection, wait
from pathlib import Path
from pkgutil import resolve_name
from typing import Any

from helpers.files import collect_seldom, hold, remove_abandoned

ADDRESS = "DOSSIER_KERNEL_SERVER"
"""The environment variable that names the socket of a server, for several processes to share."""

FORKS = sys.platform == "linux"
"""Whether kernels are forked: elsewhere, a process with these libraries may hang after a fork."""

# Python's option -P: nothing is imported from the folder in which a process starts.
_START = ["-P", "-c", "from helpers.kernels._server import main; main()"]
START_ALONE = ["-P", "-c", "from helpers.kernels._server import run_alone; run_alone()"]
"""What Python is given to be an ordinary kernel, before what is preloaded and its arguments."""

_BEFORE_IMPORTS = {
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",  # a kernel swallows this warning
}
# A fork takes only the thread along that forks.
_ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
# A Unix socket's path has at most 107 bytes: so many may the path of a folder have above
# /kernel-xxxxxxxx/kernel-ipc-12, and above /dossier_xxxxxxxx and those.
_LONGEST, _LONGEST_ABOVE = 77, 60
_SCRATCH, _MARK = "dossier_", ".dossier-kernels"  # how such folders begin, and a file in each
_SOONER = 600  # a kernel ends before the workers of a batch, where memory runs out
_DIE_WITH_PARENT, _ADOPT_ORPHANS = 1, 36  # PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER of prctl(2)
_NOT_WATCHED = 1  # as its parent's id: a kernel need not look whether that lives


@contextmanager
def warm_kernels(preload: str = "") -> Iterator[None]:
    """Take reports' kernels from one warm process, here and in the processes started from here.

    Temporary files of all of them go to the server's folder meanwhile, and end with it. Elsewhere
    than on Linux reports have ordinary kernels. `preload` is as of a `KernelServer`.
    """
    if not FORKS and preload:
        logging.getLogger(__name__).warning("kernels are ordinary ones on %s", sys.platform)
    if not FORKS or ADDRESS in os.environ:
        yield
        return
    with KernelServer(preload) as server:
        usual, variable = tempfile.tempdir, os.environ.pop("TMPDIR", None)
        tempfile.tempdir = str(server.folder)
        os.environ |= {ADDRESS: server.address, "TMPDIR": tempfile.tempdir}
        try:
            yield
        finally:
            tempfile.tempdir = usual
            del os.environ[ADDRESS], os.environ["TMPDIR"]
            if variable is not None:
                os.environ["TMPDIR"] = variable


class KernelServer(ExitStack):
    """A process that forks kernels, for as long as this object is open.

    Clients may ask at once: they wait until it has warmed up, and called the function that
    `preload` names ('module:function'): no kernel then pays for what is slow at its first use. Its
    private folder ends with it or with its owner; where both were killed, the next one removes it.
    """

    def __init__(self, preload: str = "") -> None:
        super().__init__()
        self.folder, held = make_scratch()
        self.callback(os.close, held)
        self.callback(shutil.rmtree, self.folder, ignore_errors=True)
        self.address = str(self.folder / "server")
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(self.address)
            listener.listen(socket.SOMAXCONN)
            numbers = [listener.fileno(), held]
            environment = os.environ | _BEFORE_IMPORTS | _ONE_THREAD
            environment.pop("JPY_PARENT_PID", None)  # a kernel would watch that process
            self._process = subprocess.Popen(
                [sys.executable, *_START, *map(str, numbers), preload],
                stdin=subprocess.PIPE,  # closes where the owner ends, however it ends
                pass_fds=numbers,
                env=environment | {"TMPDIR": str(self.folder)},
                start_new_session=True,
            )
        self.callback(self._end)

    def is_alive(self) -> bool:
        return self._process.poll() is None

    def _end(self) -> None:
        with self._process as process:
            process.terminate()
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()


def make_short_folder() -> Path:
    """Make a private folder whose path leaves room for the names of a kernel's Unix sockets."""
    return Path(tempfile.mkdtemp(prefix="kernel-", dir=_find_parent(_LONGEST)))


def make_scratch() -> tuple[Path, int]:
    """Make a private folder for those, and hold it; those that nobody holds any more are removed.

    Its name is a new one each time: nobody can have taken it before.
    """
    parent = _find_parent(_LONGEST_ABOVE)
    for left in parent.glob(f"{_SCRATCH}*"):
        with contextlib.suppress(OSError):  # it is gone
            if (left / _MARK).lstat().st_uid == os.getuid():  # what has none is not ours
                remove_abandoned(left)
    while True:
        folder = Path(tempfile.mkdtemp(prefix=_SCRATCH, dir=parent))
        held = hold(folder)
        if held is not None:  # nobody was quicker
            (folder / _MARK).touch()
            return folder, held


def _find_parent(longest: int) -> Path:
    """Where temporary files usually go, if its path is short enough."""
    usual = tempfile.gettempdir()
    return Path(usual if len(os.fsencode(usual)) <= longest else "/tmp")


def main() -> None:
    listener, held = socket.socket(fileno=int(sys.argv[1])), int(sys.argv[2])
    folder = Path(listener.getsockname()).parent
    os.chdir(folder)  # what lies in the owner's folder is not read
    get_ready(sys.argv[3])
    _prctl(_ADOPT_ORPHANS, 1)
    asked = _Server(listener).run()
    if not asked:
        for _ in range(50):  # its owner may have been killed, whose worker may still write there
            shutil.rmtree(folder, ignore_errors=True)
            if not folder.exists():
                break
            time.sleep(0.1)
        os._exit(0)
    os.close(held)  # in a forked process
    run_kernel(*asked)


def end_sooner(by: int) -> None:
    """Let this process end before its parent, where memory runs out: `oom_score_adj` by so much."""
    score = Path("/proc/self/oom_score_adj")
    with contextlib.suppress(OSError):  # not on Linux
        score.write_text(str(min(1000, int(score.read_text()) + by)))


def list_children(pid: int) -> list[int]:
    """The ids of what a process has started and not yet waited for; none where nobody tells."""
    children = Path(f"/proc/{pid}/task/{pid}/children")
    return [*map(int, children.read_text().split())] if children.exists() else []


def _prctl(option: int, value: int) -> None:
    ctypes.CDLL(None).prctl(option, value)


def get_ready(preload: str) -> None:
    """Do once what each kernel would do, and then what its user names."""
    collect_seldom()
    import ipykernel.debugger  # a kernel imports it, whether or not anybody debugs
    import ipykernel.kernelapp  # noqa: F401

    import helpers.kernels._outputs  # noqa: F401

    if preload:
        resolve_name(preload)()
    gc.collect()
    gc.freeze()  # a collection in a kernel would copy the memory that it shares with the server


class _Server:
    """Forks kernels, tells their clients how they end, and ends those whose client is gone."""

    def __init__(self, listener: socket.socket) -> None:
        self._listener = listener
        self._lifeline = sys.stdin.fileno()
        self._kernels: dict[int, Connection] = {}  # the client of each, by its id
        self._ended: set[int] = set()  # of which clients were told
        self._asking: list[Connection] = []
        self._signals, self._waker = os.pipe()
        os.set_blocking(self._waker, False)
        signal.set_wakeup_fd(self._waker, warn_on_full_buffer=False)
        for number in (signal.SIGCHLD, signal.SIGTERM):
            signal.signal(number, lambda *_: None)  # what comes is read from the pipe

    def run(self) -> tuple[Connection, dict[str, Any]] | None:
        """Serve until the owner is gone; in a forked process, who asked for it, and for what."""
        while True:
            own = [self._lifeline, self._signals, self._listener]
            clients = [client for client in self._kernels.values() if not client.closed]
            ready = wait([*own, *clients, *self._asking])
            signals = os.read(self._signals, 4096) if self._signals in ready else b""
            if self._lifeline in ready or signal.SIGTERM in signals:
                for pid in self._kernels:
                    _kill_group(pid)
                    os.waitpid(pid, 0)
                self._kernels.clear()
                while self._end_orphans():
                    time.sleep(0.01)
                return None
            for pid, client in self._kernels.items():
                if client in ready:  # it has nothing more to say: it is gone
                    client.close()
                    _kill_group(pid)
            self._reap()
            self._end_orphans()
            for client in [client for client in self._asking if client in ready]:
                self._asking.remove(client)
                try:
                    request = json.loads(client.recv_bytes())
                except (EOFError, OSError):  # it is gone
                    client.close()
                    continue
                if self._fork(client):
                    return client, request
            if self._listener in ready:
                self._asking.append(Connection(self._listener.accept()[0].detach()))

    def _reap(self) -> None:
        """Tell clients of kernels that ended; let go of those whose client is gone."""
        for pid, client in [*self._kernels.items()]:
            if pid not in self._ended:
                end = os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
                if not end:
                    continue
                self._ended.add(pid)
                code = end.si_status if end.si_code == os.CLD_EXITED else -end.si_status
                _tell(client, ended=code)
            if client.closed:  # only now may another process have its id
                os.waitpid(pid, 0)
                self._ended.remove(pid)
                del self._kernels[pid]

    def _end_orphans(self) -> list[int]:
        """Kill what a kernel that has ended left running, in whatever session; their ids.

        While a kernel lives it is itself the parent of what its children leave.
        """
        orphans = [pid for pid in list_children(os.getpid()) if pid not in self._kernels]
        for pid in orphans:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, os.WNOHANG)  # or when its end is told
        return orphans

    def _fork(self, client: Connection) -> bool:
        """Fork for a client; whether this is the forked process."""
        server = os.getpid()
        try:
            with warnings.catch_warnings():
                # Python 3.12 counts Arrow's threads, for which Arrow itself cares in a fork.
                warnings.simplefilter("ignore", DeprecationWarning)
                pid = os.fork()
        except OSError as error:
            _tell(client, refused=str(error))
            client.close()
            return False
        if pid:
            self._kernels[pid] = client
            return False
        os.setsid()
        _prctl(_DIE_WITH_PARENT, signal.SIGKILL)
        _prctl(_ADOPT_ORPHANS, 1)
        if os.getppid() != server:
            os._exit(1)
        signal.set_wakeup_fd(-1)  # nothing of the server is kept
        for number in (signal.SIGCHLD, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)
        os.close(self._signals)
        os.close(self._waker)
        self._listener.close()
        for connection in [*self._asking, *self._kernels.values()]:
            connection.close()
        with Path(os.devnull).open() as nothing:
            os.dup2(nothing.fileno(), self._lifeline)
        return True


def _tell(client: Connection, **news: int | str) -> None:
    """Send a client word; one that is gone needs none."""
    with contextlib.suppress(OSError):
        client.send_bytes(json.dumps(news).encode())


def _kill_group(pid: int) -> None:
    """Kill a kernel and what it started; it may have ended, but its id is still its own."""
    os.kill(pid, signal.SIGKILL)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)


def run_kernel(client: Connection, request: dict[str, Any]) -> None:
    """Be the kernel that a client asked for, as `python -m ipykernel_launcher` would be."""
    import numpy as np

    _choose_backend(request["env"])
    os.environ.clear()
    os.environ.update(request["env"])
    tempfile.tempdir = None  # that of the environment
    time.tzset()
    os.chdir(request["cwd"])
    random.seed()
    np.random.seed()
    app = _make_kernel(request["argv"], parent_handle=_NOT_WATCHED)  # it dies with the server
    _tell(client, pid=os.getpid())
    client.close()
    app.start()


def _choose_backend(environment: Mapping[str, str]) -> None:
    """Import matplotlib, which would fail of an unknown backend, and then set the one asked for."""
    import matplotlib

    with contextlib.suppress(ValueError):
        if name := environment.get("MPLBACKEND"):
            matplotlib.rcParams["backend"] = name


def run_alone() -> None:
    """Be an ordinary kernel, with its imports done as a forked one has them.

    They are done away from its folder, from which neither a module nor settings are taken, and what
    a library has to say of this machine is no output of a cell.
    """
    preload, *arguments = sys.argv[1:]
    folder = Path.cwd()
    os.chdir(Path(arguments[arguments.index("-f") + 1]).parent)
    asked_for = os.environ.copy()
    os.environ |= _BEFORE_IMPORTS
    get_ready(preload)
    _choose_backend(asked_for)
    os.environ |= asked_for
    os.chdir(folder)
    _make_kernel(arguments).start()


def _make_kernel(arguments: list[str], **options: Any) -> Any:
    """A kernel as of `python -m ipykernel_launcher`, but no module of its folder hides another."""
    import ipykernel_launcher
    from ipykernel import kernelapp

    from helpers.kernels._outputs import LocalThread

    end_sooner(_SOONER)
    kernelapp.IOPubThread = LocalThread  # type: ignore[misc]  # a class of its own kind instead
    sys.argv = [ipykernel_launcher.__file__, *arguments]
    sys.path.append("")
    app = kernelapp.IPKernelApp.instance(**options)
    app.initialize(arguments)
    return app
