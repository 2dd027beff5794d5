"""What a kernel does so that its outputs come to its client: all of them, whole, and no more."""

import json
import os
import re
from typing import Any

import zmq
from ipykernel.iostream import IOPubThread
from ipykernel.kernelbase import Kernel
from jupyter_client.session import json_default, json_packer
from zmq.eventloop.zmqstream import ZMQStream

MOST_SHOWN = 64_000_000
"""How many characters a notebook may show: a page with more could not be opened."""

_SHOWN = ("stream", "display_data", "execute_result", "update_display_data", "error")
_CUT = f"\nCut here: a notebook can show at most {MOST_SHOWN:,} characters.\n"
_HALF = re.compile("[\ud800-\udfff]")


class LocalThread(IOPubThread):
    """Sends what a kernel publishes; what its forked processes print comes by a Unix socket.

    ipykernel has them use TCP, to which any user may write: here only for a client that uses it.
    """

    def _setup_pipe_in(self) -> None:
        endpoint = self.socket.getsockopt_string(zmq.LAST_ENDPOINT)
        if not endpoint.startswith("ipc:"):
            super()._setup_pipe_in()
            return
        self._pipe_uuid = os.urandom(16)
        self._pipe_port = f"{endpoint.rpartition('/')[0]}/forks"
        pipe_in = self.socket.context.socket(zmq.PULL)
        pipe_in.linger = 0
        pipe_in.bind(self._pipe_port)
        self._pipe_in = ZMQStream(pipe_in, self.io_loop)
        self._pipe_in.on_recv(self._handle_pipe_msg)

    def _setup_pipe_out(self) -> tuple[zmq.Context, zmq.Socket]:
        if isinstance(self._pipe_port, int):
            return super()._setup_pipe_out()
        context = zmq.Context()  # a fork needs its own
        pipe_out = context.socket(zmq.PUSH)
        pipe_out.linger = 3000
        pipe_out.connect(self._pipe_port)
        return context, pipe_out


def keep_outputs(kernel: Kernel) -> None:
    """Make a kernel wait for a client that is slow to listen, and send what UTF-8 cannot hold.

    ZeroMQ by itself drops what is published while 1,000 messages wait.
    """
    socket = kernel.iopub_thread.socket
    session: Any = kernel.session  # two of its methods are replaced
    # Its thread alone may use the socket.
    kernel.iopub_thread.schedule(lambda: socket.setsockopt(zmq.XPUB_NODROP, 1))
    session.pack = _pack
    send, left, is_cut = session.send, MOST_SHOWN, False

    def send_within(socket: Any, message: Any, *arguments: Any, **options: Any) -> Any:
        nonlocal left, is_cut
        if not isinstance(message, dict) or message["msg_type"] not in _SHOWN:
            return send(socket, message, *arguments, **options)
        if is_cut:
            return None
        content = message["content"]
        texts = [content["text"]] if "text" in content else content.get("data", content).values()
        size = sum(len(str(text)) for text in texts)
        is_cut = size > left
        if is_cut:
            content = {"name": "stderr", "text": content.get("text", "")[:left] + _CUT}
            message = session.msg("stream", content, parent=message["parent_header"])
        left -= size
        return send(socket, message, *arguments, **options)

    session.send = send_within


def _pack(message: Any) -> bytes:
    try:
        return json_packer(message)
    except UnicodeEncodeError:
        text = json.dumps(message, default=json_default, ensure_ascii=False)
        # Each half of a character stands by its number, and is text itself.
        return _HALF.sub(lambda half: f"\\\\u{ord(half[0]):x}", text).encode()
