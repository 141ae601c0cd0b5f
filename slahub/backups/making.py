"""Makes a backup while everything runs, and keeps only the newest ones."""

import hashlib
import hmac
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from psycopg2.extensions import make_dsn

from core import heartbeats
from core.instants import format_instant
from slahub.backups import archive
from slahub.stack import dumping
from slahub.stack.programs import clients

HEARTBEAT = "backup"
PATTERN = "slahub-*.backup.zip"


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that was made, and the older ones that were removed for it."""

    name: str
    manifest: archive.Manifest
    removed: tuple[Path, ...] = ()


def dsn() -> str:
    """The address of the database that Django uses, as libpq reads it."""
    given = connection.get_connection_params()  # Django's own, which libpq does not know, are objects
    return make_dsn(**{key: str(value) for key, value in given.items() if isinstance(value, str | int)})


def key_check(key: str = "") -> str:
    """What tells one SECRET_KEY from another without revealing it; of the one in use unless one is given."""
    secret = (key or settings.SECRET_KEY).encode()
    return hmac.new(secret, b"slahub backup", hashlib.sha256).hexdigest()[:16]


def back_up(out: IO[bytes], *, name: str, as_of: datetime) -> Made:
    """Writes a backup of this instant to ``out``; what goes on meanwhile is neither held up nor in it.

    Raises StackError where no pg_dump fits the server, or it fails.
    """
    with dumping.snapshot(dsn()) as taken, dumping.dump(dsn(), clients(at_least=taken.major), taken) as dump:
        applied = sorted(".".join(key) for key in MigrationRecorder(connection).applied_migrations())

        def describe(sha256: str, size: int) -> archive.Manifest:
            return archive.Manifest(
                made_at=format_instant(as_of.replace(microsecond=0)),
                version=settings.VERSION,
                postgresql=taken.major,
                rows=taken.rows,
                migrations=applied,
                key_check=key_check(),
                sha256=sha256,
                bytes=size,
            )

        manifest = archive.write(out, dump, describe)
    detail = {"file": name, "bytes": manifest.bytes, "rows": manifest.total}
    heartbeats.beat(HEARTBEAT, at=as_of, detail=detail)
    return Made(name, manifest)


def back_up_into(folder: Path, *, as_of: datetime, keep: int | None = None) -> Made:
    """A backup under a name of its instant; ``keep``: that many of the folder stay, the newest ones."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"slahub-{as_of.astimezone(UTC):%Y%m%dT%H%M%SZ}.backup.zip"
    with archive.whole_or_not_at_all(path) as file:
        made = back_up(file, name=path.name, as_of=as_of)
    removed = sorted(folder.glob(PATTERN))[:-keep] if keep else []
    for old in removed:
        old.unlink()
    return Made(str(path), made.manifest, tuple(removed))


@contextmanager
def opened(path: Path) -> Iterator[IO[bytes]]:
    """A backup's file for reading; raises ArchiveError where there is none."""
    try:
        with path.open("rb") as file:
            yield file
    except (FileNotFoundError, IsADirectoryError, PermissionError) as error:
        raise archive.ArchiveError(error.strerror or "it cannot be read") from error
