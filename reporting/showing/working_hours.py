"""What the page of a person's hours shows: the days, the countries, the public holidays to come."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from agreements.public_holidays import expand
from people.models import User, WorkingHours

DAY_NAMES = {
    "mon": _("Monday"),
    "tue": _("Tuesday"),
    "wed": _("Wednesday"),
    "thu": _("Thursday"),
    "fri": _("Friday"),
    "sat": _("Saturday"),
    "sun": _("Sunday"),
}

#: The countries that are offered by name; any other is set in an agreement's calendar.
_COUNTRIES = {
    "AT": _("Austria"),
    "BE": _("Belgium"),
    "CA": _("Canada"),
    "CH": _("Switzerland"),
    "DE": _("Germany"),
    "DK": _("Denmark"),
    "ES": _("Spain"),
    "FI": _("Finland"),
    "FR": _("France"),
    "GB": _("United Kingdom"),
    "IE": _("Ireland"),
    "IT": _("Italy"),
    "LU": _("Luxembourg"),
    "NL": _("Netherlands"),
    "NO": _("Norway"),
    "PL": _("Poland"),
    "PT": _("Portugal"),
    "SE": _("Sweden"),
    "US": _("United States"),
}

SHOWN = 5


def countries() -> list[tuple[str, str]]:
    """Codes and names, by name in the reader's language."""
    named = [(code, str(name)) for code, name in _COUNTRIES.items()]
    return sorted(named, key=lambda pair: pair[1])


def next_holidays(hours: WorkingHours | None, user: User, *, as_of: datetime) -> list[tuple[date, str]]:
    """The next public holidays of the country that the person chose; none where the team's apply."""
    if hours is None or not hours.holidays:
        return []
    today = as_of.astimezone(ZoneInfo(user.timezone)).date()
    years = [today.year, today.year + 1]
    found = expand(hours.holidays["country"], hours.holidays.get("subdivision") or None, years)
    return [(day, name) for day, name in found.items() if day >= today][:SHOWN]
