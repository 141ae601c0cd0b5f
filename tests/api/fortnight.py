"""A fortnight of a small company: what it agreed, who works there, everything that happened.

In London, from Monday 23 March to Sunday 5 April 2026: the clocks go forward on Sunday 29 March, Good Friday
is 3 April, Easter Monday is 6 April. Rae is on leave from 30 March, and Sam has her contacts meanwhile.
Instants are in UTC: one hour behind the wall clock from 29 March on.
"""

from pathlib import Path
from typing import Any

AGREEMENT = Path(__file__).with_name("fortnight.yaml").read_text()

Row = dict[str, Any]
OLD = "2026-01-10T09:00:00Z"


def _record(external_id: str, updated_at: str = OLD, **fields: Any) -> Row:
    return {"external_id": external_id, "updated_at": updated_at, **fields}


def _person(name: str, team: str) -> Row:
    return _record(name, email=f"{name}@example.com", name=name.title(), team=team)


def _contact(name: str, account: str, created_at: str = OLD, **fields: Any) -> Row:
    fields = {"email": f"{name}@example.org", "owner": "rae"} | fields
    return _record(name, created_at, account=account, created_at=created_at, **fields)


RECORDS: dict[str, list[Row]] = {
    "members": [_person("rae", "sales"), _person("sam", "sales"), _person("mia", "marketing")],
    "accounts": [
        _record("acme", name="Acme", tier=1, named=True, contact_goal=12),
        _record("bolt", name="Bolt", tier=2, named=False),
        _record("crux", name="Crux", tier=3, named=False),
        _record("crux", "2026-04-02T08:00:00Z", name="Crux", tier=1),
    ],
    "contacts": [
        _contact("c1", "acme", buyer_role="champion"),
        _contact("c2", "acme", buyer_role=["decision_maker", "economic_buyer"]),
        _contact("c3", "acme", buyer_role="economic_buyer"),
        _record("c3", "2026-03-30T08:00:00Z", owner="sam"),  # while Rae is on leave
        _contact("c4", "acme"),
        _record("c4", "2026-03-25T10:00:00Z", buyer_role="influencer"),
        _contact("c5", "acme", buyer_role="other"),
        _contact("c6", "acme", "2026-02-26T12:00:00Z"),  # 30 days old on 28 March, 12:00
        _record("c6", "2026-04-01T09:00:00Z", buyer_role="end_user"),
        _contact("c7", "bolt"),
        _contact("c8", "crux"),
        _contact("n1", "acme", "2026-03-23T11:00:00Z"),
        _contact("n2", "acme", "2026-03-24T11:00:00Z"),
        _contact("n3", "acme", "2026-03-24T12:00:00Z", email=None),
        _contact("n4", "acme", "2026-03-25T11:00:00Z", owner="sam"),
        _contact("n5", "acme", "2026-03-27T11:00:00Z", owner="mia"),
        _contact("n6", "acme", "2026-03-31T11:00:00Z", owner="sam"),
        *(_contact(f"p{n}", "bolt") for n in range(1, 8)),
    ],
    "leads": [
        *(_record(f"l{n}", contact=f"p{n}", origin="marketing", owner="rae") for n in range(1, 7)),
        _record("l7", contact="p7", origin="sales", owner="rae"),
        *(_record(f"b{n}", contact="c7", origin="marketing", owner="rae") for n in range(1, 5)),
    ],
    "campaigns": [
        _record("fair", name="Fair", type="fair", ends_at="2026-03-26T16:00:00Z"),
        _record("webinar", name="Webinar", type="webinar", ends_at="2026-03-28T18:00:00Z"),
        _record("dinner", name="Dinner", type="dinner", ends_at="2026-03-26T21:00:00Z"),
        _record("expo", name="Expo", type="fair", ends_at="2026-04-01T10:00:00Z"),
    ],
    "contents": [
        _record("guide", title="Guide", important=True, published_at="2026-03-24T10:00:00Z"),
        _record("study", title="Study", important=True, published_at="2026-03-23T09:30:00Z"),
        _record("note", title="Note", important=False, published_at="2026-03-23T10:00:00Z"),
    ],
    "deals": [
        *(_record(f"d{n}", name=f"Deal {n}", account="acme", owner="rae") for n in range(1, 4)),
        _record(
            "d4",
            "2026-03-26T09:30:00Z",
            name="Deal 4",
            account="acme",
            owner="rae",
            outcome="lost",
            reason="price",
            closed_at="2026-03-26T09:00:00Z",
        ),
    ],
}


class _Log:
    """Events in the order of writing, with ids."""

    def __init__(self) -> None:
        self.rows: list[Row] = []

    def add(self, kind: str, at: str, **fields: Any) -> None:
        self.rows.append(
            {"external_id": f"e{len(self.rows)}", "kind": kind, "occurred_at": f"2026-{at}Z", **fields}
        )


def _handoff(log: _Log) -> None:
    """Baseline: four leads in February, one of which had a meeting within 7 days."""
    for number, day in enumerate(("02-02T10", "02-05T10", "02-10T10", "02-15T10"), start=1):
        log.add("lead.qualified", f"{day}:00:00", lead=f"b{number}", actor="mia")
    log.add("meeting.held", "02-09T10:00:00", lead="b2", data={"attendees": ["rae"]})
    log.add("meeting.held", "02-20T10:00:00", lead="b3", data={"attendees": ["rae"]})  # after ten days
    for lead, at in {
        "l1": "03-23T10:00:00",
        "l2": "03-24T11:00:00",
        "l3": "03-25T09:00:00",
        "l4": "03-26T12:00:00",
        "l7": "03-27T15:00:00",
        "l5": "03-31T09:00:00",
        "l6": "04-02T10:00:00",
    }.items():
        log.add("lead.qualified", at, lead=lead, actor="mia")
    log.add("lead.qualified", "03-23T15:00:00", lead="l1", actor="mia")  # again before it was decided
    _decisions(log)
    for lead, at in {"l1": "03-27T10:00:00", "l2": "03-31T11:00:00", "l4": "04-02T12:00:01"}.items():
        log.add("meeting.held", at, lead=lead, data={"attendees": ["rae"]})


def _decisions(log: _Log) -> None:
    log.add("lead.accepted", "03-24T09:59:00", lead="l1", actor="rae")
    log.add("call.made", "03-24T13:00:00", lead="l1", actor="rae")
    log.add("lead.accepted", "03-25T11:00:00", lead="l2", actor="rae")
    log.add("email.sent", "03-25T11:05:00", lead="l2", actor="rae", data={"automatic": True})
    log.add("call.made", "03-25T15:30:00", lead="l2", actor="rae")
    log.add("lead.rejected", "03-26T08:30:00", lead="l3", actor="rae", data={"reason": "no_budget"})
    log.add("lead.rejected", "03-27T12:00:01", lead="l4", actor="rae", data={"reason": "inaccurate_data"})
    log.add("lead.accepted", "03-30T13:00:00", lead="l7", actor="sam")
    for minute in (0, 10, 20):  # by marketing: attempts, but not a contact by sales
        log.add("email.sent", f"03-30T15:{minute:02}:00", lead="l7", actor="mia")
    log.add("lead.rejected", "03-31T08:00:00", lead="l7", actor="sam", data={"reason": "unable_to_reach"})
    log.add("lead.accepted", "04-01T08:00:00", lead="l5", actor="sam")
    log.add("meeting.booked", "04-01T11:00:00", lead="l5", actor="sam")
    log.add("lead.accepted", "04-04T09:00:00", lead="l6", actor="sam")


def _requests(log: _Log) -> None:
    log.add("request.received", "03-23T09:30:00", contact="c1")
    log.add("call.made", "03-23T11:00:00", contact="c1", actor="rae")
    log.add("request.received", "03-25T10:00:00", contact="c4")
    log.add("email.sent", "03-25T10:01:00", contact="c4", actor="rae", data={"automatic": True})
    log.add("call.made", "03-25T10:30:00", contact="c4", actor="mia")
    log.add("call.made", "03-25T13:00:00", contact="c4", actor="sam")
    log.add("request.received", "03-25T10:00:00", contact="c7")  # not of a named account
    log.add("request.received", "03-27T17:00:00", contact="c2")
    log.add("call.made", "03-30T09:30:00", contact="c2", actor="sam")
    log.add("request.received", "03-31T09:00:00", contact="c3")
    log.add("call.made", "03-31T10:00:00", contact="c3", actor="sam")
    log.add("request.received", "04-02T15:30:00", contact="c1")
    log.add("call.made", "04-07T09:00:01", contact="c1", actor="rae")


def _desk(log: _Log) -> None:
    for who, online, offline in (
        ("rae", "03-23T09:00:00", "03-23T13:00:00"),
        ("rae", "03-24T09:00:00", "03-24T11:00:00"),
        ("sam", "03-24T10:30:00", "03-24T13:00:00"),
        ("sam", "03-25T09:00:00", None),  # never went offline
        ("rae", "03-26T10:00:00", "03-26T12:00:00"),
        ("sam", "03-30T08:00:00", "03-30T12:00:00"),
        ("sam", "03-31T08:00:00", "03-31T12:00:00"),
        ("sam", "04-01T08:00:00", "04-01T12:00:00"),
        ("sam", "04-02T08:00:00", "04-02T11:24:00"),
        ("sam", "04-03T08:00:00", "04-03T12:00:00"),  # Good Friday
    ):
        log.add("chat.online", online, actor=who)
        if offline:
            log.add("chat.offline", offline, actor=who)
    log.add("call.received", "03-25T10:00:00", data={"call": "k1"})
    log.add("call.answered", "03-25T10:01:00", data={"call": "k1"}, actor="rae")
    log.add("call.received", "03-25T10:10:00", data={"call": "k2"})
    log.add("call.abandoned", "03-25T10:10:15", data={"call": "k2", "wait": 15})
    log.add("call.received", "03-25T10:20:00", data={"call": "k3"})
    log.add("call.abandoned", "03-25T10:20:45", data={"call": "k3", "wait": 45})
    log.add("call.received", "03-25T20:00:00", data={"call": "k4"})  # outside hours
    log.add("call.received", "03-26T10:00:00", data={"call": "k5"})
    log.add("call.answered", "03-26T10:02:00", data={"call": "k5"}, actor="sam")


def _others(log: _Log) -> None:
    log.add("campaign.leads_uploaded", "03-27T15:59:00", campaign="fair", actor="mia")
    # 23½ hours after the webinar, though the wall clock of that night shows 24½.
    log.add("campaign.leads_uploaded", "03-29T17:30:00", campaign="webinar", actor="mia")
    log.add("deal.lost", "03-30T14:00:00", deal="d1")
    log.add("deal.reason_recorded", "03-30T16:00:00", deal="d1", actor="sam")
    log.add("deal.reason_recorded", "03-23T10:00:00", deal="d2", actor="rae")
    log.add("deal.won", "03-24T15:00:00", deal="d2")
    log.add("deal.lost", "04-01T10:00:00", deal="d3")
    log.add("deal.reason_recorded", "04-02T09:00:00", deal="d3", actor="sam")
    for content, channel, at in (
        ("guide", "email", "03-24T15:00:00"),
        ("guide", "portal", "03-26T09:00:00"),
        ("guide", "content_map", "03-31T09:30:00"),
        ("study", "email", "03-18T10:00:00"),
        ("study", "portal", "03-24T10:00:00"),
        ("study", "content_map", "03-25T10:00:00"),
        ("study", "training", "03-26T10:00:00"),
    ):
        log.add("content.announced", at, content=content, actor="mia", data={"channel": channel})
    log.add("meeting.listened", "03-26T14:00:00", account="acme", data={"attendees": ["mia"]})


def events() -> list[Row]:
    """All that happened, with ids."""
    log = _Log()
    for part in (_handoff, _requests, _desk, _others):
        part(log)
    return log.rows
