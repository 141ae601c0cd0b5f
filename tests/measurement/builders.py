"""Plain facts, records and promises for tests of the measures: what is not said is dull."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from agreements.business_time import ALWAYS_OPEN, Schedule
from agreements.durations import Duration, parse_duration
from agreements.enums import Kind
from agreements.terms.values import Promise, ResponseTerms, Selector
from leads.event_kinds import KINDS
from measurement.facts import Fact, OwnerCourse, Record, Subject
from people.covering import Away, Covers

SALES, MARKETING, COMPANY = 1, 2, 3
RAE, SAM, MIA, OUTSIDER = 101, 102, 103, 104
CONTACT, LEAD, ACCOUNT, DEAL, CAMPAIGN, LEAD_2 = 10, 20, 30, 40, 50, 21

NINE_TO_FIVE = {day: ["09:00-17:00"] for day in ("mon", "tue", "wed", "thu", "fri")}
PARIS = Schedule("Europe/Paris", NINE_TO_FIVE, holidays=["2026-04-06", "2026-05-01"])
LONDON = Schedule(
    "Europe/London",
    {day: ["09:00-17:30"] for day in NINE_TO_FIVE},
    holidays=["2026-04-03", "2026-04-06"],
)
NIGHTS = Schedule("Europe/Paris", {"fri": ["22:00-06:00"], "sat": ["22:00-06:00"]})
NEVER = Schedule("Europe/Paris", {})


def at(text: str, zone: str = "UTC") -> datetime:
    """``at("2026-04-02 16:30", "Europe/London")``, in UTC; without a date, on Wednesday 4 March 2026."""
    text = text if "-" in text else f"2026-03-04 {text}"
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def paris(text: str) -> datetime:
    return at(text, "Europe/Paris")


def fact(kind: str, when: datetime | str, name: str = "", *, actor: int | None = None, **more: Any) -> Fact:
    """A fact of the log named ``name`` (its kind, unless given); ``data`` and ``refs`` as in ``Fact``."""
    instant = at(when) if isinstance(when, str) else when
    name = name or f"{kind}@{instant.isoformat()}"
    values: dict[str, Any] = {"key": f"e:{name}", "source": "crm", "external_id": name, **more}
    return Fact(kind=kind, at=instant, actor=actor, **values)


def request(when: datetime | str, name: str = "", **more: Any) -> Fact:
    return fact("request.received", when, name, **more)


def call(when: datetime | str, name: str = "", *, actor: int | None = RAE, **more: Any) -> Fact:
    return fact("call.made", when, name, actor=actor, **more)


def subject(
    *facts: Fact, ref: int = CONTACT, type: str = "contact", deleted_at: datetime | None = None
) -> Subject:
    return Subject(ref=ref, type=type, facts=facts, deleted_at=deleted_at)


def selector(*kinds: str, by: str | tuple[str, ...] = "anyone", **more: Any) -> Selector:
    return Selector(kinds, by=(by,) if isinstance(by, str) else by, **more)


def duration(text: str | None) -> Duration | None:
    return None if text is None else parse_duration(text)


def promise(
    within: str = "2 hours",
    *,
    schedule: Schedule = ALWAYS_OPEN,
    version: int = 1,
    starts_at: str = "2026-01-01 00:00",
    ends_at: str | None = None,
    **terms: Any,
) -> Promise:
    """A request is to be answered by a call of sales. Terms as in ``ResponseTerms``; durations as text."""
    texts = {
        name: parse_duration(terms.pop(name)) for name in ("early", "give_up", "settle") if terms.get(name)
    }
    terms.setdefault("start", (selector("request.received"),))
    terms.setdefault("stop", (selector("call.made", "meeting.booked", by="team"),))
    return Promise(
        commitment_id=version,
        key="inbound",
        version_number=version,
        agreement_key="smarketing",
        kind=Kind.RESPONSE,
        team_id=SALES,
        starts_at=at(starts_at),
        ends_at=None if ends_at is None else at(ends_at),
        terms=ResponseTerms(within=parse_duration(within), **texts, **terms),
        schedule=schedule,
        timezone=str(schedule.calendar.zone),
    )


Changes = Sequence[tuple[datetime, Any]]


class KnownWorld:
    """A World held in dictionaries. ``fields``: {(ref, name): value, or [(instant, value), …]}."""

    def __init__(
        self,
        fields: Mapping[tuple[int, str], Any] | None = None,
        *,
        teams: Mapping[int, frozenset[int]] | None = None,
        members: Mapping[str, int] | None = None,
        since: Mapping[int, datetime] | None = None,
        leads: Mapping[int, Sequence[int]] | None = None,
        names: Mapping[int, str] | None = None,
        assigned: Mapping[int, Sequence[tuple[datetime, int | None]]] | None = None,
        covers: Sequence[Away] = (),
    ) -> None:
        self._fields = dict(fields or {})
        self._teams = teams or {
            RAE: frozenset({SALES, COMPANY}),
            SAM: frozenset({SALES, COMPANY}),
            MIA: frozenset({MARKETING, COMPANY}),
        }
        self._members = members or {"rae": RAE, "sam": SAM, "mia": MIA}
        self._since, self._leads, self._names = since or {}, leads or {}, names or {}
        self._assigned = assigned or {}
        self._covers = Covers(covers)
        self.courses: dict[Record, OwnerCourse] = {}

    def type_of(self, ref: int) -> str:
        return {CONTACT: "contact", ACCOUNT: "account", DEAL: "deal", CAMPAIGN: "campaign"}.get(ref, "lead")

    def value(self, ref: int, name: str, at: datetime) -> Any:
        changes = self.changes(ref, name)
        if not changes:
            return None
        return next((value for instant, value in reversed(changes) if instant <= at), changes[0][1])

    def changes(self, ref: int, name: str) -> Changes:
        value = self._fields.get((ref, name))
        if value is None:
            return []
        if isinstance(value, list) and value and isinstance(value[0], tuple):
            return value
        return [(at("2020-01-01 00:00"), value)]

    def assignments(self, lead: int) -> Sequence[tuple[datetime, int | None]]:
        return self._assigned.get(lead, ())

    def exists_since(self, ref: int) -> datetime | None:
        return self._since.get(ref, at("2020-01-01 00:00"))

    def subject_type(self, kind: str) -> str | None:
        return KINDS[kind][0] if kind in KINDS else None

    def leads_of(self, contact: int) -> Sequence[int]:
        return self._leads.get(contact, ())

    def external_id(self, ref: int) -> str | None:
        return self._names.get(ref)

    def member(self, source: str, external_id: str) -> int | None:
        return self._members.get(external_id)

    def teams(self, member: int, at: datetime) -> frozenset[int]:
        return self._teams.get(member, frozenset())

    def moves(self, member: int) -> Sequence[datetime]:
        return ()

    def holder(self, member: int, at: datetime) -> int | None:
        return self._covers.holder(member, at)

    def stand_ins(self, member: int, at: datetime) -> frozenset[int]:
        return self._covers.stand_ins(member, at)

    def departures(self, member: int) -> Sequence[datetime]:
        return self._covers.departures(member)


NOBODY_KNOWN = KnownWorld()
