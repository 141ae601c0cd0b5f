"""Deadlines: when an allowed time begins, is used up and is about to be, and worked examples of it."""

from agreements.deadlines.allowed_time import OutsideHours, Pause, begin, due, used, warn_at
from agreements.deadlines.worked import Moment, WorkedDeadline, worked_deadlines

__all__ = [
    "Moment",
    "OutsideHours",
    "Pause",
    "WorkedDeadline",
    "begin",
    "due",
    "used",
    "warn_at",
    "worked_deadlines",
]
