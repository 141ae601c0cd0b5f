"""One promise in a form that fits its kind, or as YAML; its value is the terms as written."""

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from agreements.composition import compose_commitment
from agreements.document import write_yaml
from agreements.document.order import commitment_in_order
from agreements.editing import changed_meanwhile
from agreements.enums import Kind
from agreements.forms.slots import JUDGED, TOLD, WHAT, Slot, slots, with_value
from agreements.forms.yaml import OWN_FIELDS, YamlField, read_terms_of
from agreements.freezing import canonical_sha256
from agreements.models import AgreementVersion, BusinessCalendar, Commitment
from agreements.terms import Problem, parse_terms
from agreements.terms.nodes import Node, Report
from agreements.terms.parsing import read_terms
from leads.kinds import subject_types
from people.memberships import team_tree
from people.models import Team

LEGENDS = {
    "who": _("Whose it is"),
    WHAT: _("What is promised"),
    JUDGED: _("How it is judged"),
    TOLD: _("When it is missed"),
}


class PromiseForm(forms.Form):
    """Who owes what: the part that is the same for every kind. ``commitment`` is a stored one or a new one
    of a draft, with its kind and the terms to start from."""

    key = forms.SlugField(
        label=_("Key"),
        max_length=64,
        help_text=_("Its name in the API: letters, digits, - and _; unique in the company."),
    )
    title_en = forms.CharField(label=_("Title in English"), required=False, max_length=200)
    title_fr = forms.CharField(label=_("Title in French"), required=False, max_length=200)
    owner = forms.ModelChoiceField(label=_("Owed by the team"), queryset=Team.objects.none())
    calendar = forms.ChoiceField(label=_("Calendar"), required=False)

    def __init__(self, *args: Any, commitment: Commitment, **options: Any) -> None:
        super().__init__(*args, **options)
        self.commitment = commitment
        self.kind = Kind(commitment.kind)
        owner: Any = self.fields["owner"]
        owner.queryset = teams_of(commitment.version)
        calendar: Any = self.fields["calendar"]
        calendar.choices = calendar_choices(commitment.version)
        self.initial = {**self.initial, **_about(commitment)}
        self.seen = canonical_sha256(compose_commitment(commitment)) if commitment.pk else ""

    def clean_key(self) -> str:
        """Keys of commitments are unique in the company, and in their agreement."""
        key, held = self.cleaned_data["key"], self.commitment
        if refusal := key_taken(key, held):
            raise ValidationError(refusal)
        if held.pk and key != held.key and (others := named_beside(held)):
            words = {"others": ", ".join(others), "key": held.key}
            raise ValidationError(_("%(others)s names it as its opposite; keep the key %(key)s.") % words)
        return key

    def clean(self) -> dict[str, Any]:
        """``terms`` as an agreement writes them, where everything could be read. What a page was made of
        (``seen``) must still be what is stored."""
        given = super().clean() or self.cleaned_data
        if self.data.get("seen", self.seen) != self.seen:
            self.add_error(None, list(changed_meanwhile().lines))
        self.read_terms(given)
        beside = given.get("terms", {}).get("beside")
        others = self.commitment.version.commitments.exclude(pk=self.commitment.pk)
        if beside and not others.filter(key=beside).exists():
            words = {"key": beside, "keys": ", ".join(others.values_list("key", flat=True))}
            self.add_error(None, _("beside: there is no other promise %(key)s here; use %(keys)s.") % words)
        return given

    def read_terms(self, given: dict[str, Any]) -> None:
        """Put the terms into what was given, or note what is wrong."""
        raise NotImplementedError

    @property
    def titled(self) -> dict[str, Any]:
        """Title and calendar as the terms have them."""
        return titled(self.cleaned_data, self.cleaned_data.get("calendar") or None)

    def groups(self) -> Iterator[tuple[Any, list[forms.BoundField]]]:
        """The fields in parts, each with its legend."""
        yield LEGENDS["who"], [self[name] for name in PromiseForm.base_fields]


class KindForm(PromiseForm):
    """A promise in fields that fit its kind; what they do not show stays as it was."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.base = {k: v for k, v in self.commitment.terms.items() if k not in ("title", "calendar")}
        self.slots = slots(self.kind, in_two_languages(self.base))
        self.fields |= {name: slot.field for name, slot in self.slots.items()}
        self.initial = {**self.initial, **initial_of(self.slots, self.kind, in_two_languages(self.base))}

    def read_terms(self, given: dict[str, Any]) -> None:
        if self.errors:
            return
        terms = rewritten(self.base, self.slots, given, self.changed_data)
        given["terms"] = self.titled | terms
        for problem in problems_of(self.kind, terms):
            self.add_error(field_of(problem, self.slots), problem.message)

    def groups(self) -> Iterator[tuple[Any, list[forms.BoundField]]]:
        yield from super().groups()
        for part in (WHAT, JUDGED, TOLD):
            fields = [self[name] for name, slot in self.slots.items() if slot.part == part]
            yield LEGENDS[part], fields


class YamlForm(PromiseForm):
    """A promise whose terms are a text in YAML, refused line by line."""

    yaml = YamlField(
        18,
        label=_("Terms as YAML"),
        help_text=_("All that the promise says beside its key, title, owner, kind and calendar."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.initial["yaml"] = terms_as_yaml(self.kind, self.commitment.terms)

    def read_terms(self, given: dict[str, Any]) -> None:
        if "yaml" in given:
            try:
                given["terms"] = self.titled | read_terms_of(self.kind, given["yaml"])
            except ValidationError as error:
                self.add_error("yaml", error)

    def groups(self) -> Iterator[tuple[Any, list[forms.BoundField]]]:
        yield from super().groups()
        yield LEGENDS[WHAT], [self["yaml"]]


def teams_of(version: AgreementVersion) -> Any:
    """The teams that may owe something in this agreement: those it names, and the teams below them."""
    named = {*version.document.get("parties", ()), *version.document.get("teams", ())}
    ids = set(Team.objects.filter(slug__in=named).values_list("pk", flat=True))
    below = [team for team, line in team_tree().items() if line & ids]
    return Team.objects.filter(pk__in=below).order_by("side", "name")


def calendar_choices(version: AgreementVersion) -> list[tuple[str, Any]]:
    """The agreement's calendars first, then the company's others."""
    held = list(version.calendar_uses.order_by("position").values_list("calendar__calendar__key", flat=True))
    others = BusinessCalendar.objects.filter(versions__isnull=False).exclude(key__in=held).distinct()
    first = _("%(calendar)s, the agreement's first") % {"calendar": held[0]} if held else _("day and night")
    keys = [*held[1:], *others.order_by("key").values_list("key", flat=True)]
    return [("", first), *((key, key) for key in keys)]


def key_taken(key: str, commitment: Commitment) -> Any:
    """Why a commitment cannot have this key, None when it can."""
    version = commitment.version
    others = Commitment.objects.filter(key=key)
    if others.filter(version=version).exclude(pk=commitment.pk).exists():
        return _("This agreement has a promise %(key)s already; use another key.") % {"key": key}
    elsewhere = others.exclude(version__agreement_id=version.agreement_id)
    if taken := elsewhere.select_related("version__agreement").first():
        words = {"key": key, "agreement": taken.version.agreement}
        return _("%(key)s is a commitment of the agreement %(agreement)s; use another key.") % words
    return None


def named_beside(commitment: Commitment) -> list[str]:
    """Keys of the other promises of the draft that name this one as their opposite."""
    others = commitment.version.commitments.filter(terms__beside=commitment.key).exclude(pk=commitment.pk)
    return list(others.values_list("key", flat=True))


def titled(given: Mapping[str, Any], calendar: str | None) -> dict[str, Any]:
    """Title and calendar as the terms have them: one language is a string."""
    written = {language: text for language in ("en", "fr") if (text := given.get(f"title_{language}"))}
    title = written["en"] if list(written) == ["en"] else written
    return ({"title": title} if title else {}) | ({"calendar": calendar} if calendar else {})


def titles_of(terms: Mapping[str, Any]) -> dict[str, Any]:
    """The titles by field."""
    title = terms.get("title")
    titles = title if isinstance(title, dict) else {"en": title}
    return {"title_en": titles.get("en"), "title_fr": titles.get("fr")}


def terms_as_yaml(kind: Kind, terms: Mapping[str, Any]) -> str:
    """Terms without title and calendar as a text."""
    shown = {name: value for name, value in terms.items() if name not in ("title", "calendar")}
    return write_yaml(commitment_in_order(kind, shown)) if shown else ""


def initial_of(made: Mapping[str, Slot], kind: Kind, terms: Mapping[str, Any]) -> dict[str, Any]:
    """What each field shows at first: what is written, else what it means when nothing is."""
    parsed = parse_terms(kind, terms)
    defaults = {
        "per": parsed.per.value,
        "target": ">= 100%",
        "min_sample": 1,
        "notify": "digest",
        "outside_hours": "count",
        "each": "team",
    }
    return {name: slot.shown(terms, defaults.get(name)) for name, slot in made.items()}


def rewritten(
    base: Mapping[str, Any], made: Mapping[str, Slot], given: Mapping[str, Any], changed: list[str]
) -> dict[str, Any]:
    """The terms with what was changed; everything else stays as it was written."""
    terms = dict(base)
    for name in changed:
        if name in made:
            path = made[name].path
            if path[0] == "playbook":
                terms = in_two_languages(terms)
            terms = with_value(terms, path, given.get(name))
    return terms


def in_two_languages(terms: Mapping[str, Any]) -> dict[str, Any]:
    """A playbook in one language is the English one."""
    playbook = terms.get("playbook")
    return {**terms, "playbook": {"en": playbook}} if isinstance(playbook, str) else dict(terms)


def problems_of(kind: Kind, terms: Mapping[str, Any]) -> list[Problem]:
    """What is wrong with the whole that no single field could tell."""
    report = Report(subject_types())
    read_terms(kind, Node(terms, (), report), OWN_FIELDS)
    return report.problems


def field_of(problem: Problem, made: Mapping[str, Slot]) -> str | None:
    """The field that a problem is about: the one with the longest common path; None for the whole form."""
    path = tuple(map(str, problem.path))
    near = {
        name: slot.path for name, slot in made.items() if slot.path[: len(path)] == path[: len(slot.path)]
    }
    return max(near, key=lambda name: len(near[name]), default=None) if path else None


def _about(commitment: Commitment) -> dict[str, Any]:
    return {
        "key": commitment.key,
        "owner": commitment.owner_id,
        "calendar": commitment.terms.get("calendar") or "",
        **titles_of(commitment.terms),
    }
