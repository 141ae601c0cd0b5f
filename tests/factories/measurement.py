"""Verdicts as rows, for tests that do not care how they came about."""

from datetime import UTC, datetime, timedelta

import factory

from measurement.models import (
    Baseline,
    Bucket,
    Clock,
    DayTally,
    KeptDay,
    Reading,
    StaleDay,
    TouchedSubject,
    Unit,
)
from tests.factories.agreements import CommitmentFactory

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)


class ClockFactory(factory.django.DjangoModelFactory):
    """A running clock."""

    class Meta:
        model = Clock

    commitment = factory.SubFactory(CommitmentFactory)
    commitment_key = factory.SelfAttribute("commitment.key")
    subject_id = factory.Sequence(lambda n: n + 1)
    subject_type = "contact"
    start_key = factory.Sequence(lambda n: f"e:{n + 1}")
    started_at = MONDAY
    due_at = factory.LazyAttribute(lambda clock: clock.started_at + timedelta(hours=2))
    warn_at = factory.LazyAttribute(lambda clock: clock.due_at and clock.due_at - timedelta(minutes=30))
    state = "running"
    changed_at = factory.SelfAttribute("started_at")


class ReadingFactory(factory.django.DjangoModelFactory):
    """One of two kept in a week."""

    class Meta:
        model = Reading

    commitment = factory.SubFactory(CommitmentFactory)
    commitment_key = factory.SelfAttribute("commitment.key")
    period_start = MONDAY
    period_end = MONDAY + timedelta(days=7)
    final_at = period_end
    value = 0.5
    numerator = 1
    denominator = 2
    target = ">= 95%"
    verdict = "missed"
    changed_at = MONDAY


class UnitFactory(factory.django.DjangoModelFactory):
    """A lead that was counted on Monday."""

    class Meta:
        model = Unit

    commitment = factory.SubFactory(CommitmentFactory)
    commitment_key = factory.SelfAttribute("commitment.key")
    subject_id = factory.Sequence(lambda n: n + 1)
    subject_type = "lead"
    unit_key = factory.Sequence(lambda n: f"e:{n + 1}")
    each = "team"
    at = MONDAY
    stretch = False
    state = "having"
    changed_at = MONDAY


class BaselineFactory(factory.django.DjangoModelFactory):
    """One of four at the signing."""

    class Meta:
        model = Baseline

    commitment = factory.SubFactory(CommitmentFactory)
    signed_at = MONDAY
    numerator = 1
    denominator = 4


class TouchedSubjectFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = TouchedSubject

    subject_id = factory.Sequence(lambda n: n + 1)
    urgency = 0


class BucketFactory(factory.django.DjangoModelFactory):
    """A quarter of an hour in which one was kept."""

    class Meta:
        model = Bucket

    commitment_key = "inbound"
    counts = "clocks"
    minutes = 15
    at = factory.Sequence(lambda n: MONDAY + timedelta(minutes=15 * n))
    met = 1


class DayTallyFactory(factory.django.DjangoModelFactory):
    """Two met clocks of nobody, due on a Monday."""

    class Meta:
        model = DayTally

    counts = "due"
    commitment_key = factory.Sequence(lambda n: f"promise-{n}")
    starts_at = MONDAY
    by = "owner"
    state = "met"
    number = 2


class KeptDayFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = KeptDay

    counts = "due"
    commitment_key = factory.Sequence(lambda n: f"promise-{n}")
    zone = "UTC"
    starts_at = MONDAY
    ends_at = MONDAY + timedelta(days=1)


class StaleDayFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = StaleDay

    counts = "due"
    commitment_key = "inbound"
    day = MONDAY.date()
