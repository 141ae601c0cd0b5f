"""Coming in through the company's own provider, over real HTTP."""

from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from core.models import AuditEntry
from people.models import User
from people.sign_in import acts
from slahub import company
from tests.people.sign_in.conftest import is_in, noted
from tests.people.sign_in.provider import CLIENT, SECRET, Provider

KNOWN = {"sub": "77", "email": "ada@EXAMPLE.com", "email_verified": True}


@pytest.fixture
def provider(settings) -> Iterator[Provider]:
    made = Provider(userinfo=dict(KNOWN))
    server = made.start()
    settings.OIDC_ISSUER, settings.OIDC_NAME = made.issuer, "Brumeval"
    settings.SOCIALACCOUNT_PROVIDERS = company.provider(made.issuer, CLIENT, SECRET)
    yield made
    server.shutdown()
    server.server_close()


@pytest.fixture
def through_the_provider(client, provider) -> Callable[..., object]:
    """Presses the button and follows to the provider and back."""

    def act(**form: str):
        sent = client.post("/accounts/company/", form)
        assert sent.status_code == 302, sent.content
        away = urlsplit(sent["Location"])
        connection = HTTPConnection(away.netloc)
        connection.request("GET", f"{away.path}?{away.query}")
        back = urlsplit(connection.getresponse().headers["Location"])
        connection.close()
        assert back.path == "/accounts/company/callback/"
        return client.get(f"{back.path}?{back.query}")

    return act


def why() -> str:
    return AuditEntry.objects.filter(object_type=acts.OBJECT).latest("id").after["why"]


def test_somebody_whom_we_know_by_a_verified_address_comes_in(ada, client, through_the_provider):
    answer = through_the_provider(next="/reports/")

    assert answer["Location"] == "/reports/"
    assert is_in(client)
    entry = AuditEntry.objects.get(object_type=acts.OBJECT)
    assert (entry.verb, entry.actor) == (acts.SIGNED_IN, ada)
    assert entry.after["by_means_of"] == ["socialaccount"]


def test_the_password_stays_and_nothing_of_the_provider_is_kept(ada, through_the_provider):
    before = ada.password
    through_the_provider()
    ada.refresh_from_db()

    assert ada.password == before
    assert not ada.socialaccount_set.exists()
    assert not ada.emailaddress_set.exists()


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        ({"email": "stranger@example.com"}, "unknown"),
        ({"email_verified": False}, "unverified"),
        ({"email_verified": "false"}, "unverified"),
        ({"email_verified": None}, "unverified"),
        ({"email": ""}, "unverified"),
    ],
)
def test_nobody_else_does_and_nobody_is_made(ada, client, provider, through_the_provider, claims, reason):
    provider.userinfo.update(claims)
    people = User.objects.count()

    answer = through_the_provider()

    assert answer["Location"] == "/accounts/login/"
    assert not is_in(client)
    assert User.objects.count() == people
    assert why() == reason


def test_who_is_inactive_does_not(ada, client, through_the_provider):
    ada.is_active = False
    ada.save()

    through_the_provider()

    assert not is_in(client)
    assert why() == "unknown"


def test_claims_about_two_people_are_refused(ada, client, provider, through_the_provider):
    provider.in_token = {"sub": "somebody else"}

    through_the_provider()

    assert not is_in(client)
    assert why() == "unverified"


@pytest.mark.parametrize("wrong", [{"iss": "https://evil.example"}, {"aud": "another"}, {"exp": 1}])
def test_a_token_that_is_not_for_us_is_refused(ada, client, provider, through_the_provider, wrong):
    provider.in_token = wrong

    assert through_the_provider().status_code == 401
    assert not is_in(client)
    assert why() == "provider"


def test_a_provider_that_says_nothing_of_addresses_may_be_trusted_by_setting(
    ada, client, settings, provider, through_the_provider
):
    del provider.userinfo["email_verified"]
    settings.OIDC_TRUST_EMAIL = True

    through_the_provider()

    assert is_in(client)


def test_an_answer_that_nobody_asked_for_is_refused(ada, client, provider):
    answer = client.get("/accounts/company/callback/?code=x&state=made-up")

    assert answer.status_code == 401
    assert not is_in(client)


def test_an_answer_works_once(ada, client, provider, through_the_provider):
    callback = through_the_provider().wsgi_request.get_full_path()

    again = Client().get(callback)

    assert again.status_code == 401


def test_a_cancelled_sign_in_says_so(ada, client, provider, through_the_provider):
    provider.refuses = "access_denied"

    assert through_the_provider()["Location"] == "/accounts/company/cancelled/"
    assert "You cancelled" in client.get("/accounts/company/cancelled/").content.decode()


def test_a_provider_that_is_down_is_said(ada, client, settings):
    settings.OIDC_NAME = "Brumeval"
    settings.SOCIALACCOUNT_PROVIDERS = company.provider("http://127.0.0.1:9", CLIENT, SECRET)

    page = client.post("/accounts/company/", follow=True).content.decode()

    assert "Brumeval does not answer. Try again, or use your password." in page


def test_without_a_provider_there_is_no_button_and_no_address(ada, client):
    assert "company" not in client.get("/accounts/login/").content.decode()
    assert client.post("/accounts/company/").status_code == 404
    assert client.get("/accounts/company/callback/?code=x").status_code == 404


def test_the_button_says_whose_it_is_and_a_get_does_nothing(ada, client, provider):
    assert "Sign in with Brumeval" in client.get("/accounts/login/").content.decode()
    assert client.get("/accounts/company/").status_code == 405


@pytest.mark.parametrize(
    ("issuer", "client_id", "said"),
    [("https://id.example", "", "OIDC_CLIENT_ID"), ("http://id.example", "x", "https://")],
)
def test_half_a_setting_is_refused_at_the_start(issuer, client_id, said):
    with pytest.raises(ImproperlyConfigured, match=said):
        company.provider(issuer, client_id, "s")


def test_a_refusal_leaves_nobody_signed_in(ada, client, provider, through_the_provider):
    through_the_provider()
    provider.userinfo["email"] = "stranger@example.com"

    through_the_provider()

    assert noted() == [acts.SIGNED_IN, acts.REFUSED]
    assert is_in(client)  # as the one they were: the stranger is nobody
