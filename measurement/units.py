"""What rates, volumes and coverage count: one unit each, exactly as it is stored. Pure.

A unit belongs to one record (its subject) and follows from what is told about that record alone, as a clock
does: so judging a record again replaces its units, and a reading is a count of stored units.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from measurement.enums import UnitState

TEAM = "team"
"""``each`` of what the whole team is measured by."""


@dataclass(frozen=True, slots=True)
class UnitVerdict:
    """One thing counted, or left out; the fields are the columns of ``measurement.models.Unit``.

    All instants are UTC and whole seconds. Nothing depends on waiting: whether a cohort's unit is still
    maturing is derived from ``matures_at``, whether presence has been reached yet from ``at``.

    - ``unit_key``: the event's key (``e:<id>``, ``i:<ref>:<kind>:<epoch>``); of a stretch ``s:<epoch>``.
    - ``at``: the instant that decides the period: the event's; of a stretch its beginning.
    - ``until``: of a stretch (a record that satisfies ``where``, somebody's presence) its end, None while
      it lasts; half-open. Of an event None.
    - ``stretch``: whether it lasts, or happened.
    - ``each``: ``team``, or the ref id of the member or account that it is counted for; "" for nobody's.
    - ``state``: see ``UnitState``.
    - ``reason``: why it is left out, or what is special (``UnitNote``).
    - ``had_at``: when a cohort's unit came to have what it should have; None if it has not.
    - ``matures_at``: the instant up to which it may still come to have it; None where no time is given.
    - ``owner_id``: the member (ref id) who did it, else who owned the subject then; None for nobody.
    - ``evidence``: what made it so: [{"role", "at", "kind", "event", "actor", "note"}] as of a clock.
    """

    commitment_id: int
    commitment_key: str
    subject_id: int
    subject_type: str
    unit_key: str
    each: str
    at: datetime
    until: datetime | None
    stretch: bool
    state: UnitState
    reason: str = ""
    had_at: datetime | None = None
    matures_at: datetime | None = None
    owner_id: int | None = None
    origin: str | None = None
    evidence: list[dict[str, Any]] = field(default_factory=list)
