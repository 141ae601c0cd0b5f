"""Whatever a page or an endpoint lists: with three of everything it asks as often as with one."""

from collections.abc import Callable

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from leads.models import Batch, Declaration, ImportJob, QuarantinedRow
from people.models import User
from tests.factories.core import OutboxMessageFactory
from tests.factories.people import ApiTokenFactory
from tests.factories.reporting import NoticeFactory
from tests.pages.story import NOW, Story
from tests.roles.addresses import Address, every_address

#: Not lists: who comes in, whether processes live (they ask the broker), documents of the API.
LEFT_OUT = ("accounts/", "admin/", "healthz", "readyz", "metrics", "i18n/", "api/v1/schema", "api/v1/docs")
#: What an address may say to who only looks: not theirs, not set up, for sending only, asked too little.
ANSWERS = {200, 302, 403, 404, 405, 422}
ASKED = {
    "records": "?q=late",
    "api-breaches": "?historic=false",
    "compliance": "?by=owner",
}


def listed() -> list[Address]:
    """Every address without parameters that answers GET."""
    return [one for one in every_address() if "<" not in one.route and one.name and not left_out(one)]


def left_out(one: Address) -> bool:
    return one.route.startswith(LEFT_OUT) or (one.is_api and "GET" not in one.methods)


def one_more_of_everything(story: Story, number: int) -> None:
    """What the days of the story do not bring: declared facts, refused rows, notices, tokens, files."""
    about = story.ref(f"late {number}")
    Declaration.objects.create(
        kind="meeting.listened", event_ids=[], subject_id=about, occurred_at=NOW, team=story.sales,
        declared_by=story.marie, declared_at=NOW,
    )  # fmt: skip
    batch = Batch.objects.create(
        source="crm", resource="leads", channel="api", received_at=NOW, received=1, rejected=1
    )
    QuarantinedRow.objects.create(batch=batch, index=0, code="required", message="is missing", purge_at=NOW)
    ImportJob.objects.create(
        by=story.helene, created_at=NOW, resource="leads", source="crm", file_name="a.csv", content=b""
    )
    for person in (story.marie, story.helene):
        NoticeFactory(recipient=person, created_at=NOW, due_at=NOW, key=f"{number} {person.pk}")
    ApiTokenFactory(name=f"token {number}")
    OutboxMessageFactory(key=f"message {number}", state="failed")


def counts(client: Client) -> dict[str, tuple[int, int]]:
    found = {}
    for one in listed():
        address = reverse(one.name) + ASKED.get(one.name, "")
        client.get(address)  # once for what is asked once in a process
        with CaptureQueriesContext(connection) as asked:
            answer = client.get(address)
            if answer.streaming:
                b"".join(answer.streaming_content)
        found[one.name] = (answer.status_code, len(asked))
    return found


def test_every_list_with_three_of_everything_asks_as_often_as_with_one(
    story: Story, browser_of: Callable[[User], Client], admin: User
) -> None:
    settings.LOCAL_MAILBOX = True
    readers = {user.name: browser_of(user) for user in (story.marie, story.helene, admin)}
    story.day(1)
    one_more_of_everything(story, 1)
    with_one = {name: counts(client) for name, client in readers.items()}
    for number in (2, 3):
        story.day(number)
        one_more_of_everything(story, number)
    cache.clear()

    with_three = {name: counts(client) for name, client in readers.items()}
    grown = {
        (name, page): (before, with_three[name][page])
        for name, found in with_one.items()
        for page, before in found.items()
        if with_three[name][page] != before
    }
    assert grown == {}
    assert {status for found in with_one.values() for status, _ in found.values()} <= ANSWERS
