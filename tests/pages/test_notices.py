"""The pages of notices: read, preferred, muted; the channels of teams; what agreements tell."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agreements.signing import content_sha256
from core.models import AuditEntry
from people.models import Team, User
from reporting.enums import NoticeKind
from reporting.models import Mute, Notice, NoticePreference, TeamChannel
from reporting.noticing import tell
from tests.core.listener import listening
from tests.pages.agreements import Parties
from tests.pages.story import NOW, Story

pytestmark = pytest.mark.django_db


@pytest.fixture
def marie(story: Story, browser_of: Callable[[User], Client]) -> Client:
    return browser_of(story.marie)


@pytest.fixture
def helene(story: Story, browser_of: Callable[[User], Client]) -> Client:
    return browser_of(story.helene)


def say(user: User, key: str = "a", kind=NoticeKind.MENTIONED, **more) -> Notice:
    tell(kind, to=[user], key=key, as_of=NOW, commitment_key="inbound", **more)
    return Notice.objects.get(key=f"{key}:{user.pk}")


class TestReading:
    def test_what_was_told_stands_on_the_page_of_its_reader_only(self, story, marie, helene):
        say(story.marie)

        assert "mentions you" in marie.get(reverse("notices")).content.decode()
        assert "mentions you" not in helene.get(reverse("notices")).content.decode()

    def test_nothing_yet_says_what_will_come(self, marie):
        assert "Nothing yet." in marie.get(reverse("notices")).content.decode()
        assert "You have read everything." in marie.get(reverse("notices") + "?show=unread").content.decode()

    def test_looking_marks_nothing_as_read_and_the_button_does(self, story, marie):
        notice = say(story.marie)
        marie.get(reverse("notices"))
        notice.refresh_from_db()
        assert notice.read_at is None

        marie.post(reverse("notice_read", args=[notice.pk]))
        notice.refresh_from_db()
        assert notice.read_at == NOW
        assert marie.get(reverse("notices")).context["unread_notices"]().text == "0"

    def test_all_at_once(self, story, marie):
        for number in range(3):
            say(story.marie, f"a{number}")
        say(story.helene)
        assert marie.get(reverse("notices")).context["unread_notices"]().text == "3"

        marie.post(reverse("notices_read"))
        assert list(Notice.objects.filter(read_at=None).values_list("recipient", flat=True)) == [
            story.helene.pk
        ]

    def test_somebody_elses_notice_does_not_exist(self, story, marie):
        notice = say(story.helene)

        assert marie.post(reverse("notice_read", args=[notice.pk])).status_code == 404
        assert marie.get(reverse("notice_read", args=[notice.pk])).status_code == 405

    def test_the_count_is_one_statement_and_only_where_it_is_shown(self, story, marie):
        say(story.marie)
        with CaptureQueriesContext(connection) as asked:
            marie.get(reverse("notices"))
        counting = [q for q in asked if "COUNT" in q["sql"] and "reporting_notice" in q["sql"]]
        assert len(counting) <= 1

    def test_a_page_of_many_asks_as_much_as_one_of_few(self, story, marie):
        def statements() -> int:
            marie.get(reverse("notices"))  # once for what is asked once in a process
            with CaptureQueriesContext(connection) as asked:
                assert marie.get(reverse("notices")).status_code == 200
            return len(asked)

        story.day(1)
        story.sweep(NOW)
        few = statements()
        story.day(2)
        story.sweep(NOW)
        assert Notice.objects.filter(recipient=story.marie).count() > 2
        assert statements() == few


class TestChoosing:
    def choose(self, client: Client, **data):
        return client.post(reverse("notice_preferences"), data)

    def test_frequency_and_kinds_are_stored_and_count_for_what_waits(self, story, marie):
        notice = say(story.marie, kind=NoticeKind.AT_RISK)
        answer = self.choose(marie, frequency="daily", mailed=["mentioned", "escalated"])

        assert answer.status_code == 302
        wish = NoticePreference.objects.get(user=story.marie)
        assert (wish.frequency, "at_risk" in wish.off, "mentioned" in wish.off) == ("daily", True, False)
        notice.refresh_from_db()
        assert notice.silent
        assert AuditEntry.objects.filter(verb="notices.chosen", actor=story.marie).exists()

    def test_an_unknown_frequency_is_refused(self, marie):
        assert self.choose(marie, frequency="hardly ever").status_code == 422
        assert not NoticePreference.objects.exists()

    def test_a_promise_is_muted_until_a_day_and_no_longer(self, story, marie):
        until = NOW.date() + timedelta(days=3)
        marie.post(reverse("notice_mute"), {"commitment": "inbound", "until": until.isoformat()})

        assert list(Mute.objects.values_list("user", "commitment_key", "until")) == [
            (story.marie.pk, "inbound", until)
        ]
        page = marie.get(reverse("notice_preferences")).content.decode()
        assert "Inbound requests" in page
        marie.post(reverse("notice_unmute", args=[Mute.objects.get().pk]))
        assert not Mute.objects.exists()

    @pytest.mark.parametrize(
        ("commitment", "until"),
        [("inbound", "2026-03-04"), ("inbound", "2028-03-04"), ("inbound", ""), ("nothing", "2026-03-20")],
    )
    def test_a_mute_that_makes_no_sense_is_refused_with_its_field(self, marie, commitment, until):
        answer = marie.post(reverse("notice_mute"), {"commitment": commitment, "until": until})

        assert answer.status_code == 422
        assert "errorlist" in answer.content.decode()
        assert not Mute.objects.exists()

    def test_somebody_elses_mute_does_not_exist(self, story, marie):
        mute = Mute.objects.create(user=story.helene, commitment_key="inbound", until=date(2026, 4, 1))

        assert marie.post(reverse("notice_unmute", args=[mute.pk])).status_code == 404


class TestChannels:
    @pytest.fixture(autouse=True)
    def _own_network(self, settings):
        settings.WEBHOOK_ALLOW_PRIVATE = True

    def add(self, client: Client, story: Story, url: str, **more):
        data = {
            "team": story.sales.pk,
            "name": "war-room",
            "format": "slack",
            "url": url,
            "kinds": ["breach"],
        }
        return client.post(reverse("team_channels"), data | more)

    def test_a_manager_adds_tests_pauses_and_removes_one(self, story, helene):
        with listening() as server:
            assert self.add(helene, story, server.url).status_code == 302
            channel = TeamChannel.objects.get()
            answer = helene.post(reverse("team_channel_test", args=[channel.pk]), follow=True)
            assert "The test arrived" in answer.content.decode()
            assert server.url not in answer.content.decode()
            assert len(server.heard) == 1
        answer = helene.post(reverse("team_channel_test", args=[channel.pk]), follow=True)
        assert "Nothing arrived" in answer.content.decode()
        for act in ("pause", "resume", "remove"):
            helene.post(reverse(f"team_channel_{act}", args=[channel.pk]))
        assert not TeamChannel.objects.exists()
        verbs = AuditEntry.objects.filter(object_type="reporting.teamchannel").order_by("id")
        assert [entry.verb for entry in verbs] == [
            *("channel.added", "channel.tested", "channel.tested"),
            *("channel.paused", "channel.resumed", "channel.removed"),
        ]
        assert not any("hook" in str(entry.after) for entry in verbs)

    def test_others_may_not(self, story, marie, browser_of):
        channel = TeamChannel.objects.create(
            team=story.sales, name="war-room", format="slack", url="https://a.example", created_at=NOW
        )
        marketing = browser_of(story.max)

        assert marie.get(reverse("team_channels")).status_code == 403
        assert "war-room" not in marketing.get(reverse("team_channels")).content.decode()
        for act in ("test", "pause", "resume", "remove"):
            assert marketing.post(reverse(f"team_channel_{act}", args=[channel.pk])).status_code == 404
        assert self.add(marketing, story, "https://a.example").status_code == 422

    @pytest.mark.parametrize(
        ("url", "said"),
        [
            ("http://10.0.0.1/", "https://"),
            ("https://127.0.0.1/", "private network"),
            ("https://user:pw@1.1.1.1/", "leave them out"),
        ],
    )
    def test_an_address_inside_the_house_is_refused_with_a_reason(self, story, helene, settings, url, said):
        settings.WEBHOOK_ALLOW_PRIVATE = False
        answer = self.add(helene, story, url)

        assert answer.status_code == 422
        assert said in answer.content.decode()
        assert not TeamChannel.objects.exists()

    def test_a_name_is_taken_once(self, story, helene):
        self.add(helene, story, "http://127.0.0.1:1/")

        assert "choose another one" in self.add(helene, story, "http://127.0.0.1:1/").content.decode()


class TestAgreements:
    def test_the_managers_of_all_parties_hear_of_review_comments_and_signatures(self, browser_of):
        parties = Parties()
        version, where = parties.version, ["smarketing", 1]
        max_, helene = browser_of(parties.max), browser_of(parties.helene)

        max_.post(reverse("agreement_send", args=where))
        helene.post(reverse("agreement_comment", args=where), {"part": "about", "text": "Four hours?"})
        version.refresh_from_db()
        seal = content_sha256(version)
        max_.post(
            reverse("agreement_sign", args=where),
            {"party": Team.objects.get(slug="marketing").pk, "read": "on", "seen": seal},
        )

        told = Notice.objects.order_by("id").values_list("kind", "recipient")
        assert list(told) == [
            (NoticeKind.AGREEMENT_IN_REVIEW, parties.helene.pk),
            (NoticeKind.AGREEMENT_COMMENTED, parties.max.pk),
            (NoticeKind.AGREEMENT_SIGNED, parties.helene.pk),
        ]
        page = max_.get(reverse("notices")).content.decode()
        assert "Four hours?" in page
