"""A name or a subject from outside never adds a line to the head of a mail."""

import pytest

from core import mail
from core.mail import NotTakenError
from core.models import OutboxMessage
from tests.factories.people import UserFactory

EVIL = "Hello\r\nBcc: everybody@example.com"
PLAIN = {"to": ["a@example.com"], "subject": "Hello", "text": "…"}


@pytest.mark.parametrize(
    "part",
    [
        {"subject": EVIL},
        {"to": ["a@example.com\r\nBcc: b@example.com"]},
        {"from": EVIL},
        {"headers": {"X-Team": EVIL}},
    ],
)
def test_a_line_break_in_the_head_is_no_mail(settings, db, part):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    with mail.Session() as session, pytest.raises(NotTakenError) as refusal:
        session.send({**PLAIN, **part})

    assert refusal.value.permanent


def test_a_person_whose_name_breaks_the_line_gets_a_mail_of_one_subject(client, db):
    user = UserFactory(email="ada@example.com", name=EVIL)
    user.set_password("correct horse battery")
    user.save()

    client.post("/accounts/password/forgotten/", {"email": "ada@example.com"})

    assert "\n" not in OutboxMessage.objects.get().payload["subject"]


@pytest.mark.parametrize("address", ["ada@example.com\nBcc: b@example.com", "ada@example.com\r\n"])
def test_an_address_with_a_line_break_is_none(client, db, address):
    client.post("/accounts/password/forgotten/", {"email": address})

    assert not OutboxMessage.objects.exists()
