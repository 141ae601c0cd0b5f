"""What single persons are told as it happens, how often, and the webhooks of teams."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from people.models import Team, User
from reporting.enums import (
    ChannelFormat,
    Frequency,
    NoticeKind,
)
from reporting.notice_querysets import NoticeQuerySet


class Notice(models.Model):
    """One thing told to one person, once: on the page at once, by mail when they work and as they like it.

    ``body`` holds ids and figures only; words and names are made on reading. ``due_at``: from when it may be
    mailed (moved into the reader's working hours unless live). ``mailed_at`` with ``outbox_key`` once a mail
    holds it; a mail may hold several. ``silent``: kept on the page, never mailed (muted, or the person
    chose so).
    """

    id = models.BigAutoField(primary_key=True)
    key = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=24, choices=[(k.value, k.value) for k in NoticeKind])
    recipient = models.ForeignKey(User, on_delete=models.CASCADE, related_name="notices")
    commitment_key = models.CharField(max_length=64, blank=True)
    breach = models.ForeignKey(
        "reporting.Breach", null=True, blank=True, on_delete=models.CASCADE, related_name="notices"
    )
    clock_id = models.BigIntegerField(null=True, blank=True)
    body = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    live = models.BooleanField(default=False)
    silent = models.BooleanField(default=False)
    read_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)
    outbox_key = models.CharField(max_length=200, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        indexes = [
            models.Index(fields=["recipient", "-created_at", "-id"], name="notice_of_reader"),
            models.Index(fields=["recipient"], condition=Q(read_at__isnull=True), name="notice_unread"),
            models.Index(
                fields=["due_at"],
                condition=Q(mailed_at__isnull=True, silent=False),
                name="notice_to_mail",
            ),
            models.Index(
                fields=["recipient", "mailed_at"],
                condition=Q(mailed_at__isnull=False),
                name="notice_mailed",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(mailed_at__isnull=True, outbox_key="")
                | (Q(mailed_at__isnull=False) & ~Q(outbox_key="")),
                name="notice_mailed_exactly_with_a_mail",
            )
        ]

    def __str__(self) -> str:
        return self.key


class NoticePreference(models.Model):
    """How a person wants to be told; without a row at once, within their working hours, everything."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="notice_preference")
    frequency = models.CharField(
        max_length=8, choices=[(f.value, f.value) for f in Frequency], default=Frequency.AT_ONCE.value
    )
    off = ArrayField(models.CharField(max_length=24), default=list, blank=True)

    class Meta:
        verbose_name = _("preference about notices")
        verbose_name_plural = _("preferences about notices")

    def __str__(self) -> str:
        return f"{self.user}: {self.frequency}"


class Mute(models.Model):
    """A person wants no notice of one promise until a date (included); reports and pages stay."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="mutes")
    commitment_key = models.CharField(max_length=64)
    until = models.DateField()

    class Meta:
        verbose_name = _("muted promise")
        verbose_name_plural = _("muted promises")
        constraints = [
            models.UniqueConstraint(fields=["user", "commitment_key"], name="mute_once_per_promise")
        ]

    def __str__(self) -> str:
        return f"{self.commitment_key} until {self.until}"


class TeamChannel(models.Model):
    """A team's incoming webhook in its chat: notices about its promises go there too, without names.

    ``url`` and ``secret`` are secrets. ``failing_since``: nothing has arrived there since, with the last
    ``error``. ``paused_at``: switched off, by a person or after it failed for too long; a person switches it
    on again.
    """

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="channels")
    name = models.CharField(max_length=100)
    format = models.CharField(max_length=8, choices=[(f.value, f.value) for f in ChannelFormat])
    url = models.URLField(max_length=2000)
    secret = models.CharField(max_length=100, blank=True)
    kinds = ArrayField(models.CharField(max_length=24), default=list, blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    failing_since = models.DateTimeField(null=True, blank=True)
    paused_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)

    class Meta:
        verbose_name = _("team channel")
        verbose_name_plural = _("team channels")
        constraints = [models.UniqueConstraint(fields=["team", "name"], name="team_channel_name_once")]

    def __str__(self) -> str:
        return f"{self.team}: {self.name}"
