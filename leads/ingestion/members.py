"""The CRM's members as people of ours: users by e-mail address, memberships by the history of their teams."""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db import connection

from core.instants import parse_instant
from people.memberships import ensure_teams, ensure_users, replace_crm_memberships

ADDRESSES = """
SELECT state.fields ->> 'email', coalesce(state.fields ->> 'name', ''), member.user_id
FROM state JOIN leads_member member ON member.ref_id = state.ref_id
"""

# By address → user as one object, and the array of a sub-select: see merge_records.
TIE = """
UPDATE leads_member SET user_id = (%(users)s::jsonb ->> lower(email))::bigint
WHERE ref_id = ANY (ARRAY(SELECT ref_id FROM state)) AND %(users)s::jsonb ? lower(email)
AND user_id IS DISTINCT FROM (%(users)s::jsonb ->> lower(email))::bigint
"""

HISTORY = """
SELECT member.user_id, version.ref_id, version.valid_from, version.fields
FROM leads_member member
CROSS JOIN LATERAL (SELECT * FROM leads_recordversion WHERE ref_id = member.ref_id OFFSET 0) version
WHERE member.user_id = ANY (%s) ORDER BY member.user_id, version.ref_id, version.valid_from
"""

Spell = tuple[int, str, datetime | None, datetime | None]  # user, team, from, to


def project_members() -> None:
    """Tie the members in ``state`` to users, and bring the memberships of everybody concerned up to date.

    Concerned are also those from whom a member was taken by a new address.
    """
    with connection.cursor() as cursor:
        cursor.execute(ADDRESSES)
        rows = cursor.fetchall()
        users = ensure_users([(email, name) for email, name, _ in rows if email])
        cursor.execute(TIE, {"users": json.dumps(users)})
        concerned = sorted({user for *_, user in rows if user} | set(users.values()))
        cursor.execute(HISTORY, [concerned])
        spells = [
            spell for user, history in _by_member(cursor.fetchall()) for spell in _spells(user, history)
        ]
    teams = ensure_teams({team for _, team, _, _ in spells})
    replace_crm_memberships([(user, teams[team], begin, end) for user, team, begin, end in spells], concerned)


def _by_member(
    rows: Iterable[tuple[Any, ...]],
) -> Iterator[tuple[int, list[tuple[datetime, Mapping[str, Any]]]]]:
    for (user, _), history in groupby(rows, key=itemgetter(0, 1)):
        yield user, [(at, json.loads(fields)) for _, _, at, fields in history]


def _spells(user: int, history: list[tuple[datetime, Mapping[str, Any]]]) -> Iterator[Spell]:
    """The member's time in each team; the first version's team holds before it too.

    Somebody inactive or deleted belongs to no team from then on; what was before stays.
    """
    last = _last_day(history)
    known: dict[str, Any] = {}
    ends = [at for at, _ in history[1:]] + [None]
    for place, ((at, fields), end) in enumerate(zip(history, ends, strict=True)):
        known |= fields
        begin, until = (at, end) if place else (None, end)
        if known.get("active") is False:
            begin, until = (None, at) if place == 0 else (at, at)
        if known.get("team") and not _gone(begin, last):
            yield user, known["team"], begin, _earlier(until, last)


def _last_day(history: list[tuple[datetime, Mapping[str, Any]]]) -> datetime | None:
    said = [fields["deleted_at"] for _, fields in history if "deleted_at" in fields]
    return parse_instant(said[-1]) if said and said[-1] else None


def _earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    return min((instant for instant in (one, other) if instant is not None), default=None)


def _gone(begin: datetime | None, last: datetime | None) -> bool:
    return begin is not None and last is not None and begin >= last
