from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import Permission
from django.core.cache import cache
from rest_framework.throttling import SimpleRateThrottle

from people.api.throttles import TokenRateThrottle
from people.models import ApiToken, User
from people.tokens import create_token
from tests.factories.people import UserFactory

NOW = datetime(2026, 4, 3, 16, tzinfo=UTC)
CLOCKS, FACTS = "/api/v1/clocks/", "/api/v1/facts/"

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.people.urls")]


@pytest.fixture(autouse=True)
def today(time_machine) -> None:
    time_machine.move_to(NOW, tick=False)


def token(*scopes: str, **fields: object) -> str:
    return create_token(name="hubspot", scopes=scopes or ["read"], as_of=NOW, **fields)[1]


def test_a_token_with_the_scope_comes_in(api_with):
    answer = api_with(token("read")).get(CLOCKS)

    assert (answer.status_code, answer.json()) == (200, {"by": "token hubspot", "names": False})


def test_a_token_of_a_person_acts_as_that_person(api_with):
    answer = api_with(token("facts:write", user=UserFactory(name="Ada"))).post(FACTS)

    assert answer.json() == {"by": "Ada"}


def test_a_token_without_the_scope_is_told_which_one_is_missing(api_with):
    answer = api_with(token("read")).post(FACTS)

    assert answer.status_code == 403
    assert "the scope facts:write" in answer.json()["detail"]


def test_the_scheme_is_written_in_any_case(api):
    assert api.get(CLOCKS, headers={"Authorization": f"bearer {token()}"}).status_code == 200


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer a b", "Bearer nonsense", "Bearer slahub_x_y", "Bearer é", "Bearer \xff"]
)
def test_an_unknown_token_is_401_with_the_scheme(api, header):
    answer = api.get(CLOCKS, headers={"Authorization": header})

    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == 'Bearer realm="SLA Hub"'
    assert answer["Content-Type"] == "application/problem+json"


def test_no_token_is_401(api):
    assert api.get(CLOCKS).status_code == 401


def test_an_expired_token_is_told_since_when(api_with):
    answer = api_with(token(expires_at=NOW)).get(CLOCKS)

    assert answer.status_code == 401
    assert "expired at 2026-04-03T16:00:00Z" in answer.json()["detail"]


def test_a_token_works_until_the_instant_it_expires(api_with):
    assert api_with(token(expires_at=NOW + timedelta(seconds=1))).get(CLOCKS).status_code == 200


def test_a_revoked_token_is_401(api_with):
    text = token()
    ApiToken.objects.update(revoked_at=NOW)

    answer = api_with(text).get(CLOCKS)
    assert answer.status_code == 401
    assert "revoked" in answer.json()["detail"]


def test_the_token_of_somebody_who_left_is_401(api_with):
    assert api_with(token(user=UserFactory(is_active=False))).get(CLOCKS).status_code == 401


def test_the_last_use_is_remembered(api_with):
    api_with(token()).get(CLOCKS)

    assert ApiToken.objects.get().last_used_at == NOW


def test_a_request_costs_two_statements_and_from_then_on_one(api_with, django_assert_num_queries):
    client = api_with(token())

    with django_assert_num_queries(2):
        client.get(CLOCKS)
    with django_assert_num_queries(1):
        client.get(CLOCKS)


def test_a_person_signed_in_through_the_browser_may_read_and_not_write(api):
    api.force_login(UserFactory(name="Ada"))

    assert api.get(CLOCKS).json() == {"by": "Ada", "names": False}
    assert api.post(FACTS).status_code == 403


def test_names_need_their_own_scope(api_with):
    assert api_with(token("read", "people:read")).get(CLOCKS).json()["names"] is True
    assert api_with(token("read", user=UserFactory(is_superuser=True))).get(CLOCKS).json()["names"] is False


@pytest.mark.parametrize(
    ("superuser", "auditor", "names"), [(True, False, True), (False, True, True), (False, False, False)]
)
def test_in_the_browser_names_are_for_administrators_and_auditors(api, superuser, auditor, names):
    user = UserFactory(is_superuser=superuser)
    if auditor:
        user.user_permissions.add(Permission.objects.get(codename="see_names"))
    api.force_login(User.objects.get(pk=user.pk))

    assert api.get(CLOCKS).json()["names"] is names


def test_too_fast_is_429_for_that_token_alone(api_with, monkeypatch):
    cache.clear()
    monkeypatch.setattr(TokenRateThrottle, "THROTTLE_RATES", {"user": "2/minute"})
    monkeypatch.setattr(SimpleRateThrottle, "timer", lambda self: NOW.timestamp())
    hasty, calm = api_with(token()), api_with(token())

    answers = [hasty.get(CLOCKS) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[-1]["Retry-After"] == "60"
    assert calm.get(CLOCKS).status_code == 200
