from .authoring import Author as Author
from .dossier import (
    Dossier as Dossier,
    compare_claims as compare_claims,
    compare_sources as compare_sources,
    list_dossiers as list_dossiers,
    load_dossier as load_dossier,
)
from .explorer import Explorer as Explorer, View as View
from .figures import (
    Figure as Figure,
    chronicle as chronicle,
    claims_over_time as claims_over_time,
    locator_map as locator_map,
    numbers as numbers,
    operation as operation,
    timeline as timeline,
)
from .page import passages as passages, show as show
