"""What a page asks of the database does not grow with what it shows."""

from collections.abc import Callable

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from people.models import User
from reporting.models import ReceivedMail
from tests.pages.story import Story, every_page

MOST = 48


def counts(story: Story, client: Client) -> dict[str, int]:
    breach, clock = story.about("late 1")
    found = {}
    for name, address in every_page(breach=breach, clock=clock, mail=ReceivedMail.objects.first()).items():
        client.get(address)  # once for what is asked once in a process
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address).status_code == 200, name
        found[name] = len(asked)
    return found


def test_a_page_with_three_of_everything_asks_as_much_as_with_one(
    story: Story, browser_of: Callable[[User], Client], admin: User
) -> None:
    readers = {user.name: browser_of(user) for user in (story.marie, story.helene, admin)}
    story.day(1)
    with_one = {name: counts(story, client) for name, client in readers.items()}
    story.day(2)
    story.day(3)

    assert {name: counts(story, client) for name, client in readers.items()} == with_one
    assert max(max(found.values()) for found in with_one.values()) <= MOST
