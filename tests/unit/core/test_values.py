import subprocess
import sys
import uuid
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synth.core.fingerprints import canonical_json, fingerprint
from synth.core.ids import derive_id, new_id
from synth.core.periods import Period, parse_moment
from synth.core.spans import Span

TEXTS = st.lists(st.text(), max_size=4)


@given(TEXTS, TEXTS)
def test_derived_ids_are_equal_only_for_equal_parts(left, right):
    assert (derive_id(*left) == derive_id(*right)) == (left == right)


def test_derived_ids_are_the_same_in_another_process():
    code = "from synth.core.ids import derive_id; print(derive_id('document', 3, 'ä'))"
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert other.stdout.strip() == derive_id("document", 3, "ä")


def test_random_ids_are_version_7_and_sort_by_time():
    ids = [new_id() for _ in range(200)]
    stamps = [uuid.UUID(value).int >> 80 for value in ids]
    assert {uuid.UUID(value).version for value in ids} == {7}
    assert len(set(ids)) == 200
    assert stamps == sorted(stamps)


@given(st.dictionaries(st.text(), st.integers()))
def test_equal_values_have_equal_fingerprints_in_any_order(value):
    backwards = dict(reversed(list(value.items())))
    assert canonical_json(value) == canonical_json(backwards)
    assert fingerprint(value) == fingerprint(backwards)


def test_a_number_that_is_none_has_no_canonical_form():
    with pytest.raises(ValueError, match="not JSON compliant"):
        canonical_json(float("nan"))


@given(st.text(), st.integers(0, 50), st.integers(0, 50))
def test_a_span_cuts_what_python_slices_cut(text, start, length):
    span = Span(start, start + length)
    assert span.of(text) == text[start : start + length]
    assert len(span) == length
    assert span.shifted(3).of("xyz" + text) == text[start : start + length]


@pytest.mark.parametrize(("start", "end"), [(-1, 2), (3, 2)])
def test_impossible_spans_are_refused(start, end):
    with pytest.raises(ValueError, match="span needs"):
        Span(start, end)


@pytest.mark.parametrize(
    ("one", "other", "overlap", "inside"),
    [
        pytest.param(Span(0, 4), Span(4, 6), False, False, id="touching"),
        pytest.param(Span(0, 4), Span(3, 6), True, False, id="crossing"),
        pytest.param(Span(0, 9), Span(3, 6), True, True, id="inside"),
    ],
)
def test_spans_know_whether_they_share_characters(one, other, overlap, inside):
    assert one.overlaps(other) is other.overlaps(one) is overlap
    assert one.contains(other) is inside


def test_moments_are_read_as_utc():
    assert parse_moment("2026-03-01") == datetime(2026, 3, 1, tzinfo=UTC)
    assert parse_moment("2026-03-01T02:00:00+02:00") == datetime(2026, 3, 1, tzinfo=UTC)


def test_a_period_refuses_other_zones_and_reversed_ends():
    noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    with pytest.raises(ValueError, match="must be UTC"):
        Period(noon.astimezone(timezone(timedelta(hours=2))), noon)
    with pytest.raises(ValueError, match="ends before"):
        Period(noon, noon - timedelta(seconds=1))
    assert noon in Period(noon, noon + timedelta(seconds=1))
    assert noon not in Period(noon, noon)
