from ._candidate import (
    Candidate as Candidate,
)
from ._reading import (
    read_candidates as read_candidates,
)
