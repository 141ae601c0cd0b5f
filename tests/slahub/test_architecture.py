"""What the import contracts and the settings cannot hold by themselves."""

import tomllib
from pathlib import Path

from celery.schedules import crontab
from django.apps import apps
from django.conf import settings

PROJECT = Path(__file__).resolve().parents[2]
PYPROJECT = tomllib.loads((PROJECT / "pyproject.toml").read_text())


def own_packages() -> set[str]:
    return {path.parent.name for path in PROJECT.glob("*/apps.py")}


def test_the_layers_name_every_app() -> None:
    contracts = PYPROJECT["tool"]["importlinter"]
    assert set(contracts["root_packages"]) == own_packages()
    assert set(contracts["contracts"][0]["layers"]) == own_packages()


def test_every_app_is_installed_and_type_checked() -> None:
    assert {config.name for config in apps.get_app_configs()} >= own_packages()
    assert set(PYPROJECT["tool"]["mypy"]["packages"]) == own_packages()


def test_every_dependency_says_why_it_is_there() -> None:
    text = (PROJECT / "pyproject.toml").read_text()
    section = text[text.index("dependencies = [") : text.index("[build-system]")]
    lines = [line.strip() for line in section.splitlines() if line.strip().startswith('"')]

    unexplained = [line for line in lines if "slahub[" not in line and "# " not in line]
    assert len(lines) > 30
    assert unexplained == []


def test_the_locks_name_no_package_index() -> None:
    for lock in (PROJECT / "requirements").glob("*.txt"):
        assert "://" not in lock.read_text(), lock.name


DAY = 86_400


def test_every_scheduled_task_exists() -> None:
    from slahub.celery import app

    app.loader.import_default_modules()
    scheduled = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert scheduled <= set(app.tasks)


def test_no_scheduled_task_piles_up_behind_a_stopped_worker() -> None:
    for entry in settings.CELERY_BEAT_SCHEDULE.values():
        schedule = entry["schedule"]
        period = DAY if isinstance(schedule, crontab) else schedule.total_seconds()
        assert entry["options"]["expires"] <= max(2 * period, 10)
