"""The bench of pages knows every page."""

import pytest

from bench.addresses import LEFT_OUT
from bench.pages import Page, quantile
from tests.roles.addresses import every_address


def test_what_is_left_out_is_there() -> None:
    assert {address.name for address in every_address()} >= LEFT_OUT


@pytest.mark.parametrize(("share", "expected"), [(0.5, 11), (0.95, 20), (1.0, 21)])
def test_a_quantile_is_the_value_that_a_share_does_not_exceed(share: float, expected: float) -> None:
    assert quantile([float(n) for n in range(21, 0, -1)], share) == expected


def test_a_page_is_as_much_slower_as_its_slow_requests() -> None:
    page = Page("overview", "x", small=[1.0] * 19 + [2.0, 3.0], large=[1.0] * 19 + [3.0, 9.0])
    assert (page.ratio(0.5), page.ratio()) == (1.0, 1.5)
