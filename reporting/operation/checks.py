"""What must work before anything else does: database, broker, worker and beat."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import redis
from django.conf import settings
from django.db import DatabaseError, connection

from core.heartbeats import last
from core.instants import format_instant

BEAT = "beat"
BEAT_FRESH_FOR = timedelta(seconds=60)
BROKER_ANSWERS_IN = 2  # seconds


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that must work, what was found, and what to do where it does not."""

    name: str
    ok: bool
    found: str
    advice: str = ""


def checks(*, as_of: datetime) -> list[Check]:
    """Database, broker and beat, in this order; beat's sign of life comes through all three."""
    return [check(as_of) for check in CHECKS]


def broker() -> redis.Redis:
    """A client of the broker that answers or fails within two seconds."""
    limits = {"socket_connect_timeout": BROKER_ANSWERS_IN, "socket_timeout": BROKER_ANSWERS_IN}
    return redis.Redis.from_url(settings.REDIS_URL, **limits)


def _database(as_of: datetime) -> Check:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        return Check("database", False, _short(error), "Start PostgreSQL, or correct DATABASE_URL.")
    return Check("database", True, "answers")


def _broker(as_of: datetime) -> Check:
    try:
        with broker() as client:
            client.ping()
    except (redis.RedisError, ValueError) as error:
        return Check("broker", False, _short(error), "Start Redis or Valkey, or correct REDIS_URL.")
    return Check("broker", True, "answers")


def _beat(as_of: datetime) -> Check:
    advice = "Start `celery -A slahub worker` and `celery -A slahub beat`; `manage.py serve` starts both."
    try:
        beat = last(BEAT)
    except DatabaseError as error:
        return Check("beat", False, f"unknown: {_short(error)}", "Make the database answer first.")
    if beat is None:
        return Check("beat", False, "no sign of life yet", advice)
    fresh = as_of - beat.at <= BEAT_FRESH_FOR
    return Check("beat", fresh, f"last sign of life at {format_instant(beat.at)}", "" if fresh else advice)


def _short(error: Exception) -> str:
    """The kind of error only: its text may hold addresses and names."""
    return type(error).__name__


CHECKS: tuple[Callable[[datetime], Check], ...] = (_database, _broker, _beat)
