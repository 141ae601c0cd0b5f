"""The ground floor's rows, with only what the database needs."""

from datetime import UTC, datetime

import factory

from core.enums import MarkKind
from core.models import AuditEntry, ChangeMark, Heartbeat, IdempotencyKey, OutboxMessage, SenderAddress

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


class ChangeMarkFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ChangeMark

    kind = MarkKind.RECORD
    ref_id = 1
    ready_at = LONG_AGO


class OutboxMessageFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = OutboxMessage

    key = factory.Sequence(lambda n: f"message-{n}")
    channel = "mail"
    payload = factory.LazyFunction(
        lambda: {"to": ["ada@example.com"], "subject": "Hello", "text": "Good news."}
    )
    next_at = LONG_AGO
    created_at = LONG_AGO


class IdempotencyKeyFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = IdempotencyKey

    token_id = 1
    key = factory.Sequence(lambda n: f"key-{n}")
    body_sha256 = b"\0" * 32
    status = 200
    response = "{}"
    created_at = LONG_AGO


class AuditEntryFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = AuditEntry

    at = LONG_AGO
    verb = "sign"
    object_type = "agreement"
    object_id = "smarketing"


class HeartbeatFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Heartbeat

    name = factory.Sequence(lambda n: f"process-{n}")
    at = LONG_AGO


class SenderAddressFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = SenderAddress

    address = "hub@example.com"
    changed_at = LONG_AGO
