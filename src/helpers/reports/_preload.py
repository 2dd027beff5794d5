"""What is done once in the process that forks kernels, so that no kernel pays for it.

A notebook's first figure costs more than those that follow: the imports of pandas, matplotlib and
geopandas, the fonts, PROJ's database, the first read of the boundaries.
"""

import ast
import contextlib
import json
import os
import socket
from typing import Any

from helpers.files import look_up_folders
from helpers.kernels import ADDRESS, WarmProvisioner

PRELOAD = "helpers.reports:import_libraries"
"""What is named to a server for one report: it is ready soon."""

PRELOAD_MANY = "helpers.reports:draw_figures"
"""What is named to a server for many reports: it is ready later, and each report sooner."""

_READY_S = 30  # how long a server may take, after which it may be dead


def import_libraries() -> None:
    """Import what the notebooks that ship import, and open the fonts."""
    from helpers.figures import (  # noqa: F401
        WEIGHTS,
        chronicle,
        claims_over_time,
        embed_fonts,
        locator_map,
        numbers,
        operation,
        timeline,
    )
    from helpers.page import passages  # noqa: F401

    embed_fonts(dict.fromkeys(WEIGHTS, "я"))


def draw_figures() -> None:
    """Run the report that ships: it draws the figures of the other notebooks too."""
    from IPython.core.formatters import DisplayFormatter

    import_libraries()
    display, namespace = DisplayFormatter(), dict[str, Any]()
    notebook = look_up_folders("notebooks")[1] / "report.ipynb"
    for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "code":
            _run_cell("".join(cell["source"]), namespace, display)


def wait_for_preload() -> None:
    """Wait until the server that is named to this process is ready: no job's time runs meanwhile.

    It hears whoever has nothing to ask too, and closes: but not before it is ready.
    """
    if ADDRESS not in os.environ:
        return
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as server:
        server.settimeout(_READY_S)
        server.connect(os.environ[ADDRESS])
        server.shutdown(socket.SHUT_WR)
        server.recv(1)


def _run_cell(source: str, namespace: dict[str, Any], display: Any) -> None:
    """Run a cell of a notebook that ships, and make what it would show."""
    *body, last = ast.parse(source).body
    shown = last.value if isinstance(last, ast.Expr) else None
    exec(compile(ast.Module(body if shown else [*body, last], []), "<cell>", "exec"), namespace)
    if shown:
        display.format(eval(compile(ast.Expression(shown), "<cell>", "eval"), namespace))


class DossierProvisioner(WarmProvisioner):
    """jupyter_client's provisioner `dossier-warm`, for plain papermill and other users of it."""

    preload = PRELOAD
