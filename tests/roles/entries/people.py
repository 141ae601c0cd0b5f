"""People: absences, covers, working hours, handing over."""

from tests.roles.table import Entry

ENTRIES: list[Entry] = []
