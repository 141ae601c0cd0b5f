"""Values of agreements; standard library only."""

from enum import StrEnum


class Kind(StrEnum):
    RESPONSE = "response"
    CHECKLIST = "checklist"
    RATE = "rate"
    VOLUME = "volume"
    COVERAGE = "coverage"


class VersionState(StrEnum):
    """Whether a signed version is in force or superseded follows from the dates; it is never stored."""

    DRAFT = "draft"
    REVIEW = "review"
    SIGNED = "signed"


class Standing(StrEnum):
    """The state of a version as the outside knows it: an unsigned one that is measured is on trial."""

    DRAFT = "draft"
    REVIEW = "review"
    TRIAL = "trial"
    SIGNED = "signed"


class Form(StrEnum):
    SHORT = "short"
    LONG = "long"


class Period(StrEnum):
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    HALF = "half"
    YEAR = "year"
