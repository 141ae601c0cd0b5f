"""The term ``complete`` and the steps of a checklist as they are written, read and written again."""

from fractions import Fraction

import pytest

from agreements.document.order import commitment_in_order
from agreements.enums import Kind
from agreements.terms import TermsError, parse_terms
from agreements.terms.values import Complete

UPLOAD = {
    "start": {"event": "campaign.ended"},
    "stop": {"event": "campaign.leads_uploaded", "by": "anyone"},
    "within": "24 hours",
}
COMPLETE = {"count": "data.leads", "of": "campaign.expected_leads", "at_least": "90%"}


def test_it_is_read_and_left_out_where_it_is_not_said():
    terms = parse_terms("response", {**UPLOAD, "complete": COMPLETE})
    assert terms.complete == Complete("data.leads", "campaign.expected_leads", Fraction(9, 10))
    assert parse_terms("response", UPLOAD).complete is None


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"at_least": None}, "complete: at_least is missing"),
        ({"at_least": "0%"}, "complete.at_least: is no part of a whole"),
        ({"at_least": "120%"}, "complete.at_least: is no part of a whole"),
        ({"at_least": 0.9}, "complete.at_least: 0.9 is not a share"),
        ({"count": "leads"}, 'complete.count: "leads": no such field'),
        ({"of": "campaign.expected_lead"}, "did you mean expected_leads?"),
        ({"share": "90%"}, "complete.share: unknown key"),
    ],
)
def test_what_cannot_be_is_refused_at_its_place(change, problem):
    with pytest.raises(TermsError) as refused:
        parse_terms("response", {**UPLOAD, "complete": {**COMPLETE, **change}})
    assert problem in str(refused.value)


def test_its_keys_are_written_in_the_order_in_which_one_reads_them():
    stored = {**UPLOAD, "complete": dict(sorted(COMPLETE.items()))}
    written = commitment_in_order(Kind.RESPONSE, stored)
    assert list(written["complete"]) == ["count", "of", "at_least"]
    assert list(written)[-2:] == ["within", "complete"]


STEPS = {"event": "content.announced", "field": "channel"}


def test_the_steps_of_a_checklist_are_in_the_order_of_their_time():
    values = {"training": "10 business days", "portal": "2 days", "map": "30 hours", "email": "2 days"}
    terms = parse_terms(
        "checklist", {"start": {"event": "content.published"}, "steps": {**STEPS, "values": values}}
    )
    assert [value for value, _ in terms.steps.within] == ["map", "email", "portal", "training"]


def test_a_checklist_without_steps_is_refused():
    with pytest.raises(TermsError, match="write at least one step"):
        parse_terms("checklist", {"start": {"event": "content.published"}, "steps": {**STEPS, "values": {}}})
