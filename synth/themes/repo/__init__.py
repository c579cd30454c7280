"""SQL of themes: runs, lists, passages, people's edits, lineage."""

from synth.themes.repo.edits import add_edit, last_seq, list_edits, load_edit
from synth.themes.repo.lineage import list_steps, save_steps
from synth.themes.repo.listing import list_themes, load_theme, theme_people
from synth.themes.repo.members import (
    homes_of_texts,
    load_members,
    member_ids,
    sample_members,
    themes_of,
    write_members,
)
from synth.themes.repo.passages import (
    backgrounds,
    borderline,
    evidence,
    evidence_by_theme,
    heard_in,
    quotable,
    unthemed,
    unthemed_reasons,
)
from synth.themes.repo.runs import (
    current_run,
    load_boilerplate,
    load_themes,
    lock_themes,
    write_themes,
)
from synth.themes.repo.saving import (
    add_members,
    begin_run,
    drop_members,
    drop_run,
    publish_run,
    save_run,
    unfinished_runs,
)

__all__ = [
    "add_edit",
    "add_members",
    "backgrounds",
    "begin_run",
    "borderline",
    "current_run",
    "drop_members",
    "drop_run",
    "evidence",
    "evidence_by_theme",
    "heard_in",
    "homes_of_texts",
    "last_seq",
    "list_edits",
    "list_steps",
    "list_themes",
    "load_boilerplate",
    "load_edit",
    "load_members",
    "load_theme",
    "load_themes",
    "lock_themes",
    "member_ids",
    "publish_run",
    "quotable",
    "sample_members",
    "save_run",
    "save_steps",
    "theme_people",
    "themes_of",
    "unfinished_runs",
    "unthemed",
    "unthemed_reasons",
    "write_members",
    "write_themes",
]
