"""The guards of people's edits of themes: written once, in order, each undone at most once."""

from __future__ import annotations

from synth.store.guards import Guard, make_ddl

APPEND_ONLY = {"theme_edits": ("id",)}

GUARDS = (
    # Also refuses INSERT OR REPLACE over the number of another edit.
    Guard(
        table="theme_edits",
        name="follows_the_last",
        on="INSERT",
        unless="""NEW.seq = 1 + COALESCE((SELECT MAX(e.seq) FROM theme_edits e
            WHERE e.workspace_id = NEW.workspace_id), 0)""",
        message="an edit follows the one before it",
    ),
    Guard(
        table="theme_edits",
        name="undone_once",
        on="INSERT",
        unless="""NEW.undoes IS NULL OR NOT EXISTS (SELECT 1 FROM theme_edits e
            WHERE e.workspace_id = NEW.workspace_id
              AND (e.undoes = NEW.undoes OR (e.id = NEW.undoes AND e.kind = 'undo')))""",
        message="an edit is undone once, and an undo never",
    ),
)


def theme_guard_ddl(dialect_name: str) -> list[str]:
    """Return the statements that put these guards in place; again changes nothing."""
    return make_ddl(dialect_name, GUARDS, append_only=APPEND_ONLY, no_replace=APPEND_ONLY)
