"""The words by which breaches are asked for."""

from django.db import models

from reporting.enums import BreachState


class BreachQuerySet(models.QuerySet):
    """Breaches."""

    def live(self):
        """Still to be dealt with."""
        return self.filter(state__in=BreachState.live)
