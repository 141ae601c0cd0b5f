"""A baseline follows the facts until somebody pins it; what it was at the signing stays beside it."""

import pytest

from agreements.models import Commitment
from core.models import AuditEntry
from measurement.baselines import EmptyBaselineError, NoBaselineError, baseline_of, pin, unpin
from measurement.judging import judge_all
from measurement.models import Baseline, Reading
from measurement.targets import Sample
from tests.factories.people import UserFactory
from tests.measurement.units_company import agree, judge, known_since, paris, people, read, told

pytestmark = pytest.mark.django_db


def qualified(name: str, at: str, *, met: str | None = None) -> None:
    known_since("leads", "2025-01-01", external_id=name, owner="rae")
    told(name, "lead.qualified", at, lead=name, actor="mia")
    if met:
        told(f"m-{name}", "meeting.held", met, lead=name, actor="rae")


def commitment(key: str = "mql-to-meeting") -> Commitment:
    return Commitment.objects.get(key=key)


def company() -> None:
    """In the second half of 2025 one of four leads met somebody."""
    people()
    agree("mql-to-meeting", "new-contacts", start="2026-01-01")
    for number in range(4):
        met = "2025-08-10 10:00" if number == 0 else None
        qualified(f"b{number}", f"2025-08-0{number + 1} 10:00", met=met)


def expected(at: str) -> float:
    return read("mql-to-meeting", judge(at))[0][3]


def test_what_it_was_at_the_signing_is_kept_and_what_it_is_follows_the_facts() -> None:
    company()
    assert expected("2026-01-10 08:00") == 0.27
    told("late", "meeting.held", "2025-08-20 10:00", lead="b1", actor="rae")
    assert expected("2026-01-11 08:00") == 0.52
    found = baseline_of(commitment())
    assert (found.at_signing, found.now, found.counts) == (Sample(1, 4), Sample(2, 4), Sample(2, 4))
    judge_all(as_of=paris("2026-01-11 08:00"))
    assert baseline_of(commitment()).at_signing == Sample(1, 4)


def test_facts_that_come_after_the_signing_are_the_first_that_count() -> None:
    people()
    agree("mql-to-meeting", start="2026-01-01")
    judge("2026-01-10 08:00")
    assert not Baseline.objects.exists()
    qualified("b1", "2025-08-01 10:00")
    judge("2026-01-10 09:00")
    assert baseline_of(commitment()).at_signing == Sample(0, 1)


def test_a_pinned_baseline_stays_until_it_is_unpinned_and_the_readings_follow() -> None:
    company()
    by, at = UserFactory(), judge("2026-01-10 08:00")
    found = pin(commitment(), by=by, as_of=at)
    assert (found.pinned, found.pinned_by, found.pinned_at) == (Sample(1, 4), by, at)
    told("late", "meeting.held", "2025-08-20 10:00", lead="b1", actor="rae")
    assert expected("2026-01-11 08:00") == 0.27
    assert Reading.objects.filter(commitment_key="mql-to-meeting").latest("id").detail["baseline"]["pinned"]
    before = list(Reading.objects.order_by("id").values())
    judge_all(as_of=paris("2026-01-11 08:00"))
    assert list(Reading.objects.order_by("id").values()) == before
    unpin(commitment(), by="program", as_of=at)
    assert read("mql-to-meeting", at)[0][3] == 0.52
    assert list(AuditEntry.objects.order_by("id").values_list("verb", "before", "after"))[-2:] == [
        ("baseline.pin", {"numerator": 1, "denominator": 4}, {"numerator": 1, "denominator": 4}),
        ("baseline.unpin", {"numerator": 1, "denominator": 4}, {"numerator": 2, "denominator": 4}),
    ]


def test_unpinning_what_is_not_pinned_leaves_no_trace() -> None:
    company()
    at = judge("2026-01-10 08:00")
    traces = AuditEntry.objects.count()
    assert unpin(commitment(), by="program", as_of=at).pinned is None
    assert AuditEntry.objects.count() == traces


def test_nothing_can_be_pinned_where_nothing_was_counted_or_promised() -> None:
    people()
    agree("mql-to-meeting", "new-contacts", start="2026-01-01")
    at = judge("2026-01-10 08:00")
    with pytest.raises(EmptyBaselineError):
        pin(commitment(), by="program", as_of=at)
    with pytest.raises(NoBaselineError):
        pin(commitment("new-contacts"), by="program", as_of=at)
