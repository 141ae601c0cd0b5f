"""The table of permissions: every page and act, by room; and every endpoint of the API.

A new address gets one line in the file of its room (a page: GET, an act: POST); without it
``tests/roles/test_complete.py`` fails and says which is missing.
"""

from tests.roles.entries import (
    agreements,
    api,
    audit,
    data,
    declaring,
    exceptions,
    health,
    insights,
    names,
    notices,
    overview,
    people,
    records,
    setup,
    sign_in,
)
from tests.roles.table import Endpoint, Entry

ROOMS: dict[str, list[Entry]] = {
    "Overview, promises and reports": overview.ENTRIES,
    "Exceptions": exceptions.ENTRIES,
    "Agreements": agreements.ENTRIES,
    "Insights": insights.ENTRIES,
    "Names": names.ENTRIES,
    "People": people.ENTRIES,
    "Notices": notices.ENTRIES,
    "Declared facts": declaring.ENTRIES,
    "Records": records.ENTRIES,
    "Data": data.ENTRIES,
    "Set-up": setup.ENTRIES,
    "Audit": audit.ENTRIES,
    "Health": health.ENTRIES,
    "Signing in": sign_in.ENTRIES,
}
ENTRIES: list[Entry] = [entry for room in ROOMS.values() for entry in room]
ENDPOINTS: list[Endpoint] = api.ENDPOINTS
