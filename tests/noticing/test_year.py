"""A year of imports, and the number of mails that people get of it.

First the CRM's past two years at once; then every Monday the week before, in one file; on the first working
Tuesday of each month one request lives through the day while the feed is open; and once, in June, a campaign
brings 150 requests within one minute. Owners are told of what is new, and at the end of the time; managers
at one and a half times.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

import pytest

from core.models import OutboxMessage
from reporting.enums import NoticeKind
from reporting.models import Breach, Notice
from reporting.noticing.clocks import tell_due
from reporting.noticing.mailing import mail_due
from tests.reporting.company import AGREEMENT, Company

pytestmark = pytest.mark.django_db

TERMS = "announce: true\n    escalate: [{at: 100%, to: owner}, {at: 150%, to: manager}]"
STARTS = "effective_from: 2024-01-01"
SIGNED = datetime(2024, 1, 2, 9, tzinfo=UTC)
MONDAYS = [date(2026, 1, 5) + timedelta(weeks=week) for week in range(52)]
STORM = date(2026, 6, 16)

#: What one request that nobody answers gives within its day: new, at risk, time is up, passed on.
OF_A_DAY = 4
#: The same of 150 at once: the same mails, since what waits for one person is one mail.
OF_THE_STORM = 4


class Year:
    """The company and its calendar: everything happens in UTC hours of winter, nine is ten in Paris."""

    def __init__(self) -> None:
        agreement = AGREEMENT.replace("effective_from: 2026-01-01", STARTS)
        self.company = Company(terms=TERMS, agreement=agreement, signed=SIGNED)
        self.manager = self.company.managed_by()
        self.names = (f"contact{number}" for number in range(1_000_000))

    def turn(self, when: datetime) -> None:
        """What the worker does."""
        self.company.sweep(when)
        tell_due(as_of=when)
        mail_due(as_of=when)

    def file(self, days: Iterator[date], as_of: datetime) -> None:
        """One import: on each day a request that is answered, one answered late, one never."""
        contacts, events = [], []
        for day in days:
            for hours in (1, 5, None):
                name, asked = next(self.names), datetime.combine(day, time(9), UTC)
                contacts.append({"external_id": name, "name": name, "owner": "marie", "account": "acme"})
                events.append(self._event(name, "request.received", asked))
                if hours:
                    answered = asked + timedelta(hours=hours)
                    events.append(self._event(name, "call.made", answered, actor="marie"))
        self.company.tell("contacts", *contacts, as_of=as_of)
        self.company.tell("events", *events, as_of=as_of)

    def live(self, day: date, number: int) -> None:
        """Requests that come in while the feed is open; nobody answers them."""
        asked = datetime.combine(day, time(9), UTC)
        names = [next(self.names) for _ in range(number)]
        contacts = [{"external_id": n, "name": n, "owner": "marie", "account": "acme"} for n in names]
        self.company.tell("contacts", *contacts, as_of=asked)
        self.company.tell("events", *(self._event(n, "request.received", asked) for n in names), as_of=asked)
        for minutes in (0, 90, 100, 121, 181, 300):
            self.turn(asked + timedelta(minutes=minutes))

    def _event(self, name: str, kind: str, when: datetime, **more: str) -> dict[str, str]:
        row = {"external_id": f"{kind}:{name}", "kind": kind, "contact": name}
        return row | {"occurred_at": when.isoformat()} | more


def working_days(since: date, until: date) -> Iterator[date]:
    """Monday to Friday in [since, until)."""
    days = (since + timedelta(days=number) for number in range((until - since).days))
    return (day for day in days if day.weekday() < 5)


def mails() -> list[OutboxMessage]:
    return list(OutboxMessage.objects.filter(key__startswith="notices:"))


def first_tuesdays() -> list[date]:
    """The Tuesday after the first Monday of each month."""
    first = {(monday.year, monday.month): monday for monday in reversed(MONDAYS)}
    return sorted(monday + timedelta(days=1) for monday in first.values())


def test_a_year_of_imports_mails_what_happens_and_nothing_of_what_is_past():
    year = Year()
    start = datetime.combine(MONDAYS[0], time(5), UTC)
    year.file(working_days(date(2024, 2, 1), MONDAYS[0] - timedelta(days=7)), start - timedelta(days=4))
    year.turn(start - timedelta(days=4))
    assert (Notice.objects.count(), len(mails())) == (0, 0)
    assert Breach.objects.count() > 900

    for monday in MONDAYS:
        as_of = datetime.combine(monday, time(5), UTC)
        tell_due(as_of=as_of - timedelta(seconds=15))  # the worker was there all the time
        year.file(working_days(monday - timedelta(days=7), monday), as_of)
        year.turn(as_of)
        year.turn(as_of + timedelta(hours=4))
        tuesday = monday + timedelta(days=1)
        if tuesday in first_tuesdays():
            year.live(tuesday, 1)
        if tuesday == STORM:
            year.live(tuesday, 150)

    months = len(first_tuesdays())
    by_reader = Counter(mail.payload["to"][0] for mail in mails())
    assert months == 12
    assert by_reader == {"marie@example.com": 3 * (months + 1), "helene@example.com": months + 1}
    assert len(mails()) == OF_A_DAY * months + OF_THE_STORM == 52
    told = Counter(Notice.objects.exclude(kind=NoticeKind.BREACH).values_list("kind", flat=True))
    assert told == {"announced": 162, "at_risk": 162, "escalated": 324}
