"""Tags are proposed from words and meanings; never from overlap."""

from __future__ import annotations

import numpy as np
import pytest

from synth.links.tagging import Funnels, ThemeText, metric_text, propose
from synth.links.words import stems
from synth.metrics.types import Good, Metric

SSO = Metric(
    id="m",
    name="ssoSetup_abandoned",
    description="Share of admins who leave the SSO setup.",
    unit="share",
    good=Good.DOWN,
    exposure_event="sso_setup_started",
)


def text(name: str, *keywords: str) -> ThemeText:
    return ThemeText(theme_id=name, title=name, keywords=keywords, quotes=("a quote",))


def rows(*cosines: float) -> np.ndarray:
    return np.asarray([[c, (1 - c * c) ** 0.5] for c in cosines], dtype=np.float32)


def test_a_metric_is_spelt_out() -> None:
    assert metric_text(SSO) == (
        "sso Setup abandoned. Share of admins who leave the SSO setup. sso setup started"
    )


@pytest.mark.parametrize(
    ("one", "other"), [("settings", "setting"), ("uploaded", "uploads"), ("Invoices", "invoice")]
)
def test_forms_of_a_word_are_one(one: str, other: str) -> None:
    assert stems(one) & stems(other)


def test_shared_words_and_meaning_give_score_and_reason() -> None:
    near, far, none = text("Confusing SSO setup", "sso"), text("Slow pages"), text("Black screen")
    found = propose(
        [SSO],
        [far, near, none],
        metric_vectors=rows(1.0),
        theme_vectors=[rows(0.2, 0.2), rows(0.4, 0.5), rows(-0.2, -0.1)],
    )
    assert [(p.theme_id, p.score) for p in found] == [
        ("Confusing SSO setup", pytest.approx(0.65)),
        ("Slow pages", pytest.approx(0.14)),
    ]
    assert found[0].reason.startswith("shares the words setup, sso; meaning 0.50 of 1 near")


def test_nothing_to_tag_is_no_error() -> None:
    assert propose([], [], metric_vectors=rows(), theme_vectors=[]) == []
    assert propose([SSO], [], metric_vectors=rows(1.0), theme_vectors=[]) == []


def test_what_is_near_a_rejected_pair_scores_lower_and_says_why() -> None:
    near, far = text("Confusing SSO setup"), text("Slow pages")
    refused = {"m": [("SSO of last month", rows(0.9)[0])], "other": [("x", rows(1.0)[0])]}
    vectors = [rows(0.9, 0.9), rows(-0.2, 0.3)]
    plain = propose([SSO], [near, far], metric_vectors=rows(1.0), theme_vectors=vectors)
    taught = propose(
        [SSO], [near, far], metric_vectors=rows(1.0), theme_vectors=vectors, rejected=refused
    )
    before = {one.theme_id: one for one in plain}
    assert "Confusing SSO setup" not in {one.theme_id for one in taught}, "as near as can be"
    assert [one.score for one in taught] == [before["Slow pages"].score]
    half = {"m": [("SSO of last month", np.asarray([0.3, 0.954], dtype=np.float32))]}
    [lowered] = propose(
        [SSO], [near], metric_vectors=rows(1.0), theme_vectors=vectors[:1], rejected=half
    )
    assert 0 < lowered.score < before["Confusing SSO setup"].score * 0.4
    assert "“SSO of last month”" in lowered.reason
    assert "was rejected for this metric" in lowered.reason


def test_a_theme_names_the_step_it_speaks_about_and_the_metrics_own_step_counts() -> None:
    funnels = Funnels(
        events=("invite_sent", "sso_setup_started", "theme_changed"),
        steps={"onboarding": ("invite_sent", "sso_setup_started", "sso_setup_finished")},
    )
    theme = text("Confusing SSO setup", "sso")
    given = {"metric_vectors": rows(1.0), "theme_vectors": [rows(0.2, 0.2)]}
    [plain] = propose([SSO], [theme], **given)
    [named] = propose([SSO], [theme], funnels=funnels, **given)
    assert (plain.event, named.event) == (None, "sso_setup_started")
    assert "step 2 of 3 in onboarding (sso_setup_started)" in named.reason
    assert named.score == pytest.approx(plain.score + 0.1)
