"""Plays the story through the public use cases, as if the hub had been there all along.

Facts come in and are judged, misses are told in the mornings' reports, people see to them. Weeks long past
go in one step each, the last three day by day, with a report every working morning. Only each team's latest
report is mailed: nobody wants three weeks of digests at once.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby
from operator import itemgetter

from demo.acting import People
from demo.agreeing import agree
from demo.cast import PARIS, SOURCE
from demo.fairness import be_fair
from demo.figures import enter_figures
from demo.ledger import RESOURCES, Row
from demo.stage import Stage, at_clock
from demo.statistics import refresh_statistics
from leads.ingestion import ingest
from people.models import Team, User
from reporting.digests import deliver
from reporting.parties import parties
from reporting.publishing import bring_up_to_date, publish
from reporting.report_days import report_instant, working_days

BATCH = 5_000
DAY_BY_DAY = 21
BUILT_AFTER = timedelta(seconds=40)  # a report is read as of its hour and built a moment later
MONDAY = time(7, 30)
WORK = time(9, 10), time(17)

Progress = Callable[[datetime, int], None]


@dataclass(slots=True)
class Play:
    """One performance; ``progress`` hears of each step: its instant, and how many facts are in by then."""

    stage: Stage
    rows: Sequence[Row]
    users: Mapping[str, User]
    progress: Progress
    told: int = 0
    refused: int = 0

    def run(self) -> None:
        """From the signing to the last instant of the stage."""
        agree(self.stage, self.users)
        self._receive(self.stage.opens)
        refresh_statistics()
        people = People(self.stage, self.users)
        for day in self._mondays():
            self._step(at_clock(day, MONDAY, PARIS))
            refresh_statistics()
            self._work(people, day)
        for day, readings in self._report_days():
            self._receive(readings[0][0])
            for instant, together in groupby(readings, key=itemgetter(0)):
                self._report(day, instant, together)
            self._work(people, day)
        self._step(self.stage.as_of)
        enter_figures(self.stage, self.users)
        be_fair(self.stage, self.users)
        bring_up_to_date(as_of=self.stage.as_of)

    def _mondays(self) -> Iterator[date]:
        return (day for day in self.stage.calendar_days[7:-DAY_BY_DAY] if day.weekday() == 0)

    def _report_days(self) -> Iterator[tuple[date, list[tuple[datetime, Team, bool]]]]:
        """Day by day the teams that read a report, each with its hour and whether it is their latest."""
        found: dict[date, list[tuple[datetime, Team, bool]]] = defaultdict(list)
        first = max(self.stage.last_day - timedelta(days=DAY_BY_DAY), self.stage.first_day)
        for party in parties(as_of=self.stage.as_of):
            zone, hour = party.team.timezone, party.team.report_hour
            days = working_days(first, self.stage.last_day, party.schedules)
            hours = [(day, report_instant(day, hour=hour, timezone=zone)) for day in days]
            past = [(day, instant) for day, instant in hours if instant <= self.stage.as_of]
            for day, instant in past:
                found[day].append((instant, party.team, day == past[-1][0]))
        for day in sorted(found):
            yield day, sorted(found[day], key=lambda reading: (reading[0], reading[1].slug))

    def _step(self, instant: datetime) -> None:
        self._receive(instant)
        bring_up_to_date(as_of=instant)

    def _report(self, day: date, hour: datetime, readings: Iterable[tuple[datetime, Team, bool]]) -> None:
        built_at = min(hour + BUILT_AFTER, self.stage.as_of)
        bring_up_to_date(as_of=built_at)
        for _, team, is_latest in readings:
            report = publish(team=team, day=day, as_of=built_at)
            if is_latest:
                deliver(report, as_of=built_at)

    def _work(self, people: People, day: date) -> None:
        since, until = (min(at_clock(day, clock, PARIS), self.stage.as_of) for clock in WORK)
        people.work_through(day, since=since, until=until)

    def _receive(self, instant: datetime) -> None:
        """One delivery of everything that became known since the last one."""
        upto = self.told
        while upto < len(self.rows) and self.rows[upto].known_at <= instant:
            upto += 1
        fresh, self.told = self.rows[self.told : upto], upto
        for resource in RESOURCES:
            rows = [row.fields for row in fresh if row.resource == resource]
            for start in range(0, len(rows), BATCH):
                summary = ingest(
                    resource=resource,
                    source=SOURCE,
                    rows=rows[start : start + BATCH],
                    channel="demo",
                    as_of=instant,
                )
                self.refused += summary.rejected
        self.progress(instant, self.told)
