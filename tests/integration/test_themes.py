"""Theme runs, counts, consent and people's edits, on both databases."""

from __future__ import annotations

from dataclasses import replace

import pytest

from synth.access.actions import authenticate, start_workspace
from synth.access.types import MemberRole
from synth.audit import repo as audit
from synth.errors import Conflict, Forbidden, InputError, NotFound
from synth.indexing import stage as indexing
from synth.indexing.search import search
from synth.indexing.types import SearchQuery
from synth.people.types import Consent
from synth.themes import actions, repo, stage
from synth.themes.cluster import find_themes
from synth.themes.types import CautionKind, UnthemedReason
from tests.integration.passages import START, Said, plant

UPLOAD = ["dashboard", "empty", "upload", "blank", "charts", "file"]
ROLE = ["role", "dropdown", "slow", "list", "loading", "minutes"]
DARK = ["dark", "mode", "bright", "white", "screen", "night"]


def sentences(words, people, start=0):
    """Return one sentence per person: five of six words, in a turning order."""
    for number in range(people):
        turned = words[number % 6 :] + words[: number % 6]
        yield Said(
            text=f"{' '.join(turned[:5])} {number}",
            who=f"u{start + number}",
            day=number,
            external_id=f"{words[0]}-{number}",
        )


CORPUS = [
    *sentences(UPLOAD, 12),
    *sentences(ROLE, 9, start=6),
    *sentences(DARK, 7, start=30),
    Said(text="Yes, exactly", who="u1", external_id="short"),
    Said(text="Penguins cross frozen harbours singing opera", external_id="alone"),
]


@pytest.fixture
def planted(both_services):
    start = start_workspace(both_services, "Test")
    actors = {role: authenticate(both_services, key) for role, key in start.keys.items()}
    plant(both_services, actors[MemberRole.RESEARCHER], CORPUS)
    return both_services, actors[MemberRole.PM], actors[MemberRole.REVIEWER]


def build(services, actor, run_id="run-1", seed=7):
    return stage.build_themes(
        services, actor.workspace_id, run_id=run_id, seed=seed, created_by=actor.member.id
    )


def shown(services, actor, **options):
    with services.reading(actor.workspace_id) as uow:
        return repo.list_themes(uow, **options)


def about(themes, word):
    return next(theme for theme in themes if word in theme.keywords)


def test_before_the_first_run_there_is_nothing(planted):
    services, actor, _ = planted
    with services.reading(actor.workspace_id) as uow:
        assert repo.current_run(uow) is None
        assert repo.list_themes(uow) == []
        assert repo.theme_people(uow) == []
        assert repo.unthemed(uow, limit=5) == []
        assert repo.evidence(uow, "x") == []


def test_a_run_counts_people_and_accounts_for_every_chunk(planted):
    services, actor, _ = planted
    run = build(services, actor)
    themes = shown(services, actor)
    assert [(theme.people, theme.mentions, theme.documents) for theme in themes] == [
        (12, 12, 12),
        (9, 9, 9),
        (7, 7, 7),
    ]
    assert [theme.rank for theme in themes] == [0, 1, 2]
    people = {item.who for item in CORPUS if item.who}
    assert {theme.share.n for theme in themes} == {len(people)}
    assert run.chunks == len(CORPUS)
    assert run.unthemed == 2
    assert run.manifest["model"] == services.embedder.model
    assert [caution.kind for caution in run.cautions] == [CautionKind.OTHER_LANGUAGE]
    with services.reading(actor.workspace_id) as uow:
        assert repo.current_run(uow) == run
        assert repo.unthemed_reasons(uow) == {
            UnthemedReason.TOO_SHORT: 1,
            UnthemedReason.NO_NEIGHBOURS: 1,
        }
        assert {item.quote for item, _ in repo.unthemed(uow, limit=9)} == {
            CORPUS[-1].text,
            CORPUS[-2].text,
        }


def test_a_run_of_few_voices_says_so_with_its_numbers(both_services):
    start = start_workspace(both_services, "Few")
    actor = authenticate(both_services, start.keys[MemberRole.RESEARCHER])
    silent = Consent(analyse=False)
    some = [*CORPUS[:6], replace(CORPUS[6], consent=silent), replace(CORPUS[7], who=None)]
    plant(both_services, actor, some)
    cautions = {one.kind: one.text for one in build(both_services, actor).cautions}
    assert "6 people were heard" in cautions[CautionKind.FEW_PEOPLE]
    assert "7 passages are too few" in cautions[CautionKind.FEW_PASSAGES]


def test_the_same_chunks_give_the_same_themes_and_one_run_is_current(planted):
    services, actor, _ = planted
    build(services, actor)
    first = shown(services, actor)
    build(services, actor)
    assert shown(services, actor) == first
    build(services, actor, run_id="run-2")
    assert [replace(theme, run_id="run-1") for theme in shown(services, actor)] == first
    with services.reading(actor.workspace_id) as uow:
        run = repo.current_run(uow)
    assert run is not None
    assert run.id == "run-2"


def test_a_run_over_the_same_passages_changes_nothing_and_one_afresh_may(planted, monkeypatch):
    services, actor, _ = planted
    build(services, actor)
    first = everything(services, actor)
    build(services, actor, run_id="run-2")
    assert everything(services, actor) == first
    asked = []
    monkeypatch.setattr(
        stage, "find_themes", lambda *a, **k: asked.append(k) or find_themes(*a, **k)
    )
    build(services, actor, run_id="run-3")
    assert everything(services, actor) == first
    assert asked == []
    stage.build_themes(
        services,
        actor.workspace_id,
        run_id="run-4",
        seed=7,
        created_by=actor.member.id,
        afresh=True,
    )
    assert asked[-1]["before"] is None
    plant(services, actor, [Said(text="dashboard empty upload blank charts 99", who="new")])
    build(services, actor, run_id="run-5")
    assert (asked[-1]["before"] >= 0).sum() == 28


def everything(services, actor):
    """Return themes of all levels with what is said of them, and where each passage is."""
    with services.reading(actor.workspace_id) as uow:
        themes = {
            one.before.id: (one.after.title, one.before, one.description, one.contrast, one.rank)
            for one in repo.load_themes(uow)
        }
        return themes, sorted(repo.load_members(uow), key=lambda one: one.chunk_id)


def test_evidence_is_paged_exemplars_first_and_cites_exactly(planted):
    services, actor, _ = planted
    build(services, actor)
    theme = shown(services, actor)[0]
    with services.reading(actor.workspace_id) as uow:
        everything = repo.evidence(uow, theme.id)
        pages = [repo.evidence(uow, theme.id, limit=5, after=after) for after in (0, 5, 10)]
    assert [item for page in pages for item in page] == everything
    assert len({item.chunk_id for item in everything}) == 12
    exemplars = everything[:5]
    assert len({item.participant_id for item in exemplars}) == 5
    texts = {item.chunk_id: item.text for item in CORPUS}
    for item in everything:
        assert item.quote == texts[item.chunk_id][item.start : item.end]
        assert (item.speaker, item.at_ms) == ("P1", 1000)


def test_theme_people_know_when_each_first_spoke(planted):
    services, actor, _ = planted
    again = Said(text="dashboard empty upload blank charts again", who="u3", day=40)
    early = Said(text="upload blank dashboard charts empty before", who="u9", day=-5)
    plant(services, actor, [again, early])
    build(services, actor)
    theme = shown(services, actor)[0]
    with services.reading(actor.workspace_id) as uow:
        people = next(one for one in repo.theme_people(uow) if one.theme_id == theme.id)
    assert len(people.first_said_at) == 12
    days = sorted((moment - START).days for moment in people.first_said_at.values())
    assert days == sorted([-5, *(day for day in range(12) if day != 9)])


def test_consent_withdrawn_leaves_counts_quotes_and_the_next_run(planted):
    services, actor, _ = planted
    build(services, actor)
    theme = shown(services, actor)[0]
    plant(services, actor, [replace(CORPUS[0], consent=Consent(analyse=False))])
    after = next(one for one in shown(services, actor) if one.id == theme.id)
    assert (after.people, after.mentions) == (11, 11)
    plant(services, actor, [replace(CORPUS[1], consent=Consent(quote=False))])
    after = next(one for one in shown(services, actor) if one.id == theme.id)
    assert (after.people, after.mentions) == (11, 11)
    with services.reading(actor.workspace_id) as uow:
        quoted = {item.chunk_id for item in repo.evidence(uow, theme.id)}
    assert quoted == {item.chunk_id for item in CORPUS[2:12]}
    assert build(services, actor, run_id="run-2").chunks == len(CORPUS) - 1


def test_search_by_theme_finds_only_its_passages(planted):
    services, actor, _ = planted
    indexing.reindex(services, actor.workspace_id)
    build(services, actor)
    theme = about(shown(services, actor), "dropdown")
    query = SearchQuery(text="dashboard dark dropdown", theme_id=theme.id, limit=50)
    hits = search(services, actor.workspace_id, query)
    assert {hit.chunk_id for hit in hits} == {item.chunk_id for item in CORPUS[12:21]}


def test_a_persons_title_hiding_and_merge_survive_the_next_run(planted):
    services, actor, _ = planted
    build(services, actor)
    upload, role, dark = shown(services, actor)
    actions.rename(services, actor, upload.id, "  Empty   dashboards ")
    actions.hide(services, actor, dark.id)
    merged = actions.merge(services, actor, role.id, into=upload.id)
    for run_id in ("run-1", "run-2"):
        build(services, actor, run_id=run_id)
        visible, everything = shown(services, actor), shown(services, actor, hidden=True)
        assert [theme.id for theme in visible] == [upload.id]
        assert [theme.id for theme in everything] == [upload.id, dark.id]
        assert visible[0].title == "Empty dashboards"
        assert visible[0].titled_by == actor.member.id
        assert visible[0].mentions == merged.mentions == 21
        assert visible[0].people == 15  # six of them speak about both
    with services.reading(actor.workspace_id) as uow:
        assert repo.load_theme(uow, role.id).id == upload.id
        whole = [one for one in repo.theme_people(uow) if one.part_of is None]
        assert [one.theme_id for one in whole] == [upload.id]
        actions_done = [event.action for event in audit.events(uow)]
    assert actions_done[-3:] == ["theme.rename", "theme.hide", "theme.merge"]
    actions.hide(services, actor, dark.id, hidden=False)
    assert [theme.id for theme in shown(services, actor)] == [upload.id, dark.id]


def test_edits_that_make_no_sense_are_refused_and_change_nothing(planted):
    services, actor, reviewer = planted
    build(services, actor)
    before = shown(services, actor)
    upload, role, _ = before
    for error, edit in (
        (InputError, lambda: actions.rename(services, actor, upload.id, "  ")),
        (InputError, lambda: actions.rename(services, actor, upload.id, "x" * 121)),
        (Conflict, lambda: actions.rename(services, actor, upload.id, role.title.upper())),
        (Conflict, lambda: actions.merge(services, actor, upload.id, into=upload.id)),
        (Conflict, lambda: actions.merge(services, actor, role.id, upload.id, into=upload.id)),
        (NotFound, lambda: actions.merge(services, actor, role.id, "nothing", into=upload.id)),
        (NotFound, lambda: actions.rename(services, actor, "nothing", "Title")),
        (NotFound, lambda: actions.merge(services, actor, upload.id, into="nothing")),
        (Forbidden, lambda: actions.hide(services, reviewer, upload.id)),
    ):
        with pytest.raises(error):
            edit()
    assert shown(services, actor) == before


def test_an_empty_workspace_and_a_tiny_one_have_a_run_without_themes(services):
    start = start_workspace(services, "Empty")
    actor = authenticate(services, start.keys[MemberRole.RESEARCHER])
    assert build(services, actor).chunks == 0
    plant(services, actor, list(CORPUS[:2]))
    run = build(services, actor, run_id="run-2")
    assert (run.chunks, run.unthemed) == (2, 2)
    with services.reading(actor.workspace_id) as uow:
        assert repo.unthemed_reasons(uow) == {UnthemedReason.TOO_FEW_CHUNKS: 2}
