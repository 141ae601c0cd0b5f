"""What is kept for a time only: each app names its own, one task purges all."""

import logging
from datetime import datetime
from typing import Protocol

log = logging.getLogger(__name__)


class Purge(Protocol):
    """Removes what is too old at `as_of`; how many rows."""

    def __call__(self, *, as_of: datetime) -> int: ...


_purges: dict[str, Purge] = {}


def register(name: str, purge: Purge) -> None:
    """Have `purge` run with the others; called from an app's `ready()`."""
    _purges[name] = purge


def purge_all(*, as_of: datetime) -> dict[str, int]:
    """Run every registered purge; rows removed by name. One that fails is logged, the others still run."""
    removed = {}
    for name, purge in sorted(_purges.items()):
        try:
            removed[name] = purge(as_of=as_of)
        except Exception:
            log.exception("purge failed", extra={"purge": name})
    log.info("purged", extra=removed)
    return removed
