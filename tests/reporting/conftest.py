"""What the tests of reporting share."""

from tests.core.conftest import postman

__all__ = ["postman"]
