"""Every team's report when its hour has come, and those that an outage left out."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Max

from reporting.digests import deliver
from reporting.models import DailyReport
from reporting.parties import Party, parties
from reporting.publishing.publication import bring_up_to_date, publish
from reporting.report_days import report_instant, working_days

MOST_DAYS_MISSED = 14


def publish_due(*, as_of: datetime) -> list[DailyReport]:
    """Build what is due and was not built, and mail the report of today; returns the new reports.

    A team reads its report on the working days of the calendars of its promises (Monday to Friday where
    they have none) at its report hour. After an outage the missed days, up to a fortnight back, are built
    too, so that the archive has no holes, but only today's is mailed: it lists everything that is still
    open. A team's first report is that of the first report hour after signing. Building and mailing
    today's is one transaction.
    """
    known = parties(as_of=as_of)
    due = [(party, day) for party in known for day in _days_due(party, as_of, _latest_days())]
    if due:
        bring_up_to_date(as_of=as_of)
    published = [_publish(party, day, as_of) for party, day in due]
    _deliver_undelivered(known, as_of)
    return published


def _latest_days() -> Mapping[int, date]:
    return dict(DailyReport.objects.order_by().values_list("team_id").annotate(Max("day")))


def _days_due(party: Party, as_of: datetime, latest: Mapping[int, date]) -> list[date]:
    today = _today(party, as_of)
    last = latest.get(party.team.id)
    since = max(last + timedelta(days=1), today - timedelta(days=MOST_DAYS_MISSED)) if last else today
    return [
        day
        for day in working_days(since, today, party.schedules)
        if party.signed_at <= _hour(party, day) <= as_of
    ]


@transaction.atomic
def _publish(party: Party, day: date, as_of: datetime) -> DailyReport:
    report = publish(team=party.team, day=day, as_of=as_of)
    if day == _today(party, as_of):
        deliver(report, as_of=as_of)
    return report


def _deliver_undelivered(known: list[Party], as_of: datetime) -> None:
    """Today's report may have been built by hand, without mails."""
    today = {party.team.id: _today(party, as_of) for party in known}
    waiting = DailyReport.objects.filter(team_id__in=today, day__in=set(today.values())).undelivered()
    for report in waiting.select_related("team"):
        if report.day == today[report.team_id]:
            deliver(report, as_of=as_of)


def _today(party: Party, as_of: datetime) -> date:
    return as_of.astimezone(ZoneInfo(party.team.timezone)).date()


def _hour(party: Party, day: date) -> datetime:
    return report_instant(day, hour=party.team.report_hour, timezone=party.team.timezone)
