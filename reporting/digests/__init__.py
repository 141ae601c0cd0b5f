"""The daily mail to everybody who has something to do about a report."""

from reporting.digests.delivering import Sending, deliver, deliver_by_hand

__all__ = ["Sending", "deliver", "deliver_by_hand"]
