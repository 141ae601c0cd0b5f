"""Forms for whole drafts and calendars, signing, and the next version."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from agreements.document import DocumentError, write_yaml
from agreements.document.calendar import read_calendar
from agreements.document.order import in_order
from agreements.dumping import dump
from agreements.examples import AGREEMENT, CALENDAR
from agreements.forms.fields import MEANT
from agreements.forms.yaml import YamlField, read_part
from agreements.loading import load
from agreements.models import AgreementVersion, CalendarVersion
from people.models import Team


class VersionForm(forms.ModelForm):
    """The whole document of a draft; ``as_of`` is set by the page that shows it."""

    as_of: datetime

    yaml = YamlField(40, initial=AGREEMENT)

    class Meta:
        model = AgreementVersion
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.instance.pk:
            self.initial["yaml"] = dump(self.instance)

    def clean_yaml(self) -> str:
        """Read it as ``load_agreement`` would; a draft keeps its agreement."""
        text = self.cleaned_data["yaml"]
        try:
            loaded = load(text, by="", as_of=self.as_of, dry_run=True)
        except DocumentError as error:
            raise ValidationError(list(error.lines)) from error
        written, held = loaded.version.agreement.key, self.instance
        if held.pk and written != held.agreement.key:
            raise ValidationError(
                _("The key stays %(key)s: another agreement is added as one.") % {"key": held.agreement.key}
            )
        return text


class CalendarForm(forms.ModelForm):
    """A calendar as an agreement writes it; its key is chosen once."""

    key = forms.SlugField(label=_("key"), max_length=64, required=False)
    yaml = YamlField(16, initial=CALENDAR)

    class Meta:
        model = CalendarVersion
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.instance.pk:
            self.initial["yaml"] = write_yaml(in_order(self.instance.definition))

    def clean_key(self) -> str:
        """Asked for when a calendar is added."""
        key = self.cleaned_data["key"]
        if not key and not self.instance.pk:
            raise ValidationError(_("Give it a key: letters, digits, - and _."))
        return key

    def clean_yaml(self) -> Any:
        """The calendar's definition, as values."""
        return read_part(self.cleaned_data["yaml"], read_calendar)


class SigningForm(forms.Form):
    """For which party one signs, and the seal of the words that were read."""

    party = forms.ModelChoiceField(label=_("For"), queryset=Team.objects.none(), empty_label=None)
    seen = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, parties: list[Team], **options: Any) -> None:
        super().__init__(*args, **options)
        party: Any = self.fields["party"]
        party.queryset = Team.objects.filter(pk__in=[team.pk for team in parties])


class NewVersionForm(forms.Form):
    """From when the next version counts."""

    effective_from = forms.DateField(
        label=_("Takes effect on"), validators=MEANT, widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, *args: Any, after: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.after = after

    def clean_effective_from(self) -> date:
        """Later than the version that it replaces."""
        day = self.cleaned_data["effective_from"]
        if day <= self.after:
            raise ValidationError(_("Choose a date after %(date)s.") % {"date": self.after.isoformat()})
        return day
