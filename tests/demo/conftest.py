"""The demo company in a real database: loaded once for all tests of this folder, and taken back."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import transaction

from demo.loading import Loaded, load_demo
from demo.stage import Stage

AS_OF = datetime(2026, 3, 11, 14, 30, tzinfo=UTC)
STAGE = Stage(AS_OF, days=20)


@pytest.fixture(scope="package")
def loaded(django_db_setup: None, django_db_blocker: Any) -> Iterator[Loaded | None]:
    """What loading the company said."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield load_demo(STAGE, progress=lambda instant, facts: None)
        transaction.set_rollback(True)
