"""Kinds of records; standard library only."""

from enum import StrEnum


class RecordType(StrEnum):
    """What a reference names. A call has no record of its own, only events."""

    MEMBER = "member"
    ACCOUNT = "account"
    CONTACT = "contact"
    LEAD = "lead"
    DEAL = "deal"
    CAMPAIGN = "campaign"
    CONTENT = "content"
    CALL = "call"


class DeclarationState(StrEnum):
    """What became of a fact that somebody declared by hand."""

    PENDING = "pending"
    CONFIRMED = "confirmed"
    REFUTED = "refuted"


class ImportState(StrEnum):
    """How far an uploaded file is."""

    UPLOADED = "uploaded"
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
