from ._directions import (
    is_right_to_left as is_right_to_left,
    isolate as isolate,
)
from ._formats import (
    MISSING as MISSING,
    WHOLE as WHOLE,
    Value as Value,
    capitalise as capitalise,
    format_date as format_date,
    format_number as format_number,
    format_short_date as format_short_date,
    list_languages as list_languages,
    name_language as name_language,
    say_when as say_when,
    slugify as slugify,
)
from ._fragments import (
    open_fragments as open_fragments,
)
from ._messages import (
    did_you_mean as did_you_mean,
    escape_unseen as escape_unseen,
    name_halves as name_halves,
    one_of as one_of,
    quote_value as quote_value,
    suggest_each as suggest_each,
)
from ._numerals import (
    CHANGES_NUMBER as CHANGES_NUMBER,
    CURRENCIES as CURRENCIES,
    find_foreign_digits as find_foreign_digits,
    find_numbers as find_numbers,
    find_ordinals as find_ordinals,
    find_unread as find_unread,
    reads_point as reads_point,
    states_number as states_number,
)
from ._quantities import (
    NUMBERS as NUMBERS,
    format_fact as format_fact,
    format_quantity as format_quantity,
    list_fact_ids as list_fact_ids,
    list_values as list_values,
    measure_span as measure_span,
    says_unit as says_unit,
    trace_cell as trace_cell,
)
from ._traced import (
    Traced as Traced,
    begin_sentence as begin_sentence,
    compose as compose,
    format_count as format_count,
    format_list as format_list,
    isolate_whole as isolate_whole,
    join as join,
    spell_count as spell_count,
    spell_number as spell_number,
    trace_number as trace_number,
    trace_text as trace_text,
)
