"""The sentence that tells a clock: what was promised, what happened, whose time it was."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from agreements.durations import Measure, describe
from agreements.enums import Kind
from agreements.terms.values import Promise, ResponseTerms
from measurement.enums import ClockState
from measurement.segments import closed_days
from measurement.states import ClockLike, Seconds, due_then, seconds_at, state_at
from measurement.verdicts import Note, Reason, Role, read
from measurement.wording.entries import entered
from measurement.wording.kinds import Names, a, any_of, the
from measurement.wording.phrases import capital, say
from measurement.wording.times import days, hours, moment, percent, span

_SECOND = timedelta(seconds=1)

#: Ignored acts that the sentence names; all are in the list of events.
_NAMED = 2

_OUTCOMES: dict[ClockState, str] = {
    ClockState.MET: "_met",
    ClockState.LATE: "_late",
    ClockState.OVERDUE: "_overdue",
    ClockState.FAILED: "_failed",
    ClockState.CANCELLED: "_cancelled",
    ClockState.PAUSED: "_paused",
    ClockState.RUNNING: "_running",
    ClockState.UNMEASURABLE: "_unmeasurable",
    ClockState.EXCLUDED: "_excluded",
}


@dataclass(frozen=True)
class Labels:
    """How members, a company's own kinds and holidays are called.

    Members whose name the reader may not see are left out. ``holidays``: {"2026-04-03": "Good Friday"}.
    ``facts``: key of an event → "source:external_id", of the event or, where it is implied, of its record.
    """

    members: Mapping[int, str] = field(default_factory=dict)
    kinds: Names = field(default_factory=dict)
    holidays: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, str] = field(default_factory=dict)


class Story:
    """One clock as it stands at an instant."""

    def __init__(self, clock: ClockLike, promise: Promise, as_of: datetime, labels: Labels) -> None:
        self._clock, self._promise, self._as_of, self._labels = clock, promise, as_of, labels
        self._zone = ZoneInfo(promise.timezone)
        self._known = [entry for entry in clock.evidence if entry["at"] and read(entry["at"]) <= as_of]
        self._state = state_at(clock, as_of) or ClockState.RUNNING
        self._ended = clock.ended_at is not None and clock.ended_at <= as_of
        self._due: datetime | None = None if self._state is ClockState.PAUSED else due_then(clock, as_of)

    @property
    def _terms(self) -> ResponseTerms:
        terms: ResponseTerms = self._promise.terms
        return terms

    def told_in(self, language: str) -> str:
        """The whole story in one language."""
        outcome = "" if self._state not in _OUTCOMES else getattr(self, _OUTCOMES[self._state])(language)
        parts = [self._promised(language), *self._moved(language), outcome]
        parts += [*self._entered(language), *self._besides(language)]
        return " ".join(part for part in parts if part)

    def _promised(self, language: str) -> str:
        start = self._entry(Role.START)
        values = {
            "headline": say(self._headline(), language),
            "start": the(start["kind"], language, self._labels.kinds),
            "started": self._when(self._clock.started_at, language),
            "stops": any_of(self._stops(), language, self._labels.kinds),
            "within": self._within(language),
        }
        if self._state is ClockState.UNMEASURABLE:
            return say("without_deadline", language, **values)
        if self._due is None:
            return say("is_due_some_day", language, **values)
        values |= {"due": self._when(self._due, language), "closed": self._closed(self._due, language)}
        is_owed = not self._ended and self._state in (ClockState.RUNNING, ClockState.OVERDUE)
        return say("is_due" if is_owed else "was_due", language, **values)

    def _headline(self) -> str:
        return "overdue_ended" if self._ended and self._state is ClockState.OVERDUE else self._state.value

    def _moved(self, language: str) -> list[str]:
        """Which versions it was judged by, the newest last."""
        moves = [entry for entry in self._known if entry["role"] == Role.MOVED]
        news = [*(entry["note"] for entry in moves[1:]), str(self._promise.version_number)]
        return [
            say(
                "moved" if entry["due"] else "moved_held",
                language,
                when=self._when(read(entry["at"]), language),
                old=entry["note"],
                new=new,
                due=self._when(read(entry["due"]), language) if entry["due"] else "",
            )
            for entry, new in zip(moves, news, strict=False)
        ]

    def _met(self, language: str) -> str:
        stop, when = self._entry(Role.STOP), self._clock.stopped_at
        values = {
            "stop": self._act(stop, language),
            "by": self._by(stop, language),
            "when": self._when(when, language),
        }
        if stop["note"] == Note.EARLY:
            ahead = span((self._clock.started_at - when) // _SECOND, language)
            return say("done_early", language, ahead=ahead, **values)
        if self._due is None or when >= self._due:
            return say("done_on_time", language, **values)
        return say("done", language, spare=self._passed(when, self._due, language), **values)

    def _late(self, language: str) -> str:
        stop, when = self._entry(Role.STOP), self._clock.stopped_at
        return say(
            "done_late",
            language,
            stop=self._act(stop, language),
            by=self._by(stop, language),
            when=self._when(when, language),
            late=self._passed(self._clock.due_at, when, language),
        )

    def _overdue(self, language: str) -> str:
        if not self._ended:
            return say("not_done", language, late=self._passed(self._clock.due_at, self._as_of, language))
        when = self._when(self._clock.ended_at, language)
        if self._clock.reason == Reason.GAVE_UP:
            return say("gave_up", language, when=when)
        late = self._passed(self._clock.due_at, self._clock.ended_at, language)
        return self._ending("deleted_late", "ended_late", language, when=when, late=late)

    def _cancelled(self, language: str) -> str:
        return self._ending(
            "was_deleted", "was_cancelled", language, when=self._when(self._clock.ended_at, language)
        )

    def _failed(self, language: str) -> str:
        when = self._when(self._clock.ended_at, language)
        return self._ending("can_no_longer", "can_no_longer", language, when=when)

    def _excluded(self, language: str) -> str:
        """That it does not count, after what was done too late."""
        waiver = next(entry for entry in self._clock.evidence if entry["role"] == Role.WAIVED)
        until = self._when(read(waiver["until"]), language) if waiver["until"] else ""
        when = self._when(read(waiver["at"]), language)
        told = say("waived_until" if until else "waived", language, when=when, until=until)
        return f"{self._late(language)} {told}" if self._clock.stopped_at is not None else told

    def _ending(self, deleted: str, otherwise: str, language: str, **values: str) -> str:
        entry = self._entry(Role.FAIL if self._state is ClockState.FAILED else Role.CANCEL)
        event, by = the(entry["kind"], language, self._labels.kinds), self._by(entry, language)
        phrase = deleted if self._clock.reason == Reason.DELETED else otherwise
        return say(phrase, language, event=event, by=by, **values)

    def _paused(self, language: str) -> str:
        entry = self._entry(Role.PAUSE)
        event = the(entry["kind"], language, self._labels.kinds)
        return say("held", language, when=self._when(read(entry["at"]), language), event=event)

    def _running(self, language: str) -> str:
        if self._due is None:
            return ""
        left = self._passed(self._as_of, self._due, language)
        warn = self._clock.warn_at
        if warn is not None and warn <= self._as_of:
            return say("left_at_risk", language, left=left, warn=self._when(warn, language))
        return say("left", language, left=left)

    def _unmeasurable(self, language: str) -> str:
        if self._clock.reason == Reason.NEVER_OPENS:
            return say("never_opens", language)
        stop = self._entry(Role.STOP)
        what = the(stop["kind"], language, self._labels.kinds)
        return say("first_seen", language, stop=what, when=self._when(read(stop["at"]), language))

    def _entered(self, language: str) -> list[str]:
        """How what was done came to be known, where a person declared it or it was entered afterwards."""
        if self._state not in (ClockState.MET, ClockState.LATE) or self._promise.kind is not Kind.RESPONSE:
            return []
        told = entered(self._entry(Role.STOP), language)
        return [say("was_entered", language, entered=told)] if told else []

    def _besides(self, language: str) -> list[str]:
        if self._state is ClockState.UNMEASURABLE:
            return []
        seconds = seconds_at(self._clock, self._promise.schedule, self._as_of)
        return [
            *self._reached(language),
            *self._unassigned(seconds, language),
            *self._held(seconds, language),
            *self._acts(language),
        ]

    def _reached(self, language: str) -> list[str]:
        """How much of the whole has been done, where stops are parts of one."""
        complete = getattr(self._promise.terms, "complete", None)
        if complete is None:
            return []
        rule = say(
            "complete", language, share=percent(complete.at_least), count=complete.count, of=complete.of
        )
        last: dict[str, Any] = next((entry for entry in reversed(self._known) if "sum" in entry), {})
        if not last:
            return [rule]
        if not last["of"]:
            return [rule, say("reached_of_unknown", language, sum=last["sum"])]
        share = percent(Fraction(last["sum"]) / Fraction(last["of"]))
        return [rule, say("reached", language, sum=last["sum"], of=last["of"], share=share)]

    def _unassigned(self, seconds: Seconds, language: str) -> list[str]:
        if not seconds.unassigned:
            return []
        if seconds.unassigned == seconds.elapsed:
            return [say("unassigned_all", language)]
        return [say("unassigned", language, share=span(seconds.unassigned, language))]

    def _held(self, seconds: Seconds, language: str) -> list[str]:
        if not seconds.paused or self._state is ClockState.PAUSED:
            return []
        return [say("was_paused", language, share=span(seconds.paused, language))]

    def _acts(self, language: str) -> list[str]:
        """Repeats, and why acts did not count: the first ones by name."""
        again = self._clock.repeats if self._ended else sum(e["role"] == Role.REPEAT for e in self._known)
        told = [say("asked_often" if again > 1 else "asked_again", language, times=again)] if again else []
        ignored = [entry for entry in self._known if entry["role"] == Role.IGNORED]
        for entry in ignored[:_NAMED]:
            event = capital(the(entry["kind"], language, self._labels.kinds))
            why = say(entry["note"], language, field=entry.get("field", ""))
            told.append(
                say("ignored", language, event=event, when=self._when(read(entry["at"]), language), why=why)
            )
        if len(ignored) > _NAMED:
            told.append(say("ignored_more", language, number=len(ignored) - _NAMED))
        return told

    def _entry(self, role: Role) -> dict[str, Any]:
        """The last event that was counted in a role."""
        return next(entry for entry in reversed(self._known) if entry["role"] == role)

    def _stops(self) -> Sequence[str]:
        return [kind for selector in self._terms.stop for kind in selector.events]

    def _act(self, entry: Mapping[str, Any], language: str) -> str:
        return a(entry["kind"], language, self._labels.kinds)

    def _by(self, entry: Mapping[str, Any], language: str) -> str:
        if entry["actor"] is None:
            return ""
        name = self._labels.members.get(entry["actor"]) or say("somebody", language)
        return say("by", language, name=name)

    def _within(self, language: str) -> str:
        within = self._terms.within
        text = describe(within, language)
        if within.measure is Measure.BUSINESS_DAYS and not within.amount:
            return text
        return say("within", language, duration=text)

    def _when(self, at: datetime, language: str) -> str:
        return moment(at, self._zone, language, year=self._year)

    @property
    def _year(self) -> int:
        return self._as_of.astimezone(self._zone).year

    def _passed(self, start: datetime, end: datetime, language: str) -> str:
        """Time between two instants, in the promise's own measure; by the clock too where they differ."""
        wall = (end - start) // _SECOND
        if self._terms.within.measure is Measure.ELAPSED:
            return span(wall, language)
        in_hours = self._promise.schedule.elapsed(start, end)
        if in_hours in (wall, 0):
            return span(wall, language)
        values = {"open": hours(in_hours, language), "wall": span(wall, language)}
        return say("in_open_time", language, **values)

    def _closed(self, due: datetime, language: str) -> str:
        if self._terms.within.measure is Measure.ELAPSED and self._terms.outside_hours == "count":
            return ""
        runs = closed_days(self._promise.schedule, self._clock.started_at, due)
        if not runs:
            return ""
        return say("closed", language, days=", ".join(self._run(run, language) for run in runs))

    def _run(self, run: Sequence[date], language: str) -> str:
        text = days(run, language, year=self._year)
        names = [self._labels.holidays[str(day)] for day in run if str(day) in self._labels.holidays]
        if not names:
            return text
        return say("closed_named", language, days=text, names=", ".join(dict.fromkeys(names)))
