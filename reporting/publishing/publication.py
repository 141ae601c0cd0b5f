"""Building a report, once."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from core.instants import format_instant
from measurement.judging import judge_pending
from people.models import Team
from reporting.models import DailyReport
from reporting.parties import party_of
from reporting.publishing.contents import contents
from reporting.publishing.scope import scope_of
from reporting.publishing.told import Told
from reporting.watching import sync_breaches

JUDGING_SECONDS = 120  # facts that never stop arriving must not keep a report from being built


class NotYetError(ValueError):
    """The report's hour has not come."""


def publish(*, team: Team, day: date, as_of: datetime) -> DailyReport:
    """The report that the team reads on the morning of the day, built now if it was not before.

    It tells the state of the team's report hour of that day, by the facts known at ``as_of`` (now), which is
    kept as ``built_at``. One per team and day: later calls, also at the same time, return the first.
    Breaches must be up to date (``bring_up_to_date``). Raises NotYetError before the report hour.
    """
    with transaction.atomic():
        Team.objects.select_for_update(of=("self",), no_key=True).get(pk=team.pk)
        report = DailyReport.objects.filter(team=team, day=day).first()
        return report or _build(team, day, as_of)


def bring_up_to_date(*, as_of: datetime) -> None:
    """Judge what waits to be judged and let the breaches follow: a report misses nothing that is known."""
    judge_pending(as_of=as_of, seconds=JUDGING_SECONDS)
    sync_breaches(as_of=as_of)


def _build(team: Team, day: date, as_of: datetime) -> DailyReport:
    scope = scope_of(party_of(team, as_of=as_of), day)
    if scope.as_of > as_of:
        detail = _("The report of %(team)s of %(day)s is read at %(hour)s in %(zone)s (%(instant)s).")
        hour = scope.as_of.astimezone(ZoneInfo(team.timezone)).strftime("%H:%M")
        words = {"team": team.slug, "day": day, "hour": hour, "zone": team.timezone}
        raise NotYetError(detail % {**words, "instant": format_instant(scope.as_of)})
    told = Told.of(scope)
    body = contents(scope, told)
    report = DailyReport.objects.create(team=team, day=day, as_of=scope.as_of, built_at=as_of, body=body)
    if scope.is_newest:
        told.write(report)
    return report
