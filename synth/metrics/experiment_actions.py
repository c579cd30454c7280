"""Import experiments, say which interviews are about them, and hold the swing rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from synth.access.policy import Action, require
from synth.access.recording import record_act
from synth.access.types import Actor
from synth.errors import Conflict, InputError, NotFound
from synth.metrics import experiment_repo
from synth.metrics.actions import Written, require_some, run_import
from synth.metrics.event_queries import asking_events
from synth.metrics.experiments import Experiment, spoken_with, still_to_talk, swings
from synth.metrics.importers.experiments import ExperimentFile, read_experiments
from synth.metrics.types import Imported
from synth.services import Services
from synth.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, kw_only=True)
class Spoken:
    """An experiment and who of its people was spoken with."""

    experiment: Experiment
    people: frozenset[str]
    tagged: frozenset[str]  #: interviews said to be about it

    @property
    def waits(self) -> str:
        """Return why a follow-up has to wait; "" where it need not."""
        return still_to_talk(self.experiment, len(self.people))


def import_experiments(services: Services, actor: Actor, *, filename: str, text: str) -> Imported:
    """Import experiments; a follow-up is refused until people of a swing were spoken with.

    Raises:
        InputError: the file cannot be read, or nothing in it can be used.
        Conflict: every experiment in it is a follow-up that has to wait.
    """
    require(actor, Action.IMPORT_METRICS)
    file = read_experiments(filename, text)
    require_some(filename, file.rows, len(file.usable), file.problems)

    def write(uow: UnitOfWork) -> Written:
        known = {one.id: one for one in experiment_repo.list_experiments(uow)}
        log = _Log(services, uow, [*known.values(), *file.usable])
        added = changed = 0
        refused: list[str] = []
        for experiment in _bases_first(file, known):
            why = _why_not(experiment, known, log)
            if why:
                refused.append(why)
                file.problems.add(
                    f"{experiment.id} is left out: {why}", line=file.places[experiment.id]
                )
            elif known.get(experiment.id) != experiment:
                by, now = actor.member.id, services.clock()
                experiment_repo.save_experiment(uow, experiment, imported_by=by, now=now)
                added, changed = (
                    added + (experiment.id not in known),
                    changed + (experiment.id in known),
                )
                known[experiment.id] = experiment
                for base in _likely_bases(experiment, known, log):
                    file.problems.add(
                        f"{experiment.id} is kept; if it goes on from {base}, say so in `follows`",
                        line=file.places[experiment.id],
                    )
        if refused and len(refused) == len(file.usable):
            raise Conflict(refused[0])
        return added, changed

    return run_import(
        services, actor, "experiments", filename, text, file.rows, file.problems, write
    )


def tag_talks(
    services: Services, actor: Actor, experiment_id: str, document_ids: Sequence[str]
) -> Spoken:
    """Say that interviews are about an experiment; return who was spoken with by now.

    Raises:
        NotFound: the experiment, or an interview, is not known.
    """
    require(actor, Action.TAG)
    with services.writing(actor.workspace_id) as uow:
        experiment = experiment_repo.load_experiment(uow, experiment_id)
        known = experiment_repo.interviews(uow)
        for one in document_ids:
            if one not in known:
                raise NotFound(f"no interview {one[:80]}: only transcripts are conversations")
        by, now = actor.member.id, services.clock()
        experiment_repo.add_talks(uow, experiment_id, document_ids, by=by, now=now)
        _note(services, uow, actor, "experiment.talks", experiment_id, len(document_ids))
        return _Log(services, uow, [experiment]).spoken(experiment)


def untag_talk(services: Services, actor: Actor, experiment_id: str, document_id: str) -> Spoken:
    """Take back that an interview is about an experiment.

    Raises:
        NotFound: nobody said so.
    """
    require(actor, Action.TAG)
    with services.writing(actor.workspace_id) as uow:
        experiment = experiment_repo.load_experiment(uow, experiment_id)
        if not experiment_repo.drop_talk(uow, experiment_id, document_id):
            raise NotFound("this interview is not tagged with the experiment")
        _note(services, uow, actor, "experiment.talk_removed", experiment_id, 1)
        return _Log(services, uow, [experiment]).spoken(experiment)


def list_spoken(services: Services, uow: UnitOfWork) -> list[Spoken]:
    """Return every experiment with who of its people was spoken with, the latest first."""
    found = experiment_repo.list_experiments(uow)
    if not found:
        return []
    log = _Log(services, uow, found)
    return [log.spoken(one) for one in found]


class _Log:
    """Interviews, and who took part in which experiment."""

    def __init__(
        self, services: Services, uow: UnitOfWork, experiments: Sequence[Experiment]
    ) -> None:
        self._talks = experiment_repo.talks(uow)
        self._tagged = experiment_repo.tagged_talks(uow)
        self._exposed: dict[str, Mapping[str, datetime]] = {}
        asked = [one for one in experiments if one.exposure_event and swings(one)]
        if self._talks and asked:
            with asking_events(services.event_log, uow) as events:
                for one in asked:
                    self._exposed[one.id] = events.first_times(
                        one.exposure_event or "", since=one.starts_at
                    )

    def spoken(self, experiment: Experiment) -> Spoken:
        """Return who of an experiment's people was spoken with."""
        tagged = frozenset(self._tagged.get(experiment.id, ()))
        exposed = self._exposed.get(experiment.id, {})
        people = spoken_with(self._talks, tagged, exposed)
        return Spoken(experiment=experiment, people=people, tagged=tagged)


def _bases_first(file: ExperimentFile, known: Mapping[str, Experiment]) -> list[Experiment]:
    """Return experiments so that each comes after the one it follows; circles are reported."""
    waiting = {one.id: one for one in file.usable}
    ordered: list[Experiment] = []
    while waiting:
        ready = [one for one in waiting.values() if one.follows not in waiting]
        if not ready:
            raise InputError("experiments follow each other in a circle", found=", ".join(waiting))
        for one in ready:
            ordered.append(waiting.pop(one.id))
    return ordered


def _why_not(experiment: Experiment, known: Mapping[str, Experiment], log: _Log) -> str:
    """Return why an experiment cannot be kept yet; "" where it can."""
    if experiment.follows is None:
        return ""
    before = known.get(experiment.follows)
    if before is None:
        return f"it follows {experiment.follows}, which is not here"
    stored = known.get(experiment.id)
    if stored is not None and stored.follows == experiment.follows:
        return ""
    return log.spoken(before).waits


def _likely_bases(experiment: Experiment, known: Mapping[str, Experiment], log: _Log) -> list[str]:
    """Return experiments that wait for talks, measured the same, and began before this one."""
    if experiment.follows is not None or experiment.starts_at is None:
        return []
    metrics = {arm.metric for arm in experiment.arms}
    return [
        one.id
        for one in known.values()
        if one.starts_at is not None
        and one.starts_at < experiment.starts_at
        and metrics & {arm.metric for arm in one.arms}
        and log.spoken(one).waits
    ]


def _note(
    services: Services, uow: UnitOfWork, actor: Actor, action: str, experiment_id: str, count: int
) -> None:
    record_act(
        services,
        uow,
        actor,
        action=action,
        subject=("experiment", experiment_id),
        data={"interviews": count},
    )
