from ._checks import (
    LONGEST_ANCHOR as LONGEST_ANCHOR,
    count_words as count_words,
)
from ._claims import (
    describe_claim as describe_claim,
    find_key_figures as find_key_figures,
    find_standing as find_standing,
    gather_claims as gather_claims,
    has_number as has_number,
    is_ahead as is_ahead,
    list_claims as list_claims,
    name_role as name_role,
    say_ahead as say_ahead,
    say_part as say_part,
    say_period as say_period,
    say_who as say_who,
    state as state,
    tabulate as tabulate,
)
from ._comparison import (
    VERDICTS as VERDICTS,
    compare_claims as compare_claims,
    compare_sources as compare_sources,
    part_days as part_days,
)
from ._dossier import (
    Dossier as Dossier,
)
from ._faults import (
    Fault as Fault,
    UnreadableError as UnreadableError,
    sort_faults as sort_faults,
)
from ._loading import (
    SNAPSHOT as SNAPSHOT,
    few_words as few_words,
    find_dossier as find_dossier,
    list_dossiers as list_dossiers,
    load_dossier as load_dossier,
    read_dossier as read_dossier,
)
from ._package import (
    format_codebook as format_codebook,
    format_package as format_package,
    keep_sentences as keep_sentences,
    list_references as list_references,
    trace_lead as trace_lead,
)
from ._sheet import (
    format_csv as format_csv,
    read_sheet as read_sheet,
)
from ._texts import (
    check_texts as check_texts,
    find_footing as find_footing,
    hash_text as hash_text,
    read_sources as read_sources,
    read_text as read_text,
    say_not_held as say_not_held,
    split_paragraphs as split_paragraphs,
    verify_texts as verify_texts,
)
from ._writing import (
    fix_evidence as fix_evidence,
    read_cells as read_cells,
    read_rows as read_rows,
    write_ids as write_ids,
    write_row as write_row,
)
from .schema import (
    AREAS as AREAS,
    FACTS as FACTS,
    PACKAGE as PACKAGE,
    PLACES as PLACES,
    TABLES as TABLES,
    Column as Column,
    Role as Role,
    Table as Table,
    Topic as Topic,
    Unit as Unit,
    Word as Word,
    Words as Words,
    explode_ids as explode_ids,
    first_day as first_day,
    last_day as last_day,
    read_day as read_day,
    split_ids as split_ids,
)
