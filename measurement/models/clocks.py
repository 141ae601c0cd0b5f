"""Running and settled promises about single records, and the queue of what is to be judged."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from agreements.models import Commitment
from measurement.enums import ClockState
from measurement.querysets import URGENCY, ClockQuerySet


class Clock(models.Model):
    """One running or settled promise about one record, started by one event.

    Stored is what waiting cannot change: an open clock is stored ``running`` or ``paused`` and becomes
    overdue by its ``due_at`` alone. ``ended_at`` is set exactly when nothing can change any more without
    new facts: stopped, failed, cancelled, given up, unmeasurable. ``gives_up_at`` is the instant from which
    an open clock is so ended; the engine sweeps for it. ``start_key`` names the start event:
    ``e:<event id>`` of the log, ``i:<ref>:<kind>:<epoch>`` implied by a record.
    ``evidence`` lists what was counted: [{"role", "at", "kind", "event", "actor", "note"}].
    ``owners`` lists [{"member": ref id or null, "from": instant, "to": instant or null}], end to end.
    """

    id = models.BigAutoField(primary_key=True)
    commitment = models.ForeignKey(Commitment, on_delete=models.PROTECT, related_name="clocks")
    commitment_key = models.CharField(max_length=64)
    subject_id = models.BigIntegerField()
    subject_type = models.CharField(max_length=8)
    start_key = models.CharField(max_length=120)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True, blank=True)
    warn_at = models.DateTimeField(null=True, blank=True)
    stopped_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    gives_up_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=12, choices=[(s.value, s.value) for s in ClockState])
    reason = models.CharField(max_length=200, blank=True)
    owner_id = models.BigIntegerField(null=True, blank=True)
    allowed_seconds = models.BigIntegerField(null=True, blank=True)
    elapsed_seconds = models.BigIntegerField(null=True, blank=True)
    business_seconds = models.BigIntegerField(null=True, blank=True)
    paused_seconds = models.BigIntegerField(null=True, blank=True)
    unassigned_seconds = models.BigIntegerField(null=True, blank=True)
    repeats = models.PositiveIntegerField(default=0)
    evidence = models.JSONField(default=list)
    owners = models.JSONField(default=list)
    origin = models.CharField(max_length=255, null=True, blank=True)
    changed_at = models.DateTimeField()
    fingerprint = models.BigIntegerField(
        null=True,
        blank=True,
        help_text="What it was judged from, and the texts that came of it: equal ones need no second look.",
    )

    objects = ClockQuerySet.as_manager()

    class Meta:
        verbose_name = _("clock")
        verbose_name_plural = _("clocks")
        constraints = [
            # By the subject first: judging asks for all clocks of some.
            models.UniqueConstraint(
                fields=["subject_id", "commitment_key", "start_key"],
                name="clock_once_per_start",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["running", "paused"], ended_at__isnull=True)
                | (~Q(state__in=["running", "paused"]) & Q(ended_at__isnull=False)),
                name="clock_ended_at_exactly_when_ended",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["met", "late"]) | Q(stopped_at__isnull=False),
                name="clock_done_has_its_instant",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=Q(ended_at__isnull=True),
                name="clock_open_due",
            ),
            models.Index(
                fields=["warn_at"],
                condition=Q(ended_at__isnull=True),
                name="clock_open_warn",
            ),
            models.Index(
                fields=["gives_up_at"],
                condition=Q(ended_at__isnull=True, gives_up_at__isnull=False),
                name="clock_open_gives_up",
            ),
            models.Index(
                fields=["gives_up_at"],
                condition=Q(state="excluded", gives_up_at__isnull=False),
                name="clock_excluded_gives_up",
            ),
            models.Index(
                F("commitment_key"),
                Coalesce("due_at", "started_at"),
                name="clock_key_due",
            ),
            models.Index(fields=["commitment_key", "started_at", "id"], name="clock_key_started"),
            models.Index(
                fields=["commitment_key", "started_at", "id"],
                condition=Q(ended_at__isnull=True),
                name="clock_open_key",
            ),
            # Most clocks run or are met: whoever lists those finds them by the newest.
            models.Index(
                fields=["state", "started_at", "id"],
                condition=Q(
                    state__in=["paused", "overdue", "late", "failed", "cancelled", "excluded", "unmeasurable"]
                ),
                name="clock_rare_state",
            ),
            # What is past due: most of it runs, what was given up is late for good.
            models.Index(
                fields=["-started_at", "-id"],
                condition=Q(ended_at__isnull=True) | Q(state="overdue"),
                name="clock_open_newest",
            ),
            models.Index(fields=["owner_id", "started_at", "id"], name="clock_owner_started"),
            models.Index(
                F("owner_id"),
                URGENCY,
                F("id"),
                condition=Q(ended_at__isnull=True),
                name="clock_open_urgency",
            ),
            models.Index(fields=["-started_at", "-id"], name="clock_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.commitment_key} of {self.subject_id} from {self.started_at}"


class TouchedSubject(models.Model):
    """A record about which something changed since it was last judged: the second half of the queue.

    Change marks are expanded into these rows, each subject once however many marks named it; the rows of
    fresh facts (``urgency`` 0) go before those of a new definition (1), which may be all of history.
    """

    subject_id = models.BigIntegerField(primary_key=True)
    urgency = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = _("touched subject")
        verbose_name_plural = _("touched subjects")
        indexes = [models.Index(fields=["urgency", "subject_id"], name="touched_subject_queue")]

    def __str__(self) -> str:
        return str(self.subject_id)
