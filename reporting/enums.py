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
    closed = nonmember(frozenset({"waived", "resolved", "withdrawn"}))


class ToldState(StrEnum):
    """What a report said about a clock, and what may have become of it since."""

    KEPT = "kept"
    MISSED = "missed"
    OPEN = "open"  # neither: the time is not up
    LEFT_OUT = "left_out"
    GONE = "gone"  # there is no such promise any more


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


class NoticeKind(StrEnum):
    """What a notice tells; one key per notice whatever the number of channels."""

    ANNOUNCED = "announced"  # a clock started and the promise says that its owner hears of it
    AT_RISK = "at_risk"
    BREACH = "breach"
    ESCALATED = "escalated"
    ASSIGNED = "assigned"
    COMMENTED = "commented"
    MENTIONED = "mentioned"
    DISPUTED = "disputed"
    WAIVED = "waived"
    DISPUTE_REFUSED = "dispute_refused"
    RESOLVED = "resolved"
    DECLARED = "declared"  # a fact declared by hand waits for the other team
    REFUTED = "refuted"
    AGREEMENT_IN_REVIEW = "agreement_in_review"
    AGREEMENT_COMMENTED = "agreement_commented"
    AGREEMENT_SIGNED = "agreement_signed"
    HANDED_OVER = "handed_over"
    CHANNEL_PAUSED = "channel_paused"  # a team's webhook failed for a day


class Frequency(StrEnum):
    """How often a person is mailed about notices; the page has all of them at once."""

    AT_ONCE = "at_once"
    HOURLY = "hourly"
    DAILY = "daily"
    NEVER = "never"


class ChannelFormat(StrEnum):
    """What the other end of a team's webhook understands."""

    SLACK = "slack"
    TEAMS = "teams"
    STANDARD = "standard"  # Standard Webhooks, signed


class DisputeOutcome(StrEnum):
    WAIVED = "waived"
    REFUSED = "refused"
    TAKEN_BACK = "taken_back"
    UNDONE = "undone"  # facts undid the miss: nothing was left to decide
