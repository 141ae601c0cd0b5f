"""Setting up in the browser: from nothing to a judged fact; who may, what is refused, what it costs."""

import re
from collections.abc import Callable, Iterator

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.models import AuditEntry, OutboxMessage
from core.sender import sender
from people.first_administrator import code
from people.models import ApiToken, Invitation, Membership, Team, User
from tests.core.conftest import Freely, Postman
from tests.factories.people import MembershipFactory, TeamFactory, UserFactory
from tests.pages.story import Story

pytestmark = pytest.mark.django_db
FIRST = {
    "email": "ada@example.com",
    "name": "Ada",
    "password": "a-long-password",
    "again": "a-long-password",
    "language": "fr",
    "timezone": "Europe/Paris",
}
PERSON = {
    "email": "marie@new.example",
    "name": "Marie New",
    "role": "manager",
    "since": "2026-03-01",
    "language": "fr",
    "timezone": "Europe/Paris",
    "invite": "on",
}
TEAM = {"name": "Sales", "slug": "sales", "side": "sales", "timezone": "Europe/Paris", "report_hour": "8"}
PAGES = ("setup", "setup_teams", "setup_people", "setup_tokens", "setup_mail", "setup_fact")


@pytest.fixture
def postman(settings) -> Iterator[Postman]:
    handler = Postman()
    controller = Freely(handler)
    controller.start()
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", controller.port
    settings.EMAIL_BACKEND = "core.mail.PhasedBackend"
    yield handler
    controller.stop(no_assert=True)


@pytest.fixture
def ada(admin: User, browser_of: Callable[[User], Client]) -> Client:
    return browser_of(admin)


def test_an_empty_installation_leads_to_its_first_administrator_who_then_is_signed_in(client: Client) -> None:
    answer = client.get("/", follow=True)
    assert answer.redirect_chain[-1] == (reverse("setup_first"), 302)

    answer = client.post(reverse("setup_first"), FIRST | {"code": code()}, follow=True)

    assert answer.redirect_chain == [(reverse("setup"), 302)]
    assert User.objects.get().is_superuser
    assert Client().get(reverse("setup_first")).status_code == 404
    assert Client().get(reverse("login")).status_code == 200


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"code": "AAAAA-AAAAA-AAAAA-AAAAA"}, "code"),
        ({"code": ""}, "code"),
        ({"again": "another-password"}, "again"),
        ({"password": "password", "again": "password"}, "password"),
        ({"password": "ada@example.com", "again": "ada@example.com"}, "password"),
        ({"email": "ada"}, "email"),
        ({"timezone": "Mars/Base"}, "timezone"),
    ],
)
def test_what_is_wrong_is_named_and_nobody_is_made(client: Client, wrong: dict, field: str) -> None:
    answer = client.post(reverse("setup_first"), FIRST | {"code": code()} | wrong)

    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert not User.objects.exists()


def test_the_checklist_shows_what_is_there_and_what_comes_next(ada: Client) -> None:
    empty = ada.get(reverse("setup"))
    assert [step.done for step in empty.context["steps"]] == [False] * 8
    assert empty.context["next"].key == "teams"

    Story()
    full = {step.key: step.done for step in ada.get(reverse("setup")).context["steps"]}

    done = {"teams", "people", "agreement", "signed", "fact"}
    assert full == {key: key in done for key in full}


@pytest.mark.parametrize("page", PAGES)
def test_only_administrators_set_up(page: str, browser_of: Callable[[User], Client], client: Client) -> None:
    UserFactory(is_superuser=True)
    manager = MembershipFactory(role="manager").user
    auditor = UserFactory(is_auditor=True)

    assert [browser_of(user).get(reverse(page)).status_code for user in (manager, auditor)] == [403, 403]
    assert client.get(reverse(page)).status_code == 302


@pytest.mark.parametrize("page", PAGES)
def test_pages_of_setting_up_cost_the_same_with_one_and_three_of_everything(page: str, ada: Client) -> None:
    Story()

    def asked() -> int:
        ada.get(reverse(page))
        with CaptureQueriesContext(connection) as queries:
            assert ada.get(reverse(page)).status_code == 200
        return len(queries)

    before = asked()
    for number in range(3):
        MembershipFactory(user__email=f"new{number}@example.com", role="manager")
        ApiToken.objects.create(
            name="crm",
            prefix=f"{number:012d}",
            sha256="0" * 64,
            scopes=["read"],
            created_at="2026-03-01T00:00Z",
        )
    assert asked() == before
    assert before <= 45


def test_a_team_is_made_and_somebody_joins_it_and_leaves(ada: Client) -> None:
    assert ada.post(reverse("setup_teams"), TEAM).status_code == 302
    team = Team.objects.get()
    user = UserFactory()
    joined = {"user": user.pk, "role": "manager", "since": "2026-03-01"}
    assert ada.post(reverse("setup_team_join", args=["sales"]), joined).status_code == 302
    again = ada.post(reverse("setup_team_join", args=["sales"]), joined)
    membership = Membership.objects.get()

    assert again.context["join_form"].errors["user"]
    assert (membership.team, membership.role) == (team, "manager")
    assert membership.during.lower.isoformat() == "2026-02-28T23:00:00+00:00"
    ada.post(reverse("setup_membership_end", args=[membership.pk]))
    assert Membership.objects.get().during.upper is not None


def test_a_team_cannot_be_below_itself_and_its_key_is_its_own(ada: Client) -> None:
    ada.post(reverse("setup_teams"), TEAM)
    assert ada.post(reverse("setup_teams"), TEAM).context["form"].errors["slug"]
    below = TEAM | {"parent": Team.objects.get().pk}
    answer = ada.post(reverse("setup_team", args=["sales"]), below)

    assert answer.context["form"].errors["parent"]


def test_somebody_new_gets_a_mail_whose_link_lets_them_in_once(ada: Client) -> None:
    team = TeamFactory(timezone="Europe/Paris")
    ada.post(reverse("setup_people"), PERSON | {"team": team.pk})
    payload = OutboxMessage.objects.get().payload
    link = re.search(r"/setup/invitation/\S+", payload["text"])[0]

    assert payload["to"] == ["marie@new.example"]
    assert "Ada Admin" in payload["subject"]
    assert link in payload["html"]
    assert '<html lang="fr"' in payload["html"]
    browser = Client()
    chosen = {name: FIRST[name] for name in ("name", "password", "again", "language", "timezone")}
    weak = browser.post(link, chosen | {"password": "password", "again": "password"})
    assert weak.status_code == 422
    assert browser.post(link, chosen).status_code == 302
    assert browser.get("/").status_code == 200
    assert Client().get(link).status_code == 404
    assert Client().post(link, chosen).status_code == 404
    assert Membership.objects.get(user__email="marie@new.example").role == "manager"


def test_a_name_with_a_line_break_cannot_write_headers(ada: Client, admin: User) -> None:
    User.objects.filter(pk=admin.pk).update(name="Ada\r\nBcc: eve@example.com")
    ada.post(reverse("setup_people"), PERSON)

    assert "\n" not in OutboxMessage.objects.get().payload["subject"]


def test_who_has_a_password_is_not_invited_again(ada: Client, admin: User) -> None:
    admin.set_password("a-long-password")
    admin.save()
    ada.force_login(admin)
    ada.post(reverse("setup_invite", args=[admin.pk]))

    assert not Invitation.objects.exists()


def test_a_token_is_shown_once_and_revoked_with_a_trace(ada: Client) -> None:
    answer = ada.post(reverse("setup_tokens"), {"name": "crm", "scopes": ["facts:write"]})
    text = answer.context["text"]

    assert text in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert text not in ada.get(reverse("setup_tokens")).content.decode()
    ada.post(reverse("setup_token_revoke", args=[ApiToken.objects.get().pk]))
    assert ApiToken.objects.get().revoked_at
    verbs = AuditEntry.objects.filter(object_type="apitoken").order_by("id").values_list("verb", flat=True)
    assert list(verbs) == ["add", "revoke"]


def test_a_token_needs_a_scope_and_a_day_to_come(ada: Client) -> None:
    answer = ada.post(reverse("setup_tokens"), {"name": "crm", "expires_on": "2026-03-05"})

    assert set(answer.context["form"].errors) == {"scopes", "expires_on"}
    assert not ApiToken.objects.exists()


def test_the_test_mail_goes_through_the_real_server_from_the_chosen_address(ada: Client, postman) -> None:
    ada.post(reverse("setup_sender"), {"name": "SLA  Hub", "address": "sla@acme.example"})
    answer = ada.post(reverse("setup_mail"), {"to": "ada@example.com"})

    assert answer.context["outcome"].taken
    [mail] = postman.mails
    assert (mail["From"], mail["To"]) == ("SLA Hub <sla@acme.example>", "ada@example.com")
    assert sender() == "SLA Hub <sla@acme.example>"


def test_a_server_that_refuses_is_shown_word_for_word(ada: Client, postman) -> None:
    postman.on_rcpt = lambda address: "550 5.1.1 We do not relay for strangers"
    answer = ada.post(reverse("setup_mail"), {"to": "ada@example.com"})

    assert answer.status_code == 422
    assert "We do not relay for strangers" in answer.content.decode()
    assert AuditEntry.objects.get(verb="setup.mail_tested").after["taken"] is False


def test_no_server_at_all_fails_loudly(ada: Client, settings) -> None:
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", 9, 2
    settings.EMAIL_BACKEND = "core.mail.PhasedBackend"
    answer = ada.post(reverse("setup_mail"), {"to": "ada@example.com"})

    assert answer.status_code == 422
    assert "no connection" in answer.content.decode()


def test_a_test_fact_waits_for_the_worker_and_then_tells_its_clock(ada: Client) -> None:
    company = Story()
    sent = ada.post(reverse("setup_fact_send"), {"promise": "inbound", "act": "send"})
    assert "Waits for the worker" in ada.get(sent["Location"]).content.decode()

    company.sweep(company.now)
    page = ada.get(sent["Location"]).content.decode()

    assert "Now keep the promise" in page
    assert "hx-trigger" not in page.partition('id="told"')[2].partition(">")[0]


def test_an_unknown_promise_or_act_is_refused(ada: Client) -> None:
    Story()
    address = reverse("setup_fact_send")

    assert ada.post(address, {"promise": "nothing", "act": "send"}).status_code == 404
    assert ada.post(address, {"promise": "inbound", "act": "dance"}).status_code == 400
    assert ada.get(address).status_code == 405
