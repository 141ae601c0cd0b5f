"""Which refused rows are looked at: by source, resource, code, and the record they are about."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from leads.models import QuarantinedRow

#: Field of the form → what it asks for.
ASKS = {
    "source": "batch__source",
    "resource": "batch__resource",
    "code": "code",
    "external_id": "external_id",
}


class QuarantineFilter:
    """The form, the rows that it finds, and the query that finds them again."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.given = {name: str(data.get(name, ""))[:255].strip() for name in ASKS}
        self.form = _Form({name: value for name, value in self.given.items() if value})

    @property
    def rows(self) -> QuerySet[QuarantinedRow]:
        """The refused rows that fit, with their batches."""
        asked = {ASKS[name]: value for name, value in self.given.items() if value}
        return QuarantinedRow.objects.filter(**asked).select_related("batch")

    @property
    def is_narrowed(self) -> bool:
        """Whether anything was asked for."""
        return any(self.given.values())

    @property
    def query(self) -> str:
        """What was asked for, as in an address."""
        return urlencode({name: value for name, value in self.given.items() if value})


class _Form(forms.Form):
    source = forms.ChoiceField(label=_("Source"), required=False)
    resource = forms.ChoiceField(label=_("Resource"), required=False)
    code = forms.ChoiceField(label=_("Reason"), required=False)
    external_id = forms.CharField(label=_("Id of the record"), required=False, max_length=255)

    def __init__(self, data: Mapping[str, Any]) -> None:
        super().__init__(data)
        kept = QuarantinedRow.objects.order_by()
        for name in ("source", "resource", "code"):
            values = set(kept.values_list(ASKS[name], flat=True).distinct()) | {data.get(name)}
            field: Any = self.fields[name]
            field.choices = [("", _("all")), *((value, value) for value in sorted(filter(None, values)))]
