"""Breaches follow the verdicts."""

from reporting.watching.sweep import SWEEP, Swept, sync_breaches

__all__ = ["SWEEP", "Swept", "sync_breaches"]
