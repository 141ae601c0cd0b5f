"""Versions of calendars: what a calendar says, with its public holidays expanded and kept.

An agreement needs the public holidays from the year before it takes effect (a stop may lie before its start)
to five years after it is signed. After that horizon no public holiday closes the calendar any more:
``running_out`` tells in time, and signing a new version of the agreement renews them.
"""

import json
from collections.abc import Mapping
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from django.db.models import Max, QuerySet

from agreements.models import AgreementVersion, BusinessCalendar, CalendarVersion
from agreements.public_holidays import expand

YEARS_BEFORE = 1
YEARS_AFTER = 5


def years_needed(effective_from: date, as_of: datetime) -> tuple[int, int]:
    """The first and last year whose public holidays an agreement needs when it is written or signed now."""
    return effective_from.year - YEARS_BEFORE, max(effective_from.year, as_of.year) + YEARS_AFTER


def version_for(key: str, definition: Mapping[str, Any], years: tuple[int, int]) -> CalendarVersion:
    """The newest version of a calendar that says the same and knows these years; made when there is none.

    Must run inside a transaction: the calendar's row is locked, so that numbers are given once.
    """
    calendar, _ = BusinessCalendar.objects.get_or_create(key=key)
    BusinessCalendar.objects.select_for_update().get(pk=calendar.pk)
    same = calendar.versions.filter(definition=definition)
    if has_holidays(definition):
        same = same.filter(first_year__lte=years[0], last_year__gte=years[1])
    return same.order_by("-number").first() or _new_version(calendar, definition, years)


def has_holidays(definition: Mapping[str, Any]) -> bool:
    """Whether public holidays close the calendar, so that it has a horizon."""
    return bool(definition.get("holidays"))


def refreeze(version: AgreementVersion, *, as_of: datetime) -> None:
    """Give a draft that is being signed calendars that know all the years it needs from now on."""
    years = years_needed(version.effective_from, as_of)
    for use in version.calendar_uses.select_related("calendar__calendar"):
        held = use.calendar
        wanted = version_for(held.calendar.key, held.definition, years)
        if wanted != held:
            version.commitments.filter(calendar=held).update(calendar=wanted)
            version.calendar_uses.filter(pk=use.pk).update(calendar=wanted)


def holidays_of(definition: Mapping[str, Any], years: tuple[int, int]) -> dict[str, str]:
    """The public holidays of a calendar as written, in these years: {"2026-04-03": "Good Friday"}."""
    if not has_holidays(definition):
        return {}
    place = definition["holidays"]
    found = expand(place["country"], place.get("subdivision"), range(years[0], years[1] + 1))
    return {day.isoformat(): name for day, name in found.items()}


def running_out(*, as_of: datetime) -> QuerySet[CalendarVersion]:
    """Calendars of signed agreements whose frozen public holidays end this year: sign again in time."""
    return CalendarVersion.objects.in_force(as_of).exclude(holiday_dates={}).filter(last_year__lte=as_of.year)


def canonical_sha256(value: Any) -> str:
    """The SHA-256 of a JSON value written in one way only: sorted keys, no spaces, UTF-8."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return sha256(text.encode()).hexdigest()


def _new_version(
    calendar: BusinessCalendar, definition: Mapping[str, Any], years: tuple[int, int]
) -> CalendarVersion:
    holidays = holidays_of(definition, years)
    last = calendar.versions.aggregate(last=Max("number"))["last"] or 0
    return calendar.versions.create(
        number=last + 1,
        timezone=definition["timezone"],
        definition=definition,
        holiday_dates=holidays,
        first_year=years[0],
        last_year=years[1],
        sha256=canonical_sha256([definition, holidays]),
    )
