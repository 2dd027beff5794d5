from ._chronicle import chronicle as chronicle
from ._diagram import operation as operation
from ._figure import Figure as Figure
from ._locator_map import locator_map as locator_map
from ._numbers import claims_over_time as claims_over_time, numbers as numbers
from ._palette import (
    LIGHT as LIGHT,
    PALETTE as PALETTE,
    WEIGHTS as WEIGHTS,
)
from ._store import (
    MOST_BYTES as MOST_BYTES,
    find_store as find_store,
    leave_out_store as leave_out_store,
    recall as recall,
)
from ._svg import (
    embed_fonts as embed_fonts,
    fit_in_page as fit_in_page,
    palette_css as palette_css,
    split_for_print as split_for_print,
)
from ._timeline import timeline as timeline
