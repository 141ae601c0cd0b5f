"""Promises that count, and what they make of one record, for tests of the measures of units."""

from collections.abc import Mapping
from typing import Any

from agreements.business_time import ALWAYS_OPEN, Schedule
from agreements.enums import Kind
from agreements.terms import Promise, parse_terms
from leads.event_kinds import KINDS
from measurement.facts import Subject
from measurement.units import UnitVerdict
from tests.measurement.builders import NOBODY_KNOWN, SALES, KnownWorld, at

SUBJECT_TYPES: Mapping[str, tuple[str, ...]] = {kind: tuple(map(str, types)) for kind, types in KINDS.items()}
LATER = at("2026-12-31 00:00")


def counting(
    kind: str,
    *,
    version: int = 1,
    starts_at: str = "2026-01-01 00:00",
    ends_at: str | None = None,
    schedule: Schedule = ALWAYS_OPEN,
    timezone: str = "UTC",
    **terms: Any,
) -> Promise:
    """A promise of sales that counts; its terms as they are written in YAML."""
    terms.setdefault("target", ">= 5" if kind == "volume" else ">= 50%")
    return Promise(
        commitment_id=version,
        key="counted",
        version_number=version,
        agreement_key="smarketing",
        kind=Kind(kind),
        team_id=SALES,
        starts_at=at(starts_at),
        ends_at=None if ends_at is None else at(ends_at),
        terms=parse_terms(kind, terms),
        schedule=schedule,
        timezone=timezone,
    )


def measured(
    measure: Any, *promises: Promise, subject: Subject, world: KnownWorld = NOBODY_KNOWN, as_of: Any = LATER
) -> list[UnitVerdict]:
    """The units that a measure of all these versions finds about one record."""
    prepared = measure(promises, fiscal_year_start=1, subject_types=SUBJECT_TYPES)
    return prepared.units(subject, world, as_of=as_of)


def told(units: list[UnitVerdict]) -> list[str]:
    """State and reason of each unit, as one word each."""
    return [unit.reason or unit.state.value for unit in units]
