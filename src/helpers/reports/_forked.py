"""What a worker needs: imported and made once, in the process that workers are forked from."""

from helpers.reports._startup import speed_up_imports

speed_up_imports()

import gc  # noqa: E402

import helpers.reports._execution  # noqa: E402
import helpers.reports._workers  # noqa: E402, F401
from helpers import page  # noqa: E402

page.make_ready()
gc.freeze()  # a collection in a worker would copy the memory that it shares
