"""One company with something behind every address, and those who knock."""

from typing import Any

from django.test import Client

from agreements.loading import load
from agreements.models import AgreementVersion
from agreements.reviewing import comment, send_to_review
from measurement.models import Clock, Reading
from people.models import User
from reporting.models import Breach, DailyReport, ReceivedMail
from tests.factories.people import UserFactory
from tests.pages.kinds import KINDS
from tests.pages.story import NOW, Story
from tests.reporting.company import AGREEMENT, at
from tests.roles.table import Answer, Role

SCORING = """mql:
  criteria: [{{persona: any, text: Works for a named account, where: {{account.named: true}}}}]
  scoring: [{{when: Asked for a demo, points: 40, because: So wins began., event: form.submitted}}]
  threshold: 60
"""
DRAFT = AGREEMENT.replace("agreement: smarketing", "agreement: drafted")

MARIE = ("Marie Durand", "marie@example.com")
PAUL = ("Paul Smith", "paul@example.com")
HELENE = ("Hélène Martin", "helene@example.com")
MAX = ("Max Power", "max@example.com")

#: Whose name a role never reads in the rows of others, while the company names teams only.
NOT_FOR = {
    Role.NOBODY: (*MARIE, *PAUL, *HELENE, *MAX),
    Role.REP: (*PAUL, *HELENE, *MAX),
    Role.MANAGER: (),
    Role.OTHER: (*MARIE, *PAUL, *HELENE),
    Role.ADMIN: (),
    Role.AUDITOR: (),
}


class House(Story):
    """The small company with a promise of every kind, a report, mails, and a draft under discussion."""

    def __init__(self) -> None:
        super().__init__(agreement=AGREEMENT + KINDS + SCORING)
        self.day(1)
        self.draft: AgreementVersion = load(
            DRAFT.format(terms="").replace("key: inbound", "key: drafted"), by="test", as_of=NOW, sign=False
        ).version
        AgreementVersion.objects.filter(pk=self.draft.pk).update(trial_since=NOW)
        settled = DRAFT.replace("drafted", "settled").replace("2026-01-01", "2026-05-01")
        load(
            settled.format(terms="").replace("key: inbound", "key: settled"), by="test", as_of=NOW, sign=True
        )
        amended = (AGREEMENT + KINDS).replace("2026-01-01\nform", "2026-05-01\nform").format(terms="")
        self.reviewed = load(amended, by="test", as_of=NOW, sign=False).version
        send_to_review(self.reviewed, by=self.helene, as_of=NOW)
        self.said = comment(self.reviewed, part="goals", text="Why?", by=self.helene, as_of=NOW)
        self.happens("lead.qualified", at("02 10:00"), lead=self.lead())
        self.sweep(NOW)
        self.admin = UserFactory(email="ada@example.com", is_superuser=True, is_staff=True)
        self.auditor = UserFactory(email="audit@example.com", is_auditor=True, is_staff=True)
        self.marie.set_password("marie-knocks")
        self.marie.save()
        self.people: dict[Role, User] = {
            Role.REP: self.marie,
            Role.MANAGER: self.helene,
            Role.OTHER: self.max,
            Role.ADMIN: self.admin,
            Role.AUDITOR: self.auditor,
        }

    def lead(self) -> str:
        """A lead of Paul's; its external id."""
        row = {"external_id": "lead", "owner": "paul", "created_at": "2026-03-02T09:00:00Z"}
        self.tell("leads", row, as_of=at("02 09:00"))
        return "lead"

    def browser(self, role: Role) -> Client:
        """The browser of somebody in this role, signed in unless it is nobody's."""
        client = Client(raise_request_exception=False)
        if role is not Role.NOBODY:
            client.force_login(self.people[role], backend="django.contrib.auth.backends.ModelBackend")
        return client

    # -- what addresses are made of

    def breach_of(self, name: str) -> Breach:
        """The breach about a contact's request."""
        return self.about(f"{name} 1")[0]

    def clock_of(self, name: str) -> Clock:
        """The clock about it."""
        return self.about(f"{name} 1")[1]

    def reading(self, key: str = "calls") -> Reading:
        """The latest reading of a promise."""
        return Reading.objects.filter(commitment_key=key).latest("period_start", "id")

    def report(self) -> DailyReport:
        """The report of sales."""
        return DailyReport.objects.select_related("team").latest("day")

    def mail_to(self, address: str) -> ReceivedMail:
        """A mail in the built-in mailbox."""
        return ReceivedMail.objects.filter(recipients__contains=[address]).latest("id")


def answer_of(response: Any) -> str:
    """Which of the answers a response is; the status itself for what is none of them."""
    where = response.headers.get("Location", "")
    if response.status_code in (301, 302) and where.startswith(("/accounts/login/?", "/admin/login/?")):
        return Answer.SIGN_IN
    known = {401: Answer.SIGN_IN, 403: Answer.NO, 404: Answer.HIDDEN}
    if response.status_code in known:
        return known[response.status_code]
    # 503: the process that answers is well, and says what it waits for (/readyz, back-ups).
    refused_otherwise = response.status_code in (405, 429, 500, 501, 502)
    return str(response.status_code) if refused_otherwise else Answer.YES


def leaks(role: Role, text: str) -> list[str]:
    """The names in a text that this role is not to read."""
    return [name for name in NOT_FOR[role] if name in text]
