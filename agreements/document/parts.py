"""The parts of an agreement beside its promises: goals, personas, what qualifies a lead, people, meetings.

All of them are optional. Each reader notes what is wrong on its node's report and answers with values.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from agreements.document.order import CAPACITIES, GOAL_PARTS, GOAL_PERIODS, GOAL_STATES, ROLES
from agreements.document.slugs import read_slug, refuse_repeated
from agreements.durations import Duration
from agreements.terms.nodes import Node, Report, near, shown
from agreements.terms.parsing import LANGUAGES, read_text
from agreements.terms.scalars import parse_target, read_duration
from agreements.terms.selectors import read_conditions, read_selectors
from agreements.terms.values import Condition, Selector, Target

SERIES = "series:"
"""Before the name of a series of figures that no CRM holds."""
ANY_PERSONA = "any"

Entries = Mapping[str, Node]


@dataclass(frozen=True, slots=True)
class Goal:
    """Where a company or a team wants to be. ``metric`` is the key of a commitment (``commitment``), the name
    of a series (``series``), or a text that says what is measured; with a target it has a period. A goal
    without a metric is qualitative and has a ``status``."""

    key: str
    part: str
    title: Any
    metric: Any = None
    commitment: str | None = None
    series: str | None = None
    target: Target | None = None
    unit: Any = None
    period: str | None = None
    measured_by: Any = None
    status: str | None = None


@dataclass(frozen=True, slots=True)
class Criterion:
    """What makes a lead qualified in both teams' eyes: a text, and conditions that a machine can check."""

    text: Any
    persona: str = ANY_PERSONA
    where: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class Points:
    """Points that a lead gets, and why. With ``events`` it gets them for such an event (``within`` the time
    before the instant of scoring; any time without it); with ``where`` for what its records say; with neither
    the rule is written down and counts by hand."""

    when: Any
    points: Fraction
    because: Any = None
    where: tuple[Condition, ...] = ()
    events: tuple[Selector, ...] = ()
    within: Duration | None = None


@dataclass(frozen=True, slots=True)
class Qualification:
    """When a lead is an MQL: the criteria, the points, and from how many points on."""

    criteria: tuple[Criterion, ...] = ()
    scoring: tuple[Points, ...] = ()
    threshold: Fraction | None = None


NOTHING_QUALIFIES = Qualification()


def goals_of(content: Mapping[str, Any], commitments: Sequence[str] = ()) -> tuple[Goal, ...]:
    """The goals of a stored version (``version.document``), given the keys of its commitments."""
    return read_goals(_stored(content, "goals"), commitments)


def qualification_of(content: Mapping[str, Any]) -> Qualification:
    """What qualifies a lead by a stored version (``version.document``)."""
    return read_qualification(_stored(content, "mql"), read_personas(_stored(content, "personas")))


def _stored(content: Mapping[str, Any], name: str) -> Node | None:
    """A part that was checked when it was loaded: nothing is wrong with it."""
    return None if content.get(name) is None else Node(content[name], (name,), Report())


def read_goals(node: Node | None, commitments: Sequence[str]) -> tuple[Goal, ...]:
    """The goals; a metric that is nearly the key of a commitment is taken for a slip of the pen."""
    refuse_repeated(node, "key", "goals")
    return tuple(_goal(item, commitments) for item in _items(node))


def _goal(node: Node, commitments: Sequence[str]) -> Goal:
    keys = ("key", "part", "title", "metric", "target", "unit", "period", "measured_by", "status")
    entries = node.entries(keys, required=("key", "part", "title"))
    _refuse_half_told(node, entries)
    metric = read_text(entries["metric"]) if "metric" in entries else None
    series = metric.removeprefix(SERIES) if isinstance(metric, str) and metric.startswith(SERIES) else None
    if series is not None and not series.strip():
        entries["metric"].refuse("names no series; write for example series:visits")
    known = isinstance(metric, str) and metric in commitments
    if metric is not None and series is None and not known and "measured_by" not in entries:
        entries["metric"].refuse(_unmeasured(metric, commitments))
    return Goal(
        key=_slug(entries.get("key")),
        part=_choice(entries, "part", GOAL_PARTS) or GOAL_PARTS[0],
        title=_text(entries, "title"),
        metric=metric,
        commitment=metric if known else None,
        series=series,
        target=entries["target"].read(parse_goal) if "target" in entries else None,
        unit=_text(entries, "unit"),
        period=_choice(entries, "period", GOAL_PERIODS),
        measured_by=_text(entries, "measured_by"),
        status=_choice(entries, "status", GOAL_STATES),
    )


def parse_goal(value: Any) -> Target:
    """``>= 120``, or ``< 10%`` of a share."""
    return parse_target(value, percent=isinstance(value, str) and value.rstrip().endswith("%"))


def _unmeasured(metric: Any, commitments: Sequence[str]) -> str:
    advice = near(metric, commitments) if isinstance(metric, str) and commitments else ""
    said = f"{shown(metric)} is neither the key of a commitment nor series:<name>; "
    return (
        said
        + (f"{advice} Or say " if advice.startswith("did you mean") else "say ")
        + ("in measured_by how it is measured")
    )


def _refuse_half_told(node: Node, entries: Entries) -> None:
    """A goal has a metric with its target and period, or a status."""
    if not entries:
        return
    if "metric" not in entries:
        for name in ("target", "unit"):
            if name in entries:
                entries[name].refuse("is there without a metric; write what is measured as metric")
        if "status" not in entries and "target" not in entries:
            node.refuse("has neither a metric with its target nor a status; write one of them")
    else:
        for name in ("target", "period"):
            if name not in entries:
                node.refuse(f"{name} is missing beside the metric")


def read_personas(node: Node | None) -> tuple[str, ...]:
    """The keys of the personas."""
    refuse_repeated(node, "key", "personas")
    keys = []
    for item in _items(node):
        entries = item.entries(("key", "title", "text"), required=("key",))
        keys.append(_slug(entries.get("key")))
        for name in ("title", "text"):
            _text(entries, name)
    return tuple(keys)


def read_qualification(node: Node | None, personas: Sequence[str]) -> Qualification:
    """Criteria, points and threshold; where personas are written, each criterion is about one of them."""
    if node is None:
        return NOTHING_QUALIFIES
    entries = node.entries(("criteria", "scoring", "threshold"))
    threshold = entries.get("threshold")
    return Qualification(
        tuple(_criterion(item, personas) for item in _items(entries.get("criteria"))),
        tuple(_points(item) for item in _items(entries.get("scoring"))),
        _number(threshold) if threshold else None,
    )


def _criterion(node: Node, personas: Sequence[str]) -> Criterion:
    entries = node.entries(("persona", "text", "where"), required=("text",))
    persona = entries["persona"].text() if "persona" in entries else ANY_PERSONA
    if personas and persona not in (ANY_PERSONA, *personas):
        known = near(persona, (ANY_PERSONA, *personas))
        entries["persona"].refuse(f"no persona {shown(persona)} here; {known}")
    return Criterion(_text(entries, "text"), persona, read_conditions(entries.get("where")))


def _points(node: Node) -> Points:
    keys = ("when", "points", "because", "where", "event", "within")
    entries = node.entries(keys, required=("when", "points"))
    if "within" in entries and "event" not in entries:
        entries["within"].refuse("is there without an event; write which event counts only so long")
    return Points(
        when=_text(entries, "when"),
        points=_number(entries["points"]) if "points" in entries else Fraction(0),
        because=_text(entries, "because"),
        where=read_conditions(entries.get("where")),
        events=_events(entries.get("event")),
        within=entries["within"].read(read_duration) if "within" in entries else None,
    )


def _events(node: Node | None) -> tuple[Selector, ...]:
    """A kind by its name alone, or selectors as everywhere."""
    if node is not None and isinstance(node.value, str):
        return read_selectors(Node({"event": node.value}, node.path, node.report))
    return read_selectors(node)


def read_responsibilities(node: Node | None, teams: Sequence[str]) -> None:
    """What each team is responsible for."""
    for entry in node.entries(teams).values() if node else ():
        read_text(entry)


def read_people(node: Node | None, teams: Sequence[str]) -> None:
    """Who and how many take part, and what they can take on."""
    for item in _items(node):
        entries = item.entries(("team", "role", "count", "capacity"), required=("team", "role"))
        _choice(entries, "team", teams)
        _text(entries, "role")
        if "count" in entries:
            entries["count"].whole(0)
        if "capacity" in entries:
            _read_capacity(entries["capacity"])


def _read_capacity(node: Node) -> None:
    if not isinstance(node.value, Mapping) or node.value.keys() <= set(LANGUAGES):
        read_text(node)
        return
    for entry in node.entries(CAPACITIES).values():
        if _number(entry) < 0:
            entry.refuse(f"expected a number from 0 on, got {shown(entry.value)}")


def read_channels(node: Node | None) -> None:
    """Where the teams talk to each other."""
    for item in _items(node):
        entries = item.entries(("title", "purpose"), required=("title",))
        for name in entries:
            _text(entries, name)


def read_meetings(node: Node | None, teams: Sequence[str]) -> None:
    """When the teams meet, how it runs and who attends."""
    keys = ("title", "cadence", "length", "attendees", "agenda")
    for item in _items(node):
        entries = item.entries(keys, required=("title", "cadence"))
        for name in ("title", "cadence", "agenda"):
            _text(entries, name)
        for attendee in _items(entries.get("attendees")):
            attendee.choice(dict.fromkeys((*ROLES, *teams)))
        if "length" in entries:
            entries["length"].read(read_duration)


def _items(node: Node | None) -> list[Node]:
    """The items of a list that may be empty."""
    return [] if node is None or node.value == [] else node.items()


def _text(entries: Entries, name: str) -> Any:
    return read_text(entries[name]) if name in entries else None


def _choice(entries: Entries, name: str, allowed: Sequence[str]) -> str | None:
    return entries[name].choice(allowed) if name in entries and allowed else None


def _slug(node: Node | None) -> str:
    return read_slug(node) if node else ""


def _number(node: Node) -> Fraction:
    if isinstance(node.value, bool) or not isinstance(node.value, int | float):
        node.refuse(f"expected a number, got {shown(node.value)}")
        return Fraction(0)
    return Fraction(str(node.value))
