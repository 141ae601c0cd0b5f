"""What happened at the small company: misses of three sorts, a clock that runs, reports, mails, acts."""

from typing import Any

from django.urls import reverse

from core.audit import record
from measurement.models import Clock
from people.models import User
from reporting.acting import acknowledge
from reporting.models import Breach, DailyReport, ReceivedMail
from tests.factories.reporting import ReceivedMailFactory
from tests.reporting.company import Company, at

NOW = at("05 10:00")


class Story(Company):
    """Marie, Paul and their manager Hélène in sales; Max manages marketing."""

    now = NOW

    def __init__(self, **more: Any) -> None:
        super().__init__(**more)
        self.helene = self.managed_by()
        self.max = self.managed_by("max@example.com", team="marketing")
        User.objects.filter(pk=self.max.pk).update(name="Max Power")
        User.objects.filter(email="marie@example.com").update(language="en")
        for person in (self.marie, self.paul, self.max):
            person.refresh_from_db()

    def day(self, number: int) -> None:
        """One more of everything, and the report of the morning after."""
        self.overdue(f"overdue {number}", owner="marie")
        self.overdue(f"theirs {number}", owner="paul")
        self.done_late(f"late {number}", owner="marie", by="paul")
        self.left_behind(f"left behind {number}")
        self.running(f"running {number}", owner="marie")
        self.running(f"of nobody {number}", owner=None)
        self.sweep(at("05 09:45"))
        self.helene_takes_note()
        self.publish(at(f"0{4 + number} 09:50"))
        ReceivedMailFactory(recipients=["marie@example.com", "helene@example.com"], received_at=NOW)

    def overdue(self, name: str, *, owner: str | None) -> None:
        """A request of Wednesday morning that nobody answered."""
        self.request(name, at("04 09:00"), owner=owner)

    def done_late(self, name: str, *, owner: str, by: str) -> None:
        """One that a colleague answered in the afternoon."""
        self.request(name, at("04 09:00"), owner=owner)
        self.call(name, at("04 14:00"), actor=by)

    def left_behind(self, name: str) -> None:
        """One that was Paul's and now is nobody's."""
        self.request(name, at("04 08:30"), owner="paul")
        row = {"external_id": name, "owner": None, "updated_at": "2026-03-04T09:30:00Z"}
        self.tell("contacts", row, as_of=at("04 09:30"))

    def running(self, name: str, *, owner: str | None) -> None:
        """One that is due at noon."""
        self.request(name, at("05 09:30"), owner=owner)

    def helene_takes_note(self) -> None:
        """The manager acknowledges what is open; a program notes something on each."""
        for breach in Breach.objects.filter(state="open"):
            acknowledge(breach, by=self.helene, as_of=NOW, note="I look into it")
            record(actor="Marie's laptop", verb="breach.assign", object_type="reporting.breach",
                   object_id=breach.pk, as_of=NOW)  # fmt: skip

    def about(self, name: str) -> tuple[Breach, Clock]:
        """The breach and the clock of a contact's request."""
        clock = Clock.objects.get(subject_id=self.ref(name))
        return Breach.objects.get(clock_id=clock.pk), clock

    def ref(self, name: str) -> int:
        """The ref id of a contact."""
        from leads.models import Contact

        return Contact.objects.get(ref__external_id=name).ref_id


def every_page(*, breach: Breach, clock: Clock, mail: ReceivedMail | None = None) -> dict[str, str]:
    """Name → address of every page, the details those of the given rows."""
    report = DailyReport.objects.select_related("team").latest("day")
    pages = {
        "overview": reverse("overview"),
        "commitment": reverse("commitment", args=["inbound"]),
        "exceptions": reverse("exceptions"),
        "every exception": reverse("exceptions") + "?state=&historic=with",
        "exception": reverse("exception", args=[breach.pk]),
        "my clocks": reverse("my_clocks"),
        "clock": reverse("clock", args=[clock.pk]),
        "reports": reverse("reports"),
        "report": reverse("report", args=[report.day, report.team.slug]),
        "mailbox": reverse("mailbox"),
    }
    return pages | ({"mail": reverse("mail", args=[mail.pk])} if mail else {})
