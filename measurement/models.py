"""Was it kept: clocks with their evidence, and readings of periods. Written only by judging."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from agreements.models import Commitment
from measurement.enums import ClockState, UnitState, Verdict
from measurement.querysets import BaselineQuerySet, ClockQuerySet, UnitQuerySet


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

    objects = ClockQuerySet.as_manager()

    class Meta:
        verbose_name = _("clock")
        verbose_name_plural = _("clocks")
        constraints = [
            models.UniqueConstraint(
                fields=["commitment_key", "subject_id", "start_key"],
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
                F("commitment_key"),
                Coalesce("due_at", "started_at"),
                name="clock_key_due",
            ),
            models.Index(fields=["commitment_key", "started_at", "id"], name="clock_key_started"),
            models.Index(fields=["subject_id"], name="clock_subject"),
            models.Index(fields=["owner_id", "due_at"], name="clock_owner_due"),
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


class Unit(models.Model):
    """One thing that a rate, a volume or coverage counts or leaves out (``measurement.units.UnitVerdict``).

    Stored is what waiting cannot change. A stretch lasts from ``at`` until ``until`` (null: still); anything
    else happened ``at`` that instant.
    """

    id = models.BigAutoField(primary_key=True)
    commitment = models.ForeignKey(Commitment, on_delete=models.PROTECT, related_name="units")
    commitment_key = models.CharField(max_length=64)
    subject_id = models.BigIntegerField()
    subject_type = models.CharField(max_length=8)
    unit_key = models.CharField(max_length=120)
    each = models.CharField(max_length=100, blank=True)
    at = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    stretch = models.BooleanField()
    state = models.CharField(max_length=8, choices=[(s.value, s.value) for s in UnitState])
    reason = models.CharField(max_length=200, blank=True)
    had_at = models.DateTimeField(null=True, blank=True)
    matures_at = models.DateTimeField(null=True, blank=True)
    owner_id = models.BigIntegerField(null=True, blank=True)
    origin = models.CharField(max_length=255, null=True, blank=True)
    evidence = models.JSONField(default=list)
    changed_at = models.DateTimeField()

    objects = UnitQuerySet.as_manager()

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        constraints = [
            models.UniqueConstraint(
                fields=["commitment_key", "subject_id", "unit_key", "each"], name="unit_once"
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(stretch=True), name="unit_only_a_stretch_ends"
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gt=F("at")), name="unit_ends_after_it_begins"
            ),
        ]
        indexes = [
            models.Index(fields=["commitment_key", "at", "id"], name="unit_key_at"),
            models.Index(
                fields=["commitment_key", "until"], condition=Q(stretch=True), name="unit_stretch_until"
            ),
            models.Index(fields=["subject_id"], name="unit_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.commitment_key} {self.subject_id} {self.unit_key}"


class Baseline(models.Model):
    """What a rate was in its baseline window when its version was signed, and what was pinned by hand.

    The baseline that counts is a function of the facts known now, until somebody pins it: then ``pinned_*``
    count for this version. ``numerator`` and ``denominator`` are those of the signing, shown beside it.
    """

    commitment = models.OneToOneField(
        Commitment, on_delete=models.PROTECT, primary_key=True, related_name="baseline"
    )
    signed_at = models.DateTimeField()
    numerator = models.BigIntegerField()
    denominator = models.BigIntegerField()
    pinned_at = models.DateTimeField(null=True, blank=True)
    pinned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    pinned_numerator = models.BigIntegerField(null=True, blank=True)
    pinned_denominator = models.BigIntegerField(null=True, blank=True)

    objects = BaselineQuerySet.as_manager()

    class Meta:
        verbose_name = _("baseline")
        verbose_name_plural = _("baselines")
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    pinned_at__isnull=True, pinned_numerator__isnull=True, pinned_denominator__isnull=True
                )
                | Q(
                    pinned_at__isnull=False,
                    pinned_numerator__isnull=False,
                    pinned_denominator__isnull=False,
                ),
                name="baseline_pinned_wholly_or_not",
            )
        ]

    def __str__(self) -> str:
        return f"baseline of {self.commitment}"


class Reading(models.Model):
    """The value of a commitment for one half-open period in the calendar's zone.

    Where a version begins that counts by other periods, or in another zone, one period ends and the next
    begins: every clock stands in exactly one.

    Stored is what the period comes to when nothing more happens: ``denominator`` counts the met, the missed
    and the ``running`` clocks due in it, since each of those is missed once its deadline has passed. What is
    known earlier is derived on reading (measurement.readings).

    Of a volume ``numerator`` is the count and ``denominator`` null; of coverage both are open seconds.
    ``expected`` is the number that the target came to in this period (a share, or a count), null without one;
    ``detail`` says how: the baseline, the steps of the ramp, the room left, the open days.
    ``final_at``: from when the stored verdict holds: the period's end, later while a cohort matures.
    """

    id = models.BigAutoField(primary_key=True)
    commitment = models.ForeignKey(Commitment, on_delete=models.PROTECT, related_name="readings")
    commitment_key = models.CharField(max_length=64)
    period_start = models.DateTimeField()
    period_end = models.DateTimeField()
    each = models.CharField(max_length=100, default="team")
    value = models.DecimalField(max_digits=20, decimal_places=6, null=True)
    numerator = models.BigIntegerField()
    denominator = models.BigIntegerField(null=True)
    running = models.BigIntegerField(default=0)
    left_out = models.BigIntegerField(default=0)
    target = models.CharField(max_length=64)
    expected = models.DecimalField(max_digits=20, decimal_places=6, null=True)
    detail = models.JSONField(default=dict)
    final_at = models.DateTimeField()
    verdict = models.CharField(max_length=12, choices=[(v.value, v.value) for v in Verdict])
    changed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("reading")
        verbose_name_plural = _("readings")
        constraints = [
            models.UniqueConstraint(
                fields=["commitment_key", "period_start", "each"],
                name="reading_once_per_period",
            ),
            models.CheckConstraint(
                condition=Q(period_end__gt=F("period_start")),
                name="reading_period_is_not_empty",
            ),
        ]
        indexes = [
            models.Index(fields=["-period_start", "-id"], name="reading_newest"),
            models.Index(fields=["final_at"], name="reading_final"),
        ]

    def __str__(self) -> str:
        return f"{self.commitment_key} {self.period_start:%Y-%m-%d}"
