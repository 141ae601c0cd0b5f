"""When a person works, where it differs from the calendars of their teams: their own week and holidays."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from agreements.business_time import DAYS, Schedule, WindowError, parse_window
from agreements.public_holidays import expand
from core.audit import record
from core.problems import Problem
from people.models import User, WorkingHours

#: Where neither a person nor their teams say anything: office hours, Monday to Friday.
OFFICE_HOURS = {day: ["09:00-12:30", "13:30-18:00"] for day in ("mon", "tue", "wed", "thu", "fri")}

Week = dict[str, list[str]]


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


@transaction.atomic
def set_hours(
    user: User, *, week: Mapping[str, Iterable[str]], country: str, subdivision: str, by: Any, as_of: datetime
) -> WorkingHours:
    """Give a person hours of their own: ``week`` as in an agreement ({"mon": ["09:00-12:30"]}).

    ``country`` empty: the public holidays of their teams. Raises Problem 422 naming each field that is wrong.
    """
    read, errors = _read_week(week)
    holidays = {"country": country.upper(), "subdivision": subdivision or None} if country else None
    errors += _holiday_errors(holidays, as_of)
    if not errors and not read:
        errors.append(_error("week", _("no day has hours; write some, or go back to those of the team")))
    if errors:
        raise Problem(422, "Unprocessable Content", _("Correct what is marked."), errors=errors)
    before = _described(WorkingHours.objects.filter(user=user).first())
    hours, _new = WorkingHours.objects.update_or_create(
        user=user, defaults={"week": read, "holidays": holidays, "changed_at": as_of}
    )
    _note(user, by, before, _described(hours), as_of)
    return hours


@transaction.atomic
def clear_hours(user: User, *, by: Any, as_of: datetime) -> None:
    """Back to the calendars of their teams."""
    hours = WorkingHours.objects.filter(user=user).first()
    if hours is not None:
        before = _described(hours)
        hours.delete()
        _note(user, by, before, None, as_of)


def _read_week(week: Mapping[str, Iterable[str]]) -> tuple[Week, list[dict[str, str]]]:
    """The windows day by day, without the closed days, and what is wrong with them."""
    read: Week = {}
    errors: list[dict[str, str]] = []
    for day in DAYS:
        windows = [window.strip().replace("–", "-") for window in week.get(day, ()) if window.strip()]
        for window in windows:
            try:
                parse_window(window, "window")
            except WindowError as error:
                errors.append(_error(day, str(error).removeprefix("window: ")))
        if windows:
            read[day] = windows
    return read, errors


def _holiday_errors(holidays: Mapping[str, Any] | None, as_of: datetime) -> list[dict[str, str]]:
    if holidays is None:
        return []
    try:
        expand(holidays["country"], holidays["subdivision"], [as_of.year])
    except ValueError as error:
        place, _colon, message = str(error).partition(": ")
        return [_error(place.removeprefix("holidays."), message)]
    return []


def _error(field: str, message: str) -> dict[str, str]:
    return {"field": field, "code": "invalid", "message": message}


def _described(hours: WorkingHours | None) -> dict[str, Any] | None:
    return None if hours is None else {"week": hours.week, "holidays": hours.holidays}


def _note(user: User, by: Any, before: Any, after: Any, as_of: datetime) -> None:
    record(
        actor=by,
        verb="working_hours.changed",
        object_type="people.user",
        object_id=user.pk,
        before=before,
        after=after,
        as_of=as_of,
    )
