"""When a person works, where it differs from the calendars of their teams: their own week and holidays."""

from collections.abc import Iterable, Mapping
from typing import Any

from agreements.business_time import Schedule, WindowError
from agreements.public_holidays import expand

#: Where neither a person nor their teams say anything: office hours, Monday to Friday.
OFFICE_HOURS = {day: ["09:00-12:30", "13:30-18:00"] for day in ("mon", "tue", "wed", "thu", "fri")}


def personal_schedule(
    week: Mapping[str, Iterable[object]],
    *,
    timezone: str,
    holidays: Mapping[str, Any] | None,
    years: Iterable[int],
    closed: Iterable[object] = (),
) -> Schedule:
    """The schedule of a person in their own zone; ``holidays`` {"country": "FR", "subdivision": null}.

    ``closed``: dates on which they do not work, such as the public holidays of their teams' calendars.
    Raises ``ValueError`` naming what is wrong: ``week.mon: …``, ``holidays.country: …``.
    """
    dates: list[object] = list(closed)
    if holidays and holidays.get("country"):
        dates += expand(holidays["country"], holidays.get("subdivision") or None, years)
    return Schedule.cached(timezone, week, holidays=dates)


__all__ = ["OFFICE_HOURS", "WindowError", "personal_schedule"]
