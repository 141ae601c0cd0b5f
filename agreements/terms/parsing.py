"""From what a commitment says to the terms that are measured: defaults filled in, errors at their place."""

import json
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache, partial
from typing import Any

from agreements.durations import Duration
from agreements.enums import Kind, Period
from agreements.terms.fields import FIELDS, RESOURCES, field_problem
from agreements.terms.kinds import ChecklistTerms, CoverageTerms, Having, Ramp, RateTerms, Steps, VolumeTerms
from agreements.terms.nodes import Node, Report, shown
from agreements.terms.scalars import (
    parse_day,
    parse_points,
    parse_rate_target,
    parse_share,
    parse_target,
    read_duration,
)
from agreements.terms.selectors import (
    read_actors,
    read_conditions,
    read_counts,
    read_events,
    read_kind,
    read_selectors,
)
from agreements.terms.values import Complete, Escalation, ResponseTerms

Terms = ResponseTerms | ChecklistTerms | RateTerms | VolumeTerms | CoverageTerms
Entries = Mapping[str, Node]

LANGUAGES = ("en", "fr")
OUTSIDE_HOURS = ("count", "next_opening", "ignore")
_JUDGED = ("title", "calendar", "target", "per", "warn_at", "min_sample", "settle", "logged_within")
_TOLD = ("breach", "notify", "announce", "playbook", "escalate", "beside")
_COMMON = (*_JUDGED, *_TOLD)
_SELECTED = ("start", "stop", "pause", "resume", "cancel", "fail")
KEYS: dict[Kind, tuple[str, ...]] = {
    Kind.RESPONSE: (
        *(*_SELECTED, "where", "subject", "outside_hours", "within", "early", "complete"),
        *(*_JUDGED, "give_up", *_TOLD),
    ),
    Kind.CHECKLIST: ("start", "steps", "where", "early", *_JUDGED, "give_up", *_TOLD),
    Kind.RATE: ("of", "where", "having", "baseline", "ramp", *_COMMON),
    Kind.VOLUME: ("count", "where", "each", "until", "prorate", *_COMMON),
    Kind.COVERAGE: ("presence", *_COMMON),
}
"""The keys of each kind in the order in which they are written, without key, owner and kind."""
_REQUIRED: dict[Kind, tuple[str, ...]] = {
    Kind.RESPONSE: ("start", "stop", "within"),
    Kind.CHECKLIST: ("start", "steps"),
    Kind.RATE: ("of", "having", "target"),
    Kind.VOLUME: ("count", "target"),
    Kind.COVERAGE: ("presence", "target"),
}


_SHARE_TARGET = partial(parse_target, percent=True)
_NUMBER_TARGET = partial(parse_target, percent=False)


def parse_terms(kind: str, data: Mapping[str, Any]) -> Terms:
    """The terms of a commitment from their stored form; equal data share one result.

    Raises ``TermsError`` with every problem.
    """
    return _parsed(Kind(kind), json.dumps(data, sort_keys=True))


@lru_cache(maxsize=1024)
def _parsed(kind: Kind, data: str) -> Terms:
    report = Report()
    terms = read_terms(kind, Node(json.loads(data), (), report))
    report.raise_if_any()
    return terms


def read_terms(kind: Kind, node: Node, besides: Iterable[str] = ()) -> Terms:
    """The terms of a commitment; what is wrong is on the node's report, and the result then means nothing.

    ``besides`` are keys that the caller reads itself.
    """
    entries = node.entries((*besides, *KEYS[kind]), required=_REQUIRED[kind])
    return _READERS[kind](entries)


def read_text(node: Node) -> Any:
    """A text in one language, or in several: a string or {en: …, fr: …}."""
    if isinstance(node.value, Mapping):
        for entry in node.entries(LANGUAGES).values():
            entry.text()
        if not node.value:
            node.refuse("is empty; write a text, or {en: …, fr: …}")
    else:
        node.text()
    return node.value


def _response(entries: Entries) -> ResponseTerms:
    selected: dict[str, Any] = {
        name: read_selectors(entries.get(name)) for name in _SELECTED if name != "stop"
    }
    return ResponseTerms(
        **selected,
        stop=read_selectors(entries.get("stop"), by="team"),
        where=read_conditions(entries.get("where")),
        subject=_choice(entries, "subject", (*FIELDS, "call"), None),
        within=_duration(entries, "within"),
        early=_duration(entries, "early"),
        complete=_complete(entries.get("complete")),
        outside_hours=_choice(entries, "outside_hours", OUTSIDE_HOURS, "count"),
        give_up=_duration(entries, "give_up"),
        **_common(entries),
    )


def _complete(node: Node | None) -> Complete | None:
    if node is None:
        return None
    keys = ("count", "of", "at_least")
    entries = node.entries(keys, required=keys)
    if len(entries) < len(keys):
        return None
    count, of = (_field(entries[name]) for name in ("count", "of"))
    at_least = entries["at_least"].read(parse_share)
    if at_least is not None and not 0 < at_least <= 1:
        entries["at_least"].refuse("is no part of a whole; write more than 0% and at most 100%")
    return Complete(count, of, at_least)


def _field(node: Node) -> str:
    name = node.text()
    if name and (problem := field_problem(name)):
        node.refuse(f"{shown(name)}: {problem}")
    return name


def _checklist(entries: Entries) -> ChecklistTerms:
    return ChecklistTerms(
        start=read_selectors(entries.get("start")),
        steps=_steps(entries.get("steps")),
        where=read_conditions(entries.get("where")),
        early=_duration(entries, "early"),
        give_up=_duration(entries, "give_up"),
        **_common(entries),
    )


def _steps(node: Node | None) -> Steps:
    entries = (
        node.entries(("event", "field", "values"), required=("event", "field", "values")) if node else {}
    )
    event = read_kind(entries["event"]) if "event" in entries else ""
    field = entries["field"].text() if "field" in entries else ""
    values = entries["values"].pairs() if "values" in entries else []
    if "values" in entries and entries["values"].value == {}:
        entries["values"].refuse("is empty; write at least one step: {email: 1 business day}")
    within = [(value, item.read(read_duration)) for value, item in values]
    # A database keeps no order of keys: the shortest time comes first, however it was written.
    return Steps(event, field, tuple(sorted(within, key=lambda step: (_rough_length(step[1]), step[0]))))


def _rough_length(duration: Duration | None) -> int:
    return duration.rough_seconds if duration else 0


def _rate(entries: Entries) -> RateTerms:
    of = entries.get("of")
    records = of is not None and isinstance(of.value, str)
    target = entries.get("target")
    common = _common(entries, target=parse_rate_target)
    if records:  # what records are is read at each day's end
        common.setdefault("per", Period.DAY)
    return RateTerms(
        of=of.choice(RESOURCES) if of and records else read_selectors(of),
        having=_having(entries.get("having"), records=records),
        where=read_conditions(entries.get("where")),
        baseline=_baseline(entries.get("baseline"), target),
        ramp=_ramp(entries.get("ramp")),
        **common,
    )


def _having(node: Node | None, *, records: bool) -> Any:
    if node is None or records:
        return read_conditions(node)
    entries = node.entries(("event", "events", "where", "by", "within"))
    named = "event" in entries or "events" in entries
    if not named and "where" not in entries:
        node.refuse("names neither an event nor a where; write one of them")
    return Having(
        read_events(node, entries) if named else (),
        read_conditions(entries.get("where")),
        read_actors(entries.get("by"), "anyone"),
        _duration(entries, "within"),
    )


def _baseline(node: Node | None, target: Node | None) -> Any:
    if node is None:
        if target is not None and "baseline" in str(target.value):
            example = "baseline: {from: 2025-07-01, to: 2025-12-31}"
            target.refuse(f"the target names the baseline, which is missing; write {example}")
        return None
    entries = node.entries(("from", "to"), required=("from", "to"))
    days = [entry.read(parse_day) for entry in entries.values()]
    if len(days) != 2 or None in days:
        return None
    if days[0] > days[1]:
        node.refuse(
            f"ends before it starts: {shown(entries['from'].value)} is after {shown(entries['to'].value)}"
        )
    return tuple(days)


def _ramp(node: Node | None) -> Ramp | None:
    if node is None:
        return None
    entries = node.entries(("by", "every"), required=("by", "every"))
    if len(entries) != 2:
        return None
    return Ramp(entries["by"].read(parse_points), Period(entries["every"].choice(Period)))


def _volume(entries: Entries) -> VolumeTerms:
    return VolumeTerms(
        count=read_counts(entries.get("count")),
        where=read_conditions(entries.get("where")),
        each=_choice(entries, "each", ("team", "member", "account"), "team"),
        until=_choice(entries, "until", ("accounts_full",), None),
        prorate=_choice(entries, "prorate", ("open_days",), None),
        **_common(entries, target=_NUMBER_TARGET),
    )


def _coverage(entries: Entries) -> CoverageTerms:
    node = entries.get("presence")
    presence = node.entries(("online", "offline"), required=("online", "offline")) if node else {}
    kinds = {name: read_kind(entry) for name, entry in presence.items()}
    return CoverageTerms(online=kinds.get("online", ""), offline=kinds.get("offline", ""), **_common(entries))


_READERS: dict[Kind, Callable[[Entries], Any]] = {
    Kind.RESPONSE: _response,
    Kind.CHECKLIST: _checklist,
    Kind.RATE: _rate,
    Kind.VOLUME: _volume,
    Kind.COVERAGE: _coverage,
}


def _common(entries: Entries, target: Callable[[Any], Any] = _SHARE_TARGET) -> dict[str, Any]:
    """What every kind may say; only what is written, so that the defaults stay with the values."""
    read: dict[str, Any] = {
        "target": lambda node: node.read(target),
        "per": lambda node: Period(node.choice(Period)),
        "warn_at": lambda node: node.read(parse_share),
        "min_sample": lambda node: node.whole(1),
        "settle": lambda node: node.read(read_duration),
        "logged_within": lambda node: node.read(read_duration),
        "breach": lambda node: node.choice(("each", "period")),
        "notify": lambda node: node.choice(("digest", "live", "none")),
        "announce": lambda node: node.flag(),
        "playbook": read_text,
        "escalate": lambda node: tuple(_escalation(item) for item in node.items()),
        "beside": lambda node: node.text(),
        "title": read_text,
    }
    return {name: reader(entries[name]) for name, reader in read.items() if name in entries}


def _escalation(node: Node) -> Escalation:
    entries = node.entries(("at", "to"), required=("at", "to"))
    at: Any = entries["at"].read(parse_share) if "at" in entries else None
    return Escalation(at, entries["to"].text() if "to" in entries else "")


def _duration(entries: Entries, name: str) -> Any:
    return entries[name].read(read_duration) if name in entries else None


def _choice(entries: Entries, name: str, allowed: Any, default: Any) -> Any:
    return entries[name].choice(allowed) if name in entries else default
