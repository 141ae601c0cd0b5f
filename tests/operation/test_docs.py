"""What an operator may set, run, scrape or lose is in docs/operations.md, all of it."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session

from core import retention
from slahub.schedule import SCHEDULE

PROJECT = Path(__file__).resolve().parents[2]
DOCS = (PROJECT / "docs" / "operations.md").read_text()
READ = re.compile(r"(?:environ\.get|environment\.\w+|\bgiven|\bflag|\bnumber)\(\s*\"([A-Z][A-Z_]+)\"")
NOW = datetime(2026, 3, 5, tzinfo=UTC)


def test_every_command_is_there() -> None:
    commands = {path.stem for path in PROJECT.glob("*/management/commands/[!_]*.py")}

    assert {name for name in commands if f"`{name}" not in DOCS} == set()


def test_every_setting_is_there() -> None:
    sources = [path.read_text() for path in (PROJECT / "slahub").rglob("*.py")]
    names = {name for source in sources for name in READ.findall(source)} - {"PATH"}

    assert len(names) > 25
    assert {name for name in names if f"`{name}`" not in DOCS} == set()


def test_everything_that_is_purged_is_there() -> None:
    assert {name for name in retention._purges if f"`{name}`" not in DOCS} == set()


def test_every_metric_of_an_alert_exists() -> None:
    source = (PROJECT / "reporting" / "operation" / "metrics.py").read_text()
    alerts = re.findall(r"`slahub_(\w+)", DOCS)

    assert len(alerts) > 6
    assert {name for name in alerts if f'"{name}"' not in source} == set()


def test_everything_that_beat_wakes_is_told() -> None:
    assert len(SCHEDULE) > 10
    assert "slahub/schedule.py" in DOCS


@pytest.mark.django_db
def test_sessions_that_have_ended_are_purged_with_the_rest() -> None:
    for name, ends in (("over", NOW), ("alive", NOW + timedelta(seconds=1))):
        Session.objects.create(session_key=name, session_data="", expire_date=ends)

    assert retention.purge_all(as_of=NOW)["ended sessions"] == 1
    assert Session.objects.get().session_key == "alive"
