"""The time in which readings may be others although no unit is: what a volume is counted for changed."""

from collections.abc import Collection, Iterable
from datetime import UTC, datetime

from django.db import connection
from msgspec import json

from agreements.enums import Kind
from agreements.terms import Promise
from core.enums import MarkKind
from core.marks import Mark
from measurement.storing_units import Range

_OF_RECORDS = (MarkKind.RECORD, MarkKind.EVENT)
_EVER = datetime(1970, 1, 1, tzinfo=UTC)
#: From when on the accounts of a promise, the room left in them, and the members of a team may be others.
#: A contact takes room from when it exists, which an update may move; the others may have been so ever since.
SINCE = """
SELECT ref.type = 'member', min(CASE
    WHEN mark.since IS NOT NULL THEN mark.since
    WHEN ref.type = 'contact' THEN LEAST(
        (SELECT min(valid_from) FROM leads_recordversion WHERE ref_id = ref.id),
        (SELECT min((fields ->> 'created_at')::timestamptz) FROM leads_recordversion WHERE ref_id = ref.id),
        (SELECT min(occurred_at) FROM leads_event WHERE contact_id = ref.id))
    ELSE %(ever)s END)
FROM json_to_recordset(%(marks)s::json) AS mark (ref bigint, since timestamptz)
JOIN leads_ref ref ON ref.id = mark.ref AND ref.type IN ('contact', 'account', 'member')
GROUP BY 1
"""


def beside_units(marks: Collection[Mark], promises: Iterable[Promise]) -> list[Range]:
    """The time in which readings may be others although no unit is, for these marks.

    Volumes look at the accounts that they are counted for and at the room left there, or at the members of
    the team: who did nothing has a reading too.
    """
    volumes = [one for one in promises if one.kind is Kind.VOLUME]
    by_account = {one.key for one in volumes if one.terms.until or one.terms.each == "account"}
    by_member = {one.key for one in volumes if one.terms.each == "member"}
    if not marks or not (by_account or by_member):
        return []
    members, accounts = _since(marks)
    concerned = [*((key, accounts) for key in by_account), *((key, members) for key in by_member)]
    return [(key, since, None) for key, since in concerned if since is not None]


def _since(marks: Collection[Mark]) -> tuple[datetime | None, datetime | None]:
    """From when on members, and accounts with their contacts, may be others; a member may own accounts."""
    people = [mark.from_instant or _EVER for mark in marks if mark.kind == MarkKind.PEOPLE]
    told = [{"ref": mark.ref_id, "since": mark.from_instant} for mark in marks if mark.kind in _OF_RECORDS]
    with connection.cursor() as cursor:
        cursor.execute(SINCE, {"marks": json.encode(told).decode(), "ever": _EVER})
        found: dict[bool, datetime] = dict(cursor.fetchall())
    members = min([*people, *filter(None, (found.get(True),))], default=None)
    return members, min([*people, *found.values()], default=None)
