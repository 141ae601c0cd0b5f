"""What happened to an exception, from its audit rows."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from core.models import AuditEntry
from reporting import words
from reporting.models import Breach
from reporting.showing.reader import Reader


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of the history."""

    at: datetime
    text: str
    note: str = ""


def history_of(breach: Breach, reader: Reader) -> list[Happening]:
    """Missed, found, and every act since, oldest first; one statement."""
    first = [Happening(breach.missed_at, _("missed")), Happening(breach.opened_at, _("found and opened"))]
    entries = AuditEntry.objects.filter(object_type="reporting.breach", object_id=str(breach.pk))
    return first + [
        Happening(entry.at, _text(entry, breach, reader), str((entry.after or {}).get("note") or ""))
        for entry in entries.select_related("actor").order_by("id")
    ]


def _text(entry: AuditEntry, breach: Breach, reader: Reader) -> str:
    verb = entry.verb.removeprefix("breach.")
    said = {
        "acknowledge": _("acknowledged by %(who)s"),
        "assign": _("assigned by %(who)s"),
        "resolve": _("resolved by %(who)s: %(cause)s"),
        "withdraw": _("withdrawn: later facts undid the miss"),
        "reopen": _("reopened: later facts brought the miss back"),
    }.get(verb, verb)
    cause = (entry.after or {}).get("root_cause")
    return said % {"who": _who(entry, breach, reader), "cause": words.root_cause(cause) if cause else ""}


def _who(entry: AuditEntry, breach: Breach, reader: Reader) -> str:
    if entry.actor is None and not entry.actor_label:
        return _("the system")
    if reader.sight.sees_name_of(entry.actor_id, breach.team_id, entry.at):
        return str(entry.actor or entry.actor_label)
    # A label is the address of somebody who is gone, or the name of a token: it may well say who it was.
    return reader.teams[breach.team_id].name if entry.actor else _("a program")
