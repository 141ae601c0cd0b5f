"""The last sign of life of processes and feeds."""

import json
from datetime import datetime
from typing import Any

from django.db import connection

from core.models import Heartbeat

# A sign that arrives late never turns the clock back.
BEAT = """
INSERT INTO core_heartbeat (name, at, detail) VALUES (%s, %s, %s::jsonb)
ON CONFLICT (name) DO UPDATE SET at = excluded.at, detail = excluded.detail
WHERE core_heartbeat.at <= excluded.at
"""

NO_EARLIER = """
INSERT INTO core_heartbeat AS known (name, at, detail) VALUES (%s, %s, '{}')
ON CONFLICT (name) DO UPDATE SET at = greatest(known.at, excluded.at) RETURNING at
"""


def beat(name: str, *, at: datetime, detail: dict[str, Any] | None = None) -> None:
    """Note that `name` was alive at this instant, with what it wants shown on the health page."""
    with connection.cursor() as cursor:
        cursor.execute(BEAT, [name, at, json.dumps(detail or {})])


def no_earlier(name: str, *, as_of: datetime) -> datetime:
    """`as_of`, or the latest instant that was asked for under this name if that is later.

    For work that would undo what was done as of a later instant; to be asked under the lock of that work.
    """
    with connection.cursor() as cursor:
        cursor.execute(NO_EARLIER, [name, as_of])
        at: datetime = cursor.fetchone()[0]
        return at


def last(name: str) -> Heartbeat | None:
    """The latest sign of life, or none if there never was one."""
    return Heartbeat.objects.filter(name=name).first()
