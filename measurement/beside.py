"""Figures shown beside a promise and not scored, so that keeping its letter alone does not look good.

A checklist that enables sales is read beside what sales made of its contents, and beside how much content was
called important at all; an upload beside the share of the leads that were expected; coverage beside the
demand inside and outside of the agreed hours. Each is a few statements, whatever the numbers of records.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np

from agreements.enums import Kind
from agreements.terms.values import Promise
from core.replicas import reading as connection
from leads.enums import RecordType
from measurement.staffing import unite
from measurement.wording.beside import BESIDE

COUNT, SECONDS = "count", "seconds"

#: What sales and customers do with a content → the figure that counts it.
USES: Mapping[str, str] = {
    "content.viewed": "content_viewed",
    "email.opened": "emails_opened",
    "event.attended": "events_attended",
}
UPLOADED = "campaign.leads_uploaded"

SUBJECTS = """
SELECT DISTINCT subject_id FROM measurement_clock
WHERE commitment_key = %s AND subject_type = %s AND started_at >= %s AND started_at < %s AND started_at <= %s
"""
#: A record that was merged into another hands over what is told about it.
FAMILY = """
SELECT id, COALESCE(merged_into, id) AS survivor FROM leads_ref
WHERE id = ANY (%(refs)s) OR merged_into = ANY (%(refs)s)
"""
USED = f"""
WITH family AS ({FAMILY})
SELECT e.kind, count(*) FROM family JOIN leads_event e ON e.content_id = family.id
WHERE e.kind = ANY (%(kinds)s) AND e.retracted_by IS NULL AND e.occurred_at <= %(as_of)s
GROUP BY e.kind
"""
PUBLISHED = """
WITH published AS (
    SELECT content_id AS id FROM leads_event
    WHERE kind = 'content.published' AND retracted_by IS NULL AND content_id IS NOT NULL
        AND occurred_at >= %(start)s AND occurred_at < %(end)s AND occurred_at <= %(as_of)s
    UNION
    SELECT ref_id FROM leads_content JOIN leads_impliedevent USING (ref_id)
    WHERE kind = 'content.published'
        AND occurred_at >= %(start)s AND occurred_at < %(end)s AND occurred_at <= %(as_of)s
), one AS (
    SELECT DISTINCT COALESCE(ref.merged_into, ref.id) AS id FROM published JOIN leads_ref ref USING (id)
)
SELECT count(*) FILTER (WHERE content.important), count(*) FROM one
LEFT JOIN leads_content content ON content.ref_id = one.id
WHERE content.deleted_at IS NULL OR content.deleted_at > %(as_of)s
"""
#: A number that an upload does not say, or says below 0, adds nothing.
UPLOADS = f"""
WITH family AS ({FAMILY}), uploads AS (
    SELECT family.survivor, sum((e.data ->> 'leads')::numeric) AS leads
    FROM family JOIN leads_event e ON e.campaign_id = family.id
    WHERE e.kind = ANY (%(kinds)s) AND e.retracted_by IS NULL AND e.occurred_at <= %(as_of)s
        AND e.data ->> 'leads' ~ '^[0-9]{{1,9}}([.]0+)?$'
    GROUP BY family.survivor
)
SELECT campaign.expected_leads, COALESCE(uploads.leads, 0)::bigint
FROM (SELECT DISTINCT survivor AS id FROM family) AS one
LEFT JOIN leads_campaign campaign ON campaign.ref_id = one.id
LEFT JOIN uploads ON uploads.survivor = one.id
"""
DEMAND = """
SELECT kind, extract(epoch FROM occurred_at)::bigint FROM leads_event
WHERE kind = ANY (%s) AND retracted_by IS NULL
    AND occurred_at >= %s AND occurred_at < %s AND occurred_at <= %s
"""
PRESENT = """
SELECT at, COALESCE(until, %(end)s) FROM measurement_unit
WHERE commitment_key = %(key)s AND stretch AND state = 'having'
    AND at < %(end)s AND (until IS NULL OR until > %(start)s)
"""


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: ``value`` alone, or ``value`` of ``of``; counts, or whole seconds of open time."""

    code: str
    value: int
    of: int | None = None
    unit: str = COUNT

    def label(self, language: str) -> str:
        """What is counted, in words."""
        return BESIDE[self.code][language]


def beside(promise: Promise, *, start: datetime, end: datetime, as_of: datetime) -> list[Figure]:
    """What is shown beside a commitment for [start, end), by the facts up to ``as_of``; [] where nothing is.

    Records are those whose clocks began in the period; what became of them counts whenever it happened.
    """
    if promise.kind is Kind.COVERAGE:
        return [*_demand(promise, start, end, as_of), *_hours(promise, start, min(end, as_of))]
    if _is_about_contents(promise):
        refs = _subjects(promise, RecordType.CONTENT, start, end, as_of)
        return [*_uses(refs, as_of), _called_important(start, end, as_of)]
    if kinds := _uploads_of(promise):
        return _uploaded(_subjects(promise, RecordType.CAMPAIGN, start, end, as_of), kinds, as_of)
    return []


def beside_subject(promise: Promise, subject_id: int, *, as_of: datetime) -> list[Figure]:
    """What is shown beside one record's clocks: what was made of a content, the uploads of a campaign."""
    if _is_about_contents(promise):
        return list(_uses([subject_id], as_of))
    kinds = _uploads_of(promise)
    return _uploaded([subject_id], kinds, as_of) if kinds else []


def _is_about_contents(promise: Promise) -> bool:
    if promise.kind is not Kind.CHECKLIST:
        return False
    return any(kind.startswith("content.") for selector in promise.terms.start for kind in selector.events)


def _uploads_of(promise: Promise) -> list[str]:
    """The kinds of uploads that a promise waits for."""
    if promise.kind is not Kind.RESPONSE:
        return []
    return sorted({kind for selector in promise.terms.stop for kind in selector.events} & {UPLOADED})


def _subjects(
    promise: Promise, type_: RecordType, start: datetime, end: datetime, as_of: datetime
) -> list[int]:
    return [ref for (ref,) in _rows(SUBJECTS, [promise.key, type_.value, start, end, as_of])]


def _uses(refs: Collection[int], as_of: datetime) -> Iterator[Figure]:
    rows = dict(_rows(USED, {"refs": list(refs), "kinds": list(USES), "as_of": as_of}))
    yield from (Figure(code, rows.get(kind, 0)) for kind, code in USES.items())


def _called_important(start: datetime, end: datetime, as_of: datetime) -> Figure:
    ((important, published),) = _rows(PUBLISHED, {"start": start, "end": end, "as_of": as_of})
    return Figure("called_important", important, published)


def _uploaded(refs: Collection[int], kinds: list[str], as_of: datetime) -> list[Figure]:
    """Of campaigns whose number is known, and apart from them the leads of the others."""
    rows = _rows(UPLOADS, {"refs": list(refs), "kinds": kinds, "as_of": as_of})
    known = [(expected, leads) for expected, leads in rows if expected]
    figures = [Figure("leads_uploaded", sum(leads for _, leads in known), sum(of for of, _ in known))]
    others = sum(leads for expected, leads in rows if not expected)
    return [*figures, Figure("leads_unexpected", others)] if others else figures


def _demand(promise: Promise, start: datetime, end: datetime, as_of: datetime) -> list[Figure]:
    """Chats (or whatever ``x.online`` staffs: ``x.received``, ``x.answered``) in and out of the hours."""
    channel = promise.terms.online.partition(".")[0]
    received, answered = f"{channel}.received", f"{channel}.answered"
    rows = _rows(DEMAND, [[received, answered], start, end, as_of])
    asked = np.array([at for kind, at in rows if kind == received], dtype=np.int64)
    inside = int(np.count_nonzero(promise.schedule.elapsed_many(asked, asked + 1))) if asked.size else 0
    return [
        Figure("chats_inside", inside, asked.size),
        Figure("chats_outside", asked.size - inside, asked.size),
        Figure("chats_answered", len(rows) - asked.size, asked.size),
    ]


def _hours(promise: Promise, start: datetime, until: datetime) -> list[Figure]:
    schedule = promise.schedule
    week = sum(closing - opening for day in schedule.calendar.week for opening, closing in day)
    present = _rows(PRESENT, {"key": promise.key, "start": start, "end": until}) if start < until else []
    staffed = sum(schedule.elapsed(max(begun, start), min(over, until)) for begun, over in unite(present))
    agreed = schedule.elapsed(start, until) if start < until else 0
    return [
        Figure("agreed_seconds_week", week, unit=SECONDS),
        Figure("agreed_seconds", agreed, unit=SECONDS),
        Figure("staffed_seconds", staffed, agreed, unit=SECONDS),
    ]


def _rows(statement: str, parameters: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall()
