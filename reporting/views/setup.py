"""The first administrator, the checklist of setting up, and the page that an invitation leads to."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from people.first_administrator import NotAwaitedError, WrongCodeError, awaited, make_first_administrator
from people.invitations import accept, opened
from people.models import User
from reporting.setting_up import steps
from reporting.setup_forms import FirstForm, WelcomeForm
from reporting.views.gates import administered

GET_OR_POST = ["GET", "HEAD", "POST"]


@require_safe
@administered
def setup(request: HttpRequest) -> HttpResponse:
    """What is there, and what comes next."""
    listed = steps(as_of=timezone.now())
    following = next((step for step in listed if not step.done), None)
    done = sum(step.done for step in listed)
    return render(request, "pages/setup.html", {"steps": listed, "next": following, "done": done})


@require_http_methods(GET_OR_POST)
@never_cache
@sensitive_post_parameters("code", "password", "again")
def setup_first(request: HttpRequest) -> HttpResponse:
    """Make the first administrator, with the code of the installation; there is no such page afterwards."""
    if not awaited():
        raise Http404
    form = FirstForm(request.POST or None, initial=_preferred())
    if request.method == "POST" and form.is_valid():
        try:
            user = _make(form.cleaned_data)
        except WrongCodeError:
            form.add_error(
                "code", _("This is not the code: copy it from the terminal, hyphens included or not.")
            )
        except NotAwaitedError:
            raise Http404 from None
        else:
            _come_in(request, user)
            messages.success(request, _("Welcome. These steps lead to the first measured promise."))
            return redirect("setup")
    status = 422 if request.method == "POST" else 200
    return render(request, "pages/setup_first.html", {"form": form}, status=status)


@require_http_methods(GET_OR_POST)
@never_cache
@sensitive_post_parameters("password", "again")
def invitation(request: HttpRequest, secret: str) -> HttpResponse:
    """An invited person chooses a password; the link works once."""
    now = timezone.now()
    found = opened(secret, as_of=now)
    if found is None:
        return render(request, "pages/invitation_over.html", status=404)
    user = found.user
    initial = {"name": user.name, "language": user.language, "timezone": user.timezone}
    form = WelcomeForm(request.POST or None, user=user, initial=initial)
    if request.method == "POST" and form.is_valid():
        given = {name: form.cleaned_data[name] for name in ("password", *initial)}
        if accepted := accept(secret, as_of=now, **given):
            _come_in(request, accepted)
            messages.success(request, _("Welcome. From now on you sign in with your e-mail address."))
            return redirect("overview")
        return render(request, "pages/invitation_over.html", status=404)
    status = 422 if request.method == "POST" else 200
    return render(request, "pages/invitation.html", {"form": form, "invited": user}, status=status)


def _make(given: dict[str, Any]) -> User:
    user = make_first_administrator(
        given_code=given["code"],
        as_of=timezone.now(),
        **{name: given[name] for name in ("email", "password", "name", "language", "timezone")},
    )
    (Path(settings.DATA_DIR) / "setup-code").unlink(missing_ok=True)
    return user


def _come_in(request: HttpRequest, user: User) -> None:
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])


def _preferred() -> dict[str, Any]:
    language = (get_language() or settings.LANGUAGE_CODE).split("-")[0]
    return {"language": language, "timezone": "Europe/Paris" if language == "fr" else "UTC"}
