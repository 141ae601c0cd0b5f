"""Memberships follow the history of the CRM's members."""

from datetime import UTC, datetime

import pytest

from people.models import Membership
from tests.factories.leads import send

pytestmark = pytest.mark.django_db

OLD, NEW = datetime(2026, 4, 1, tzinfo=UTC), datetime(2026, 4, 5, tzinfo=UTC)


def member(at, **fields):
    return {"external_id": "r1", "updated_at": at.isoformat(), "email": "rae@example.com", **fields}


def spells():
    rows = Membership.objects.select_related("user", "team").order_by("user__email", "team__slug", "during")
    return [(row.user.email, row.team.slug, row.during.lower, row.during.upper) for row in rows]


def test_the_first_known_team_holds_before_it_was_known():
    send("members", member(OLD, team="sales"))

    assert spells() == [("rae@example.com", "sales", None, None)]


def test_a_change_of_team_ends_one_membership_and_begins_the_next():
    send("members", member(NEW, team="marketing"))
    send("members", member(OLD, team="sales"))

    assert spells() == [("rae@example.com", "marketing", NEW, None), ("rae@example.com", "sales", None, NEW)]


@pytest.mark.parametrize("left", [{"active": False}, {"deleted_at": NEW.isoformat()}, {"team": None}])
def test_one_who_left_keeps_the_time_before(left):
    send("members", member(OLD, team="sales"), member(NEW, **left))

    assert spells() == [("rae@example.com", "sales", None, NEW)]


def test_one_who_is_first_seen_inactive_was_there_until_then():
    send("members", member(OLD, team="sales", active=False))

    assert spells() == [("rae@example.com", "sales", None, OLD)]


def test_a_new_address_takes_the_memberships_along():
    send("members", member(OLD, team="sales"))
    send("members", {**member(NEW), "email": "rae.new@example.com"})

    assert spells() == [("rae.new@example.com", "sales", None, None)]


def test_one_person_in_two_systems_has_one_membership():
    send("members", member(OLD, team="sales"))
    send("members", {**member(NEW, team="sales"), "email": "RAE@example.com"}, source="phone")

    assert spells() == [("rae@example.com", "sales", None, None)]
