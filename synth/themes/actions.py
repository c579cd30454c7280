"""What people decide about themes: each decision is an event, audited, undoable, kept by runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from synth.access.policy import Action, require
from synth.access.types import Actor
from synth.core.ids import derive_id, new_id
from synth.errors import Conflict, InputError
from synth.jobs.queue import submit
from synth.jobs.types import Job
from synth.services import Services
from synth.sources.redaction import redact
from synth.store.unit_of_work import UnitOfWork
from synth.themes import repo
from synth.themes.applying import draft_edit, record, show_edits, store
from synth.themes.codebook import Codebook, read_codebook
from synth.themes.edits import Before, Code, Edit, EditKind, StoredTheme, live, unedited
from synth.themes.splitting import Part, choose_part, choose_sub_themes, make_chosen, make_part
from synth.themes.types import Level, Origin, Theme

MAX_TITLE = 120


def rename(services: Services, actor: Actor, theme_id: str, title: str) -> Theme:
    """Give a theme a person's title; it stays when the theme is found again.

    Raises:
        InputError: the title is empty or too long.
        Conflict: another theme has it, or the theme is part of another by now.
    """
    require(actor, Action.EDIT_THEMES)
    wanted = clean_title(title)
    with services.writing(actor.workspace_id) as uow:
        repo.lock_themes(uow)
        theme = _load_apart(uow, theme_id, EditKind.RENAME)
        require_free(uow, wanted, own=theme.id)
        edit = draft_edit(services, uow, actor, EditKind.RENAME, theme.id)
        record(services, uow, replace(edit, title=wanted))
        return repo.load_theme(uow, theme.id)


def hide(services: Services, actor: Actor, theme_id: str, *, hidden: bool = True) -> Theme:
    """Take a theme out of lists and links, or bring it back; its evidence stays.

    Raises:
        Conflict: it is part of another theme by now.
    """
    return _switch(services, actor, theme_id, EditKind.HIDE if hidden else EditKind.SHOW)


def pin(services: Services, actor: Actor, theme_id: str, *, pinned: bool = True) -> Theme:
    """List a theme before others, and even without a passage; or no longer.

    Raises:
        Conflict: it is part of another theme by now.
    """
    return _switch(services, actor, theme_id, EditKind.PIN if pinned else EditKind.UNPIN)


def merge(services: Services, actor: Actor, theme_id: str, *others: str, into: str) -> Theme:
    """Make themes part of another, now and when all are found again; return the other.

    Each is an edit of its own, that can be undone alone, and all are one act; where one is
    refused, none is made.

    Raises:
        Conflict: one of them is the other theme, is part of it by now, or is no plain theme.
    """
    require(actor, Action.EDIT_THEMES)
    with services.writing(actor.workspace_id) as uow:
        repo.lock_themes(uow)
        target, act = _load_plain(uow, into), new_id()
        for one in dict.fromkeys((theme_id, *others)):
            source = _load_plain(uow, one)
            if source.id == target.id:
                raise Conflict(f"“{source.title}” cannot be merged into itself; name another theme")
            _require_apart(source, one, EditKind.MERGE)
            edit = draft_edit(services, uow, actor, EditKind.MERGE, source.id)
            store(services, uow, replace(edit, into=target.id, act=act))
        show_edits(uow, placing=True)
        return repo.load_theme(uow, target.id)


def split(
    services: Services,
    actor: Actor,
    theme_id: str,
    *,
    chunk_ids: Sequence[str] = (),
    sub_theme_ids: Sequence[str] = (),
    title: str | None = None,
) -> Theme:
    """Make a theme of some passages of another, or of some of its sub-themes; return the new one.

    Without a title it is called by its own words. Later runs keep both; what is new goes to the
    one it is nearer to.

    Raises:
        InputError: not exactly one of passages and sub-themes, or some that are not in the theme.
        Conflict: nothing would be left of the theme, or another theme has the title.
    """
    require(actor, Action.EDIT_THEMES)
    wanted = clean_title(title) if title is not None else ""
    with services.writing(actor.workspace_id) as uow:
        repo.lock_themes(uow)
        source = _load_plain(uow, theme_id)
        part = choose_part(uow, source, chunk_ids=chunk_ids, sub_theme_ids=sub_theme_ids)
        made_id = _split_off(services, uow, actor, source, part, wanted)
        show_edits(uow, placing=True)
        return repo.load_theme(uow, made_id)


def split_by_sub_themes(services: Services, actor: Actor, theme_id: str) -> list[Theme]:
    """Make a theme of each sub-theme but the largest, which stays; return the new ones.

    Each is an edit of its own, that can be undone alone, and all are one act.

    Raises:
        Conflict: the theme has fewer than two sub-themes.
    """
    require(actor, Action.EDIT_THEMES)
    with services.writing(actor.workspace_id) as uow:
        repo.lock_themes(uow)
        source = _load_plain(uow, theme_id)
        parts, act = choose_sub_themes(uow, source), new_id()
        made = [_split_off(services, uow, actor, source, part, act=act) for part in parts]
        show_edits(uow, placing=True)
        return [repo.load_theme(uow, one) for one in made]


def make_theme(
    services: Services, actor: Actor, chunk_ids: Sequence[str], *, title: str | None = None
) -> Theme:
    """Make a theme of passages wherever they are, and return it; later runs keep it.

    Without a title it is called by its own words.

    Raises:
        InputError: no passages, or some that the current run does not have.
        Conflict: they are a whole theme, or another theme has the title.
    """
    require(actor, Action.EDIT_THEMES)
    wanted = clean_title(title) if title is not None else ""
    with services.writing(actor.workspace_id) as uow:
        repo.lock_themes(uow)
        places = _places(uow, chunk_ids)
        [first, *others] = set(places.values())
        if first and not others:
            source = repo.load_theme(uow, first)
            part = choose_part(uow, source, chunk_ids=list(places), sub_theme_ids=())
            made_id = _split_off(services, uow, actor, source, part, wanted)
        else:
            edit = draft_edit(services, uow, actor, EditKind.SPLIT)
            made = make_chosen(uow, places, theme_id=derive_id("split", edit.id))
            edit = replace(edit, chunk_ids=tuple(sorted(places)))
            made_id = _store_made(services, uow, edit, made, wanted)
        show_edits(uow, placing=True)
        return repo.load_theme(uow, made_id)


def _split_off(
    services: Services,
    uow: UnitOfWork,
    actor: Actor,
    source: Theme,
    part: Part,
    title: str = "",
    *,
    act: str = "",
) -> str:
    """Store the edit that makes a theme of a part, and return the theme's id."""
    edit = draft_edit(services, uow, actor, EditKind.SPLIT, source.id)
    made = make_part(uow, source, part, theme_id=derive_id("split", edit.id))
    edit = replace(edit, chunk_ids=part.chunk_ids, sub_theme_ids=part.sub_theme_ids, act=act)
    return _store_made(services, uow, edit, made, title)


def _store_made(
    services: Services, uow: UnitOfWork, edit: Edit, made: StoredTheme, title: str
) -> str:
    if title:
        require_free(uow, title, own=made.before.id)
    edit = replace(edit, title=title, new_theme_id=made.before.id)
    store(services, uow, edit, made=[made])
    return made.before.id


def move(services: Services, actor: Actor, chunk_ids: Sequence[str], *, to: str | None) -> Edit:
    """Put passages into a theme, or with `to` None into none; every later run keeps it so.

    Raises:
        InputError: no passages, or some that the current run does not have.
        Conflict: all of them are there already.
    """
    require(actor, Action.EDIT_THEMES)
    with services.writing(actor.workspace_id) as uow:
        repo.lock_themes(uow)
        target = _load_plain(uow, to).id if to is not None else None
        moved = tuple(one for one, place in _places(uow, chunk_ids).items() if place != target)
        if not moved:
            raise Conflict("these passages are there already; nothing to move")
        edit = draft_edit(services, uow, actor, EditKind.MOVE, target)
        edit = replace(edit, chunk_ids=moved)
        record(services, uow, edit)
        return edit


def _places(uow: UnitOfWork, chunk_ids: Sequence[str]) -> dict[str, str | None]:
    """Return the theme, or None, of each passage; raises InputError for unknown ones or none."""
    wanted = dict.fromkeys(chunk_ids)
    places = repo.themes_of(uow, wanted)
    missing = [one for one in wanted if one not in places]
    if missing or not wanted:
        raise InputError(
            "name passages of the current themes; `synth themes show` lists them",
            found=missing[0] if missing else "none",
            expected="chunk ids",
        )
    return {one: places[one] for one in wanted}


def undo(services: Services, actor: Actor, edit_id: str | None = None) -> Edit:
    """Take an edit back, by default the actor's own last one; return the edit taken back.

    Raises:
        NotFound: no such edit.
        Conflict: it is undone already, or there is nothing to undo.
    """
    require(actor, Action.EDIT_THEMES)
    with services.writing(actor.workspace_id) as uow:
        repo.lock_themes(uow)
        counted = {edit.id: edit for edit in live(repo.list_edits(uow))}
        if edit_id is None:
            mine = [edit for edit in counted.values() if edit.author_id == actor.member.id]
            if not mine:
                raise Conflict("nothing to undo: none of your edits counts any more")
            edit_id = mine[-1].id
        edit = repo.load_edit(uow, edit_id)
        if edit.id not in counted:
            raise Conflict("this edit is undone already; see `synth themes lineage`")
        back = draft_edit(services, uow, actor, EditKind.UNDO, edit.theme_id)
        record(services, uow, replace(back, undoes=edit.id), undone=edit)
        return edit


def clean_title(title: str) -> str:
    """Return a title with single spaces; raises InputError where it is empty or too long."""
    wanted = " ".join(title.split())
    if not 1 <= len(wanted) <= MAX_TITLE:
        raise InputError(
            "a theme needs a title",
            found=f"{len(wanted)} characters",
            expected=f"1 to {MAX_TITLE} characters",
        )
    return wanted


def require_free(uow: UnitOfWork, title: str, *, own: str) -> None:
    """Raise Conflict where a theme other than `own` has the title, at any level."""
    for theme in repo.load_themes(uow):
        after = theme.after
        taken = not after.is_gone and not after.merged_into and theme.before.id != own
        if taken and after.title.casefold() == title.casefold():
            raise Conflict(f"another theme is called “{title}”; merge them, or say more")


def _switch(services: Services, actor: Actor, theme_id: str, kind: EditKind) -> Theme:
    require(actor, Action.EDIT_THEMES)
    with services.writing(actor.workspace_id) as uow:
        repo.lock_themes(uow)
        theme = _load_apart(uow, theme_id, kind)
        on = {EditKind.HIDE: theme.is_hidden, EditKind.SHOW: not theme.is_hidden}
        on |= {EditKind.PIN: theme.is_pinned, EditKind.UNPIN: not theme.is_pinned}
        if not on[kind]:
            record(services, uow, draft_edit(services, uow, actor, kind, theme.id))
        return repo.load_theme(uow, theme.id)


def _load_apart(uow: UnitOfWork, theme_id: str, kind: EditKind) -> Theme:
    theme = repo.load_theme(uow, theme_id)
    _require_apart(theme, theme_id, kind)
    return theme


def _require_apart(theme: Theme, named: str, kind: EditKind) -> None:
    """Raise Conflict where the theme named is part of `theme`, which is changed by its own id."""
    if theme.id != named:
        raise Conflict(f"that theme is part of “{theme.title}” by now; {kind} this one: {theme.id}")


def _load_plain(uow: UnitOfWork, theme_id: str) -> Theme:
    theme = repo.load_theme(uow, theme_id)
    if theme.level is not Level.THEME:
        kind = "a broad theme" if theme.level is Level.BROAD else "a sub-theme"
        raise Conflict(
            f"“{theme.title}” is {kind}; only themes are merged, split and moved into: "
            "see `synth themes ls`"
        )
    return theme


def import_codebook(
    services: Services, actor: Actor, *, file: str, text: str
) -> tuple[Codebook, Job]:
    """Make a theme of each code of a CSV, and start the run that finds their passages.

    A code that is known by its name is changed. Returns what was read and the job.

    Raises:
        InputError: what `read_codebook` refuses.
        Conflict: a person gave another theme the name of a code.
    """
    require(actor, Action.EDIT_THEMES)
    book = read_codebook(file, text)
    codes = tuple(_redacted(code) for code in book.codes)
    with services.writing(actor.workspace_id) as uow:
        repo.lock_themes(uow)
        known = {theme.before.id for theme in repo.load_themes(uow)}
        new = [code for code in codes if code.theme_id not in known]
        edit = draft_edit(services, uow, actor, EditKind.CODEBOOK)
        record(services, uow, replace(edit, codes=codes), made=[_made(one) for one in new])
        run = repo.current_run(uow)
        seed = run.seed if run else services.settings.seed
        job = submit(
            services,
            uow,
            kind="themes",
            arguments={"run_id": new_id(), "seed": seed},
            created_by=actor.member.id,
        )
    return replace(book, codes=codes), job


def _redacted(code: Code) -> Code:
    description, *examples = redact([code.description, *code.examples]).texts
    return replace(code, description=description.text, examples=tuple(one.text for one in examples))


def _made(code: Code) -> StoredTheme:
    before = Before(id=code.theme_id, level=Level.THEME, origin=Origin.CODEBOOK, title=code.name)
    return StoredTheme(before=before, after=unedited(before), description=code.description)
