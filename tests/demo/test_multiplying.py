"""The company three times as large: as if all of it had been told and judged."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import Max

from core.instants import format_instant
from demo.cast import SOURCE
from demo.copied import KEPT, MADE_ANEW, TABLES
from demo.multiplying import multiply
from demo.statistics import APPS
from leads.ingestion import ingest
from leads.models import Account, Contact, Event, Lead, Link, RecordVersion, Ref
from measurement import shadow
from measurement.judging import backlog, judge_all, judge_pending
from measurement.models import Clock, Reading
from reporting.models import Breach
from tests.demo.conftest import AS_OF

pytestmark = pytest.mark.xdist_group("demo")

SCHEMA = """
SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
UNION ALL SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace
UNION ALL SELECT tgrelid::regclass::text, tgname, tgenabled::text FROM pg_trigger WHERE NOT tgisinternal
"""
CASTS = re.compile(r"::(character varying|text)(\[\])?|[()]")


@pytest.fixture
def again() -> Iterator[None]:
    """What a test does to the company is undone after it."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def grow(times: int, **options: Any) -> None:
    multiply(times, as_of=AS_OF, progress=lambda what: None, **options)


def counted() -> dict[str, int]:
    with connection.cursor() as cursor:
        found = {}
        for table in TABLES:
            cursor.execute(f"SELECT count(*) FROM {table}")
            found[table] = cursor.fetchone()[0]
    return found


def schema() -> set[tuple[str, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(SCHEMA)
        # A condition that is read back from its own text has its casts elsewhere.
        return {(*names, CASTS.sub("", said)) for *names, said in cursor.fetchall()}


@pytest.mark.usefixtures("loaded", "again")
class TestACompanyThreeTimesAsLarge:
    def test_is_judged_as_judging_it_afresh_would(self) -> None:
        grow(3)

        assert backlog(as_of=AS_OF) == 0
        found = shadow.compare(as_of=AS_OF)
        assert (found.different, found.periods, found.complete) == ([], [], True)
        again = judge_all(as_of=AS_OF)
        assert (again.written, again.removed) == (0, 0)

    def test_has_three_of_everything_that_grows(self) -> None:
        before, clocks = counted(), Clock.objects.filter(subject_type="lead").count()

        grow(3)

        after = counted()
        assert Account.objects.count() == 3 * before["leads_account"]
        assert Lead.objects.count() == 3 * before["leads_lead"]
        assert Clock.objects.filter(subject_type="lead").count() == 3 * clocks
        assert all(
            2 * few <= many <= 3 * few for few, many in zip(before.values(), after.values(), strict=True)
        )
        assert before.keys() == {table for table, few in before.items() if few}, "each has rows in the story"

    def test_keeps_each_copy_to_itself(self) -> None:
        grow(3)

        known = set(Ref.objects.values_list("id", flat=True))
        for ref, target in Link.objects.values_list("ref_id", "target_id"):
            assert {ref, target} <= known
        for contact in Contact.objects.filter(ref__external_id__startswith="2-"):
            account = Account.objects.get(pk=contact.account_id)
            assert account.ref.external_id.startswith("2-")
            assert str(account.name).endswith(" 2")
            assert contact.email is None or contact.email.endswith(f"@{account.domain}")
        told = Event.objects.filter(external_id__startswith="3-").values_list("contact_id", flat=True)
        names = dict(Ref.objects.values_list("id", "external_id"))
        contacts = {contact for contact in told if contact is not None}
        assert contacts
        assert all(names[contact].startswith("3-") for contact in contacts)
        assert set(Ref.objects.filter(type="member").values_list("external_id", flat=True)) == {
            name for name in names.values() if "." in name and not name[0].isdigit()
        }

    def test_has_periods_that_count_them_all(self) -> None:
        volume = Reading.objects.filter(commitment_key="mql-volume").order_by("period_start")
        before = list(volume.values_list("period_start", "numerator"))

        grow(3)

        assert list(volume.values_list("period_start", "numerator")) == [(at, 3 * n) for at, n in before]

    def test_goes_on_with_new_facts(self) -> None:
        grow(3)
        contact = Contact.objects.filter(ref__external_id__startswith="2-", owner_id__isnull=False).first()
        assert contact is not None
        row = {
            "external_id": "new-1",
            "kind": "request.received",
            "occurred_at": format_instant(AS_OF + timedelta(minutes=1)),
            "contact": contact.ref.external_id,
        }

        highest = Event.objects.aggregate(highest=Max("id"))["highest"]
        ingest(
            resource="events", source=SOURCE, rows=[row], channel="test", as_of=AS_OF + timedelta(minutes=2)
        )
        judge_pending(as_of=AS_OF + timedelta(minutes=2))

        assert Event.objects.get(external_id="new-1").pk == highest + 1
        assert shadow.compare(as_of=AS_OF + timedelta(minutes=2)).different == []

    def test_is_the_same_with_its_indexes_made_again(self) -> None:
        before = schema()
        with transaction.atomic():
            grow(3)
            small = counted(), rows_of(Clock), rows_of(Breach), rows_of(RecordVersion), rows_of(Reading)
            transaction.set_rollback(True)

        grow(3, many=3)

        assert schema() == before
        assert (counted(), rows_of(Clock), rows_of(Breach), rows_of(RecordVersion), rows_of(Reading)) == small


def rows_of(model: Any) -> set[str]:
    names = [field.attname for field in model._meta.concrete_fields if field.name != "pk"]
    left = {"id", "changed_at"} if model is Reading else {"changed_at"}
    return {repr(row) for row in model.objects.values_list(*(name for name in names if name not in left))}


@pytest.mark.django_db
def test_every_table_is_copied_or_said_to_be_one_for_all() -> None:
    prefixes = tuple(f"{name}_" for name in APPS)
    tables = {name for name in connection.introspection.table_names() if name.startswith(prefixes)}
    named = [*TABLES, *KEPT, *MADE_ANEW]

    assert sorted(named) == sorted(set(named))
    assert tables == set(named), "say in demo/copied.py what becomes of these when the company grows"
