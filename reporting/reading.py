"""A frozen report, or breaches, made readable: names, titles, owners and next steps, looked up at once.

Rows hold ids and figures only; what records are called, who people are and what a promise says is resolved
here in a constant number of statements, in the language that is active.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.utils.translation import get_language

from agreements.promises import in_force_history
from agreements.terms.values import Promise
from agreements.texts import localized
from leads.models import Member
from measurement.explanation import Labels, explain
from measurement.models import Clock, Reading
from measurement.units import TEAM
from people.models import Team, User
from reporting.enums import BreachState
from reporting.labels import Label, each_ref, labels_of
from reporting.models import Breach, DailyReport
from reporting.next_steps import acts_left, acts_of, next_step
from reporting.showing.promises import period_name, title_of
from reporting.showing.values import sentence
from reporting.watching.closed import PeriodKey


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who owed something: a member of the CRM, mostly also a user."""

    name: str
    email: str | None
    user_id: int | None


class Lookup:
    """What ids stand for; each kind of thing is asked for once."""

    def __init__(
        self,
        *,
        as_of: datetime,
        subjects: Iterable[int | None] = (),
        members: Iterable[int | None] = (),
        users: Iterable[int | None] = (),
        clocks: Iterable[int | None] = (),
        periods: Iterable[dict[str, Any]] = (),
    ) -> None:
        self._as_of = as_of
        self._subjects = {i for i in subjects if i}
        self._members = {i for i in members if i}
        self._users = {i for i in users if i}
        self._clocks = {i for i in clocks if i}
        self._periods = {_period_key(row) for row in periods if row.get("period_start")}
        self._subjects |= {ref for _, _, each in self._periods if (ref := each_ref(each))}

    @cached_property
    def labels(self) -> dict[int, Label]:
        """Labels by ref id."""
        return labels_of(self._subjects)

    @cached_property
    def owners(self) -> dict[int, Person]:
        """Members by ref id."""
        rows = Member.objects.filter(ref_id__in=self._members).select_related("user", "ref")
        return {row.ref_id: _person(row) for row in rows}

    @cached_property
    def users(self) -> dict[int, User]:
        """Users by id."""
        return User.objects.in_bulk(self._users)

    @cached_property
    def promises(self) -> dict[str, Promise]:
        """The latest signed wording of each commitment, by key."""
        return {promise.key: promise for promise in self._history}

    @cached_property
    def _history(self) -> list[Promise]:
        return in_force_history()

    @cached_property
    def wordings(self) -> dict[int, Promise]:
        """The wording by which each clock is judged, by commitment id."""
        return {promise.commitment_id: promise for promise in self._history}

    @cached_property
    def clocks(self) -> dict[int, Clock]:
        """The clocks that rows are about, by id, as they stand now."""
        return Clock.objects.in_bulk(self._clocks)

    @cached_property
    def readings(self) -> dict[PeriodKey, Reading]:
        """The readings of the periods that rows are about, as they stand now."""
        if not self._periods:
            return {}
        rows = Reading.objects.filter(
            commitment_key__in={key for key, _, _ in self._periods},
            period_start__in={start for _, start, _ in self._periods},
        )
        return {(row.commitment_key, row.period_start, row.each): row for row in rows}

    @cached_property
    def teams(self) -> dict[int, Team]:
        """All teams by id."""
        return Team.objects.in_bulk()

    def title(self, key: str) -> str:
        """What the commitment is called, in the reader's language."""
        promise = self.promises.get(key)
        return title_of(promise) if promise else key

    def step(self, row: dict[str, Any], *, names: bool, mine: bool = False) -> str:
        """The next step of a row (`type`, `commitment`, `handled`, `state`, `owner`, `assignee`)."""
        promise = self.promises.get(row["commitment"])
        who = self.who(row)
        return next_step(
            playbook=promise.terms.playbook if promise else None,
            type=row["type"],
            handled=row["handled"],
            state=row["state"],
            owner=who.name if who and names else None,
            assigned=who is not None,
            acts=self._acts(row),
            mine=mine,
            kind=promise.kind if promise else None,
        )

    def _acts(self, row: dict[str, Any]) -> str:
        """What keeps the promise; of a checklist what is missing of it, by the wording of its own clock."""
        clock, promise = self.clocks.get(row.get("clock") or 0), self.promises.get(row["commitment"])
        if clock is not None and clock.commitment_id in self.wordings:
            return acts_left(self.wordings[clock.commitment_id], clock, as_of=self._as_of)
        return acts_of(promise) if promise else ""

    def why(self, row: dict[str, Any], *, as_of: datetime, named: Collection[int]) -> str:
        """What happened, in a sentence in the reader's language, by the facts known now; empty where the
        verdict no longer exists.

        ``named``: members (ref ids) whom the reader may see by name.
        """
        if row.get("period_start"):
            return self._why_of_period(row)
        clock = self.clocks.get(row["clock"])
        if clock is None or clock.commitment_id not in self.wordings:
            return ""
        names = {member: person.name for member, person in self.owners.items() if member in named}
        promise = self.wordings[clock.commitment_id]
        told = explain(clock, promise=promise, as_of=as_of, labels=Labels(members=names))
        return localized(told["sentence"], get_language() or "en")

    def _why_of_period(self, row: dict[str, Any]) -> str:
        reading = self.readings.get(_period_key(row))
        if reading is None or reading.commitment_id not in self.wordings:
            return ""
        return sentence(reading, self.wordings[reading.commitment_id])

    def period(self, row: dict[str, Any]) -> str:
        """Which period a row is about, and of which account; empty for a row about a record."""
        promise = self.promises.get(row["commitment"])
        if promise is None or not row.get("period_start"):
            return ""
        name = period_name(promise, datetime.fromisoformat(row["period_start"]))
        ref = each_ref(row["each"]) if getattr(promise.terms, "each", "") == "account" else None
        return f"{name}, {self.labels[ref]}" if ref in self.labels else name

    def who(self, row: dict[str, Any]) -> Person | None:
        """Who is to deal with it: whom it was given to, else who owed it."""
        return self.user(row["assignee"]) or self.owners.get(row["owner"])

    def user(self, user_id: int | None) -> Person | None:
        """A user as a person."""
        user = self.users.get(user_id) if user_id else None
        return Person(user.name or user.email, user.email, user.pk) if user else None


@dataclass(frozen=True, slots=True)
class ReadReport:
    """A report with what its ids stand for."""

    report: DailyReport
    lookup: Lookup

    @property
    def sections(self) -> dict[str, list[dict[str, Any]]]:
        """The five sections as they were frozen."""
        sections: dict[str, list[dict[str, Any]]] = self.report.body["sections"]
        return sections

    def people(self) -> dict[int, dict[str, Any]]:
        """What each member (ref id) kept and missed since the report before."""
        return {row["member"]: row for row in self.report.body["people"]}

    def stale_feeds(self) -> list[dict[str, Any]]:
        """The feeds that had fallen silent."""
        return [feed for feed in self.report.body["freshness"] if feed["stale"]]

    def was_built_late(self) -> bool:
        """Whether it was built so long after its hour that both instants must be shown."""
        return (self.report.built_at - self.report.as_of).total_seconds() >= LATE_SECONDS


LATE_SECONDS = 900


def read_report(report: DailyReport) -> ReadReport:
    """The report with its lookups prepared; nothing is asked of the database yet."""
    rows = [row for section in report.body["sections"].values() for row in section]
    members = [row.get("owner") for row in rows] + [row["member"] for row in report.body["people"]]
    lookup = Lookup(
        as_of=report.as_of,
        subjects=(row.get("subject") for row in rows),
        members=members,
        users=(row.get("assignee") for row in rows),
        clocks=(row["clock"] for row in report.body["sections"]["fix_today"]),
        periods=(row for row in rows if row.get("period_start")),
    )
    return ReadReport(report, lookup)


def lookup_of(breaches: Sequence[Breach], *, as_of: datetime) -> Lookup:
    """The lookups for these breaches."""
    return Lookup(
        as_of=as_of,
        clocks=(b.clock_id for b in breaches),
        subjects=(b.subject_id for b in breaches),
        members=(b.owner_id for b in breaches),
        users=(b.assignee_id for b in breaches),
    )


def row_of(breach: Breach, state: str | None) -> dict[str, Any]:
    """A breach as the rows of a report are, with the state of its clock now."""
    return {
        "type": breach.type,
        "commitment": breach.commitment_key,
        "handled": breach.state,
        "state": state,
        "owner": breach.owner_id,
        "assignee": breach.assignee_id,
        "clock": breach.clock_id,
    }


def age_seconds(row: dict[str, Any], as_of: datetime) -> int:
    """How long ago the promise of a row was missed."""
    return max(int((as_of - datetime.fromisoformat(row["missed_at"])).total_seconds()), 0)


def is_live(row: dict[str, Any]) -> bool:
    """Whether there is still something to do."""
    return row["handled"] in BreachState.live


def _period_key(row: dict[str, Any]) -> PeriodKey:
    return (row["commitment"], datetime.fromisoformat(row["period_start"]), row.get("each") or TEAM)


def _person(member: Member) -> Person:
    own_name = member.user.name if member.user else ""
    return Person(own_name or member.name or member.email or str(member.ref), member.email, member.user_id)
