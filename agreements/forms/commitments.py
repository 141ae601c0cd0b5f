"""The admin's form of a commitment: any draft's, its terms as YAML."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from agreements.composition import compose_with
from agreements.document import DocumentError
from agreements.editing import read_whole
from agreements.enums import Kind
from agreements.examples import TERMS
from agreements.forms.promises import key_taken, terms_as_yaml, titled, titles_of
from agreements.forms.yaml import YamlField, read_terms_of
from agreements.models import AgreementVersion, BusinessCalendar, Commitment
from agreements.proposals import calendar_named


class CommitmentForm(forms.ModelForm):
    """One promise of a draft: who owes what, and its terms as YAML."""

    title_en = forms.CharField(label=_("title in English"), required=False, max_length=200)
    title_fr = forms.CharField(label=_("title in French"), required=False, max_length=200)
    calendar_key = forms.ModelChoiceField(
        label=_("calendar"),
        queryset=BusinessCalendar.objects.filter(versions__isnull=False).distinct(),
        to_field_name="key",
        required=False,
        empty_label=_("the agreement's first calendar"),
    )
    yaml = YamlField(18, initial=TERMS[Kind.RESPONSE])

    class Meta:
        model = Commitment
        fields = ("version", "key", "owner", "kind")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if "version" in self.fields:
            drafts: Any = self.fields["version"]
            drafts.queryset = AgreementVersion.objects.drafts().select_related("agreement")
            drafts.help_text = _("Only drafts change. None here? Start a new version of an agreement first.")
        if self.instance.pk:
            self.initial.update(_initial(self.instance))

    def clean_key(self) -> str:
        """Keys of commitments are unique in the company."""
        key = self.cleaned_data["key"]
        held = Commitment(pk=self.instance.pk)
        version = self.cleaned_data.get("version")
        held.version = version or self.instance.version
        if refusal := key_taken(key, held):
            raise ValidationError(refusal)
        return key

    def clean(self) -> dict[str, Any]:
        """The terms as the agreement's YAML would have them: with title and calendar, without the columns."""
        given = super().clean() or self.cleaned_data
        if {"kind", "yaml"} <= given.keys():
            calendar = given.get("calendar_key")
            try:
                terms = read_terms_of(given["kind"], given["yaml"])
                given["terms"] = titled(given, calendar.key if calendar else None) | terms
            except ValidationError as error:
                self.add_error("yaml", error)
        if {"terms", "key", "owner"} <= given.keys():
            self._refuse_wrong_whole(given)
        return given

    def _refuse_wrong_whole(self, given: dict[str, Any]) -> None:
        """The draft as it would be: a goal may be measured by it, another promise may stand beside it."""
        about = {name: given[name] for name in ("key", "owner", "kind", "terms")}
        version = given.get("version") or self.instance.version
        proposed = Commitment(pk=self.instance.pk, version=version, **about)
        proposed.calendar = calendar_named(version, given["terms"].get("calendar"))
        try:
            read_whole(compose_with(proposed))
        except DocumentError as error:
            self.add_error(None, list(error.lines))


def _initial(commitment: Commitment) -> dict[str, Any]:
    return {
        **titles_of(commitment.terms),
        "calendar_key": commitment.terms.get("calendar"),
        "yaml": terms_as_yaml(Kind(commitment.kind), commitment.terms),
    }
