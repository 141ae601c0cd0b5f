"""A person."""

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, PermissionsMixin
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from people.managers import UserManager
from people.zones import validate_timezone

SEES_NAMES = "people.see_names"


def default_language() -> str:
    """The installation's language; a function, so that the setting does not end in a migration."""
    return settings.LANGUAGE_CODE


class User(AbstractBaseUser, PermissionsMixin):
    """A person, known by an e-mail address; without a usable password they get mail but cannot sign in."""

    email = models.EmailField()
    name = models.CharField(max_length=255, blank=True)
    language = models.CharField(max_length=5, choices=settings.LANGUAGES, default=default_language)
    timezone = models.CharField(max_length=64, default="UTC", validators=[validate_timezone])
    is_staff = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    is_auditor = models.BooleanField(
        _("auditor"),
        default=False,
        help_text=_("Sees everything with names, the audit trail included, and changes nothing."),
    )
    date_joined = models.DateTimeField(auto_now_add=True)

    objects = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_once_ignoring_case",
                violation_error_message=_("Somebody has this e-mail address already."),
            ),
            models.CheckConstraint(condition=~Q(email=""), name="user_has_an_email"),
            models.CheckConstraint(
                condition=Q(is_auditor=False) | Q(is_superuser=False),
                name="user_auditor_is_no_administrator",
                violation_error_message=_("An auditor changes nothing, so an administrator cannot be one."),
            ),
        ]
        permissions = [("see_names", "Can see everybody's rows with names")]

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """As Django has it; an auditor looks at everything and changes nothing, whatever their groups say."""
        if self.is_auditor:
            return self.is_active and (perm == SEES_NAMES or perm.partition(".")[2].startswith("view_"))
        return super().has_perm(perm, obj)

    def has_module_perms(self, app_label: str) -> bool:
        """Whether the administration shows anything of this app to them."""
        return self.is_active if self.is_auditor else super().has_module_perms(app_label)

    def __str__(self) -> str:
        return self.name or self.email
