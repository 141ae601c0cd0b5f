"""Which buyer roles a tier requires: by instant, by hand, and what most companies begin with."""

from datetime import UTC, datetime
from importlib import import_module

import pytest
import time_machine
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.urls import reverse

from core.models import AuditEntry, ChangeMark
from leads.models import TierRoles
from people.models import User

pytestmark = pytest.mark.django_db

JANUARY, MARCH = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def rows() -> None:
    TierRoles.objects.all().delete()
    TierRoles.objects.create(tier=1, since=JANUARY, roles=["champion"])
    TierRoles.objects.create(tier=1, since=MARCH, roles=["champion", "decision_maker"])
    TierRoles.objects.create(tier=2, since=MARCH, roles=[])


@pytest.fixture
def admin(client):
    client.force_login(User.objects.create_superuser(email="root@x.io", password="x"))
    return client


#: When it is asked, and what is required of tier 1; tier 2 never required anything.
ASKED = [
    (datetime(2020, 1, 1, tzinfo=UTC), ("champion",)),
    (JANUARY, ("champion",)),
    (datetime(2026, 2, 28, 23, 59, tzinfo=UTC), ("champion",)),
    (MARCH, ("champion", "decision_maker")),
]


@pytest.mark.parametrize(("instant", "roles"), ASKED)
def test_a_tier_requires_what_was_said_last_by_then(instant, roles):
    assert TierRoles.objects.at(instant) == {1: roles, 2: ()}


@pytest.mark.parametrize("roles", [["boss"], ["champion", "champion"], ["champion", ""]])
def test_only_buyer_roles_each_once_are_accepted(roles):
    with pytest.raises(ValidationError):
        TierRoles(tier=1, since=MARCH, roles=roles).full_clean()


def test_a_tier_says_one_thing_at_an_instant():
    with pytest.raises(IntegrityError):
        TierRoles.objects.create(tier=1, since=MARCH, roles=[])


def test_the_migration_gives_what_most_companies_begin_with():
    TierRoles.objects.all().delete()
    import_module("leads.migrations.0004_required_buyer_roles").add(apps, None)
    assert TierRoles.objects.at(MARCH) == {
        1: ("economic_buyer", "champion", "decision_maker", "technical_evaluator"),
        2: ("decision_maker", "champion"),
        3: ("decision_maker",),
    }
    for row in TierRoles.objects.all():
        row.full_clean()


def test_by_hand_a_row_is_added_from_now_on_and_what_was_stays(admin):
    now = datetime(2026, 4, 10, 12, tzinfo=UTC)
    with time_machine.travel(now, tick=False):
        admin.post(reverse("admin:leads_tierroles_add"), {"tier": 1, "roles": ["blocker"]})
    added = TierRoles.objects.get(since=now)
    assert (added.tier, added.roles) == (1, ["blocker"])
    assert TierRoles.objects.at(MARCH)[1] == ("champion", "decision_maker")
    assert ChangeMark.objects.get().kind == "definition"
    assert AuditEntry.objects.filter(object_type="tierroles", object_id=str(added.pk)).exists()


def test_by_hand_no_row_is_changed_or_deleted(admin):
    row = TierRoles.objects.get(tier=2)
    assert admin.get(reverse("admin:leads_tierroles_changelist")).status_code == 200
    page = admin.get(reverse("admin:leads_tierroles_change", args=[row.pk]))
    assert page.status_code == 200
    assert b'name="_save"' not in page.content
    assert admin.post(reverse("admin:leads_tierroles_delete", args=[row.pk])).status_code == 403
    admin.post(reverse("admin:leads_tierroles_add"), {"tier": 1, "roles": ["boss"]})
    assert TierRoles.objects.count() == 3
