"""POST /api/v1/sync/{resource}/ answers precisely, whatever it is sent."""

import json

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from leads.models import Batch, Event, QuarantinedRow
from people.tokens import create_token
from tests.factories.leads import event

pytestmark = pytest.mark.django_db

EVENTS = "/api/v1/sync/events/"


@pytest.fixture
def client(api_with) -> APIClient:
    _, text = create_token(name="crm", scopes=["facts:write", "read"], as_of=timezone.now())
    return api_with(text)


def post(client, body, path=EVENTS, content_type="application/json", **headers):
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return client.generic("POST", path, raw, content_type=content_type, **headers)


def rows(*records, source="crm"):
    return {"source": source, "records": list(records)}


def test_good_rows_are_stored_and_counted(client):
    answer = post(client, rows(event(1, contact="p1"), event(2, contact="p1")))

    assert answer.status_code == 200
    assert answer.json() == {
        "received": 2, "created": 2, "updated": 0, "unchanged": 0, "rejected": 0, "errors": [],
        "warnings": [],
    }  # fmt: skip


def test_a_bad_row_is_refused_with_field_and_reason_while_the_good_one_is_stored(client):
    answer = post(client, rows(event(1), event(2, at="2026-04-02T15:30:00")))

    assert answer.status_code == 207
    body = answer.json()
    assert (body["created"], body["rejected"]) == (1, 1)
    (error,) = body["errors"]
    assert (error["index"], error["external_id"], error["field"], error["code"]) == (
        1,
        "x2",
        "occurred_at",
        "naive_instant",
    )
    assert "add Z or an offset" in error["message"]
    kept = QuarantinedRow.objects.get()
    assert (kept.raw["external_id"], kept.batch) == ("x2", Batch.objects.get())


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"external_id": None}, "external_id", "required"),
        ({"external_id": ""}, "external_id", "required"),
        ({"external_id": 5}, "external_id", "wrong_type"),
        ({"external_id": "x" * 256}, "external_id", "too_long"),
        ({"external_id": "a\x00b"}, "external_id", "nul_character"),
        ({"kind": "call.maid"}, "kind", "unknown_kind"),
        ({"kind": None}, "kind", "required"),
        ({"kind": ["call.made"]}, "kind", "wrong_type"),
        ({"occurred_at": "2026-02-30T10:00:00Z"}, "occurred_at", "invalid_instant"),
        ({"occurred_at": "2026-04-02"}, "occurred_at", "date_only"),
        ({"occurred_at": "2026-W14-4T10:00:00Z"}, "occurred_at", "invalid_instant"),
        ({"occurred_at": "0001-01-01T00:00:00+05:00"}, "occurred_at", "invalid_instant"),
        ({"occurred_at": "1901-01-01T00:00:00Z"}, "occurred_at", "out_of_range"),
        ({"occurred_at": 1775143800}, "occurred_at", "wrong_type"),
        ({"occurred_at": True}, "occurred_at", "wrong_type"),
        ({"contact": {"id": 1}}, "contact", "wrong_type"),
        ({"data": "form"}, "data", "wrong_type"),
        ({"data": {"note": "a\x00b"}}, "data", "nul_character"),
        ({"kind": "event.retracted"}, "data.event", "required"),
        ({"kind": "call.received", "data": {"call": 7}}, "data.call", "wrong_type"),
    ],
)
def test_every_wrong_value_names_its_field_and_reason(client, change, field, code):
    answer = post(client, rows({**event(1), **change}, event(2)))

    assert answer.status_code == 207
    (error,) = answer.json()["errors"]
    assert (error["index"], error["field"], error["code"]) == (0, field, code)
    assert list(Event.objects.values_list("external_id", flat=True)) == ["x2"]
    assert QuarantinedRow.objects.count() == 1


def test_an_unknown_kind_is_told_the_kinds_that_were_meant(client):
    answer = post(client, rows(event(1, "call.mad")))

    assert "did you mean call.made" in answer.json()["errors"][0]["message"]


def test_all_errors_of_a_row_are_told_at_once(client):
    answer = post(client, rows({"kind": "nothing", "occurred_at": "today"}))

    body = answer.json()
    assert {error["field"] for error in body["errors"]} == {"external_id", "kind", "occurred_at"}
    assert body["rejected"] == 1


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b'{"source": "crm", "records": [}', 400),
        (b'{"source": "crm", "records": [{"external_id": "\xff"}]}', 400),
        (b'{"source": "crm", "records": [NaN]}', 400),
        (b"[" * 100_000, 400),
        (b"null", 422),
        (b"[]", 422),
        (b'{"records": []}', 422),
        (b'{"source": "crm"}', 422),
        (b'{"source": "", "records": []}', 422),
        (b'{"source": "a:b", "records": []}', 422),
        (b'{"source": 5, "records": []}', 422),
        (b'{"source": "crm", "records": {}}', 422),
    ],
)
def test_a_body_that_cannot_be_used_is_one_problem(client, body, status):
    answer = post(client, body)

    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["detail"]
    assert not Batch.objects.exists()


def with_data(text):
    """A row whose data holds this JSON."""
    start = b'{"external_id": "d", "kind": "call.made", "occurred_at": "2026-04-02T15:30:00Z", "data": '
    return start + b'{"n": ' + text + b"}}"


@pytest.mark.parametrize(
    "bad",
    [
        b"5",
        b"null",
        b'"text"',
        b"[]",
        pytest.param(with_data(b"1e999"), id="a number beyond all"),
        pytest.param(with_data(b"9" * 5000), id="a number of 5,000 digits"),
        pytest.param(with_data(b"[" * 200 + b"]" * 200), id="nested 200 deep"),
    ],
)
def test_one_unreadable_row_does_not_cost_the_others(client, bad):
    answer = post(
        client, b'{"source": "crm", "records": [' + json.dumps(event(1)).encode() + b"," + bad + b"]}"
    )

    assert answer.status_code == 207, answer.content
    assert (answer.json()["created"], answer.json()["rejected"]) == (1, 1)
    assert QuarantinedRow.objects.count() == 1


def test_huge_whole_numbers_in_free_data_are_kept(client):
    answer = post(client, rows(event(1, data={"n": 10**30})))

    assert answer.status_code == 200
    assert Event.objects.get().data == {"n": 10**30}


def test_of_a_key_written_twice_the_last_one_counts(client):
    raw = (
        json.dumps(event(1))
        .replace('"kind"', '"kind": "email.sent", "kind"')
        .replace("call.made", "message.sent")
    )
    assert post(client, f'{{"source": "crm", "records": [{raw}]}}'.encode()).status_code == 200
    assert Event.objects.get().kind == "message.sent"


def test_ndjson_takes_a_row_a_line_and_refuses_lines_one_by_one(client):
    lines = [
        json.dumps(event(1)).encode(),
        b"",
        b"{broken",
        b'{"external_id": "\xff"}',
        json.dumps(event(2)).encode(),
    ]
    answer = post(client, b"\n".join(lines), EVENTS + "?source=crm", "application/x-ndjson")

    assert answer.status_code == 207
    body = answer.json()
    assert (body["received"], body["created"], body["rejected"]) == (4, 2, 2)
    assert [error["code"] for error in body["errors"]] == ["malformed", "malformed"]


def test_ndjson_without_a_source_is_told_where_to_put_it(client):
    answer = post(client, b"{}", EVENTS, "application/x-ndjson")

    assert answer.status_code == 422
    assert "?source=" in answer.json()["detail"]


@pytest.mark.parametrize(
    "content_type", ["text/csv", "", "application/xml", "application/json; charset=latin-1"]
)
def test_other_media_types_are_refused_with_415(client, content_type):
    assert post(client, b"{}", content_type=content_type).status_code == 415


def test_ten_thousand_and_one_rows_are_too_many(client):
    answer = post(client, b'{"source": "crm", "records": [' + b",".join([b"{}"] * 10_001) + b"]}")

    assert answer.status_code == 413
    assert "10,000" in answer.json()["detail"]


def test_more_than_20_mib_are_refused_unread(client):
    assert post(client, b" " * (20 * 1024 * 1024 + 1)).status_code == 413


def test_an_unknown_resource_is_told_the_ones_there_are(client):
    answer = post(client, rows(), "/api/v1/sync/persons/")

    assert answer.status_code == 404
    assert "members" in answer.json()["detail"]


def test_without_a_token_401_and_without_the_scope_403(api, api_with):
    _, reader = create_token(name="reader", scopes=["read"], as_of=timezone.now())

    assert post(api, rows()).status_code == 401
    assert post(api_with(reader), rows()).status_code == 403


def test_the_same_idempotency_key_performs_once_and_refuses_another_body(client):
    first = post(client, rows(event(1)), HTTP_IDEMPOTENCY_KEY="k1")
    again = post(client, rows(event(1)), HTTP_IDEMPOTENCY_KEY="k1")
    other = post(client, rows(event(2)), HTTP_IDEMPOTENCY_KEY="k1")

    assert (first.json(), first.status_code) == (again.json(), again.status_code)
    assert again.json()["created"] == 1
    assert other.status_code == 422
    assert Event.objects.count() == 1


def test_no_rows_are_no_error(client):
    answer = post(client, rows())

    assert (answer.status_code, answer.json()["received"]) == (200, 0)
