"""Notices of the reader, and what is mailed to them."""

from typing import Any, cast
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core.bounded import Count
from people.models import User
from people.own_affairs import own_affair
from reporting.enums import Frequency, NoticeKind
from reporting.models import Mute, Notice, NoticePreference
from reporting.notice_forms import MuteForm, PreferenceForm
from reporting.noticing.choosing import choose, mark_read, mute, unmute, unread_count
from reporting.showing.notices import promise_titles, shown_notices
from reporting.showing.paging import page_of


@require_safe
@login_required
def notices(request: HttpRequest) -> HttpResponse:
    """What the reader was told, the latest first; all of it or what is unread."""
    now = timezone.now()
    told = Notice.objects.of_reader(request.user, as_of=now).select_related("breach")
    only_unread = request.GET.get("show") == "unread"
    page = page_of(told.unread() if only_unread else told, request, keyset=("-created_at", "-id"))
    context = {
        "notices": shown_notices(page.rows),
        "newer": page.newer,
        "older": page.older,
        "only_unread": only_unread,
    }
    return render(request, "pages/notices.html", context)


@own_affair
@require_POST
@login_required
def notices_read(request: HttpRequest) -> HttpResponse:
    """Mark all of the reader's notices as read."""
    mark_read(cast("User", request.user), as_of=timezone.now())
    messages.success(request, _("Everything is marked as read."))
    return redirect("notices")


@own_affair
@require_POST
@login_required
def notice_read(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark one as read; nobody's but the reader's own."""
    now = timezone.now()
    notice = get_object_or_404(Notice.objects.of_reader(request.user, as_of=now), pk=pk)
    mark_read(cast("User", request.user), as_of=now, only=[notice.pk])
    return redirect("notices")


@own_affair
@login_required
def notice_preferences(request: HttpRequest) -> HttpResponse:
    """How often the reader is mailed and about what; POST stores it."""
    form = PreferenceForm(request.POST or None, initial=_chosen(request.user))
    if request.method == "POST" and form.is_valid():
        user = cast("User", request.user)
        choose(user, frequency=form.cleaned_data["frequency"], off=form.off(), as_of=timezone.now())
        messages.success(request, _("Stored. It counts for what waits to be mailed, too."))
        return redirect("notice_preferences")
    wanted = request.GET.get("mute", "")
    return _preferences(request, form, _mute_form(request, initial={"commitment": wanted}))


@own_affair
@require_POST
@login_required
def notice_mute(request: HttpRequest) -> HttpResponse:
    """Mute a promise until a date."""
    form = _mute_form(request, data=request.POST)
    if not form.is_valid():
        return _preferences(request, PreferenceForm(initial=_chosen(request.user)), form)
    user = cast("User", request.user)
    mute(user, form.cleaned_data["commitment"], until=form.cleaned_data["until"], as_of=timezone.now())
    messages.success(request, _("Muted. You still see it on its page and in the reports."))
    return redirect("notice_preferences")


@own_affair
@require_POST
@login_required
def notice_unmute(request: HttpRequest, pk: int) -> HttpResponse:
    """End a mute."""
    muted = get_object_or_404(Mute, pk=pk, user=request.user)
    unmute(cast("User", request.user), muted.commitment_key, as_of=timezone.now())
    return redirect("notice_preferences")


def unread_notices(request: HttpRequest) -> Count:
    """How many the reader has not looked at: what the navigation of every page shows."""
    return unread_count(request.user, as_of=timezone.now())


def _chosen(user: Any) -> dict[str, Any]:
    wish = NoticePreference.objects.filter(user=user).first()
    off = set(wish.off) if wish else set()
    return {
        "frequency": wish.frequency if wish else Frequency.AT_ONCE.value,
        "mailed": [kind.value for kind in NoticeKind if kind.value not in off],
    }


def _mute_form(request: HttpRequest, **options: Any) -> MuteForm:
    now = timezone.now()
    today = now.astimezone(ZoneInfo(cast("User", request.user).timezone)).date()
    return MuteForm(promises=promise_titles(request.user, as_of=now), today=today, **options)


def _preferences(request: HttpRequest, form: PreferenceForm, mute_form: MuteForm) -> HttpResponse:
    titles = dict(mute_form.fields["commitment"].choices)  # type: ignore[attr-defined]
    muted = Mute.objects.filter(user=cast("User", request.user), until__gte=mute_form.today).order_by("until")
    context = {
        "form": form,
        "mute_form": mute_form if titles else None,
        "mutes": [
            {"mute": one, "title": titles.get(one.commitment_key, one.commitment_key)} for one in muted
        ],
    }
    status = 422 if form.is_bound or mute_form.is_bound else 200
    return render(request, "pages/notice_preferences.html", context, status=status)
