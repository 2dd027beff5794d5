"""What a reader sees around the figures: passages, the template, the exporter, a page's origin.

Here an executed notebook becomes one HTML file that runs no script and fetches nothing. Nothing
here runs a notebook.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
