"""Why a record has no clock of a promise: the same steps as the measure's, asked one by one."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from agreements.durations import Duration, describe
from agreements.enums import Kind
from agreements.terms.values import Condition, Promise
from leads.enums import RecordType
from leads.values import LEAD_STATUSES, STATUS_IMPLIES, folded
from measurement.conditions import Moment, first_failing, values_of
from measurement.facts import Fact, Subject, World
from measurement.measures.acts import Acts
from measurement.measures.checklist import ChecklistMeasure
from measurement.measures.passage import NONE, ClockMeasure, known_facts
from measurement.measures.response import ResponseMeasure
from measurement.measures.versions import Version
from measurement.verdicts import ClockVerdict, Note, Role, written
from measurement.waivers import Key
from measurement.wording import LANGUAGES
from measurement.wording.kinds import Names, any_of, the
from measurement.wording.phrases import capital, say
from measurement.wording.times import moment

#: Starts that are looked at, the latest ones.
MOST = 20

#: The kinds that answer by clocks.
MEASURES: Mapping[Kind, type[ClockMeasure]] = {
    Kind.RESPONSE: ResponseMeasure,
    Kind.CHECKLIST: ChecklistMeasure,
}

_COMPARED = {"gt": ">", "gte": "≥", "lt": "<", "lte": "≤"}


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason why there is no clock; ``event`` and ``at`` name the start that opened none."""

    code: str
    text: dict[str, str]
    at: str | None = None
    event: str | None = None
    detail: dict[str, Any] = field(default_factory=dict)


def absence(
    promises: Sequence[Promise],
    subject: Subject,
    world: World,
    *,
    as_of: datetime,
    kinds: Names | None = None,
    let_go: Mapping[Key, datetime] = NONE,
) -> list[Reason]:
    """Why each possible start opened no clock, the latest first; [] when every one of them did.

    Last come statuses of the record's leads that imply no event, though the promise waits for one.

    ``promises`` are all versions of one commitment, oldest first; where it was of several kinds, the newest
    that has clocks is meant. ``kinds``: what the company calls its own event kinds.
    ``let_go``: clocks that are waived for good, and since when.
    """
    if not promises:
        return [_plain("no_version")]
    kind = next((promise.kind for promise in reversed(promises) if promise.kind in MEASURES), None)
    if kind is None:
        return [_plain("not_measured", kind=promises[-1].kind.value)]
    measure = MEASURES[kind](promises)
    clocks = measure.clocks(subject, world, as_of=as_of, let_go=let_go)
    return _Search(measure, subject, world, as_of.replace(microsecond=0), kinds or {}, clocks).reasons()


def _plain(code: str, **values: str) -> Reason:
    return Reason(code, {one: say(code, one, **values) for one in LANGUAGES}, detail=dict(values))


class _Search:
    """One asking about one record."""

    def __init__(
        self,
        measure: ClockMeasure,
        subject: Subject,
        world: World,
        as_of: datetime,
        kinds: Names,
        clocks: Sequence[ClockVerdict],
    ) -> None:
        self._measure = measure
        self._subject, self._world, self._as_of, self._kinds = subject, world, as_of, kinds
        self._facts = known_facts(subject, as_of=datetime.max.replace(tzinfo=as_of.tzinfo))
        self._acts = Acts(subject, self._facts, world)
        self._clocks = clocks
        self._zone = ZoneInfo(self._measure.versions[-1].promise.timezone)

    def reasons(self) -> list[Reason]:
        """Of the latest starts, or that there was none; then statuses of leads that say nothing to us."""
        starts = [fact for fact in self._facts if fact.kind in self._start_kinds()]
        found = [self._reason(fact) for fact in reversed(starts[-MOST:])] if starts else [self._no_start()]
        return [*(reason for reason in found if reason is not None), *self._unknown_statuses()]

    def _unknown_statuses(self) -> Iterator[Reason]:
        """Of the subject's leads, where the promise looks at what statuses imply."""
        roles = [kinds for version in self._measure.versions for kinds in version.roles.values()]
        if not any(kind in kinds for kinds in roles for kind in STATUS_IMPLIES.values()):
            return
        for lead in self._leads():
            status = self._world.value(lead, "status", self._as_of)
            if not isinstance(status, str) or folded(status) in LEAD_STATUSES:
                continue
            name = self._world.external_id(lead) or ""
            words = {"lead": name, "status": status, "known": ", ".join(STATUS_IMPLIES)}
            texts = {one: say("unknown_status", one, **words) for one in LANGUAGES}
            yield Reason("unknown_status", texts, detail={"lead": name, "status": status})

    def _leads(self) -> Sequence[int]:
        """The lead that was asked about, or the leads that the contact has now."""
        if self._subject.type == RecordType.LEAD:
            return [self._subject.ref]
        if self._subject.type != RecordType.CONTACT:
            return []
        leads, contact = self._world.leads_of(self._subject.ref), self._subject.ref
        return [lead for lead in leads if self._world.value(lead, "contact", self._as_of) == contact]

    def _start_kinds(self) -> dict[str, None]:
        versions = self._measure.versions
        return dict.fromkeys(kind for version in versions for kind in version.roles[Role.START])

    def _no_start(self) -> Reason:
        kinds = list(self._start_kinds())
        texts = {one: say("no_start", one, starts=_starts(kinds, one, self._kinds)) for one in LANGUAGES}
        return Reason("no_start", texts, detail={"kinds": kinds})

    def _reason(self, fact: Fact) -> Reason | None:
        if fact.at > self._as_of:
            return self._told("dated_ahead", fact)
        if any(clock.start_key == fact.key for clock in self._clocks):
            return None
        version = self._measure.version_at(fact.at)
        if version is None:
            return self._without_version(fact)
        return next(self._obstacles(version, fact), None)

    def _obstacles(self, version: Version, fact: Fact) -> Iterator[Reason]:
        if fact.kind not in version.roles[Role.START]:
            yield self._told("no_start_then", fact)
            return
        if not version.is_about(fact, self._subject, self._world):
            wanted = version.subject or self._world.subject_type(fact.kind) or self._subject.type
            types = {one: {"type": say(f"type_{wanted}", one)} for one in LANGUAGES}
            yield self._told("other_subject", fact, types, type=wanted)
        if self._subject.deleted_at is not None and self._subject.deleted_at.replace(microsecond=0) < fact.at:
            yield self._told("deleted", fact)
        yield from self._refused(version, fact)
        yield from self._conditions(version, fact)
        if not version.counts_now(fact):
            yield self._told("outside_hours", fact)
        yield from self._repeat(fact)

    def _without_version(self, fact: Fact) -> Reason:
        promises = [version.promise for version in self._measure.versions]
        if fact.at < promises[0].starts_at:
            since = promises[0].starts_at
            texts = {one: {"since": self._when(since, one)} for one in LANGUAGES}
            return self._told("before_agreement", fact, texts, since=written(since))
        is_over = all(promise.starts_at <= fact.at for promise in promises)
        return self._told("after_agreement" if is_over else "between_versions", fact)

    def _refused(self, version: Version, fact: Fact) -> Iterator[Reason]:
        selectors = version.roles[Role.START][fact.kind]
        why = self._acts.refusal(Role.START, selectors, fact, version.promise.team_id)
        if why is None:
            return
        if why.note is Note.CONDITION:
            # Several selectors may take the kind: the condition that the first of them fails is told.
            yield from self._failing(next(one.where for one in selectors if one.where), version, fact)
        else:
            texts = {one: {"why": say(why.note, one, field=why.field or "")} for one in LANGUAGES}
            yield self._told("start_refused", fact, texts, why=str(why.note), field=why.field)

    def _conditions(self, version: Version, fact: Fact) -> Iterator[Reason]:
        yield from self._failing(version.terms.where, version, fact)

    def _failing(self, conditions: Sequence[Condition], version: Version, fact: Fact) -> Iterator[Reason]:
        asked = Moment(self._subject, fact, fact.at, self._world, version.promise.team_id)
        failing = first_failing(conditions, asked)
        if failing is None:
            return
        found = [_plainly(value) for value in values_of(failing.field, asked)]
        texts = {
            one: {
                "field": failing.field,
                "found": ", ".join(found) or say("nothing", one),
                "wanted": _wanted(failing, one),
            }
            for one in LANGUAGES
        }
        yield self._told("where", fact, texts, field=failing.field, found=found, wanted=texts["en"]["wanted"])

    def _repeat(self, fact: Fact) -> Iterator[Reason]:
        clock = next((clock for clock in reversed(self._clocks) if clock.started_at <= fact.at), None)
        if clock is not None:
            yield self._told("repeat", fact, self._started(clock), clock=clock.start_key)

    def _started(self, clock: ClockVerdict) -> dict[str, dict[str, str]]:
        return {one: {"started": self._when(clock.started_at, one)} for one in LANGUAGES}

    def _told(
        self, code: str, fact: Fact, texts: Mapping[str, Mapping[str, str]] | None = None, **detail: Any
    ) -> Reason:
        text = {
            one: say(
                code,
                one,
                event=capital(the(fact.kind, one, self._kinds)),
                when=self._when(fact.at, one),
                **(texts or {}).get(one, {}),
            )
            for one in LANGUAGES
        }
        return Reason(code, text, at=written(fact.at), event=fact.key, detail=detail)

    def _when(self, at: datetime, language: str) -> str:
        return moment(at, self._zone, language, year=self._as_of.astimezone(self._zone).year)


def _starts(kinds: Sequence[str], language: str, names: Names) -> str:
    text = any_of(kinds, language, names)
    return text.removeprefix("a ").removeprefix("an ") if language == "en" else text


def _wanted(condition: Condition, language: str) -> str:
    """What a condition asks for, in words: "1 or 2", "≥ 20", "any value"."""
    value = condition.value
    if condition.op in _COMPARED:
        return f"{_COMPARED[condition.op]} {_plainly(value)}"
    if isinstance(value, Duration):
        return say(f"wanted_{condition.op}", language, value=describe(value, language))
    listed = value if isinstance(value, list | tuple) else (value,)
    text = say("any_of", language).join(_plainly(one) for one in listed)
    return text if condition.op == "eq" else say(f"wanted_{condition.op}", language, value=text)


def _plainly(value: Any) -> str:
    if isinstance(value, datetime):
        return written(value)
    return str(value).lower() if isinstance(value, bool) else str(value)
