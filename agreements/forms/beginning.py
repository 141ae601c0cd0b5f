"""The form that starts an agreement."""

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from agreements.beginning import Beginning, is_taken
from agreements.business_time import DAYS, WindowError, parse_window
from agreements.catalogue import entries
from agreements.forms.fields import MEANT
from agreements.forms.promises import titled
from agreements.models import BusinessCalendar, CalendarUse
from agreements.public_holidays import expand
from people.models import Team

_ANY_YEAR = 2026  # a country is known or not, whatever the year
NEW = ""
"""A calendar that is made now."""
SIDES = {"marketing": _("Marketing"), "sales": _("Sales")}
DAY_NAMES = dict(
    zip(
        DAYS,
        (_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday")),
        strict=True,
    )
)


class BeginningForm(forms.Form):
    """Title, parties, calendar, start and first promises of a new agreement."""

    title_en = forms.CharField(label=_("Title in English"), required=False, max_length=200)
    title_fr = forms.CharField(label=_("Title in French"), required=False, max_length=200)
    key = forms.SlugField(
        label=_("Key"),
        max_length=64,
        help_text=_("Its name in addresses and files: letters, digits, - and _. It stays."),
    )
    marketing = forms.ChoiceField(
        label=_("The team on the marketing side"),
        help_text=_("It owes what the catalogue has marketing promise."),
    )
    sales = forms.ChoiceField(
        label=_("The team on the sales side"), help_text=_("It owes what the catalogue has sales promise.")
    )
    effective_from = forms.DateField(
        label=_("Takes effect on"),
        validators=MEANT,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Begin with a whole month or quarter: the first period is then a whole one."),
    )
    calendar = forms.ChoiceField(
        label=_("Calendar"),
        required=False,
        help_text=_("By which business hours and days are counted, and in whose zone days begin."),
    )
    timezone = forms.CharField(
        label=_("Time zone"), required=False, widget=forms.TextInput(attrs={"list": "zones"})
    )
    days = forms.MultipleChoiceField(
        label=_("Open on"),
        required=False,
        choices=list(DAY_NAMES.items()),
        widget=forms.CheckboxSelectMultiple,
    )
    hours = forms.CharField(
        label=_("Open from – to"),
        required=False,
        help_text=_("Two times or more: 09:00-12:30 13:30-18:00."),
    )
    country = forms.CharField(
        label=_("Closed on the public holidays of"),
        required=False,
        max_length=2,
        help_text=_("The country's two letters, as FR; empty: open on public holidays."),
    )
    promises = forms.MultipleChoiceField(
        label=_("First promises"),
        required=False,
        choices=lambda: [(entry.key, entry.key) for entry in entries()],
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        teams = list(Team.objects.order_by("name"))
        for side, name in SIDES.items():
            self._offer(side, name, teams)
        keys = BusinessCalendar.objects.filter(versions__isnull=False).distinct().order_by("key")
        calendar: Any = self.fields["calendar"]
        calendar.choices = [
            *((key, key) for key in keys.values_list("key", flat=True)),
            (NEW, _("a new one")),
        ]
        self.initial.setdefault("calendar", _usual() or calendar.choices[0][0])

    def _offer(self, side: str, name: Any, teams: list[Team]) -> None:
        """The teams that there are, those of the side first, and a new one where its slug is free."""
        ours = sorted(teams, key=lambda team: (team.side != side, team.slug != side))
        choices: list[tuple[str, Any]] = [(team.slug, team.name) for team in ours]
        if side not in {team.slug for team in teams}:
            new = (side, _("%(team)s, a new team") % {"team": name})
            choices = [*choices, new] if any(team.side == side for team in teams) else [new, *choices]
        field: Any = self.fields[side]
        field.choices = choices
        self.initial.setdefault(side, choices[0][0])

    def clean_key(self) -> str:
        """Keys of agreements are unique."""
        key = self.cleaned_data["key"]
        if is_taken(key):
            raise ValidationError(_("There is an agreement %(key)s already; use another key.") % {"key": key})
        return key

    def clean_timezone(self) -> str:
        """A zone by its name."""
        zone = self.cleaned_data["timezone"].strip()
        if zone and zone not in available_timezones():
            raise ValidationError(_("There is no such zone; write one as Europe/Paris."))
        return zone

    def clean_hours(self) -> list[str]:
        """Windows as a calendar writes them."""
        windows = self.cleaned_data["hours"].replace("–", "-").replace(",", " ").split()
        for window in windows:
            try:
                parse_window(window, "hours")
            except WindowError as error:
                raise ValidationError(str(error).removeprefix("hours: ")) from error
        return windows

    def clean_country(self) -> str:
        """A country whose holidays are known."""
        country = self.cleaned_data["country"].strip().upper()
        if country:
            try:
                expand(country, None, [_ANY_YEAR])
            except ValueError as error:
                raise ValidationError(str(error).partition(": ")[2]) from error
        return country

    def clean(self) -> dict[str, Any]:
        """A title in one language at least, two parties, and all that a new calendar needs."""
        given = super().clean() or self.cleaned_data
        if not (given.get("title_en") or given.get("title_fr")):
            self.add_error("title_en", _("Give it a title in one language at least."))
        if given.get("sales") and given.get("sales") == given.get("marketing"):
            self.add_error("sales", _("An agreement is between two teams: choose another one."))
        if given.get("calendar") == NEW:
            for name in ("timezone", "days", "hours"):
                if name in given and not given[name]:
                    self.add_error(name, _("A new calendar needs this."))
        return given

    def beginning(self) -> Beginning:
        """What was asked for; only of a valid form."""
        given = self.cleaned_data
        return Beginning(
            key=given["key"],
            title=titled(given, None)["title"],
            teams={side: given[side] for side in SIDES},
            effective_from=given["effective_from"],
            calendar=given["calendar"] or self._calendar_key(),
            definition=None if given["calendar"] else self._definition(),
            promises=[entry.key for entry in entries() if entry.key in given["promises"]],
        )

    def _calendar_key(self) -> str:
        """The city of the zone, with a number where the company has such a calendar."""
        city = self.cleaned_data["timezone"].rpartition("/")[2].lower().replace("_", "-")
        held = set(BusinessCalendar.objects.values_list("key", flat=True))
        numbered = (f"{city}-{number}" for number in range(2, len(held) + 3))
        return next(key for key in (city, *numbered) if key not in held)

    def _definition(self) -> dict[str, Any]:
        given = self.cleaned_data
        definition: dict[str, Any] = {
            "timezone": given["timezone"],
            "week": {day: given["hours"] for day in DAYS if day in given["days"]},
        }
        return definition | ({"holidays": {"country": given["country"]}} if given["country"] else {})


def _usual() -> str | None:
    """The key of the calendar that most agreements count by unless they say otherwise; None without any."""
    first = CalendarUse.objects.filter(position=0).values_list("calendar__calendar__key", flat=True)
    return max(sorted(set(first)), key=list(first).count, default=None)
