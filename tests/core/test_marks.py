from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from django.db.transaction import TransactionManagementError

from core.enums import MarkKind
from core.marks import drain, mark, pending
from tests.core.threads import at_once

NOW = datetime(2026, 4, 3, 16, tzinfo=UTC)
SECOND = timedelta(seconds=1)
RECORD, DEFINITION = MarkKind.RECORD, MarkKind.DEFINITION


@pytest.mark.django_db
def test_marking_is_one_statement_whatever_the_number(django_assert_num_queries):
    with django_assert_num_queries(1):
        mark(RECORD, range(1000), as_of=NOW)

    assert pending([RECORD], as_of=NOW) == 1000


@pytest.mark.django_db
def test_marking_nothing_writes_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        mark(RECORD, [], as_of=NOW)


@pytest.mark.django_db
def test_a_thing_named_twice_in_one_call_is_marked_once():
    mark(RECORD, [7, 7, 3], as_of=NOW)

    assert [m.ref_id for m in drain([RECORD], as_of=NOW, limit=10)] == [3, 7]


@pytest.mark.django_db
def test_draining_takes_the_oldest_first_and_no_more_than_asked():
    mark(RECORD, [5], as_of=NOW)
    mark(RECORD, [4], as_of=NOW, from_instant=NOW - SECOND)
    mark(RECORD, [3], as_of=NOW)

    first, second = drain([RECORD], as_of=NOW, limit=2)

    assert (first.ref_id, first.from_instant) == (5, None)
    assert (second.ref_id, second.from_instant) == (4, NOW - SECOND)
    assert [m.ref_id for m in drain([RECORD], as_of=NOW, limit=2)] == [3]
    assert drain([RECORD], as_of=NOW, limit=2) == []


@pytest.mark.django_db
def test_only_the_kinds_asked_for_are_drained():
    mark(RECORD, [1], as_of=NOW)
    mark(DEFINITION, [2], as_of=NOW)

    assert [m.ref_id for m in drain([DEFINITION], as_of=NOW, limit=10)] == [2]
    assert pending([RECORD, DEFINITION], as_of=NOW) == 1


@pytest.mark.django_db
def test_a_mark_of_a_fact_dated_ahead_waits_for_its_instant():
    mark(RECORD, [1], as_of=NOW, ready_at=NOW + SECOND)

    assert pending([RECORD], as_of=NOW) == 0
    assert drain([RECORD], as_of=NOW, limit=10) == []
    assert len(drain([RECORD], as_of=NOW + SECOND, limit=10)) == 1


@pytest.mark.django_db(transaction=True)
def test_draining_outside_a_transaction_is_refused():
    with pytest.raises(TransactionManagementError, match="belongs into the transaction"):
        drain([RECORD], as_of=NOW, limit=1)


@pytest.mark.django_db(transaction=True)
def test_a_drain_that_fails_gives_its_marks_back():
    mark(RECORD, [1, 2], as_of=NOW)

    with transaction.atomic():
        drain([RECORD], as_of=NOW, limit=10)
        transaction.set_rollback(True)

    assert pending([RECORD], as_of=NOW) == 2


@pytest.mark.django_db(transaction=True)
def test_two_connections_never_drain_the_same_mark():
    mark(RECORD, range(2000), as_of=NOW)

    def take(number: int) -> list[int]:
        taken = []
        while True:
            with transaction.atomic():
                batch = [m.ref_id for m in drain([RECORD], as_of=NOW, limit=37)]
            if not batch:
                return taken
            taken += batch

    first, second = at_once(take)

    assert sorted(first + second) == list(range(2000))


@pytest.mark.django_db(transaction=True)
def test_a_mark_that_another_transaction_holds_is_skipped_not_waited_for():
    mark(RECORD, [1, 2], as_of=NOW)

    with transaction.atomic():
        held = [m.ref_id for m in drain([RECORD], as_of=NOW, limit=1)]

        def take(number: int) -> list[int]:
            with transaction.atomic():
                return [m.ref_id for m in drain([RECORD], as_of=NOW, limit=10)]

        assert held == [1]
        assert at_once(take, times=1) == [[2]]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("instants", "earliest"),
    [([NOW, NOW - SECOND, NOW + SECOND], NOW - SECOND), ([NOW, None, NOW - SECOND], None)],
)
def test_the_marks_of_one_thing_come_as_one_with_the_earliest_instant(instants, earliest):
    for instant in instants:
        mark(RECORD, [7], as_of=NOW, from_instant=instant)

    (one,) = drain([RECORD], as_of=NOW, limit=10)

    assert (one.ref_id, one.from_instant, one.times) == (7, earliest, 3)
