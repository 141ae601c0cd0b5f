"""A team's channels are added, paused and removed by its managers and administrators."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core.posting import AddressError, refuse_unsafe
from people.models import Team, User
from people.visibility import Sight
from reporting.models import TeamChannel
from reporting.noticing.channels import note_act


class ChannelError(ValueError):
    """This channel cannot be kept; ``field`` and the message say why and what to do."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


def channels_of(user: Any, *, as_of: datetime) -> QuerySet[TeamChannel]:
    """The channels of the teams that the person manages; all for administrators and auditors."""
    sight = Sight.of(user, as_of=as_of)
    channels = TeamChannel.objects.select_related("team").order_by("team__name", "name")
    if sight.is_admin or sight.is_auditor:
        return channels
    return channels.filter(team__in=sight.managed_team_ids)


def teams_to_keep(user: Any, *, as_of: datetime) -> QuerySet[Team]:
    """The teams whose channels the person may change."""
    sight = Sight.of(user, as_of=as_of)
    teams = Team.objects.order_by("name")
    return teams if sight.is_admin else teams.filter(pk__in=sight.managed_team_ids)


def add(
    team: Team,
    *,
    name: str,
    format: str,
    url: str,
    secret: str,
    kinds: Collection[str],
    by: User,
    as_of: datetime,
) -> TeamChannel:
    """Have a team's news posted to an address. Raises ChannelError: the address is refused or not known, or
    the team has a channel of this name."""
    _refuse(url)
    try:
        with transaction.atomic():
            channel = TeamChannel.objects.create(
                team=team,
                name=name,
                format=format,
                url=url,
                secret=secret,
                kinds=sorted(kinds),
                created_at=as_of,
                created_by=by,
            )
            note_act(channel, "added", by=by, as_of=as_of, after={"format": format})
    except IntegrityError as error:
        raise ChannelError("name", _("The team has a channel of this name: choose another one.")) from error
    return channel


@transaction.atomic
def pause(channel: TeamChannel, *, by: User, as_of: datetime) -> None:
    """Post nothing there until somebody resumes it."""
    if TeamChannel.objects.filter(pk=channel.pk, paused_at__isnull=True).update(paused_at=as_of):
        note_act(channel, "paused", by=by, as_of=as_of)


@transaction.atomic
def resume(channel: TeamChannel, *, by: User, as_of: datetime) -> None:
    """Post there again, from the next news on."""
    paused = TeamChannel.objects.filter(pk=channel.pk, paused_at__isnull=False)
    if paused.update(paused_at=None, failing_since=None, error=""):
        note_act(channel, "resumed", by=by, as_of=as_of)


@transaction.atomic
def remove(channel: TeamChannel, *, by: User, as_of: datetime) -> None:
    """Forget the channel with its address and secret."""
    note_act(channel, "removed", by=by, as_of=as_of)
    channel.delete()


def _refuse(url: str) -> None:
    try:
        refuse_unsafe(url)
    except AddressError as error:
        raise ChannelError("url", _refusals()[error.code]) from error
    except OSError as error:
        raise ChannelError("url", _("Nobody knows this host: check the address.")) from error


def _refusals() -> dict[str, str]:
    return {
        "too_long": _("The address is too long."),
        "scheme": _("The address must begin with https://."),
        "host": _("This is not an address: copy it from your chat as it is."),
        "credentials": _("An address with a name and a password is refused: leave them out."),
        "private": _("This address is inside a private network, which is refused. Ask whoever runs SLA Hub."),
    }
