"""What is drawn: a Figure is rows and words with a picture; each kind of figure has a module.

Here live the palette, the style, the canvas and every figure. Nothing here knows a page around it,
where it is kept or when it is made.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
