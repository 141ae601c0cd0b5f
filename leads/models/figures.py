"""Figures that no CRM holds: traffic, subscribers … day by day, entered by hand or from a file."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Counting(models.TextChoices):
    """What the figures of a period come to."""

    SUM = "sum", _("they add up (visits, sign-ups)")
    LATEST = "latest", _("the latest one holds (subscribers, followers)")


class FigureSeries(models.Model):
    """How a series is counted; one that has no row adds up."""

    name = models.SlugField(_("name"), max_length=64, unique=True)
    counting = models.CharField(
        _("counting"), max_length=6, choices=Counting.choices, default=Counting.SUM.value
    )

    class Meta:
        verbose_name = _("series of figures")
        verbose_name_plural = _("series of figures")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class FigureQuerySet(models.QuerySet):
    """Figures of series."""

    def current(self) -> "FigureQuerySet":
        """What holds now: corrected ones are left out."""
        return self.filter(replaced_at__isnull=True)

    def of(self, series: str) -> "FigureQuerySet":
        """Those of one series."""
        return self.filter(series=series)


class Figure(models.Model):
    """What a series amounted to on a day (visits of the day; for a stock such as subscribers, the day's end).

    One value holds for a series and day; a correction keeps the earlier one with ``replaced_at``.
    ``source`` says where it comes from: ``by hand``, or the name of a file. ``entered_by`` is who did it.
    """

    id = models.BigAutoField(primary_key=True)
    series = models.SlugField(_("series"), max_length=64)
    day = models.DateField(_("day"))
    value = models.DecimalField(_("value"), max_digits=20, decimal_places=4)
    source = models.CharField(_("source"), max_length=200)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    received_at = models.DateTimeField()
    replaced_at = models.DateTimeField(null=True, blank=True)

    objects = FigureQuerySet.as_manager()

    class Meta:
        verbose_name = _("figure")
        verbose_name_plural = _("figures")
        ordering = ["series", "-day", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["series", "day"], condition=Q(replaced_at__isnull=True), name="figure_one_holds_a_day"
            ),
            models.CheckConstraint(
                condition=Q(replaced_at__isnull=True) | Q(replaced_at__gte=models.F("received_at")),
                name="figure_replaced_after_it_was_received",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.series} {self.day}"
