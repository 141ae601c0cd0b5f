"""Records merge field by field by their source's clock."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from core.models import ChangeMark
from leads.ingestion import project_ripe
from leads.models import Account, Contact, Deal, Lead, Link, Member, QuarantinedRow, RecordVersion, Ref
from tests.factories.leads import NOW, event, send

pytestmark = pytest.mark.django_db


def at(day, hour=0):
    return f"2026-04-{day:02}T{hour:02}:00:00Z"


def lead(day=None, **fields):
    return {"external_id": "l1", **({"updated_at": at(day)} if day else {}), **fields}


def counts(summary):
    return summary.created, summary.updated, summary.unchanged, summary.rejected


def test_a_record_is_created_updated_and_then_unchanged():
    assert counts(send("leads", lead(1, status="raw"))) == (1, 0, 0, 0)
    assert counts(send("leads", lead(2, status="mql"))) == (0, 1, 0, 0)
    assert counts(send("leads", lead(2, status="mql"), lead(1, status="raw"))) == (0, 0, 2, 0)


def test_left_out_fields_stay_and_null_clears():
    send("leads", lead(1, origin="web", reason="test", score="12.50"))
    send("leads", lead(2, reason=None))

    stored = Lead.objects.get()
    assert (stored.origin, stored.reason, stored.score) == ("web", None, Decimal("12.5"))


def test_each_field_has_the_value_of_the_latest_update_that_names_it_whatever_came_last():
    send("leads", lead(5, status="accepted"))
    send("leads", lead(3, status="mql", origin="web"))

    stored = Lead.objects.get()
    assert (stored.status, stored.origin, stored.updated_at.day) == ("accepted", "web", 5)


def test_at_one_instant_the_greater_value_wins_and_links_are_compared_by_external_id():
    send("leads", lead(1, status="b", owner="r2"))
    send("leads", lead(1, status="a", owner="r9"), lead(1, status="c", owner="r1"))

    stored = Lead.objects.get()
    assert (stored.status, stored.owner_id) == ("c", Ref.objects.get(external_id="r9").id)
    assert RecordVersion.objects.count() == 1


def test_without_updated_at_the_receipt_is_the_instant_and_what_is_known_already_is_unchanged():
    send("leads", lead(status="raw", region="north"))
    same = send("leads", lead(status="raw", region="north", reason=None), as_of=NOW + timedelta(hours=1))
    other = send("leads", lead(status="mql"), as_of=NOW + timedelta(hours=2))

    assert (counts(same), counts(other)) == ((0, 0, 1, 0), (0, 1, 0, 0))
    assert list(RecordVersion.objects.order_by("valid_from").values_list("valid_from", flat=True)) == [
        NOW,
        NOW + timedelta(hours=2),
    ]


def test_of_rows_without_updated_at_in_one_request_the_later_wins_and_repetitions_are_unchanged():
    summary = send("leads", lead(status="raw"), lead(status="raw"), lead(status="mql"), lead(origin="web"))

    assert counts(summary) == (1, 2, 1, 0)
    stored = Lead.objects.get()
    assert (stored.status, stored.origin) == ("mql", "web")


def test_unknown_fields_are_attributes_and_merge_one_by_one():
    send("leads", lead(1, region="north", attributes={"size": 3}))
    send("leads", lead(2, region=None, colour="red"))

    assert Lead.objects.get().attributes == {"size": 3, "colour": "red"}


def test_links_make_placeholders_that_the_record_fills_in_later():
    send("contacts", {"external_id": "p1", "account": "a1", "owner": "r1"})
    account = Ref.objects.get(type="account")
    assert account.placeholder
    send("accounts", {"external_id": "a1", "name": "Acme"})

    account.refresh_from_db()
    assert not account.placeholder
    assert Contact.objects.get().account_id == account.id
    assert set(Link.objects.values_list("field", "target_id")) == {
        ("account", account.id),
        ("owner", Ref.objects.get(type="member").id),
    }


def test_a_buyer_role_is_one_or_a_list():
    send(
        "contacts",
        {"external_id": "1", "buyer_role": "champion"},
        {"external_id": "2", "buyer_role": ["b", "a", "b"]},
    )

    assert list(Contact.objects.order_by("ref_id").values_list("buyer_role", flat=True)) == [
        ["champion"],
        ["a", "b"],
    ]


def test_an_update_dated_ahead_waits_for_its_instant():
    send("leads", lead(1, status="raw"), lead(20, status="mql"))
    assert Lead.objects.get().status == "raw"
    assert project_ripe(as_of=NOW) == 0

    assert project_ripe(as_of=datetime(2026, 4, 20, tzinfo=UTC)) == 1
    assert Lead.objects.get().status == "mql"
    assert Ref.objects.get().next_change_at is None
    assert set(ChangeMark.objects.values_list("ready_at", flat=True)) == {
        NOW,
        datetime(2026, 4, 20, tzinfo=UTC),
    }


def test_a_record_that_is_only_known_from_ahead_shows_its_first_values():
    send("leads", lead(20, status="mql"))

    assert Lead.objects.get().status == "mql"


@pytest.mark.parametrize(
    ("resource", "row", "field", "code"),
    [
        ("accounts", {"external_id": "a"}, "name", "required"),
        ("accounts", {"external_id": "a", "name": None}, "name", "required"),
        ("accounts", {"external_id": "a", "name": "A", "tier": "1"}, "tier", "wrong_type"),
        ("accounts", {"external_id": "a", "name": "A", "tier": 1.5}, "tier", "wrong_type"),
        ("accounts", {"external_id": "a", "name": "A", "tier": 2**31}, "tier", "out_of_range"),
        ("accounts", {"external_id": "a", "name": "A", "named": "yes"}, "named", "wrong_type"),
        ("accounts", {"external_id": "a", "name": "A\x00"}, "name", "nul_character"),
        ("accounts", {"external_id": "a", "name": "A", "owner": 5}, "owner", "wrong_type"),
        ("accounts", {"external_id": "a", "name": "A", "x": {"y": "\x00"}}, "x", "nul_character"),
        ("accounts", {"external_id": "a", "name": "A", "attributes": 3}, "attributes", "wrong_type"),
        ("members", {"external_id": "m", "email": "nobody"}, "email", "invalid"),
        ("members", {"external_id": "m", "email": "a@b.c", "team": "Sales & Co"}, "team", "invalid"),
        ("contacts", {"external_id": "c", "buyer_role": [1]}, "buyer_role", "wrong_type"),
        ("leads", {"external_id": "l", "score": "many"}, "score", "wrong_type"),
        (
            "leads",
            {"external_id": "l", "created_at": "2026-04-31T00:00:00Z"},
            "created_at",
            "invalid_instant",
        ),
        ("leads", {"external_id": "l", "updated_at": "2026-04-30T00:00:00"}, "updated_at", "naive_instant"),
        ("deals", {"external_id": "d", "amount": 10**17}, "amount", "out_of_range"),
        ("deals", {"external_id": "d", "currency": "euro"}, "currency", "invalid"),
        ("deals", {"external_id": "d", "merged_into": "d"}, "merged_into", "merge_circle"),
        ("campaigns", {"external_id": "c", "ends_at": "2026-04-30"}, "ends_at", "date_only"),
    ],
)
def test_a_wrong_value_is_refused_with_its_field_and_nothing_of_the_row_is_stored(resource, row, field, code):
    summary = send(resource, row)

    assert [(error.field, error.code) for error in summary.errors] == [(field, code)]
    assert summary.rejected == 1
    assert not Ref.objects.exists()


def test_a_required_field_may_be_left_out_of_an_update():
    send("accounts", {"external_id": "a1", "name": "Acme"})

    assert counts(send("accounts", {"external_id": "a1", "tier": 1})) == (0, 1, 0, 0)
    assert (Account.objects.get().name, Account.objects.get().tier) == ("Acme", 1)


def test_an_update_that_comes_before_its_record_waits_for_it():
    early = send("accounts", {"external_id": "a1", "tier": 2, "updated_at": at(2)})
    assert (early.rejected, QuarantinedRow.objects.count()) == (1, 1)
    send("accounts", {"external_id": "a1", "name": "Acme", "tier": 1, "updated_at": at(1)})

    assert Account.objects.get().tier == 2
    assert not QuarantinedRow.objects.exists()


def test_a_merge_names_the_survivor_through_every_step_and_marks_all_concerned():
    send("deals", {"external_id": "1", "merged_into": "2"}, {"external_id": "2", "merged_into": "3"})
    survivors = dict(Ref.objects.values_list("external_id", "merged_into"))
    three = Ref.objects.get(external_id="3").id
    assert survivors == {"1": three, "2": three, "3": None}

    ChangeMark.objects.all().delete()
    send("deals", {"external_id": "2", "merged_into": None}, as_of=NOW + timedelta(hours=1))

    ids = dict(Ref.objects.values_list("external_id", "id"))
    assert dict(Ref.objects.values_list("external_id", "merged_into")) == {
        "1": ids["2"],
        "2": None,
        "3": None,
    }
    assert set(ChangeMark.objects.values_list("ref_id", flat=True)) == set(ids.values())


def test_a_merge_in_a_circle_is_refused():
    send("deals", {"external_id": "1", "merged_into": "2"})
    summary = send("deals", {"external_id": "2", "merged_into": "1"})

    assert [error.code for error in summary.errors] == ["merge_circle"]
    assert Deal.objects.count() == 1


def test_a_deleted_record_keeps_the_instant():
    send("leads", lead(1, status="raw"), lead(2, deleted_at=at(2)))

    assert Lead.objects.get().deleted_at == datetime(2026, 4, 2, tzinfo=UTC)


def test_a_member_is_tied_to_a_user_by_address_and_never_becomes_a_login():
    send("members", {"external_id": "r1", "email": "Rae@example.com", "name": "Rae", "team": "sales"})

    user = Member.objects.get().user
    assert (user.email, user.name, user.has_usable_password()) == ("Rae@example.com", "Rae", False)


def test_an_event_before_its_record_ends_as_the_record_before_its_event():
    send("events", event(contact="p1"))
    summary = send("contacts", {"external_id": "p1", "name": "Pat"})

    assert summary.created == 1
    assert Ref.objects.get().placeholder is False
