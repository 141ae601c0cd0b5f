"""Promises not kept, as people deal with them."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from people.models import Team, User
from reporting.enums import (
    BreachState,
    BreachType,
    DisputeOutcome,
    RootCause,
)
from reporting.querysets import BreachQuerySet, DisputeQuerySet


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
        db_index=False,  # breach_of_assignee_promise begins with it
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
    waived_until = models.DateTimeField(null=True, blank=True)
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
            models.Index(fields=["-missed_at", "-id"], name="breach_missed"),
            models.Index(
                fields=["-missed_at", "-id"],
                condition=Q(state__in=["open", "acknowledged", "disputed"], historic=False),
                name="breach_live_missed",
            ),
            models.Index(
                fields=["commitment_key", "-missed_at", "-id"], include=["state"], name="breach_of_promise"
            ),
            models.Index(fields=["state", "-missed_at", "-id"], name="breach_by_state"),
            models.Index(fields=["state", "-opened_at", "-id"], name="breach_by_state_opened"),
            models.Index(
                fields=["owner_id", "commitment_key", "-missed_at", "-id"], name="breach_of_owner_promise"
            ),
            models.Index(
                fields=["assignee", "commitment_key", "-missed_at", "-id"], name="breach_of_assignee_promise"
            ),
            models.Index(
                fields=["commitment_key", "closed_at"],
                condition=Q(root_cause="rule_is_wrong"),
                name="breach_blames_the_rule",
            ),
            models.Index(
                fields=["commitment_key", "missed_at"], condition=Q(state="waived"), name="breach_waived"
            ),
            models.Index(
                fields=["team", "told_at"],
                condition=Q(state__in=["open", "acknowledged", "disputed"], historic=False),
                name="breach_live",
            ),
            models.Index(fields=["team", "told_at"], condition=Q(historic=False), name="breach_told"),
            models.Index(fields=["team"], condition=Q(historic=True), name="breach_historic"),
            models.Index(
                fields=["team"],
                condition=Q(state__in=["open", "acknowledged", "disputed"], historic=True),
                name="breach_historic_live",
            ),
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


class BreachComment(models.Model):
    """What somebody says about a breach, and whom they mention."""

    id = models.BigAutoField(primary_key=True)
    breach = models.ForeignKey(Breach, on_delete=models.CASCADE, related_name="comments")
    author = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()
    text = models.TextField(max_length=4000)
    mentions = models.ManyToManyField(User, related_name="+", blank=True)

    class Meta:
        verbose_name = _("comment on a breach")
        verbose_name_plural = _("comments on breaches")
        ordering = ["at", "id"]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="breach_comment_says_something")]

    def __str__(self) -> str:
        return f"comment on {self.breach}"


class Dispute(models.Model):
    """The owner says that a breach is wrong; the other team's manager waives it or says why not."""

    id = models.BigAutoField(primary_key=True)
    breach = models.ForeignKey(Breach, on_delete=models.CASCADE, related_name="disputes")
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    by_label = models.CharField(max_length=200)
    at = models.DateTimeField()
    reason = models.TextField(max_length=4000)
    evidence = models.URLField(max_length=2000, blank=True)
    outcome = models.CharField(
        max_length=10, choices=[(o.value, o.value) for o in DisputeOutcome], null=True, blank=True
    )
    decided_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(max_length=4000, blank=True)

    objects = DisputeQuerySet.as_manager()

    class Meta:
        verbose_name = _("dispute")
        verbose_name_plural = _("disputes")
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["breach"], condition=Q(outcome__isnull=True), name="dispute_one_open_per_breach"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="dispute_says_why"),
            models.CheckConstraint(
                condition=Q(outcome__isnull=True, decided_at__isnull=True)
                | Q(outcome__isnull=False, decided_at__isnull=False),
                name="dispute_decided_exactly_when_decided",
            ),
        ]

    def __str__(self) -> str:
        return f"dispute of {self.breach}"
