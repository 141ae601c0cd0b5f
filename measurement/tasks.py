"""What the worker does for measurement; each task is one call."""

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from measurement import day_tallies, judging, kept, retaining, shadow, trials

#: A sweep leaves the rest to the next one rather than hold a worker for long.
SECONDS = 60
NIGHT = 480
#: The first time, and in another zone, all journeys are added up in one transaction: a million take longer
#: than other tasks may. Delivered again meanwhile, it finds the first one at work and ends.
ALL_JOURNEYS = 3_600


@shared_task
def judge_pending() -> None:
    """Judge what was marked; a sweep that finds another one at work leaves it to that one."""
    judging.judge_pending(as_of=timezone.now(), wait=False, seconds=SECONDS)


@shared_task(soft_time_limit=ALL_JOURNEYS, time_limit=ALL_JOURNEYS + SECONDS)
def keep_journeys() -> None:
    """The conversion of leads, by what changed."""
    kept.keep(as_of=timezone.now(), wait=False, seconds=SECONDS)


@shared_task
def keep_days() -> None:
    """Tally the days that are over, and those in which something changed."""
    day_tallies.keep(as_of=timezone.now(), seconds=SECONDS)


@shared_task
def compare() -> None:
    """The shadow pass: everything afresh beside what is stored."""
    shadow.compare(as_of=timezone.now(), seconds=NIGHT)


@shared_task
def measure_trials() -> None:
    """Versions on trial by the facts known now."""
    trials.measure_trials(as_of=timezone.now())


@shared_task
def retain() -> None:
    """Seal what is older than RETENTION_MONTHS, and let go of facts far behind it; off by default."""
    if settings.RETENTION_MONTHS:
        retaining.retain(months=settings.RETENTION_MONTHS, as_of=timezone.now(), seconds=NIGHT)
