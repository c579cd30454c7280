"""The page of one anomaly: what is loaded for it, and what is made of that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from api.web.chart_contexts import Rug, SeriesChart
from api.web.contexts import AnomalyPage
from api.web.coverage import unheard_words
from api.web.draft_parts import draft_card
from api.web.format import counted, day, metric_title, readable, sentence, slice_words
from api.web.investigation_parts import READ_PEOPLE, case_row, field_part
from api.web.link_parts import link_card
from api.web.metric_charts import anomaly_chart, series_of, slice_charts
from api.web.metric_parts import States, metric_href, why
from api.web.part_contexts import LinkCard
from api.web.parts import anomaly_row, theme_quote
from api.web.slice_table import slice_rows
from synth.access.policy import Action, may
from synth.access.types import Actor
from synth.hypotheses import repo as hypotheses
from synth.hypotheses.types import State
from synth.insights import repo as insights
from synth.insights.types import Insight
from synth.investigations import repo as cases
from synth.investigations.brief import method_for, who_for
from synth.investigations.dossier import Field, load_field
from synth.investigations.guide import guide_for
from synth.investigations.types import Investigation
from synth.links import repo as links_repo
from synth.links.types import Link, Verdict
from synth.metrics import repo
from synth.metrics.types import Anomaly, Metric, Observation
from synth.review.merging import final_survivor
from synth.store.unit_of_work import UnitOfWork
from synth.themes import repo as themes
from synth.themes.types import ThemeEvidence

#: Linked themes that show a quote and their days, and how many passages are asked for each.
SHOWN, PASSAGES = 3, 300

#: Sessions of the playlist on this page; the investigation's has them all.
SESSIONS = 10


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """What an anomaly's page is made of."""

    anomaly: Anomaly
    metric: Metric
    series: Mapping[str, Sequence[Observation]]  #: by slice
    pairs: Sequence[Link]  #: every theme tested, linked or not
    said: Mapping[str, Sequence[ThemeEvidence]]  #: of the linked themes that are shown
    case: Investigation | None
    field: Field
    states: States
    elsewhere: Sequence[tuple[str, str]]  #: titles and addresses its drafts were merged into

    @property
    def linked(self) -> Sequence[Link]:
        """Return the linked themes that are shown with a quote, in the order of their marks."""
        return [link for link in self.pairs if link.is_linked][:SHOWN]


def load(uow: UnitOfWork, anomaly_id: str) -> Loaded:
    """Return what the page shows; raises NotFound."""
    anomaly = repo.load_anomaly(uow, anomaly_id)
    metric = repo.load_metric(uow, anomaly.metric_id)
    pairs = links_repo.list_links(uow, anomaly_id=anomaly_id)
    states = States(uow)
    linked = [link.theme_id for link in pairs if link.is_linked][:SHOWN]
    return Loaded(
        anomaly=anomaly,
        metric=metric,
        series=repo.all_series(uow, metric.id),
        pairs=pairs,
        said=themes.evidence_by_theme(uow, linked, limit=PASSAGES),
        case=cases.find_of_anomaly(uow, anomaly_id),
        field=load_field(uow, anomaly_id, anomaly, most=READ_PEOPLE),
        states=states,
        elsewhere=_elsewhere(uow, states, anomaly_id),
    )


def make_page(loaded: Loaded, actor: Actor, *, now: datetime) -> AnomalyPage:
    """Return the page: the anomaly with the themes tested against it, linked or not."""
    anomaly, metric, case = loaded.anomaly, loaded.metric, loaded.case
    cards = _cards(loaded, actor)
    own = [item for item in loaded.states.insights if item.anomaly_id == anomaly.id]
    return AnomalyPage(
        row=anomaly_row(
            anomaly, metric, state=loaded.states.of(anomaly.id), reason=why(loaded.pairs)
        ),
        reason=sentence(readable(anomaly.reason, metric.name, metric.unit)),
        chart=_chart(loaded),
        slices=slice_charts(metric, loaded.series),
        linked=[card for card in cards if card.is_linked],
        unlinked=[card for card in cards if not card.is_linked],
        drafts=[
            draft_card(item, now=now, anomaly=anomaly)
            for item in loaded.states.queue
            if item.anomaly_id == anomaly.id
        ],
        elsewhere=loaded.elsewhere,
        insights=[_titled(item) for item in own],
        learnt=[
            (*_titled(item), day(item.approved_at, year=True))
            for item in loaded.states.insights
            if item.content.metric == metric.name and item.anomaly_id != anomaly.id
        ],
        case=case_row(case, now=now, names={}) if case else None,
        who=sentence(who_for(anomaly)),
        how=sentence(case.method if case else method_for(anomaly)),
        field=field_part(loaded.field, guide_for(anomaly, metric), most=SESSIONS),
        slice_rows=slice_rows(anomaly, metric, loaded.series),
        may_investigate=may(actor, Action.INVESTIGATE),
        may_draft=may(actor, Action.DRAFT),
        metric=metric.name,
        metric_href=metric_href(metric.name),
        unexplained=nobody_linked(anomaly, loaded.pairs),
        unheard=_unheard(loaded),
    )


def _elsewhere(uow: UnitOfWork, states: States, anomaly_id: str) -> list[tuple[str, str]]:
    """Return where its duplicates lead, on another anomaly: a draft that waits, or an insight."""
    merged = [one for one in states.merged if one.anomaly_id == anomaly_id]
    if not merged:
        return []
    ends = dict.fromkeys(final_survivor(uow, one.id) or one.id for one in merged)
    found = []
    for one in hypotheses.load_many(uow, list(ends)):
        approved = insights.find_insight(uow, one.id) if one.state is State.APPROVED else None
        if one.anomaly_id != anomaly_id and (approved or one.state is State.IN_REVIEW):
            href = f"/insights/{approved.id}" if approved else f"/review/{one.id}"
            found.append((readable(one.content.title, one.content.metric), href))
    return found


def nobody_linked(anomaly: Anomaly, pairs: Sequence[Link]) -> str:
    """Return why the list of linked themes is empty."""
    if not pairs:
        return "No theme was tested against this yet. Build themes, then detect again."
    heard = _heard(pairs)
    return (
        f"No theme overlaps these {anomaly.affected} people more than chance, or its tag is "
        f"missing or rejected. {counted(heard, 'person', 'people')} of them "
        f"{'was' if heard == 1 else 'were'} heard."
    )


def _cards(loaded: Loaded, actor: Actor) -> list[LinkCard]:
    """Return a card per tested pair: linked ones first, with their mark and one quote."""
    marks = {link.theme_id: place for place, link in enumerate(loaded.linked)}
    said = loaded.said
    return [
        link_card(
            link,
            quote=theme_quote(said[link.theme_id][0]) if said.get(link.theme_id) else None,
            may_tag=may(actor, Action.TAG),
            may_draft=may(actor, Action.DRAFT),
            mark=marks.get(link.theme_id, -1),
        )
        for link in sorted(loaded.pairs, key=_telling)
    ]


def _telling(link: Link) -> tuple[bool, bool, int, str]:
    # Linked first; then what could be told, before what too few people speak about.
    few = link.verdict is Verdict.TOO_FEW
    return (not link.is_linked, few, -link.counts.theme, link.theme_title)


def _chart(loaded: Loaded) -> SeriesChart | None:
    anomaly, metric = loaded.anomaly, loaded.metric
    return anomaly_chart(
        anomaly,
        metric,
        series_of(anomaly, loaded.series),
        title=f"{metric_title(metric.name)}, {slice_words(anomaly.segment)}",
        rug=[
            Rug(
                title=link.theme_title,
                mark=place,
                at=[item.occurred_at for item in loaded.said[link.theme_id] if item.occurred_at],
            )
            for place, link in enumerate(loaded.linked)
        ],
    )


def _titled(item: Insight) -> tuple[str, str]:
    return readable(item.content.title, item.content.metric), f"/insights/{item.id}"


def _unheard(loaded: Loaded) -> str:
    if not loaded.pairs:
        return ""
    return sentence(unheard_words(_heard(loaded.pairs), loaded.anomaly.affected))


def _heard(pairs: Sequence[Link]) -> int:
    """Return how many of the people hit were heard: the same for every theme."""
    return max(link.counts.affected for link in pairs)
