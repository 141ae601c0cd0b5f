"""The first page: what it leads to."""

from collections.abc import Callable

import pytest
from django.test import Client

from people.models import User
from reporting.models import DailyReport
from tests.pages.story import Story


@pytest.mark.parametrize("who", ["admin", "helene"])
def test_the_latest_report_is_the_latest(
    who: str, story: Story, browser_of: Callable[[User], Client], admin: User
) -> None:
    for number in (1, 2, 3):
        story.day(number)
    latest = max(DailyReport.objects.values_list("day", flat=True))
    assert DailyReport.objects.values("day").distinct().count() > 1

    text = browser_of(admin if who == "admin" else story.helene).get("/").content.decode()

    assert f"/reports/{latest}/" in text.partition("Read the latest report")[0].rpartition("<a ")[2]
