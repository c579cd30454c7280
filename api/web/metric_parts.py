"""Metrics and what became of their anomalies, to the contexts of pages."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote as quoted

from api.web.charts import spark
from api.web.contexts import MetricRow
from api.web.format import day, measure, metric_title, people
from api.web.link_parts import link_card
from api.web.metric_charts import points, recent
from api.web.part_contexts import StateTag
from api.web.parts import anomaly_state
from synth.hypotheses import repo as hypotheses
from synth.hypotheses.types import State
from synth.insights import repo as insights
from synth.links.types import Link
from synth.metrics.types import Mark, Metric, Observation
from synth.store.unit_of_work import UnitOfWork

MARKS = {Mark.NORTH_STAR: "North Star", Mark.TOP: "Top 10"}


class States:
    """What waits for review, is merged, was approved, read once for a page."""

    def __init__(self, uow: UnitOfWork) -> None:
        found = hypotheses.list_hypotheses(uow, states=(State.IN_REVIEW, State.MERGED))
        self.queue = [one for one in found if one.state is State.IN_REVIEW]
        self.merged = [one for one in found if one.state is State.MERGED]
        self.insights = insights.list_insights(uow)
        self._drafted = {item.anomaly_id for item in self.queue}
        self._explained = {item.anomaly_id for item in self.insights}

    def of(self, anomaly_id: str) -> StateTag:
        """Return the state of an anomaly."""
        return anomaly_state(anomaly_id, self._drafted, self._explained)


def why(pairs: Sequence[Link]) -> str:
    """Return who names what, in people, or that nothing is linked: never a cause."""
    linked = [link for link in pairs if link.is_linked]
    if not linked:
        return "no theme is linked to it yet" if pairs else "no theme was tested against it yet"
    first = link_card(linked[0])
    more = f"; {len(linked) - 1} more linked" if len(linked) > 1 else ""
    # An interval stays on one line, in a heading too.
    heard = people(first.hit.share, "people hit")
    heard = heard.replace(" %", "\N{NO-BREAK SPACE}%").replace("-", "-\N{WORD JOINER}")
    return f"{heard} speak about “{linked[0].theme_title}”{more}"


def metric_href(name: str) -> str:
    """Return the address of a metric's page."""
    return f"/metrics/{quoted(name, safe='')}"


def metric_row(
    metric: Metric, series: Sequence[Observation], *, anomalies: int, unknown: str = ""
) -> MetricRow:
    """Return a metric in the list; `unknown` stands where `series` has no value of late."""
    now = recent(series, metric.unit)
    return MetricRow(
        name=metric_title(metric.name),
        href=metric_href(metric.name),
        description=metric.description,
        good=f"good is {metric.good.value}",
        target=f"target {measure(metric.target, metric.unit)}" if metric.target is not None else "",
        last=f"{now[0].text}, 28 days to {day(series[-1].ts, year=True)}" if now else unknown,
        anomalies=anomalies,
        spark=spark(points(series)),
        mark=MARKS[metric.mark] if metric.mark else "",
    )
