"""The pages of the door: django-allauth's, each act with its row in the audit trail and its mail."""

import logging
from typing import Any
from urllib.parse import urlencode

import requests
from allauth.account import views as account
from allauth.account.adapter import get_adapter
from allauth.account.internal.decorators import login_not_required
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.socialaccount.adapter import get_adapter as get_company
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.base.constants import AuthProcess
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from people import first_administrator
from people.models import User
from people.sign_in import acts, letters
from people.sign_in.company import PROVIDER

log = logging.getLogger(__name__)


class Login(account.LoginView):
    """The sign-in page; while nobody administers this installation it leads to where the first one does."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if first_administrator.awaited():
            return redirect("setup_first")
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {
            "company": settings.OIDC_NAME,
            "next": self.get_next_url(),
            **super().get_context_data(**kwargs),
        }


@method_decorator(require_POST, name="dispatch")
class Logout(account.LogoutView):
    """Sign out; a GET changes nothing."""


class _Noted:
    """A form whose success is noted, told to the person, and done in one transaction."""

    verb: str
    letter: str

    def form_valid(self, form: Any) -> HttpResponse:
        with transaction.atomic():
            response = super().form_valid(form)  # type: ignore[misc]
            self.tell(self.whose())
        return response

    def whose(self) -> User:
        return self.request.user  # type: ignore[attr-defined]

    def tell(self, user: User) -> None:
        now, whence = timezone.now(), get_adapter().whence()
        acts.note(self.verb, user=user, by=user, **whence, as_of=now)
        letters.post_warning(user, self.letter, as_of=now, **whence)


class PasswordChange(_Noted, account.PasswordChangeView):
    """Ends every other session of the person: a session holds a hash of the password."""

    verb, letter = acts.PASSWORD_CHANGED, "password_changed"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Who comes in through the company's provider has no password to change, and is told so."""
        if isinstance(request.user, User) and not request.user.has_usable_password():
            messages.info(request, _("You have no password here: you sign in through your company."))
            return redirect("mfa_index")
        return super().dispatch(request, *args, **kwargs)

    def get_default_success_url(self) -> str:
        return reverse("mfa_index")


class PasswordFromLink(_Noted, account.PasswordResetFromKeyView):
    """The new password of somebody who proved that they read the mail of this address."""

    verb, letter = acts.PASSWORD_RESET, "password_changed"

    def whose(self) -> User:
        return self.reset_user

    def tell(self, user: User) -> None:
        super().tell(user)
        get_adapter()._delete_login_attempts_cached_email(self.request, email=user.email)


class SecondFactorOn(_Noted, totp.ActivateTOTPView):
    verb, letter = acts.SECOND_FACTOR_ON, "second_factor_on"


class SecondFactorOff(_Noted, totp.DeactivateTOTPView):
    verb, letter = acts.SECOND_FACTOR_OFF, "second_factor_off"


class NewRecoveryCodes(_Noted, codes.GenerateRecoveryCodesView):
    verb, letter = acts.RECOVERY_CODES, "recovery_codes"


class Index(mfa.IndexView):
    """How one signs in: password, second factor, and what happened at this door lately."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user: User = self.request.user
        return {
            "has_password": user.has_usable_password(),
            "acts": acts.latest_of(user),
            "needed": settings.ADMINS_NEED_SECOND_FACTOR and (user.is_superuser or user.is_staff),
            **super().get_context_data(**kwargs),
        }


@require_safe
def admin_login(request: HttpRequest) -> HttpResponse:
    """The admin site has no sign-in of its own."""
    if request.user.is_authenticated:
        raise PermissionDenied
    query = urlencode({"next": request.GET.get("next") or reverse("admin:index")})
    return redirect(f"{reverse('login')}?{query}")


@login_not_required
@require_POST
def to_the_company(request: HttpRequest) -> HttpResponse:
    """Off to the provider; it sends the person back to the callback."""
    try:
        provider = get_company(request).get_provider(request, PROVIDER)
        next_url = request.POST.get("next", "")
        safe = next_url if get_adapter().is_safe_url(next_url) else None
        return provider.redirect(request, AuthProcess.LOGIN, next_url=safe)
    except SocialApp.DoesNotExist:
        raise Http404 from None
    except requests.RequestException as error:
        log.warning("company sign-in unreachable", extra={"error": repr(error)})
        name = {"name": settings.OIDC_NAME}
        messages.error(request, _("%(name)s does not answer. Try again, or use your password.") % name)
        return redirect("login")
