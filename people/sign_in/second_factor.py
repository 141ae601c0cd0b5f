"""Codes of an app on the telephone, and the recovery codes for the day it is lost."""

import base64
from hashlib import sha256
from typing import Any

from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from people.models import User
from people.sign_in import acts

SALT = b"slahub.second-factor"


class SecondFactor(DefaultMFAAdapter):
    """Secrets lie encrypted in the database: a stolen backup without the SECRET_KEY opens nothing."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("This code is not right; a new one appears every 30 seconds."),
    }

    def encrypt(self, text: str) -> str:
        return _keys().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Raises ValidationError where the SECRET_KEY is not the one it was encrypted with."""
        try:
            return _keys().decrypt(encrypted_text.encode()).decode()
        except InvalidToken as error:
            raise ValidationError(
                _(
                    "The secret of this second factor cannot be read: the installation's SECRET_KEY has "
                    "changed. Ask an administrator to remove your second factor."
                )
            ) from error


class _Noted:
    """A wrong code is a row of the audit trail."""

    def clean_code(self) -> str:
        try:
            return super().clean_code()  # type: ignore[misc]
        except ValidationError:
            user: User = self.user  # type: ignore[attr-defined]
            whence = get_account_adapter().whence()
            acts.note(acts.REFUSED, user=user, why="second_factor", **whence, as_of=timezone.now())
            raise


class CodeForm(_Noted, AuthenticateForm):
    """The code asked for after the password."""


class CodeAgainForm(_Noted, ReauthenticateForm):
    """The code asked for before something that matters."""


def has_second_factor(user: User) -> bool:
    """Whether an app is set up; recovery codes alone are none."""
    return Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists()


def remove_second_factor(user: User, *, by: Any, as_of: Any) -> bool:
    """Take the second factor and the recovery codes off somebody who lost both; False where there is none."""
    removed, _each = Authenticator.objects.filter(user=user).delete()
    if removed:
        acts.note(acts.SECOND_FACTOR_OFF, user=user, by=by, as_of=as_of)
    return bool(removed)


def _keys() -> MultiFernet:
    return MultiFernet([_key(secret) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


def _key(secret: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(sha256(SALT + secret.encode()).digest()))
