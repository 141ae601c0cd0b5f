"""Facts that no system recorded, entered by hand with their evidence, and agreed to or not by the other team.

A declared fact is an ordinary event of the source ``declared``: done by whoever declares it, entered when it
was declared (``recorded_at``), with ``data.declared``. So it is measured like any other.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from core.audit import record
from core.instants import format_instant
from core.problems import Problem
from leads.enums import DeclarationState, RecordType
from leads.event_kinds import RETRACTED, TOUCHES
from leads.ingestion import Summary, ingest
from leads.kinds import subject_types
from leads.models import Declaration, Event, EventKind, Member, Ref
from leads.sources import DECLARED, natural_name
from people.models import Membership, Team, User

CHANNEL = "declared"
#: Kinds that begin something which another kind ends, both declared at once.
ENDED_BY: Mapping[str, str] = {"chat.online": "chat.offline"}
STANDARD = TOUCHES | {
    *("meeting.held", "meeting.listened", "campaign.leads_uploaded", "content.announced"),
    *("chat.online", "chat.answered"),
}
#: Who declares it was there.
ATTENDED = frozenset({"meeting.held", "meeting.listened"})
LONGEST = timedelta(days=1)
"""Presence is declared stretch by stretch, so that each has its evidence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What somebody says happened. ``until``: when it ended, of presence only. ``data``: what the kind knows
    beside (the channel of an announcement). ``ended_by``: the kind that ends a company's own presence."""

    kind: str
    occurred_at: datetime
    until: datetime | None = None
    about: Ref | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    link: str = ""
    note: str = ""
    ended_by: str | None = None


def declarable_kinds() -> frozenset[str]:
    """The kinds of events that may be declared: acts of people, and the company's own kinds."""
    return STANDARD | frozenset(EventKind.objects.values_list("name", flat=True))


@transaction.atomic
def declare(
    said: Said, *, by: User, as_of: datetime, team: Team | None = None, actor: Any = None
) -> Declaration:
    """Enter a fact by hand, done by ``by``. ``team``: for which of their teams (default: their first).

    ``actor``: who enters it, where that is not ``by`` (a program).
    Raises Problem: 422 with the field where something is missing or cannot be, 409 for what was declared.
    """
    User.objects.select_for_update().get(pk=by.pk)  # twice at once is once
    _check(said, as_of)
    _check_new(said, by)
    member = member_of(by, near=said.about, as_of=as_of)
    events = _store(said, member, as_of)
    declaration = Declaration.objects.create(
        kind=said.kind,
        event_ids=events,
        subject_id=said.about.pk if said.about else None,
        occurred_at=said.occurred_at,
        until=said.until,
        link=said.link,
        note=said.note,
        team=team or _team_of(by, said.occurred_at),
        declared_by=by,
        declared_at=as_of,
    )
    _note(declaration, "declare", actor or by, as_of, {"kind": said.kind, "link": said.link})
    return declaration


def confirm(declaration: Declaration, *, by: User, as_of: datetime, why: str = "") -> Declaration:
    """The other team agrees that it happened. Raises Problem 409 once it is decided."""
    return _decide(declaration, DeclarationState.CONFIRMED, by, as_of, why)


def refute(declaration: Declaration, *, by: User, as_of: datetime, why: str) -> Declaration:
    """It did not happen so: its events are withdrawn. Also how somebody takes back what they declared.

    Raises Problem 422 without a reason, 409 once it is decided.
    """
    if not why.strip():
        raise _refused("why", "required", _("Say why: the person who declared it reads this."))
    return _decide(declaration, DeclarationState.REFUTED, by, as_of, why)


def member_of(user: User, *, near: Ref | None = None, as_of: datetime) -> Ref:
    """The member that a user is: of the record's own source where there is one, else the first known.

    Somebody whom no CRM knows becomes a member of the source ``declared``.
    """
    source = near.source if near else None
    known = Member.objects.filter(user=user).select_related("ref").order_by("ref_id")
    members = [member.ref for member in known]
    if members:
        return next((ref for ref in members if ref.source == source), members[0])
    row = {"external_id": user.email, "email": user.email, "name": user.name or user.email}
    ingest(resource="members", source=DECLARED, rows=[row], channel=CHANNEL, as_of=as_of)
    return Ref.objects.get(source=DECLARED, type=RecordType.MEMBER, external_id=user.email)


def _store(said: Said, member: Ref, as_of: datetime) -> list[int]:
    """The ids of the events that say so."""
    stretch = [(said.kind, said.occurred_at)]
    if said.until:
        stretch.append((said.ended_by or ENDED_BY[said.kind], said.until))
    name = str(uuid4())
    rows = [
        _row(said, kind, at, f"{name}-{place}", member, as_of) for place, (kind, at) in enumerate(stretch)
    ]
    known = {(RecordType.MEMBER.value, _called(member)): member.pk}
    if said.about:
        known[said.about.type, _called(said.about)] = said.about.pk
    summary = ingest(resource="events", source=DECLARED, rows=rows, channel=CHANNEL, as_of=as_of, known=known)
    _stored_or_refused(summary)
    stored = Event.objects.filter(source=DECLARED, external_id__in=[row["external_id"] for row in rows])
    return list(stored.order_by("external_id").values_list("pk", flat=True))


def _row(said: Said, kind: str, at: datetime, name: str, member: Ref, as_of: datetime) -> dict[str, Any]:
    data = {**said.data, "declared": True}
    if kind in ATTENDED:
        data["attendees"] = [natural_name(member)]
    row = {
        "external_id": name,
        "kind": kind,
        "occurred_at": format_instant(at),
        "recorded_at": format_instant(as_of),
        "actor": _called(member),
        "data": data,
    }
    if said.about:
        row[said.about.type] = _called(said.about)
    return row


def _called(ref: Ref) -> str:
    """A name within one delivery that no source's own id is taken for, whatever its length."""
    return f"#{ref.pk}"


def _check(said: Said, as_of: datetime) -> None:
    if said.kind not in declarable_kinds():
        kinds = ", ".join(sorted(declarable_kinds()))
        raise _refused(
            "kind", "unknown", _("This cannot be declared by hand; these can: %(kinds)s") % {"kinds": kinds}
        )
    _check_times(said, as_of)
    types = subject_types()[said.kind]
    needs_record = RecordType.MEMBER not in types
    if said.about is None:
        if needs_record:
            raise _refused(
                "record",
                "required",
                _("Say which record it is about: %(types)s.") % {"types": ", ".join(types)},
            )
    elif needs_record and said.about.type not in types:
        words = {"kind": said.kind, "types": ", ".join(types), "type": said.about.type}
        raise _refused("record", "wrong_type", _("%(kind)s is about %(types)s, not %(type)s.") % words)
    if said.kind == "content.announced" and not said.data.get("channel"):
        raise _refused("channel", "required", _("Say by which channel it was announced, such as training."))


def _check_times(said: Said, as_of: datetime) -> None:
    if said.occurred_at > as_of:
        raise _refused("occurred_at", "in_future", _("This is still to come; declare what has happened."))
    ends = said.ended_by or ENDED_BY.get(said.kind)
    if ends is None and said.until is not None:
        raise _refused("until", "not_of_this_kind", _("Only presence has an end; leave this out."))
    if ends is not None and said.until is None:
        raise _refused("until", "required", _("Say until when you were there."))
    if said.until is None:
        return
    if said.until <= said.occurred_at:
        raise _refused("until", "before_beginning", _("This is not after the beginning."))
    if said.until > as_of:
        raise _refused("until", "in_future", _("This is still to come; declare it when it is over."))
    if said.until - said.occurred_at > LONGEST:
        raise _refused("until", "too_long", _("This is longer than a day; declare each day by itself."))


def _check_new(said: Said, by: User) -> None:
    same = Declaration.objects.filter(
        declared_by=by,
        kind=said.kind,
        occurred_at=said.occurred_at,
        subject_id=said.about.pk if said.about else None,
    ).exclude(state=DeclarationState.REFUTED)
    for earlier in same:
        stored = Event.objects.filter(pk=earlier.event_ids[0]).values_list("data", flat=True).first() or {}
        if stored.get("channel") == said.data.get("channel"):
            raise Problem(409, "Conflict", _("You have declared this already; it counts once."))


def _team_of(user: User, at: datetime) -> Team | None:
    membership = (
        Membership.objects.filter(user=user).at(at).select_related("team").order_by("team_id").first()
    )
    return membership.team if membership else None


@transaction.atomic
def _decide(
    declaration: Declaration, state: DeclarationState, by: User, as_of: datetime, why: str
) -> Declaration:
    locked = Declaration.objects.select_for_update().get(pk=declaration.pk)
    if locked.state != DeclarationState.PENDING:
        raise Problem(409, "Conflict", _("This has been decided already."))
    locked.state, locked.decided_by, locked.decided_at, locked.why = state.value, by, as_of, why.strip()
    locked.save(update_fields=["state", "decided_by", "decided_at", "why"])
    if state is DeclarationState.REFUTED:
        _withdraw(locked, as_of)
    _note(locked, str(state), by, as_of, {"state": str(state), "why": locked.why})
    return locked


def _withdraw(declaration: Declaration, as_of: datetime) -> None:
    events = Event.objects.filter(pk__in=declaration.event_ids).values_list("external_id", flat=True)
    rows = [
        {
            "external_id": f"{name}-refuted",
            "kind": RETRACTED,
            "occurred_at": format_instant(as_of),
            "data": {"event": name},
        }
        for name in events
    ]
    _stored_or_refused(ingest(resource="events", source=DECLARED, rows=rows, channel=CHANNEL, as_of=as_of))


def _stored_or_refused(summary: Summary) -> None:
    if summary.errors:
        error = summary.errors[0]
        raise _refused(error.field or "kind", error.code, error.message)


def _note(declaration: Declaration, verb: str, actor: Any, as_of: datetime, after: dict[str, Any]) -> None:
    record(
        actor=actor,
        verb=f"declaration.{verb}",
        object_type="leads.declaration",
        object_id=declaration.pk,
        after=after,
        as_of=as_of,
    )


def _refused(field: str, code: str, message: str) -> Problem:
    errors = [{"field": field, "code": code, "message": message}]
    return Problem(422, "Unprocessable Content", f"{field}: {message}", errors=errors)
