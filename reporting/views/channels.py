"""The channels of teams: their chats' incoming webhooks."""

from collections.abc import Callable
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from people.models import User
from reporting.models import TeamChannel
from reporting.notice_forms import ChannelForm
from reporting.noticing.channels import try_out
from reporting.noticing.keeping_channels import (
    ChannelError,
    add,
    channels_of,
    pause,
    remove,
    resume,
    teams_to_keep,
)
from reporting.showing.channels import shown_channels


@login_required
def team_channels(request: HttpRequest) -> HttpResponse:
    """The channels of the reader's teams; POST adds one."""
    now = timezone.now()
    teams = teams_to_keep(request.user, as_of=now)
    channels = channels_of(request.user, as_of=now)
    if not teams.exists() and not request.user.is_auditor:  # type: ignore[union-attr]
        raise PermissionDenied(_("Managers of teams and administrators keep channels."))
    form = ChannelForm(request.POST or None, teams=teams) if teams.exists() else None
    if request.method == "POST" and form and form.is_valid() and _add(request, form, now):
        return redirect("team_channels")
    context = {"channels": shown_channels(channels), "form": form}
    status = 422 if request.method == "POST" else 200
    return render(request, "pages/team_channels.html", context, status=status)


@require_POST
@login_required
def team_channel_test(request: HttpRequest, pk: int) -> HttpResponse:
    """Post a test message at once and say how it went."""
    channel = _kept(request, pk)
    error = try_out(channel, by=request.user, as_of=timezone.now())
    if error:
        messages.error(request, _("Nothing arrived: %(error)s") % {"error": error})
    else:
        messages.success(request, _("The test arrived at “%(name)s”.") % {"name": channel.name})
    return redirect("team_channels")


@require_POST
@login_required
def team_channel_pause(request: HttpRequest, pk: int) -> HttpResponse:
    """Post nothing there for now."""
    return _do(request, pk, pause, _("“%(name)s” is paused."))


@require_POST
@login_required
def team_channel_resume(request: HttpRequest, pk: int) -> HttpResponse:
    """Post there again."""
    return _do(request, pk, resume, _("“%(name)s” gets news again."))


@require_POST
@login_required
def team_channel_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget it."""
    return _do(request, pk, remove, _("“%(name)s” is removed."))


def _add(request: HttpRequest, form: ChannelForm, now: Any) -> bool:
    try:
        channel = add(**form.cleaned_data, by=cast("User", request.user), as_of=now)
    except ChannelError as error:
        form.add_error(error.field, str(error))
        return False
    messages.success(request, _("“%(name)s” is added: test it now.") % {"name": channel.name})
    return True


def _do(request: HttpRequest, pk: int, act: Callable[..., None], done: str) -> HttpResponse:
    channel = _kept(request, pk)
    act(channel, by=cast("User", request.user), as_of=timezone.now())
    messages.success(request, done % {"name": channel.name})
    return redirect("team_channels")


def _kept(request: HttpRequest, pk: int) -> TeamChannel:
    """A channel that the reader may change; to others it does not exist."""
    now = timezone.now()
    channels = TeamChannel.objects.filter(team__in=teams_to_keep(request.user, as_of=now))
    return get_object_or_404(channels.select_related("team"), pk=pk)
