"""The agreement that CONTRACT §3 prints: it loads as it stands, binds, and comes back the same."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from ruamel.yaml import YAML

from tests.api.companies import staff
from tests.api.story import Story

WHOLE = """
agreement: smarketing
title: {en: Marketing–sales agreement, fr: Accord marketing–ventes}
parties: [marketing, sales]
effective_from: 2026-01-01
form: long
sections: {company_goals: "…", marketing_goals: "…", sales_goals: "…", handoff: "…", communication: "…", reporting: "…"}
mql: {criteria: [{persona: any, text: "…"}], scoring: [{when: "Requested a demo", points: 40, because: "…"}]}
calendars:
  paris:
    timezone: Europe/Paris
    week: {mon: ["09:00-12:30", "13:30-18:00"], tue: ["09:00-24:00"], fri: ["22:00-06:00"]}
    holidays: {country: FR, subdivision: null}
    closed: [2026-05-15]
    open: {2026-12-26: ["10:00-12:00"]}
commitments:
  - key: inbound-response
    title: Inbound
    owner: sales
    kind: response
    calendar: paris
    start: {event: request.received}
    stop: {events: [call.made, email.sent, meeting.booked], by: team}
    cancel: {event: lead.rejected, where: {data.reason: [test, duplicate]}}
    where: {account.named: true}
    within: 2 business hours
    target: ">= 95%"
    per: week
    warn_at: 75%
    min_sample: 5
    settle: 4 business hours
    give_up: 90 days
    breach: each
    notify: digest
    playbook: Call back now; if the owner is away, the cover takes it.
    escalate: [{at: 100%, to: owner}, {at: 150%, to: manager}]
  - {key: event-upload, owner: marketing, kind: response, start: {event: campaign.ended}, stop: {event: campaign.leads_uploaded, by: anyone}, where: {campaign.type: [fair, webinar]}, within: 24 hours, early: 5 days}
  - {key: decision, owner: sales, kind: response, start: {event: lead.qualified}, stop: [{event: lead.accepted}, {event: lead.rejected, where: {data.reason: present}}], within: 1 business day}
  - {key: contact, owner: sales, kind: response, start: {event: lead.accepted}, stop: {events: [call.made, email.sent, meeting.booked]}, cancel: {event: lead.rejected, needs: {events: [call.made, email.sent], at_least: 3}}, within: 4 business hours}
  - {key: reasons, owner: sales, kind: response, start: {events: [deal.won, deal.lost]}, stop: {event: deal.reason_recorded, by: anyone}, within: 0 business days, early: 30 days}
  - {key: call-wait, owner: sales, kind: response, start: {event: call.received}, stop: {event: call.answered, by: anyone}, cancel: {event: call.abandoned, where: {data.wait: {lt: 20}}}, fail: {event: call.abandoned}, outside_hours: ignore, within: 2 minutes, target: ">= 90%", per: day, breach: period}
  - {key: content-enablement, owner: marketing, kind: checklist, start: {event: content.published, where: {content.important: true}}, steps: {event: content.announced, field: channel, values: {email: 1 business day, portal: 2 business days, content_map: 5 business days, training: 10 business days}}, early: 30 days}
  - {key: buyer-roles, owner: sales, kind: rate, of: contacts, where: {account.tier: 1, contact.created_at: {older_than: 30 days}}, having: {contact.buyer_role: {not: [other]}}, target: "> 75%"}
  - {key: bad-data, owner: marketing, kind: rate, of: {events: [lead.accepted, lead.rejected]}, where: {lead.origin: marketing}, having: {where: {data.bad_data: true}}, per: month, target: "< 10%"}
  - {key: mql-to-meeting, owner: marketing, kind: rate, of: {event: lead.qualified}, having: {event: meeting.held, within: 30 days}, per: month, baseline: {from: 2025-07-01, to: 2025-12-31}, target: ">= baseline + 2 points", ramp: {by: 1 point, every: quarter}}
  - {key: new-contacts, owner: sales, kind: volume, count: {event: contact.created, by: team}, where: {account.named: true, contact.email: present}, per: week, each: team, until: accounts_full, prorate: open_days, target: ">= 5"}
  - {key: mql-volume, owner: marketing, kind: volume, count: {event: lead.qualified, distinct: lead, unless: {event: lead.rejected, where: {data.bad_data: true}}}, per: month, each: team, target: ">= 120"}
  - {key: meeting-listening, owner: marketing, kind: volume, count: {events: [meeting.held, meeting.listened], where: {data.attendees: team}}, per: week, each: team, target: ">= 1"}
  - {key: web-chat, owner: sales, kind: coverage, calendar: paris, presence: {online: chat.online, offline: chat.offline}, per: week, target: ">= 95%"}
"""  # noqa: E501 - as the contract prints it
KEYS = (
    *(
        "inbound-response",
        "event-upload",
        "decision",
        "contact",
        "reasons",
        "call-wait",
        "content-enablement",
    ),
    *(
        "buyer-roles",
        "bad-data",
        "mql-to-meeting",
        "new-contacts",
        "mql-volume",
        "meeting-listening",
        "web-chat",
    ),
)


def dumped() -> str:
    out = StringIO()
    call_command("dump_agreement", "smarketing", stdout=out)
    return out.getvalue()


def test_every_kind_of_promise_loads_and_comes_back_the_same(story: Story) -> None:
    story.agree(WHOLE)

    rows = story.all("commitments/", state="signed")
    assert sorted(row["key"] for row in rows) == sorted(KEYS)
    assert {row["version"] for row in rows} == {1}
    yaml = YAML(typ="safe")
    assert yaml.load(dumped()) == yaml.load(WHOLE)
    (agreement,) = story.all("agreements/")
    assert [version["state"] for version in agreement["versions"]] == ["signed"]


def test_the_same_file_again_does_nothing(story: Story) -> None:
    story.agree(WHOLE)
    story.agree(WHOLE)
    story.agree(dumped())

    assert {row["version"] for row in story.all("commitments/")} == {1}


def test_the_inbound_promise_of_the_contract_is_measured(story: Story) -> None:
    """Friday's window is 22:00 to 6:00 on Saturday; then Monday 9:00 to 12:30 and 13:30 to 18:00."""
    story.agree(WHOLE)
    staff(story)
    story.sync("accounts", {"external_id": "a1", "name": "A", "named": True})
    story.sync("contacts", *({"external_id": f"p{n}", "account": "a1"} for n in (1, 2, 3)))
    # Friday 10 April 23:00 in Paris (21:00Z): two hours later, at night.
    story.at("2026-04-30T00:00:00Z")
    story.happened("request.received", "2026-04-10T21:00:00Z", contact="p1")
    # Saturday 5:00 (3:00Z): an hour until 6:00, an hour on Monday from 9:00.
    story.happened("request.received", "2026-04-11T03:00:00Z", contact="p2")
    story.happened(
        "lead.rejected", "2026-04-11T12:00:00Z", contact="p2", actor="rae", data={"reason": "test"}
    )
    # Tuesday 14 April 23:30: half an hour until midnight; no more windows until Friday 22:00.
    story.happened("request.received", "2026-04-14T21:30:00Z", contact="p3")

    assert story.told("inbound-response") == [
        ("crm:p1", "overdue", "2026-04-10T23:00:00Z"),
        ("crm:p2", "cancelled", "2026-04-13T08:00:00Z"),
        ("crm:p3", "overdue", "2026-04-17T21:30:00Z"),
    ]


@pytest.mark.parametrize(
    ("change", "by", "told"),
    [
        ("within: 2 business hours", "within: 2 business fortnights", "within"),
        ("within: 2 business hours", "witin: 2 business hours", "witin"),
        ('fri: ["22:00-06:00"]', 'fri: ["22:00-22:00"]', "fri"),
        ('fri: ["22:00-06:00"]', 'fri: ["25:00-26:00"]', "fri"),
        ("timezone: Europe/Paris", "timezone: Europe/Lutetia", "timezone"),
        ("kind: response\n", "kind: answer\n", "kind"),
        ("effective_from: 2026-01-01", "effective_from: 2026-02-30", "effective_from"),
        ("key: decision", "key: contact", "contact"),
        ("form: long", "form: long\nform: short", "form"),
        ("country: FR", "country: ZZ", "country"),
        ("event: request.received", "event: request.recieved", "request.recieved"),
        ("min_sample: 5", "min_sample: few", "min_sample"),
        ('target: ">= 95%"\n', 'target: "most"\n', "target"),
        ("calendar: paris\n", "calendar: rome\n", "rome"),
    ],
)
def test_a_wrong_agreement_is_refused_with_its_line(story: Story, change: str, by: str, told: str) -> None:
    assert change in WHOLE
    with pytest.raises(CommandError) as refused:
        story.agree(WHOLE.replace(change, by, 1))

    assert told in str(refused.value)
    assert "line " in str(refused.value)
    assert story.all("agreements/") == []
