"""How programs and mails connect: tokens of the CRM, the sender, a mail and a fact tried out."""

from datetime import datetime, time
from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agreements.terms.values import Promise
from core.sender import choose_sender, name_and_address, sender
from people.models import ApiToken, User
from people.tokens import issue_token, revoke_token
from reporting.setup_forms import SCOPES, SenderForm, TestMailForm, TokenForm
from reporting.showing.paging import page_of
from reporting.showing.promises import title_of
from reporting.showing.trying import shown_sample, shown_standing
from reporting.trying_facts import RefusedError, promises_to_try, send_answer, send_sample, take_back
from reporting.trying_mail import mail_server, send_test_mail, sender_warnings
from reporting.views.gates import administered

GET_OR_POST = ["GET", "HEAD", "POST"]


@require_http_methods(GET_OR_POST)
@administered
@never_cache
def setup_tokens(request: HttpRequest) -> HttpResponse:
    """The tokens, and one more, whose text is shown on this answer and never again."""
    form = TokenForm(request.POST or None, today=timezone.localdate())
    made = text = None
    if request.method == "POST" and form.is_valid():
        made, text = _issue(form.cleaned_data, cast("User", request.user))
        form = TokenForm(today=timezone.localdate())
    page = page_of(ApiToken.objects.select_related("user"), request, keyset=("-created_at", "-id"))
    context = {
        "form": form,
        "made": made,
        "text": text,
        "tokens": page.rows,
        "scope_names": dict(SCOPES),
        "now": timezone.now(),
        "newer": page.newer,
        "older": page.older,
        "site": settings.SITE_URL,
    }
    return render(request, "pages/setup_tokens.html", context, status=422 if form.errors else 200)


@require_POST
@administered
def setup_token_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """The token stops working at once."""
    token = get_object_or_404(ApiToken, pk=pk)
    revoke_token(token, by=cast("User", request.user), as_of=timezone.now())
    messages.success(request, _("%(token)s works no more.") % {"token": token.name})
    return redirect("setup_tokens")


@require_http_methods(GET_OR_POST)
@administered
def setup_mail(request: HttpRequest) -> HttpResponse:
    """By which server and from whom mails go; on POST one goes, and what the server said is shown."""
    form = TestMailForm(request.POST or None, initial={"to": cast("User", request.user).email})
    outcome = None
    if request.method == "POST" and form.is_valid():
        by = cast("User", request.user)
        outcome = send_test_mail(to=form.cleaned_data["to"], by=by, as_of=timezone.now())
    bad = form.errors or (outcome is not None and not outcome.taken)
    return _mail_page(request, _sender_form(), form, status=422 if bad else 200, outcome=outcome)


@require_POST
@administered
def setup_sender(request: HttpRequest) -> HttpResponse:
    """Mails are from this address from now on."""
    form = SenderForm(request.POST)
    if not form.is_valid():
        return _mail_page(request, form, TestMailForm(), status=422)
    choose_sender(**form.cleaned_data, by=request.user, as_of=timezone.now())
    messages.success(request, _("Mails are from %(sender)s now. Send a test mail.") % {"sender": sender()})
    return redirect("setup_mail")


@require_safe
@administered
def setup_fact(request: HttpRequest) -> HttpResponse:
    """What a test fact would be; once it was sent, how far it is."""
    now = timezone.now()
    listed = promises_to_try(as_of=now)
    chosen = _chosen(listed, request.GET.get("promise", ""))
    titles = [(promise.key, title_of(promise)) for promise in listed]
    context: dict[str, Any] = {"promises": titles, "chosen": chosen}
    if chosen is not None:
        context |= shown_sample(chosen, by=cast("User", request.user), as_of=now)
        context |= _standing(request, chosen)
    return render(request, "pages/setup_fact.html", context)


@require_POST
@administered
def setup_fact_send(request: HttpRequest) -> HttpResponse:
    """Send the test fact, its answer, or take all of it back."""
    now, by = timezone.now(), cast("User", request.user)
    promise = _chosen(promises_to_try(as_of=now), request.POST.get("promise", ""))
    if promise is None:
        raise Http404
    name = request.POST.get("test", "")
    try:
        match request.POST.get("act"):
            case "send":
                name = send_sample(promise, by=by, as_of=now)
            case "answer" if name:
                send_answer(name, promise, by=by, as_of=now)
            case "take_back" if name:
                take_back(name, by=by, as_of=now)
            case _:
                raise BadRequest("act: one of send, answer, take_back")
    except RefusedError as error:
        messages.error(request, _("Refused: %(why)s") % {"why": error})
    return redirect(f"{reverse('setup_fact')}?promise={promise.key}&test={name}#standing")


@require_safe
@administered
def setup_fact_status(request: HttpRequest) -> HttpResponse:
    """How far the test fact is, for the page that waits for it."""
    promise = _chosen(promises_to_try(as_of=timezone.now()), request.GET.get("promise", ""))
    if promise is None:
        raise Http404
    return render(request, "parts/setup_standing.html", {"chosen": promise, **_standing(request, promise)})


def _issue(given: dict[str, Any], by: User) -> tuple[ApiToken, str]:
    day = given["expires_on"]
    ends = timezone.make_aware(datetime.combine(day, time())) if day else None
    return issue_token(
        name=given["name"], scopes=given["scopes"], expires_at=ends, by=by, as_of=timezone.now()
    )


def _sender_form() -> SenderForm:
    name, address = name_and_address()
    return SenderForm(initial={"name": name, "address": address})


def _mail_page(
    request: HttpRequest, choosing: SenderForm, trying: TestMailForm, *, status: int, outcome: Any = None
) -> HttpResponse:
    if not trying.is_bound:
        trying = TestMailForm(initial={"to": cast("User", request.user).email})
    context = {
        "sender_form": choosing,
        "test_form": trying,
        "outcome": outcome,
        "server": mail_server(),
        "sender": sender(),
        "warnings": sender_warnings(),
    }
    return render(request, "pages/setup_mail.html", context, status=status)


def _chosen(listed: list[Promise], key: str) -> Promise | None:
    """The promise of this key; the first one where none was named."""
    return next(
        (promise for promise in listed if promise.key == key), None if key else next(iter(listed), None)
    )


def _standing(request: HttpRequest, promise: Promise) -> dict[str, Any]:
    name = request.GET.get("test", "")
    standing = shown_standing(name, promise, request.user, as_of=timezone.now()) if name else None
    return {"test": name, "standing": standing}
