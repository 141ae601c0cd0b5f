"""What people fill in about an exception."""

from datetime import date, datetime, timedelta
from typing import Any, ClassVar, cast
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from measurement.periods import midnight
from people.memberships import teams_under
from people.models import User
from reporting import words
from reporting.acting import Act
from reporting.enums import RootCause
from reporting.models import Breach
from reporting.showing.reader import Reader

AREA = {"rows": 3}


class ActForm(forms.Form):
    """Several of these stand on one page: the ids of their fields begin with the act."""

    act: ClassVar[Act]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": f"{self.act}_%s", **kwargs})

    def values(self) -> dict[str, Any]:
        """What the act is told."""
        return self.cleaned_data


class ResolveForm(ActForm):
    """Why it was missed, and what changes."""

    act = Act.RESOLVE

    root_cause = forms.ChoiceField(label=gettext_lazy("Root cause"), choices=list)
    note = forms.CharField(
        label=gettext_lazy("Note"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs=AREA),
        help_text=gettext_lazy("What held it up, and what changes so that it does not happen again."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        causes = [(cause.value, words.root_cause(cause)) for cause in RootCause]
        cast("forms.ChoiceField", self.fields["root_cause"]).choices = [("", _("Choose a cause")), *causes]


class DisputeForm(ActForm):
    """Why it is wrong, and what shows it."""

    act = Act.DISPUTE

    note = forms.CharField(
        label=gettext_lazy("Why it is wrong"),
        max_length=2000,
        widget=forms.Textarea(attrs=AREA),
        help_text=gettext_lazy("A manager of the other team reads it and decides."),
    )
    evidence = forms.URLField(
        label=gettext_lazy("A link that shows it"),
        required=False,
        max_length=2000,
        assume_scheme="https",
        help_text=gettext_lazy("The call in the phone system, the mail, the ticket."),
    )


class WaiveForm(ActForm):
    """Why it does not count, and perhaps until when it must be done."""

    act = Act.WAIVE

    note = forms.CharField(
        label=gettext_lazy("Why it does not count"), max_length=2000, widget=forms.Textarea(attrs=AREA)
    )
    until = forms.DateField(
        label=gettext_lazy("If it is done by"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("This day included. Left empty it is waived for good."),
    )

    def __init__(self, *args: Any, user: User, now: datetime, is_period: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._zone, self._now = user.timezone, now
        if is_period:
            del self.fields["until"]

    def clean_until(self) -> date | None:
        """Today or later, by the reader's own days."""
        day: date | None = self.cleaned_data["until"]
        if day is not None and day < self._now.astimezone(ZoneInfo(self._zone)).date():
            raise forms.ValidationError(_("This day is over; choose one to come, or leave it empty."))
        return day

    def values(self) -> dict[str, Any]:
        """The end of the day as an instant."""
        day = self.cleaned_data.get("until")
        until = midnight(day + timedelta(days=1), self._zone) if day else None
        return {"note": self.cleaned_data["note"], "until": until}


class RefuseForm(ActForm):
    """Why the miss stands."""

    act = Act.REFUSE

    note = forms.CharField(
        label=gettext_lazy("Why the miss stands"),
        max_length=2000,
        widget=forms.Textarea(attrs=AREA),
        help_text=gettext_lazy("Whoever disputed it reads this."),
    )


class CommentForm(ActForm):
    """Something to say."""

    act = Act.COMMENT

    text = forms.CharField(
        label=gettext_lazy("Your comment"),
        max_length=4000,
        widget=forms.Textarea(attrs=AREA),
        help_text=gettext_lazy("@ and somebody's address, or its first part, tells them: @claire.martin."),
    )


class AssignForm(ActForm):
    """Who deals with it: people of the team that owes it, those whom the reader may name."""

    act = Act.ASSIGN

    member = forms.ModelChoiceField(label=gettext_lazy("Give it to"), queryset=User.objects.none())

    def __init__(self, *args: Any, breach: Breach, reader: Reader, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        during = {"memberships__during__contains": reader.as_of, "is_active": True}
        people = User.objects.filter(memberships__team__in=teams_under(breach.team_id), **during).distinct()
        if not reader.sight.sees_names_of(breach.team_id):
            people = people.filter(pk__in=reader.sight.acting_ids)
        chosen = cast("forms.ModelChoiceField[User]", self.fields["member"])
        chosen.queryset = people.order_by("name", "email")
        chosen.empty_label = _("Choose a person")

    def values(self) -> dict[str, Any]:
        """To whom."""
        return {"to": self.cleaned_data["member"]}
