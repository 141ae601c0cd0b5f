from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError

from people.enums import Scope
from people.models import ApiToken
from people.tokens import UnknownScopeError, create_token, find_token, note_use
from tests.factories.people import ApiTokenFactory, UserFactory

NOW = datetime(2026, 4, 3, 16, tzinfo=UTC)
SECOND = timedelta(seconds=1)

pytestmark = pytest.mark.django_db


def test_a_token_is_found_by_its_text_of_which_only_a_hash_is_kept():
    token, text = create_token(name="hubspot", scopes=["read"], as_of=NOW)

    assert find_token(text) == token
    assert text not in str(vars(ApiToken.objects.get()))
    assert text.split("_", 2)[2] not in str(vars(ApiToken.objects.get()))


def test_scopes_are_kept_once_in_one_order():
    token, _ = create_token(name="a", scopes=["read", "facts:write", "read"], as_of=NOW)

    assert token.scopes == ["facts:write", "read"]


@pytest.mark.parametrize("scopes", [["reed"], ["read", "reed"], []])
def test_an_unknown_scope_or_none_is_refused_with_the_known_ones(scopes):
    with pytest.raises(
        UnknownScopeError, match="facts:write, read, people:read, breaches:write, definitions:write"
    ):
        create_token(name="a", scopes=scopes, as_of=NOW)

    assert ApiToken.objects.count() == 0


@pytest.mark.parametrize(
    "change", [lambda t: t[:-1], lambda t: t + "x", lambda t: t.replace("slahub", "other")]
)
def test_another_text_finds_nothing(change):
    _, text = create_token(name="a", scopes=["read"], as_of=NOW)

    assert find_token(change(text)) is None


@pytest.mark.parametrize("text", ["", "_", "slahub", "slahub__", "slahub_x_\0", "slahub_x", "é"])
def test_garbage_finds_nothing(text):
    assert find_token(text) is None


def test_the_last_use_is_written_at_most_once_a_minute(django_assert_num_queries):
    token = ApiTokenFactory(last_used_at=NOW)

    with django_assert_num_queries(0):
        note_use(token, as_of=NOW + 59 * SECOND)
    note_use(token, as_of=NOW + 60 * SECOND)

    token.refresh_from_db()
    assert token.last_used_at == NOW + 60 * SECOND


def test_usable_tokens_are_neither_expired_nor_revoked():
    good = ApiTokenFactory(expires_at=NOW + SECOND)
    ApiTokenFactory(expires_at=NOW)
    ApiTokenFactory(revoked_at=NOW)

    assert list(ApiToken.objects.usable(NOW)) == [good]


def test_the_command_prints_the_token_as_its_last_word(capsys):
    UserFactory(email="ada@example.com")

    call_command(
        "create_token", "hubspot", "--scope", "read", "--scope", "facts:write", "--user", "Ada@Example.com"
    )

    token = find_token(capsys.readouterr().out.split()[-1])
    assert (token.name, token.scopes, token.user.email) == (
        "hubspot",
        ["facts:write", "read"],
        "ada@example.com",
    )


def test_the_command_takes_several_scopes_after_one_flag(capsys):
    call_command("create_token", "hubspot", "--scope", "read", "people:read")

    assert find_token(capsys.readouterr().out.split()[-1]).scopes == ["read", "people:read"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--scope", "reed"], "choose from: facts:write, read"),
        (
            ["--scope", "read", "--user", "nobody@example.com"],
            "no user has the e-mail address nobody@example.com",
        ),
        ([], "--scope"),
    ],
)
def test_the_command_says_what_is_wrong(arguments, message):
    with pytest.raises(CommandError, match=message):
        call_command("create_token", "hubspot", *arguments)

    assert ApiToken.objects.count() == 0


def test_the_database_refuses_an_unknown_scope():
    with pytest.raises(IntegrityError, match="api_token_scopes_are_known"):
        ApiTokenFactory(scopes=["reed"])


def test_the_database_refuses_a_token_without_scopes():
    with pytest.raises(IntegrityError, match="api_token_has_a_scope"):
        ApiTokenFactory(scopes=[])


def test_every_scope_of_the_enum_is_allowed_by_the_database():
    assert ApiTokenFactory(scopes=[scope.value for scope in Scope]).pk
