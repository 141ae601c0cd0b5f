"""How late an entry may be: flagged without the term, flagged and not counted with it, for every kind."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import translation

from agreements.differences import differences
from agreements.document import read_document
from agreements.document.reading import read_yaml
from agreements.dumping import dump
from agreements.linting import lint
from agreements.loading import load
from agreements.models import AgreementVersion
from measurement.judging import judge_all, judge_pending
from measurement.models import Clock, Unit
from tests.factories.leads import event, send
from tests.mending.snapshots import verdicts

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 4, 20, 12, tzinfo=UTC)
HEAD = """
agreement: smarketing
parties: [marketing, sales]
effective_from: 2026-01-01
form: short
calendars: {paris: {timezone: UTC, week: {mon: ["09:00-17:00"], tue: ["09:00-17:00"], wed: ["09:00-17:00"],
  thu: ["09:00-17:00"], fri: ["09:00-17:00"]}}}
commitments:
"""
KINDS = {
    "response": "kind: response, start: {event: request.received}, "
    "stop: {events: [call.made]}, within: 3 days",
    "checklist": "kind: checklist, start: {event: content.published}, "
    "steps: {event: content.announced, field: channel, values: {email: 3 days}}",
    "volume": "kind: volume, count: {event: meeting.held, by: team}, per: month, target: '>= 1'",
    "rate": "kind: rate, of: {event: lead.qualified}, having: {event: meeting.booked, within: 30 days}, "
    "per: month, target: '>= 50%'",
    "coverage": "kind: coverage, presence: {online: chat.online, offline: chat.offline}, target: '>= 5%'",
}
#: Friday at noon. One business day later it is Monday at noon, one day later Saturday.
DONE, IN_A_DAY, ON_MONDAY = (f"2026-04-{day}T12:00:00Z" for day in ("10", "11", "13"))
FACTS: dict[str, tuple[list[dict[str, Any]], dict[str, Any]]] = {
    "response": ([event("s", "request.received", "2026-04-10T09:00:00Z", contact="c1")],
                 event("a", "call.made", DONE, contact="c1", actor="m1")),
    "checklist": ([event("s", "content.published", "2026-04-10T09:00:00Z", content="t1")],
                  event("a", "content.announced", DONE, content="t1", actor="m1", data={"channel": "email"})),
    "volume": ([], event("a", "meeting.held", DONE, account="a1", actor="m1")),
    "rate": ([event("s", "lead.qualified", "2026-04-10T09:00:00Z", lead="l1")],
             event("a", "meeting.booked", DONE, lead="l1", actor="m1")),
    "coverage": ([event("s", "chat.offline", "2026-04-10T13:00:00Z", actor="m1")],
                 event("a", "chat.online", DONE, actor="m1")),
}  # fmt: skip


def sign(kind: str, logged_within: str | None) -> None:
    term = f", logged_within: {logged_within}" if logged_within else ""
    load(
        f"{HEAD}  - {{key: p, owner: sales, {KINDS[kind]}{term}}}\n",
        by="test",
        as_of=NOW - timedelta(90),
        sign=True,
    )
    send("members", {"external_id": "m1", "email": "m1@example.com", "team": "sales"})


def judged(kind: str, recorded_at: str | None) -> tuple[str, dict[str, Any]]:
    """The state of what the act was for, and the act's evidence."""
    before, act = FACTS[kind]
    send("events", *before, act | ({"recorded_at": recorded_at} if recorded_at else {}), as_of=NOW)
    judge_pending(as_of=NOW)
    one: Any = Clock.objects.first() or Unit.objects.get()
    found = [line for line in one.evidence if line["kind"] == act["kind"]]
    return one.state, found[-1] if found else {}


COUNTED = {"response": "met", "checklist": "met", "volume": "having", "rate": "having", "coverage": "having"}
NOT = {
    "response": "running",
    "checklist": "running",
    "volume": "left_out",
    "rate": "lacking",
    "coverage": "left_out",
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("logged_within", "recorded_at", "counts"),
    [
        (None, ON_MONDAY, True),
        ("2 days", None, True),
        ("2 days", DONE, True),
        ("1 day", IN_A_DAY, True),
        ("1 day", "2026-04-11T12:00:01Z", False),
        ("1 business day", ON_MONDAY, True),
        ("1 business day", "2026-04-13T12:00:01Z", False),
        ("4 business hours", "2026-04-11T23:00:00Z", False),
        ("6 business hours", "2026-04-13T10:00:00Z", True),
    ],
)
def test_an_entry_counts_up_to_the_very_second(kind, logged_within, recorded_at, counts) -> None:
    sign(kind, logged_within)
    state, line = judged(kind, recorded_at)
    assert state == (COUNTED if counts else NOT)[kind]
    if line and recorded_at not in (None, DONE):
        assert line["recorded"] == recorded_at
    assert ("recorded" in line) is bool(line and recorded_at not in (None, DONE))
    if line and not counts and kind != "coverage":
        assert line["note"] == "logged_late"


@pytest.mark.parametrize("kind", KINDS)
def test_judging_afresh_gives_the_same(kind) -> None:
    sign(kind, "1 day")
    judged(kind, ON_MONDAY)
    before = verdicts()
    judge_all(as_of=NOW)
    assert verdicts() == before


def test_the_other_side_s_facts_count_whenever_they_are_entered() -> None:
    terms = "kind: response, start: {event: request.received}, stop: {events: [call.made]}, within: 3 days, "
    terms += "fail: {event: email.bounced}, cancel: {event: contact.left}, logged_within: 1 day"
    load(f"{HEAD}  - {{key: p, owner: sales, {terms}}}\n", by="test", as_of=NOW - timedelta(90), sign=True)
    late = {"recorded_at": "2026-04-19T12:00:00Z"}
    send(
        "events",
        event("s1", "request.received", "2026-04-10T09:00:00Z", contact="c1") | late,
        event("f1", "email.bounced", "2026-04-10T10:00:00Z", contact="c1") | late,
        event("s2", "request.received", "2026-04-10T09:00:00Z", contact="c2") | late,
        event("x2", "contact.left", "2026-04-10T10:00:00Z", contact="c2") | late,
        as_of=NOW,
    )
    judge_pending(as_of=NOW)
    assert sorted(Clock.objects.values_list("state", flat=True)) == ["failed", "running"]


def test_the_term_is_dumped_compared_and_looked_at() -> None:
    sign("response", "2 business days")
    version = AgreementVersion.objects.get()
    text = dump(version)
    assert "logged_within: 2 business days" in text
    before = read_document_of(text.replace("    logged_within: 2 business days\n", ""))
    with translation.override("en"):
        lines = differences(before, read_document_of(text))
    assert len(lines) == 1
    assert "logged_within" in lines[0]
    assert lint(version) == [] or all("logged_within" not in one.where for one in lint(version))


@pytest.mark.parametrize(
    ("terms", "code"),
    [
        (f"{KINDS['volume']}, logged_within: 0 hours", "entered_at_once"),
        ("kind: rate, of: contacts, having: {contact.email: present}, target: '> 5%', logged_within: 1 day",
         "nothing_entered"),
    ],
)  # fmt: skip
def test_what_is_hardly_meant_is_said(terms, code) -> None:
    load(f"{HEAD}  - {{key: p, owner: sales, {terms}}}\n", by="test", as_of=NOW - timedelta(90))
    assert code in [one.code for one in lint(AgreementVersion.objects.get())]


def read_document_of(text: str) -> dict[str, Any]:
    """A text as the document that it says, which must be right."""
    data: dict[str, Any] = read_yaml(text).data
    read_document(data)
    return data


def test_a_system_s_delay_of_minutes_is_not_worth_a_word() -> None:
    sign("response", None)
    _, line = judged("response", "2026-04-10T12:59:00Z")
    assert "recorded" not in line
