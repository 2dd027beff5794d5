"""The errors that a user may meet. Each message says what was found and what was expected."""


class UserError(Exception):
    """Any of them. In a notebook it is its message, without the way through the package to it."""

    def _render_traceback_(self) -> list[str]:  # IPython asks for it, and shows its lines
        return [f"{type(self).__name__}: {self}"]


class DossierError(UserError):
    """A dossier cannot be read or asked this."""


class NoFactsError(DossierError):
    """A figure or a section has no fact to show."""


class BoundaryError(DossierError):
    """The boundaries do not hold what a map needs."""


class ParameterError(UserError):
    """A notebook has no such parameter, or it cannot take this value."""


class PageError(UserError):
    """A page cannot be verified."""


class RenderError(UserError):
    """A notebook did not become a report."""


class BatchError(UserError):
    """Many reports cannot be rendered into this folder, or by these workers."""
