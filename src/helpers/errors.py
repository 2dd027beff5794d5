"""The errors that a user may meet. Each message says what was found and what was expected."""


class DossierError(Exception):
    """A dossier cannot be read or asked this."""


class NoFactsError(DossierError):
    """A figure or a section has no fact to show."""


class BoundaryError(DossierError):
    """The boundaries do not hold what a map needs."""


class ParameterError(Exception):
    """A notebook has no such parameter, or it cannot take this value."""


class PageError(Exception):
    """A page cannot be verified."""


class RenderError(Exception):
    """A notebook did not become a report."""


class BatchError(Exception):
    """Many reports cannot be rendered into this folder, or by these workers."""
