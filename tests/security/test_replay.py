"""What was sent once is not performed twice by sending it again."""

import json

import pytest

from core.models import IdempotencyKey
from people.tokens import create_token
from tests.security.conftest import NOW

SYNC = "/api/v1/sync/contacts/"
BODY = {"source": "crm", "records": [{"external_id": "c1", "name": "Ada"}]}


def send(client, body=BODY, key: str = "k1"):
    return client.generic(
        "POST", SYNC, json.dumps(body), content_type="application/json", HTTP_IDEMPOTENCY_KEY=key
    )


def test_the_same_request_under_its_key_gets_the_same_answer_and_does_nothing(api_with, token):
    client = api_with(token)

    first, second = send(client), send(client)

    assert first.json()["created"] == 1
    assert second.json() == first.json()
    assert IdempotencyKey.objects.count() == 1


def test_another_body_under_the_key_is_refused(api_with, token):
    client = api_with(token)
    send(client)

    assert send(client, {**BODY, "records": []}).status_code == 422


def test_a_key_belongs_to_its_token(api_with, token):
    other = create_token(name="other", scopes=["facts:write"], as_of=NOW)[1]
    send(api_with(token))

    assert send(api_with(other)).json()["unchanged"] == 1


def test_facts_without_a_key_are_the_same_twice(api_with, token):
    client = api_with(token)
    client.post(SYNC, BODY)

    assert client.post(SYNC, BODY).json()["unchanged"] == 1


@pytest.mark.parametrize(
    "proof",
    [
        "tests/people/sign_in/test_passwords.py::test_a_forgotten_password_is_replaced_by_mail_once",
        "tests/people/sign_in/test_second_factor.py::test_a_code_works_once",
        "tests/people/sign_in/test_second_factor.py::test_a_recovery_code_opens_once",
        "tests/people/sign_in/test_company.py::test_an_answer_works_once",
    ],
)
def test_links_and_codes_that_open_an_account_are_tried_where_they_are_made(request, proof):
    path, name = proof.split("::")
    assert f"def {name}(" in (request.config.rootpath / path).read_text()
