"""The OpenAPI document is held against reality: every operation, with right and with wrong data."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
import schemathesis
from django.core import signals
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, settings
from schemathesis import Case
from schemathesis.config import SchemathesisConfig

from agreements.trying import start_trial
from leads.declaring import Said, declare
from leads.models import Ref
from measurement.judging import judge_pending
from measurement.models import Clock, Reading
from people.absences import take
from people.enums import Scope
from people.models import Team, User
from people.tokens import create_token
from reporting.acting import comment
from reporting.models import Breach
from reporting.publishing import publish
from reporting.watching import sync_breaches
from tests.api.contract import FIELDS
from tests.factories.agreements import drafted, signed
from tests.factories.leads import event, send

pytestmark = pytest.mark.django_db

CONFIG = SchemathesisConfig.from_dict(
    {
        "checks": {
            # Rows are judged one by one: wrong ones beside right ones are a 207.
            "negative_data_rejection": {"expected-statuses": ["207", "4xx"]},
            # No document can tell which cursors, dates and acts there are.
            "positive_data_acceptance": {"expected-statuses": ["2xx", "404", "409", "422"]},
        }
    }
)
schema = schemathesis.openapi.from_wsgi("/api/v1/schema/", get_wsgi_application(), config=CONFIG)


def test_the_document_is_valid_and_generated_without_a_warning() -> None:
    call_command("spectacular", "--validate", "--fail-on-warn", stdout=StringIO())


EXPLORED = settings(
    max_examples=5,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.filter_too_much,
    ],
)
AGREEMENT = """
agreement: smarketing
title: {en: Between us, fr: Entre nous}
parties: [marketing, sales]
effective_from: 2020-01-01
commitments:
  - {key: inbound, owner: sales, kind: response, start: {event: request.received}, stop: {event: call.made},
     within: 1 hour}
  - {key: buyer-roles, owner: sales, kind: rate, of: contacts, where: {account.tier: 1},
     having: {contact.buyer_role: present}, target: "> 75%"}
  - {key: meetings, owner: marketing, kind: rate, of: {event: lead.qualified}, having: {event: meeting.held},
     baseline: {from: 2019-01-01, to: 2019-12-31}, target: ">= baseline + 2 points", per: year}
"""
#: What answers need that are about one thing.
NEEDED = {
    "why-not/": {"commitment": "inbound", "subject": "crm:p1"},
    "buying-groups/": {"commitment": "buyer-roles"},
}


@pytest.fixture(autouse=True)
def _one_connection() -> Iterator[None]:
    """The application is called as a server would; the test's transaction must outlive its requests."""
    signals.request_started.disconnect(close_old_connections)
    signals.request_finished.disconnect(close_old_connections)
    yield
    signals.request_started.connect(close_old_connections)
    signals.request_finished.connect(close_old_connections)


@pytest.fixture
def headers() -> dict[str, str]:
    """A token of all scopes."""
    _, token = create_token(name="schema", scopes=[*Scope], as_of=datetime.now(UTC))
    return {"Authorization": f"Bearer {token}"}


@pytest.fixture
def company() -> dict[str, int | str]:
    """A little of everything that can be read; what addresses name in it."""
    now = datetime.now(UTC).replace(microsecond=0)
    signed(AGREEMENT, as_of=now - timedelta(days=30))
    ago = (now - timedelta(days=3)).isoformat()
    send("members", {"external_id": "rae", "email": "rae@example.com", "team": "sales"}, as_of=now)
    send("accounts", {"external_id": "a1", "name": "A", "tier": 1, "created_at": ago}, as_of=now)
    send(
        "contacts",
        {"external_id": "p1", "account": "a1", "owner": "rae", "buyer_role": "champion"},
        as_of=now,
    )
    send("leads", {"external_id": "l1", "contact": "p1", "score": 12.5, "attributes": {"a": [1]}}, as_of=now)
    send("deals", {"external_id": "d1", "lead": "l1", "amount": "12.50", "currency": "EUR"}, as_of=now)
    send("campaigns", {"external_id": "f1", "name": "Fair", "ends_at": ago, "expected_leads": 3}, as_of=now)
    send("contents", {"external_id": "c1", "title": "C", "published_at": ago, "important": True}, as_of=now)
    send("events", event(1, "request.received", ago, contact="p1", data={"channel": "form"}), as_of=now)
    judge_pending(as_of=now)
    sync_breaches(as_of=now)
    report = publish(team=Team.objects.get(slug="sales"), day=now.date() - timedelta(days=1), as_of=now)
    said = Said(kind="email.sent", occurred_at=now, about=Ref.objects.get(type="contact", external_id="p1"))
    rae = User.objects.get(email="rae@example.com")
    declare(said, by=rae, as_of=now)
    comment(Breach.objects.get(), by=rae, as_of=now, text="I was at a customer's.")
    away = take(
        rae, during=(now + timedelta(days=9), now + timedelta(days=16)), cover=None, by=rae, as_of=now
    )
    tried = drafted("{agreement: tried, parties: [marketing, sales], effective_from: 2026-01-01}")
    start_trial(tried, by=rae, as_of=now)
    return {
        "absences": away.pk,
        "number": 1,
        "clocks": Clock.objects.get().pk,
        "readings": Reading.objects.filter(commitment_key="meetings").latest("id").pk,
        "breaches": Breach.objects.get().pk,
        "day": str(report.day),
        "key": "inbound",
        "rate": "meetings",
        "agreement": "smarketing",
        "subject": "crm:p1",
    }


@schemathesis.serializer("application/x-ndjson")
def _lines(context: schemathesis.SerializationContext, value: object) -> bytes:
    return value.encode(errors="surrogatepass") if isinstance(value, str) else json.dumps(value).encode()


@schema.hook
def map_query(context: schemathesis.HookContext, query: dict | None) -> dict | None:
    """Cursors are opaque: made up ones are tried by hand."""
    return {name: value for name, value in query.items() if name != "cursor"} if query else query


@schema.parametrize()
@EXPLORED
def test_every_operation_answers_as_the_document_says(case: Case, headers: dict[str, str]) -> None:
    case.call_and_validate(headers=headers)


READABLE = sorted(path for path, methods in schema.items() if "get" in {m.lower() for m in methods})


def test_what_is_there_is_shown_as_the_document_says(
    company: dict[str, int | str], headers: dict[str, str]
) -> None:
    for path in READABLE:
        names = {"id": company.get(path.split("/")[3]), "day": company["day"], "key": company["key"]}
        names["number"] = company["number"]
        if "agreements" in path:
            names["key"] = "tried" if path.endswith("trial/") else company["agreement"]
        if path.endswith("baseline/"):
            names["key"] = company["rate"]
        query = NEEDED.get(path.removeprefix("/api/v1/"), {})
        used = {name: value for name, value in names.items() if f"{{{name}}}" in path}

        case = schema[path]["GET"].Case(path_parameters=used, query=query)
        response = case.call_and_validate(headers=headers)

        assert response.status_code == 200, path
        shown = response.json()
        assert shown if isinstance(shown, list) else shown.get("results", shown), (
            f"{path}: nothing to compare"
        )


def test_every_field_of_every_resource_is_in_the_document() -> None:
    body = schema.raw_schema["paths"]["/api/v1/sync/{resource}/"]["post"]["requestBody"]
    rows = body["content"]["application/json"]["schema"]["properties"]["records"]["items"]["anyOf"]
    fields = {row["title"].removeprefix("One of "): sorted(row["properties"]) for row in rows}
    assert fields == {name: sorted(each) for name, each in FIELDS.items()}
