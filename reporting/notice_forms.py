"""Forms about notices: preferences, muting, a team's channel."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from people.models import Team
from reporting.enums import ChannelFormat, Frequency, NoticeKind
from reporting.noticing.channels import TOLD
from reporting.noticing.words import kind_name

LONGEST_MUTE = timedelta(days=366)


def frequencies() -> list[tuple[str, str]]:
    """How often, in words."""
    return [
        (Frequency.AT_ONCE.value, _("At once, within my working hours")),
        (Frequency.HOURLY.value, _("Every hour, within my working hours")),
        (Frequency.DAILY.value, _("Once a day, in the morning")),
        (Frequency.NEVER.value, _("Never: I look at the page")),
    ]


class PreferenceForm(forms.Form):
    """How often, and which kinds are mailed."""

    frequency = forms.ChoiceField(
        label=gettext_lazy("Mail me"), choices=frequencies, widget=forms.RadioSelect
    )
    mailed = forms.MultipleChoiceField(
        label=gettext_lazy("Mail me when"),
        choices=lambda: [(kind.value, kind_name(kind)) for kind in NoticeKind],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def off(self) -> list[str]:
        """The kinds that are never mailed."""
        return [kind.value for kind in NoticeKind if kind.value not in self.cleaned_data["mailed"]]


class MuteForm(forms.Form):
    """Which promise, until when."""

    commitment = forms.ChoiceField(label=gettext_lazy("Promise"))
    until = forms.DateField(
        label=gettext_lazy("Until, this day included"), widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, *args: Any, promises: Mapping[str, str], today: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.today = today
        commitment: Any = self.fields["commitment"]
        commitment.choices = sorted(promises.items(), key=lambda one: one[1].casefold())
        self.fields["until"].widget.attrs |= {"min": today.isoformat()}

    def clean_until(self) -> date:
        """A day from today on, within a year."""
        until: date = self.cleaned_data["until"]
        if not self.today <= until <= self.today + LONGEST_MUTE:
            raise forms.ValidationError(_("Choose a day from today on, within a year."))
        return until


class ChannelForm(forms.Form):
    """A new channel of a team."""

    team = forms.ModelChoiceField(label=gettext_lazy("Team"), queryset=Team.objects.none(), empty_label=None)
    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=100,
        help_text=gettext_lazy("For example the name of the room in your chat."),
    )
    format = forms.ChoiceField(
        label=gettext_lazy("Chat"),
        choices=lambda: [
            (ChannelFormat.SLACK.value, _("Slack, Mattermost or Rocket.Chat")),
            (ChannelFormat.TEAMS.value, _("Microsoft Teams (Workflows)")),
            (ChannelFormat.STANDARD.value, _("Another program (Standard Webhooks)")),
        ],
    )
    url = forms.CharField(
        label=gettext_lazy("Address of the incoming webhook"),
        max_length=2000,
        widget=forms.URLInput(attrs={"autocomplete": "off", "placeholder": "https://"}),
        help_text=gettext_lazy("Whoever has it can post there: it is kept secret and never shown again."),
    )
    secret = forms.CharField(
        label=gettext_lazy("Secret"),
        max_length=100,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy("Of Standard Webhooks only (whsec_…): it signs every message."),
    )
    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Post when"),
        choices=lambda: [(kind.value, kind_name(kind)) for kind in TOLD],
        widget=forms.CheckboxSelectMultiple,
        initial=[kind.value for kind in TOLD],
    )

    def __init__(self, *args: Any, teams: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        team: Any = self.fields["team"]
        team.queryset = teams

    def clean_url(self) -> str:
        """Without the spaces that copying leaves."""
        return self.cleaned_data["url"].strip()
