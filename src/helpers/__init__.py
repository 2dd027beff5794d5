"""A news story as data, told by notebooks: every number leads back to its words and its speaker.

    from helpers import load_dossier, numbers, passages, show
    story = load_dossier("kazakhstan-2022").as_of("2022-01-06")
    show(numbers, story, topic="casualties"), passages.key_figures(story)

What stands at this door is for notebooks and for cells of your own; the command is `dossier`.
Nothing here is imported before it is used.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
