"""The administration: staff by their rights, an auditor looks at everything and changes nothing."""

import pytest
from django.contrib import admin
from django.urls import reverse

from tests.roles.house import House, answer_of
from tests.roles.table import Answer, Role

YES, NO = Answer.YES, Answer.NO
pytestmark = pytest.mark.xdist_group("roles: admin")  # the company is built once
MODELS = [model._meta for model in admin.site._registry]


def answers(house: House, role: Role, page: str) -> dict[str, str]:
    """What this page of every model answers to somebody."""
    client = house.browser(role)
    return {
        f"{meta.label_lower}": answer_of(
            client.get(reverse(f"admin:{meta.app_label}_{meta.model_name}_{page}"), follow=True)
        )
        for meta in MODELS
    }


@pytest.mark.parametrize("role", [Role.NOBODY, Role.REP, Role.MANAGER, Role.OTHER])
def test_it_is_closed_to_everybody_who_is_not_staff(house: House, role: Role) -> None:
    found = house.browser(role).get(reverse("admin:people_user_changelist"))

    assert found.status_code in (302, 403)
    assert "Paul Smith" not in found.content.decode()


@pytest.mark.parametrize("role", [Role.ADMIN, Role.AUDITOR])
def test_administrators_and_auditors_look_at_every_list(house: House, role: Role) -> None:
    assert {name: one for name, one in answers(house, role, "changelist").items() if one != YES} == {}


def test_an_auditor_adds_nothing(house: House) -> None:
    assert {name: one for name, one in answers(house, Role.AUDITOR, "add").items() if one != NO} == {}


def test_an_auditor_opens_every_row_and_changes_and_deletes_none(house: House) -> None:
    client, wrong = house.browser(Role.AUDITOR), {}
    for meta in MODELS:
        row = meta.model._default_manager.order_by("pk").first()
        if row is None:
            continue
        place = f"admin:{meta.app_label}_{meta.model_name}"
        change, delete = (reverse(f"{place}_{page}", args=[row.pk]) for page in ("change", "delete"))
        looked = client.get(change)
        found = {
            "looks": answer_of(looked),
            "changes": answer_of(client.post(change, {})),
            "deletes": answer_of(client.post(delete, {"post": "yes"})),
            "acts": answer_of(client.post(reverse(f"{place}_changelist"), {"action": "delete_selected"})),
            "could save": str("_save" in looked.content.decode()),
        }
        usual = {"looks": YES, "changes": NO, "deletes": NO, "acts": NO, "could save": "False"}
        if found != usual:
            wrong[meta.label_lower] = found

    assert wrong == {}
