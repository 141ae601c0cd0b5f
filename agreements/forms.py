"""Forms in which agreements are written as YAML, refused with the same lines as files are."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from agreements.document import DocumentError, Parsed, read_yaml, write_yaml
from agreements.document.calendar import read_calendar
from agreements.document.order import commitment_in_order, in_order
from agreements.dumping import dump
from agreements.enums import Kind
from agreements.examples import AGREEMENT, CALENDAR, TERMS
from agreements.loading import load
from agreements.models import AgreementVersion, BusinessCalendar, CalendarVersion, Commitment
from agreements.terms.nodes import Node, Report
from agreements.terms.parsing import read_terms
from leads.kinds import subject_types
from people.models import Team

OWN_FIELDS = ("key", "owner", "kind", "title", "calendar")


class YamlField(forms.CharField):
    """A text area for YAML."""

    def __init__(self, rows: int, **options: Any) -> None:
        widget = forms.Textarea(
            attrs={"rows": rows, "cols": 110, "spellcheck": "false", "class": "vLargeTextField yaml"}
        )
        super().__init__(label=_("YAML"), widget=widget, strip=False, **options)


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
        version = self.cleaned_data.get("version") or self.instance.version
        others = Commitment.objects.filter(key=key).exclude(version__agreement_id=version.agreement_id)
        if taken := others.select_related("version__agreement").first():
            words = {"key": key, "agreement": taken.version.agreement}
            raise ValidationError(
                _("%(key)s is a commitment of the agreement %(agreement)s; use another key.") % words
            )
        return key

    def clean(self) -> dict[str, Any]:
        """The terms as the agreement's YAML would have them: with title and calendar, without the columns."""
        given = super().clean() or self.cleaned_data
        if {"kind", "yaml"} <= given.keys():
            try:
                given["terms"] = self._titled(given) | read_terms_of(given["kind"], given["yaml"])
            except ValidationError as error:
                self.add_error("yaml", error)
        return given

    def _titled(self, given: Mapping[str, Any]) -> dict[str, Any]:
        texts = {language: given.get(f"title_{language}") for language in ("en", "fr")}
        written = {language: text for language, text in texts.items() if text}
        title = written["en"] if list(written) == ["en"] else written
        calendar = given.get("calendar_key")
        return ({"title": title} if title else {}) | ({"calendar": calendar.key} if calendar else {})


class SigningForm(forms.Form):
    """For which party one signs."""

    party = forms.ModelChoiceField(label=_("For"), queryset=Team.objects.none(), empty_label=None)

    def __init__(self, *args: Any, parties: list[Team], **options: Any) -> None:
        super().__init__(*args, **options)
        party: Any = self.fields["party"]
        party.queryset = Team.objects.filter(pk__in=[team.pk for team in parties])


class NewVersionForm(forms.Form):
    """From when the next version counts."""

    effective_from = forms.DateField(
        label=_("Takes effect on"), widget=forms.DateInput(attrs={"type": "date"})
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


def read_terms_of(kind: str, text: str) -> dict[str, Any]:
    """The terms of a commitment as values; ``ValidationError`` with the lines of all that is wrong."""

    def read(node: Node) -> None:
        for name in OWN_FIELDS:
            if isinstance(node.value, dict) and name in node.value:
                node.at(name, None).refuse("has a field of its own above; take it out here")
        read_terms(Kind(kind), node, OWN_FIELDS)

    return read_part(text, read)


def read_part(text: str, read: Any) -> Any:
    """A part of a document as values, checked by ``read``."""
    try:
        parsed = read_yaml(text)
        _check(parsed, read)
    except DocumentError as error:
        raise ValidationError(list(error.lines)) from error
    return parsed.data


def _check(parsed: Parsed, read: Any) -> None:
    report = Report(subject_types())
    read(Node(parsed.data, (), report))
    if report.problems:
        raise parsed.error(report.problems)


def _initial(commitment: Commitment) -> dict[str, Any]:
    terms = dict(commitment.terms)
    title, calendar = terms.pop("title", None), terms.pop("calendar", None)
    titles = title if isinstance(title, dict) else {"en": title}
    return {
        "title_en": titles.get("en"),
        "title_fr": titles.get("fr"),
        "calendar_key": calendar,
        "yaml": write_yaml(commitment_in_order(Kind(commitment.kind), terms)),
    }
