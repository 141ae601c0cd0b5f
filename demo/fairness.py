"""What is argued, forgiven and entered by hand at the end of the story, and who is away soon."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from agreements.business_time import Schedule
from demo.cast import CAMILLE, EMMA, JULIEN, PARIS, SOFIA
from demo.stage import Stage
from leads.declaring import Said, declare
from leads.models import Account
from people.absences import take
from people.models import User
from reporting.acting import comment, dispute, waive
from reporting.models import Breach

ASKED, ANSWERED, ARGUED = timedelta(hours=26), timedelta(hours=4), timedelta(minutes=50)  # before the end
#: Promises of a call, a mail or a meeting.
CONTACT = ("inbound-response", "inbound-response-uk", "lead-contact", "lead-contact-uk")
WRONG = {
    "fr": "Le client a demandé par courriel de ne pas être rappelé avant la fin de son salon.",
    "en": "The customer asked by mail not to be called before his fair is over.",
}
AGREED = "Right, his mail is in the thread: this one is nobody's fault."
MOBILE = "Je l'ai rappelé à temps depuis mon mobile, le CRM n'a rien noté : le journal d'appels est joint."
LOOK = "@emma.clarke le journal d'appels montre 9 min de conversation avec lui ce matin-là."
EVIDENCE = "https://calls.brumeval.example/journal"
LISTENED = "Listened in on the kick-off: they asked twice for a French user guide."
RECORDING = "https://meet.brumeval.example/recordings/kick-off"
LEAVE_IN, LEAVE_FOR = timedelta(days=9), timedelta(days=7)


def be_fair(stage: Stage, users: Mapping[str, User]) -> None:
    """A miss argued and waived, one argued and open, a meeting declared, a holiday with its cover."""
    julien, emma = users[JULIEN.key], users[EMMA.key]
    other = next(iter(_misses_of_sales(before=stage.as_of - ASKED)), None)
    mine = next(
        (miss for miss in _misses_of_sales(before=stage.as_of - ARGUED, of=julien) if miss != other), None
    )
    if other and other.assignee:
        dispute(other, by=other.assignee, as_of=stage.as_of - ASKED, note=WRONG[other.assignee.language])
        waive(other, by=emma, as_of=stage.as_of - ANSWERED, note=AGREED)
    if mine:
        owner = mine.assignee
        dispute(mine, by=owner, as_of=stage.as_of - ARGUED, note=MOBILE, evidence=EVIDENCE)
        comment(mine, by=owner, as_of=stage.as_of - ARGUED + timedelta(minutes=2), text=LOOK)
    _declare(stage, users[SOFIA.key])
    monday = _monday_after(stage.as_of + LEAVE_IN, stage.offices[PARIS])
    take(
        julien,
        during=(monday, monday + LEAVE_FOR),
        cover=users[CAMILLE.key],
        by=julien,
        as_of=stage.as_of - ARGUED,
    )


def _misses_of_sales(*, before: datetime, of: User | None = None) -> list[Breach]:
    """What sales people heard of before an instant and still have to deal with: first ``of`` this person,
    contacts before anything else, the latest first."""
    known = Breach.objects.live().tellable().told_by(before).filter(opened_at__lte=before, type="clock")
    rows = known.filter(team__side="sales", assignee__isnull=False).select_related("team", "assignee")
    ordered = rows.order_by("-missed_at", "commitment_key", "start_key")
    return sorted(ordered, key=lambda miss: (miss.assignee != of, miss.commitment_key not in CONTACT))


def _declare(stage: Stage, user: User) -> None:
    account = Account.objects.filter(named=True).order_by("ref__external_id").first()
    if account is not None:
        at = stage.offices[PARIS].add(stage.as_of - ASKED, 0, backward=True)
        said = Said(kind="meeting.listened", occurred_at=at, about=account.ref, link=RECORDING, note=LISTENED)
        declare(said, by=user, as_of=stage.as_of - ANSWERED)


def _monday_after(instant: datetime, schedule: Schedule) -> datetime:
    """The Monday midnight in Paris after an instant."""
    local = instant.astimezone(schedule.calendar.zone)
    days = (7 - local.weekday()) % 7 or 7
    return local.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=days)
