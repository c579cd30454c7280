"""Whether a linked theme may be named as the cause, or only goes along with the change.

An overlap alone names no cause. What was said all along does not by itself explain a change, and
beside a theme that goes with it more strongly a weaker one is more often its companion, or a part
of it, than a second cause: one cause is named per change, the rest is to be asked about.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from synth.core.proportions import Proportion, wilson
from synth.hypotheses.causes import Cause, CauseKind
from synth.hypotheses.composing import one_line
from synth.links.timing import TimeOrder
from synth.links.types import Link
from synth.metrics.types import Anomaly, AnomalyKind

#: Share of the dated speakers who spoke before the change from which it was said all along.
ALL_ALONG = 0.2


def name_or_put_aside(
    cause: Cause, link: Link, others: Iterable[Link], before: Proportion
) -> Cause:
    """Return the cause, or why the theme is not named as one.

    `others` are links of the same anomaly; `before` is who of the theme's speakers spoke about it
    before the change.
    """
    stronger = [one for one in others if _may_lead(one) and _strength(one) < _strength(link)]
    beside = one_line(min(stronger, key=_strength).theme_title) if stronger else ""
    if link.time == TimeOrder.BEFORE and before.n and before.k / before.n >= ALL_ALONG:
        return replace(cause, kind=CauseKind.SAID_BEFORE, named=before, beside=beside)
    if stronger and link.is_linked:
        return replace(cause, kind=CauseKind.ALSO_LINKED, beside=beside)
    return cause


def said_before(first_said_at: Mapping[str, datetime | None], anomaly: Anomaly) -> Proportion:
    """Return how many of those with a date spoke before the onset; 0 of 0 where there is none."""
    if anomaly.kind is not AnomalyKind.SHIFT or anomaly.window is None:
        return wilson(0, 0)
    onset = anomaly.window.start
    dated = [at for at in first_said_at.values() if at is not None]
    return wilson(sum(at < onset for at in dated), len(dated))


def _may_lead(link: Link) -> bool:
    return link.is_linked and link.time != TimeOrder.BEFORE


def _strength(link: Link) -> tuple[float, str]:
    """Return what the stronger of two overlaps has less of; never the same for two themes."""
    return 1.0 if link.p is None else link.p, link.theme_id
