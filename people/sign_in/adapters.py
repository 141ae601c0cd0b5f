"""How django-allauth signs people in here: who exists already, by the address that we hold, nobody else."""

import time
from hashlib import sha256
from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from people.models import User
from people.sign_in import acts, letters

#: What is said after an act; the library's other messages are dropped: the page shows it.
SAID: dict[str, tuple[int, Promise]] = {
    "account/messages/password_changed.txt": (
        messages.SUCCESS,
        _("Your password is changed. Every other browser is signed out."),
    ),
    "mfa/messages/totp_activated.txt": (messages.SUCCESS, _("The second factor is on.")),
    "mfa/messages/totp_deactivated.txt": (messages.SUCCESS, _("The second factor is off.")),
}
LOCKED_FOR = 300  # seconds, as the rate limit of failures in the settings
UNKNOWN_ADDRESS = "0.0.0.0"  # noqa: S104 - of a request over a socket; nothing listens here


class SignIn(DefaultAccountAdapter):
    """Passwords, attempts, sign-ins and -outs; each leaves its row in the audit trail."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _("Please enter a correct e-mail address and password."),
        "too_many_login_attempts": _(
            "Too many wrong attempts. Wait five minutes and try again, or choose a new password by mail."
        ),
        "incorrect_password": _("This is not your password."),
        "enter_current_password": _("This is not your present password."),
        "incorrect_code": _("This code is not right; a new one appears every 30 seconds."),
        "rate_limited": _("Too many wrong attempts. Wait five minutes and try again."),
        "invalid_password_reset": _("This link does not work any more."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """People are invited; nobody signs up."""
        return False

    def get_login_stages(self) -> list[str]:
        """After the password only the second factor: the company vouches for the addresses."""
        return ["allauth.mfa.stages.AuthenticateStage"]

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Who came in a moment ago is not asked again at once."""
        if not super().is_reauthentication_required(app=app, **kwargs):
            return False
        records = get_authentication_records(self.request, self.request.user)
        latest = max((record["at"] for record in records), default=0)
        return time.time() - latest >= app_settings.REAUTHENTICATION_TIMEOUT

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Raises ValidationError after too many failures; noted once in a lock-out."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            self._note_lockout(request, str(credentials.get("email", "")))
            raise

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Note whose door it was; never what was tried."""
        email = str(credentials.get("email", ""))
        acts.note(acts.REFUSED, user=None, email=email, why="password", **self.whence(), as_of=timezone.now())

    def reauthenticate(self, user: User | AnonymousUser, password: str) -> bool:
        """Whether this is the password of the person who is signed in; counted like a sign-in."""
        if not isinstance(user, User):
            return False
        found = self.authenticate(self.request, email=user.email, password=password)
        return found is not None and found.pk == user.pk

    @transaction.atomic
    def login(self, request: HttpRequest, user: User) -> None:
        """Begin the session; how the person proved who they are goes into the audit trail."""
        how = [record["method"] for record in get_authentication_records(request, user)]
        super().login(request, user)
        acts.note(acts.SIGNED_IN, user=user, by=user, by_means_of=how, **self.whence(), as_of=timezone.now())

    @transaction.atomic
    def logout(self, request: HttpRequest) -> None:
        if isinstance(request.user, User):
            acts.note(acts.SIGNED_OUT, user=request.user, by=request.user, as_of=timezone.now())
        super().logout(request)

    def send_password_reset_mail(self, user: User, email: str, context: dict[str, Any]) -> None:
        """Into the outbox, for people who have a password: the others come in otherwise, or not at all."""
        now = timezone.now()
        with transaction.atomic():
            letters.post_reset_link(user, context["password_reset_url"], as_of=now)
            acts.note(acts.PASSWORD_ASKED, user=user, **self.whence(), as_of=now)

    def get_reset_password_from_key_url(self, key: str) -> str:
        """The path alone: the host of the mail is never taken from the request."""
        user, _, secret = key.partition("-")
        return reverse("account_reset_password_from_key", kwargs={"uidb36": user, "key": secret})

    def add_message(
        self, request: HttpRequest, level: int, message_template: str | None = None, *args: Any, **kwargs: Any
    ) -> None:
        if message_template in SAID:
            level, text = SAID[message_template]
            messages.add_message(request, level, str(text))

    def get_client_ip(self, request: HttpRequest) -> str:
        """By TRUSTED_PROXIES the address in X-Forwarded-For, else the connection's."""
        return super().get_client_ip(request) if request.META.get("REMOTE_ADDR") else UNKNOWN_ADDRESS

    def whence(self) -> dict[str, str]:
        """Where the request comes from, for the audit trail."""
        return {"ip": self.get_client_ip(self.request)}

    def _note_lockout(self, request: HttpRequest, email: str) -> None:
        whence = self.whence()
        tried = sha256(email.encode()).hexdigest()
        if cache.add(f"sign-in:locked:{whence['ip']}:{tried}", 1, timeout=LOCKED_FOR):
            acts.note(acts.LOCKED, user=None, email=email, **whence, as_of=timezone.now())
