from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import reverse

from core.enums import MarkKind
from core.models import AuditEntry, ChangeMark
from people.enums import MembershipOrigin
from people.models import ApiToken, Membership, Team, User
from people.tokens import find_token
from tests.factories import people

pytestmark = [pytest.mark.django_db, pytest.mark.urls("slahub.urls")]


def test_a_token_is_shown_once_when_made(desk, boss):
    answer = desk.post(
        reverse("admin:people_apitoken_add"),
        {"name": "hubspot", "scopes": ["read"], "expires_at_0": "", "expires_at_1": ""},
    )

    text = answer.context["text"]
    token = find_token(text)
    assert text in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert (token.name, token.scopes) == ("hubspot", ["read"])
    page = desk.get(reverse("admin:people_apitoken_change", args=[token.pk])).content.decode()
    assert text.split("_")[2] not in page
    assert token.sha256 not in page
    assert AuditEntry.objects.get().after == {"name": "hubspot", "scopes": ["read"]}


def test_tokens_are_revoked_with_a_trace_and_never_deleted(desk, boss):
    token = people.ApiTokenFactory()
    url = reverse("admin:people_apitoken_changelist")

    desk.post(url, {"action": "revoke", "_selected_action": [token.pk]})
    desk.post(url, {"action": "revoke", "_selected_action": [token.pk]})

    token.refresh_from_db()
    assert token.revoked_at is not None
    assert [(e.verb, e.actor) for e in AuditEntry.objects.all()] == [("revoke", boss)]
    assert (
        desk.post(reverse("admin:people_apitoken_delete", args=[token.pk]), {"post": "yes"}).status_code
        == 403
    )
    assert ApiToken.objects.count() == 1


def test_a_team_that_moves_has_everybody_judged_again_and_leaves_a_trace(desk):
    above, team = people.TeamFactory(), people.TeamFactory()
    form = {
        "slug": team.slug,
        "name": team.name,
        "side": "sales",
        "timezone": "Europe/Paris",
        "report_hour": 9,
    }
    url = reverse("admin:people_team_change", args=[team.pk])

    desk.post(url, form)
    assert ChangeMark.objects.count() == 0
    desk.post(url, form | {"parent": above.pk})

    assert [(m.kind, m.ref_id) for m in ChangeMark.objects.all()] == [(MarkKind.PEOPLE, 0)]
    assert [e.after for e in AuditEntry.objects.order_by("id")] == [
        {"side": "sales", "timezone": "Europe/Paris", "report_hour": 9},
        {"parent": above.name},
    ]


def test_a_team_cannot_be_put_below_itself(desk):
    team = people.TeamFactory()
    below = people.TeamFactory(parent=team)
    form = {
        "slug": team.slug,
        "name": team.name,
        "side": "sales",
        "timezone": "UTC",
        "report_hour": 9,
        "parent": below.pk,
    }

    answer = desk.post(reverse("admin:people_team_change", args=[team.pk]), form)

    assert "is this team or below it" in answer.content.decode()
    assert Team.objects.get(pk=team.pk).parent is None


def membership_form(row: Membership, **changes: object) -> dict:
    form = {
        "user": row.user_id,
        "team": row.team_id,
        "role": "manager",
        "during_0": "2026-04-01 00:00",
        "during_1": "",
    }
    return form | changes


def test_a_membership_changed_by_hand_has_both_persons_judged_again(desk):
    row, other = people.MembershipFactory(), people.UserFactory()

    answer = desk.post(
        reverse("admin:people_membership_change", args=[row.pk]), membership_form(row, user=other.pk)
    )

    assert answer.status_code == 302
    assert {m.ref_id for m in ChangeMark.objects.all()} == {row.user_id, other.pk}
    row.refresh_from_db()
    assert (row.role, row.during.lower) == ("manager", datetime(2026, 4, 1, tzinfo=UTC))


def test_a_membership_that_overlaps_another_is_refused_on_the_page(desk):
    row = people.MembershipFactory()

    answer = desk.post(reverse("admin:people_membership_add"), membership_form(row))

    assert answer.status_code == 200
    assert answer.context["adminform"].form.errors
    assert Membership.objects.count() == 1


def test_a_membership_deleted_by_hand_has_the_person_judged_again(desk):
    row, second = people.MembershipFactory(), people.MembershipFactory()

    desk.post(reverse("admin:people_membership_delete", args=[row.pk]), {"post": "yes"})
    form = {"action": "delete_selected", "_selected_action": [second.pk], "post": "yes"}
    desk.post(reverse("admin:people_membership_changelist"), form)

    assert {m.ref_id for m in ChangeMark.objects.all()} == {row.user_id, second.user_id}
    assert Membership.objects.count() == 0


def test_memberships_of_the_crm_are_not_edited_by_hand(desk):
    row = people.MembershipFactory(origin=MembershipOrigin.CRM)

    assert (
        desk.post(reverse("admin:people_membership_change", args=[row.pk]), membership_form(row)).status_code
        == 403
    )
    assert (
        desk.post(reverse("admin:people_membership_delete", args=[row.pk]), {"post": "yes"}).status_code
        == 403
    )
    assert Membership.objects.count() == 1


def test_a_person_is_made_without_a_password(desk):
    form = {
        "email": "ada@example.com",
        "name": "Ada",
        "language": "fr",
        "timezone": "Europe/Paris",
        "usable_password": "false",
    }

    answer = desk.post(reverse("admin:people_user_add"), form)

    assert answer.status_code == 302
    ada = User.objects.get(email="ada@example.com")
    assert (ada.name, ada.language, ada.has_usable_password()) == ("Ada", "fr", False)


def test_a_password_never_enters_the_audit(desk):
    password = "correct horse battery"
    person = {"email": "ada@example.com", "name": "Ada", "language": "fr", "timezone": "Europe/Paris"}
    form = person | {"usable_password": "true", "password1": password, "password2": password}

    desk.post(reverse("admin:people_user_add"), form)

    assert User.objects.get(email="ada@example.com").check_password(password)
    assert "horse" not in str(AuditEntry.objects.get().after)


def test_an_address_in_another_case_is_refused_on_the_page(desk):
    people.UserFactory(email="ada@example.com")
    form = {"email": "ADA@example.com", "language": "fr", "timezone": "UTC", "usable_password": "false"}

    answer = desk.post(reverse("admin:people_user_add"), form)

    assert answer.status_code == 200
    assert "Somebody has this e-mail address already." in answer.content.decode()
    assert User.objects.filter(email__iexact="ada@example.com").count() == 1


def test_who_belonged_to_a_team_is_not_deleted(desk):
    row, stranger = people.MembershipFactory(), people.UserFactory()

    for person in (row.user, stranger):
        desk.post(reverse("admin:people_user_delete", args=[person.pk]), {"post": "yes"})

    assert User.objects.filter(pk__in=[row.user_id, stranger.pk]).get() == row.user
    assert Membership.objects.count() == 1


@pytest.fixture
def clerk() -> User:
    """Somebody who keeps the list of persons without being an administrator."""
    clerk = people.UserFactory(is_staff=True)
    rights = Permission.objects.filter(content_type__app_label="people", content_type__model="user")
    clerk.user_permissions.set(rights.exclude(codename="see_names"))
    return clerk


@pytest.fixture
def clerks_desk(clerk) -> Client:
    client = Client()
    client.force_login(clerk)
    return client


def person_form(person: User, **changes: object) -> dict:
    form = {"email": person.email, "name": "New", "language": "en", "timezone": "UTC"}
    return form | {"is_active": "on", "is_staff": "on"} | changes


def test_who_keeps_persons_cannot_give_rights_to_anybody(clerks_desk, clerk):
    every, group = Permission.objects.get(codename="see_names"), Group.objects.create(name="All")
    held = set(clerk.user_permissions.all())
    powers = {"is_superuser": "on", "groups": [group.pk], "user_permissions": [every.pk]}

    for person in (clerk, people.UserFactory()):
        url = reverse("admin:people_user_change", args=[person.pk])
        assert clerks_desk.post(url, person_form(person, **powers)).status_code == 302
        person.refresh_from_db()
        assert (person.name, person.is_superuser, person.groups.count()) == ("New", False, 0)
        assert set(person.user_permissions.all()) == (held if person == clerk else set())


@pytest.mark.parametrize("is_active", [True, False])
def test_who_keeps_persons_cannot_touch_an_administrator(clerks_desk, is_active):
    root = people.UserFactory(is_staff=True, is_superuser=True, is_active=is_active)
    change = reverse("admin:people_user_change", args=[root.pk])
    new = {"password1": "correct horse battery", "password2": "correct horse battery"}

    assert clerks_desk.post(change, person_form(root, email="clerk@example.com")).status_code == 403
    password = reverse("admin:auth_user_password_change", args=[root.pk])
    assert clerks_desk.post(password, new).status_code == 403
    delete = reverse("admin:people_user_delete", args=[root.pk])
    assert clerks_desk.post(delete, {"post": "yes"}).status_code == 403
    many = {"action": "delete_selected", "_selected_action": [root.pk], "post": "yes"}
    clerks_desk.post(reverse("admin:people_user_changelist"), many)
    assert User.objects.get(pk=root.pk).email == root.email


def test_an_administrator_gives_rights(desk, boss):
    person = people.UserFactory()
    url = reverse("admin:people_user_change", args=[person.pk])

    assert desk.post(url, person_form(person, is_superuser="on")).status_code == 302
    assert User.objects.get(pk=person.pk).is_superuser
