"""What the tests of notices share."""

import pytest

from tests.core.conftest import postman
from tests.reporting.company import Company

__all__ = ["postman"]


@pytest.fixture
def company() -> Company:
    """Sales owe an answer within two business hours; the promise says nothing about telling."""
    return Company()
