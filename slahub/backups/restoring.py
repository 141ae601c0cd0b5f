"""Puts a backup in the place of everything that the database holds, all of it or nothing."""

from dataclasses import dataclass
from datetime import datetime
from typing import IO

from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connection, connections, transaction
from django.db.migrations.loader import MigrationLoader

from core import audit, undelivered
from slahub.backups import archive
from slahub.backups.making import dsn, key_check
from slahub.stack import dumping
from slahub.stack.errors import StackError
from slahub.stack.programs import clients

OTHERS = """
SELECT coalesce(nullif(application_name, ''), 'a process'), count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend' GROUP BY 1
"""
HOLDS_SOMETHING = "SELECT EXISTS (SELECT FROM people_user) OR EXISTS (SELECT FROM leads_ref)"


class RefusedError(Exception):
    """Nothing was changed; the message says what to do first."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What came back. ``held``: mails that waited then and that a person decides upon now. ``same_key``: what
    the SECRET_KEY of then encrypted or signed can be read."""

    manifest: archive.Manifest
    held: int
    same_key: bool


def inspect(file: IO[bytes]) -> archive.Manifest:
    """The manifest of a backup that is whole and that this SLA Hub can read.

    Raises ArchiveError, and RefusedError for one that a newer SLA Hub has made.
    """
    manifest = archive.read(file)
    known = {".".join(key) for key in MigrationLoader(None).disk_migrations}
    ours = {name.partition(".")[0] for name in known}
    newer = [name for name in manifest.migrations if name.partition(".")[0] in ours and name not in known]
    if newer:
        raise RefusedError(
            f"A newer SLA Hub made this backup ({manifest.version}; it knows {newer[0]}). "
            "Install that version, then restore."
        )
    return manifest


def restore(file: IO[bytes], *, replace: bool, by: str, as_of: datetime) -> Restored:
    """Restores a backup and brings it up to date.

    Everybody signs in again (sessions that were ended since must not come back), and mails that waited then
    are held: they may have been sent since. ``replace``: what is there is given up.

    Raises ArchiveError, RefusedError (not empty; in use; made by a newer version), StackError.
    """
    manifest = inspect(file)
    _must_be_free()
    if not replace and _holds_something():
        raise RefusedError("The database is not empty: with --yes everything in it is replaced.")
    target = dsn()
    connections.close_all()
    programs = clients(at_least=max(manifest.postgresql, dumping.major(target)))
    with archive.dump_in(file) as dump:
        dumping.load(dump, target, programs, manifest.rows)
    call_command("migrate", interactive=False, verbosity=0)
    return _settle(manifest, by=by, as_of=as_of)


@transaction.atomic
def _settle(manifest: archive.Manifest, *, by: str, as_of: datetime) -> Restored:
    held = undelivered.hold_mails()
    Session.objects.all().delete()
    after = {"backup of": manifest.made_at, "rows": manifest.total, "mails held": held}
    audit.record(
        actor=by, verb="restore", object_type="installation", object_id="database", after=after, as_of=as_of
    )
    known = {key_check(key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)}
    return Restored(manifest, held, manifest.key_check in known)


def _must_be_free() -> None:
    with connection.cursor() as cursor:
        cursor.execute(OTHERS)
        others = cursor.fetchall()
    if others:
        names = ", ".join(f"{name} ({count})" for name, count in others)
        raise RefusedError(f"The database is in use by {names}: stop web, worker and beat (or serve) first.")


def _holds_something() -> bool:
    if "people_user" not in connection.introspection.table_names():
        return False
    with connection.cursor() as cursor:
        cursor.execute(HOLDS_SOMETHING)
        found: bool = cursor.fetchone()[0]
        return found


__all__ = ["RefusedError", "Restored", "StackError", "inspect", "restore"]
