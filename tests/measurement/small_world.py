"""Little worlds of facts for the laws of judging, by chance out of tables."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from hypothesis import strategies as st

START = datetime(2026, 3, 2, 6, tzinfo=UTC)  # a Monday
END = START + timedelta(days=21)
QUARTERS = 21 * 24 * 4

Fact = tuple[str, dict[str, Any]]
Values = list[Any] | Callable[[Random], Any]


def instant(chance: Random) -> str:
    """Any quarter of an hour of the three weeks."""
    at = START + timedelta(minutes=15 * chance.randrange(QUARTERS))
    return at.isoformat().replace("+00:00", "Z")


def perhaps(chance: Random) -> str | None:
    """An instant, or null."""
    return instant(chance) if chance.random() < 0.5 else None


MEMBERS = ["rae", "sam", "mia"]
ACCOUNTS = ["acme", "blue"]
CONTACTS = ["c1", "c2", "c3"]
LEADS = ["l1", "l2"]
DEALS = ["d1", "d2"]
CONTENTS = ["t1", "t2"]
ANYBODY: list[str | None] = [None, *MEMBERS]

#: Resource → the names of its records, and the fields that an update may name with their values.
RECORDS: dict[str, tuple[list[str], dict[str, Values]]] = {
    "members": (MEMBERS, {"team": ["sales", "sales", "marketing", None]}),
    "accounts": (
        ACCOUNTS,
        {"tier": [1, 2, 3, None], "owner": MEMBERS, "contact_goal": [1, 3, None], "created_at": perhaps},
    ),
    "contacts": (
        CONTACTS,
        {
            "account": ACCOUNTS,
            "owner": ANYBODY,
            "buyer_role": ["champion", "other", None],
            "merged_into": [None, None, None, "c3"],
            "deleted_at": lambda chance: instant(chance) if chance.random() < 0.2 else None,
            "created_at": perhaps,
        },
    ),
    "leads": (
        LEADS,
        {
            "contact": CONTACTS,
            "account": ACCOUNTS,
            "owner": ANYBODY,
            "status": ["raw", "mql", "accepted", "disqualified"],
            "reason": [None, "test", "no_budget"],
            "created_at": instant,
            "deleted_at": lambda chance: instant(chance) if chance.random() < 0.1 else None,
            "origin": ["web", "fair"],
        },
    ),
    "deals": (
        DEALS,
        {
            "lead": LEADS,
            "account": ACCOUNTS,
            "owner": ANYBODY,
            "outcome": ["won", "lost"],
            "closed_at": instant,
            "reason": ["price", "timing", None],
        },
    ),
    "contents": (
        CONTENTS,
        {"published_at": perhaps, "important": [True, True, False, None], "owner": MEMBERS},
    ),
}
REQUIRED: dict[str, Callable[[str], dict[str, str]]] = {
    "members": lambda name: {"email": f"{name}@example.com"},
    "accounts": lambda name: {"name": name},
    "contents": lambda name: {"title": name},
}

#: Ways to name records: each name is there, with a "?" it may be.
WHOM = [("contact", "lead?", "account?")]
A_LEAD = [("lead", "contact?")]
TOUCH = [("contact", "lead?", "account?"), ("lead", "contact?"), ()]
NAMES = {
    "account": ACCOUNTS,
    "contact": CONTACTS,
    "lead": LEADS,
    "deal": DEALS,
    "content": CONTENTS,
}
REASONS = ["test", "no_budget"]
#: Kind → how often, how it names records, and what its data say.
EVENTS: dict[str, tuple[int, list[tuple[str, ...]], dict[str, Values]]] = {
    "request.received": (4, WHOM, {}),
    "call.made": (2, TOUCH, {"automatic?": [True, False]}),
    "meeting.booked": (2, TOUCH, {"self_service?": [True]}),
    "email.sent": (2, TOUCH, {}),
    "lead.qualified": (3, A_LEAD, {}),
    "lead.accepted": (2, A_LEAD, {}),
    "lead.rejected": (2, A_LEAD, {"reason?": REASONS}),
    "lead.assigned": (3, A_LEAD, {"owner": MEMBERS}),  # what hangs on the lead is theirs: deals, calls
    "chat.received": (1, WHOM, {}),
    "chat.answered": (1, WHOM, {}),
    "deal.won": (1, [("deal",)], {}),
    "deal.reason_recorded": (1, [("deal",)], {}),
    "competitor.detected": (1, [("account",)], {}),
    "meeting.held": (3, [("account", "contact?"), ("account", "lead"), ()], {"attendees": MEMBERS}),
    "call.received": (1, WHOM, {"call": ["k1", "k2"]}),
    "call.answered": (1, WHOM, {"call": ["k1", "k2"]}),
    "chat.online": (3, [(), (), ("contact",)], {}),
    "chat.offline": (3, [()], {}),
    "contact.created": (2, [("contact",)], {}),
    "content.published": (1, [("content",)], {}),
    "content.announced": (3, [("content",)], {"channel": ["email", "portal", "radio"]}),
}

#: Records that every world has, so that promises find something to be about.
COMPANY: tuple[Fact, ...] = (
    ("members", {"external_id": "rae", "email": "rae@example.com", "team": "sales"}),
    ("accounts", {"external_id": "acme", "name": "acme", "tier": 2, "owner": "rae"}),
    ("contacts", {"external_id": "c1", "account": "acme"}),
    ("contacts", {"external_id": "c2", "account": "acme"}),
    ("leads", {"external_id": "l1", "contact": "c1", "owner": "rae"}),
    ("leads", {"external_id": "l2", "contact": "c2", "origin": "web"}),
    ("deals", {"external_id": "d1", "lead": "l1"}),
    ("deals", {"external_id": "d2", "lead": "l2"}),
    ("contents", {"external_id": "t1", "title": "t1", "important": True}),
)


def world(chance: Random, *, records: int, events: int, withdrawn: int) -> list[Fact]:
    """The company, so many updates and events; some of these are withdrawn, ids are unique. People are away
    and leave, with a cover or without."""
    facts = [(resource, {**row, "updated_at": instant(chance)}) for resource, row in COMPANY]
    facts += [_record(chance) for _ in range(records)]
    rows = [{"external_id": f"e{number}", **_event(chance)} for number in range(events)]
    for row in chance.sample(rows, withdrawn):
        name, at = f"r-{row['external_id']}", instant(chance)
        data = {"event": row["external_id"]}
        rows.append({"external_id": name, "kind": "event.retracted", "occurred_at": at, "data": data})
    return [*facts, *_absences(chance), *(("events", row) for row in rows)]


@st.composite
def worlds(draw: st.DrawFn) -> list[Fact]:
    """Small worlds, that shrink to what matters."""
    chance = draw(st.randoms(use_true_random=False))
    events = draw(st.integers(6, 24))
    return world(chance, records=draw(st.integers(0, 10)), events=events, withdrawn=draw(st.integers(0, 2)))


def _absences(chance: Random) -> list[Fact]:
    """Who is away once, and may leave for good later: the two do not overlap, whichever is entered first."""
    found: list[Fact] = []
    for name in MEMBERS:
        begins, ends, leaves = sorted(START + timedelta(hours=chance.randrange(21 * 24)) for _ in range(3))
        others: list[str | None] = [None, *(other for other in MEMBERS if other != name)]
        away = {"user": name, "cover": chance.choice(others), "from": begins, "until": ends}
        if begins < ends and chance.random() < 0.5:
            found.append(("absences", away))
        if chance.random() < 0.4:
            cover = chance.choice(others)
            found.append(("absences", {"user": name, "cover": cover, "from": leaves, "until": None}))
    return found


def _record(chance: Random) -> Fact:
    resource = chance.choice(list(RECORDS))
    names, fields = RECORDS[resource]
    name = chance.choice(names)
    said = {field: _one(values, chance) for field, values in fields.items() if chance.random() < 0.5}
    if said.get("merged_into") == name:
        del said["merged_into"]
    required = REQUIRED.get(resource, lambda _: {})(name)
    return resource, {"external_id": name, **required, **said, "updated_at": instant(chance)}


def _event(chance: Random) -> dict[str, Any]:
    kind = chance.choice([kind for kind, (often, *_) in EVENTS.items() for _ in range(often)])
    _, ways, says = EVENTS[kind]
    refs = _said(dict.fromkeys(chance.choice(ways)), chance, NAMES)
    data = _said(says, chance, {})
    if "attendees" in data:
        data["attendees"] = [data["attendees"]]
    actor = chance.choice(ANYBODY)
    return {"kind": kind, "occurred_at": instant(chance), "data": data, "actor": actor, **refs}


def _said(wanted: dict[str, Any], chance: Random, known: dict[str, list[str]]) -> dict[str, Any]:
    """What is wanted by name, of these values or the known ones; what has a "?" half of the time."""
    return {
        name.rstrip("?"): _one(values or known[name.rstrip("?")], chance)
        for name, values in wanted.items()
        if not name.endswith("?") or chance.random() < 0.5
    }


def _one(values: Values, chance: Random) -> Any:
    return values(chance) if callable(values) else chance.choice(values)
