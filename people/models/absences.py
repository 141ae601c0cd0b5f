"""When a person is away and who covers them; the hours at which a person works."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from people.enums import AbsenceKind
from people.models.choices import choices_of
from people.models.users import User


class Absence(models.Model):
    """A person is away, or left for good, during a half-open period; the cover receives, acts and counts.

    Why somebody is away is nobody's business here: it is never asked. ``left`` has no end: from its start on
    what the person owned is the cover's.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="absences")
    kind = models.CharField(max_length=4, choices=choices_of(AbsenceKind), default=AbsenceKind.AWAY.value)
    during = DateTimeRangeField()
    cover = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="covering")
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        constraints = [
            ExclusionConstraint(
                name="absence_one_at_a_time",
                expressions=[("user", RangeOperators.EQUAL), ("during", RangeOperators.OVERLAPS)],
            ),
            models.CheckConstraint(
                condition=Q(during__isempty=False, during__startswith__isnull=False),
                name="absence_begins_and_lasts_some_time",
            ),
            models.CheckConstraint(
                condition=Q(kind="left") | Q(during__endswith__isnull=False), name="absence_ends_unless_left"
            ),
            models.CheckConstraint(
                condition=Q(cover__isnull=True) | ~Q(cover=F("user")), name="absence_not_covered_by_oneself"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.kind}"


class WorkingHours(models.Model):
    """When a person works, where it differs from the calendars of their teams: part time, another country.

    ``week`` as in an agreement's calendar ({"mon": ["09:00-12:30"]}); ``holidays`` likewise ({"country":
    "FR", "subdivision": null}), null for those of the team. In the person's own zone.
    """

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="working_hours")
    week = models.JSONField()
    holidays = models.JSONField(null=True, blank=True)
    changed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("working hours")
        verbose_name_plural = _("working hours")

    def __str__(self) -> str:
        return f"working hours of {self.user}"
