"""Runs code on several real connections at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.db import connection


def at_once(work: Callable[[int], Any], *, times: int = 2) -> list[Any]:
    """What `work(0)`, `work(1)` … return, begun at one moment in threads with their own connections."""
    barrier = Barrier(times)

    def run(number: int) -> Any:
        try:
            connection.ensure_connection()
            barrier.wait(timeout=10)
            return work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(run, range(times)))
