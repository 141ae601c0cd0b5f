"""What collides in the database is tried again; who cannot begin again is told to come back."""

from datetime import UTC, datetime

import pytest
from django.db import OperationalError, connection, transaction

from core.models import AuditEntry, IdempotencyKey
from core.retrying import ATTEMPTS, in_transaction
from leads.ingestion import flow
from leads.models import Account
from people.tokens import create_token
from tests.core.threads import at_once
from tests.factories.core import AuditEntryFactory

NOW = datetime(2026, 4, 3, 16, tzinfo=UTC)

pytestmark = pytest.mark.django_db(transaction=True)


class Broken(Exception):
    """The driver's exception behind Django's."""

    def __init__(self, code: str) -> None:
        self.pgcode = code


def collide(code: str = "40P01") -> None:
    raise OperationalError("broken off") from Broken(code)


def breaking(times: int, code: str = "40P01"):
    """Stores an entry, then collides as often as told."""
    calls: list[int] = []

    def perform() -> int:
        AuditEntryFactory()
        calls.append(1)
        if len(calls) <= times:
            collide(code)
        return len(calls)

    return perform


@pytest.mark.parametrize("code", ["40001", "40P01"])
def test_what_collided_is_done_again_and_nothing_remains_of_the_broken_attempts(code):
    assert in_transaction(breaking(ATTEMPTS - 1, code)) == ATTEMPTS
    assert AuditEntry.objects.count() == 1


@pytest.mark.parametrize(("times", "code", "tried"), [(99, "40P01", ATTEMPTS), (99, "57P01", 1)])
def test_it_ends_after_five_attempts_and_at_once_for_other_errors(times, code, tried, caplog):
    with pytest.raises(OperationalError):
        in_transaction(breaking(times, code))

    assert AuditEntry.objects.count() == 0
    assert caplog.messages.count("transaction tried again") == tried - 1


def test_inside_another_transaction_only_the_outermost_begins_again():
    inner = breaking(1)

    assert in_transaction(lambda: in_transaction(inner)) == 2
    with pytest.raises(OperationalError), transaction.atomic():
        in_transaction(breaking(1))
    assert AuditEntry.objects.count() == 1


def test_two_that_wait_for_each_other_both_end_well():
    first, second = AuditEntryFactory().pk, AuditEntryFactory().pk

    def crosswise(number: int) -> bool:
        order = (first, second) if number else (second, first)

        def perform() -> bool:
            for pk in order:
                AuditEntry.objects.select_for_update().get(pk=pk)
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_sleep(0.2)")
            return True

        return in_transaction(perform)

    assert at_once(crosswise, times=2) == [True, True]


@pytest.fixture
def post(api_with, monkeypatch):
    """Sends an account; the database breaks the delivery off as often as told."""
    _, text = create_token(name="crm", scopes=["facts:write"], as_of=NOW)
    real = flow._ingest

    def send(collisions: int, **headers: str):
        calls: list[int] = []

        def ingest(*arguments):
            summary = real(*arguments)
            calls.append(1)
            if len(calls) <= collisions:
                collide()
            return summary

        monkeypatch.setattr(flow, "_ingest", ingest)
        rows = {"source": "crm", "records": [{"external_id": "a", "name": "A"}]}
        return api_with(text).post("/api/v1/sync/accounts/", rows, format="json", headers=headers)

    return send


@pytest.mark.parametrize("headers", [{}, {"Idempotency-Key": "k"}])
def test_a_delivery_that_collided_once_is_stored_all_the_same(post, headers):
    answer = post(1, **headers)

    assert (answer.status_code, answer.json()["created"]) == (200, 1)
    assert Account.objects.count() == 1


@pytest.mark.parametrize("headers", [{}, {"Idempotency-Key": "k"}])
def test_a_delivery_that_always_collides_is_503_and_may_come_again_under_its_key(post, headers):
    answer = post(99, **headers)

    assert (answer.status_code, answer["Content-Type"]) == (503, "application/problem+json")
    assert (answer["Retry-After"], answer.json()["status"]) == ("1", 503)
    assert (Account.objects.count(), IdempotencyKey.objects.count()) == (0, 0)
    assert post(0, **headers).json()["created"] == 1
