"""The chats of teams: one message a sweep, without anybody's name, at least once under one id.

A channel at which nothing arrives for a day is paused, and the managers of its team are told.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from agreements.promises import history_of
from core.audit import record
from core.carrying import NotTakenError
from core.outbox import WEBHOOK, enqueue
from core.webhooks import Destination, post
from people.models import Team
from reporting.enums import NoticeKind
from reporting.models import TeamChannel
from reporting.noticing.formats import Line, Message, body_for
from reporting.noticing.recipients import Recipients
from reporting.noticing.telling import Telling, tell
from reporting.noticing.words import channel_line

KIND_OF_DESTINATION = "channel"
LINES = 10
FAILING_FOR = timedelta(days=1)
#: What a channel gets unless it says otherwise: what happens to promises, never what persons do.
TOLD = (NoticeKind.ANNOUNCED, NoticeKind.AT_RISK, NoticeKind.BREACH, NoticeKind.ESCALATED)


def tell_channels(tellings: Sequence[Telling], *, as_of: datetime) -> int:
    """Put one message into the outbox for each channel that these concern, in the caller's transaction; how
    many. Whoever calls passes each thing once: what nobody had been told of before."""
    concerned = {telling.body["team"] for telling in tellings}
    channels = TeamChannel.objects.filter(team__in=concerned, paused_at__isnull=True).select_related("team")
    keys = {telling.commitment_key for telling in tellings} if channels else set()
    titles = {promise.key: promise.terms.title for promise in history_of(keys)}
    sent = 0
    for channel in channels:
        told = [one for one in tellings if one.body["team"] == channel.team_id and _wants(channel, one.kind)]
        if told:
            sent += _send(channel, told, titles, as_of)
    return sent


def destination(which: str) -> Destination | None:
    """Where the messages of a channel go now; None once it is deleted or paused."""
    channel = TeamChannel.objects.filter(pk=which, paused_at__isnull=True).first()
    return Destination(channel.url, channel.secret, partial(_note, channel.pk)) if channel else None


def try_out(channel: TeamChannel, *, by: Any, as_of: datetime) -> str:
    """Post a test message at once; "" where it arrived, else what went wrong, in the other end's words."""
    with _in_the_zone_of(channel.team):
        message = Message(
            headline=_("SLA Hub can post here"),
            lines=(),
            more=_("This is a test of the channel “%(name)s”.") % {"name": channel.name},
            open_label=_("Open SLA Hub"),
            url=settings.SITE_URL,
            team=channel.team.slug,
            at=as_of,
        )
    key = f"channel-test:{channel.pk}:{int(as_of.timestamp())}"
    error = ""
    try:
        post(
            Destination(channel.url, channel.secret, partial(_note, channel.pk)),
            key=key,
            body=body_for(channel.format, message),
            at=as_of,
        )
    except NotTakenError as refused:
        error = str(refused)
    _note(channel.pk, error=error, as_of=as_of)
    note_act(channel, "tested", by=by, as_of=as_of, after={"error": error} if error else None)
    return error


def pause_failing(*, as_of: datetime) -> int:
    """Pause the channels at which nothing has arrived for a day, and tell their managers; how many."""
    failing = TeamChannel.objects.filter(paused_at__isnull=True, failing_since__lte=as_of - FAILING_FOR)
    return sum(_pause_failing(pk, as_of) for pk in list(failing.values_list("pk", flat=True)))


def note_act(channel: TeamChannel, verb: str, *, by: Any, as_of: datetime, after: Any = None) -> None:
    """The audit row of an act on a channel; never its address or secret."""
    record(
        actor=by,
        verb=f"channel.{verb}",
        object_type="reporting.teamchannel",
        object_id=channel.pk,
        after={"team": channel.team.slug, "name": channel.name, **(after or {})},
        as_of=as_of,
    )


@transaction.atomic
def _pause_failing(pk: int, as_of: datetime) -> int:
    channel = TeamChannel.objects.select_for_update(of=("self",)).select_related("team").get(pk=pk)
    if channel.paused_at is not None:
        return 0
    channel.paused_at = as_of
    channel.save(update_fields=["paused_at"])
    note_act(channel, "paused", by=None, as_of=as_of, after={"error": channel.error})
    tell(
        NoticeKind.CHANNEL_PAUSED,
        to=Recipients((), as_of=as_of).managers_of_team(channel.team_id),
        key=f"channel_paused:{channel.pk}:{int(as_of.timestamp())}",
        body={"team": channel.team_id, "channel": channel.pk},
        as_of=as_of,
    )
    return 1


def _wants(channel: TeamChannel, kind: str) -> bool:
    return kind in (channel.kinds or TOLD)


def _send(channel: TeamChannel, told: Sequence[Telling], titles: dict[str, Any], as_of: datetime) -> int:
    with _in_the_zone_of(channel.team):
        message = _message(channel.team, told, titles, as_of)
    payload = {
        "destination": f"{KIND_OF_DESTINATION}:{channel.pk}",
        "body": body_for(channel.format, message),
    }
    return enqueue(key=f"channel:{channel.pk}:{told[0].key}", channel=WEBHOOK, payload=payload, as_of=as_of)


def _message(team: Team, told: Sequence[Telling], titles: dict[str, Any], as_of: datetime) -> Message:
    left = len(told) - LINES
    return Message(
        headline=_("%(team)s: %(n)d to look at") % {"team": team.name, "n": len(told)},
        lines=[_line(telling, titles) for telling in told[:LINES]],
        more=_("and %(n)d more") % {"n": left} if left > 0 else "",
        open_label=_("Open SLA Hub"),
        url=settings.SITE_URL + reverse("exceptions"),
        team=team.slug,
        at=as_of,
    )


def _line(telling: Telling, titles: dict[str, Any]) -> Line:
    page = ("exception", telling.breach_id) if telling.breach_id else ("clock", telling.clock_id)
    title, text = channel_line(telling.kind, titles.get(telling.commitment_key), telling.body)
    data = {"kind": str(telling.kind), "commitment": telling.commitment_key, "due_at": telling.body["due"]}
    return Line(title, text, settings.SITE_URL + reverse(page[0], args=[page[1]]), data)


def _note(pk: int, *, error: str, as_of: datetime) -> None:
    """What became of a message: since when nothing arrives, or that it does again."""
    channel = TeamChannel.objects.filter(pk=pk)
    if error:
        channel.update(failing_since=Coalesce(F("failing_since"), Value(as_of)), error=error[:500])
    else:
        channel.filter(failing_since__isnull=False).update(failing_since=None, error="")


@contextmanager
def _in_the_zone_of(team: Team) -> Iterator[None]:
    """The installation's language and the team's zone, for as long as a message is written."""
    with translation.override(settings.LANGUAGE_CODE), timezone.override(ZoneInfo(team.timezone)):
        yield
