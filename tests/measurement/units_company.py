"""A company with every promise that units answer (CONTRACT §3), and readings in words."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from agreements.promises import history_of
from leads.models import Ref
from measurement.judging import judge_pending
from measurement.models import Reading
from measurement.readings import known
from tests.factories.agreements import signed
from tests.factories.leads import event, send

PARIS = ZoneInfo("Europe/Paris")
BEFORE = datetime(2020, 1, 1, tzinfo=UTC)

HEAD = """
agreement: smarketing
title: Marketing–sales agreement
parties: [marketing, sales]
effective_from: {start}
calendars:
  paris:
    timezone: Europe/Paris
    week:
      mon: ["09:00-12:30", "13:30-18:00"]
      tue: ["09:00-12:30", "13:30-18:00"]
      wed: ["09:00-12:30", "13:30-18:00"]
      thu: ["09:00-12:30", "13:30-18:00"]
      fri: ["09:00-12:30", "13:30-18:00"]
    holidays: {{country: FR}}
commitments:
"""
EXAMPLES = {
    "buyer-roles": """
  - key: buyer-roles
    owner: sales
    kind: rate
    of: contacts
    where: {account.tier: 1, contact.created_at: {older_than: 30 days}}
    having: {contact.buyer_role: {not: [other]}}
    target: "> 75%"
""",
    "bad-data": """
  - key: bad-data
    owner: marketing
    kind: rate
    of: {events: [lead.accepted, lead.rejected]}
    where: {lead.origin: marketing}
    having: {where: {data.bad_data: true}}
    per: month
    target: "< 10%"
""",
    "mql-to-meeting": """
  - key: mql-to-meeting
    owner: marketing
    kind: rate
    of: {event: lead.qualified}
    having: {event: meeting.held, within: 30 days}
    per: month
    baseline: {from: 2025-07-01, to: 2025-12-31}
    target: ">= baseline + 2 points"
    ramp: {by: 1 point, every: quarter}
""",
    "new-contacts": """
  - key: new-contacts
    owner: sales
    kind: volume
    count: {event: contact.created, by: team}
    where: {account.named: true, contact.email: present}
    per: week
    each: team
    until: accounts_full
    prorate: open_days
    target: ">= 5"
""",
    "mql-volume": """
  - key: mql-volume
    owner: marketing
    kind: volume
    count:
      event: lead.qualified
      distinct: lead
      unless: {event: lead.rejected, where: {data.bad_data: true}}
    per: month
    each: team
    target: ">= 3"
""",
    "meeting-listening": """
  - key: meeting-listening
    owner: marketing
    kind: volume
    count: {events: [meeting.held, meeting.listened], where: {data.attendees: team}}
    per: week
    each: team
    target: ">= 1"
""",
    "web-chat": """
  - key: web-chat
    owner: sales
    kind: coverage
    calendar: paris
    presence: {online: chat.online, offline: chat.offline}
    per: week
    target: ">= 95%"
""",
}


def agree(*keys: str, start: str = "2026-03-30", **replaced: str) -> None:
    """Sign the examples of these keys; ``replaced`` are texts put for others within them."""
    text = "".join(EXAMPLES[key] for key in keys)
    for old, new in replaced.items():
        text = text.replace(old.replace("_", " "), new)
    signed(HEAD.format(start=start) + text, as_of=BEFORE)


def people(*more: tuple[str, str]) -> None:
    for name, team in (("rae", "sales"), ("sam", "sales"), ("mia", "marketing"), *more):
        row = {"external_id": name, "email": f"{name}@example.com", "team": team}
        send("members", {**row, "updated_at": BEFORE.isoformat()}, as_of=BEFORE)


def paris(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS).astimezone(UTC)


def told(name: object, kind: str, at: str, **more: Any) -> None:
    """An event at a local time of Paris, told when it happened."""
    send("events", event(name, kind, paris(at).isoformat(), **more), as_of=paris(at))


def known_since(resource: str, at: str, **row: Any) -> None:
    """A record as it is from a local time of Paris on, told then."""
    send(resource, {**row, "updated_at": paris(at).isoformat()}, as_of=paris(at))


def judge(at: str) -> datetime:
    """Judge everything as of a local time of Paris."""
    instant = paris(at)
    judge_pending(as_of=instant)
    return instant


def row_of(one: Any) -> tuple[Any, ...]:
    reading: Reading = one.reading
    start = reading.period_start.astimezone(PARIS)
    expected = None if reading.expected is None else float(reading.expected)
    return f"{start:%m-%d}", one.numerator, one.denominator, expected, one.verdict.value


def read(key: str, at: datetime) -> list[tuple[Any, ...]]:
    """(first day, numerator, denominator, expected, verdict) of every period as it stands, oldest first."""
    return [row_of(one) for one in standing(key, at)]


def standing(key: str, at: datetime) -> list[Any]:
    terms = {promise.commitment_id: promise.terms for promise in history_of({key})}
    return known(Reading.objects.filter(commitment_key=key).order_by("period_start", "each"), terms, as_of=at)


def names() -> dict[str, str]:
    """Ref ids, as ``each`` has them → what the source calls them."""
    return {str(ref.id): ref.external_id for ref in Ref.objects.all()}
