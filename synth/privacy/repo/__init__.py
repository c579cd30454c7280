"""SQL of withdrawing; a file per subject."""

from synth.privacy.repo.leaving import (
    count_reach,
    load_leaving,
    overwrite_deleted,
    remove_ids,
    remove_measured,
    replace_parts,
)
from synth.privacy.repo.originals import (
    list_unmarked,
    mark_erased,
    needed_originals,
    sources_with_doubles,
    withdrawn_originals,
)
from synth.privacy.repo.quotes import (
    GUARDED,
    Change,
    is_said_by_others,
    list_citations,
    list_worded,
    set_citations,
    set_worded,
)
from synth.privacy.repo.words import (
    drop_readings,
    everybody_withdrawn,
    list_spoken,
    save_blanked,
)

__all__ = [
    "GUARDED",
    "Change",
    "count_reach",
    "drop_readings",
    "everybody_withdrawn",
    "is_said_by_others",
    "list_citations",
    "list_spoken",
    "list_unmarked",
    "list_worded",
    "load_leaving",
    "mark_erased",
    "needed_originals",
    "overwrite_deleted",
    "remove_ids",
    "remove_measured",
    "replace_parts",
    "save_blanked",
    "set_citations",
    "set_worded",
    "sources_with_doubles",
    "withdrawn_originals",
]
