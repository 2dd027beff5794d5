"""What our commands do before they import the rest."""

import sys


def leave_out_slow_import() -> None:
    """Keep `rfc3987_syntax` out of this process: its import takes longer than all of papermill's.

    jsonschema, which nbformat brings in, would check international addresses with it and does
    without where it is missing; notebooks hold none. JupyterLab installs it.
    """
    sys.modules.setdefault("rfc3987_syntax", None)
