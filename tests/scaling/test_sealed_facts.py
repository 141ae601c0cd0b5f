"""What is dated behind the sealed horizon is refused, row by row; what is known already is unchanged."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from leads.ingestion import Summary
from leads.models import Account, Event, Horizon, KeptWhole, RecordVersion
from leads.retiring import retire
from leads.trimming import trim
from measurement.judging import judge_pending
from measurement.retaining import foreseen, months_before, move, retain
from tests.factories.leads import event, send

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 4, 10, 12, tzinfo=UTC)
SEALED = datetime(2026, 4, 1, tzinfo=UTC)
BEFORE, AFTER = "2026-03-31T23:59:59Z", "2026-04-01T00:00:00Z"
DATED = "lies before 2026-04-01: what happened until then is sealed and changes no more"


def seal(kept_from: datetime = SEALED) -> None:
    judge_pending(as_of=NOW)
    assert move(to=SEALED, kept_from=kept_from, as_of=NOW)


def told(summary: Summary) -> tuple[Any, ...]:
    errors = [(error.index, error.field, error.code) for error in summary.errors]
    return summary.created, summary.updated, summary.unchanged, errors


def account(external_id: str = "acme", /, at: str | None = None, **said: Any) -> dict[str, Any]:
    return {"external_id": external_id, **({"updated_at": at} if at else {}), **said}


def test_an_event_behind_the_horizon_is_refused_and_one_at_it_is_stored() -> None:
    send("events", event(1, at=BEFORE, contact="p"))
    seal()

    again = event(1, at=BEFORE, contact="p")
    summary = send(
        "events", again, event(2, at=BEFORE), event(3, at=AFTER), event(4, at="2026-04-01T01:00:00+02:00")
    )

    assert told(summary) == (1, 0, 1, [(1, "occurred_at", "sealed"), (3, "occurred_at", "sealed")])
    assert summary.errors[0].message == DATED
    assert set(Event.objects.values_list("external_id", flat=True)) == {"x1", "x3"}


def test_an_event_behind_the_horizon_cannot_be_withdrawn_and_one_after_it_can() -> None:
    send("events", event(1, at=BEFORE), event(2, at=AFTER))
    seal()

    summary = send(
        "events",
        event("r1", "event.retracted", "2026-04-05T00:00:00Z", data={"event": "x1"}),
        event("r2", "event.retracted", "2026-04-05T00:00:00Z", data={"event": "x2"}),
        event("r3", "event.retracted", "2026-04-05T00:00:00Z", data={"event": "never-came"}),
    )

    assert told(summary) == (2, 0, 0, [(0, "data.event", "sealed")])
    assert list(Event.objects.exclude(retracted_by=None).values_list("external_id", flat=True)) == ["x2"]


def test_an_update_behind_the_horizon_is_refused_only_where_it_says_something_new() -> None:
    send("accounts", account(at="2026-01-05T00:00:00Z", name="Acme", tier=1))
    send("accounts", account(at="2026-04-02T00:00:00Z", tier=2))
    seal()

    summary = send(
        "accounts",
        account(at="2026-01-05T00:00:00Z", name="Acme", tier=1),  # word for word
        account(at="2026-02-01T00:00:00Z", tier=1),  # as it was known
        account(at="2026-02-02T00:00:00Z", name="Acme", tier=3),
        account(at="2026-01-01T00:00:00Z", name="Acme"),  # the earliest update holds before itself
        account(at="2026-04-03T00:00:00Z", tier=4),
    )

    assert told(summary) == (0, 1, 3, [(2, "updated_at", "sealed")])
    assert Account.objects.get().tier == 4


def test_a_record_that_was_not_known_is_taken_in_whatever_its_date() -> None:
    send("contacts", {"external_id": "p", "account": "old", "updated_at": AFTER})
    seal()

    summary = send(
        "accounts",
        account("old", at="2019-01-01T00:00:00Z", name="Old"),
        account("new", at=BEFORE, name="New"),
    )

    assert told(summary) == (2, 0, 0, [])


def test_repeated_words_of_old_updates_go_and_no_instant_is_answered_otherwise() -> None:
    for day, tier in enumerate([1, 1, 2, 2, 2, 1, 1], start=1):
        send("accounts", account(at=f"2026-01-0{day}T00:00:00Z", name="Acme", tier=tier, industry="steel"))
    send("accounts", account(at="2026-04-02T00:00:00Z", name="Acme", tier=1, industry="steel"))
    seal()

    assert trim() == (3, 2, True)
    assert trim() == (0, 0, True)
    left = [
        {name: value for name, value in said.items() if name in ("name", "tier", "industry")}
        for said in RecordVersion.objects.order_by("valid_from").values_list("fields", flat=True)
    ]
    whole = {"name": "Acme", "tier": 1, "industry": "steel"}
    assert left == [whole, {"tier": 2}, {"tier": 1}, whole, whole]


def test_what_people_do_every_day_goes_and_what_tells_a_record_stays() -> None:
    rows = [event(n, at=f"2026-01-0{n}T00:00:00Z", contact="p") for n in range(1, 6)]
    send("events", *rows, event(6, "lead.qualified", "2026-01-07T00:00:00Z", lead="l"))
    seal()

    done = retire(batch=2)

    assert (done.looked_at, done.deleted, done.complete) == (6, 4, True)
    assert list(Event.objects.order_by("id").values_list("external_id", flat=True)) == ["x1", "x6"]
    assert retire().looked_at == 0


def test_what_is_near_a_record_that_is_kept_whole_stays() -> None:
    send("leads", {"external_id": "l", "contact": "p", "updated_at": "2026-01-01T00:00:00Z"})
    rows = [event(n, at=f"2026-01-0{n}T00:00:00Z", contact="p") for n in range(1, 4)]
    send("events", *rows, *(event(n, at=f"2026-01-0{n}T00:00:00Z", contact="q") for n in range(4, 8)))
    seal()
    KeptWhole.objects.create(ref_id=RecordVersion.objects.get().ref_id)

    assert retire().deleted == 3  # of q


def test_the_horizon_is_the_first_of_a_month_and_never_goes_back() -> None:
    assert months_before(NOW, 36) == datetime(2023, 4, 1, tzinfo=UTC)
    assert months_before(datetime(2026, 1, 31, 23, tzinfo=UTC), 1) == datetime(2025, 12, 1, tzinfo=UTC)

    assert retain(months=12, as_of=NOW).moved
    assert not retain(months=24, as_of=NOW).moved
    assert Horizon.objects.get().sealed_before == datetime(2025, 4, 1, tzinfo=UTC)
    assert Horizon.objects.get().kept_from == datetime(2024, 3, 1, tzinfo=UTC)


def test_a_dry_run_says_what_would_go_and_changes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    send("events", *(event(n, at=f"2020-01-0{n}T00:00:00Z", contact="p") for n in range(1, 5)))
    judge_pending(as_of=NOW)

    found = foreseen(months=12, as_of=NOW)
    assert (found["events"], found["kept_whole"], found["moves"]) == (3, 0, True)
    call_command("retain", months=12, dry_run=True)
    assert "3 events would be deleted." in capsys.readouterr().out
    assert not Horizon.objects.exists()

    call_command("retain", months=12)
    assert "3 events deleted" in capsys.readouterr().out


def test_a_night_that_is_over_leaves_the_rest_to_the_next_one() -> None:
    send("events", *(event(n, at=f"2020-01-0{n}T00:00:00Z", contact="p") for n in range(1, 5)))
    judge_pending(as_of=NOW)

    first = retain(months=12, as_of=NOW, seconds=0)
    assert (first.moved, first.events, first.complete) == (True, 0, False)
    second = retain(months=12, as_of=NOW, seconds=60)
    assert (second.events, second.complete) == (3, True)


def test_without_a_number_of_months_nothing_is_sealed() -> None:
    with pytest.raises(CommandError, match="Retention is off"):
        call_command("retain")


def test_nothing_is_sealed_while_something_waits_to_be_judged() -> None:
    send("events", event(1, at=BEFORE, contact="p"), as_of=NOW)

    assert not move(to=SEALED, as_of=NOW)


@pytest.mark.parametrize(("said", "done"), [("y", True), ("no", False)])
def test_on_a_terminal_it_says_what_would_go_and_asks(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, said: str, done: bool
) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", lambda _: said)
    if done:
        call_command("retain", months=12)
    else:
        with pytest.raises(CommandError, match="Nothing was changed"):
            call_command("retain", months=12)

    assert Horizon.objects.exists() is done
    assert "stays sealed" in capsys.readouterr().out
