"""Journeys of leads kept by change and added up, so that what is shown of them is a sum over small rows.

``note`` what changed, ``keep`` it up to date, ``rebuild`` it, and ``differing`` for the nightly comparison.
Who reads asks ``serving.zone_kept`` whether what is kept answers the question; what it cannot say (a past
instant, another zone) is answered by the live statements, which are also what it is compared with.
"""

from measurement.kept.certifying import differing
from measurement.kept.keeping import Kept, keep, note, rebuild

__all__ = ["Kept", "differing", "keep", "note", "rebuild"]
