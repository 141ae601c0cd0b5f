"""A team's chat hears of its promises, once, without anybody's name; one that fails for a day is paused."""

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest

from core.models import AuditEntry, OutboxMessage
from core.outbox import WEBHOOK, send_ready
from reporting.enums import ChannelFormat, NoticeKind
from reporting.models import Notice, TeamChannel
from reporting.noticing.channels import pause_failing, try_out
from reporting.noticing.clocks import tell_due
from reporting.noticing.formats import Line, Message, body_for
from tests.core.listener import Listener, listening
from tests.reporting.company import Company, at

pytestmark = pytest.mark.django_db

ASKED, WARNED, DUE = at("02 09:00"), at("02 10:30"), at("02 11:00")
LINE = Line(
    "Due soon: <Inbound> & *calls*", "due on Monday", "https://hub.example/clocks/1/", {"kind": "at_risk"}
)
MESSAGE = Message(
    "Sales: 1 to look at", [LINE], "and 3 more", "Open SLA Hub", "https://hub.example/", "sales", ASKED
)


@pytest.fixture
def listener(settings) -> Iterator[Listener]:
    settings.WEBHOOK_ALLOW_PRIVATE = True
    settings.SITE_URL = "https://hub.example"
    with listening() as server:
        yield server


def channel(company: Company, listener: Listener, **more) -> TeamChannel:
    given = {"name": "room", "format": "slack", "url": listener.url, "created_at": ASKED} | more
    return TeamChannel.objects.create(team=company.sales, **given)


def heard(listener: Listener) -> list[dict]:
    return [json.loads(body) for _path, _headers, body in listener.heard]


def turn(company: Company, when) -> None:
    company.sweep(when)
    tell_due(as_of=when)
    send_ready(as_of=when, channel=WEBHOOK)


def test_a_team_hears_of_its_promise_once_and_of_nobody_by_name(company, listener):
    channel(company, listener)
    company.request("alice", ASKED)
    for when in (ASKED, WARNED, WARNED + timedelta(minutes=1)):
        turn(company, when)

    (message,) = heard(listener)
    text = json.dumps(message, ensure_ascii=False)
    assert message["text"] == "Sales: 1 to look at"
    assert "Due soon: Inbound requests" in text
    assert "Monday 2 March, 12:00" in text  # in the team's zone
    assert f"https://hub.example/clocks/{company.clock().pk}/" in text
    for name in ("Alice", "Marie", "Durand", "marie@example.com", "Acme"):
        assert name not in text


def test_what_comes_at_once_is_one_message(company, listener):
    channel(company, listener)
    for number in range(14):
        company.request(f"alice{number}", ASKED)
    turn(company, WARNED)

    (message,) = heard(listener)
    assert message["text"] == "Sales: 14 to look at"
    assert len(message["blocks"]) == 1 + 10 + 1
    assert "and 4 more" in json.dumps(message)


def test_a_channel_gets_the_kinds_that_it_wants_and_other_teams_get_nothing(company, listener):
    channel(company, listener, kinds=["breach"])
    company.request("alice", ASKED)
    turn(company, WARNED)
    assert heard(listener) == []

    turn(company, DUE + timedelta(seconds=1))
    assert "Not kept: Inbound requests" in json.dumps(heard(listener)[0])


def test_standard_webhooks_are_signed_and_carry_data(company, listener):
    channel(company, listener, format="standard", secret="whsec_c2VjcmV0IG9mIHRoZSBjaGFubmVs")
    company.request("alice", ASKED)
    turn(company, WARNED)

    (_, headers, body) = listener.heard[0]
    (item,) = json.loads(body)["data"]["items"]
    assert headers["webhook-signature"].startswith("v1,")
    assert headers["webhook-id"].startswith("channel:")
    assert (item["kind"], item["commitment"]) == ("at_risk", "inbound")


@pytest.mark.parametrize("format", list(ChannelFormat))
def test_every_format_says_what_is_the_matter_and_where_to_look(format):
    text = json.dumps(body_for(format, MESSAGE))

    assert "https://hub.example/clocks/1/" in text
    assert "due on Monday" in text
    assert "and 3 more" in text


def test_slack_and_teams_get_text_in_which_nothing_is_markup():
    assert "&lt;Inbound&gt; &amp; *calls*" in json.dumps(body_for("slack", MESSAGE))
    teams = body_for("teams", MESSAGE)
    assert teams["attachments"][0]["content"]["type"] == "AdaptiveCard"
    assert "\\\\<Inbound\\\\> & \\\\*calls\\\\*" in json.dumps(teams)


def test_a_channel_at_which_nothing_arrives_for_a_day_is_paused_and_the_manager_is_told(company, listener):
    manager = company.managed_by()
    room = channel(company, listener)
    listener.answers = [500]
    company.request("alice", ASKED)
    turn(company, WARNED)
    room.refresh_from_db()
    assert (room.failing_since, room.error) == (WARNED, "answered 500")

    assert pause_failing(as_of=WARNED + timedelta(hours=23)) == 0
    assert pause_failing(as_of=WARNED + timedelta(hours=24)) == 1
    assert pause_failing(as_of=WARNED + timedelta(hours=25)) == 0
    room.refresh_from_db()
    assert room.paused_at == WARNED + timedelta(hours=24)
    assert Notice.objects.get(kind=NoticeKind.CHANNEL_PAUSED).recipient == manager
    assert AuditEntry.objects.filter(verb="channel.paused").count() == 1


def test_one_message_that_arrives_ends_the_failing(company, listener):
    room = channel(company, listener)
    listener.answers = [500, 200]
    company.request("alice", ASKED)
    turn(company, WARNED)
    send_ready(as_of=WARNED + timedelta(minutes=1), channel=WEBHOOK)

    room.refresh_from_db()
    assert (room.failing_since, room.error) == (None, "")


def test_a_paused_channel_gets_nothing_and_the_outbox_holds_no_address(company, listener):
    room = channel(company, listener)
    company.request("alice", ASKED)
    company.sweep(WARNED)
    message = OutboxMessage.objects.get(channel=WEBHOOK)
    assert listener.url not in json.dumps(message.payload)

    TeamChannel.objects.filter(pk=room.pk).update(paused_at=WARNED)
    assert send_ready(as_of=WARNED, channel=WEBHOOK).failed == 1
    assert listener.heard == []


def test_a_test_message_says_at_once_how_it_went(company, listener):
    room = channel(company, listener, format="teams")

    assert try_out(room, by=company.marie, as_of=ASKED) == ""
    listener.answers, listener.body = [404], b"no_team"
    assert try_out(room, by=company.marie, as_of=WARNED) == "answered 404 no_team"
    assert len(listener.heard) == 2
