"""The environment is read into settings precisely, and refused precisely."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from slahub import environment


def test_a_database_address_names_every_part() -> None:
    read = environment.database("postgresql://me:p%40ss@db.example.com:5433/sla?sslmode=require")

    assert {key: read[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT", "OPTIONS")} == {
        "NAME": "sla",
        "USER": "me",
        "PASSWORD": "p@ss",
        "HOST": "db.example.com",
        "PORT": 5433,
        "OPTIONS": {"sslmode": "require"},
    }


def test_a_database_on_a_unix_socket_is_named_by_its_folder() -> None:
    read = environment.database("postgresql://slahub@/slahub?host=%2Ftmp%2Fa%20b")

    assert (read["HOST"], read["PORT"], read["OPTIONS"]) == ("/tmp/a b", "", {})


@pytest.mark.parametrize("url", ["sqlite:///x", "mysql://x/y", "postgresql://h:port/x"])
def test_another_database_is_refused(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL"):
        environment.database(url)


@pytest.mark.parametrize(
    ("url", "port", "tls", "ssl"),
    [
        ("smtp://mail.example.com", 25, False, False),
        ("smtp://mail.example.com:2525", 2525, False, False),
        ("smtp+tls://me:secret@mail.example.com", 587, True, False),
        ("smtps://me:secret@mail.example.com", 465, False, True),
    ],
)
def test_a_mail_address_says_how_it_is_encrypted(url: str, port: int, tls: bool, ssl: bool) -> None:
    read = environment.mail(url)

    assert (read["EMAIL_PORT"], read["EMAIL_USE_TLS"], read["EMAIL_USE_SSL"]) == (
        port,
        tls,
        ssl,
    )


def test_a_misspelt_flag_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEBUG", "flase")

    with pytest.raises(ImproperlyConfigured, match="DEBUG"):
        environment.flag("DEBUG")


@pytest.mark.parametrize("value", ["0", "13", "-1", "july"])
def test_a_number_outside_its_bounds_is_refused(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FISCAL_YEAR_START", value)

    with pytest.raises(ImproperlyConfigured, match="1 to 12"):
        environment.number("FISCAL_YEAR_START", default=1, low=1, high=12)


def test_the_secret_key_is_made_once_and_for_its_owner_only(tmp_path) -> None:
    first = environment.secret_key(tmp_path / "new")

    assert environment.secret_key(tmp_path / "new") == first
    assert len(first) >= 50
    assert (tmp_path / "new" / "secret_key").stat().st_mode & 0o077 == 0


def test_the_brokers_socket_has_celerys_spelling() -> None:
    assert environment.broker("unix:///a/valkey.sock?db=0") == "redis+socket:///a/valkey.sock?db=0"
    assert environment.broker("redis://localhost:6379/0") == "redis://localhost:6379/0"


def test_commands_beside_a_running_serve_write_its_address(tmp_path) -> None:
    (tmp_path / "port").write_text("8134")

    assert environment.served_port(tmp_path) == 8134
    assert environment.served_port(tmp_path / "elsewhere") == 8000
