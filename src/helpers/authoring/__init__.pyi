from ._author import Author as Author, Reader as Reader
from ._candidate import Candidate as Candidate
from ._desk import DRAFTS as DRAFTS, Desk as Desk
from ._proposals import (
    draft_facts as draft_facts,
    format_prompt as format_prompt,
    take_rows as take_rows,
)
from ._reading import read_candidates as read_candidates
from ._starting import start_dossier as start_dossier
