from ._areas import (
    chain_segments as chain_segments,
    clip_areas as clip_areas,
    find_borders as find_borders,
    generalise as generalise,
    simplify as simplify,
)
from ._boundaries import (
    list_countries as list_countries,
    list_names as list_names,
    name_sea as name_sea,
    read_country as read_country,
    read_lakes as read_lakes,
    read_rows as read_rows,
    read_seas as read_seas,
)
from ._files import (
    BOUNDARIES as BOUNDARIES,
    each_row as each_row,
    extend_row as extend_row,
    find_boundaries as find_boundaries,
    hash_boundaries as hash_boundaries,
)
from ._frame import (
    DETAIL_PX as DETAIL_PX,
    Projection as Projection,
    View as View,
    choose_projection as choose_projection,
    format_meridian as format_meridian,
    format_parallel as format_parallel,
    frame_view as frame_view,
)
from ._gazetteer import (
    KnownPlace as KnownPlace,
    find_places as find_places,
    list_former_names as list_former_names,
    read_cities as read_cities,
    read_names as read_names,
)
from ._globe import (
    draw_circle as draw_circle,
    find_extent as find_extent,
    find_main_parts as find_main_parts,
    measure_km as measure_km,
    name_direction as name_direction,
)
from ._places import (
    bears_name as bears_name,
    check_place_names as check_place_names,
    check_places as check_places,
    fill_precision as fill_precision,
    find_region as find_region,
    list_place_names as list_place_names,
)
