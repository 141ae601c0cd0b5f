"""The exception report: one a team and day, frozen when it is built."""

from reporting.publishing.due import publish_due
from reporting.publishing.publication import NotYetError, bring_up_to_date, publish

__all__ = ["NotYetError", "bring_up_to_date", "publish", "publish_due"]
