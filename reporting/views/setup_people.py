"""Teams, the people in them, and their invitations."""

from datetime import datetime, time
from typing import Any, cast
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core import audit
from people.enums import Role, Side
from people.invitations import NotInvitableError
from people.models import Membership, Team, User
from people.teams import AlreadyMemberError, change_team, join, leave, make_team
from reporting.inviting import invite_by_mail
from reporting.setup_forms import JoinForm, PersonForm, TeamForm
from reporting.showing.paging import page_of
from reporting.showing.setting_up import shown_people, shown_teams
from reporting.views.gates import administered

GET_OR_POST = ["GET", "HEAD", "POST"]


@require_http_methods(GET_OR_POST)
@administered
def setup_teams(request: HttpRequest) -> HttpResponse:
    """The teams, and one more."""
    now = timezone.now()
    form = TeamForm(request.POST or None, initial=_next_team(cast("User", request.user)))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        team = make_team(by=cast("User", request.user), as_of=now, **given)
        messages.success(request, _("%(team)s is there. Say who belongs to it.") % {"team": team})
        return redirect("setup_team", team.slug)
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "teams": shown_teams(as_of=now)}
    return render(request, "pages/setup_teams.html", context, status=status)


@require_http_methods(GET_OR_POST)
@administered
def setup_team(request: HttpRequest, slug: str) -> HttpResponse:
    """One team: what it is called, and who belongs to it."""
    team = get_object_or_404(Team, slug=slug)
    initial = {name: getattr(team, name) for name in ("name", "side", "parent", "timezone", "report_hour")}
    form = TeamForm(request.POST or None, team=team, initial=initial)
    if request.method == "POST" and form.is_valid():
        change_team(team, changes=form.cleaned_data, by=cast("User", request.user), as_of=timezone.now())
        messages.success(request, _("Saved."))
        return redirect("setup_team", slug)
    status = 422 if request.method == "POST" else 200
    return _team_page(request, team, form, _empty_join(team), status=status)


@require_POST
@administered
def setup_team_join(request: HttpRequest, slug: str) -> HttpResponse:
    """Somebody belongs to the team, or has another role in it."""
    team = get_object_or_404(Team, slug=slug)
    form = JoinForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            _join(given["user"], team, given, cast("User", request.user))
        except AlreadyMemberError:
            form.add_error("user", _("They belong to this team in this role already."))
        else:
            messages.success(
                request, _("%(person)s belongs to %(team)s.") % {"person": given["user"], "team": team}
            )
            return redirect("setup_team", slug)
    initial = {name: getattr(team, name) for name in ("name", "side", "parent", "timezone", "report_hour")}
    return _team_page(request, team, TeamForm(team=team, initial=initial), form, status=422)


@require_POST
@administered
def setup_membership_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody belongs to a team no more, from now on."""
    membership = get_object_or_404(Membership.objects.by_hand().select_related("team"), pk=pk)
    leave(membership, by=cast("User", request.user), as_of=timezone.now())
    messages.success(request, _("From now on they do not belong to %(team)s.") % {"team": membership.team})
    return redirect("setup_team", membership.team.slug)


@require_http_methods(GET_OR_POST)
@administered
def setup_people(request: HttpRequest) -> HttpResponse:
    """Everybody, whether they can sign in, and somebody new."""
    now = timezone.now()
    form = PersonForm(request.POST or None, initial=_next_person(cast("User", request.user)))
    if request.method == "POST" and form.is_valid():
        _add(request, form.cleaned_data)
        return redirect("setup_people")
    page = page_of(User.objects.all(), request, keyset=("-date_joined", "-id"))
    context = {
        "form": form,
        "people": shown_people(page.rows, as_of=now),
        "newer": page.newer,
        "older": page.older,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "pages/setup_people.html", context, status=status)


@require_POST
@administered
def setup_invite(request: HttpRequest, pk: int) -> HttpResponse:
    """Send somebody a link, again or for the first time."""
    user = get_object_or_404(User, pk=pk)
    _invite(request, user)
    return redirect("setup_people")


@transaction.atomic
def _add(request: HttpRequest, given: dict[str, Any]) -> None:
    by, now = cast("User", request.user), timezone.now()
    user = User.objects.create_user(
        given["email"], name=given["name"], language=given["language"], timezone=given["timezone"]
    )
    audit.record(actor=by, verb="add", object_type="user", object_id=user.pk, as_of=now)
    if given["team"]:
        _join(user, given["team"], given, by)
    if given["invite"]:
        _invite(request, user)
    else:
        messages.success(request, _("%(person)s is there, without an invitation yet.") % {"person": user})


def _invite(request: HttpRequest, user: User) -> None:
    try:
        invite_by_mail(user, by=cast("User", request.user), as_of=timezone.now())
    except NotInvitableError:
        messages.error(request, _("%(person)s has a password already, or is not active.") % {"person": user})
    else:
        messages.success(request, _("%(person)s gets a mail with a link that works once.") % {"person": user})


def _join(user: User, team: Team, given: dict[str, Any], by: User) -> None:
    """From the beginning of the day in the team's zone."""
    since = datetime.combine(given["since"], time(), ZoneInfo(team.timezone))
    join(user, team, role=Role(given["role"]), since=since, by=by, as_of=timezone.now())


def _team_page(request: HttpRequest, team: Team, form: TeamForm, joining: JoinForm, *, status: int) -> Any:
    now = timezone.now()
    members = Membership.objects.at(now).filter(team=team).select_related("user").order_by("user__name", "pk")
    context = {"team": team, "form": form, "join_form": joining, "members": members}
    return render(request, "pages/setup_team.html", context, status=status)


def _empty_join(team: Team) -> JoinForm:
    return JoinForm(initial={"since": timezone.localdate(timezone=ZoneInfo(team.timezone)), "role": Role.REP})


def _next_team(user: User) -> dict[str, Any]:
    """The side that has no team yet."""
    sides = set(Team.objects.values_list("side", flat=True))
    side = next((side for side in (Side.MARKETING, Side.SALES) if side not in sides), None)
    named = {"name": {"marketing": _("Marketing"), "sales": _("Sales")}[side], "slug": side} if side else {}
    return {"side": side or Side.OTHER, "timezone": user.timezone, "report_hour": 8, **named}


def _next_person(user: User) -> dict[str, Any]:
    return {
        "language": user.language,
        "timezone": user.timezone,
        "since": timezone.localdate(),
        "role": Role.REP,
        "invite": True,
    }
