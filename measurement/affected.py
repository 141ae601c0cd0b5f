"""Which subjects may be judged differently after a change; each is queued once, in a few statements a batch.

Rather too many than too few: judging a subject again for nothing changes no row.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from agreements.enums import Kind
from agreements.terms import Condition, Promise, ResponseTerms, Selector
from core.enums import MarkKind
from core.models import ChangeMark
from leads.reading import NEAR

FACTS, HISTORY = 0, 1  # urgency: what just happened goes before what is only seen in a new light

NAMED = ("account", "contact", "lead", "deal", "campaign", "content", "call")
DIMENSIONS = ", ".join(f"(e.{name}_id)" for name in NAMED)
TOGETHER = " OR ".join(f"e.{name}_id = ANY (known.ids)" for name in (*NAMED, "actor"))
QUEUE = """
INSERT INTO measurement_touchedsubject (subject_id, urgency)
SELECT r.id, %(urgency)s FROM leads_ref r WHERE r.id IN (SELECT id FROM touched) AND r.type = ANY (%(types)s)
ON CONFLICT (subject_id) DO UPDATE SET urgency = LEAST(measurement_touchedsubject.urgency, excluded.urgency)
"""

#: An event is about the records it names and those near them; it may name others beside them.
BY_EVENTS = f"""
WITH RECURSIVE seed AS (SELECT unnest(%(refs)s::bigint[]) AS id), {NEAR},
persons AS (SELECT array_agg(id) AS ids FROM leads_ref
    WHERE id IN (SELECT id FROM near) AND type IN ('contact', 'lead', 'deal')),
touched AS (
    SELECT id FROM near
    UNION
    SELECT named.id FROM leads_event e CROSS JOIN LATERAL (VALUES {DIMENSIONS}) AS named (id)
    WHERE e.contact_id = ANY ((SELECT ids FROM persons)::bigint[])
        OR e.lead_id = ANY ((SELECT ids FROM persons)::bigint[])
        OR e.deal_id = ANY ((SELECT ids FROM persons)::bigint[])
)
{QUEUE}
"""

#: A record's fields matter to all that lead to it by links (an owner's teams to all they own), to all that an
#: event names together with one of those, and to what is near any of them.
#: A member is named by text in the data of events, under any name that was merged into one: who is assigned a
#: lead owns what leads to the lead.
BY_RECORDS = f"""
WITH RECURSIVE same (id) AS (
    SELECT id FROM leads_ref WHERE id = ANY (%(refs)s) AND type = 'member'
    UNION
    SELECT step.id FROM same CROSS JOIN LATERAL (
        SELECT target_id AS id FROM leads_link WHERE ref_id = same.id AND field = 'merged_into'
        UNION ALL
        SELECT ref_id FROM leads_link WHERE target_id = same.id AND field = 'merged_into'
    ) AS step
), member AS (SELECT source, external_id FROM leads_ref WHERE id IN (SELECT id FROM same)),
changed (id) AS (
    SELECT id FROM (
        SELECT unnest(%(refs)s::bigint[]) AS id
        UNION
        SELECT e.lead_id FROM member JOIN leads_event e ON e.kind = 'lead.assigned'
            AND e.source = member.source AND e.data ->> 'owner' = member.external_id
        WHERE e.lead_id IS NOT NULL
    ) AS first
    UNION
    SELECT step.id FROM changed CROSS JOIN LATERAL (
        SELECT ref_id AS id FROM leads_link WHERE target_id = changed.id
        UNION ALL
        SELECT target_id FROM leads_link WHERE ref_id = changed.id AND field IN ('contact', 'merged_into')
    ) AS step
), known AS (SELECT array_agg(id) AS ids FROM changed),
seed AS (
    SELECT id FROM changed
    UNION
    SELECT named.id FROM known JOIN leads_event e ON {TOGETHER}
    CROSS JOIN LATERAL (VALUES {DIMENSIONS}) AS named (id) WHERE named.id IS NOT NULL
    UNION
    SELECT named.id FROM member
    JOIN leads_event e ON e.kind = ANY (%(with_members)s) AND e.source = member.source
    CROSS JOIN LATERAL (VALUES {DIMENSIONS}) AS named (id) WHERE named.id IS NOT NULL
), {NEAR}, touched AS (SELECT id FROM near)
{QUEUE}
"""

#: Whatever has an event that may start one of the promises, and whatever has a clock of one.
BY_KINDS = f"""
WITH RECURSIVE seed AS (
    SELECT named.id FROM leads_event e CROSS JOIN LATERAL (VALUES {DIMENSIONS}) AS named (id)
    WHERE e.kind = ANY (%(kinds)s) AND named.id IS NOT NULL
    UNION
    SELECT ref_id FROM leads_impliedevent WHERE kind = ANY (%(kinds)s)
), {NEAR}, touched AS (SELECT id FROM near)
{QUEUE}
"""
WITH_CLOCKS = """
INSERT INTO measurement_touchedsubject (subject_id, urgency)
SELECT DISTINCT c.subject_id, %(urgency)s FROM measurement_clock c
WHERE c.commitment_key IN (
    SELECT other.key FROM agreements_commitment other
    JOIN agreements_agreementversion version ON version.id = other.version_id
    WHERE version.agreement_id IN (
        SELECT agreement_id FROM agreements_agreementversion WHERE id = ANY (%(versions)s)))
ON CONFLICT (subject_id) DO NOTHING
"""
GIVEN_UP = """
INSERT INTO measurement_touchedsubject (subject_id, urgency)
SELECT DISTINCT subject_id, %s FROM measurement_clock WHERE ended_at IS NULL AND gives_up_at < %s
ON CONFLICT (subject_id) DO NOTHING
"""
MEMBERS_OF_USERS = (
    "SELECT ref_id FROM leads_member WHERE user_id IS NOT NULL AND (user_id = ANY (%s) OR 0 = ANY (%s))"
)


@dataclass(frozen=True, slots=True)
class Interest:
    """What the promises in force look at: types of subjects, kinds of events, kinds that start a clock."""

    types: frozenset[str]
    kinds: frozenset[str]
    starts: frozenset[str]
    with_members: frozenset[str]

    @classmethod
    def of(cls, promises: Iterable[Promise], subject_types: dict[str, str]) -> "Interest":
        """What these promises look at; ``with_members`` are kinds whose data may name members."""
        all_terms: list[ResponseTerms] = [one.terms for one in promises if one.kind is Kind.RESPONSE]
        selectors = [selector for terms in all_terms for selector in _selectors(terms)]
        needed = {kind for selector in selectors if selector.needs for kind in selector.needs.events}
        starts = [(terms.subject, kind) for terms in all_terms for kind in _kinds(terms.start)]
        types = {subject or subject_types.get(kind, "") for subject, kind in starts}
        return cls(
            types=frozenset(types - {""}),
            kinds=frozenset({*_kinds(selectors), *needed}),
            starts=frozenset(kind for _, kind in starts),
            with_members=frozenset(_kinds(_asking_for_members(all_terms, selectors))),
        )


def expand(marks: Iterable[ChangeMark], interest: Interest) -> None:
    """Queue every subject that these marks may concern; a constant number of statements."""
    refs: dict[str, set[int]] = {str(kind): set() for kind in MarkKind}
    for mark in marks:
        refs[mark.kind].add(mark.ref_id)
    _by_records(refs[MarkKind.RECORD], interest, urgency=FACTS)
    if events := refs[MarkKind.EVENT] - refs[MarkKind.RECORD]:
        _run(BY_EVENTS, refs=list(events), types=list(interest.types), urgency=FACTS)
    if users := refs[MarkKind.PEOPLE]:
        _by_records(_members_of(users), interest, urgency=HISTORY)
    if versions := refs[MarkKind.DEFINITION]:
        _run(BY_KINDS, kinds=list(interest.starts), types=list(interest.types), urgency=HISTORY)
        _run(WITH_CLOCKS, versions=list(versions), urgency=HISTORY)


def queue_given_up(*, as_of: datetime) -> None:
    """Queue the subjects of open clocks whose time to be done at all is over: waiting alone ends them."""
    with connection.cursor() as cursor:
        cursor.execute(GIVEN_UP, [HISTORY, as_of])


def _by_records(refs: Collection[int], interest: Interest, *, urgency: int) -> None:
    if refs:
        with_members = list(interest.with_members)
        _run(
            BY_RECORDS,
            refs=list(refs),
            types=list(interest.types),
            urgency=urgency,
            with_members=with_members,
        )


def _members_of(users: Collection[int]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(MEMBERS_OF_USERS, [list(users), list(users)])
        return [ref for (ref,) in cursor.fetchall()]


def _run(statement: str, **parameters: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)


def _selectors(terms: ResponseTerms) -> list[Selector]:
    return [*terms.start, *terms.stop, *terms.pause, *terms.resume, *terms.cancel, *terms.fail]


def _kinds(selectors: Iterable[Selector]) -> set[str]:
    return {kind for selector in selectors for kind in selector.events}


def _asking_for_members(all_terms: Iterable[ResponseTerms], selectors: Iterable[Selector]) -> list[Selector]:
    """Selectors with a condition that a member of the team is named in the event's data."""
    asking = [selector for selector in selectors if _asks_for_team(selector.where)]
    return asking + [start for terms in all_terms if _asks_for_team(terms.where) for start in terms.start]


def _asks_for_team(conditions: Iterable[Condition]) -> bool:
    return any(condition.op == "team" for condition in conditions)
