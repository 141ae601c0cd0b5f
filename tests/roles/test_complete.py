"""Nothing answers that is not in the table of permissions."""

from tests.roles.addresses import every_address
from tests.roles.entries import ENDPOINTS, ENTRIES

#: Says 404 to everybody at what is no endpoint.
NO_RESOURCE = {"api-unknown"}


def test_every_page_has_an_entry() -> None:
    known = {entry.name for entry in ENTRIES}
    there = {one.name for one in every_address() if not (one.is_api or one.is_admin)}

    missing = sorted(there - known)
    assert missing == [], f"write one line for each into tests/roles/entries/: {missing}"
    assert sorted(known - there) == []


def test_every_endpoint_has_an_entry_for_each_of_its_methods() -> None:
    known = {(one.name, one.method) for one in ENDPOINTS}
    there = {
        (one.name, method)
        for one in every_address()
        if one.is_api and one.name not in NO_RESOURCE
        for method in one.methods
    }

    missing = sorted(there - known)
    assert missing == [], f"write one line for each into tests/roles/entries/api.py: {missing}"
    assert sorted(known - there) == []
