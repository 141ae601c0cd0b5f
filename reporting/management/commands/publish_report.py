"""publish_report [--day DATE] [--team SLUG] [--send]"""

from argparse import ArgumentParser, ArgumentTypeError
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from people.models import Team
from reporting.digests import deliver_by_hand
from reporting.parties import parties, party_of
from reporting.publishing import NotYetError, bring_up_to_date, publish
from reporting.reading import read_report
from reporting.report_days import is_working_day
from reporting.showing.terminal import report_lines, sending_lines


class Command(BaseCommand):
    help = "Builds the report that a team (all teams) reads on the morning of a day, once, and prints it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--day", type=_day, metavar="DATE", help="like 2026-04-08; default: today, there")
        parser.add_argument("--team", metavar="SLUG", help="default: every team that signed promises concern")
        parser.add_argument(
            "--send",
            action="store_true",
            help="mail it now, once, to all who have an item",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        teams = _teams(options["team"], now)
        bring_up_to_date(as_of=now)
        published = [self._publish(team, options["day"], options["send"], now) for team in teams]
        if not any(published):
            advice = "run it again after that hour, or read an earlier report: --day DATE"
            raise CommandError(f"no report could be built: no report hour of that day has come yet; {advice}")

    def _publish(self, team: Team, day: date | None, send: bool, now: datetime) -> bool:
        day = day or now.astimezone(ZoneInfo(team.timezone)).date()
        try:
            report = publish(team=team, day=day, as_of=now)
        except NotYetError as error:
            self.stderr.write(str(error))
            return False
        with translation.override(settings.LANGUAGE_CODE), timezone.override(ZoneInfo(team.timezone)):
            self.stdout.write("\n".join(report_lines(read_report(report))))
            if not is_working_day(day, party_of(team, as_of=now).schedules):
                self.stdout.write(_day_off(team, day))
            if send:
                self.stdout.write("\n".join(sending_lines(deliver_by_hand(report, as_of=now))))
        return True


def _day_off(team: Team, day: date) -> str:
    words = {"team": team.name, "day": date_format(day, "l j F")}
    return _("%(day)s is no working day of %(team)s: scheduled reports skip it.") % words


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
