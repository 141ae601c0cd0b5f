"""Codes after the password: set up, asked for, lost, and demanded of administrators."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.management import CommandError, call_command
from django.test import Client

from people.sign_in import acts
from people.sign_in.second_factor import has_second_factor
from tests.factories.people import UserFactory
from tests.people.sign_in.conftest import PASSWORD, is_in, mailed, noted

NOON = "2026-03-05T12:00:00Z"
SET_UP, LOGIN_CODE = "/accounts/security/second-factor/", "/accounts/login/code/"
CODES = "/accounts/security/codes/"


@pytest.fixture(autouse=True)
def noon(time_machine):
    time_machine.move_to(NOON, tick=False)
    return time_machine


def code_for(secret: str, at: int) -> str:
    return format_hotp_value(hotp_value(secret, at // 30))


def now() -> int:
    import time

    return int(time.time())


@pytest.fixture
def secret(ada, client, come_in, noon) -> str:
    """Ada's, set up in the browser and signed out again."""
    come_in()
    key = client.get(SET_UP).context["form"].secret
    assert client.post(SET_UP, {"code": code_for(key, now())})["Location"] == CODES
    client.post("/accounts/logout/")
    noon.shift(timedelta(seconds=30))
    return key


def test_setting_it_up_shows_recovery_codes_and_warns_by_mail(ada, client, come_in):
    come_in()
    key = client.get(SET_UP).context["form"].secret

    client.post(SET_UP, {"code": code_for(key, now())})

    assert has_second_factor(ada)
    assert len(client.get(CODES).context["unused_codes"]) == 10
    assert noted()[-1] == acts.SECOND_FACTOR_ON
    assert mailed().payload["subject"] == "SLA Hub: your second factor is on"


def test_the_secret_does_not_lie_in_the_database_as_it_is(ada, client, come_in, secret):
    assert secret not in str(list(Authenticator.objects.values_list("data", flat=True)))


def test_a_wrong_code_sets_nothing_up(ada, client, come_in):
    come_in()

    page = client.post(SET_UP, {"code": "000000"}).content.decode()

    assert "This code is not right" in page
    assert not has_second_factor(ada)


def test_the_password_alone_no_longer_opens(ada, client, come_in, secret):
    assert come_in()["Location"] == LOGIN_CODE
    assert not is_in(client)

    client.post(LOGIN_CODE, {"code": code_for(secret, now())})

    assert is_in(client)
    assert noted()[-1] == acts.SIGNED_IN


def test_a_code_works_once(ada, client, come_in, secret):
    for browser in (client, Client()):
        come_in(at=browser)
        browser.post(LOGIN_CODE, {"code": code_for(secret, now())})

    assert is_in(client)
    assert not is_in(browser)


def test_codes_are_not_guessed(ada, client, come_in, secret):
    come_in()
    for number in range(5):
        client.post(LOGIN_CODE, {"code": f"00000{number}"})

    page = client.post(LOGIN_CODE, {"code": code_for(secret, now())}).content.decode()

    assert "Too many wrong attempts" in page
    assert not is_in(client)
    assert noted().count(acts.REFUSED) == 6


def test_a_recovery_code_opens_once(ada, client, come_in, secret):
    code = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()[0]
    elsewhere = Client()
    for browser in (client, elsewhere):
        come_in(at=browser)
        browser.post(LOGIN_CODE, {"code": code})

    assert is_in(client)
    assert not is_in(elsewhere)


def test_another_secret_key_says_what_to_do(ada, client, come_in, secret, settings):
    settings.SECRET_KEY = "y" * 50
    come_in()

    page = client.post(LOGIN_CODE, {"code": code_for(secret, now())}).content.decode()

    assert "SECRET_KEY has changed" in page


def test_what_changes_the_sign_in_asks_for_the_password_once_more(ada, client, come_in, secret, noon):
    come_in()
    client.post(LOGIN_CODE, {"code": code_for(secret, now())})
    noon.shift(timedelta(minutes=10))

    asked = client.get("/accounts/security/second-factor/off/")
    assert asked["Location"].startswith("/accounts/security/confirm/")
    back = client.post(asked["Location"], {"password": PASSWORD})
    client.post(back["Location"])

    assert not has_second_factor(ada)
    assert noted()[-1] == acts.SECOND_FACTOR_OFF
    assert not Authenticator.objects.exists()


def test_new_recovery_codes_replace_the_old_ones(ada, client, come_in, secret):
    come_in()
    client.post(LOGIN_CODE, {"code": code_for(secret, now())})
    before = client.get(CODES).context["unused_codes"]

    client.post(f"{CODES}new/")

    after = client.get(CODES).context["unused_codes"]
    assert not set(before) & set(after)
    assert noted()[-1] == acts.RECOVERY_CODES
    assert after[0] in client.get(f"{CODES}file/").content.decode()


@pytest.mark.parametrize("address", [SET_UP, CODES, "/accounts/security/", "/accounts/security/password/"])
def test_the_account_is_for_whoever_is_signed_in(db, client, address):
    UserFactory(is_superuser=True)

    assert "/accounts/" in client.get(address)["Location"]
    assert client.get(address, follow=True).redirect_chain[-1][0].startswith("/accounts/login/")


class TestAdministratorsNeedIt:
    @pytest.fixture(autouse=True)
    def needed(self, settings) -> None:
        settings.ADMINS_NEED_SECOND_FACTOR = True

    @pytest.fixture
    def admin(self, ada):
        ada.is_superuser = ada.is_staff = True
        ada.save()
        return ada

    @pytest.mark.parametrize("address", ["/", "/admin/", "/reports/"])
    def test_they_set_it_up_before_anything_else(self, admin, client, come_in, address):
        come_in()

        assert client.get(address)["Location"] == SET_UP
        assert client.get("/api/v1/clocks/").status_code == 403
        assert client.get(SET_UP).status_code == 200

    def test_then_everything_is_open(self, admin, client, come_in):
        come_in()
        key = client.get(SET_UP).context["form"].secret
        client.post(SET_UP, {"code": code_for(key, now())})

        assert client.get("/admin/").status_code == 200

    def test_others_do_not(self, ada, client, come_in):
        come_in()

        assert client.get("/reports/").status_code == 200


def test_an_administrator_removes_it_where_all_is_lost(ada, client, come_in, secret):
    call_command("remove_second_factor", "ada@example.com")

    come_in()

    assert is_in(client)
    assert acts.SECOND_FACTOR_OFF in noted()
    with pytest.raises(CommandError, match="has no second factor"):
        call_command("remove_second_factor", "ada@example.com")
    with pytest.raises(CommandError, match="Nobody has the address"):
        call_command("remove_second_factor", "x@example.com")
