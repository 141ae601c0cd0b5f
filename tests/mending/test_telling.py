"""Who hears of a fact that was declared by hand, and of what became of it."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from core.models import OutboxMessage
from leads.models import Contact, Declaration
from people.models import User
from reporting.models import Notice
from reporting.noticing.mailing import mail_due
from tests.pages.story import NOW

pytestmark = pytest.mark.django_db


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def declaration(story) -> Declaration:
    """Marie says that she called Lea; entered on the page."""
    story.overdue("lea", owner="marie")
    lea = Contact.objects.get(ref__external_id="lea").ref
    given = {"kind": "call.made", "about": lea.pk, "occurred_at": "2026-03-04T10:30"}
    browser(story.marie).post(reverse("declare_send"), given | {"link": "", "note": "From my mobile"})
    return Declaration.objects.get()


def told(kind: str) -> list[str]:
    return sorted(Notice.objects.filter(kind=kind).values_list("recipient__email", flat=True))


def test_the_other_teams_manager_hears_of_it_and_is_led_to_its_page(story, declaration) -> None:
    assert told("declared") == [story.max.email]
    listed = browser(story.max).get(reverse("notices")).content.decode()
    assert "To confirm: The call · " in listed
    assert reverse("declaration", args=[declaration.pk]) in listed
    assert "Marie Durand" not in listed


def mailed() -> str:
    mail_due(as_of=NOW + timedelta(days=1))
    return str(list(OutboxMessage.objects.values_list("payload", flat=True)))


def test_it_is_mailed(story, declaration) -> None:
    assert "To confirm: The call" in mailed()


def test_what_is_decided_before_the_mail_is_not_mailed_any_more(story, declaration) -> None:
    browser(story.max).post(reverse("declaration_confirm", args=[declaration.pk]))

    assert "To confirm: The call" not in mailed()


def test_whoever_declared_it_hears_that_it_is_refuted_and_why(story, declaration) -> None:
    refuted = {"why": "The contact says that nobody called."}
    browser(story.max).post(reverse("declaration_refute", args=[declaration.pk]), refuted)

    assert told("refuted") == [story.marie.email]
    assert told("declared") == []
    listed = browser(story.marie).get(reverse("notices")).content.decode()
    assert "Refuted: The call · " in listed
    assert "nobody called" in listed


def test_who_takes_their_own_back_tells_nobody(story, declaration) -> None:
    browser(story.marie).post(reverse("declaration_refute", args=[declaration.pk]), {"why": ""})

    assert Declaration.objects.get().state == "refuted"
    assert Notice.objects.filter(kind__in=["declared", "refuted"]).count() == 0
