"""How people sign in, from the administrators' side: their own pages in the admin site stay closed.

django-allauth registers its tables; none of them is for hands. Importing its modules first makes sure that
they are registered before they are taken out.
"""

from typing import Any

from allauth.account import admin as _account  # noqa: F401
from allauth.account.models import EmailAddress
from allauth.mfa import admin as _mfa  # noqa: F401
from allauth.mfa.models import Authenticator
from allauth.socialaccount import admin as _social  # noqa: F401
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from people.models import User
from people.sign_in import acts
from people.sign_in.second_factor import remove_second_factor

for model in (EmailAddress, Authenticator, SocialAccount, SocialApp, SocialToken):
    if admin.site.is_registered(model):
        admin.site.unregister(model)


class SignInActs:
    """Of the page of persons: a password set for somebody and a second factor removed are noted."""

    @admin.action(
        description=_("Remove the second factor (telephone and codes lost)"), permissions=["change"]
    )
    def remove_second_factors(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        now = timezone.now()
        with transaction.atomic():
            touched = [user for user in queryset if self.has_change_permission(request, user)]  # type: ignore[attr-defined]
            removed = sum(remove_second_factor(user, by=request.user, as_of=now) for user in touched)
        text = ngettext(
            "%(count)d person signs in with the password alone until they set up another.",
            "%(count)d persons sign in with the password alone until they set up another.",
            removed,
        )
        level = messages.SUCCESS if removed else messages.WARNING
        self.message_user(request, text % {"count": removed}, level)  # type: ignore[attr-defined]

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:
        with transaction.atomic():
            before = User.objects.filter(pk=id).values_list("password", flat=True).first()
            response = super().user_change_password(request, id, form_url)  # type: ignore[misc]
            self._note_password(request, id, before)
        return response

    def _note_password(self, request: HttpRequest, id: Any, before: str | None) -> None:
        user = User.objects.filter(pk=id).exclude(password=before or "").first()
        if user is not None:
            acts.note(acts.PASSWORD_CHANGED, user=user, by=request.user, as_of=timezone.now())
