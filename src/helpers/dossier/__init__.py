"""A story as data: the tables, their schema and words, reading, checks, claims, texts.

Here lives what a table holds and what follows from it: which fact stands, which claims agree or
contradict one another, where an anchor stands in its text. Nothing here draws or renders.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
