"""One record as a page shows it: what it says, what happened, what is promised about it, what was mended."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.timezone import get_current_timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from core.models import AuditEntry
from leads.enums import RecordType
from leads.ingestion.resources import BY_TYPE
from leads.models import Event, ImpliedEvent, RecordVersion, Ref
from leads.models.events import DIMENSIONS
from leads.sealing import horizon
from leads.sources import DECLARED
from measurement.models import Clock, Unit
from people.models import Membership
from reporting.mending import RECORD, VERB
from reporting.showing.changes import ChangeLine, change_lines
from reporting.showing.declaring import entered_after, kind_name
from reporting.showing.items import ClockItem, clock_items
from reporting.showing.promises import title_of
from reporting.showing.reader import Reader

MOST = 60
"""Lines of the timeline, clocks, counted things: the latest."""


@dataclass(frozen=True, slots=True)
class FieldLine:
    """One field and what it says now."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class TimelineRow:
    """One thing that happened or was said; ``event`` is the id of one that can be withdrawn."""

    at: datetime
    what: str
    by: str
    how: str
    withdrawn: bool
    event: int | None


@dataclass(frozen=True, slots=True)
class UnitLine:
    """One thing that a promise counts or leaves out."""

    commitment_key: str
    title: str
    at: datetime
    state: str
    label: str


@dataclass(frozen=True, slots=True)
class MendedLine:
    """An act on this record, and what it changed."""

    at: datetime
    by: str
    what: str
    changes: list[ChangeLine]


def field_lines(ref: Ref, reader: Reader) -> list[FieldLine]:
    """What the record says now; what is empty is left out."""
    if ref.type == RecordType.CALL or ref.placeholder:
        return []
    resource = BY_TYPE[RecordType(ref.type)]
    row: Any = getattr(ref, ref.type)
    links = [
        getattr(row, f.column) for f in resource.fields.values() if f.link and f.link != RecordType.MEMBER
    ]
    reader.learn(links, [])
    found = []
    for field in resource.fields.values():
        value = getattr(row, field.column)
        if value not in (None, "", []):
            found.append(FieldLine(field.name, _shown(field, value, reader)))
    return [*found, *(FieldLine(f"attributes.{name}", str(value)) for name, value in row.attributes.items())]


def timeline(ref: Ref, reader: Reader) -> list[TimelineRow]:
    """What happened to the record and what was said of it, the latest first."""
    events = list(_events(ref))
    implied = list(ImpliedEvent.objects.filter(ref_id=ref.pk).order_by("-occurred_at")[:MOST])
    said = list(RecordVersion.objects.filter(ref_id=ref.pk).order_by("-valid_from")[:MOST])
    names = _Actors([*(one.actor_id for one in events), *(one.actor_id for one in implied)], reader)
    found = horizon()
    sealed = found.sealed_before if found else None
    rows = [_event(one, names, sealed) for one in events]
    rows += [_implied(one, names) for one in implied]
    rows += [_said(one) for one in said]
    return sorted(rows, key=lambda row: row.at, reverse=True)[:MOST]


def clocks_of(ref: Ref, reader: Reader) -> list[ClockItem]:
    """The clocks about the record that the reader may see, the latest first."""
    visible = Clock.objects.visible_to(reader.user, as_of=reader.as_of).filter(subject_id=ref.pk)
    return clock_items(visible.order_by("-started_at", "-pk")[:MOST], reader)


def units_of(ref: Ref, reader: Reader) -> list[UnitLine]:
    """What promises count of the record, the latest first."""
    visible = Unit.objects.visible_to(reader.user, as_of=reader.as_of).filter(subject_id=ref.pk)
    return [
        UnitLine(
            unit.commitment_key,
            title_of(reader.promise_of(unit.commitment_id)),
            unit.at,
            unit.state,
            {
                "having": pgettext("counted thing", "counts"),
                "lacking": pgettext("counted thing", "counts, and lacks it"),
                "left_out": pgettext("counted thing", "left out"),
            }[unit.state],
        )
        for unit in visible.order_by("-at", "-pk")[:MOST]
    ]


def mended(ref: Ref, reader: Reader) -> list[MendedLine]:
    """Acts on the record with what they changed, the latest first."""
    about = AuditEntry.objects.filter(object_type=RECORD, object_id=str(ref.pk)).order_by("-pk")
    entries = list(about[:MOST])
    changed = {entry.at: entry.after or {} for entry in entries if entry.verb == VERB}
    found = []
    for entry in entries:
        if entry.verb != VERB:
            rows = changed.get(entry.at, {}).get("changed", [])
            found.append(MendedLine(entry.at, entry.actor_label, _act(entry), change_lines(rows, reader)))
    return found


def _act(entry: AuditEntry) -> str:
    told = entry.after or {}
    match entry.verb:
        case "record.correct":
            return _("%(field)s corrected") % {"field": told.get("field", "")}
        case "record.delete":
            return _("marked as deleted")
        case "record.merge":
            return _("merged into %(into)s") % {"into": told.get("into", "")}
        case "record.erase":
            return _("personal data erased")
    return entry.verb


def _shown(field: Any, value: Any, reader: Reader) -> str:
    if field.link == RecordType.MEMBER:
        return _Actors([value], reader).of(value, None)
    if field.link:
        return reader.record(value)
    if isinstance(value, datetime):
        return date_format(value.astimezone(get_current_timezone()), "DATETIME_FORMAT")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return ", ".join(value) if isinstance(value, list) else str(value)


def _events(ref: Ref) -> Iterable[Event]:
    named = [Q(**{column: ref.pk}) for column, type_ in DIMENSIONS.items() if type_ == ref.type]
    return Event.objects.filter(reduce(or_, named)).order_by("-occurred_at", "-pk")[:MOST]


def _event(event: Event, names: "_Actors", sealed_before: datetime | None) -> TimelineRow:
    how = [_("declared by hand")] if event.source == DECLARED else [event.source]
    if event.recorded_at is not None:
        how.append(entered_after(event.occurred_at, event.recorded_at))
    if event.retracted_by is not None:
        how.append(_("withdrawn"))
    sealed = sealed_before is not None and event.occurred_at < sealed_before
    if sealed:
        how.append(_("sealed"))
    lasting = sealed or event.retracted_by is not None or event.kind == "event.retracted"
    return TimelineRow(
        at=event.occurred_at,
        what=kind_name(event.kind),
        by=names.of(event.actor_id, event.occurred_at),
        how=", ".join(how),
        withdrawn=event.retracted_by is not None,
        event=None if lasting else event.pk,
    )


def _implied(one: ImpliedEvent, names: "_Actors") -> TimelineRow:
    by = names.of(one.actor_id, one.occurred_at)
    return TimelineRow(one.occurred_at, kind_name(one.kind), by, _("by what the record says"), False, None)


def _said(version: RecordVersion) -> TimelineRow:
    what = _("Updated: %(fields)s") % {"fields": ", ".join(sorted(version.fields))}
    return TimelineRow(version.valid_from, what, "", _("update of the source"), False, None)


class _Actors:
    """Members by name where the reader may see them, else by their team."""

    def __init__(self, members: Sequence[int | None], reader: Reader) -> None:
        self._reader = reader
        reader.learn([], members)
        users = reader.users_behind(members)
        at = Membership.objects.filter(user_id__in=users.values()).at(reader.as_of).order_by("team_id")
        teams = dict(at.values_list("user_id", "team_id"))
        self._teams = {member: teams.get(user) for member, user in users.items()}

    def of(self, member: int | None, at: datetime | None) -> str:
        """Who it was, as far as the reader may know."""
        if member is None:
            return ""
        team = self._teams.get(member)
        if team is not None:
            return self._reader.member(member, team, at)
        return self._reader.of_no_team(member, at)
