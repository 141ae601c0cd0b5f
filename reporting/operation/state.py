"""What the installation is doing right now, in figures: read once for the health page and for Prometheus."""

import platform
import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import django
import redis
from django.conf import settings
from django.db import connection
from django.db.models import Max

from agreements.freezing import running_out
from core import undelivered
from core.bounded import counted
from core.heartbeats import last
from core.marks import oldest
from core.models import Heartbeat
from core.replica_state import Seen, replica
from leads.models import Horizon, QuarantinedRow
from leads.sealing import horizon
from measurement.judging import KINDS, backlog
from reporting.feeds import feeds_as_of
from reporting.models import Breach, DailyReport
from reporting.operation.checks import Check, broker, checks

BEATS = ("beat", "shadow", "purge", "backup", "retention")
#: So many are counted: more of them mean no more to whoever watches.
MOST = 10_000
FEED_FRESH_FOR = timedelta(hours=24)
QUEUE = settings.CELERY_TASK_DEFAULT_QUEUE


@dataclass(frozen=True, slots=True)
class Judging:
    """Marks and records that wait to be judged, and since when the oldest mark does."""

    waiting: int
    oldest: datetime | None


@dataclass(frozen=True, slots=True)
class Broker:
    """Tasks that wait in the broker, those that a worker has taken, and what kind of server it is."""

    waiting: int
    taken: int
    version: str


@dataclass(frozen=True, slots=True)
class Disk:
    """Room where DATA_DIR lies, in bytes."""

    total: int
    free: int


@dataclass(frozen=True, slots=True)
class State:
    """Everything at one instant; ``broker`` is none where it does not answer."""

    as_of: datetime
    checks: list[Check]
    broker: Broker | None
    judging: Judging
    outbox: undelivered.Waiting
    feeds: list[dict[str, Any]]
    beats: dict[str, Heartbeat]
    holidays_running_out: list[str]
    quarantined: int
    live_breaches: int
    newest_report: datetime | None
    database_bytes: int
    disk: Disk
    versions: dict[str, str]
    replica: Seen | None = None
    horizon: Horizon | None = None


def state_of(*, as_of: datetime) -> State:
    """The state as of an instant.

    Raises DatabaseError where the database does not answer: ask ``checks`` first.
    """
    asked = broker_state()
    return State(
        as_of=as_of,
        checks=checks(as_of=as_of),
        broker=asked,
        judging=Judging(backlog(as_of=as_of), oldest(KINDS, as_of=as_of)),
        outbox=undelivered.waiting(as_of=as_of),
        feeds=feeds(as_of),
        beats={name: beat for name in BEATS if (beat := last(name))},
        holidays_running_out=[str(calendar) for calendar in running_out(as_of=as_of)],
        quarantined=int(counted(QuarantinedRow.objects.all(), MOST)),
        live_breaches=int(counted(Breach.objects.live().tellable(), MOST)),
        newest_report=_newest_report(),
        database_bytes=_database_bytes(),
        disk=_disk(),
        versions=versions(asked),
        replica=replica.look() if settings.REPLICA_URL else None,
        horizon=horizon(),
    )


def feeds(as_of: datetime) -> list[dict[str, Any]]:
    """Each feed with its last receipt; stale after a day without any from its source."""
    return feeds_as_of(as_of, silent_since=as_of - FEED_FRESH_FOR)


def broker_state() -> Broker | None:
    """What waits in the broker; none where it does not answer."""
    try:
        with broker() as client:
            about = client.info("server")
            return Broker(int(client.llen(QUEUE)), int(client.hlen("unacked")), _kind_of(about))
    except (redis.RedisError, ValueError):
        return None


def versions(asked: Broker | None) -> dict[str, str]:
    """What runs here, by name."""
    connection.ensure_connection()
    major, minor = divmod(connection.connection.server_version, 10_000)
    return {
        "SLA Hub": settings.VERSION,
        "Python": platform.python_version(),
        "Django": django.get_version(),
        "PostgreSQL": f"{major}.{minor}",
        **({"Broker": asked.version} if asked else {}),
    }


def _kind_of(about: dict[str, Any]) -> str:
    if name := about.get("server_name"):
        return f"{str(name).capitalize()} {about.get(f'{name}_version', '')}".strip()
    return f"Redis {about.get('redis_version', '')}".strip()


def _newest_report() -> datetime | None:
    return DailyReport.objects.aggregate(newest=Max("built_at"))["newest"]


def _database_bytes() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        size: int = cursor.fetchone()[0]
        return size


def _disk() -> Disk:
    folder = settings.DATA_DIR
    while not folder.exists():
        folder = folder.parent
    usage = shutil.disk_usage(folder)
    return Disk(usage.total, usage.free)
