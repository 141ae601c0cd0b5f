"""A person."""

from typing import ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, PermissionsMixin
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from people.managers import UserManager
from people.zones import validate_timezone


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
        ]
        permissions = [("see_names", "Can see everybody's rows with names")]

    def __str__(self) -> str:
        return self.name or self.email
