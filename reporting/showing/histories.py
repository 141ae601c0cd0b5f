"""What happened to an exception, from its audit rows."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from core.models import AuditEntry
from reporting import words
from reporting.models import Breach
from reporting.showing.reader import Reader
from reporting.showing.voices import Voices


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of the history."""

    at: datetime
    text: str
    note: str = ""


def history_of(breach: Breach, reader: Reader) -> list[Happening]:
    """Missed, found, and every act since, oldest first; a few statements."""
    first = [Happening(breach.missed_at, _("missed")), Happening(breach.opened_at, _("found and opened"))]
    rows = AuditEntry.objects.filter(object_type="reporting.breach", object_id=str(breach.pk))
    entries = list(rows.order_by("id"))
    voices = Voices(breach, [one for entry in entries for one in (entry.actor_id, _assignee(entry))], reader)
    return first + [Happening(entry.at, _text(entry, voices), _note(entry)) for entry in entries]


def _text(entry: AuditEntry, voices: Voices) -> str:
    verb, after = entry.verb.removeprefix("breach."), entry.after or {}
    said = {
        "acknowledge": _("acknowledged by %(who)s"),
        "assign": _("given to %(whom)s by %(who)s") if _assignee(entry) else _("assigned by %(who)s"),
        "resolve": _("resolved by %(who)s: %(cause)s"),
        "dispute": _("disputed by %(who)s"),
        "take_back": _("dispute taken back by %(who)s"),
        "waive": _("waived by %(who)s: it does not count"),
        "refuse": _("dispute refused by %(who)s: the miss stands"),
        "comment": _("comment by %(who)s"),
        "undo": _("undone by %(who)s a moment later: %(act)s"),
        "withdraw": _("withdrawn: later facts undid the miss"),
        "reopen": _("reopened: later facts brought the miss back"),
        "come_back": _("counts again: it was not done by the agreed date"),
        "hold": _("waived again: it was done by the agreed date after all"),
    }.get(verb, verb)
    cause = after.get("root_cause")
    return said % {
        "who": voices.called(entry.actor_id, entry.actor_label, at=entry.at),
        "whom": voices.called(_assignee(entry), at=entry.at) if _assignee(entry) else "",
        "cause": words.root_cause(cause) if cause else "",
        "act": words.breach_act(str(after.get("act", "")).removeprefix("breach.")),
    }


def _assignee(entry: AuditEntry) -> int | None:
    found = (entry.after or {}).get("assignee")
    return int(found) if found and entry.verb == "breach.assign" else None


def _note(entry: AuditEntry) -> str:
    """What was said with the act; what was undone says nothing any more."""
    after = entry.after or {}
    if entry.verb in ("breach.undo", "breach.comment"):
        return ""
    return str(after.get("note") or after.get("reason") or after.get("why") or after.get("answer") or "")
