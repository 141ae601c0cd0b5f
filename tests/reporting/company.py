"""A small company that does everything through the use cases, at instants that the test chooses.

Monday 2 March 2026; Paris is one hour ahead of UTC until 29 March.
"""

from datetime import UTC, datetime
from itertools import count
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from agreements.loading import load
from leads.ingestion import ingest
from leads.models import Member
from measurement.judging import judge_pending
from measurement.models import Clock
from people.enums import Role
from people.models import Membership, Team, User
from reporting.models import Breach, DailyReport
from reporting.publishing import bring_up_to_date, publish
from reporting.watching import Swept, sync_breaches

SIGNED = datetime(2026, 2, 2, 9, 0, tzinfo=UTC)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)

AGREEMENT = """
agreement: smarketing
title: Marketing–sales agreement
parties: [marketing, sales]
effective_from: 2026-01-01
form: short
calendars:
  paris:
    timezone: Europe/Paris
    week:
      mon: ["09:00-18:00"]
      tue: ["09:00-18:00"]
      wed: ["09:00-18:00"]
      thu: ["09:00-18:00"]
      fri: ["09:00-18:00"]
commitments:
  - key: inbound
    title: {{en: Inbound requests, fr: Demandes entrantes}}
    owner: sales
    kind: response
    start: {{event: request.received}}
    stop: {{events: [call.made, email.sent], by: team}}
    within: 2 business hours
    {terms}
"""


def at(text: str) -> datetime:
    """An instant of March 2026 in UTC: ``"02 09:00"``."""
    return datetime.strptime(f"2026-03-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=UTC)


class Company:
    """Sales (Marie, Paul; managed by Hélène) owe an answer within two business hours."""

    def __init__(self, *, terms: str = "", agreement: str = AGREEMENT, signed: datetime = SIGNED) -> None:
        self.numbers = count(1)
        load(agreement.format(terms=terms), by="test", as_of=signed, sign=True)
        self.sales = Team.objects.get(slug="sales")
        Team.objects.filter(slug__in=["sales", "marketing"]).update(timezone="Europe/Paris", report_hour=8)
        self.sales.refresh_from_db()
        self.tell(
            "members",
            {"external_id": "marie", "email": "marie@example.com", "name": "Marie Durand", "team": "sales"},
            {"external_id": "paul", "email": "paul@example.com", "name": "Paul Smith", "team": "sales"},
            as_of=signed,
        )
        self.tell("accounts", {"external_id": "acme", "name": "Acme", "tier": 1}, as_of=signed)
        self.marie, self.paul = (User.objects.get(email=f"{name}@example.com") for name in ("marie", "paul"))
        User.objects.filter(pk=self.marie.pk).update(language="fr", timezone="Europe/Paris")
        User.objects.filter(pk=self.paul.pk).update(language="en", timezone="Europe/Paris")

    def managed_by(self, email: str = "helene@example.com", *, team: str = "sales", **fields: Any) -> User:
        """Give the team a manager."""
        user = User.objects.create(email=email, name="Hélène Martin", timezone="Europe/Paris", **fields)
        during = DateTimeTZRange(LONG_AGO, None)
        Membership.objects.create(
            user=user, team=Team.objects.get(slug=team), role=Role.MANAGER, during=during
        )
        return user

    def tell(self, resource: str, *rows: dict[str, Any], as_of: datetime) -> None:
        """Facts arrive."""
        summary = ingest(resource=resource, source="crm", rows=list(rows), channel="test", as_of=as_of)
        assert not summary.rejected, summary.errors

    def contact(self, name: str, *, owner: str | None = "marie", as_of: datetime = SIGNED) -> None:
        """A contact of the tier-1 account."""
        row = {
            "external_id": name,
            "name": name.title(),
            "account": "acme",
            "updated_at": "2026-01-05T09:00:00Z",
        }
        self.tell("contacts", row | ({"owner": owner} if owner else {}), as_of=as_of)

    def happens(self, kind: str, instant: datetime, *, as_of: datetime | None = None, **refs: Any) -> str:
        """An event, known at once unless ``as_of`` says later; its external id."""
        external_id = f"x{next(self.numbers)}"
        row = {"external_id": external_id, "kind": kind, "occurred_at": instant.isoformat(), **refs}
        self.tell("events", row, as_of=as_of or instant)
        return external_id

    def request(self, name: str, instant: datetime, *, owner: str | None = "marie", **late: Any) -> str:
        """A contact of that name asks for an answer."""
        self.contact(name, owner=owner)
        return self.happens("request.received", instant, contact=name, **late)

    def call(self, name: str, instant: datetime, *, actor: str = "marie", **late: Any) -> str:
        """Somebody calls the contact."""
        return self.happens("call.made", instant, contact=name, actor=actor, **late)

    def retract(self, event: str, instant: datetime) -> str:
        """An event turns out not to have happened."""
        return self.happens("event.retracted", instant, data={"event": event})

    def sweep(self, as_of: datetime) -> Swept:
        """Verdicts and breaches follow."""
        judge_pending(as_of=as_of)
        return sync_breaches(as_of=as_of)

    def publish(self, as_of: datetime, *, team: Team | None = None) -> DailyReport:
        """The report of that instant's day."""
        bring_up_to_date(as_of=as_of)
        return publish(team=team or self.sales, day=as_of.date(), as_of=as_of)

    def clock(self) -> Clock:
        """The only clock there is."""
        return Clock.objects.get()

    def breach(self) -> Breach:
        """The only breach there is."""
        return Breach.objects.get()

    def member(self, name: str) -> int:
        """The ref id of a member."""
        return Member.objects.get(ref__external_id=name).ref_id
