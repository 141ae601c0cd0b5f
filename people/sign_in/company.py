"""Signing in through the company's own provider (OpenID Connect): only people whom SLA Hub knows already."""

import logging
from typing import Any, NoReturn

from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from people.models import User
from people.sign_in import acts

log = logging.getLogger(__name__)

PROVIDER = "company"  # in addresses; there is one


class CompanySignIn(DefaultSocialAccountAdapter):
    """Matches by the verified address on every sign-in and keeps nothing of the provider's account."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False

    def list_apps(self, request: HttpRequest, provider: Any = None, client_id: Any = None) -> list[Any]:
        """Only what the settings name; nothing in the database opens a door."""
        return [app for app in super().list_apps(request, provider, client_id) if app.pk is None]

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Put the person whom we know in the place of the one whom the provider describes, or end here."""
        told = sociallogin.account.extra_data
        email = verified_address(told)
        if email is None:
            self._refuse(
                request, "", "unverified", _("Your provider does not vouch for your e-mail address.")
            )
        user = User.objects.filter(email__iexact=email, is_active=True).first()
        if user is None:
            text = _("Nobody here has the address %(email)s. Ask an administrator of SLA Hub to invite you.")
            self._refuse(request, email, "unknown", text % {"email": email})
        sociallogin.user = user

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: Any = None,
        exception: Any = None,
        extra_context: Any = None,
    ) -> None:
        log.warning("company sign-in failed", extra={"error": str(error), "exception": repr(exception)})
        whence = get_account_adapter().whence()
        acts.note(acts.REFUSED, user=None, why="provider", **whence, as_of=timezone.now())

    def _refuse(self, request: HttpRequest, email: str, why: str, text: str) -> NoReturn:
        whence = get_account_adapter().whence()
        acts.note(acts.REFUSED, user=None, email=email, why=why, **whence, as_of=timezone.now())
        messages.error(request, text)
        raise ImmediateHttpResponse(redirect("login"))


def verified_address(told: dict[str, Any]) -> str | None:
    """The address that the provider has verified, or None.

    `told`: the claims of the ID token and of the userinfo endpoint. They must be about the same subject
    (OpenID Connect Core 1.0, 5.3.2). With OIDC_TRUST_EMAIL the company vouches for every address of its
    provider: some (Microsoft Entra) say nothing about it.
    """
    token, info = told.get("id_token") or {}, told.get("userinfo") or {}
    if token and info and token.get("sub") != info.get("sub"):
        return None
    claims = {**token, **info}
    verified = claims.get("email_verified") in (True, "true") or settings.OIDC_TRUST_EMAIL
    return claims.get("email") or None if verified else None
