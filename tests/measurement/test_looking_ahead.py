"""The next records are looked at while the last ones are written: the same rows, and nothing is left open."""

from random import Random
from threading import Thread, get_ident
from threading import enumerate as threads
from time import sleep
from typing import Any

import pytest
from django.db import connection, transaction

from leads.models import Link, Ref
from measurement import looking_ahead
from measurement.columns.judging import Columns
from measurement.engine import Engine
from measurement.judging import judge_all, judge_pending, write
from measurement.models import Clock, Unit
from measurement.shadow import compare
from tests.factories.leads import send
from tests.measurement.small_agreements import VERSIONS
from tests.measurement.small_world import END, START, world
from tests.measurement.test_judging_laws import batches_of, everything, run, sign

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def of_three_weeks(monkeypatch: pytest.MonkeyPatch) -> set[int]:
    """A world that was judged once, and the threads that look at it from now on, two records at a time."""
    chance = Random(11)
    facts = world(chance, records=60, events=200, withdrawn=3)
    run([*map(sign, VERSIONS), *batches_of(facts, chance, together=50)], begin=START, end=END)
    judge_pending(as_of=END)
    monkeypatch.setattr(looking_ahead, "PART", 2)
    seen: set[int] = set()
    look = Columns.judged

    def noted(*args: Any, **kwargs: Any) -> Any:
        seen.add(get_ident())
        return look(*args, **kwargs)

    monkeypatch.setattr(Columns, "judged", noted)
    return seen


def connections_open() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
        return int(cursor.fetchone()[0])


def soon(number: int) -> bool:
    """Whether so many connections are open, once the server has noticed that others are gone."""
    for _ in range(100):
        if connections_open() == number:
            return True
        sleep(0.05)
    return False


def test_threads_that_look_ahead_give_the_same_rows(of_three_weeks: set[int]) -> None:
    expected, before = everything(), connections_open()
    Clock.objects.all().delete()
    Unit.objects.all().delete()

    judge_all(as_of=END)

    assert get_ident() not in of_three_weeks
    assert len(of_three_weeks) == looking_ahead.AHEAD
    assert everything() == expected
    assert compare(as_of=END).as_detail()["mismatches"] == 0
    assert soon(before)
    assert not [one for one in threads() if one.name.startswith("looking-ahead")]


def test_in_the_transaction_of_somebody_else_nobody_looks_apart(of_three_weeks: set[int]) -> None:
    with transaction.atomic():
        judge_all(as_of=END)

    assert of_three_weeks == {get_ident()}


def test_what_fails_apart_fails_the_batch_and_leaves_it_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    expected, before = everything(), connections_open()
    Clock.objects.filter(state="met").update(state="late")
    told: list[int] = []

    def fail(*args: Any) -> Any:
        told.append(1)
        if len(told) > 3:
            raise RuntimeError("no memory")
        return look(*args)

    look = looking_ahead._look
    monkeypatch.setattr(looking_ahead, "_look", fail)
    with pytest.raises(RuntimeError, match="no memory"):
        judge_all(as_of=END)
    assert everything() != expected
    assert soon(before)

    monkeypatch.setattr(looking_ahead, "_look", look)
    judge_all(as_of=END)
    judge_pending(as_of=END)
    assert everything() == expected


def test_somebody_who_wants_a_table_alone_waits_for_the_batch_and_the_batch_not_for_them(
    of_three_weeks: set[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    expected, before = everything(), connections_open()
    Clock.objects.all().delete()
    monkeypatch.setattr(looking_ahead, "PATIENCE", "50ms")
    asking = Thread(target=_lock_clocks)
    look = looking_ahead._look_apart

    def look_once_somebody_waits(*args: Any) -> Any:
        if not asking.ident:
            asking.start()
            assert _waits_for_a_lock()
        return look(*args)

    monkeypatch.setattr(looking_ahead, "AHEAD", 1)
    monkeypatch.setattr(looking_ahead, "_look_apart", look_once_somebody_waits)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE measurement_clock IN ROW EXCLUSIVE MODE")  # as after the first writing
        write(Engine(), sorted(Ref.objects.values_list("pk", flat=True)), as_of=END, apart=True)
    asking.join()

    assert get_ident() in of_three_weeks
    assert everything() == expected
    assert soon(before)


def _lock_clocks() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE measurement_clock IN ACCESS EXCLUSIVE MODE")
    connection.close()


def _waits_for_a_lock() -> bool:
    for _ in range(100):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND mode = 'AccessExclusiveLock')"
            )
            if cursor.fetchone()[0]:
                return True
        sleep(0.05)
    return False


def test_what_names_a_contact_is_looked_at_beside_it() -> None:
    for number in range(8):
        send("leads", {"external_id": f"beside {number}", "contact": f"of {number % 4}"}, as_of=END)
    contact = dict(Link.objects.filter(field="contact").values_list("ref_id", "target_id"))
    refs = sorted({*contact, *contact.values()})

    order = [contact.get(ref, ref) for ref in looking_ahead._by_contact(refs)]

    assert len(set(contact.values())) >= 4
    assert order == sorted(order)
    assert refs != looking_ahead._by_contact(refs)
