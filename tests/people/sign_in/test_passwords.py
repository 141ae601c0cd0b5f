"""Coming in with a password, being kept out, and choosing another."""

from datetime import timedelta

import pytest
from django.test import Client

from core.models import AuditEntry, OutboxMessage
from people.sign_in import acts
from tests.factories.people import UserFactory
from tests.people.sign_in.conftest import PASSWORD, is_in, mailed, noted, path_in

NEW = "quite another sentence"


def test_the_right_password_opens_whatever_the_case_of_the_address(ada, client, come_in):
    answer = come_in("aDA@example.com", next="/reports/")

    assert answer["Location"] == "/reports/"
    assert is_in(client)
    entry = AuditEntry.objects.get(object_type=acts.OBJECT)
    assert (entry.verb, entry.actor, entry.object_id) == (acts.SIGNED_IN, ada, "Ada@example.com")
    assert entry.after == {"ip": "127.0.0.1", "by_means_of": ["password"]}


@pytest.mark.parametrize("email", ["ada@example.com", "nobody@example.com"])
def test_a_wrong_password_and_an_unknown_address_are_told_apart_by_nobody(ada, client, come_in, email):
    answer = come_in(email, "wrong")

    assert "Please enter a correct e-mail address and password." in answer.content.decode()
    assert not is_in(client)
    entry = AuditEntry.objects.get(object_type=acts.OBJECT)
    assert (entry.verb, entry.actor, entry.object_id) == (acts.REFUSED, None, email)
    assert "wrong" not in str(entry.after | {"why": ""})


def test_nobody_is_led_to_another_site_after_signing_in(ada, come_in):
    assert come_in(next="https://evil.example/")["Location"] == "/"


def test_five_wrong_passwords_close_the_account_for_a_while_even_to_the_right_one(ada, client, come_in):
    for _ in range(5):
        come_in(password="wrong")

    answers = [come_in().content.decode() for _ in range(2)]

    assert all("Too many wrong attempts" in answer for answer in answers)
    assert not is_in(client)
    assert noted() == [acts.REFUSED] * 5 + [acts.LOCKED]


def test_after_five_minutes_it_is_open_again(ada, client, come_in, time_machine):
    time_machine.move_to("2026-03-05T10:00:00Z", tick=False)
    for _ in range(5):
        come_in(password="wrong")

    time_machine.shift(timedelta(minutes=5, seconds=1))
    come_in()

    assert is_in(client)


def test_one_address_that_tries_many_people_is_stopped(ada, come_in):
    for number in range(30):
        come_in(f"p{number}@example.com", "wrong")

    assert "Too many wrong attempts" in come_in().content.decode()


def test_who_is_deactivated_is_out_with_the_next_request_and_stays_out(ada, client, come_in):
    come_in()
    ada.is_active = False
    ada.save()

    assert not is_in(client)
    assert come_in().status_code == 200  # the form again
    ada.is_active = True
    ada.save()
    assert not is_in(client)  # that session is over for good


def test_signing_out_is_a_post_and_is_noted(ada, client, come_in):
    come_in()

    assert client.get("/accounts/logout/").status_code == 405
    assert client.post("/accounts/logout/")["Location"] == "/accounts/login/"
    assert not is_in(client)
    assert noted() == [acts.SIGNED_IN, acts.SIGNED_OUT]


def test_changing_the_password_ends_the_other_sessions_and_warns_by_mail(ada, client, come_in):
    elsewhere = Client()
    come_in()
    come_in(at=elsewhere)

    form = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    answer = client.post("/accounts/security/password/", form)

    assert answer["Location"] == "/accounts/security/"
    assert is_in(client)
    assert not is_in(elsewhere)
    assert noted()[-1] == acts.PASSWORD_CHANGED
    assert mailed().payload["subject"] == "SLA Hub: your password was changed"


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"oldpassword": "no", "password1": NEW, "password2": NEW}, "This is not your present password."),
        ({"oldpassword": PASSWORD, "password1": "12345678", "password2": "12345678"}, "too common"),
        ({"oldpassword": PASSWORD, "password1": NEW, "password2": "other"}, "the same password"),
    ],
)
def test_a_password_that_will_not_do_is_refused(ada, client, come_in, form, said):
    come_in()

    assert said in client.post("/accounts/security/password/", form).content.decode()


def test_a_forgotten_password_is_replaced_by_mail_once(ada, client, come_in):
    elsewhere = Client()
    come_in(at=elsewhere)
    for _ in range(5):
        come_in(password="wrong")

    assert client.post("/accounts/password/forgotten/", {"email": "ADA@example.com"}).status_code == 302
    mail = mailed()
    link = path_in(mail)
    form_at = client.get(link)["Location"]
    client.post(form_at, {"password1": NEW, "password2": NEW})

    assert mail.payload["to"] == ["Ada@example.com"]
    assert not is_in(elsewhere)
    come_in(password=NEW)
    assert is_in(client)  # the lock-out is over, too
    assert noted()[-3:] == [acts.PASSWORD_ASKED, acts.PASSWORD_RESET, acts.SIGNED_IN]
    assert "does not work any more" in Client().get(link).content.decode()


def test_the_link_is_too_old_after_two_hours(ada, client, time_machine):
    time_machine.move_to("2026-03-05T10:00:00Z", tick=False)
    client.post("/accounts/password/forgotten/", {"email": "ada@example.com"})

    time_machine.shift(timedelta(hours=2, seconds=1))

    assert "does not work any more" in client.get(path_in(mailed())).content.decode()


def test_the_link_never_takes_its_host_from_the_request(ada, client, settings):
    settings.ALLOWED_HOSTS = ["*"]
    client.post(
        "/accounts/password/forgotten/", {"email": "ada@example.com"}, headers={"host": "evil.example"}
    )

    assert "evil.example" not in str(mailed().payload)


def test_nobody_learns_who_exists_and_only_people_with_a_password_get_a_link(db, client):
    told_of = UserFactory(email="crm@example.com")
    told_of.set_unusable_password()
    told_of.save()
    UserFactory(email="gone@example.com", is_active=False)

    answers = {
        client.post("/accounts/password/forgotten/", {"email": email})["Location"]
        for email in ("crm@example.com", "gone@example.com", "nobody@example.com")
    }

    assert len(answers) == 1
    assert not OutboxMessage.objects.exists()


def test_who_has_no_password_is_told_so_instead_of_changing_it(db, client):
    guest = UserFactory(email="guest@example.com")
    guest.set_unusable_password()
    guest.save()
    client.force_login(guest, backend="django.contrib.auth.backends.ModelBackend")

    shown = client.get("/accounts/security/password/", follow=True)

    assert shown.redirect_chain == [("/accounts/security/", 302)]
    assert "You have no password here" in shown.content.decode()


def test_the_mail_is_in_the_language_of_its_reader(ada, client):
    ada.language = "fr"
    ada.save()

    client.post("/accounts/password/forgotten/", {"email": "ada@example.com"})

    assert mailed().payload["subject"]


def test_nobody_signs_up(db, client):
    assert client.get("/accounts/signup/").status_code == 404


def test_what_happened_at_the_door_is_kept_a_year(ada, come_in, time_machine):
    time_machine.move_to("2026-03-05T10:00:00Z", tick=False)
    come_in()
    entry = AuditEntry.objects.get(object_type=acts.OBJECT)

    assert acts.purge(as_of=entry.at + timedelta(days=365)) == 0
    assert acts.purge(as_of=entry.at + timedelta(days=365, seconds=1)) == 1
