"""Promises in forms: untouched they say what they said, changed they say the change, wrong they name the field."""

# ruff: noqa: E501 - a table is read best with one case a line

from typing import Any

import pytest

from agreements.catalogue import Entry, by_key, entries
from agreements.document import read_yaml
from agreements.enums import Kind
from agreements.examples import TERMS
from agreements.forms import KindForm, PromiseForm, YamlForm
from agreements.models import Commitment
from people.models import Team
from tests.factories.agreements import SIMPLE, drafted

pytestmark = pytest.mark.django_db


@pytest.fixture
def version():
    return drafted(SIMPLE)


def commitment_of(version: Any, kind: str, terms: dict[str, Any], key: str = "it") -> Commitment:
    owner = Team.objects.get(slug="sales")
    return Commitment(version=version, key=key, kind=kind, owner=owner, terms=dict(terms))


def posted(form: PromiseForm) -> dict[str, Any]:
    """What a browser sends for the form as it is shown."""
    data: dict[str, Any] = {}
    for name, field in form.fields.items():
        value = form[name].value()
        if hasattr(field.widget, "widgets"):
            parts = field.widget.decompress(value)
            names = field.widget.widgets_names
            data |= {f"{name}{part}": v for part, v in zip(names, parts, strict=True) if v is not None}
        elif value is not None:
            data[name] = value.replace("\n", "\r\n") if isinstance(value, str) else value
    return data


def saved(commitment: Commitment, form_class: type[PromiseForm] = KindForm, **changes: Any) -> PromiseForm:
    """The form sent with these changes; None takes a field out."""
    data = posted(form_class(commitment=commitment)) | changes
    form = form_class({k: v for k, v in data.items() if v is not None}, commitment=commitment)
    form.is_valid()
    return form


@pytest.mark.parametrize("form_class", [KindForm, YamlForm])
@pytest.mark.parametrize("entry", entries(), ids=lambda entry: entry.key)
def test_a_promise_of_the_catalogue_goes_through_its_form_unchanged(
    version: Any, entry: Entry, form_class: type[PromiseForm]
) -> None:
    form = saved(commitment_of(version, entry.kind, entry.terms, entry.key), form_class)

    assert form.errors == {}
    assert form.cleaned_data["terms"] == entry.terms


@pytest.mark.parametrize("kind", list(Kind))
def test_the_example_of_each_kind_goes_through_its_form_unchanged(version: Any, kind: Kind) -> None:
    terms = read_yaml(TERMS[kind]).data

    assert saved(commitment_of(version, kind, terms)).cleaned_data["terms"] == terms


@pytest.mark.parametrize(
    ("key", "changes", "path", "written"),
    [
        ("decision", {"within_amount": 3, "within_unit": "business hours"}, ("within",), "3 business hours"),
        ("decision", {"within_amount": 0}, ("within",), "0 business days"),
        ("decision", {"target_op": ">", "target_value": "92.5"}, ("target",), "> 92.5%"),
        ("decision", {"per": "week", "min_sample": 5}, ("per",), "week"),
        ("decision", {"where": "lead.origin: marketing\nlead.score: {gte: 40}"}, ("where",), {"lead.origin": "marketing", "lead.score": {"gte": 40}}),
        ("decision", {"settle_amount": 4, "settle_unit": "business hours"}, ("settle",), "4 business hours"),
        ("decision", {"calendar": ""}, ("calendar",), None),
        ("event-upload", {"early_amount": "", "early_unit": "days"}, ("early",), None),
        ("event-upload", {"where": ""}, ("where",), None),
        ("call-wait", {"outside_hours": "next_opening"}, ("outside_hours",), "next_opening"),
        ("content-enablement", {"step_3_amount": 15}, ("steps", "values", "training"), "15 business days"),
        ("buyer-roles", {"target_op": ">=", "target_value": "0.5"}, ("target",), ">= 0.5%"),
        ("mql-to-meeting", {"target_base": "relative", "target_value": "10"}, ("target",), ">= baseline + 10%"),
        ("mql-to-meeting", {"target_value": "-1"}, ("target",), ">= baseline - 1 points"),
        ("mql-to-meeting", {"having_within_amount": 45}, ("having", "within"), "45 days"),
        ("mql-to-meeting", {"baseline_from": "2025-01-01"}, ("baseline", "from"), "2025-01-01"),
        ("mql-to-meeting", {"ramp_by": "0.5"}, ("ramp", "by"), "0.5 points"),
        ("mql-to-meeting", {"ramp_by": "", "ramp_every": ""}, ("ramp",), None),
        ("new-contacts", {"target_value": "8"}, ("target",), ">= 8"),
        ("new-contacts", {"each": "member"}, ("each",), "member"),
        ("new-contacts", {"until": "", "prorate": ""}, ("until",), None),
        ("web-chat", {"target_value": "80"}, ("target",), ">= 80%"),
        ("web-chat", {"notify": "none"}, ("notify",), "none"),
        ("web-chat", {"playbook_fr": "Autre chose."}, ("playbook", "fr"), "Autre chose."),
        ("web-chat", {"title_fr": ""}, ("title",), "Web chat is staffed"),
    ],
)  # fmt: skip
def test_a_change_is_written_as_an_agreement_writes_it_and_nothing_else_changes(
    version: Any, key: str, changes: dict[str, Any], path: tuple[str, ...], written: Any
) -> None:
    entry = by_key(key)
    assert entry is not None
    form = saved(commitment_of(version, entry.kind, entry.terms, key), **changes)

    assert form.errors == {}
    value: Any = form.cleaned_data["terms"]
    for step in path:
        value = value.get(step) if value else None
    assert value == written
    touched = {path[0], *(["min_sample"] if "min_sample" in changes else []), *changes}
    others = form.cleaned_data["terms"].items()
    assert {k: v for k, v in others if k not in touched} == {
        k: v for k, v in entry.terms.items() if k not in touched
    }


@pytest.mark.parametrize(
    ("key", "changes", "field", "told"),
    [
        ("decision", {"within_amount": ""}, "within", "This field is required."),
        ("decision", {"within_amount": 9999, "within_unit": "days"}, "within", "Longer than ten years: take a shorter time."),
        ("decision", {"target_value": ""}, "target", "This field is required."),
        ("decision", {"where": "lead.orign: a"}, "where", "line 1, lead.orign: a lead has no such field; did you mean origin? (one of your own is lead.attributes.orign)"),
        ("decision", {"where": "lead.origin: a\nlead.score: {over: 3}"}, "where", "line 2, lead.score.over: unknown comparison; use eq, not, gt, gte, lt, lte, older_than, newer_than"),
        ("decision", {"where": "nonsense"}, "where", 'line 1: expected a mapping, got "nonsense"'),
        ("decision", {"key": "inbound"}, "key", "This agreement has a promise inbound already; use another key."),
        ("buyer-roles", {"target_value": "-3", "target_base": "%"}, "target", "A share is not negative: write a number from 0 on."),
        ("buyer-roles", {"target_base": "points"}, "target", "the target names the baseline, which is missing; write baseline: {from: 2025-07-01, to: 2025-12-31}"),
        ("mql-to-meeting", {"baseline_from": "2026-02-01"}, "baseline_from", "ends before it starts: \"2026-02-01\" is after \"2025-12-31\""),
        ("mql-to-meeting", {"baseline_to": ""}, "baseline_from", "to is missing"),
        ("mql-to-meeting", {"ramp_by": ""}, "ramp_every", "by is missing"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_at_its_field_with_the_fix(
    version: Any, key: str, changes: dict[str, Any], field: str, told: str
) -> None:
    entry = by_key(key)
    assert entry is not None
    commitment = commitment_of(version, entry.kind, entry.terms, key)
    form = saved(commitment, **changes)

    assert form.errors == {field: [told]}


def test_yaml_is_refused_line_by_line(version: Any) -> None:
    commitment = commitment_of(version, "response", read_yaml(TERMS[Kind.RESPONSE]).data)
    form = saved(
        commitment, YamlForm, yaml="start: {event: request.recieved}\nstop: {event: call.made}\nwithin: soon"
    )

    assert [error.partition(":")[0] for error in form.errors["yaml"]] == [
        "line 1, start.event",
        "line 3, within",
    ]


def test_a_key_that_others_stand_beside_stays() -> None:
    version = drafted(
        SIMPLE
        + "  - {key: other, owner: sales, kind: response, start: {event: lead.qualified}, stop: {event: call.made}, within: 1 day, beside: inbound}\n"
    )
    held = version.commitments.select_related("owner", "version__agreement").get(key="inbound")

    assert saved(held, key="outbound").errors == {
        "key": ["other names it as its opposite; keep the key inbound."]
    }
    assert saved(held, target_value="90").errors == {}


def test_an_opposite_must_be_there(version: Any) -> None:
    terms = read_yaml(TERMS[Kind.VOLUME]).data
    form = saved(
        commitment_of(version, "volume", terms), YamlForm, yaml=TERMS[Kind.VOLUME] + "beside: gone\n"
    )

    assert form.non_field_errors() == ["beside: there is no other promise gone here; use inbound."]
