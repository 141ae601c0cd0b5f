"""Conditions of promises, operator by operator and field by field."""

import pytest

from agreements.durations import parse_duration
from agreements.terms.values import Condition
from measurement.conditions import matches
from tests.measurement.builders import (
    ACCOUNT,
    CAMPAIGN,
    CONTACT,
    DEAL,
    LEAD,
    LEAD_2,
    MARKETING,
    SALES,
    KnownWorld,
    at,
    fact,
    subject,
)


def holds(op, wanted, value):
    world = KnownWorld({(CONTACT, "attributes.x"): value})
    condition = Condition("contact.attributes.x", op, wanted)
    return matches([condition], subject=subject(), fact=None, at=at("09:00"), world=world, team_id=SALES)


@pytest.mark.parametrize(
    ("op", "wanted", "value", "expected"),
    [
        ("eq", (1, 2), 2, True),
        ("eq", (1, 2), 3, False),
        ("eq", (1,), 1.0, True),
        ("eq", (1,), "1", True),
        ("eq", ("1",), "01", False),
        ("eq", ("a",), "A", False),
        ("eq", (True,), True, True),
        ("eq", (True,), 1, False),
        ("eq", (1,), True, False),
        ("eq", (False,), False, True),
        ("eq", ("champion",), ["other", "champion"], True),
        ("eq", ("champion",), [], False),
        ("eq", ("a",), None, False),
        ("not", ("other",), "champion", True),
        ("not", ("other",), "other", False),
        ("not", ("other",), ["other", "champion"], True),
        ("not", ("other",), ["other"], False),
        ("not", ("other",), None, False),
        ("not", ("other",), "", False),
        ("gt", 20, 21, True),
        ("gt", 20, 20, False),
        ("gte", 20, 20, True),
        ("lt", 20, "19.5", True),
        ("lt", 20, "soon", False),
        ("lt", 20, True, False),
        ("lte", 20, 20, True),
        ("lte", 20, None, False),
        ("gt", "2026-01-01", "2026-01-01T00:00:01Z", True),
        ("gt", "2026-01-01", at("2025-12-31 23:59"), False),
        ("gt", "b", "c", True),
        ("older_than", "30 days", at("2026-02-01 08:59"), True),
        ("older_than", "30 days", at("2026-02-02 09:00"), False),
        ("newer_than", "30 days", "2026-02-03T09:00:00Z", True),
        ("newer_than", "30 days", None, False),
        ("older_than", "30 days", "yesterday", False),
        ("present", None, 0, True),
        ("present", None, False, True),
        ("present", None, "", False),
        ("present", None, [], False),
        ("missing", None, None, True),
        ("missing", None, [], True),
        ("missing", None, 0, False),
    ],
)
def test_what_a_comparison_says(op, wanted, value, expected):
    wanted = parse_duration(wanted) if op.endswith("_than") else wanted
    assert holds(op, wanted, value) is expected


def test_all_conditions_must_hold():
    world = KnownWorld({(CONTACT, "persona"): "buyer", (CONTACT, "email"): None})
    moment = {"subject": subject(), "fact": None, "at": at("09:00"), "world": world, "team_id": SALES}
    persona, email = Condition("contact.persona", "eq", ("buyer",)), Condition("contact.email", "present")
    assert matches([persona], **moment)
    assert matches([], **moment)
    assert not matches([persona, email], **moment)


class TestFields:
    WORLD = KnownWorld(
        {
            (DEAL, "lead"): LEAD,
            (LEAD, "contact"): CONTACT,
            (LEAD, "campaign"): CAMPAIGN,
            (LEAD, "origin"): "marketing",
            (LEAD_2, "contact"): [(at("08:00"), None), (at("10:00"), CONTACT)],
            (LEAD_2, "origin"): "sales",
            (CONTACT, "account"): ACCOUNT,
            (ACCOUNT, "tier"): [(at("08:00"), 1), (at("12:00"), 2)],
            (CAMPAIGN, "type"): "fair",
        },
        leads={CONTACT: [LEAD, LEAD_2]},
        names={CAMPAIGN: "spring-fair"},
    )

    def holds(self, field, value, about, fact=None, when="09:00"):
        condition = Condition(field, "eq", (value,))
        return matches([condition], subject=about, fact=fact, at=at(when), world=self.WORLD, team_id=SALES)

    @pytest.mark.parametrize(
        ("field", "value", "ref", "type"),
        [
            ("account.tier", 1, ACCOUNT, "account"),
            ("account.tier", 1, CONTACT, "contact"),
            ("account.tier", 1, LEAD, "lead"),
            ("account.tier", 1, DEAL, "deal"),
            ("lead.origin", "marketing", CONTACT, "contact"),
            ("lead.origin", "marketing", DEAL, "deal"),
            ("campaign.type", "fair", CONTACT, "contact"),
            ("campaign.type", "fair", DEAL, "deal"),
            ("lead.campaign", "spring-fair", LEAD, "lead"),
        ],
    )
    def test_a_field_is_found_through_the_links(self, field, value, ref, type):
        assert self.holds(field, value, subject(ref=ref, type=type))

    def test_values_and_links_are_those_of_the_instant(self):
        assert not self.holds("account.tier", 1, subject(), when="12:00")
        assert not self.holds("lead.origin", "sales", subject(), when="09:59")
        assert self.holds("lead.origin", "sales", subject(), when="10:00")

    def test_what_the_event_names_comes_before_the_links(self):
        named = fact("request.received", "11:00", refs={"contact": CONTACT, "lead": LEAD})
        assert not self.holds("lead.origin", "sales", subject(), named, when="11:00")

    def test_a_record_without_links_of_its_own_is_reached_from_what_the_event_names(self):
        received = fact("call.received", "09:00", refs={"call": 99, "contact": CONTACT})
        assert self.holds("account.tier", 1, subject(ref=99, type="call"), received)

    def test_no_such_record_is_a_missing_value(self):
        lonely = subject(ref=11)
        missing = Condition("account.tier", "missing")
        moment = {"subject": lonely, "fact": None, "at": at("09:00"), "world": self.WORLD, "team_id": SALES}
        assert matches([missing], **moment)
        assert not self.holds("account.tier", 1, lonely)

    def test_data_is_the_event_s_own(self):
        told = fact("call.abandoned", "09:00", data={"wait": 10, "line": {"name": "north"}})
        assert self.holds("data.wait", 10, subject(), told)
        assert self.holds("data.line.name", "north", subject(), told)
        assert not self.holds("data.other", 10, subject(), told)
        assert not self.holds("data.wait", 10, subject(), None)


class TestTeam:
    def holds(self, field, team_id, world=None, **data):
        held = fact("meeting.held", "09:00", data=data)
        return matches(
            [Condition(field, "team")],
            subject=subject(),
            fact=held,
            at=held.at,
            world=world or KnownWorld(),
            team_id=team_id,
        )

    def test_a_member_of_the_team_is_among_the_attendees(self):
        assert self.holds("data.attendees", MARKETING, attendees=["rae", "mia", "stranger"])
        assert not self.holds("data.attendees", MARKETING, attendees=["rae"])
        assert not self.holds("data.attendees", MARKETING)

    def test_the_record_s_owner_is_of_the_team(self):
        world = KnownWorld({(CONTACT, "owner"): 103})
        assert self.holds("contact.owner", MARKETING, world)
        assert not self.holds("contact.owner", SALES, world)
