"""Whatever is sent: a precise answer, never a 500, and the good rows of the same request are kept."""

import gzip
import json
from typing import Any

import pytest

from tests.api.contract import FIELDS, LEAST
from tests.api.story import Story

EVENTS = "sync/events/"


def event(external_id: str = "x1", **more: Any) -> dict[str, Any]:
    return {"external_id": external_id, **LEAST["events"], **more}


def body(*records: Any, source: Any = "crm") -> dict[str, Any]:
    return {"source": source, "records": list(records)}


def is_problem(answer: Any, status: int) -> dict[str, Any]:
    """The problem that an answer is."""
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert {"type", "title", "status", "detail"} <= problem.keys()
    assert problem["status"] == status
    assert problem["detail"].endswith((".", "?")) or "`" in problem["detail"]
    return problem


# -- one wrong value of one row

WRONG = {
    "members": {"email": ["nobody", 5, None, "a b@c"], "team": ["Sales Team!", 7], "active": ["yes", 1]},
    "accounts": {
        "name": [None, 5, "x" * 256],
        "tier": ["1", 1.5, 2**31],
        "named": ["true"],
        "employees": [2**63],
    },
    "contacts": {"buyer_role": [5, [5], {"a": 1}], "account": [5, ["a1"]], "email": [["a@b"]]},
    "leads": {"score": ["many", True, 1e300], "contact": [{}], "status": [["mql"]], "reason": [4]},
    "deals": {"amount": ["12,50", {}], "currency": ["EURO", 5], "closed_at": ["tomorrow"], "outcome": [1]},
    "campaigns": {"expected_leads": ["3", -(2**31) - 1], "starts_at": ["2026-04-07"]},
    "contents": {"important": [0, "no"], "published_at": ["2026-02-30T00:00:00Z", 1775143800]},
    "events": {
        "kind": ["call.maid", None, 5],
        "occurred_at": [None, "2026-04-07T09:00:00", "2026-13-01T00:00:00Z", "2026-04-07T24:00:01Z", True],
        "recorded_at": ["2026-04-07"],
        "actor": [5],
        "data": ["form", [1]],
    },
}
EVERYWHERE = {
    "external_id": [None, "", 5, "x" * 256, "a\x00b"],
    "updated_at": ["2026-04-07T09:00:00", "2026-02-29T00:00:00Z", "now", 5, "1900-01-01T00:00:00Z"],
    "deleted_at": ["2026-04-07", False],
    "merged_into": [5, ["p2"]],
    "attributes": ["a", [1], {"a": "\x00"}],
}
NO_RECORD = {"updated_at", "deleted_at", "merged_into", "attributes"}
CASES = [
    (resource, field, value)
    for resource, fields in WRONG.items()
    for field, values in {**EVERYWHERE, **fields}.items()
    if not (resource == "events" and field in NO_RECORD)
    for value in values
]


def named(value: Any) -> str:
    return ascii(value)[:24]


@pytest.mark.parametrize(("resource", "field", "value"), CASES, ids=named)
def test_a_wrong_value_is_told_by_row_field_and_reason_and_the_good_row_is_kept(
    story: Story, resource: str, field: str, value: Any
) -> None:
    wrong = {"external_id": "bad", **LEAST[resource], field: value}
    good = {"external_id": "good", **LEAST[resource]}

    answer = story.post(f"sync/{resource}/", body(wrong, good))

    assert answer.status_code == 207, answer.content
    told = answer.json()
    assert (told["received"], told["created"], told["rejected"]) == (2, 1, 1)
    (error,) = told["errors"]
    assert set(error) == {"index", "external_id", "field", "code", "message"}
    assert error["index"] == 0
    assert error["field"].split(".")[0] == (field if field != "attributes" else error["field"])
    assert error["external_id"] == ("bad" if field != "external_id" else wrong["external_id"] or None) or (
        field == "external_id"
    )
    assert error["code"]
    assert len(error["message"]) > 10
    assert [row["external_id"] for row in story.all(f"{resource}/")] == ["good"]


@pytest.mark.parametrize("resource", FIELDS)
@pytest.mark.parametrize("row", [None, 5, "text", [], [{}], True], ids=named)
def test_a_row_that_is_no_object_is_one_error(story: Story, resource: str, row: Any) -> None:
    answer = story.post(f"sync/{resource}/", body(row, {"external_id": "good", **LEAST[resource]}))

    told = answer.json()
    assert (answer.status_code, told["created"], told["rejected"]) == (207, 1, 1)
    assert told["errors"][0]["index"] == 0


@pytest.mark.parametrize("resource", FIELDS)
def test_every_field_is_taken_and_may_be_cleared(story: Story, resource: str) -> None:
    texts = dict.fromkeys(FIELDS[resource], "text")
    of_their_own = {
        **dict.fromkeys(("tier", "employees", "contact_goal", "expected_leads", "score", "amount"), 3),
        **dict.fromkeys(("named", "active", "important"), True),
        **{field: "2026-04-07T09:00:00Z" for field in texts if field.endswith("_at")},
        "email": "a@b.example",
        "currency": "EUR",
        "team": "sales",
        "data": {"a": 1},
        "attributes": {"a": 1},
        "merged_into": None,
        "deleted_at": None,
        "kind": "call.made",
    }
    row = texts | {field: value for field, value in of_their_own.items() if field in texts}
    assert story.sync(resource, row)["created"] == 1

    (shown,) = story.all(f"{resource}/")
    assert set(FIELDS[resource]) <= shown.keys()
    if resource != "events":
        required = {"external_id", "attributes", *LEAST[resource]}  # attributes are cleared by their names
        cleared = {field: None for field in FIELDS[resource] if field not in required}
        story.sync(resource, {**row, **cleared, "updated_at": "2026-04-08T09:00:00Z"})
        (shown,) = story.all(f"{resource}/")
        left = {field for field in FIELDS[resource] if shown[field] not in (None, {})}
        assert left == required | {"updated_at"}


# -- rows that meet in one request


def test_an_event_twice_in_one_request_is_stored_once_and_another_content_is_a_conflict(story: Story) -> None:
    answer = story.post(EVENTS, body(event(), event(), event(contact="p1"), event("x2")))

    told = answer.json()
    assert (told["created"], told["unchanged"], told["rejected"]) == (2, 1, 1)
    (error,) = told["errors"]
    assert (error["index"], error["external_id"], error["code"]) == (2, "x1", "conflict")


def test_an_event_with_other_content_later_is_a_conflict_too(story: Story) -> None:
    story.sync("events", event())
    answer = story.post(EVENTS, body(event(occurred_at="2026-04-07T09:00:01Z")))

    assert answer.status_code == 207
    assert answer.json()["errors"][0]["code"] == "conflict"
    again = story.post(EVENTS, body(event(occurred_at="2026-04-07T11:00:00+02:00")))  # the same instant
    assert again.json()["unchanged"] == 1


def test_of_a_record_twice_in_one_request_the_later_update_counts(story: Story) -> None:
    told = story.sync(
        "accounts",
        {"external_id": "a1", "name": "New", "tier": 2, "updated_at": "2026-04-02T00:00:00Z"},
        {"external_id": "a1", "name": "Old", "domain": "a.example", "updated_at": "2026-04-01T00:00:00Z"},
    )
    assert (
        told["received"] == 2 == sum(told[count] for count in ("created", "updated", "unchanged", "rejected"))
    )

    (shown,) = story.all("accounts/")
    assert (shown["name"], shown["tier"], shown["domain"]) == ("New", 2, "a.example")


def test_left_out_fields_stay_and_null_clears(story: Story) -> None:
    story.sync("accounts", {"external_id": "a1", "name": "A", "tier": 1, "domain": "a.example"})
    story.at("2026-04-10T12:00:01Z")
    story.sync("accounts", {"external_id": "a1", "tier": None})

    (shown,) = story.all("accounts/")
    assert (shown["name"], shown["tier"], shown["domain"]) == ("A", None, "a.example")


def test_unknown_fields_become_attributes(story: Story) -> None:
    story.sync("leads", {"external_id": "l1", "region": "north", "attributes": {"size": 5}})
    story.sync("events", event(colour="red"))

    assert story.all("leads/")[0]["attributes"] == {"region": "north", "size": 5}
    assert story.all("events/")[0]["data"] == {"attributes": {"colour": "red"}}


# -- bodies


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b'{"source": "crm", "records": [}', 400),
        (b'{"source": "crm", "records": []} more', 400),
        (b"\xff\xfe{}", 400),
        (b'{"source": "crm", "records": [{"external_id": "\xff"}]}', 400),
        (b'{"source": "crm", "records": [NaN]}', 400),
        (b'{"source": "crm", "records": [{"external_id": "a", "score": Infinity}]}', 400),
        (b"[" * 200_000, 400),
        (b'{"a":' * 100_000, 400),
        (b"\x00", 400),
        (b"null", 422),
        (b'"text"', 422),
        (b"[]", 422),
        (b"{}", 422),
        (b'{"records": []}', 422),
        (b'{"source": null, "records": []}', 422),
        (b'{"source": "crm", "records": null}', 422),
        (b'{"source": "crm", "records": {"external_id": "a"}}', 422),
        (b'{"source": "crm", "records": "a"}', 422),
        (b'{"source": "two words", "records": []}', 422),
        (b'{"source": "a:b", "records": []}', 422),
        (b'{"source": ["crm"], "records": []}', 422),
        (b'{"source": "c\\u0000", "records": []}', 422),
    ],
    ids=named,
)
def test_a_body_that_cannot_be_used_says_why(story: Story, raw: bytes, status: int) -> None:
    problem = is_problem(story.post(EVENTS, raw), status)
    assert (status == 422) == bool(problem.get("errors"))


def test_no_records_are_no_error(story: Story) -> None:
    assert story.sync("events") == {
        "received": 0,
        "created": 0,
        "updated": 0,
        "unchanged": 0,
        "rejected": 0,
        "errors": [],
        "warnings": [],
    }


@pytest.mark.parametrize(
    "value",
    ["1e999", "-1e999", "9" * 5000, "[" * 500 + "]" * 500, '"\\ud800"', '"\\udc00\\ud800"', "1" + "0" * 400],
    ids=named,
)
@pytest.mark.parametrize("resource", ["events", "leads"])
def test_values_that_json_allows_and_no_database_holds(story: Story, resource: str, value: str) -> None:
    free = "data" if resource == "events" else "attributes"
    least = json.dumps({"external_id": "bad", **LEAST[resource]})[:-1]
    good = json.dumps({"external_id": "good", **LEAST[resource]})
    raw = f'{{"source": "crm", "records": [{least}, "{free}": {{"n": {value}}}}}, {good}]}}'

    answer = story.post(f"sync/{resource}/", raw.encode())

    assert answer.status_code in (200, 207), answer.content
    told = answer.json()
    assert told["received"] == 2 == told["created"] + told["rejected"]
    assert "good" in {row["external_id"] for row in story.all(f"{resource}/")}


def test_of_a_field_written_twice_the_last_one_counts(story: Story) -> None:
    raw = b'{"source": "crm", "source": "erp", "records": [{"external_id": "a", "external_id": "b"}]}'
    assert story.post("sync/leads/", raw).status_code == 200
    assert [(row["source"], row["external_id"]) for row in story.all("leads/")] == [("erp", "b")]


def test_ten_thousand_and_one_rows_are_too_many_and_ten_thousand_are_not(story: Story) -> None:
    rows = [{"external_id": str(n)} for n in range(10_001)]
    problem = is_problem(story.post("sync/contents/", body(*rows)), 413)
    assert "10,000" in problem["detail"]
    assert story.all("contents/") == []

    assert story.post("sync/contents/", body(*rows[1:])).json()["created"] == 10_000
    lines = b"\n".join(json.dumps(row).encode() for row in rows)
    is_problem(story.post("sync/contents/?source=crm", lines, "application/x-ndjson"), 413)


def test_21_mib_are_too_many(story: Story) -> None:
    large = body(event(data={"text": "x" * 21 * 1024 * 1024}))
    problem = is_problem(story.post(EVENTS, large), 413)
    assert "20 MiB" in problem["detail"]


# -- NDJSON, media types, encodings


def test_ndjson_lines_are_judged_one_by_one(story: Story) -> None:
    lines = [
        json.dumps(event("x1")).encode(),
        b"",
        b"{broken",
        b'{"external_id": "\xff", "kind": "call.made"}',
        b"[1, 2]",
        b"\r",
        json.dumps(event("x2", occurred_at="yesterday")).encode(),
        json.dumps(event("x3")).encode() + b"\r",
    ]
    answer = story.post("sync/events/?source=crm", b"\n".join(lines), "application/x-ndjson")

    told = answer.json()
    assert (answer.status_code, told["received"], told["created"], told["rejected"]) == (207, 6, 2, 4)
    assert [error["index"] for error in told["errors"]] == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("query", "status"),
    [("", 422), ("?source=", 422), ("?source=a:b", 422), ("?source=%00", 422), ("?source=crm", 200)],
)
def test_ndjson_needs_the_source_in_the_address(story: Story, query: str, status: int) -> None:
    answer = story.post(f"sync/events/{query}", json.dumps(event()).encode(), "application/x-ndjson")
    assert answer.status_code == status
    if status != 200:
        is_problem(answer, status)


@pytest.mark.parametrize(
    "content_type",
    [
        "",
        "text/plain",
        "text/csv",
        "application/xml",
        "multipart/form-data; boundary=x",
        "x",
        "application/json; charset=latin-1",
    ],
)
def test_another_media_type_is_a_415(story: Story, content_type: str) -> None:
    problem = is_problem(story.post(EVENTS, b"{}", content_type), 415)
    assert "json" in problem["detail"].lower() or "UTF-8" in problem["detail"]


def test_a_compressed_body_is_a_415_that_says_so(story: Story) -> None:
    packed = gzip.compress(json.dumps(body(event())).encode())
    problem = is_problem(story.post(EVENTS, packed, HTTP_CONTENT_ENCODING="gzip"), 415)
    assert "Content-Encoding" in problem["detail"]


def test_json_with_a_charset_is_read(story: Story) -> None:
    raw = json.dumps(body(event())).encode()
    assert story.post(EVENTS, raw, "application/json; charset=utf-8").status_code == 200


# -- Idempotency-Key


def test_the_same_key_with_the_same_body_gets_the_same_answer_and_with_another_a_422(story: Story) -> None:
    key = {"HTTP_IDEMPOTENCY_KEY": "night-1"}
    first = story.post(EVENTS, body(event(), {"kind": 1}), **key)
    again = story.post(EVENTS, body(event(), {"kind": 1}), **key)
    assert (first.status_code, first.json()) == (again.status_code, again.json()) == (207, first.json())
    assert again.json()["created"] == 1

    is_problem(story.post(EVENTS, body(event("x2")), **key), 422)
    is_problem(story.post("sync/leads/", body(event(), {"kind": 1}), **key), 422)
    assert [row["external_id"] for row in story.all("events/")] == ["x1"]


def test_a_key_is_its_tokens_own_and_forgotten_after_a_day(story: Story) -> None:
    key = {"HTTP_IDEMPOTENCY_KEY": "night-1"}
    story.post(EVENTS, body(event("x1")), **key)
    other = story.client("facts:write")
    sent = other.post("/api/v1/sync/events/", body(event("x2")), format="json", **key)
    assert (sent.status_code, sent.json()["created"]) == (200, 1)

    story.at("2026-04-11T12:00:01Z")
    assert story.post(EVENTS, body(event("x3")), **key).json()["created"] == 1


@pytest.mark.parametrize("key", ["", "x" * 256, "a\tb"], ids=named)
def test_a_key_that_cannot_be_kept_is_a_422(story: Story, key: str) -> None:
    is_problem(story.post(EVENTS, body(event()), HTTP_IDEMPOTENCY_KEY=key), 422)


def test_after_a_problem_the_same_key_may_be_used_again(story: Story) -> None:
    key = {"HTTP_IDEMPOTENCY_KEY": "night-1"}
    is_problem(story.post(EVENTS, b"{", **key), 400)
    assert story.post(EVENTS, body(event()), **key).json()["created"] == 1


def test_attributes_are_fields_too_and_merge_one_by_one(story: Story) -> None:
    story.sync(
        "leads", {"external_id": "l1", "region": "north", "size": 5, "updated_at": "2026-04-01T00:00:00Z"}
    )
    story.sync(
        "leads", {"external_id": "l1", "size": None, "colour": "red", "updated_at": "2026-04-03T00:00:00Z"}
    )
    story.sync(
        "leads",
        {"external_id": "l1", "colour": "blue", "shape": "round", "updated_at": "2026-04-02T00:00:00Z"},
    )

    assert story.all("leads/")[0]["attributes"] == {"region": "north", "colour": "red", "shape": "round"}
