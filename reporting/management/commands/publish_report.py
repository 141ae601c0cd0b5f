"""publish_report [--day DATE] [--team SLUG] [--send]"""

from argparse import ArgumentParser, ArgumentTypeError
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation

from people.models import Team
from reporting.digests import deliver
from reporting.parties import parties
from reporting.publishing import NotYetError, bring_up_to_date, publish
from reporting.reading import read_report
from reporting.showing.terminal import report_lines


class Command(BaseCommand):
    help = "Builds the report that a team (all teams) reads on the morning of a day, once, and prints it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--day", type=_day, metavar="DATE", help="like 2026-04-08; default: today, there")
        parser.add_argument("--team", metavar="SLUG", help="default: every team that signed promises concern")
        parser.add_argument("--send", action="store_true", help="mail it, once, to whom it concerns")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        teams = _teams(options["team"], now)
        bring_up_to_date(as_of=now)
        published = [self._publish(team, options["day"], options["send"], now) for team in teams]
        if not any(published):
            raise CommandError("no report could be built: no report hour of that day has come yet")

    def _publish(self, team: Team, day: date | None, send: bool, now: datetime) -> bool:
        day = day or now.astimezone(ZoneInfo(team.timezone)).date()
        try:
            report = publish(team=team, day=day, as_of=now)
        except NotYetError as error:
            self.stderr.write(str(error))
            return False
        with translation.override(settings.LANGUAGE_CODE), timezone.override(ZoneInfo(team.timezone)):
            self.stdout.write("\n".join(report_lines(read_report(report))))
        if send:
            self.stdout.write(f"mails to send: {deliver(report, as_of=now)}")
        return True


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text} is not a date; write it like 2026-04-08") from error


def _teams(slug: str | None, now: datetime) -> list[Team]:
    if slug is None:
        teams = [party.team for party in parties(as_of=now)]
        if not teams:
            raise CommandError("no signed agreement is in force; load_agreement FILE.yaml --sign signs one")
        return teams
    team = Team.objects.filter(slug=slug).first()
    if team is None:
        known = ", ".join(Team.objects.values_list("slug", flat=True)) or "none yet"
        raise CommandError(f"there is no team {slug}; known: {known}")
    return [team]
