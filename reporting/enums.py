"""Values of breaches and reports; standard library only."""

from enum import StrEnum, nonmember


class BreachType(StrEnum):
    CLOCK = "clock"
    PERIOD = "period"


class BreachState(StrEnum):
    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    DISPUTED = "disputed"
    WAIVED = "waived"
    RESOLVED = "resolved"
    WITHDRAWN = "withdrawn"

    live = nonmember(frozenset({"open", "acknowledged", "disputed"}))


class RootCause(StrEnum):
    UNASSIGNED = "unassigned"
    ON_LEAVE = "on_leave"
    AFTER_HOURS = "after_hours"
    BAD_DATA = "bad_data"
    OVERLOOKED = "overlooked"
    CAPACITY = "capacity"
    PROCESS = "process"
    NOT_LOGGED = "not_logged"
    RULE_IS_WRONG = "rule_is_wrong"
    FEED_LATE = "feed_late"
