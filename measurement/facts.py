"""The facts a measure may look at, as plain values: no Django, no clock, instants in UTC, whole seconds."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from leads.told import Told

#: One event about a subject, exactly as it is told.
Fact = Told


@dataclass(frozen=True, slots=True)
class Subject:
    """A record that promises can be about, with everything that is told about it.

    ``facts`` hold direct facts and those of linked records (CONTRACT §3 "Subject"), each once, without the
    retracted ones and without implied facts that an explicit one tells, ordered by (at, source, external_id).
    ``known_until``: up to when they are known, where they are in the total order, whole seconds, none twice
    and none later; None where nobody has seen to that.
    """

    ref: int
    type: str
    facts: tuple[Fact, ...]
    deleted_at: datetime | None = None
    known_until: datetime | None = None


#: A record by its ref id and its type.
Record = tuple[int, str]
#: Of one record: when its owner may have changed, who ever had it, and the records that it ever linked to.
OwnerCourse = tuple[Sequence[datetime], Collection[int], Sequence[Record]]


class World(Protocol):
    """What is known about records and people, asked by instant; built in bulk by the engine.

    Instants of changes are whole seconds too: what an update said is true from the second it was made in.
    ``courses``: where ``measurement.ownership`` keeps what it worked out about records; empty at first.
    """

    courses: dict[Record, OwnerCourse]

    def type_of(self, ref: int) -> str:
        """The type of a record: account, contact, lead …"""

    def value(self, ref: int, name: str, at: datetime) -> Any:
        """A field of a record at an instant (``attributes.x`` allowed; links are ref ids); None when missing.

        Before the record's earliest version the earliest version's values hold.
        """

    def changes(self, ref: int, name: str) -> Sequence[tuple[datetime, Any]]:
        """Every (instant, new value) of a field, oldest first; the first also holds before its instant."""

    def assignments(self, lead: int) -> Sequence[tuple[datetime, int | None]]:
        """The instants at which events of the log assigned a lead, and to whom, oldest first.

        None: to nobody, or to a member whom nobody knows yet. Assignments that the lead's record implies are
        the ``changes`` of its owner.
        """

    def exists_since(self, ref: int) -> datetime | None:
        """``created_at`` of the record, else the instant of the first fact that names it."""

    def subject_type(self, kind: str) -> str | None:
        """The type of record that events of this kind are about (CONTRACT §3), company kinds included."""

    def leads_of(self, contact: int) -> Sequence[int]:
        """Leads that name the contact, now or at any time; the caller asks ``value(lead, "contact", at)``."""

    def external_id(self, ref: int) -> str | None:
        """What the source calls the record: a condition on a link (``lead.campaign: fair``) is written so."""

    def member(self, source: str, external_id: str) -> int | None:
        """The ref id of a member named in an event's data."""

    def teams(self, member: int, at: datetime) -> frozenset[int]:
        """Ids of the teams that the member belongs to at the instant, with all the teams above them."""

    def moves(self, member: int) -> Sequence[datetime]:
        """The instants at which the teams of a member change."""

    def holder(self, member: int, at: datetime) -> int | None:
        """Whose the member's records are at the instant: theirs, once they left their cover's or nobody's."""

    def stand_ins(self, member: int, at: datetime) -> frozenset[int]:
        """Who acts for the member at the instant, being away: the cover, and the cover's cover."""

    def departures(self, member: int) -> Sequence[datetime]:
        """The instants at which ``holder`` of the member may change, oldest first."""
