"""The words by which verdicts are asked for."""

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
