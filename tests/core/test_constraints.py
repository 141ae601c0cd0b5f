"""What the database itself refuses."""

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError

from tests.factories.core import IdempotencyKeyFactory, OutboxMessageFactory

NOW = datetime(2026, 4, 3, 16, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("state", "sent_at"), [("sent", None), ("ready", NOW), ("unknown", NOW)])
def test_a_message_has_an_instant_of_sending_exactly_when_sent(state, sent_at):
    with pytest.raises(IntegrityError, match="outbox_sent_at_exactly_when_sent"):
        OutboxMessageFactory(state=state, sent_at=sent_at)


def test_two_messages_never_have_one_key():
    OutboxMessageFactory(key="digest:1")

    with pytest.raises(IntegrityError, match="key"):
        OutboxMessageFactory(key="digest:1")


def test_a_token_has_an_idempotency_key_once():
    IdempotencyKeyFactory(token_id=1, key="a")
    IdempotencyKeyFactory(token_id=2, key="a")

    with pytest.raises(IntegrityError, match="idempotency_key_once_per_token"):
        IdempotencyKeyFactory(token_id=1, key="a")
