"""Who may come in by which door, and every error a problem; tests/roles walks every address."""

from datetime import timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from people.api.throttles import TokenRateThrottle
from people.models import ApiToken
from people.tokens import create_token
from tests.api.story import API, Story

READ = (
    *("members/", "accounts/", "contacts/", "leads/", "deals/", "campaigns/", "contents/", "events/"),
    *("agreements/", "agreements/smarketing/", "commitments/", "commitments/inbound/compliance/"),
    *("commitments/inbound/baseline/", "buying-groups/", "conversion/"),
    *("clocks/", "clocks/1/", "clocks/1/explanation/", "readings/", "readings/1/", "readings/1/explanation/"),
    *("why-not/", "breaches/", "breaches/1/", "reports/", "reports/2026-04-08/"),
)
#: Addresses that are read, and written with another scope.
DEFINED = ("agreements/", "commitments/inbound/baseline/")
SYNC = tuple(
    f"sync/{name}/"
    for name in ("members", "accounts", "contacts", "leads", "deals", "campaigns", "contents", "events")
)
ACTS = ("breaches/1/acknowledge/", "breaches/1/assign/", "breaches/1/resolve/")
#: Scope → what it opens; everything else is closed to it.
OPENS = {
    "read": READ,
    "facts:write": SYNC,
    "breaches:write": ACTS,
    "people:read": (),
    "definitions:write": DEFINED,
}
WRITTEN = (*SYNC, *ACTS, *DEFINED)
DOORS = [*(("GET", path) for path in READ), *(("POST", path) for path in WRITTEN)]


def problem(answer: Any, status: int) -> dict[str, Any]:
    assert answer.status_code == status, (answer.status_code, answer.content)
    assert answer["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert {"type", "title", "status", "detail"} <= body.keys()
    assert body["status"] == status
    return body


def knock(client: APIClient, method: str, path: str, **more: Any) -> Any:
    return client.generic(method, API + path, b"{}", content_type="application/json", **more)


@pytest.mark.parametrize("scope", OPENS)
def test_a_scope_opens_its_doors_and_no_other(story: Story, scope: str) -> None:
    client = story.client(scope)
    for method, path in DOORS:
        answer = knock(client, method, path)
        opens = path in OPENS[scope] and (path not in DEFINED or (method == "POST") is (scope != "read"))
        if opens:
            assert answer.status_code in (200, 404, 415, 422), (path, answer.content)
        else:
            assert "--scope" in problem(answer, 403)["detail"], path


def test_without_a_token_nothing_opens(story: Story) -> None:
    for method, path in DOORS:
        answer = knock(APIClient(), method, path)
        problem(answer, 401)
        assert answer["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize(
    "header",
    [
        "Bearer",
        "Bearer x",
        "Bearer a b",
        "Bearer \xff",
        "Basic eDp5",
        "Token x",
        "bearer slahub_none",
        "Bearer " + "x" * 9000,
    ],
)
def test_an_unknown_token_is_a_401_that_says_what_to_do(story: Story, header: str) -> None:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=header)
    assert "token" in problem(knock(client, "GET", "clocks/"), 401)["detail"].lower()


@pytest.mark.parametrize("how", ["expired", "revoked"])
def test_a_token_that_no_longer_holds_is_a_401_that_says_why(story: Story, how: str) -> None:
    _, text = create_token(
        name="old",
        scopes=["read"],
        expires_at=story.now + timedelta(hours=1) if how == "expired" else None,
        as_of=story.now,
    )
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {text}")
    assert knock(client, "GET", "clocks/").status_code == 200

    story.at("2026-04-10T13:00:00Z")
    ApiToken.objects.filter(name="old").update(revoked_at=story.now if how == "revoked" else None)
    assert how in problem(knock(client, "GET", "clocks/"), 401)["detail"]


def test_too_many_requests_are_a_429_with_retry_after(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    client = story.client("read")
    monkeypatch.setattr(TokenRateThrottle, "THROTTLE_RATES", {"user": "2/minute"})
    answers = [knock(client, "GET", "clocks/") for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert int(answers[2]["Retry-After"]) >= 1
    problem(answers[2], 429)


@pytest.mark.parametrize(
    "path", ["", "nothing/", "clocks", "sync/", "clocks/1/nothing/", "clocks/x/", "../clocks/", "%00/"]
)
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
def test_no_address_under_api_answers_in_html(story: Story, method: str, path: str) -> None:
    answer = knock(story.client(), method, path)
    problem(answer, 422 if path == "%00/" else 404)


def test_an_unknown_version_of_the_api_is_a_problem_too(story: Story) -> None:
    for path in ("/api/", "/api/v2/clocks/", "/api/v2"):
        problem(story.client().get(path), 404)


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE", "POST"])
def test_what_is_only_read_cannot_be_written(story: Story, method: str) -> None:
    client = story.client()
    for path in READ:
        if method == "POST" and path in DEFINED:
            continue
        answer = knock(client, method, path)
        problem(answer, 405)
        assert "GET" in answer["Allow"]


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
def test_what_is_only_written_cannot_be_read(story: Story, method: str) -> None:
    client = story.client()
    for path in (*SYNC, *ACTS):
        problem(knock(client, method, path), 405)


def test_head_and_options_answer_without_a_body_or_an_error(story: Story) -> None:
    client = story.client()
    head = client.head(f"{API}clocks/")
    assert (head.status_code, head.content) == (200, b"")
    for path in ("clocks/", "sync/events/"):
        assert client.options(API + path).status_code == 200


def test_only_json_is_answered(story: Story) -> None:
    problem(story.client().get(f"{API}clocks/", HTTP_ACCEPT="text/html"), 406)
    assert story.client().get(f"{API}clocks/", HTTP_ACCEPT="*/*")["Content-Type"] == "application/json"


def test_the_document_and_its_pages_need_no_token(story: Story) -> None:
    assert APIClient().get(f"{API}schema/").status_code == 200
    assert APIClient().get(f"{API}docs/", HTTP_ACCEPT="text/html").status_code == 200
