"""The form in which somebody says what they did."""

from typing import Any

from django import forms
from django.utils.timezone import get_current_timezone_name
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leads.enums import RecordType
from reporting.declared import Need
from reporting.showing.declaring import channel_choices

MOMENT = "%Y-%m-%dT%H:%M"


def moment_field(label: Any, **options: Any) -> forms.DateTimeField:
    """A date and a time of day, in the reader's zone."""
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MOMENT)
    return forms.DateTimeField(label=label, widget=widget, **options)


class DeclareForm(forms.Form):
    """When, and by what it can be seen. What and about which record was chosen before."""

    occurred_at = moment_field(gettext_lazy("When"))
    until = moment_field(gettext_lazy("Until"), required=False)
    channel = forms.ChoiceField(label=gettext_lazy("By which channel"), choices=list)
    link = forms.URLField(
        label=gettext_lazy("Link to the evidence"),
        required=False,
        max_length=2000,
        assume_scheme="https",
        help_text=gettext_lazy(
            "A recording, a ticket, a page of the portal: what the other team can look at."
        ),
    )
    note = forms.CharField(
        label=gettext_lazy("Note"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Why it is not in the system. The other team reads it."),
    )

    def __init__(self, *args: Any, need: Need, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["occurred_at"].help_text = _("In your time zone, %(zone)s.") % {
            "zone": get_current_timezone_name()
        }
        if need.ended_by is None:
            del self.fields["until"]
        else:
            self.fields["occurred_at"].label = _("From")
            self.fields["until"].required = True
        if need.channels and RecordType.CONTENT in need.types:
            channel: Any = self.fields["channel"]
            channel.choices = [("", _("Choose one")), *channel_choices(need)]
        else:
            del self.fields["channel"]


class DecideForm(forms.Form):
    """The other team's word."""

    why = forms.CharField(
        label=gettext_lazy("Reason"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Needed to refute it; the person who declared it reads this."),
    )
