"""The daily mail while people are away, or gone: to their cover, to nobody absent, nobody's rows first."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agreements.personal_calendars import set_hours
from people.absences import hand_over, take
from people.models import User
from reporting.publishing import publish_due
from tests.reporting.company import Company, at
from tests.reporting.test_digests import MONDAY, PLAYBOOK, TUESDAY, mails

pytestmark = pytest.mark.django_db


@pytest.fixture
def company() -> Company:
    return Company(terms=PLAYBOOK)


def away(user: User, cover: User | None, *, until: str = "06 00:00") -> None:
    take(user, during=(at("02 08:00"), at(until)), cover=cover, by="test", as_of=MONDAY)


def test_the_cover_gets_it_under_the_name_of_whom_they_cover_and_the_absent_owner_nothing(company):
    company.request("alice", at("02 09:00"), owner="paul")
    away(company.paul, company.marie)
    publish_due(as_of=TUESDAY)

    assert set(mails()) == {"marie"}
    assert "1. Rappelez maintenant.\n   Alice, Acme · Demandes entrantes · " in mails()["marie"]["text"]
    assert "Paul Smith" in mails()["marie"]["text"]
    assert "Paul Smith" in mails()["marie"]["html"]


def test_back_again_they_get_their_own(company):
    company.request("alice", at("02 09:00"), owner="paul")
    away(company.paul, company.marie, until="03 06:59")
    publish_due(as_of=TUESDAY)

    assert set(mails()) == {"paul"}


def test_without_a_cover_it_comes_first_on_the_manager_s_list_by_name(company):
    company.managed_by()
    company.request("alice", at("02 09:00"), owner="marie")
    company.request("bob", at("02 09:30"), owner="paul")
    away(company.paul, None)
    publish_due(as_of=TUESDAY)

    assert set(mails()) == {"marie", "helene"}
    text = mails()["helene"]["text"]
    assert (
        "1. Paul Smith is not there and nobody covers: give it to somebody now. Call back now.\n   Bob"
        in text
    )
    assert "2. Call back now.\n   Alice, Acme · Inbound requests · Marie Durand" in text


def test_so_does_what_a_deactivated_person_owned(company):
    company.managed_by()
    company.request("bob", at("02 09:30"), owner="paul")
    company.sweep(at("02 15:00"))
    User.objects.filter(pk=company.paul.pk).update(is_active=False)
    publish_due(as_of=TUESDAY)

    assert set(mails()) == {"helene"}
    assert "1. Paul Smith is not there and nobody covers" in mails()["helene"]["text"]


def test_what_was_handed_over_is_the_new_owner_s(company):
    company.managed_by()
    company.request("bob", at("02 09:30"), owner="paul")
    hand_over(company.paul, to=company.marie, by="test", as_of=at("02 10:00"))
    publish_due(as_of=TUESDAY)

    assert set(mails()) == {"marie", "helene"}
    assert "Bob, Acme · Inbound requests · Marie Durand" in mails()["helene"]["text"]


def test_the_manager_s_cover_reads_for_the_manager(company):
    helene = company.managed_by()
    company.request("bob", at("02 09:30"), owner="paul")
    away(helene, company.marie)
    publish_due(as_of=TUESDAY)

    assert set(mails()) == {"marie", "paul"}
    assert "Paul Smith" in mails()["marie"]["text"]


def test_when_the_manager_is_away_without_a_cover_the_administrators_read(company):
    helene = company.managed_by()
    User.objects.create(email="ada@example.com", name="Ada", is_superuser=True)
    company.request("bob", at("02 09:30"), owner=None)
    away(helene, None)
    publish_due(as_of=TUESDAY)

    assert set(mails()) == {"ada"}


def test_who_is_away_gets_no_praise_either(company):
    company.request("alice", at("04 09:00"), owner="paul")
    company.call("alice", at("04 09:30"), actor="paul")
    away(company.paul, company.marie, until="20 00:00")
    publish_due(as_of=at("05 07:00"))
    publish_due(as_of=at("09 07:00"))

    assert "paul" not in mails()


def test_who_does_not_work_on_the_day_is_mailed_on_the_next_that_they_do(company):
    company.request("bob", at("02 09:30"), owner="paul")
    week = {"wed": ["09:00-17:00"]}
    set_hours(company.paul, week=week, country="", subdivision="", by="test", as_of=MONDAY)
    publish_due(as_of=TUESDAY)
    assert "paul" not in mails()
    publish_due(as_of=at("04 07:00"))
    assert "paul" in mails()


def test_many_absences_take_as_many_statements_as_one(company):
    company.managed_by()
    company.request("alice", at("02 09:00"), owner="paul")
    away(company.paul, company.marie)
    with CaptureQueriesContext(connection) as one:
        publish_due(as_of=TUESDAY)
    for name in ("bob", "carla", "dora"):
        company.request(name, at("03 09:00"), owner="paul")
    with CaptureQueriesContext(connection) as many:
        publish_due(as_of=at("04 07:00"))

    def about_absences(queries) -> int:
        return sum('FROM "people_absence"' in query["sql"] for query in queries.captured_queries)

    assert about_absences(one) == about_absences(many)
