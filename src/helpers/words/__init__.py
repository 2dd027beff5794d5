"""How things are said: numbers, dates and lists as words, numbers that know their origin, messages.

Here live the formats of a sentence, the reading of numbers in a text, the escaping of what is not
trusted, and the pieces of HTML that are filled in from templates. Nothing here knows a table, a
map or a page.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
