"""Agreements for the laws of judging: every kind of promise, two versions of each."""

LAW = """
agreement: law
title: Law
parties: [marketing, sales]
effective_from: {start}
form: short
calendars:
  paris:
    timezone: Europe/Paris
    week:
      mon: ["09:00-12:30", "13:30-18:00"]
      tue: ["09:00-18:00"]
      wed: ["09:00-18:00"]
      thu: ["09:00-18:00"]
      fri: ["09:00-17:00"]
commitments:
  - key: inbound
    owner: sales
    kind: response
    start: {{event: request.received}}
    stop: {{events: [call.made, meeting.booked]}}
    pause: {{event: chat.received}}
    resume: {{event: chat.answered}}
    cancel: {{event: lead.rejected, where: {{data.reason: [test, duplicate]}}}}
    where: {{account.tier: [1, 2]}}
    within: {within}
    give_up: 5 days
    per: {per}
  - key: decision
    owner: sales
    kind: response
    start: {{event: lead.qualified}}
    stop: [{{event: lead.accepted}}, {{event: lead.rejected, where: {{data.reason: present}}}}]
    within: 1 business day
  - key: contact
    owner: sales
    kind: response
    start: {{event: lead.accepted}}
    stop: {{events: [call.made, email.sent], by: owner}}
    cancel: {{event: lead.rejected, needs: {{events: [call.made], at_least: 1}}}}
    within: 4 business hours
  - key: attempts
    owner: sales
    kind: response
    start: {{events: [lead.qualified, request.received], where: {{lead.origin: {{not: [fair]}}}}}}
    stop: [{{event: meeting.booked, by: [team, contact], needs: {{event: call.made, at_least: 1}}}}, {{event: lead.accepted, where: {{data.reason: missing}}}}]
    cancel: {{event: lead.rejected, needs: {{events: [call.made, email.sent], at_least: 2}}}}
    fail: {{event: lead.rejected, where: {{data.reason: test}}, by: anyone}}
    within: {within}
    give_up: 4 days
    per: {per}
  - key: reasons
    owner: sales
    kind: response
    subject: deal
    start: {{events: [deal.won, deal.lost]}}
    stop: {{event: deal.reason_recorded, by: anyone}}
    within: 0 business days
    early: 3 days
  - key: rival
    owner: sales
    kind: response
    start: {{event: competitor.detected}}
    stop: {{event: meeting.held, where: {{contact.buyer_role: champion, data.attendees: team}}}}
    within: 2 days
  - key: wait
    owner: sales
    kind: response
    start: {{event: call.received}}
    stop: {{event: call.answered, by: anyone}}
    where: {{account.tier: {{gte: 2}}}}
    within: 1 hour
    per: day
"""  # noqa: E501 - as people write it

#: It begins after the first facts, so that a baseline may lie before it.
COUNTS = """
agreement: counts
title: Counts
parties: [marketing, sales]
effective_from: {start}
form: short
calendars:
  lisbon:
    timezone: Europe/Lisbon
    week: {{mon: ["09:00-18:00"], tue: ["09:00-18:00"], wed: ["09:00-12:00", "13:00-18:00"], fri: ["10:00-15:00"]}}
commitments:
  - key: enablement
    owner: marketing
    kind: checklist
    start: {{event: content.published, where: {{content.important: true}}}}
    steps: {{event: content.announced, field: channel, values: {{email: 1 business day, portal: 2 days}}}}
    early: 2 days
    give_up: 4 days
    per: week
  - key: roles
    owner: sales
    kind: rate
    of: contacts
    where: {{account.tier: [1, 2], contact.created_at: {{older_than: 2 days}}}}
    having: {{contact.buyer_role: {{not: [other]}}}}
    per: {snapshot}
    target: "> 75%"
  - key: owned
    owner: sales
    kind: rate
    of: leads
    where: {{lead.status: {{not: [raw]}}}}
    having: {{lead.owner: team}}
    target: ">= baseline + 5 points"
    baseline: {{from: 2026-03-02, to: 2026-03-06}}
    per: week
  - key: bad-data
    owner: marketing
    kind: rate
    of: {{events: [lead.accepted, lead.rejected]}}
    where: {{lead.origin: web}}
    having: {{where: {{data.bad_data: true}}}}
    per: {per}
    min_sample: 2
    target: "< 10%"
  - key: to-meeting
    owner: marketing
    kind: rate
    of: {{event: lead.qualified}}
    having: {{event: meeting.held, within: {within}}}
    per: week
    baseline: {{from: 2026-03-01, to: 2026-03-05}}
    target: ">= baseline + 2 points"
    ramp: {{by: 1 point, every: week}}
  - key: new-contacts
    owner: sales
    kind: volume
    count: {{event: contact.created, by: team}}
    where: {{account.tier: [1, 2], contact.buyer_role: present}}
    per: week
    each: {each}
    until: accounts_full
    prorate: open_days
    target: ">= 2"
  - key: qualified
    owner: marketing
    kind: volume
    count: {{event: lead.qualified, distinct: contact, unless: {{event: lead.rejected, where: {{data.bad_data: true}}}}}}
    per: {per}
    target: ">= 3"
  - key: calls
    owner: sales
    kind: volume
    count: [{{event: call.made, by: team}}, {{event: meeting.held, where: {{data.attendees: team}}}}]
    per: week
    each: member
    target: ">= 1"
  - key: chat
    owner: sales
    kind: coverage
    presence: {{online: chat.online, offline: chat.offline}}
    per: {per}
    target: ">= 50%"
"""  # noqa: E501 - as people write it

#: What is signed together: the first versions, then the second ones.
VERSIONS = (
    (
        LAW.format(start="2026-01-01", within="2 business hours", per="month"),
        COUNTS.format(start="2026-03-05", within="3 days", per="week", snapshot="day", each="account"),
    ),
    (
        LAW.format(start="2026-03-11", within="5 hours", per="week"),
        COUNTS.format(start="2026-03-13", within="2 business days", per="day", snapshot="week", each="team"),
    ),
)
