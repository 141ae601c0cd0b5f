"""Each promise of the catalogue, all the way: picked into a draft, signed, fed, measured; and before it was
signed the same figures from the same facts."""

# ruff: noqa: E501 - a table is read best with one fact a line

from collections import Counter
from datetime import UTC, date, datetime
from typing import Any

import pytest

from agreements.catalogue import Entry, entries, picked
from agreements.document import write_yaml
from agreements.linting import lint
from agreements.loading import load
from agreements.models import AgreementVersion, Commitment
from agreements.promises import promise_of
from leads.ingestion import ingest
from measurement.judging import judge_pending
from measurement.models import Clock, Reading
from measurement.preview import preview
from measurement.states import state_at

WRITTEN = datetime(2026, 1, 20, 9, tzinfo=UTC)
NOW = datetime(2026, 4, 15, 9, tzinfo=UTC)
HOURS = ["09:00-18:00"]
DOCUMENT = {
    "agreement": "smarketing",
    "parties": ["marketing", "sales"],
    "effective_from": "2026-02-01",
    "calendars": {
        "paris": {
            "timezone": "Europe/Paris",
            "week": dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), HOURS),
        }
    },
}
PEOPLE: list[tuple[str, dict[str, Any]]] = [
    ("members", {"external_id": "marie", "email": "marie@example.com", "team": "sales"}),
    ("members", {"external_id": "max", "email": "max@example.com", "team": "marketing"}),
    ("accounts", {"external_id": "acme", "name": "Acme", "tier": 1, "named": True, "contact_goal": 20, "created_at": "2025-01-01T00:00:00Z", "updated_at": "2025-01-01T00:00:00Z"}),
]  # fmt: skip


def contact(name: str, created: str = "2025-12-01", **fields: Any) -> tuple[str, dict[str, Any]]:
    instant = f"{created}T09:00:00Z"
    return "contacts", {"external_id": name, "account": "acme", "owner": "marie", "created_at": instant, "updated_at": instant, **fields}  # fmt: skip


def lead(name: str, **fields: Any) -> tuple[str, dict[str, Any]]:
    return "leads", {"external_id": name, "owner": "marie", "origin": "marketing", "updated_at": "2025-08-01T09:00:00Z", **fields}  # fmt: skip


def deal(name: str, at: str, **fields: Any) -> tuple[str, dict[str, Any]]:
    return "deals", {"external_id": name, "owner": "marie", "updated_at": f"{at}Z", **fields}


def event(kind: str, at: str, **fields: Any) -> tuple[str, dict[str, Any]]:
    return "events", {"external_id": f"{kind} {at} {sorted(fields.items())}", "kind": kind, "occurred_at": f"{at}Z", **fields}  # fmt: skip


def rejected(name: str, at: str, reason: str | None) -> tuple[str, dict[str, Any]]:
    return event("lead.rejected", at, lead=name, actor="marie", data={"reason": reason} if reason else {})


def announced(content: str, channel: str, day: str) -> tuple[str, dict[str, Any]]:
    return event("content.announced", f"2026-02-{day}T10:00:00", content=content, data={"channel": channel})


TUESDAY = "2026-02-10T"
FACTS: dict[str, list[tuple[str, dict[str, Any]]]] = {
    "event-upload": [
        *[("campaigns", {"external_id": n, "type": "fair", "ends_at": f"{TUESDAY}18:00:00Z", "updated_at": "2026-02-01T09:00:00Z"}) for n in ("fair", "show")],
        event("campaign.leads_uploaded", "2026-02-11T10:00:00", campaign="fair"),
        event("campaign.leads_uploaded", "2026-02-13T10:00:00", campaign="show"),
    ],
    "buyer-roles": [contact("a", buyer_role="champion"), contact("b", buyer_role="other"), contact("c", buyer_role=["influencer"]), contact("young", "2026-02-20")],
    "inbound-response": [
        contact("a"), contact("b"),
        event("request.received", f"{TUESDAY}09:00:00", contact="a"),
        event("request.received", f"{TUESDAY}09:00:00", contact="b"),
        event("call.made", f"{TUESDAY}10:30:00", contact="a", actor="marie"),
    ],
    "new-contacts": [contact("a", "2026-02-10", email="a@acme.example"), contact("b", "2026-02-11", email="b@acme.example"), contact("mute", "2026-02-11")],
    "reasons": [
        deal("won", "2026-02-02T09:00:00"), deal("lost", "2026-02-02T09:00:00"),
        deal("won", f"{TUESDAY}10:00:00", closed_at=f"{TUESDAY}10:00:00Z", outcome="won"),
        deal("lost", f"{TUESDAY}10:00:00", closed_at=f"{TUESDAY}10:00:00Z", outcome="lost"),
        deal("won", f"{TUESDAY}15:00:00", reason="product_fit"),
        deal("lost", "2026-02-11T09:00:00", reason="price"),
    ],
    "web-chat": [event("chat.online", "2026-02-09T07:00:00", actor="marie"), event("chat.offline", "2026-02-09T18:00:00", actor="marie")],
    "call-wait": [
        *[event("call.received", f"{TUESDAY}09:00:00", data={"call": call}) for call in ("taken", "slip", "gone")],
        event("call.answered", f"{TUESDAY}09:01:00", actor="marie", data={"call": "taken"}),
        event("call.abandoned", f"{TUESDAY}09:00:10", data={"call": "slip", "wait": 10}),
        event("call.abandoned", f"{TUESDAY}09:01:00", data={"call": "gone", "wait": 60}),
    ],
    "mql-to-meeting": [
        *[lead(name) for name in ("a", "b", "c", "d", "e", "f")],
        *[event("lead.qualified", "2025-09-10T09:00:00", lead=name) for name in ("a", "b", "c", "d")],
        event("meeting.held", "2025-09-20T09:00:00", lead="a"),
        *[event("lead.qualified", f"{TUESDAY}09:00:00", lead=name) for name in ("e", "f")],
        event("meeting.held", "2026-03-01T09:00:00", lead="e"),
    ],
    "content-enablement": [
        *[("contents", {"external_id": n, "important": True, "published_at": "2026-02-09T09:00:00Z", "updated_at": "2026-02-08T09:00:00Z"}) for n in ("guide", "film")],
        announced("guide", "email", "09"), announced("guide", "portal", "10"), announced("guide", "content_map", "12"), announced("guide", "training", "20"),
        announced("film", "email", "09"),
    ],
    "bad-data": [
        *[lead(name) for name in ("a", "b", "c", "d")],
        *[event("lead.accepted", f"{TUESDAY}09:00:00", lead=name) for name in ("a", "b", "c")],
        rejected("d", f"{TUESDAY}09:00:00", "inaccurate_data"),
    ],
    "meeting-listening": [event("meeting.listened", f"{TUESDAY}09:00:00", account="acme", data={"attendees": ["max"]}), event("meeting.held", f"{TUESDAY}09:00:00", account="acme", data={"attendees": ["marie"]})],
    "mql-volume": [
        *[lead(name) for name in ("a", "b", "c")],
        *[event("lead.qualified", f"{TUESDAY}09:00:00", lead=name) for name in ("a", "b", "c")],
        rejected("c", f"{TUESDAY}11:00:00", "duplicate"),
    ],
    "decision": [
        *[lead(name) for name in ("a", "b")],
        *[event("lead.qualified", f"{TUESDAY}09:00:00", lead=name) for name in ("a", "b")],
        event("lead.accepted", f"{TUESDAY}15:00:00", lead="a", actor="marie"), rejected("b", f"{TUESDAY}15:00:00", None),
    ],
    "contact": [
        *[lead(name) for name in ("a", "b")],
        *[event("lead.accepted", f"{TUESDAY}09:00:00", lead=name) for name in ("a", "b")],
        event("call.made", f"{TUESDAY}11:00:00", lead="a", actor="marie"), rejected("b", f"{TUESDAY}11:00:00", "no_interest"),
    ],
}  # fmt: skip

CLOCKS: dict[str, dict[str, int]] = {
    "event-upload": {"met": 1, "late": 1},
    "inbound-response": {"met": 1, "overdue": 1},
    "reasons": {"met": 1, "late": 1},
    "call-wait": {"met": 1, "cancelled": 1, "failed": 1},
    "content-enablement": {"met": 1, "overdue": 1},
    "decision": {"met": 1, "overdue": 1},
    "contact": {"met": 1, "overdue": 1},
}
FEBRUARY, WEEK = datetime(2026, 1, 31, 23, tzinfo=UTC), datetime(2026, 2, 8, 23, tzinfo=UTC)
PERIODS: dict[str, tuple[datetime, int, int | None, str]] = {
    "buyer-roles": (datetime(2026, 2, 26, 23, tzinfo=UTC), 2, 3, "missed"),
    "new-contacts": (WEEK, 2, None, "missed"),
    "web-chat": (WEEK, 9 * 3600, 45 * 3600, "missed"),
    "mql-to-meeting": (FEBRUARY, 1, 2, "kept"),  # a half, against a quarter and two points
    "bad-data": (FEBRUARY, 1, 4, "missed"),
    "meeting-listening": (WEEK, 1, None, "kept"),
    "mql-volume": (FEBRUARY, 2, None, "missed"),
}

each_entry = pytest.mark.parametrize("entry", entries(), ids=lambda entry: entry.key)


@pytest.fixture
def fed(db: Any, entry: Entry) -> None:
    for resource, row in PEOPLE + FACTS[entry.key]:
        summary = ingest(resource=resource, source="crm", rows=[row], channel="test", as_of=WRITTEN)
        assert not summary.rejected, summary.errors


def drafted(entry: Entry, *, sign: bool = False) -> AgreementVersion:
    chosen = picked(entry, owner=entry.side, effective_from=date(2026, 2, 1))
    return load(write_yaml(DOCUMENT | {"commitments": [chosen]}), by="test", as_of=WRITTEN, sign=sign).version


@each_entry
@pytest.mark.usefixtures("fed")
def test_picked_signed_and_fed_it_gives_its_verdict(entry: Entry) -> None:
    version = drafted(entry, sign=True)
    judge_pending(as_of=NOW)

    assert lint(version) == []
    if entry.key in CLOCKS:
        states = Counter(str(state_at(clock, NOW)) for clock in Clock.objects.all())
        assert states == CLOCKS[entry.key]
    else:
        start, numerator, denominator, verdict = PERIODS[entry.key]
        row = Reading.objects.get(period_start=start, each="team")
        assert (row.numerator, row.denominator, row.verdict) == (numerator, denominator, verdict)


@each_entry
@pytest.mark.usefixtures("fed")
def test_before_it_is_signed_the_same_facts_give_the_same_figures(entry: Entry) -> None:
    commitment = Commitment.objects.select_related("version__agreement", "calendar").get(
        version=drafted(entry)
    )

    (found,) = preview([promise_of(commitment)], as_of=NOW)

    assert not found.is_sample
    assert (Clock.objects.count(), Reading.objects.count()) == (0, 0)
    if found.clocks is not None:
        told = CLOCKS[entry.key]
        counts = {state: getattr(found.clocks, state) for state in ("met", "late", "overdue", "failed")}
        assert counts == {state: told.get(state, 0) for state in counts}
        assert found.clocks.left_out == told.get("cancelled", 0)
    else:
        start, numerator, denominator, verdict = PERIODS[entry.key]
        (row,) = (period for period in found.periods if period.span.start == start)
        assert (row.numerator, row.denominator, row.verdict) == (numerator, denominator, verdict)
