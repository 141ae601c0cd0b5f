"""A report's mails into the outbox: each reader once, whatever dies and however often it is asked."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Min

from agreements.business_time import Schedule
from core.outbox import enqueue
from people.models import User
from reporting.digests.composing import Letter, all_kept, digest, week_of
from reporting.digests.readers import Reader, readers_of, risk_key, risks_to_mail, rows_to_mail
from reporting.models import DailyReport, Delivery
from reporting.parties import parties
from reporting.reading import ReadReport, read_report
from reporting.report_days import first_of_week, is_working_day
from reporting.working_time import WorkingTimes

log = logging.getLogger(__name__)

NEWCOMER_FOR = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Sending:
    """What became of a report sent by hand: who is mailed now, who was before and when, who has nothing to
    do, and how many of the items have no reader."""

    mailed: tuple[User, ...]
    before: tuple[tuple[User, datetime], ...]
    idle: tuple[User, ...]
    items: int
    unread: int


@transaction.atomic
def deliver(report: DailyReport, *, as_of: datetime) -> int:
    """Put the mails of a report into the outbox and note them; how many. A second call does nothing.

    Readers get it on their own working days only, and their cover while they are away; who has nothing to do
    gets nothing, but on the first working day of a week a mail that all was kept, if it was.
    """
    locked = _locked(report)
    if locked.delivered_at is not None:
        return 0
    letters = _letters(read_report(locked), as_of)
    _send_all(locked, letters, as_of)
    return len(letters)


@transaction.atomic
def deliver_by_hand(report: DailyReport, *, as_of: datetime) -> Sending:
    """Mail the report now to everybody who has something to do, whether or not they work on its day.

    Nobody is mailed twice, whoever sent the first one; whom a delivery by the clock left out gets it.
    """
    locked = _locked(report)
    read = read_report(locked)
    before = {mail.recipient_id: mail.created_at for mail in locked.deliveries.all()}
    readers = readers_of(read, at=as_of)
    busy = [reader for reader in readers if reader.has_something_to_do]
    due = [reader for reader in busy if reader.user.pk not in before]
    newcomers = _newcomers(due, as_of)
    letters = [(reader, digest(read, reader, newcomer=reader.user.pk in newcomers)) for reader in due]
    _send_all(locked, letters, as_of)
    mailed_before = User.objects.filter(pk__in=before).order_by("pk")
    return Sending(
        mailed=tuple(reader.user for reader in due),
        before=tuple((user, before[user.pk]) for user in mailed_before),
        idle=tuple(r.user for r in readers if not r.has_something_to_do and r.user.pk not in before),
        items=len(rows_to_mail(read)) + len(risks_to_mail(read)),
        unread=_unread(read, busy),
    )


def _locked(report: DailyReport) -> DailyReport:
    rows = DailyReport.objects.select_related("team__parent").select_for_update(of=("self",))
    return rows.get(pk=report.pk)


def _letters(read: ReadReport, as_of: datetime) -> list[tuple[Reader, Letter]]:
    report = read.report
    of_team = {party.team.pk: party.schedules for party in parties(as_of=as_of)}
    week = _week(report, of_team.get(report.team_id, frozenset()))
    readers = readers_of(read, {member for day in week for member in day.people()}, at=as_of)
    _warn_of_rows_without_a_reader(read, readers)
    calendars = _calendars(readers, report, of_team)
    newcomers = _newcomers(readers, as_of)
    found = []
    for reader in readers:
        if not is_working_day(report.day, calendars[reader.user.pk]):
            continue
        if reader.has_something_to_do:
            found.append((reader, digest(read, reader, newcomer=reader.user.pk in newcomers)))
        elif week and (letter := all_kept(read, week, reader)):
            found.append((reader, letter))
    return found


def _send_all(report: DailyReport, letters: list[tuple[Reader, Letter]], as_of: datetime) -> None:
    for reader, letter in letters:
        _send(report, reader, letter, as_of)
    report.delivered_at = report.delivered_at or as_of
    report.save(update_fields=["delivered_at"])
    log.info("report delivered", extra={"report": str(report), "mails": len(letters)})


def _send(report: DailyReport, reader: Reader, letter: Letter, as_of: datetime) -> None:
    key = f"digest:{report.pk}:{reader.user.pk}"
    Delivery.objects.create(report=report, recipient=reader.user, outbox_key=key, created_at=as_of)
    payload = {
        "to": [letter.to],
        "subject": letter.subject,
        "text": letter.text,
        "html": letter.html,
        "headers": {"Auto-Submitted": "auto-generated"},
    }
    enqueue(key=key, channel="mail", payload=payload, as_of=as_of)


def _warn_of_rows_without_a_reader(read: ReadReport, readers: list[Reader]) -> None:
    """Only where a team has no manager, none above it has one, and there is no administrator."""
    read_by_somebody = {row["breach"] for reader in readers for row in reader.mine + reader.team}
    left = {row["breach"] for row in rows_to_mail(read)} - read_by_somebody
    if left:
        log.warning("breaches that nobody reads", extra={"report": str(read.report), "breaches": len(left)})


def _unread(read: ReadReport, readers: list[Reader]) -> int:
    """How many things to do reach nobody."""
    fixed = {row["breach"] for reader in readers for row in reader.mine + reader.team}
    risky = {risk_key(row) for reader in readers for row in reader.at_risk}
    left = [row for row in rows_to_mail(read) if row["breach"] not in fixed]
    return len(left) + sum(risk_key(row) not in risky for row in risks_to_mail(read))


def _newcomers(readers: list[Reader], as_of: datetime) -> set[int]:
    """Those whose first mail is less than a month old or yet to come."""
    ids = {reader.user.pk for reader in readers}
    mails = Delivery.objects.filter(recipient__in=ids).order_by()
    first = mails.values_list("recipient").annotate(Min("created_at"))
    return ids - {user_id for user_id, at in first if as_of - at >= NEWCOMER_FOR}


def _week(report: DailyReport, schedules: frozenset[Schedule]) -> list[ReadReport]:
    """The reports of the last seven days, on the first working day of a week; else none."""
    if not first_of_week(report.day, schedules):
        return []
    since: date = week_of(report.day)
    rows = DailyReport.objects.filter(team=report.team, day__gt=since, day__lte=report.day)
    return [read_report(row) for row in rows]


def _calendars(
    readers: list[Reader], report: DailyReport, of_team: Mapping[int, frozenset[Schedule]]
) -> dict[int, frozenset[Schedule]]:
    """Each reader's calendars: their own hours, else of their teams' promises, else of the report's team."""
    working = WorkingTimes([reader.user for reader in readers], as_of=report.as_of, of_team=of_team)
    default = of_team.get(report.team_id, frozenset())
    return {reader.user.pk: working.schedules(reader.user) or default for reader in readers}
