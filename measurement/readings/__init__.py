"""Readings: the value of a commitment for each of its periods.

Stored is what a period comes to if nothing more happens; so waiting changes no row. What is known before a
period is over, or while a cohort still matures, is derived on reading (``known``).
"""

from measurement.readings.refreshing import begin_periods, rebuild, recount, refresh
from measurement.readings.shown import share, shown_target
from measurement.readings.standing import Known, known
from measurement.readings.waived import shown_verdict

__all__ = [
    "Known",
    "begin_periods",
    "known",
    "rebuild",
    "recount",
    "refresh",
    "share",
    "shown_target",
    "shown_verdict",
]
