"""An agreement with every part, between two teams with a manager each."""

from datetime import UTC, datetime
from typing import Any

from psycopg2.extras import DateTimeTZRange

from agreements.loading import load
from agreements.models import AgreementVersion
from people.enums import Role
from people.models import Team, User
from tests.factories.people import MembershipFactory, UserFactory

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)

WHOLE = """
agreement: smarketing
title: {en: Marketing–sales agreement, fr: Accord marketing–ventes}
parties: [marketing, sales]
teams: [operations]
effective_from: 2026-01-01
form: long
sections:
  company_goals: {en: "Grow **new accounts** by 20%.", fr: "Faire croître les **nouveaux comptes** de 20 %."}
  marketing_goals: "More leads.\\n\\n<script>alert(1)</script> [bad](javascript:alert(1))"
  sales_goals: Close more.
  handoff: "Marketing hands over, sales accepts:\\n\\n- within a day\\n- with a reason"
  communication: We talk every Monday.
  reporting: One table, open to both.
goals:
  - {key: revenue, part: company, title: {en: New revenue, fr: Nouveau chiffre d'affaires}, metric: "series:revenue", target: ">= 2000000", unit: EUR, period: year}
  - {key: authority, part: company, title: Be an authority in our sector, status: on_track}
  - {key: mqls, part: marketing, title: Qualified leads, metric: mql-volume, target: ">= 120", period: month, measured_by: {en: at their handoff, fr: à leur transfert}}
  - {key: wins, part: sales, title: Wins, metric: deals won of those offered, target: "> 25%", period: quarter, measured_by: in the CRM}
personas: [{key: ops, title: {en: Operations director, fr: Directrice des opérations}, text: Signs for tools.}]
mql:
  criteria:
    - {persona: any, text: {en: Works for a named account, fr: Travaille pour un compte nommé}, where: {account.named: true}}
    - {persona: ops, text: Asked for a demo}
  scoring:
    - {when: Asked for a demo, points: 40, because: Half of the wins began so., event: form.submitted, within: 30 days}
    - {when: Student, points: -50, where: {contact.attributes.student: true}}
  threshold: 60
responsibilities: {marketing: {en: 120 MQLs a month, fr: 120 MQL par mois}, sales: "Contact within **four hours**"}
people: [{team: sales, role: SDR, count: 3, capacity: {leads_per_week: 40}}, {team: marketing, role: {en: Content, fr: Contenu}, capacity: two days a week}]
channels: [{title: "#smarketing", purpose: {en: Questions, fr: Questions du jour}}]
meetings: [{title: {en: Weekly stand-up, fr: Point hebdomadaire}, cadence: week, length: 30 minutes, attendees: [marketing, sales, sales_management, operations], agenda: Exceptions first.}]
calendars:
  paris:
    timezone: Europe/Paris
    week: {mon: ["09:00-12:30", "13:30-18:00"], tue: ["09:00-18:00"], wed: ["09:00-18:00"], thu: ["09:00-18:00"], fri: ["09:00-17:00"]}
    holidays: {country: FR}
    closed: [2026-05-15]
    open: {2026-12-26: ["10:00-12:00"]}
commitments:
  - {key: inbound, title: {en: Answer requests, fr: Répondre aux demandes}, owner: sales, kind: response, start: {event: request.received}, stop: {events: [call.made, meeting.booked]}, within: 2 business hours, target: ">= 95%", per: week, playbook: Call back now.}
  - {key: content, owner: marketing, kind: checklist, start: {event: content.published}, steps: {event: content.announced, field: channel, values: {email: 1 business day, portal: 2 business days}}}
  - {key: mql-volume, owner: marketing, kind: volume, count: {event: lead.qualified, distinct: lead}, target: ">= 120", beside: bad-data}
  - {key: bad-data, owner: marketing, kind: rate, of: {events: [lead.accepted, lead.rejected]}, having: {where: {data.bad_data: true}}, target: "< 10%"}
  - {key: chat, owner: sales, kind: coverage, presence: {online: chat.online, offline: chat.offline}, per: week, target: ">= 95%"}
"""  # noqa: E501 - as people write it


class Parties:
    """Max manages marketing, Hélène sales; Marie sells, Olga is of operations, Sam of nothing."""

    def __init__(self, text: str = WHOLE, *, sign: bool = False) -> None:
        self.version: AgreementVersion = load(text, by="test", as_of=LONG_AGO, sign=sign).version
        self.max = self.person("max", "Max Power", "marketing", Role.MANAGER)
        self.helene = self.person("helene", "Hélène Martin", "sales", Role.MANAGER)
        self.marie = self.person("marie", "Marie Curie", "sales", Role.REP)
        self.olga = self.person("olga", "Olga Ops", "operations", Role.REP)
        self.sam = UserFactory(email="sam@example.com", name="Sam Nobody", language="en")
        self.ada = UserFactory(
            email="ada@example.com", name="Ada Admin", language="en", is_superuser=True, is_staff=True
        )

    def person(self, name: str, full: str, team: str, role: Role, **more: Any) -> User:
        made: User = UserFactory(email=f"{name}@example.com", name=full, language="en", **more)
        during = DateTimeTZRange(LONG_AGO, None)
        MembershipFactory(user=made, team=Team.objects.get(slug=team), role=role, during=during)
        return made
