"""Which subjects may be judged differently after a change; each is queued once, in a few statements a batch.

Rather too many than too few: judging a subject again for nothing changes no row.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from django.db import connection

from core.enums import MarkKind
from core.marks import Mark
from leads.reading import NEAR
from measurement import kept
from measurement.interest import Interest

_OF_RECORDS = (MarkKind.RECORD, MarkKind.EVENT)
FACTS, HISTORY = 0, 1  # urgency: what just happened goes before what is only seen in a new light

NAMED = ("account", "contact", "lead", "deal", "campaign", "content", "call")
DIMENSIONS = ", ".join(f"(e.{name}_id)" for name in NAMED)
TOGETHER = " OR ".join(f"e.{name}_id = ANY (known.ids)" for name in (*NAMED, "actor"))
QUEUE = """
INSERT INTO measurement_touchedsubject (subject_id, urgency)
SELECT r.id, %(urgency)s FROM leads_ref r WHERE r.id {touched} AND r.type = ANY (%(types)s)
ON CONFLICT (subject_id) DO UPDATE SET urgency = LEAST(measurement_touchedsubject.urgency, excluded.urgency)
"""
QUEUE_TOUCHED = QUEUE.format(touched="IN (SELECT id FROM touched)")

LISTED = """
SELECT r.id FROM leads_ref r WHERE r.id IN (SELECT id FROM touched) AND r.type = ANY (%(types)s)
"""

#: Contacts, leads and deals that are near, and the events that name one of them.
PERSONS = """persons AS MATERIALIZED (SELECT ARRAY(
    SELECT id FROM leads_ref
    WHERE id = ANY (ARRAY(SELECT id FROM near)) AND type IN ('contact', 'lead', 'deal')
) AS ids)"""
OF_PERSONS = " OR ".join(
    f"e.{name}_id = ANY ((SELECT ids FROM persons)::bigint[])" for name in ("contact", "lead", "deal")
)
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
    JOIN leads_event e ON e.kind = ANY (%(with_members)s) AND e.source IN (member.source, 'declared')
    CROSS JOIN LATERAL (VALUES {DIMENSIONS}, (e.actor_id)) AS named (id) WHERE named.id IS NOT NULL
), {NEAR}, touched AS (SELECT id FROM near)
{QUEUE_TOUCHED}
"""

#: Whatever has an event that may start one of the promises (who acted is among the few members), every record
#: of the types of which nothing need be told.
BY_KINDS = f"""
WITH RECURSIVE seed AS (
    SELECT named.id FROM leads_event e CROSS JOIN LATERAL (VALUES {DIMENSIONS}, (e.actor_id)) AS named (id)
    WHERE e.kind = ANY (%(kinds)s) AND named.id IS NOT NULL
    UNION
    SELECT ref_id FROM leads_impliedevent WHERE kind = ANY (%(kinds)s)
    UNION
    SELECT id FROM leads_ref WHERE type = ANY (%(untold)s)
), {NEAR}, touched AS (SELECT id FROM near)
{QUEUE_TOUCHED}
"""
#: Whatever has a clock or a unit of the agreement's promises.
WITH_VERDICTS = """
INSERT INTO measurement_touchedsubject (subject_id, urgency)
WITH promised AS (
    SELECT DISTINCT other.key FROM agreements_commitment other
    JOIN agreements_agreementversion version ON version.id = other.version_id
    WHERE version.agreement_id IN (
        SELECT agreement_id FROM agreements_agreementversion WHERE id = ANY (%(versions)s))
)
SELECT subject_id, %(urgency)s FROM measurement_clock WHERE commitment_key IN (SELECT key FROM promised)
UNION
SELECT subject_id, %(urgency)s FROM measurement_unit WHERE commitment_key IN (SELECT key FROM promised)
ON CONFLICT (subject_id) DO NOTHING
"""
#: A waived one that is still to be done is given up as well: its row says so.
GIVEN_UP = """
INSERT INTO measurement_touchedsubject (subject_id, urgency)
SELECT subject_id, %(urgency)s FROM measurement_clock WHERE ended_at IS NULL AND gives_up_at < %(as_of)s
UNION
SELECT subject_id, %(urgency)s FROM measurement_clock WHERE state = 'excluded' AND gives_up_at < %(as_of)s
ON CONFLICT (subject_id) DO NOTHING
"""
#: The records whose clocks are excluded, or what they were merged into.
BY_EXCLUSIONS = """
INSERT INTO measurement_touchedsubject (subject_id, urgency)
SELECT DISTINCT COALESCE(ref.merged_into, ref.id), %(urgency)s FROM measurement_exclusion x
JOIN leads_ref ref ON ref.id = x.subject_id WHERE x.id = ANY (%(exclusions)s)
ON CONFLICT (subject_id) DO UPDATE SET urgency = LEAST(measurement_touchedsubject.urgency, excluded.urgency)
"""
MEMBERS_OF_USERS = (
    "SELECT ref_id FROM leads_member WHERE user_id IS NOT NULL AND (user_id = ANY (%s) OR 0 = ANY (%s))"
)

#: The members of everybody whom the persons behind these members ever cover, through others too: what they
#: own may be the cover's. A member's earlier addresses count: somebody may have ceased to be known by it.
COVERED = """
WITH RECURSIVE same (id) AS (
    SELECT id FROM leads_ref WHERE id = ANY (%(refs)s) AND type = 'member'
    UNION
    SELECT step.id FROM same CROSS JOIN LATERAL (
        SELECT target_id AS id FROM leads_link WHERE ref_id = same.id AND field = 'merged_into'
        UNION ALL
        SELECT ref_id FROM leads_link WHERE target_id = same.id AND field = 'merged_into'
    ) AS step
), person (id) AS (
    SELECT user_id FROM leads_member WHERE ref_id IN (SELECT id FROM same)
    UNION
    SELECT known.id FROM leads_recordversion version
    JOIN people_user known ON lower(known.email) = lower(version.fields ->> 'email')
    WHERE version.ref_id IN (SELECT id FROM same)
), covered (id) AS (
    SELECT user_id FROM people_absence WHERE cover_id IN (SELECT id FROM person)
    UNION
    SELECT absence.user_id FROM covered JOIN people_absence absence ON absence.cover_id = covered.id
)
SELECT ref_id FROM leads_member WHERE user_id IN (SELECT id FROM covered)
"""


def expand(marks: Iterable[Mark], interest: Interest) -> None:
    """Queue every subject that these marks may concern; a constant number of statements."""
    refs: dict[str, set[int]] = {str(kind): set() for kind in MarkKind}
    for mark in marks:
        refs[mark.kind].add(mark.ref_id)
    kept.note(refs[MarkKind.RECORD], named=refs[MarkKind.EVENT])
    _by_records(_with_covered(refs[MarkKind.RECORD]), interest, urgency=FACTS)
    if events := refs[MarkKind.EVENT] - refs[MarkKind.RECORD]:
        _by_events(events, interest)
    if users := refs[MarkKind.PEOPLE]:
        # Whom they cover now: a mark that lay ahead was made before others left their records to them.
        _by_records(_with_covered(_members_of(users)), interest, urgency=HISTORY)
    if exclusions := refs[MarkKind.EXCLUSION]:
        _run(BY_EXCLUSIONS, exclusions=list(exclusions), urgency=FACTS)
    if versions := refs[MarkKind.DEFINITION]:
        _run(
            BY_KINDS,
            kinds=list(interest.starts),
            untold=list(interest.untold),
            types=list(interest.types),
            urgency=HISTORY,
        )
        _run(WITH_VERDICTS, versions=list(versions), urgency=HISTORY)


def concerned(marks: Iterable[Mark], interest: Interest) -> set[int]:
    """The subjects that ``expand`` would queue for marks of facts and people; nothing is written."""
    marks = list(marks)
    users = [mark.ref_id for mark in marks if mark.kind == MarkKind.PEOPLE]
    refs = {mark.ref_id for mark in marks if mark.kind in _OF_RECORDS}
    refs = _with_covered(refs | set(_members_of(users) if users else ()))
    if not refs:
        return set()
    parameters: dict[str, Any] = {
        "refs": list(refs),
        "types": list(interest.types),
        "with_members": list(interest.with_members),
    }
    with connection.cursor() as cursor:
        cursor.execute(BY_RECORDS.replace(QUEUE_TOUCHED, LISTED), parameters)
        return {ref for (ref,) in cursor.fetchall()}


def queue_given_up(*, as_of: datetime) -> None:
    """Queue the subjects of open clocks whose time to be done at all is over: waiting alone ends them."""
    with connection.cursor() as cursor:
        cursor.execute(GIVEN_UP, {"urgency": HISTORY, "as_of": as_of})


def _by_events(refs: Collection[int], interest: Interest) -> None:
    _run(_about_events(interest.types), refs=list(refs), types=list(interest.types), urgency=FACTS)


def _about_events(types: Collection[str]) -> str:
    """An event is about the records it names and those near them; it may name others beside them: of these
    only the types are looked for that may have something to judge."""
    columns = [f"e.{name}_id" for name in NAMED if name in types] or ["e.contact_id"]
    return f"""
WITH RECURSIVE seed AS (SELECT unnest(%(refs)s::bigint[]) AS id), {NEAR}, {PERSONS},
told AS (SELECT DISTINCT {", ".join(columns)} FROM leads_event e WHERE {OF_PERSONS}),
touched AS (
    SELECT id FROM near
    UNION
    SELECT named.id FROM told AS e CROSS JOIN LATERAL (VALUES ({"), (".join(columns)})) AS named (id)
    WHERE named.id IS NOT NULL
)
{QUEUE.format(touched="= ANY (ARRAY(SELECT id FROM touched))")}
"""


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


def _with_covered(refs: Collection[int]) -> set[int]:
    if not refs:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(COVERED, {"refs": list(refs)})
        return {*refs, *(ref for (ref,) in cursor.fetchall())}


def _members_of(users: Collection[int]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(MEMBERS_OF_USERS, [list(users), list(users)])
        return [ref for (ref,) in cursor.fetchall()]


def _run(statement: str, **parameters: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
