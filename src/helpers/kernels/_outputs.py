"""What a kernel does so that no output of a notebook is lost on its way, nor half a character."""

import json
import re
from typing import Any

import zmq
from ipykernel.kernelbase import Kernel
from jupyter_client.session import json_default, json_packer

_HALF = re.compile("[\ud800-\udfff]")


def keep_outputs(kernel: Kernel) -> None:
    """Make a kernel wait for a client that is slow to listen, and send what UTF-8 cannot hold.

    ZeroMQ by itself drops what is published while 1,000 messages wait.
    """
    socket = kernel.iopub_thread.socket
    # Its thread alone may use the socket.
    kernel.iopub_thread.schedule(lambda: socket.setsockopt(zmq.XPUB_NODROP, 1))
    kernel.session.pack = _pack


def _pack(message: Any) -> bytes:
    """A part of a message as JSON."""
    try:
        return json_packer(message)
    except UnicodeEncodeError:
        text = json.dumps(message, default=json_default, ensure_ascii=False)
        # Each half of a character stands by its number, and is text itself.
        return _HALF.sub(lambda half: f"\\\\u{ord(half[0]):x}", text).encode()
