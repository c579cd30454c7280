"""People's edits of themes, runs that follow, levels, codes and new passages, on both databases."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from synth.access.actions import authenticate, start_workspace
from synth.access.types import MemberRole
from synth.audit import repo as audit
from synth.doctor.checks import examine
from synth.errors import Conflict, Forbidden, InputError, NotFound
from synth.jobs import repo as jobs
from synth.themes import actions, repo, stage
from synth.themes.assigning import assign_new
from synth.themes.cluster import Labels
from synth.themes.edits import EditKind
from synth.themes.history import tell
from synth.themes.planning import (
    find_staying,
    name_themes,
)
from synth.themes.types import Change, Level, Origin, UnthemedReason
from tests.integration.passages import Said, plant
from tests.integration.test_themes import CORPUS, DARK, UPLOAD, about, build, sentences, shown

INVOICE = ["invoice", "total", "tax", "rounding", "wrong", "billing"]


@pytest.fixture
def planted(both_services):
    start = start_workspace(both_services, "Test")
    actors = {role: authenticate(both_services, key) for role, key in start.keys.items()}
    researcher = actors[MemberRole.RESEARCHER]
    plant(both_services, researcher, CORPUS)
    build(both_services, researcher)
    return both_services, researcher, actors[MemberRole.REVIEWER]


def passages_of(services, actor, theme_id):
    with services.reading(actor.workspace_id) as uow:
        return [item.chunk_id for item in repo.evidence(uow, theme_id, limit=100)]


def history(services, actor, theme_id=None):
    with services.reading(actor.workspace_id) as uow:
        steps = repo.list_steps(uow, theme_id=theme_id)
        titles = {one.before.id: one.after.title for one in repo.load_themes(uow)}
        return tell(steps, repo.list_edits(uow), titles=titles, theme_id=theme_id)


def run_problems(services):
    """Return what the doctor says of theme runs; planted passages have no file and no index."""
    [checked] = [one for one in examine(services) if one.number == 6]
    return [problem for problem in checked.problems if "theme run" in problem]


def test_a_split_makes_a_theme_with_words_of_its_own_that_runs_keep(planted):
    services, actor, _ = planted
    upload = about(shown(services, actor), "dashboard")
    some = passages_of(services, actor, upload.id)[:5]
    made = actions.split(services, actor, upload.id, chunk_ids=some)
    assert (made.mentions, made.people, made.origin) == (5, 5, Origin.SPLIT)
    others = [theme for theme in shown(services, actor) if theme.id != made.id]
    assert made.title not in {theme.title for theme in others}
    for run_id in ("run-2", "run-3"):
        build(services, actor, run_id=run_id)
        counts = {theme.id: theme.mentions for theme in shown(services, actor)}
        assert (counts[made.id], counts[upload.id]) == (5, 7)
        assert set(passages_of(services, actor, made.id)) == set(some)
    actions.undo(services, actor)
    assert made.id not in {theme.id for theme in shown(services, actor)}
    with services.reading(actor.workspace_id) as uow:
        assert repo.load_theme(uow, made.id).id == upload.id  # links to it lead where it went
    assert len(passages_of(services, actor, upload.id)) == 12


def test_a_theme_made_of_passages_of_several_is_kept_by_runs_and_undone(planted):
    services, actor, _ = planted
    themes = shown(services, actor)
    upload, role = (about(themes, word) for word in ("dashboard", "dropdown"))
    with services.reading(actor.workspace_id) as uow:
        stray = repo.unthemed(uow, limit=1)[0][0].chunk_id
    some = [
        *passages_of(services, actor, upload.id)[:3],
        *passages_of(services, actor, role.id)[:2],
        stray,
    ]
    made = actions.make_theme(services, actor, some)
    assert (made.mentions, made.origin) == (6, Origin.SPLIT)
    assert made.title not in {theme.title for theme in themes}
    build(services, actor, run_id="run-2")
    assert set(passages_of(services, actor, made.id)) == set(some)
    assert run_problems(services) == []
    actions.undo(services, actor)
    assert made.id not in {theme.id for theme in shown(services, actor)}
    assert len(passages_of(services, actor, upload.id)) == 12
    with services.reading(actor.workspace_id) as uow:
        assert stray in {one.chunk_id for one, _ in repo.unthemed(uow, limit=9)}
    with pytest.raises(Conflict, match="nothing would be left"):
        actions.make_theme(services, actor, passages_of(services, actor, upload.id))
    with pytest.raises(InputError, match="name passages"):
        actions.make_theme(services, actor, [some[0], "x"])


def test_a_passage_moved_by_a_person_stays_where_it_was_put(planted):
    services, actor, _ = planted
    upload, role = (about(shown(services, actor), word) for word in ("dashboard", "dropdown"))
    first, second = passages_of(services, actor, upload.id)[:2]
    actions.move(services, actor, [first], to=role.id)
    actions.move(services, actor, [second], to=None)
    for run_id in ("run-1", "run-2"):
        build(services, actor, run_id=run_id)
        assert first in passages_of(services, actor, role.id)
        with services.reading(actor.workspace_id) as uow:
            assert repo.unthemed_reasons(uow)[UnthemedReason.TAKEN_OUT] == 1
            assert second in {item.chunk_id for item, _ in repo.unthemed(uow, limit=50)}
            run = repo.current_run(uow)
        assert run.unthemed == 3
    assert run_problems(services) == []


def test_a_theme_that_people_edited_stays_when_a_run_finds_it_no_more(planted):
    services, actor, _ = planted
    dark = about(shown(services, actor), "dark")
    actions.rename(services, actor, dark.id, "Night work")
    held = set(passages_of(services, actor, dark.id))
    with services.reading(actor.workspace_id) as uow:
        previous = stage.read_previous(uow)
    # A run that finds one theme of everything: nothing of it continues the one people named.
    keys = sorted({item.chunk_id for item in CORPUS[:-2]})
    labels = Labels(
        labels=np.zeros(len(keys), dtype=np.int64),
        strengths=np.ones(len(keys)),
        method="small",
    )
    named = name_themes(previous, keys, labels)
    [staying] = find_staying(previous, named)
    assert (staying.id, staying.origin, set(staying.held)) == (dark.id, Origin.KEPT, held)


def test_an_edited_theme_too_small_for_the_machine_stays_with_its_passages(planted):
    services, actor, _ = planted
    dark, role = (about(shown(services, actor), word) for word in ("dark", "dropdown"))
    actions.rename(services, actor, dark.id, "Night work")
    gone = [item for item in CORPUS if item.text.startswith(("dark", "mode", "bright", "white"))]
    plant(services, actor, [replace(item, is_current=False) for item in gone])
    build(services, actor, run_id="run-2")
    kept = next(theme for theme in shown(services, actor) if theme.id == dark.id)
    assert (kept.title, kept.origin, kept.mentions) == ("Night work", Origin.KEPT, 7 - len(gone))
    assert 0 < kept.mentions < 3
    actions.undo(services, actor)
    assert dark.id not in {theme.id for theme in shown(services, actor, hidden=True)}
    assert role.id in {theme.id for theme in shown(services, actor)}
    assert run_problems(services) == []


def test_what_people_do_while_a_run_is_computed_is_not_lost(planted):
    services, actor, _ = planted
    upload = about(shown(services, actor), "dashboard")
    waiting = [lambda: actions.rename(services, actor, upload.id, "Meanwhile")]

    def clock():
        # A run asks for the time when it is about to be stored.
        if waiting:
            waiting.pop()()
        return services.clock()

    build(replace(services, clock=clock), actor, run_id="run-2")
    with services.reading(actor.workspace_id) as uow:
        assert repo.current_run(uow).id == "run-2"
        assert repo.load_theme(uow, upload.id).title == "Meanwhile"


def test_undo_is_refused_where_two_themes_would_have_one_name(planted):
    services, actor, _ = planted
    upload, role, _ = shown(services, actor)
    actions.rename(services, actor, upload.id, "Files")
    actions.rename(services, actor, upload.id, "Uploads")
    actions.rename(services, actor, role.id, "Files")
    second = history(services, actor, upload.id)[0]
    assert second.title == "Uploads"
    before = shown(services, actor)
    with pytest.raises(Conflict, match="rename one of them first"):
        actions.undo(services, actor, second.edit_id)
    assert shown(services, actor) == before


def test_a_machines_title_gives_way_to_a_persons(planted):
    services, actor, _ = planted
    upload, role, _ = shown(services, actor)
    actions.rename(services, actor, upload.id, "Files")
    actions.rename(services, actor, role.id, upload.title)  # free, since nobody is called so now
    renaming = history(services, actor, upload.id)[0]
    actions.undo(services, actor, renaming.edit_id)
    titles = [theme.title for theme in shown(services, actor)]
    assert len({title.casefold() for title in titles}) == 3
    assert upload.title in titles


def test_edits_are_audited_told_and_taken_back_by_whoever_may(planted):
    services, actor, reviewer = planted
    upload, role, _ = shown(services, actor)
    actions.pin(services, actor, role.id)
    assert shown(services, actor)[0].id == role.id
    actions.merge(services, actor, upload.id, into=role.id)
    undone = actions.undo(services, actor)
    assert undone.kind is EditKind.MERGE
    with pytest.raises(Conflict, match="undone already"):
        actions.undo(services, actor, undone.id)
    with pytest.raises(NotFound, match="synth themes lineage"):
        actions.undo(services, actor, "no-such-edit")
    with pytest.raises(Forbidden):
        actions.undo(services, reviewer)
    told = [(one.kind, one.undone_by is not None) for one in history(services, actor, upload.id)]
    assert told == [("merge", True), ("born", False)]
    [merged, _] = history(services, actor, upload.id)
    assert (merged.from_title, merged.to_title) == (upload.title, role.title)
    with services.reading(actor.workspace_id) as uow:
        done = [event.action for event in audit.events(uow) if event.action.startswith("theme.")]
    assert done == ["theme.pin", "theme.merge", "theme.undo"]


REFUSED = {
    "both": ({"chunk_ids": ["x"], "sub_theme_ids": ["y"]}, InputError),
    "neither": ({}, InputError),
    "not inside": ({"chunk_ids": [CORPUS[0].chunk_id, CORPUS[-1].chunk_id]}, InputError),
    "no such sub-theme": ({"sub_theme_ids": ["y"]}, InputError),
    "everything": ({"chunk_ids": [item.chunk_id for item in CORPUS[:12]]}, Conflict),
    "a taken title": ({"chunk_ids": [CORPUS[0].chunk_id], "title": "Taken"}, Conflict),
}


@pytest.mark.parametrize(("given", "error"), REFUSED.values(), ids=REFUSED)
def test_a_split_that_makes_no_sense_is_refused_and_changes_nothing(planted, given, error):
    services, actor, _ = planted
    upload, role, _ = shown(services, actor)
    actions.rename(services, actor, role.id, "Taken")
    before = shown(services, actor)
    with pytest.raises(error):
        actions.split(services, actor, upload.id, **given)
    assert shown(services, actor) == before


def test_a_move_of_nothing_or_of_what_is_not_there_is_refused(planted):
    services, actor, _ = planted
    upload = shown(services, actor)[0]
    [first] = passages_of(services, actor, upload.id)[:1]
    for chunk_ids, error in (([], InputError), (["x"], InputError), ([first], Conflict)):
        with pytest.raises(error):
            actions.move(services, actor, chunk_ids, to=upload.id)


def test_new_data_keeps_ids_and_the_story_says_what_changed(planted):
    services, actor, _ = planted
    first = {theme.id for theme in shown(services, actor)}
    plant(services, actor, [*sentences(INVOICE, 6, start=50), *sentences(UPLOAD, 14, start=60)])
    build(services, actor, run_id="run-2")
    second = shown(services, actor)
    assert first < {theme.id for theme in second}
    invoice = about(second, "invoice")
    steps = {
        (one.kind, one.from_id, one.to_id)
        for one in history(services, actor)
        if one.run_id == "run-2" and one.level is Level.THEME
    }
    assert steps == {
        (Change.BORN, None, invoice.id),
        *((Change.KEPT, theme_id, theme_id) for theme_id in first),
    }
    actions.hide(services, actor, invoice.id)
    plant(services, actor, [replace(item, is_current=False) for item in CORPUS[21:28]])
    build(services, actor, run_id="run-3")
    dark = first - {theme.id for theme in shown(services, actor, hidden=True)}
    assert len(dark) == 1
    assert history(services, actor, *dark)[0].kind == Change.DIED


def test_new_passages_join_the_themes_there_are_and_none_changes_its_id(planted):
    services, actor, _ = planted
    before = {theme.id: theme.mentions for theme in shown(services, actor)}
    upload = about(shown(services, actor), "dashboard")
    new = [
        Said(text="dashboard empty upload blank charts 99", who="u90", external_id="near"),
        Said(text=CORPUS[-1].text, who="u91", external_id="equal to one in no theme"),
        Said(text=CORPUS[0].text, who="u92", external_id="equal to one in a theme"),
        Said(text="Lizards negotiate velvet pyramids quietly tonight", external_id="far"),
        Said(text="Oh yes", who="u93", external_id="short again"),
    ]
    plant(services, actor, new)
    assert assign_new(services, actor.workspace_id) == {"assigned": 2, "left": 3}
    assert assign_new(services, actor.workspace_id) == {"assigned": 0, "left": 0}
    after = {theme.id: theme.mentions for theme in shown(services, actor)}
    assert after == {**before, upload.id: before[upload.id] + 2}
    with services.reading(actor.workspace_id) as uow:
        run = repo.current_run(uow)
        assert repo.unthemed_reasons(uow) == {
            UnthemedReason.TOO_SHORT: 2,
            UnthemedReason.NO_NEIGHBOURS: 3,
        }
    assert (run.chunks, run.unthemed) == (len(CORPUS) + len(new), 5)
    assert run_problems(services) == []


def test_new_passages_follow_what_people_made(planted):
    services, actor, _ = planted
    upload, dark = (about(shown(services, actor), word) for word in ("dashboard", "dark"))
    actions.merge(services, actor, dark.id, into=upload.id)
    plant(services, actor, [Said(text=f"{' '.join(DARK[:5])} 77", who="u77", external_id="n")])
    assign_new(services, actor.workspace_id)
    with services.reading(actor.workspace_id) as uow:
        assert repo.load_theme(uow, upload.id).mentions == 20
    actions.undo(services, actor)
    assert about(shown(services, actor), "dark").mentions == 8


def test_nothing_is_assigned_before_the_first_run(services):
    start = start_workspace(services, "Early")
    actor = authenticate(services, start.keys[MemberRole.RESEARCHER])
    plant(services, actor, CORPUS)
    assert assign_new(services, actor.workspace_id) == {"assigned": 0, "left": 0}


def test_what_a_theme_is_not_follows_edits_of_the_theme_it_names(planted):
    services, actor, _ = planted
    theme, other, _ = shown(services, actor)
    text = f"Not “{other.title}”, which is near it."
    with services.writing(actor.workspace_id) as uow:
        [stored] = [one for one in repo.load_themes(uow) if one.before.id == theme.id]
        repo.write_themes(uow, theme.run_id, [replace(stored, contrast=text)])

    def contrast():
        with services.reading(actor.workspace_id) as uow:
            alone = repo.load_theme(uow, theme.id).contrast
        [inside] = [one.contrast for one in shown(services, actor) if one.id == theme.id]
        assert alone == inside
        return alone

    actions.rename(services, actor, other.id, "Quite another name")
    assert contrast() == "Not “Quite another name”, which is near it."
    actions.merge(services, actor, other.id, into=theme.id)
    assert contrast() == ""
    actions.undo(services, actor)
    actions.undo(services, actor)
    assert contrast() == text


def test_several_themes_are_merged_at_once_and_taken_back_one_by_one(planted):
    services, actor, _ = planted
    upload, role, dark = before = shown(services, actor)
    whole = actions.merge(services, actor, role.id, dark.id, into=upload.id)
    assert whole.mentions == sum(theme.mentions for theme in before)
    with pytest.raises(Conflict, match="by now; merge this one"):
        actions.merge(
            services,
            actor,
            dark.id,
            into=actions.make_theme(
                services, actor, [passages_of(services, actor, upload.id)[0]]
            ).id,
        )
    [both] = {one.act for one in history(services, actor) if one.kind == EditKind.MERGE}
    assert both
    actions.undo(services, actor)
    assert actions.undo(services, actor).theme_id == dark.id
    assert [theme.id for theme in shown(services, actor)] == [upload.id, dark.id]
    actions.undo(services, actor)
    assert shown(services, actor) == before


def test_a_theme_merged_away_is_no_longer_changed_by_its_own_id(planted):
    services, actor, _ = planted
    upload, role, _ = shown(services, actor)
    actions.merge(services, actor, role.id, into=upload.id)
    before = shown(services, actor)
    says = f"part of “{upload.title}” by now; {{}} this one: {upload.id}"
    with pytest.raises(Conflict, match=says.format("rename")):
        actions.rename(services, actor, role.id, "Slow roles")
    for flag, change in (("hide", actions.hide), ("pin", actions.pin)):
        with pytest.raises(Conflict, match=says.format(flag)):
            change(services, actor, role.id)
    assert shown(services, actor) == before
    assert actions.undo(services, actor).kind is EditKind.MERGE
    assert actions.rename(services, actor, role.id, "Slow roles").title == "Slow roles"


CODEBOOK = (
    "code,description,example\n"
    "Blank dashboards,dashboard empty upload blank charts,blank charts file upload dashboard\n"
    "Taxes,,invoice total tax rounding wrong | billing tax rounding\n"
)


def test_a_codebook_makes_themes_that_take_their_passages(planted):
    services, actor, _ = planted
    untouched = shown(services, actor)
    book, job = actions.import_codebook(services, actor, file="codes.csv", text=CODEBOOK)
    with services.reading(actor.workspace_id) as uow:
        assert jobs.load_job(uow, job.id).kind == "themes"
    empty = {theme.title: theme.mentions for theme in shown(services, actor)}
    assert (empty["Blank dashboards"], empty["Taxes"]) == (0, 0)
    build(services, actor, run_id="run-2")
    themes = {theme.id: theme for theme in shown(services, actor)}
    blank, taxes = (themes[code.theme_id] for code in book.codes)
    assert blank.mentions >= 10
    assert (taxes.mentions, taxes.origin, taxes.titled_by) == (0, Origin.CODEBOOK, actor.member.id)
    plant(services, actor, list(sentences(INVOICE, 3, start=50)))
    assert assign_new(services, actor.workspace_id)["assigned"] == 3
    counts = {theme.title: theme.mentions for theme in shown(services, actor)}
    assert counts["Taxes"] == 3
    actions.undo(services, actor)
    visible = shown(services, actor)
    assert [theme.id for theme in visible] == [theme.id for theme in untouched]
    assert [theme.mentions for theme in visible] == [theme.mentions for theme in untouched]


def test_a_code_keeps_every_passage_near_its_words_at_each_run(planted):
    services, actor, _ = planted
    found = {theme.id for theme in shown(services, actor)}
    book, _ = actions.import_codebook(services, actor, file="codes.csv", text=CODEBOOK)
    blank = book.codes[0]
    build(services, actor, run_id="run-2")
    taken = passages_of(services, actor, blank.theme_id)
    for run_id in ("run-3", "run-4"):
        build(services, actor, run_id=run_id)
        [code] = [one for one in shown(services, actor) if one.id == blank.theme_id]
        assert code.origin is Origin.CODEBOOK
        assert passages_of(services, actor, blank.theme_id) == taken
    actions.undo(services, actor)
    assert {theme.id for theme in shown(services, actor)} == found
