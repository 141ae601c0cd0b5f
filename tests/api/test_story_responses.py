"""Responses in full use: reasons, uploads, call waits, decisions and contacts, through the API."""

from datetime import datetime

from agreements.promises import in_force_history
from leads.models import Ref
from measurement.beside import beside, beside_subject
from tests.api.companies import LONDON, agreement, staff
from tests.api.story import Story

# Tuesday 7 April, 10:00 in London: the first working day after Easter.
TUESDAY = "2026-04-07T09:00:00Z"
REASONS = (
    "key: reasons, owner: sales, kind: response, start: {events: [deal.won, deal.lost]}, "
    "stop: {event: deal.reason_recorded, by: anyone}, within: 0 business days, early: 30 days"
)
UPLOAD = (
    "key: event-upload, owner: marketing, kind: response, start: {event: campaign.ended}, "
    "stop: {event: campaign.leads_uploaded, by: anyone}, within: 24 hours, early: 5 days"
)
COMPLETE = f"{UPLOAD}, complete: {{count: data.leads, of: campaign.expected_leads, at_least: 90%}}"
DECISION = (
    "key: decision, owner: sales, kind: response, start: {event: lead.qualified}, "
    "stop: [{event: lead.accepted}, {event: lead.rejected, where: {data.reason: present}}], "
    "within: 1 business day"
)
CONTACT = (
    "key: contact, owner: sales, kind: response, start: {event: lead.accepted}, "
    "stop: {events: [call.made, email.sent, meeting.booked]}, within: 4 business hours, "
    "cancel: {event: lead.rejected, needs: {events: [call.made, email.sent], at_least: 3}}"
)


def test_why_a_deal_was_won_or_lost_is_recorded_on_the_day_it_closes_or_before(story: Story) -> None:
    story.agree(agreement(REASONS))
    recorded = {
        "same-day": "2026-04-07T16:30:00Z",  # closing time in London
        "after-closing": "2026-04-07T16:30:01Z",
        "before": "2026-03-10T09:00:00Z",
        "long-before": "2026-03-08T08:59:59Z",  # more than thirty days
        "never": None,
    }
    for name, at in recorded.items():
        if at:
            story.happened("deal.reason_recorded", at, deal=name, data={"reason": "price"})
        story.happened("deal.won" if name == "before" else "deal.lost", TUESDAY, deal=name)
    story.at("2026-04-11T09:00:00Z")

    assert {subject: state for subject, state, _ in story.told("reasons")} == {
        "crm:same-day": "met",
        "crm:after-closing": "late",
        "crm:before": "met",
        "crm:long-before": "overdue",
        "crm:never": "overdue",
    }
    assert {due for _, _, due in story.told("reasons")} == {"2026-04-07T16:30:00Z"}


def test_a_deal_that_is_first_seen_closed_with_its_reason_tells_nothing(story: Story) -> None:
    story.agree(agreement(REASONS))
    deal = {"closed_at": TUESDAY, "outcome": "lost", "updated_at": "2026-04-08T09:00:00Z"}
    story.sync(
        "deals", {"external_id": "with", "reason": "price", **deal}, {"external_id": "without", **deal}
    )
    story.at("2026-04-11T09:00:00Z")

    assert {subject: state for subject, state, _ in story.told()} == {
        "crm:with": "unmeasurable",
        "crm:without": "overdue",
    }


def fair(story: Story, *names: str, expected: int | None = 100) -> None:
    rows = [
        {
            "external_id": name,
            "type": "fair",
            "ends_at": "2026-04-07T17:00:00Z",
            "expected_leads": expected,
            "updated_at": "2026-03-01T00:00:00Z",
        }
        for name in names
    ]
    story.sync("campaigns", *rows)


def upload(story: Story, campaign: str, leads: object, at: str) -> None:
    data = {} if leads is None else {"leads": leads}
    story.happened("campaign.leads_uploaded", at, f"{campaign}@{at}", campaign=campaign, data=data)


class TestUploads:
    def test_they_are_done_with_the_one_that_reaches_the_share(self, story: Story) -> None:
        story.agree(agreement(COMPLETE))
        fair(story, "f1", "f2", "f3")
        fair(story, "unknown", expected=None)
        for name, second in (("f1", "16:59:59Z"), ("f2", "17:00:01Z")):
            upload(story, name, 60, "2026-04-06T10:00:00Z")  # before the end of the fair
            upload(story, name, None, "2026-04-07T18:00:00Z")
            upload(story, name, "30", f"2026-04-08T{second}")
        upload(story, "f3", 89, "2026-04-07T18:00:00Z")
        upload(story, "unknown", 1, "2026-04-07T18:00:00Z")
        story.at("2026-04-11T09:00:00Z")

        told = {clock["subject"]: clock for clock in story.clocks("event-upload")}

        assert {subject: (clock["state"], clock["stopped_at"]) for subject, clock in told.items()} == {
            "crm:f1": ("met", "2026-04-08T16:59:59Z"),
            "crm:f2": ("late", "2026-04-08T17:00:01Z"),
            "crm:f3": ("overdue", None),
            "crm:unknown": ("met", "2026-04-07T18:00:00Z"),
        }
        explained = story.get(f"clocks/{told['crm:f3']['id']}/explanation/")
        assert "It counts as done once 90 % are reached" in explained["sentence"]["en"]
        assert "So far 89 of 100 (89 %)." in explained["sentence"]["en"]
        assert "À ce jour 89 sur 100 (89 %)." in explained["sentence"]["fr"]
        assert explained["events"][-1]["effect"]["en"] == "a part only: 89 of 100 so far"

    def test_the_same_upload_again_adds_nothing(self, story: Story) -> None:
        story.agree(agreement(COMPLETE))
        fair(story, "f1")
        for _ in range(2):
            upload(story, "f1", 60, "2026-04-07T18:00:00Z")
        assert story.clock()["state"] == "overdue"

    def test_all_before_the_end_is_met_at_once(self, story: Story) -> None:
        story.agree(agreement(COMPLETE))
        fair(story, "f1")
        upload(story, "f1", 50, "2026-04-06T10:00:00Z")
        upload(story, "f1", 45, "2026-04-07T10:00:00Z")
        upload(story, "f1", 5, "2026-04-07T12:00:00Z")
        clock = story.clock()
        assert (clock["state"], clock["stopped_at"]) == ("met", "2026-04-07T10:00:00Z")

    def test_the_share_is_shown_beside_also_where_it_is_not_required(self, story: Story) -> None:
        story.agree(agreement(UPLOAD))
        fair(story, "f1", "f2")
        fair(story, "unknown", expected=None)
        for name, leads in (("f1", 40), ("f1", 20), ("f2", 10), ("unknown", 7)):
            upload(story, name, leads, f"2026-04-07T18:00:{leads:02}Z")
        assert {state for _, state, _ in story.told()} == {"met"}
        (promise,) = in_force_history()
        figures = beside(promise, start=_at("2026-04-01"), end=_at("2026-05-01"), as_of=_at("2026-04-20"))
        assert [(figure.code, figure.value, figure.of) for figure in figures] == [
            ("leads_uploaded", 70, 200),
            ("leads_unexpected", 7, None),
        ]
        (one,) = beside_subject(promise, Ref.objects.get(external_id="f1").pk, as_of=_at("2026-04-20"))
        assert (one.value, one.of) == (60, 100)


def test_an_mql_is_decided_and_contacted_as_two_promises(story: Story) -> None:
    story.agree(agreement(DECISION, CONTACT))
    staff(story)
    for lead in ("quick", "slow", "refused", "unreached", "gave-up"):
        story.happened("lead.qualified", TUESDAY, lead=lead, actor="mia")
    story.happened("lead.accepted", "2026-04-07T10:00:00Z", lead="quick", actor="rae")
    story.happened("call.made", "2026-04-07T11:00:00Z", lead="quick", actor="rae")
    story.happened("lead.accepted", "2026-04-08T09:00:01Z", lead="slow", actor="rae")
    story.happened(
        "lead.rejected", "2026-04-07T10:00:00Z", lead="refused", actor="rae", data={"reason": "no_budget"}
    )
    for lead, attempts in (("unreached", 3), ("gave-up", 2)):
        story.happened("lead.accepted", "2026-04-07T10:00:00Z", lead=lead, actor="rae")
        for number in range(attempts):  # by marketing, so that they are attempts and no stop
            story.happened("call.made", f"2026-04-07T10:1{number}:00Z", lead=lead, actor="mia")
        story.happened(
            "lead.rejected",
            "2026-04-07T11:00:00Z",
            lead=lead,
            actor="rae",
            data={"reason": "unable_to_reach"},
        )
    story.at("2026-04-11T09:00:00Z")

    assert {subject: state for subject, state, _ in story.told("decision")} == {
        "crm:quick": "met",
        "crm:slow": "late",
        "crm:refused": "met",
        "crm:unreached": "met",
        "crm:gave-up": "met",
    }
    contacts = {subject: state for subject, state, _ in story.told("contact")}
    assert contacts == {
        "crm:quick": "met",
        "crm:slow": "overdue",
        "crm:unreached": "cancelled",
        "crm:gave-up": "overdue",
    }
    clock = story.clocks("contact", subject="crm:gave-up")[0]
    events = story.get(f"clocks/{clock['id']}/explanation/")["events"]
    assert [event["note"] for event in events if event["kind"] == "lead.rejected"] == ["unevidenced"]


CALLS = (
    "key: call-wait, owner: sales, kind: response, start: {event: call.received}, "
    "stop: {event: call.answered, by: anyone}, "
    "cancel: {event: call.abandoned, where: {data.wait: {lt: 20}}}, fail: {event: call.abandoned}, "
    "outside_hours: ignore, within: 2 minutes, target: '>= 90%', per: day, breach: period"
)


def test_short_hang_ups_are_left_out_and_later_ones_are_counted_in_the_day_s_reading(story: Story) -> None:
    story.agree(agreement(CALLS))
    waits = {"a": ("call.answered", 30), "b": ("call.answered", 119), "c": ("call.abandoned", 5)}
    waits |= {"d": ("call.abandoned", 45), "e": ("call.answered", 121)}
    for name, (kind, wait) in waits.items():
        story.happened("call.received", TUESDAY, data={"call": name})
        at = f"2026-04-07T09:{wait // 60:02}:{wait % 60:02}Z"
        story.happened(kind, at, data={"call": name, "wait": wait})
    story.at("2026-04-11T09:00:00Z")
    story.clocks("call-wait")

    (reading,) = story.all("readings/", commitment="call-wait")
    assert (reading["numerator"], reading["denominator"], reading["left_out"]) == (2, 4, 1)
    assert reading["verdict"] == "missed"


class TestOpenClocksThatMove:
    def test_the_signer_may_have_open_clocks_judged_by_the_new_version_from_its_date_on(
        self, story: Story
    ) -> None:
        story.at("2026-03-30T08:00:00Z").agree(agreement(_inbound("2 days")))
        story.happened("request.received", "2026-03-29T12:00:00Z", contact="missed")
        story.happened("request.received", "2026-03-30T12:00:00Z", contact="open")
        moving = agreement(_inbound("4 days"), since="2026-04-01") + "open_clocks: move\n"
        story.agree(moving)
        story.at("2026-03-31T20:00:00Z")
        before = [(clock["subject"], clock["version"], clock["due_at"]) for clock in story.clocks()]
        story.at("2026-04-01T09:00:00Z")
        after = [
            (clock["subject"], clock["version"], clock["due_at"], clock["state"]) for clock in story.clocks()
        ]

        assert before == [
            ("crm:missed", 1, "2026-03-31T12:00:00Z"),
            ("crm:open", 1, "2026-04-01T12:00:00Z"),
        ]
        assert after == [
            ("crm:missed", 1, "2026-03-31T12:00:00Z", "overdue"),
            ("crm:open", 2, "2026-04-03T12:00:00Z", "running"),
        ]
        (moved,) = [clock for clock in story.clocks() if clock["subject"] == "crm:open"]
        told = story.get(f"clocks/{moved['id']}/explanation/")
        assert told["version"] == 2
        assert "under version 1 it was due by Wed 1 Apr 13:00" in told["sentence"]["en"]

    def test_they_keep_their_version_unless_it_says_so(self, story: Story) -> None:
        story.at("2026-03-30T08:00:00Z").agree(agreement(_inbound("2 days")))
        story.happened("request.received", "2026-03-30T12:00:00Z", contact="open")
        story.agree(agreement(_inbound("4 days"), since="2026-04-01") + "open_clocks: keep\n")
        story.at("2026-04-01T09:00:00Z")
        assert [(clock["version"], clock["due_at"]) for clock in story.clocks()] == [
            (1, "2026-04-01T12:00:00Z")
        ]


def _inbound(within: str) -> str:
    return (
        "key: inbound, owner: sales, kind: response, start: {event: request.received}, "
        f"stop: {{event: call.made}}, within: {within}"
    )


def test_chats_inside_and_outside_the_hours_are_shown_beside_coverage(story: Story) -> None:
    chat = (
        "key: web-chat, owner: sales, kind: coverage, calendar: london, "
        "presence: {online: chat.online, offline: chat.offline}, per: week, target: '>= 95%'"
    )
    story.agree(agreement(chat, calendars=LONDON))
    staff(story)
    story.happened("chat.online", "2026-04-07T08:00:00Z", actor="rae")
    story.happened("chat.offline", "2026-04-07T12:00:00Z", actor="rae")
    story.happened("chat.online", "2026-04-07T11:00:00Z", actor="sam")
    story.happened("chat.offline", "2026-04-07T13:00:00Z", actor="sam")
    for hour in ("07:59:59", "08:00:00", "10:00:00", "16:30:00"):  # 9:00–17:30 in London
        story.happened("chat.received", f"2026-04-07T{hour}Z", contact=hour)
    story.happened("chat.answered", "2026-04-07T10:01:00Z", contact="10:00:00", actor="rae")
    story.clocks()
    (promise,) = in_force_history()

    figures = beside(
        promise, start=_at("2026-04-07"), end=_at("2026-04-13"), as_of=_at("2026-04-07T18:00:00")
    )

    assert {figure.code: (figure.value, figure.of) for figure in figures} == {
        "chats_inside": (2, 4),
        "chats_outside": (2, 4),
        "chats_answered": (1, 4),
        "agreed_seconds_week": (5 * 8.5 * 3600, None),
        "agreed_seconds": (8.5 * 3600, None),
        "staffed_seconds": (5 * 3600, 8.5 * 3600),
    }


def _at(when: str) -> datetime:
    return datetime.fromisoformat(f"{when}+00:00" if "T" in when else f"{when}T00:00:00+00:00")
