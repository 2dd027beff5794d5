from ._areas import (
    clip_areas as clip_areas,
    generalise as generalise,
)
from ._borders import (
    chain_segments as chain_segments,
    find_borders as find_borders,
)
from ._boundaries import (
    list_countries as list_countries,
    read_country as read_country,
    read_rows as read_rows,
)
from ._checks import (
    check_places as check_places,
)
from ._distances import (
    draw_circle as draw_circle,
    measure_km as measure_km,
    name_direction as name_direction,
)
from ._extent import (
    find_extent as find_extent,
    find_main_parts as find_main_parts,
)
from ._files import (
    BOUNDARIES as BOUNDARIES,
    each_row as each_row,
    find_boundaries as find_boundaries,
    hash_boundaries as hash_boundaries,
)
from ._frame import (
    DETAIL_PX as DETAIL_PX,
    View as View,
    frame_view as frame_view,
)
from ._gazetteer import (
    KnownPlace as KnownPlace,
    find_places as find_places,
    read_cities as read_cities,
    read_names as read_names,
)
from ._languages import (
    check_place_names as check_place_names,
    list_place_names as list_place_names,
)
from ._projection import (
    Projection as Projection,
    choose_projection as choose_projection,
    format_meridian as format_meridian,
    format_parallel as format_parallel,
)
from ._reach import (
    fill_precision as fill_precision,
)
from ._regions import (
    find_region as find_region,
    find_regions as find_regions,
)
from ._waters import (
    name_sea as name_sea,
    read_lakes as read_lakes,
    read_seas as read_seas,
)
