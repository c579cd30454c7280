"""Which anomalies open an investigation by themselves."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from synth.investigations.types import Trigger
from synth.metrics.findings import is_worse
from synth.metrics.segments import segment_key
from synth.metrics.types import Anomaly, Metric

#: What an open investigation is about: metric id and slice. A second one would ask the same.
Subject = tuple[str, str]


def subject_of(anomaly: Anomaly) -> Subject:
    """Return what an investigation of `anomaly` is about."""
    return anomaly.metric_id, segment_key(anomaly.segment)


def fires(trigger: Trigger, anomaly: Anomaly, metric: Metric) -> bool:
    """Return whether `trigger` opens an investigation for `anomaly`."""
    return (
        trigger.is_active
        and (not trigger.kinds or str(anomaly.kind) in trigger.kinds)
        and (not trigger.metrics or metric.name in trigger.metrics)
        and (not trigger.marks or str(metric.mark) in trigger.marks)
        and anomaly.affected >= trigger.min_affected
        and relative_change(anomaly) >= trigger.min_change
        and (not trigger.only_worse or is_worse(metric, anomaly.observed, anomaly.baseline))
    )


def relative_change(anomaly: Anomaly) -> float:
    """Return how far it moved, relative to its baseline; from 0 any move is a whole one."""
    if anomaly.baseline == 0:
        return 1.0 if anomaly.observed else 0.0
    return abs(anomaly.change / anomaly.baseline)


def choose(
    triggers: Sequence[Trigger],
    anomalies: Iterable[Anomaly],
    metrics: Mapping[str, Metric],
    known: Collection[str],
    open_subjects: Collection[Subject],
) -> list[tuple[Trigger, Anomaly]]:
    """Return what to open: the first trigger that fires for each anomaly not yet looked into.

    `known` are anomalies that have or had an investigation, `open_subjects` what is asked now.
    """
    taken = set(open_subjects)
    chosen = []
    for anomaly in anomalies:
        metric = metrics.get(anomaly.metric_id)
        if metric is None or anomaly.id in known or subject_of(anomaly) in taken:
            continue
        trigger = next((one for one in triggers if fires(one, anomaly, metric)), None)
        if trigger is not None:
            taken.add(subject_of(anomaly))
            chosen.append((trigger, anomaly))
    return chosen
