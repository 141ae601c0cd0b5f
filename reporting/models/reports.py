"""The day's frozen report, what it said, and whom it was delivered to."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from people.models import Team
from reporting.enums import (
    ToldState,
)
from reporting.querysets import DailyReportQuerySet


class DailyReport(models.Model):
    """The exception report a team reads on the morning of ``day``: frozen, ids and figures only.

    ``as_of`` is the team's report hour of that day, ``built_at`` when the report was really built; the two
    lie apart after an outage. ``delivered_at`` is set with the mails, in one transaction.
    """

    id = models.BigAutoField(primary_key=True)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="reports")
    day = models.DateField()
    as_of = models.DateTimeField()
    built_at = models.DateTimeField()
    body = models.JSONField()
    delivered_at = models.DateTimeField(null=True, blank=True)

    objects = DailyReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("daily report")
        verbose_name_plural = _("daily reports")
        ordering = ["-day", "team"]
        constraints = [
            models.UniqueConstraint(fields=["team", "day"], name="report_once_per_team_and_day"),
            models.CheckConstraint(
                condition=Q(built_at__gte=models.F("as_of")), name="report_not_built_before_its_hour"
            ),
        ]
        indexes = [models.Index(fields=["team", "as_of"], name="report_team_as_of")]

    def __str__(self) -> str:
        return f"{self.team} {self.day}"


class ToldVerdict(models.Model):
    """What the reports last said about one clock, so that the next one can say that it was wrong.

    ``doubtful`` is set when the clock changes afterwards, and cleared by the report that looked again.
    """

    id = models.BigAutoField(primary_key=True)
    report = models.ForeignKey(DailyReport, on_delete=models.PROTECT, related_name="told")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+")
    commitment_key = models.CharField(max_length=64)
    subject_id = models.BigIntegerField()
    start_key = models.CharField(max_length=120)
    clock_id = models.BigIntegerField(db_index=True)
    state = models.CharField(max_length=12, choices=[(s.value, s.value) for s in ToldState])
    doubtful = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("told verdict")
        verbose_name_plural = _("told verdicts")
        constraints = [
            models.UniqueConstraint(
                fields=["commitment_key", "subject_id", "start_key"], name="told_once_per_clock"
            )
        ]
        indexes = [models.Index(fields=["team"], condition=Q(doubtful=True), name="told_doubtful")]

    def __str__(self) -> str:
        return f"{self.commitment_key} of {self.subject_id}: {self.state}"


class Delivery(models.Model):
    """A report told to one person by one channel, once."""

    report = models.ForeignKey(DailyReport, on_delete=models.PROTECT, related_name="deliveries")
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="deliveries"
    )
    channel = models.CharField(max_length=16, default="mail")
    outbox_key = models.CharField(max_length=200, unique=True)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = [
            models.UniqueConstraint(
                fields=["report", "recipient", "channel"], name="delivery_once_per_recipient"
            )
        ]

    def __str__(self) -> str:
        return self.outbox_key
