"""Worlds of facts cut at a horizon: what is told before it, and what of the rest a sealed hub takes in."""

from datetime import UTC, datetime
from typing import Any

from tests.measurement.small_agreements import VERSIONS
from tests.measurement.small_world import COMPANY, RECORDS, REQUIRED, START, Fact

HORIZON = datetime(2026, 3, 16, tzinfo=UTC)  # a Monday: no week is cut
KEPT_FROM = datetime(
    2026, 3, 7, tzinfo=UTC
)  # a week, and two days more than any of these promises looks back

#: What says that something happened at an instant: changed after the horizon it may withdraw what was before.
DATED = frozenset({"created_at", "closed_at", "published_at", "deleted_at", "merged_into"})

#: ``needs`` looks back without an end; here it is asked of no promise.
AGREEMENTS = [
    [text.replace(", needs: {events: [call.made], at_least: 1}", "") for text in texts] for texts in VERSIONS
]


def every_record() -> list[Fact]:
    """The first update of everybody, so that nothing after the horizon says what was so before it."""
    at = START.isoformat().replace("+00:00", "Z")
    known = {row["external_id"]: (resource, row) for resource, row in COMPANY}
    for resource, (names, _fields) in RECORDS.items():
        for name in names:
            required = REQUIRED[resource](name) if resource in REQUIRED else {}
            known.setdefault(name, (resource, {"external_id": name, **required}))
    return [(resource, {**row, "updated_at": at}) for resource, row in known.values()]


def split(facts: list[Fact]) -> tuple[list[Fact], list[Fact]]:
    """(told before the horizon, told after it and taken in by a hub that is sealed there)."""
    line = HORIZON.isoformat().replace("+00:00", "Z")
    before = [*every_record(), *(fact for fact in facts if fact[0] == "absences" or _at(fact[1]) < line)]
    told = {row["external_id"]: _at(row) for resource, row in facts if resource == "events"}
    after = [
        (resource, row if resource == "events" else {k: v for k, v in row.items() if k not in DATED})
        for resource, row in facts
        if resource != "absences" and _at(row) >= line and not _withdraws_what_is_sealed(row, told, line)
    ]
    return before, [fact for fact in after if not _ends_earlier_presence(fact[1], after)]


def _at(row: dict[str, Any]) -> str:
    return str(row.get("occurred_at") or row.get("updated_at"))


def _withdraws_what_is_sealed(row: dict[str, Any], told: dict[str, str], line: str) -> bool:
    return row.get("kind") == "event.retracted" and told[row["data"]["event"]] < line


def _ends_earlier_presence(row: dict[str, Any], after: list[Fact]) -> bool:
    """Whether it would lengthen a presence that was left open before the horizon, and has ended."""
    if row.get("kind") != "chat.offline":
        return False
    withdrawn = {other["data"]["event"] for _, other in after if other.get("kind") == "event.retracted"}
    return not any(
        other.get("kind") == "chat.online"
        and other["actor"] == row["actor"]
        and other["occurred_at"] < row["occurred_at"]
        and other["external_id"] not in withdrawn
        for _, other in after
    )
