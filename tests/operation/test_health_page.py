"""The health page: what needs a hand, what to do, and the decision about messages that did not arrive."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from core import undelivered
from core.heartbeats import beat
from core.models import AuditEntry, OutboxMessage
from people.models import User
from reporting.operation.state import Disk, state_of
from reporting.showing.health import shown_state
from reporting.showing.health_findings import size_in_words
from tests.factories.core import ChangeMarkFactory, OutboxMessageFactory
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 5, 10, tzinfo=UTC)


@pytest.fixture
def admin() -> User:
    return UserFactory(email="ada@example.com", is_superuser=True, is_staff=True)


@pytest.fixture
def browser_of() -> Callable[[User], Client]:
    def make(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return make


def stuck(**values) -> OutboxMessage:
    given = {"state": "unknown", "created_at": timezone.now(), "error": "lost"} | values
    return OutboxMessageFactory(**given)


def found(as_of: datetime = NOW, **changes) -> dict[str, tuple[str, str]]:
    state = state_of(as_of=as_of)
    for name, value in changes.items():
        object.__setattr__(state, name, value)
    return {line.name: (line.tone, line.found) for line in shown_state(state).findings}


def well() -> None:
    for name in ("beat", "purge"):
        beat(name, at=NOW)
    beat("feed:crm:events", at=NOW)
    beat("backup", at=NOW, detail={"bytes": 3_400_000, "rows": 7})
    beat("shadow", at=NOW, detail={"checked": 10, "mismatches": 0})


def test_everything_works_and_the_page_says_so():
    well()

    state = state_of(as_of=NOW)
    object.__setattr__(state, "disk", Disk(100, 50))
    shown = shown_state(state)

    assert [line.name for line in shown.findings if line.tone not in ("kept", "calm")] == []
    assert (shown.worst, shown.to_look_at) == ("kept", 0)
    assert found()["Backup"] == ("kept", "3.4\u00a0MB, just now")


HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("line", "arrange", "tone"),
    [
        ("Worker and beat", lambda: beat("beat", at=NOW - HOUR), "missed"),
        ("Judging", lambda: ChangeMarkFactory(ready_at=NOW - HOUR), "at_risk"),
        ("Shadow pass", lambda: beat("shadow", at=NOW, detail={"checked": 9, "mismatches": 1}), "missed"),
        ("Shadow pass", lambda: beat("shadow", at=NOW - 2 * DAY, detail={"checked": 9}), "at_risk"),
        ("Mails and webhooks", lambda: stuck(state="failed"), "at_risk"),
        ("Mails and webhooks", lambda: OutboxMessageFactory(created_at=NOW - HOUR), "at_risk"),
        ("Feeds", lambda: beat("feed:crm:events", at=NOW - 2 * DAY), "at_risk"),
        ("Feeds", lambda: None, "at_risk"),
        ("Backup", lambda: beat("backup", at=NOW - 4 * DAY, detail={"bytes": 1}), "at_risk"),
        ("Backup", lambda: None, "at_risk"),
        ("Retention", lambda: beat("purge", at=NOW - DAY), "at_risk"),
    ],
)
def test_what_does_not_work_is_said(line, arrange, tone):
    arrange()

    assert found()[line][0] == tone


@pytest.mark.parametrize(("free", "tone"), [(50, "kept"), (9, "at_risk"), (2, "missed")])
def test_a_full_disk_is_told_before_the_database_stops(free, tone):
    assert found(disk=Disk(100, free))["Disk"][0] == tone


@pytest.mark.parametrize(
    ("url", "tone"),
    [
        ("https://sla.example.com", "kept"),
        ("http://localhost:8000", "kept"),
        ("http://sla.example.com", "at_risk"),
    ],
)
def test_cookies_in_the_open_are_told(settings, url, tone):
    settings.SITE_URL, settings.BEHIND_TLS = url, url.startswith("https://")

    assert found()["Address"][0] == tone


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (999_499, "999 kB"),
        (999_500, "1.0 MB"),
        (3_400_000_000, "3.4 GB"),
        (5e16, "50,000 TB"),
    ],
)
def test_sizes_are_told_in_the_unit_that_fits(size, words, settings):
    settings.USE_THOUSAND_SEPARATOR = True

    assert size_in_words(size).replace("\u00a0", " ") == words


def test_administrators_decide_auditors_look_and_others_are_refused(admin, browser_of):
    message = stuck()
    send, leave = (reverse(f"health_message_{act}", args=[message.pk]) for act in ("resend", "leave"))
    auditor, rep = UserFactory(is_auditor=True), UserFactory()

    pages = {who: browser_of(who).get(reverse("health")) for who in (admin, auditor, rep)}

    assert [pages[who].status_code for who in (admin, auditor, rep)] == [200, 200, 403]
    assert send in pages[admin].content.decode()
    assert send not in pages[auditor].content.decode()
    assert {browser_of(who).post(url).status_code for who in (auditor, rep) for url in (send, leave)} == {403}
    assert Client().get(reverse("health")).status_code == 302
    assert browser_of(admin).get(send).status_code == 405
    assert AuditEntry.objects.count() == 0


def test_a_message_is_sent_again_and_the_decision_is_audited(admin, browser_of):
    message = stuck()

    answer = browser_of(admin).post(reverse("health_message_resend", args=[message.pk]), follow=True)

    message.refresh_from_db()
    assert (message.state, "It is sent again" in answer.content.decode()) == ("ready", True)
    assert AuditEntry.objects.get().verb == "resend"


def test_a_message_that_is_left_loses_its_text_and_is_never_sent_again(admin, browser_of):
    message = stuck()
    client, url = browser_of(admin), reverse("health_message_leave", args=[message.pk])

    client.post(url)
    again = client.post(url, follow=True)

    message.refresh_from_db()
    assert (message.state, message.payload) == ("unknown", {})
    assert "Somebody has decided about this message already." in again.content.decode()
    assert AuditEntry.objects.get().verb == "leave"
    assert not undelivered.stuck().exists()


@pytest.mark.parametrize("state", ["ready", "sending"])
def test_only_a_stuck_message_can_be_left(state):
    with pytest.raises(ValueError, match="unknown or failed"):
        undelivered.leave(stuck(state=state), by=None, as_of=NOW)


def test_the_page_asks_as_little_for_many_messages_as_for_one(admin, browser_of):
    client = browser_of(admin)
    client.get(reverse("health"))  # what is remembered between requests is remembered now
    counts = []
    for messages in (1, 3):
        for _ in range(messages):
            stuck()
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse("health"))
        counts.append(len(asked))

    assert counts[0] == counts[1]


def test_mails_that_waited_are_held_after_a_restore_and_webhooks_go_on():
    waiting = OutboxMessageFactory(state="ready")
    begun = OutboxMessageFactory(state="sending")
    hook = OutboxMessageFactory(state="ready", channel="webhook")

    assert undelivered.hold_mails() == 2
    assert [OutboxMessage.objects.get(pk=m.pk).state for m in (waiting, begun, hook)] == [
        "unknown",
        "unknown",
        "ready",
    ]
