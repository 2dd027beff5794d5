from . import passages as passages
from ._exporter import (
    WIDGET as WIDGET,
    DossierExporter as DossierExporter,
    convert as convert,
    find_error as find_error,
    find_pictures as find_pictures,
    make_ready as make_ready,
)
from ._origin import (
    AT_HOME as AT_HOME,
    META as META,
    Origin as Origin,
    find_origin as find_origin,
    format_versions as format_versions,
    read_origin as read_origin,
)
from ._told import (
    render_fragment as render_fragment,
)
from .passages import (
    show as show,
)
