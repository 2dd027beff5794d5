"""Kernels that start quickly: a server that forks them, and the provisioner that asks it.

Nothing here knows a dossier or a report: what is to be imported and run beforehand is given.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
