"""Terms: what is left out has its default, and what is written means what CONTRACT §3 says."""

from fractions import Fraction
from pathlib import Path

import pytest

from agreements.document import read_document, read_yaml
from agreements.durations import Duration, Unit
from agreements.enums import Kind, Period
from agreements.terms import Condition, Needs, Selector, Target, TermsError, parse_terms
from agreements.terms.kinds import BaselineTarget, Having, Ramp
from agreements.terms.values import Escalation

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "smarketing.yaml"
LEAST = {"start": {"event": "request.received"}, "stop": {"event": "call.made"}, "within": "2 business hours"}


@pytest.fixture(scope="module")
def parts():
    document = read_document(read_yaml(EXAMPLE.read_text()).data)
    return {part.key: part for part in document.commitments}


def response(**terms):
    return parse_terms("response", LEAST | terms)


def test_what_is_left_out_has_its_default():
    terms = response()

    assert terms.start == (Selector(("request.received",), (), ("anyone",)),)
    assert terms.stop == (Selector(("call.made",), (), ("team",)),)
    assert terms.within == Duration(2, Unit.BUSINESS_HOURS)
    assert terms.target == Target(">=", Fraction(1), percent=True)
    assert (terms.per, terms.warn_at, terms.min_sample) == (Period.MONTH, Fraction(3, 4), 1)
    assert (terms.breach, terms.notify, terms.announce) == ("each", "digest", False)
    assert (terms.outside_hours, terms.subject, terms.early, terms.settle, terms.give_up) == (
        *("count", None),
        *(None, None, None),
    )
    assert (terms.pause, terms.resume, terms.cancel, terms.fail, terms.where, terms.escalate) == ((),) * 6


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ({"account.named": True}, [Condition("account.named", "eq", (True,))]),
        ({"account.tier": [1, 2]}, [Condition("account.tier", "eq", (1, 2))]),
        ({"account.tier": {"eq": "present"}}, [Condition("account.tier", "eq", ("present",))]),
        ({"contact.email": "present"}, [Condition("contact.email", "present")]),
        ({"contact.email": "missing"}, [Condition("contact.email", "missing")]),
        ({"data.attendees": "team"}, [Condition("data.attendees", "team")]),
        ({"contact.buyer_role": {"not": ["other"]}}, [Condition("contact.buyer_role", "not", ("other",))]),
        ({"contact.buyer_role": {"not": "other"}}, [Condition("contact.buyer_role", "not", ("other",))]),
        (
            {"data.wait": {"gte": 1, "lt": 20}},
            [Condition("data.wait", "gte", 1), Condition("data.wait", "lt", 20)],
        ),
        (
            {"lead.created_at": {"newer_than": "30 days"}},
            [Condition("lead.created_at", "newer_than", Duration(30, Unit.DAYS))],
        ),
        ({"deal.attributes.region": "EMEA"}, [Condition("deal.attributes.region", "eq", ("EMEA",))]),
    ],
)
def test_conditions_mean_what_they_say(written, meant):
    assert list(response(where=written).where) == meant


def test_selectors_may_be_one_or_a_list_with_who_and_what_is_needed():
    terms = response(
        stop=[{"event": "lead.accepted"}, {"events": ["lead.rejected"], "by": ["owner", "contact"]}],
        cancel={"event": "lead.rejected", "needs": {"events": ["call.made", "email.sent"], "at_least": 3}},
    )

    assert [(s.events, s.by) for s in terms.stop] == [
        (("lead.accepted",), ("team",)),
        (("lead.rejected",), ("owner", "contact")),
    ]
    assert terms.cancel[0].needs == Needs(("call.made", "email.sent"), 3)


def test_escalations_are_shares_of_the_allowed_time():
    assert response(escalate=[{"at": "150%", "to": "manager"}]).escalate == (
        Escalation(Fraction(3, 2), "manager"),
    )


def test_a_key_with_nothing_behind_it_is_as_if_left_out():
    assert response(cancel=None) == response()


def test_equal_terms_are_parsed_once():
    assert response() is response()


def test_wrong_terms_tell_everything_that_is_wrong():
    with pytest.raises(TermsError) as refused:
        response(within="soon", per="fortnight")

    assert [str(problem).split(":")[0] for problem in refused.value.problems] == ["within", "per"]


@pytest.mark.parametrize(
    ("target", "value", "met"),
    [
        (">= 95%", Fraction(95, 100), True),
        ("> 95%", Fraction(95, 100), False),
        ("< 10%", Fraction(1, 10), False),
        ("<= 10%", Fraction(1, 10), True),
        (">= 99.5%", Fraction(199, 200), True),
    ],
)
def test_a_target_says_whether_its_own_value_meets_it(target, value, met):
    assert response(target=target).target.met_by(value) is met


def test_every_kind_of_the_catalogue_is_there(parts):
    assert {part.kind for part in parts.values()} == set(Kind)


def test_a_rate_may_be_held_against_its_baseline_with_a_ramp(parts):
    terms = parts["mql-to-meeting"].parsed

    assert terms.target == BaselineTarget(">=", Fraction(2, 100), points=True)
    assert terms.ramp == Ramp(Fraction(1, 100), Period.QUARTER)
    assert terms.having == Having(("meeting.held",), within=Duration(30, Unit.DAYS))


def test_a_rate_of_records_has_conditions(parts):
    terms = parts["buyer-roles"].parsed

    assert (terms.of, terms.having) == ("contacts", (Condition("contact.buyer_role", "not", ("other",)),))


def test_a_relative_improvement_is_no_number_of_points():
    terms = parse_terms(
        "rate",
        {
            "of": "leads",
            "having": {"lead.reason": "present"},
            "baseline": {"from": "2025-01-01", "to": "2025-12-31"},
            "target": "> baseline - 2.5%",
        },
    )

    assert terms.target == BaselineTarget(">", Fraction(-1, 40), points=False)


def test_a_volume_counts_each_record_once_unless_something_came(parts):
    (count,) = parts["mql-volume"].parsed.count

    assert (count.selector.events, count.distinct) == (("lead.qualified",), "lead")
    assert count.unless == (Selector(("lead.rejected",), (Condition("data.bad_data", "eq", (True,)),)),)


def test_a_checklist_has_a_time_for_each_step(parts):
    steps = parts["content-enablement"].parsed.steps

    assert dict(steps.within)["content_map"] == Duration(5, Unit.BUSINESS_DAYS)


def test_a_commitment_has_the_first_calendar_unless_it_names_another(parts):
    assert {part.calendar for part in parts.values()} == {"paris"}
