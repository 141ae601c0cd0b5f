"""What stands beside a document's reporting part on the screen: the conversion table as it is today."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from measurement.funnel import STAGES, By, days_between, funnel
from measurement.journeys import zone_of_company
from people.visibility import Sight
from reporting.showing import conversion

MONTHS = 6


def live_reporting(user: Any, *, as_of: datetime) -> dict[str, Any]:
    """The table of the last months by the month of a lead's creation; empty where there is no lead yet."""
    zone = zone_of_company(as_of=as_of)
    since, _ = days_between(_first_month(as_of.astimezone(ZoneInfo(zone)).date()), None, zone)
    found = funnel(by=By.MONTH, since=since, zone=zone, as_of=as_of)
    if not found.rows:
        return {}
    rows = conversion.labelled(found, By.MONTH, Sight.of(user, as_of=as_of))
    stages = [conversion.stage_name(stage) for stage in STAGES]
    return {"table": conversion.shown(found, rows), "by": By.MONTH, "stages": stages}


def _first_month(today: date) -> date:
    number = today.year * 12 + today.month - MONTHS
    return date(number // 12, number % 12 + 1, 1)
