"""Where things are: boundaries, regions, distances, projections and the frame of a map.

Coordinates are WGS 84 degrees (EPSG:4326) until a frame places them in pixels. Nothing here draws.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
