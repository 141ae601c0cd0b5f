"""A token is worth nothing to whoever reads the database, the log, an answer or an address."""

import logging

import pytest
from django.db import connection
from django.utils import timezone

from people.models import ApiToken
from people.tokens import create_token
from tests.security.conftest import NOW

CLOCKS = "/api/v1/clocks/"


def test_the_database_holds_no_token(token):
    secret = token.split("_")[2]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM people_apitoken t WHERE t::text LIKE %s", [f"%{secret}%"])
        assert cursor.fetchone() == (0,)
        cursor.execute("SELECT count(*) FROM core_auditentry e WHERE e::text LIKE %s", [f"%{secret}%"])
        assert cursor.fetchone() == (0,)


@pytest.mark.parametrize("path", [CLOCKS, "/api/v1/nothing/", "/api/v1/clocks/?state=nonsense"])
def test_neither_the_log_nor_the_answer_repeats_it(api_with, token, caplog, path):
    caplog.set_level(logging.DEBUG)

    answer = api_with(token).get(path)

    secret = token.split("_")[2]
    assert secret not in answer.content.decode()
    assert secret not in caplog.text


def test_a_wrong_one_is_not_repeated_either(api_with, db, caplog):
    caplog.set_level(logging.DEBUG)

    answer = api_with("slahub_0123456789ab_almost-right").get(CLOCKS)

    assert answer.status_code == 401
    assert "almost-right" not in answer.content.decode() + caplog.text


@pytest.mark.parametrize("name", ["token", "access_token", "api_key", "key"])
def test_a_token_in_an_address_opens_nothing(api, token, name):
    assert api.get(f"{CLOCKS}?{name}={token}").status_code == 401


def test_it_ends_the_moment_it_is_revoked_or_runs_out(api_with, token):
    made = ApiToken.objects.get()
    assert api_with(token).get(CLOCKS).status_code == 200

    made.revoked_at = timezone.now()
    made.save(update_fields=["revoked_at"])

    assert api_with(token).get(CLOCKS).status_code == 401
    old = create_token(name="old", scopes=["read"], expires_at=NOW, as_of=NOW)[1]
    assert api_with(old).get(CLOCKS).status_code == 401


def test_a_page_does_not_tell_others_where_the_reader_came_from(client, admin):
    client.force_login(admin)

    assert client.get("/")["Referrer-Policy"] == "same-origin"
