"""Clocks and units by day and owner, origin or reason, kept so that pages add up days and not history.

A day that is over is counted once and kept (``keep``, by the worker). Whatever changes a clock or a unit
notes the days it lies in as stale, by triggers, in its own statement. Whoever asks (``counted``) adds up the
kept days that hold and counts the rest live, in one statement: the answer is exact at every moment, and its
cost is that of today and of the days that changed since the worker last came by.
"""

from measurement.day_tallies.counting import Tally, counted, lasting
from measurement.day_tallies.keeping import differing, keep, rebuild

__all__ = [
    "Tally",
    "counted",
    "differing",
    "keep",
    "lasting",
    "rebuild",
]
