"""Little worlds of facts for the laws of judging, and clocks in words that do not tell who came first."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from leads.models import Event, Ref
from measurement.models import Clock, Reading

START = datetime(2026, 3, 2, 6, tzinfo=UTC)  # a Monday
END = START + timedelta(days=21)

AGREEMENT = """
agreement: law
title: Law
parties: [marketing, sales]
effective_from: {start}
form: short
calendars:
  paris:
    timezone: Europe/Paris
    week:
      mon: ["09:00-12:30", "13:30-18:00"]
      tue: ["09:00-18:00"]
      wed: ["09:00-18:00"]
      thu: ["09:00-18:00"]
      fri: ["09:00-17:00"]
commitments:
  - key: inbound
    owner: sales
    kind: response
    start: {{event: request.received}}
    stop: {{events: [call.made, meeting.booked]}}
    pause: {{event: chat.received}}
    resume: {{event: chat.answered}}
    cancel: {{event: lead.rejected, where: {{data.reason: [test, duplicate]}}}}
    where: {{account.tier: [1, 2]}}
    within: {within}
    give_up: 5 days
    per: {per}
  - key: decision
    owner: sales
    kind: response
    start: {{event: lead.qualified}}
    stop: [{{event: lead.accepted}}, {{event: lead.rejected, where: {{data.reason: present}}}}]
    within: 1 business day
  - key: contact
    owner: sales
    kind: response
    start: {{event: lead.accepted}}
    stop: {{events: [call.made, email.sent], by: owner}}
    cancel: {{event: lead.rejected, needs: {{events: [call.made], at_least: 1}}}}
    within: 4 business hours
  - key: reasons
    owner: sales
    kind: response
    subject: deal
    start: {{events: [deal.won, deal.lost]}}
    stop: {{event: deal.reason_recorded, by: anyone}}
    within: 0 business days
    early: 3 days
  - key: rival
    owner: sales
    kind: response
    start: {{event: competitor.detected}}
    stop: {{event: meeting.held, where: {{contact.buyer_role: champion, data.attendees: team}}}}
    within: 2 days
  - key: wait
    owner: sales
    kind: response
    start: {{event: call.received}}
    stop: {{event: call.answered, by: anyone}}
    where: {{account.tier: {{gte: 2}}}}
    within: 1 hour
    per: day
"""
VERSIONS = (
    AGREEMENT.format(start="2026-01-01", within="2 business hours", per="month"),
    AGREEMENT.format(start="2026-03-11", within="5 hours", per="week"),
)

instants = st.integers(0, 21 * 24 * 4).map(lambda quarter: START + timedelta(minutes=15 * quarter))
members = st.sampled_from(["rae", "sam", "mia"])
accounts = st.sampled_from(["acme", "blue"])
contacts = st.sampled_from(["c1", "c2", "c3"])
leads = st.sampled_from(["l1", "l2"])
deals = st.sampled_from(["d1", "d2"])


def _written(instant: datetime) -> str:
    return instant.isoformat().replace("+00:00", "Z")


@st.composite
def _record(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    resource, ids, fields = draw(
        st.sampled_from(
            [
                ("members", members, {"team": st.sampled_from(["sales", "marketing", None])}),
                ("accounts", accounts, {"tier": st.sampled_from([1, 2, 3, None]), "owner": members}),
                (
                    "contacts",
                    contacts,
                    {
                        "account": accounts,
                        "owner": st.none() | members,
                        "buyer_role": st.sampled_from(["champion", "other"]),
                        "merged_into": st.sampled_from([None, None, None, "c3"]),
                        "deleted_at": st.none() | instants.map(_written),
                    },
                ),
                (
                    "leads",
                    leads,
                    {
                        "contact": contacts,
                        "account": accounts,
                        "owner": st.none() | members,
                        "status": st.sampled_from(["raw", "mql", "accepted", "disqualified"]),
                        "reason": st.sampled_from([None, "test", "no_budget"]),
                        "created_at": instants.map(_written),
                        "origin": st.sampled_from(["web", "fair"]),
                    },
                ),
                (
                    "deals",
                    deals,
                    {
                        "lead": leads,
                        "account": accounts,
                        "owner": st.none() | members,
                        "outcome": st.sampled_from(["won", "lost"]),
                        "closed_at": instants.map(_written),
                        "reason": st.sampled_from(["price", "timing", None]),
                    },
                ),
            ]
        )
    )
    name = draw(ids)
    said = draw(st.fixed_dictionaries({}, optional=fields))
    if said.get("merged_into") == name:
        del said["merged_into"]
    required = {"members": {"email": f"{name}@example.com"}, "accounts": {"name": name}}.get(resource, {})
    updated_at = _written(draw(instants))
    return resource, {"external_id": name, **required, **said, "updated_at": updated_at}


@st.composite
def _event(draw: st.DrawFn) -> dict[str, Any]:
    kind = draw(
        st.sampled_from(
            ["request.received"] * 4
            + ["call.made", "meeting.booked", "email.sent"] * 2
            + ["lead.qualified", "lead.accepted", "lead.rejected"]
            + ["lead.assigned"] * 3  # what hangs on the lead is theirs: deals, contacts, calls
            + ["chat.received", "chat.answered", "deal.won", "deal.reason_recorded"]
            + ["competitor.detected", "meeting.held", "call.received", "call.answered"]
        )
    )
    named = {
        "lead": st.fixed_dictionaries({"lead": leads}, optional={"contact": contacts}),
        "deal": st.fixed_dictionaries({"deal": deals}),
        "competitor": st.fixed_dictionaries({"account": accounts}),
    }
    whom = st.fixed_dictionaries({"contact": contacts}, optional={"lead": leads, "account": accounts})
    if kind == "meeting.held":
        whom = st.fixed_dictionaries({"account": accounts, "contact": contacts})
    refs = draw(named.get(kind.split(".")[0], whom | named["lead"] if kind in _TOUCHES else whom))
    data: dict[str, Any] = {}
    if kind == "lead.rejected":
        data = draw(st.fixed_dictionaries({}, optional={"reason": st.sampled_from(["test", "no_budget"])}))
    if kind == "lead.assigned":
        data = {"owner": draw(members)}
    if kind == "meeting.held":
        data = {"attendees": [draw(members)]}
    if kind in ("call.received", "call.answered"):
        data = {"call": draw(st.sampled_from(["k1", "k2"]))}
    actor = draw(st.none() | members)
    return {"kind": kind, "occurred_at": _written(draw(instants)), "data": data, "actor": actor, **refs}


#: Records that every world has, so that promises find something to be about.
COMPANY = (
    ("members", {"external_id": "rae", "email": "rae@example.com", "team": "sales"}),
    ("accounts", {"external_id": "acme", "name": "acme", "tier": 2, "owner": "rae"}),
    ("contacts", {"external_id": "c1", "account": "acme"}),
    ("contacts", {"external_id": "c2", "account": "acme"}),
    ("leads", {"external_id": "l1", "contact": "c1", "owner": "rae"}),
    ("leads", {"external_id": "l2", "contact": "c2"}),
    ("deals", {"external_id": "d1", "lead": "l1"}),
    ("deals", {"external_id": "d2", "lead": "l2"}),
)
_TOUCHES = frozenset({"call.made", "meeting.booked", "email.sent"})


@st.composite
def worlds(draw: st.DrawFn) -> list[tuple[str, dict[str, Any]]]:
    """Facts as (resource, row); ids of events are unique, some are withdrawn."""
    records = [(resource, {**row, "updated_at": _written(draw(instants))}) for resource, row in COMPANY]
    records += draw(st.lists(_record(), max_size=10))
    events = draw(st.lists(_event(), min_size=6, max_size=24))
    rows = [{"external_id": f"e{number}", **event} for number, event in enumerate(events)]
    withdrawn = draw(st.lists(st.sampled_from(rows), max_size=2, unique_by=lambda row: row["external_id"]))
    for row in withdrawn:
        name = f"r-{row['external_id']}"
        data = {"event": row["external_id"]}
        at = _written(draw(instants))
        rows.append({"external_id": name, "kind": "event.retracted", "occurred_at": at, "data": data})
    return [*records, *(("events", row) for row in rows)]


def clocks_in_words() -> list[tuple[Any, ...]]:
    """Every stored clock with natural names in place of ids, in an order that they do not decide."""
    names = {ref.id: f"{ref.type}:{ref.external_id}" for ref in Ref.objects.all()}
    events = {event.id: event.external_id for event in Event.objects.all()}

    def told(key: str) -> str:
        key = re.sub(r"^e:(\d+)$", lambda found: f"e:{events[int(found[1])]}", key)
        return re.sub(r"^i:(\d+):", lambda found: f"i:{names[int(found[1])]}:", key)

    def worded(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: _member(name, worded(inner), names) for name, inner in value.items()}
        if isinstance(value, list):
            return [worded(inner) for inner in value]
        return told(value) if isinstance(value, str) else value

    rows = []
    for clock in Clock.objects.select_related("commitment__version"):
        said = {field.attname: getattr(clock, field.attname) for field in Clock._meta.fields}
        for dropped in ("id", "changed_at", "commitment_id"):
            del said[dropped]
        said["version"] = clock.commitment.version.number
        said["subject_id"] = names[clock.subject_id]
        said["owner_id"] = names.get(clock.owner_id)
        rows.append(tuple(sorted((name, repr(worded(value))) for name, value in said.items())))
    return sorted(rows)


def _member(name: str, value: Any, names: dict[int, str]) -> Any:
    return names.get(value, value) if name in ("member", "actor", "owner") else value


def readings_in_words() -> list[tuple[Any, ...]]:
    """Every stored reading without ids."""
    columns = (
        "commitment_key",
        "period_start",
        "period_end",
        "numerator",
        "denominator",
        "running",
        "left_out",
    )
    return sorted(Reading.objects.values_list(*columns, "target", "verdict", "value"))
