"""The latest instant as of which anybody judged, under the name of a heartbeat.

Whatever a batch drained became known up to the instant at which it judged: who reads the same facts later by
an older clock would miss those that are younger than it.
"""

from datetime import datetime

from core import heartbeats

_JUDGED = "judged"


def no_earlier(as_of: datetime) -> datetime:
    """The instant to judge at: ``as_of``, or the latest at which anybody judged. Only for the only one."""
    return heartbeats.no_earlier(_JUDGED, as_of=as_of)


def or_later(as_of: datetime) -> datetime:
    """``as_of``, or the latest instant at which anybody judged if that is later; only looks it up."""
    last = heartbeats.last(_JUDGED)
    return as_of if last is None else max(as_of, last.at)
