"""What share of the records has that: stretches by tables, and against conditions asked at any instant."""

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agreements.terms import Promise
from measurement.conditions import matches
from measurement.measures.counting import NO_FACT
from measurement.measures.snapshot import SnapshotMeasure
from measurement.ownership import Ownership
from measurement.units import UnitVerdict
from tests.measurement.builders import (
    ACCOUNT,
    CONTACT,
    LEAD,
    LEAD_2,
    MIA,
    RAE,
    SALES,
    SAM,
    KnownWorld,
    at,
    fact,
    subject,
)
from tests.measurement.counted import counting, measured

BUYER_ROLES = {
    "of": "contacts",
    "where": {"account.tier": 1, "contact.created_at": {"older_than": "30 days"}},
    "having": {"contact.buyer_role": {"not": ["other"]}},
}
LONG_AGO, BORN = at("2020-01-01 00:00"), at("2026-02-01 00:00")
AGED = at("2026-03-03 00:00:01")  # older than thirty days for the first whole second
TOLD = {(CONTACT, "account"): ACCOUNT, (ACCOUNT, "tier"): 1, (CONTACT, "created_at"): BORN}


def day(text: str) -> datetime:
    return at(f"2026-{text} 00:00")


def stretches(*promises: Promise, about: Any = None, since: Any = BORN, **world: Any) -> list[UnitVerdict]:
    world.setdefault("fields", TOLD)
    known = KnownWorld(since={} if since == LONG_AGO else {CONTACT: since}, **world)
    return measured(SnapshotMeasure, *promises, subject=about or subject(), world=known)


def shown(units: list[UnitVerdict]) -> list[tuple[datetime, datetime | None, str]]:
    return [(unit.at, unit.until, unit.state.value) for unit in units]


#: What else is known of a contact of a tier-1 account that was made on 1 February, and its stretches.
ROLES = [
    ("nothing", {}, [(AGED, None, "lacking")]),
    ("a role from the start", {(CONTACT, "buyer_role"): ["champion"]}, [(AGED, None, "having")]),
    ("no real role", {(CONTACT, "buyer_role"): ["other"]}, [(AGED, None, "lacking")]),
    ("one real role", {(CONTACT, "buyer_role"): ["other", "champion"]}, [(AGED, None, "having")]),
    (
        "a role that came and went",
        {(CONTACT, "buyer_role"): [(BORN, None), (day("04-01"), ["champion"]), (day("05-01"), [])]},
        [
            (AGED, day("04-01"), "lacking"),
            (day("04-01"), day("05-01"), "having"),
            (day("05-01"), None, "lacking"),
        ],
    ),
    (
        "one role for another",
        {(CONTACT, "buyer_role"): [(BORN, ["champion"]), (day("04-01"), ["influencer"])]},
        [(AGED, None, "having")],
    ),
    (
        "a tier that changes",
        {(ACCOUNT, "tier"): [(BORN, 2), (day("04-01"), 1), (day("05-01"), 2), (day("06-01"), 1)]},
        [(day("04-01"), day("05-01"), "lacking"), (day("06-01"), None, "lacking")],
    ),
    (
        "an account that is left",
        {(CONTACT, "account"): [(BORN, ACCOUNT), (day("04-01"), None)]},
        [(AGED, day("04-01"), "lacking")],
    ),
    ("an account of another tier", {(ACCOUNT, "tier"): 2}, []),
    ("no date of creation", {(CONTACT, "created_at"): None}, []),
    (
        "a date of creation that is corrected",
        {(CONTACT, "created_at"): [(BORN, BORN), (day("02-10"), day("02-09"))]},
        [(at("2026-03-11 00:00:01"), None, "lacking")],
    ),
]


@pytest.mark.parametrize(("name", "fields", "expected"), ROLES, ids=[case[0] for case in ROLES])
def test_stretches_begin_and_end_where_something_changes(name, fields, expected):
    assert shown(stretches(counting("rate", **BUYER_ROLES), fields=TOLD | fields)) == expected


def test_ages_come_true_ahead_of_what_is_known():
    units = measured(
        SnapshotMeasure,
        counting("rate", **BUYER_ROLES),
        subject=subject(),
        world=KnownWorld(TOLD, since={CONTACT: BORN}),
        as_of=day("02-02"),
    )
    assert shown(units) == [(AGED, None, "lacking")]


def test_a_stretch_is_named_by_its_beginning_and_says_what_is_lacking():
    (unit,) = stretches(counting("rate", **BUYER_ROLES))
    assert (unit.unit_key, unit.each, unit.stretch) == (f"s:{int(AGED.timestamp())}", "team", True)
    assert [(line["role"], line["at"], line["field"]) for line in unit.evidence] == [
        ("having", "2026-03-03T00:00:01Z", "contact.buyer_role")
    ]


EVERYBODY = {"of": "contacts", "having": {"contact.email": "present"}}

#: Since when a contact exists, when it was deleted, and its stretches under a promise in force from 2026 on.
LIVES = [
    (LONG_AGO, None, [(day("01-01"), None)]),
    (day("03-01"), None, [(day("03-01"), None)]),
    (None, None, []),
    (day("03-01"), day("04-01"), [(day("03-01"), day("04-01"))]),
    (day("03-01"), day("03-01"), []),
    (day("03-01"), day("02-01"), []),
    (LONG_AGO, at("2025-06-01 00:00"), []),
]


@pytest.mark.parametrize(("since", "deleted", "expected"), LIVES)
def test_a_record_counts_while_it_exists(since, deleted, expected):
    units = stretches(counting("rate", **EVERYBODY), about=subject(deleted_at=deleted), since=since)
    assert [(unit.at, unit.until) for unit in units] == expected


def test_records_of_other_types_have_no_stretches():
    assert stretches(counting("rate", **EVERYBODY), about=subject(ref=LEAD, type="lead")) == []


def test_a_stretch_is_split_where_its_owner_changes():
    owners = [(BORN, RAE), (day("04-01"), SAM), (day("05-01"), SAM), (day("06-01"), None)]
    units = stretches(counting("rate", **EVERYBODY), fields={(CONTACT, "owner"): owners})
    assert [(unit.at, unit.owner_id) for unit in units] == [
        (BORN, RAE),
        (day("04-01"), SAM),
        (day("06-01"), None),
    ]


def test_a_stretch_is_split_where_a_version_begins_and_ends_with_the_last():
    first = counting("rate", ends_at="2026-04-01 00:00", **EVERYBODY)
    second = counting(
        "rate", version=2, starts_at="2026-04-01 00:00", ends_at="2026-05-01 00:00", **EVERYBODY
    )
    units = stretches(first, second)
    assert [(unit.commitment_id, unit.at, unit.until) for unit in units] == [
        (1, BORN, day("04-01")),
        (2, day("04-01"), day("05-01")),
    ]


def test_before_the_first_version_only_baseline_windows_have_stretches():
    window = {"baseline": {"from": "2025-07-01", "to": "2025-07-31"}, "target": ">= baseline + 1 point"}
    overlapping = {"baseline": {"from": "2025-07-15", "to": "2025-08-31"}, "target": ">= baseline"}
    first = counting("rate", starts_at="2026-03-01 00:00", ends_at="2026-04-01 00:00", **EVERYBODY, **window)
    second = counting("rate", version=2, starts_at="2026-04-01 00:00", **EVERYBODY, **overlapping)
    units = stretches(first, second, since=LONG_AGO)
    assert [(unit.commitment_id, unit.at, unit.until) for unit in units] == [
        (1, at("2025-07-01 00:00"), at("2025-08-01 00:00")),
        (1, at("2025-08-01 00:00"), at("2025-09-01 00:00")),
        (1, day("03-01"), day("04-01")),
        (2, day("04-01"), None),
    ]


def test_versions_over_events_are_left_out():
    cohort = counting("rate", of={"event": "call.made"}, having={"event": "meeting.held"})
    assert SnapshotMeasure([cohort], fiscal_year_start=1, subject_types={}).versions == ()


class MovingWorld(KnownWorld):
    """A world in which Mia changed from marketing to sales on 1 April."""

    def teams(self, member: int, at: datetime) -> frozenset[int]:
        return frozenset({SALES}) if member == MIA and at >= day("04-01") else frozenset()

    def moves(self, member: int) -> list[datetime]:
        return [day("04-01")] if member == MIA else []


def test_a_stretch_begins_where_its_owner_comes_into_the_team():
    promise = counting(
        "rate", of="contacts", where={"contact.owner": "team"}, having={"contact.email": "present"}
    )
    world = MovingWorld({(CONTACT, "owner"): MIA}, since={CONTACT: BORN})
    units = measured(SnapshotMeasure, promise, subject=subject(fact("call.made", "10:00")), world=world)
    assert shown(units) == [(day("04-01"), None, "lacking")]


CONDITIONS: list[dict[str, Any]] = [
    {"account.tier": 1},
    {"account.tier": {"gte": 2}},
    {"account.tier": "missing"},
    {"contact.created_at": {"older_than": "3 days"}},
    {"contact.attributes.seen": {"newer_than": "2 days"}},
    {"contact.buyer_role": {"not": ["other"]}},
    {"contact.buyer_role": "present"},
    {"lead.status": "mql"},
    {"lead.created_at": {"older_than": "2 days"}, "account.tier": "present"},
    {"contact.owner": "team"},
    {},
]
ACCOUNTS, LEADS = [None, ACCOUNT, ACCOUNT + 1], [LEAD, LEAD_2]

moments = st.integers(min_value=0, max_value=24 * 30).map(lambda hours: day("02-01") + timedelta(hours=hours))

fractions = st.builds(
    lambda at, more: at + timedelta(microseconds=more), moments, st.sampled_from([0, 1, 999_999])
)


def course(values: Any) -> Any:
    """A field's history: distinct instants, oldest first."""
    pairs = st.lists(st.tuples(moments, values), max_size=4, unique_by=lambda pair: pair[0])
    return pairs.map(lambda found: sorted(found, key=lambda pair: pair[0]))


worlds = st.fixed_dictionaries(
    {
        (CONTACT, "account"): course(st.sampled_from(ACCOUNTS)),
        (CONTACT, "buyer_role"): course(st.sampled_from([None, [], ["other"], ["champion"]])),
        (CONTACT, "created_at"): course(st.one_of(st.none(), moments)),
        (CONTACT, "attributes.seen"): course(st.one_of(st.none(), fractions.map(datetime.isoformat))),
        (CONTACT, "owner"): course(st.sampled_from([None, RAE, MIA])),
        (ACCOUNT, "tier"): course(st.sampled_from([None, 1, 2])),
        (ACCOUNT, "owner"): course(st.sampled_from([None, SAM])),
        (ACCOUNT + 1, "tier"): course(st.sampled_from([1, 3])),
        (LEAD, "contact"): course(st.sampled_from([None, CONTACT])),
        (LEAD, "status"): course(st.sampled_from([None, "raw", "mql"])),
        (LEAD_2, "contact"): course(st.sampled_from([CONTACT, 11])),
        (LEAD_2, "status"): course(st.sampled_from(["mql", "accepted"])),
        (LEAD_2, "created_at"): course(moments),
    }
)


@given(
    fields=worlds,
    where=st.sampled_from(CONDITIONS),
    having=st.sampled_from(CONDITIONS[:-1]),
    since=st.tuples(moments, moments, moments),
    deleted=st.one_of(st.none(), moments),
    versions=st.tuples(moments, moments).filter(lambda pair: pair[0] < pair[1]),
    asked=st.lists(moments, min_size=1, max_size=8),
)
def test_at_any_instant_the_stretch_that_contains_it_says_what_the_conditions_say(
    fields, where, having, since, deleted, versions, asked
):
    known = {name: changes for name, changes in fields.items() if changes}
    world = KnownWorld(
        known, since=dict(zip([CONTACT, LEAD, LEAD_2], since, strict=True)), leads={CONTACT: LEADS}
    )
    about = subject(deleted_at=deleted)
    begun, ended = (f"{instant:%Y-%m-%d %H:%M}" for instant in versions)
    promise = counting("rate", of="contacts", where=where, having=having, starts_at=begun, ends_at=ended)
    units = measured(SnapshotMeasure, promise, subject=about, world=world)
    for instant in (moment + timedelta(seconds=more) for moment in asked for more in (-1, 0, 1)):
        found = [
            unit for unit in units if unit.at <= instant and (unit.until is None or instant < unit.until)
        ]
        assert [(unit.state, unit.owner_id) for unit in found] == naive(promise, about, world, instant)
    for earlier, later in pairwise(units):
        assert earlier.until is not None
        assert earlier.until < later.at or told_apart(earlier) != told_apart(later)
        assert earlier.until <= later.at


def told_apart(unit: UnitVerdict) -> tuple[Any, ...]:
    return unit.state, unit.owner_id, [line["field"] for line in unit.evidence]


def naive(promise: Promise, about: Any, world: KnownWorld, instant: datetime) -> list[tuple[str, int | None]]:
    """Whether the record counts at the instant, whether it has it, and whose it is."""

    def holds(conditions: Any) -> bool:
        return matches(conditions, subject=about, fact=None, at=instant, world=world, team_id=SALES)

    born = world.exists_since(CONTACT)
    there = born is not None and born <= instant and (about.deleted_at is None or instant < about.deleted_at)
    promised = promise.starts_at <= instant and (promise.ends_at is None or instant < promise.ends_at)
    if not (there and promised and holds(promise.terms.where)):
        return []
    state = "having" if holds(promise.terms.having) else "lacking"
    return [(state, Ownership(about, NO_FACT, world).at(instant))]
