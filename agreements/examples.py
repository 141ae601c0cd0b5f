"""Examples to start from, shown where an agreement, a calendar or a commitment is written. Pure."""

from agreements.enums import Kind

AGREEMENT = """\
agreement: smarketing                 # a key: letters, digits, - and _
title: {en: Marketing–sales agreement, fr: Accord marketing–ventes}
parties: [marketing, sales]           # keys of teams; those that do not exist are made
effective_from: 2026-01-01
form: short
calendars:
  paris:
    timezone: Europe/Paris
    week: {mon: ["09:00-12:30", "13:30-18:00"], tue: ["09:00-18:00"], wed: ["09:00-18:00"], thu: ["09:00-18:00"], fri: ["09:00-17:00"]}
    holidays: {country: FR}
commitments:
  - key: inbound-response
    title: {en: Inbound requests are answered, fr: Les demandes entrantes reçoivent une réponse}
    owner: sales
    kind: response
    start: {event: request.received}
    stop: {events: [call.made, email.sent, meeting.booked], by: team}
    within: 2 business hours
    target: ">= 95%"
"""  # noqa: E501 - a week is read on one line

CALENDAR = """\
timezone: Europe/Paris
week:
  mon: ["09:00-12:30", "13:30-18:00"]
  tue: ["09:00-12:30", "13:30-18:00"]
  wed: ["09:00-12:30", "13:30-18:00"]
  thu: ["09:00-12:30", "13:30-18:00"]
  fri: ["09:00-12:30", "13:30-17:00"]
holidays: {country: FR, subdivision: null}
closed: [2026-05-15]
open: {2026-12-26: ["10:00-12:00"]}
"""

TERMS = {
    Kind.RESPONSE: """\
start: {event: request.received}
stop: {events: [call.made, email.sent, meeting.booked], by: team}
where: {account.named: true}
within: 2 business hours
target: ">= 95%"
per: week
warn_at: 75%
playbook: Call back now; if the owner is away, the cover takes it.
""",
    Kind.CHECKLIST: """\
start: {event: content.published, where: {content.important: true}}
steps:
  event: content.announced
  field: channel
  values: {email: 1 business day, portal: 2 business days, training: 10 business days}
early: 30 days
""",
    Kind.RATE: """\
of: contacts
where: {account.tier: 1}
having: {contact.buyer_role: {not: [other]}}
target: "> 75%"
""",
    Kind.VOLUME: """\
count: {event: lead.qualified, distinct: lead}
per: month
target: ">= 120"
""",
    Kind.COVERAGE: """\
presence: {online: chat.online, offline: chat.offline}
per: week
target: ">= 95%"
""",
}
"""What a commitment of each kind says beside its key, title, owner and calendar."""
