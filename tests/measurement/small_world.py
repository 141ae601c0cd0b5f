"""Little worlds of facts for the laws of judging."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

START = datetime(2026, 3, 2, 6, tzinfo=UTC)  # a Monday
END = START + timedelta(days=21)

instants = st.integers(0, 21 * 24 * 4).map(lambda quarter: START + timedelta(minutes=15 * quarter))
members = st.sampled_from(["rae", "sam", "mia"])
accounts = st.sampled_from(["acme", "blue"])
contacts = st.sampled_from(["c1", "c2", "c3"])
leads = st.sampled_from(["l1", "l2"])
deals = st.sampled_from(["d1", "d2"])
contents = st.sampled_from(["t1", "t2"])


def _written(instant: datetime) -> str:
    return instant.isoformat().replace("+00:00", "Z")


@st.composite
def _record(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    resource, ids, fields = draw(
        st.sampled_from(
            [
                ("members", members, {"team": st.sampled_from(["sales", "marketing", None])}),
                (
                    "accounts",
                    accounts,
                    {
                        "tier": st.sampled_from([1, 2, 3, None]),
                        "owner": members,
                        "contact_goal": st.sampled_from([1, 3, None]),
                    },
                ),
                (
                    "contacts",
                    contacts,
                    {
                        "account": accounts,
                        "owner": st.none() | members,
                        "buyer_role": st.sampled_from(["champion", "other"]),
                        "merged_into": st.sampled_from([None, None, None, "c3"]),
                        "deleted_at": st.none() | instants.map(_written),
                        "created_at": st.none() | instants.map(_written),
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
                        "reason": st.sampled_from([None, "test", "no_budget"]),  # a test is bad data
                        "created_at": instants.map(_written),
                        "origin": st.sampled_from(["web", "fair"]),
                        "deleted_at": st.none() | instants.map(_written),
                    },
                ),
                (
                    "contents",
                    contents,
                    {
                        "published_at": st.none() | instants.map(_written),
                        "important": st.sampled_from([True, True, False, None]),
                        "owner": members,
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
    required = {
        "members": {"email": f"{name}@example.com"},
        "accounts": {"name": name},
        "contents": {"title": name},
    }.get(resource, {})
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
            + ["chat.online", "chat.offline"] * 2
            + ["contact.created", "content.announced", "content.announced", "content.published"]
        )
    )
    refs = draw(_named_by(kind))
    data: dict[str, Any] = {}
    if kind == "lead.rejected":
        data = draw(st.fixed_dictionaries({}, optional={"reason": st.sampled_from(["test", "no_budget"])}))
    if kind == "lead.assigned":
        data = {"owner": draw(members)}
    if kind == "meeting.held":
        data = {"attendees": [draw(members)]}
    if kind == "content.announced":
        data = {"channel": draw(st.sampled_from(["email", "portal", "radio"]))}
    if kind in ("call.received", "call.answered"):
        data = {"call": draw(st.sampled_from(["k1", "k2"]))}
    actor = draw(st.none() | members)
    return {"kind": kind, "occurred_at": _written(draw(instants)), "data": data, "actor": actor, **refs}


def _named_by(kind: str) -> st.SearchStrategy[dict[str, str]]:
    """The records that an event of the kind names; a touch or presence may name none."""
    of_a_lead = st.fixed_dictionaries({"lead": leads}, optional={"contact": contacts})
    whom = st.fixed_dictionaries({"contact": contacts}, optional={"lead": leads, "account": accounts})
    named = {
        "lead": of_a_lead,
        "deal": st.fixed_dictionaries({"deal": deals}),
        "content": st.fixed_dictionaries({"content": contents}),
        "competitor": st.fixed_dictionaries({"account": accounts}),
        "meeting.held": st.fixed_dictionaries(
            {"account": accounts}, optional={"contact": contacts, "lead": leads}
        ),
        "chat.online": st.fixed_dictionaries({}, optional={"contact": contacts}),
        "chat.offline": st.just({}),
        "contact.created": st.fixed_dictionaries({"contact": contacts}),
    }
    if kind in _TOUCHES:
        return whom | of_a_lead | st.just({})
    return named.get(kind, named.get(kind.partition(".")[0], whom))


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
    ("contents", {"external_id": "t1", "title": "t1", "important": True}),
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
