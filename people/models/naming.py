"""Whether individuals are named beyond their managers, what people were told about it, and who looked."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from people.models.teams import Team
from people.models.users import User


class NamingPolicy(models.Model):
    """The one rule of the company about names (row 1; none means teams only).

    Naming individuals needs a notice that they can read, the day on which they were informed, and where the
    law asks for it (in France the works council) the day on which their representatives were consulted.
    ``months_kept``: named rows older than that show teams only, to everybody but the person.
    """

    id = models.SmallIntegerField(primary_key=True, default=1, editable=False)
    individuals = models.BooleanField(default=False)
    notice = models.JSONField(default=dict, blank=True)
    consulted_on = models.DateField(null=True, blank=True)
    informed_on = models.DateField(null=True, blank=True)
    months_kept = models.PositiveSmallIntegerField(default=13)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        verbose_name = _("naming of individuals")
        verbose_name_plural = _("naming of individuals")
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="naming_policy_only_one"),
            models.CheckConstraint(
                condition=Q(individuals=False) | (Q(informed_on__isnull=False) & ~Q(notice={})),
                name="naming_policy_only_after_informing",
            ),
            models.CheckConstraint(condition=Q(months_kept__gte=1), name="naming_policy_keeps_a_month"),
        ]

    def __str__(self) -> str:
        return "individuals" if self.individuals else "teams"


class NameAccess(models.Model):
    """Somebody looked at rows that name other individuals: once a day for each page and team."""

    id = models.BigAutoField(primary_key=True)
    reader = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    day = models.DateField()
    page = models.CharField(max_length=64)
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    first_at = models.DateTimeField()
    times = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("look at names")
        verbose_name_plural = _("looks at names")
        constraints = [
            models.UniqueConstraint(
                fields=["reader", "day", "page", "team"], nulls_distinct=False, name="name_access_once_a_day"
            )
        ]
        indexes = [models.Index(fields=["-day", "-id"], name="name_access_newest")]

    def __str__(self) -> str:
        return f"{self.reader} {self.day} {self.page}"


class NoticeRead(models.Model):
    """A person confirmed having read the notice about names, in these words (SHA-256 of the notice)."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    sha256 = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("notice read")
        verbose_name_plural = _("notices read")
        constraints = [models.UniqueConstraint(fields=["user", "sha256"], name="notice_read_once")]

    def __str__(self) -> str:
        return f"{self.user} {self.at:%Y-%m-%d}"
