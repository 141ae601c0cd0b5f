"""The accounts that a promise is about, and the contacts that each had at an instant.

Accounts are few beside contacts: which of them satisfy the promise is judged by the measures' own conditions.
Contacts are counted by the database, in one statement for all instants.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from msgspec import json

from agreements.terms import Condition, Promise, RateTerms, VolumeTerms
from measurement import world
from measurement.conditions import matches

#: Accounts that were ever said to be so, and those that they were merged into.
CANDIDATES = """
SELECT id FROM leads_ref WHERE type = 'account' AND %(said)s::jsonb = '{}'
UNION
SELECT said.id FROM leads_recordversion v JOIN leads_ref r ON r.id = v.ref_id AND r.type = 'account'
CROSS JOIN LATERAL (VALUES (r.id), (r.merged_into)) AS said (id)
WHERE %(said)s::jsonb <> '{}' AND v.fields @> %(said)s::jsonb AND said.id IS NOT NULL
"""

#: What counts of a field is what its latest version by then said; before the first version that one counts.
#: A contact that others were merged into is told by these where it never had the field itself.
VALUE = (
    """CASE WHEN bool_or(own AND fields ? '{name}') OR NOT bool_or(NOT own) THEN {own} ELSE {merged} END"""
)
LATEST = """(array_agg(fields -> '{name}' ORDER BY told.place DESC) FILTER (
    WHERE {whose} AND (told.place = 1 OR (fields ? '{name}' AND valid_from < {until}))))[1]"""


def _value(name: str, until: str) -> str:
    own, merged = (LATEST.format(name=name, whose=whose, until=until) for whose in ("own", "NOT own"))
    return VALUE.format(name=name, own=own, merged=merged)


#: Per instant and account how many contacts existed and how many of them held each role, "" for all of them.
CONTACTS = f"""
WITH owned AS MATERIALIZED (
    SELECT account, account AS id FROM unnest(%(accounts)s::bigint[]) AS asked (account)
    UNION ALL
    SELECT merged_into, id FROM leads_ref WHERE merged_into = ANY (%(accounts)s)
), person AS MATERIALIZED (
    SELECT DISTINCT coalesce(c.merged_into, c.id) AS id FROM owned
    JOIN leads_link l ON l.target_id = owned.id AND l.field = 'account'
    JOIN leads_ref c ON c.id = l.ref_id AND c.type = 'contact'
), family AS MATERIALIZED (
    SELECT p.id AS person, p.id AS ref_id, '' AS source, '' AS external_id FROM person p
    UNION ALL
    SELECT r.merged_into, r.id, r.source, r.external_id FROM person p JOIN leads_ref r ON r.merged_into = p.id
), told AS (
    SELECT f.person, f.person = f.ref_id AS own, v.valid_from, v.fields, row_number() OVER (
        PARTITION BY f.person, f.person = f.ref_id
        ORDER BY v.valid_from, f.source COLLATE "C", f.external_id COLLATE "C"
    ) AS place
    FROM family f JOIN leads_recordversion v ON v.ref_id = f.ref_id
), born AS (
    SELECT person, deleted_at, coalesce(created_at::timestamptz, least(known_since, (
        SELECT min(e.occurred_at) FROM family f JOIN leads_event e ON e.contact_id = f.ref_id
        LEFT JOIN leads_event withdrawn ON withdrawn.id = e.retracted_by
        WHERE f.person = known.person AND (e.retracted_by IS NULL OR withdrawn.occurred_at >= %(end)s)
    ))) AS since
    FROM (
        SELECT person, min(valid_from) AS known_since,
            ({_value("created_at", "%(end)s")}) #>> '{{}}' AS created_at,
            ({LATEST.format(name="deleted_at", whose="own", until="%(end)s")}) #>> '{{}}' AS deleted_at
        FROM told WHERE place = 1 OR valid_from < %(end)s GROUP BY person
    ) AS known
), asked AS (
    SELECT at, place FROM unnest(%(instants)s::timestamptz[]) WITH ORDINALITY AS instant (at, place)
), existing AS (
    SELECT asked.place, asked.at, born.person FROM asked JOIN born ON born.since < asked.at
    AND (born.deleted_at IS NULL OR born.deleted_at::timestamptz >= least(asked.at, %(end)s))
), said AS (
    SELECT existing.place AS asked, person,
        ({_value("account", "existing.at")} #>> '{{}}')::bigint AS account,
        {_value("buyer_role", "existing.at")} AS roles
    FROM existing JOIN told USING (person)
    WHERE told.place = 1 OR told.valid_from < %(end)s GROUP BY existing.place, person
)
SELECT asked, owned.account, role, count(*) FROM said JOIN owned ON owned.id = said.account
CROSS JOIN LATERAL (
    SELECT '' AS role UNION SELECT jsonb_array_elements_text(roles) WHERE jsonb_typeof(roles) = 'array'
) AS held GROUP BY asked, owned.account, role
"""


@dataclass(frozen=True, slots=True)
class Account:
    """An account as it was at the instant; ``goal`` is its ``contact_goal``."""

    ref: int
    name: str | None
    tier: int | None
    goal: int | None


@dataclass(slots=True)
class Contacts:
    """How many contacts an account had, and how many of them held each buyer role."""

    people: int = 0
    roles: Counter[str] = field(default_factory=Counter)


def accounts_of(
    promise: Promise, *, at: datetime, as_of: datetime, among: Collection[int] | None = None
) -> list[Account]:
    """The accounts that existed at the instant and satisfied what the promise asks of accounts, by ref id.

    Known is what is told up to ``as_of``. ``among``: only these are looked at. A constant number of
    statements.
    """
    return accounts_over(promise, instants=[at], as_of=as_of, among=among)[at]


def accounts_over(
    promise: Promise,
    *,
    instants: Collection[datetime],
    as_of: datetime,
    among: Collection[int] | None = None,
) -> dict[datetime, list[Account]]:
    """The same at each of these instants; no more statements than for one."""
    conditions = account_conditions(promise.terms)
    looked_at = candidates(conditions) if among is None else among
    around, subjects = world.load(looked_at, kinds=(), subject_types={}, until=as_of, untold=("account",))
    those = sorted(subjects, key=lambda subject: subject.ref)

    def accounts_then(at: datetime) -> Iterator[Account]:
        for subject in those:
            since, deleted = around.exists_since(subject.ref), subject.deleted_at
            if since is None or since > at or (deleted is not None and deleted <= at):
                continue
            if matches(conditions, subject=subject, fact=None, at=at, world=around, team_id=promise.team_id):
                values = (around.value(subject.ref, name, at) for name in ("name", "tier", "contact_goal"))
                yield Account(subject.ref, *values)

    return {at: list(accounts_then(at)) for at in instants}


def account_conditions(terms: VolumeTerms | RateTerms) -> tuple[Condition, ...]:
    """What a promise asks of accounts: conditions on account fields in its ``where``, or in that of its only
    selector."""
    selectors = [count.selector for count in terms.count] if isinstance(terms, VolumeTerms) else []
    conditions = (*terms.where, *(selectors[0].where if len(selectors) == 1 else ()))
    return tuple(condition for condition in conditions if condition.field.startswith("account."))


def contacts_of(accounts: Collection[int], *, at: datetime, as_of: datetime) -> dict[int, Contacts]:
    """The contacts that each account had at the instant, as known at ``as_of``; one statement.

    A contact belongs to the account that it named then. Merged records are one: their survivor.
    """
    return contacts_over(accounts, instants=[at], as_of=as_of)[at]


def contacts_over(
    accounts: Collection[int], *, instants: Sequence[datetime], as_of: datetime
) -> dict[datetime, dict[int, Contacts]]:
    """The same at each of these instants; one statement."""
    second = timedelta(seconds=1)  # what an update said is true from the second it was made in
    found = {at: {account: Contacts() for account in accounts} for at in instants}
    parameters: dict[str, Any] = {
        "accounts": list(accounts),
        "instants": [at + second for at in instants],
        "end": as_of + second,
    }
    with connection.cursor() as cursor:
        cursor.execute(CONTACTS, parameters)
        rows: list[tuple[int, int, str, int]] = cursor.fetchall()
    for place, account, role, people in rows:
        contacts = found[instants[place - 1]][account]
        if role:
            contacts.roles[role] = people
        else:
            contacts.people = people
    return found


def candidates(conditions: Collection[Condition]) -> list[int]:
    """Accounts that may satisfy these conditions; not all of them need to."""
    said = dict(_plain(conditions))
    with connection.cursor() as cursor:
        cursor.execute(CANDIDATES, {"said": json.encode(said).decode()})
        return [row[0] for row in cursor.fetchall()]


def _plain(conditions: Collection[Condition]) -> Iterator[tuple[str, Any]]:
    """One condition that the database can ask as well: a single number or yes or no, ever said."""
    for condition in conditions:
        values: tuple[Any, ...] = condition.value if condition.op == "eq" else ()
        name = condition.field.removeprefix("account.")
        if name in ("tier", "named") and len(values) == 1 and isinstance(values[0], bool | int):
            yield name, values[0]
            return
