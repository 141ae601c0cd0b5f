"""The audit trail as people read it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.instants import format_instant
from core.models import AuditEntry
from people.sign_in import acts, words

PLAIN: dict[str, Promise] = {
    "add": gettext_lazy("added"),
    "change": gettext_lazy("changed"),
    "delete": gettext_lazy("deleted"),
    "revoke": gettext_lazy("revoked"),
    "resend": gettext_lazy("sent again"),
    "invite": gettext_lazy("invited"),
    "agreement.created": gettext_lazy("agreement created"),
    "agreement.amended": gettext_lazy("agreement amended"),
    "agreement.party_signed": gettext_lazy("signed for a party"),
    "agreement.signed": gettext_lazy("agreement signed by all"),
    "agreement.signatures_voided": gettext_lazy("signatures voided"),
    "calendar.added": gettext_lazy("calendar added"),
    "calendar.changed": gettext_lazy("calendar changed"),
    "breach.acknowledge": gettext_lazy("exception acknowledged"),
    "breach.assign": gettext_lazy("exception assigned"),
    "breach.dispute": gettext_lazy("exception disputed"),
    "breach.waive": gettext_lazy("exception waived"),
    "breach.resolve": gettext_lazy("exception resolved"),
    "exclusion.begin": gettext_lazy("left out of the figures"),
    "exclusion.end": gettext_lazy("counted again"),
    "names.rule_changed": gettext_lazy("rule about names changed"),
}

KINDS: dict[str, Promise] = {
    acts.OBJECT: gettext_lazy("sign-in of"),
    "reporting.breach": gettext_lazy("exception"),
    "people.user": gettext_lazy("person"),
    "user": gettext_lazy("person"),
    "apitoken": gettext_lazy("token"),
    "outbox": gettext_lazy("message"),
    "agreement": gettext_lazy("agreement"),
    "team": gettext_lazy("team"),
    "membership": gettext_lazy("membership"),
    "leads.declaration": gettext_lazy("declared fact"),
}

CSV_COLUMNS = ("at", "actor", "verb", "object_type", "object_id", "before", "after")


@dataclass(frozen=True, slots=True)
class Act:
    """One row: who did what to what, and the values before and after that differ."""

    at: datetime
    who: str
    what: str
    kind: str
    kind_in_words: str
    which: str
    details: tuple[tuple[str, str, str], ...]


def shown(entry: AuditEntry) -> Act:
    """An entry in words; a verb that nobody has words for stands as it is written."""
    at_the_door = entry.object_type == acts.OBJECT
    what = words.in_words(entry.verb, entry.after or {}) if at_the_door else verb_in_words(entry.verb)
    kind = entry.object_type
    said = str(KINDS.get(kind) or kind.rpartition(".")[2].replace("_", " "))
    return Act(entry.at, _who(entry), what, kind, said, entry.object_id, tuple(_details(entry)))


def verb_in_words(verb: str) -> str:
    """For example "exception waived"."""
    known = PLAIN.get(verb) or words.WORDS.get(verb)
    return str(known) if known else verb.replace(".", ": ").replace("_", " ")


def csv_row(entry: AuditEntry) -> list[Any]:
    """The entry as it lies in the database; values before and after as JSON."""
    actor = entry.actor.email if entry.actor else entry.actor_label
    return [
        format_instant(entry.at),
        actor,
        entry.verb,
        entry.object_type,
        entry.object_id,
        _json(entry.before),
        _json(entry.after),
    ]


def _who(entry: AuditEntry) -> str:
    if entry.actor:
        return str(entry.actor)
    if entry.actor_label:
        return entry.actor_label
    return _("somebody not signed in") if entry.object_type == acts.OBJECT else _("the system")


def _details(entry: AuditEntry) -> Iterator[tuple[str, str, str]]:
    """The name of a value, what it was and what it is; values that are no mapping under no name."""
    before, after = _mapped(entry.before), _mapped(entry.after)
    for name in {**before, **after}:
        if before.get(name) != after.get(name):
            yield name, _text(before.get(name)), _text(after.get(name))


def _mapped(value: Any) -> dict[str, Any]:
    if isinstance(value, dict):
        return value
    return {} if value is None else {"": value}


def _text(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else _json(value)


def _json(value: Any) -> str:
    return "" if value is None else json.dumps(value, ensure_ascii=False, sort_keys=True)
