"""The bench of pages asks the demo company for every page."""

import pytest
from django.test import Client

from bench.addresses import addresses

pytestmark = pytest.mark.xdist_group("demo")


@pytest.mark.usefixtures("loaded")
def test_every_page_that_is_read_is_asked_for_with_rows_that_are_there() -> None:
    from people.models import User

    client = Client(SERVER_NAME="localhost", raise_request_exception=False)
    client.force_login(User.objects.get(email="noemie.fontaine@brumeval.example"))
    statuses = {
        name: client.get(paths[0]).status_code
        for name, paths in addresses().items()
        if name not in {"agreement_pdf", "agreement_previews"}  # slow, and asked for elsewhere
    }

    assert len(statuses) > 80
    assert {name: status for name, status in statuses.items() if status >= 500} == {}
    assert {"overview", "exception", "clock", "record", "clock-list", "event-list"} <= {
        name for name, status in statuses.items() if status == 200
    }
