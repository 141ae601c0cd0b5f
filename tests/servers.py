"""Starts the embedded servers once for a whole test run, before Django's settings are read.

A plugin (`-p tests.servers`) and not a conftest: pytest-django reads the settings before any conftest. The
process that was started (with xdist the controller) holds the servers; the workers inherit their addresses.
Given DATABASE_URL or REDIS_URL are used as they are.
"""

import os
import shutil
import tempfile
from contextlib import ExitStack
from pathlib import Path

import pytest

from slahub.stack import embedded

_servers = ExitStack()


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config, args: list[str]) -> None:
    """The earliest moment: pytest-django reads the settings in its own turn of this hook."""
    if "PYTEST_XDIST_WORKER" in os.environ or "--help" in args or "-h" in args:
        return
    folder = Path(tempfile.mkdtemp(prefix="slahub-tests-"))
    folder.chmod(0o755)
    _servers.callback(shutil.rmtree, folder, ignore_errors=True)
    os.environ["DATA_DIR"] = str(folder)
    os.environ.setdefault("API_RATE", "1000000/second")
    _servers.enter_context(embedded.running(folder, durable=False))
    # Kept in the environment: the settings of a given database ask for one.
    os.environ.setdefault("SECRET_KEY", "x" * 50)


def pytest_unconfigure(config: pytest.Config) -> None:
    _servers.close()
