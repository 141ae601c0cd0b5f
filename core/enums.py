"""Values of the ground floor; standard library only, so that pure modules may use them."""

from enum import StrEnum


class OutboxState(StrEnum):
    READY = "ready"
    SENDING = "sending"
    SENT = "sent"
    UNKNOWN = "unknown"
    FAILED = "failed"


class MarkKind(StrEnum):
    """What a change mark says has changed."""

    RECORD = "record"  # ref_id is a leads.Ref: its fields, links, deletion or merge changed
    EVENT = "event"  # ref_id is a leads.Ref that an event names; nothing of its own record changed
    DEFINITION = "definition"  # ref_id is an agreements.AgreementVersion that was signed
    PEOPLE = "people"  # a membership or a team changed by hand; ref_id is people.User or 0 for everybody
    EXCLUSION = "exclusion"  # ref_id is a measurement.Exclusion that began or ended, or whose time is over
    VERDICT = "verdict"  # ref_id is a measurement.Clock whose stored verdict changed
