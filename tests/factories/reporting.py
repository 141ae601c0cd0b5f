"""Dull rows of reporting: only what the database needs."""

from datetime import UTC, date, datetime

import factory

from reporting.models import (
    Breach,
    DailyReport,
    Delivery,
    Mute,
    Notice,
    NoticePreference,
    ReceivedMail,
    TeamChannel,
    ToldVerdict,
)
from tests.factories.people import TeamFactory, UserFactory

MISSED = datetime(2026, 3, 2, 16, 0, tzinfo=UTC)
HOUR = datetime(2026, 3, 3, 8, 0, tzinfo=UTC)

EMPTY = {
    "covers": {"after": "2026-03-02T08:00:00Z", "until": "2026-03-03T08:00:00Z"},
    "sections": {"kept": [], "fix_today": [], "at_risk": [], "decided": [], "restated": []},
    "people": [],
    "others": [],
    "counts": {"historic": 0, "left_out": 0},
    "freshness": [],
}


class BreachFactory(factory.django.DjangoModelFactory):
    """An open breach about a clock."""

    class Meta:
        model = Breach

    type = "clock"
    commitment_key = "inbound"
    team = factory.SubFactory(TeamFactory)
    subject_id = factory.Sequence(lambda n: 1_000_000 + n)
    start_key = factory.Sequence(lambda n: f"e:{n}")
    missed_at = MISSED
    told_at = MISSED
    opened_at = MISSED


class PeriodBreachFactory(BreachFactory):
    """An open breach about a period."""

    type = "period"
    subject_id = None
    start_key = ""
    period_start = factory.Sequence(lambda n: datetime(2026, 1, 1 + n % 28, tzinfo=UTC))
    each = "team"


class DailyReportFactory(factory.django.DjangoModelFactory):
    """A report with nothing in it."""

    class Meta:
        model = DailyReport

    team = factory.SubFactory(TeamFactory)
    day = date(2026, 3, 3)
    as_of = HOUR
    built_at = HOUR
    body = EMPTY


class ToldVerdictFactory(factory.django.DjangoModelFactory):
    """A clock that a report counted as kept."""

    class Meta:
        model = ToldVerdict

    report = factory.SubFactory(DailyReportFactory)
    team = factory.SelfAttribute("report.team")
    commitment_key = "inbound"
    subject_id = factory.Sequence(lambda n: 1_000_000 + n)
    start_key = factory.Sequence(lambda n: f"e:{n}")
    clock_id = factory.Sequence(lambda n: n)
    state = "kept"


class DeliveryFactory(factory.django.DjangoModelFactory):
    """A report mailed to somebody."""

    class Meta:
        model = Delivery

    report = factory.SubFactory(DailyReportFactory)
    recipient = factory.SubFactory(UserFactory)
    outbox_key = factory.Sequence(lambda n: f"digest:{n}")
    created_at = HOUR


class ReceivedMailFactory(factory.django.DjangoModelFactory):
    """A mail in the mailbox."""

    class Meta:
        model = ReceivedMail

    received_at = HOUR
    sender = "sla-hub@example.com"
    recipients = factory.LazyFunction(lambda: ["marie@example.com"])
    subject = "To fix today"
    raw = "Subject: To fix today\n\nHello\n"


class NoticeFactory(factory.django.DjangoModelFactory):
    """A person is mentioned; not mailed yet."""

    class Meta:
        model = Notice

    key = factory.Sequence(lambda n: f"mentioned:{n}:1")
    kind = "mentioned"
    recipient = factory.SubFactory(UserFactory)
    created_at = HOUR
    due_at = HOUR


class NoticePreferenceFactory(factory.django.DjangoModelFactory):
    """Somebody wants a mail a day."""

    class Meta:
        model = NoticePreference

    user = factory.SubFactory(UserFactory)
    frequency = "daily"


class MuteFactory(factory.django.DjangoModelFactory):
    """Somebody hears no more of a promise."""

    class Meta:
        model = Mute

    user = factory.SubFactory(UserFactory)
    commitment_key = "inbound"
    until = date(2026, 3, 10)


class TeamChannelFactory(factory.django.DjangoModelFactory):
    """A team's room in its chat."""

    class Meta:
        model = TeamChannel

    team = factory.SubFactory(TeamFactory)
    name = factory.Sequence(lambda n: f"room {n}")
    format = "slack"
    url = "https://chat.example/hook"
    created_at = HOUR
