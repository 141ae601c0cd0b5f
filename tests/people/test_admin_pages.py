"""Every admin page of the ground floor and of people."""

from datetime import UTC, datetime

import pytest
from django.contrib.admin import site
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.models import AuditEntry, OutboxMessage
from tests.factories import core as ground
from tests.factories import people

OURS = {
    "core_auditentry": ground.AuditEntryFactory,
    "core_changemark": ground.ChangeMarkFactory,
    "core_heartbeat": ground.HeartbeatFactory,
    "core_idempotencykey": ground.IdempotencyKeyFactory,
    "core_outboxmessage": ground.OutboxMessageFactory,
    "core_senderaddress": ground.SenderAddressFactory,
    "people_absence": people.AbsenceFactory,
    "people_apitoken": people.ApiTokenFactory,
    "people_invitation": people.InvitationFactory,
    "people_membership": people.MembershipFactory,
    "people_team": people.TeamFactory,
    "people_user": people.UserFactory,
    "people_workinghours": people.WorkingHoursFactory,
}
WRITTEN_BY_THE_APPLICATION = {name for name in OURS if name.startswith("core_")} | {
    "people_invitation",
    "people_workinghours",
}

pytestmark = [pytest.mark.django_db, pytest.mark.urls("slahub.urls")]


def test_every_model_of_these_rooms_has_an_admin():
    models = {
        m._meta.label_lower.replace(".", "_")
        for m in site._registry
        if m._meta.app_label in ("core", "people")
    }

    assert models == set(OURS)


@pytest.mark.parametrize("name", OURS)
def test_every_page_of_the_admin_opens(desk, name):
    row = OURS[name]()

    assert desk.get(reverse(f"admin:{name}_changelist"), {"q": "a"}).status_code in (200, 302)
    assert desk.get(reverse(f"admin:{name}_changelist")).status_code == 200
    assert desk.get(reverse(f"admin:{name}_change", args=[row.pk])).status_code == 200
    assert desk.get(reverse(f"admin:{name}_add")).status_code == (
        403 if name in WRITTEN_BY_THE_APPLICATION else 200
    )


def admin_list_queries(desk, name: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        desk.get(reverse(f"admin:{name}_changelist"))
    return len(queries)


@pytest.mark.parametrize("name", sorted(set(OURS) - {"core_senderaddress"}))  # of which there is one only
def test_a_list_costs_the_same_with_one_row_and_with_three(desk, name):
    OURS[name]()
    one = admin_list_queries(desk, name)
    OURS[name]()
    OURS[name]()

    assert admin_list_queries(desk, name) == one


@pytest.mark.parametrize("name", sorted(WRITTEN_BY_THE_APPLICATION))
def test_what_the_application_writes_cannot_be_deleted_by_hand(desk, name):
    row = OURS[name]()

    assert desk.post(reverse(f"admin:{name}_delete", args=[row.pk]), {"post": "yes"}).status_code == 403


def test_a_stuck_message_is_sent_again(desk, boss):
    stuck = ground.OutboxMessageFactory(state="unknown")
    sent = ground.OutboxMessageFactory(state="sent", sent_at=datetime(2026, 4, 3, tzinfo=UTC))
    url = reverse("admin:core_outboxmessage_changelist")

    answer = desk.post(url, {"action": "send_again", "_selected_action": [stuck.pk, sent.pk]}, follow=True)

    assert "1 message will be sent again." in answer.content.decode()
    assert "only an unknown or failed message" in answer.content.decode()
    assert sorted(OutboxMessage.objects.values_list("state", flat=True)) == ["ready", "sent"]
    assert AuditEntry.objects.get().actor == boss


def test_who_may_only_look_at_messages_sends_none(client):
    clerk = people.UserFactory(is_staff=True)
    clerk.user_permissions.add(
        Permission.objects.get(
            content_type=ContentType.objects.get_for_model(OutboxMessage), codename__startswith="view"
        )
    )
    client.force_login(clerk)
    stuck = ground.OutboxMessageFactory(state="unknown")

    client.post(
        reverse("admin:core_outboxmessage_changelist"),
        {"action": "send_again", "_selected_action": [stuck.pk]},
    )

    stuck.refresh_from_db()
    assert stuck.state == "unknown"
