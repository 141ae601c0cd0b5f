"""The words by which verdicts are asked for."""

from collections.abc import Collection
from datetime import datetime

from django.db import models
from django.db.models import Q

from measurement.enums import ClockState


class ClockQuerySet(models.QuerySet):
    """Clocks."""

    def open(self):
        """Neither done nor ended."""
        return self.filter(ended_at__isnull=True)

    def overdue(self, as_of: datetime):
        """Past due and not done: still open, or ended as such."""
        open_and_past = Q(ended_at__isnull=True, state=ClockState.RUNNING, due_at__lt=as_of)
        return self.filter(open_and_past | Q(state=ClockState.OVERDUE))

    def missed(self, as_of: datetime):
        """Overdue, late or failed."""
        open_and_past = Q(ended_at__isnull=True, state=ClockState.RUNNING, due_at__lt=as_of)
        return self.filter(open_and_past | Q(state__in=ClockState.missed))

    def fell_due(self, *, since: datetime | None, before: datetime):
        """Still open ones whose deadline lies in [since, before), earliest first; since ever without ``since``."""
        due = self.open().filter(due_at__lt=before).order_by("due_at", "id")
        return due if since is None else due.filter(due_at__gte=since)

    def in_sight(self, keys: Collection[str], *, since: datetime, as_of: datetime, until: datetime):
        """Clocks of these commitments that a report looks at: begun, and with a deadline after ``since``.

        Of those still running, the ones past their warning or due before ``until``.
        """
        settled_or_near = Q(ended_at__isnull=False) | Q(due_at__lt=until) | Q(warn_at__lte=as_of)
        return self.filter(settled_or_near, commitment_key__in=keys, due_at__gt=since, started_at__lte=as_of)
