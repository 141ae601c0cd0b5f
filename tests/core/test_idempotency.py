from datetime import UTC, datetime, timedelta
from threading import Event

import pytest
from rest_framework.response import Response
from rest_framework.test import APIClient

from core import idempotency
from core.models import AuditEntry, IdempotencyKey
from core.problems import Problem
from tests.core.threads import at_once
from tests.factories.core import AuditEntryFactory, IdempotencyKeyFactory

NOW = datetime(2026, 4, 3, 16, tzinfo=UTC)
HOUR = timedelta(hours=1)
URL = "/api/v1/once/1/"

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.core.urls")]


def post(api, name: str, key: str | None = "k1", *, url: str = URL, at: datetime = NOW, **more: object):
    headers = {"X-As-Of": at.isoformat()} | ({"Idempotency-Key": key} if key is not None else {})
    return api.post(url, {"name": name, **more}, format="json", headers=headers)


def test_without_a_key_every_request_is_performed(api):
    post(api, "a", None)
    post(api, "a", None)

    assert AuditEntry.objects.count() == 2
    assert IdempotencyKey.objects.count() == 0


def test_the_same_request_again_gets_the_same_answer_and_is_not_performed(api):
    first = post(api, "a")
    again = post(api, "a")

    assert AuditEntry.objects.count() == 1
    assert (first.status_code, again.status_code) == (207, 207)
    assert again.json() == first.json()
    assert again["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first


def test_another_body_under_the_key_is_422(api):
    post(api, "a")
    answer = post(api, "b")

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["code"] == "reused"
    assert AuditEntry.objects.count() == 1


def test_the_same_body_at_another_address_is_422(api):
    post(api, "a")

    assert post(api, "a", url=f"{URL}?source=crm").status_code == 422


def test_each_token_has_its_own_keys(api):
    post(api, "a")

    assert post(api, "b", url="/api/v1/once/2/").status_code == 207
    assert AuditEntry.objects.count() == 2


def test_a_key_is_kept_for_a_day(api):
    post(api, "a")

    assert "Idempotency-Replayed" in post(api, "a", at=NOW + 24 * HOUR - timedelta(seconds=1))
    assert "Idempotency-Replayed" not in post(api, "b", at=NOW + 24 * HOUR)
    assert "Idempotency-Replayed" in post(api, "b", at=NOW + 47 * HOUR)


def test_what_failed_may_be_sent_again_under_the_key(api):
    assert post(api, "a", fail=True).status_code == 422
    assert post(api, "a").status_code == 207


@pytest.mark.parametrize("key", ["", "x" * 256, "a\tb", "é\x7f"])
def test_an_unusable_key_is_refused_by_name(api, key):
    answer = post(api, "a", key)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "Idempotency-Key"
    assert AuditEntry.objects.count() == 0


def test_old_keys_are_purged():
    IdempotencyKeyFactory(created_at=NOW - 24 * HOUR)
    kept = IdempotencyKeyFactory(created_at=NOW - 23 * HOUR)

    assert idempotency.purge(as_of=NOW) == 1
    assert IdempotencyKey.objects.get() == kept


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_one_is_performed_and_the_others_get_its_answer_or_409():
    answers = at_once(lambda _: post(APIClient(), "a"), times=4)

    assert AuditEntry.objects.count() == 1
    assert {answer.status_code for answer in answers} <= {207, 409}
    assert len({answer.content for answer in answers if answer.status_code == 207}) == 1


@pytest.mark.django_db(transaction=True)
def test_while_one_is_performed_the_same_gets_409_and_another_key_goes_on(rf):
    begun, may_end = Event(), Event()

    def slow() -> Response:
        begun.set()
        may_end.wait(10)
        AuditEntryFactory()
        return Response({})

    def act(number: int) -> object:
        request = rf.post(
            URL, {}, "application/json", headers={"Idempotency-Key": "k2" if number == 2 else "k1"}
        )
        try:
            if number == 0:
                return idempotency.answer_once(request, token_id=1, as_of=NOW, perform=slow).status_code
            begun.wait(10)
            return idempotency.answer_once(
                request, token_id=1, as_of=NOW, perform=lambda: Response({})
            ).status_code
        except Problem as problem:
            return problem.status_code, problem.headers
        finally:
            if number == 1:
                may_end.set()

    assert at_once(act, times=3) == [200, (409, {"Retry-After": "1"}), 200]


@pytest.mark.django_db(transaction=True)
def test_the_answer_is_kept_only_with_what_was_performed(rf):
    def die() -> Response:
        AuditEntryFactory()
        raise KeyboardInterrupt

    request = rf.post(URL, {}, "application/json", headers={"Idempotency-Key": "k1"})
    with pytest.raises(KeyboardInterrupt):
        idempotency.answer_once(request, token_id=1, as_of=NOW, perform=die)

    assert (AuditEntry.objects.count(), IdempotencyKey.objects.count()) == (0, 0)
