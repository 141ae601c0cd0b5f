"""Agreements and commitments through the REST API."""

from datetime import UTC, datetime

import pytest
from django.test.utils import CaptureQueriesContext

from agreements.models import AgreementVersion
from people.tokens import create_token
from tests.factories.agreements import SIMPLE, drafted, signed

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
SECOND = SIMPLE.replace("4 business hours", "2 business hours").replace("2026-01-01", "2026-06-01")
OTHER = SIMPLE.replace("agreement: smarketing", "agreement: other").replace("key: inbound", "key: outbound")


@pytest.fixture
def reader(api_with):
    return api_with(create_token(name="reader", scopes=["read"], as_of=NOW)[1])


def test_a_commitment_is_listed_with_its_agreement_version_state_and_terms(reader):
    version = signed()

    rows = reader.get("/api/v1/commitments/").json()["results"]

    assert rows == [
        {
            "id": version.commitments.get().pk,
            "key": "inbound",
            "title": "Inbound",
            "owner": "sales",
            "kind": "response",
            "agreement": "smarketing",
            "version": 1,
            "state": "signed",
            "starts_at": "2026-01-01T00:00:00Z",
            "ends_at": None,
            "terms": {
                "title": "Inbound",
                "start": {"event": "request.received"},
                "stop": {"events": ["call.made", "meeting.booked"]},
                "within": "4 business hours",
            },
            "measured": True,
        }
    ]


def test_a_version_ends_when_the_next_signed_one_starts(reader):
    signed()
    signed(SECOND)

    rows = reader.get("/api/v1/commitments/").json()["results"]

    assert [(row["version"], row["ends_at"]) for row in rows] == [(2, None), (1, "2026-05-31T23:00:00Z")]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("key=inbound", ["inbound"]),
        ("owner=sales&agreement=other", ["outbound"]),
        ("kind=rate", []),
        ("state=draft", ["outbound"]),
        ("state=draft&state=signed", ["outbound", "inbound"]),
        ("version=2", []),
    ],
)
def test_commitments_are_filtered(reader, query, found):
    signed()
    drafted(OTHER)

    rows = reader.get(f"/api/v1/commitments/?{query}").json()["results"]

    assert [row["key"] for row in rows] == found


def test_a_wrong_filter_is_answered_with_what_is_allowed(reader):
    answer = reader.get("/api/v1/commitments/?kind=ratio")

    assert answer.status_code == 422
    assert "response" in answer.json()["detail"]


def test_an_agreement_shows_its_versions_and_the_newest_document(reader):
    signed()
    drafted(SECOND)

    found = reader.get("/api/v1/agreements/smarketing/").json()

    assert [(v["number"], v["state"]) for v in found["versions"]] == [(2, "draft"), (1, "signed")]
    assert found["parties"] == ["marketing", "sales"]
    assert found["document"]["commitments"][0]["within"] == "2 business hours"
    assert found["versions"][1]["signatures"][0] == {
        "party": "marketing",
        "at": "2020-01-01T00:00:00Z",
        "signed_as": None,
    }


def test_who_signed_is_named_with_the_scope_for_names_only(api_with):
    signed()
    token = create_token(name="auditor", scopes=["read", "people:read"], as_of=NOW)[1]

    found = api_with(token).get("/api/v1/agreements/smarketing/").json()

    assert {s["signed_as"] for s in found["versions"][0]["signatures"]} == {"test"}


def test_agreements_are_filtered_by_party(reader):
    signed()

    assert len(reader.get("/api/v1/agreements/?party=sales&party=marketing").json()["results"]) == 1
    assert reader.get("/api/v1/agreements/?party=support").json()["results"] == []


def test_an_unknown_agreement_is_not_found(reader):
    assert reader.get("/api/v1/agreements/nothing/").status_code == 404


@pytest.mark.parametrize("address", ["agreements/", "agreements/smarketing/", "commitments/"])
def test_reading_needs_the_scope(api, api_with, address):
    other = create_token(name="writer", scopes=["facts:write"], as_of=NOW)[1]

    assert api.get(f"/api/v1/{address}").status_code == 401
    assert api_with(other).get(f"/api/v1/{address}").status_code == 403


@pytest.mark.parametrize("address", ["agreements/", "commitments/"])
def test_a_list_takes_as_many_statements_for_three_as_for_one(reader, django_assert_num_queries, address):
    from django.db import connection

    signed()
    reader.get(f"/api/v1/{address}")
    with CaptureQueriesContext(connection) as one:
        reader.get(f"/api/v1/{address}")
    signed(SECOND)
    signed(OTHER)

    with django_assert_num_queries(len(one)):
        reader.get(f"/api/v1/{address}")


class TestPosting:
    """POST agreements/: an agreement as YAML becomes a draft."""

    @staticmethod
    def post(client, text, *, scope="definitions:write", content_type="application/yaml"):
        _token, secret = create_token(name="glue", scopes=[scope], as_of=datetime(2026, 1, 1, tzinfo=UTC))
        headers = {"Authorization": f"Bearer {secret}"}
        return client.post("/api/v1/agreements/", text, content_type=content_type, headers=headers)

    def test_it_makes_a_draft_and_the_same_again_changes_nothing(self, client, db):
        answer = self.post(client, SIMPLE)

        assert answer.status_code == 201, answer.content
        body = answer.json()
        assert (body["agreement"], body["version"], body["state"], body["changed"]) == (
            "smarketing",
            1,
            "draft",
            True,
        )
        assert body["difference"] == ["new agreement: 1 commitment, 1 calendar"]
        again = self.post(client, SIMPLE)
        assert (again.status_code, again.json()["changed"]) == (200, False)

    def test_what_is_wrong_is_told_line_by_line(self, client, db):
        answer = self.post(client, SIMPLE.replace("4 business hours", "4 busines hours"))

        assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")
        message = '"4 busines hours" is not a duration; write for example "4 business hours"'
        assert answer.json()["errors"] == [{"line": 11, "field": "commitments[0].within", "message": message}]
        assert not AgreementVersion.objects.exists()

    @pytest.mark.parametrize(
        ("text", "more", "status"),
        [
            ("a: [", {}, 400),
            (b"a: \xff", {}, 400),
            ("", {}, 422),
            ("[]", {}, 422),
            (SIMPLE, {"scope": "read"}, 403),
            (SIMPLE, {"content_type": "application/json"}, 415),
        ],
    )
    def test_what_cannot_be_taken_is_refused(self, client, db, text, more, status):
        assert self.post(client, text, **more).status_code == status
