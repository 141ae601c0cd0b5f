"""How long a session lasts, and who may go on with a password alone."""

import time
from collections.abc import Callable
from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from core.problems import problem_response
from people.models import User
from people.sign_in.second_factor import has_second_factor

BEGAN, SEEN = "sign_in.began", "sign_in.seen"
SEEN_NOTED_EVERY = 300  # seconds: a session is not written with every request
PROVED_OTHERWISE = {"mfa", "socialaccount"}  # the provider asks for its own second factor


class SessionLifetime:
    """Ends a session SESSION_DAYS after it began, and SESSION_IDLE_HOURS after its last request.

    Who is deactivated is nobody from the next request on; their session ends with it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            self._end_or_note(request)
        elif "_auth_user_id" in request.session:
            request.session.flush()
        return self.get_response(request)

    def _end_or_note(self, request: HttpRequest) -> None:
        now, session = int(time.time()), request.session
        user: Any = request.user
        last_login = user.last_login
        began = session.get(BEGAN) or (int(last_login.timestamp()) if last_login else now)
        seen = session.get(SEEN, began)
        if now - began >= settings.SESSION_COOKIE_AGE or now - seen >= settings.SESSION_IDLE:
            logout(request)
        elif now - seen >= SEEN_NOTED_EVERY:
            session[BEGAN], session[SEEN] = began, now


class AdministratorsNeedSecondFactor:
    """With ADMINS_NEED_SECOND_FACTOR, leads administrators to setting it up before anything else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not settings.ADMINS_NEED_SECOND_FACTOR or not _lacks_it(request) or _is_open(request):
            return self.get_response(request)
        if request.path_info.startswith("/api/"):
            return problem_response(403, "Forbidden", "Set up your second factor first.")
        return redirect("mfa_activate_totp")


def _lacks_it(request: HttpRequest) -> bool:
    user = request.user
    if not isinstance(user, User) or not (user.is_superuser or user.is_staff):
        return False
    proved = {record["method"] for record in get_authentication_records(request, user)}
    return not proved & PROVED_OTHERWISE and not has_second_factor(user)


def _is_open(request: HttpRequest) -> bool:
    """Pages of the account itself, the language, and what lies there for everybody."""
    roots = (
        reverse("mfa_index"),
        reverse("account_reauthenticate"),
        reverse("logout"),
        reverse("set_language"),
    )
    return request.path_info.startswith((*roots, settings.STATIC_URL))
