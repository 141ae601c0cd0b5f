"""What we tell people: breaches, the day's frozen report, what was delivered to whom, the demo's mailbox."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from people.models import Team
from reporting.enums import BreachState, BreachType, RootCause, ToldState
from reporting.querysets import BreachQuerySet, DailyReportQuerySet


class Breach(models.Model):
    """A promise not kept: the lasting thing that a person deals with.

    Tied to its clock or reading by natural key, without a foreign key, because verdict rows may be rebuilt;
    ``clock_id`` is the row that was last seen under that key, so that a vanished one can be recognised.
    ``historic``: due before signing or known more than one report late; counted, never notified.
    ``missed_at``: the deadline, or the instant from which it could no longer be done, or the period's end.
    ``told_at``: the instant from which it may be told (the miss plus the promise's settle time).
    """

    id = models.BigAutoField(primary_key=True)
    type = models.CharField(max_length=6, choices=[(t.value, t.value) for t in BreachType])
    commitment_key = models.CharField(max_length=64)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="breaches")
    subject_id = models.BigIntegerField(null=True, blank=True)
    start_key = models.CharField(max_length=120, blank=True)
    clock_id = models.BigIntegerField(null=True, blank=True, db_index=True)
    period_start = models.DateTimeField(null=True, blank=True)
    each = models.CharField(max_length=100, blank=True)
    owner_id = models.BigIntegerField(null=True, blank=True, help_text="ref id of the member who owed it")
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="assigned_breaches",
    )
    missed_at = models.DateTimeField()
    opened_at = models.DateTimeField()
    told_at = models.DateTimeField()
    state = models.CharField(
        max_length=12, choices=[(s.value, s.value) for s in BreachState], default=BreachState.OPEN.value
    )
    historic = models.BooleanField(default=False)
    root_cause = models.CharField(
        max_length=16, choices=[(c.value, c.value) for c in RootCause], null=True, blank=True
    )
    note = models.TextField(blank=True)
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True, help_text="waived, resolved or withdrawn")

    objects = BreachQuerySet.as_manager()

    class Meta:
        verbose_name = _("breach")
        verbose_name_plural = _("breaches")
        constraints = [
            models.UniqueConstraint(
                fields=["commitment_key", "subject_id", "start_key"],
                condition=Q(type="clock"),
                name="breach_once_per_clock",
            ),
            models.UniqueConstraint(
                fields=["commitment_key", "period_start", "each"],
                condition=Q(type="period"),
                name="breach_once_per_period",
            ),
            models.CheckConstraint(
                condition=Q(type="clock", subject_id__isnull=False, period_start__isnull=True)
                | Q(type="period", subject_id__isnull=True, period_start__isnull=False),
                name="breach_about_a_clock_or_a_period",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waived", "resolved", "withdrawn"], closed_at__isnull=False)
                | Q(state__in=["open", "acknowledged", "disputed"], closed_at__isnull=True),
                name="breach_closed_at_exactly_when_closed",
            ),
            models.CheckConstraint(
                condition=~Q(state="resolved") | Q(root_cause__isnull=False),
                name="breach_resolved_with_a_root_cause",
            ),
            models.CheckConstraint(
                condition=~Q(state="acknowledged") | Q(acknowledged_at__isnull=False),
                name="breach_acknowledged_has_its_instant",
            ),
            models.CheckConstraint(
                condition=Q(told_at__gte=models.F("missed_at")), name="breach_told_after_the_miss"
            ),
        ]
        indexes = [
            models.Index(fields=["-opened_at", "-id"], name="breach_newest"),
            models.Index(
                fields=["team", "told_at"],
                condition=Q(state__in=["open", "acknowledged", "disputed"], historic=False),
                name="breach_live",
            ),
            models.Index(fields=["team", "told_at"], condition=Q(historic=False), name="breach_told"),
            models.Index(fields=["team"], condition=Q(historic=True), name="breach_historic"),
            models.Index(
                fields=["team", "closed_at"],
                condition=Q(closed_at__isnull=False, historic=False),
                name="breach_closed",
            ),
            models.Index(
                fields=["team", "acknowledged_at"],
                condition=Q(acknowledged_at__isnull=False, historic=False),
                name="breach_acknowledged",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.commitment_key} {self.missed_at:%Y-%m-%d}"


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


class ReceivedMail(models.Model):
    """A mail caught by the built-in mailbox, so that the demo's mails can be read in the browser."""

    id = models.BigAutoField(primary_key=True)
    received_at = models.DateTimeField(db_index=True)
    sender = models.CharField(max_length=254)
    recipients = models.JSONField()
    subject = models.CharField(max_length=998)
    raw = models.TextField()

    class Meta:
        verbose_name = _("received mail")
        verbose_name_plural = _("received mails")

    def __str__(self) -> str:
        return self.subject
