"""Commands that are told to be pasted work as they are written."""

import sys
from pathlib import Path

import pytest

from slahub.stack.pasteable import PROJECT, manage_command


@pytest.mark.parametrize(
    ("python", "data_dir", "command"),
    [
        (".venv/bin/python", ".local", ".venv/bin/python manage.py createsuperuser"),
        (".venv/bin/python", "my data", "DATA_DIR='my data' .venv/bin/python manage.py createsuperuser"),
        ("/usr/bin/python3", ".local", "/usr/bin/python3 manage.py createsuperuser"),
        (".venv/bin/python", "/srv/hub", "DATA_DIR=/srv/hub .venv/bin/python manage.py createsuperuser"),
    ],
)
def test_a_command_names_the_interpreter_in_use_and_the_data_it_is_for(
    monkeypatch: pytest.MonkeyPatch, python: str, data_dir: str, command: str
) -> None:
    monkeypatch.setattr(sys, "executable", str(PROJECT / python))

    assert manage_command("createsuperuser", data_dir=PROJECT / data_dir, cwd=PROJECT) == command


def test_from_another_folder_paths_are_whole(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "executable", "/usr/bin/python3")

    said = manage_command("createsuperuser", data_dir=tmp_path / ".local", cwd=tmp_path)

    assert said == f"/usr/bin/python3 {PROJECT / 'manage.py'} createsuperuser"
