"""The forms by which a record is put right."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leads.enums import RecordType
from leads.ingestion.resources import BY_TYPE, Field
from leads.models import Ref
from reporting.declare_forms import moment_field

YES = {
    "yes": True,
    "true": True,
    "1": True,
    "oui": True,
    "no": False,
    "false": False,
    "0": False,
    "non": False,
}


class ActForm(forms.Form):
    """An act on one record; ``sure`` comes back from the preview."""

    def __init__(self, *args: Any, ref: Ref, **options: Any) -> None:
        super().__init__(*args, **options)
        self.ref = ref

    def arguments(self) -> dict[str, Any]:
        """What the act takes."""
        return {}


class CorrectForm(ActForm):
    """One field."""

    field = forms.ChoiceField(label=gettext_lazy("Field"), choices=list)
    value = forms.CharField(
        label=gettext_lazy("Right value"),
        required=False,
        max_length=500,
        help_text=gettext_lazy(
            "Empty: nothing. yes or no; an instant as 2026-03-31T09:00:00Z; several separated by commas; "
            "another record by its id in the source."
        ),
    )
    since = moment_field(
        gettext_lazy("Right until"),
        required=False,
        help_text=gettext_lazy("Empty: it was never right, in all that was said of it."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["field"]
        field.choices = [(name, name) for name in BY_TYPE[RecordType(self.ref.type)].fields]

    def clean(self) -> dict[str, Any]:
        """The value as the API would send it."""
        given = super().clean() or self.cleaned_data
        if "field" in given and "value" in given:
            try:
                fields: Mapping[str, Field] = BY_TYPE[RecordType(self.ref.type)].fields
                given["typed"] = typed(fields[given["field"]], given["value"])
            except ValueError:
                self.add_error("value", ValidationError(_("This is no value of this field."), code="invalid"))
        return given

    def arguments(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {"field": given["field"], "value": given["typed"], "since": given["since"]}


class DeleteForm(ActForm):
    """When it went."""

    at = moment_field(gettext_lazy("Deleted"), required=False, help_text=gettext_lazy("Empty: now."))

    def arguments(self) -> dict[str, Any]:
        return {"at": self.cleaned_data["at"]}


class MergeForm(ActForm):
    """The record that stays."""

    into = forms.CharField(
        label=gettext_lazy("Id of the record that stays"),
        max_length=255,
        help_text=gettext_lazy("In the same source and of the same type."),
    )

    def clean_into(self) -> Ref:
        """The record itself."""
        found = Ref.objects.filter(
            source=self.ref.source, type=self.ref.type, external_id=self.cleaned_data["into"].strip()
        ).first()
        if found is None:
            raise ValidationError(_("There is no such record in this source."), code="unknown")
        return found

    def arguments(self) -> dict[str, Any]:
        return {"into": self.cleaned_data["into"]}


def typed(field: Field, text: str) -> Any:
    """A text as the value that the API would send. Raises ValueError."""
    text = text.strip()
    if not text:
        return None
    match field.cast:
        case "boolean":
            if text.lower() not in YES:
                raise ValueError(text)
            return YES[text.lower()]
        case "integer":
            return int(text)
        case "bigint" if not field.link:
            return int(text)
        case "text[]":
            return [part.strip() for part in text.split(",") if part.strip()]
    return text
