"""A backup, restored elsewhere, gives the same answers: for the embedded database and for a given one."""

import io
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from psycopg2.extensions import make_dsn, parse_dsn

from core.models import Heartbeat
from slahub.backups import archive, making, restoring
from tests.slahub.test_dumping import execute

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("backups")]
PROJECT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 3, 5, 10, tzinfo=UTC)
AGREEMENT = """
agreement: proof
title: Proof
parties: [marketing, sales]
effective_from: 2026-01-01
form: short
commitments:
  - {key: answer, title: Answer, owner: sales, kind: response, start: {event: request.received},
     stop: {event: call.made, by: team}, within: 2 hours}
"""
REQUEST, CALL = {"kind": "request.received"}, {"kind": "call.made", "actor": "r1"}
EVENTS = [
    {"external_id": "1", "contact": "kept", "occurred_at": "2026-02-02T09:00:00Z", **REQUEST},
    {"external_id": "2", "contact": "kept", "occurred_at": "2026-02-02T09:30:00Z", **CALL},
    {"external_id": "3", "contact": "missed", "occurred_at": "2026-02-02T09:00:00Z", **REQUEST},
]
MARK = "-- stored"
#: What is stored about clocks and periods, without the numbers of rows.
ANSWERS = """
from measurement.models import Clock, Reading
for model, named in ((Clock, "start_key"), (Reading, "each")):
    rows = model.objects.order_by("commitment_key", named, "id").values()
    for row in rows:
        print(sorted((key, str(value)) for key, value in row.items() if key not in ("id", "changed_at")))
"""


class Installation:
    """An installation that commands are run against."""

    def __init__(self, folder: Path, database: str = "") -> None:
        self.folder = folder
        hidden = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "DJANGO_SETTINGS_MODULE")
        self.environment = {name: value for name, value in os.environ.items() if name not in hidden}
        self.environment["DATA_DIR"] = str(folder)
        if database:
            self.environment |= {"DATABASE_URL": database, "SECRET_KEY": "k" * 60}
            self.environment["REDIS_URL"] = settings.REDIS_URL

    def manage(self, *words: str, given: bytes | None = None) -> bytes:
        done = self.try_to(*words, given=given)
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout

    def try_to(self, *words: str, given: bytes | None = None) -> subprocess.CompletedProcess[bytes]:
        command = [sys.executable, "manage.py", *words]
        return subprocess.run(command, cwd=PROJECT, env=self.environment, input=given, capture_output=True)

    def answers(self, *before: list[str]) -> bytes:
        """What is stored after these commands, all in one process: to start one takes seconds."""
        lines = ["from django.core.management import call_command"]
        lines += [f"call_command(*{words!r})" for words in before]
        said = self.manage("shell", "--no-imports", "-c", "\n".join([*lines, f"print({MARK!r})", ANSWERS]))
        return said.split(MARK.encode(), 1)[1]


@pytest.fixture(params=["embedded", "given"])
def two(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Installation, Installation]]:
    """Two installations: on databases of their own under two DATA_DIRs, or on two given databases."""
    tmp_path.chmod(0o755)
    if request.param == "embedded":
        yield Installation(tmp_path / "one"), Installation(tmp_path / "two")
        return
    server = parse_dsn(settings.DATABASE_URL)
    names = ("backup_one", "backup_two")
    for name in names:
        execute(
            make_dsn(**{**server, "dbname": "postgres"}),
            f"DROP DATABASE IF EXISTS {name}",
            f"CREATE DATABASE {name}",
        )
    urls = [f"postgresql://{server['user']}@/{name}?host={server['host']}" for name in names]
    yield Installation(tmp_path / "one", urls[0]), Installation(tmp_path / "two", urls[1])
    for name in names:
        execute(make_dsn(**{**server, "dbname": "postgres"}), f"DROP DATABASE {name} WITH (FORCE)")


def filled(installation: Installation, folder: Path) -> bytes:
    """What is stored once a promise is signed, facts are in and everything is judged."""
    agreement, events, members = (folder / name for name in ("a.yaml", "events.ndjson", "members.ndjson"))
    agreement.write_text(AGREEMENT)
    members.write_text(json.dumps({"external_id": "r1", "email": "rae@example.com", "team": "sales"}))
    events.write_text("\n".join(map(json.dumps, EVENTS)))
    return installation.answers(
        ["prepare"],
        ["load_agreement", str(agreement), "--sign"],
        ["import_facts", "members", str(members), "--source", "crm"],
        ["import_facts", "events", str(events), "--source", "crm"],
        ["judge"],
    )


def test_what_is_restored_gives_the_same_answers(
    two: tuple[Installation, Installation], tmp_path: Path
) -> None:
    one, other = two
    before = filled(one, tmp_path)
    assert all(said in before for said in (b"'met'", b"'running'", b"'answer'"))

    one.manage("backup", str(tmp_path / "kept"))
    (file,) = (tmp_path / "kept").iterdir()
    assert b"is whole" in other.manage("restore", str(file), "--check")
    said = other.manage("restore", str(file))

    assert b"is restored" in said
    assert other.answers() == before
    assert other.answers(["judge", "--all"]) == before

    refused = other.try_to("restore", str(file))
    assert (refused.returncode, b"with --yes everything in it is replaced" in refused.stderr) == (1, True)
    other.manage("restore", "-", "--yes", given=one.manage("backup", "-"))
    assert other.answers() == before


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """A small backup without a database behind it."""
    path = tmp_path / "slahub-x.backup.zip"
    with archive.whole_or_not_at_all(path) as file:
        archive.write(file, io.BytesIO(b"PGDMP" + bytes(5000)), described())
    return path


def described(**changes) -> Callable[[str, int], archive.Manifest]:
    given = {"made_at": "2026-03-05T10:00:00Z", "version": "0.1.0", "postgresql": 18, "rows": {"fact": 3}}
    given |= {"migrations": [], "key_check": "x"} | changes
    return lambda sha256, size: archive.Manifest(**given, sha256=sha256, bytes=size)


def test_a_backup_is_read_by_its_owner_only_and_names_what_is_in_it(made: Path) -> None:
    with made.open("rb") as file:
        manifest = archive.read(file)

    assert made.stat().st_mode & 0o777 == 0o600
    assert (manifest.total, manifest.bytes) == (3, 5005)


def broken_off(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:3000])


def changed(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(bytes(5000), bytes(4999) + b"!"))


def without_manifest(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as file:
        file.writestr(archive.DUMP, b"")


def of_another_format(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as file:
        file.writestr(archive.DUMP, b"")
        file.writestr(archive.MANIFEST, json.dumps({"format": 7}))


@pytest.mark.parametrize("damage", [broken_off, changed, without_manifest, of_another_format, Path.unlink])
def test_what_is_no_whole_backup_is_refused_before_anything_is_touched(made: Path, damage) -> None:
    damage(made)

    with pytest.raises(CommandError, match=str(made)):
        call_command("restore", str(made), "--check")


def test_a_backup_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "newer.zip"
    with path.open("wb") as file:
        archive.write(file, io.BytesIO(b""), described(migrations=["core.9999_tomorrow"], version="9.0"))

    with pytest.raises(CommandError, match=r"A newer SLA Hub made this backup \(9\.0"):
        call_command("restore", str(path), "--check")


@pytest.mark.django_db
def test_a_database_in_use_is_left_alone(made: Path) -> None:
    other = connection.copy()
    other.ensure_connection()
    try:
        with (
            made.open("rb") as file,
            pytest.raises(restoring.RefusedError, match="stop web, worker and beat"),
        ):
            restoring.restore(file, replace=True, by="test", as_of=NOW)
    finally:
        other.close()


@pytest.mark.django_db(transaction=True)
def test_the_newest_backups_stay_and_the_last_one_is_on_the_health_page(tmp_path: Path) -> None:
    for hour in range(3):
        made = making.back_up_into(tmp_path, as_of=NOW.replace(hour=hour), keep=2)

    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "slahub-20260305T010000Z.backup.zip",
        "slahub-20260305T020000Z.backup.zip",
    ]
    assert [path.name for path in made.removed] == ["slahub-20260305T000000Z.backup.zip"]
    assert Heartbeat.objects.get(name="backup").detail["bytes"] == made.manifest.bytes


@pytest.mark.parametrize("words", [["--keep", "0"], ["x.zip", "--keep", "2"], ["-", "--keep", "2"]])
def test_keeping_needs_a_folder_and_a_number(words) -> None:
    with pytest.raises(CommandError, match="--keep"):
        call_command("backup", *words)
