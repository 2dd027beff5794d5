"""What our commands and their workers do before they import the rest."""

import multiprocessing
import os
import signal
import sys
import threading
from multiprocessing import connection


def leave_out_slow_import() -> None:
    """Keep `rfc3987_syntax` out of this process: its import takes longer than all of papermill's.

    jsonschema, which nbformat brings in, would check international addresses with it and does
    without where it is missing; notebooks hold none. JupyterLab installs it.
    """
    sys.modules.setdefault("rfc3987_syntax", None)


def begin_worker() -> None:
    """Begin a worker of a batch: it leaves Ctrl-C to its parent, and ends when that dies."""
    leave_out_slow_import()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process().sentinel

    def watch() -> None:
        connection.wait([parent])
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
