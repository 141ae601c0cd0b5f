"""Notices are kept for a year: what they tell of stays where it is."""

from datetime import datetime, timedelta

from reporting.models import Notice

KEPT = timedelta(days=365)


def purge(*, as_of: datetime) -> int:
    """Remove notices older than a year; how many. None of them can be told again: it is no news any more."""
    return Notice.objects.filter(created_at__lt=as_of - KEPT).delete()[0]
