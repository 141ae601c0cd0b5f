"""To be filled."""

from tests.roles.table import Entry

ENTRIES: list[Entry] = []
