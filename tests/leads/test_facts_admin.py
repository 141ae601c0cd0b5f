"""The admin pages of facts open, show, and change nothing but the company's own values."""

import pytest
from django.urls import reverse

from core.models import AuditEntry
from leads.models import Account, EventKind, QuarantinedRow, Ref
from people.models import User
from tests.factories.leads import event, send

pytestmark = pytest.mark.django_db

FACTS = ["ref", "event", "member", "account", "contact", "lead", "deal", "campaign", "content", "batch"]


@pytest.fixture
def admin(client):
    client.force_login(User.objects.create_superuser(email="root@x.io", password="x"))
    return client


def fill():
    send("members", {"external_id": "1", "email": "a@x.io"})
    send("accounts", {"external_id": "1", "name": "Acme"}, {"external_id": "2", "tier": 1})
    for resource in ("contacts", "leads", "deals", "campaigns", "contents"):
        send(resource, {"external_id": "1", "created_at": "2026-04-01T00:00:00Z"})
    send("events", event())


@pytest.mark.parametrize("name", [*FACTS, "quarantinedrow"])
def test_every_page_of_facts_opens_and_offers_no_change(admin, name):
    fill()
    listed = admin.get(reverse(f"admin:leads_{name}_changelist"))
    first = listed.context["cl"].result_list[0]
    shown = admin.get(reverse(f"admin:leads_{name}_change", args=[first.pk]))

    assert (listed.status_code, shown.status_code) == (200, 200)
    assert admin.get(reverse(f"admin:leads_{name}_add")).status_code == 403
    assert b'name="_save"' not in shown.content


def test_the_page_of_a_reference_shows_its_history(admin):
    send("leads", {"external_id": "1", "status": "mql", "updated_at": "2026-04-01T00:00:00Z"})
    page = admin.get(reverse("admin:leads_ref_change", args=[Ref.objects.get().pk])).content.decode()

    assert "2026-04-01T00:00:00Z" in page
    assert "lead.qualified" in page


def test_a_refused_row_can_be_sent_again_once_the_reason_is_gone(admin):
    send("events", event(kind="demo.given"))
    EventKind.objects.create(name="demo.given", subject="lead")
    row = QuarantinedRow.objects.get()
    data = {"action": "send_again", "_selected_action": [row.pk]}
    admin.post(reverse("admin:leads_quarantinedrow_changelist"), data)

    assert not QuarantinedRow.objects.exists()


def test_an_early_update_can_be_sent_again_and_is_refused_with_todays_reason(admin):
    send("accounts", {"external_id": "2", "tier": 1})
    data = {"action": "send_again", "_selected_action": [QuarantinedRow.objects.get().pk]}
    admin.post(reverse("admin:leads_quarantinedrow_changelist"), data)

    assert QuarantinedRow.objects.get().batch.channel == "replay"
    assert not Account.objects.exists()


def test_a_kind_of_event_is_added_with_a_trace_and_only_in_its_form(admin):
    url = reverse("admin:leads_eventkind_add")
    for wrong in ("Demo", "call.made", "demo given"):
        assert admin.post(url, {"name": wrong, "subject": "lead"}).status_code == 200
    assert admin.post(url, {"name": "demo.given", "subject": "lead"}).status_code == 302

    assert EventKind.objects.get().name == "demo.given"
    assert AuditEntry.objects.filter(object_type="eventkind").exists()


def test_a_kind_in_use_keeps_its_name_and_what_it_is_about(admin):
    kind = EventKind.objects.create(name="demo.given", subject="lead")
    send("events", event(kind="demo.given"))
    admin.post(
        reverse("admin:leads_eventkind_change", args=[kind.pk]), {"name": "demo.held", "subject": "contact"}
    )

    kind.refresh_from_db()
    assert (kind.name, kind.subject) == ("demo.given", "lead")
    assert (
        admin.post(reverse("admin:leads_eventkind_delete", args=[kind.pk]), {"post": "yes"}).status_code
        == 403
    )
