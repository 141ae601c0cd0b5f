"""A version on trial: measured by the engine, told to nobody, read beside what signing would have meant."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from agreements.models import AgreementVersion
from agreements.trying import TrialError, end_trial, start_trial
from core.models import AuditEntry, OutboxMessage
from leads.ingestion import ingest
from measurement.judging import judge_pending
from measurement.models import Clock, Reading, TrialResult, Unit
from measurement.trials import measure_trial, measure_trials
from people.models import User
from people.tokens import create_token
from reporting.models import Breach
from reporting.watching import sync_breaches
from tests.factories.agreements import drafted

NOW = datetime(2026, 4, 17, 18, tzinfo=UTC)  # a Friday
TEXT = """
agreement: tried
parties: [marketing, sales]
effective_from: 2026-04-01
calendars: {office: {timezone: UTC, week: {mon: ["09:00-17:00"], tue: ["09:00-17:00"], wed: ["09:00-17:00"],
  thu: ["09:00-17:00"], fri: ["09:00-17:00"]}}}
commitments:
  - {key: answers, owner: sales, kind: response, start: {event: request.received}, within: 2 business hours,
     stop: {events: [call.made], by: team}, target: ">= 90%",
     escalate: [{at: 100%, to: owner}, {at: 150%, to: manager}]}
  - {key: mqls, owner: marketing, kind: volume, count: {event: lead.qualified}, per: week, target: ">= 2"}
"""

pytestmark = pytest.mark.django_db


def fact(number: int, kind: str, at: str, **more: Any) -> dict[str, Any]:
    return {"external_id": f"f{number}", "kind": kind, "occurred_at": f"2026-04-{at}:00Z", **more}


@pytest.fixture
def told() -> None:
    members = [
        {
            "external_id": "rae",
            "email": "rae@example.com",
            "team": "sales",
            "updated_at": "2026-01-01T00:00:00Z",
        }
    ]
    ingest(resource="members", source="crm", rows=members, channel="api", as_of=NOW)
    contacts = [
        {"external_id": f"c{n}", "owner": "rae", "updated_at": "2026-03-01T00:00:00Z"} for n in (1, 2, 3)
    ] + [{"external_id": "c4", "updated_at": "2026-03-01T00:00:00Z"}]
    ingest(resource="contacts", source="crm", rows=contacts, channel="api", as_of=NOW)
    events = [
        fact(1, "request.received", "06T10:00", contact="c1"),
        fact(2, "call.made", "06T11:00", contact="c1", actor="rae"),  # in time
        fact(3, "request.received", "07T10:00", contact="c2"),
        fact(4, "call.made", "07T15:00", contact="c2", actor="rae"),  # five hours: late, told to the manager
        fact(5, "request.received", "07T10:30", contact="c3"),
        fact(6, "call.made", "07T13:00", contact="c3", actor="rae"),  # late on the same morning's mail
        fact(7, "request.received", "14T10:00", contact="c4"),  # nobody's, never answered
        *(fact(10 + n, "lead.qualified", f"0{7 + n}T10:00", lead=f"l{n}") for n in (0, 1)),
    ]
    ingest(resource="events", source="crm", rows=events, channel="api", as_of=NOW)


@pytest.fixture
def version(told: None) -> AgreementVersion:
    version = drafted(TEXT, as_of=NOW)
    start_trial(version, by="operator", as_of=NOW)
    return version


def test_a_trial_counts_from_the_day_the_version_would_begin_or_from_now(version: AgreementVersion) -> None:
    ahead = drafted(
        TEXT.replace("tried", "ahead")
        .replace("2026-04-01", "2026-05-01")
        .replace("answers", "answers2")
        .replace("mqls", "mqls2")
        .replace("office", "office2"),
        as_of=NOW,
    )
    start_trial(ahead, by="operator", as_of=NOW)

    assert version.trial_since == datetime(2026, 4, 1, tzinfo=UTC)
    assert ahead.trial_since == NOW
    assert AuditEntry.objects.filter(verb="agreement.trial_started").count() == 2


def test_what_signing_would_have_meant_is_told_in_numbers_of_people_and_never_who(
    version: AgreementVersion,
) -> None:
    assert measure_trials(as_of=NOW) == 2

    answers, mqls = TrialResult.objects.order_by("commitment_key")
    assert answers.figures["clocks"] == {
        "met": 1, "late": 2, "overdue": 1, "failed": 0, "running": 0, "left_out": 0,
    }  # fmt: skip
    assert answers.figures["weeks"] == [
        {"week": "2026-04-06", "kept": 1, "missed": 2},
        {"week": "2026-04-13", "kept": 0, "missed": 1},
    ]
    assert answers.figures["meant"] == {
        "breaches": 3, "people": 1, "unassigned": 1, "mails": 2, "escalations": 2,
    }  # fmt: skip
    assert answers.figures["binding"] is None
    assert [(period["numerator"], period["verdict"]) for period in mqls.figures["periods"]] == [
        (0, "missed"),  # from Wednesday 1 April
        (2, "kept"),
        (0, None),  # still running
    ]
    assert "rae" not in str(answers.figures)


def test_a_trial_leaves_no_clock_no_reading_no_breach_and_no_mail(version: AgreementVersion) -> None:
    measure_trial(version, as_of=NOW)
    judge_pending(as_of=NOW)
    sync_breaches(as_of=NOW)

    assert not any(model.objects.exists() for model in (Clock, Unit, Reading, Breach, OutboxMessage))


def test_measuring_again_follows_the_words_and_an_older_measuring_does_not_undo_a_newer(
    version: AgreementVersion,
) -> None:
    measure_trial(version, as_of=NOW)
    drafted(TEXT.replace("2 business hours", "6 business hours"), as_of=NOW)
    version = AgreementVersion.objects.get(pk=version.pk)
    later = datetime(2026, 4, 17, 19, tzinfo=UTC)

    measure_trial(version, as_of=later)
    measure_trial(version, as_of=NOW)

    answers = TrialResult.objects.get(commitment_key="answers")
    assert (answers.figures["clocks"]["met"], answers.measured_at) == (3, later)


def test_a_signed_version_is_not_tried_and_ending_a_trial_needs_one(version: AgreementVersion) -> None:
    end_trial(version, by=User.objects.get(email="rae@example.com"), as_of=NOW)
    with pytest.raises(TrialError, match="not on trial"):
        end_trial(version, by=User.objects.get(email="rae@example.com"), as_of=NOW)
    AgreementVersion.objects.filter(pk=version.pk).update(state="signed", signed_at=NOW)
    with pytest.raises(TrialError, match="is signed"):
        start_trial(version, by="operator", as_of=NOW)


def test_the_command_puts_a_version_on_trial_and_the_api_says_so(
    tmp_path: Path, api_with: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "tried.yaml"
    path.write_text(TEXT)

    call_command("load_agreement", str(path), "--trial")
    call_command("load_agreement", str(path), "--trial")  # once more changes nothing

    assert "draft, on trial" in capsys.readouterr().out
    measure_trials(as_of=NOW)
    _, token = create_token(name="reader", scopes=["read"], as_of=NOW)
    client = api_with(token)
    listed = client.get("/api/v1/commitments/?state=trial").json()["results"]
    assert {row["key"]: row["state"] for row in listed} == {"answers": "trial", "mqls": "trial"}
    assert client.get("/api/v1/commitments/?state=draft").json()["results"] == []
    found = client.get("/api/v1/agreements/tried/1/trial/").json()
    assert [row["commitment"] for row in found["commitments"]] == ["answers", "mqls"]
    assert found["since"] == "2026-04-01T00:00:00Z"
    assert client.get("/api/v1/agreements/tried/2/trial/").status_code == 404


@pytest.fixture
def manager() -> User:
    return User.objects.create(email="boss@example.com", is_superuser=True)


def test_the_page_begins_measures_and_ends_a_trial(told: None, client: Client, manager: User) -> None:
    drafted(TEXT, as_of=NOW)
    client.force_login(manager)
    address = "/agreements/tried/1/trial/"

    assert "not on trial" in client.get(address).content.decode()
    client.post(f"{address}start/")
    assert "not measured yet" in client.get(address).content.decode()
    client.post(f"{address}measure/")
    page = client.get(address).content.decode()
    assert "3 exceptions to deal with" in page
    assert "rae" not in page.lower()
    client.post(f"{address}end/")
    assert "not on trial" in client.get(address).content.decode()
    assert not TrialResult.objects.exists()
