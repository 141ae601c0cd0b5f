"""The daily mail to everybody who has something to do about a report."""

from reporting.digests.delivering import deliver

__all__ = ["deliver"]
