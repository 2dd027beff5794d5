from ._batch import (
    open_batch as open_batch,
    render_batch as render_batch,
    write_index as write_index,
)
from ._cluster import run_on_cluster as run_on_cluster
from ._difference import compare_states as compare_states, is_page as is_page
from ._job import prepare as prepare
from ._notebook import (
    find_notebook as find_notebook,
    list_notebooks as list_notebooks,
    read_notebook as read_notebook,
)
from ._plan import read_plan as read_plan
from ._provisioner import DossierProvisioner as DossierProvisioner
from ._remaking import verify_page as verify_page
from ._render import refuse_foreign as refuse_foreign, render as render, run as run
from ._startup import (
    PRELOAD as PRELOAD,
    PRELOAD_MANY as PRELOAD_MANY,
    draw_figures as draw_figures,
    fill_standard_streams as fill_standard_streams,
    hold_folder as hold_folder,
    import_libraries as import_libraries,
    leave_out_current_folder as leave_out_current_folder,
    remove_leftovers as remove_leftovers,
    speed_up_imports as speed_up_imports,
)
from ._workers import run_here as run_here
