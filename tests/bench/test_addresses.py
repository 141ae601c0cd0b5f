"""The bench of pages knows every page."""

import pytest
from django.test import Client

from bench.addresses import LEFT_OUT, addresses
from bench.pages import Page, quantile
from tests.demo.conftest import loaded
from tests.roles.addresses import every_address

__all__ = ["loaded"]  # a fixture

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


def test_what_is_left_out_is_there() -> None:
    assert {address.name for address in every_address()} >= LEFT_OUT


@pytest.mark.parametrize(("share", "expected"), [(0.5, 11), (0.95, 20), (1.0, 21)])
def test_a_quantile_is_the_value_that_a_share_does_not_exceed(share: float, expected: float) -> None:
    assert quantile([float(n) for n in range(21, 0, -1)], share) == expected


def test_a_page_is_as_much_slower_as_its_slow_requests() -> None:
    page = Page("overview", "x", small=[1.0] * 19 + [2.0, 3.0], large=[1.0] * 19 + [3.0, 9.0])
    assert (page.ratio(0.5), page.ratio()) == (1.0, 1.5)
