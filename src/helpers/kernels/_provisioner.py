"""How papermill and jupyter_client start a kernel by a fork, hear it quickly, and end it quickly.

Only on Linux; elsewhere, and for a kernel of another language or interpreter, the kernel is an
ordinary one.
"""

import asyncio
import atexit
import contextlib
import json
import logging
import os
import shutil
import signal
import socket
import sys
from collections.abc import Iterable
from functools import cache, partialmethod
from multiprocessing.connection import Connection
from pathlib import Path
from queue import Empty
from typing import Any

import zmq
from jupyter_client.asynchronous import AsyncKernelClient
from jupyter_client.channels import AsyncZMQSocketChannel
from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning import LocalProvisioner
from traitlets import Dict, Float, Type, Unicode

from helpers.kernels._server import ADDRESS, FORKS, START_ALONE, KernelServer, make_short_folder

# An expression without a value, which leaves nothing in the notebook's namespace.
_KEEP_OUTPUTS = (
    "__import__('helpers.kernels._outputs').kernels._outputs.keep_outputs(get_ipython().kernel)"
)
_WAITING = 1000  # messages that wait for a client before ZeroMQ drops the next, where nobody set it
_LAUNCHER = ["-m", "ipykernel_launcher"]


class QuickKernelManager(AsyncKernelManager):
    """Kernels heard over Unix sockets in a private folder, forked where a server is named."""

    environment = Dict(help="What a kernel's environment has besides.").tag(config=True)
    preload = Unicode(help="As of a server, for a kernel that is not forked.").tag(config=True)
    # Until a kernel is there: its server may hang, or its start-up files.
    time_s = Float(None, allow_none=True).tag(config=True)

    def __init__(self, **options: Any) -> None:
        self._folder = make_short_folder()
        self._handlers = {n: signal.getsignal(n) for n in (signal.SIGINT, signal.SIGTERM)}
        super().__init__(**options)
        self.client_factory = QuickKernelClient
        self.connection_file = str(self._folder / "kernel.json")
        if zmq.has("ipc"):
            self.transport = "ipc"
        else:
            self.transport_encryption = "auto"  # nobody else on the machine can listen
        if ADDRESS in os.environ:
            self.provisioner = WarmProvisioner(kernel_spec=self.kernel_spec, parent=self)

    async def start_kernel(self, **options: Any) -> None:  # type: ignore[override]  # as upstream's
        # nbclient has taken them since, to end the kernel: the one who is meant is this process.
        with contextlib.suppress(NotImplementedError):  # Windows
            for number, handler in self._handlers.items():
                if asyncio.get_running_loop().remove_signal_handler(number):
                    signal.signal(number, handler)
        environment = {**options.pop("env", os.environ), **self.environment}
        try:
            start = super().start_kernel(env=environment, **options)
            await asyncio.wait_for(start, self.time_s)
        except TimeoutError:
            self.cleanup_connection_file()
            raise

    def format_kernel_cmd(self, extra_arguments: list[str] | None = None) -> list[str]:
        """The command of a kernel; one of this Python that is not forked has its imports done."""
        command = super().format_kernel_cmd(extra_arguments)
        is_forked = FORKS and ADDRESS in os.environ
        if is_forked or command[:3] != [sys.executable, *_LAUNCHER]:
            return command
        return [sys.executable, *START_ALONE, self.preload, *command[3:]]

    def cleanup_connection_file(self) -> None:
        super().cleanup_connection_file()
        shutil.rmtree(self._folder, ignore_errors=True)


class _Outputs(AsyncZMQSocketChannel):
    """What a kernel publishes: all of it, or nothing more.

    What a thread or a task shows after its cell has ended comes with the one that runs then, or the
    next: nbclient would pass it over.
    """

    are_kept = False
    _heard = 0  # messages since a request ended
    _cell: dict[str, Any] | None = None  # the header of the request that runs a cell

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._ended: set[str] = set()  # requests
        self._late: list[dict[str, Any]] = []

    async def get_msg(  # type: ignore[override]  # awaited, as upstream's is, unlike its base's
        self, timeout: float | None = None
    ) -> dict[str, Any]:
        """Get a message; none where so many came at once that this kernel may have dropped some."""
        if self._late and self._cell:
            return self._late.pop(0) | {"parent_header": self._cell}
        message = await super().get_msg(timeout)
        request = message["parent_header"].get("msg_id")
        self._heard += 1
        if message["content"].get("execution_state") == "idle":
            self._heard, self._cell = 0, None
            self._ended.add(request)
        elif message["msg_type"] == "execute_input":
            self._cell = message["parent_header"]
        if self._heard >= _WAITING and not self.are_kept:
            _warn_once(f"a cell has {_WAITING:,} outputs or more: this kernel may lose some")
            raise Empty
        if request in self._ended and self._heard:
            self._late.append(message)
            return await self.get_msg(timeout)
        return message


class QuickKernelClient(AsyncKernelClient):
    """Ready once the kernel has answered on both channels, and not after a fixed time."""

    iopub_channel_class = Type(_Outputs)
    _is_ipython = False

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Wait until the kernel has answered a request and published what that brought about.

        Only then is it sure that what a cell publishes will arrive. A kernel of Python is then told
        to keep its outputs.
        """
        request = self.kernel_info()
        try:
            self._handle_kernel_info_reply(await self._recv_reply(request, timeout=1))
            state = parent = None
            while (parent, state) != (request, "idle"):
                message = await self.get_iopub_msg(timeout=1)
                parent = message["parent_header"].get("msg_id")
                state = message["content"].get("execution_state")
        except (Empty, TimeoutError):  # it is slow
            await super().wait_for_ready(timeout)
        if self._is_ipython:
            request = self.execute(_KEEP_OUTPUTS, silent=True)
            reply = await self._recv_reply(request, timeout=timeout)
            self.iopub_channel.are_kept = reply["content"]["status"] == "ok"

    def _handle_kernel_info_reply(self, msg: dict[str, Any]) -> None:
        super()._handle_kernel_info_reply(msg)
        self._is_ipython = msg["content"].get("implementation") == "ipython"


class WarmProvisioner(LocalProvisioner):
    """Starts Python's kernels by a fork of a warm process, and any other as usual.

    The server is the one that `DOSSIER_KERNEL_SERVER` names, or else this process's own.
    """

    preload = ""  # as of a KernelServer, for a server of this process's own
    process: Any  # a Popen, or a ForkedKernel

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Start a kernel; where it listens. RuntimeError where it ends before it does."""
        reason = why_not_forked(cmd, kwargs)
        if reason:
            _warn_once(f"an ordinary kernel is started: {reason}")
            return await super().launch_kernel(cmd, **kwargs)
        self.cwd = kwargs.get("cwd") or Path.cwd()
        self.process = await fork_kernel(self.preload, cmd[3:], str(self.cwd), dict(kwargs["env"]))
        self.pid = self.pgid = self.process.pid
        return self.connection_info

    async def kill(self, restart: bool = False) -> None:
        """Kill the kernel, and see it end: the manager would look again after 0.1 s only."""
        await super().kill(restart)
        if isinstance(self.process, ForkedKernel):
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(_hear(self.process.server), 1)


def why_not_forked(cmd: list[str], options: Iterable[str]) -> str:
    """Why a kernel cannot be forked; '' where it can."""
    if not FORKS:
        return f"kernels are not forked on {sys.platform}"
    if cmd[0] != sys.executable or cmd[1:3] != _LAUNCHER:
        return f"{' '.join(cmd[:3])} is not the kernel of this Python"
    unknown = set(options) - {"cwd", "env", "extra_arguments", "kernel_id"}
    return f"a forked one does not take {', '.join(sorted(unknown))}" if unknown else ""


@cache
def _warn_once(message: str) -> None:
    logging.getLogger(__name__).warning(message)


class ForkedKernel:
    """A forked kernel as a `Popen`: its id is its own until `wait`, no signal meets another."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int, server: Connection) -> None:
        self.pid = pid
        self.server = server
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """The exit code, or a signal's number below zero; None while the kernel runs."""
        if self.returncode is None and self.server.poll():
            try:
                self.returncode = json.loads(self.server.recv_bytes())["ended"]
            except (EOFError, OSError):
                self.returncode = -signal.SIGKILL  # the server is gone, and its kernels with it
        return self.returncode

    def wait(self) -> int:
        """Wait for the kernel's end, and let go of it; its exit code."""
        while (code := self.poll()) is None:
            self.server.poll(None)
        self.server.close()
        return code

    def send_signal(self, signum: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, signum)

    terminate = partialmethod(send_signal, signal.SIGTERM)
    kill = partialmethod(send_signal, signal.SIGKILL)


async def fork_kernel(preload: str, argv: list[str], cwd: str, env: dict) -> ForkedKernel:
    """Ask the server for a kernel, and wait until it listens; RuntimeError where it ends before."""
    request = {"argv": argv, "cwd": cwd, "env": env}
    try:
        server = _connect(preload)
        server.send_bytes(json.dumps(request).encode())
        await _hear(server)
        answer = json.loads(server.recv_bytes())
    except (EOFError, OSError) as error:
        raise RuntimeError("the kernel server ended before the kernel listened") from error
    if "refused" in answer:
        raise RuntimeError(f"the kernel server cannot fork: {answer['refused']}")
    if "ended" in answer:
        raise RuntimeError(f"the kernel ended with code {answer['ended']} before it listened")
    return ForkedKernel(answer["pid"], server)


async def _hear(server: Connection) -> None:
    heard = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_reader(server.fileno(), heard.set)
    try:
        await heard.wait()
    finally:
        loop.remove_reader(server.fileno())


def _connect(preload: str) -> Connection:
    if shared := os.environ.get(ADDRESS):
        try:
            return connect_to(shared)
        except OSError as error:
            _warn_once(f"this process starts a kernel server of its own: {shared}: {error}")
    if not start_own_server(preload).is_alive():
        start_own_server.cache_clear()
    return connect_to(start_own_server(preload).address)


def connect_to(address: str) -> Connection:
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(address)
        return Connection(client.detach())


@cache
def start_own_server(preload: str) -> KernelServer:
    server = KernelServer(preload)
    atexit.register(server.close)
    return server
