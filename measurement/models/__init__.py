"""Was it kept: clocks with their evidence, and readings of periods. Written only by judging."""

from measurement.models.buckets import Bucket
from measurement.models.clocks import Clock, TouchedSubject
from measurement.models.days import DayTally, KeptDay, StaleDay
from measurement.models.exclusions import Exclusion
from measurement.models.groups import BuyingGroup, BuyingGroups
from measurement.models.journeys import (
    Journey,
    JourneyDeal,
    JourneyMark,
    JourneyState,
    JourneyTally,
    MoneyTally,
    WinTally,
)
from measurement.models.readings import Baseline, Reading
from measurement.models.trial_results import TrialResult
from measurement.models.units import Unit

__all__ = [
    "Baseline",
    "Bucket",
    "BuyingGroup",
    "BuyingGroups",
    "Clock",
    "DayTally",
    "Exclusion",
    "Journey",
    "JourneyDeal",
    "JourneyMark",
    "JourneyState",
    "JourneyTally",
    "KeptDay",
    "MoneyTally",
    "Reading",
    "StaleDay",
    "TouchedSubject",
    "TrialResult",
    "Unit",
    "WinTally",
]
