"""A secret comes from its variable or from a file, and never passes as an empty one."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from slahub import environment


@pytest.fixture(autouse=True)
def without(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SECRET_KEY", "SECRET_KEY_FILE"):
        monkeypatch.delenv(name, raising=False)


def test_a_variable_is_taken_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", " from the environment ")

    assert environment.given("SECRET_KEY") == " from the environment "
    assert environment.given("SECRET_KEY_OF_NOBODY", "default") == "default"


def test_a_file_is_read_without_its_line_end(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    (tmp_path / "key").write_text("from a file\n")
    monkeypatch.setenv("SECRET_KEY_FILE", str(tmp_path / "key"))

    assert environment.given("SECRET_KEY") == "from a file"


def test_both_are_refused(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    (tmp_path / "key").write_text("from a file")
    monkeypatch.setenv("SECRET_KEY", "from the environment")
    monkeypatch.setenv("SECRET_KEY_FILE", str(tmp_path / "key"))

    with pytest.raises(ImproperlyConfigured, match="SECRET_KEY and SECRET_KEY_FILE are both set") as refused:
        environment.given("SECRET_KEY")
    assert "from the" not in str(refused.value)


@pytest.mark.parametrize(
    ("content", "said"),
    [(None, "No such file"), (b" \n", "the file is empty"), (b"\xff\xfe\x00", "it is no text")],
)
def test_a_secret_that_cannot_be_read_stops_the_start(monkeypatch, tmp_path, content, said) -> None:
    if content is not None:
        (tmp_path / "key").write_bytes(content)
    monkeypatch.setenv("SECRET_KEY_FILE", str(tmp_path / "key"))

    with pytest.raises(ImproperlyConfigured, match=f"SECRET_KEY_FILE=.*{said}"):
        environment.given("SECRET_KEY")


def test_the_password_of_the_database_may_lie_apart_from_its_address() -> None:
    read = environment.database("postgresql://slahub@postgres/slahub", "p@ss:w/rd")
    own = environment.database("postgresql://slahub:mine@postgres/slahub", "other")

    assert (read["USER"], read["PASSWORD"], own["PASSWORD"]) == ("slahub", "p@ss:w/rd", "mine")
