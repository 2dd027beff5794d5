"""When and where a page is made: parameters, plan, render, batch, workers, cluster, remaking.

Here a notebook with its parameters becomes a job, and a job a file. Nothing here draws.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
