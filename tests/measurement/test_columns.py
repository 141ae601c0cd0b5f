"""Where the fast path of judging goes, and that it believes nothing that is stored unseen."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from agreements.loading import load
from leads.ingestion import ingest
from measurement.columns.judging import Columns
from measurement.engine import Engine
from measurement.judging import candidates, judge_all, judge_pending
from measurement.models import Clock
from tests.measurement.small_agreements import VERSIONS

pytestmark = pytest.mark.django_db

BEGIN = datetime(2026, 3, 2, 6, tzinfo=UTC)
NOW = BEGIN + timedelta(days=21)
PEOPLE = 12


def send(resource: str, rows: list[dict[str, Any]]) -> None:
    assert ingest(resource=resource, source="crm", rows=rows, channel="test", as_of=NOW).errors == []


@pytest.fixture
def company() -> None:
    """A plain company: leads with their contacts and accounts, some of which change hands."""
    at = BEGIN.isoformat()
    for text in VERSIONS[0]:
        load(text, by="operator", as_of=BEGIN, sign=True)
    send("members", [{"external_id": "rae", "email": "rae@example.com", "team": "sales", "updated_at": at}])
    send(
        "accounts",
        [
            {"external_id": f"a{n}", "name": f"a{n}", "tier": n % 3 + 1, "owner": "rae", "updated_at": at}
            for n in range(4)
        ],
    )
    send(
        "contacts",
        [{"external_id": f"c{n}", "account": f"a{n % 4}", "updated_at": at} for n in range(PEOPLE)],
    )
    send("leads", [{"external_id": f"l{n}", "contact": f"c{n}", "updated_at": at} for n in range(PEOPLE)])
    send("events", [event for n in range(PEOPLE) for event in _story(n)])
    later = (BEGIN + timedelta(days=3)).isoformat()
    send("leads", [{"external_id": "l1", "owner": "rae", "status": "accepted", "updated_at": later}])
    judge_pending(as_of=NOW)


def _story(n: int) -> list[dict[str, Any]]:
    told = [
        ("request.received", {"contact": f"c{n}"}, None),
        ("lead.qualified", {"lead": f"l{n}"}, None),
        ("lead.accepted", {"lead": f"l{n}"}, "rae"),
        ("email.sent", {"lead": f"l{n}"}, "rae"),
        ("call.made", {"contact": f"c{n}"}, "rae"),
        ("request.received", {"contact": f"c{n}"}, None),
    ]
    return [
        {
            "external_id": f"{n}-{place}",
            "kind": kind,
            "occurred_at": (BEGIN + timedelta(hours=n + 5 * place)).isoformat(),
            "actor": actor,
            **whom,
        }
        for place, (kind, whom, actor) in enumerate(told)
    ]


@pytest.mark.usefixtures("company")
def test_nine_of_ten_clocks_of_a_plain_company_are_judged_as_columns() -> None:
    engine = Engine()
    columns = Columns(engine.promises, engine.subject_types)
    judged = columns.judged([ref for refs in candidates(engine) for ref in refs], as_of=NOW)
    assert judged is not None
    responses = Clock.objects.filter(commitment_key__in=["inbound", "decision", "wait", "contact"])
    able = responses.filter(commitment_key__in=columns.keys)
    by_columns = able.filter(subject_id__in=judged.plain.tolist())
    assert by_columns.count() >= 0.9 * able.count() > 0
    assert set(by_columns.values_list("fingerprint", flat=True)).isdisjoint({None})


@pytest.mark.usefixtures("company")
@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("evidence", []),
        ("owners", []),
        ("origin", "elsewhere"),
        ("start_key", "e:0"),
        ("repeats", 7),
        ("due_at", NOW),
        ("reason", "gave_up"),
        ("fingerprint", 1),
    ],
)
def test_what_somebody_changed_in_a_stored_clock_is_seen_and_mended(column: str, value: Any) -> None:
    clock = Clock.objects.filter(commitment_key="decision", fingerprint__isnull=False).earliest("id")
    before = _said(clock)
    Clock.objects.filter(pk=clock.pk).update(**{column: value})
    judge_all(as_of=NOW)
    mended = Clock.objects.filter(commitment_key="decision", subject_id=clock.subject_id)
    assert [_said(one) for one in mended.filter(started_at=clock.started_at)] == [before]


@pytest.mark.usefixtures("company")
def test_judging_everything_again_writes_nothing() -> None:
    stored = list(Clock.objects.order_by("id").values())
    judged = judge_all(as_of=NOW)
    assert (judged.written, judged.removed) == (0, 0)
    assert list(Clock.objects.order_by("id").values()) == stored


def _said(clock: Clock) -> dict[str, Any]:
    names = {field.attname for field in Clock._meta.concrete_fields} - {"id", "changed_at", "fingerprint"}
    return {name: getattr(clock, name) for name in names}
