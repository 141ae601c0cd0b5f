"""Whether the process lives, and whether the installation can do its work; for monitors."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from agreements.freezing import running_out
from core.heartbeats import last
from core.instants import format_instant
from measurement.judging import backlog
from reporting.feeds import feeds_as_of

BEAT = "beat"
BEAT_FRESH_FOR = timedelta(seconds=60)
FEED_FRESH_FOR = timedelta(hours=24)
BROKER_ANSWERS_IN = 2  # seconds


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that must work, what was found, and what to do where it does not."""

    name: str
    ok: bool
    found: str
    advice: str = ""


@require_safe
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """The process answers; nothing else is asked."""
    return JsonResponse({"status": "alive"})


@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """Database, broker, worker and beat work: 200, else 503 with what to do.

    Shown without failing: stale feeds, how much waits to be judged, and the calendars of agreements in force
    whose frozen public holidays end this year (afterwards holidays would count as open).
    """
    now = timezone.now()
    checks = [check(now) for check in CHECKS]
    ready = all(check.ok for check in checks)
    body = {
        "status": "ready" if ready else "not ready",
        "checks": [asdict(check) for check in checks],
        "feeds": _feeds(now) if checks[0].ok else [],
        "waiting": _waiting(now) if checks[0].ok else {},
    }
    return JsonResponse(body, status=200 if ready else 503)


def _database(now: datetime) -> Check:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        return Check("database", False, _short(error), "Start PostgreSQL, or correct DATABASE_URL.")
    return Check("database", True, "answers")


def _broker(now: datetime) -> Check:
    limits = {"socket_connect_timeout": BROKER_ANSWERS_IN, "socket_timeout": BROKER_ANSWERS_IN}
    try:
        with redis.Redis.from_url(settings.REDIS_URL, **limits) as broker:
            broker.ping()
    except (redis.RedisError, ValueError) as error:
        return Check("broker", False, _short(error), "Start Redis or Valkey, or correct REDIS_URL.")
    return Check("broker", True, "answers")


def _beat(now: datetime) -> Check:
    advice = "Start `celery -A slahub worker` and `celery -A slahub beat`; `manage.py serve` starts both."
    try:
        beat = last(BEAT)
    except DatabaseError as error:
        return Check("beat", False, f"unknown: {_short(error)}", "Make the database answer first.")
    if beat is None:
        return Check("beat", False, "no sign of life yet", advice)
    fresh = now - beat.at <= BEAT_FRESH_FOR
    return Check("beat", fresh, f"last sign of life at {format_instant(beat.at)}", "" if fresh else advice)


def _feeds(now: datetime) -> list[dict[str, Any]]:
    return feeds_as_of(now, silent_since=now - FEED_FRESH_FOR)


def _waiting(now: datetime) -> dict[str, Any]:
    return {
        "to_judge": backlog(as_of=now),
        "holidays_running_out": [str(calendar) for calendar in running_out(as_of=now)],
    }


def _short(error: Exception) -> str:
    """The kind of error only: its text may hold addresses and names."""
    return type(error).__name__


CHECKS: tuple[Callable[[datetime], Check], ...] = (_database, _broker, _beat)
