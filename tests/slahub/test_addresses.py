"""The roof's own addresses: the API's unknown paths, its schema and pages, and the policy on every answer."""

import pytest
from django.test import Client
from rest_framework.test import APIClient


@pytest.mark.parametrize("method", ["get", "post", "put", "delete"])
@pytest.mark.parametrize("path", ["/api/v1/", "/api/v1/nothing/", "/api/v1/clocks", "/api/v1/docs"])
def test_an_unknown_path_of_the_api_is_a_problem(api: APIClient, method: str, path: str) -> None:
    answer = getattr(api, method)(path)

    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"
    assert path in answer.json()["detail"]


def test_the_schema_is_openapi_3_1_and_open(api: APIClient) -> None:
    answer = api.get("/api/v1/schema/", headers={"Accept": "application/vnd.oai.openapi+json"})

    assert answer.status_code == 200
    assert answer.json()["openapi"] == "3.1.1"


def test_the_api_pages_hold_no_inline_script_or_style(client: Client) -> None:
    answer = client.get("/api/v1/docs/")
    page = answer.content.decode()

    assert answer.status_code == 200
    assert "<script>" not in page
    assert "<style" not in page
    assert "style=" not in page
    assert "https://" not in page


def test_every_page_carries_the_strict_policy(client: Client, db) -> None:
    policy = client.get("/accounts/login/")["Content-Security-Policy"]

    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
