"""The file of a backup: a zip with the dump of the database and a manifest; it proves itself.

    database.dump   what pg_dump wrote, in its custom format (compressed)
    manifest.json   what, when, of which versions, how many rows of each table, and the dump's SHA-256

The manifest is written last: a file without it is a backup that was broken off.
"""

import hashlib
import json
import os
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

FORMAT = 1
DUMP, MANIFEST = "database.dump", "manifest.json"
CHUNK = 1024 * 1024


class ArchiveError(Exception):
    """The file is no backup, or not whole; the message says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds. ``made_at`` is RFC 3339 in UTC; ``rows`` by table; ``migrations`` as app.name;
    ``key_check`` tells one SECRET_KEY from another without revealing it."""

    made_at: str
    version: str
    postgresql: int
    rows: dict[str, int]
    migrations: list[str]
    key_check: str
    sha256: str
    bytes: int
    format: int = FORMAT

    @property
    def total(self) -> int:
        """Rows of all tables."""
        return sum(self.rows.values())


def write(out: IO[bytes], dump: IO[bytes], describe: Callable[[str, int], Manifest]) -> Manifest:
    """Writes the dump and then what ``describe`` says of its SHA-256 and its size; ``out`` need not seek."""
    digest, size = hashlib.sha256(), 0
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:  # the dump is compressed already
        with archive.open(DUMP, "w", force_zip64=True) as member:
            while chunk := dump.read(CHUNK):
                digest.update(chunk)
                size += len(chunk)
                member.write(chunk)
        manifest = describe(digest.hexdigest(), size)
        archive.writestr(MANIFEST, json.dumps(asdict(manifest), indent=1, sort_keys=True))
    return manifest


@contextmanager
def whole_or_not_at_all(path: Path) -> Iterator[IO[bytes]]:
    """A file, readable by its owner only, that appears under its name when everything is on the disk."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def read(file: IO[bytes]) -> Manifest:
    """The manifest of a backup whose dump has the SHA-256 that it names.

    Raises ArchiveError for anything else.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            known = json.loads(archive.read(MANIFEST))
            manifest = _manifest(known)
            with archive.open(DUMP) as member:
                digest = hashlib.file_digest(member, "sha256").hexdigest()  # type: ignore[arg-type]
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, EOFError) as error:
        raise ArchiveError(f"this is not a whole backup: {error}") from error
    if digest != manifest.sha256:
        raise ArchiveError("the dump in it is not the one that was written: its SHA-256 differs")
    return manifest


@contextmanager
def dump_in(file: IO[bytes]) -> Iterator[IO[bytes]]:
    """The dump of a backup as a stream."""
    with zipfile.ZipFile(file) as archive, archive.open(DUMP) as member:
        yield member


def _manifest(known: dict[str, Any]) -> Manifest:
    if known.get("format") != FORMAT:
        raise ArchiveError(f"its format is {known.get('format')}; this SLA Hub reads format {FORMAT}")
    return Manifest(**known)
