"""How many worlds a law about the database is tried on: a few in every run, more with ``LAWS=10``."""

import os

_TIMES = int(os.environ.get("LAWS", "1"))


def worlds_to_try(few: int) -> int:
    """``few`` of them, times what ``LAWS`` says."""
    return few * _TIMES
