"""What the compose file and the Dockerfile promise, as far as it can be read; `.ci/compose` runs them."""

import pytest

from slahub.stack import serving
from tests.compose.files import NotGivenError, compose, image, left_out

GIVEN = {"SITE_URL": "https://sla.example.com"}
OURS = ("prepare", "web", "worker", "beat", "backup")


def test_without_an_address_it_says_what_to_set() -> None:
    with pytest.raises(NotGivenError, match="SITE_URL: set SITE_URL, for instance https://"):
        compose({})


def test_no_secret_stands_in_the_environment() -> None:
    file = compose(GIVEN)

    for name in OURS:
        service = file["services"][name]
        given = service["environment"]
        secrets = {key: value for key, value in given.items() if key.endswith("_FILE")}
        assert {value.removeprefix("/run/secrets/") for value in secrets.values()} == set(service["secrets"])
        assert not {"SECRET_KEY", "EMAIL_URL", "METRICS_TOKEN", "DATABASE_PASSWORD"} & set(given)
        assert "@postgres/" in given["DATABASE_URL"]
    assert set(file["secrets"]) == {"postgres_password", "secret_key", "email_url", "metrics_token"}


def test_every_process_is_unprivileged_and_cannot_change_its_program() -> None:
    for name in OURS:
        service = compose(GIVEN)["services"][name]
        assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])
        assert service["security_opt"] == ["no-new-privileges:true"]
    assert image().uid == 10001


def test_whatever_stays_up_has_a_health_check_and_waits_for_the_migrations() -> None:
    services = compose(GIVEN)["services"]

    assert image().health
    for name in ("worker", "beat", "postgres", "redis"):
        assert services[name]["healthcheck"]["test"]
    for name in ("web", "worker", "beat"):
        assert services[name]["depends_on"] == {"prepare": {"condition": "service_completed_successfully"}}


def test_they_are_the_processes_that_serve_starts() -> None:
    ours = {child.name for child in serving.children(8000)}

    assert ours - {"mailbox"} == {"web", "worker", "beat"} <= set(compose(GIVEN)["services"])


def test_no_secret_and_no_backup_gets_into_the_image() -> None:
    names = (
        ".env",
        "secrets/secret_key",
        "backups/x.zip",
        ".git/config",
        "tests/conftest.py",
        "a/b/__pycache__",
    )

    assert [name for name in names if not left_out(name)] == []
    assert not left_out("slahub/backups/making.py")
