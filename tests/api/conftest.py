"""A story in a database of its own, on Friday 10 April 2026 at noon UTC."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine

from tests.api.story import Story

FRIDAY_NOON = datetime(2026, 4, 10, 12, tzinfo=UTC)


@pytest.fixture
def story(db: None, tmp_path: Path) -> Iterator[Story]:
    with time_machine.travel(FRIDAY_NOON, tick=False) as wall:
        yield Story(wall, tmp_path)
