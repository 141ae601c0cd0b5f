"""Reads the process environment into the shapes that Django's settings want."""

import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off", ""}
SMTP_PORTS = {"smtp": 25, "smtp+tls": 587, "smtps": 465}

POSTGRESQL = "django.db.backends.postgresql"


def given(name: str, default: str = "") -> str:
    """The value of a variable, or what the file holds that NAME_FILE names (secrets of Docker, Kubernetes).

    Spaces and line ends around a file's content do not count. Raises ImproperlyConfigured where both are set,
    or the file cannot be read or is empty: a secret that is missing must not pass as an empty one.
    """
    value, path = os.environ.get(name, ""), os.environ.get(f"{name}_FILE", "")
    if not path:
        return value or default
    if value:
        raise ImproperlyConfigured(f"{name} and {name}_FILE are both set: keep one of them.")
    try:
        content = Path(path).read_text().strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is no text"
        raise ImproperlyConfigured(f"{name}_FILE={path}: {reason}.") from error
    if not content:
        raise ImproperlyConfigured(f"{name}_FILE={path}: the file is empty.")
    return content


def flag(name: str, *, default: bool = False) -> bool:
    """A yes or no; anything else is refused, so that a typing error cannot switch something off."""
    value = os.environ.get(name, "yes" if default else "no").strip().lower()
    if value not in TRUE | FALSE:
        raise ImproperlyConfigured(f"{name}={value!r}: say yes or no.")
    return value in TRUE


def number(name: str, *, default: int, low: int, high: int) -> int:
    """A whole number within `low` and `high`, both included."""
    value = os.environ.get(name, "") or str(default)
    if not value.isdecimal() or not low <= int(value) <= high:
        raise ImproperlyConfigured(f"{name}={value!r}: give a whole number from {low} to {high}.")
    return int(value)


def words(name: str) -> list[str]:
    """A comma-separated list."""
    return [word.strip() for word in os.environ.get(name, "").split(",") if word.strip()]


def choice(name: str, *, default: str, among: Mapping[str, object]) -> str:
    """One of the keys of `among`."""
    value = os.environ.get(name, "") or default
    if value not in among:
        raise ImproperlyConfigured(f"{name}={value!r}: choose from {', '.join(among)}.")
    return value


def database(url: str, password: str = "") -> dict[str, object]:
    """Django's database settings from `postgresql://user:password@host:port/name?option=…`.

    A Unix socket is given as in libpq: `postgresql://user@/name?host=/folder`. `password` (DATABASE_PASSWORD)
    is for an address that has none, so that it can lie in a file of its own.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql"):
        raise ImproperlyConfigured(
            "DATABASE_URL must begin with postgresql://; no other database is supported."
        )
    options: dict[str, object] = dict(parse_qsl(parts.query))
    return {
        "ENGINE": POSTGRESQL,
        "NAME": unquote(parts.path.lstrip("/")) or "slahub",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or "") or password,
        "HOST": options.pop("host", None) or parts.hostname or "",
        "PORT": options.pop("port", None) or _port(parts, "DATABASE_URL") or "",
        "OPTIONS": options,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


def databases(url: str, replica_url: str, password: str) -> dict[str, dict[str, object]]:
    """Django's databases: the primary, and a replica where one is named.

    Without ``url`` a command that needs one runs inside slahub.stack.embedded.
    """
    nothing: dict[str, object] = {"ENGINE": "django.db.backends.dummy"}
    found = {"default": database(url, password) if url else nothing}
    return {**found, "replica": replica(replica_url, password)} if replica_url else found


def replica(url: str, password: str = "") -> dict[str, object]:
    """Django's settings of a read-only copy of the database, which must answer soon or is done without."""
    given = database(url, password)
    options = {"connect_timeout": 2, "options": "-c default_transaction_read_only=on", **given["OPTIONS"]}  # type: ignore[dict-item]
    return {**given, "OPTIONS": options, "TEST": {"MIRROR": "default"}}


def mail(url: str) -> dict[str, object]:
    """Django's mail settings from `smtp://…`, `smtp+tls://…` (STARTTLS) or `smtps://user:password@host:port`.

    Without a URL each part comes from its own variable (EMAIL_HOST, EMAIL_PORT, …).
    """
    if not url:
        return {
            "EMAIL_HOST": os.environ.get("EMAIL_HOST", "localhost"),
            "EMAIL_PORT": number("EMAIL_PORT", default=25, low=1, high=65535),
            "EMAIL_HOST_USER": os.environ.get("EMAIL_HOST_USER", ""),
            "EMAIL_HOST_PASSWORD": given("EMAIL_HOST_PASSWORD"),
            "EMAIL_USE_TLS": flag("EMAIL_USE_TLS"),
            "EMAIL_USE_SSL": flag("EMAIL_USE_SSL"),
        }
    parts = urlsplit(url)
    if parts.scheme not in SMTP_PORTS or not parts.hostname:
        raise ImproperlyConfigured("EMAIL_URL must read smtp://, smtp+tls:// or smtps://user:secret@host.")
    return {
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": _port(parts, "EMAIL_URL") or SMTP_PORTS[parts.scheme],
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": parts.scheme == "smtp+tls",
        "EMAIL_USE_SSL": parts.scheme == "smtps",
    }


def broker(url: str) -> str:
    """Celery's spelling of a Redis address: redis-py's `unix://` is `redis+socket://` to it."""
    return url.replace("unix://", "redis+socket://", 1) if url.startswith("unix://") else url


def served_port(data_dir: Path) -> int:
    """The port of the `serve` on this folder, so that commands beside it write its address; else 8000."""
    path = data_dir / "port"
    text = path.read_text() if path.exists() else ""
    return int(text) if text.isdecimal() else 8000


def secret_key(data_dir: Path) -> str:
    """The installation's own key: made once, kept in `data_dir` readable by its owner only.

    Two processes that start together end with the same key: the file appears under its name only complete.
    """
    path = data_dir / "secret_key"
    if not path.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        draft = data_dir / f".secret_key.{os.getpid()}"
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(50))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass  # another process was first: its key is the one
        finally:
            draft.unlink()
    return path.read_text()


def _port(parts: SplitResult, name: str) -> int | None:
    try:
        return parts.port
    except ValueError as error:
        raise ImproperlyConfigured(f"{name}: {error}.") from error
