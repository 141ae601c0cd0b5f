from datetime import UTC, datetime, timedelta

import pytest
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from people.enums import MembershipOrigin
from people.memberships import (
    ensure_teams,
    ensure_users,
    memberships_of,
    replace_crm_memberships,
    team_tree,
    teams_under,
)
from people.models import Membership, Team, User
from tests.core.threads import at_once
from tests.factories.people import MembershipFactory, TeamFactory, UserFactory

DAY = timedelta(days=1)
D1, D2, D3, D4, D5 = (datetime(2026, 4, day, tzinfo=UTC) for day in range(1, 6))

pytestmark = pytest.mark.django_db


def test_users_are_made_once_whatever_the_case_of_their_address():
    ada = UserFactory(email="Ada@Example.com")

    found = ensure_users([("ada@example.COM", "Ada"), ("Bob@example.com", "Bob"), ("bob@example.com", "Bob")])

    assert found == {"ada@example.com": ada.pk, "bob@example.com": User.objects.get(name="Bob").pk}
    assert User.objects.count() == 2


def test_a_made_user_cannot_sign_in_and_speaks_as_the_installation(settings):
    settings.LANGUAGE_CODE = "fr"
    ensure_users([("ada@example.com", "Ada")])

    ada = User.objects.get()
    assert (ada.has_usable_password(), ada.is_staff, ada.is_active) == (False, False, True)
    assert (ada.language, ada.timezone, ada.name) == ("fr", "UTC", "Ada")


def test_a_made_user_may_be_given_a_zone():
    ensure_users([("Ada@example.com", None)], timezones={"ada@example.com": "Europe/Paris"})

    assert User.objects.get().timezone == "Europe/Paris"


def test_a_name_fills_an_empty_one_and_never_replaces_another():
    UserFactory(email="ada@example.com", name="")
    UserFactory(email="bob@example.com", name="Robert")

    ensure_users([("ada@example.com", "Ada"), ("bob@example.com", "Bob")])

    assert list(User.objects.order_by("email").values_list("name", flat=True)) == ["Ada", "Robert"]


def test_users_cost_the_same_whatever_their_number(django_assert_num_queries):
    with django_assert_num_queries(3):
        ensure_users([("a@example.com", "")])
    with django_assert_num_queries(3):
        ensure_users([(f"{n}@example.com", "") for n in range(500)])
    with django_assert_num_queries(0):
        assert ensure_users([]) == {}


@pytest.mark.django_db(transaction=True)
def test_two_deliveries_at_once_make_each_user_once():
    rows = [(f"{n}@example.com", "") for n in range(200)]

    first, second = at_once(lambda n: ensure_users(rows if n else rows[::-1]))

    assert first == second
    assert User.objects.count() == 200


@pytest.mark.parametrize(
    ("slug", "name", "side"),
    [
        ("marketing", "Marketing", "marketing"),
        ("inside-sales_fr", "Inside sales fr", "sales"),
        ("ventes-nord", "Ventes nord", "sales"),
        ("support", "Support", "other"),
    ],
)
def test_a_new_team_is_named_and_its_side_guessed_from_its_slug(slug, name, side):
    ids = ensure_teams([slug, slug], timezone="Europe/Paris")

    team = Team.objects.get()
    assert ids == {slug: team.pk}
    assert (team.name, team.side, team.timezone) == (name, side, "Europe/Paris")


def test_a_team_that_is_there_stays_as_it_is():
    team = TeamFactory(slug="sales", name="Field", side="other")

    assert ensure_teams(["sales"]) == {"sales": team.pk}
    team.refresh_from_db()
    assert (team.name, team.side) == ("Field", "other")


def spans(user: User) -> list[tuple]:
    return [row[1:] for row in memberships_of([user.pk])]


def test_memberships_of_the_crm_are_replaced_and_those_by_hand_kept():
    ada, sales, marketing = UserFactory(), TeamFactory(), TeamFactory()
    MembershipFactory(user=ada, team=sales, during=DateTimeTZRange(D1, None), origin=MembershipOrigin.HAND)
    MembershipFactory(user=ada, team=sales, during=DateTimeTZRange(D1, None), origin=MembershipOrigin.CRM)

    changed = replace_crm_memberships(
        [(ada.pk, sales.pk, None, D2), (ada.pk, marketing.pk, D2, None)], [ada.pk]
    )

    assert changed == 3
    assert spans(ada) == [(sales.pk, None, D2), (sales.pk, D1, None), (marketing.pk, D2, None)]


def test_the_same_again_changes_nothing():
    ada, sales = UserFactory(), TeamFactory()
    rows = [(ada.pk, sales.pk, None, D2), (ada.pk, sales.pk, D3, None)]
    replace_crm_memberships(rows, [ada.pk])
    before = set(Membership.objects.values_list("pk", flat=True))

    assert replace_crm_memberships(rows, [ada.pk]) == 0
    assert set(Membership.objects.values_list("pk", flat=True)) == before


def test_two_members_with_one_address_are_one_person_with_the_union_of_their_periods():
    ada, sales, marketing = UserFactory(), TeamFactory(), TeamFactory()
    from_hubspot = [(ada.pk, sales.pk, D1, D3), (ada.pk, marketing.pk, D3, None)]
    from_salesforce = [(ada.pk, sales.pk, D2, D4), (ada.pk, sales.pk, D4, D5)]

    replace_crm_memberships(from_hubspot + from_salesforce, [ada.pk])

    assert spans(ada) == [(sales.pk, D1, D5), (marketing.pk, D3, None)]


def test_an_unbounded_period_takes_in_all_others_and_an_empty_one_is_left_out():
    ada, sales, marketing = UserFactory(), TeamFactory(), TeamFactory()
    rows = [(ada.pk, sales.pk, D1, D3), (ada.pk, sales.pk, None, None), (ada.pk, marketing.pk, D2, D2)]

    replace_crm_memberships(rows, [ada.pk])

    assert spans(ada) == [(sales.pk, None, None)]


def test_a_period_that_ends_before_it_begins_is_left_out():
    ada, sales = UserFactory(), TeamFactory()

    replace_crm_memberships([(ada.pk, sales.pk, D3, D1)], [ada.pk])

    assert spans(ada) == []


def test_a_person_whom_the_crm_puts_nowhere_loses_their_crm_memberships_and_others_keep_theirs():
    gone = MembershipFactory(origin=MembershipOrigin.CRM)
    other = MembershipFactory(origin=MembershipOrigin.CRM)

    assert replace_crm_memberships([], [gone.user_id]) == 1
    assert Membership.objects.get() == other


def test_rows_of_strangers_are_an_error_of_the_caller():
    with pytest.raises(ValueError, match="not among user_ids"):
        replace_crm_memberships([(1, 2, None, None)], [3])


def test_memberships_cost_the_same_whatever_their_number(django_assert_num_queries):
    sales = TeamFactory()
    users = UserFactory.create_batch(30)
    one = [(users[0].pk, sales.pk, None, D2)]
    many = [(user.pk, sales.pk, D1, None) for user in users]

    for rows in (one, many):
        with django_assert_num_queries(5):  # savepoint, lock, delete, insert, release
            replace_crm_memberships(rows, [row[0] for row in rows])


@pytest.mark.django_db(transaction=True)
def test_two_deliveries_about_one_person_at_once_end_as_one_of_them():
    ada, sales = UserFactory(), TeamFactory()
    rows = [[(ada.pk, sales.pk, D1, D3)], [(ada.pk, sales.pk, D2, D4)]]

    at_once(lambda n: replace_crm_memberships(rows[n], [ada.pk]))

    assert spans(ada) in ([(sales.pk, D1, D3)], [(sales.pk, D2, D4)])


def test_a_team_stands_in_a_line_up_to_the_top():
    top = TeamFactory()
    middle = TeamFactory(parent=top)
    low = TeamFactory(parent=middle)
    alone = TeamFactory()

    assert team_tree() == {
        top.pk: {top.pk},
        middle.pk: {top.pk, middle.pk},
        low.pk: {top.pk, middle.pk, low.pk},
        alone.pk: {alone.pk},
    }
    assert teams_under(middle.pk) == {middle.pk, low.pk}


def test_a_ring_of_teams_ends():
    first = TeamFactory()
    second = TeamFactory(parent=first)
    Team.objects.filter(pk=first.pk).update(parent=second)

    assert team_tree() == {first.pk: {first.pk, second.pk}, second.pk: {first.pk, second.pk}}


def test_the_tree_is_one_statement(django_assert_num_queries):
    TeamFactory(parent=TeamFactory(parent=TeamFactory()))

    with django_assert_num_queries(1):
        team_tree()
