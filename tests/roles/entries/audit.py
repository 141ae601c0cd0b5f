"""The audit trail."""

from tests.roles.table import OVERSEERS, page

ENTRIES = [
    page("audit", "who did what", **OVERSEERS),
    page("audit_csv", "the same as CSV", **OVERSEERS),
]
