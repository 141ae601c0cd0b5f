"""Breaches and reports through the REST API."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from core.models import AuditEntry
from people.models import Team, User
from people.tokens import create_token
from reporting.acting import acknowledge
from reporting.models import Breach
from tests.factories.people import UserFactory
from tests.factories.reporting import BreachFactory, DailyReportFactory, PeriodBreachFactory
from tests.reporting.company import Company, at

pytestmark = pytest.mark.django_db

TUESDAY = at("03 07:00")


@pytest.fixture
def client(api_with):
    """Makes a client with these scopes, for a program or for a person."""

    def make(*scopes: str, user: User | None = None):
        _, text = create_token(name="test", scopes=scopes, user=user, as_of=timezone.now())
        return api_with(text)

    return make


@pytest.fixture
def company() -> Company:
    made = Company()
    made.request("alice", at("02 09:00"))
    made.sweep(at("02 12:00"))
    return made


def test_a_breach_has_the_fields_of_the_contract_and_no_names(client, company):
    (row,) = client("read").get("/api/v1/breaches/").json()["results"]

    breach = company.breach()
    assert {name: row[name] for name in ("id", "type", "commitment", "subject", "owner", "assignee")} == {
        "id": breach.pk,
        "type": "clock",
        "commitment": "inbound",
        "subject": "crm:alice",
        "owner": None,
        "assignee": None,
    }
    assert (row["opened_at"], row["state"], row["historic"]) == ("2026-03-02T12:00:00Z", "open", False)
    assert (row["root_cause"], row["reading"], row["clock"]) == (None, None, company.clock().pk)
    assert row["next_step"] == "The owner does it now (a call or an e-mail), then notes what held it up."
    assert (row["team"], row["clock_state"], row["missed_at"]) == ("sales", "overdue", "2026-03-02T11:00:00Z")


def test_names_come_with_their_scope(client, company):
    (row,) = client("read", "people:read").get("/api/v1/breaches/").json()["results"]

    assert (row["owner"], row["assignee"]) == ("marie@example.com", "marie@example.com")
    assert row["next_step"].startswith("Marie Durand does it now")


def test_a_note_may_name_anybody_and_comes_with_the_names(client, company):
    acknowledge(company.breach(), by=company.marie, as_of=at("02 12:00"), note="Paul Smith forgot")

    def note(reader):
        (row,) = reader.get("/api/v1/breaches/").json()["results"]
        return row["note"]

    browser = APIClient()
    browser.force_login(company.marie)
    assert note(client("read")) is None
    assert note(client("read", "people:read")) == note(browser) == "Paul Smith forgot"


def test_a_breach_that_was_done_since_says_so(client, company):
    company.call("alice", at("02 15:00"))
    company.sweep(at("02 15:01"))
    row = client("read").get(f"/api/v1/breaches/{company.breach().pk}/").json()

    assert (row["clock_state"], row["state"]) == ("late", "open")
    assert row["next_step"] == "It was done, but late: the owner notes what held it up."


def test_a_period_names_its_reading(client):
    company = Company(terms="per: day\n    breach: period")
    company.request("alice", at("02 09:00"))
    company.sweep(at("03 12:00"))
    (row,) = client("read").get("/api/v1/breaches/").json()["results"]

    (reading,) = client("read").get("/api/v1/readings/").json()["results"]
    assert (row["type"], row["subject"], row["clock"], row["reading"]) == (
        "period",
        None,
        None,
        reading["id"],
    )


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 3),
        ("commitment=inbound", 3),
        ("state=open", 2),
        ("state=open&state=withdrawn", 3),
        ("historic=true", 1),
        ("historic=false", 2),
        ("type=period", 1),
        ("team=sales", 1),
        ("owner=none", 2),
        ("owner=MARIE@example.com", 1),
        ("page_size=1", 1),
    ],
)
def test_filters(client, company, query, count):
    BreachFactory(historic=True)
    PeriodBreachFactory(state="withdrawn", closed_at=at("02 12:00"))

    assert len(client("read", "people:read").get(f"/api/v1/breaches/?{query}").json()["results"]) == count


@pytest.mark.parametrize(
    ("query", "status", "field"),
    [
        ("state=shut", 422, "state"),
        ("historic=maybe", 422, "historic"),
        ("nonsense=1", 422, "nonsense"),
        ("cursor=garbage", 422, "cursor"),
        ("type=", 422, "type"),
    ],
)
def test_wrong_filters_are_named(client, company, query, status, field):
    answer = client("read").get(f"/api/v1/breaches/?{query}")

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (status, field)


def test_asking_for_a_person_needs_the_scope_for_names(client, company):
    assert client("read").get("/api/v1/breaches/?owner=marie@example.com").status_code == 403


def test_a_list_of_three_takes_as_many_statements_as_a_list_of_one(client, company):
    reader = client("read", "people:read")
    reader.get("/api/v1/breaches/")
    with CaptureQueriesContext(connection) as one:
        reader.get("/api/v1/breaches/")
    for name in ("bob", "carla"):
        company.request(name, at("02 09:00"), owner="paul")
    company.sweep(at("02 12:01"))
    with CaptureQueriesContext(connection) as three:
        assert len(reader.get("/api/v1/breaches/").json()["results"]) == 3

    assert len(three) == len(one)


def test_acknowledge_then_resolve_by_a_program(client, company):
    writer = client("read", "breaches:write", "people:read")
    path = f"/api/v1/breaches/{company.breach().pk}"

    taken = writer.post(f"{path}/acknowledge/", {"note": "on it"})
    closed = writer.post(f"{path}/resolve/", {"root_cause": "capacity", "note": "two were ill"})

    assert (taken.status_code, taken.json()["state"], taken.json()["note"]) == (200, "acknowledged", "on it")
    assert (closed.status_code, closed.json()["state"]) == (200, "resolved")
    assert (closed.json()["root_cause"], closed.json()["next_step"]) == ("capacity", None)
    assert list(
        AuditEntry.objects.filter(object_type="reporting.breach").values_list("actor_label", flat=True)
    ) == [
        "token test",
        "token test",
    ]


@pytest.mark.parametrize("member", ["paul@example.com", "PAUL@example.com", "crm:paul"])
def test_assigning_by_address_or_by_the_crms_id(client, company, member):
    writer = client("breaches:write", "people:read")

    answer = writer.post(f"/api/v1/breaches/{company.breach().pk}/assign/", {"member": member})

    assert (answer.status_code, answer.json()["assignee"]) == (200, "paul@example.com")
    assert answer.json()["owner"] == "marie@example.com"


@pytest.mark.parametrize(
    ("act", "body", "field"),
    [
        ("resolve", {}, "root_cause"),
        ("resolve", {"root_cause": "laziness"}, "root_cause"),
        ("resolve", {"root_cause": "process", "until": "2026-04-01"}, "until"),
        ("assign", {}, "member"),
        ("assign", {"member": "nobody@example.com"}, "member"),
        ("acknowledge", {"note": "x" * 2001}, "note"),
        ("acknowledge", {"note": "a\x00b"}, "note"),
        ("acknowledge", {"note": ["a"]}, "note"),
        ("acknowledge", {"nonsense": 1}, "nonsense"),
    ],
)
def test_a_wrong_body_is_refused_by_field_and_changes_nothing(client, company, act, body, field):
    answer = client("breaches:write").post(f"/api/v1/breaches/{company.breach().pk}/{act}/", body)

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)
    assert company.breach().state == "open"


def test_a_wrong_transition_is_a_conflict_that_says_what_is_possible(client, company):
    writer = client("breaches:write")
    path = f"/api/v1/breaches/{company.breach().pk}/acknowledge/"
    writer.post(path)
    answer = writer.post(path)

    assert answer.status_code == 409
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["detail"] == (
        "This breach is acknowledged: acknowledge is not possible. "
        "Possible now: assign, resolve, dispute, waive."
    )


def test_the_same_request_under_one_key_is_performed_once(client, company):
    writer = client("breaches:write")
    path = f"/api/v1/breaches/{company.breach().pk}/acknowledge/"
    answers = [writer.post(path, {"note": "a"}, headers={"Idempotency-Key": "k1"}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json() == answers[1].json()
    assert writer.post(path, {"note": "b"}, headers={"Idempotency-Key": "k1"}).status_code == 422


def test_acting_needs_its_scope(client, company):
    assert client("read").post(f"/api/v1/breaches/{company.breach().pk}/acknowledge/").status_code == 403


def test_an_unknown_act_is_not_there(client, company):
    answer = client("breaches:write").post(f"/api/v1/breaches/{company.breach().pk}/nonsense/", {})

    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")


@pytest.mark.parametrize("pk", [0, 99_999, 2**63, 10**30])
def test_an_unknown_breach_is_not_found(client, company, pk):
    assert client("read").get(f"/api/v1/breaches/{pk}/").status_code == 404
    assert client("breaches:write").post(f"/api/v1/breaches/{pk}/acknowledge/").status_code == 404


def test_a_persons_token_sees_and_does_what_the_person_may(client, company):
    company.request("bob", at("02 09:00"), owner="paul")
    company.sweep(at("02 12:01"))
    (mine,) = client("read", user=company.paul).get("/api/v1/breaches/").json()["results"]
    others = Breach.objects.get(assignee=company.marie)
    paul = client("breaches:write", user=company.paul)

    assert mine["subject"] == "crm:bob"
    assert paul.post(f"/api/v1/breaches/{others.pk}/acknowledge/").status_code == 404
    assert paul.post(f"/api/v1/breaches/{mine['id']}/acknowledge/").status_code == 200


def test_what_nobody_owns_is_seen_but_left_to_the_manager(client, company):
    Breach.objects.update(owner_id=None, assignee=None)
    manager = company.managed_by()
    path = f"/api/v1/breaches/{company.breach().pk}/acknowledge/"

    assert client("breaches:write", user=company.paul).post(path).status_code == 403
    assert client("breaches:write", user=manager).post(path).status_code == 200


def test_a_report_is_read_as_it_was_frozen(client, company):
    company.publish(TUESDAY)
    row = client("read").get("/api/v1/reports/2026-03-03/?team=sales").json()

    assert (row["team"], row["day"]) == ("sales", "2026-03-03")
    assert (row["as_of"], row["built_at"]) == ("2026-03-03T07:00:00Z", "2026-03-03T07:00:00Z")
    assert set(row["sections"]) == {"kept", "fix_today", "at_risk", "decided", "restated"}
    (fix,) = row["sections"]["fix_today"]
    assert (fix["subject"], fix["owner"], fix["age_seconds"]) == ("crm:alice", None, 20 * 3600)
    assert fix["breach"] == company.breach().pk
    assert row["sections"]["kept"] == [
        {"commitment": "inbound", "met": 0, "missed": 1, "left_out": 0, "kept_rate": 0.0}
    ]
    assert row["counts"] == {"historic": 0, "left_out": 0, "waived": []}


def test_a_report_names_persons_with_the_scope_for_names(client, company):
    company.publish(TUESDAY)
    row = client("read", "people:read").get("/api/v1/reports/2026-03-03/?team=sales").json()

    assert row["sections"]["fix_today"][0]["owner"] == "marie@example.com"


def test_the_team_may_be_left_out_where_there_is_one_report(client, company):
    company.publish(TUESDAY)
    reader = client("read")
    assert reader.get("/api/v1/reports/2026-03-03/").status_code == 200

    company.publish(TUESDAY, team=Team.objects.get(slug="marketing"))
    answer = reader.get("/api/v1/reports/2026-03-03/")
    assert answer.status_code == 422
    assert answer.json()["detail"] == "team is needed, one of: marketing, sales."


def test_a_missing_day_says_which_days_there_are(client, company):
    company.publish(TUESDAY)
    answer = client("read").get("/api/v1/reports/2026-03-05/?team=sales")

    assert answer.status_code == 404
    assert (
        answer.json()["detail"] == "There is no report of sales of 2026-03-05. The latest are of 2026-03-03."
    )


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("yesterday/", "day"),
        ("2026-13-40/", "day"),
        ("20260303/", "day"),
        ("2026-03-03/?team=nobody", "team"),
        ("2026-03-03/?nonsense=1", "nonsense"),
    ],
)
def test_a_wrong_question_about_reports_is_named(client, company, path, field):
    answer = client("read").get(f"/api/v1/reports/{path}")

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)


def test_reports_are_listed_the_latest_first(client, company):
    company.publish(TUESDAY)
    company.publish(TUESDAY + timedelta(days=1))
    rows = client("read").get("/api/v1/reports/?team=sales").json()["results"]

    assert [(row["team"], row["day"], row["fix_today"]) for row in rows] == [
        ("sales", "2026-03-04", 1),
        ("sales", "2026-03-03", 1),
    ]


def test_a_stranger_with_a_token_reads_no_other_teams_reports(client, company):
    DailyReportFactory()

    assert client("read", user=UserFactory()).get("/api/v1/reports/").json()["results"] == []
