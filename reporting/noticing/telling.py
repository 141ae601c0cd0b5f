"""Telling somebody something once: on their page at once, by mail when they work and as they like it."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from people.models import User
from reporting.enums import NoticeKind
from reporting.models import Breach, Notice
from reporting.noticing.planning import Plan, plans_for

AT_ONCE = timedelta()

INSERT = """
INSERT INTO reporting_notice (
    key, kind, recipient_id, commitment_key, breach_id, clock_id, body, created_at, due_at, live, silent,
    read_at, mailed_at, outbox_key
)
SELECT told ->> 'key', told ->> 'kind', (told ->> 'recipient')::bigint, told ->> 'commitment_key',
    (told ->> 'breach')::bigint, (told ->> 'clock')::bigint, told -> 'body',
    (told ->> 'created_at')::timestamptz, (told ->> 'due_at')::timestamptz, (told ->> 'live')::boolean,
    (told ->> 'silent')::boolean, NULL, NULL, ''
FROM jsonb_array_elements(%s::jsonb) AS told
ON CONFLICT (key) DO NOTHING RETURNING key
"""

# By range, because the pattern of a LIKE must be known beforehand to be looked up; ";" follows ":".
TOLD = """
SELECT asked FROM unnest(%s::text[]) AS given (asked) WHERE EXISTS (
    SELECT FROM reporting_notice WHERE key ~>=~ (asked || ':') AND key ~<~ (asked || ';')
)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """One thing to tell to some people, under one key.

    ``body`` holds ids and figures only: words and names are made when it is read. ``live``: mailed at once,
    whatever the hour. ``quiet``: shown on the page, never mailed (something else mails it). ``once``: nobody
    is told where anybody was told under this key before. ``hold``: an act that may still be undone is told
    only so long after it, and not at all where ``untell`` took it back by then.
    """

    kind: NoticeKind
    to: Sequence[User]
    key: str
    breach_id: int | None = None
    clock_id: int | None = None
    commitment_key: str = ""
    body: Mapping[str, Any] = field(default_factory=dict)
    live: bool = False
    quiet: bool = False
    once: bool = False
    hold: timedelta = AT_ONCE


def tell(
    kind: NoticeKind,
    *,
    to: Iterable[User],
    key: str,
    as_of: datetime,
    breach: Breach | None = None,
    clock_id: int | None = None,
    commitment_key: str = "",
    body: Mapping[str, Any] | None = None,
    live: bool = False,
    hold: timedelta = AT_ONCE,
) -> int:
    """Tell each of these people once, in the caller's transaction; how many notices are new.

    The notice of a person is known by ``f"{key}:{user.pk}"``: the same again does nothing. Whoever is away
    has it told to their cover; an inactive person without one is told nothing. ``key`` names the thing, not
    the moment: ``"commented:812"``. At most 180 characters. ``commitment_key`` and ``clock_id`` are taken
    from the breach where there is one. See ``Telling`` for the rest.
    """
    telling = Telling(
        kind=kind,
        to=tuple(to),
        key=key,
        breach_id=breach.pk if breach else None,
        clock_id=breach.clock_id if breach and clock_id is None else clock_id,
        commitment_key=breach.commitment_key if breach and not commitment_key else commitment_key,
        body=body or {},
        live=live,
        hold=hold,
    )
    return tell_all([telling], as_of=as_of).notices


@dataclass(frozen=True, slots=True)
class Told:
    """How many notices are new, and the keys under which nobody had been told anything before."""

    notices: int = 0
    first: frozenset[str] = frozenset()


def tell_all(tellings: Iterable[Telling], *, as_of: datetime) -> Told:
    """Tell many things at once, in a number of statements that does not grow with them."""
    given = [telling for telling in tellings if telling.to]
    before = _told_under([telling.key for telling in given])
    wanted = [telling for telling in given if not (telling.once and telling.key in before)]
    if not wanted:
        return Told()
    plans = plans_for({user for telling in wanted for user in telling.to}, as_of=as_of)
    rows = [row for telling in wanted for row in _rows(telling, plans, as_of)]
    with connection.cursor() as cursor:
        cursor.execute(INSERT, [json.dumps(rows)])
        new = [key for (key,) in cursor.fetchall()]
    return Told(len(new), frozenset(key.rpartition(":")[0] for key in new) - before)


def untell(key: str) -> int:
    """Take back what was told under this key and not mailed yet (the act was undone); how many notices."""
    return Notice.objects.waiting_or_silent().filter(key__startswith=f"{key}:").delete()[0]


def _told_under(keys: Sequence[str]) -> frozenset[str]:
    """Those of the keys under which anybody was told already."""
    if not keys:
        return frozenset()
    with connection.cursor() as cursor:
        cursor.execute(TOLD, [list(keys)])
        return frozenset(key for (key,) in cursor.fetchall())


def _rows(telling: Telling, plans: Mapping[int, Plan], as_of: datetime) -> list[dict[str, Any]]:
    """One row a receiver: who is told in their own name and covers another is told once."""
    planned = [(user.pk, plans[user.pk]) for user in telling.to if user.pk in plans]
    own_first = sorted(planned, key=lambda pair: (pair[0] != pair[1].receiver.pk, pair[0]))
    by_receiver: dict[int, dict[str, Any]] = {}
    for user_id, plan in own_first:
        by_receiver.setdefault(plan.receiver.pk, _row(telling, user_id, plan, as_of + telling.hold))
    return list(by_receiver.values())


def _row(telling: Telling, user_id: int, plan: Plan, told_at: datetime) -> dict[str, Any]:
    covering = {} if plan.receiver.pk == user_id else {"instead_of": user_id}
    return {
        "key": f"{telling.key}:{user_id}",
        "kind": telling.kind,
        "recipient": plan.receiver.pk,
        "commitment_key": telling.commitment_key,
        "breach": telling.breach_id,
        "clock": telling.clock_id,
        "body": {**telling.body, **covering},
        "created_at": told_at.isoformat(),
        "due_at": (told_at if telling.live else max(plan.due_at, told_at)).isoformat(),
        "live": telling.live,
        "silent": telling.quiet or plan.is_silent(telling.kind, telling.commitment_key),
    }
