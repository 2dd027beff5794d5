"""Kernels forked from a process that has its imports done and its first figures drawn.

    papermill ── one connection for each kernel ──▶ server ── fork ──▶ kernel

The server is a process of its own, `python -m helpers.kernels`. A client asks it for a kernel
over a Unix socket in a private folder, and keeps the connection: where that closes, the kernel
ends. The server ends with its owner, and every kernel with the server, so nothing outlives who
wanted it. Each kernel is a process of its own: no report sees what another left.

What Python reads when it starts (PYTHONPATH, PYTHONHASHSEED, the locale) is the server's; all else
of a kernel's environment is its client's. Only on Linux is a fork of such a process sure to run;
elsewhere, and for another interpreter's kernel, an ordinary one is started.
"""

import ast
import asyncio
import atexit
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
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from multiprocessing.connection import Connection, wait
from pathlib import Path
from queue import Empty
from typing import Any

import zmq
from jupyter_client.asynchronous import AsyncKernelClient
from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning import LocalProvisioner

from helpers.files import look_up_folders

ADDRESS = "DOSSIER_KERNEL_SERVER"
"""The environment variable that names the socket of a server, for several processes to share."""

_LONGEST_FOLDER = 80  # bytes, of the 107 that the path of a Unix socket may have
_LAUNCHER = ["-m", "ipykernel_launcher"]
_WARM_UP = ("report", "record", "facts")  # notebooks
_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG of prctl(2)
_ORPHAN_CODE = -signal.SIGKILL


# The owner's side


class KernelServer:
    """A process that forks kernels, for as long as this object is open.

    Clients may ask at once: they wait until the server has warmed up.

    Attributes
    ----------
    address
        The path of the server's socket. In the environment variable `DOSSIER_KERNEL_SERVER` it
        makes this process and those that it starts take their kernels from here.
    """

    def __init__(self) -> None:
        self._folder = make_short_folder()
        self.address = str(self._folder / "server")
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(self.address)
            listener.listen(socket.SOMAXCONN)
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "helpers.kernels", str(listener.fileno())],
                stdin=subprocess.PIPE,  # closes where the owner ends, however it ends
                pass_fds=[listener.fileno()],
                env=_server_environment(),
                start_new_session=True,
            )

    def is_alive(self) -> bool:
        """Whether the server's process runs."""
        return self._process.poll() is None

    def close(self) -> None:
        """End the server and its kernels."""
        self._process.stdin.close()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)

    def __enter__(self) -> "KernelServer":
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()


def make_short_folder() -> Path:
    """Make a private folder whose path leaves room for the name of a Unix socket."""
    usual = tempfile.gettempdir()
    parent = usual if len(os.fsencode(usual)) <= _LONGEST_FOLDER else "/tmp"
    return Path(tempfile.mkdtemp(prefix="dossier-", dir=parent))


def _server_environment() -> dict[str, str]:
    """One thread only, since a fork takes one along; the rest as a kernel would find it."""
    environment = {"MPLBACKEND": "module://matplotlib_inline.backend_inline"} | os.environ
    environment |= {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    environment.pop("JPY_PARENT_PID", None)  # a kernel would watch it, and end
    return environment


# The client's side


class WarmProvisioner(LocalProvisioner):
    """Starts Python's kernels by a fork of a warm process, and any other as usual.

    It is the provisioner `dossier-warm` of jupyter_client. The server is that of the environment
    variable `DOSSIER_KERNEL_SERVER`; without one, each process starts a server of its own.
    """

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Start a kernel; what it listens to.

        Raises
        ------
        RuntimeError
            The server or the kernel ended before the kernel listened.
        """
        reason = _why_not_forked(cmd, kwargs)
        if reason:
            _warn_once(f"{reason}: an ordinary kernel is started")
            return await super().launch_kernel(cmd, **kwargs)
        self.cwd = kwargs.get("cwd") or Path.cwd()
        request = {"argv": cmd[3:], "cwd": str(self.cwd), "env": dict(kwargs["env"])}
        self.process = await ForkedKernel.start(request)
        self.pid = self.pgid = self.process.pid
        return self.connection_info

    async def kill(self, restart: bool = False) -> None:
        """Kill the kernel, and be there when it ends: the manager's next look is 0.1 s later."""
        await super().kill(restart)
        if isinstance(self.process, ForkedKernel):
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.process.hear(), 1)


class ForkedKernel:
    """A kernel's process seen from its client, as `subprocess.Popen` would show it.

    Its process id stays its own until `wait`, so that no signal can meet another process.
    """

    stdin = stdout = stderr = None

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.pid = 0
        self.returncode: int | None = None

    @classmethod
    async def start(cls, request: dict[str, Any]) -> "ForkedKernel":
        """Ask the server for a kernel, and wait until it listens.

        Raises
        ------
        RuntimeError
            The server or the kernel ended before.
        """
        kernel = cls(_connect())
        try:
            kernel._connection.send_bytes(json.dumps(request).encode())
            await kernel.hear()
            said = json.loads(kernel._connection.recv_bytes())
        except (EOFError, OSError) as error:
            raise RuntimeError("the kernel server ended before the kernel listened") from error
        if "exit" in said:
            raise RuntimeError(f"the kernel ended with code {said['exit']} before it listened")
        kernel.pid = said["pid"]
        return kernel

    async def hear(self) -> None:
        """Wait until the server has something to say, or is gone."""
        heard = asyncio.Event()
        loop = asyncio.get_running_loop()
        loop.add_reader(self._connection.fileno(), heard.set)
        try:
            await heard.wait()
        finally:
            loop.remove_reader(self._connection.fileno())

    def poll(self) -> int | None:
        """The exit code, negative for a signal's; None while the kernel runs."""
        if self.returncode is None and self._connection.poll():
            try:
                self.returncode = json.loads(self._connection.recv_bytes())["exit"]
            except (EOFError, OSError):
                self.returncode = _ORPHAN_CODE  # its kernels die with the server
        return self.returncode

    def wait(self) -> int:
        """Wait for the kernel's end; the exit code."""
        while self.poll() is None:
            self._connection.poll(None)
        self._connection.close()
        return self.returncode

    def send_signal(self, signum: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, signum)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


class QuickKernelManager(AsyncKernelManager):
    """Kernels heard over Unix sockets in a private folder; warm ones where a server is named."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.client_factory = QuickKernelClient
        self._folder = make_short_folder()
        self.connection_file = str(self._folder / "kernel.json")
        if zmq.has("ipc"):
            self.transport = "ipc"
        else:
            self.transport_encryption = "auto"
        if ADDRESS in os.environ:
            self.provisioner = WarmProvisioner(kernel_spec=self.kernel_spec, parent=self)

    async def cleanup_resources(self, restart: bool = False) -> None:
        await super().cleanup_resources(restart=restart)
        if not restart:
            shutil.rmtree(self._folder, ignore_errors=True)


class QuickKernelClient(AsyncKernelClient):
    """Ready where the kernel has answered on both channels, instead of after a fixed time."""

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Wait until the kernel has answered a request, and what it published has arrived.

        A kernel that is slow to answer is waited for as jupyter_client does.
        """
        request = self.kernel_info()
        try:
            self._handle_kernel_info_reply(await self._recv_reply(request, timeout=1))
            while not _ends_request(await self.get_iopub_msg(timeout=1), request):
                pass
        except (Empty, TimeoutError):
            await super().wait_for_ready(timeout)


def _ends_request(message: dict[str, Any], request: str) -> bool:
    """Whether a message on IOPub is the last that a request brings about."""
    return (
        message["parent_header"].get("msg_id") == request
        and message["content"].get("execution_state") == "idle"
    )


def _why_not_forked(cmd: list[str], options: Iterable[str]) -> str:
    """Why a kernel cannot be forked; '' where it can."""
    if sys.platform != "linux":
        return f"kernels are not forked on {sys.platform}"
    if cmd[0] != sys.executable or cmd[1:3] != _LAUNCHER:
        return f"{cmd[0]} is no Python of ours"
    unknown = set(options) - {"cwd", "env", "extra_arguments", "kernel_id"}
    return f"{', '.join(sorted(unknown))} cannot be asked of a fork" if unknown else ""


@cache
def _warn_once(message: str) -> None:
    logging.getLogger(__name__).warning(message)


def _connect() -> Connection:
    shared = os.environ.get(ADDRESS)
    if shared:
        try:
            return _connect_to(shared)
        except OSError as error:
            _warn_once(f"no kernel server at {shared} ({error}): this process starts its own")
    if not _start_own_server().is_alive():
        _start_own_server.cache_clear()
    return _connect_to(_start_own_server().address)


def _connect_to(address: str) -> Connection:
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(address)
        return Connection(client.detach())


@cache
def _start_own_server() -> KernelServer:
    server = KernelServer()
    atexit.register(server.close)
    return server


# The server's side


@dataclass
class _Kernel:
    pid: int
    client: Connection
    has_ended: bool = False


def main() -> None:
    """Warm up, then fork kernels until the owner is gone."""
    listener = socket.socket(fileno=int(sys.argv[1]))
    os.chdir(Path(listener.getsockname()).parent)  # what lies in the owner's folder is not read
    warm_up()
    request = _Server(listener).run()
    if request:  # this process is a kernel
        _run_kernel(*request)


def warm_up() -> None:
    """Import what notebooks and kernels import, and run the notebooks that ship once."""
    import ipykernel.ipkernel
    import ipykernel.kernelapp  # noqa: F401
    from IPython.core.formatters import DisplayFormatter

    display = DisplayFormatter()
    for name in _WARM_UP:
        notebook = look_up_folders("notebooks")[1] / f"{name}.ipynb"
        cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
        namespace: dict[str, Any] = {}
        for cell in cells:
            if cell["cell_type"] == "code":
                _run_cell("".join(cell["source"]), namespace, display)
    gc.collect()
    gc.freeze()  # a collection in a kernel would copy the memory that it shares with the server


def _run_cell(source: str, namespace: dict[str, Any], display: Any) -> None:
    """Run a cell of a notebook that ships, and make what it would show."""
    body = ast.parse(source).body
    shown = body.pop() if isinstance(body[-1], ast.Expr) else None
    exec(compile(ast.Module(body, []), "<cell>", "exec"), namespace)
    if shown:
        display.format(eval(compile(ast.Expression(shown.value), "<cell>", "eval"), namespace))


class _Server:
    """Forks kernels, tells their clients how they end, and ends those whose client is gone."""

    def __init__(self, listener: socket.socket) -> None:
        self._listener = listener
        self._lifeline = sys.stdin.fileno()
        self._kernels: list[_Kernel] = []
        self._asking: list[Connection] = []
        self._child_ended, waker = os.pipe()
        os.set_blocking(waker, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(waker, warn_on_full_buffer=False)
        self._waker = waker

    def run(self) -> tuple[Connection, dict[str, Any]] | None:
        """Serve until the owner is gone; in a forked child, who asks for a kernel, and for what."""
        while True:
            clients = [kernel.client for kernel in self._kernels if not kernel.client.closed]
            own = [self._lifeline, self._child_ended, self._listener]
            ready = wait([*own, *self._asking, *clients])
            if self._lifeline in ready:
                for kernel in self._kernels:
                    _kill_group(kernel.pid)
                return None
            if self._child_ended in ready:
                os.read(self._child_ended, 4096)
            for kernel in self._kernels:
                if kernel.client in ready:  # a client says nothing more: it is gone
                    kernel.client.close()
                    _kill_group(kernel.pid)
            self._reap()
            for client in [client for client in self._asking if client in ready]:
                self._asking.remove(client)
                request = _receive(client)
                if request and self._fork(client):
                    return client, request
            if self._listener in ready:
                self._asking.append(Connection(self._listener.accept()[0].detach()))

    def _fork(self, client: Connection) -> bool:
        """Fork; true in the child."""
        server = os.getpid()
        pid = os.fork()
        if pid:
            self._kernels.append(_Kernel(pid, client))
            return False
        os.setsid()
        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)
        if os.getppid() != server:
            os._exit(1)
        self._leave()
        return True

    def _leave(self) -> None:
        """Take nothing of the server along into a kernel."""
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.close(self._child_ended)
        os.close(self._waker)
        self._listener.close()
        for connection in [*self._asking, *(kernel.client for kernel in self._kernels)]:
            connection.close()
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, self._lifeline)
        os.close(nothing)

    def _reap(self) -> None:
        """Tell clients of kernels that ended; let go of those whose client is gone."""
        for kernel in self._kernels[:]:
            if not kernel.has_ended:
                how = os.waitid(os.P_PID, kernel.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
                if how is None:
                    continue
                kernel.has_ended = True
                code = how.si_status if how.si_code == os.CLD_EXITED else -how.si_status
                if not kernel.client.closed:
                    with contextlib.suppress(OSError):
                        kernel.client.send_bytes(json.dumps({"exit": code}).encode())
            if kernel.client.closed:
                os.waitpid(kernel.pid, 0)
                self._kernels.remove(kernel)


def _receive(client: Connection) -> dict[str, Any] | None:
    """What a client asks for; None where it is gone."""
    try:
        return json.loads(client.recv_bytes())
    except (EOFError, OSError):
        client.close()
        return None


def _kill_group(pid: int) -> None:
    """Kill a kernel and what it started."""
    os.kill(pid, signal.SIGKILL)  # it may have ended, but its id is still its own
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)


def _run_kernel(client: Connection, request: dict[str, Any]) -> None:
    """Be a kernel, as `python -m ipykernel_launcher` would."""
    import ipykernel_launcher
    import matplotlib
    import numpy as np
    from ipykernel.kernelapp import IPKernelApp

    os.environ.clear()
    os.environ.update(request["env"])
    time.tzset()
    os.chdir(request["cwd"])
    random.seed()
    np.random.seed()
    if "MPLBACKEND" in os.environ:
        matplotlib.rcParams["backend"] = os.environ["MPLBACKEND"]
    sys.argv = [ipykernel_launcher.__file__, *request["argv"]]
    # 1 is no process that the kernel would watch: it dies with the server anyway.
    app = IPKernelApp.instance(parent_handle=1)
    app.initialize(request["argv"])
    client.send_bytes(json.dumps({"pid": os.getpid()}).encode())
    client.close()
    app.start()


if __name__ == "__main__":
    main()
