"""The words by which breaches and reports are asked for."""

from datetime import date, datetime

from django.db import models

from reporting.enums import BreachState


class BreachQuerySet(models.QuerySet):
    """Breaches."""

    def live(self):
        """Still to be dealt with."""
        return self.filter(state__in=BreachState.live)

    def tellable(self):
        """Those that people hear of: historic ones are counted and listed on request only."""
        return self.filter(historic=False)

    def told_by(self, as_of: datetime):
        """Those whose settle time was over."""
        return self.filter(told_at__lte=as_of)


class DailyReportQuerySet(models.QuerySet):
    """Frozen reports."""

    def before(self, day: date):
        """Reports of earlier days, the latest first."""
        return self.filter(day__lt=day).order_by("-day")
