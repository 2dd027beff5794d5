"""What is done once in the process that forks kernels, so that no kernel pays for it.

A notebook's first figure costs more than those that follow: the imports of pandas, matplotlib and
shapely, the fonts, PROJ's database, the first read of the boundaries.
"""

import contextlib
import os
import socket

from helpers.files import look_up_folders
from helpers.kernels import ADDRESS

PRELOAD = "helpers.reports:import_libraries"
"""What is named to a server for one report: it is ready soon."""

PRELOAD_MANY = "helpers.reports:draw_figures"
"""What is named to a server for many reports: it is ready later, and each report sooner."""

_READY_S = 30  # how long a server may take, after which it may be dead


def import_libraries() -> None:
    """Import what the notebooks that ship import, and open the fonts."""
    from helpers import figures
    from helpers.page import passages  # noqa: F401

    for name in dir(figures):  # each is imported where it is named
        getattr(figures, name)
    figures.embed_fonts(dict.fromkeys(figures.WEIGHTS, "я"))


def draw_figures() -> None:
    """Tell the first story that ships, with a map and a chart; what the store has is not drawn."""
    from helpers.dossier import load_dossier
    from helpers.figures import locator_map, timeline
    from helpers.page import passages

    import_libraries()
    story = load_dossier(min(look_up_folders("data")[1].glob("*/facts.csv")).parent)
    for draw in (locator_map, timeline):
        passages.show(draw, story.from_sources("article"))
    for tell in (passages.key_figures, passages.caveats, passages.provenance):
        tell(story.from_sources("article"))


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
