"""A small company that promised something of every kind, and its pages."""

from typing import Any

from django.urls import reverse

from measurement.models import Clock, Reading
from tests.reporting.company import AGREEMENT, Company, at

KINDS = """
  - {{key: roles, title: Buyer roles are known, owner: sales, kind: rate, of: contacts, having: {{contact.buyer_role: present}}, target: "> 75%"}}
  - {{key: meetings, title: Leads become meetings, owner: marketing, kind: rate, of: {{event: lead.qualified}}, having: {{event: meeting.held, within: 10 days}}, baseline: {{from: 2026-01-01, to: 2026-01-31}}, target: ">= baseline + 2 points", ramp: {{by: 1 point, every: month}}, per: week}}
  - {{key: calls, title: Calls are made, owner: sales, kind: volume, count: {{event: call.made}}, each: member, target: ">= 2", per: week}}
  - {{key: leads, title: Leads are delivered, owner: marketing, kind: volume, count: {{event: lead.qualified, distinct: lead}}, prorate: open_days, target: ">= 3", per: week}}
  - {{key: chat, title: Chat is staffed, owner: sales, kind: coverage, presence: {{online: chat.online, offline: chat.offline}}, per: week, target: ">= 95%"}}
  - {{key: contents, title: Content is announced, owner: marketing, kind: checklist, start: {{event: content.published}}, steps: {{event: content.announced, field: channel, values: {{email: 1 business day, training: 2 business days}}}}}}
"""  # noqa: E501 - as people write it
KEYS = ("roles", "meetings", "calls", "leads", "chat", "contents")
NOW = at("05 10:00")


class Kinds(Company):
    """Sales and marketing on the Thursday of a week in which a little of everything happened."""

    def __init__(self) -> None:
        super().__init__(agreement=AGREEMENT + KINDS)
        self.helene = self.managed_by()

    def happen(self, number: int = 1) -> None:
        """One more of everything: a contact, a lead, a call, presence, a content without its training."""
        name, day = f"c{number}", "2026-03-02T09:00:00Z"
        self.contact(name, as_of=at("02 09:00"))
        lead: dict[str, Any] = {"external_id": f"l{number}", "contact": name, "created_at": day}
        self.tell("leads", lead, as_of=at("02 09:00"))
        self.happens("lead.qualified", at("02 10:00"), lead=f"l{number}")
        self.happens("call.made", at("02 11:00"), contact=name, actor="marie")
        self.happens("chat.online", at(f"0{number + 1} 08:30"), actor="paul")
        self.happens("chat.offline", at(f"0{number + 1} 11:00"), actor="paul")
        content = {"external_id": f"d{number}", "title": f"Guide {number}", "published_at": day}
        self.tell("contents", content, as_of=at("02 09:00"))
        self.happens("content.announced", at("02 12:00"), content=f"d{number}", data={"channel": "email"})
        self.sweep(NOW)

    def reading(self, key: str) -> Reading:
        """The latest reading of a promise."""
        return Reading.objects.filter(commitment_key=key).latest("period_start", "id")

    def pages(self) -> dict[str, str]:
        """Name → address of the pages of every kind."""
        found = {f"commitment {key}": reverse("commitment", args=[key]) for key in KEYS}
        found |= {f"reading {key}": reverse("reading", args=[self.reading(key).pk]) for key in KEYS}
        clock = Clock.objects.filter(commitment_key="contents").earliest("id")
        return found | {
            "kinds": reverse("overview"),
            "buying groups": reverse("buying_groups", args=["roles"]),
            "clock of a checklist": reverse("clock", args=[clock.pk]),
        }
