"""From a text to a dossier: a folder to begin with, what a text may state, and a desk for a person.

What is read out of a text here is proposed and never a fact: a fact is what a person accepted, and
its words stand in the text. Nothing here settles what a fact is: the checks of a dossier do.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
