"""The explanation of a clock as a page shows it: sentence, timeline, what counted, whose time it was."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from agreements.durations import Duration, Measure
from agreements.terms.kinds import ChecklistTerms
from agreements.terms.values import Promise
from agreements.texts import localized
from core.charts.timeline import Mark, Segment, timeline
from leads.sealing import is_sealed
from measurement.explanation import Labels, explain
from measurement.models import Clock
from reporting import words
from reporting.showing.durations import duration_text
from reporting.showing.promises import percent, within_text
from reporting.showing.reader import Reader
from reporting.showing.shares import Shares, shares_shown

NARROW = 340  # for phones, where a wide one would be shrunk until nobody can read it
MARKED = {"start": "start", "stop": "done", "cancel": "note", "fail": "missed"}


@dataclass(frozen=True, slots=True)
class EventRow:
    """One event that was looked at."""

    at: datetime | None
    what: str
    by: str
    effect: str


@dataclass(frozen=True, slots=True)
class OwnerRow:
    """Somebody's share of the time."""

    label: str
    start: datetime
    duration: str
    share: str


@dataclass(frozen=True, slots=True)
class StepLine:
    """One step of a checklist: until when it was due, and what became of it."""

    name: str
    due_at: datetime
    done_at: datetime | None
    by: str
    state: str
    state_label: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything under "Why". ``sealed``: the verdict is older than the horizon, nothing changes it."""

    sentence: str
    chart: dict[str, Any]
    narrow_chart: dict[str, Any]
    has_closed: bool
    has_pause: bool
    zone: str
    events: list[EventRow]
    owners: list[OwnerRow]
    shares: Shares | None
    steps: list[StepLine]
    clause: str
    version: int
    sealed: bool


def explanation_of(clock: Clock, reader: Reader) -> Explanation:
    """Why the clock stands as it does now, in the reader's language and with the names they may see."""
    promise = reader.promise_of(clock.commitment_id)
    members = [span["member"] for span in clock.owners] + [entry["actor"] for entry in clock.evidence]
    reader.learn([clock.subject_id], members)
    team, at = promise.team_id, clock.due_at or clock.started_at
    named = {m: reader.member(m, team, at) for m in members if m and reader.may_name(m, team, at)}
    holidays = clock.commitment.calendar.holiday_dates if clock.commitment.calendar else {}
    told = explain(
        clock, promise=promise, as_of=reader.as_of, labels=Labels(members=named, holidays=holidays)
    )
    owners = [_owner(span, told["owners"], reader, promise.team_id) for span in told["owners"]]
    segments, marks = _segments(told["segments"], promise), _marks(told, clock, ZoneInfo(promise.timezone))
    shown = {segment.type for segment in segments}
    return Explanation(
        sentence=_in_language(told["sentence"]),
        chart=timeline(segments, marks),
        narrow_chart=timeline(segments, marks, width=NARROW),
        has_closed="closed" in shown,
        has_pause="paused" in shown,
        zone=promise.timezone,
        events=[_event(entry, reader, promise.team_id) for entry in told["events"]],
        owners=owners if len(owners) > 1 or any(span["member"] is None for span in told["owners"]) else [],
        shares=shares_shown(
            clock, told, reader, team_id=promise.team_id, by_the_clock=_counts_by_the_clock(promise)
        ),
        steps=[_step(step, reader, promise.team_id) for step in told["steps"]],
        clause=_clause(told["clause"], promise),
        version=told["version"],
        sealed=is_sealed(clock.ended_at),
    )


def _in_language(text: dict[str, str]) -> str:
    return localized(text, get_language() or "en")


def _segments(told: Sequence[dict[str, Any]], promise: Promise) -> list[Segment]:
    """What counted, what did not and what was suspended; for elapsed units closed hours count as well."""
    by_the_clock = _counts_by_the_clock(promise)
    awaits_opening = getattr(promise.terms, "outside_hours", "count") != "count"
    shown: list[Segment] = []
    for number, piece in enumerate(told):
        kind = "closed" if piece["type"] == "omitted" else piece["type"]
        if kind == "closed" and by_the_clock and not (awaits_opening and number == 0):
            kind = "open"
        start = shown.pop().start if shown and shown[-1].type == kind else _instant(piece["from"])
        shown.append(Segment(start, _instant(piece["to"]), kind))
    return shown


def _counts_by_the_clock(promise: Promise) -> bool:
    """Whether closed hours count like open ones."""
    return all(duration.measure is Measure.ELAPSED for duration in _allowed(promise))


def _allowed(promise: Promise) -> list[Duration]:
    """The allowed time, or that of each step."""
    if isinstance(promise.terms, ChecklistTerms):
        return [allowed for _name, allowed in promise.terms.steps.within]
    return [promise.terms.within]


def _step(step: dict[str, Any], reader: Reader, team_id: int) -> StepLine:
    return StepLine(
        name=_in_language(step["name"]),
        due_at=_instant(step["due_at"]),
        done_at=_instant(step["done_at"]) if step["done_at"] else None,
        by=reader.member(step["member"], team_id, _instant(step["due_at"])) if step["member"] else "–",
        state={"done": "met", "missing": "overdue", "open": "running"}.get(step["state"], step["state"]),
        state_label=words.step_state(step["state"]),
    )


def _marks(told: dict[str, Any], clock: Clock, zone: ZoneInfo) -> list[Mark]:
    """Start, deadline and what ended it, in the calendar's own time."""
    marks = [
        Mark(
            _instant(entry["at"]),
            _label(entry["role"]),
            _when(_instant(entry["at"]), zone),
            _tone(entry, clock),
        )
        for entry in told["events"]
        if entry["role"] in MARKED and entry["at"]
    ]
    if clock.due_at:
        marks.append(Mark(clock.due_at, _("due"), _when(clock.due_at, zone), "due"))
    return marks


def _label(role: str) -> str:
    return {"start": _("start"), "stop": _("done"), "cancel": _("cancelled"), "fail": _("failed")}[role]


def _tone(entry: dict[str, Any], clock: Clock) -> str:
    late = entry["role"] == "stop" and clock.due_at is not None and _instant(entry["at"]) > clock.due_at
    return "missed" if late else MARKED[entry["role"]]


def _when(instant: datetime, zone: ZoneInfo) -> str:
    return date_format(instant.astimezone(zone), pgettext("date format", "D j M H:i"))


def _event(entry: dict[str, Any], reader: Reader, team_id: int) -> EventRow:
    at = _instant(entry["at"]) if entry["at"] else None
    return EventRow(
        at=at,
        what=_in_language(entry["what"]),
        by=reader.member(entry["actor"], team_id, at) if entry["actor"] else "–",
        effect=_in_language(entry["effect"]),
    )


def _owner(span: dict[str, Any], spans: Sequence[dict[str, Any]], reader: Reader, team_id: int) -> OwnerRow:
    total = sum(one["seconds"] for one in spans)
    return OwnerRow(
        label=reader.member(span["member"], team_id, _instant(span["from"])),
        start=_instant(span["from"]),
        duration=duration_text(span["seconds"]),
        share=percent(span["seconds"] / total if total else None),
    )


def _clause(clause: dict[str, Any], promise: Promise) -> str:
    said = {name: _in_language(clause[name]) for name in ("title", "stop", "start")}
    is_list = isinstance(promise.terms, ChecklistTerms)
    within = _in_language(clause["within"]) if is_list else within_text(promise.terms.within)
    return _("%(title)s: %(stop)s after %(start)s, %(within)s") % (said | {"within": within})


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)
